"""The plan of an import: what a workbook would change in a store, shown first, then written whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from haicang_desk.model.funding import Funding
from haicang_desk.model.records import RECORDS, Category, Labelled, Project, Record, Village
from haicang_desk.model.services import IMPORTED, Workspace, with_project_codes
from haicang_desk.model.spreadsheet.columns import TITLE
from haicang_desk.model.spreadsheet.import_planner import ImportPlanner
from haicang_desk.model.spreadsheet.read.answers import Answers, Question
from haicang_desk.model.spreadsheet.read.interpretation import read_workbook
from haicang_desk.model.spreadsheet.read.parsed_workbook import ColumnSum, Fault, ParsedWorkbook
from haicang_desk.model.spreadsheet.read.table_columns import Known
from haicang_desk.model.spreadsheet.record_matching import ImportRow
from haicang_desk.model.spreadsheet.store_snapshot import StoreSnapshot
from haicang_desk.model.store import FieldChange, last_entry
from haicang_desk.model.values import Cancelled, Course, Money, ProgressCallback, Refused

_EVERY = 50  # records written between two words of progress
MOST_NOTES = 50  # about single rows; more are counted
MOST_LISTED = 5_000  # errors, and questions, in JSON; the coloured workbook has all of them


class RowResult(Labelled):
    """一行导入后的结果。"""

    NEW = "new", "新增"
    UPDATED = "updated", "更新"
    UNCHANGED = "unchanged", "未变"
    FAULTY = "error", "有误"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What an import does with one row: its result, for an update the changed fields, for a faulty row its faults.

    What a preview shows besides: the village, the category and total of a project, the amount and day of a record with
    money. ``notes`` tell what was left as it is and why; ``needs`` is why the row can't go in alone: a village or
    project whose own row has a fault, or a question that is open.
    """

    sheet: str
    row: int
    result: RowResult
    name: str  # the project or village name, or the first text of the row
    edits: tuple[FieldChange, ...] = ()
    faults: tuple[Fault, ...] = ()
    village: str = ""
    category: Category | None = None
    total: Money | None = None
    amount: Money | None = None
    day: date | None = None
    notes: tuple[str, ...] = ()
    needs: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the row can go in while others stay out."""
        return self.result is not RowResult.FAULTY and not self.needs


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """A record as it will be written, the one of the store that it takes the place of, and the row it comes from."""

    record: Record
    expected: Record | None
    row: tuple[str, int]  # sheet and number


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do. read = new + updated + unchanged + faulty, counted in rows.

    ``entry`` is the journal entry at which the store was read. ``left_out`` are the rows that stay out where only the
    good ones go in.
    """

    workbook: ParsedWorkbook
    outcomes: tuple[RowOutcome, ...]
    planned: tuple[PlannedRecord, ...] = field(repr=False)  # new and updated, in the order of writing
    counts: Counter[RowResult] = field(repr=False)
    entry: int = 0
    asked: tuple[Question, ...] = ()  # by the comparison with the store
    answers: Answers = field(default_factory=Answers, repr=False)
    left_out: tuple[RowOutcome, ...] = ()

    @property
    def records(self) -> tuple[Record, ...]:
        """The records that would be written, new and updated."""
        return tuple(planned.record for planned in self.planned)

    @property
    def read(self) -> int:
        """Rows that were read."""
        return len(self.outcomes)

    @property
    def new(self) -> int:
        """Rows that are new records."""
        return self.counts[RowResult.NEW]

    @property
    def updated(self) -> int:
        """Rows that change a record of the store."""
        return self.counts[RowResult.UPDATED]

    @property
    def unchanged(self) -> int:
        """Rows that the store already holds."""
        return self.counts[RowResult.UNCHANGED]

    @property
    def faulty(self) -> int:
        """Rows with at least one fault."""
        return self.counts[RowResult.FAULTY]

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults of all rows, in the order of sheet, row and column."""
        return tuple(fault for outcome in self.outcomes for fault in outcome.faults)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What must be answered before anything is written: of the reading, then of the comparison with the store."""
        out = {(outcome.sheet, outcome.row) for outcome in self.left_out}
        return (*(q for q in self.workbook.questions if (q.sheet, q.row) not in out), *self.asked)

    @property
    def sums(self) -> tuple[ColumnSum, ...]:
        """The sum of each money column that was read, with its unit."""
        return self.workbook.sums

    @property
    def ignored_columns(self) -> tuple[tuple[str, str], ...]:
        """Sheet and heading of the columns that no field has."""
        return self.workbook.ignored_columns

    @property
    def notes(self) -> tuple[str, ...]:
        """How the workbook was read, and what was left as it is: records that are void, values that are newer here."""
        told = [f"“{o.sheet}”第 {o.row} 行“{o.name}”：{note}" for o in self.outcomes for note in o.notes]
        more = (f"另有 {len(told) - MOST_NOTES} 处与上面相似，见逐行预览",) if len(told) > MOST_NOTES else ()
        return (*self.workbook.notes, *told[:MOST_NOTES], *more)

    def as_json(self, *, written: bool = False) -> dict[str, Any]:
        """The output of ``import --json`` (contract §2); of errors and questions the first 5,000, and their number."""
        errors, questions = self.errors, self.questions
        return {
            "read": self.read,
            "new": self.new,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "errors": [fault.as_json() for fault in errors[:MOST_LISTED]],
            "errors_total": len(errors),
            **self.workbook.as_json(),
            "questions": [question.as_json() for question in questions[:MOST_LISTED]],
            "questions_total": len(questions),
            "notes": list(self.notes),
            "written": written,
        }

    def without_faulty(self) -> ImportPlan:
        """The plan of the good rows alone; ``left_out`` of it names the others, and what hangs on them.

        A row whose village or project has a fault stays out with it, and so does one about which a question is open. A
        question about a whole column or sheet stays open.
        """
        good = tuple(outcome for outcome in self.outcomes if outcome.is_good)
        out = tuple(outcome for outcome in self.outcomes if not outcome.is_good)
        kept, left = ({(outcome.sheet, outcome.row) for outcome in some} for some in (good, out))
        return replace(
            self,
            outcomes=good,
            planned=tuple(planned for planned in self.planned if planned.row in kept),
            counts=Counter(outcome.result for outcome in good),
            asked=tuple(question for question in self.asked if (question.sheet, question.row) not in left),
            left_out=out,
        )

    def carry_out(self, ws: Workspace, person: str, key: str = "", *, course: Course | None = None) -> tuple[str, ...]:
        """Write the plan as one change, which one undo takes back; returns the ids of the records that were written.

        It plans anew only where the journal has moved since. ``key`` makes the change unique if it is tried again.
        Raises Refused (exit code 3) and writes nothing where a row has a fault, a question is open, or the plan made
        anew is another one; Stopped where the person stops its ``course``.
        """
        course = course or Course()
        if self.faulty:
            raise Refused(f"《{self.workbook.name}》有 {self.faulty} 行需要改正，没有写入任何内容。{self.errors[0]}")
        if self.questions:
            first, count = self.questions[0], f"还有 {len(self.questions)} 处要先答复，没有写入任何内容"
            raise Refused(f"《{self.workbook.name}》{count}。{first.where}：{first.reason}")
        plan = self if last_entry(ws.conn) == self.entry else self._made_anew(ws)
        if not plan.planned:
            return ()
        action = f"{IMPORTED}{self.workbook.name}》：新增 {self.new} 条、更新 {self.updated} 条"
        written: list[str] = []
        with ws.change(action, actor=person, key=key, imported=True) as change:
            for numberless, group in groupby(plan.planned, key=lambda planned: _numberless(planned.record)):
                batch = list(group)
                records: list[Record] = [planned.record for planned in batch]
                for planned, record in zip(
                    batch, with_project_codes(ws, records) if numberless else records, strict=True
                ):
                    written.append(change.save(record, expected=planned.expected).id)
                    if len(written) % _EVERY == 0:
                        course.tell(len(written), len(plan.planned) + len(plan.planned) // 3)  # then sums and seal
        return tuple(written)

    def _made_anew(self, ws: Workspace) -> ImportPlan:
        fresh = import_plan_of(ws, self.workbook, self.answers)
        fresh = fresh.without_faulty() if self.left_out else fresh
        if (fresh.outcomes, fresh.left_out) != (self.outcomes, self.left_out):
            raise Refused("预览之后台账又有改动，没有写入。请重新预览再导入")
        return fresh


def _numberless(record: Record) -> bool:
    """Whether a record is a project that the street office has yet to number."""
    return isinstance(record, Project) and not record.code


def plan_import(
    ws: Workspace,
    path: Path,
    *,
    answers: Answers = Answers(),  # noqa: B008 - frozen
    progress: ProgressCallback | None = None,
    cancelled: Cancelled | None = None,
) -> ImportPlan:
    """Read a workbook and plan its import. Raises as read_workbook and plan_on."""
    book = read_workbook(path, answers=answers, known=known_of(ws), progress=progress, cancelled=cancelled)
    return import_plan_of(ws, book, answers)


def known_of(ws: Workspace) -> Known:
    """What a store holds that tables may leave out: its villages, its newest fund year, ten times the highest cap."""
    year = ws.year()
    policy = ws.policy(year)
    cap = max(policy.money(name) for name in ("cap_service", "cap_goods", "cap_works"))
    return Known(tuple(village.name for village in ws.all(Village)), year, Money(10 * cap))


def import_plan_of(ws: Workspace, workbook: ParsedWorkbook, answers: Answers | None = None) -> ImportPlan:
    """What importing this workbook into this store would do. Reads the store and writes nothing. Raises as plan_on."""
    return plan_on(StoreSnapshot.of(ws, workbook), workbook, answers)


def plan_on(
    snapshot: StoreSnapshot,
    workbook: ParsedWorkbook,
    answers: Answers | None = None,
    *,
    progress: ProgressCallback | None = None,
    cancelled: Cancelled | None = None,
) -> ImportPlan:
    """What importing this workbook would do to a store as the snapshot has it; any thread may ask.

    ``answers`` are those that the workbook was read with. ``progress`` gets the rows done and in all. Raises Refused
    for the workbook of another street, ReadingStopped once ``cancelled`` is true.
    """
    answers = answers or Answers()
    planner = ImportPlanner(snapshot, workbook, answers)
    planner.run(progress, cancelled)
    outcomes, planned = [], []
    open_rows = {(question.sheet, question.row) for question in workbook.questions}
    held_back: set[str] = set()  # ids of new villages and projects whose rows can't go in alone
    for cls in RECORDS:
        for entry in planner.entries.get(cls, ()):
            outcome = _outcome(planner, entry, open_rows, held_back)
            outcomes.append(outcome)
            if outcome.result in (RowResult.NEW, RowResult.UPDATED) and entry.record is not None:
                expected = entry.existing or entry.undone
                planned.append(PlannedRecord(entry.record, expected, (outcome.sheet, outcome.row)))
                if outcome.needs and entry.existing is None:
                    held_back.add(entry.record.id)
    positions = {sheet.title: position for position, sheet in enumerate(workbook.sheets)}
    outcomes.sort(key=lambda outcome: (positions[outcome.sheet], outcome.row))
    counts = Counter(outcome.result for outcome in outcomes)
    return ImportPlan(workbook, tuple(outcomes), _in_order(planned), counts, snapshot.entry, planner.questions, answers)


def _outcome(
    planner: ImportPlanner, entry: ImportRow, open_rows: Collection[tuple[str, int]], held_back: Collection[str]
) -> RowOutcome:
    edits = planner.edits(entry) if not entry.faults else ()
    if entry.faults:
        result = RowResult.FAULTY
    elif entry.existing is None and entry.voided is None:
        result = RowResult.NEW
    else:
        result = RowResult.UPDATED if edits else RowResult.UNCHANGED
    needs = ""
    unmade = result is RowResult.NEW and entry.record is None
    if entry.asked or unmade or (entry.sheet.title, entry.row.number) in open_rows:
        needs = "有一处还没有答复"
    elif planner.hangs_on_a_fault(entry):
        needs = "所属的项目或村居那一行有误"
    elif any(entry.given.get(name) in held_back for name in ("village", "project")):
        needs = "所属的项目或村居那一行还没有答复"
    record = entry.record or entry.existing
    project = record if isinstance(record, Project) else None
    values = entry.given if record is None else record.__dict__
    return RowOutcome(
        entry.sheet.title,
        entry.row.number,
        result,
        _name_of(entry),
        edits,
        _faults_by_column(entry),
        village=planner.village_of(entry),
        category=project.category if project else None,
        total=Funding.of(project).total if project else None,
        amount=next((v for name in _AMOUNTS if isinstance(v := values.get(name), Money)), None),
        day=project.submitted_on if project else next((v for v in values.values() if type(v) is date), None),
        notes=tuple(entry.notes),
        needs=needs,
    )


_AMOUNTS = ("amount", "price", "special", "quota", "approved")  # the first that a record has is its sum


def _faults_by_column(entry: ImportRow) -> tuple[Fault, ...]:
    if not entry.faults:
        return ()
    indexes = {entry.sheet.heading(column.name): column.index for column in entry.sheet.columns}
    return tuple(sorted(entry.faults, key=lambda fault: indexes.get(fault.column, 0)))


def _name_of(entry: ImportRow) -> str:
    """How the preview names a row: by the first of its texts that is filled in, up to 40 characters."""
    values, fields = entry.row.values, entry.sheet.record.fields
    for name in ("title", "name", "project", TITLE, *fields):
        if isinstance(value := values.get(name), str) and value:
            return value[:40]
    return ""


def _in_order(planned: Iterable[PlannedRecord]) -> tuple[PlannedRecord, ...]:
    """The order of writing: projects that have a number, then those that get one, then the records of projects."""
    ranks = {cls: rank for rank, cls in enumerate(RECORDS)}
    return tuple(sorted(planned, key=lambda each: (ranks[type(each.record)], _numberless(each.record))))
