"""Faults of a finished layout: what an office would not sign, post or file, found on pages before they are written.

No heading, sum or signature stands alone on a page; no type is smaller than can be read; no page is nearly empty, but
the last of a letter; nothing lies outside the type area. The rules look at what is drawn, not at how it was laid out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from haicang_desk.model.blocks import (
    Across,
    Annex,
    Annotation,
    Colophon,
    Heading,
    Masthead,
    Note,
    PaperKind,
    Run,
    Seal,
    Signatures,
    Title,
    Words,
)
from haicang_desk.model.typesetting.layout.lines import Line
from haicang_desk.model.typesetting.layout.measures import add_up
from haicang_desk.model.typesetting.layout.page_style import PageStyle
from haicang_desk.model.typesetting.layout.pages import Item, LayoutContext
from haicang_desk.model.typesetting.layout.table_layout import RowBand
from haicang_desk.model.typesetting.pdf.canvas import Canvas
from haicang_desk.model.typesetting.pdf.fonts import FontResources

if TYPE_CHECKING:
    from haicang_desk.model.typesetting.pdf.photographs import Photograph

SMALLEST = 9.0  # points, of what is read in the type area
SMALLEST_NOTE = 7.5  # of notes
LEAST_FILL = 0.12  # of the height of the type area
_NEAR = 1.0  # points: a closing bracket may hang out so far, and lengths are rounded
_MANY = 3  # lines: with so many a row to be signed is read for its text
_TITLE, _TABLE_HEAD = _HEADS = ("标题", "表头")
_SUM = re.compile(r"\s*(合\s*计|总\s*计|小\s*计)")

Mark = tuple[Line, float, float]  # a line that was drawn, with its x and its baseline
Page = Sequence[tuple[Item, float]]


class PageRule(Enum):
    """A rule of the layout, as the clerk reads it."""

    ALONE = "孤行"
    SMALL = "字太小"
    EMPTY = "空页"
    OUTSIDE = "出界"


@dataclass(frozen=True, slots=True)
class PageFault:
    """One fault on a page, counted from 1. ``text`` says in Chinese what is wrong."""

    page: int
    rule: PageRule
    text: str

    def __str__(self) -> str:
        return f"第 {self.page} 页{self.text}"


@dataclass(frozen=True, slots=True)
class PagePlace:
    """Which page of how many of a paper, and which of its file, from 1."""

    number: int
    count: int
    of_file: int


class Tracing(Canvas):
    """A canvas that keeps what is drawn and writes nothing."""

    def __init__(self, height: float) -> None:
        super().__init__(FontResources(), height)

    def line(self, line: Line, x: float, baseline: float) -> None:
        """Keep a line of text."""
        self.drawn.append((line, x, baseline))

    def rule(self, x: float, y: float, to_x: float, to_y: float | None = None, width: float = 0.5) -> None:
        """Rules lie where the lines lie that they belong to."""

    def frames(self, boxes: Iterable[tuple[float, float, float, float]], width: float = 0.5) -> None:
        """Frames are those of the items."""

    def path(
        self, points: Iterable[tuple[float, float]], *, close: bool = False, fill: str = "", width: float = 0.8
    ) -> None:
        """Arrows and boxes of a chart are within its item."""

    def photograph(self, photograph: Photograph, x: float, y: float, width: float, height: float) -> None:
        """Photographs are within their items."""


def page_faults(pages: Sequence[Page], context: LayoutContext) -> list[PageFault]:
    """The faults of the pages of one paper, as `lay_out_pages` gives them. Draws them without writing."""
    style, found = context.style, list[PageFault]()
    for number, items in enumerate(pages, 1):
        canvas = Tracing(style.page_height)
        for item, offset in items:
            item.draw(canvas, style.left, style.page_height - style.top - offset)
        found += faults_on(items, canvas.drawn, context, PagePlace(number, len(pages), number))
    return found


def faults_on(items: Page, marks: Iterable[Mark], context: LayoutContext, place: PagePlace) -> Iterator[PageFault]:
    """The faults of one page; ``marks``: the lines that its items drew."""
    style, number, count = context.style, place.of_file, place.count
    last = place.number == count
    shown = [(item, offset) for item, offset in items if not item.space]
    if (alone := _alone([item for item, _ in shown])) and count > 1:
        yield PageFault(number, PageRule.ALONE, f"只有{alone}")
    if not last and shown and _kind(shown[-1][0]) in _HEADS:
        yield PageFault(number, PageRule.ALONE, f"末尾是“{_words(shown[-1][0])}”，所领的内容在下一页")
    fill = add_up(item.height for item, _ in shown) / style.height
    if fill < LEAST_FILL and not (style.kind is PaperKind.LETTER and last):
        yield PageFault(number, PageRule.EMPTY, f"只用了 {fill:.0%}")
    for item, offset in shown:
        if offset + item.height > style.height + _NEAR and not isinstance(item.source, Masthead):
            yield PageFault(number, PageRule.OUTSIDE, f"“{_words(item)}”超出版心下边")
    yield from _lines(marks, style, number)


def _lines(marks: Iterable[Mark], style: PageStyle, number: int) -> Iterator[PageFault]:
    """Lines too small to be read, and lines that begin or end outside the type area: of each rule the first."""
    least = SMALLEST - 0.01
    low, high = style.left - _NEAR, style.left + style.width + _NEAR
    small: Line | None = None
    wide: Line | None = None
    for line, x, _ in marks:
        if line.type.size < least and line.pieces and not _is_note(line, style):
            small = line if small is None or line.type.size < small.type.size else small
        if x + line.right > high or (line.pieces and x + line.pieces[0].x < low):
            wide = wide or line
    if small is not None:
        yield PageFault(number, PageRule.SMALL, f"“{_short(small.text)}”只有 {small.type.size:.1f} 磅")
    if wide is not None:
        yield PageFault(number, PageRule.OUTSIDE, f"“{_short(wide.text)}”超出版心两侧")


def _is_note(line: Line, style: PageStyle) -> bool:
    return line.type.size == style.note.size and line.type.size >= SMALLEST_NOTE - 0.01


# ---- what stands alone


def _alone(items: Sequence[Item]) -> str:
    """What a page shows without anything that it belongs to, in words; "" where it shows more."""
    kinds: dict[str, None] = {}
    for item in items:
        if not (kind := _kind(item)):
            return ""
        kinds[kind] = None
    return "、".join(kinds)


def _kind(item: Item) -> str:
    """Heading, sum, signature or note, in words; "" for what may stand by itself."""
    if isinstance(item, RowBand):
        return _kind_of_rows(item)
    source = item.source
    if isinstance(source, Title | Heading | Annex):
        return _TITLE
    if isinstance(source, Seal | Signatures | Annotation):
        return "落款"
    if isinstance(source, Across):
        return "填表人一行"
    if isinstance(source, Colophon):
        return "版记"
    return "注" if isinstance(source, Note) else ""


def _kind_of_rows(band: RowBand) -> str:
    if band.is_section:
        return _TABLE_HEAD
    if any(placed.cell.label and _SUM.match(_beginning(placed.cell.words)) for placed in band.cells):
        return "合计"
    if not any(placed.foot or placed.cell.seal for placed in band.cells):
        return ""
    read = [line for placed in band.cells if not placed.cell.label and _says(placed.lines) for line in placed.lines]
    return "签字栏" if len(read) < _MANY else ""


def _beginning(words: Words) -> str:
    """The text that words begin with."""
    first = words[0] if isinstance(words, tuple) and words else words
    return first if isinstance(first, str) else first.text if isinstance(first, Run) else ""


def _says(lines: Sequence[Line]) -> bool:
    return any(line.pieces for line in lines)


def _words(item: Item) -> str:
    """The first words that an item shows."""
    canvas = Tracing(0)
    item.draw(canvas, 0, 0)
    return _short(next((text for line, _, _ in canvas.drawn if (text := line.text.strip())), ""))


def _short(text: str, most: int = 16) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
