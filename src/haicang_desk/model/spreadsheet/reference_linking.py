"""Links of a row: the village and the project that it names, looked up in the store and in the same workbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from haicang_desk.model.records import Link, Project, Village
from haicang_desk.model.services import village_core
from haicang_desk.model.spreadsheet.columns import TITLE, VILLAGE, YEAR, folded
from haicang_desk.model.spreadsheet.read.answers import Question, QuestionKind
from haicang_desk.model.spreadsheet.record_matching import ImportRow

FAULTY = Link("?")  # stands for a village or project of the workbook whose own row has a fault


class VillageIndex:
    """Villages of the store and the workbook by name. ``names`` maps their ids to names.

    A name written another way (元山 for 元山社区) is linked to the one village that it can mean, and asked about once;
    ``confirmed`` are the villages that were given as the answer.
    """

    def __init__(
        self,
        existing: Iterable[Village],
        entries: Iterable[ImportRow],
        voided: Iterable[Village] = (),
        street: str = "",
        confirmed: Collection[str] = (),
    ) -> None:
        self.names: dict[str, str] = {}
        self._street, self._confirmed = street, {folded(name) for name in confirmed}
        self._voided = {folded(village.name) for village in voided}
        self._ids: dict[str, Link] = {}
        self._by_core: dict[str, list[str]] = defaultdict(list)
        self._asked: dict[tuple[str, str, str], Question] = {}
        for village in existing:
            self._add(village.name, village.id)
        for entry in entries:
            name, record = entry.given.get("name", ""), entry.record
            if not entry.faults and record is not None and not record.void:
                self._add(name or self.names.get(record.id, ""), record.id)
            elif name:
                self._ids.setdefault(folded(name), FAULTY)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is to be asked about names written another way, once for each sheet, column and name."""
        return tuple(self._asked.values())

    def _add(self, name: str, village_id: str) -> None:
        self._ids[folded(name)] = Link(village_id)
        if self.names.get(village_id) != name:
            self.names[village_id] = name
            self._by_core[village_core(name, self._street)].append(name)

    def link(self, entry: ImportRow, column: str) -> Link:
        """The village named in a column, "" for an empty cell. An unknown name is a fault of the row, and ""."""
        name = entry.row.values.get(column, "")
        if not name:
            return Link("")
        if (found := self._ids.get(folded(name))) is not None:
            return found
        meant = dict.fromkeys(
            self._ids[folded(each)] for each in self._by_core.get(village_core(name, self._street), ())
        )
        if len(meant) == 1:
            (found,) = meant
            self._ask(entry, column, name, self.names[found])
            return found
        entry.fault(column, name, self._unknown(name, [self.names[each] for each in meant]))
        return Link("")

    def _ask(self, entry: ImportRow, column: str, name: str, meant: str) -> None:
        if folded(meant) in self._confirmed:
            return
        entry.asked = True
        heading = entry.sheet.heading(column)
        reason = f"台账里没有“{name}”，是否就是“{meant}”？确认后，写作“{name}”的各行都按“{meant}”读入"
        self._asked.setdefault(
            (entry.sheet.title, heading, folded(name)),
            Question(QuestionKind.VALUE, entry.sheet.title, entry.row.number, heading, name, meant, reason, (meant,)),
        )

    def _unknown(self, name: str, meant: list[str]) -> str:
        """The reason of the fault: a voided village, several that are meant, one with a similar name, or none."""
        if folded(name) in self._voided:
            return f"村居“{name}”已作废，请核对名称；确要恢复的，请先在村居表中重新登记"
        where, key = f"台账和本工作簿的村居表里都没有“{name}”", folded(name)
        near = meant or [known for known in self.names.values() if key in folded(known) or folded(known) in key]
        listed = "或".join(f"“{each}”" for each in near[:3])
        return f"{where}，是否为{listed}" if near else f"{where}，请核对名称，或先在村居表中登记"


class _KnownProject(NamedTuple):
    id: Link
    code: str
    year: int | None


class ProjectIndex:
    """Projects of the store and the workbook by number, and by village and name.

    ``codes`` maps their ids to what a preview shows: the number, else the name. ``voided`` are ids of voided ones.
    """

    def __init__(
        self, existing: Iterable[Project], entries: Iterable[ImportRow], voided: Iterable[Project] = ()
    ) -> None:
        self.codes: dict[str, str] = {}
        self.voided: set[str] = set()
        self._by_code: dict[str, Link] = {}
        self._by_name: dict[tuple[str, str], list[_KnownProject]] = defaultdict(list)
        self._titles: dict[str, list[_KnownProject]] | None = None  # made when a row first gives a name alone
        entries = list(entries)
        changed = {entry.existing.id for entry in entries if entry.existing is not None and not entry.faults}
        for project in voided:
            self.voided.add(project.id)
            self.codes[project.id] = project.code or project.title
            if project.code:
                self._by_code[project.code] = Link(project.id)
        for project in existing:
            self._by_code[project.code] = Link(project.id)
            if project.id not in changed:
                self._add(project)
        for entry in entries:
            if entry.voided is not None and not entry.faults:
                self._add_voided(entry)
            elif not entry.faults and isinstance(entry.record, Project):
                self._add(entry.record)
            else:
                self._add_faulty(entry)

    def _add(self, project: Project) -> None:
        self.codes[project.id] = project.code or project.title
        if project.code:
            self._by_code[project.code] = Link(project.id)
        known = _KnownProject(Link(project.id), project.code, project.fund_year)
        self._by_name[project.village, folded(project.title)].append(known)

    def _add_voided(self, entry: ImportRow) -> None:
        """A row of a voided project, by whose name other rows of the workbook may go."""
        given, voided = entry.given, entry.voided
        if voided is not None and not self._by_name[name := (given.get("village", ""), folded(given.get("title", "")))]:
            self._by_name[name].append(_KnownProject(Link(voided.id), given.get("code", ""), given.get("fund_year")))

    def _add_faulty(self, entry: ImportRow) -> None:
        given = entry.given
        if code := given.get("code", ""):
            self._by_code.setdefault(code, FAULTY)
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

    def _by_title(self, title: str, year: int | None) -> list[_KnownProject]:
        """All projects of this name, in whatever village."""
        if self._titles is None:
            self._titles = defaultdict(list)
            for (_, name), known in self._by_name.items():
                self._titles[name] += known
        return [known for known in self._titles.get(folded(title), ()) if year in (None, known.year)]

    def _link_by_name(self, entry: ImportRow, title: str, villages: VillageIndex) -> Link:
        values = entry.row.values
        own = "village" in entry.sheet.record.fields
        village = entry.given.get("village", "") if own else villages.link(entry, VILLAGE)
        year = values.get("fund_year", values.get(YEAR))
        if not village:
            column = "village" if own else VILLAGE
            if _reported(entry, column):
                return Link("")
            without_column = all(each.name != column for each in entry.sheet.columns)
            if without_column and len(alone := self._by_title(title, year)) == 1:
                entry.notes.append(f"没有写村居；名为“{title}”的项目只有一个，就是{alone[0].code or '未编号的那个'}")
                return alone[0].id
            entry.fault(column, "", f"没有填项目编号时，项目“{title}”还须写明村居")
            return Link("")
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
