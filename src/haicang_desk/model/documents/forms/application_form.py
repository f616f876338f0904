"""项目申报表 (F4): the application of a village to the street. 三(二), 附件2.

Two pages, whatever the data: the first says what is asked for and why, the second what was heard and decided. What has
no room on them stands on a continuation sheet. 条文：C152
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from haicang_desk.model.blocks import (
    Across,
    Blank,
    Block,
    Grid,
    GridCell,
    GridRow,
    Inline,
    PageBreak,
    Title,
    amount,
    centred,
    label,
    prose,
    row,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import (
    DATE_BY_HAND,
    DISTRICT,
    SIDE,
    choice_boxes,
    field_cells,
    form_foot,
    joined,
    percent,
    span_text,
    with_side_label,
)
from haicang_desk.model.documents.forms.application_rows import BUDGET, PARTNERS, budget_rows, lines_of, partner_rows
from haicang_desk.model.documents.forms.application_verdicts import verdicts
from haicang_desk.model.documents.forms.continuation import Continuation
from haicang_desk.model.documents.forms.continuation import lines_of as lines_with_indent
from haicang_desk.model.documents.forms.filing_forms import lead_unit
from haicang_desk.model.documents.registry import SCHEME, YEARS_30, Filed, document
from haicang_desk.model.funding import Funding
from haicang_desk.model.records import Category, Content, Phase, Project, Source, Urgency
from haicang_desk.model.values import Money, full_date
from haicang_desk.model.workflow import BEFORE_FILING

TITLE = f"{DISTRICT}{SCHEME}项目申报表"


def handed_in(context: ProjectContext) -> bool:
    """Signed off from the application until the street sends it back."""
    return context.case.stage not in BEFORE_FILING


@document(
    "application-form",
    "项目申报表",
    after="",
    signed_off=handed_in,
    filed=Filed(Phase.CHOOSING, YEARS_30, lambda case: case.project.submitted_on, after="project-notice"),
)
def application_form(context: ProjectContext) -> Iterator[Block]:
    """F4 项目申报表: a page of what is asked for, one of opinions and decisions, and a continuation sheet if need be.

    Signed by the head of the village and its party organisation; street and district sign their decisions. 条文：C070
    """
    case = context.case
    project = case.project
    more = Continuation("项目申报表", project)
    yield Title(TITLE)
    yield Across(
        (
            f"项目编号：{project.code or '　　　　　　'}",
            (f"{project.fund_year}年度第", Blank(2), "批"),
            f"填报日期：{full_date(project.submitted_on) if project.submitted_on else DATE_BY_HAND}",
            "单位：元",
        )
    )
    fit = _fitting(case)
    yield _part("基本情况", _basics(case), (0, 0, 1, 0, 1))
    yield _part("必要\n性与\n内容", _need(case, fit, more), (0, 0, 1))
    yield _part("资金来源", _sources(context), (0, 0, 2, 1, 0, 2, 1))
    lines, parts = case.budget_lines, case.participations
    yield _part("预算明细", budget_rows(lines[: fit.lines], lines), BUDGET, heading=1)
    yield _part("社会参与", partner_rows(parts[: fit.parts], parts), PARTNERS, heading=1)
    yield PageBreak()
    yield from verdicts(context, more)
    yield from form_foot(by=project.principal, phone=project.phone)
    if fit.lines < len(lines):
        more.table("预算明细（单位：元）", _part("预算明细", budget_rows(lines, lines), BUDGET, heading=1))
    if fit.parts < len(parts):
        more.table("社会参与（单位：元）", _part("社会参与", partner_rows(parts, parts), PARTNERS, heading=1))
    yield from more.blocks(f"{DISTRICT}{SCHEME}")


def _part(side: str, rows: Iterator[GridRow], weights: tuple[float, ...], heading: int = 0) -> Grid:
    """A part of the form with its side label."""
    return Grid(with_side_label(side, rows), weights, heading=heading, by_content=True, side=SIDE)


# ---- what fits on the first page, in points

_PAGE, _HEAD, _LINE, _PAD = 739, 57, 13.6, 4.6  # type area, title and line below it, a line of a cell, its padding
_ROW = _LINE + _PAD
_TEXT, _HALF, _ITEM, _PARTY = 34, 15, 13, 14  # characters a line: a whole row, half of one, 预算内容, 参与主体
_LEAST_ROWS = (3, 2, 1)  # of each table that are shown before long texts have room; fewer, if they have none
_LEAST_TEXT = (1, 2, 1)  # lines of each long field; the second has a label of two lines
_READABLE = 3  # lines of a long field that is cut
LONG_FIELDS = ("need", "works", "effect")


@dataclass(frozen=True)
class Fitting:
    """What the first page holds: lines of text of each long field, budget lines and social forces."""

    texts: tuple[int, ...]
    lines: int
    parts: int


def _fitting(case: Casefile) -> Fitting:
    """Share out the first page: all of it where it fits; else a few rows of each table, then text, then rows."""
    project = case.project
    wanted = [
        max(least, lines_with_indent(getattr(project, name).strip(), _TEXT))
        for name, least in zip(LONG_FIELDS, _LEAST_TEXT, strict=True)
    ]
    item = _ITEM - 2 * any(line.price for line in case.budget_lines)
    item -= 2 * any(line.quantity for line in case.budget_lines)  # these columns are empty otherwise
    lines = [
        _PAD + _LINE * (lines_of(each.content, item) + (lines_of(each.note, item - 3) if each.note else 0))
        for each in case.budget_lines
    ]
    parts = [_PAD + _LINE * max(lines_of(each.party, _PARTY), lines_of(each.basis, 8)) for each in case.participations]
    room = _PAGE - _HEAD - _fixed(case)
    texts: tuple[int, ...] = ()
    for least in _LEAST_ROWS:
        kept_lines, kept_parts = (_rows_within(heights, sum(heights[:least])) for heights in (lines, parts))
        free = room - sum(lines[:kept_lines]) - sum(parts[:kept_parts])
        texts = _share(wanted, int((free - len(wanted) * _PAD) // _LINE))
        if all(given >= min(_READABLE, want) for given, want in zip(texts, wanted, strict=True)):
            break
    free -= sum(texts) * _LINE + len(wanted) * _PAD
    more_lines = _rows_within(lines[kept_lines:], free)
    free -= sum(lines[kept_lines : kept_lines + more_lines])
    more_parts = _rows_within(parts[kept_parts:], free)
    return Fitting(texts, kept_lines + more_lines, kept_parts + more_parts)


def _fixed(case: Casefile) -> float:
    """The height of everything on the first page that is always there."""
    project = case.project
    village = case.village
    beside = max(2, lines_of(project.organiser, _HALF), lines_of(lead_unit(case), _HALF))  # a label of two lines
    wide = (lines_of(project.title, _TEXT), lines_of(project.valuation_basis, _TEXT))
    half = (lines_of(text, _HALF) for text in (village.committee, project.place, village.payee, village.bank))
    wraps = 1 + beside - 1 + sum(count - 1 for count in (*wide, *half))
    rows = 9 + 1 + 7 + 2 + 2 + bool(project.valuation_basis)
    rows += (0 if case.budget_lines else 3) + (0 if case.participations else 2)
    wraps += any(line.is_overhead for line in case.budget_lines)  # the sum's label is longer
    return rows * _ROW + wraps * _LINE


def _rows_within(heights: list[float], room: float) -> int:
    """How many of the first rows fit into a room."""
    count = 0
    for height in heights:
        if (room := room - height) < -0.5:
            break
        count += 1
    return count


def _share(wanted: list[int], free: int) -> tuple[int, ...]:
    """Lines shared out among texts, the least to each, the short ones first."""
    given = list(_LEAST_TEXT)
    for at in sorted(range(len(wanted)), key=lambda at: wanted[at]):
        left = [other for other in range(len(wanted)) if given[other] < wanted[other]]
        spare = free - sum(given)
        if at in left and spare > 0:
            given[at] = min(wanted[at], given[at] + max(0, spare // len(left)))
    return tuple(given)


# ---- the first page


def _basics(case: Casefile) -> Iterator[GridRow]:
    project, village = case.project, case.village
    fields = Project.fields
    people = "" if project.beneficiaries is None else f"{project.beneficiaries} 人"
    yield row(*field_cells(project, "title", 1, 3))
    yield row(
        *(label("申报村居"), value(village.committee if village.name else "")),
        *(label(fields["category"].label), value(choice_boxes(Category, project.category))),
    )
    yield row(label(fields["content"].label), value(_in_two_lines(choice_boxes(Content, project.content)), columns=3))
    yield row(*field_cells(project, "place", 1, 1), label(fields["beneficiaries"].label), value(people))
    yield row(
        *(label("实施起止"), value(span_text(project.planned_start, project.planned_finish))),
        *(label(fields["urgency"].label), value(choice_boxes(Urgency, project.urgency))),
    )
    yield row(
        *(label("组织\n实施单位"), value(fields["organiser"].show(project))),
        *(label(fields["lead"].label), value(lead_unit(case))),
    )
    yield row(*field_cells(project, "principal", 1, 1), *field_cells(project, "phone", 1, 1))
    yield row(*field_cells(village, "payee", 1, 1), *field_cells(village, "account", 1, 1))
    yield row(*field_cells(village, "bank", 1, 1), *field_cells(project, "charity", 1, 1))


def _in_two_lines(boxes: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Tick boxes with a line end in place of the gap after the third."""
    return (*boxes[:5], "\n", *boxes[6:])


