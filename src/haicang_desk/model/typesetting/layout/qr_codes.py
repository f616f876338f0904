"""Layout of QR codes: in the corner of a form's pages, as a strip of its own, beside a signature."""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.blocks import Align, PageSetup, PaperKind, QrCode
from haicang_desk.model.typesetting.layout.lines import Line
from haicang_desk.model.typesetting.layout.measures import MM, add_up, baseline
from haicang_desk.model.typesetting.layout.page_style import PageStyle
from haicang_desk.model.typesetting.layout.pages import Item, LayoutContext, Space, items_of
from haicang_desk.model.typesetting.pdf.canvas import Canvas
from haicang_desk.model.typesetting.pdf.qr import SMALLEST_MODULE, qr_symbol
from haicang_desk.model.typesetting.pdf.structure import Element, figure

CORNER_SIZE = 14 * MM  # with its quiet zone, within the 20 mm of a form's margins
CORNER_EDGE = 5 * MM  # from the paper's edges, where every printer prints


def code_width(block: QrCode) -> float:
    """The width in points of a code with its quiet zone: as asked for, or more where its modules would be too small."""
    return max(block.width * MM, qr_symbol(block.text, block.width * MM).size * SMALLEST_MODULE)


class CodeItem(Item):
    """A QR code at the left edge, `width` points wide with its quiet zone, above its caption."""

    def __init__(self, block: QrCode, context: LayoutContext) -> None:
        self.symbol = qr_symbol(block.text, block.width * MM)
        self.figure = code_figure(block.text)
        self.said = Element("Caption", self.figure)
        self.width = code_width(block) * context.style.enlarged
        type_ = context.style.foot
        self.caption: tuple[Line, ...] = ()
        if block.caption:
            self.caption = context.lines(block.caption, type_, self.width, align=Align.CENTRE)
        self.height = self.width + add_up(line.type.leading for line in self.caption)

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw the code with its caption below."""
        canvas.tag_figure(self.figure, x, top, self.width, self.width)
        canvas.code(self.symbol, x, top, self.width)
        canvas.tag(self.said)
        at = top - self.width
        for line in self.caption:
            canvas.line(line, x, baseline(at, line.type.leading, line.type))
            at -= line.type.leading


@items_of.register
def _code(block: QrCode, context: LayoutContext) -> Iterator[Item]:
    yield CodeItem(block, context)
    yield Space(context.style.pad[1])


def code_figure(text: str) -> Element:
    """The structure element of a code, an artifact where it is drawn again."""
    return figure(f"二维码：{text}", once=True)


def corner_figure(setup: PageSetup) -> Element:
    """The structure element of a form's code, which does not join the tree by itself."""
    element = code_figure(setup.qr)
    element.attached = True
    return element


def draw_corner_code(canvas: Canvas, setup: PageSetup, style: PageStyle, element: Element) -> None:
    """Draw the code of a form in the upper right corner of the margin, outside the type area."""
    if not setup.qr or setup.kind is not PaperKind.FORM:
        return
    symbol = qr_symbol(setup.qr, CORNER_SIZE, "Q")
    left, top = style.page_width - CORNER_EDGE - CORNER_SIZE, style.page_height - CORNER_EDGE
    canvas.tag_figure(element, left, top, CORNER_SIZE, CORNER_SIZE)
    canvas.code(symbol, left, top, CORNER_SIZE)
