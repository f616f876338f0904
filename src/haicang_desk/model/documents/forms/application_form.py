"""项目申报表 (F4): the application of a village to the street. 三(二), 附件2.

条文：C152
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from haicang_desk.model.blocks import Block, Grid, GridCell, GridRow, Words, amount, centred, label, prose, row, value
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import (
    DATE_BY_HAND,
    DISTRICT,
    choice_boxes,
    field_cells,
    form_foot,
    form_head,
    joined,
    money_cell,
    percent,
    project_line,
    row_of,
    section_row,
    span_text,
    yes_no_boxes,
)
from haicang_desk.model.documents.forms.decision_rows import decision_rows
from haicang_desk.model.documents.forms.filing_forms import lead_unit
from haicang_desk.model.documents.notice_parts import notice_for
from haicang_desk.model.documents.registry import YEARS_30, Filed, document
from haicang_desk.model.funding import Funding
from haicang_desk.model.records import (
    BudgetLine,
    Category,
    Consulted,
    Content,
    Notice,
    NoticeKind,
    Participation,
    Phase,
    Project,
    Source,
    Urgency,
    Village,
)
from haicang_desk.model.values import Money
from haicang_desk.model.workflow import BEFORE_FILING

COLUMNS = 24
SIZE = 10.5
BUDGET = (30, 76, 60, 34, 50, 74, 74, 70)  # points: sums up to 99,999,999.99


def handed_in(context: ProjectContext) -> bool:
    """Signed off from the application until the street sends it back."""
    return context.case.stage not in BEFORE_FILING


@document(
    "application-form",
    "项目申报表",
    after="",
    most_pages=2,
    signed_off=handed_in,
    filed=Filed(Phase.CHOOSING, YEARS_30, lambda case: case.project.submitted_on, after="project-notice"),
)
def application_form(context: ProjectContext) -> Iterator[Block]:
    """F4 项目申报表: seven sections and the decisions, set tighter to fit on two pages where the texts allow it.

    Signed by the head of the village; street and district sign their decisions. 条文：C070
    """
    case = context.case
    project = case.project
    yield from form_head(
        "项目申报表",
        whose=DISTRICT,
        below=project_line(project.code, project.fund_year),
        office=case.village.committee,
        on=project.submitted_on,
    )
    parts = (
        (*_basics(case), *_need(case), *_sources(context)),
        tuple(_budget(case)),
        tuple(_partners(case)),
        (*_checks(case), *_posted(case)),
        (*_opinions(case), *_promise(case), *decision_rows(context)),
    )
    even = (1,) * COLUMNS
    for rows, heading, weights in zip(parts, (0, 2, 2, 0, 0), (even, BUDGET, even, even, even), strict=True):
        yield Grid(rows, weights, heading=heading, size=SIZE)
    yield from form_foot(by=project.principal, phone=project.phone)


def _basics(case: Casefile) -> Iterator[GridRow]:
    project, village = case.project, case.village
    fields = Project.fields
    yield section_row("一、基本情况", COLUMNS)
    yield row(*field_cells(project, "title", 3, 12), label("申报村居", columns=3), value(village.name, columns=6))
    yield row(
        label(fields["category"].label, columns=3),
        value(choice_boxes(Category, project.category), columns=12),
        label(fields["urgency"].label, columns=3),
        value(choice_boxes(Urgency, project.urgency), columns=6),
    )
    yield row(label(fields["content"].label, columns=3), value(choice_boxes(Content, project.content), columns=21))
    yield row(
        *field_cells(project, "place", 3, 12),
        label(fields["beneficiaries"].label, columns=3),
        value("" if project.beneficiaries is None else f"{project.beneficiaries} 人", columns=6),
    )
    yield row(
        label("实施起止", columns=3),
        value(span_text(project.planned_start, project.planned_finish), columns=12),
        *field_cells(project, "charity", 3, 6),
    )
    yield row(
        *field_cells(project, "organiser", 3, 9),
        label(fields["lead"].label, columns=3),
        value(lead_unit(case), columns=9),
    )
    yield row_of(
        field_cells(project, "principal", 3, 5),
        field_cells(project, "phone", 3, 4),
        field_cells(village, "payee", 3, 6),
    )
    yield row_of(field_cells(village, "bank", 3, 9), field_cells(village, "account", 3, 9))


def _need(case: Casefile) -> Iterator[GridRow]:
    project, fields = case.project, Project.fields
    yield section_row("二、必要性与内容", COLUMNS)
    yield row(label("意见来源", columns=3), value(_suggestion_summary(case), columns=21))
    for name in ("need", "works", "effect"):
        yield row(label(fields[name].label, columns=3), prose(fields[name].show(project), columns=21), least=12)


def _suggestion_summary(case: Casefile) -> str:
    """Suggestions by channel, those linked to the project first; the village's own only where none is linked."""
    linked = [each for each in case.suggestions if each.project]
    suggestions = linked or list(case.suggestions)
    if not suggestions:
        return ""
    channels = Counter(each.channel.label for each in suggestions)
    supporters = sum(each.supporters or 0 for each in suggestions)
    by_channel = joined(f"{channel} {count} 条" for channel, count in channels.items())
    whose = "" if linked else "（本村居征集，未对应到项目）"
    return f"共 {len(suggestions)} 条：{by_channel}" + (f"；支持 {supporters} 人次" if supporters else "") + whose


