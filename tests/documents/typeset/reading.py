"""Printed pages read back: what stands where, as a reader of the file finds it."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pdfplumber
import pypdfium2
from pdfminer.pdftypes import resolve1

from haicang_desk.model.documents.blocks import Block, Kind, Paper, Sheet
from haicang_desk.model.documents.typeset.pdf import write_pdf

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


def paper(*blocks: Block, kind: Kind = Kind.FORM, **sheet: Any) -> Paper:
    return Paper(Sheet(**{"kind": kind, "title": "样张", **sheet}), blocks)


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
    """All that copies out of the file, without its line ends."""
    data = source if isinstance(source, bytes) else write_pdf(source)
    document = pypdfium2.PdfDocument(data)
    said = "".join(page.get_textpage().get_text_range() for page in document)
    return said.replace("\r", "").replace("\n", "").replace("\ufffe", "")


def body(data: bytes) -> str:
    """What stands on the pages, without what is small at their feet."""
    return "".join(line.text for page in pages(data) for line in page if line.size > 9.5)


def fonts(data: bytes) -> dict[str, bool]:
    """The fonts that pages name, and whether the file carries them."""
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
    """What stands outside its page."""
    with pdfplumber.open(BytesIO(data)) as pdf:
        return [
            char["text"]
            for page in pdf.pages
            for char in page.chars
            if char["x0"] < 0 or char["x1"] > page.width or char["top"] < 0 or char["bottom"] > page.height
        ]
