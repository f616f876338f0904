"""The tables of a sheet as people make them: titles, headings, sections, rows, sums, repeated headings, footers, forms.

Nothing here knows of records or fields. ``known`` says whether some record has a heading such as a text; it is a hint,
and unknown tables are shaped by how their rows look. No cell is lost: what is no row is a sum, a section, or one of the
lines above and below, and notes say which rows were taken for what.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from haicang_desk.model.foreign.sheets.cell_grid import CellGrid, column_letters
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.spreadsheet.columns import RECORD_ID, RECORD_VERSIONS, folded
from haicang_desk.model.spreadsheet.read.form_shape import form_at
from haicang_desk.model.spreadsheet.read.heading_rows import (
    headings_of,
    is_heading_row,
    last_heading_row,
    starts_with_counter,
)
from haicang_desk.model.spreadsheet.read.raw_tables import ColumnHeading, RawRow, RawTable
from haicang_desk.model.spreadsheet.read.row_kinds import (
    COUNTERS,
    Known,
    counts_nothing_else,
    is_count,
    is_day,
    is_line,
    is_numeral,
    is_sum,
    may_be_heading,
    section_style,
)
from haicang_desk.model.spreadsheet.read.side_labels import without_side_labels

SOUGHT_WITHIN = 60  # rows without a sure heading after which the likeliest of them is taken
FAR_MORE = 1.4  # times as many texts make a later row the likelier headings, where none are sure
_NOTED = re.compile(r"\s*[(（]?\d{1,2}[、.．)）]|.{16,}")  # goes on in the line of a note: 2、…
MOST_NAMED = 10  # rows that a note lists


def tables_of(grid: CellGrid, known: Known = lambda text: False) -> tuple[RawTable, ...]:
    """The tables of a sheet, from top to bottom; () for a sheet without headings.

    A form of labels and values is a table of one row. Lines between two tables belong to the lower one.
    """
    grid, side_labels = without_side_labels(grid, known)
    numbers = sorted(grid.rows)
    tables: list[RawTable] = []
    at = 0
    while at < len(numbers):
        found = _next_table(grid, numbers, at, known)
        if found is None:
            break
        read, at = found
        tables += read
    if not tables:
        tables = _single_column(grid, numbers, known)
    else:
        tables[-1].below += (*_lines(grid, numbers[at:]), *side_labels)
        for place, table in enumerate(tables[1:], 2):
            table.sheet = f"{grid.title}#{place}"
    return tuple(tables)


def _next_table(grid: CellGrid, numbers: Sequence[int], at: int, known: Known) -> tuple[list[RawTable], int] | None:
    """The first table at or behind a place in ``numbers``, and the place behind it."""

    def inner(start: int, head: int, end: int) -> RawTable:
        return _Reader(grid, numbers[:end], start, head, known).read()[0][0]

    likeliest, best = None, 0
    for place in range(at, min(at + SOUGHT_WITHIN, len(numbers))):
        row = grid.rows[numbers[place]]
        if (form := form_at(grid, numbers, place, known, inner)) is not None:
            form[0][0].above = _lines(grid, numbers[at:place])
            return form
        if starts_with_counter(row) or is_heading_row(row, known):
            return _Reader(grid, numbers, at, _surer(grid, numbers, place, known), known).read()
        score = len(row) if len(row) > 1 and all(may_be_heading(raw) for raw in row.values()) else 0
        if score > best * FAR_MORE and place + 1 < len(numbers):
            likeliest, best = place, score
    return None if likeliest is None else _Reader(grid, numbers, at, likeliest, known).read()


def _surer(grid: CellGrid, numbers: Sequence[int], place: int, known: Known) -> int:
    """The place of the headings: where labels are, or just below where a longer row of labels follows a short one.

    Such a short row is a line above the table: 填报单位 | 新垵村 | 年度 | 2023年.
    """
    last = last_heading_row(grid, numbers, place)
    for below in range(last + 1, min(last + 3, len(numbers))):
        row = grid.rows[numbers[below]]
        longer = len(row) > len(grid.rows[numbers[place]])
        if longer and (starts_with_counter(row) or is_heading_row(row, known)):
            return below
    return place


def _single_column(grid: CellGrid, numbers: Sequence[int], known: Known) -> list[RawTable]:
    """The table of a sheet that has no more than one column, under a known heading."""
    for place, number in enumerate(numbers[:SOUGHT_WITHIN]):
        cells = list(grid.rows[number].values())
        if len(cells) == 1 and may_be_heading(cells[0]) and known(cells[0].text):
            return _Reader(grid, numbers, 0, place, known).read()[0]
    return []


def _lines(grid: CellGrid, numbers: Iterable[int]) -> tuple[str, ...]:
    """Each row as one line of text, its cells apart by two blanks."""
    return tuple("  ".join(grid.rows[n][index].text for index in sorted(grid.rows[n])) for n in numbers)


class _Section(NamedTuple):
    """A row that heads the rows below it, once there are some: its text and how it is numbered."""

    number: int
    text: str
    style: str


class _Reader:
    """Reads one table of a grid: its headings begin at place ``head`` of ``numbers``, its lines above at ``start``."""

    def __init__(self, grid: CellGrid, numbers: Sequence[int], start: int, head: int, known: Known) -> None:
        self.grid, self.numbers, self.known = grid, numbers, known
        self.rows: list[RawRow] = []
        self.sums: list[RawRow] = []
        self.below: list[int] = []
        self.repeated: list[int] = []
        self._open: list[_Section] = []  # sections of the rows to come
        self._pending: list[_Section] = []  # section rows under which no row stands yet
        self._headed: list[int] = []  # section rows
        self._blocks = False  # whether the headings stand again below the heading of a section
        self._head, self._end = head, last_heading_row(grid, numbers, head)
        self._top, self._last = numbers[head], numbers[self._end]
        self._above = _lines(grid, numbers[start:head])
        self._heads = [self._shape(number) for number in numbers[head : self._end + 1]]
        headings = headings_of(grid, self._top, self._last, set())
        named = {folded(heading.name): heading.index for heading in reversed(headings)}
        self._columns = [heading.index for heading in headings]
        self._id = named.get(RECORD_ID, 0)
        self._counter = next((index for name, index in named.items() if name in COUNTERS), 0)
        self._covered, self._shared = self._merged_cells()
        self._wide = {(top, left): right for top, left, _, right in grid.merges if top > self._last and right > left}

    def read(self) -> tuple[list[RawTable], int]:
        """The table, and the place of the first row behind it."""
        grid, numbers = self.grid, self.numbers
        place = self._end + 1
        while place < len(numbers) and not self._begins_another(place):
            self._take(place)
            place += 1
        self._finish()
        place -= self._lines_of_the_next(place)
        headings = headings_of(grid, self._top, self._last, {index for row in self.rows for index in row.cells})
        table = RawTable(grid.title, headings, self._last, self.rows, self.sums, self._above)
        table.below = _lines(grid, sorted(self.below))
        merged = max((right for top, _, _, right in grid.merges if self._top <= top), default=1)
        table.width = max(merged, *(max(grid.rows[number]) for number in numbers[self._head : place]))
        table.notes = tuple(self._notes(headings))
        return [table], place

    def _shape(self, number: int) -> tuple[tuple[int, str], ...]:
        return tuple((index, folded(raw.text)) for index, raw in sorted(self.grid.rows[number].items()))

    def _begins_another(self, place: int) -> bool:
        """Whether the headings of another table stand here: a row of headings other than its own."""
        number = self.numbers[place]
        row = self.grid.rows[number]
        if len(row) < 2 or self._id in row or any(raw.form != "text" for raw in row.values()):
            return False
        if self._shape(number) in self._heads:
            return False
        if self._is_counted(row):
            return False
        if self.rows and not self._apart(place) and not starts_with_counter(row):
            return False
        if starts_with_counter(row):
            return not _same_headings(self._shape(number), self._heads)
        labels = [raw for raw in row.values() if may_be_heading(raw) and self.known(raw.text)]
        if len(labels) * 3 >= len(row) * 2 and len(labels) > 1:
            return not _same_headings(self._shape(number), self._heads)
        return is_heading_row(row, self.known) and self._apart(place) and place + 1 < len(self.numbers)

    def _apart(self, place: int) -> bool:
        """Whether a row stands apart from the row above it: by an empty row, a line of one cell, or a sum."""
        number, before = self.numbers[place], self.numbers[place - 1]
        ended = {*self.below, *(section.number for section in self._pending), *(row.number for row in self.sums)}
        return number > before + 1 or before in ended or len(self.grid.rows[before]) == 1

    def _lines_of_the_next(self, place: int) -> int:
        """How many rows before ``place`` are lines of the table that follows, not of this one."""
        back = 0
        if place < len(self.numbers):
            while self.below and self.below[-1] == self.numbers[place - back - 1] and not self._is_foot(self.below[-1]):
                self.below.pop()
                back += 1
            while (
                self.rows and self.rows[-1].number == self.numbers[place - back - 1] and len(self.rows[-1].cells) == 1
            ):
                self.rows.pop()
                back += 1
        return back

    def _is_foot(self, number: int) -> bool:
        return any(is_line(raw.text) for raw in self.grid.rows[number].values())

    def _take(self, place: int) -> None:
        """Take one row for what it is."""
        number = self.numbers[place]
        own = self.grid.rows[number]
        if self._id in own:
            self._take_row(number)
            return
        texts = [own[index] for index in sorted(own) if own[index].form == "text"]
        if not texts or (len(own) > 3 and self._is_counted(own) and not is_sum([texts[0].text], ())):
            self._take_row(number)
        elif self._shape(number) in self._heads or (len(own) == 1 and texts[0].text in self._above):
            self.repeated.append(number)
            self._blocks = self._blocks or bool(self._pending and self._pending[-1].number == self.numbers[place - 1])
        elif self._is_part_of_a_sum(number, texts[0], own) or is_sum(self._words(texts), own.values()):
            self.sums.append(self._row(number, ()))
        elif (section := self._section(place, own, texts)) is not None:
            self._pending.append(section)
        elif self._is_line(number, own, texts):
            self.below.append(number)
        else:
            self._take_row(number)

    @staticmethod
    def _words(texts: Sequence[RawCell]) -> list[str]:
        """The first three texts of a row that are no amounts: columns of money may stand before those of names."""
        return [raw.text for raw in texts if not counts_nothing_else(raw)][:3]

    def _is_part_of_a_sum(self, number: int, first: RawCell, own: dict[int, RawCell]) -> bool:
        """Whether a row says what a sum above it consists of: 其中：财政资金."""
        if not self.sums or self.sums[-1].number != number - 1 or not folded(first.text).startswith("其中"):
            return False
        return all(is_count(raw) for raw in own.values() if raw is not first)

    def _is_counted(self, own: dict[int, RawCell]) -> bool:
        counter = own.get(self._counter)
        return counter is not None and (counter.form == "number" or counter.text.strip().isdecimal())

    def _is_line(self, number: int, own: dict[int, RawCell], texts: Sequence[RawCell]) -> bool:
        if self._is_counted(own):
            return False
        if len(own) == 1 and self.below and self.below[-1] == number - 1 and _NOTED.match(texts[0].text):
            return True
        return is_line(texts[0].text) or (len(own) == 1 < len(self._columns) and len(texts[0].text) > 100)

    def _section(self, place: int, own: dict[int, RawCell], texts: Sequence[RawCell]) -> _Section | None:
        """The section that a row heads, if it does: one text, and beside it nothing but numbers and counts."""
        number, first = self.numbers[place], min(own)
        text = texts[0].text
        named = texts
        if first == self._counter and is_numeral(text) and len(texts) > 1:  # 一 | 便民工程类
            named, text = texts[1:], f"{text} {texts[1].text}"
        beside = [raw for raw in own.values() if raw is not named[0] and raw is not texts[0]]
        if len(self._columns) < 2 or own[first].form != "text" or not all(is_count(raw) for raw in beside):
            return None
        if named is not texts:
            return _Section(number, text, "numeral")
        if is_line(text) and not section_style(text):
            return None
        wide = self._wide.get((number, first), first)
        spans = sum(first <= index <= wide for index in self._columns)
        style = section_style(text)
        if style not in ("", "han", "bracket") and len(own) > 1 and spans == 1 and first != self._counter:
            return None  # 座椅（5个） | 5 | 100 | 500, or 第二批路灯 | 30
        if style:
            return _Section(number, text, style) if spans > 1 or first <= self._columns[1] else None
        spanning = spans > 1 and (len(own) == 1 or spans * 2 >= len(self._columns))
        grouping = len(own) == 1 and first == self._columns[0] and self._heads_the_rows_below(place, first)
        return _Section(number, text, "") if spanning or grouping or first == self._counter else None

    def _heads_the_rows_below(self, place: int, column: int) -> bool:
        """Whether the rows below leave out the column in which this row has its only cell, as rows of a group do."""
        below = [self.grid.rows[number] for number in self.numbers[place + 1 : place + 3]]
        below = [row for row in below if len(row) > 1]
        return bool(below) and all(column not in row for row in below)

    def _begin(self, section: _Section) -> None:
        self._pending.append(section)

    def _outer(self, section: _Section) -> list[_Section]:
        """The open sections that go on around a new one: those above the one that is numbered in the same way.

        Of sections without numbers, those that directly follow one another lie in one another (工程类, then 新垵村).
        """
        alike = [place for place, each in enumerate(self._open) if each.style == section.style]
        if not section.style:
            plain = [each for each in self._pending if not each.style]
            before = len(plain) - plain.index(section)  # itself and the ones still to come
            fresh = {each.number for each in self._pending}
            alike = [place for place in alike if self._open[place].number not in fresh][-before:]
        return self._open[: alike[0]] if alike else self._open

    def _take_row(self, number: int) -> None:
        for section in self._pending:
            self._open = [*self._outer(section), section]
            self._headed.append(section.number)
        self._pending.clear()
        self.rows.append(self._row(number, tuple(section.text.strip() for section in self._open)))

    def _row(self, number: int, sections: tuple[str, ...]) -> RawRow:
        own, covered = self.grid.rows[number], self._covered.get(number)
        cells = {**covered, **own} if covered else own
        shared = self._shared.get(number, frozenset())
        return RawRow(number, cells, sections, number in self.grid.hidden_rows, shared)

    def _finish(self) -> None:
        """Section rows without rows, and days that stand alone behind the last row, are lines below the table."""
        titles = [line for line in self._above if ":" not in folded(line)]
        if self._blocks and titles:  # the first block has its title above the headings
            first = (titles[-1].strip(),)
            self.rows = [row if row.sections else replace(row, sections=first) for row in self.rows]
        if not self.rows and not self._headed:  # a table whose every row looks like the heading of a section
            self.rows = [self._row(each.number, ()) for each in self._pending if len(self.grid.rows[each.number]) > 1]
        taken = {row.number for row in self.rows}
        self.below += [section.number for section in self._pending if section.number not in taken]
        while self.rows and len(self._columns) > 2 and self._is_day_alone(self.rows[-1]):
            self.below.append(self.rows.pop().number)
        self.below.sort()

    def _is_day_alone(self, row: RawRow) -> bool:
        return len(row.cells) == 1 and all(is_day(raw) for raw in row.cells.values())

    def _merged_cells(self) -> tuple[dict[int, dict[int, RawCell]], dict[int, frozenset[int]]]:
        """The cells below the first row of each merged cell, by row, and the columns that they stand in."""
        grid = self.grid
        covered: dict[int, dict[int, RawCell]] = {}
        for top, left, bottom, _ in grid.merges:
            if top <= self._last or bottom == top or (raw := grid.rows.get(top, {}).get(left)) is None:
                continue
            begin, end = bisect_right(self.numbers, top), bisect_right(self.numbers, bottom)
            for number in self.numbers[begin:end]:
                row = covered.setdefault(number, {})
                if left in row:  # only a damaged sheet has merged cells that overlap
                    break
                row[left] = raw
        return covered, {number: frozenset(row) for number, row in covered.items()}

    def _notes(self, headings: Sequence[ColumnHeading]) -> Iterable[str]:
        hidden = [each for each in headings if each.hidden and each.name != RECORD_VERSIONS]
        columns = [f"{column_letters(each.index)} 列「{each.name}」" for each in hidden]
        yield from [f"“{self.grid.title}”隐藏的栏也已读取：{'、'.join(columns)}"] if columns else []
        yield from self._note("分类行已作为其下各行的分类", self._headed)
        yield from self._note("重复的表头没有读取", self.repeated)
        yield from self._note("说明和落款没有作为记录读取", self.below)

    def _note(self, what: str, numbers: Sequence[int]) -> list[str]:
        if not numbers:
            return []
        listed = "、".join(map(str, numbers[:MOST_NAMED])) + (" 等" if len(numbers) > MOST_NAMED else "")
        return [f"“{self.grid.title}”{what}：第 {listed} 行"]


def _same_headings(shape: Sequence[tuple[int, str]], heads: Iterable[Sequence[tuple[int, str]]]) -> bool:
    """Whether a row repeats a row of headings, though perhaps with a cell more or less."""
    return any(len(set(shape) & set(head)) * 4 >= max(len(shape), len(head)) * 3 for head in heads)