_PAIRS = (
    (Source.SPECIAL, Source.DONATED_CASH),
    (Source.MATCHING, Source.DONATED_GOODS),
    (Source.OTHER_FISCAL, Source.LABOUR),
)


def _sources(context: ProjectContext) -> Iterator[GridRow]:
    asked, project = context.case.asked, context.case.project
    yield section_row("三、资金来源（单位：元）", COLUMNS)
    yield row(*(label(text, columns=n) for text, n in (("来源", 5), ("金额", 4), ("占比", 3)) * 2))
    for fiscal, social in _PAIRS:
        yield row(
            *_source(fiscal.label, asked.source(fiscal), asked), *_source(social.label, asked.source(social), asked)
        )
    yield row(
        *_source("政府财政资金小计", asked.fiscal, asked),
        *_source(Source.SELF_RAISED.label, asked.self_raised, asked),
    )
    yield row(
        *_source("总资金", asked.total, asked),
        *_source("社会资源资金小计", asked.social, asked),
    )
    yield row(label("总资金大写", columns=5), value(asked.total.capitals, columns=19))
    cap = context.policy.money(f"cap_{project.category.code}")
    over = max(asked.total - cap, Money(0))
    yield row(
        label("超出单项上限", columns=5),
        amount(f"{over}", columns=4),
        label(project.fields["self_raise_pledge"].label, columns=3),
        value(yes_no_boxes(project, "self_raise_pledge"), columns=5),
        label(project.fields["overhead"].label, columns=3),
        money_cell(project.overhead, 4),
    )
    if project.labour or project.donated_goods or project.valuation_basis:
        yield row(*field_cells(project, "valuation_basis", 5, 19))


def _source(name: str, money: Money, whole: Funding) -> tuple[GridCell, ...]:
    return label(name, columns=5), money_cell(money, 4), centred(percent(money, whole.total), columns=3)


def _budget(case: Casefile) -> Iterator[GridRow]:
    fields = BudgetLine.fields
    yield section_row("四、预算明细（单位：元）", len(BUDGET))
    heads = (
        "序号",
        *(fields[n].label for n in ("content", "subject", "measure", "quantity", "price", "amount", "source")),
    )
    yield row(*map(label, heads))
    for count, line in enumerate(case.budget_lines, 1):
        yield row(
            centred(str(count)),
            value(line.content + (f"\n{fields['note'].label}：{line.note}" if line.note else "")),
            centred(line.subject + ("※" if line.is_overhead else "")),
            centred(line.measure),
            amount(fields["quantity"].show(line)),
            money_cell(line.price),
            money_cell(line.amount),
            centred(line.source.label),
        )
    if not case.budget_lines:
        yield row(*(value("") for _ in heads))
    planned = sum((line.amount for line in case.budget_lines), Money(0))
    marked = any(line.is_overhead for line in case.budget_lines)
    note = "合计（※ 计入统筹管理或服务经费）" if marked else "合计"
    yield row(label(note, columns=6), money_cell(planned if case.budget_lines else None), value(""))


