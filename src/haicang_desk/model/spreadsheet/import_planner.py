"""Planning of an import: each row is linked, matched with a record of the store, merged with it and checked.

Nothing is read from the store here but a StoreSnapshot, so that any thread may plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from haicang_desk.model.casefile import days_outside
from haicang_desk.model.foreign.errors import ReadingStopped
from haicang_desk.model.foreign.sheets.cell_grid import column_letters
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.records import (
    RECORDS,
    Alteration,
    Approval,
    BudgetLine,
    Disbursement,
    Field,
    Filing,
    Project,
    QuarterLine,
    QuarterReport,
    Record,
    Refund,
    Settlement,
    Street,
    Village,
    show_value,
)
from haicang_desk.model.services import HOW_TO_CHANGE_A_PROJECT, TitleIndex, rewritten_fields, village_core
from haicang_desk.model.spreadsheet.columns import ID, STREET, VERSIONS, folded
from haicang_desk.model.spreadsheet.read.answers import Answers, Question, QuestionKind
from haicang_desk.model.spreadsheet.read.column_values import field_of, value_of
from haicang_desk.model.spreadsheet.read.parsed_workbook import ParsedRow, ParsedWorkbook
from haicang_desk.model.spreadsheet.record_matching import UNIQUE, ImportRow, already_has, match, match_projects
from haicang_desk.model.spreadsheet.reference_linking import FAULTY, ProjectIndex, VillageIndex
from haicang_desk.model.spreadsheet.row_versions import RecordNames, read_versions, version_of, versions_in
from haicang_desk.model.spreadsheet.store_snapshot import StoreSnapshot
from haicang_desk.model.store import FieldChange, new_id
from haicang_desk.model.values import Cancelled, ProgressCallback, Refused

_CORRECT = "确需更正的，请在窗口里打开这一条更正，或作废后重新登记"
HOW_TO_CORRECT: Mapping[type[Record], str] = {  # what was decided or paid, and what to do where it is wrong
    Approval: "核定后要改变的，请办理“申请变更”；结论登记错的，请办理“撤回”后重新审批",
    Alteration: "批复过的变更不再改动，要再改变的请另行办理“申请变更”",
    Filing: _CORRECT,
    Disbursement: _CORRECT,
    Refund: _CORRECT,
    Settlement: _CORRECT,
    QuarterReport: "定稿的季度报告不再改动，补录的计入下一季度",
    QuarterLine: "定稿的季度报告不再改动，补录的计入下一季度",
    Project: HOW_TO_CHANGE_A_PROJECT,
    BudgetLine: "改变用途、金额的请先办理“申请变更”，批复后按批复调整",
}
_EVERY = 200  # rows between two reports of progress


class ImportPlanner:
    """Compares the rows of a workbook with a store: villages first, then projects, then the records of projects."""

    def __init__(self, snapshot: StoreSnapshot, workbook: ParsedWorkbook, answers: Answers) -> None:
        self._snapshot, self._answered = snapshot, _answered_cells(answers)
        self.entries: dict[type[Record], list[ImportRow]] = defaultdict(list)
        for sheet in workbook.sheets:
            for row in sheet.rows:
                own = {name: value for name, value in row.values.items() if name in sheet.record.fields}
                entry = ImportRow(sheet, ParsedRow(row.number, row.values, list(row.faults)), own)
                self.entries[sheet.record].append(entry)
        self.villages, self.projects = VillageIndex((), ()), ProjectIndex((), ())
        self._names = RecordNames()
        self._applied: dict[str, Project] = {}  # projects as they will be, by id
        self._with_lines = {line.project for line in snapshot.records.get(BudgetLine, ())}
        self._conflicts: dict[int, list[Question]] = defaultdict(list)  # by id() of the row
        self._asked: dict[tuple[str, str], Question] = {}  # by sheet and name of the field that its table lacks

    def run(self, progress: ProgressCallback | None = None, cancelled: Cancelled | None = None) -> None:
        """Link, match and check every row; each then has faults, or a record, or one that was voided.

        Raises Refused for the workbook of another street, ReadingStopped once ``cancelled`` is true.
        """
        count = _counter(sum(map(len, self.entries.values())), progress, cancelled)
        self._refuse_other_street()
        for cls in RECORDS:
            entries, existing = self.entries.get(cls, []), self._snapshot.records.get(cls, ())
            for entry in entries:
                self._link(entry)
            _check_repeated(entries)
            self._match(cls, entries, existing)
            self._check_taken(cls, entries, existing)
            for entry in entries:
                self._finish(entry)
                count()
            if cls is Village:
                self._index_villages(entries, existing)
            elif cls is Project:
                self._index_projects(entries, existing)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is to be asked: fields that a table lacks, villages written another way, values changed twice."""
        conflicts = (q for entries in self.entries.values() for entry in entries for q in self._conflicts[id(entry)])
        return (*self._asked.values(), *self.villages.questions, *conflicts)

    def _refuse_other_street(self) -> None:
        """Raises Refused where the sheet 街道 names another street: keys of both streets may be the same."""
        own = self._snapshot.street
        for entry in self.entries.get(Street, ()):
            name = entry.given.get("name", "")
            if own and name and not _same_street(own, name):
                raise Refused(
                    f"这是{name}的工作簿，本台账属于{own}，没有导入任何内容。两个街道的村居、额度、季度报告会同名，"
                    f"不能并在一本台账里；请打开{name}的台账再导入，或核对选的工作簿"
                )

    # villages and projects, which other rows name

    def _index_villages(self, entries: list[ImportRow], existing: Iterable[Any]) -> None:
        snapshot = self._snapshot
        voided = snapshot.voided.get(Village, ())
        self.villages = VillageIndex(existing, entries, voided, snapshot.street, self._answered.values())
        codes = {project.id: project.code for project in self._all(Project)}
        self._names = RecordNames({**{village.id: village.name for village in voided}, **self.villages.names}, codes)
        _tell_of_near_villages(entries, existing, snapshot.street)

    def _index_projects(self, entries: list[ImportRow], existing: Iterable[Any]) -> None:
        voided = self._snapshot.voided.get(Project, ())
        self.projects = ProjectIndex(existing, entries, voided)
        self._applied = {project.id: project for project in existing}
        self._applied |= {e.record.id: e.record for e in entries if isinstance(e.record, Project) and not e.faults}
        codes = {project.id: project.code for project in (*voided, *self._applied.values())}
        self._names = RecordNames(self._names.villages, codes)
        _tell_of_near_projects(entries, existing, voided)

    def _all(self, cls: type[Record]) -> Iterable[Any]:
        return (*self._snapshot.voided.get(cls, ()), *self._snapshot.records.get(cls, ()))

    # linking and matching

    def _link(self, entry: ImportRow) -> None:
        fields = entry.sheet.record.fields
        named = entry.row.values.get(STREET, "")
        if named and self._snapshot.street and not _same_street(self._snapshot.street, named):
            entry.fault(STREET, named, f"这一行属于{named}，本台账属于{self._snapshot.street}，不能导入")
        if "village" in fields and (village := self.villages.link(entry, "village")):
            entry.given["village"] = village
        if "project" in fields and "project" not in entry.sheet.missing:
            if project := self.projects.link(entry, self.villages):
                entry.given["project"] = project
            else:
                entry.given.pop("project", None)

    def _match(self, cls: type[Record], entries: list[ImportRow], existing: Iterable[Any]) -> None:
        voided, undone = self._snapshot.voided.get(cls, ()), self._snapshot.undone
        if cls is Project:
            match_projects(entries, existing, voided, undone)
        elif cls is Street:
            for entry in entries:
                entry.existing = next(iter(existing), None)
                if entry.existing is not None:
                    entry.given["name"] = self._snapshot.street
        else:
            match(entries, existing, voided, undone)

    def _check_taken(self, cls: type[Record], entries: list[ImportRow], existing: Iterable[Record]) -> None:
        """A fault where a row takes the number or name of a record that no row of the workbook matches.

        The number of a voided project is not given again, the name of a voided village may be.
        """
        if (name := UNIQUE.get(cls, "")) == "":
            return
        matched = {entry.existing.id for entry in entries if entry.existing is not None}
        taken = {value for record in existing if record.id not in matched and (value := getattr(record, name))}
        gone = {record.code for record in self._snapshot.voided.get(Project, ()) if cls is Project and record.code}
        for entry in entries:
            value = entry.given.get(name)
            if entry.faults or entry.voided is not None:
                continue
            if value in taken:
                entry.fault(name, show_value(value), f"台账里另有一条“{show_value(value)}”，不能重复，请改正")
            elif value in gone:
                entry.fault(name, show_value(value), f"编号“{value}”属于已作废的项目，编号不再使用，请换一个或留空")

    # what each row becomes

    def _finish(self, entry: ImportRow) -> None:
        """Make the record of a row without faults, unless a new record lacks what must be asked."""
        cls = entry.sheet.record
        is_new = entry.existing is None and entry.voided is None
        if (is_new and not self._complete(entry)) or entry.faults:
            return
        if entry.voided is not None:
            self._leave_void(entry, entry.voided)
            return
        if entry.existing is None:
            entry.record = cls(id=entry.record_id or (new_id() if cls in (Village, Project) else ""), **entry.given)
        else:
            self._merge(entry, entry.existing)
        self._check_voided_project(entry)
        self._check_days(entry)
        self._check_decided(entry)
        if entry.faults:
            entry.record, entry.asked = None, False
            self._conflicts.pop(id(entry), None)

    def _complete(self, entry: ImportRow) -> bool:
        """Whether a new record has what is required. What its whole table lacks is asked, once for the table.

        Until it is answered the record has the proposed value, or is not made where nothing is proposed.
        """
        cls, complete, faulty = entry.sheet.record, True, bool(entry.faults)
        for name, field in cls.fields.items():
            if not field.required or name in entry.given:
                continue
            if (missing := entry.sheet.missing.get(name)) is None:
                if not faulty:
                    entry.fault(name, "", "必填，不能为空")
                continue
            self._asked[entry.sheet.title, name] = missing.question
            if missing.proposal and not field.refers:
                entry.given[name] = value_of(RawCell("text", missing.proposal), field_of(cls, name), name)
            else:
                complete = False
        return complete

    def _merge(self, entry: ImportRow, existing: Record) -> None:
        """Set ``record``: the existing one with what the workbook changed.

        With versions, what was changed only in the workbook is taken, what was changed only here stays and is told,
        and what was changed on both sides is asked. Empty cells leave a value as it is, unless the row is exactly as
        another store exported it, whose field then is empty.
        """
        given = entry.given
        changed = {name: value for name, value in given.items() if not already_has(existing, name, value)}
        listed = read_versions(entry.row.values.get(VERSIONS, ""))
        if listed:
            if self._is_as_exported(entry):
                bare = entry.sheet.record(**given)
                absent = (name for name in existing.fields if name not in given)
                changed |= {n: v for n in absent if not already_has(existing, n, v := getattr(bare, n))}
            changed = self._only_theirs(entry, existing, changed, listed) if changed else changed
        entry.record = replace(existing, **changed) if changed else existing

    def _is_as_exported(self, entry: ImportRow) -> bool:
        """Whether a row is exactly as a store exported it: nobody has edited it in the workbook."""
        listed = read_versions(entry.row.values.get(VERSIONS, ""))
        return bool(listed) and version_of(entry.sheet.record(**entry.given), self._names) == listed[-1]

    def _only_theirs(
        self, entry: ImportRow, existing: Record, changed: Mapping[str, Any], listed: tuple[str, ...]
    ) -> dict[str, Any]:
        """Of the fields that differ, those that were changed in the workbook, conflicts included.

        To fill in what is empty here overwrites nothing, and needs no common version.
        """
        packed = self._snapshot.versions.get(type(existing), {}).get(existing.id, ())
        known = versions_in(existing, packed, self._names)
        shared = next((version for version in reversed(listed) if version in known), "")
        common = known.get(shared)
        since = list(known.values())[list(known).index(shared) :] if shared else []  # what this store has had since
        taken: dict[str, Any] = {}
        newer: list[str] = []
        for name, value in changed.items():
            field = existing.fields[name]
            if any(already_has(earlier, name, value) for earlier in since):
                newer.append(f"{field.label}“{self._shown(field, getattr(existing, name))}”")
                continue
            taken[name] = value
            ours = getattr(existing, name)
            ours_unchanged = ours in (None, "") if common is None else already_has(common, name, ours)
            if not ours_unchanged and not self._answered_at(entry, name):
                self._ask(entry, field, existing, value)
        if newer:
            entry.notes.append(f"工作簿里的是旧内容，保留台账里较新的{'、'.join(newer)}")
        return taken

    def _ask(self, entry: ImportRow, field: Field, existing: Record, value: Any) -> None:
        ours, theirs = self._shown(field, getattr(existing, field.name)), self._shown(field, value)
        reason = f"台账和工作簿都改过这一格：台账为“{ours}”，工作簿为“{theirs}”，请选一个"
        heading, sheet = entry.sheet.heading(field.name), entry.sheet.title
        question = Question(
            QuestionKind.VALUE,
            sheet,
            entry.row.number,
            heading,
            theirs,
            "",
            reason,
            tuple(filter(None, (theirs, ours))),
        )
        entry.asked = True
        self._conflicts[id(entry)].append(question)

    def _answered_at(self, entry: ImportRow, name: str) -> bool:
        """Whether the text of a cell was given as an answer."""
        index = next((column.index for column in entry.sheet.columns if column.name == name), None)
        if index is None:
            return False
        return (folded(entry.sheet.title), f"{column_letters(index)}{entry.row.number}") in self._answered

    def _leave_void(self, entry: ImportRow, voided: Record) -> None:
        """What was voided stays void: told where the row says no more than the voided record did, else a fault."""
        packed = self._snapshot.versions.get(type(voided), {}).get(voided.id, ())
        listed = read_versions(entry.row.values.get(VERSIONS, ""))
        same = all(already_has(voided, name, value) for name, value in entry.given.items())
        if not same and listed and listed[-1] in versions_in(voided, packed, self._names):
            same = self._is_as_exported(entry)
        if same:
            entry.notes.append(f"台账里这条{voided.label}已作废，没有恢复")
            return
        name = ID if entry.record_id else next(iter(entry.given), ID)
        reason = "台账里这一条已作废，工作簿里又有改动。不恢复的请删去这一行；要另登一条的请清空记录号"
        entry.fault(name, entry.record_id or show_value(entry.given.get(name, "")), reason)

    def _check_voided_project(self, entry: ImportRow) -> None:
        project = entry.given.get("project", "")
        if not project or project not in self.projects.voided:
            return
        code = self.projects.codes.get(project, "")
        if entry.existing is not None and entry.record == entry.existing:
            entry.notes.append(f"所属的项目“{code}”已作废")
        else:
            entry.fault("project", code, f"项目“{code}”已作废，不能再登记；请核对项目编号，或删去这一行")

    def _check_days(self, entry: ImportRow) -> None:
        """A fault for each day that a step of the project cannot have. What the store has already is left alone."""
        record, existing = entry.record, entry.existing
        if record is None or record == existing:
            return
        owner = self._applied.get(getattr(record, "project", ""))
        year = owner.fund_year if owner is not None else getattr(record, "fund_year", None)
        for name, text in days_outside(record, year).items():
            if existing is None or getattr(record, name) != getattr(existing, name):
                entry.fault(name, show_value(getattr(record, name)), f"{text}，请核对日期")

    def _check_decided(self, entry: ImportRow) -> None:
        """Faults where a row would rewrite a decision, a payment, a settlement, or what an approval fixed.

        条文：C135
        """
        record, existing = entry.record, entry.existing
        if record is None or record == existing:
            return
        if isinstance(record, Approval) and record.special and (existing is not None or not entry.record_id):
            applied = self._applied.get(record.project)
            if applied is not None and not applied.special:
                reason = "这个项目没有申报区级专项资金，不能核定专项资金；核定的以奖代补请填在「核定以奖代补资金」一栏"
                entry.fault("special", show_value(record.special), reason)
        if existing is None:
            if isinstance(record, BudgetLine) and self._budget_is_fixed(record, record):
                reason = f"项目“{self.projects.codes.get(record.project, '')}”已经审批，预算明细不能增加；"
                entry.fault("content", record.content, reason + HOW_TO_CORRECT[BudgetLine])
            return
        if not self._is_decided(existing, record):
            return
        for name in rewritten_fields(existing, record):
            field = existing.fields[name]
            ours, theirs = self._shown(field, getattr(existing, name)), self._shown(field, getattr(record, name))
            what = f"已登记的{existing.label}" if type(existing) not in (Project, BudgetLine) else "审批过的内容"
            reason = f"{what}不能由工作簿改写：台账为“{ours}”，工作簿为“{theirs}”。{HOW_TO_CORRECT[type(existing)]}"
            entry.fault(name, theirs, reason)

    def _is_decided(self, existing: Record, record: Record) -> bool:
        if isinstance(existing, Project):
            return self._snapshot.decided(existing.id)
        if isinstance(existing, BudgetLine) and isinstance(record, BudgetLine):
            return self._budget_is_fixed(existing, record)
        if isinstance(existing, Alteration):
            return existing.conclusion is not None
        return type(existing) in HOW_TO_CORRECT

    def _budget_is_fixed(self, existing: BudgetLine, record: BudgetLine) -> bool:
        """Whether a budget was decided on that has lines already, and no change of it was approved since."""
        projects = {existing.project, record.project} - self._snapshot.budget_open
        return any(self._snapshot.decided(project) and project in self._with_lines for project in projects)

    # what a preview shows

    def edits(self, entry: ImportRow) -> tuple[FieldChange, ...]:
        """The fields that an update changes, with both values as text."""
        existing, record = entry.existing, entry.record
        if existing is None or record is None or existing == record:
            return ()
        return tuple(
            FieldChange(
                field.label, self._shown(field, getattr(existing, name)), self._shown(field, getattr(record, name))
            )
            for name, field in existing.fields.items()
            if getattr(existing, name) != getattr(record, name)
        )

    def _shown(self, field: Field, value: Any) -> str:
        if field.refers:
            return (self.villages.names if field.refers == Village.table else self.projects.codes).get(value, "")
        return show_value(value)

    def village_of(self, entry: ImportRow) -> str:
        """The village that a row belongs to, by itself or by its project; "" for none."""
        village = entry.given.get("village", "")
        if not village and (project := self._applied.get(entry.given.get("project", ""))) is not None:
            village = project.village
        return self.villages.names.get(village, "") or str(entry.row.values.get("village", ""))

    def hangs_on_a_fault(self, entry: ImportRow) -> bool:
        """Whether a row names a village or project of the workbook whose own row has a fault."""
        return FAULTY in (entry.given.get("village"), entry.given.get("project"))


