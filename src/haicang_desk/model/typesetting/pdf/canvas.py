"""Drawing on one page as operators of its content stream (ISO 32000-1 Annex A). Points, from the lower left.

Everything drawn is marked (§14.6): as the content of the element named last, or as an artifact. Rules are artifacts
wherever they do not belong to a figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from haicang_desk.model.typesetting.pdf.fonts import FontResources
from haicang_desk.model.typesetting.pdf.fonts import number_text as _n
from haicang_desk.model.typesetting.pdf.objects import Stream, compressed
from haicang_desk.model.typesetting.pdf.qr import QUIET
from haicang_desk.model.typesetting.pdf.structure import Element

if TYPE_CHECKING:
    from haicang_desk.model.typesetting.layout.lines import Line
    from haicang_desk.model.typesetting.pdf.photographs import Photograph
    from haicang_desk.model.typesetting.pdf.qr import QrSymbol

BLACK = "0 g 0 G"
RED = "1 0 0 rg 1 0 0 RG"
HAIR = 0.5
UNDER = 0.14  # of the type size: the distance of a rule to write on below the baseline


class FinishedPage(NamedTuple):
    """The content stream of a page on which nothing more is drawn, and a digest of what it was before compression."""

    stream: Stream
    digest: bytes


class Canvas:
    """One page that is being drawn, `height` points high."""

    def __init__(self, font_resources: FontResources, height: float) -> None:
        self.height = height
        self.photographs: dict[str, Photograph] = {}
        self.marks: list[Element] = []  # the element of each marked content, by its identifier
        self.drawn: list[tuple[Line, float, float]] = []  # every line drawn, with its x and its baseline
        self._font_resources = font_resources
        self._written: list[str] = []
        self._finished: FinishedPage | None = None
        self._root: Element | None = None  # what elements without a parent belong to; None: nothing is marked
        self._leaf: object = self
        self._tag: Element | None = None  # of what is drawn next; None: an artifact
        self._open: Element | None = None  # of what was drawn last
        self._is_open = False
        self._reserved: Element | None = None  # has the first mark of the page, though nothing is drawn of it yet
        self._down = 0.0
        self._framed: dict[str, None] = {}  # edges of cells, drawn at last
        self._underlines: list[str] = []
        self._font = self._spacing = ""

    def content(self) -> str:
        """The page's content stream."""
        self.rule_off()
        if self._is_open:
            self._written.append("EMC")
            self._is_open = False
        return "\n".join(self._written)

    def finish(self) -> FinishedPage:
        """The page's content, compressed. Nothing may be drawn any more: what was drawn is not kept any longer."""
        if self._finished is None:
            content = self.content().encode("ascii")
            self._finished = FinishedPage(compressed(content), sha256(content).digest())
            self._written.clear()
            self.drawn.clear()
        return self._finished

    def tag_under(self, root: Element, leaf: object = None) -> None:
        """Mark what is drawn. Elements without a parent belong to `root`; sheets with one `leaf` are one page."""
        self._root, self._leaf = root, self if leaf is None else leaf

    def tag(self, element: Element | None) -> None:
        """What is drawn from here on belongs to this element; None: it is an artifact."""
        self._tag = element

    def tag_figure(self, element: Element, left: float, top: float, width: float, height: float) -> None:
        """What is drawn from here on belongs to a figure with this place."""
        self._tag = element
        if element.box is None:
            low = top - height - self._down
            element.box = (left, low, left + width, low + height)

    def reserve(self, element: Element) -> None:
        """Give an element the first mark of the page, for what is drawn next or put under the page when it is bound."""
        assert self._root is not None and not self.marks
        element.attach(self._root)
        element.kids.append((self, 0))
        self.marks.append(element)
        self._tag = self._reserved = element

    def join(self, element: Element) -> None:
        """Let an element join the tree, though nothing may be drawn of it: an empty cell."""
        if self._root is not None and not element.attached:
            element.attach(self._root)

    def _write(self, operators: str) -> None:
        """Write operators that draw, as content of the current element."""
        if self._root is not None and (self._tag is not self._open or not self._is_open):
            self._mark()
        self._written.append(operators)

    def _mark(self) -> None:
        """Begin the marked content of the current element."""
        assert self._root is not None
        tag = self._tag
        if self._is_open:
            self._written.append("EMC")
        self._open, self._is_open = tag, True
        if tag is None or (tag.once and tag.leaf not in (None, self._leaf)):
            self._written.append("/Artifact BMC")
            return
        if tag is self._reserved:
            self._reserved = None
            self._written.append(f"/{tag.kind}<</MCID 0>>BDC")
            return
        self._written.append(f"/{tag.kind}<</MCID {len(self.marks)}>>BDC")
        tag.attach(self._root)
        tag.kids.append((self, len(self.marks)))
        tag.leaf = self._leaf
        self.marks.append(tag)

    def _decorate(self, operators: str) -> None:
        """Write operators that draw a rule or ground: of a figure if that is drawn, or else an artifact."""
        tag = self._tag
        if tag is not None and tag.kind != "Figure":
            self._tag = None
        self._write(operators)
        self._tag = tag

    def rule_off(self) -> None:
        """Draw the rules of cells and under text, which are kept for the end so that they are one artifact."""
        if self._framed or self._underlines:
            self._tag = None
            cells = f"2 J {' '.join(self._framed)} S 0 J" if self._framed else ""
            under = f"{' '.join(self._underlines)} S" if self._underlines else ""
            self._write(f"{_n(HAIR)} w {cells} {under}")
            self._framed, self._underlines = {}, []

    def shift(self, down: float) -> None:
        """Move everything drawn from here on down by so many points."""
        self._down += down
        self._written.append(f"1 0 0 1 0 {_n(-down)} cm")

    def line(self, line: Line, x: float, baseline: float) -> None:
        """Draw a line of text from x on, with the rules under it."""
        self.drawn.append((line, x, baseline))
        if line.pieces:
            shown = self._font_resources.shown(line)
            font = "" if shown.font == self._font else f" {shown.font}"
            spacing = "" if shown.spacing == self._spacing else f" {shown.spacing}"
            self._font, self._spacing = shown.last_font, shown.last_spacing
            self._write(f"BT {_n(x)} {_n(baseline)} Td{shown.moved}{font}{spacing} {shown.operators} ET")
        if line.rules:
            y = _n(baseline - UNDER * line.type.size)
            self._underlines += [f"{_n(x + left)} {y} m {_n(x + right)} {y} l" for left, right in line.rules]

    def rule(self, x: float, y: float, to_x: float, to_y: float | None = None, width: float = HAIR) -> None:
        """Draw a straight line, horizontal unless `to_y` is given."""
        self._decorate(f"{_n(width)} w {_n(x)} {_n(y)} m {_n(to_x)} {_n(y if to_y is None else to_y)} l S")

    def frames(self, boxes: Iterable[tuple[float, float, float, float]], width: float = HAIR) -> None:
        """Draw the rules around cells (x, y, width, height); a rule shared by two cells is drawn once."""
        edges: dict[str, None] = {}
        for x, y, w, h in boxes:
            left, low, right, high = _n(x), _n(y), _n(x + w), _n(y + h)
            if h:
                edges[f"{left} {low} m {left} {high} l"] = edges[f"{right} {low} m {right} {high} l"] = None
            edges[f"{left} {low} m {right} {low} l"] = edges[f"{left} {high} m {right} {high} l"] = None
        if width == HAIR and (self._tag is None or self._tag.kind != "Figure"):
            self._framed |= edges
        else:
            self._decorate(f"{_n(width)} w 2 J {' '.join(edges)} S 0 J")

    def whiten(self, x: float, y: float, width: float, height: float) -> None:
        """Paint a rectangle white, as the ground of a label."""
        self._decorate(f"1 g {_n(x)} {_n(y)} {_n(width)} {_n(height)} re f 0 g")

    def path(
        self, points: Iterable[tuple[float, float]], *, close: bool = False, fill: str = "", width: float = 0.8
    ) -> None:
        """Draw a line through points, optionally closed and filled; `fill` are colour operators."""
        (x, y), *rest = points
        drawn = f"{_n(x)} {_n(y)} m " + " ".join(f"{_n(a)} {_n(b)} l" for a, b in rest)
        self._decorate(
            f"{fill} {_n(width)} w {drawn} {'h ' if close else ''}{'B' if fill else 'S'} {BLACK if fill else ''}"
        )

    def colour(self, operators: str) -> None:
        """Set the colour of everything drawn from here on; BLACK or RED."""
        self._written.append(operators)

    def photograph(self, photograph: Photograph, x: float, y: float, width: float, height: float) -> None:
        """Draw a photograph with its lower left corner at (x, y)."""
        self.photographs[photograph.name] = photograph
        self._write(f"q {_n(width)} 0 0 {_n(height)} {_n(x)} {_n(y)} cm /{photograph.name} Do Q")

    def code(self, symbol: QrSymbol, x: float, top: float, width: float) -> None:
        """Draw a QR code with the upper left corner of its quiet zone at (x, top), `width` points wide with it.

        It is an inline image: a mask (§8.9.6.2) through which the colour is painted, a sample for each module.
        """
        module = width / symbol.size
        count, left, low = len(symbol.rows), x + QUIET * module, top - (symbol.size - QUIET) * module
        self._write(
            f"q {count * module:.4f} 0 0 {count * module:.4f} {_n(left)} {_n(low)} cm BI/IM true/W {count}/H {count}"
            f"/BPC 1/D[1 0]/F/AHx ID {symbol.mask()}> EI Q"
        )
