"""Attached files between the pages of a dossier: PDF pages in their own size, each picture on an A4 page.

Foreign files are opened, mended and bound in the limited process (model/foreign).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from haicang_desk.model.blocks import Align, PageSetup, PaperKind
from haicang_desk.model.foreign import AttachedPage, bound_under, mended_pdf
from haicang_desk.model.scans import ScanKind, kind_of
from haicang_desk.model.typesetting.layout.measures import MM
from haicang_desk.model.typesetting.layout.page_style import page_style_of
from haicang_desk.model.typesetting.layout.pages import LayoutContext
from haicang_desk.model.typesetting.pdf.canvas import Canvas
from haicang_desk.model.typesetting.pdf.font_set import FontSet
from haicang_desk.model.typesetting.pdf.photographs import Photograph

_MARGIN, _FOOT = 15 * MM, 12 * MM  # points around a picture, and below it for its name


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
        leaves, anew = mended_pdf(data, ours=ours)
        return AttachedFile(title, data if ours else anew, sha256(data).digest(), leaves, ours=ours)
    return AttachedFile(title, data, sha256(data).digest(), lies=Photograph(data, 1).ratio < 1)


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
    return bound_under(base, [(first, each.data, each.leaves) for first, each in enclosures])
