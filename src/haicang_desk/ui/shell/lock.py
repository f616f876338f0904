"""The lock: covers every window of the program until the person signs in again; what is typed stays as it is.

It locks after some minutes without a key or a click, or by Ctrl+L. Each window gets a cover over all of it; before them
stands the sign-in, which no other window can be used beside. Nothing is closed, so that no entry is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from haicang_desk.model.services import SignedIn, Workspace
from haicang_desk.model.services.sign_in_record import LOCKED
from haicang_desk.ui.shell.private_view import private_view
from haicang_desk.ui.shell.settings import Settings
from haicang_desk.ui.shell.sign_in import SignInForm, note_event
from haicang_desk.ui.shell.theme import set_role
from haicang_desk.ui.widgets.prompt_dialogs import Prompt

MINUTES = "登录/锁定分钟"
USUAL, LEAST, MOST = 15, 5, 60
COVERED = "已锁定"
_ACTIVE = {getattr(QEvent.Type, name) for name in ("KeyPress", "MouseButtonPress", "MouseMove", "Wheel", "TouchBegin")}


def idle_minutes(settings: Settings) -> int:
    """After how many minutes the window locks."""
    return min(max(settings.number(MINUTES, USUAL), LEAST), MOST)


class Cover(QWidget):
    """An opaque cover over all of a window; it follows its size and hides its title."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._under = window
        self._title = window.windowTitle()
        self.setObjectName("page")
        self.setAutoFillBackground(True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(COVERED)
        label = QLabel(COVERED)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(label, "muted")
        QVBoxLayout(self).addWidget(label)
        window.setWindowTitle(COVERED)
        window.installEventFilter(self)
        self._fit()
        self.show()
        self.raise_()

    def _fit(self) -> None:
        self.setGeometry(self._under.rect())
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay over all of the window, also over what is added to it."""
        if watched is self._under and event.type() in (
            QEvent.Type.Resize, QEvent.Type.ChildAdded, QEvent.Type.LayoutRequest, QEvent.Type.Show,
        ):  # fmt: skip
            self._fit()
        return super().eventFilter(watched, event)

    def is_over(self, window: QWidget) -> bool:
        """Whether it covers this window."""
        return self._under is window

    def lift(self) -> None:
        """Take the cover away."""
        self._under.removeEventFilter(self)
        if self._under.windowTitle() == COVERED:
            self._under.setWindowTitle(self._title)
        self.hide()
        self.deleteLater()


class LockDialog(Prompt):
    """The sign-in over covered windows. It can't be closed but by signing in."""

    def __init__(self, parent: QWidget, ws: Workspace, name: str) -> None:
        super().__init__(parent, COVERED, "已锁定。没有存完的填写都在，登录后接着填。", icon="lock")
        self.setModal(True)
        self.setWindowFlag(Qt.WindowType.WindowCloseButtonHint, False)
        self.form = SignInForm(ws, name=name)
        self.words.addWidget(self.form)
        self.add_button("解锁(&S)", self.form.give, role="primary", name="unlock", tip="回车")

    def reject(self) -> None:
        """Esc does nothing."""

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nor does closing it."""
        event.ignore()


class LockGuard(QObject):
    """Locks the window of a workspace that people sign in to. ``unlocked`` has the person."""

    unlocked = Signal(object)

    def __init__(self, window: QWidget, ws: Workspace, settings: Settings, now: Callable[[], datetime]) -> None:
        super().__init__(window)
        self._window, self._ws, self._settings, self._now = window, ws, settings, now
        self._covers: list[Cover] = []
        self._seen = now()
        self.dialog: LockDialog | None = None
        self._idle = QTimer(self)
        self._idle.setInterval(10_000)
        self._idle.timeout.connect(self._look_at_clock)
        self._idle.start()
        self._app = QApplication.instance()
        assert self._app is not None
        self._app.installEventFilter(self)

    @property
    def locked(self) -> bool:
        """Whether the windows are covered."""
        return self.dialog is not None

    def stop(self) -> None:
        """Watch no more; covers are taken away."""
        self._idle.stop()
        if self._app is not None:
            self._app.removeEventFilter(self)
        self._uncover()

    def _idle_too_long(self) -> bool:
        since = self._now() - self._seen
        if since < timedelta(0):  # the clock was set back
            self._seen = self._now()
        return since >= timedelta(minutes=idle_minutes(self._settings))

    def _look_at_clock(self) -> None:
        if not self.locked and self._idle_too_long():
            self.lock()

    def lock(self) -> None:
        """Cover every window and ask for the sign-in. What is under way, such as a batch being printed, is finished."""
        person = self._ws.signer
        if self.locked or not isinstance(person, SignedIn):
            return
        note_event(self._ws, self._now(), LOCKED)
        private_view().mask_again()
        while (popup := QApplication.activePopupWidget()) is not None and popup.close():
            pass
        self.dialog = LockDialog(self._window, self._ws, person.name)
        self.dialog.form.signed_in.connect(self._unlock)
        for window in QApplication.topLevelWidgets():
            self._cover(window)
        self.dialog.show()
        self.dialog.form.password.setFocus()

    def _cover(self, window: QWidget) -> None:
        """Cover a window that is in sight and is no part of the sign-in."""
        if not window.isVisible() or self._is_ours(window) or any(each.is_over(window) for each in self._covers):
            return
        if window.windowType() in (Qt.WindowType.Popup, Qt.WindowType.ToolTip):
            window.close()
        else:
            self._covers.append(Cover(window))

    def _is_ours(self, window: QWidget) -> bool:
        above: QWidget | None = window
        while above is not None:
            if above is self.dialog:
                return True
            above = above.parentWidget()
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note keys and clicks; cover what comes up while it is locked, such as the end of a long job."""
        kind = event.type()
        if kind in _ACTIVE and not self.locked:
            if self._idle_too_long():  # the machine slept meanwhile
                self.lock()
                return True
            self._seen = self._now()
        elif kind == QEvent.Type.Show and self.locked and isinstance(watched, QWidget) and self._is_foreign(watched):
            self._cover(watched)
            QTimer.singleShot(0, self._come_first)
        return False

    def _is_foreign(self, widget: QWidget) -> bool:
        return widget.isWindow() and not self._is_ours(widget)

    def _come_first(self) -> None:
        """Stand before a dialog that came up while it is locked: the last one shown is the one that can be used."""
        if self.dialog is not None and not any(
            self._is_ours(each) and each is not self.dialog for each in self._modal()
        ):
            self.dialog.hide()
            self.dialog.show()

    @staticmethod
    def _modal() -> list[QWidget]:
        modal = QApplication.activeModalWidget()
        return [modal] if modal is not None else []

    def _unlock(self, person: SignedIn) -> None:
        self._seen = self._now()
        self._uncover()
        self.unlocked.emit(person)

    def _uncover(self) -> None:
        for cover in self._covers:
            cover.lift()
        self._covers = []
        if self.dialog is not None:
            self.dialog.hide()
            self.dialog.deleteLater()
            self.dialog = None
