"""Layout of tables: measures cells, sets row heights and splits tables between pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from haicang_desk.model.blocks import Align, CellSpan, Grid, GridCell, PaperKind, Words, cell_spans_of
from haicang_desk.model.typesetting.layout.column_widths import (
    alignment,
    cell_type,
    column_edges,
    seal_is_beside,
    seal_room,
    text_room,
)
from haicang_desk.model.typesetting.layout.lines import Line, lines, natural_width
from haicang_desk.model.typesetting.layout.measures import MM, TypeStyle, add_up, baseline
from haicang_desk.model.typesetting.layout.pages import Item, LayoutContext, Seam, Space, TextLine, items_of
from haicang_desk.model.typesetting.layout.paragraphs import strip_indents
from haicang_desk.model.typesetting.pdf.canvas import Canvas
from haicang_desk.model.typesetting.pdf.font_set import FontSet
from haicang_desk.model.typesetting.pdf.structure import Element, table_cell

_MOST_KEPT = 4096  # cells that are set
_FOOT_LINE = 1.5  # of the line height: lines to be signed are further apart
_SPLIT_FROM = 0.25  # of the page height: lower rows are never split
_FIGURE = re.compile(r"[-−+]?[0-9][0-9,]{4,}(?:\.[0-9]+)?元?")
_SMALLEST_FIGURE = 0.6  # of the type size; a longer figure is broken
_READABLE = 9.0  # points, below which prose is not set smaller for a figure in it
_SUM = re.compile("(?:.{1,8}季度)?[合小总累] ?[\u3000]?计")
_MOST_REPEATED = 0.5  # of the page height: higher heads are not repeated
SIGNING = 10.0  # mm: a line to sign on beside a seal
_UNDER_SEAL = 9.0  # mm: from the lower edge to the lines that a seal is pressed on; they are below its middle
_LEAST_PART = 3  # lines: a row begins at the foot of a page only with room for so many


@dataclass(slots=True)
class PlacedCell:
    """A cell with its position in points and its rows, counted within the band (`past` is exclusive)."""

    cell: GridCell
    x: float
    width: float
    first: int
    past: int
    lines: tuple[Line, ...]
    foot: tuple[Line, ...] = ()
    align_top: bool = False
    seal: tuple[Line, ...] = ()
    seal_beside: bool = True
    tag: Element | None = None

    def height(self, pad: float) -> float:
        """The height that its text needs in points; at least that of a seal."""
        text = add_up(line.type.leading for line in self.lines)
        signed = add_up(self.foot_height(line) for line in self.foot)
        square = seal_room(self.cell) if self.seal else 0.0
        if square and not self.seal_beside:
            return text + signed + pad + square
        return max(text + signed + 2 * pad, square)

    def foot_height(self, line: Line) -> float:
        """The height of a line at the foot: beside a seal, room to sign above its rule."""
        return SIGNING * MM if line.rules and self.cell.seal else line.type.leading * _FOOT_LINE


@dataclass
class RowBand(Item):
    """Rows joined by cells that span several of them; usually a single row."""

    seamless = True

    cells: list[PlacedCell]
    least: list[float]  # the least height of each row in points
    pad: tuple[float, float]
    ruled: bool
    whole: bool
    page: float
    head: int = 0  # its first rows that are repeated where it goes on
    held: frozenset[int] = frozenset()  # rows that stay with the row above them
    unsplit: frozenset[int] = frozenset()  # rows that are not split
    shares: tuple[float, ...] = ()  # of each row: its share of what is left over of a page
    heights: list[float] = field(default_factory=list)
    open_sides: bool = False  # no rules at its sides and between its cells

    def __post_init__(self) -> None:
        self.heights = list(self.least)
        for placed in sorted(self.cells, key=lambda placed: placed.past - placed.first):
            lacking = placed.height(self.pad[1]) - add_up(self.heights[placed.first : placed.past])
            if lacking > 0:
                self.heights[placed.past - 1] += lacking
        self.height = add_up(self.heights)

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw the text of the cells and the rules around them."""
        edges = [0.0]
        for height in self.heights:
            edges.append(edges[-1] + height)
        boxes = []
        for placed in self.cells:
            upper, lower = top - edges[placed.first], top - edges[placed.past]
            boxes.append((x + placed.x, lower, placed.width, upper - lower))
            if placed.tag is not None:
                canvas.join(placed.tag)
                canvas.tag(placed.tag)
            self._write(placed, canvas, x + placed.x + self.pad[0], upper, lower)
        if self.ruled and self.open_sides:
            left, right = min(box[0] for box in boxes), max(box[0] + box[2] for box in boxes)
            levels = dict.fromkeys(y for _, low, _, high in boxes for y in (low, low + high))
            boxes = [(left, y, right - left, 0.0) for y in levels]
        if self.ruled:
            canvas.frames(boxes)

    def _write(self, placed: PlacedCell, canvas: Canvas, x: float, upper: float, lower: float) -> None:
        under = seal_room(placed.cell) if placed.seal and not placed.seal_beside else self.pad[1]
        below = lower + under + add_up(map(placed.foot_height, placed.foot))
        text = add_up(line.type.leading for line in placed.lines)
        at = upper - self.pad[1]
        if not placed.align_top:
            at -= self._above(placed, max(0.0, (at - below - text) / 2))
        for line in placed.lines:
            canvas.line(line, x, baseline(at, line.type.leading, line.type))
            at -= line.type.leading
        for line in placed.foot:
            height = placed.foot_height(line)
            low = height - line.type.leading if placed.cell.seal and line.rules else 0.0  # the rule is at the foot
            canvas.line(line, x, baseline(below - low, height - low, line.type))
            below -= height
        square = x + placed.width - 2 * self.pad[0] - seal_room(placed.cell)
        stamped = lower + _UNDER_SEAL * MM + add_up(line.type.leading for line in placed.seal)
        for line in placed.seal:
            canvas.line(line, square, baseline(stamped, line.type.leading, line.type))
            stamped -= line.type.leading

    def _above(self, placed: PlacedCell, spare: float) -> float:
        """The room above text that is centred; without rules at the sides whole lines, so that all lines are level."""
        leading = placed.lines[0].type.leading if placed.lines else 0.0
        return spare // leading * leading if self.open_sides and leading else spare

    @property
    def is_section(self) -> bool:
        """Whether it has label cells only, and so is a heading of the rows below."""
        return bool(self.cells) and all(placed.cell.label for placed in self.cells)

    @property
    def is_sum(self) -> bool:
        """Whether its first row adds up the rows above it."""
        return 0 in self.held

    @property
    def is_signed(self) -> bool:
        """Whether it has nothing but what is signed or sealed."""
        return len(self.heights) == 1 and any(placed.foot or placed.seal for placed in self.cells)

    @property
    def stretch(self) -> float:
        """Its share of what is left over of a page."""
        return add_up(self.shares)

    def stretched(self, by: float) -> RowBand:
        """The band made higher by so many points, in the rows that ask for it."""
        total = self.stretch
        least = [height + by * share / total for height, share in zip(self.heights, self.shares, strict=True)]
        return replace(self, least=least)

    # ---- parting

    def split(self, room: float) -> tuple[Item, Item] | None:
        """Split above the last row that fits, or within a row higher than a quarter of the page.

        The lower part begins with the first `head` rows again. A sum is not parted from the row above it,
        nor a row of labels from the one below.
        """
        if self.whole and self.height <= self.page:
            return None
        row, above = self._row_at(room)
        if row == len(self.heights):
            return None
        inner = room - above
        high = self.heights[row] >= self.page * _SPLIT_FROM
        within = high and not self._is_whole(row) and inner >= self._least_part and row >= self.head
        at = row
        while at in self.held:
            at -= 1
        if at > self.head and (not within or above >= self.page * _SPLIT_FROM):
            return self._parted(at, 0.0)
        if within:
            return self._parted(row, inner)
        if row > self.head and self.height > self.page:
            return self._parted(row, 0.0)
        return None

    @property
    def beginning(self) -> float:
        """The height that must fit on a page for the band to begin there."""
        if self.whole and self.height <= self.page:
            return self.height
        past = self.head + 1
        while past < len(self.heights) and past in self.held:
            past += 1
        past = min(past, len(self.heights))
        last = self.heights[past - 1]
        if last < self.page * _SPLIT_FROM or self._is_whole(past - 1):
            return add_up(self.heights[:past])
        return add_up(self.heights[: past - 1]) + min(last, self._least_part)

    @property
    def _least_part(self) -> float:
        """The height of the first three lines of a row, below which it is not begun on a page."""
        leading = max((line.type.leading for placed in self.cells for line in placed.lines), default=0.0)
        return 2 * self.pad[1] + _LEAST_PART * leading

    def _row_at(self, room: float) -> tuple[int, float]:
        """The number of whole rows that fit into the room, and their height."""
        above = 0.0
        for row, height in enumerate(self.heights):
            if above + height > room + 0.05:
                return row, above
            above += height
        return len(self.heights), above

    def _parted(self, row: int, inner: float) -> tuple[Item, Item] | None:
        """Split above a row, or within it if `inner`, the height of its upper part, is not 0."""
        again = self.head if add_up(self.heights[: self.head]) <= self.page * _MOST_REPEATED else 0
        down = again - row  # the rows of the lower part are numbered from its repeated head on
        upper: list[PlacedCell] = []
        lower: list[PlacedCell] = [placed for placed in self.cells if placed.past <= again]
        cut = row + 1 if inner else row
        begun = add_up(self.heights[:row])
        for placed in self.cells:
            if placed.past <= row:
                upper.append(placed)
            elif placed.first >= cut:
                lower.append(replace(placed, first=placed.first + down, past=placed.past + down))
            else:
                room = begun + inner - add_up(self.heights[: placed.first])
                over, under = self._cut(placed, room)
                first = placed.first if placed.first < again else max(again, placed.first + down)
                upper.append(replace(over, past=min(placed.past, cut)))
                lower.append(replace(under, first=first, past=placed.past + down))
        upper_least = [*self.heights[:row], inner] if inner else self.heights[:row]
        rest = max(0.0, self.heights[row] - inner) if inner and not self._flows(row) else self.least[row]
        below = [*self.heights[:again], rest, *self.least[row + 1 :]]
        made = [
            replace(self, cells=upper, least=upper_least, whole=False, shares=self.shares[:cut]),
            replace(
                self,
                cells=lower,
                least=below,
                whole=False,
                head=again,
                held=frozenset(at + down for at in self.held if at > row),
                unsplit=frozenset(at + down for at in self.unsplit if at >= row),
                shares=(*self.shares[:again], *self.shares[row:]),
            ),
        ]
        if made[1].height >= self.height:  # nothing of it would be on the first page
            return None
        for band in made:
            band.repeated, band.source = self.repeated, self.source
        made[1].keeps = self.keeps
        return made[0], made[1]

    def _is_whole(self, row: int) -> bool:
        """Whether the row may not be split."""
        return row in self.unsplit and self.heights[row] <= self.page

    def _flows(self, row: int) -> bool:
        """Whether the row is higher than its least height because of its text."""
        return self.heights[row] > self.least[row]

    def _cut(self, placed: PlacedCell, room: float) -> tuple[PlacedCell, PlacedCell]:
        """A cell split at a height; a label is repeated in both parts."""
        if placed.cell.label:
            return placed, placed
        free, count = room - 2 * self.pad[1], 0
        for line in placed.lines:
            free -= line.type.leading
            if free < -0.05:
                break
            count += 1
        over = replace(placed, lines=placed.lines[:count], foot=(), seal=(), align_top=True)
        under = replace(placed, lines=placed.lines[count:], align_top=placed.align_top or count > 0)
        return over, under


