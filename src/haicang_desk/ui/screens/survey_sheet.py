"""The ballots of all four groups of a satisfaction survey in one sheet, saved in one change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QIntValidator, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
)

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.survey_results import LEVELS, SurveyResult, survey_result
from haicang_desk.model.records import Link, Survey, SurveyGroup
from haicang_desk.model.services import save
from haicang_desk.model.values import DeskError
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.theme import RIGHT, em, set_role
from haicang_desk.ui.widgets.form import FieldCell

MOST = 99_999  # ballots of one group at one level
SHOWN = (*LEVELS, "ballots", "rate")
HEADS = {**{name: Survey.fields[name].label for name in LEVELS}, "ballots": "有效票", "rate": "满意率"}


class SurveySheet(QDialog):
    """Groups down, levels across; the sums and rates follow what is typed."""

    def __init__(self, screen: Screen, case: Casefile) -> None:
        super().__init__(screen)
        self._screen, self._case = screen, case
        self._key = str(uuid4())  # a second click, or a retry after an unclear commit, must not act twice
        self._kept = {each.group: each for each in case.surveys}
        self.setWindowTitle(f"登记测评 · {case.project.title}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        choices, last = Choices(screen.state.workspace), (case.surveys or (Survey(),))[-1]
        self.day = FieldCell(Survey.fields["surveyed_on"], choices)
        self.assessor = FieldCell(Survey.fields["assessor"], choices)
        self.day.editor.set_value(last.surveyed_on or screen.state.today())
        self.assessor.editor.set_value(last.assessor)
        head = QFormLayout()
        for cell in (self.day, self.assessor):
            head.addRow(f"{cell.editor.field.label} *", cell)
        self.entries: dict[tuple[SurveyGroup, str], QLineEdit] = {}
        self._figures: dict[tuple[SurveyGroup | None, str], QLabel] = {}
        self.note = QLabel()
        self.note.setWordWrap(True)
        set_role(self.note, "muted")
        self.refusal = QLabel()
        self.refusal.setTextFormat(Qt.TextFormat.PlainText)
        self.refusal.setWordWrap(True)
        self.refusal.setProperty("level", "block")
        self.refusal.hide()
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        layout.addLayout(self._grid())
        layout.addWidget(self.note)
        layout.addWidget(self.refusal)
        layout.addStretch(1)
        layout.addLayout(self._buttons())
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.commit)
        self._opened = self.raw()
        self._tell()
        self.entries[SurveyGroup.DELEGATES, LEVELS[0]].setFocus()

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(em(self, 0.5))
        for column, name in enumerate(SHOWN, 1):
            head = QLabel(HEADS[name])
            head.setAlignment(RIGHT)
            set_role(head, "muted")
            grid.addWidget(head, 0, column)
        for row, group in enumerate(SurveyGroup, 1):
            grid.addWidget(QLabel(group.label), row, 0)
            kept = self._kept.get(group)
            for column, name in enumerate(LEVELS, 1):
                count = getattr(kept, name) if kept else None
                grid.addWidget(self._entry(group, name, "" if count is None else str(count)), row, column)
            self._add_figures(grid, row, group)
        total = QLabel("合计")
        set_role(total, "strong")
        grid.addWidget(total, len(SurveyGroup) + 1, 0)
        for column, name in enumerate(LEVELS, 1):
            grid.addWidget(self._figure(None, name, "合计"), len(SurveyGroup) + 1, column)
        self._add_figures(grid, len(SurveyGroup) + 1, None)
        return grid

    def _entry(self, group: SurveyGroup, name: str, text: str) -> QLineEdit:
        line = QLineEdit(text)
        line.setValidator(QIntValidator(0, MOST, line))
        line.setAlignment(RIGHT)
        line.setFixedWidth(em(self, 5))
        line.setAccessibleName(f"{group.label}{HEADS[name]}")
        line.setObjectName(f"{group.code}_{name}")
        line.textChanged.connect(self._tell)
        line.installEventFilter(self)
        self.entries[group, name] = line
        return line

    def _add_figures(self, grid: QGridLayout, row: int, group: SurveyGroup | None) -> None:
        for column, name in enumerate(("ballots", "rate"), len(LEVELS) + 1):
            grid.addWidget(self._figure(group, name, group.label if group else "合计"), row, column)

    def _figure(self, group: SurveyGroup | None, name: str, whose: str) -> QLabel:
        label = QLabel()
        label.setAlignment(RIGHT)
        label.setMinimumWidth(em(self, 5))
        label.setAccessibleName(f"{whose}{HEADS[name]}")
        set_role(label, "" if group else "strong")
        self._figures[group, name] = label
        return label

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        no = QPushButton("取消(&C)")
        no.setAccessibleName("取消")
        no.setAutoDefault(False)
        no.clicked.connect(self.reject)
        self.yes = QPushButton("保存四组(&S)")
        self.yes.setObjectName("yes")
        self.yes.setAccessibleName("保存四组")
        self.yes.setToolTip("Ctrl+回车")
        set_role(self.yes, "primary")
        self.yes.clicked.connect(self.commit)
        row.addWidget(no)
        row.addWidget(self.yes)
        return row

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter goes to the next entry, ↑ and ↓ to the group above and below."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            place = next((key for key, line in self.entries.items() if line is watched), None)
            if place is not None and (by := self._step(event)):
                order = list(self.entries)
                at = order.index(place) + by
                if 0 <= at < len(order):
                    self.entries[order[at]].setFocus(Qt.FocusReason.TabFocusReason)
                    self.entries[order[at]].selectAll()
                elif by > 0:
                    self.yes.setFocus()
                return True
        return super().eventFilter(watched, event)

    @staticmethod
    def _step(event: QKeyEvent) -> int:
        plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            return -1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        return {Qt.Key.Key_Up: -len(LEVELS), Qt.Key.Key_Down: len(LEVELS)}.get(Qt.Key(event.key()), 0)

    # reading

    def raw(self) -> dict[str, str]:
        """Every entry as typed."""
        typed = {f"{group.code}_{name}": line.text() for (group, name), line in self.entries.items()}
        return {**typed, "surveyed_on": self.day.editor.raw(), "assessor": self.assessor.editor.raw()}

    def _survey(self, group: SurveyGroup) -> Survey:
        counts: dict[str, Any] = {
            name: int(text) if (text := self.entries[group, name].text()) else None for name in LEVELS
        }
        kept = self._kept.get(group) or Survey(project=Link(self._case.project.id), group=group)
        return replace(kept, **counts)

    def _typed(self, group: SurveyGroup) -> bool:
        return any(self.entries[group, name].text() for name in LEVELS)

    def _tell(self) -> None:
        surveys = [self._survey(group) for group in SurveyGroup]
        for survey in surveys:
            self._show(survey.group, survey_result([survey]))
        whole = survey_result(surveys)
        self._show(None, whole)
        for name, count in zip(LEVELS, whole.counts, strict=True):
            self._figures[None, name].setText(str(count))
        enough = self._screen.state.workspace.policy(self._case.project.fund_year).number_of("survey_sample_note")
        left = [group.label for group in SurveyGroup if not self._typed(group)]
        told = [f"基本满意以上 {_rate(whole.accepting, whole.ballots)}"] if whole.ballots else []
        if whole.ballots < enough:
            told.append(f"样本量 {whole.ballots} 票，不足 {enough} 票的，公示上注明结果仅供参考")
        if left:
            told.append(f"还没有票：{'、'.join(left)}；四组不全的须补测或登记例外批准")
        self.note.setText("。".join(told))

    def _show(self, group: SurveyGroup | None, result: SurveyResult) -> None:
        self._figures[group, "ballots"].setText(str(result.ballots))
        self._figures[group, "rate"].setText(_rate(result.pleased, result.ballots))

    # saving

    def commit(self) -> None:
        """Save the groups that have ballots in one change; a refusal stays in sight."""
        state = self._screen.state
        try:
            day, assessor = self.day.editor.value(), self.assessor.editor.value()
            lacking = [c.editor.field.label for c, v in ((self.day, day), (self.assessor, assessor)) if not v]
            groups = [group for group in SurveyGroup if self._typed(group) or group in self._kept]
            if lacking:
                (self.assessor if day else self.day).editor.core.setFocus()
            if lacking or not groups:
                raise ValueError(f"请先填写：{'、'.join(lacking or ['至少一组的票数'])}")
            surveys = [replace(self._survey(group), surveyed_on=day, assessor=assessor) for group in groups]
            action = f"登记测评：{self._case.project.title}"
            expected = list(self._kept.values())
            save(state.workspace, surveys, action=action, person=state.person, key=self._key, expected=expected)
        except (ValueError, DeskError) as refused:
            self.refusal.setText(str(refused))
            self.refusal.show()
            self.resize(self.size().expandedTo(self.sizeHint()))  # the entries keep their height
            return
        state.message.emit(f"已登记 {len(surveys)} 组测评，满意率 {self._figures[None, 'rate'].text()}")
        self.accept()

    def reject(self) -> None:
        """Close, after asking where something was typed."""
        question = "填写的内容还没有保存，关闭后就没有了。"
        if self.raw() == self._opened or prompts.confirm(
            self, self.windowTitle(), question, yes="不要了", no="继续填写"
        ):
            super().reject()


def _rate(part: int, whole: int) -> str:
    """A percentage with one decimal, rounded down so that nothing looks better than it is."""
    tenths = part * 1000 // whole if whole else 0
    return f"{tenths // 10}.{tenths % 10}%" if whole else "—"
