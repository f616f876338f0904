"""Reads an OFD file back by the text of GB/T 33190—2016, without any code of the writer, and draws it as a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from xml.etree import ElementTree
from zipfile import ZipFile

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

SPACE = "{http://www.ofdspec.org/2016}"
MM = 72 / 25.4


@dataclass
class Glyph:
    """One glyph on a page: millimetres from the upper left corner, to the origin of its baseline."""

    character: str
    font: int
    glyph: int
    x: float
    y: float
    size: float
    colour: tuple[int, ...]


class OfdFile:
    """The parts of an OFD file. Raises KeyError for what it names and does not have."""

    def __init__(self, data: bytes) -> None:
        self._zip = ZipFile(BytesIO(data))
        self.entrance = self._xml("OFD.xml")
        root = PurePosixPath(_text(self.entrance, "DocRoot"))
        self._folder = root.parent
        self.document = self._xml(str(root))
        self.fonts: dict[int, TTFont] = {}
        self.pictures: dict[int, bytes] = {}
        for kind in ("PublicRes", "DocumentRes"):
            resources = self._xml(str(self._folder / _text(self.document, kind)))
            base = self._folder / resources.get("BaseLoc", "")
            for font in resources.iter(f"{SPACE}Font"):
                file = self._zip.read(str(base / _text(font, "FontFile")))
                self.fonts[int(font.attrib["ID"])] = TTFont(BytesIO(file))
            for picture in resources.iter(f"{SPACE}MultiMedia"):
                self.pictures[int(picture.attrib["ID"])] = self._zip.read(str(base / _text(picture, "MediaFile")))
        self.pages = [
            self._xml(str(self._folder / page.attrib["BaseLoc"])) for page in self.document.iter(f"{SPACE}Page")
        ]

    def identifiers(self) -> list[int]:
        """Every identifier that is declared, in all parts."""
        parts = [ElementTree.fromstring(self._zip.read(n)) for n in self._zip.namelist() if n.endswith(".xml")]
        return [int(node.attrib["ID"]) for part in parts for node in part.iter() if "ID" in node.attrib]

    def size(self, page: ElementTree.Element) -> tuple[float, float]:
        """Width and height of a page in millimetres."""
        _, _, width, height = map(float, _text(page, "PhysicalBox").split())
        return width, height

    def text(self, page: ElementTree.Element) -> str:
        """The text of a page in the order of its objects."""
        return "".join(code.text or "" for code in page.iter(f"{SPACE}TextCode"))

    def glyphs(self, page: ElementTree.Element) -> Iterator[Glyph]:
        """Every glyph of a page."""
        for node in page.iter(f"{SPACE}TextObject"):
            left, top, _, _ = map(float, node.attrib["Boundary"].split())
            code = node.find(f"{SPACE}TextCode")
            assert code is not None and code.text
            x, y = left + float(code.attrib["X"]), top + float(code.attrib["Y"])
            glyphs = [int(glyph) for glyph in _text(node, "Glyphs").split()]
            steps = [*_steps(code.get("DeltaX", "")), 0.0]
            for character, glyph, step in zip(code.text, glyphs, steps, strict=True):
                size, colour = float(node.attrib["Size"]), _colour(node, "FillColor")
                yield Glyph(character, int(node.attrib["Font"]), glyph, x, y, size, colour)
                x += step

    def _xml(self, name: str) -> ElementTree.Element:
        return ElementTree.fromstring(self._zip.read(name))


def _text(node: ElementTree.Element, name: str) -> str:
    found = node.find(f".//{SPACE}{name}")
    assert found is not None, name
    return found.text or ""


def _colour(node: ElementTree.Element, name: str) -> tuple[int, ...]:
    """Red, green and blue of a colour of an object; black without one."""
    found = node.find(f"{SPACE}{name}")
    return (0, 0, 0) if found is None else tuple(map(int, found.attrib["Value"].split()))


def _steps(array: str) -> Iterator[float]:
    """The distances of an array in which “g n d” stands for n distances of d."""
    words = iter(array.split())
    for word in words:
        if word == "g":
            many, step = int(next(words)), float(next(words))
            yield from [step] * many
        else:
            yield float(word)


def as_pdf(data: bytes) -> bytes:
    """The pages drawn with the outlines of the fonts that the file carries."""
    file, out = OfdFile(data), BytesIO()
    canvas = Canvas(out)
    for page in file.pages:
        width, height = file.size(page)
        canvas.setPageSize((width * MM, height * MM))
        canvas.transform(MM, 0, 0, -MM, 0, height * MM)
        for node in page.iter():
            if node.tag == f"{SPACE}PathObject":
                _draw_path(canvas, node)
            elif node.tag == f"{SPACE}ImageObject":
                left, top, wide, high = map(float, node.attrib["Boundary"].split())
                canvas.saveState()
                canvas.transform(1, 0, 0, -1, left, top + high)
                picture = file.pictures[int(node.attrib["ResourceID"])]
                canvas.drawImage(ImageReader(BytesIO(picture)), 0, 0, wide, high)
                canvas.restoreState()
        for glyph in file.glyphs(page):
            _draw_glyph(canvas, file.fonts[glyph.font], glyph)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_path(canvas: Canvas, node: ElementTree.Element) -> None:
    left, top, _, _ = map(float, node.attrib["Boundary"].split())
    path, words = canvas.beginPath(), iter(_text(node, "AbbreviatedData").split())
    for word in words:
        if word == "C":
            path.close()
            continue
        to = path.moveTo if word == "M" else path.lineTo
        to(left + float(next(words)), top + float(next(words)))
    canvas.setLineWidth(float(node.attrib["LineWidth"]))
    canvas.setLineCap(2 if node.get("Cap") == "Square" else 0)
    canvas.setFillColorRGB(*(part / 255 for part in _colour(node, "FillColor")))
    canvas.setStrokeColorRGB(*(part / 255 for part in _colour(node, "StrokeColor")))
    canvas.drawPath(path, stroke=node.get("Stroke") != "false", fill=node.get("Fill") == "true", fillMode=1)


class _PathPen(BasePen):
    """Adds the outline of a glyph to a path."""

    def __init__(self, glyphs, path) -> None:
        super().__init__(glyphs)
        self._path = path

    def _moveTo(self, at) -> None:
        self._path.moveTo(*at)

    def _lineTo(self, at) -> None:
        self._path.lineTo(*at)

    def _curveToOne(self, first, second, at) -> None:
        self._path.curveTo(*first, *second, *at)

    def _closePath(self) -> None:
        self._path.close()


def _draw_glyph(canvas: Canvas, font: TTFont, glyph: Glyph) -> None:
    scale = glyph.size / font["head"].unitsPerEm
    canvas.saveState()
    canvas.transform(scale, 0, 0, -scale, glyph.x, glyph.y)
    glyphs, path = font.getGlyphSet(), canvas.beginPath()
    glyphs[font.getGlyphName(glyph.glyph)].draw(_PathPen(glyphs, path))
    canvas.setFillColorRGB(*(part / 255 for part in glyph.colour))
    canvas.drawPath(path, stroke=0, fill=1, fillMode=1)
    canvas.restoreState()