@items_of.register
def _grid(block: Grid, context: LayoutContext) -> Iterator[Item]:
    style = context.style
    type_ = style.cells(block.size)
    if style.kind is not PaperKind.FORM:
        yield Space(style.pad[1], keeps=True)
    if block.unit:
        for line in context.lines(block.unit, replace(type_, leading=type_.size * 1.4), align=Align.RIGHT):
            yield TextLine(line, keeps=True)
    bands = list(_bands(block, type_, context))
    head = [band for band, start in bands if start + len(band.heights) <= block.heading]
    before: RowBand | None = None
    for band, start in bands:
        if start + len(band.heights) <= block.heading:
            band.keeps = True
        else:
            band.head = max(0, block.heading - start)
            band.repeated = head
            band.keeps = band.is_section and band is not bands[-1][0]
        if before and (band.is_sum or (band.is_signed and not before.is_signed)):
            before.keeps = True
        before = band
    yield from (band for band, _ in bands)
    yield Seam(style.pad[1] * 0.75)


def _bands(block: Grid, type_: TypeStyle, context: LayoutContext) -> Iterator[tuple[RowBand, int]]:
    """The bands of a table, each with the index of its first row."""
    edges = column_edges(block, type_, context.style, context.font_set)
    start, reach = 0, 1
    cells: list[PlacedCell] = []
    table = Element("Table")
    rows = [Element("TR", table) for _ in block.rows]
    for place in cell_spans_of(block):
        if place.row >= reach:
            yield _band(block, cells, start, reach, context), start
            start, reach, cells = reach, place.row + 1, []
        reach = max(reach, place.past_row)
        x, width = edges[place.column], edges[place.past_column] - edges[place.column]
        placed = _placed(place.cell, x, width, place.row - start, place.past_row - start, type_, context)
        placed.tag = _tag(place, block, rows[place.row])
        cells.append(placed)
    if block.rows:
        yield _band(block, cells, start, len(block.rows), context), start


