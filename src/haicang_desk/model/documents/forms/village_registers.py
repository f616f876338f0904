"""Before filing: 意见征集登记表 (F1) and 村居项目清单 (F3). 三(二), 三(三)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from haicang_desk.model.blocks import (
    Block,
    Grid,
    GridRow,
    Note,
    amount,
    centred,
    label,
    row,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import VillageContext
from haicang_desk.model.documents.form_parts import (
    field_label,
    form_foot,
    form_head,
    last_date,
    span_text,
)
from haicang_desk.model.documents.notice_parts import notice_for
from haicang_desk.model.documents.registry import YEARS_10, Filed, document
from haicang_desk.model.records import NoticeKind, Phase, Project, Suggestion, Urgency
from haicang_desk.model.values import Money
from haicang_desk.model.workflow import BEFORE_FILING

EMPTY = 8  # rows to write on where nothing is recorded yet


def last_heard(case: Casefile) -> date | None:
    """The day of the last suggestion that is linked to the project."""
    return last_date([each for each in case.suggestions if each.project], "told_on")


@document(
    "suggestion-register",
    "意见征集登记表",
    after="workflow-chart",
    for_="village",
    landscape=True,
    filed=Filed(Phase.CALLING, YEARS_10, last_heard, there=lambda case: any(each.project for each in case.suggestions)),
)
def suggestion_register(context: VillageContext) -> Iterator[Block]:
    """F1 意见征集登记表: the suggestions of a village's year, landscape, with empty rows where none is recorded.

    Not signed. 三(二). 条文：C037 C065
    """
    village, fields = context.village, Suggestion.fields
    yield from form_head(
        "意见征集登记表", below=f"资金年度：{context.year}", office=village.committee, on=context.today, unit=""
    )
    titles = {case.project.id: case.project.title for case in context.cases}
    heads = (
        "序号",
        *(fields[name].label for name in ("told_on", "channel", "person", "phone", "text", "supporters", "outcome")),
        "关联项目",
    )
    rows = [row(*map(label, heads))]
    for count, suggestion in enumerate(context.suggestions, 1):
        rows.append(
            row(
                centred(str(count)),
                centred(fields["told_on"].show(suggestion)),
                centred(suggestion.channel.label),
                centred(suggestion.person or "匿名"),
                value(suggestion.phone),
                value(suggestion.text),
                centred(fields["supporters"].show(suggestion)),
                value(suggestion.outcome),
                value(titles.get(suggestion.project, "")),
            )
        )
    if not context.suggestions:
        rows += _empty_rows(len(heads))
    yield Grid(tuple(rows), (0, 1, 0, 0, 1, 6, 0, 3, 3), heading=1, size=10.5, by_content=True)
    yield Note(f"共 {len(context.suggestions)} 条。提出人可以匿名；处理结果写明列入备选、合并或不列入及理由。")
    yield from form_foot(by=village.contact, phone=village.phone)


def _empty_rows(columns: int) -> Iterator[GridRow]:
    """Rows to write on, which take what is left of the page."""
    for count in range(1, EMPTY + 1):
        yield replace(row(centred(str(count)), *("" for _ in range(columns - 1)), least=10), stretch=1)


# ---- 村居项目清单

_ORDER = (Urgency.URGENT, Urgency.HEAVY, Urgency.NORMAL, None)


@document("project-list", "村居项目清单", after="suggestion-register", for_="village", landscape=True)
def project_list(context: VillageContext) -> Iterator[Block]:
    """F3 村居项目清单: the projects of a village's year by 轻重缓急, then by number; landscape. Not signed.

    条文：C038 C067 C069
    """
    village, fields = context.village, Project.fields
    yield from form_head("村居项目清单", below=f"资金年度：{context.year}", office=village.committee, on=context.today)
    cases = sorted(context.cases, key=lambda case: (_ORDER.index(case.project.urgency), case.project.code))
    heads = (
        "序号",
        fields["code"].label,
        fields["title"].label,
        "类别",
        fields["content"].label,
        fields["beneficiaries"].label,
        "总资金",
        "申请专项",
        "社会投入",
        field_label(Project, "urgency"),
        "征集条数",
        "公示起止",
        "状态",
    )
    rows = [row(*map(label, heads)), *(_project_row(count, case) for count, case in enumerate(cases, 1))]
    if not cases:
        rows += _empty_rows(len(heads))
    sums = [sum((getattr(case.asked, name) for case in cases), Money(0)) for name in ("total", "special", "social")]
    rows.append(
        row(label("合计", columns=6), *(amount(str(money) if cases else "") for money in sums), label("", columns=4))
    )
    yield Grid(tuple(rows), (0, 1, 4, 0, 1, 0, *(1,) * 3, 0, 0, 1, 0), heading=1, size=9, by_content=True)
    yield from form_foot(by=village.contact, phone=village.phone)


def _project_row(count: int, case: Casefile) -> GridRow:
    project, notice = case.project, notice_for(case, NoticeKind.PROJECT)
    suggestions = sum(each.project == project.id for each in case.suggestions)
    return row(
        centred(str(count)),
        centred(project.code),
        value(project.title),
        centred(project.category.label),
        value(project.content.label),
        centred(project.fields["beneficiaries"].show(project)),
        *(amount(str(money)) for money in (case.asked.total, case.asked.special, case.asked.social)),
        centred(project.fields["urgency"].show(project)),
        centred(str(suggestions) if suggestions else ""),
        value(span_text(notice.posted_on, notice.ends_on).replace("至", "\n") if notice else ""),
        centred("备选" if case.stage is BEFORE_FILING[0] else case.stage.label),
        whole=True,
    )
