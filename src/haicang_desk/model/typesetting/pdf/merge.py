"""Binds papers and attached files into one PDF, with continuous page numbers and a bookmark for each part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from haicang_desk.model.blocks import Align, Paper
from haicang_desk.model.typesetting.layout.measures import MM
from haicang_desk.model.typesetting.layout.page_faults import PageFault
from haicang_desk.model.typesetting.layout.pages import LayoutContext
from haicang_desk.model.typesetting.pdf.attachments import (
    AttachedFile,
    draw_picture_page,
    plain_context,
    with_attached_pages,
)
from haicang_desk.model.typesetting.pdf.canvas import Canvas
from haicang_desk.model.typesetting.pdf.font_set import bundled_fonts
from haicang_desk.model.typesetting.pdf.writer import Pages, Writer, lay_out_pages

_FROM_EDGE = 8 * MM  # the archive's page number (DA/T 22) is in the upper right corner, outside every type area
_ACROSS = 40 * MM
_A4 = (210 * MM, 297 * MM)


@dataclass(frozen=True, slots=True)
class LaidOutPaper:
    """A paper with its finished layout, from which pages are counted and drawn."""

    title: str
    paper: Paper
    context: LayoutContext
    sheets: Pages

    @property
    def pages(self) -> int:
        """The number of pages it takes."""
        return len(self.sheets)


VolumePart = LaidOutPaper | AttachedFile


@dataclass(frozen=True, slots=True)
class Volume:
    """A project's file, numbered continuously; in the bookmarks its parts are listed below its title."""

    title: str
    pieces: tuple[VolumePart, ...]


def lay_out(title: str, paper: Paper) -> LaidOutPaper:
    """Lay out a paper to be bound. Raises Unprintable, and Refused for an unreadable picture."""
    sheets, context = lay_out_pages(paper, bundled_fonts())
    return LaidOutPaper(title, paper, context, sheets)


def write_volumes(volumes: Sequence[Volume], title: str, *, faults: list[PageFault] | None = None) -> bytes:
    """Write volumes as one PDF file; the same parts give the same bytes. `faults`: see write_batch."""
    writer = Writer(bundled_fonts(), faults)
    leaves: list[tuple[int, AttachedFile]] = []
    for volume in volumes:
        first = writer.pages
        writer.bookmark(volume.title)
        for piece in volume.pieces:
            writer.bookmark(piece.title, 1)
            if isinstance(piece, LaidOutPaper):
                writer.draw(piece.paper, (piece.sheets, piece.context))
            elif piece.leaves:
                leaves.append((writer.pages, piece))
                for leaf in piece.leaves:
                    writer.page(*leaf.size)
            else:
                _picture(writer, piece)
        _number(writer, first)
    ours = all(piece.ours for _, piece in leaves)
    base = writer.file(title, [piece.digest for _, piece in leaves], ours=ours)
    return with_attached_pages(base, leaves) if leaves else base


def _picture(writer: Writer, piece: AttachedFile) -> None:
    """Add an A4 page with a picture, landscape for a wide one."""
    width, height = reversed(_A4) if piece.lies else _A4
    draw_picture_page(writer.page(width, height), width, piece, bundled_fonts())


def _number(writer: Writer, first: int) -> None:
    """Draw the archive's page numbers on the pages from `first` (from 0) on."""
    context = plain_context(bundled_fonts())
    for page in range(first, writer.pages):
        canvas, width = writer.drawn(page)
        canvas.tag(None)
        _stamp(canvas, width, f"第 {page - first + 1} 页", context)


def _stamp(canvas: Canvas, width: float, text: str, context: LayoutContext) -> None:
    """Draw a text in the upper right corner, left of a QR code there."""
    across = min(_ACROSS, width / 2)
    line = context.one_line(text, context.style.foot, across, Align.RIGHT)
    edge = min(_FROM_EDGE, width / 20)
    canvas.line(line, width - max(edge, canvas.corner) - across, canvas.height - edge - context.style.foot.size)
