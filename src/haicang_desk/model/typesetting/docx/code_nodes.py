"""QR codes as one filled shape (DrawingML), sharp at every size; in the line, or in a corner of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from haicang_desk.model.blocks import Align, PageSetup, PaperKind, QrCode
from haicang_desk.model.typesetting.docx.block_nodes import DocxContext, nodes_of
from haicang_desk.model.typesetting.docx.nodes import Node, Paragraph
from haicang_desk.model.typesetting.docx.ooxml import NOTHING, Xml, element, quoted_attribute
from haicang_desk.model.typesetting.docx.picture_nodes import EMU
from haicang_desk.model.typesetting.layout.measures import MM
from haicang_desk.model.typesetting.layout.qr_codes import CORNER_EDGE, CORNER_SIZE, code_width
from haicang_desk.model.typesetting.pdf.qr import QrSymbol, qr_symbol

_SHAPE = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"


@nodes_of.register
def _code(block: QrCode, context: DocxContext) -> Iterator[Node]:
    yield from code_paragraphs(block, context)


def code_paragraphs(block: QrCode, context: DocxContext) -> Iterator[Paragraph]:
    """A code and its caption at the left edge."""
    symbol = qr_symbol(block.text, block.width * MM)
    width = code_width(block)
    side = round(width * EMU)
    shown = _drawing(
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{side}" cy="{side}"/>',
        "wp:inline", symbol, block.text, next(context.numbers), side,
    )  # fmt: skip
    fmt = replace(context.paragraph_format(), align=Align.LEFT, leading=-1, keeps=bool(block.caption))
    yield Paragraph(fmt, element("r", shown))
    if block.caption:
        note = context.paragraph_format("Footer")
        room = max(0.0, context.page_style.width - width)
        yield from context.paragraphs(block.caption, replace(note, align=Align.CENTRE, right=room))


def corner_code(setup: PageSetup, context: DocxContext) -> Xml:
    """The code of a form, to be put into a footer: it stands in the upper right corner of every page's margin."""
    if not setup.qr or setup.kind is not PaperKind.FORM:
        return NOTHING
    side = round(CORNER_SIZE * EMU)
    left, top = (round(at * EMU) for at in (context.page_style.page_width - CORNER_EDGE - CORNER_SIZE, CORNER_EDGE))
    place = (
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="0" locked="0"'
        ' layoutInCell="0" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{left}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{top}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{side}" cy="{side}"/><wp:wrapNone/>'
    )
    symbol = qr_symbol(setup.qr, CORNER_SIZE, "Q")
    return element("r", _drawing(place, "wp:anchor", symbol, setup.qr, next(context.numbers), side))


def _drawing(place: str, kind: str, symbol: QrSymbol, text: str, number: int, side: int) -> Xml:
    """A drawing of the code, `side` EMU wide and high."""
    path = "".join(
        f'<a:moveTo><a:pt x="{x}" y="{y}"/></a:moveTo><a:lnTo><a:pt x="{x + wide}" y="{y}"/></a:lnTo>'
        f'<a:lnTo><a:pt x="{x + wide}" y="{y + 1}"/></a:lnTo><a:lnTo><a:pt x="{x}" y="{y + 1}"/></a:lnTo><a:close/>'
        for x, y, wide in symbol.runs()
    )
    drawing = element(
        "drawing",
        Xml(
            f'{place}<wp:docPr id="{number}" name="二维码 {number}" descr={quoted_attribute(f"二维码：{text}")}/>'
            f'<a:graphic><a:graphicData uri="{_SHAPE}"><wps:wsp><wps:cNvSpPr/><wps:spPr>'
            f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{side}" cy="{side}"/></a:xfrm>'
            f'<a:custGeom><a:pathLst><a:path w="{symbol.size}" h="{symbol.size}">{path}</a:path></a:pathLst>'
            "</a:custGeom>"
            '<a:solidFill><a:srgbClr val="000000"/></a:solidFill><a:ln><a:noFill/></a:ln></wps:spPr><wps:bodyPr/>'
            f"</wps:wsp></a:graphicData></a:graphic></{kind}>"
        ),
    )
    return Xml(f'<mc:AlternateContent><mc:Choice Requires="wps">{drawing}</mc:Choice></mc:AlternateContent>')