def _tag(place: CellSpan, block: Grid, row: Element) -> Element:
    """A cell in the structure tree. A label is the head of its row, or of columns where its row has labels alone."""
    heads = place.row < block.heading
    scope = ""
    if place.cell.words and (place.cell.label or heads):
        alone = heads or all(cell.label for cell in block.rows[place.row].cells)
        scope = "Column" if alone else "Row"
    columns, rows = place.past_column - place.column, place.past_row - place.row
    return table_cell(row, scope, columns, rows, once=heads or place.cell.label)


def _band(block: Grid, cells: list[PlacedCell], start: int, past: int, context: LayoutContext) -> RowBand:
    style, rows = context.style, block.rows[start:past]
    least = [row.least * MM * (1.0 if row.firm else style.squeezed) for row in rows]
    unsplit = frozenset(at for at, row in enumerate(rows) if row.whole)
    return RowBand(
        cells,
        least,
        style.pad,
        block.ruled,
        bool(unsplit) and not block.side,
        style.height,
        held=frozenset(_held(cells, len(rows))),
        unsplit=unsplit,
        shares=tuple(row.stretch for row in rows) if any(row.stretch for row in rows) else (),
        open_sides=style.open_sides,
    )


def _held(cells: list[PlacedCell], count: int) -> Iterator[int]:
    """The rows that stay with the row above them: sums, and what follows a row of labels."""
    for at in range(count):
        here = [placed for placed in cells if placed.first == at and placed.past == at + 1]
        if here and _SUM.match("".join(line.text for line in here[0].lines)):
            yield at
        above = [placed for placed in cells if placed.first == at - 1 and placed.past == at]
        if at and above and all(placed.cell.label for placed in above):
            yield at


