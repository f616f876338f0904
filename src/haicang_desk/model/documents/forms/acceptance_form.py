"""项目验收表 (F10) and 后续管理养护责任书 (F11): acceptance, final accounts and maintenance. 三(四)¶6, R20 R29."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from haicang_desk.model.blocks import (
    Blank,
    Block,
    Grid,
    GridCell,
    GridRow,
    Heading,
    PageBreak,
    Para,
    Signatures,
    Title,
    Words,
    amount,
    label,
    prose,
    row,
    ticks,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import (
    DATE_BY_HAND,
    SIGNATURE,
    change_text,
    day_text,
    field_cells,
    field_label,
    form_foot,
    form_head,
    implementer,
    last_date,
    money_cell,
    money_text,
    photographs,
    project_line,
    section_row,
    yes_no_boxes,
)
from haicang_desk.model.documents.forms.decision_rows import WIDE
from haicang_desk.model.documents.registry import SCHEME, YEARS_30, Filed, document
from haicang_desk.model.records import (
    ACCEPTANCE_PHOTOGRAPHS,
    Appointment,
    Category,
    Guidance,
    Maintenance,
    Phase,
    Progress,
    Project,
    Source,
    Stage,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.rules import delivery_deadlines_of, payable
from haicang_desk.model.values import Money, full_date

NAMED = 4


def not_complete(context: ProjectContext) -> str:
    """A project is accepted after its completion."""
    done = context.case.stage in (Stage.COMPLETED, Stage.CLOSED) or context.case.settlement
    return "" if done else "项目尚未完工"


def is_accepted(context: ProjectContext) -> bool:
    """Signed off once the acceptance is recorded."""
    return context.case.first(ProgressEvent.ACCEPT) is not None


def accepted_on(case: Casefile) -> date | None:
    """The day of acceptance, or of completion where acceptance is not recorded."""
    step = case.first(ProgressEvent.ACCEPT) or case.first(ProgressEvent.COMPLETE)
    return step.happened_on if step else None


@document(
    "acceptance-form",
    "项目验收表",
    after="disbursement-form",
    unavailable_reason=not_complete,
    most_pages=1,
    photographs=(ACCEPTANCE_PHOTOGRAPHS,),
    signed_off=is_accepted,
    filed=Filed(Phase.CARRYING, YEARS_30, accepted_on),
)
def acceptance_form(context: ProjectContext) -> Iterator[Block]:
    """F10 项目验收表: acceptance and final accounts, one page, and a page of photographs where there are any.

    Signed by village, street, residents' representatives and implementer. 条文：C035 C087
    """
    case = context.case
    project, accepted = case.project, case.first(ProgressEvent.ACCEPT)
    yield from form_head(
        "项目验收表",
        below=project_line(project.code, project.fund_year),
        office=case.village.committee,
        on=accepted.happened_on if accepted else None,
    )
    yield Grid((*_work(context), *_found(case, accepted)), (1,) * WIDE, size=10.5)
    yield Grid(tuple(_settled(context)), (1,) * WIDE, size=10.5)
    yield from form_foot(by=case.village.contact, phone=case.village.phone)
    if shown := photographs(context, ACCEPTANCE_PHOTOGRAPHS):
        yield PageBreak()
        yield Heading(f"附：{ACCEPTANCE_PHOTOGRAPHS}")
        yield from shown


def _work(context: ProjectContext) -> Iterator[GridRow]:
    case = context.case
    project, appointed = case.project, case.appointment
    begun, done = case.first(ProgressEvent.START, ProgressEvent.PROGRESS), case.first(ProgressEvent.COMPLETE)
    yield section_row("一、项目与合同", WIDE)
    yield row(*field_cells(project, "title", NAMED, 12), *field_cells(project, "category", NAMED, 4))
    yield row(
        *(
            label(field_label(Appointment, "implementer"), columns=NAMED),
            value(implementer(case), columns=12),
        ),
        *(label("合同价（元）", columns=NAMED), money_cell(appointed.price if appointed else None, 4)),
    )
    yield row(
        *(label("开工（开展）", columns=NAMED), value(day_text(begun.happened_on) if begun else "", columns=8)),
        *(label("完工日期", columns=NAMED), value(day_text(done.happened_on) if done else "", columns=8)),
    )
    yield row(label("是否按期", columns=NAMED), value(_in_time(context), columns=20))


def _in_time(context: ProjectContext) -> Words:
    """Each deadline, the day it was met, and how that compares; boxes to tick where none is known."""
    known = delivery_deadlines_of(context)
    if not known:
        return ticks(("按期", "逾期"))
    lines = []
    for each in known:
        done = each.done_on
        how = (
            "尚未完成" if done is None else ("按期" if done <= each.due_on else f"逾期 {(done - each.due_on).days} 天")
        )
        lines.append(f"应于 {full_date(each.due_on)}前{each.what}，实际 {day_text(done) or '—'}，{how}")
    return "\n".join(lines)


def _found(case: Casefile, accepted: Progress | None) -> Iterator[GridRow]:
    project = case.project
    yield section_row("二、验收情况", WIDE)
    yield row(
        *(label("验收日期", columns=NAMED), value(day_text(accepted.happened_on) if accepted else "", columns=8)),
        *(label("参加人员", columns=NAMED), value("", columns=8)),
    )
    yield GridRow((label("内容与数量核对", columns=NAMED), prose("", columns=20)), 11)
    yield row(label("质量", columns=NAMED), value((*ticks(("合格", "不合格")), "　　说明：", Blank(0)), columns=20))
    standard = (f"{Project.fields['mandatory_standard'].label}：", *yes_no_boxes(project, "mandatory_standard"))
    yield row(label("强制标准核对", columns=NAMED), value((*standard, "\n", _guided(case)), columns=20))
    yield GridRow((label("整改要求", columns=NAMED), prose("", columns=20)), 10)
    conclusion = accepted.account if accepted else ""
    yield GridRow((label("验收结论", columns=NAMED), prose(conclusion, columns=20)), 13)
    names = ("村居", "街道", "居民代表（监督委员会）", "实施主体")
    yield row(*(label(name, columns=6) for name in names))
    yield GridRow(tuple(prose("", columns=6, foot=(SIGNATURE, DATE_BY_HAND)) for _ in names), 24, True)


def _guided(case: Casefile) -> str:
    fields = Guidance.fields
    guidance = (
        f"{each.department}（{day_text(each.guided_on)}{f'，{each.standard}' if each.standard else ''}）：{each.gist}"
        for each in case.guidance
    )
    return "\n".join(guidance) or f"{fields['department'].label}："


def _settled(context: ProjectContext) -> Iterator[GridRow]:
    """预算 is what was approved, 差异 is 决算 less 预算; the sum due is computed from 决算 (R29)."""
    case = context.case
    planned, settled = case.approved or case.asked, case.settled
    yield section_row("三、决算（单位：元）", WIDE)
    yield row(*(label(text, columns=6) for text in ("资金来源", "预算", "决算", "差异")))
    for source in Source:
        spent = settled.source(source) if settled else None
        if planned.source(source) or spent:
            yield row(label(source.label, columns=6), *_compared(planned.source(source), spent))
    yield row(label("合计", columns=6), *_compared(planned.total, settled.total if settled else None))
    due = payable(context) if settled else None
    left = due - case.disbursed if due is not None else None
    yield row(label("应付财政资金", columns=6), value(money_text(due), columns=18))
    yield row(label("已拨付", columns=6), value(money_text(case.disbursed), columns=18))
    title = "应退回" if left is not None and left < 0 else "应补拨"
    yield row(label(title, columns=6), value(money_text(Money(abs(left)) if left is not None else None), columns=18))


def _compared(planned: Money, spent: Money | None) -> tuple[GridCell, ...]:
    change = change_text(spent - planned if spent is not None else None, "增", "减")
    return (*(money_cell(money, 6) for money in (planned, spent)), amount(change, columns=6))


# ---- 后续管理养护责任书


def not_works(context: ProjectContext) -> str:
    """Only works need a keeper, and projects that have one registered."""
    case = context.case
    if case.project.category is Category.WORKS or case.project.keeper or case.maintenance:
        return ""
    return "不是工程类项目，也没有登记管养单位"


def is_closed(context: ProjectContext) -> bool:
    """Signed off once the project is closed (办结): the agreement is signed before (R21)."""
    return context.case.stage is Stage.CLOSED


@document(
    "maintenance-form",
    "后续管理养护责任书",
    after="acceptance-form",
    unavailable_reason=not_works,
    most_pages=1,
    signed_off=is_closed,
    filed=Filed(Phase.CARRYING, YEARS_30, lambda case: last_date(case.maintenance, "begins_on")),
)
def maintenance_form(context: ProjectContext) -> Iterator[Block]:
    """F11 后续管理养护责任书: who maintains what was built, until when, with which money; one page.

    Signed and sealed by village, keeper and street. 条文：C093 C136
    """
    case = context.case
    project, kept = case.project, case.maintenance[-1] if case.maintenance else None
    keeper = kept.keeper if kept else project.keeper
    yield Title(f"{SCHEME}项目后续管理养护责任书", project_line(project.code, project.fund_year))
    yield Para(
        f"为落实“谁审批、谁监管；谁使用、谁负责”的原则，明确“{project.title}”项目实施完成后的管理养护单位及责任，"
        f"根据《{context.policy.title}》（{context.policy.number}），签订本责任书。"
    )
    yield Grid((*_kept(case, kept, keeper), *_bound(kept, project)), (1,) * WIDE)
    yield Para("管养单位应按上列责任和频次巡查、维修并做好记录，保证设施安全和正常使用；街道和村居对管养情况进行检查。")
    yield Signatures(
        (
            ("村居（盖章）", case.village.committee, "负责人签字：", "日期："),
            ("管养单位（盖章）", keeper, "负责人签字：", "日期："),
            ("街道（盖章）", context.street.office, "负责人签字：", "日期："),
        )
    )


def _kept(case: Casefile, kept: Maintenance | None, keeper: str) -> Iterator[GridRow]:
    project, fields = case.project, Maintenance.fields
    yield row(*field_cells(project, "title", NAMED, 20), least=10)
    yield row(*field_cells(project, "place", NAMED, 20), least=10)
    yield row(label(fields["keeper"].label, columns=NAMED), value(keeper, columns=20), least=10)
    duty = kept.duty if kept else project.keeping_duty
    yield GridRow((label(fields["duty"].label, columns=NAMED), prose(duty, columns=20)), 30)


def _bound(kept: Maintenance | None, project: Project) -> Iterator[GridRow]:
    fields = Maintenance.fields
    shown = {name: field.show(kept) if kept else "" for name, field in fields.items()}
    yield row(
        *(label(fields["begins_on"].label, columns=NAMED), value(shown["begins_on"] or DATE_BY_HAND, columns=8)),
        *(label(fields["ends_on"].label, columns=NAMED), value(shown["ends_on"] or DATE_BY_HAND, columns=8)),
        least=10,
    )
    yield row(label("巡查频次", columns=NAMED), value(("每", Blank(4), "巡查", Blank(3), "次"), columns=20), least=10)
    yearly = kept.yearly if kept else project.keeping_fund
    yield row(label("配套资金", columns=NAMED), value(money_text(yearly), columns=20), least=10)
    yield row(label(fields["fund_source"].label, columns=NAMED), value(shown["fund_source"], columns=20), least=10)
    yield row(
        *(label(fields["contact"].label, columns=NAMED), value(shown["contact"], columns=8)),
        *(label(fields["phone"].label, columns=NAMED), value(shown["phone"], columns=8)),
        least=10,
    )
