"""Layout of photographs, alone or side by side, each above its caption."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from haicang_desk.model.blocks import Align, Picture, Pictures
from haicang_desk.model.typesetting.layout.lines import Line
from haicang_desk.model.typesetting.layout.measures import MM, add_up, baseline
from haicang_desk.model.typesetting.layout.pages import Item, LayoutContext, Space, items_of
from haicang_desk.model.typesetting.pdf.canvas import Canvas
from haicang_desk.model.typesetting.pdf.photographs import Photograph
from haicang_desk.model.typesetting.pdf.structure import Element, figure

_BETWEEN = 10.0  # points
_UNDER_ROW = 6.0
_ACROSS_WALL = 2  # photographs seen from two metres
_NEAR = 0.1
_TALLEST = 0.6  # of the type area


class PictureRow(Item):
    """Photographs side by side, centred in the type area. Raises Refused for an unreadable picture."""

    def __init__(self, pictures: Sequence[Picture], places: int, context: LayoutContext, tallest: float = 0) -> None:
        style = context.style
        room = (style.width - (places - 1) * _BETWEEN) / places
        self._cells: list[tuple[Photograph, float, float, tuple[Line, ...]]] = []
        for picture in pictures:
            width = min(room, picture.width * MM)
            photograph = Photograph(picture.data, width)
            tallest = picture.tallest * MM or style.height * _TALLEST
            height = min(width * photograph.ratio, tallest)
            caption = context.lines(picture.caption, style.note, room, align=Align.CENTRE) if picture.caption else ()
            self._cells.append((photograph, height / photograph.ratio, height, caption))
        self._figures = [figure(picture.caption or "照片") for picture in pictures]
        self._captions = [Element("Caption", each) for each in self._figures]
        self._room = room
        self._inset = (style.width - len(pictures) * room - (len(pictures) - 1) * _BETWEEN) / 2
        self.tall = max(height for _, _, height, _ in self._cells)  # of the highest, without captions
        captions = max(add_up(line.type.leading for line in caption) for *_, caption in self._cells)
        self.height = self.tall + captions + 4

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw the photographs on a common lower edge, with their captions below."""
        self.draw_reduced(canvas, x, top, self.tall)

    def draw_reduced(self, canvas: Canvas, x: float, top: float, tall: float) -> None:
        """The same, reduced so that the highest photograph is `tall` points high."""
        by, low = tall / self.tall, top - tall
        x += self._inset
        tags = zip(self._figures, self._captions, strict=True)
        for (photograph, width, height, caption), (shown, said) in zip(self._cells, tags, strict=True):
            left = x + (self._room - width * by) / 2
            canvas.tag_figure(shown, left, low + height * by, width * by, height * by)
            canvas.photograph(photograph, left, low, width * by, height * by)
            canvas.tag(said)
            at = low - 4
            for line in caption:
                canvas.line(line, x, baseline(at, line.type.leading, line.type))
                at -= line.type.leading
            x += self._room + _BETWEEN


class FittedPictures(Item):
    """Photographs in rows, as high as what follows them leaves room for, but at least `least` points each row."""

    grows = True

    def __init__(self, rows: Sequence[PictureRow], least: float, share: float = 0.0) -> None:
        self._rows, self._least = rows, least
        self._talls = [min(row.tall, max(least, row.tall * share)) for row in rows]
        self._fixed = add_up(row.height - row.tall for row in rows) + _UNDER_ROW * (len(rows) - 1)
        self.height = add_up(self._talls) + self._fixed

    def fitted(self, room: float) -> FittedPictures:
        """The same photographs in this room; all rows are reduced alike."""
        whole = add_up(row.tall for row in self._rows)
        return FittedPictures(self._rows, self._least, min(1.0, (room - self._fixed - _NEAR) / whole))

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw the rows one below the other."""
        for row, tall in zip(self._rows, self._talls, strict=True):
            row.draw_reduced(canvas, x, top, tall)
            top -= tall + row.height - row.tall + _UNDER_ROW


@items_of.register
def _picture(block: Picture, context: LayoutContext) -> Iterator[Item]:
    yield Space(6)
    yield PictureRow([block], 1, context)
    yield Space(6)


@items_of.register
def _pictures(block: Pictures, context: LayoutContext) -> Iterator[Item]:
    count = max(1, block.columns)
    if block.least and context.style.enlarged > 1:
        count = min(count, _ACROSS_WALL)
    rows = [
        PictureRow(block.pictures[start : start + count], count, context)
        for start in range(0, len(block.pictures), count)
    ]
    yield Space(_UNDER_ROW)
    if block.least and rows:
        yield FittedPictures(rows, block.least * MM * context.style.enlarged**2)
        yield Space(_UNDER_ROW)
        return
    for row in rows:
        yield row
        yield Space(_UNDER_ROW)
