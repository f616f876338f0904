"""Pagination: blocks become items from top to bottom, and items are placed on pages.

`items_of` is a single-dispatch function; the modules of this package register one function for
each class of block. The footer of every page is drawn here too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from math import ceil

from haicang_desk.model.blocks import Align, Face, Numbering, PageSetup, PaperKind, Words
from haicang_desk.model.typesetting.layout.lines import Line, lines, natural_width
from haicang_desk.model.typesetting.layout.measures import ASCENT, MM, TypeStyle, add_up, baseline
from haicang_desk.model.typesetting.layout.page_style import PageStyle, closer_style
from haicang_desk.model.typesetting.pdf.canvas import Canvas
from haicang_desk.model.typesetting.pdf.font_set import FontSet
from haicang_desk.model.typesetting.pdf.structure import Element

_NEAR = 0.05  # points
_THIN = 0.12  # of the page height: a last page is not emptier
_MOST_STRETCHED = 45 * MM  # for a share of 1
_HIGH = 0.25  # of the page height: items that are split rather than moved whole
_MOST_REPEATED = 0.5  # of the page height: higher table headings are not repeated


class Item:
    """A horizontal strip of the type area, `height` points high."""

    height: float = 0.0
    seamless = False  # no space between a table above and this item
    space = False  # is dropped at the top of a page
    keeps = False  # must be on the same page as the next item
    clings = False  # must not be on a page without text above it
    breaks = False  # a page break after it
    sinks = False  # is placed at the bottom of its page
    grows = False  # takes the rest of the page
    grid = 0.0  # begins at a multiple of this from the start of the page's line grid, in points; 0: anywhere
    starts_grid = False  # the line grid of the rest of its page begins at its lower edge
    repeated: Sequence[Item] = ()  # drawn again above it at the top of a further page
    tag: Element | None = None  # what it is in the structure tree, if it is one thing
    source: object = None  # the block that it shows a part of

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw the item with its upper left corner at (x, top)."""

    def split(self, room: float) -> tuple[Item, Item] | None:
        """Split into two items, the first at most `room` points high; None if that is not possible."""
        return None

    @property
    def beginning(self) -> float:
        """The height in points that must fit on a page for the item to begin there."""
        return self.height

    @property
    def stretch(self) -> float:
        """Its share of what is left over of the last page before a page break."""
        return 0.0

    def stretched(self, by: float) -> Item:
        """The item made higher by so many points, if it may be."""
        return self

    def fitted(self, room: float) -> Item:
        """The item as high as the room, if it grows; else the item itself."""
        return self


Placed = tuple[Item, float]  # an item and its distance from the top of the type area in points


class Space(Item):
    """Vertical space between two blocks."""

    space = True

    def __init__(self, height: float, keeps: bool = False) -> None:
        self.height = height
        self.keeps = keeps


class Seam(Space):
    """Space under a table; it is dropped before another table."""


class Break(Item):
    """A page break."""

    breaks = True


