"""Forms of labels and values (申报表, 会议记录) as tables of one row, whose headings are the labels.

A form is known by rows that begin with a label and alternate labels and values. Within it a row of labels with one row
of values below it (资金来源: 合计 | 财政 | 自筹) gives one value a label; with more rows it is a table of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from haicang_desk.model.foreign.sheets.cell_grid import CellGrid
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.spreadsheet.columns import folded
from haicang_desk.model.spreadsheet.read.heading_rows import heading_name, is_heading_row, starts_with_counter
from haicang_desk.model.spreadsheet.read.raw_tables import ColumnHeading, RawRow, RawTable
from haicang_desk.model.spreadsheet.read.row_kinds import (
    UNIT,
    Known,
    is_label,
    is_line,
    is_number,
    is_sum,
    may_be_heading,
    section_style,
)

FEWEST_ROWS = 2  # with a label and its value, for a form
_BESIDE_A_TABLE = 3  # fewer such rows above a table are lines of that table
_PAIR = re.compile(r"\s*(?!其中)([^:：\s()（）、]{2,12})\s*[:：]\s*(\S.*)", re.DOTALL)

ReadTable = Callable[[int, int, int], RawTable]  # by places in the numbers of the rows: of its lines, headings, end


class _Cell(NamedTuple):
    """A cell with the last row and column that it spans."""

    row: int
    column: int
    bottom: int
    right: int
    raw: RawCell


class _Pair(NamedTuple):
    texts: tuple[str, ...]
    value: RawCell | None
    row: int
    column: int


def form_at(
    grid: CellGrid, numbers: Sequence[int], place: int, known: Known, read_table: ReadTable
) -> tuple[list[RawTable], int] | None:
    """The form that begins at a place in ``numbers``, with the tables inside it, and the place behind it.

    None where no form begins.
    """
    row = grid.rows[numbers[place]]
    first = row[min(row)]
    if first.form != "text" or starts_with_counter(row):
        return None
    if not is_label(first.text, known) and not _are_pairs(row.values(), known):
        return None
    form = _Form(grid, numbers, known)
    return form.read(place, read_table) if form.begins(place) else None


class _Form:
    """Collects the pairs of a form, and the tables inside it."""

    def __init__(self, grid: CellGrid, numbers: Sequence[int], known: Known) -> None:
        self.grid, self.numbers, self.known = grid, numbers, known
        self.spans = {(top, left): (bottom, right) for top, left, bottom, right in grid.merges}
        self.pairs: list[_Pair] = []
        self.tables: list[RawTable] = []
        self.below: list[str] = []
        self._labels: set[int] = set()  # columns in which labels stand

    def begins(self, place: int) -> bool:
        """Whether the rows from here on are those of a form, and not one row or two above the headings of a table."""
        found, tables, alternating = 0, 0, False
        at = place
        if not self._alternates(self._cells(at)):
            return False
        while at < len(self.numbers) and (found < _BESIDE_A_TABLE or not alternating):
            cells = self._cells(at)
            if len(cells) > 1 and not self._alternates(cells) and not self._is_inner(at):
                if self._is_table(at):
                    tables += 1
                    at = self._table_end(at)
                    continue
                if found < FEWEST_ROWS:
                    return False
            if self._alternates(cells) and not (tables and is_line(cells[0].raw.text)):
                found += 1
                alternating = alternating or self._is_label(cells[0])
            at += 1
        return found >= (_BESIDE_A_TABLE if tables else FEWEST_ROWS) and (alternating or not tables)

    def read(self, place: int, read_table: ReadTable) -> tuple[list[RawTable], int]:
        """The form and the tables inside it, and the place behind it: or where its first label stands again."""
        begun = place
        if (end := self._beside_end(place)) > 0:
            return self._forms_beside(place, end), end
        self._labels = self._label_columns(place)
        while place < len(self.numbers):
            cells = self._cells(place)
            if self.pairs and folded(cells[0].raw.text) == folded(self.pairs[0].texts[-1]):
                break
            if len(cells) > 2 and self._is_inner(place):
                self._take_inner(place)
                place += 2
            elif len(cells) > 2 and self._is_table(place):
                end = self._table_end(place)
                start = place
                while start > begun and len(self._cells(start - 1)) == 1 and self.below:
                    start -= 1
                    self.below.pop()
                self.tables.append(read_table(start, place, end))
                place = end
            else:
                self._take(cells)
                place += 1
        return [self._as_table(self.numbers[begun]), *self.tables], place

    def _beside_end(self, place: int) -> int:
        """The place behind rows of one label and several values each: records that stand side by side. 0 for none."""
        end, several = place, 0
        while end < len(self.numbers):
            cells = self._cells(end)
            if not self._alternates(cells) or any(map(self._is_label, cells[1:])):
                break
            several += len(cells) > 2
            end += 1
        return end if end - place > 2 and several * 5 >= (end - place) * 4 else 0

    def _forms_beside(self, place: int, end: int) -> list[RawTable]:
        """One form for each column of values, with the labels of the first column."""
        rows = [self._cells(at) for at in range(place, end)]
        tables = []
        for column in sorted({cell.column for cells in rows for cell in cells[1:]}):
            self.pairs = []
            for label, *values in rows:
                value = next((cell.raw for cell in values if cell.column == column), None)
                self.pairs.append(_Pair((label.raw.text,), value, label.row, column))
            tables.append(self._as_table(self.numbers[place]))
        return tables

    def _cells(self, place: int) -> list[_Cell]:
        number = self.numbers[place]
        row = self.grid.rows[number]
        return [
            _Cell(number, index, *self.spans.get((number, index), (number, index)), row[index]) for index in sorted(row)
        ]

    def _is_label(self, cell: _Cell) -> bool:
        return cell.raw.form == "text" and is_label(cell.raw.text, self.known)

    def _alternates(self, cells: Sequence[_Cell]) -> bool:
        """Whether a row begins with a label, has a value, and no label directly beside another one.

        So does a row whose every cell is a label with its value: 项目名称：楼道灯.
        """
        if _are_pairs([cell.raw for cell in cells], self.known):
            return True
        if len(cells) < 2 or not self._is_label(cells[0]) or is_sum([cells[0].raw.text], ()):
            return False
        return not all(map(self._is_label, cells)) and not self._are_headings(cells)

    def _are_headings(self, cells: Sequence[_Cell]) -> bool:
        """Whether labels are headings of what stands below: two stand side by side, or there are numbers below one."""
        below = self.grid.rows.get(cells[0].row + 1, {})
        beside = any(
            one.right + 1 == other.column and self._is_label(one) and self._is_label(other)
            for one, other in pairwise(cells)
        )
        if beside or len(cells) < 3 or not all(may_be_heading(cell.raw) for cell in cells):
            return beside
        return any(self._is_label(cell) and is_number(below.get(cell.column, cell.raw)) for cell in cells[1:])

    def _is_inner(self, place: int) -> bool:
        """Whether labels stand here with one row of values below them, both beside a label of their own."""
        cells = self._cells(place)
        if place + 1 == len(self.numbers) or not is_heading_row(self.grid.rows[self.numbers[place]], self.known):
            return False
        number, lower = self.numbers[place], self.numbers[place + 1]
        values = self.grid.rows[lower]
        if cells[0].bottom > lower or lower != number + 1 or cells[0].column in values or not values:
            return False
        return all(index in {cell.column for cell in cells[1:]} for index in values)

    def _take_inner(self, place: int) -> None:
        cells, lower = self._cells(place), self.numbers[place + 1]
        grouped = cells[0].bottom == lower or not self.grid.merges
        for cell in cells[grouped:]:
            texts = (cells[0].raw.text, cell.raw.text) if grouped else (cell.raw.text,)
            self.pairs.append(_Pair(texts, self.grid.rows[lower].get(cell.column), lower, cell.column))

    def _is_table(self, place: int) -> bool:
        """Whether the headings of a table stand here, with a row below that is none of the form."""
        row = self.grid.rows[self.numbers[place]]
        if not (starts_with_counter(row) or is_heading_row(row, self.known)) or self._alternates(self._cells(place)):
            return False
        return place + 1 < len(self.numbers) and (not self._belongs_to_form(place + 1) or self._aligned_end(place) > 0)

    def _aligned_end(self, place: int) -> int:
        """The place behind rows that stand under these headings cell by cell, though some begin with a label.

        0 where most of them do: then they are labels with their values (区级专项资金 | 58000) and no rows of a table.
        """
        columns = set(self.grid.rows[self.numbers[place]])
        end = place + 1
        while end < len(self.numbers) and len(row := self.grid.rows[self.numbers[end]]) > 1 and columns.issuperset(row):
            end += 1
        labels = sum(self._is_label(self._cells(at)[0]) for at in range(place + 1, end))
        return end if len(columns) > 2 and end > place + 2 and labels * 2 < end - place - 1 else 0

    def _belongs_to_form(self, place: int) -> bool:
        cells = self._cells(place)
        if len(cells) == 1:
            return section_style(cells[0].raw.text) != "" or is_line(cells[0].raw.text)
        return self._alternates(cells) or self._is_inner(place)

    def _table_end(self, place: int) -> int:
        if self._belongs_to_form(place + 1):
            return self._aligned_end(place)
        end = place + 1
        while (
            end < len(self.numbers) and not self._belongs_to_form(end) and not (end > place + 1 and self._is_table(end))
        ):
            end += 1
        return end

    def _label_columns(self, place: int) -> set[int]:
        """The columns in which the labels of this form stand."""
        rows = [cells for at in range(place, len(self.numbers)) if self._alternates(cells := self._cells(at))]
        return {cell.column for cells in rows for cell in cells if self._is_label(cell)}

    def _take(self, cells: Sequence[_Cell]) -> None:
        """The pairs of one row; what is left of it is a line below."""
        left: list[str] = []
        at = 0
        if len(cells) > 2 and self._are_headings(cells) and all(may_be_heading(cell.raw) for cell in cells):
            left, at = [cell.raw.text for cell in cells], len(cells)  # headings over labels: 来源 | 金额 | 占比
        while at < len(cells):
            cell = cells[at]
            following = cells[at + 1] if at + 1 < len(cells) else None
            if not self._is_label(cell) and (pair := self._pair_of(cell)) is not None:
                self.pairs.append(_Pair((pair[1],), RawCell("text", pair[2].strip()), cell.row, cell.column))
            elif self._labels_a_value(cell, following):
                value = following if self._is_value(cell, following) else None
                where = value or cell
                self.pairs.append(_Pair((cell.raw.text,), value.raw if value else None, where.row, where.column))
                at += value is not None
            else:
                left.append(cell.raw.text)
            at += 1
        if left:
            self.below.append("  ".join(left))

    def _pair_of(self, cell: _Cell) -> re.Match[str] | None:
        """The label and the value of a cell that holds both; None for 单位：万元 and 填表人：陈  审核人：李."""
        pair = _PAIR.fullmatch(cell.raw.text)
        if (
            pair is None
            or UNIT.fullmatch(folded(pair[2]))
            or (is_line(cell.raw.text) and (":" in folded(pair[2]) or not is_label(pair[1], self.known)))
        ):
            return None
        return pair

    def _labels_a_value(self, cell: _Cell, following: _Cell | None) -> bool:
        if cell.raw.form != "text" or is_number(cell.raw) or section_style(cell.raw.text):
            return False
        if self._is_label(cell):
            return True
        return cell.column in self._labels and following is not None and may_be_heading(cell.raw)

    def _is_value(self, cell: _Cell, following: _Cell | None) -> bool:
        """Whether the next cell holds the value of a label: it stands beside it and is no label of the form itself."""
        if following is None or following.column > cell.right + 1:
            if following is None or self._is_label(following):
                return False
            return following.column not in self._labels or not may_be_heading(following.raw)
        return following.column not in self._labels or not self._is_label(following)

    def _as_table(self, number: int) -> RawTable:
        headings: list[ColumnHeading] = []
        seen: dict[str, int] = {}
        for index, pair in enumerate(self.pairs, 1):
            name = heading_name(pair.texts[-1])
            count = seen[folded(name)] = seen.get(folded(name), 0) + 1
            headings.append(ColumnHeading(index, pair.texts, name if count == 1 else f"{name}#{count}"))
        cells = {index: pair.value for index, pair in enumerate(self.pairs, 1) if pair.value is not None}
        table = RawTable(self.grid.title, tuple(headings), max(number - 1, 1), [RawRow(number, cells)], form=True)
        table.places = {index: (pair.row, pair.column) for index, pair in enumerate(self.pairs, 1)}
        table.below = tuple(self.below)
        left = [line for line in self.below if any(map(str.isdecimal, line))]
        if left:
            table.notes = (f"“{self.grid.title}”里没有归到哪一栏的内容：{'；'.join(line[:40] for line in left[:5])}",)
        table.width = max(max(row) for row in self.grid.rows.values())
        return table


def _are_pairs(cells: Iterable[RawCell], known: Known) -> bool:
    """Whether each cell holds a label and its value: 项目名称：楼道灯. 单位：万元 speaks of a table, not of a form."""
    pairs = [_PAIR.fullmatch(raw.text) if raw.form == "text" else None for raw in cells]
    found = [pair for pair in pairs if pair is not None and not UNIT.fullmatch(folded(pair[2]))]
    return len(found) == len(pairs) and any(is_label(pair[1], known) for pair in found)
