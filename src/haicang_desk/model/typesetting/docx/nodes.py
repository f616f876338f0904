"""Paragraphs and tables as the format has them, before they are written out. Lengths are points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from haicang_desk.model.blocks import Align
from haicang_desk.model.typesetting.docx.ooxml import NOTHING, Xml, element, joined, twips
from haicang_desk.model.typesetting.docx.styles import Style, justification, run_properties
from haicang_desk.model.typesetting.layout.lines import TypeStyle
from haicang_desk.model.typesetting.pdf.font_set import add_up

_RULE = {"val": "single", "sz": 4, "space": 0, "color": "auto"}
_HALF_A_RULE = 0.25  # points: rules take up room of their own between rows
_EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParagraphFormat:
    """How one paragraph stands, where it differs from its style. `indent` counts characters."""

    style: Style
    type: TypeStyle | None = None  # None: the style's
    align: Align | None = None
    indent: float = 0
    left: float = 0
    right: float = 0
    hanging: float = 0
    before: float = 0
    after: float = 0
    leading: float = 0  # 0: the type's; below 0: as high as what stands in it
    tabs: tuple[tuple[str, float], ...] = ()  # left, center or right, and where
    keeps: bool = False
    breaks: bool = False  # begins a page
    frame: Xml = NOTHING
    borders: Xml = NOTHING
    section: Xml = NOTHING

    @property
    def set_in(self) -> TypeStyle:
        return self.type or self.style.type


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: its shape and its runs."""

    shape: ParagraphFormat
    runs: Xml = NOTHING

    def xml(self) -> Xml:
        return element("p", element("pPr", *self._properties()), self.runs)

    def kept(self) -> Paragraph:
        """On the page of what follows."""
        return replace(self, shape=replace(self.shape, keeps=True))

    def breaking(self) -> Paragraph:
        """At the head of a page."""
        return replace(self, shape=replace(self.shape, breaks=True))

    def _properties(self) -> Iterator[Xml]:
        """In the order that the format prescribes."""
        shape = self.shape
        if shape.style.key != "Normal":
            yield element("pStyle", val=shape.style.key)
        if shape.keeps and not shape.style.keeps:
            yield element("keepNext")
        if shape.breaks:
            yield element("pageBreakBefore")
        yield shape.frame
        yield shape.borders
        if shape.tabs:
            yield element("tabs", *(element("tab", val=kind, pos=twips(at)) for kind, at in shape.tabs))
        yield self._spacing()
        yield self._indents()
        if shape.align is not None and shape.align is not shape.style.align:
            yield justification(shape.align)
        if shape.type is not None and (mark := run_properties(shape.type, shape.style.type)):
            yield mark
        yield shape.section

    def _spacing(self) -> Xml:
        shape = self.shape
        leading = shape.leading or shape.set_in.leading
        own = round(leading, 2) != round(shape.style.type.leading, 2)
        line = (240 if leading < 0 else twips(leading)) if own else None
        rule = ("auto" if leading < 0 else "exact") if own else None
        before, after = twips(shape.before) or None, twips(shape.after) or None
        if (before, after, line) == (None, None, None):
            return NOTHING
        return element("spacing", before=before, after=after, line=line, lineRule=rule)

    def _indents(self) -> Xml:
        shape = self.shape
        em = shape.set_in.size + shape.set_in.pitch
        values = {
            "left": twips(shape.left) or None,
            "right": twips(shape.right) or None,
            "firstLineChars": round(100 * shape.indent) or None,
            "firstLine": twips(shape.indent * em) or None,
            "hanging": twips(shape.hanging) or None,
        }
        return element("ind", **values) if any(values.values()) else NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCell:
    """One cell of a row. `merged` is restart for the uppermost of cells made one, continue for those below it."""

    paragraphs: tuple[Paragraph, ...]
    columns: int
    width: float
    merged: str = ""
    stands: str = "center"  # top, center or bottom
    without: tuple[str, ...] = ()  # edges that have neither a rule nor room beside it

    def xml(self) -> Xml:
        parts = [element("tcW", w=twips(self.width), type="dxa")]
        if self.columns > 1:
            parts.append(element("gridSpan", val=self.columns))
        if self.merged:
            parts.append(element("vMerge", val=self.merged))
        if self.without:
            parts.append(element("tcBorders", *(element(edge, val="nil") for edge in self.without)))
            parts.append(element("tcMar", *(element(edge, w=0, type="dxa") for edge in self.without)))
        parts.append(element("vAlign", val=self.stands))
        return element("tc", element("tcPr", *parts), *(paragraph.xml() for paragraph in self.paragraphs))


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """Cells from left to right, at least so high."""

    cells: tuple[TableCell, ...]
    least: float = 0
    whole: bool = True
    heading: bool = False

    def xml(self) -> Xml:
        parts: list[Xml] = []
        if self.whole:
            parts.append(element("cantSplit"))
        if self.least:
            parts.append(element("trHeight", val=twips(self.least), hRule="atLeast"))
        if self.heading:
            parts.append(element("tblHeader"))
        properties = element("trPr", *parts) if parts else NOTHING
        return element("tr", properties, *(cell.xml() for cell in self.cells))

    def kept(self) -> TableRow:
        """On the page of the next row."""
        return self._each(Paragraph.kept)

    def breaking(self) -> TableRow:
        """At the head of a page."""
        return self._each(Paragraph.breaking)

    def _each(self, changed: Callable[[Paragraph], Paragraph]) -> TableRow:
        cells = [replace(cell, paragraphs=tuple(map(changed, cell.paragraphs))) for cell in self.cells]
        return replace(self, cells=tuple(cells))


@dataclass(frozen=True, slots=True, kw_only=True)
class TableNode:
    """Rows in columns of given widths. `pad` is the room between a cell's edges and its text."""

    rows: tuple[TableRow, ...]
    widths: Sequence[float]
    pad: tuple[float, float] = (0, 0)
    borders: Xml | None = None  # None: ruled all through
    place: Xml = NOTHING  # of a table that floats

    def xml(self) -> Xml:
        borders = self.borders
        if borders is None:
            borders = joined(element(edge, **_RULE) for edge in _EDGES)
        sideways, upward = twips(self.pad[0]), max(0, twips(self.pad[1] - _HALF_A_RULE))
        margins = {"top": upward, "left": sideways, "bottom": upward, "right": sideways}
        properties = element(
            "tblPr",
            self.place,
            element("tblW", w=twips(add_up(self.widths)), type="dxa"),
            NOTHING if self.place else element("jc", val="center"),
            element("tblBorders", borders) if borders else NOTHING,
            element("tblLayout", type="fixed"),
            element("tblCellMar", *(element(edge, w=room, type="dxa") for edge, room in margins.items())),
        )
        grid = element("tblGrid", *(element("gridCol", w=twips(width)) for width in self.widths))
        return element("tbl", properties, grid, *(row.xml() for row in self.rows))

    def kept(self) -> TableNode:
        """On the page of what follows, and on one page itself."""
        return replace(self, rows=tuple(row.kept() for row in self.rows))

    def held(self) -> TableNode:
        """On one page."""
        return replace(self, rows=(*(row.kept() for row in self.rows[:-1]), *self.rows[-1:]))

    def breaking(self) -> TableNode:
        """At the head of a page."""
        return replace(self, rows=(*(row.breaking() for row in self.rows[:1]), *self.rows[1:]))


Node = Paragraph | TableNode
