"""Rules R24 (satisfaction survey) and R25 (best projects of the year). 三(六)¶2, 四(三)¶2.

条文：C105–C108
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Award, AwardResult, NoticeKind, Stage, Survey, SurveyGroup
from haicang_desk.model.rules.engine import RuleContext, rule

PLACE = "三(六)¶2"
_VOTES = ("excellent", "good", "fair", "poor", "bad")


def valid_ballots(survey: Survey) -> int:
    """The number of valid ballots of one group."""
    return sum(getattr(survey, name) or 0 for name in _VOTES)


@rule("R24", "测评结果公开的条件", clause=PLACE, answered_by=Survey, before=("post_survey",), about=("notices",))
def survey_is_complete(context: RuleContext) -> Iterator[Finding]:
    """A survey result is published only with a third-party assessor and ballots of all four groups; else a waiver."""
    case = context.case
    shown = [notice for notice in case.notices if notice.kind is NoticeKind.SURVEY and notice.project]
    if not shown:
        return
    if not shown[-1].id and not shown[-1].place.strip():  # the step asks for it; a ledger that came in may lack it
        yield _finding(Severity.BLOCK, "测评结果公示没有写明公开渠道，请在公示地点补填公开的地点或网址", (0, 1))
    if not any(survey.assessor.strip() for survey in case.surveys):
        yield _finding(Severity.BLOCK, "已公示测评结果，没有第三方评估机构的测评记录，应补登测评后再公示", (0, 1))
        return
    counts = {group: sum(valid_ballots(s) for s in case.surveys if s.group is group) for group in SurveyGroup}
    empty = [group.label for group, votes in counts.items() if not votes]
    if empty:
        found = _finding(
            Severity.EXCEPTION,
            f"四组测评对象中{'、'.join(empty)}没有有效票",
            (len(SurveyGroup) - len(empty), len(SurveyGroup)),
        )
        yield replace(found, taken_on=shown[-1].posted_on, cure="应补测或登记例外批准")
    votes, enough = sum(counts.values()), context.policy.number_of("survey_sample_note")
    if votes < enough:
        yield _finding(
            Severity.INFO,
            f"样本量 {votes} 票，不足 {enough} 票，公示上注明结果仅供参考，可以补测",
            (votes, enough),
        )


@rule("R24", "满意度测评", clause=PLACE, answered_by=Survey, about=("progress",))
def satisfaction_is_measured(context: RuleContext) -> Iterator[Finding]:
    """A closed project has a survey, and others by the end of their year. It is no condition for closing."""
    case = context.case
    if case.surveys or case.stage not in (Stage.UNDERWAY, Stage.COMPLETED, Stage.CLOSED):
        return
    over = context.today > date(case.project.fund_year, 12, 31)
    if case.stage is Stage.CLOSED:
        yield _finding(Severity.WARN, "项目已办结，没有满意度测评，请委托第三方评估机构测评并登记", (0, 1))
    elif over:
        yield _finding(
            Severity.INFO, f"{case.project.fund_year} 年度已结束，项目还没有满意度测评，请安排第三方测评", (0, 1)
        )


def _finding(severity: Severity, message: str, measure: tuple[int, int]) -> Finding:
    measured, limit = measure
    return Finding(severity=severity, measured=measured, limit=limit, message=message)


def award_score(award: Award, policy: Policy) -> Fraction | None:
    """The score of 居民评议 and 专家评议 by their weights; one alone counts whole; None where neither is given."""
    scores = ((award.resident_score, "award_resident_weight"), (award.expert_score, "award_expert_weight"))
    given = [(Fraction(score), policy.share(weight)) for score, weight in scores if score is not None]
    weights = sum((weight for _, weight in given), Fraction(0))
    return sum((score * weight for score, weight in given), Fraction(0)) / weights if weights else None


@rule("R25", "年度评优", clause=PLACE, answered_by=Award, about=("awards",))
def only_closed_projects_are_put_forward(context: RuleContext) -> Iterator[Finding]:
    """Only closed projects are put forward as the best of the year; a prize has its document number."""
    case = context.case
    if not case.awards:
        return
    if case.stage is not Stage.CLOSED:
        yield Finding(
            severity=Severity.WARN,
            measured=case.stage.label,
            limit=Stage.CLOSED.label,
            message=f"已推荐年度优秀项目，项目处于“{case.stage.label}”，请办结后再推荐",
        )
    for award in case.awards:
        if award.result is AwardResult.EXCELLENT and not award.number.strip():
            yield Finding(
                severity=Severity.INFO,
                measured=0,
                limit=1,
                field="number",
                message=f"{award.fund_year} 年度获评优秀，没有登记文号，请在评优补填文号后列入项目库",
            )