def _partners(case: Casefile) -> Iterator[GridRow]:
    fields = Participation.fields
    yield section_row("五、社会参与（单位：元）", COLUMNS)
    wide = (("party", 7), ("kind", 4), ("manner", 4), ("amount", 4), ("basis", 5))
    yield row(*(label(fields[name].label, columns=n) for name, n in wide))
    for part in case.participations:
        yield row(
            value(part.party, columns=7),
            centred(part.kind, columns=4),
            centred(part.manner.label, columns=4),
            money_cell(part.amount, 4),
            value(part.basis, columns=5),
        )
    if not case.participations:
        yield row(*(value("", columns=n) for _, n in wide))


def _checks(case: Casefile) -> Iterator[GridRow]:
    project, fields = case.project, Project.fields
    yield section_row("六、自查与管养", COLUMNS)
    cells: list[GridCell] = []
    for name in ("others_duty", "duplicates_public", "mandatory_standard"):
        cells += [label(fields[name].label, columns=4), value(yes_no_boxes(project, name), columns=4)]
    yield row(*cells)
    for name in ("duty_note", "duplicate_note", "split_note"):
        if getattr(project, name):
            yield row(*field_cells(project, name, 4, 20))
    if project.advance_paid is not None:
        yield row(
            label(fields["advance_paid"].label, columns=4), value(yes_no_boxes(project, "advance_paid"), columns=20)
        )
    yield row(
        *field_cells(project, "keeper", 3, 11),
        label(f"{fields['keeping_fund'].label}（元）", columns=6),
        money_cell(project.keeping_fund, 4),
    )
    yield row(*field_cells(project, "keeping_duty", 3, 21))


def _posted(case: Casefile) -> Iterator[GridRow]:
    notice = notice_for(case, NoticeKind.PROJECT)
    fields = Notice.fields
    yield section_row("七、公示与征求意见", COLUMNS)
    yield row(
        label("公示起止", columns=3),
        value(span_text(notice.posted_on, notice.ends_on) if notice else "", columns=12),
        label(fields["place"].label, columns=3),
        value(notice.place if notice else "", columns=6),
    )
    objection = joined((notice.objection, notice.answer), "无异议") if notice else ""
    yield row(label("异议及处理", columns=3), value(objection, columns=21))


def _opinions(case: Casefile) -> Iterator[GridRow]:
    wide = (("征求对象", 4), ("日期", 5), ("人数", 2), ("同意", 2), ("反对", 2), ("意见要点", 5), ("签名", 4))
    yield row(*(label(text, columns=n) for text, n in wide))
    for consulted in Consulted:
        given = [opinion for opinion in case.opinions if opinion.consulted is consulted]
        last = given[-1] if given else None
        last_fields = last.fields if last else {}
        shown = [
            last_fields[n].show(last) if last else "" for n in ("sought_on", "people", "agreed", "opposed", "gist")
        ]
        if last and last.adopted:
            shown[4] = joined((shown[4], f"{last_fields['adopted'].label}：{last.adopted}"))
        yield row(
            label(consulted.label, columns=4),
            *(centred(text, columns=n) for text, (_, n) in zip(shown[:4], wide[1:5], strict=True)),
            value(shown[4] or _absent(case.village, consulted), columns=5),
            value("", columns=4),
        )


def _absent(village: Village, consulted: Consulted) -> str:
    return "本村居无此组织" if consulted is Consulted.ELDERS and village.has_elders is False else ""


_PROMISE = (
    "本村居承诺：所报内容和材料真实有效；专项资金专款专用，不用于村居组织办公经费、各类奖金津贴以及福利补助等方面的"
    "费用支出，不擅自改变使用范围，不挪用侵占，不以虚假材料骗取专项资金；公示、实施和资金使用接受监督。"
)


def _promise(case: Casefile) -> Iterator[GridRow]:
    signed: tuple[Words, ...] = (f"负责人签字：　　　　　　　　（盖章）{DATE_BY_HAND}",)
    yield GridRow((label("村居承诺", columns=3), prose(_PROMISE, columns=21, foot=signed)), whole=True)
