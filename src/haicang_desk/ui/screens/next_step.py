"""The card under the step bar: the one next step, what it still misses, and all other steps under 更多."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from haicang_desk.model.casefile import ATTRIBUTE_OF, Casefile
from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Project, Stage
from haicang_desk.model.workflow import Step, steps_from
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.findings_list import finding_in_short, finding_text
from haicang_desk.ui.widgets.icons import IconTile, set_icon
from haicang_desk.ui.widgets.keys import pressed_by_enter
from haicang_desk.ui.widgets.layouts import FlowRow

OpenSteps = Sequence[tuple[Step, Sequence[Finding]]]
ICONS = {
    "suggest": "inbox",
    "deliberate": "users",
    "consult": "users",
    "post": "megaphone",
    "submit": "send",
    "approve": "stamp",
    "send": "send",
    "lodge": "file-check-2",
    "appoint": "landmark",
    "start": "flag",
    "disburse": "hand-coins",
    "complete": "circle-check",
    "accept": "clipboard-check",
    "settle": "calculator",
    "post_completion": "megaphone",
    "survey": "clipboard-check",
    "close": "archive-restore",
}
MOST_HELPERS = 2  # steps offered beside the next one, because they put right what it misses
TEXT = 24  # characters that the text needs beside the buttons; with less room they stand under it
NOTHING_LEFT = {
    Stage.CLOSED: "已办结，材料齐了就可以归档",
    Stage.TERMINATED: "已终止，不再往下办",
    Stage.REJECTED: "不予批准，不再往下办",
}


def next_of(case: Casefile, steps: Sequence[Step]) -> Step | None:
    """The one next step: the step of the main path that changes the stage.

    A step of the main path that saves the same kind of record and is still to be taken goes before it: 报送 before
    登记备案, 验收 before 办结.
    """
    ahead = [step for step in steps if step.main_path]
    last = next((step for step in ahead if step.changes_stage), None)
    if last is None:
        return None
    before = ahead[: ahead.index(last)]
    return next((step for step in before if step.record is last.record and not _taken(case, step)), last)


def _taken(case: Casefile, step: Step) -> bool:
    """Whether the step was taken and what it saved still counts; a filing that was returned is sent again."""
    if step.record is Project:
        return case.project.submitted_on is not None
    saved = getattr(case, ATTRIBUTE_OF[step.record])
    alike = [each for each in saved if all(getattr(each, name) == value for name, value in step.preset.items())]
    return bool(alike) and (step.continues(case) is not None or bool(step.preset))


def groups_of(steps: OpenSteps) -> Iterator[tuple[str, OpenSteps]]:
    """Steps by what they are for, each group with its heading."""
    onward = [each for each in steps if each[0].main_path]
    back = [each for each in steps if not each[0].main_path and each[0].changes_stage]
    rest = [each for each in steps if each not in onward and each not in back]
    for heading, group in (("接着办", onward), ("登记与变更", rest), ("退回、撤回与终止", back)):
        if group:
            yield heading, group


class NextStepCard(QFrame):
    """Says what comes next and what is missing; ``chosen`` names the step to take, ``lead`` the finding to mend."""

    chosen = Signal(str)
    lead = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "card")
        self._rest: Sequence[Step] = ()
        self._bars: Callable[[Step], Sequence[Finding]] = lambda step: ()
        self._narrow: bool | None = None
        self.lead_of: Callable[[Finding], str] = lambda found: ""
        self.why_not: Callable[[Step], str] = lambda step: ""  # why a step is not for the person who is signed in
        self.tile = IconTile("send", "info")
        self.title, self.missing = QLabel(), FlowRow(em(self, 0.5))
        set_role(self.title, "heading")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        texts = QVBoxLayout()
        texts.setSpacing(em(self, 0.25))
        texts.addWidget(self.title)
        texts.addWidget(self.missing)
        self._actions = QWidget()
        self._row = QHBoxLayout(self._actions)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(em(self, 0.6))
        self.more = QPushButton("其他步骤")
        self.more.setObjectName("more_steps")
        self.more.setAccessibleName("其他办理步骤")
        self.more.clicked.connect(self.show_rest)
        set_icon(self.more, "chevron-down")
        self.more.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the mark stands behind the word
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(em(self, 1.1), em(self, 0.8), em(self, 1.1), em(self, 0.8))
        self._grid.setHorizontalSpacing(em(self, 1))
        self._grid.addWidget(self.tile, 0, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addLayout(texts, 0, 1)
        self._grid.setColumnStretch(1, 1)
        self._place(narrow=False)

    def show_steps(self, case: Casefile, bars: Callable[[Step], Sequence[Finding]]) -> None:
        """Show what is open now. ``bars`` tells what bars a step today; it is asked only where that is shown."""
        steps = steps_from(case.stage)
        step = next_of(case, steps)
        helpers: list[Step] = []
        self.missing.clear()
        if step is None:
            self.title.setText(NOTHING_LEFT.get(case.stage, "流程上没有要办的步骤"))
            self.tile.show_icon("circle-check" if case.stage is Stage.CLOSED else "info", "good")
            self._fill(None, helpers)
        else:
            barred = bars(step)
            self.title.setText(f"下一步：{step.label}")
            self.tile.show_icon(ICONS.get(step.name, "send"), "exception" if barred else "info")
            others = [each for each in steps if each is not step]
            helpers = self._helpers(barred, others, bars)
            self._tell_missing(step, barred)
            self._fill((step, barred), helpers)
        self._bars = bars
        self._rest = [each for each in steps if each is not step and each not in helpers]
        self.more.setVisible(bool(self._rest))
        self._place(narrow=self._is_narrow())
        self._grid.activate()  # the buttons have their places at once, for whoever clicks or types without a pause
        self._row.activate()

    def _tell_missing(self, step: Step, barred: Sequence[Finding]) -> None:
        text = f"还差 {len(barred)} 项：" if barred else f"{step.role.label}办理，条件已齐"
        if why := self.why_not(step):
            text = f"{why}；{text}" if barred else why
        self.missing.add(_muted(text))
        for found in barred:
            chip = QPushButton(finding_in_short(found))
            chip.setObjectName(f"missing_{found.rule}")
            chip.setAccessibleName(f"还差：{finding_in_short(found)}")
            chip.setToolTip(finding_text(found))
            set_role(chip, "link")
            chip.clicked.connect(lambda _=False, each=found: self.lead.emit(each))
            self.missing.add(chip)

    @staticmethod
    def _helpers(
        barred: Sequence[Finding], steps: Sequence[Step], bars: Callable[[Step], Sequence[Finding]]
    ) -> list[Step]:
        """The open steps whose record answers what bars the next one, in the order of the findings."""
        helpers: list[Step] = []
        for found in barred:
            answering = (each for each in steps if each.record is found.answered_by and each not in helpers)
            if len(helpers) < MOST_HELPERS and (step := next(answering, None)) is not None and not bars(step):
                helpers.append(step)
        return helpers

    def _fill(self, found: tuple[Step, Sequence[Finding]] | None, helpers: Sequence[Step]) -> None:
        hand = self.window().focusWidget()
        held = hand is not None and hand is not self.more and self._actions.isAncestorOf(hand)
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None and widget is not self.more:
                widget.hide()
                widget.setObjectName("")
                widget.deleteLater()
        for step in helpers:
            self._row.addWidget(self._button(step, ()))
        if found is not None:
            self._row.addWidget(self._button(found[0], found[1], primary=True))
        self._row.addWidget(self.more)
        self._row.addStretch(1)
        for button in self._actions.findChildren(QPushButton):
            button.setVisible(bool(button.objectName()))  # at once, not with the next event
        if held:  # the keyboard stays here, on what is next, and does not wander to the top of the window
            (here[-1] if (here := self._steps_shown()) else self.more).setFocus(Qt.FocusReason.OtherFocusReason)

    def _steps_shown(self) -> list[QPushButton]:
        widgets = (item.widget() for place in range(self._row.count()) if (item := self._row.itemAt(place)))
        return [each for each in widgets if isinstance(each, QPushButton) and each is not self.more]

    def _button(self, step: Step, barred: Sequence[Finding], *, primary: bool = False) -> QPushButton:
        button = QPushButton(f"{step.label}（还差 {len(barred)} 项）" if barred else step.label)
        role = "barred" if barred else "primary" if primary else ""
        dress_step(button, step, barred, role, self.why_not(step))
        set_icon(button, ICONS.get(step.name, "pencil"), "on_accent" if role == "primary" else "text")
        button.clicked.connect(lambda: self.chosen.emit(step.name))
        return button

    # other steps

    def show_rest(self) -> None:
        """Open the sheet of all other steps."""
        sheet = StepsSheet(self, [(step, self._bars(step)) for step in self._rest], self.why_not)
        sheet.chosen.connect(self.chosen)
        sheet.open_at(self.more)

    # layout

    def _is_narrow(self) -> bool:
        return self.width() < self._actions.sizeHint().width() + em(self, TEXT)

    def _place(self, *, narrow: bool) -> None:
        if narrow is self._narrow:
            return
        self._narrow = narrow
        self._grid.removeWidget(self._actions)
        if narrow:
            self._grid.addWidget(self._actions, 1, 0, 1, 2)
        else:
            self._grid.addWidget(self._actions, 0, 2, Qt.AlignmentFlag.AlignVCenter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons beside or under the text."""
        super().resizeEvent(event)
        self._place(narrow=self._is_narrow())

    def changeEvent(self, event: QEvent) -> None:
        """Place the buttons anew for another size of type."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._place(narrow=self._is_narrow())


class StepsSheet(QFrame):
    """All other open steps by group; one that is barred says why under its name. Arrow keys, Enter, Esc."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget, steps: OpenSteps, why_not: Callable[[Step], str] = lambda step: "") -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._why_not = why_not
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        set_role(self, "card")
        self.setAccessibleName("其他办理步骤")
        page = QWidget()
        page.setObjectName("page")
        column = QVBoxLayout(page)
        column.setSpacing(em(self, 0.25))
        self._buttons: list[QPushButton] = []
        for heading, group in groups_of(steps):
            title = QLabel(heading)
            set_role(title, "small")
            title.setContentsMargins(em(self, 0.4), em(self, 0.4), 0, 0)
            column.addWidget(title)
            for step, barred in group:
                column.addWidget(self._line(step, barred))
                if told := [*filter(None, [why_not(step)]), *(f"还差：{found.message}" for found in barred)]:
                    why = _muted("\n".join(told), "small")
                    why.setWordWrap(True)
                    why.setContentsMargins(em(self, 1.2), 0, 0, em(self, 0.3))
                    column.addWidget(why)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(page)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.addWidget(area)
        self._page, self._column = page, column

    def _line(self, step: Step, barred: Sequence[Finding]) -> QPushButton:
        button = QPushButton(step.label)
        dress_step(button, step, barred, "quiet", self._why_not(step))
        button.setStyleSheet("text-align: left")
        set_icon(button, ICONS.get(step.name, "pencil"), "muted" if barred else "accent")
        button.clicked.connect(lambda: self._take(step.name))
        self._buttons.append(button)
        return button

    def _take(self, name: str) -> None:
        self.close()
        self.chosen.emit(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes the step that has the keyboard."""
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def open_at(self, button: QWidget) -> None:
        """Open under a button, within the screen."""
        room = button.screen().availableGeometry()
        self.ensurePolished()
        wide = em(self, 21)
        self._page.setFixedWidth(wide)
        high = max(self._column.heightForWidth(wide), self._column.sizeHint().height()) + 8
        self.resize(wide + em(self, 1.2), min(high, round(room.height() * 0.7)))
        at = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + 4))
        left = min(max(at.x(), room.left()), room.right() - self.width())
        top = at.y() if at.y() + self.height() <= room.bottom() else max(room.top(), room.bottom() - self.height())
        self.move(left, top)
        self.show()
        if ready := [each for each in self._buttons if each.isEnabled()]:
            ready[0].setFocus(Qt.FocusReason.PopupFocusReason)


def dress_step(button: QPushButton, step: Step, barred: Sequence[Finding], role: str, why_not: str = "") -> None:
    """Name, tool tip and role of a button that takes a step; ``why_not``: it is off, and says why."""
    button.setObjectName(f"step_{step.name}")
    button.setAccessibleName(step.label)
    why = "\n".join(map(finding_text, barred))
    button.setEnabled(not why_not)
    who = why_not or f"办理人：{step.role.label}"
    button.setToolTip(who + (f"\n现在办理会被拦下：\n{why}" if barred else ""))
    button.setAccessibleDescription(button.toolTip())
    set_role(button, role)


def _muted(text: str, role: str = "muted") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    set_role(label, role)
    return label
