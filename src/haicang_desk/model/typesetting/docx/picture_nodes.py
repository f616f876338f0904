"""Photographs as inline drawings (DrawingML), alone or side by side, each above its caption."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from haicang_desk.model.blocks import Align, Picture, Pictures
from haicang_desk.model.typesetting.docx.block_nodes import DocxContext, nodes_of
from haicang_desk.model.typesetting.docx.nodes import Node, Paragraph, TableCell, TableNode, TableRow
from haicang_desk.model.typesetting.docx.ooxml import NOTHING, Xml, element, quoted_attribute
from haicang_desk.model.typesetting.layout.measures import MM
from haicang_desk.model.typesetting.pdf.photographs import Photograph

EMU = 12_700  # English Metric Units per point, the unit of DrawingML
_BETWEEN = 10.0  # points
_TALLEST = 0.6  # of the height of the type area
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"


@nodes_of.register
def _picture(block: Picture, context: DocxContext) -> Iterator[Node]:
    yield from _shown(block, context.page_style.width, context)


@nodes_of.register
def _pictures(block: Pictures, context: DocxContext) -> Iterator[Node]:
    """A table for each row of photographs; the last one may have fewer, centred."""
    count = max(1, block.columns)
    width = context.page_style.width / count
    for start in range(0, len(block.pictures), count):
        some = block.pictures[start : start + count]
        cells = tuple(
            TableCell(
                paragraphs=tuple(_shown(picture, width - _BETWEEN, context)),
                columns=1,
                width=width,
                vertical_align="bottom",
            )
            for picture in some
        )
        yield TableNode(rows=(TableRow(cells=cells),), widths=[width] * len(some), borders=NOTHING)
        yield context.space()


def _shown(block: Picture, room: float, context: DocxContext) -> Iterator[Paragraph]:
    """A photograph and its caption, at most `room` points wide. Raises Refused for an unreadable picture."""
    width = min(room, block.width * MM)
    photograph = Photograph(block.data, width)
    tallest = block.tallest * MM or context.page_style.height * _TALLEST
    height = min(width * photograph.ratio, tallest)
    context.pictures.append(photograph.jpeg())
    size = (height / photograph.ratio, height)
    shown = _inline(len(context.pictures), next(context.numbers), block.caption, size)
    fmt = replace(context.paragraph_format(), align=Align.CENTRE, leading=-1, keeps=bool(block.caption))
    yield Paragraph(fmt, element("r", shown))
    if block.caption:
        yield from context.paragraphs(block.caption, replace(context.paragraph_format("Note"), align=Align.CENTRE))


def _inline(picture: int, number: int, caption: str, size: tuple[float, float]) -> Xml:
    """A drawing placed in the line like a character; `size` is width and height in points."""
    across, up = (round(length * EMU) for length in size)
    shape = f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{across}" cy="{up}"/></a:xfrm>'
    return element(
        "drawing",
        Xml(
            f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{across}" cy="{up}"/>'
            f'<wp:docPr id="{number}" name="图 {number}" descr={quoted_attribute(caption)}/>'
            f'<a:graphic><a:graphicData uri="{_PICTURE}"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr id="{number}" name="图 {number}"/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="rIdP{picture}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr>{shape}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
            f"</pic:pic></a:graphicData></a:graphic></wp:inline>"
        ),
    )
