"""The step bar: eight points on a thin line, how far a project has come, and what each stage took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from haicang_desk.model.records import Stage
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.icons import draw_icon

TRACK = (
    Stage.DRAFT,
    Stage.SUBMITTED,
    Stage.APPROVED,
    Stage.LODGED,
    Stage.APPOINTED,
    Stage.UNDERWAY,
    Stage.COMPLETED,
    Stage.CLOSED,
)
ASIDE = {  # stages beside the road, and the place on it they hang on
    Stage.SENT_BACK: Stage.SUBMITTED,
    Stage.WITHDRAWN: Stage.SUBMITTED,
    Stage.REJECTED: Stage.SUBMITTED,
    Stage.TERMINATED: Stage.CLOSED,
}
STOPPED = {Stage.SENT_BACK: "exception", Stage.WITHDRAWN: "warn", Stage.REJECTED: "block", Stage.TERMINATED: "block"}


@dataclass(frozen=True, slots=True)
class StageStory:
    """What one stage took: the day it was reached, and the steps taken in it, each with its day or None."""

    since: date | None = None
    steps: Sequence[tuple[str, date | None]] = ()


class StageTrack(QWidget):
    """The stages as points on a line. A click, or Enter after ← →, tells what the stage took."""

    asked = Signal(object)  # a Stage

    def __init__(self) -> None:
        super().__init__()
        self._stage = Stage.DRAFT
        self._stories: Mapping[Stage, StageStory] = {}
        self._here = 0  # the point that the keyboard is on
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_track(self, stage: Stage, stories: Mapping[Stage, StageStory]) -> None:
        """Show how far a project is and what each stage took."""
        self._stage, self._stories = stage, stories
        self._here = self.place
        self.setAccessibleName(f"办理阶段：{stage.label}")
        self.setAccessibleDescription("；".join(filter(None, map(self._said, TRACK))))
        self.update()

    @property
    def place(self) -> int:
        """The number of the point at which the project stands."""
        return TRACK.index(ASIDE.get(self._stage, self._stage))

    def _said(self, stage: Stage) -> str:
        story = self._stories.get(stage)
        return f"{stage.label} {story.since.isoformat()}" if story and story.since else ""

    def sizeHint(self) -> QSize:
        """The size the widget would like to have."""
        return QSize(em(self, 32), em(self, 2.9))

    def minimumSizeHint(self) -> QSize:
        """The smallest size that can be read."""
        return QSize(em(self, 20), em(self, 2.9))

    # drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line, the points and their names."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_line(painter)
        for number in range(len(TRACK)):
            self._draw_point(painter, number)
        painter.end()

    def _centre(self, number: int) -> QPointF:
        return QPointF(self.width() / len(TRACK) * (number + 0.5), em(self, 0.7))

    def _draw_line(self, painter: QPainter) -> None:
        thick = max(2.0, em(self, 0.16))
        first, last, here = self._centre(0), self._centre(len(TRACK) - 1), self._centre(self.place)
        painter.setPen(QPen(theme.colour("track"), thick))
        painter.drawLine(first, last)
        half = QPointF(self.width() / len(TRACK) / 2, 0)
        painter.setPen(QPen(theme.colour("accent"), thick))
        painter.drawLine(first, here if self._stage is TRACK[-1] or self._stage in STOPPED else here + half)

    def _draw_point(self, painter: QPainter, number: int) -> None:
        at, place, radius = self._centre(number), self.place, em(self, 0.5)
        here, passed = number == place, number < place
        level = STOPPED.get(self._stage, "") if here else ""
        ink = theme.level_colour(level) if level else theme.colour("accent" if here or passed else "line_strong")
        if self.hasFocus() and number == self._here:
            painter.setPen(QPen(theme.colour("accent"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, radius + 3, radius + 3)
        painter.setPen(QPen(ink, max(1.5, em(self, 0.12))))
        painter.setBrush(ink if here or passed else theme.colour("raised"))
        painter.drawEllipse(at, radius, radius)
        if passed:
            side = radius * 1.4
            draw_icon(painter, QRectF(at.x() - side / 2, at.y() - side / 2, side, side), "check", "on_accent")
        font = self.font()
        font.setBold(here)
        painter.setFont(font)
        painter.setPen(theme.level_colour(level) if level else theme.colour("text" if here else "muted"))
        wide = self.width() / len(TRACK)
        box = QRectF(at.x() - wide / 2, em(self, 1.35), wide, em(self, 1.5))
        label = self._stage.label if here else TRACK[number].label
        fitting = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, round(wide) - 4)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, fitting)

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew with other type or colours."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.updateGeometry()
            self.update()

    # asking

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell what the stage under the pointer took."""
        number = int(event.position().x() / self.width() * len(TRACK))
        self.tell(min(max(number, 0), len(TRACK) - 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from point to point with ← →; Enter and the space bar tell what it took."""
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if by is not None:
            self._here = min(max(self._here + by, 0), len(TRACK) - 1)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.tell(self._here)
        else:
            super().keyPressEvent(event)

    def tell(self, number: int) -> None:
        """Open a small sheet under a point: since when, how long, and the steps taken there."""
        stage = TRACK[number]
        self._here = number
        self.update()
        shown = self._stage if number == self.place else stage
        sheet = StorySheet(self, shown, self._stories.get(stage, StageStory()), self._next_day(number))
        sheet.adjustSize()
        at = self.mapToGlobal(QPoint(round(self._centre(number).x() - sheet.width() / 2), self.height()))
        room = self.screen().availableGeometry()
        sheet.move(min(max(at.x(), room.left()), room.right() - sheet.width()), at.y())
        sheet.show()
        self.asked.emit(stage)

    def _next_day(self, number: int) -> date | None:
        later = (self._stories.get(stage) for stage in TRACK[number + 1 :])
        return next((story.since for story in later if story and story.since), None)


class StorySheet(QFrame):
    """A small sheet that tells what one stage took; a click beside it or Esc closes it."""

    def __init__(self, parent: QWidget, stage: Stage, story: StageStory, until: date | None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        set_role(self, "card")
        self.setAccessibleName(f"{stage.label}的经过")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(em(self, 1), em(self, 0.8), em(self, 1), em(self, 0.9))
        title = QLabel(stage.label)
        set_role(title, "heading")
        layout.addWidget(title)
        when = QLabel(_span(story.since, until))
        set_role(when, "muted")
        layout.addWidget(when)
        grid = QGridLayout()
        grid.setHorizontalSpacing(em(self, 1.6))
        for row, (label, day) in enumerate(story.steps):
            name, on = QLabel(label), QLabel(_day(day) if day else "还没有办")
            set_role(on, "muted")
            grid.addWidget(name, row, 0)
            grid.addWidget(on, row, 1)
        layout.addLayout(grid)

    def texts(self) -> list[str]:
        """All that the sheet says."""
        return [label.text() for label in self.findChildren(QLabel)]


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _span(since: date | None, until: date | None) -> str:
    if since is None:
        return "还没有到这一步" if until is None else f"至 {_day(until)}"
    if until is None:
        return f"{_day(since)}起"
    days = (until - since).days
    return f"{_day(since)}起，历时 {days} 天" if days else f"{_day(since)}，当天办到下一步"