def _answered_cells(answers: Answers) -> dict[tuple[str, str], str]:
    """The texts that were given for cells, by folded title of the sheet and reference in capitals."""
    return {(folded(sheet), reference.upper()): text for (sheet, reference), text in answers.cells.items()}


def _counter(total: int, progress: ProgressCallback | None, cancelled: Cancelled | None) -> Callable[[], None]:
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        if done % _EVERY and done != total:
            return
        if cancelled is not None and cancelled():
            raise ReadingStopped("已停止预览，没有写入任何内容")
        if progress is not None:
            progress(done, total)

    return count


def _same_street(own: str, named: str) -> bool:
    """Whether two names mean one street: 新阳, 新阳街道 and 海沧区新阳街道办事处 do."""
    return _street_core(own) == _street_core(named)


def _street_core(name: str) -> str:
    core = folded(name).removeprefix("厦门市").removeprefix("海沧区").removesuffix("办事处")
    return core.removesuffix("街道") or core


def _tell_of_near_villages(entries: Iterable[ImportRow], existing: Iterable[Village], street: str) -> None:
    """Notes on new villages whose name is another way of writing one that is there."""
    known: dict[str, str] = {}
    for village in existing:
        known.setdefault(village_core(village.name, street), village.name)
    for entry in entries:
        name = entry.given.get("name", "")
        if entry.faults or entry.voided is not None or not name:
            continue
        near = known.setdefault(village_core(name, street), name)
        if entry.existing is None and near != name:
            entry.notes.append(f"与“{near}”像是同一个村居，确是同一个的请改用“{near}”")


