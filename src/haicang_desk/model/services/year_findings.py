"""The findings on one fund year, held in memory: on its projects, and those on villages and street that follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import reduce
from hashlib import sha256
from typing import Any

from haicang_desk.model.balances import Balance
from haicang_desk.model.findings import Finding
from haicang_desk.model.policy import ReferenceTables
from haicang_desk.model.records import (
    Holiday,
    LabourPrice,
    ProcurementLimit,
    PublicProject,
    Record,
    Street,
    Village,
    YearPlan,
)
from haicang_desk.model.rules import (
    Collectable,
    Collected,
    Collector,
    StreetRuleContext,
    VillageRuleContext,
    needs_of,
    street_findings,
    village_findings,
)
from haicang_desk.model.services.evaluation import collected_anew, reference_tables_of
from haicang_desk.model.services.kept_findings import KeptFindings, as_of, packed_findings, unpacked_findings
from haicang_desk.model.services.sorted_findings import Key, SortedFindings, keys_of
from haicang_desk.model.services.workspace import Workspace

OF_EVERY_PROJECT = (Holiday, LabourPrice, ProcurementLimit, PublicProject)  # tables that any project may depend on


class CommonRecords:
    """What all projects of the store have in common, read once and again after a change of it."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._tables: dict[int, ReferenceTables] = {}
        self._records: dict[type[Record], tuple[Any, ...]] = {}

    def forget(self, tables: Iterable[str]) -> None:
        """Read what stands in these tables again when it is next asked for."""
        for cls in [cls for cls in self._records if cls.table in tables]:
            del self._records[cls]
        if any(cls.table in tables for cls in (*OF_EVERY_PROJECT, YearPlan)):
            self._tables.clear()

    def reference_tables(self, year: int) -> ReferenceTables:
        """The office's reference tables of a fund year."""
        if year not in self._tables:
            self._tables[year] = reference_tables_of(self._ws, year)
        return self._tables[year]

    def all(self, cls: type[Record]) -> tuple[Any, ...]:
        """All records of a class."""
        if cls not in self._records:
            self._records[cls] = tuple(self._ws.all(cls))
        return self._records[cls]

    @property
    def street(self) -> Street:
        """The street."""
        street: Street = next(iter(self.all(Street)), Street())
        return street


