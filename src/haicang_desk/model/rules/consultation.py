"""Rules on what comes before an application: R15 order of steps and public notice, R16 five groups consulted.

三(二)¶2, 三(三)¶2. They apply once a project is submitted or about to be; a draft is not checked.

条文：C037 C038 C065 C066 C068 C070 C075
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.records import Consulted, Deliberation, Notice, NoticeKind, Opinion
from haicang_desk.model.rules.engine import RuleContext, rule
from haicang_desk.model.values import Money, full_date, needed

CALLING_PLACE = "三(二)¶2"  # 征集、协商、清单、公示、申报
CONSULTING_PLACE = "三(三)¶2"  # 征求意见、报送审批
BEFORE = ("submit", "approve")


def notice_of(case: Casefile) -> Notice | None:
    """The public notice that an application rests on.

    The project's own last notice posted by the day of application; else the village's last one that had ended by then.
    """
    filed = case.project.submitted_on
    if filed is None:
        return None
    posted = [n for n in case.notices if n.kind is NoticeKind.PROJECT and n.posted_on and n.posted_on <= filed]
    own = [notice for notice in posted if notice.project]
    if own:
        return own[-1]
    ended = [notice for notice in posted if notice.ends_on and notice.ends_on < filed]
    return next(reversed(ended or posted), None)


@rule("R15", "征集、协商、公示在申报之前", clause=CALLING_PLACE, answered_by=Notice, before=BEFORE)
def filed_in_order(context: RuleContext) -> Iterator[Finding]:
    """A suggestion and a deliberation are recorded on or before the day of application."""
    case, filed = context.case, context.case.project.submitted_on
    if filed is None:
        return
    called = [s.told_on for s in case.suggestions if s.told_on]
    met = [d.held_on for d in case.deliberations if d.held_on]
    for name, days in (("征集", called), ("协商", met)):
        if not any(day <= filed for day in days):
            late = f"最早的{name}在 {full_date(min(days))}，晚于申报" if days else f"没有{name}记录"
            yield Finding(
                severity=Severity.BLOCK,
                measured=min(days).isoformat() if days else None,
                limit=filed.isoformat(),
                field="submitted_on",
                message=f"申报日期 {full_date(filed)}，{late}，应先{name}再申报，请补登{name}记录",
            )


@rule("R15", "公示期满再申报", clause=CALLING_PLACE, answered_by=Notice, before=BEFORE)
def filed_after_notice(context: RuleContext) -> Iterator[Finding]:
    """The application comes after the last day of the public notice.

    The posting day is not counted: posted 08-01 for 7 natural days, ends 08-08, application from 08-09 on. Fewer than
    the minimum of days block, fewer than usual are a warning.
    """
    case, policy, filed = context.case, context.policy, context.case.project.submitted_on
    if filed is None:
        return
    notice = notice_of(case)
    posted_on, ends_on = (notice.posted_on, notice.ends_on) if notice else (None, None)
    if posted_on is None or ends_on is None:
        yield Finding(
            severity=Severity.BLOCK,
            limit=filed.isoformat(),
            field="submitted_on",
            message=f"申报日期 {full_date(filed)}，此前没有项目公示，应在村居公告栏公示期满后再申报",
        )
        return
    days, least = (ends_on - posted_on).days, policy.number_of("notice_days_min")
    if filed <= ends_on or days < least:
        yield Finding(
            severity=Severity.BLOCK,
            measured=filed.isoformat(),
            limit=ends_on.isoformat(),
            field="submitted_on",
            message=f"公示 {full_date(posted_on)}起 {days} 日，至 {full_date(ends_on)}止，"
            f"申报日期 {full_date(filed)}，公示未满，应公示满 {max(days, least)} 日的次日起申报",
        )
    elif days < policy.number_of("notice_days"):
        usual = policy.number_of("notice_days")
        yield Finding(
            severity=Severity.WARN,
            clause=policy.clause("notice_days"),
            measured=days,
            limit=usual,
            message=f"公示 {days} 日，惯例为 {usual} 日，少 {usual - days} 日，方案未定天数，请核对是否需要延长公示",
        )


@rule("R15", "公示异议有处理结果", clause=CALLING_PLACE, answered_by=Notice, before=BEFORE, about=("notices",))
def objections_are_answered(context: RuleContext) -> Iterator[Finding]:
    """An objection to the public notice has an answer before the application."""
    notice = notice_of(context.case)
    if notice and notice.objection.strip() and not notice.answer.strip():
        yield Finding(
            severity=Severity.BLOCK,
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
    gap: Money | None = None


def changed_since(notice: Notice, case: Casefile) -> Iterator[NoticeDifference]:
    """The differences between a notice and the project now; what the notice did not record is not compared."""
    project, total = case.project, case.asked.total
    if notice.shown_total is not None and notice.shown_total != total:
        gap = Money(abs(total - notice.shown_total))
        yield NoticeDifference("金额", f" {notice.shown_total} 元", f" {total} 元", gap)
    if notice.shown_place and _without_spaces(notice.shown_place) != _without_spaces(project.place):
        yield NoticeDifference("地点", notice.shown_place, project.place or "空")
    if notice.shown_works and _without_spaces(notice.shown_works) != _without_spaces(project.works):
        yield NoticeDifference("内容", "公示的建设服务内容", "另一内容")


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
        measured=case.asked.total.fen,
        limit=notice.shown_total.fen if notice.shown_total is not None else None,
        shortfall=gap,
        field="works" if gap is None else "special",
        message=f"{text}{f'，相差 {gap} 元' if gap else ''}，内容变更须重新公示",
    )


@rule("R16", "征求五类意见", clause=CONSULTING_PLACE, answered_by=Opinion, before=BEFORE)
def all_are_consulted(context: RuleContext) -> Iterator[Finding]:
    """Each of the five groups is consulted by the day of application; a village may have no 老人协会."""
    case, filed = context.case, context.case.project.submitted_on
    if filed is None:
        return
    heard = {opinion.consulted for opinion in case.opinions if opinion.sought_on and opinion.sought_on <= filed}
    missing = [group for group in Consulted if group not in heard]
    if Consulted.ELDERS in missing and case.village.has_elders is False:
        missing.remove(Consulted.ELDERS)
        yield Finding(
            severity=Severity.WARN,
            message="本村居无老人协会，未征求该组意见，请在征求意见表注明",
        )
    if missing:
        names = "、".join(group.label for group in missing)
        yield Finding(
            severity=Severity.BLOCK,
            measured=len(heard),
            limit=len(Consulted),
            field="submitted_on",
            message=f"应在 {full_date(filed)}申报前征求五类意见，已有 {len(heard)} 类，缺{names}，请补齐后再报",
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
    """The project's own meetings up to the day of application; where it has none, the village's last one."""
    meetings = [each for each in case.deliberations if each.held_on and each.held_on <= filed]
    return [each for each in meetings if each.project] or meetings[-1:]


def _meeting_finding(context: RuleContext, parameter: str, measure: tuple[int, int], message: str) -> Finding:
    (part, whole), share = measure, context.policy.share(parameter)
    return Finding(
        severity=Severity.WARN,
        clause=context.policy.clause(parameter),
        measured=f"{part}/{whole}",
        limit=f"{share.numerator}/{share.denominator}",
        message=f"{message}，请核对是否重新协商",
    )


def _opposition(context: RuleContext) -> Iterator[Finding]:
    """A warning where half of a group or more is against, with nothing more: the policy sets no majority."""
    for opinion in context.case.opinions:
        against, people = opinion.opposed or 0, _people_asked(opinion)
        if against and against * 2 >= people:
            yield Finding(
                severity=Severity.WARN,
                measured=f"{against}/{people}",
                limit="1/2",
                message=f"{opinion.consulted.label} {people} 人中 {against} 人不同意，已达半数，请说明采纳情况",
            )


def _people_asked(opinion: Opinion) -> int:
    """How many people of a group were asked: as recorded, or as many as answered."""
    spoke = (opinion.agreed or 0) + (opinion.opposed or 0)
    return max(opinion.people or spoke, opinion.opposed or 0)
