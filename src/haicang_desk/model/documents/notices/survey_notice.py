"""满意度测评结果公示 (N5). 三(六)¶2."""

from __future__ import annotations

import re
from collections.abc import Iterator

from haicang_desk.model.blocks import Block, Grid, GridRow, PaperKind, Para, centred, label, row
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import percent
from haicang_desk.model.documents.notice_parts import (
    brief_closing,
    brief_of,
    brief_title,
    closing_blanks,
    days_text,
    notice_for,
    notice_title,
    period_of,
    posted_on,
    signed,
)
from haicang_desk.model.documents.registry import SCHEME, YEARS_10, Filed, document
from haicang_desk.model.documents.survey_results import LEVELS, SurveyResult, by_group, survey_result
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Approval, NoticeKind, Phase, Project, Street, Survey, Village
from haicang_desk.model.values import full_date

WHAT = "满意度测评结果公示"


def not_surveyed(context: ProjectContext) -> str:
    """The notice needs a survey with ballots."""
    return "" if survey_result(context.case.surveys).ballots else "项目还没有测评记录"


def survey_posted(context: ProjectContext) -> bool:
    """Signed off once the days of the notice are recorded."""
    return period_of(notice_for(context.case, NoticeKind.SURVEY)) is not None


def survey_blanks(context: ProjectContext) -> Iterator[str]:
    """What is left to be written by hand."""
    return closing_blanks(context.street, period_of(notice_for(context.case, NoticeKind.SURVEY)))


def survey_brief(context: ProjectContext) -> Iterator[str]:
    """In the QR code: the project, the ballots, how many are pleased, the period and the telephone."""
    result, period = survey_result(context.case.surveys), period_of(notice_for(context.case, NoticeKind.SURVEY))
    yield brief_of(
        f"{brief_title(context.case.project.title)}，{WHAT}。",
        (f"{_pleased(result)}，{_accepting(result)}",),
        f"平均得分{result.points}分。{brief_closing(context.street, period)}",
    )


@document(
    "survey-notice",
    WHAT,
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
    blanks=survey_blanks,
    brief=survey_brief,
)
def survey_notice(context: ProjectContext) -> Iterator[Block]:
    """N5 满意度测评结果公示: ballots by group, satisfaction and average; one page. Sealed by the street. 条文：C107"""
    case = context.case
    result = survey_result(case.surveys)
    yield notice_title(case.project.title, WHAT)
    yield Para(_lead(context))
    yield Grid(tuple(_result_rows(case, result)), (1,) * 8, heading=1, by_content=True)
    yield Para(f"{_pleased(result)}，{_accepting(result)}，平均得分{result.points}分。{_few(result, context.policy)}")
    period = period_of(notice_for(case, NoticeKind.SURVEY))
    (brief,) = survey_brief(context)
    yield signed(context.street, context.street.office, period, context.policy, brief)


def _lead(context: ProjectContext) -> str:
    case = context.case
    days = sorted({each.surveyed_on for each in case.surveys if each.surveyed_on})
    when = "" if not days else full_date(days[0]) if len(days) == 1 else days_text(days[0], days[-1])
    assessors = "、".join(dict.fromkeys(each.assessor for each in case.surveys if each.assessor))
    told = f"{context.street.office}{f'委托{assessors}' if assessors else ''}{f'于{when}' if when else ''}"
    what = f"{case.village.name}{case.project.fund_year}年度{SCHEME}项目的实施情况"
    return f"按照{context.policy.number}文件，{told}对{what}开展公众满意度测评，现公示如下。"


def _pleased(result: SurveyResult) -> str:
    return f"满意率（非常满意、满意）{percent(result.pleased, result.ballots)}"


def _accepting(result: SurveyResult) -> str:
    return f"基本满意以上{percent(result.accepting, result.ballots)}"


def _few(result: SurveyResult, policy: Policy) -> str:
    few = policy.number_of("survey_sample_note")
    return f"样本量 n={result.ballots}，仅供参考。" if result.ballots < few else ""


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
