"""Reads printed pages back: lines, fonts and positions as a PDF reader sees them."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import byref, c_double
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NamedTuple

import pdfplumber
import pypdfium2
import pypdfium2.raw as pdfium
from pdfminer.pdftypes import resolve1

from haicang_desk.model.blocks import Block, PageSetup, Paper, PaperKind
from haicang_desk.model.typesetting.pdf.writer import write_pdf

MM = 72 / 25.4


@dataclass(frozen=True)
class Printed:
    """One line of type on a page: points from the left and from the top edge."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    font: str


def paper(*blocks: Block, kind: PaperKind = PaperKind.FORM, **sheet: Any) -> Paper:
    return Paper(PageSetup(**{"kind": kind, "title": "样张", **sheet}), blocks)


def pages(source: Paper | bytes) -> list[list[Printed]]:
    """The lines of every page from top to bottom; characters on one baseline are one line."""
    data = source if isinstance(source, bytes) else write_pdf(source)
    with pdfplumber.open(BytesIO(data)) as pdf:
        return [_lines(page) for page in pdf.pages]


def _lines(page: Any) -> list[Printed]:
    rows: dict[float, list[Any]] = {}
    for char in page.chars:
        rows.setdefault(round(float(page.height) - char["matrix"][5], 2), []).append(char)
    return [
        Printed(
            "".join(char["text"] for char in row),
            min(char["x0"] for char in row),
            max(char["x1"] for char in row),
            baseline,
            row[0]["size"],
            row[0]["fontname"].partition("+")[2],
        )
        for baseline, row in sorted(rows.items())
    ]


def text(source: Paper | bytes) -> str:
    """The text that a reader can copy from the file, without line ends."""
    data = source if isinstance(source, bytes) else write_pdf(source)
    document = pypdfium2.PdfDocument(data)
    said = "".join(page.get_textpage().get_text_range() for page in document)
    return said.replace("\r", "").replace("\n", "").replace("\ufffe", "")


def body(data: bytes) -> str:
    """The text of the pages without their footers."""
    return "".join(line.text for page in pages(data) for line in page if line.size > 9.5)


def fonts(data: bytes) -> dict[str, bool]:
    """The fonts used on the pages, and whether they are embedded."""
    found = {}
    with pdfplumber.open(BytesIO(data)) as pdf:
        for page in pdf.pages:
            for font in resolve1(page.page_obj.resources["Font"]).values():
                made = resolve1(font)
                inner = resolve1(resolve1(made["DescendantFonts"])[0]) if "DescendantFonts" in made else made
                carried = "FontFile2" in resolve1(inner.get("FontDescriptor", {}))
                found[str(made["BaseFont"].name)] = carried
    return found


def outside(data: bytes) -> list[str]:
    """Text outside its page."""
    with pdfplumber.open(BytesIO(data)) as pdf:
        return [
            char["text"]
            for page in pdf.pages
            for char in page.chars
            if char["x0"] < 0 or char["x1"] > page.width or char["top"] < 0 or char["bottom"] > page.height
        ]


class Inked(NamedTuple):
    """A character's ink in points from the lower left, its baseline and its size."""

    left: float
    low: float
    right: float
    high: float
    text: str
    baseline: float
    size: float


def inked(page: pypdfium2.PdfPage) -> Iterator[Inked]:
    """Every visible character of the page."""
    text, numbers = page.get_textpage(), [c_double() for _ in range(6)]
    left, right, low, high, x, y = numbers
    for at in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, at)
        if pdfium.FPDFText_IsGenerated(text, at) == 1 or 0xDC00 <= code < 0xE000:  # the other half of a pair
            continue
        pdfium.FPDFText_GetCharBox(text, at, byref(left), byref(right), byref(low), byref(high))
        pdfium.FPDFText_GetCharOrigin(text, at, byref(x), byref(y))
        if right.value > left.value and high.value > low.value:
            size = pdfium.FPDFText_GetFontSize(text, at)
            yield Inked(left.value, low.value, right.value, high.value, chr(code), y.value, size)


def misplaced(page: pypdfium2.PdfPage) -> Iterator[str]:
    """Characters outside the page, and pairs of overlapping characters."""
    width, height = page.get_size()
    reaching: list[Inked] = []
    for each in sorted(inked(page)):
        if each.left < 0 or each.low < 0 or each.right > width or each.high > height:
            yield f"{each.text} at {each.left:.0f}, {each.low:.0f} is off the page"
        reaching = [other for other in reaching if other.right > each.left]
        for other in reaching:
            near = 0.3 * each.size if abs(each.baseline - other.baseline) < 0.1 else 0.6  # letters of a word may touch
            across = min(each.right, other.right) - max(each.left, other.left)
            if across > near and min(each.high, other.high) - max(each.low, other.low) > near:
                yield f"{each.text} lies on {other.text} at {each.left:.0f}, {each.low:.0f}"
        reaching.append(each)
