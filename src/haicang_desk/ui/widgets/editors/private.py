"""The editor of a telephone or an account: masked unless it is being typed, or somebody asked to see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QToolButton

from haicang_desk.model.records import Field
from haicang_desk.ui.shell.private_view import private_view
from haicang_desk.ui.shell.theme import em
from haicang_desk.ui.widgets.editors.text import LineEditor
from haicang_desk.ui.widgets.icons import set_icon

WAITING = "重新填写，或按右边的“显示”看原来的"


class PrivateLineEditor(LineEditor):
    """A line whose text is masked while the keyboard is elsewhere.

    A value that was there before stays masked also with the keyboard in the field: what is typed takes its place, and
    ``eye`` shows it, which is logged. ``raw`` is always the value itself.
    """

    def __init__(self, field: Field) -> None:
        self._value = ""  # where the line does not show it
        self._hidden = False
        self._writing = False
        self.about: Callable[[], str] = lambda: field.label  # what is told in the access log
        super().__init__(field)
        self.eye = QToolButton(self)
        self.eye.setObjectName(f"{field.name}_eye")
        self.eye.setAccessibleName(f"显示{field.label}")
        self.eye.setToolTip("显示这一栏（记入查看记录）")
        self.eye.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.eye.setProperty("bare", True)
        set_icon(self.eye, "eye", "muted")
        self.eye.clicked.connect(self.reveal)
        self._grid.addWidget(self.eye, 0, 1)
        self.line.installEventFilter(self)
        private_view().changed.connect(self._follow)
        self._tell_eye()

    def sizeHint(self) -> QSize:
        """As a line of text."""
        return super().sizeHint().expandedTo(QSize(em(self, 12), 0))

    # the value

    def raw(self) -> str:
        """The entry as typed, also while it is masked."""
        return self._value if self._hidden else super().raw()

    def set_value(self, value: Any) -> None:
        """Show a value, masked."""
        self._put(str(value or ""))

    def set_raw(self, text: str) -> None:
        """Show an entry as it was typed, masked."""
        changed = text != self.raw()
        self._put(text)
        if changed:
            self.edited.emit()

    def reveal(self) -> None:
        """Show it, after the look is logged."""
        from haicang_desk.model.store import AccessKind

        if self._hidden and private_view().note(AccessKind.SHOWN, self.about()):
            self._hidden = False
            self._write(self._value)
            self._tell_eye()

    # masking

    def _put(self, text: str) -> None:
        self._hidden, self._value = bool(text) and not private_view().shown, text
        self._write(private_view().value(self.field, text) if self._hidden else text)
        self._tell_eye()

    def _write(self, text: str) -> None:
        self._writing = True
        self.line.setText(text)
        self.line.setCursorPosition(0)
        self._writing = False

    def _tell_eye(self) -> None:
        self.eye.setVisible(self._hidden)
        self.line.setPlaceholderText(self.field.hint_text if not self._hidden else WAITING)

    def _on_changed(self, text: str) -> None:
        if self._writing:
            return
        if self._hidden:  # typed in place of what is masked
            self._hidden = False
            self._tell_eye()
        super()._on_changed(text)

    def _follow(self) -> None:
        """The whole screen was shown, or masked again."""
        if private_view().shown and self._hidden:
            self._hidden = False
            self._write(self._value)
        elif not private_view().shown and not self.line.hasFocus() and not self._hidden:
            self._put(super().raw())
        self._tell_eye()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """An empty line to type in while the keyboard is in a masked field; the mask when it leaves."""
        if watched is self.line and event.type() == QEvent.Type.FocusIn and self._hidden:
            self._write("")
        elif watched is self.line and event.type() == QEvent.Type.FocusOut:
            self._put(self.raw())
        return super().eventFilter(watched, event)
