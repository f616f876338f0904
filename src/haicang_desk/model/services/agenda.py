"""What is to be done in a fund year, by kind: findings of one kind and projects that wait for one step are one item.

The first screen shows these items as cards, the most urgent first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.records import Stage
from haicang_desk.model.services.agenda_words import amiss
from haicang_desk.model.services.deadlines import Deadline, undecided_alterations
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import (
    PostedNotice,
    ProjectFilter,
    StageSums,
    count_projects,
    notices_before_filing,
    project_ids_of,
    project_titles,
    some_titles,
)
from haicang_desk.model.values import Money, full_date
from haicang_desk.model.workflow import IN_HAND, STEPS

SOON = 30  # days ahead that a duty of the street is among the things to be done
NAMED = 3  # projects that an item names
_SAID_BY_DEADLINES = {("R26", "季度报告"), ("R22", "自查的整改"), ("R23", "区级抽查的整改"), ("R22", "半年自查")}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """One thing to be done, or several of one kind.

    ``level``: block, exception, warn or info. ``due``: the first day on which one of them is due; None: none is known.
    ``projects``: ids, the most urgent first; where there may be very many, ``criteria`` says which they are instead.
    ``step``: the step that all of these projects wait for, "" for none. ``findings`` and ``deadlines`` are what the
    item is made of, where it is made of such.
    """

    kind: str  # what its items have in common, the same from day to day
    level: str
    title: str
    detail: str
    action: str  # words for a button
    due: date | None = None
    projects: tuple[str, ...] = ()
    criteria: ProjectFilter | None = None
    step: str = ""
    findings: tuple[Finding, ...] = ()
    deadlines: tuple[Deadline, ...] = ()

    def pressing(self, today: date) -> bool:
        """Whether it cannot wait: it stops a step, or is due by today."""
        return self.level in ("block", "exception") or (self.due is not None and self.due <= today)


def agenda_of(
    ws: Workspace,
    year: int,
    today: date,
    *,
    findings: Iterable[Finding],
    deadlines: Sequence[Deadline],
    sums: Sequence[StageSums],
) -> list[AgendaItem]:
    """Everything to be done in a fund year, the most urgent first: what is barred, what is late, what is due next."""
    items = [
        *of_findings(findings, today),
        *of_deadlines(deadlines, today),
        *_of_waiting(ws, year, today, sums),
    ]
    return sorted(items, key=lambda item: _urgency(item, today))


def _urgency(item: AgendaItem, today: date) -> tuple[int, int, date, int]:
    """What stops a step comes first, then what has a day, by that day; what has none comes last, the gravest first."""
    rank = _LEVELS.index(item.level)
    stops = item.level in ("block", "exception")
    return (0 if stops else 1, int(item.due is None), item.due or today, rank)


_LEVELS = ("block", "exception", "warn", "info")


# ---- findings


def of_findings(findings: Iterable[Finding], today: date) -> list[AgendaItem]:
    """Findings that ask for something, one item for each kind: rule, check, level and what is to be put right."""
    kinds: dict[tuple[str, str, str, str], list[Finding]] = {}
    for found in findings:
        if found.severity is Severity.INFO or found.excused_by or _is_said_by_a_deadline(found):
            continue
        kinds.setdefault((found.rule, found.check, found.severity.value, found.scope), []).append(found)
    return [_of_kind(kind, sorted(group, key=_gap, reverse=True), today) for kind, group in kinds.items()]


def _is_said_by_a_deadline(found: Finding) -> bool:
    """Whether it says that a duty of the street is late, which its deadline says too."""
    if found.scope != "street" or (found.rule, found.check) not in _SAID_BY_DEADLINES:
        return False
    return (found.check in ("季度报告", "半年自查") and found.measured == 0) or _days(found) is not None


def _of_kind(kind: tuple[str, ...], group: list[Finding], today: date) -> AgendaItem:
    """One item of findings of one kind, the worst first."""
    first, level = group[0], group[0].severity.value
    worst = list(_first_of_each(group))
    count = len(worst)
    if count == 1:
        title, detail = f"{first.title or first.subject}：{_alone(first)}", first.message
        writes_reason = first.check.startswith("尚未") or first.check == "逾期办成"
        action = "写明原因" if writes_reason else "去改"
    else:
        unit = _UNITS.get(first.scope, "件")
        title = f"{count} {unit}{_together(group)}"
        named = [(found.title or found.subject, _short(found)) for found in worst[:NAMED]]
        detail = _names(named, count, unit, figures=any(map(_short, worst)))
        action = _look_at(count, unit)
    return AgendaItem(
        kind="·".join(kind),
        level=level,
        title=title,
        detail=detail,
        action=action,
        due=min((day for found in group if (day := _limit_day(found))), default=today if first.stops else None),
        projects=tuple(found.project_id for found in worst if found.project_id),
        findings=tuple(group),
    )


def _first_of_each(group: Iterable[Finding]) -> Iterator[Finding]:
    """The first finding on each project, village or street."""
    seen: set[str] = set()
    for found in group:
        if (key := found.project_id or found.subject) not in seen:
            seen.add(key)
            yield found


_UNITS = {"project": "项", "village": "个村居"}


def _gap(found: Finding) -> int:
    """By how much it is amiss, in fen or days: the largest gap of a kind comes first."""
    return found.shortfall.fen if found.shortfall is not None else abs(_days(found) or 0)


def _days(found: Finding) -> int | None:
    """Days overdue, negative while there is time; None for what is not measured in days of the calendar."""
    measured, limit = _day(found.measured), _day(found.limit)
    return (measured - limit).days if measured and limit else None


def _limit_day(found: Finding) -> date | None:
    return _day(found.limit) if found.rule == "R12" else None


_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and _ISO_DAY.fullmatch(value) else None


def _figure(found: Finding) -> str:
    """The gap of one finding as it follows the words: its yuan or its days, else the missing count as the rule says."""
    if found.shortfall is not None:
        return f" {found.shortfall} 元"
    if found.rule == "R12" and (days := _days(found)) is not None:
        return f"，逾期 {days} 天" if days > 0 else "，今天到期" if days == 0 else f"，还有 {-days} 天"
    missing = next((part for part in re.split("[，（；]", found.message) if _MISSING.fullmatch(part)), "")
    return f"，{missing}" if missing else ""


def _alone(found: Finding) -> str:
    """What is wrong with one, with its gap; a verb that a sum follows falls away where there is no sum."""
    words, figure = amiss(found), _figure(found)
    head, _, verb = words.rpartition("，")
    return f"{words}{figure}" if figure or not head or verb not in _VERBS else head


_MISSING = re.compile(r"(缺|差|少) ?[\d,.]+ ?\S+")


def _short(found: Finding) -> str:
    """The gap of one among several."""
    if found.shortfall is not None:
        return f"{found.shortfall} 元"
    days = _days(found) if found.rule == "R12" else None
    return "" if days is None else f"{abs(days)} 天"


def _together(group: Sequence[Finding]) -> str:
    """What is wrong with several, with their gap: yuan are added, of days the worst is said."""
    words, _, verb = amiss(group[0]).rpartition("，")
    if not words or verb not in _VERBS:
        words, verb = amiss(group[0]), ""
    if all(found.shortfall is not None for found in group):
        return f"{words}，共{verb} {sum((found.shortfall or Money(0) for found in group), Money(0))} 元"
    days = [days for found in group if (days := _days(found)) is not None] if group[0].rule == "R12" else []
    if not days:
        return words
    worst = max(days)
    if worst > 0:
        return f"{words}，最久逾期 {worst} 天"
    return f"{words}，最近的今天到期" if worst == 0 else f"{words}，最近的还有 {-worst} 天"


_VERBS = ("差", "还差", "缺", "超出", "相差", "涉及")  # that a sum follows


def _names(named: Sequence[tuple[str, str]], count: int, unit: str = "项", *, figures: bool = False) -> str:
    """Two or three names, each with its figure, and how many more there are; ``figures``: any of all has a figure."""
    most = NAMED - 1 if figures and count > NAMED else NAMED
    shown = [f"{name} {figure}".rstrip() for name, figure in named[:most]]
    more = [f"另 {count - len(shown)} {unit}"] if count > len(shown) else []
    return " · ".join((*shown, *more))


# ---- deadlines of the street


def of_deadlines(deadlines: Sequence[Deadline], today: date) -> Iterator[AgendaItem]:
    """The duties of the street that are late or soon due, one by one; those due before the ledger began, folded."""
    own = [each for each in deadlines if not each.project]
    for each in own:
        late = each.late(today)
        if each.done or each.before_ledger or late < -SOON:
            continue
        level = "exception" if late > 0 else "warn" if late > -7 else "info"
        state = f"逾期 {late} 天" if late > 0 else "今天到期" if late == 0 else f"还有 {-late} 天"
        yield AgendaItem(
            kind=f"期限·{each.label}",
            level=level,
            title=f"{each.label}：{state}",
            detail=f"应在 {full_date(each.due)}前办好",
            action="去办",
            due=each.due,
            deadlines=(each,),
        )
    if early := tuple(each for each in own if each.before_ledger):
        yield AgendaItem(
            kind="期限·建立前",
            level="info",
            title=f"{len(early)} 件事在本台账建立前到期，如已办请登记",
            detail=_names([(each.label, "") for each in early], len(early)),
            action="看这几件",
            deadlines=early,
        )
    if carried := tuple(each for each in deadlines if each.project):
        yield AgendaItem(
            kind="上年结转",
            level="warn" if any(each.late(today) > 0 for each in carried) else "info",
            title=f"{len(carried)} 项上年结转，还没有办完",
            detail=_names([(each.label.partition("：")[2], "") for each in carried], len(carried)),
            action=_look_at(len(carried)),
            projects=tuple(each.project for each in carried),
            deadlines=carried,
        )


# ---- projects that wait for a step


def _of_waiting(ws: Workspace, year: int, today: date, sums: Sequence[StageSums]) -> Iterator[AgendaItem]:
    yield from of_notices(notices_before_filing(ws.conn, year), today)
    counts = {each.stage: each.projects for each in sums}
    for stage, only, step, words in _WAITING:
        if not counts.get(stage):
            continue
        criteria = ProjectFilter(year=year, stages=(stage,), only=only)
        if count := count_projects(ws.conn, criteria) if only else counts[stage]:
            yield AgendaItem(
                kind=f"等{'·'.join((stage.code, *only))}",
                level="info" if stage is not Stage.SENT_BACK else "warn",
                title=f"{count:,} {words}",
                detail=_names([(title, "") for title in some_titles(ws.conn, criteria, NAMED)], count),
                action=_batch(step) if step and count > 1 else _look_at(count),
                criteria=criteria,
                step=step,
            )
    if pays := [each for each in sums if each.stage in IN_HAND and each.unpaid]:
        count = sum(each.unpaid for each in pays)
        total = sum((each.undisbursed for each in pays), Money(0))
        yield AgendaItem(
            kind="待拨付",
            level="info",
            title=f"{count:,} 项待拨付，共 {total.wan} 万元",
            detail=" · ".join(f"{each.stage.label} {each.unpaid:,} 项" for each in pays),
            action=_batch("disburse") if count > 1 else _look_at(1),
            criteria=ProjectFilter(year=year, only=("undisbursed",)),
            step="disburse",
        )
    changed = ProjectFilter(year=year, among=tuple(undecided_alterations(ws)))
    if changed.among and (ids := tuple(project_ids_of(ws.conn, changed))):
        titles = project_titles(ws.conn, ids[:NAMED])
        yield AgendaItem(
            kind="变更待批复",
            level="warn",
            title=f"{len(ids)} 项变更待批复",
            detail=_names([(title, "") for title in titles], len(ids)),
            action=_look_at(len(ids)),
            projects=ids,
        )


_WAITING: tuple[tuple[Stage, tuple[str, ...], str, str], ...] = (  # stage, condition, step, what is said of the count
    (Stage.SENT_BACK, (), "", "项退回待补正"),
    (Stage.SUBMITTED, (), "approve", "项已申报，待审批"),
    (Stage.APPROVED, ("unsent",), "send", "项已审批，待报送备案"),
    (Stage.APPROVED, ("sent",), "lodge", "项已报送，待登记备案"),
    (Stage.LODGED, (), "", "项已备案，待确定实施主体"),
)


def of_notices(notices: Sequence[PostedNotice], today: date) -> Iterator[AgendaItem]:
    """Projects whose notice has ended and that may be filed, and those whose notice is posted now."""
    over = [each for each in notices if each.ends_on < today]
    posted = [each for each in notices if each.ends_on >= today]
    if over:
        yield AgendaItem(
            kind="公示期满",
            level="info",
            title=f"{len(over)} 项公示期满，可以申报",
            detail=_names([(each.title, "") for each in over], len(over)),
            action=_batch("submit") if len(over) > 1 else _look_at(1),
            due=today,
            projects=tuple(each.project for each in over),
            step="submit",
        )
    if posted:
        first = posted[0].ends_on
        yield AgendaItem(
            kind="公示中",
            level="info",
            title=f"{len(posted)} 项公示中，最早 {first.month}月{first.day}日 期满",
            detail=_names([(each.title, "") for each in posted], len(posted)),
            action=_look_at(len(posted)),
            due=first,
            projects=tuple(each.project for each in posted),
        )


def _batch(step: str) -> str:
    return f"成批{STEPS[step].label}"


def _look_at(count: int, unit: str = "项") -> str:
    return "去看" if count == 1 else f"看这 {count} {unit}"
