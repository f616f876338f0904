"""Small drawn parts of a side panel: a table of figures, facts, and how far a project has come."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em

ROW = 2.3  # height of a line, in characters
LINES_OF_FACT = 1.75


class FiguresTable(QWidget):
    """A heading, rows of figures and a sum, drawn: a label in front, figures right-aligned behind it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._heads: Sequence[str] = ()
        self._rows: Sequence[Sequence[str]] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_figures(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show rows under their headings; the last row is the sum."""
        self._heads, self._rows = heads, rows
        told = "；".join("，".join(f"{h} {f}" for h, f in zip(heads[1:], row[1:], strict=True)) for row in rows[-1:])
        self.setAccessibleName(f"{self._name}：合计 {told}")
        self.updateGeometry()
        self.update()

    def texts(self) -> list[tuple[str, ...]]:
        """The rows shown."""
        return [tuple(row) for row in self._rows]

    def _natural(self) -> list[int]:
        """The width that each column of figures needs."""
        strong = QFont(self.font())
        strong.setWeight(QFont.Weight.Bold)
        wide = QFontMetrics(strong).horizontalAdvance
        return [max(map(wide, column)) for column in zip(self._heads, *self._rows, strict=True)][1:]

    def sizeHint(self) -> QSize:
        """As tall as its rows."""
        return QSize(em(self, 18), round(em(self, ROW) * (len(self._rows) + 1)))

    def minimumSizeHint(self) -> QSize:
        """Wide enough for every figure."""
        figures = sum(self._natural()) + em(self, 1) * len(self._heads) if self._heads else 0
        return QSize(figures + em(self, 4), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the table."""
        if not self._heads:
            return
        painter = QPainter(self)
        tall, pad, natural = em(self, ROW), em(self, 0.4), self._natural()
        share = max((self.width() - em(self, 5) - sum(natural)) // max(len(natural), 1), em(self, 0.8))
        share = min(share, em(self, 3))
        strong = QFont(self.font())
        strong.setWeight(QFont.Weight.Bold)
        line, muted, text = theme.colour("line"), theme.colour("muted"), theme.colour("text")
        for number, row in enumerate((self._heads, *self._rows)):
            top = number * tall
            last = number == len(self._rows) and number > 1
            painter.setFont(strong if last else self.font())
            painter.setPen(muted if number == 0 else text)
            right = self.width() - pad
            for figure, wide in zip(reversed(row[1:]), reversed(natural), strict=True):
                box = QRectF(right - wide, top, wide, tall)
                if number and figure == "–":
                    painter.setPen(muted)
                painter.drawText(box, theme.RIGHT, figure)
                painter.setPen(muted if number == 0 else text)
                right -= wide + share
            label = painter.fontMetrics().elidedText(row[0], Qt.TextElideMode.ElideRight, int(right - pad))
            painter.drawText(QRectF(pad, top, right - pad, tall), theme.LEFT, label)
            painter.fillRect(QRectF(0, top + tall - 1, self.width(), 1), line)


class Facts(QWidget):
    """Names and what they are, one to a line: the name muted at the left, the fact at the right."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._facts: Sequence[tuple[str, str]] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show these facts; those without a value are left out."""
        self._facts = [(name, value) for name, value in facts if value]
        self.setAccessibleName(f"{self._name}：" + "；".join(f"{name} {value}" for name, value in self._facts))
        self.setToolTip("\n".join(f"{name}：{value}" for name, value in self._facts))
        self.updateGeometry()
        self.update()

    def texts(self) -> dict[str, str]:
        """The facts shown."""
        return dict(self._facts)

    def sizeHint(self) -> QSize:
        """As tall as its lines."""
        return QSize(em(self, 14), round(em(self, LINES_OF_FACT) * len(self._facts)))

    def minimumSizeHint(self) -> QSize:
        """The smallest size that can be read."""
        return QSize(em(self, 8), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines."""
        painter = QPainter(self)
        tall, metrics = em(self, LINES_OF_FACT), self.fontMetrics()
        pad = em(self, 0.4)
        for number, (name, value) in enumerate(self._facts):
            wide = metrics.horizontalAdvance(name) + em(self, 1)
            box = QRectF(pad, number * tall, self.width() - 2 * pad, tall)
            painter.setPen(theme.colour("muted"))
            painter.drawText(box, theme.LEFT, name)
            painter.setPen(theme.colour("text"))
            shown = metrics.elidedText(value, Qt.TextElideMode.ElideRight, max(int(box.width() - wide), 0))
            painter.drawText(box, theme.RIGHT, shown)


class StepsBar(QWidget):
    """How many of the stages are behind a project, as a row of short bars."""

    def __init__(self) -> None:
        super().__init__()
        self._done, self._all, self._level = 0, 1, "info"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_steps(self, done: int, whole: int, level: str, told: str) -> None:
        """Show ``done`` of ``whole`` bars filled in the colour of a level; ``told`` says it in words."""
        self._done, self._all, self._level = done, max(whole, 1), level
        self.setAccessibleName(told)
        self.setToolTip(told)
        self.update()

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(em(self, 12), max(em(self, 0.36), 4))

    def minimumSizeHint(self) -> QSize:
        """The smallest size that can be read."""
        return QSize(em(self, 4), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        gap, radius = max(em(self, 0.25), 2), self.height() / 2
        wide = (self.width() - gap * (self._all - 1)) / self._all
        for number in range(self._all):
            painter.setBrush(theme.level_colour(self._level) if number < self._done else theme.colour("track"))
            painter.drawRoundedRect(QRectF(number * (wide + gap), 0, wide, self.height()), radius, radius)
