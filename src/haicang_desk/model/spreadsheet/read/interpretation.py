"""Reading of the tables of a workbook as records: which record each sheet holds, what is read, what must be asked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from haicang_desk.model.records import RECORDS, Project, Record, Village
from haicang_desk.model.spreadsheet.columns import GUIDE, folded, heading_of
from haicang_desk.model.spreadsheet.read.answers import Answers, Question, QuestionKind, same
from haicang_desk.model.spreadsheet.read.formats import open_workbook
from haicang_desk.model.spreadsheet.read.mapping import (
    ANY_SHEET,
    NOWHERE,
    TableMapping,
    bare,
    matches,
    record_of,
)
from haicang_desk.model.spreadsheet.read.parsed_workbook import ParsedSheet, ParsedWorkbook, TableReading
from haicang_desk.model.spreadsheet.read.raw_tables import RawTable, RawWorkbook
from haicang_desk.model.spreadsheet.read.table_columns import SERIALS, ColumnPlanner, Known, required_given
from haicang_desk.model.spreadsheet.read.table_rows import RowReader, listed_rows
from haicang_desk.model.values import Cancelled, ProgressCallback, Refused


def read_workbook(
    path: Path,
    *,
    answers: Answers = Answers(),  # noqa: B008 - frozen
    known: Known = Known(),  # noqa: B008 - frozen
    progress: ProgressCallback | None = None,
    cancelled: Cancelled | None = None,
) -> ParsedWorkbook:
    """Read a workbook of any format: ``open_workbook`` and ``interpret``. Raises as they do."""
    return interpret(open_workbook(path, progress=progress, cancelled=cancelled), answers, known=known)


def interpret(raw: RawWorkbook, answers: Answers = Answers(), *, known: Known = Known()) -> ParsedWorkbook:  # noqa: B008
    """The records of a workbook's tables, as far as tables and answers say what they are; the rest are its questions.

    ``known`` is what the ledger holds, for proposals. Reads no store, so any thread may call it. Raises Refused where
    a sheet that is read has a formula without value, where a record's sheet has none of its headings, and where no
    sheet holds anything that could be a record.
    """
    return _Interpreter(raw, answers, known).workbook()


class _Interpreter:
    """Reads the tables of one workbook, one after the other."""

    def __init__(self, raw: RawWorkbook, answers: Answers, known: Known) -> None:
        self._raw, self._answers, self._known = raw, answers, known
        self._sheets: list[ParsedSheet] = []
        self._unread = [title for title in raw.empty_sheets if folded(title) != folded(GUIDE)]
        self._found: list[ParsedWorkbook] = []  # one for each table
        self._forms: dict[tuple[str, tuple[tuple[str, ...], ...]], tuple[type[Record] | None, TableMapping | None]] = {}

    def workbook(self) -> ParsedWorkbook:
        """All tables together."""
        if not self._raw.tables:
            raise Refused(
                f"《{self._raw.name}》里没有可识别的工作表（如 村居、项目、预算明细），没有导入。"
                "请用“下载模板”得到的工作簿，或核对工作表名称"
            )
        notes = list(self._raw.notes)
        for table in self._raw.tables:
            self._read(table)
        read = {reading.sheet for part in self._found for reading in part.tables if reading.record is not None}
        unread = tuple(title for title in dict.fromkeys(self._unread) if title not in read)
        if unread:
            notes.append(f"没有读取的工作表：{'、'.join(unread)}")
        if self._waits_for({Project, Village}):  # what hangs on them cannot be looked up yet
            self._sheets = [sheet for sheet in self._sheets if not any(f.refers for f in sheet.record.fields.values())]
        parts = self._found
        return ParsedWorkbook(
            self._raw.path,
            tuple(self._sheets),
            tuple(ignored for part in parts for ignored in part.ignored),
            (*notes, *(note for part in parts for note in part.notes)),
            tuple(question for part in parts for question in part.questions),
            tuple(each for part in parts for each in part.sums),
            tuple(caution for part in parts for caution in part.cautions),
            unread,
            tuple(reading for part in parts for reading in part.tables),
        )

    def _read(self, table: RawTable) -> None:
        sheet, rows = table.sheet, len(table.rows) + len(table.sums)
        if self._answers.leaves_out(sheet):
            self._unread.append(sheet)
            self._add(tables=(TableReading(sheet, None, None, rows, 0, len(table.sums)),))
            return
        cls, mapping = self._record(table)
        if cls is None:
            self._unread.append(sheet)
            self._add(questions=(self._sheet_question(table),), tables=(TableReading(sheet, None, None, rows, 0),))
            return
        if table.uncalculated:
            raise Refused(
                f"工作表“{sheet}”的 {table.uncalculated} 等格是没有算出结果的公式，没有导入。"
                "请用 Excel 或 WPS 打开，保存一次再导入，或粘贴为数值"
            )
        planner = ColumnPlanner(cls, table, mapping, self._answers, self._known)
        plan = planner.plan()
        if not planner.known_columns and self._answers.record(sheet) is None and mapping is None:
            raise Refused(
                f"工作表“{sheet}”里找不到表头，没有导入。应有一行写明：{_expected_headings(cls)}；"
                "这张表如果不是要导入的，可以不读"
            )
        reader = RowReader(cls, table, plan, mapping.values if mapping else {}, self._known)
        sheets = reader.read(self._answers.cells_of(sheet), plain=self._raw.plain)
        self._sheets += sheets
        notes = [*table.notes, *plan.notes, *reader.notes]
        if reader.sums_passed_over:
            notes.append(f"“{sheet}”合计行没有读取：第 {listed_rows(reader.sums_passed_over)} 行")
        if table.hidden:
            notes.append(f"隐藏的工作表“{sheet}”也已读取")
        kept = TableMapping(
            sheet,
            cls.label,
            {heading_of(cls, name): text for name, text in plan.constants.items()},
            plan.mapping,
            mapping.values if mapping else {},
        )
        read = len({row.number for part in sheets for row in part.rows})
        self._add(
            ignored=tuple(plan.ignored),
            notes=tuple(notes),
            questions=(*plan.questions, *reader.questions),
            sums=tuple(reader.sums(sheets)),
            cautions=tuple(reader.cautions),
            tables=(TableReading(sheet, cls, kept, rows, read, len(table.sums)),),
        )

    def _waits_for(self, records: set[type[Record]]) -> bool:
        """Whether a sheet that is not read yet is likely to hold one of these records."""
        asked = {q.proposal for part in self._found for q in part.questions if q.kind is QuestionKind.SHEET}
        return any(cls.label in asked for cls in records) or "" in asked

    def _add(self, **parts: object) -> None:
        self._found.append(ParsedWorkbook(self._raw.path, (), **parts))  # type: ignore[arg-type]

    def _record(self, table: RawTable) -> tuple[type[Record] | None, TableMapping | None]:
        """The record of a table and its mapping; a form further down its sheet (项目#2) is what the one above it is."""
        title = table.sheet.rpartition("#")[0] or table.sheet
        key = (title, tuple(heading.texts for heading in table.headings))
        if self._answers.record(table.sheet) is None and key in self._forms:
            return self._forms[key]
        found = self._record_by_itself(table)
        if table.form:
            self._forms[key] = found
        return found

    def _record_by_itself(self, table: RawTable) -> tuple[type[Record] | None, TableMapping | None]:
        """The record of a table and the mapping that applies: as answered, as mapped, by its title, or by itself."""
        said = self._answers.record(table.sheet)
        own = record_of(table.sheet)
        for mapping in self._answers.mappings:
            wanted = said or (own.label if own is not None else None)
            if wanted in (None, mapping.record) and _fits(mapping, table):
                return record_of(mapping.record), mapping
        if said is not None:
            return record_of(said), None
        if own is None and len(self._raw.tables) == 1 and fits_entirely(likely := likely_record(table), table):
            return likely, None
        return own, None

    def _sheet_question(self, table: RawTable) -> Question:
        likely = likely_record(table)
        headings = "、".join(heading.name for heading in table.headings[:6])
        reason = f"不知道这张表是什么记录（表头：{headings}）"
        reason += f"，多半是“{likely.label}”" if likely else "，请指明，或说明不读"
        choices = tuple(cls.label for cls in RECORDS)
        return Question(
            QuestionKind.SHEET, table.sheet, 0, "", table.sheet, likely.label if likely else "", reason, choices
        )


def _fits(mapping: TableMapping, table: RawTable) -> bool:
    """Whether a mapping is for this table: by its title; for any sheet where it has at least half of the headings."""
    if mapping.sheet != ANY_SHEET:
        return same(mapping.sheet, table.sheet)
    texts = [name for heading in table.headings for name in (heading.name, "/".join(heading.texts))]
    found = [word for word in mapping.columns if any(same(word, text) or bare(word) == bare(text) for text in texts)]
    return 2 * len(found) >= len(mapping.columns)


def likely_record(table: RawTable) -> type[Record] | None:
    """The record that most headings belong to, at least two; of several equals the one with all it requires."""
    best: tuple[float, type[Record] | None] = (1.0, None)
    for cls in RECORDS:
        score, names = 0.0, set()
        for heading in table.headings:
            match = next(iter(matches(cls, heading)), None)
            if match is not None and match.name not in names:
                names.add(match.name)
                weight = 1.0 if match.own else 0.8 if match.sure else 0.3
                score += weight if match.name in cls.fields else weight / 2
        if score and required_given(cls, names):
            score += 1
        if score > best[0]:
            best = (score, cls)
    return best[1]


def fits_entirely(cls: type[Record] | None, table: RawTable) -> bool:
    """Whether every heading of a table is certainly one of the record's, at least two of them its own fields."""
    if cls is None:
        return False
    names: list[str] = []
    for heading in table.headings:
        if heading.texts and bare(heading.texts[-1]) in SERIALS:
            continue
        match = next(iter(matches(cls, heading)), None)
        if match is None or not match.sure or match.name in names:
            return False
        names.append(match.name)
    return sum(name in cls.fields for name in names) > 1


def _expected_headings(cls: type[Record]) -> str:
    required = [field.label for field in cls.fields.values() if field.required]
    return "、".join(required or [field.label for field in cls.fields.values()][:5])


def mapping_targets(cls: type[Record]) -> tuple[str, ...]:
    """The headings of fields to which a column of a table of this record may be mapped, and "-" for none."""
    lookups = ("@title", "@village") if "project" in cls.fields else ()
    names: Iterable[str] = (*cls.fields, *(name for name in lookups if name.strip("@") not in cls.fields))
    return (NOWHERE, *(heading_of(cls, name) for name in names))
