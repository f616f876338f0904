"""Planning: what an import would do to a store, row by row, before anything is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Any

from haicang_desk.model.exchange.book import Book, Row
from haicang_desk.model.exchange.headings import ID, folded
from haicang_desk.model.exchange.linking import Projects, Villages
from haicang_desk.model.exchange.matching import UNIQUE, Entry, match, match_projects
from haicang_desk.model.records import RECORDS, Field, Link, Project, Record, Street, Village, show_value
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import Edit, new_id


class Planner:
    """The rows of a book as entries against a store: villages first, then projects, then what hangs on them."""

    def __init__(self, ws: Workspace, book: Book) -> None:
        self._ws = ws
        self.entries: dict[type[Record], list[Entry]] = defaultdict(list)
        for sheet in book.sheets:
            for row in sheet.rows:
                own = {name: value for name, value in row.values.items() if name in sheet.record.fields}
                entry = Entry(sheet, Row(row.number, row.values, list(row.faults)), own)
                self.entries[sheet.record].append(entry)
        self._villages, self._projects = Villages((), ()), Projects((), ())

    def run(self) -> None:
        for cls in RECORDS:
            entries, held = self.entries.get(cls, []), self._held(cls)
            for entry in entries:
                self._link(entry)
            _repeated(entries)
            self._match(cls, entries, held)
            _clashing(cls, entries, held)
            for entry in entries:
                _finish(entry)
            if cls is Village:
                self._villages = Villages(held, entries)
            elif cls is Project:
                self._projects = Projects(held, entries)

    def _held(self, cls: type[Record]) -> list[Any]:
        wanted = cls in self.entries or cls in (Village, Project)
        return self._ws.all(cls) if wanted else []

    def _link(self, entry: Entry) -> None:
        fields = entry.sheet.record.fields
        if "village" in fields and (village := self._villages.link(entry, "village")):
            entry.given["village"] = village
        if "project" in fields:
            if project := self._projects.link(entry, self._villages):
                entry.given["project"] = project
            else:
                entry.given.pop("project", None)

    def _match(self, cls: type[Record], entries: list[Entry], held: list[Any]) -> None:
        if cls is Project:
            match_projects(entries, held)
        elif cls is Street:
            for entry in entries:
                _same_street(entry, held)
        else:
            match(entries, held)

    def edits(self, entry: Entry) -> tuple[Edit, ...]:
        """What an update changes, as shown."""
        held, record = entry.held, entry.record
        if held is None or record is None or held == record:
            return ()
        return tuple(
            Edit(said.label, self._shown(said, getattr(held, name)), self._shown(said, getattr(record, name)))
            for name, said in held.fields.items()
            if getattr(held, name) != getattr(record, name)
        )

    def _shown(self, said: Field, value: Any) -> str:
        if said.refers:
            return (self._villages.names if said.refers == Village.table else self._projects.codes).get(value, "")
        return show_value(value)


def _same_street(entry: Entry, held: list[Street]) -> None:
    name = entry.given.get("name", "")
    if not held or entry.faults:
        return
    if folded(held[0].name) != folded(name):
        entry.fault("name", name, f"这本台账属于{held[0].name}，不能导入{name}的内容，请核对选的工作簿")
    entry.held = held[0]
    entry.given.pop("name", None)


def _repeated(entries: list[Entry]) -> None:
    """What may stand once in a workbook: a 记录号, the name of a village, a 项目编号, a project without one."""
    seen: dict[Hashable, Entry] = {}
    for entry in entries:
        cls, given = entry.sheet.record, entry.given
        if record_id := entry.row.values.get(ID, ""):
            _once(entry, ID, record_id, seen, "新增的行请把记录号留空")
        name = UNIQUE.get(cls, "")
        if name and (value := given.get(name)):
            _once(entry, name, value, seen, "请删去一行，或改正其中一个")
    if entries and entries[0].sheet.record is Project:
        _namesakes(entries)


def _once(entry: Entry, name: str, value: Any, seen: dict[Hashable, Entry], cure: str) -> None:
    first = seen.setdefault((name, value), entry)
    if first is not entry:
        entry.fault(name, show_value(value), f"“{show_value(value)}”与第 {first.row.number} 行重复，{cure}")


def _namesakes(entries: list[Entry]) -> None:
    seen: dict[Hashable, Entry] = {}
    for entry in entries:
        key = tuple(entry.given.get(name) for name in Project.key)
        if None in key:
            continue
        first = seen.setdefault(key, entry)
        told_apart = all("code" in e.given for e in (first, entry)) or all(ID in e.row.values for e in (first, entry))
        if first is not entry and not told_apart:
            reason = f"与第 {first.row.number} 行是同一年度、同一村居的同名项目；确是两个项目的，请分别填写项目编号"
            entry.fault("title", entry.given["title"], reason)


def _clashing(cls: type[Record], entries: list[Entry], held: Iterable[Record]) -> None:
    """A row may not take the number or name of a record that the workbook leaves alone."""
    if (name := UNIQUE.get(cls, "")) == "":
        return
    matched = {entry.held.id for entry in entries if entry.held is not None}
    taken = {value for record in held if record.id not in matched and (value := getattr(record, name))}
    for entry in entries:
        value = entry.given.get(name)
        if value in taken and not entry.faults:
            entry.fault(name, show_value(value), f"台账里另有一条“{show_value(value)}”，不能重复，请改正")


def _finish(entry: Entry) -> None:
    """Make the record, once nothing is missing that a new one must have."""
    cls, reported = entry.sheet.record, bool(entry.faults)
    if entry.held is None and not reported:
        for name, said in cls.fields.items():
            if said.required and name not in entry.given:
                entry.fault(name, "", "这一列是必填的，工作表里没有，请补上这一列")
    if entry.faults:
        return
    entry.settle()
    if entry.record is not None and not entry.record.id and cls in (Village, Project):
        entry.record = replace(entry.record, id=Link(new_id()))
