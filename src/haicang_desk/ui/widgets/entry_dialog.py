"""A small dialog of labelled lines whose button does something; what is refused is told under them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from haicang_desk.model.values import DeskError
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.prompt_dialogs import Prompt

Rows = Sequence[tuple[str, QWidget]]


class EntryDialog(Prompt):
    """Labelled lines; ``act`` is what the button does, and a DeskError that it raises keeps the dialog open."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        rows: Rows,
        *,
        yes: str,
        act: Callable[[], object],
        icon: str = "user",
        no: str = "取消",
    ) -> None:
        super().__init__(parent, title, text, icon=icon)
        self._act = act
        grid = QGridLayout()
        grid.setHorizontalSpacing(em(self, 1))
        grid.setVerticalSpacing(em(self, 0.5))
        grid.setColumnStretch(1, 1)
        for number, (label, widget) in enumerate(rows):
            if label:
                words = QLabel(label)
                words.setBuddy(widget)
                grid.addWidget(words, number, 0)
            grid.addWidget(widget, number, 1)
        self.words.addLayout(grid)
        self.fault = QLabel()
        self.fault.setWordWrap(True)
        self.fault.setAccessibleName("没有办成的原因")
        set_role(self.fault, "fault")
        self.fault.hide()
        self.words.addWidget(self.fault)
        if no:
            self.add_button(no, self.reject, name="no", tip="Esc")
        self.add_button(yes, self.give, role="primary", name="yes", tip="回车")
        if rows:
            rows[0][1].setFocus()

    def give(self) -> None:
        """Do it and close, or tell why it was not done."""
        try:
            self._act()
        except DeskError as refused:
            self.fault.setText(str(refused))
            self.fault.show()
            self.grow()
        else:
            self.take("done")

    def done_by_person(self) -> bool:
        """Show it and wait; whether it was done."""
        return self.ask("") == "done"
