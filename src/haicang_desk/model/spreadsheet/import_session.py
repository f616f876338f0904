"""One workbook on its way in: what was read, what has been answered about it, and taking an answer back.

The import screen holds one of these. Every answer makes new Answers, from which the workbook is read again without
opening its file; nothing here touches the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import Enum

from haicang_desk.model.foreign.sheets.cell_grid import column_letters, column_number
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.records.fields import Field
from haicang_desk.model.spreadsheet.cell_values import quoted, read_cell
from haicang_desk.model.spreadsheet.read.answers import Answers, same
from haicang_desk.model.spreadsheet.read.interpretation import interpret
from haicang_desk.model.spreadsheet.read.mapping import (
    ANY_SHEET,
    NOWHERE,
    TableMapping,
    Target,
    field_named,
    name_of_field,
    record_of,
)
from haicang_desk.model.spreadsheet.read.mapping_file import MappingFile
from haicang_desk.model.spreadsheet.read.parsed_workbook import ParsedWorkbook, TableReading
from haicang_desk.model.spreadsheet.read.raw_tables import RawRow, RawTable, RawWorkbook
from haicang_desk.model.spreadsheet.read.table_columns import Known
from haicang_desk.model.spreadsheet.read.units import FACTORS
from haicang_desk.model.values import Money


def cell_text(raw: RawCell | None) -> str:
    """The text of a cell as the import screen shows it and lets it be typed over."""
    if raw is None or raw.form == "text":
        return "" if raw is None else raw.text
    return "" if raw.form == "picture" else quoted(raw)


class ImportSession:
    """A workbook with the answers about it.

    ``book`` is how it was last read, set by whoever has called ``read_again``; ``known`` is what the ledger holds.
    """

    def __init__(self, raw: RawWorkbook, answers: Answers | None = None, known: Known | None = None) -> None:
        self.raw, self._known = raw, known or Known()
        self.answers = answers or Answers()
        self._before: list[Answers] = []
        self.book = ParsedWorkbook(raw.path, ())

    # reading again

    def read_again(self) -> ParsedWorkbook:
        """How the workbook is read with the answers so far. Raises as interpret. Any thread may call it."""
        return interpret(self.raw, self.answers, known=self._known)

    @property
    def can_undo(self) -> bool:
        """Whether there is an answer to take back."""
        return bool(self._before)

    def undo(self) -> None:
        """Take the last answer back."""
        if self._before:
            self.answers = self._before.pop()

    def answer(self, answers: Answers) -> None:
        """Add answers; those about the same thing take the place of earlier ones."""
        self._before.append(self.answers)
        self.answers = self.answers.merged(answers)

    # what a person decides

    def set_record(self, sheet: str, label: str) -> None:
        """Say which record a sheet holds; "" leaves the sheet out."""
        if label:
            kept = frozenset(each for each in self.answers.left_out if not (same(each[0], sheet) and each[1] == ""))
            self._before.append(self.answers)
            others = tuple(each for each in self.answers.mappings if not same(each.sheet, sheet))
            self.answers = replace(
                self.answers, left_out=kept, sheets={**self.answers.sheets, sheet: label}, mappings=others
            )
        else:
            self.leave_out(sheet)

    def leave_out(self, sheet: str, column: str = "") -> None:
        """Say that a column, or with "" the whole sheet, is not wanted."""
        self.answer(Answers(left_out=frozenset({(sheet, column)})))

    def set_unit(self, sheet: str, column: str, factor: int) -> None:
        """Say in which unit, given in yuan, the amounts of a column are; "" is every column that leaves it open."""
        self.answer(Answers(units={(sheet, column): factor}))

    def set_twin(self, sheet: str, column: str, answer: str) -> None:
        """Say what a repeated column is: 分为两笔 or 不读."""
        self.answer(Answers(twins={(sheet, column): answer}))

    def set_constant(self, sheet: str, heading: str, text: str) -> None:
        """Say what every row of a table has in a field for which it has no column."""
        self.answer(Answers(constants={(sheet, heading): text}))

    def set_target(self, sheet: str, column: str, heading: str) -> None:
        """Say into which field a column goes, by the field's heading; "-" for none."""
        mapping = self._mapping(sheet)
        columns = dict(mapping.columns)
        columns |= {name: Target(NOWHERE) for name, goes_to in self.targets(sheet).items() if goes_to == heading}
        columns[column] = Target(heading, mapping.columns[column].unit if column in mapping.columns else None)
        self._before.append(self.answers)
        kept = frozenset(each for each in self.answers.left_out if not (same(each[0], sheet) and same(each[1], column)))
        self.answers = replace(self.answers, left_out=kept).merged(
            Answers(mappings=(replace(mapping, columns=columns),))
        )

    def set_cell(self, sheet: str, row: int, column: int, text: str) -> None:
        """Put a text in the place of what one cell has."""
        self.answer(Answers(cells={(sheet, f"{column_letters(column)}{row}"): text}))

    def set_alike(self, sheet: str, column: int, old: str, new: str) -> int:
        """Put a text in the place of every cell of a column that holds this one. Gives how many there are.

        For a choice or a name it is kept as a word of the sender's, so that the next table of theirs needs no mending.
        """
        alike = self.alike(sheet, column, old)
        table = self.table(sheet)
        name = next((each.name for each in table.headings if each.index == column), "") if table else ""
        mapping, field = self._mapping(sheet), self.field_of(sheet, name)
        if field is not None and (field.refers or field.kind is Enum):
            self.answer(Answers(mappings=(replace(mapping, values={**mapping.values, old: new}),)))
        else:
            self.answer(Answers(cells={(sheet, f"{column_letters(column)}{row.number}"): new for row in alike}))
        return len(alike)

    def field_of(self, sheet: str, column: str) -> Field | None:
        """The field that a column goes to, by its name in the book or by the heading of the field; None for none."""
        record = record_of(self._mapping(sheet).record)
        if record is None:
            return None
        return field_named(record, name_of_field(record, self.targets(sheet).get(column, column)) or "")

    def read_as(self, sheet: str, column: str, text: str) -> str:
        """How an amount, a number or a day of a column would be read, such as 300,000.00 元 for 30 under 万元.

        "" for any other field and for a text that could not be read.
        """
        field = self.field_of(sheet, column)
        if field is None or field.kind not in (Money, date, int):
            return ""
        units = (
            each.unit for each in self.book.sums if same(each.sheet, sheet) and column in (each.column, each.heading)
        )
        try:
            value = read_cell(RawCell("text", text), field, FACTORS.get(next(units, ""), 1))
        except ValueError:
            return ""
        return f"{value} 元" if isinstance(value, Money) else str(value)

    def alike(self, sheet: str, column: int, text: str) -> list[RawRow]:
        """The rows of a sheet that hold this text in a column."""
        table = self.table(sheet)
        if table is None:
            return []
        return [row for row in table.rows if column in row.cells and row.cells[column].text == text]

    def targets(self, sheet: str) -> dict[str, str]:
        """The headings of the fields that the columns of a sheet go to, by the names of the columns."""
        table = self.table(sheet)
        if table is None:
            return {}
        names = {heading.index: heading.name for heading in table.headings}
        mapping = self._mapping(sheet)
        found = {name: target.field for name, target in mapping.columns.items() if target.field != NOWHERE}
        for parsed in self.book.sheets:
            if same(parsed.title, sheet):
                found |= {
                    names[column.index]: parsed.heading(column.name)
                    for column in parsed.columns
                    if column.index in names
                }
        return found

    def missing(self, sheet: str) -> list[str]:
        """The headings of the required fields that a table neither has nor gives in its section rows or title."""
        return list(
            dict.fromkeys(
                parsed.heading(name)
                for parsed in self.book.sheets
                if same(parsed.title, sheet)
                for name in parsed.missing
            )
        )

    def typed(self, sheet: str) -> dict[tuple[int, int], str]:
        """The texts said for cells of a sheet, by row and column."""
        found = {}
        for reference, text in self.answers.cells_of(sheet).items():
            letters = reference.rstrip("0123456789")
            found[int(reference[len(letters) :]), column_number(letters)] = text
        return found

    # what is kept

    def mapping_file(self, sender: str) -> MappingFile:
        """How the tables are understood now, to be kept for their sender."""
        tables = [each.mapping for each in self.book.tables if each.mapping is not None]
        if len(tables) == 1:
            tables = [replace(tables[0], sheet=ANY_SHEET)]  # next quarter its title may be another
        return MappingFile(sender, tuple(tables))

    def table(self, sheet: str) -> RawTable | None:
        """The first table of a sheet."""
        return next((table for table in self.raw.tables if same(table.sheet, sheet)), None)

    def reading(self, sheet: str) -> TableReading | None:
        """How the table of a sheet is understood."""
        return next((each for each in self.book.tables if same(each.sheet, sheet)), None)

    def _mapping(self, sheet: str) -> TableMapping:
        reading = self.reading(sheet)
        if reading is not None and reading.mapping is not None:
            return replace(reading.mapping, sheet=sheet)
        label: Mapping[str, str] = {title: label for title, label in self.answers.sheets.items() if same(title, sheet)}
        return TableMapping(sheet, next(iter(label.values()), ""))