def _need(case: Casefile, fit: Fitting, more: Continuation) -> Iterator[GridRow]:
    project, fields = case.project, Project.fields
    yield row(label("意见来源"), value(_suggestion_summary(case)))
    for name, count in zip(LONG_FIELDS, fit.texts, strict=True):
        said = fields[name].label
        shown = more.fitted(said, fields[name].show(project), count, _TEXT)
        named = "建设\n服务内容" if name == "works" else said
        yield GridRow((label(named), prose(shown)), stretch=1)


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
    yield row(label("总资金大写"), value(asked.total.capitals if asked.total else "", columns=5))
    over = max(asked.total - context.policy.money(f"cap_{project.category.code}"), Money(0))
    yield row(
        *(label("超出单项上限"), amount(f"{over}" if asked.total else "", columns=2)),
        *(label(project.fields["overhead"].label), amount(_sum(project.overhead, asked), columns=2)),
    )
    if project.labour or project.donated_goods or project.valuation_basis:
        yield row(*field_cells(project, "valuation_basis", 1, 5))


def _source(name: str, money: Money, whole: Funding) -> tuple[GridCell, ...]:
    """Label, sum and share; empty on a form without any sum, to be filled in by hand."""
    return label(name), amount(_sum(money, whole)), centred(percent(money, whole.total) if whole.total else "")


def _sum(money: Money, whole: Funding) -> str:
    return str(money) if whole.total else ""
