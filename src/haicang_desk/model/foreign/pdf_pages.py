"""Pages of attached PDFs: counted, mended, drawn as pictures, placed under pages of ours. Runs in the limited process.

A PDF that this program issued is opened by pdfium and written anew; the content of each page is then placed into a page
of the dossier as a form XObject (ISO 32000-1 §8.10), so that bookmarks and page numbers are only those of the dossier.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from math import sqrt
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from haicang_desk.model.values import Refused

if TYPE_CHECKING:
    from pypdf import PageObject, PdfWriter
    from pypdf.generic import DictionaryObject, IndirectObject
    from pypdfium2 import PdfPage

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings about broken files are of no use to a clerk

MOST_PAGES = 500
MOST_DOTS = 40_000_000  # of a page drawn: A3 at 300 dots an inch has 17 million
LARGEST_PAGE = 14_400.0  # points of an edge (ISO 19005-2 §6.1.13)
_COARSE = 72  # dots an inch of the picture in which a colour is looked for
_TINT = 6  # of 255: the difference of two channels that rounding gives to grey
_TAIL = 2048  # bytes at the end in which a PDF has %%EOF
_NEEDS_PASSWORD = 4  # pdfium's FPDF_ERR_PASSWORD
_POINTS = 72  # points of PDF in an inch
_HEADER = "%PDF-1.7"  # foreign pages may use features up to this version

_BEGINS = re.compile(rb"^(?:/\w+<</MCID \d+>>BDC|/Artifact BMC)$", re.MULTILINE)
_ENDS = re.compile(rb"^EMC$", re.MULTILINE)

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


class DrawnPage(NamedTuple):
    """A page as a picture: dots across and down, bytes of a line, and the dots in the order blue, green, red; or in
    grey, one byte a dot."""

    width: int
    height: int
    stride: int
    dots: bytes  # in the limited process a view of them, which is over with the next page
    grey: bool = False
    per_inch: float = 0  # dots an inch on paper; 0 for a picture, which has no size there


class Wanted(NamedTuple):
    """Which pages are drawn, and how: the first ``most`` or with 0 all, or those of ``numbers`` (from 1), if any.

    ``dots`` are per inch. A page that would have more than ``most_dots`` is drawn coarser, one larger than the sheet
    ``fit`` (short and long side in points) smaller. A page without any colour is drawn in grey of ``grey_dots`` per
    inch, if these are given.
    """

    dots: float
    most: int = 0
    most_dots: int = MOST_DOTS
    fit: Sequence[float] | None = None
    grey_dots: float = 0
    numbers: Sequence[int] = ()


class PageScan(NamedTuple):
    """A page as a JPEG: its size in points, in dots, and whether it is grey (else RGB)."""

    size: tuple[float, float]
    across: int
    tall: int
    grey: bool
    jpeg: bytes


def count_pages(data: bytes) -> int:
    """Open every page of a PDF and give their number. Raises Refused."""
    import pypdfium2

    if b"%%EOF" not in data[-_TAIL:]:
        raise Refused("不完整（文件末尾缺失）；请重新扫描或重新下载")
    try:
        with pypdfium2.PdfDocument(data) as opened:
            count = len(opened)
            for number in range(min(count, MOST_PAGES)):
                opened[number].close()
    except pypdfium2.PdfiumError as wrong:
        raise not_opened(wrong, "已损坏，打不开；请重新扫描或重新下载") from wrong
    if not 0 < count <= MOST_PAGES:
        raise Refused(f"有 {count} 页，应为 1 至 {MOST_PAGES} 页；请分成几个文件")
    return count


def draw_pages(data: bytes, wanted: Wanted) -> Iterator[tuple[DrawnPage, int]]:
    """Pages of a PDF, each with the number of pages there are. Raises Refused."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as opened:
            count = len(opened)
            first = range(1, (min(wanted.most, count) if wanted.most else count) + 1)
            for number in wanted.numbers or first:
                if not 0 < number <= count:
                    continue
                page = opened[number - 1]
                width, height = max(page.get_width(), 1.0), max(page.get_height(), 1.0)
                short, long = wanted.fit or (width + height, width + height)
                smaller = min(1.0, short / min(width, height), long / max(width, height))
                most_scale = sqrt(min(wanted.most_dots, MOST_DOTS) / (width * height))
                grey = bool(wanted.grey_dots) and not _has_colour(page, min(smaller * _COARSE / _POINTS, most_scale))
                scale = min(smaller * (wanted.grey_dots if grey else wanted.dots) / _POINTS, most_scale)
                bitmap = page.render(scale=scale, grayscale=grey)
                view: Any = memoryview(bitmap.buffer).cast("B")
                per_inch = scale * _POINTS / smaller
                yield DrawnPage(bitmap.width, bitmap.height, bitmap.stride, view, grey, per_inch), count
                bitmap.close()
                page.close()
    except pypdfium2.PdfiumError as wrong:
        raise Refused("这份 PDF 已损坏，显示不出来。可以用“另存为”存到别处，再用别的程序打开") from wrong


