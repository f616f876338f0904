"""Tiling: an A3 page printed on two landscape A4 sheets, which are pasted one below the other.

The sheets overlap by 32 mm, because printers leave a margin; the page's own margins give that room.
The seam is placed in the overlap where no line of text is, so that no text is cut: lines above it
are on the upper sheet, lines below it on the lower one, and rules extend to the cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from haicang_desk.model.blocks import Align, Face, PageSetup, PaperKind, PaperSize
from haicang_desk.model.typesetting.layout.lines import Line
from haicang_desk.model.typesetting.layout.measures import ASCENT, MM, TypeStyle
from haicang_desk.model.typesetting.layout.pages import LayoutContext
from haicang_desk.model.typesetting.pdf.canvas import Canvas
from haicang_desk.model.typesetting.pdf.fonts import FontResources
from haicang_desk.model.typesetting.pdf.qr import QrSymbol
from haicang_desk.model.typesetting.pdf.structure import Element

WIDTH, HEIGHT = 297 * MM, 210 * MM  # of an A4 sheet, landscape

_OVERLAP = 32 * MM
_FROM_EDGE = 9 * MM  # least distance of the seam from the edge of a sheet
_MIDDLE, _SWAY = HEIGHT, _OVERLAP / 2 - _FROM_EDGE
_TICK = (6 * MM, 20 * MM)  # cutting marks: from and to, measured from either edge
_WORDS, _FROM_SEAM = TypeStyle(Face.SONG, 9, 12), 2 * MM


def is_tiled(setup: PageSetup) -> bool:
    """Whether a paper is printed on two sheets: only portrait notices have the margins for it."""
    return setup.size is PaperSize.TWO_A4 and setup.kind is PaperKind.NOTICE and not setup.landscape


def draw_tiles(
    draw: Callable[[Canvas], None], font_resources: FontResources, context: LayoutContext, page: int
) -> list[Canvas]:
    """The upper and the lower sheet of the A3 page that `draw` draws."""
    seen = _Extents(font_resources, 2 * HEIGHT)
    draw(seen)
    seam = _seam(seen.extents)
    upper, lower = _Half(font_resources, seam, above=True), _Half(font_resources, seam, above=False)
    for half in (upper, lower):
        draw(half)
    upper.mark(f"第 {page} 页上半张：下半张沿此线粘上", context)
    lower.mark(f"第 {page} 页下半张：沿此线裁去上边", context)
    return [upper, lower]


class _Extents(Canvas):
    """Records the vertical extent of each line of text instead of drawing."""

    def __init__(self, font_resources: FontResources, height: float) -> None:
        super().__init__(font_resources, height)
        self.extents: list[tuple[float, float]] = []

    def line(self, line: Line, x: float, baseline: float) -> None:
        """Record the extent of a line."""
        self._mark()
        self.extents.append(_extent(line, baseline))

    def _mark(self) -> None:
        """Mark nothing, but let elements join the tree, so that it has the order of the whole page."""
        if self._tag is not None:
            self.join(self._tag)

    def tag_figure(self, element: Element, left: float, top: float, width: float, height: float) -> None:
        """Note the figure, not its place, which is that on its sheet."""
        self.tag(element)

    def code(self, symbol: QrSymbol, x: float, top: float, width: float) -> None:
        """Record the extent of a QR code."""
        self._mark()
        self.extents.append((top - width, top))


class _Half(Canvas):
    """The part of a page above or below the seam, on a sheet of its own."""

    def __init__(self, font_resources: FontResources, seam: float, *, above: bool) -> None:
        super().__init__(font_resources, HEIGHT)
        self._seam, self._above = seam, above
        self.shift(HEIGHT - _OVERLAP / 2 if above else _OVERLAP / 2)

    def line(self, line: Line, x: float, baseline: float) -> None:
        """Draw a line if it is on this side of the seam."""
        low, high = _extent(line, baseline)
        if high > self._seam if self._above else low < self._seam:
            super().line(line, x, baseline)

    def code(self, symbol: QrSymbol, x: float, top: float, width: float) -> None:
        """Draw a QR code if it is on this side of the seam."""
        if top > self._seam if self._above else top - width < self._seam:
            super().code(symbol, x, top, width)

    def mark(self, text: str, context: LayoutContext) -> None:
        """Draw cutting marks and an instruction in the strip that is cut off or pasted over."""
        self.tag(None)
        self.rule_off()
        start, end = _TICK
        for left, right in ((start, end), (WIDTH - end, WIDTH - start)):
            self.rule(left, self._seam, right)
        words = context.one_line(text, _WORDS, align=Align.CENTRE)
        down = -_FROM_SEAM - ASCENT * _WORDS.size if self._above else _FROM_SEAM
        first = context.style.left + min(piece.x for piece in words.pieces)
        last = context.style.left + words.right
        self.whiten(first - 2, self._seam + down - 2, last - first + 4, _WORDS.leading)
        super().line(words, context.style.left, self._seam + down)


def _extent(line: Line, baseline: float) -> tuple[float, float]:
    """The lower and upper edge of a line in points."""
    return baseline - (1 - ASCENT) * line.type.size, baseline + ASCENT * line.type.size


def _seam(taken: Iterable[tuple[float, float]]) -> float:
    """The middle of the widest gap between lines in the overlap; the middle of the page where there is none."""
    at, end = _MIDDLE - _SWAY, _MIDDLE + _SWAY
    widest, chosen = 0.0, _MIDDLE
    for low, high in (*sorted(taken), (end, end)):
        if min(low, end) - at > widest:
            widest, chosen = min(low, end) - at, (at + min(low, end)) / 2
        at = max(at, high)
    return chosen
