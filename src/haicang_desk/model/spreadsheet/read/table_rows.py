"""The rows of one table as values of fields: what each cell says, what is a fault of it, and what must be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from haicang_desk.model.foreign.sheets.cell_grid import column_letters
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.records import Field, Project, Prose, Record
from haicang_desk.model.spreadsheet.cell_values import Doubtful, quoted
from haicang_desk.model.spreadsheet.columns import EXAMPLE, ID, TITLE, YEAR, folded, heading_of
from haicang_desk.model.spreadsheet.read.answers import Question, QuestionKind
from haicang_desk.model.spreadsheet.read.column_values import field_of, value_of
from haicang_desk.model.spreadsheet.read.mapping import Column
from haicang_desk.model.spreadsheet.read.parsed_workbook import Caution, ColumnSum, ParsedRow, ParsedSheet
from haicang_desk.model.spreadsheet.read.raw_tables import RawRow, RawTable
from haicang_desk.model.spreadsheet.read.table_columns import ColumnPlan, Known, section_value, translated
from haicang_desk.model.spreadsheet.read.units import unit_name
from haicang_desk.model.values import Money

SMALLEST_LIKELY = Money(10_000)  # fen; a smaller amount is pointed at
_EXAMPLES = {"示例", "样例", "例"}
_NAMING = ("code", "title", "project", TITLE)  # columns in which 【示例】 marks an example row
_PRICES = {"price", "wage"}  # amounts that may be small


def listed_rows(numbers: Sequence[int]) -> str:
    """The first ten of several row numbers: 3、7、9."""
    return "、".join(map(str, numbers[:10])) + (" 等" if len(numbers) > 10 else "")


class RowReader:
    """Reads the rows of a table with the columns of its plan."""

    def __init__(
        self, cls: type[Record], table: RawTable, plan: ColumnPlan, values: Mapping[str, str], known: Known
    ) -> None:
        self._cls, self._table, self._plan, self._values, self._known = cls, table, plan, values, known
        self._cells: Mapping[str, str] = {}
        self._exported = False  # whether the row has a 记录号
        self._above: dict[int, RawCell] | None = None
        self._values_of: dict[tuple[int, str, RawCell, bool], Any] = {}
        self.questions: list[Question] = []
        self.cautions: list[Caution] = []
        self.notes: list[str] = []
        self.sums_passed_over: list[int] = []

    def read(self, cells: Mapping[str, str], *, plain: bool = False) -> list[ParsedSheet]:
        """The sheets of records: one, or one for each record of a row. ``cells`` are answers by reference.

        In ``plain`` text an empty required cell is asked, with the cell above it as the proposal.
        """
        self._cells = cells
        self._above = {} if plain else None
        table, plan = self._table, self._plan
        sheets = []
        for number, columns in enumerate(plan.columns):
            sheet = ParsedSheet(
                table.sheet,
                self._cls,
                table.header,
                tuple(columns),
                table.width,
                plan.reasons,
                places=table.places,
                missing=plan.missing,
            )
            own = {column.index for column in columns} - {c.index for c in plan.columns[0]} if number else set()
            self._read_sheet(sheet, own)
            sheets.append(sheet)
        return sheets

    def sums(self, sheets: list[ParsedSheet]) -> list[ColumnSum]:
        """The sum of each money column that was read and whose unit is certain."""
        sums = []
        seen: set[int] = set()
        for sheet in sheets:
            for column in sheet.columns:
                field = field_of(self._cls, column.name)
                if field.kind is not Money or column.index in seen or column.index in self._plan.asked_units:
                    continue
                seen.add(column.index)
                amounts = [row.values[column.name] for row in sheet.rows if column.name in row.values]
                if amounts:
                    grounds = self._plan.grounds.get(column.index, ())
                    unit = unit_name(column.factor) if grounds or column.factor != 1 else ""
                    total = sum(amounts, Money(0))
                    heading = heading_of(self._cls, column.name)
                    sums.append(ColumnSum(sheet.title, column.heading, heading, unit, total, len(amounts), grounds))
        return sums

    def _read_sheet(self, sheet: ParsedSheet, own: set[int]) -> None:
        fields = [(column, field_of(self._cls, column.name)) for column in sheet.columns]
        fields.sort(key=lambda each: each[0].name not in ("fund_year", YEAR))  # days are read by the year of their row
        indexes = {column.name: column.index for column in sheet.columns}
        known = {column.index for column in sheet.columns}
        hidden, shared = [], []
        for row in self._records(indexes.get(ID, 0)):
            cells = self._answered(row)
            if not any(index in cells for index in own or known) or self._is_example(cells, indexes):
                continue
            parsed = ParsedRow(row.number)
            self._exported = indexes.get(ID) in cells
            for column, field in fields:
                raw = cells.get(column.index)
                if raw is not None or field.required:
                    self._read_cell(sheet, parsed, row, column, field, raw)
            self._fill(sheet, parsed, row)
            sheet.rows.append(parsed)
            if row.hidden:
                hidden.append(row.number)
            if row.shared & known:
                shared.append(row.number)
            if self._above is not None:
                self._above |= cells
        self._note("隐藏的行也已读取", hidden)
        self._note("合并的单元格已按每行都有同样内容读取", shared)

    def _records(self, identifier: int) -> list[RawRow]:
        """The rows of records: those that are no sums, and exported rows (with 记录号) whatever they are called."""
        named = [row for row in self._table.sums if identifier in row.cells]
        self.sums_passed_over = [row.number for row in self._table.sums if identifier not in row.cells]
        return sorted((*self._table.rows, *named), key=lambda row: row.number) if named else self._table.rows

    def _answered(self, row: RawRow) -> dict[int, RawCell]:
        """The cells of a row, with those that were answered in their place."""
        if not self._cells:
            return row.cells
        cells = dict(row.cells)
        for heading in self._table.headings:
            if (text := self._cells.get(self._reference(row.number, heading.index))) is not None:
                if text.strip():
                    cells[heading.index] = RawCell("text", text)
                else:
                    cells.pop(heading.index, None)
        return cells

    def _reference(self, number: int, index: int) -> str:
        number, index = self._table.places.get(index, (number, index))
        return f"{column_letters(index)}{number}"

    def _is_example(self, cells: Mapping[int, RawCell], indexes: Mapping[str, int]) -> bool:
        if indexes.get(ID) in cells or not cells:  # an exported row is a record whatever it holds
            return False
        naming = (cells[indexes[name]] for name in _NAMING if indexes.get(name) in cells)
        return folded(cells[min(cells)].text) in _EXAMPLES or any(raw.text.startswith(EXAMPLE) for raw in naming)

    def _note(self, what: str, numbers: list[int]) -> None:
        if numbers:
            self.notes.append(f"“{self._table.sheet}”{what}：第 {listed_rows(numbers)} 行")

    def _read_cell(
        self, sheet: ParsedSheet, parsed: ParsedRow, row: RawRow, column: Column, field: Field, raw: RawCell | None
    ) -> None:
        value: Any = ""
        if raw is not None and self._values:
            raw = translated(raw, self._values)
        try:
            if raw is not None:
                if field.kind is Money and column.index in row.shared:
                    raise ValueError("与上一行合并成一格，金额不能共用，请取消合并后逐行填写")
                if raw.unit and column.index in self._plan.chosen_units:
                    raw = raw._replace(unit="")
                value = self._value(parsed, column, field, raw)
            if value != "":
                parsed.values[column.name] = value
                if field.kind is Money:
                    self._check_size(sheet, row, column, raw, value)
            elif field.required and field.refers != Project.table and column.name not in self._plan.constants:
                if self._asks_above(sheet, parsed, row, column, field):
                    return
                raise ValueError("必填，不能为空")
        except Doubtful as doubt:
            self._ask(row, column, "" if raw is None else quoted(raw), doubt.proposal, str(doubt))
            self._suppose(parsed, column, field, doubt.proposal)
        except ValueError as wrong:
            text = "" if raw is None else quoted(raw)
            parsed.faults.append(self._sheet_fault(sheet, parsed, column, text, str(wrong)))

    def _value(self, parsed: ParsedRow, column: Column, field: Field, raw: RawCell) -> Any:
        """The value of a cell; what many rows have alike, such as choices, is read once. Raises as value_of."""
        if field.kind is date:
            return value_of(raw, field, column.name, year=self._year(parsed), exported=self._exported)
        if field.kind in (str, Prose):
            return value_of(raw, field, column.name, exported=self._exported)
        key = (column.index, column.name, raw, self._exported)
        if key not in self._values_of:
            self._values_of[key] = value_of(raw, field, column.name, column.factor, exported=self._exported)
        return self._values_of[key]

    def _year(self, parsed: ParsedRow) -> int | None:
        """The fund year of a row, for its days without a year."""
        for name in ("fund_year", YEAR):
            if isinstance(year := parsed.values.get(name), int):
                return year
            if (text := self._plan.constants.get(name, "")).isdigit():
                return int(text)
        asked = self._plan.missing.get("fund_year")  # while it is asked, the proposal
        return int(asked.proposal) if asked is not None and asked.proposal.isdigit() else None

    def _sheet_fault(self, sheet: ParsedSheet, parsed: ParsedRow, column: Column, text: str, reason: str) -> Any:
        fault = sheet.fault(parsed, column.name, text, reason)
        place = self._table.places.get(column.index)
        return replace(fault, row=place[0]) if place else fault

    def _asks_above(self, sheet: ParsedSheet, parsed: ParsedRow, row: RawRow, column: Column, field: Field) -> bool:
        """Ask whether an empty required cell of plain text goes with the one above it."""
        above = (self._above or {}).get(column.index)
        if above is None:
            return False
        reason = "必填，这一格是空的；原表如果与上一行合并成一格，就是上面那一格的内容"
        self._ask(row, column, "", quoted(above), reason)
        self._suppose(parsed, column, field, above.text)
        return True

    def _ask(self, row: RawRow, column: Column, value: str, proposal: str, reason: str) -> None:
        cell = self._reference(row.number, column.index)
        number = self._table.places.get(column.index, (row.number, 0))[0]
        heading = heading_of(self._cls, column.name)
        self.questions.append(
            Question(QuestionKind.VALUE, self._table.sheet, number, heading, value, proposal, reason, cell=cell)
        )

    def _suppose(self, parsed: ParsedRow, column: Column, field: Field, text: str) -> None:
        """Give a row the proposed value meanwhile, for the preview; nothing is written while it is asked."""
        try:
            if text and (value := value_of(RawCell("text", text), field, column.name, column.factor)) != "":
                parsed.values[column.name] = value
        except ValueError:
            pass

    def _fill(self, sheet: ParsedSheet, parsed: ParsedRow, row: RawRow) -> None:
        """Constants and what the sections say, for cells that the row does not have."""
        for name in self._plan.sections:
            text = section_value(self._cls, name, row.sections, self._values, self._known.villages)
            parsed.values.setdefault(name, value_of(RawCell("text", text), field_of(self._cls, name), name))
        for name, text in self._plan.constants.items():
            if name in parsed.values:
                continue
            try:
                parsed.values[name] = value_of(RawCell("text", text), field_of(self._cls, name), name)
            except ValueError as wrong:
                parsed.faults.append(sheet.fault(parsed, name, text, str(wrong)))

    def _check_size(self, sheet: ParsedSheet, row: RawRow, column: Column, raw: RawCell | None, amount: Money) -> None:
        if column.name in _PRICES or column.index in self._plan.asked_units or raw is None:
            return
        largest = self._known.largest
        if 0 < amount < SMALLEST_LIKELY:
            reason = f"读作 {amount} 元，不足 100 元，请核对金额和单位"
        elif largest is not None and amount > largest:
            reason = f"读作 {amount} 元，超过单项上限的 10 倍，请核对金额和单位"
        else:
            return
        number = self._table.places.get(column.index, (row.number, 0))[0]
        self.cautions.append(Caution(sheet.title, number, column.heading, quoted(raw), amount, reason))
