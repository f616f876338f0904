"""Blocks as items from top to bottom, and items on pages.

What stands at the foot of every page: its number, the footer, the seal code.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from math import ceil

from haicang_desk.model.blocks import Align, Face, Numbering, PageSetup, Words
from haicang_desk.model.typesetting.layout.lines import Line, TypeStyle, lines, natural_width
from haicang_desk.model.typesetting.layout.page_style import MM, PageStyle
from haicang_desk.model.typesetting.pdf.canvas import Canvas
from haicang_desk.model.typesetting.pdf.font_set import FontSet, add_up

ASCENT = 0.88  # of the type size: how far the square of a Chinese character stands above the baseline
_NEAR = 0.05  # points
_MOST_REPEATED = 0.5  # of the page: heads higher than this are not repeated


class Item:
    """A band of the page as high as `height` points, drawn across the type area."""

    height: float = 0.0
    seamless = False  # needs no space to a table above it
    space = False  # vanishes at the top of a page
    keeps = False  # stands on the page of what follows
    clings = False  # is not to stand on a page without lines above it
    breaks = False  # what follows begins a page
    sinks = False  # stands at the bottom of its page
    grows = False  # takes what is left of the page
    grid = 0.0  # begins at a multiple of this from the top of the type area
    repeated: Sequence[Item] = ()  # drawn above it where it begins a further page

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw it with its upper left corner there."""

    def split(self, room: float) -> tuple[Item, Item] | None:
        """Two items, the first no higher than the room; None if it can't be parted there."""
        return None

    @property
    def beginning(self) -> float:
        """How much of it must fit on a page for it to begin there."""
        return self.height

    def fitted(self, room: float) -> Item:
        """Itself, or, of what grows, one that fills the room."""
        return self


class Space(Item):
    """Empty height between two blocks."""

    space = True

    def __init__(self, height: float, keeps: bool = False) -> None:
        self.height = height
        self.keeps = keeps


class Seam(Space):
    """Space under a table, which another table right after it takes away."""


class Break(Item):
    """The end of a page."""

    breaks = True


class TextLine(Item):
    """One line of type in the middle of its height."""

    def __init__(self, line: Line, *, height: float | None = None, grid: float = 0.0, keeps: bool = False) -> None:
        self.line = line
        self.height = line.type.leading if height is None else height
        self.grid = grid
        self.keeps = keeps

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        canvas.line(self.line, x, baseline(top, self.height, self.line.type))


def baseline(top: float, height: float, type_: TypeStyle) -> float:
    """Where the baseline is of a line of type in the middle of a height."""
    return top - (height - type_.size) / 2 - ASCENT * type_.size


@dataclass(frozen=True, slots=True)
class LayoutContext:
    """What blocks are set with."""

    style: PageStyle
    font_set: FontSet
    letterhead: bool = False  # a letter in the form of a 函

    def lines(
        self,
        words: Words,
        type_: TypeStyle,
        width: float | None = None,
        *,
        align: Align = Align.LEFT,
        indent: float = 0,
    ) -> tuple[Line, ...]:
        """The words in lines, as wide as the type area unless told otherwise."""
        width = self.style.width if width is None else width
        return lines(words, type_, round(width, 3), self.font_set, align=align, indent=indent)

    def one_line(self, words: Words, type_: TypeStyle, width: float | None = None, align: Align = Align.LEFT) -> Line:
        """The words on one line, in smaller type where they would not fit; line ends become spaces."""
        width = self.style.width if width is None else width
        words = words.replace("\n", " ") if isinstance(words, str) else words
        natural = natural_width(words, type_, self.font_set)
        if natural > width:
            by = (width - _NEAR) / natural
            type_ = replace(type_, size=type_.size * by, pitch=type_.pitch * by)
        return self.lines(words, type_, width, align=align)[0]


@singledispatch
def items_of(block: object, context: LayoutContext) -> Iterator[Item]:
    """The items that show one block."""
    raise TypeError(f"no way to set {block!r}")


def paginate(blocks: Iterable[object], context: LayoutContext) -> list[list[tuple[Item, float]]]:
    """Pages of items, each with its distance from the top of the type area."""
    items = [item for block in blocks for item in items_of(block, context)]
    following = [*items[1:], Item()]
    items = [
        item for item, after in zip(items, following, strict=True) if not (isinstance(item, Seam) and after.seamless)
    ]
    for at, item in enumerate(items):
        if item.clings:
            _hold(items[:at])
    return _Pages(items, context.style.height).turned()


def _hold(items: list[Item]) -> None:
    """Keep the last two lines, and the spaces after them, with what follows them."""
    seen = 0
    for item in reversed(items):
        item.keeps = True
        seen += not item.space
        if seen == 2 or item.breaks:
            return


