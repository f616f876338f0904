"""Links of a row: the village and the project that it names, looked up in the store and in the same workbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from haicang_desk.model.records import Link, Project, Village
from haicang_desk.model.spreadsheet.columns import TITLE, VILLAGE, YEAR, folded
from haicang_desk.model.spreadsheet.record_matching import ImportRow

FAULTY = Link("?")  # stands for a village or project of the workbook whose own row has a fault


class VillageIndex:
    """Villages of the store and the workbook by name. ``names`` maps their ids to names."""

    def __init__(self, existing: Iterable[Village], entries: Iterable[ImportRow]) -> None:
        self.names: dict[str, str] = {}
        self._ids: dict[str, Link] = {}
        for village in existing:
            self._add(village.name, village.id)
        for entry in entries:
            name, record = entry.given.get("name", ""), entry.record
            if not entry.faults and record is not None:
                self._add(name, record.id)
            elif name:
                self._ids.setdefault(folded(name), FAULTY)

    def _add(self, name: str, village_id: str) -> None:
        self._ids[folded(name)] = Link(village_id)
        self.names[village_id] = name

    def link(self, entry: ImportRow, column: str) -> Link:
        """The village named in a column, "" for an empty cell. An unknown name is a fault of the row, and ""."""
        name = entry.row.values.get(column, "")
        if not name:
            return Link("")
        if (found := self._ids.get(folded(name))) is None:
            entry.fault(column, name, f"台账和本工作簿的村居表里都没有“{name}”{self._suggestion(name)}")
            return Link("")
        return found

    def _suggestion(self, name: str) -> str:
        """The end of the message: a village with a similar name, or what else to do."""
        key = folded(name)
        near = [known for known in self.names.values() if key in folded(known) or folded(known) in key]
        return f"，是否为“{near[0]}”" if near else "，请核对名称，或先在村居表中登记"


class _KnownProject(NamedTuple):
    id: Link
    code: str
    year: int | None


class ProjectIndex:
    """Projects of the store and the workbook by number, and by village and name.

    ``codes`` maps their ids to what a preview shows: the number, else the name; ``years`` to their fund years.
    """

    def __init__(self, existing: Iterable[Project], entries: Iterable[ImportRow]) -> None:
        self.codes: dict[str, str] = {}
        self.years: dict[str, int] = {}
        self._by_code: dict[str, Link] = {}
        self._by_name: dict[tuple[str, str], list[_KnownProject]] = defaultdict(list)
        entries = list(entries)
        changed = {entry.existing.id for entry in entries if entry.existing is not None and not entry.faults}
        for project in existing:
            self.years[project.id] = project.fund_year
            self._by_code[project.code] = Link(project.id)
            if project.id not in changed:
                self._add(project)
        for entry in entries:
            if not entry.faults and isinstance(entry.record, Project):
                self._add(entry.record)
            else:
                self._add_faulty(entry)

    def _add(self, project: Project) -> None:
        self.codes[project.id] = project.code or project.title
        self.years[project.id] = project.fund_year
        self._by_code[project.code] = Link(project.id)
        known = _KnownProject(Link(project.id), project.code, project.fund_year)
        self._by_name[project.village, folded(project.title)].append(known)

    def _add_faulty(self, entry: ImportRow) -> None:
        given = entry.given
        self._by_code.setdefault(given.get("code", ""), FAULTY)
        name = (given.get("village", ""), folded(given.get("title", "")))
        if not self._by_name[name]:
            self._by_name[name].append(_KnownProject(FAULTY, given.get("code", ""), given.get("fund_year")))

    def link(self, entry: ImportRow, villages: VillageIndex) -> Link:
        """The project of a row, by number, else by name and village; "" for none.

        An unknown or ambiguous project is a fault of the row, and so is none where the record requires one.
        """
        sheet, values = entry.sheet, entry.row.values
        if code := values.get("project", ""):
            if (found := self._by_code.get(code)) is None:
                entry.fault("project", code, f"台账和本工作簿的项目表里都没有编号为“{code}”的项目，请核对项目编号")
            return found or Link("")
        if title := values.get(TITLE, ""):
            return self._link_by_name(entry, title, villages)
        if sheet.record.fields["project"].required and not _reported(entry, "project"):
            entry.fault("project", "", "没有指明是哪个项目，请填项目编号，或同时填项目名称和村居")
        return Link("")

    def _link_by_name(self, entry: ImportRow, title: str, villages: VillageIndex) -> Link:
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
    """Whether a column of the row has a fault already."""
    heading = entry.sheet.heading(name)
    return any(fault.column == heading for fault in entry.faults)
