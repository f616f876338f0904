"""The second page of the 项目申报表: 自查与管养, 公示, 五类意见, and the decisions on it."""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.blocks import Block, Grid, GridCell, GridRow, Inline, label, row, value
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import (
    SIDE,
    field_cells,
    joined,
    money_cell,
    opinion_row,
    span_text,
    with_side_label,
    yes_no_boxes,
)
from haicang_desk.model.documents.forms.application_rows import OPINIONS, gist_of, last_opinion, lines_of, opinion_rows
from haicang_desk.model.documents.forms.continuation import Continuation
from haicang_desk.model.documents.forms.continuation import lines_of as lines_with_indent
from haicang_desk.model.documents.forms.decision_rows import approved_row, decision_grid, special_of
from haicang_desk.model.documents.forms.filing_forms import lead_unit
from haicang_desk.model.documents.notice_parts import notice_for
from haicang_desk.model.records import Consulted, Notice, NoticeKind, Project
from haicang_desk.model.values import Money

_WIDE, _HALF = 32, 14  # characters a line in a whole row, in half of one
_REMARKS = "自查说明"
_GIST = 18  # characters of an opinion, two lines in a row to sign, which is by so many points higher for it
_MORE_GIST = 3.5
_SPARE = 37  # points of the page that are left where no text takes more than its line
_LINE, _PAD = 13.6, 4.6
_PROMISE = (
    "本村居承诺：所报内容和材料真实有效；专项资金专款专用，不用于村居组织办公经费、各类奖金津贴以及福利补助等方面的"
    "费用支出，不擅自改变使用范围，不挪用侵占，不以虚假材料骗取专项资金；公示、实施和资金使用接受监督。"
)


def verdicts(context: ProjectContext, more: Continuation) -> Iterator[Block]:
    """The tables of the second page; what has no room goes on the continuation sheet."""
    case = context.case
    count = _lines_of_each(context)
    most = _GIST if count > 1 else _GIST // 2
    checks = _checks(context, more, count)
    yield Grid(with_side_label("自查管养", checks), (0, 0, 1, 0, 1), by_content=True, side=SIDE)
    yield Grid(with_side_label("公示", _posted(case, more, count)), (0, 0, 3, 0, 2), by_content=True, side=SIDE)
    yield Grid(with_side_label("五类意见", opinion_rows(case, most)), OPINIONS, heading=1, by_content=True, side=SIDE)
    for consulted in Consulted:
        last = last_opinion(case, consulted)
        if last and len(gist_of(last)) > most:
            more.fitted(f"{consulted.label}意见", gist_of(last), 0)
    village = case.village
    yield Grid(
        (
            opinion_row("村居意见", _PROMISE, office=village.committee if village.name else ""),
            opinion_row("村党组织意见", office=lead_unit(case) if village.name else ""),
        ),
        (0, 1),
        side=SIDE,
    )
    yield Grid((approved_row(special_of(context)),), (0, 1), by_content=True)
    yield decision_grid(context, case.approval, more, dated=False)


def _lines_of_each(context: ProjectContext) -> int:
    """How many lines each of the longer texts may take, so that the page holds all of them: one, or two."""
    case, project = context.case, context.case.project
    notice = notice_for(case, NoticeKind.PROJECT)
    taken = _PAD + _LINE if project.advance_paid is not None or _remarks(project) else 0.0
    taken += _LINE * (lines_of(project.keeper, 12) - 1)
    taken += _LINE * (lines_of(notice.place, 8) - 1) if notice else 0.0
    longer = (_remarks(project), project.keeping_duty, _objection(notice))
    taken += _MORE_GIST * len(Consulted)
    more = _LINE * sum(lines_with_indent(text, _WIDE) > 1 for text in longer)
    return 2 if taken + more <= _SPARE else 1


def _remarks(project: Project) -> str:
    """What explains the answers above it: whose duty it is, what it was compared with, why it is no split."""
    names = ("duty_note", "duplicate_note", "split_note")
    said = [(Project.fields[name].label, getattr(project, name)) for name in names if getattr(project, name)]
    return "；".join(f"{name}：{text.rstrip('。；')}" for name, text in said)


def _checks(context: ProjectContext, more: Continuation, count: int) -> Iterator[GridRow]:
    project, fields = context.case.project, Project.fields
    yield row(*_yes_no(project, "others_duty"), *_yes_no(project, "duplicates_public"))
    pledge = (label(fields["self_raise_pledge"].label), value(_pledge_boxes(context)))
    yield row(*_yes_no(project, "mandatory_standard"), *pledge)
    remarks = _remarks(project)
    if project.advance_paid is not None:
        said = more.fitted(_REMARKS, remarks, 1, _HALF) if remarks else ""
        yield row(*_yes_no(project, "advance_paid"), label(_REMARKS), value("见续页" if said != remarks else said))
    elif remarks:
        yield row(label(_REMARKS), value(more.fitted(_REMARKS, remarks, count, _WIDE), columns=3))
    fund = (label(fields["keeping_fund"].label), money_cell(project.keeping_fund))
    yield row(*field_cells(project, "keeper", 1, 1), *fund)
    said = fields["keeping_duty"].label
    yield row(label(said), value(more.fitted(said, fields["keeping_duty"].show(project), count, _WIDE), columns=3))


def _yes_no(project: Project, name: str) -> tuple[GridCell, GridCell]:
    return label(Project.fields[name].label), value(yes_no_boxes(project, name))


def _pledge_boxes(context: ProjectContext) -> tuple[Inline, ...]:
    """自筹承诺: yes or no; a project within the cap needs none, which is said where nothing is answered."""
    project, asked = context.case.project, context.case.asked
    within = Money(0) < asked.total <= context.policy.money(f"cap_{project.category.code}")
    boxes = yes_no_boxes(project, "self_raise_pledge")
    return (*boxes, "（未超上限）") if within and project.self_raise_pledge is None else boxes


def _posted(case: Casefile, more: Continuation, count: int) -> Iterator[GridRow]:
    notice = notice_for(case, NoticeKind.PROJECT)
    yield row(
        label("公示起止"),
        value(span_text(notice.posted_on, notice.ends_on) if notice else ""),
        label(Notice.fields["place"].label),
        value(notice.place if notice else ""),
    )
    yield row(label("异议及处理"), value(more.fitted("异议及处理", _objection(notice), count, _WIDE), columns=3))


def _objection(notice: Notice | None) -> str:
    return joined((notice.objection, notice.answer), "无异议") if notice else ""
