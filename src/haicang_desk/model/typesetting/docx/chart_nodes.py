"""Flow charts as editable drawings: every outline drawn for print becomes a shape with its text inside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from haicang_desk.model.blocks import Align, Chart
from haicang_desk.model.typesetting.docx.block_nodes import DocxContext, nodes_of
from haicang_desk.model.typesetting.docx.nodes import Node, Paragraph
from haicang_desk.model.typesetting.docx.ooxml import NOTHING, Xml, element, joined
from haicang_desk.model.typesetting.docx.picture_nodes import EMU
from haicang_desk.model.typesetting.docx.runs import run
from haicang_desk.model.typesetting.docx.styles import run_properties
from haicang_desk.model.typesetting.layout.lines import Line
from haicang_desk.model.typesetting.layout.measures import ASCENT, TypeStyle
from haicang_desk.model.typesetting.layout.pages import items_of
from haicang_desk.model.typesetting.pdf.canvas import Canvas
from haicang_desk.model.typesetting.pdf.fonts import FontResources

_GROUP = "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"
_MOST_OF_PAGE = 0.8  # of the page height: a chart leaves room for a title and notes
_OVER = 6.0  # points of spare width for an arrow's label, since fonts differ

Point = tuple[float, float]


@dataclass(slots=True)
class ShapeOutline:
    """A shape: corners in points from the upper left of the drawing, and the lines of text within it."""

    points: Sequence[Point]
    closed: bool = True
    fill: str = ""
    width: float = 0.5  # line width in points; 0: no line
    is_lane: bool = False
    text: list[Line] = field(default_factory=list)

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        across, down = [x for x, _ in self.points], [y for _, y in self.points]
        return min(across), min(down), max(across), max(down)

    @property
    def is_box(self) -> bool:
        """Whether it is a rectangle."""
        left, top, right, bottom = self.edges
        return self.closed and set(self.points) == {(left, top), (right, top), (right, bottom), (left, bottom)}

    def holds(self, x: float, y: float) -> bool:
        """Whether the point is inside the shape's bounding box."""
        left, top, right, bottom = self.edges
        return self.closed and left <= x <= right and top <= y <= bottom


class ShapeRecorder(Canvas):
    """A canvas that records shapes instead of drawing them."""

    def __init__(self, height: float) -> None:
        super().__init__(FontResources(), height)
        self.outlines: list[ShapeOutline] = []

    def line(self, line: Line, x: float, baseline: float) -> None:
        """Add a line to the last box around it or to a lane's heading; an arrow's label becomes a shape of its own."""
        size = line.type.size
        left, right, top = x + line.left, x + line.right, self.height - baseline - ASCENT * size
        within = [o for o in self.outlines if o.holds((left + right) / 2, top + size / 2) and not o.is_lane]
        if within:
            within[-1].text.append(line)
        else:
            upper = top - (line.type.leading - size) / 2
            frame = _corners(left - _OVER, upper, right - left + 2 * _OVER, line.type.leading)
            self.outlines.append(ShapeOutline(frame, width=0, text=[line]))

    def frames(self, boxes: Iterable[tuple[float, float, float, float]], width: float = 0.5) -> None:
        """Record a lane's heading and the lane itself."""
        for count, (x, y, w, h) in enumerate(boxes):
            corners = _corners(x, self.height - y - h, w, h)
            self.outlines.append(ShapeOutline(corners, width=width, is_lane=count > 0))

    def path(self, points: Iterable[Point], *, close: bool = False, fill: str = "", width: float = 0.8) -> None:
        """Record a box, an arrow or an arrow's head."""
        turned = [(x, self.height - y) for x, y in points]
        self.outlines.append(ShapeOutline(turned, close, {"1 g": "FFFFFF", "0 g": "000000"}.get(fill, ""), width))


def _corners(left: float, top: float, width: float, height: float) -> list[Point]:
    """The corners of a rectangle, clockwise."""
    return [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]


