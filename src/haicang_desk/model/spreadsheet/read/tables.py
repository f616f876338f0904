"""Tables within a grid: the row of headings, the columns under it, and the rows read as values of fields."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from pathlib import Path
from typing import Any

from haicang_desk.model.records import RECORDS, Field, Link, Project, Record
from haicang_desk.model.spreadsheet.cell_values import RawCell, quoted, read_cell
from haicang_desk.model.spreadsheet.columns import (
    EXAMPLE,
    GUIDE,
    ID,
    REASONS,
    SERVICE_COLUMNS,
    TITLE,
    YEAR,
    folded,
    is_for_reading,
)
from haicang_desk.model.spreadsheet.read.cell_grid import CellGrid
from haicang_desk.model.spreadsheet.read.mapping import LONGEST_HEADING, Column, column_of
from haicang_desk.model.spreadsheet.read.parsed_workbook import ParsedRow, ParsedSheet, ParsedWorkbook
from haicang_desk.model.spreadsheet.read.units import stated_unit
from haicang_desk.model.values import Money, Refused

HEADER_WITHIN = 10  # non-empty rows from the top in which the headings must be
_SUMS = {"合计", "总计", "小计", "共计"}  # a row that begins so is not read
_EXAMPLES = {"示例", "样例", "例"}
_NAMING = ("code", "title", "project", TITLE)  # columns in which 【示例】 marks an example row
_IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TEXT_FIELD = Field("", longest=200)
_LINK_FIELD = Field("", kind=Link, longest=200)


class TableReader:
    """Collects the sheets of one workbook, with notes on how they were read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sheets: list[ParsedSheet] = []
        self._ignored: list[tuple[str, str]] = []
        self._notes: list[str] = []
        self._unknown: list[str] = []
        self._known = 0

    def pass_over(self, title: str) -> None:
        """Note a sheet whose title is no record's; the guide of the template needs no note."""
        if folded(title) != folded(GUIDE):
            self._unknown.append(title)

    def read(self, cls: type[Record], grid: CellGrid, *, hidden: bool) -> None:
        """Add a sheet of this record. An empty sheet adds nothing.

        Raises Refused where a formula has no value, no headings are found, or a unit of money is unknown.
        """
        self._known += 1
        if grid.uncalculated:
            raise Refused(
                f"工作表“{grid.title}”的 {grid.uncalculated} 等格是没有算出结果的公式，没有导入。"
                "请用 Excel 或 WPS 打开，保存一次再导入，或粘贴为数值"
            )
        if not grid.rows:
            return
        header = _header_of(cls, grid)
        if header is None:
            raise Refused(
                f"工作表“{grid.title}”里找不到表头，没有导入。前 10 行中应有一行写明：{_expected_headings(cls)}"
            )
        sheet = self._with_columns(cls, grid, header)
        self._sheets.append(sheet)
        _RowReader(sheet, grid, self._notes).read()
        if hidden:
            self._notes.append(f"隐藏的工作表“{grid.title}”也已读取")
        if grid.left_out:
            self._notes.append(f"“{grid.title}”第 {grid.left_out} 行起在 200 多个空行之后，没有读取")

    def workbook(self) -> ParsedWorkbook:
        """All that was read. Raises Refused where no sheet was that of a record."""
        if not self._known:
            raise Refused(
                f"《{self._path.name}》里没有可识别的工作表（如 村居、项目、预算明细），没有导入。"
                "请用“下载模板”得到的工作簿，或核对工作表名称"
            )
        if self._unknown:
            self._notes.append(f"没有读取的工作表：{'、'.join(self._unknown)}")
        return ParsedWorkbook(self._path, tuple(self._sheets), tuple(self._ignored), tuple(self._notes))

    def _with_columns(self, cls: type[Record], grid: CellGrid, header: int) -> ParsedSheet:
        """A sheet without rows; unknown and repeated headings are ignored columns."""
        unit = _unit_above(grid, header)
        if unit != 1:
            self._notes.append(f"“{grid.title}”表头上注明的单位已换算成元")
        columns: dict[str, Column] = {}
        reasons = 0
        headings, last = _headings_of(grid, header)
        for index, heading in sorted(headings.items()):
            column = column_of(cls, index, heading.strip(), unit)
            if column is not None and column.name not in columns:
                columns[column.name] = column
            elif folded(heading) == REASONS:
                reasons = index
            elif not is_for_reading(heading):
                self._ignored.append((grid.title, " ".join(heading.split())[:LONGEST_HEADING]))
        merged = (right for _, _, bottom, right in grid.merges if bottom >= header)
        width = max(*(max(cells) for cells in grid.rows.values()), *merged, 1)
        return ParsedSheet(grid.title, cls, last, tuple(columns.values()), width, reasons)


