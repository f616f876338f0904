"""What stands on a drawn page and how large it is, in millimetres, read from the finished PDF."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import byref, c_float
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium

from haicang_desk.model.blocks import Paper
from haicang_desk.model.typesetting import write_batch

MM = 72 / 25.4


@dataclass(frozen=True)
class Character:
    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float  # points


@dataclass(frozen=True)
class Rule:
    left: float
    top: float
    right: float
    bottom: float

    @property
    def length(self) -> float:
        return self.right - self.left


@dataclass(frozen=True)
class Box:
    """A cell: the room between the rules around a place."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def holds(self, each: Character | Rule) -> bool:
        middle = (each.top + each.bottom) / 2
        return self.left < (each.left + each.right) / 2 < self.right and self.top < middle < self.bottom


class Page:
    """One page; lengths in millimetres from its upper left corner."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        height = page.get_height()
        self.characters = list(_characters(page, height))
        self.text = "".join(each.text for each in self.characters)
        self.rules = list(_rules(page, height))

    def found(self, text: str) -> Iterator[list[Character]]:
        """The characters of each place where a text stands."""
        at = self.text.find(text)
        while at >= 0:
            yield self.characters[at : at + len(text)]
            at = self.text.find(text, at + 1)

    def cell(self, x: float, y: float) -> Box:
        """The cell around a place. Raises ValueError where there are no rules around it."""
        upright = [r.left for r in self.rules if r.length < 0.1 and r.top - 0.1 <= y <= r.bottom + 0.1]
        level = [r.top for r in self.rules if r.length > 0.1 and r.left - 0.1 <= x <= r.right + 0.1]
        return Box(
            max(at for at in upright if at <= x),
            max(at for at in level if at <= y),
            min(at for at in upright if at > x),
            min(at for at in level if at > y),
        )

    def cell_of(self, text: str, at: int = 0) -> Box:
        """The cell that a text stands in, the ``at``-th time."""
        first = list(self.found(text))[at][0]
        return self.cell((first.left + first.right) / 2, (first.top + first.bottom) / 2)

    def cells_of(self, text: str) -> Iterator[Box]:
        """The cells whose whole text this is."""
        for found in self.found(text):
            try:
                box = self.cell((found[0].left + found[0].right) / 2, (found[0].top + found[0].bottom) / 2)
            except ValueError:
                continue  # beside the tables
            if self.within(box) == text:
                yield box

    def beside(self, box: Box) -> Box:
        """The cell at the right of another."""
        return self.cell(box.right + 0.5, (box.top + box.bottom) / 2)

    def within(self, box: Box) -> str:
        """The text in a cell."""
        return "".join(each.text for each in self.characters if box.holds(each))

    def rule_after(self, character: Character) -> float:
        """The length of the rule to write on that begins right of a character; 0 without."""
        lengths = [
            r.length
            for r in self.rules
            if r.length > 1 and abs(r.left - character.right) < 1.5 and abs(r.top - character.bottom) < 2
        ]
        return max(lengths, default=0.0)


def _characters(page: pypdfium2.PdfPage, height: float) -> Iterator[Character]:
    """The characters in the order in which they are drawn, with their whole widths."""
    text, box = page.get_textpage(), pdfium.FS_RECTF()
    for at in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, at)
        if pdfium.FPDFText_IsGenerated(text, at) == 1:
            continue
        pdfium.FPDFText_GetLooseCharBox(text, at, byref(box))
        size = pdfium.FPDFText_GetFontSize(text, at)
        top, bottom = (height - box.top) / MM, (height - box.bottom) / MM
        yield Character(chr(code), box.left / MM, top, box.right / MM, bottom, size)


def _rules(page: pypdfium2.PdfPage, height: float) -> Iterator[Rule]:
    """Every straight stroke."""
    x, y = c_float(), c_float()
    for drawing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]):
        points: list[tuple[int, float, float]] = []
        for at in range(pdfium.FPDFPath_CountSegments(drawing)):
            segment = pdfium.FPDFPath_GetPathSegment(drawing, at)
            pdfium.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
            points.append((pdfium.FPDFPathSegment_GetType(segment), x.value / MM, (height - y.value) / MM))
        for (_, x0, y0), (kind, x1, y1) in pairwise(points):
            if kind == pdfium.FPDF_SEGMENT_LINETO and (abs(x1 - x0) < 0.01 or abs(y1 - y0) < 0.01):
                yield Rule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def drawn(paper: Paper) -> list[Page]:
    """The pages of a paper as they are drawn."""
    return [Page(page) for page in pypdfium2.PdfDocument(write_batch([paper], "一"))]
