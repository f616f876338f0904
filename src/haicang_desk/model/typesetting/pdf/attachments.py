"""Attached files between the pages of a dossier: PDF pages in their own size, each picture on an A4 page.

A foreign PDF is opened by pdfium, which repairs it, draws form fields and stamps into its pages, and
writes it anew. The content of each page is then placed into a page made by this program as a form
XObject (ISO 32000-1 §8.10), so that bookmarks and page numbers are only our own.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, cast

from haicang_desk.model.blocks import Align, PageSetup, PaperKind
from haicang_desk.model.scans import ScanKind, kind_of
from haicang_desk.model.typesetting.layout.measures import MM
from haicang_desk.model.typesetting.layout.page_style import page_style_of
from haicang_desk.model.typesetting.layout.pages import LayoutContext
from haicang_desk.model.typesetting.pdf.canvas import Canvas
from haicang_desk.model.typesetting.pdf.font_set import FontSet
from haicang_desk.model.typesetting.pdf.photographs import Photograph
from haicang_desk.model.values import Refused

if TYPE_CHECKING:
    from pypdf import PageObject, PdfWriter
    from pypdf.generic import DictionaryObject, IndirectObject

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings about broken files are of no use to a clerk

_MARGIN, _FOOT = 15 * MM, 12 * MM  # points around a picture, and below it for its name

_HEADER = "%PDF-1.7"  # foreign pages may use features up to this version

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class AttachedPage:
    """A page of an attached PDF: its visible box in points, and its clockwise rotation in degrees."""

    box: tuple[float, float, float, float]
    turned: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points after rotation."""
        left, low, right, high = self.box
        return (high - low, right - left) if self.turned % 180 else (right - left, high - low)

    @property
    def matrix(self) -> Matrix:
        """The matrix from its coordinates to those of a page with the lower left corner at (0, 0)."""
        left, low, right, high = self.box
        return {
            0: (1, 0, 0, 1, -left, -low),
            90: (0, -1, 1, 0, -low, right),
            180: (-1, 0, 0, -1, right, high),
            270: (0, 1, -1, 0, high, -left),
        }[self.turned % 360]


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file to be bound: a picture, or a PDF that was written anew, with its pages."""

    title: str
    data: bytes
    digest: bytes = b""  # SHA-256 of the original file
    leaves: tuple[AttachedPage, ...] = ()
    lies: bool = False  # a picture wider than high, on a landscape page
    ours: bool = False  # a PDF made by this program

    @property
    def pages(self) -> int:
        """The number of pages it takes."""
        return len(self.leaves) or 1


def attached_file(title: str, data: bytes, *, ours: bool = False) -> AttachedFile:
    """Prepare a file to be bound; `ours` is bound unchanged. Raises Refused for a damaged or locked file."""
    if kind_of(data) is ScanKind.PDF:
        leaves, anew = _opened(data)
        made = AttachedFile(title, data if ours else anew, sha256(data).digest(), leaves, ours=ours)
        if not ours:
            _try(made)
        return made
    return AttachedFile(title, data, sha256(data).digest(), lies=Photograph(data, 1).ratio < 1)


def _opened(data: bytes) -> tuple[tuple[AttachedPage, ...], bytes]:
    """The pages of a PDF, and the PDF written anew by pdfium. Raises Refused."""
    import pypdfium2

    out, leaves = BytesIO(), []
    try:
        with pypdfium2.PdfDocument(data) as opened:
            opened.init_forms()
            for number in range(len(opened)):
                page = opened[number]
                leaves.append(AttachedPage(page.get_bbox(), page.get_rotation()))
                pypdfium2.raw.FPDFPage_Flatten(page, pypdfium2.raw.FLAT_PRINT)
                page.close()
            opened.save(out, flags=pypdfium2.raw.FPDF_REMOVE_SECURITY)
    except pypdfium2.PdfiumError as wrong:
        raise Refused("已损坏或加了密码，未装入") from wrong
    return tuple(leaves), out.getvalue()


def draw_picture_page(canvas: Canvas, width: float, attached_file: AttachedFile, font_set: FontSet) -> None:
    """Draw a picture as large as the page allows, with its name below."""
    room, tall = width - 2 * _MARGIN, canvas.height - 2 * _MARGIN - _FOOT
    ratio = Photograph(attached_file.data, room).ratio
    across = min(room, tall / ratio)
    photograph, height = Photograph(attached_file.data, across), across * ratio
    low = _MARGIN + _FOOT + (tall - height) / 2
    canvas.photograph(photograph, (width - across) / 2, low, across, height)
    context = plain_context(font_set)
    name = context.one_line(attached_file.title, context.style.note, room, Align.CENTRE)
    canvas.line(name, _MARGIN, low - _FOOT / 2)


def plain_context(font_set: FontSet) -> LayoutContext:
    """The layout context of the small text on bound pages."""
    return LayoutContext(page_style_of(PageSetup(kind=PaperKind.FORM, title="")), font_set)


def with_attached_pages(base: bytes, enclosures: Sequence[tuple[int, AttachedFile]]) -> bytes:
    """The PDF `base` with the attached pages drawn under its own pages; the same files give the same bytes.

    `enclosures` are pairs of page index (from 0) in `base` and the file whose pages begin there.
    """
    from pypdf import PdfReader, PdfWriter

    writer, readers = PdfWriter(clone_from=PdfReader(BytesIO(base))), []
    for first, enclosure in enclosures:
        readers.append(PdfReader(BytesIO(enclosure.data)))  # kept alive: pypdf identifies readers by id()
        for number, leaf in enumerate(enclosure.leaves):
            _put_under(writer, writer.pages[first + number], readers[-1].pages[number], leaf)
    writer.pdf_header = _HEADER
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _try(enclosure: AttachedFile) -> None:
    """Convert every page as for binding, so that a broken file is refused now. Raises Refused."""
    from pypdf import PdfReader, PdfWriter

    try:
        writer, pages = PdfWriter(), PdfReader(BytesIO(enclosure.data)).pages
        for number, leaf in enumerate(enclosure.leaves):
            _form(writer, pages[number], leaf)
    except Exception as wrong:  # pypdf raises many kinds of errors for malformed files
        raise Refused("已损坏，未装入") from wrong


def _form(writer: PdfWriter, shown: PageObject, leaf: AttachedPage) -> IndirectObject:
    """The content of a page as a form XObject; fonts shared between pages stay shared."""
    from pypdf.generic import ArrayObject, DecodedStreamObject, FloatObject, NameObject

    contents = shown.get_contents()
    form = DecodedStreamObject()
    form.set_data(contents.get_data() if contents is not None else b"")
    form[NameObject("/Type")], form[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
    form[NameObject("/BBox")] = ArrayObject(map(FloatObject, leaf.box))
    form[NameObject("/Matrix")] = ArrayObject(map(FloatObject, leaf.matrix))
    for name in ("/Resources", "/Group"):
        if name in shown:
            form[NameObject(name)] = shown[name].clone(writer)
    return writer._add_object(form.flate_encode())


def _put_under(writer: PdfWriter, page: PageObject, shown: PageObject, leaf: AttachedPage) -> None:
    """Draw the attached page below the content of our page."""
    from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject

    resources = DictionaryObject(cast("DictionaryObject", page["/Resources"]))
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/Leaf"): _form(writer, shown, leaf)})
    page[NameObject("/Resources")] = resources
    drawing = DecodedStreamObject()
    drawing.set_data(b"q /Leaf Do Q\n")
    page[NameObject("/Contents")] = ArrayObject([writer._add_object(drawing), page.raw_get("/Contents")])
