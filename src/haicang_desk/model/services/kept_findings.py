"""The findings on one project, computed with a watched day, as they are kept: which days they hold for, and as text.

A finding that counts days holds the count as a mark until it is shown, so that a project need not be asked again each
day on which nothing of it changes but the count.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from hashlib import sha256
from operator import attrgetter
from sys import intern
from typing import Any

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Clause, Finding, Severity
from haicang_desk.model.rules import Collector, RuleContext, project_findings
from haicang_desk.model.store import TABLES, FindingLine
from haicang_desk.model.values import Money, WatchedDay, is_marked, told_on

_NAMES = tuple(each.name for each in dataclasses.fields(Finding))
_CELLS = attrgetter(*_NAMES)
_NOTHING: Mapping[str, Any] = {}  # collected of most projects that are not in force
_TOLD = ("message", "measured", "limit")  # the fields in which a finding may count days
_DEFAULTS = {each.name: each.default for each in dataclasses.fields(Finding)}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFindings:
    """The findings on one project that hold from ``since`` until the day before ``until``, with their marks.

    ``collected``: what the rules on village and street need of it, by the collector's name.
    """

    project: str
    fund_year: int
    village: str
    code: str
    in_force: bool
    unfinished: bool
    since: date
    until: date
    collected: Mapping[str, Any]
    found: tuple[Finding, ...]

    def holds_on(self, day: date) -> bool:
        """Whether a check on that day would find the same."""
        return self.since <= day < self.until


def kept_of(context: RuleContext, collectors: Iterable[Collector], *, unfinished: bool, today: date) -> KeptFindings:
    """Ask the rules about a stored project. Of values that are not joined only a digest is kept, to tell a change."""
    case, watched = context.case, WatchedDay(today)
    found = tuple(_fast(each, watched) for each in project_findings(replace(context, today=watched)))
    project = case.project
    return KeptFindings(
        project=project.id,
        fund_year=project.fund_year,
        village=intern(str(project.village)),
        code=project.code,
        in_force=case.in_force,
        unfinished=unfinished,
        since=_same(watched.since),
        until=_same(watched.until),
        collected=_collected(case, collectors) if case.in_force else _NOTHING,
        found=found,
    )


@dataclass(frozen=True, slots=True)
class _Count:
    """A count of days from or to a watched day, by the mark that stands for it in a text."""

    mark: str


def _fast(found: Finding, watched: WatchedDay) -> Finding:
    """The finding with marks only where ``as_of`` looks for them; anything else of the day holds for it alone."""
    held: dict[str, Any] = {}
    for name, value in zip(_NAMES, _CELLS(found), strict=True):
        if isinstance(value, WatchedDay):
            held[name] = value.only_itself()
        elif is_marked(value) and name not in _TOLD:
            held[name] = told_on(value, watched.only_itself())
        elif is_marked(value) and not isinstance(value, str):
            held[name] = _Count(str(value))
    return replace(found, **held) if held else found


def changes_daily(found: Finding) -> bool:
    """Whether another text is told of a kept finding each day."""
    return any(isinstance(value, _Count) or is_marked(value) for value in (found.message, found.measured, found.limit))


def as_of(found: Finding, today: date) -> Finding:
    """A kept finding as it is told on a day for which it holds."""
    told = {name: cell for name in _TOLD if (cell := _told(value := getattr(found, name), today)) is not value}
    return replace(found, **told) if told else found


def _told(value: Any, today: date) -> Any:
    return int(told_on(value.mark, today)) if isinstance(value, _Count) else told_on(value, today)


def _collected(case: Casefile, collectors: Iterable[Collector]) -> dict[str, Any]:
    collected = {}
    for each in collectors:
        if (value := each.of(case)) is not None:
            collected[each.name] = value if each.join else sha256(repr(value).encode()).hexdigest()[:16]
    return collected


# As text

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def line_of(kept: KeptFindings) -> FindingLine:
    """The row of the store that keeps the findings on a project."""
    return FindingLine(
        project=kept.project,
        fund_year=kept.fund_year,
        village=kept.village,
        code=kept.code,
        in_force=int(kept.in_force),
        unfinished=int(kept.unfinished),
        since=kept.since.isoformat(),
        until=kept.until.isoformat(),
        collected=_encode({name: _pack(value) for name, value in kept.collected.items()}) if kept.collected else "",
        findings=packed_findings(kept.found) if kept.found else "",
    )


def kept_in(line: FindingLine) -> KeptFindings:
    """The findings that a row of the store keeps. Raises ValueError, KeyError or TypeError for one that is damaged."""
    collected = json.loads(line.collected) if line.collected else {}
    return KeptFindings(
        project=line.project,
        fund_year=line.fund_year,
        village=intern(line.village),
        code=line.code,
        in_force=bool(line.in_force),
        unfinished=bool(line.unfinished),
        since=_date(line.since),
        until=_date(line.until),
        collected={intern(name): _unpack(value) for name, value in collected.items()} if collected else _NOTHING,
        found=unpacked_findings(line.findings, (line.project, line.code)) if line.findings else (),
    )


def packed_findings(found: Iterable[Finding]) -> str:
    """Findings as JSON."""
    return _encode([_pack_finding(each) for each in found])


def unpacked_findings(packed: str, known: Iterable[str] = ()) -> tuple[Finding, ...]:
    """The findings that JSON holds. Raises ValueError, KeyError or TypeError for text that is damaged.

    Each text is held once for all of them, one of ``known`` where it is the same.
    """
    texts = {text: text for text in known}
    return tuple(_unpack_finding(each, texts) for each in json.loads(packed))


def _pack_finding(found: Finding) -> dict[str, Any]:
    """A finding without the fields that are as by default."""
    return {
        name: _pack(value)
        for name, value in zip(_NAMES, _CELLS(found), strict=True)
        if type(value) is not type(_DEFAULTS[name]) or value != _DEFAULTS[name]
    }


def _pack(value: Any) -> Any:
    """A value as JSON: text, truth and whole numbers as they are, others as a list of their kind and themselves."""
    if value is None or type(value) in (str, bool, int):
        return value
    for kind, (cls, write, _) in _KINDS.items():
        if isinstance(value, cls):
            return [kind, *write(value)]
    raise TypeError(f"{value!r} cannot be kept with a finding")


def _unpack(packed: Any) -> Any:
    return _KINDS[packed[0]][2](*packed[1:]) if isinstance(packed, list) else packed


@lru_cache(5_000)
def _date(day: str) -> date:
    return date.fromisoformat(day)


@lru_cache(5_000)
def _same(day: date) -> date:
    """A day as one object for all projects."""
    return day


@cache
def _clause(document: str, place: str) -> Clause:
    return Clause(document, place)


_KINDS: dict[str, tuple[type[Any], Any, Any]] = {
    "money": (Money, lambda money: [int(money)], Money),
    "day": (date, lambda day: [day.isoformat()], date.fromisoformat),
    "level": (Severity, lambda level: [level.value], Severity),
    "clause": (Clause, lambda clause: [clause.document, clause.place], _clause),
    "count": (_Count, lambda count: [count.mark], _Count),
    "record": (type, lambda record: [record.table], TABLES.__getitem__),
}


def _unpack_finding(packed: Mapping[str, Any], texts: dict[str, str]) -> Finding:
    cells = {}
    for name, value in packed.items():
        if not isinstance(value, str):
            cells[name] = _unpack(value)
        elif name in _OF_RULES:
            cells[name] = intern(value)
        else:
            cells[name] = texts.setdefault(value, value)
    return Finding(**cells)


_OF_RULES = {"rule", "check", "field", "scope"}  # the same few texts in the findings on all projects
