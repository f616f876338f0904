"""Layout of photographs, alone or side by side, each above its caption."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from haicang_desk.model.blocks import Align, Picture, Pictures
from haicang_desk.model.typesetting.layout.lines import Line
from haicang_desk.model.typesetting.layout.measures import MM, add_up, baseline
from haicang_desk.model.typesetting.layout.pages import Item, LayoutContext, Space, items_of
from haicang_desk.model.typesetting.pdf.canvas import Canvas
from haicang_desk.model.typesetting.pdf.photographs import Photograph

_BETWEEN = 10.0  # points
_TALLEST = 0.6  # of the type area


class PictureRow(Item):
    """Photographs side by side, centred in the type area. Raises Refused for an unreadable picture."""

    def __init__(self, pictures: Sequence[Picture], places: int, context: LayoutContext) -> None:
        style = context.style
        room = (style.width - (places - 1) * _BETWEEN) / places
        self._cells: list[tuple[Photograph, float, float, tuple[Line, ...]]] = []
        for picture in pictures:
            width = min(room, picture.width * MM)
            photograph = Photograph(picture.data, width)
            tallest = style.height * _TALLEST
            height = min(width * photograph.ratio, tallest)
            caption = context.lines(picture.caption, style.note, room, align=Align.CENTRE) if picture.caption else ()
            self._cells.append((photograph, height / photograph.ratio, height, caption))
        self._room = room
        self._inset = (style.width - len(pictures) * room - (len(pictures) - 1) * _BETWEEN) / 2
        self._tall = max(height for _, _, height, _ in self._cells)
        captions = max(add_up(line.type.leading for line in caption) for *_, caption in self._cells)
        self.height = self._tall + captions + 4

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw the photographs on a common lower edge, with their captions below."""
        x += self._inset
        for photograph, width, height, caption in self._cells:
            low = top - self._tall
            canvas.photograph(photograph, x + (self._room - width) / 2, low, width, height)
            at = low - 4
            for line in caption:
                canvas.line(line, x, baseline(at, line.type.leading, line.type))
                at -= line.type.leading
            x += self._room + _BETWEEN


@items_of.register
def _picture(block: Picture, context: LayoutContext) -> Iterator[Item]:
    yield Space(6)
    yield PictureRow([block], 1, context)
    yield Space(6)


@items_of.register
def _pictures(block: Pictures, context: LayoutContext) -> Iterator[Item]:
    count = max(1, block.columns)
    yield Space(6)
    for start in range(0, len(block.pictures), count):
        yield PictureRow(block.pictures[start : start + count], count, context)
        yield Space(6)
