"""Rules on what comes before an application: R15 order of steps and public notice, R16 five groups consulted.

三(二)¶2, 三(三)¶2. They apply once a project is submitted or about to be; a draft is not checked.

条文：C037 C038 C065 C066 C068 C070 C075
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.records import Consulted, Deliberation, Notice, NoticeKind, Opinion, Record, Suggestion
from haicang_desk.model.rules.engine import RuleContext, rule
from haicang_desk.model.values import Money, add_months, full_date, needed, notice_end

CALLING_PLACE = "三(二)¶2"  # 征集、协商、清单、公示、申报
CONSULTING_PLACE = "三(三)¶2"  # 征求意见、报送审批
BEFORE = ("submit", "approve")


def notice_of(case: Casefile) -> Notice | None:
    """The public notice that an application rests on.

    The project's own last notice posted by the day of application; else the village's last one that had ended by then.
    """
    filed = case.applied_on
    if filed is None:
        return None
    posted = [n for n in case.notices if n.kind is NoticeKind.PROJECT and n.posted_on and n.posted_on <= filed]
    own = [notice for notice in posted if notice.project]
    if own:
        return own[-1]
    ended = [notice for notice in posted if notice.ends_on and notice.ends_on < filed]
    return next(reversed(ended or posted), None)


@rule("R15", "先征集、再协商、后公示", clause=CALLING_PLACE, answered_by=Notice, before=BEFORE)
def called_and_met_before_the_notice(context: RuleContext) -> Iterator[Finding]:
    """征集 ≤ 协商 ≤ 公示开始, and all of them by the application. Some meeting and some call before it must do so."""
    case, filed = context.case, context.case.applied_on
    if filed is None:
        return
    notice = notice_of(case)
    posted = notice.posted_on if notice else None
    last, step = (posted, "公示开始") if posted else (filed, "申报")
    months = context.policy.number_of("calling_months")
    earliest = max(add_months(last, -months), date(case.project.fund_year - 1, 1, 1))
    met = _days_that_serve(case.deliberations, "held_on", earliest)
    in_time = [day for day in met if day <= last]
    if not in_time:
        yield _out_of_order("协商", met, step, last, months if case.deliberations else 0)
    else:
        last, step = max(in_time), "协商"
    called = _days_that_serve(case.suggestions, "told_on", earliest)
    if not any(day <= last for day in called):
        yield _out_of_order("征集", called, step, last, months if case.suggestions else 0)


def _days_that_serve(records: Iterable[Record], dated: str, earliest: date) -> list[date]:
    """The days of the calls or meetings of a project, in order.

    Those of the village that name no project serve the projects of that fund year: from ``calling_months`` before the
    notice on, and not before the year that precedes the fund year.
    """
    days: list[tuple[date | None, bool]] = [(getattr(r, dated), bool(getattr(r, "project", ""))) for r in records]
    return sorted(day for day, own in days if day is not None and (own or day >= earliest))


def _out_of_order(what: str, days: list[date], step: str, last: date, stale: int) -> Finding:
    """The finding that no call or meeting came by the day of the step that follows it.

    ``stale``: the months for which one of the village serves, where it has some, and 0 where there is none at all.
    """
    if days:
        fault = f"最早的{what}在 {full_date(days[0])}，晚于{step} {full_date(last)}"
        cure = "请核对日期，属实的重新协商、重新公示，期满后重新申报"
    else:
        fault = f"没有公示前 {stale} 个月内的{what}记录" if stale else f"没有{what}记录"
        cure = f"请补登{what}记录"
    return Finding(
        severity=Severity.BLOCK,
        measured=days[0].isoformat() if days else 0,
        limit=last.isoformat() if days else 1,
        field="submitted_on",
        answered_by=Suggestion if what == Suggestion.label else Deliberation,
        message=f"{fault}，应先{what}再{step.removesuffix('开始')}，{cure}",
    )


@rule("R15", "公示期满再申报", clause=CALLING_PLACE, answered_by=Notice, before=BEFORE)
def filed_after_notice(context: RuleContext) -> Iterator[Finding]:
    """The application comes after the last day of the public notice.

    The posting day is not counted: posted 08-01 for 7 natural days, ends 08-08, application from 08-09 on. Fewer than
    the minimum of days block, fewer than usual are a warning.
    """
    case, policy, filed = context.case, context.policy, context.case.applied_on
    if filed is None:
        return
    notice = notice_of(case)
    posted_on, ends_on = (notice.posted_on, notice.ends_on) if notice else (None, None)
    if posted_on is None or ends_on is None:
        yield Finding(
            severity=Severity.BLOCK,
            measured=0,
            limit=1,
            field="submitted_on",
            message=f"申报日期 {full_date(filed)}，此前没有项目公示，"
            "应在村居公告栏公示，期满后重新申报，已公示的请补登公示",
        )
        return
    days, least = (ends_on - posted_on).days, policy.number_of("notice_days_min")
    if days < 0:
        yield Finding(
            severity=Severity.BLOCK,
            measured=ends_on.isoformat(),
            limit=posted_on.isoformat(),
            field="ends_on",
            message=f"公示结束日期 {full_date(ends_on)}早于开始日期 {full_date(posted_on)}，倒置 {-days} 天，"
            "请核对更正公示的开始日期和结束日期",
        )
    elif filed <= ends_on or days < least:
        yield Finding(
            severity=Severity.BLOCK,
            measured=filed.isoformat(),
            limit=max(ends_on, notice_end(posted_on, least)).isoformat(),
            field="submitted_on",
            message=f"公示 {full_date(posted_on)}起 {days} 日，至 {full_date(ends_on)}止，"
            f"申报日期 {full_date(filed)}，公示未满，应公示满 {max(days, least)} 日的次日起申报，"
            "已申报的退回后期满重新申报",
        )
    elif days < policy.number_of("notice_days"):
        usual = policy.number_of("notice_days")
        yield Finding(
            severity=Severity.WARN,
            clause=policy.clause("notice_days"),
            measured=days,
            limit=usual,
            message=f"公示 {days} 日，惯例为 {usual} 日，少 {usual - days} 日，方案未定天数，请核对，"
            "需要延长的重新公示，期满后重新申报",
        )


@rule("R15", "公示异议有处理结果", clause=CALLING_PLACE, answered_by=Notice, before=BEFORE, about=("notices",))
def objections_are_answered(context: RuleContext) -> Iterator[Finding]:
    """An objection to the public notice has an answer before the application."""
    notice = notice_of(context.case)
    if notice and notice.objection.strip() and not notice.answer.strip():
        yield Finding(
            severity=Severity.BLOCK,
            measured=0,
            limit=1,
            field="answer",
            message=f"{full_date(notice.posted_on) if notice.posted_on else ''}的公示收到异议，还没有处理结果，"
            "公示不能结束，请登记异议处理",
        )


@dataclass(frozen=True, slots=True)
class NoticeDifference:
    """One thing that the notice showed and the application has otherwise; ``gap`` in money, if it is an amount."""

    label: str
    shown: str
    now: str
    measured: int | str
    limit: int | str
    gap: Money | None = None


def changed_since(notice: Notice, case: Casefile) -> Iterator[NoticeDifference]:
    """The differences between a notice and the project now; what the notice did not record is not compared."""
    project, total = case.project, case.asked.total
    if notice.shown_total is not None and notice.shown_total != total:
        gap = Money(abs(total - notice.shown_total))
        yield NoticeDifference(
            "金额", f" {notice.shown_total} 元", f" {total} 元", total.fen, notice.shown_total.fen, gap
        )
    if notice.shown_place and _without_spaces(notice.shown_place) != _without_spaces(project.place):
        place = project.place or "空"
        yield NoticeDifference("地点", notice.shown_place, place, place, notice.shown_place)
    if notice.shown_works and _without_spaces(notice.shown_works) != _without_spaces(project.works):
        yield NoticeDifference("内容", "公示的建设服务内容", "另一内容", 1, 0)


def _without_spaces(text: str) -> str:
    return "".join(text.split())


@rule("R15", "公示后内容未变", clause=CALLING_PLACE, answered_by=Notice, before=BEFORE, about=("notices",))
def filed_project_matches_its_notice(context: RuleContext) -> Iterator[Finding]:
    """Amount, place and content are those of the public notice; else it is posted again or a waiver recorded."""
    case, notice = context.case, notice_of(context.case)
    if notice is None or not notice.project:
        return
    changed = list(changed_since(notice, case))
    if not changed:
        return
    text = "、".join(f"{each.label}公示为{each.shown}而申报为{each.now}" for each in changed)
    gap = next((each.gap for each in changed if each.gap), None)
    yield Finding(
        severity=Severity.EXCEPTION,
        measured=changed[0].measured,
        limit=changed[0].limit,
        shortfall=gap,
        field="works" if gap is None else "special",
        message=f"{text}{f'，相差 {gap} 元' if gap else ''}",
        cure="内容变更须重新公示，期满后重新申报",
    )


@rule("R16", "征求五类意见", clause=CONSULTING_PLACE, answered_by=Opinion, before=BEFORE)
def all_are_consulted(context: RuleContext) -> Iterator[Finding]:
    """Each of the five groups is consulted by the day of application; a village may have no 老人协会."""
    case, filed = context.case, context.case.applied_on
    if filed is None:
        return
    heard = {opinion.consulted for opinion in case.opinions if opinion.sought_on and opinion.sought_on <= filed}
    missing = [group for group in Consulted if group not in heard]
    if Consulted.ELDERS in missing and case.village.has_elders is False:
        missing.remove(Consulted.ELDERS)
        if not any(opinion.consulted is Consulted.ELDERS for opinion in case.opinions):
            yield Finding(
                severity=Severity.WARN,
                measured=len(heard),
                limit=len(Consulted),
                message="本村居无老人协会，未征求该组意见，请在征求意见登记老人协会一条，意见要点写明本村居无此组织",
            )
    if missing:
        names = "、".join(group.label for group in missing)
        yield Finding(
            severity=Severity.BLOCK,
            measured=len(heard),
            limit=len(Consulted),
            field="submitted_on",
            message=f"应在 {full_date(filed)}申报前征求五类意见，已有 {len(heard)} 类，缺{names}，"
            "请补登征求意见，确未征求的征求后重新申报",
        )
    yield from _opposition(context)
    yield from _meetings(context, filed)


def _meetings(context: RuleContext, filed: date) -> Iterator[Finding]:
    """Warnings for meetings below the quorum or majority of the office's rule set; the policy sets neither."""
    for meeting in _meetings_on(context.case, filed):
        came = meeting.present
        if came is not None and meeting.expected:
            least = needed(meeting.expected, context.policy.share("deliberation_quorum"))
            text = f"应到 {meeting.expected} 人，实到 {came} 人，应不少于 {least} 人，缺 {least - came} 人"
            if came < least:
                yield _meeting_finding(
                    context, "deliberation_quorum", (came, meeting.expected), f"“{meeting.meeting}”{text}"
                )
        if came and meeting.agreed is not None and (share := context.policy.share("deliberation_majority")):
            least = came * share.numerator // share.denominator + 1
            text = f"到会 {came} 人，同意 {meeting.agreed} 人，应不少于 {least} 人，缺 {least - meeting.agreed} 人"
            if meeting.agreed < least:
                yield _meeting_finding(
                    context, "deliberation_majority", (meeting.agreed, came), f"“{meeting.meeting}”{text}"
                )