class YearFindings:
    """The findings on a fund year as of a day. ``carried``: with those on projects carried over into it."""

    def __init__(self, ws: Workspace, common: CommonRecords, year: int, *, carried: bool, today: date) -> None:
        self._ws, self._common = ws, common
        self.year, self.carried, self.today = year, carried, today
        self.policy = ws.policy(year)
        self.projects: dict[str, KeptFindings] = {}
        self._sorted = SortedFindings(today)
        self._of_sums: dict[str, list[tuple[Key, Finding]]] = {}  # by village id, "" for the street
        self._in_force: dict[str, dict[str, KeptFindings]] = defaultdict(dict)  # by village and project
        self._moved_villages = set[str]()  # villages that other values were collected from since they were asked about
        self._moved = set[str]()  # collectors that another value was collected by since the street was asked about
        self._judged: dict[str, tuple[Any, ...]] = {}  # what the findings on a village rest on, but for ``_compared``
        self._compared: dict[str, tuple[Finding, ...]] = {}  # by village, of the rules that collect from its projects
        self.stored: dict[str, tuple[str, str]] = {}  # the same as JSON, under the digest of what was compared
        self.unsaved: dict[str, tuple[str, str]] = {}  # that of them which is not in the store
        self._joined: dict[str, Any] = {}  # by collector of the street

    # asked for

    def told(self) -> list[Finding]:
        """All findings in the order of ``check``."""
        return self._sorted.told()

    def told_of(self, project: str) -> list[Finding]:
        """The findings on one project itself, in the same order."""
        kept = self.projects.get(project)
        found = sorted(zip(self._keys(kept), kept.found, strict=True), key=lambda each: each[0]) if kept else ()
        return [as_of(each, self.today) for _, each in found]

    def turn_to(self, today: date) -> list[str]:
        """Tell the findings as of another day; gives the projects on which others may have to be told."""
        self.today = today
        self._sorted.turn_to(today)
        return [project for project, kept in self.projects.items() if not kept.holds_on(today)]

    # projects

    def belongs(self, kept: KeptFindings) -> bool:
        """Whether findings on a project are among those of the year."""
        return kept.fund_year == self.year or (self.carried and kept.unfinished and kept.fund_year < self.year)

    def put(self, kept: KeptFindings) -> None:
        """Hold the findings on a project in place of those held; of one that does not belong here, none."""
        before = self.projects.pop(kept.project, None)
        if before is not None:
            self._sorted.remove(self._keys(before))
        if self.belongs(kept):
            self.projects[kept.project] = kept
            self._sorted.add(zip(self._keys(kept), kept.found, strict=True))
            self._count(before, kept)
        else:
            self._count(before, None)

    def drop(self, project: str) -> None:
        """Hold nothing of a project."""
        before = self.projects.pop(project, None)
        if before is not None:
            self._sorted.remove(self._keys(before))
            self._count(before, None)

    def _keys(self, kept: KeptFindings) -> Iterator[Key]:
        part = 0 if kept.fund_year == self.year else kept.fund_year
        return keys_of(kept.found, part=part, village=kept.village, code=kept.code, project=kept.project)

    def _count(self, before: KeptFindings | None, after: KeptFindings | None) -> None:
        """Note what moved of the sums and values that rules on village and street rest on."""
        was, now = (each if each is not None and self._counts(each) else None for each in (before, after))
        if was:
            del self._in_force[was.village][was.project]
        if now:
            self._in_force[now.village][now.project] = now
        if was and now and (was.village, was.code, was.collected) == (now.village, now.code, now.collected):
            return
        for each in filter(None, (was, now)):
            self._moved_villages.add(each.village)
            self._moved |= each.collected.keys()

    def _counts(self, kept: KeptFindings) -> bool:
        """Whether village and street have a project in their sums and values."""
        return kept.in_force and kept.fund_year == self.year

    # villages and street

    def weigh(self) -> Iterator[None]:
        """Ask the rules on villages and street where what they rest on moved, once all projects are known.

        It pauses after each village.
        """
        register, standing = self._ws.register(self.year), self._common.reference_tables(self.year)
        villages = {village.id: village for village in self._common.all(Village) if self._in_force[village.id]}
        for village_id in self._judged.keys() - villages.keys():
            del self._judged[village_id], self._compared[village_id]
            self._tell(village_id, [])
        for village_id, village in villages.items():
            rests_on = village, register.villages[village_id], self.today, standing
            was, moved = self._judged.get(village_id), village_id in self._moved_villages
            if not moved and was == rests_on:
                continue
            if moved or was is None or was[0] != village:
                if not self._reuse(village):
                    self._compare(village)
                self._moved_villages.discard(village_id)
            found = village_findings(self._village_context(village, rests_on[1]), collecting=False)
            self._tell(village_id, [*found, *self._compared[village_id]])
            self._judged[village_id] = rests_on
            yield
        self._tell("", self._asked_of_street())

    def _digest(self, village: Village) -> str:
        """A digest of all that the rules that collect from a village's projects look at."""
        names = [need.name for need in needs_of("village") if isinstance(need, Collector)]
        values = sorted(
            (kept.code, kept.project, *(str(kept.collected.get(name)) for name in names))
            for kept in self._in_force[village.id].values()
        )
        return sha256(repr((village, values)).encode()).hexdigest()

    def _reuse(self, village: Village) -> bool:
        """Take what was found by comparing the same projects before; gives whether there is such."""
        digest, packed = self.stored.get(village.id, ("", ""))
        if digest != self._digest(village):
            return False
        with suppress(ValueError, KeyError, TypeError):  # damaged
            self._compared[village.id] = unpacked_findings(packed)
            return True
        return False

    def _compare(self, village: Village) -> None:
        """Ask the rules that collect from a village's projects; they look at nothing but these, village and policy."""
        collected = {need: self._needed_of_village(need, village.id) for need in needs_of("village")}
        context = self._village_context(village, Balance(name=village.name), collected)
        found = self._compared[village.id] = tuple(village_findings(context, collecting=True))
        self.stored[village.id] = self.unsaved[village.id] = self._digest(village), packed_findings(found)

    def _tell(self, village: str, found: Sequence[Finding]) -> None:
        """Tell these findings on a village, or on the street (""), in place of those told."""
        told = self._of_sums.get(village, [])
        entries = list(zip(keys_of(found, village=village), found, strict=True))
        if entries != told:
            self._sorted.remove(key for key, _ in told)
            self._sorted.add(entries)
            self._of_sums[village] = entries

    def _village_context(
        self, village: Village, balance: Balance, collected: Collected | None = None
    ) -> VillageRuleContext:
        return VillageRuleContext(
            village=village,
            balance=balance,
            policy=self.policy,
            today=self.today,
            year=self.year,
            collected=collected or {},
            standing=self._common.reference_tables(self.year),
        )

    def _needed_of_village(self, need: Collectable, village: str) -> Any:
        if isinstance(need, Collector):
            return collected_anew(self._ws, need, self.year, village)
        return self._common.all(need)

    def _asked_of_street(self) -> list[Finding]:
        collected: dict[Collectable, Any] = {
            need: self._joined_value(need) if isinstance(need, Collector) else self._common.all(need)
            for need in needs_of("street")
        }
        context = StreetRuleContext(
            street=self._common.street,
            register=self._ws.register(self.year),
            policy=self.policy,
            today=self.today,
            year=self.year,
            collected=collected,
            standing=self._common.reference_tables(self.year),
        )
        return street_findings(context)

    def _joined_value(self, need: Collector) -> Any:
        """What the projects of the year give together, kept until one of them gives another value."""
        if need.join is None:
            return collected_anew(self._ws, need, self.year)
        if need.name not in self._joined or need.name in self._moved:
            values = (
                kept.collected[need.name]
                for kept in self.projects.values()
                if self._counts(kept) and need.name in kept.collected
            )
            first = next(values, None)
            self._joined[need.name] = first if first is None else reduce(need.join, values, first)
            self._moved.discard(need.name)
        return self._joined[need.name]
