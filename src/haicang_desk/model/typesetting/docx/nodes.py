"""Paragraphs and tables of WordprocessingML before they are written. Lengths are in points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from haicang_desk.model.blocks import Align
from haicang_desk.model.typesetting.docx.ooxml import NOTHING, Xml, element, joined, twips
from haicang_desk.model.typesetting.docx.styles import Style, justification, run_properties
from haicang_desk.model.typesetting.layout.measures import TypeStyle, add_up

_RULE = {"val": "single", "sz": 4, "space": 0, "color": "auto"}
_HALF_A_RULE = 0.25  # points: rules take room of their own between rows
_EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParagraphFormat:
    """Paragraph properties that differ from the style. `indent` is in characters, other lengths in points."""

    style: Style
    type: TypeStyle | None = None  # None: the style's
    align: Align | None = None
    indent: float = 0
    left: float = 0
    right: float = 0
    hanging: float = 0
    before: float = 0
    after: float = 0
    leading: float = 0  # line height; 0: the type's; below 0: automatic
    tabs: tuple[tuple[str, float], ...] = ()  # tab stops: (left, center or right; position)
    keeps: bool = False
    breaks: bool = False  # page break before
    frame: Xml = NOTHING
    borders: Xml = NOTHING
    section: Xml = NOTHING

    @property
    def effective_type(self) -> TypeStyle:
        """Its own type, or that of its style."""
        return self.type or self.style.type


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: its format and its runs."""

    format: ParagraphFormat
    runs: Xml = NOTHING

    def xml(self) -> Xml:
        """The element w:p."""
        return element("p", element("pPr", *self._properties()), self.runs)

    def keep_with_next(self) -> Paragraph:
        """The paragraph, kept on the page of the next node."""
        return replace(self, format=replace(self.format, keeps=True))

    def on_new_page(self) -> Paragraph:
        """The paragraph, with a page break before it."""
        return replace(self, format=replace(self.format, breaks=True))

    def _properties(self) -> Iterator[Xml]:
        """The properties in the order of the schema (CT_PPr)."""
        fmt = self.format
        if fmt.style.key != "Normal":
            yield element("pStyle", val=fmt.style.key)
        if fmt.keeps and not fmt.style.keeps:
            yield element("keepNext")
        if fmt.breaks:
            yield element("pageBreakBefore")
        yield fmt.frame
        yield fmt.borders
        if fmt.tabs:
            yield element("tabs", *(element("tab", val=kind, pos=twips(at)) for kind, at in fmt.tabs))
        yield self._spacing()
        yield self._indents()
        if fmt.align is not None and fmt.align is not fmt.style.align:
            yield justification(fmt.align)
        if fmt.type is not None and (mark := run_properties(fmt.type, fmt.style.type)):
            yield mark
        yield fmt.section

    def _spacing(self) -> Xml:
        fmt = self.format
        leading = fmt.leading or fmt.effective_type.leading
        own = round(leading, 2) != round(fmt.style.type.leading, 2)
        line = (240 if leading < 0 else twips(leading)) if own else None
        rule = ("auto" if leading < 0 else "exact") if own else None
        before, after = twips(fmt.before) or None, twips(fmt.after) or None
        if (before, after, line) == (None, None, None):
            return NOTHING
        return element("spacing", before=before, after=after, line=line, lineRule=rule)

    def _indents(self) -> Xml:
        fmt = self.format
        em = fmt.effective_type.size + fmt.effective_type.pitch
        values = {
            "left": twips(fmt.left) or None,
            "right": twips(fmt.right) or None,
            "firstLineChars": round(100 * fmt.indent) or None,
            "firstLine": twips(fmt.indent * em) or None,
            "hanging": twips(fmt.hanging) or None,
        }
        return element("ind", **values) if any(values.values()) else NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCell:
    """One cell of a row. `merged` is restart for the first cell of a vertical merge, continue for the others."""

    paragraphs: tuple[Paragraph, ...]
    columns: int
    width: float
    merged: str = ""
    vertical_align: str = "center"  # top, center or bottom
    without: tuple[str, ...] = ()  # edges without rule and padding

    def xml(self) -> Xml:
        """The element w:tc."""
        parts = [element("tcW", w=twips(self.width), type="dxa")]
        if self.columns > 1:
            parts.append(element("gridSpan", val=self.columns))
        if self.merged:
            parts.append(element("vMerge", val=self.merged))
        if self.without:
            parts.append(element("tcBorders", *(element(edge, val="nil") for edge in self.without)))
            parts.append(element("tcMar", *(element(edge, w=0, type="dxa") for edge in self.without)))
        parts.append(element("vAlign", val=self.vertical_align))
        return element("tc", element("tcPr", *parts), *(paragraph.xml() for paragraph in self.paragraphs))


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A row of cells, at least `least` points high; `whole`: not split between pages; `heading`: repeated."""

    cells: tuple[TableCell, ...]
    least: float = 0
    whole: bool = True
    heading: bool = False

    def xml(self) -> Xml:
        """The element w:tr."""
        parts: list[Xml] = []
        if self.whole:
            parts.append(element("cantSplit"))
        if self.least:
            parts.append(element("trHeight", val=twips(self.least), hRule="atLeast"))
        if self.heading:
            parts.append(element("tblHeader"))
        properties = element("trPr", *parts) if parts else NOTHING
        return element("tr", properties, *(cell.xml() for cell in self.cells))

    def keep_with_next(self) -> TableRow:
        """The row, kept on the page of the next one."""
        return self._each(Paragraph.keep_with_next)

    def on_new_page(self) -> TableRow:
        """The row, with a page break before it."""
        return self._each(Paragraph.on_new_page)

    def _each(self, changed: Callable[[Paragraph], Paragraph]) -> TableRow:
        cells = [replace(cell, paragraphs=tuple(map(changed, cell.paragraphs))) for cell in self.cells]
        return replace(self, cells=tuple(cells))


@dataclass(frozen=True, slots=True, kw_only=True)
class TableNode:
    """A table with fixed column widths. `pad` is the horizontal and vertical padding of its cells."""

    rows: tuple[TableRow, ...]
    widths: Sequence[float]
    pad: tuple[float, float] = (0, 0)
    borders: Xml | None = None  # None: rules around every cell
    place: Xml = NOTHING  # the position of a floating table

    def xml(self) -> Xml:
        """The element w:tbl."""
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

    def keep_with_next(self) -> TableNode:
        """The table, kept on one page together with the next node."""
        return replace(self, rows=tuple(row.keep_with_next() for row in self.rows))

    def keep_together(self) -> TableNode:
        """The table, kept on one page."""
        return replace(self, rows=(*(row.keep_with_next() for row in self.rows[:-1]), *self.rows[-1:]))

    def on_new_page(self) -> TableNode:
        """The table, with a page break before it."""
        return replace(self, rows=(*(row.on_new_page() for row in self.rows[:1]), *self.rows[1:]))


Node = Paragraph | TableNode