def likely_record(grid: CellGrid) -> type[Record] | None:
    """The record that most headings of the first rows belong to; of several equals the first in RECORDS."""
    best: tuple[int, type[Record] | None] = (0, None)
    for cls in RECORDS:
        if (header := _header_of(cls, grid)) is not None:
            texts = [raw.text for raw in grid.rows[header].values()]
            own = {column.name for text in texts if (column := column_of(cls, 0, text)) and column.name in cls.fields}
            if len(own) > best[0]:
                best = (len(own), cls)
    return best[1]


def _expected_headings(cls: type[Record]) -> str:
    required = [field.label for field in cls.fields.values() if field.required]
    return "、".join(required or [field.label for field in cls.fields.values()][:5])


def _header_of(cls: type[Record], grid: CellGrid) -> int | None:
    """The first row with at least two known headings, or with nothing but known headings."""
    for number in sorted(grid.rows)[:HEADER_WITHIN]:
        texts = [raw.text for raw in grid.rows[number].values() if raw.form == "text"]
        known = {column.name for text in texts if (column := column_of(cls, 0, text))}
        if len(known) >= 2 or (known and len(known) == len(grid.rows[number])):
            return number
    return None


def _unit_above(grid: CellGrid, header: int) -> int:
    """The unit of money stated above the headings, in yuan; 1 where none is."""
    for number, cells in grid.rows.items():
        if number < header:
            for raw in cells.values():
                if factor := stated_unit(raw.text):
                    return factor
    return 1


def _headings_of(grid: CellGrid, header: int) -> tuple[dict[int, str], int]:
    """Headings by column, and the last row of them: a header of up to three rows is known by its merged cells.

    The headings under a heading that spans several columns replace it.
    """
    tall = [bottom for top, left, bottom, right in grid.merges if top == header and left == right and bottom > top]
    last = max((bottom for bottom in tall if bottom <= header + 2), default=header)
    headings: dict[int, str] = {}
    for number in range(header, last + 1):
        headings |= {index: raw.text for index, raw in grid.rows.get(number, {}).items()}
    return headings, last