def _has_colour(page: PdfPage, scale: float) -> bool:
    """Whether anything on a page has a colour: a coarse picture shows even a hairline as a tint of its dots."""
    from PIL import ImageChops

    bitmap = page.render(scale=scale)
    blue, green, red = bitmap.to_pil().convert("RGB").split()
    bitmap.close()
    pairs = (ImageChops.difference(blue, green), ImageChops.difference(green, red))
    return any(any(pair.histogram()[_TINT + 1 :]) for pair in pairs)


def opened_pages(data: bytes) -> int:
    """The number of pages of a PDF. Raises Refused."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as opened:
            return len(opened)
    except pypdfium2.PdfiumError as wrong:
        raise not_opened(wrong, "这份 PDF 已损坏，打不开") from wrong


def not_opened(wrong: Exception, damaged: str) -> Refused:
    """The refusal of a PDF that pdfium does not open: a locked one is not called damaged."""
    locked = getattr(wrong, "err_code", None) == _NEEDS_PASSWORD
    return Refused("加了密码，打不开；请用原来的软件去掉密码后另存，再添加" if locked else damaged)


def written_anew(data: bytes) -> tuple[tuple[AttachedPage, ...], bytes]:
    """The pages of a PDF of ours, and the PDF written anew by pdfium. Raises Refused."""
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
        raise not_opened(wrong, "已损坏，未装入") from wrong
    return tuple(leaves), out.getvalue()


def with_pages_under(base: bytes, enclosures: Sequence[tuple[int, bytes, Sequence[AttachedPage]]]) -> bytes:
    """The PDF `base` with the attached pages drawn under its own pages; the same files give the same bytes.

    `enclosures` are the page index (from 0) in `base` at which a file's pages begin, the file, and its pages.
    """
    from pypdf import PdfReader, PdfWriter

    writer, readers = PdfWriter(clone_from=PdfReader(BytesIO(base))), []
    for first, data, leaves in enclosures:
        readers.append(PdfReader(BytesIO(data)))  # kept alive: pypdf identifies readers by id()
        for number, leaf in enumerate(leaves):
            _put_under(writer, writer.pages[first + number], readers[-1].pages[number], leaf)
    writer.pdf_header = _HEADER
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _form(writer: PdfWriter, shown: PageObject, leaf: AttachedPage) -> IndirectObject:
    """The content of a page as a form XObject; fonts shared between pages stay shared."""
    from pypdf.generic import ArrayObject, DecodedStreamObject, FloatObject, NameObject

    contents = shown.get_contents()
    form = DecodedStreamObject()
    form.set_data(_unmarked(contents.get_data()) if contents is not None else b"")
    form[NameObject("/Type")], form[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
    form[NameObject("/BBox")] = ArrayObject(map(FloatObject, leaf.box))
    form[NameObject("/Matrix")] = ArrayObject(map(FloatObject, leaf.matrix))
    for name in ("/Resources", "/Group"):
        if name in shown:
            form[NameObject(name)] = shown[name].clone(writer)
    return writer._add_object(form.flate_encode())


def _unmarked(content: bytes) -> bytes:
    """A page of ours without its marks, which belong to the structure tree of the file that it is taken from."""
    if len(_BEGINS.findall(content)) != len(_ENDS.findall(content)):
        return content  # not of ours
    return _ENDS.sub(b"", _BEGINS.sub(b"", content))


def _put_under(writer: PdfWriter, page: PageObject, shown: PageObject, leaf: AttachedPage) -> None:
    """Draw the attached page below the content of our page."""
    from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject

    resources = DictionaryObject(cast("DictionaryObject", page["/Resources"]))
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/Leaf"): _form(writer, shown, leaf)})
    page[NameObject("/Resources")] = resources
    drawing = DecodedStreamObject()
    drawing.set_data(b"/Figure <</MCID 0>> BDC\nq /Leaf Do Q\nEMC\n")  # the first mark of its page is kept for it
    page[NameObject("/Contents")] = ArrayObject([writer._add_object(drawing), page.raw_get("/Contents")])
