"""The list of what was typed and not saved, offered when a store opens."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from haicang_desk.ui.shell.drafts import Draft, Drafts, take_up, waiting
from haicang_desk.ui.shell.private_view import private_view
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.dialogs import DeskDialog
from haicang_desk.ui.widgets.icons import IconTile
from haicang_desk.ui.widgets.layouts import ElidedLabel

if TYPE_CHECKING:
    from haicang_desk.ui.shell.main_window import MainWindow

TITLE = "上次没有存完的填写"
MOST = 40  # listed


class DraftList(DeskDialog):
    """What was typed and not saved: what it is about, when, and its first entries, with 打开 and 丢弃."""

    def __init__(self, window: MainWindow, drafts: Drafts, waiting: list[Draft]) -> None:
        super().__init__(window, TITLE, "草稿", wide=46)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._window, self._drafts = window, drafts
        self._rows: list[tuple[Draft, QFrame]] = []
        self._head = QLabel()
        self._head.setWordWrap(True)
        set_role(self._head, "strong")
        self.page.addWidget(self._head)
        for number, draft in enumerate(waiting[:MOST]):
            self._add_row(number, draft)
        self.page.addStretch(1)
        self.buttons.addStretch(1)
        self.add_button("以后再说(&L)", self.reject, name="later", tip="Esc；再打开同一张表单时还会问")
        self._tell()

    def _add_row(self, number: int, draft: Draft) -> None:
        row = QFrame()
        set_role(row, "row")
        line = QHBoxLayout(row)
        line.setContentsMargins(0, em(self, 0.5), 0, em(self, 0.5))
        line.setSpacing(em(self, 0.8))
        words = QVBoxLayout()
        words.setSpacing(em(self, 0.1))
        name = ElidedLabel(draft.what.strip("“”"), role="strong")
        words.addWidget(name)
        words.addWidget(ElidedLabel(f"{draft.at}　{entries_told(draft)}"))
        line.addWidget(IconTile("history", "info"))
        line.addLayout(words, 1)
        for label, key, act in (("打开", "open", self._open), ("丢弃", "drop", self._drop)):
            button = QPushButton(label)
            button.setObjectName(f"{key}_{number}")
            button.setAccessibleName(f"{label}{draft.what}")
            button.setAutoDefault(False)
            set_role(button, "primary" if number == 0 and key == "open" else "" if key == "open" else "quiet")
            button.clicked.connect(lambda _=False, act=act, draft=draft: act(draft))
            line.addWidget(button)
            if number == 0 and key == "open":
                button.setDefault(True)
                button.setFocus()
        self.page.addWidget(row)
        self._rows.append((draft, row))

    def texts(self) -> list[str]:
        """What is listed, a text for each row."""
        return ["　".join(label.text() for label in row.findChildren(ElidedLabel)) for _, row in self._rows]

    def _tell(self) -> None:
        self._head.setText(f"有 {len(self._rows)} 份内容填了还没有保存。打开后可以接着填，或者丢弃。")

    def _open(self, draft: Draft) -> None:
        self.accept()
        take_up(draft)
        self._window.go(draft.screen, draft.what_to_show())

    def _drop(self, draft: Draft) -> None:
        self._drafts.drop(draft.slot)
        for each in list(self._rows):
            if each[0] is draft:
                each[1].hide()
                each[1].deleteLater()
                self._rows.remove(each)
        self._tell()
        if not self._rows:
            self.accept()


def entries_told(draft: Draft) -> str:
    """The first entries that were typed; of a batch those that hold for all its projects."""
    entries = draft.typed
    if "once" in entries:
        entries = {}
        with suppress(ValueError, AttributeError):
            entries = {name: str(text) for name, text in json.loads(draft.typed["once"]).items()}
    typed = (" ".join(text.split()) for name, text in entries.items() if text != draft.shown.get(name, ""))
    return private_view().text("，".join(text for text in typed if text))


def offer_waiting(window: MainWindow) -> None:
    """List what was typed and not saved in the store of a window, where there is any."""
    if window.state is None:
        return
    drafts = Drafts(window.state.workspace.path)
    if found := waiting(drafts):
        DraftList(window, drafts, found).open()