class _RowReader:
    """Reads the rows of a grid under the headings into the rows of a sheet."""

    def __init__(self, sheet: ParsedSheet, grid: CellGrid, notes: list[str]) -> None:
        self._sheet, self._grid, self._notes = sheet, grid, notes
        self._merged = _covered_cells(sheet, grid)
        self._indexes = {column.name: column.index for column in sheet.columns}
        self._fields = [(column, _field_of(sheet.record, column.name)) for column in sheet.columns]

    def read(self) -> None:
        """Read every row but examples and sums."""
        hidden, sums = [], []
        for number in sorted(self._grid.rows):
            cells = self._grid.rows[number]
            if number <= self._sheet.header or not any(column.index in cells for column in self._sheet.columns):
                continue
            if self._is_example(cells):
                continue
            if self._first_text(cells) in _SUMS:
                sums.append(number)
            else:
                self._sheet.rows.append(self._row(number, cells))
                if number in self._grid.hidden_rows:
                    hidden.append(number)
        self._note("隐藏的行也已读取", hidden)
        self._note("合计行没有读取", sums)
        self._note("合并的单元格已按每行都有同样内容读取", sorted({number for number, _ in self._merged}))

    def _first_text(self, cells: dict[int, RawCell]) -> str:
        """The text of the first cell; "" for an exported row (with 记录号), which is a record whatever it holds."""
        return "" if self._indexes.get(ID) in cells else folded(cells[min(cells)].text)

    def _is_example(self, cells: dict[int, RawCell]) -> bool:
        first = self._first_text(cells)
        naming = (cells[self._indexes[name]] for name in _NAMING if self._indexes.get(name) in cells)
        return bool(first) and (first in _EXAMPLES or any(raw.text.startswith(EXAMPLE) for raw in naming))

    def _note(self, what: str, numbers: list[int]) -> None:
        if numbers:
            listed = "、".join(map(str, numbers[:10])) + (" 等" if len(numbers) > 10 else "")
            self._notes.append(f"“{self._sheet.title}”{what}：第 {listed} 行")

    def _row(self, number: int, cells: dict[int, RawCell]) -> ParsedRow:
        row = ParsedRow(number)
        for column, field in self._fields:
            raw = cells.get(column.index)
            if raw is None and self._merged:
                raw = self._merged.get((number, column.index))
            self._read_cell(row, column, field, raw, exported=self._indexes.get(ID) in cells)
        return row

    def _read_cell(self, row: ParsedRow, column: Column, field: Field, raw: RawCell | None, *, exported: bool) -> None:
        value: Any = ""
        try:
            if raw is not None:
                value = _value(raw, field, column, exported=exported)
            if value != "":
                row.values[column.name] = value
            elif field.required and field.refers != Project.table:
                raise ValueError("必填，不能为空")
        except ValueError as wrong:
            text = "" if raw is None else quoted(raw)
            row.faults.append(self._sheet.fault(row, column.name, text, str(wrong)))


def _value(raw: RawCell, field: Field, column: Column, *, exported: bool) -> Any:
    if raw.form == "shared":
        raise ValueError("与上一行合并成一格，金额不能共用，请取消合并后逐行填写")
    value = read_cell(raw, field, column.factor, exported=exported)
    if column.name == ID and value and not _IDENTIFIER.fullmatch(value):
        raise ValueError(f"“{value}”不是导出的记录号；新增的行请把这一格留空")
    return value


def _field_of(cls: type[Record], name: str) -> Field:
    """The field by which a column is read. A link is read as text of up to 200 characters: a name or a number."""
    if name == YEAR:
        return replace(Project.fields["fund_year"], required=False)
    field = cls.fields.get(name) or SERVICE_COLUMNS.get(name, _TEXT_FIELD)
    if not field.refers:
        return field
    return replace(_LINK_FIELD, required=field.required, refers=field.refers, label=field.label)


def _covered_cells(sheet: ParsedSheet, grid: CellGrid) -> dict[tuple[int, int], RawCell]:
    """The cells (row, column) that a merged cell covers below its first row, with its content.

    An amount gets the form ``shared``, which is a fault: nobody knows how it divides over the rows.
    """
    covered: dict[tuple[int, int], RawCell] = {}
    money = {column.index for column in sheet.columns if _field_of(sheet.record, column.name).kind is Money}
    known = {column.index for column in sheet.columns}
    numbers = sorted(grid.rows)
    for top, left, bottom, _ in grid.merges:
        if top <= sheet.header or left not in known or (raw := grid.rows.get(top, {}).get(left)) is None:
            continue
        for number in numbers[bisect_right(numbers, top) : bisect_right(numbers, bottom)]:
            if (number, left) in covered:  # only a damaged sheet has merged cells that overlap
                break
            covered[number, left] = RawCell("shared", raw.text) if left in money else raw
    return covered
