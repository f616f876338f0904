"""Filling: the rows of a grid under its header, each cell read as the field its column stands for."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from typing import Any

from haicang_desk.model.records import Field, Link, Project, Record
from haicang_desk.model.spreadsheet.read.cell_grid import CellGrid
from haicang_desk.model.spreadsheet.read.cell_values import read, written
from haicang_desk.model.spreadsheet.read.headings import EXAMPLE, ID, TITLE, YEAR, Column, folded
from haicang_desk.model.spreadsheet.read.parsed_workbook import ParsedRow, ParsedSheet
from haicang_desk.model.spreadsheet.read.shared_strings import RawCell
from haicang_desk.model.values import Money

_SUMS = {"合计", "总计", "小计", "共计"}
_EXAMPLES = {"示例", "样例", "例"}
_NAMING = ("code", "title", "project", TITLE)  # where an example says that it is one
_IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Filler:
    """Turns the rows of a grid under the header into rows of a sheet."""

    def __init__(self, sheet: ParsedSheet, grid: CellGrid, notes: list[str]) -> None:
        self._sheet, self._grid, self._notes = sheet, grid, notes
        self._merged = _spread(sheet, grid)
        self._places = {column.name: column.index for column in sheet.columns}
        self._fields = [(column, _said(sheet.record, column.name)) for column in sheet.columns]

    def fill(self) -> None:
        hidden, sums = [], []
        for number in sorted(self._grid.rows):
            cells = self._grid.rows[number]
            if number <= self._sheet.header or not any(column.index in cells for column in self._sheet.columns):
                continue
            if self._is_example(cells):
                continue
            if self._first(cells) in _SUMS:
                sums.append(number)
            else:
                self._sheet.rows.append(self._row(number, cells))
                if number in self._grid.hidden_rows:
                    hidden.append(number)
        self._note("隐藏的行也已读取", hidden)
        self._note("合计行没有读取", sums)
        self._note("合并的单元格已按每行都有同样内容读取", sorted({number for number, _ in self._merged}))

    def _first(self, cells: dict[int, RawCell]) -> str:
        """What a row begins with; a row that was exported is a record whatever it begins with."""
        return "" if self._places.get(ID) in cells else folded(cells[min(cells)].text)

    def _is_example(self, cells: dict[int, RawCell]) -> bool:
        first = self._first(cells)
        named = (cells[self._places[name]] for name in _NAMING if self._places.get(name) in cells)
        return bool(first) and (first in _EXAMPLES or any(raw.text.startswith(EXAMPLE) for raw in named))

    def _note(self, what: str, numbers: list[int]) -> None:
        if numbers:
            listed = "、".join(map(str, numbers[:10])) + (" 等" if len(numbers) > 10 else "")
            self._notes.append(f"“{self._sheet.title}”{what}：第 {listed} 行")

    def _row(self, number: int, cells: dict[int, RawCell]) -> ParsedRow:
        row = ParsedRow(number)
        for column, said in self._fields:
            raw = cells.get(column.index)
            if raw is None and self._merged:
                raw = self._merged.get((number, column.index))
            self._cell(row, column, said, raw)
        return row

    def _cell(self, row: ParsedRow, column: Column, said: Field, raw: RawCell | None) -> None:
        value: Any = ""
        try:
            if raw is not None:
                value = _value(raw, said, column)
            if value != "":
                row.values[column.name] = value
            elif said.required and said.refers != Project.table:
                raise ValueError("必填，不能为空")
        except ValueError as wrong:
            quoted = "" if raw is None else written(raw)
            row.faults.append(self._sheet.fault(row, column.name, quoted, str(wrong)))


def _value(raw: RawCell, said: Field, column: Column) -> Any:
    if raw.form == "shared":
        raise ValueError("与上一行合并成一格，金额不能共用，请取消合并后逐行填写")
    value = read(raw, said, column.scale)
    if column.name == ID and value and not _IDENTIFIER.fullmatch(value):
        raise ValueError(f"“{value}”不是导出的记录号；新增的行请把这一格留空")
    return value


_ANY = Field("", longest=200)
_LINK = Field("", kind=Link, longest=200)


def _said(cls: type[Record], name: str) -> Field:
    """The field of a column; the name or number in a link may be as long as it likes."""
    if name == YEAR:
        return replace(Project.fields["fund_year"], required=False)
    said = cls.fields.get(name, _ANY)
    return replace(_LINK, required=said.required, refers=said.refers, label=said.label) if said.refers else said


def _spread(sheet: ParsedSheet, grid: CellGrid) -> dict[tuple[int, int], RawCell]:
    """The cells that a merged one covers below itself, each with its content; money is not to be shared."""
    found: dict[tuple[int, int], RawCell] = {}
    money = {column.index for column in sheet.columns if _said(sheet.record, column.name).kind is Money}
    known = {column.index for column in sheet.columns}
    numbers = sorted(grid.rows)
    for top, left, bottom, _ in grid.merges:
        if top <= sheet.header or left not in known or (raw := grid.rows.get(top, {}).get(left)) is None:
            continue
        for number in numbers[bisect_right(numbers, top) : bisect_right(numbers, bottom)]:
            if (number, left) in found:  # merged cells do not overlap in a sound sheet
                break
            found[number, left] = RawCell("shared", raw.text) if left in money else raw
    return found
