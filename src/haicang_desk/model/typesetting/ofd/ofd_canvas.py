"""Drawing on one page of an OFD file (GB/T 33190—2016 §8–§11): what the PDF's canvas draws, as objects of a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count, groupby, pairwise
from typing import TYPE_CHECKING

from haicang_desk.model.typesetting.layout.measures import ASCENT, MM
from haicang_desk.model.typesetting.ofd.ofd_xml import OfdXml, element, number, numbers, text_element
from haicang_desk.model.typesetting.pdf.canvas import HAIR, RED, UNDER, Canvas
from haicang_desk.model.typesetting.pdf.font_set import HALF, Font
from haicang_desk.model.typesetting.pdf.fonts import FontResources

if TYPE_CHECKING:
    from haicang_desk.model.typesetting.layout.lines import GlyphRun, Line
    from haicang_desk.model.typesetting.pdf.photographs import Photograph
    from haicang_desk.model.typesetting.pdf.qr import QrSymbol

_BLACK, _WHITE, _RED = "0 0 0", "255 255 255", "255 0 0"

Edge = tuple[float, float, float, float]


class OfdResources:
    """Fonts and photographs of one OFD file by their identifiers, and the next free identifier of any object."""

    def __init__(self) -> None:
        self.fonts: dict[Font, int] = {}
        self.codes = FontResources()
        self.photographs: dict[str, tuple[int, Photograph]] = {}
        self._identifiers = count(1)

    def identifier(self) -> int:
        """A number that no other object of the file has."""
        return next(self._identifiers)

    def font(self, font: Font) -> int:
        """The identifier of a font; it is registered on first use."""
        if font not in self.fonts:
            self.fonts[font] = self.identifier()
        return self.fonts[font]

    def photograph(self, photograph: Photograph) -> int:
        """The identifier of a photograph; it is registered on first use."""
        if photograph.name not in self.photographs:
            self.photographs[photograph.name] = self.identifier(), photograph
        return self.photographs[photograph.name][0]


class OfdCanvas(Canvas):
    """One page of an OFD file that is being drawn, `height` points high. Its calls are in points, as those of a PDF."""

    def __init__(self, resources: OfdResources, height: float) -> None:
        super().__init__(resources.codes, height)
        self._resources = resources
        self._colour = _BLACK
        self._edges: set[Edge] = set()
        self.objects: list[OfdXml] = []

    def line(self, line: Line, x: float, baseline: float) -> None:
        """Draw a line of text from x on, with the rules under it."""
        size = line.type.size
        for piece in line.pieces:
            if piece.parts and any(piece.parts):
                self._text(piece, line, x + piece.x, baseline)
        for left, right in line.rules:
            self.rule(x + left, baseline - UNDER * size, x + right)

    def _text(self, piece: GlyphRun, line: Line, x: float, baseline: float) -> None:
        """One text object: its characters with their glyphs and the distance from each to the next."""
        size, characters = line.type.size, "".join(piece.parts)
        places = list(_places(piece, line.type.size, line.type.pitch))
        _, codes = self._resources.codes.use(piece.font)
        glyphs = " ".join(str(int(codes[character], 16)) for character in characters)
        stored = "".join(chr(ord(c) - HALF) if ord(c) >= HALF else c for c in characters)
        millimetres = [round(place / MM, 3) for place in places]
        steps = [after - before for before, after in pairwise(millimetres[:-1])]
        self.objects.append(
            element(
                "TextObject",
                element("FillColor", Value=self._colour),
                element(
                    "CGTransform",
                    element("Glyphs", OfdXml(glyphs)),
                    CodePosition=0,
                    CodeCount=len(characters),
                    GlyphCount=len(characters),
                ),
                text_element("TextCode", stored, X=0, Y=number(ASCENT * size / MM), DeltaX=_runs(steps) or None),
                ID=self._resources.identifier(),
                Boundary=self._box(x, baseline - (1 - ASCENT) * size, max(places[-1], size), size),
                Font=self._resources.font(piece.font),
                Size=number(size / MM),
            )
        )

    def rule(self, x: float, y: float, to_x: float, to_y: float | None = None, width: float = HAIR) -> None:
        """Draw a straight line, horizontal unless `to_y` is given."""
        self._strokes([(x, y, to_x, y if to_y is None else to_y)], width)

    def frames(self, boxes: Iterable[tuple[float, float, float, float]], width: float = HAIR) -> None:
        """Draw the rules around cells (x, y, width, height); a rule shared by two cells is drawn once."""
        edges: dict[Edge, None] = {}
        for x, y, w, h in boxes:
            left, low, right, high = (round(edge, 2) for edge in (x, y, x + w, y + h))
            sides = [(left, low, left, high), (right, low, right, high)] if h else []
            edges |= dict.fromkeys([*sides, (left, low, right, low), (left, high, right, high)])
        fresh = [edge for edge in edges if edge not in self._edges]
        self._edges.update(fresh)
        if fresh:
            self._strokes(fresh, width, cap="Square")

    def whiten(self, x: float, y: float, width: float, height: float) -> None:
        """Paint a rectangle white, as the ground of a label."""
        points = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
        self._polygon(points, close=True, fill=_WHITE, stroke=False, width=HAIR)

    def path(
        self, points: Iterable[tuple[float, float]], *, close: bool = False, fill: str = "", width: float = 0.8
    ) -> None:
        """Draw a line through points, optionally closed and filled; `fill` are colour operators of a PDF."""
        colour = (_WHITE if fill.startswith("1 g") else _BLACK) if fill else ""
        self._polygon(list(points), close=close, fill=colour, stroke=True, width=width)

    def colour(self, operators: str) -> None:
        """Set the colour of everything drawn from here on; BLACK or RED."""
        self._colour = _RED if operators == RED else _BLACK

    def photograph(self, photograph: Photograph, x: float, y: float, width: float, height: float) -> None:
        """Draw a photograph with its lower left corner at (x, y)."""
        self.objects.append(
            element(
                "ImageObject",
                ID=self._resources.identifier(),
                Boundary=self._box(x, y, width, height),
                CTM=f"{number(width / MM)} 0 0 {number(height / MM)} 0 0",
                ResourceID=self._resources.photograph(photograph),
            )
        )

    def code(self, symbol: QrSymbol, x: float, top: float, width: float) -> None:
        """Draw a QR code with the upper left corner of its quiet zone at (x, top), `width` points wide with it."""
        module = width / symbol.size / MM
        corners = (
            [(at, row), (at + count, row), (at + count, row + 1), (at, row + 1)] for at, row, count in symbol.runs()
        )
        data = " ".join(
            "M " + " L ".join(numbers((across * module, down * module)) for across, down in four) + " C"
            for four in corners
        )
        self._path_object((x, top - width, x + width, top), data, HAIR, _BLACK, Stroke="false", Fill="true")

    def _strokes(self, edges: list[Edge], width: float, cap: str | None = None) -> None:
        """Straight lines as one path object."""
        left, low = min(min(a, c) for a, _, c, _ in edges), min(min(b, d) for _, b, _, d in edges)
        right, high = max(max(a, c) for a, _, c, _ in edges), max(max(b, d) for _, b, _, d in edges)
        drawn = (
            f"M {numbers(((a - left) / MM, (high - b) / MM))} L {numbers(((c - left) / MM, (high - d) / MM))}"
            for a, b, c, d in edges
        )
        self._path_object((left, low, right, high), " ".join(drawn), width, Cap=cap)

    def _polygon(
        self, points: list[tuple[float, float]], *, close: bool, fill: str, stroke: bool, width: float
    ) -> None:
        left, low = min(x for x, _ in points), min(y for _, y in points)
        right, high = max(x for x, _ in points), max(y for _, y in points)
        data = " ".join(
            f"{'L' if at else 'M'} {numbers(((x - left) / MM, (high - y) / MM))}" for at, (x, y) in enumerate(points)
        )
        kept = {"Stroke": None if stroke else "false", "Fill": "true" if fill else None}
        self._path_object((left, low, right, high), data + (" C" if close else ""), width, fill, **kept)

    def _path_object(self, bounds: Edge, data: str, width: float, fill: str = "", **values: object) -> None:
        """A path object; its boundary has the room that the width of the line needs on every side."""
        left, low, right, high = bounds
        self.objects.append(
            element(
                "PathObject",
                element("StrokeColor", Value=self._colour),
                *([element("FillColor", Value=fill)] if fill else []),
                element("AbbreviatedData", OfdXml(data)),
                ID=self._resources.identifier(),
                Boundary=self._box(left, low, right - left, high - low),
                LineWidth=number(width / MM),
                **values,
            )
        )

    def _box(self, x: float, y: float, width: float, height: float) -> str:
        """A boundary: left, upper edge, width and height in millimetres, at least a hair wide."""
        return numbers((x / MM, (self.height - y - height) / MM, max(width / MM, 0.01), max(height / MM, 0.01)))


def _places(piece: GlyphRun, size: float, pitch: float) -> Iterator[float]:
    """The x of each character of a run from its begin in points, then the x behind the last one."""
    x = 0.0
    for part in piece.parts:
        for at, character in enumerate(part, 1):
            yield x
            x += piece.font.em[character] * size + (piece.spacing if at < len(part) else pitch)
    yield x


def _runs(steps: Iterable[float]) -> str:
    """Distances as an array; equal ones that follow one another are written once with their number (§11.3)."""
    written = []
    for step, same in groupby(map(number, steps)):
        many = len(list(same))
        written.append(f"g {many} {step}" if many > 2 else " ".join([step] * many))
    return " ".join(written)
