"""What the window shows while no store is open: the ledgers opened last, and the ways to begin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QDateTime, QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.cards import Card
from haicang_desk.ui.widgets.icons import IconTile, set_icon
from haicang_desk.ui.widgets.layouts import ElidedLabel, scroll_area

MOST = 6  # ledgers listed
WIDE = 44  # characters of the page
NAME = "海沧“社会+”民生微实事工作台"


class StartPage(QWidget):
    """The ledgers opened last, and buttons for the ways to begin; each emits a signal."""

    new_requested = Signal()
    open_requested = Signal()
    restore_requested = Signal()
    sample_requested = Signal()
    store_requested = Signal(str)  # one of those opened before

    def __init__(self, recent: Callable[[], Sequence[Path]] = list) -> None:
        super().__init__()
        self._recent = recent
        self._page = QWidget()
        self._middle = QWidget()
        column = QVBoxLayout(self._middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(em(self, 0.8))
        name, notice = QLabel(NAME), QLabel("还没有打开台账。数据都存在本机，不需要上网。")
        set_role(name, "title")
        set_role(notice, "muted")
        for label in (name, notice):
            label.setWordWrap(True)
        self._list = Card("最近的台账", "点一本打开")
        self._buttons = [
            self._button("新建台账(&N)", "begin_new", "plus", self.new_requested.emit, role="primary"),
            self._button("打开台账(&O)…", "begin_open", "folder-open", self.open_requested.emit),
            self._button("从备份恢复(&R)…", "begin_restore", "archive-restore", self.restore_requested.emit),
            self._button("先看示范台账(&D)", "begin_sample", "eye", self.sample_requested.emit),
        ]
        rows = QVBoxLayout()
        for pair in (self._buttons[:2], self._buttons[2:]):
            row = QHBoxLayout()
            for button in pair:
                row.addWidget(button, 1)
            rows.addLayout(row)
        for widget in (name, notice, self._list):
            column.addWidget(widget)
        column.addLayout(rows)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(self._middle)
        across.addStretch(1)
        whole = QVBoxLayout(self._page)
        whole.addStretch(2)
        whole.addLayout(across)
        whole.addStretch(3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll_area(self._page))
        self.fit()
        self.show_recent()

    def _button(self, label: str, name: str, icon: str, act: Callable[[], object], *, role: str = "") -> QPushButton:
        button = QPushButton(label)
        button.setObjectName(name)
        button.setAccessibleName(label.partition("(")[0])
        set_role(button, role)
        set_icon(button, icon, "on_accent" if role == "primary" else "text")
        button.clicked.connect(lambda: act())
        return button

    def fit(self) -> None:
        """Adapt widths to the size of type."""
        self._middle.setFixedWidth(min(em(self, WIDE), max(self.width() - em(self, 3), em(self, 20))))
        for button in self._buttons:
            button.setMinimumHeight(em(self, 2.6))

    def show_recent(self) -> None:
        """List the ledgers opened last, with their last change and size; those that are gone are left out."""
        while (item := self._list.body.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                for button in widget.findChildren(QPushButton):
                    button.setObjectName("")
                widget.hide()
                widget.deleteLater()
        found = [(path, told) for path in list(self._recent())[:MOST] if (told := _told(path))]
        for path, told in found:
            row = self._row(path, told)
            self._list.body.addWidget(row)
            row.show()
        self._list.setVisible(bool(found))

    def _row(self, path: Path, told: str) -> QFrame:
        row = QFrame()
        set_role(row, "row")
        box = QHBoxLayout(row)
        box.setContentsMargins(0, em(self, 0.3), 0, em(self, 0.3))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(ElidedLabel(path.stem, role="strong"))
        words.addWidget(ElidedLabel(f"{told}　{path.parent}", role="small"))
        go = QPushButton("打开")
        go.setObjectName("open_recent")
        go.setAccessibleName(f"打开{path.stem}")
        set_role(go, "quiet")
        go.clicked.connect(lambda: self.store_requested.emit(str(path)))
        box.addWidget(IconTile("book-marked", "info"), 0, Qt.AlignmentFlag.AlignVCenter)
        box.addLayout(words, 1)
        box.addWidget(go)
        return row

    def showEvent(self, event: QShowEvent) -> None:
        """List what was opened since."""
        super().showEvent(event)
        self.show_recent()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Never wider than the window."""
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Adapt to another size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "_buttons"):
            self.fit()


def _told(path: Path) -> str:
    """When a ledger was last changed, and its size; "" for one that is not there."""
    with suppress(OSError):
        found = path.stat()
        size = f"{found.st_size / 1_048_576:.1f} 兆" if found.st_size >= 104_858 else f"{found.st_size // 1024} 千字节"
        changed = QDateTime.fromSecsSinceEpoch(int(found.st_mtime)).toString("yyyy-MM-dd HH:mm")
        return f"{changed} 改过　{size}"
    return ""