def _tell_of_near_projects(
    entries: Iterable[ImportRow], existing: Iterable[Project], voided: Iterable[Project]
) -> None:
    """Notes on new projects that are nearly twins of another one of their village and year."""
    fresh = [e for e in entries if e.existing is None and e.voided is None and isinstance(e.record, Project)]
    if not fresh:
        return
    places = {(e.given.get("village"), e.given.get("fund_year")) for e in fresh}
    titles: dict[Hashable, TitleIndex] = defaultdict(TitleIndex)
    shown: dict[tuple[Hashable, str], str] = {}
    for project in (*voided, *existing):
        place = (project.village, project.fund_year)
        if place in places:
            titles[place].add(project.title)
            shown[place, project.title] = f"{'已作废的' if project.void else ''}“{project.title}”（{project.code}）"
    for entry in fresh:
        place, title = (entry.given["village"], entry.given["fund_year"]), entry.given["title"]
        if near := titles[place].near(title):
            listed = "、".join(shown.get((place, each), f"“{each}”") for each in dict.fromkeys(near[:3]))
            entry.notes.append(f"与{listed}像是同一个项目，确是同一个的请填它的项目编号")
        titles[place].add(title)
        shown.setdefault((place, title), f"第 {entry.row.number} 行“{title}”")


def _check_repeated(entries: list[ImportRow]) -> None:
    """Faults of repeated rows. Unique in a workbook: 记录号, UNIQUE fields, and the key of a project without number."""
    seen: dict[Hashable, ImportRow] = {}
    for entry in entries:
        cls, given = entry.sheet.record, entry.given
        if record_id := entry.record_id:
            _check_unique(entry, ID, record_id, seen, "新增的行请把记录号留空")
        name = UNIQUE.get(cls, "")
        if name and (value := given.get(name)):
            _check_unique(entry, name, value, seen, "请删去一行，或改正其中一个")
    if entries and entries[0].sheet.record is Project:
        _check_namesakes(entries)


def _check_unique(entry: ImportRow, name: str, value: Any, seen: dict[Hashable, ImportRow], remedy: str) -> None:
    first = seen.setdefault((name, value), entry)
    if first is not entry:
        entry.fault(name, show_value(value), f"“{show_value(value)}”与第 {first.row.number} 行重复，{remedy}")


def _check_namesakes(entries: list[ImportRow]) -> None:
    """A fault for a project of the same year, village and name as an earlier row, unless both have a number or id."""
    seen: dict[Hashable, ImportRow] = {}
    for entry in entries:
        key = tuple(entry.given.get(name) for name in Project.key)
        if None in key:
            continue
        first = seen.setdefault(key, entry)
        distinct = all("code" in e.given for e in (first, entry)) or all(e.record_id for e in (first, entry))
        if first is not entry and not distinct:
            reason = f"与第 {first.row.number} 行是同一年度、同一村居的同名项目；确是两个项目的，请分别填写项目编号"
            entry.fault("title", entry.given["title"], reason)
