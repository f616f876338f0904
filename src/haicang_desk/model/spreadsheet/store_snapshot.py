"""What a plan needs to know of a store, read at once: an import can then be planned on any thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from haicang_desk.model.records import Alteration, BudgetLine, Conclusion, Project, Record, Stage, Street, Village
from haicang_desk.model.services import MOVES_BUDGET, Workspace
from haicang_desk.model.spreadsheet.columns import VERSIONS
from haicang_desk.model.spreadsheet.read.parsed_workbook import ParsedWorkbook
from haicang_desk.model.store import last_entry, read_voided, stages_of_projects, unpack, versions_of
from haicang_desk.model.workflow import OPEN_TO_TYPING


@dataclass(frozen=True, slots=True)
class StoreSnapshot:
    """The records of a store that a workbook may concern, as they were at journal entry ``entry``.

    ``voided`` were marked void by a person; ``undone`` came by a change that was undone since, and may come again.
    ``versions`` are the earlier contents of records that changed, packed.
    """

    entry: int
    street: str
    records: Mapping[type[Record], Sequence[Any]]
    voided: Mapping[type[Record], Sequence[Any]]
    undone: Mapping[str, Record]
    versions: Mapping[type[Record], Mapping[str, Sequence[str]]]
    stages: Mapping[str, Stage]  # of each project
    budget_open: frozenset[str]  # projects of which an approved change moves the budget lines
    versioned: frozenset[type[Record]]  # kinds of which all versions are here, not only those of void records

    @classmethod
    def of(cls, ws: Workspace, workbook: ParsedWorkbook) -> StoreSnapshot:
        """What planning this workbook needs of a store."""
        classes, versioned = _wanted(workbook)
        voided: dict[type[Record], list[Any]] = {}
        undone: dict[str, Record] = {}
        versions: dict[type[Record], Mapping[str, Sequence[str]]] = {}
        for each in classes:
            void: list[Record] = list(read_voided(ws.conn, each))
            earlier = versions_of(ws.conn, each.table) if void or each in versioned else {}
            voided[each] = [record for record in void if _void_in_force(record, earlier)]
            undone |= {record.id: record for record in void if not _void_in_force(record, earlier)}
            versions[each] = earlier
        return cls(
            entry=last_entry(ws.conn),
            street=ws.street.name,
            records={each: ws.all(each) for each in classes},
            voided=voided,
            undone=undone,
            versions=versions,
            stages=stages_of_projects(ws.conn),
            budget_open=_budget_open(ws) if BudgetLine in classes else frozenset(),
            versioned=versioned,
        )

    def covers(self, workbook: ParsedWorkbook, entry: int) -> bool:
        """Whether it has all that planning a workbook needs of the store as it is at this journal entry."""
        classes, versioned = _wanted(workbook)
        return self.entry == entry and set(classes) <= self.records.keys() and versioned <= self.versioned

    def decided(self, project: str) -> bool:
        """Whether a project was decided on, so that what it applied for can no longer be edited."""
        stage = self.stages.get(project)
        return stage is not None and stage not in OPEN_TO_TYPING


def _wanted(workbook: ParsedWorkbook) -> tuple[Sequence[type[Record]], frozenset[type[Record]]]:
    """The kinds of record that a workbook concerns, and those of them that it carries versions of."""
    classes = dict.fromkeys((Street, Village, Project, *(sheet.record for sheet in workbook.sheets)))
    versioned = (s.record for s in workbook.sheets if any(column.name == VERSIONS for column in s.columns))
    return tuple(classes), frozenset(versioned)


def _void_in_force(record: Record, earlier: Mapping[str, Sequence[str]]) -> bool:
    """Whether a person marked a record void; one that is void because its making was undone never was."""
    versions = earlier.get(record.id, ())
    return bool(versions) and bool(unpack(record.table, versions[-1])["void"])


def _budget_open(ws: Workspace) -> frozenset[str]:
    agreed: Iterable[Alteration] = ws.all(Alteration, conclusion=Conclusion.AGREE.code)
    return frozenset(alteration.project for alteration in agreed if alteration.item in MOVES_BUDGET)
