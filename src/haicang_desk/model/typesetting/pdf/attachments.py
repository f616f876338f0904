"""Attached files between the pages of a dossier: each page of a scan as a picture on a page of ours.

Foreign files are opened and drawn in the limited process (model/foreign). A PDF that this program issued is bound
unchanged: it is PDF/A already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from haicang_desk.model.blocks import Align, PageSetup, PaperKind
from haicang_desk.model.foreign import AttachedPage, PageScan, bound_under, mended_pdf, page_scans_of
from haicang_desk.model.scans import ScanKind, kind_of
from haicang_desk.model.typesetting.layout.measures import MM, add_up
from haicang_desk.model.typesetting.layout.page_style import page_style_of
from haicang_desk.model.typesetting.layout.pages import LayoutContext
from haicang_desk.model.typesetting.pdf.canvas import Canvas
from haicang_desk.model.typesetting.pdf.font_set import FontSet
from haicang_desk.model.typesetting.pdf.photographs import PageImage
from haicang_desk.model.values import Cancelled

_MARGIN, _FOOT = 15 * MM, 12 * MM  # points around a picture, and below it for its name
_A4 = (210 * MM, 297 * MM)
_LONGEST = 3508  # dots of a scan that is a picture: A4 at 300 an inch
_HARDLY = 0.9  # a page that must be made no smaller than this to fit A4 is made so, as one of 8½ × 11 inches
_SAME = 0.04  # by how much the shape of a picture may differ from A4 for it to be a whole page
_CLAIM = b"pdfaid:part"  # what the papers of this program have said of themselves


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file to be bound: pictures of its pages, or a PDF of ours with its pages."""

    title: str
    scans: tuple[PageScan, ...] = ()
    digest: bytes = b""  # SHA-256 of the original file
    data: bytes = b""  # of a PDF of ours
    leaves: tuple[AttachedPage, ...] = ()
    picture: bool = False  # one picture, which has a shape and no size

    @property
    def pages(self) -> int:
        """The number of pages it takes."""
        return len(self.leaves) + len(self.scans)

    @property
    def size(self) -> int:
        """About how many bytes it adds to a file."""
        return len(self.data) + int(add_up(len(scan.jpeg) for scan in self.scans))


def attached_file(title: str, data: bytes, *, ours: bool = False, cancelled: Cancelled | None = None) -> AttachedFile:
    """Prepare a file to be bound; `ours`, a PDF/A of this program, is bound unchanged.

    Raises Refused for a damaged or locked file, LimitMet, ReadingStopped.
    """
    digest, pdf = sha256(data).digest(), kind_of(data) is ScanKind.PDF
    if ours and _CLAIM in data:
        leaves, _ = mended_pdf(data)
        return AttachedFile(title, (), digest, data, leaves)
    scans = tuple(page_scans_of(data, pdf=pdf, longest=_LONGEST, cancelled=cancelled))
    return AttachedFile(title, scans, digest, picture=not pdf)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A scan on its page: the size of the page, and the box of the scan from the lower left. Points."""

    page: tuple[float, float]
    box: tuple[float, float, float, float]
    named: bool = False  # with its name below it


def page_sizes(attached: AttachedFile) -> Iterator[tuple[float, float]]:
    """Width and height in points of each page that it takes."""
    for leaf in attached.leaves:
        yield leaf.size
    for scan in attached.scans:
        yield _placed(scan, attached).page


def _placed(scan: PageScan, attached: AttachedFile) -> _Placed:
    """A page of up to A4 stands on an A4 page in its own size, a larger one is a page of its size.

    A picture is as large as an A4 page where it has its shape, else as large as the margins allow.
    """
    (width, height), (short, long) = scan.size, _A4
    page = (long, short) if width > height else (short, long)
    fit = min(page[0] / width, page[1] / height)
    if attached.picture:
        if abs(height / width * page[0] / page[1] - 1) <= _SAME:
            return _Placed(page, _centred(page, width * fit, height * fit))
        room, tall = page[0] - 2 * _MARGIN, page[1] - 2 * _MARGIN - _FOOT
        fit = min(room / width, tall / height)
        left, low, across, up = _centred((page[0], tall), width * fit, height * fit)
        return _Placed(page, (left, low + _MARGIN + _FOOT, across, up), named=True)
    if fit < _HARDLY:
        return _Placed(scan.size, (0, 0, width, height))
    fit = min(fit, 1)
    return _Placed(page, _centred(page, width * fit, height * fit))


def _centred(page: tuple[float, float], width: float, height: float) -> tuple[float, float, float, float]:
    return (page[0] - width) / 2, (page[1] - height) / 2, width, height


def draw_scan(canvas: Canvas, scan: PageScan, attached: AttachedFile, font_set: FontSet) -> None:
    """Draw a scan on its page, a picture with its name below."""
    placed = _placed(scan, attached)
    left, low, width, height = placed.box
    canvas.photograph(PageImage(scan), left, low, width, height)
    if placed.named:
        context = plain_context(font_set)
        room = placed.page[0] - 2 * _MARGIN
        name = context.one_line(attached.title, context.style.note, room, Align.CENTRE)
        canvas.line(name, _MARGIN, low - _FOOT / 2)


def plain_context(font_set: FontSet) -> LayoutContext:
    """The layout context of the small text on bound pages."""
    return LayoutContext(page_style_of(PageSetup(kind=PaperKind.FORM, title="")), font_set)


def with_attached_pages(base: bytes, enclosures: Sequence[tuple[int, AttachedFile]]) -> bytes:
    """The PDF `base` with pages of ours drawn under its own pages; the same files give the same bytes.

    `enclosures` are pairs of page index (from 0) in `base` and the file whose pages begin there.
    """
    return bound_under(base, [(first, each.data, each.leaves) for first, each in enclosures])
