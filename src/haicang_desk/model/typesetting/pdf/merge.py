"""Papers and attached files bound into one PDF: numbered through from the cover, with a bookmark for every piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from haicang_desk.model.blocks import Align, Paper
from haicang_desk.model.typesetting.layout.page_style import MM
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

_FROM_EDGE = 8 * MM  # the archive's page number stands in the upper right corner (DA/T 22), outside every type area
_ACROSS = 40 * MM
_A4 = (210 * MM, 297 * MM)


@dataclass(frozen=True, slots=True)
class LaidOutPaper:
    """A paper that is laid out, so that its pages are counted and drawn from the same."""

    title: str
    paper: Paper
    context: LayoutContext
    sheets: Pages

    @property
    def pages(self) -> int:
        return len(self.sheets)


VolumePart = LaidOutPaper | AttachedFile


@dataclass(frozen=True, slots=True)
class Volume:
    """What is numbered through: a project's file. Its pieces are named beneath it."""

    title: str
    pieces: tuple[VolumePart, ...]


def lay_out(title: str, paper: Paper) -> LaidOutPaper:
    """A paper made ready to be bound. Raises Unprintable, and Refused for a picture that can't be read."""
    sheets, context = lay_out_pages(paper, bundled_fonts())
    return LaidOutPaper(title, paper, context, sheets)


def write_volumes(volumes: Sequence[Volume], title: str) -> bytes:
    """The volumes as one PDF file, the same bytes for the same pieces."""
    writer = Writer(bundled_fonts())
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
    """On a page that lies as the picture does."""
    width, height = reversed(_A4) if piece.lies else _A4
    draw_picture_page(writer.page(width, height), width, piece, bundled_fonts())


def _number(writer: Writer, first: int) -> None:
    context = plain_context(bundled_fonts())
    for page in range(first, writer.pages):
        canvas, width = writer.drawn(page)
        _stamp(canvas, width, f"第 {page - first + 1} 页", context)


def _stamp(canvas: Canvas, width: float, said: str, context: LayoutContext) -> None:
    across = min(_ACROSS, width / 2)
    line = context.one_line(said, context.style.foot, across, Align.RIGHT)
    edge = min(_FROM_EDGE, width / 20)
    canvas.line(line, width - edge - across, canvas.height - edge - context.style.foot.size)
