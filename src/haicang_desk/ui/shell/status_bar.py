"""The status bar: store and person on the left, or the last message; progress and last backup on the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QProgressBar, QPushButton, QSizePolicy, QStatusBar, QToolButton

from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.layouts import ElidedLabel

LONG = 15_000  # ms a message stays


class StatusBar(QStatusBar):
    """``cancelled`` is emitted when the person stops a running job."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self._progress = QProgressBar()
        self._progress.setAccessibleName("进度")
        self._cancel = QPushButton("停止")
        self._cancel.setAccessibleName("停止正在进行的工作")
        self._cancel.clicked.connect(self.cancelled)
        self._store, self._check, self._backup = (ElidedLabel(role="muted", least=8) for _ in range(3))
        self._clock = ElidedLabel(role="fault", least=4)
        self._clock.hide()
        for label in (self._store, self._check, self._backup, self._clock):
            label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.person = QToolButton()  # its menu lists who else may work here
        self.person.setAccessibleName("经办人")
        self.person.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.person.setProperty("bare", True)
        set_role(self.person, "quiet")
        self.person.setMenu(QMenu(self.person))
        self.person.hide()
        self.addWidget(self._store)  # a message takes the place of both while it stands
        self.addWidget(self.person)
        for widget in (self._progress, self._cancel, self._clock, self._check, self._backup):
            self.addPermanentWidget(widget)
        self.messageChanged.connect(lambda _text: self._give_way())
        self.fit()
        self.show_progress(0, 0)

    def fit(self) -> None:
        """Adapt widths to the size of type."""
        self._progress.setFixedWidth(em(self, 12))
        self.setContentsMargins(em(self, 0.8), 0, em(self, 0.8), 0)

    def tell(self, message: str) -> None:
        """Show a message for LONG milliseconds."""
        self.showMessage(message, LONG)

    def show_store(self, path: Path | None, person: str, *, signed_in: bool = False) -> None:
        """Show the file of the store and the person working."""
        self._store.setText(f"台账 {path.stem}" if path else "台账在内存里")
        self._store.setToolTip(str(path or ""))
        self.person.setText(f"{'登录' if signed_in else '经办'} {person}")
        self.person.setToolTip("已登录；点一下锁定或换人" if signed_in else "点一下换人经办")
        self.person.setAccessibleName(f"经办人 {person}")
        self._give_way()

    def _give_way(self) -> None:
        """Store and person stand only where no message stands; Qt shows them over it when their size changes."""
        free = not self.currentMessage()
        self._store.setVisible(free)
        self.person.setVisible(free and bool(self.person.text()))

    def show_backup(self, text: str) -> None:
        """Show when the last backup was made."""
        self._backup.setText(text)

    def show_check(self, text: str) -> None:
        """Show how far the full check of the store is, or when it ended."""
        self._check.setText(text)

    def show_clock(self, warning: str) -> None:
        """Show that the clock is behind the last change; "" shows nothing."""
        title, _, _ = warning.partition("：")
        self._clock.setText(title)
        self._clock.setToolTip(warning)
        self._clock.setAccessibleName(warning)
        self._clock.setVisible(bool(warning))
        if warning:
            self.tell(warning)

    def show_progress(self, done: int, of: int) -> None:
        """How far the work is; ``of`` 0 hides it."""
        for widget in (self._progress, self._cancel):
            widget.setVisible(of > 0)
        self._progress.setRange(0, max(of, 1))
        self._progress.setValue(done)
