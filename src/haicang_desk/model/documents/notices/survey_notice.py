"""满意度测评结果公示 (N5). 三(六)¶2."""

from __future__ import annotations

import re
from collections.abc import Iterator

from haicang_desk.model.blocks import (
    Block,
    Grid,
    GridRow,
    KeepTogether,
    PaperKind,
    Para,
    Seal,
    Title,
    centred,
    label,
    row,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import percent
from haicang_desk.model.documents.notices.project_notice import closing, notice_for, period_of, posted_on
from haicang_desk.model.documents.registry import SCHEME, YEARS_10, Filed, document
from haicang_desk.model.documents.survey_results import LEVELS, SurveyResult, by_group, survey_result
from haicang_desk.model.records import Approval, NoticeKind, Phase, Project, Street, Survey, Village
from haicang_desk.model.values import full_date


def not_surveyed(context: ProjectContext) -> str:
    """The notice needs a survey with ballots."""
    return "" if survey_result(context.case.surveys).ballots else "项目还没有测评记录"


def survey_posted(context: ProjectContext) -> bool:
    """Signed off once the days of the notice are recorded."""
    return period_of(notice_for(context.case, NoticeKind.SURVEY)) is not None


@document(
    "survey-notice",
    "满意度测评结果公示",
    after="survey-form",
    kind=PaperKind.NOTICE,
    unavailable_reason=not_surveyed,
    most_pages=1,
    signed_off=survey_posted,
    shows={
        Street: ("name", "address", "contact", "phone"),
        Village: ("name",),
        Project: ("code", "title"),
        Approval: ("number",),
        Survey: ("assessor",),
    },
    filed=Filed(Phase.JUDGING, YEARS_10, lambda case: posted_on(case, NoticeKind.SURVEY), by_street=True),
)
def survey_notice(context: ProjectContext) -> Iterator[Block]:
    """N5 满意度测评结果公示: ballots by group, satisfaction and average; one page. Sealed by the street. 条文：C107"""
    case = context.case
    title, result = case.project.title, survey_result(case.surveys)
    yield Title(f"关于{SCHEME}“{title}”项目满意度测评结果的公示")
    days = sorted({each.surveyed_on for each in case.surveys if each.surveyed_on})
    when = full_date(days[0]) + (f"至{full_date(days[-1])}" if len(days) > 1 else "") if days else ""
    assessors = "、".join(dict.fromkeys(each.assessor for each in case.surveys))
    yield Para(
        f"根据《{context.policy.title}》（{context.policy.number}），{context.street.office}委托{assessors}，于{when}对"
        f"{case.village.name}“{title}”项目的实施情况开展公众满意度测评，现将结果公示如下。"
    )
    yield Grid(tuple(_result_rows(case, result)), (106, 42, 42, 42, 42, 42, 58, 72), heading=1)
    few = context.policy.number_of("survey_sample_note")
    note = f"样本量 n={result.ballots}，仅供参考。" if result.ballots < few else ""
    yield Para(
        f"满意率（非常满意、满意）{percent(result.pleased, result.ballots)}，基本满意以上"
        f"{percent(result.accepting, result.ballots)}，平均得分{result.points}分。{note}"
    )
    period = period_of(notice_for(case, NoticeKind.SURVEY))
    yield KeepTogether(
        (closing(context.street, period, context.policy), Seal(context.street.office, period[0] if period else None))
    )


def _result_rows(case: Casefile, result: SurveyResult) -> Iterator[GridRow]:
    fields = Survey.fields
    yield row(
        label("测评对象"), label("票数"), *(label(_stacked(fields[name].label)) for name in LEVELS), label("满意率")
    )
    for group, of_group in by_group(case.surveys).items():
        yield _survey_row(group.label, of_group)
    yield _survey_row("合计", result)


def _stacked(text: str) -> str:
    """非常满意 on two lines: the column is only as wide as a number."""
    return re.sub("^(非常|基本)", "\\1\n", text)


def _survey_row(title: str, result: SurveyResult) -> GridRow:
    return row(
        centred(title),
        centred(str(result.ballots)),
        *(centred(str(count)) for count in result.counts),
        centred(percent(result.pleased, result.ballots)),
    )
