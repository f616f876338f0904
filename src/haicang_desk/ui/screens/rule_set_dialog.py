"""The figures of a later year in a form: each with what it is now, checked as typed, saved as the office's rule set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from PySide6.QtCore import QDate, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QGridLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from haicang_desk.model.policy import (
    FaultyRuleSet,
    Parameter,
    Policy,
    RuleSetDraft,
    paragraph_at,
    policy_for,
    policy_text,
    rule_set_file,
    rule_set_of_draft,
    shipped_rule_sets,
    typed_text,
)
from haicang_desk.model.values import DeskError, Refused, parse_day
from haicang_desk.ui.shell.drafts import DraftKeeper, Drafts, subject_of
from haicang_desk.ui.shell.theme import em, restyle, set_role
from haicang_desk.ui.widgets.cards import Card
from haicang_desk.ui.widgets.dialogs import DeskDialog
from haicang_desk.ui.widgets.spin_box import SpinBox

PAUSE = 200  # ms after the last key before what is typed is checked
TITLE, EDIT, YEAR = "设定以后年度的政策参数", "edit", "起用年度"
HEADS = (("number", "文号"), ("title", "标题"), ("issuer", "发布机构"), ("issued", "成文日期"))


class RuleSetDialog(DeskDialog):
    """Asks for a rule set and gives it to ``act``, which may refuse it."""

    edited = Signal()

    def __init__(
        self,
        parent: QWidget,
        year: int,
        act: Callable[[RuleSetDraft, Policy], object],
        drafts: Drafts,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(parent, TITLE, TITLE, wide=62)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._act = act
        self._model = shipped_rule_sets()[-1]
        self.heads: dict[str, QLineEdit] = {}
        self.values: dict[str, QLineEdit | QComboBox] = {}
        self._faults: dict[str, QLabel] = {}
        self._before: dict[str, QLabel] = {}
        self.year = SpinBox()
        self.year.setRange(self._model.from_year + 1, 2100)
        self.year.setAccessibleName(YEAR)
        self.year.setValue(max(year, self._model.from_year + 1))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.check)
        self.page.addWidget(self._head_card())
        for heading, names in self._groups():
            self.page.addWidget(self._card(heading, names))
        self.page.addStretch(1)
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.under.addWidget(self.summary)
        self.buttons.addStretch(1)
        self.add_button("取消(&C)", self.reject, name="cancel", tip="Esc")
        self.add_button("保存并起用(&S)", self.commit, name="enact", role="primary", tip="Ctrl+回车")
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.commit)
        self.year.valueChanged.connect(lambda _: self._show_year())
        self._show_year()
        self._shown = self.raw()
        self.keeper = DraftKeeper(self, drafts, now, self)
        self.keeper.begin(subject_of("rule_set"), f"“{TITLE}”", screen="policy", request=EDIT)

    def _head_card(self) -> Card:
        card = Card("文件", "以前年度仍用原来的参数")
        form = QFormLayout()
        form.addRow(YEAR, self.year)
        for name, label in HEADS:
            line = QLineEdit()
            line.setAccessibleName(label)
            line.textEdited.connect(lambda _: self._on_edited())
            self.heads[name] = line
            fault = self._fault(name)
            box = QVBoxLayout()
            box.setSpacing(0)
            box.addWidget(line)
            box.addWidget(fault)
            form.addRow(label, box)
        self.heads["issued"].setPlaceholderText(f"如 {QDate(self._model.from_year + 9, 1, 5).toString('yyyy-MM-dd')}")
        card.body.addLayout(form)
        return card

    def _groups(self) -> list[tuple[str, list[str]]]:
        """The parameters by the section of the scheme that they rest on."""
        order = {paragraph.place: number for number, paragraph in enumerate(policy_text())}
        groups: dict[str, list[str]] = {}
        for name, parameter in sorted(self._model.parameters.items(), key=lambda item: order.get(item[1].place, 0)):
            section = parameter.place.partition("¶")[0]
            paragraph = paragraph_at(f"{section}¶1") or paragraph_at(section)
            groups.setdefault(paragraph.text.rstrip("。") if paragraph else section, []).append(name)
        return list(groups.items())

    def _card(self, heading: str, names: list[str]) -> Card:
        card = Card(heading)
        grid = QGridLayout()
        grid.setHorizontalSpacing(em(self, 0.8))
        for number, name in enumerate(names):
            parameter = self._model.parameters[name]
            label = QLabel(parameter.label)
            label.setWordWrap(True)
            editor = self._editor(name, parameter)
            label.setBuddy(editor)
            before = QLabel()
            set_role(before, "muted")
            self._before[name] = before
            grid.addWidget(label, 2 * number, 0)
            grid.addWidget(editor, 2 * number, 1)
            grid.addWidget(before, 2 * number, 2)
            grid.addWidget(self._fault(name), 2 * number + 1, 1, 1, 2)
        grid.setColumnStretch(0, 5)
        grid.setColumnStretch(1, 4)
        grid.setColumnStretch(2, 3)
        card.body.addLayout(grid)
        return card

    def _editor(self, name: str, parameter: Parameter) -> QLineEdit | QComboBox:
        choices = list(parameter.choices.values()) or (["是", "否"] if parameter.kind == "flag" else [])
        editor: QLineEdit | QComboBox
        if choices:
            editor = QComboBox()
            editor.addItems(choices)
            editor.activated.connect(lambda _: self._on_edited())
        else:
            editor = QLineEdit()
            editor.textEdited.connect(lambda _: self._on_edited())
        editor.setAccessibleName(parameter.label)
        self.values[name] = editor
        return editor

    def _on_edited(self) -> None:
        self._pause.start()
        self.edited.emit()

    def _fault(self, name: str) -> QLabel:
        label = QLabel()
        label.setObjectName(f"{name}_fault")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.hide()
        set_role(label, "fault")
        self._faults[name] = label
        return label

    # what is typed, for drafts

    def raw(self) -> dict[str, str]:
        """Every entry as typed, by name."""
        heads = {name: line.text() for name, line in self.heads.items()}
        return {"from_year": str(self.year.value()), **heads, **{name: self.typed(name) for name in self.values}}

    def set_raw(self, typed: Mapping[str, str]) -> None:
        """Show entries as they were typed."""
        if (year := typed.get("from_year", "")).isdigit():
            self.year.setValue(int(year))
        for name, text in typed.items():
            if name in self.heads:
                self.heads[name].setText(text)
            elif name in self.values:
                self._set(name, text)
        self.check()

    @property
    def changed(self) -> bool:
        """Whether anything differs from what was shown first."""
        return self.raw() != self._shown

    def label_of(self, name: str) -> str:
        """The label of an entry."""
        if name in self._model.parameters:
            return self._model.parameters[name].label
        return {"from_year": YEAR, **dict(HEADS)}.get(name, name)

    def reject(self) -> None:
        """Close; what was typed stays as a draft, unless it is given up."""
        self.keeper.keep()
        super().reject()

    def done(self, result: int) -> None:
        """Let go of the draft's place."""
        self.keeper.release()
        super().done(result)

    # showing

    def _show_year(self) -> None:
        """Start from the rule set in force for the year chosen: the office's own, or the one before it."""
        year = self.year.value()
        try:
            self._known = policy_for(year)
        except Refused:
            self._known = self._model
        own = self._known.from_year == year
        self.heads["number"].setText(self._known.number if own else "")
        self.heads["title"].setText(self._known.title)
        self.heads["issuer"].setText(self._known.issuer)
        self.heads["issued"].setText(self._known.issued.isoformat() if own and self._known.issued else "")
        for name, parameter in self._known.parameters.items():
            self._set(name, typed_text(parameter))
            self._before[name].setText(f"现为 {parameter.text}")
        self.check(quiet=True)

    def _set(self, name: str, text: str) -> None:
        editor = self.values[name]
        if isinstance(editor, QComboBox):
            editor.setCurrentText(text)
        else:
            editor.setText(text)

    def typed(self, name: str) -> str:
        """What is entered for a parameter."""
        editor = self.values[name]
        return editor.currentText() if isinstance(editor, QComboBox) else editor.text()

    def draft(self) -> RuleSetDraft:
        """The rule set as typed. Raises FaultyRuleSet for a day that is none."""
        text = self.heads["issued"].text().strip()
        try:
            issued = parse_day(text) if text else None
        except ValueError as wrong:
            raise FaultyRuleSet({"issued": f"成文日期：{wrong}"}) from None
        return RuleSetDraft(
            number=self.heads["number"].text(),
            title=self.heads["title"].text(),
            issuer=self.heads["issuer"].text(),
            issued=issued,
            from_year=self.year.value(),
            values={name: self.typed(name) for name in self.values},
        )

    def check(self, *, quiet: bool = False) -> bool:
        """Say under each field what is wrong with it. Gives whether all can be saved. ``quiet``: nothing was typed."""
        faults: dict[str, str] = {}
        try:
            rule_set_of_draft(self.draft(), self._model)
        except FaultyRuleSet as wrong:
            faults = dict(wrong.faults)
        self._mark({} if quiet else faults)
        differing = [
            name for name, each in self._known.parameters.items() if self.typed(name).strip() != typed_text(each)
        ]
        for name, label in self._before.items():
            set_role(label, "strong" if name in differing else "muted")
        if not quiet and faults:
            self._say(f"有 {len(faults)} 处要改正，已在各栏下面标出。", "block")
        else:
            kept = f"原有的 {rule_set_file(self.year.value()).name} 会改名留存。" if self._is_own() else ""
            self._say(f"自 {self.year.value()} 年度起用，与现在不同的有 {len(differing)} 项。{kept}", "")
        return not faults

    def _is_own(self) -> bool:
        return rule_set_file(self.year.value()).is_file()

    def _mark(self, faults: dict[str, str]) -> None:
        for name, label in self._faults.items():
            label.setText(faults.get(name, "").partition("：")[2] or faults.get(name, ""))
            label.setVisible(name in faults)
            editor = self.values.get(name) or self.heads.get(name)
            if editor is not None and bool(editor.property("faulty")) is not (name in faults):
                editor.setProperty("faulty", name in faults)
                restyle(editor)

    def _say(self, text: str, level: str) -> None:
        self.summary.setText(text)
        self.summary.setProperty("level", level)
        set_role(self.summary, "" if level else "muted")
        restyle(self.summary)

    def commit(self) -> None:
        """Save and close. What cannot be saved stays open, with the first fault in sight."""
        self._pause.stop()
        if not self.check():
            self._lead_to_fault()
            return
        try:
            self._act(self.draft(), self._model)
            self.keeper.drop()
        except FaultyRuleSet as wrong:
            self._mark(wrong.faults)
            self._say(str(wrong), "block")
        except DeskError as refused:
            self._say(str(refused), "block")
        else:
            self.accept()

    def _lead_to_fault(self) -> None:
        for name, label in self._faults.items():
            if not label.isHidden():
                editor = self.values.get(name) or self.heads.get(name) or self.year
                editor.setFocus(Qt.FocusReason.OtherFocusReason)
                return
