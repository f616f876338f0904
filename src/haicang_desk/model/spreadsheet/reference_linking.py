"""Linking: the village and the project that a row names, found in the store or in the same workbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from haicang_desk.model.records import Link, Project, Village
from haicang_desk.model.spreadsheet.read.headings import TITLE, VILLAGE, YEAR, folded
from haicang_desk.model.spreadsheet.record_matching import ImportRow

FAULTY = Link("?")  # a village or project of the workbook whose own row has a fault: known, but not to be written


class VillageIndex:
    """Villages by name."""

    def __init__(self, held: Iterable[Village], entries: Iterable[ImportRow]) -> None:
        self.names: dict[str, str] = {}
        self._ids: dict[str, Link] = {}
        for village in held:
            self._know(village.name, village.id)
        for entry in entries:
            name, record = entry.given.get("name", ""), entry.record
            if not entry.faults and record is not None:
                self._know(name, record.id)
            elif name:
                self._ids.setdefault(folded(name), FAULTY)

    def _know(self, name: str, village_id: str) -> None:
        self._ids[folded(name)] = Link(village_id)
        self.names[village_id] = name

    def link(self, entry: ImportRow, column: str) -> Link:
        """The village named in a column, or a fault of the row and ""."""
        name = entry.row.values.get(column, "")
        if not name:
            return Link("")
        if (found := self._ids.get(folded(name))) is None:
            entry.fault(column, name, f"台账和本工作簿的村居表里都没有“{name}”{self._like(name)}")
            return Link("")
        return found

    def _like(self, name: str) -> str:
        criteria = folded(name)
        near = [known for known in self.names.values() if criteria in folded(known) or folded(known) in criteria]
        return f"，是否为“{near[0]}”" if near else "，请核对名称，或先在村居表中登记"


class _Known(NamedTuple):
    id: Link
    code: str
    year: int | None


class ProjectIndex:
    """Projects by number, and by village and name."""

    def __init__(self, held: Iterable[Project], entries: Iterable[ImportRow]) -> None:
        self.codes: dict[str, str] = {}
        self._by_code: dict[str, Link] = {}
        self._by_name: dict[tuple[str, str], list[_Known]] = defaultdict(list)
        entries = list(entries)
        changed = {entry.held.id for entry in entries if entry.held is not None and not entry.faults}
        for project in held:
            self._by_code[project.code] = Link(project.id)
            if project.id not in changed:
                self._know(project)
        for entry in entries:
            if not entry.faults and isinstance(entry.record, Project):
                self._know(entry.record)
            else:
                self._know_faulty(entry)

    def _know(self, project: Project) -> None:
        self.codes[project.id] = project.code or project.title
        self._by_code[project.code] = Link(project.id)
        known = _Known(Link(project.id), project.code, project.fund_year)
        self._by_name[project.village, folded(project.title)].append(known)

    def _know_faulty(self, entry: ImportRow) -> None:
        given = entry.given
        self._by_code.setdefault(given.get("code", ""), FAULTY)
        name = (given.get("village", ""), folded(given.get("title", "")))
        if not self._by_name[name]:
            self._by_name[name].append(_Known(FAULTY, given.get("code", ""), given.get("fund_year")))

    def link(self, entry: ImportRow, villages: VillageIndex) -> Link:
        """The project a row belongs to: by number, else by name and village; or "" and, where it must, a fault."""
        sheet, values = entry.sheet, entry.row.values
        if code := values.get("project", ""):
            if (found := self._by_code.get(code)) is None:
                entry.fault("project", code, f"台账和本工作簿的项目表里都没有编号为“{code}”的项目，请核对项目编号")
            return found or Link("")
        if title := values.get(TITLE, ""):
            return self._named(entry, title, villages)
        if sheet.record.fields["project"].required and not _reported(entry, "project"):
            entry.fault("project", "", "没有指明是哪个项目，请填项目编号，或同时填项目名称和村居")
        return Link("")

    def _named(self, entry: ImportRow, title: str, villages: VillageIndex) -> Link:
        values = entry.row.values
        own = "village" in entry.sheet.record.fields
        village = entry.given.get("village", "") if own else villages.link(entry, VILLAGE)
        if not village:
            column = "village" if own else VILLAGE
            if not _reported(entry, column):
                entry.fault(column, "", f"没有填项目编号时，项目“{title}”还须写明村居")
            return Link("")
        year = values.get("fund_year", values.get(YEAR))
        found = [k for k in self._by_name.get((village, folded(title)), ()) if year in (None, k.year) or k.id == FAULTY]
        if len(found) == 1 or village == FAULTY:
            return found[0].id if found else FAULTY
        where = f"{villages.names.get(village, '')}{f' {year} 年度' if year else ''}"
        if not found:
            entry.fault(TITLE, title, f"{where}没有名为“{title}”的项目，请核对名称，或填项目编号")
        else:
            codes = "、".join(known.code or "（未编号）" for known in found[:5])
            entry.fault("project", "", f"{where}有 {len(found)} 个名为“{title}”的项目，请填项目编号：{codes}")
        return Link("")


def _reported(entry: ImportRow, name: str) -> bool:
    heading = entry.sheet.heading(name)
    return any(fault.column == heading for fault in entry.faults)