def _meetings_on(case: Casefile, filed: date) -> list[Deliberation]:
    """The project's own meetings up to the day of application; where it has none, the village's last one.

    Of meetings of one name the last counts: it was held anew.
    """
    meetings = [each for each in case.deliberations if each.held_on and each.held_on <= filed]
    own = {each.meeting: each for each in meetings if each.project}
    return list(own.values()) or meetings[-1:]


def _meeting_finding(context: RuleContext, parameter: str, measure: tuple[int, int], message: str) -> Finding:
    (part, whole), share = measure, context.policy.share(parameter)
    return Finding(
        severity=Severity.WARN,
        clause=context.policy.clause(parameter),
        measured=f"{part}/{whole}",
        limit=f"{share.numerator}/{share.denominator}",
        message=f"{message}，请核对人数，须重新协商的以同一会议名称登记，协商后重新公示、重新申报",
    )


def _opposition(context: RuleContext) -> Iterator[Finding]:
    """A warning where half of a group or more is against and no one says what came of it; no majority is set."""
    for opinion in context.case.opinions:
        against, people = opinion.opposed or 0, _people_asked(opinion)
        if against and against * 2 >= people and not opinion.adopted.strip():
            yield Finding(
                severity=Severity.WARN,
                measured=f"{against}/{people}",
                limit="1/2",
                field="adopted",
                message=f"{opinion.consulted.label} {people} 人中 {against} 人不同意，已达半数，"
                "请在征求意见的采纳情况中写明",
            )


def _people_asked(opinion: Opinion) -> int:
    """How many people of a group were asked: as recorded, or as many as answered."""
    spoke = (opinion.agreed or 0) + (opinion.opposed or 0)
    return max(opinion.people or spoke, opinion.opposed or 0)
