"""Layout of flow charts: boxes in lanes and rows, arrows routed around them at right angles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import cos, pi, sin

from haicang_desk.model.blocks import Align, Arrow, Box, BoxShape, Chart, Face
from haicang_desk.model.typesetting.layout.lines import Line
from haicang_desk.model.typesetting.layout.measures import TypeStyle, add_up, baseline
from haicang_desk.model.typesetting.layout.pages import Item, LayoutContext, items_of
from haicang_desk.model.typesetting.pdf.canvas import Canvas
from haicang_desk.model.typesetting.pdf.structure import figure

_HEAD = 1.8  # of the line height: the height of a lane's heading
_SIDE = 13.5  # points between a box and the edge of its lane: the passage for arrows
_BETWEEN = 11.0  # points between two rows, at least
_WIDEST = 60.0  # and at most
_PHASES_HEAD = "环节"
_PHASE = 22.0  # points: the column in which the phases are named
_PAD = 3.0
_MOST_OF_PAGE, _SMALLEST = 0.9, 7.0  # of the page height; type is reduced for it, but not below so many points
_FROM_BOX = 4.0  # points from a box to the label of an arrow that leaves it sideways
_FROM_EDGE = 6.5  # points from such an arrow to the edge of the lane
_POINT = 4.5  # the length of an arrow's head
_STEP = 3.0  # points between two arrows in the same passage
_LOZENGE = 0.66  # how much of a lozenge's width its text may take

Point = tuple[float, float]
Anchor = tuple[float, float, float]  # of a label: a point on its baseline, and the part of its width left of that point


class ChartItem(Item):
    """A chart of at least the given height in points; `fitted` makes a higher one."""

    grows = True

    def __init__(
        self, chart: Chart, context: LayoutContext, height: float = 0.0, type_: TypeStyle | None = None
    ) -> None:
        style = context.style
        self._chart, self._context = chart, context
        self._type = type_ or replace(style.cell, size=style.note.size, leading=style.note.size * 1.3)
        self._phase = _PHASE if chart.phases else 0.0
        self._lane = (style.width - self._phase) / max(1, len(chart.lanes))
        self._texts = {box.key: self._text(box) for box in chart.boxes}
        self._rows = 1 + max((box.row for box in chart.boxes), default=0)
        self._head = self._type.leading * _HEAD
        tallest = dict.fromkeys(range(self._rows), 0.0)
        for box in chart.boxes:
            tallest[box.row] = max(tallest[box.row], self._needs(box))
        needed = self._head + add_up(tallest.values()) + self._rows * _BETWEEN
        self.height = max(height, needed)
        gap = min(_WIDEST, _BETWEEN + (self.height - needed) / self._rows)
        self.height = needed + (gap - _BETWEEN) * self._rows
        self._gap = gap
        self._tops: list[float] = []
        self._heights = [tallest[row] for row in range(self._rows)]
        down = self._head + gap / 2
        for row in range(self._rows):
            self._tops.append(down)
            down += tallest[row] + gap
        self._used: dict[tuple[str, int], int] = {}
        self._figure = figure(_said(chart))

    def fitted(self, room: float) -> Item:
        """The same chart, `room` points high."""
        return ChartItem(self._chart, self._context, room, self._type)

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw the lanes, then the arrows with their labels, then the boxes."""
        self._used.clear()
        canvas.tag_figure(self._figure, x, top, self._lane * len(self._chart.lanes), self.height)
        bold = replace(self._type, face=Face.HEI)
        self._name_phases(canvas, x, top, bold)
        x += self._phase
        for number, lane in enumerate(self._chart.lanes):
            left = x + number * self._lane
            head = (left, top - self._head, self._lane, self._head)
            canvas.frames([head, (left, top - self.height, self._lane, self.height - self._head)])
            line = self._context.one_line(lane, bold, self._lane, Align.CENTRE)
            canvas.line(line, left, baseline(top, self._head, bold))
        boxes = {box.key: box for box in self._chart.boxes}
        for arrow, place in [(arrow, self._lead(arrow, boxes, canvas, x, top)) for arrow in self._chart.arrows]:
            self._name(arrow, place, canvas)
        for box in self._chart.boxes:
            self._outline(box, canvas, x, top)

    def _name_phases(self, canvas: Canvas, x: float, top: float, type_: TypeStyle) -> None:
        """Draw the column of phases: a box from row to row with the name in it, a character a line."""
        if not self._chart.phases:
            return
        named = [(_PHASES_HEAD, 0.0), (self._chart.phases[0][0], self._head)]
        named += [(name, self._tops[row] - self._gap / 2) for name, row in self._chart.phases[1:]]
        for (name, start), end in zip(named, [*(down for _, down in named[1:]), self.height], strict=True):
            corners = [(x, top - end), (x, top - start), (x + _PHASE, top - start), (x + _PHASE, top - end)]
            canvas.path(corners, close=True, width=0.5)
            parts = [name] if name == _PHASES_HEAD else [*name]
            at = top - (start + end) / 2 + len(parts) * type_.leading / 2
            for part in parts:
                line = self._context.one_line(part, type_, _PHASE, Align.CENTRE)
                canvas.line(line, x, baseline(at, type_.leading, type_))
                at -= type_.leading

    # ---- boxes

    def _text(self, box: Box) -> tuple[Line, ...]:
        width = (self._lane - 2 * _SIDE) * (_LOZENGE if box.shape is BoxShape.CHOICE else 1) - 2 * _PAD
        return self._context.lines(box.text, self._type, max(self._type.size, width), align=Align.CENTRE)

    def _needs(self, box: Box) -> float:
        text = add_up(line.type.leading for line in self._texts[box.key])
        return text * 1.7 + 2 * _PAD if box.shape is BoxShape.CHOICE else text + 2 * _PAD

    def _frame(self, box: Box, x: float, top: float) -> tuple[float, float, float, float]:
        """Left, lower edge, width and height of a box in points."""
        height = self._needs(box)
        upper = top - self._tops[box.row] - (self._heights[box.row] - height) / 2
        return x + box.lane * self._lane + _SIDE, upper - height, self._lane - 2 * _SIDE, height

    def _outline(self, box: Box, canvas: Canvas, x: float, top: float) -> None:
        left, low, width, height = self._frame(box, x, top)
        if box.shape is BoxShape.CHOICE:
            across, up = left + width / 2, low + height / 2
            points = [(left, up), (across, low + height), (left + width, up), (across, low)]
        elif box.shape is BoxShape.END:
            points = _rounded(left, low, width, height, min(height / 2, 12))
        else:
            points = [(left, low), (left, low + height), (left + width, low + height), (left + width, low)]
        canvas.path(points, close=True, fill="1 g")
        text = self._texts[box.key]
        inset = left + (width - self._text_width(box)) / 2
        at = low + height - (height - add_up(line.type.leading for line in text)) / 2
        for line in text:
            canvas.line(line, inset, baseline(at, line.type.leading, line.type))
            at -= line.type.leading

    def _text_width(self, box: Box) -> float:
        width = (self._lane - 2 * _SIDE) * (_LOZENGE if box.shape is BoxShape.CHOICE else 1) - 2 * _PAD
        return max(self._type.size, width)

    # ---- arrows

    def _lead(self, arrow: Arrow, boxes: dict[str, Box], canvas: Canvas, x: float, top: float) -> Anchor:
        """Draw an arrow; returns the position of its label."""
        points, place = self._course(boxes[arrow.source], boxes[arrow.target], x, top)
        canvas.path(points)
        canvas.path(_head(points[-2], points[-1]), close=True, fill="0 g")
        return place

    def _name(self, arrow: Arrow, place: Anchor, canvas: Canvas) -> None:
        """Draw the label of an arrow on a white ground."""
        if arrow.label:
            line = self._context.one_line(arrow.label, self._type)
            x, y = place[0] - line.right * place[2], place[1]
            canvas.whiten(x - 1, y - 0.2 * self._type.size, line.right + 2, self._type.size * 1.1)
            canvas.line(line, x, y)

    def _course(self, source: Box, target: Box, x: float, top: float) -> tuple[list[Point], Anchor]:
        """The corners of an arrow between two boxes, and the position of its label."""
        left, low, width, height = self._frame(source, x, top)
        to_left, to_low, to_width, to_height = self._frame(target, x, top)
        middle, to_middle = left + width / 2, to_left + to_width / 2
        across, to_across = low + height / 2, to_low + to_height / 2
        beneath = (middle + 4, low - self._gap / 2 - 0.36 * self._type.size, 0.0)
        if source.lane == target.lane and target.row == source.row + 1:
            return [(middle, low), (middle, to_low + to_height)], beneath
        if source.row == target.row:
            if target.lane > source.lane:
                return [(left + width, across), (to_left, to_across)], ((left + width + to_left) / 2, across + 4, 0.5)
            return [(left, across), (to_left + to_width, to_across)], ((left + to_left + to_width) / 2, across + 4, 0.5)
        if target.row > source.row and source.lane != target.lane:
            passage = top - self._tops[target.row] + self._gap / 2 + self._shift("row", target.row)
            if target.row == source.row + 1 or not self._blocked(source, target):
                corners = [(middle, low), (middle, passage), (to_middle, passage), (to_middle, to_low + to_height)]
                return corners, beneath
        rightward = target.lane > source.lane or (target.lane == source.lane and target.row > source.row)
        out = left + width if rightward else left
        enter = to_left + to_width if rightward is (source.lane == target.lane) else to_left
        edge = enter + (_SIDE - _FROM_EDGE if enter > to_left else _FROM_EDGE - _SIDE)
        edge += self._shift("side", target.lane * 2 + (enter > to_left))
        corners = [(out, across), (edge, across), (edge, to_across), (enter, to_across)]
        beside = across + 4 if target.row > source.row else across - 12  # on the side the arrow does not turn to
        return corners, (out + (_FROM_BOX if rightward else -_FROM_BOX), beside, 0.0 if rightward else 1.0)

    def _blocked(self, source: Box, target: Box) -> bool:
        """Whether the source's lane has a box between the rows of source and target."""
        return any(box.lane == source.lane and source.row < box.row < target.row for box in self._chart.boxes)

    def _shift(self, kind: str, place: int) -> float:
        """The offset in points that keeps arrows in the same passage apart."""
        count = self._used[kind, place] = self._used.get((kind, place), -1) + 1
        return _STEP * ((count + 1) // 2) * (1 if count % 2 else -1)


def _said(chart: Chart) -> str:
    """What a chart shows, in words: its lanes, its boxes in their order, and where the arrows lead."""
    texts = {box.key: box.text.replace("\n", "") for box in chart.boxes}
    arrows = (
        f"{texts[arrow.source]}→{texts[arrow.target]}{f'（{arrow.label}）' if arrow.label else ''}"
        for arrow in chart.arrows
    )
    return f"流程图。{'、'.join(chart.lanes)}。步骤：{'；'.join(texts.values())}。流向：{'；'.join(arrows)}。"


def _head(before: Point, end: Point) -> list[Point]:
    """The triangle of an arrow's head."""
    (a, b), (x, y) = before, end
    length = max(0.01, ((x - a) ** 2 + (y - b) ** 2) ** 0.5)
    u, v = (x - a) / length, (y - b) / length
    back = (x - u * _POINT, y - v * _POINT)
    half = _POINT * 0.42
    return [end, (back[0] - v * half, back[1] + u * half), (back[0] + v * half, back[1] - u * half)]


def _rounded(left: float, low: float, width: float, height: float, radius: float) -> list[Point]:
    """A rectangle with rounded corners, as a polygon."""
    corners = [
        (left + width - radius, low + height - radius, 0),
        (left + radius, low + height - radius, 90),
        (left + radius, low + radius, 180),
        (left + width - radius, low + radius, 270),
    ]
    return [
        (x + radius * cos((start + step) * pi / 180), y + radius * sin((start + step) * pi / 180))
        for x, y, start in corners
        for step in range(0, 91, 15)
    ]


@items_of.register
def _chart(block: Chart, context: LayoutContext) -> Iterator[Item]:
    drawing = ChartItem(block, context)
    size = context.style.note.size
    while drawing.height > context.style.height * _MOST_OF_PAGE and size > _SMALLEST:
        size -= 0.5
        type_ = replace(context.style.cell, size=size, leading=size * 1.3)
        drawing = ChartItem(block, context, type_=type_)
    yield drawing
