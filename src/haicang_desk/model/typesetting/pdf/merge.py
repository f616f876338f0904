"""Binds papers and attached files into one PDF, with continuous page numbers and a bookmark for each part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from haicang_desk.model.blocks import Align, Paper
from haicang_desk.model.typesetting.layout.measures import MM, add_up
from haicang_desk.model.typesetting.layout.page_faults import PageFault
from haicang_desk.model.typesetting.layout.pages import LayoutContext
from haicang_desk.model.typesetting.pdf.attachments import (
    AttachedFile,
    draw_scan,
    page_sizes,
    plain_context,
    with_attached_pages,
)
from haicang_desk.model.typesetting.pdf.canvas import Canvas
from haicang_desk.model.typesetting.pdf.font_set import bundled_fonts
from haicang_desk.model.typesetting.pdf.writer import Pages, Writer, lay_out_pages
from haicang_desk.model.values import Refused

_FROM_EDGE, _FROM_FOOT = 10 * MM, 8 * MM  # of the page number, which stands outside every type area
_ACROSS = 40 * MM
_AROUND = 1.5  # points of white around a page number on a scan, which may be dark there
_MOST = 512 * 2**20  # bytes of scans in one file, which is held in memory several times


@dataclass(frozen=True, slots=True)
class LaidOutPaper:
    """A paper with its finished layout, from which pages are counted and drawn."""

    title: str
    paper: Paper
    context: LayoutContext
    sheets: Pages
    counted: bool = True  # cover, catalogue and 备考表 have no page number

    @property
    def pages(self) -> int:
        """The number of pages it takes."""
        return len(self.sheets)


VolumePart = LaidOutPaper | AttachedFile


@dataclass(frozen=True, slots=True)
class Volume:
    """A project's file; in the bookmarks its parts are listed below its title.

    Its counted pages are numbered from 1 on, in the lower outer corner: on odd pages at the right, on even ones at the
    left (GB/T 11822—2008 §7.1.2).
    """

    title: str
    pieces: tuple[VolumePart, ...]


def lay_out(title: str, paper: Paper, *, counted: bool = True) -> LaidOutPaper:
    """Lay out a paper to be bound. Raises Unprintable, and Refused for an unreadable picture."""
    sheets, context = lay_out_pages(paper, bundled_fonts())
    return LaidOutPaper(title, paper, context, sheets, counted)


def write_volumes(volumes: Sequence[Volume], title: str, *, faults: list[PageFault] | None = None) -> bytes:
    """Write volumes as one PDF/A file; the same parts give the same bytes. Raises Refused where it would be too large
    for memory. `faults`: see write_batch."""
    files = [piece for volume in volumes for piece in volume.pieces if isinstance(piece, AttachedFile)]
    if add_up(piece.size for piece in files) > _MOST:
        raise Refused(f"扫描件合计超过 {_MOST // 2**20} MB，一个文件装不下；请少选几个项目，分批办理")
    writer = Writer(bundled_fonts(), faults)
    leaves: list[tuple[int, AttachedFile]] = []
    for volume in volumes:
        writer.bookmark(volume.title)
        number = 1
        for piece in volume.pieces:
            writer.bookmark(piece.title, 1)
            first = writer.pages
            if isinstance(piece, LaidOutPaper):
                writer.draw(piece.paper, (piece.sheets, piece.context))
            else:
                _add_pages(writer, piece)
                if piece.leaves:
                    leaves.append((first, piece))
            if isinstance(piece, AttachedFile) or piece.counted:
                _number(writer, first, number, white=isinstance(piece, AttachedFile) and bool(piece.scans))
                number += writer.pages - first
    base = writer.file(title, [piece.digest for piece in files])
    return with_attached_pages(base, leaves) if leaves else base


def _add_pages(writer: Writer, piece: AttachedFile) -> None:
    """Add the pages of an attached file; those of a PDF of ours are blank until it is put under them."""
    canvases = [writer.page(*size, scan=bool(piece.scans)) for size in page_sizes(piece)]
    for canvas, scan in zip(canvases[len(piece.leaves) :], piece.scans, strict=True):
        draw_scan(canvas, scan, piece, bundled_fonts())


def _number(writer: Writer, first: int, number: int, *, white: bool) -> None:
    """Draw the page numbers of the pages from `first` (from 0) on, `white`: on white."""
    context = plain_context(bundled_fonts())
    for page in range(first, writer.pages):
        canvas, width = writer.drawn(page)
        canvas.tag(None)
        _stamp(canvas, width, number + page - first, context, white=white)


def _stamp(canvas: Canvas, width: float, number: int, context: LayoutContext, *, white: bool) -> None:
    """Draw a page number in the lower outer corner."""
    right = bool(number % 2)
    across, style = min(_ACROSS, width / 3), context.style.below
    line = context.one_line(str(number), style, across, Align.RIGHT if right else Align.LEFT)
    edge, foot = min(_FROM_EDGE, width / 20), min(_FROM_FOOT, canvas.height / 20)
    left = width - edge - across if right else edge
    if white:
        digits = line.pieces[0].x if line.pieces else 0.0
        size = line.right - digits + 2 * _AROUND
        canvas.whiten(left + digits - _AROUND, foot - 2 * _AROUND, size, style.size + 2 * _AROUND)
    canvas.line(line, left, foot)
