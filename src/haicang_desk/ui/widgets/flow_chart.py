"""The workflow chart of one project: who takes which step, what is done, and what is open now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Stage
from haicang_desk.model.workflow import LANES, Step
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.findings_list import finding_text

LANE_NAMES = ("村居", "街道", "区")
ROW = 4  # characters on one line of a box

Barred = Mapping[str, Sequence[Finding]]  # of every step open now, what bars it today


class FlowChart(QWidget):
    """Steps from left to right, each in the lane of who takes it. A step open now can be clicked."""

    chosen = Signal(str)  # the name of a step

    def __init__(self) -> None:
        super().__init__()
        self._summary = QLabel()
        self._summary.setWordWrap(True)
        self._lanes = _Lanes()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self._lanes)
        area.setAccessibleName("流程图")
        legend = QLabel(
            "浅蓝的已办，深蓝的现在可以办，虚线的现在还差条件（指针停在上面看差什么），灰的还没到。点一步就办理它。"
        )
        legend.setWordWrap(True)
        set_role(legend, "small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(self._summary)
        layout.addWidget(area, 1)
        layout.addWidget(legend)

    def show_way(self, stage: Stage, way: Sequence[tuple[Step, date | None]], barred: Barred) -> None:
        """``barred`` names every step open now, with what bars it."""
        ahead = [step for step, taken in way if taken is None and step.name in barred]
        open_steps = "；".join(f"{step.label}（{step.role.label}办理）" for step in ahead)
        self._summary.setText(
            f"现在：{stage.label}。" + (f"接下来：{open_steps}。" if open_steps else "流程上没有待办的步骤。")
        )
        self._lanes.clear()
        for step, taken in way:
            box = _box(step, taken, barred.get(step.name))
            box.clicked.connect(lambda _=False, name=step.name: self.chosen.emit(name))
            self._lanes.add(box, LANES[step.role])


def _box(step: Step, taken: date | None, bars: Sequence[Finding] | None) -> QPushButton:
    label = step.label.partition("（")[0]
    lines = [label[start : start + ROW] for start in range(0, len(label), ROW)]
    box = QPushButton("\n".join([*lines, f"{taken:%m-%d}"] if taken else lines))
    box.setObjectName(f"chart_{step.name}")
    box.setAccessibleName(f"{step.label}，{_state(taken, bars)}")
    why = "".join(f"\n{finding_text(found)}" for found in bars or ())
    when = f"\n最近一次：{taken.isoformat()}" if taken else ""
    box.setToolTip(f"{step.label}　{step.role.label}办理\n{_state(taken, bars)}{when}{why}")
    box.setEnabled(bars is not None)
    set_role(box, "done" if taken else "ahead" if bars is None else "barred" if bars else "primary")
    return box


def _state(taken: date | None, bars: Sequence[Finding] | None) -> str:
    if taken:
        return "已办" if bars is None else "已办，可以再办"
    if bars is None:
        return "还没到"
    return f"现在还差 {len(bars)} 项" if bars else "现在可以办"


class _Lanes(QWidget):
    """Boxes in a grid, joined by lines in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self._boxes: list[QPushButton] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(em(self, 1.6))
        self._grid.setHorizontalSpacing(4)
        for row, name in enumerate(LANE_NAMES):
            label = QLabel(name)
            set_role(label, "heading")
            self._grid.addWidget(label, row, 0)
            self._grid.setRowMinimumHeight(row, em(self, 5.5))
        self._grid.setRowStretch(len(LANE_NAMES), 1)

    def clear(self) -> None:
        """Remove all boxes."""
        for box in self._boxes:
            self._grid.removeWidget(box)
            box.hide()
            box.setObjectName("")
            box.deleteLater()
        self._boxes = []

    def add(self, box: QPushButton, lane: int) -> None:
        """Add a box at the end, in a lane."""
        column = len(self._boxes) + 1
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._grid.addWidget(box, lane, column, Qt.AlignmentFlag.AlignVCenter)
        self._grid.setColumnStretch(column, 1)
        box.show()  # else not before the event loop has shown it
        self._boxes.append(box)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the widget."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("line_strong"), 2))
        for one, other in pairwise(self._boxes):
            start, end = _middle(one), _middle(other)
            if start.y() == end.y():
                painter.drawLine(start, end)
            else:  # out at the side, then up or down onto the next box
                painter.drawPolyline([start, QPointF(end.x(), start.y()), end])


def _middle(box: QWidget) -> QPointF:
    return QPointF(box.mapToParent(QPoint(box.width() // 2, box.height() // 2)))
