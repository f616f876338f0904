"""A note in the system's tray, once a day, on how many things cannot wait; never a dialog, and it can be turned off."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSystemTrayIcon

from haicang_desk.model.services import AgendaItem
from haicang_desk.paths import resource
from haicang_desk.ui.shell.agenda_keeper import AgendaKeeper
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.main_window import MainWindow

WANTED, DAY = "提醒/托盘", "提醒/日"  # settings: 0 turns the note off; the last day on which it was shown
NAMED = 2  # things that the note names
EVERY = 30 * 60_000  # ms between looks at the calendar, for a window that is left open overnight
SHOWN = 15_000  # ms


def tray_has_room() -> bool:
    """Whether this system has a tray that shows messages."""
    return QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()


class TrayNote(QObject):
    """Shows the note for an open ledger as soon as the findings are known; a click on it leads to the first screen."""

    def __init__(self, window: MainWindow, state: AppState) -> None:
        super().__init__(window)
        self._window, self._state = window, state
        self._icon: QSystemTrayIcon | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.consider)
        self._timer.start()
        state.findings_changed.connect(self.consider)
        self.consider()

    def stop(self) -> None:
        """Look no more, before the ledger is closed."""
        self._timer.stop()
        self._state.findings_changed.disconnect(self.consider)
        self._hide()

    def consider(self) -> None:
        """Show the note where it is wanted, was not shown today, and something cannot wait."""
        settings, today = self._state.settings, self._state.today()
        if not settings.number(WANTED, 1) or settings.text(DAY) == today.isoformat():
            return
        if not self._state.findings_ready or not tray_has_room():
            return
        pressing = [item for item in AgendaKeeper.of(self._state).items() if item.pressing(today)]
        settings.keep(DAY, today.isoformat())
        if pressing:
            self.show(*words_for(pressing))

    def show(self, title: str, text: str) -> None:
        """Show a note in the tray for a while."""
        if self._icon is None:
            self._icon = QSystemTrayIcon(QIcon(str(resource("icons", "haicang-desk.svg"))), self)
            self._icon.messageClicked.connect(self._go)
            self._icon.activated.connect(lambda _: self._go())
        self._icon.setToolTip(title)
        self._icon.show()
        self._icon.showMessage(title, text, self._icon.icon(), SHOWN)
        QTimer.singleShot(SHOWN, self, self._hide)

    def _go(self) -> None:
        self._hide()
        if self._window.isMinimized():
            self._window.showNormal()
        self._window.raise_()
        self._window.activateWindow()
        self._window.go("today")

    def _hide(self) -> None:
        if self._icon is not None:
            self._icon.hide()


def words_for(pressing: list[AgendaItem]) -> tuple[str, str]:
    """Title and text of the note: how many, and the first of them."""
    named = "\n".join(item.title for item in pressing[:NAMED])
    more = f"\n另有 {len(pressing) - NAMED} 件" if len(pressing) > NAMED else ""
    return f"今天有 {len(pressing)} 件要办", f"{named}{more}"
