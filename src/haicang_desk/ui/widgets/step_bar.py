"""The step bar: how far a project has come, and a button for every step open now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Stage
from haicang_desk.model.workflow import Step
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.findings_list import finding_text
from haicang_desk.ui.widgets.layouts import FlowRow

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


class StageTrack(QWidget):
    """The stages in a row: those passed are filled, the present one is bold."""

    def __init__(self) -> None:
        super().__init__()
        self._stage = Stage.DRAFT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_stage(self, stage: Stage) -> None:
        """Show how far a project is."""
        self._stage = stage
        self.setAccessibleName(f"办理阶段：{stage.label}")
        self.update()

    def sizeHint(self) -> QSize:
        """The size the widget would like to have."""
        return QSize(em(self, 40), em(self, 3.4))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the widget."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = TRACK.index(ASIDE.get(self._stage, self._stage))
        wide, radius, above = self.width() / len(TRACK), em(self, 0.45), em(self, 0.9)
        for number, stage in enumerate(TRACK):
            x = wide * (number + 0.5)
            if number:
                painter.setPen(QPen(theme.colour("accent" if number <= place else "line_strong"), 2))
                painter.drawLine(QPointF(x - wide + radius + 3, above), QPointF(x - radius - 3, above))
            here = number == place
            painter.setPen(QPen(theme.colour("accent" if number <= place else "line_strong"), 2))
            painter.setBrush(theme.colour("accent" if number <= place else "raised"))
            painter.drawEllipse(QPointF(x, above), radius, radius)
            font = self.font()
            font.setBold(here)
            painter.setFont(font)
            painter.setPen(theme.colour("text" if here else "muted"))
            label = self._stage.label if here else stage.label
            painter.drawText(
                QRectF(x - wide / 2, above + radius, wide, em(self, 2)), Qt.AlignmentFlag.AlignCenter, label
            )


class StepBar(QWidget):
    """The stages, and a button for every open step; one that rules block says why in its tool tip."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.track = StageTrack()
        self._buttons = FlowRow()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.track)
        layout.addWidget(self._buttons)

    def show_steps(self, stage: Stage, steps: Sequence[tuple[Step, Sequence[Finding]]]) -> None:
        """Show the stage and the open steps with the findings that block them."""
        self.track.show_stage(stage)
        self._buttons.clear()
        forward = next(
            (step.name for step, barred in steps if step.main_path and step.changes_stage and not barred), ""
        )
        for step, barred in steps:
            self._buttons.add(self._button(step, barred, primary=step.name == forward))

    def _button(self, step: Step, barred: Sequence[Finding], *, primary: bool) -> QPushButton:
        button = QPushButton(f"{step.label}（还差 {len(barred)} 项）" if barred else step.label)
        button.setObjectName(f"step_{step.name}")
        button.setAccessibleName(step.label)
        why = "\n".join(map(finding_text, barred))
        button.setToolTip(f"办理人：{step.role.label}" + (f"\n现在办理会被拦下：\n{why}" if barred else ""))
        button.setAccessibleDescription(button.toolTip())
        set_role(button, "barred" if barred else "primary" if primary else "")
        button.clicked.connect(lambda: self.chosen.emit(step.name))
        return button