class _Pages:
    """Items being put on pages one after the other."""

    def __init__(self, items: Iterable[Item], height: float) -> None:
        self._queue = deque(items)
        self._height = height
        self._pages: list[list[tuple[Item, float]]] = [[]]
        self._offset = 0.0
        self._fresh = True  # nothing stands on the page yet that could have done without it

    def turned(self) -> list[list[tuple[Item, float]]]:
        """The pages. What is higher than a page and can't be parted runs over its foot."""
        while self._queue:
            self._place(self._queue.popleft())
        while len(self._pages) > 1 and not self._pages[-1]:
            self._pages.pop()
        return self._pages

    def _place(self, item: Item) -> None:
        if item.breaks:
            if not self._fresh:
                self._turn()
            return
        if item.space and self._fresh:
            return
        start = self._on_grid(item)
        room = self._height - start + _NEAR
        chain = self._chain(item)
        if chain > room and not self._fresh and (chain <= self._height or item.height > room):
            self._part(item, start, chain <= self._height and item.keeps)
        elif item.grows:
            spare = room - self._following()
            self._put(item.fitted(spare if spare >= item.height else room), start)
        elif item.height <= room:
            self._put(item, self._height - item.height if item.sinks else start)
        else:
            self._part(item, start, False)

    def _part(self, item: Item, start: float, held: bool) -> None:
        """Put what fits of an item here and the rest on the next page; all of it, if it is held together."""
        parts = None if held else item.split(self._height - start)
        if parts:
            self._put(parts[0], start)
            self._turn_to(parts[1])
        elif self._fresh:
            self._put(item, start)
        else:
            self._turn_to(item)

    def _chain(self, item: Item) -> float:
        """The height of an item and of all that must stand on its page with it; of the last, its beginning."""
        height, keeps = item.height, item.keeps
        for other in self._queue:
            if not keeps or other.breaks:
                break
            keeps = other.keeps
            height += other.height if keeps else other.beginning
        return height

    def _following(self) -> float:
        """The height of what comes after on the same page."""
        height = 0.0
        for other in self._queue:
            if other.breaks:
                break
            height += other.height
        return height

    def _on_grid(self, item: Item) -> float:
        if not item.grid:
            return self._offset
        return ceil(self._offset / item.grid - 0.01) * item.grid

    def _put(self, item: Item, at: float) -> None:
        self._pages[-1].append((item, at))
        self._offset = at + item.height

        self._fresh = False

    def _turn(self) -> None:
        self._pages.append([])
        self._offset = 0.0
        self._fresh = True

    def _turn_to(self, item: Item) -> None:
        self._turn()
        if add_up(head.height for head in item.repeated) <= self._height * _MOST_REPEATED:
            for head in item.repeated:
                self._put(head, self._offset)
        self._fresh = True  # heads alone are no reason to turn again
        self._queue.appendleft(item)


_NUMBER = TypeStyle(Face.SONG, 14, 14)  # 4号
_DASH_FROM_EDGE = 28 * MM  # GB/T 9704 §7.5: 7 mm below the type area, which ends 35 mm from the edge
_DASH_ABOVE_BASE = 0.38  # of the type size
_UNDER_AREA = 5 * MM
_SHARE = 0.38  # of the width, for the footer at the left and for the code at the right
_UNDER_NUMBER = 12 * MM  # of a letter: from the paper's edge


def draw_footer(canvas: Canvas, setup: PageSetup, context: LayoutContext, page: int, pages: int) -> None:
    """Draw the foot of the page with the number `page`, counted from the sheet's first, of so many."""
    style = context.style
    number = setup.first_page + page - 1
    y = style.page_height - style.top - style.height - _UNDER_AREA - ASCENT * style.foot.size
    if style.numbering is Numbering.DASHES:
        y = _UNDER_NUMBER
        if not (context.letterhead and page == 1):
            (line,) = context.lines(f"— {number} —", _NUMBER)
            inset = style.width - line.right - _NUMBER.size if number % 2 else _NUMBER.size
            canvas.line(line, style.left + inset, _DASH_FROM_EDGE - _DASH_ABOVE_BASE * _NUMBER.size)
    if setup.footer:
        canvas.line(context.one_line(setup.footer, style.foot, style.width * _SHARE), style.left, y)
    if style.numbering is Numbering.COUNTED and (pages > 1 or setup.first_page > 1):
        (line,) = context.lines(f"第 {number} 页　共 {setup.first_page + pages - 1} 页", style.foot, align=Align.CENTRE)
        canvas.line(line, style.left, y)
    if setup.seal_code:
        room = style.width * _SHARE
        code = context.one_line(f"存证码：{setup.seal_code}", style.foot, room, Align.RIGHT)
        canvas.line(code, style.left + style.width - room, y)
    if setup.reissued:
        below = context.one_line(setup.reissued, style.foot, style.width, Align.RIGHT)
        canvas.line(below, style.left, y - style.foot.leading)
