"""Enter on a button: outside a dialog Qt takes the space bar alone, and a person presses Enter."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def pressed_by_enter(window: QWidget, event: QKeyEvent) -> bool:
    """Press the button of the window that has the keyboard, if the key is Enter alone; tell whether it was."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    button = window.focusWidget()
    if event.key() not in ENTER or held or event.isAutoRepeat() or not isinstance(button, QAbstractButton):
        return False
    button.click()
    event.accept()
    return True