def _placed(
    cell: GridCell, x: float, width: float, first: int, past: int, type_: TypeStyle, context: LayoutContext
) -> PlacedCell:
    room = text_room(cell, width, type_, context.style)
    texts = _set_cell(cell, room, cell_type(cell, type_, context.style), context.font_set)
    is_beside = seal_is_beside(cell, width, texts.type, context.style)
    return PlacedCell(cell, x, width, first, past, texts.lines, texts.foot, cell.top, texts.seal, is_beside)


class _CellTexts(NamedTuple):
    """What stands in a cell, in lines, and the type it is set in."""

    type: TypeStyle
    lines: tuple[Line, ...]
    foot: tuple[Line, ...]
    seal: tuple[Line, ...]


@lru_cache(_MOST_KEPT)
def _set_cell(cell: GridCell, room: float, type_: TypeStyle, font_set: FontSet) -> _CellTexts:
    """Set what stands in a cell: many recur on the papers of a batch."""
    words = strip_indents(cell.words) if cell.indent else cell.words
    type_ = _holding_figures(words, type_, room, font_set)
    wide, square = round(room, 3), round(seal_room(cell), 3)
    made = lines(words, type_, wide, font_set, align=alignment(cell), indent=cell.indent)
    beside = Align.LEFT if cell.seal else Align.RIGHT
    foot = [line for words in cell.foot for line in lines(words, type_, wide, font_set, align=beside)]
    seal = [line for words in cell.seal for line in lines(words, type_, square, font_set, align=Align.CENTRE)]
    return _CellTexts(type_, made, tuple(foot), tuple(seal))


def _holding_figures(words: Words, type_: TypeStyle, room: float, font_set: FontSet) -> TypeStyle:
    """The type of a cell, reduced so that no number is broken (GB/T 15835—2011 §5.1.7)."""
    parts = words if isinstance(words, tuple) else (words,)
    figures = [figure for part in parts if isinstance(part, str) for figure in _FIGURE.findall(part)]
    widest = max((natural_width(figure, type_, font_set) for figure in figures), default=0.0)
    if widest <= room:
        return type_
    alone = isinstance(words, str) and _FIGURE.fullmatch(words.strip())
    least = _SMALLEST_FIGURE if alone else max(_SMALLEST_FIGURE, min(1.0, _READABLE / type_.size))
    by = max(least, (room - 0.01) / widest)
    return replace(type_, size=type_.size * by)