@nodes_of.register
def _chart(block: Chart, context: DocxContext) -> Iterator[Node]:
    (drawing,) = items_of(block, context.layout)
    drawing = drawing.fitted(max(drawing.height, context.page_style.height * _MOST_OF_PAGE))
    recorder = ShapeRecorder(drawing.height)
    drawing.draw(recorder, 0.0, drawing.height)
    shapes = joined(_shape(outline, context) for outline in recorder.outlines)
    fmt = replace(context.paragraph_format(), align=Align.CENTRE, leading=-1)
    yield Paragraph(fmt, element("r", _group(shapes, next(context.numbers), context.page_style.width, drawing.height)))


def _group(shapes: Xml, number: int, width: float, height: float) -> Xml:
    """Shapes as one group drawing, placed in the line like a character."""
    size = f'cx="{round(width * EMU)}" cy="{round(height * EMU)}"'
    place = f'<a:off x="0" y="0"/><a:ext {size}/><a:chOff x="0" y="0"/><a:chExt {size}/>'
    drawing = element(
        "drawing",
        Xml(
            f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
            f'<wp:docPr id="{number}" name="图 {number}"/><a:graphic><a:graphicData uri="{_GROUP}">'
            f"<wpg:wgp><wpg:cNvGrpSpPr/><wpg:grpSpPr><a:xfrm>{place}</a:xfrm></wpg:grpSpPr>{shapes}</wpg:wgp></a:graphicData></a:graphic></wp:inline>"
        ),
    )
    return Xml(f'<mc:AlternateContent><mc:Choice Requires="wpg">{drawing}</mc:Choice></mc:AlternateContent>')


def _shape(outline: ShapeOutline, context: DocxContext) -> Xml:
    """One shape of the group."""
    number = next(context.numbers)
    left, top, right, bottom = outline.edges
    across, down = (max(1, round(length * EMU)) for length in (right - left, bottom - top))
    place = f'<a:off x="{round(left * EMU)}" y="{round(top * EMU)}"/><a:ext cx="{across}" cy="{down}"/>'
    geometry = '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>' if outline.is_box else _drawn(outline, across, down)
    fill = f'<a:solidFill><a:srgbClr val="{outline.fill}"/></a:solidFill>' if outline.fill else "<a:noFill/>"
    rule = '<a:solidFill><a:srgbClr val="000000"/></a:solidFill>' if outline.width else "<a:noFill/>"
    return Xml(
        f'<wps:wsp><wps:cNvPr id="{number}" name="形状 {number}"/><wps:cNvSpPr/><wps:spPr><a:xfrm>{place}</a:xfrm>'
        f'{geometry}{fill}<a:ln w="{round(outline.width * EMU)}">{rule}</a:ln></wps:spPr>{_text(outline.text, context)}'
        f'<wps:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/></wps:wsp>'
    )


def _drawn(outline: ShapeOutline, across: int, down: int) -> str:
    """A custom geometry through the corners, in a coordinate system `across` by `down` EMU."""
    left, top, _, _ = outline.edges
    corners = [f'<a:pt x="{round((x - left) * EMU)}" y="{round((y - top) * EMU)}"/>' for x, y in outline.points]
    drawn = f"<a:moveTo>{corners[0]}</a:moveTo>" + "".join(f"<a:lnTo>{corner}</a:lnTo>" for corner in corners[1:])
    kind, end = ("", "<a:close/>") if outline.closed else (' fill="none"', "")
    path = f'<a:path w="{across}" h="{down}"{kind}>{drawn}{end}</a:path>'
    return f"<a:custGeom><a:pathLst>{path}</a:pathLst></a:custGeom>"


def _text(lines: list[Line], context: DocxContext) -> Xml:
    """The lines of a shape as one centred paragraph."""
    if not lines:
        return NOTHING
    type_: TypeStyle = lines[0].type
    fmt = replace(context.paragraph_format("Cell"), type=type_, align=Align.CENTRE)
    text = run("".join(line.text for line in lines), run_properties(type_, fmt.style.type))
    return Xml(f"<wps:txbx>{element('txbxContent', Paragraph(fmt, text).xml())}</wps:txbx>")