class TextLine(Item):
    """One line of text, centred vertically in its height."""

    def __init__(
        self,
        line: Line,
        *,
        height: float | None = None,
        grid: float = 0.0,
        keeps: bool = False,
        tag: Element | None = None,
    ) -> None:
        self.line = line
        self.tag = tag
        self.height = line.type.leading if height is None else height
        self.grid = grid
        self.keeps = keeps

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw the line."""
        canvas.line(self.line, x, baseline(top, self.height, self.line.type))


@dataclass(frozen=True, slots=True)
class LayoutContext:
    """The page style and fonts that blocks are laid out with."""

    style: PageStyle
    font_set: FontSet
    letterhead: bool = False  # a letter in 信函格式

    def lines(
        self,
        words: Words,
        type_: TypeStyle,
        width: float | None = None,
        *,
        align: Align = Align.LEFT,
        indent: float = 0,
    ) -> tuple[Line, ...]:
        """Set words in lines, by default as wide as the type area."""
        width = self.style.width if width is None else width
        return lines(words, type_, round(width, 3), self.font_set, align=align, indent=indent)

    def one_line(self, words: Words, type_: TypeStyle, width: float | None = None, align: Align = Align.LEFT) -> Line:
        """Set words on one line, in smaller type if they do not fit; line ends become spaces."""
        width = self.style.width if width is None else width
        words = words.replace("\n", " ") if isinstance(words, str) else words
        natural = natural_width(words, type_, self.font_set)
        if natural > width:
            by = (width - _NEAR) / natural
            type_ = replace(type_, size=type_.size * by, pitch=type_.pitch * by)
        return self.lines(words, type_, width, align=align)[0]


@singledispatch
def items_of(block: object, context: LayoutContext) -> Iterator[Item]:
    """The items of one block. Raises TypeError for an unregistered class."""
    raise TypeError(f"no way to set {block!r}")


def tagged_items(block: object, context: LayoutContext) -> Iterator[Item]:
    """The items of one block, which know their block.

    Those that do not say what they are in the structure tree are one paragraph.
    """
    tag = Element("P")
    for item in items_of(block, context):
        if item.tag is None:
            item.tag = tag
        if item.source is None:
            item.source = block
        yield item


def paginate(blocks: Sequence[object], context: LayoutContext) -> list[list[Placed]]:
    """Place the blocks on pages: lists of items with their distance from the top of the type area in points.

    Of a form or notice no last page is nearly empty: first its spaces are set closer, then rows are moved to it.
    """
    pages, thin = _placed(blocks, context)
    if thin and context.style.kind is not PaperKind.LETTER:
        closer, _ = _placed(blocks, replace(context, style=closer_style(context.style)))
        return closer if len(closer) < len(pages) else pages
    return pages


def _placed(blocks: Sequence[object], context: LayoutContext) -> tuple[list[list[Placed]], bool]:
    """The pages, and whether one of them would have been nearly empty."""
    items = [item for block in blocks for item in tagged_items(block, context)]
    following = [*items[1:], Item()]
    items = [
        item for item, after in zip(items, following, strict=True) if not (isinstance(item, Seam) and after.seamless)
    ]
    for at, item in enumerate(items):
        if item.clings:
            _hold(items[:at])
    pages: list[list[Placed]] = []
    thin = False
    for part in _parts(items):
        made = _Pages(part, context.style.height).all()
        if (
            len(made) > 1
            and context.style.kind is not PaperKind.LETTER
            and _used(made[-1]) < _THIN * context.style.height
        ):
            thin, made = True, _with_more_on_the_last(part, made, context.style.height)
        made[-1] = _stretched(made[-1], context.style.height)
        pages += made
    return pages or [[]], thin


def _parts(items: Sequence[Item]) -> Iterator[list[Item]]:
    """The items between page breaks."""
    part: list[Item] = []
    for item in items:
        if item.breaks:
            if any(not each.space for each in part):
                yield part
                part = []
        else:
            part.append(item)
    if any(not each.space for each in part):
        yield part


def _used(page: Sequence[Placed]) -> float:
    """The height that is used of a page, without spaces at its end."""
    return max((offset + item.height for item, offset in page if not item.space), default=0.0)


def _with_more_on_the_last(part: list[Item], pages: list[list[Placed]], height: float) -> list[list[Placed]]:
    """The pages, with rows or lines of the last page but one moved to the last, if that is nearly empty."""
    lacking = _THIN * height - _used(pages[-1])
    for more in (0.0, 0.05, 0.1, 0.2):
        limit = _used(pages[-2]) - lacking - more * height
        made = _Pages(part, height, {len(pages) - 2: limit}).all() if limit > 0 else pages
        if len(made) == len(pages) and _used(made[-1]) >= _THIN * height:
            return made
    return pages


def _stretched(page: list[Placed], height: float) -> list[Placed]:
    """The page with what is left over of it given to the items that ask for it."""
    total = add_up(item.stretch for item, _ in page)
    spare = height - _used(page)
    if not total or spare <= 0:
        return page
    made, down = [], 0.0
    for item, offset in page:
        by = min(spare * item.stretch / total, item.stretch * _MOST_STRETCHED)
        higher = item.stretched(by) if by else item
        higher.source = item.source
        made.append((higher, offset + down))
        down += by
    return made


def _hold(items: list[Item]) -> None:
    """Keep the last two lines, and the spaces after them, on the page of the next item."""
    seen = 0
    for item in reversed(items):
        item.keeps = True
        seen += not item.space
        if seen == 2 or item.breaks:
            return


class _Pages:
    """Places items on pages one after the other."""

    def __init__(self, items: Iterable[Item], height: float, limits: Mapping[int, float] | None = None) -> None:
        """``limits``: lower heights of some pages, by index."""
        self._queue = deque(items)
        self._full = height
        self._limits = limits or {}
        self._pages: list[list[Placed]] = [[]]
        self._offset = 0.0
        self._grid_from = 0.0  # where the line grid of this page begins
        self._fresh = True  # the page has nothing yet but repeated headings

    @property
    def _height(self) -> float:
        """The height of the page that is being filled."""
        return self._limits.get(len(self._pages) - 1, self._full)

    def all(self) -> list[list[Placed]]:
        """The pages. An item higher than a page that cannot be split runs over the lower edge."""
        while self._queue:
            self._place(self._queue.popleft())
        while len(self._pages) > 1 and not self._pages[-1]:
            self._pages.pop()
        return self._pages

    def _place(self, item: Item) -> None:
        """Place one item on this page or the next."""
        if item.space and self._fresh:
            return
        start = self._on_grid(item)
        room = self._height - start + _NEAR
        chain = self._chain(item)
        if chain > room and not self._fresh and (chain <= self._full or item.height > room):
            self._part(item, start, chain <= self._full and item.keeps)
        elif item.grows:
            spare = room - self._following()
            self._put(item.fitted(spare if spare >= item.height else room), start)
        elif item.height <= room:
            self._put(item, self._full - item.height if item.sinks else start)
        else:
            self._part(item, start, False)

    def _part(self, item: Item, start: float, whole: bool) -> None:
        """Place what fits of an item here and the rest on the next page; if `whole`, all of it on the next."""
        room = self._height - start
        if whole and item.height >= self._full * _HIGH:  # only its end must stay with what follows
            room, whole = min(room, item.height - 1), False
        parts = None if whole else item.split(room)
        if parts:
            self._put(parts[0], start)
            self._turn_to(parts[1])
        elif self._fresh:
            self._put(item, start)
        else:
            self._turn_to(item)

    def _chain(self, item: Item) -> float:
        """The height of an item and of all that must be on its page; of the last of them, only its beginning."""
        height, keeps = item.height, item.keeps
        for other in self._queue:
            if not keeps:
                break
            keeps = other.keeps
            height += other.height if keeps else other.beginning
        return height

    def _following(self) -> float:
        """The height of the items up to the next page break."""
        return add_up(other.height for other in self._queue)

    def _on_grid(self, item: Item) -> float:
        """The distance from the top at which the item begins, on the line grid if it has one."""
        if not item.grid:
            return self._offset
        return self._grid_from + ceil((self._offset - self._grid_from) / item.grid - 0.01) * item.grid

    def _put(self, item: Item, at: float) -> None:
        self._pages[-1].append((item, at))
        self._offset = at + item.height
        if item.starts_grid:
            self._grid_from = self._offset
        self._fresh = False

    def _turn(self) -> None:
        """Begin a new page."""
        self._pages.append([])
        self._offset = self._grid_from = 0.0
        self._fresh = True

    def _turn_to(self, item: Item) -> None:
        """Begin a new page with the repeated headings of an item, which is placed next."""
        self._turn()
        if add_up(head.height for head in item.repeated) <= self._full * _MOST_REPEATED:
            for head in item.repeated:
                self._put(head, self._offset)
        self._fresh = True  # repeated headings alone do not fill a page
        self._queue.appendleft(item)


_NUMBER = TypeStyle(Face.SONG, 14, 14)  # 4号
_DASH_FROM_EDGE = 28 * MM  # GB/T 9704—2012 §7.5: 7 mm below the type area, which ends 35 mm from the edge
_DASH_ABOVE_BASE = 0.38  # of the type size
_UNDER_AREA = 5 * MM
_SHARE = 0.38  # of the width, for the footer at the left and for the code at the right
_UNDER_NUMBER = 12 * MM  # of a letter: the small line, from the paper's edge


def draw_footer(canvas: Canvas, setup: PageSetup, context: LayoutContext, page: int, pages: int) -> None:
    """Draw the footer of page `page` (from 1) of `pages`: page number, 依据, 存证码, reissue note."""
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
    if setup.seal_code and setup.code_on_sheet:
        room = style.width * _SHARE
        code = context.one_line(f"存证码：{setup.seal_code}", style.foot, room, Align.RIGHT)
        canvas.line(code, style.left + style.width - room, y)
    if setup.reissued:
        below = context.one_line(setup.reissued, style.foot, style.width, Align.RIGHT)
        canvas.line(below, style.left, y - style.foot.leading)
