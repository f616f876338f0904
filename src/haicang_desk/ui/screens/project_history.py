"""The 经过 tab: what happened to a project as sentences, what was voided, and the flow chart."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from haicang_desk.model.records import STORE_ONLY, Project
from haicang_desk.model.services import (
    HistoryLine,
    VoidedRecord,
    Workspace,
    history_of,
    restore_voided,
    take_back_change,
)
from haicang_desk.model.store import TABLES, events_of_project
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.private_view import private_view
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.flow_chart import FlowChart
from haicang_desk.ui.widgets.icons import set_icon
from haicang_desk.ui.widgets.layouts import scroll_area
from haicang_desk.ui.widgets.table import Table, TableColumn

LINES = (
    TableColumn("经过", lambda line: line.text, "", 40, grows=True),
    TableColumn("时间", lambda line: f"{line.at:%Y-%m-%d %H:%M}", "", 10),
    TableColumn("存证码", lambda line: line.seal[:8], "", 6, code=True),
)
EDITS = (
    TableColumn("记录", lambda edit: edit[0], "", 7),
    TableColumn("栏目", lambda edit: edit[1].label, "", 9),
    TableColumn("改动前", lambda edit: edit[1].before.replace("\n", " "), "", 18),
    TableColumn("改动后", lambda edit: edit[1].after.replace("\n", " "), "", 18, grows=True),
)
VOIDED = (
    TableColumn("记录", lambda voided: voided.record.label, "", 8),
    TableColumn("内容", lambda voided: voided.name, "", 24, grows=True),
    TableColumn("作废", lambda voided: f"{voided.actor}　{voided.at:%Y-%m-%d}", "", 12),
    TableColumn("理由", lambda voided: voided.reason, "", 16),
)


def voided_of(ws: Workspace, project_id: str) -> list[VoidedRecord]:
    """The records of a project that are void now, the latest first; those that an undo took out are among them."""
    seen: set[tuple[str, str]] = set()
    found = []
    for event in events_of_project(ws.conn, project_id):
        record = event.new
        if (event.table, record.id) in seen or TABLES[event.table] in (*STORE_ONLY, Project):
            continue
        seen.add((event.table, record.id))
        if record.void:
            filled = [
                private_view().value(field, field.show(record)) for field in record.fields.values() if not field.refers
            ]
            name = "　".join(" ".join(text.split())[:30] for text in filled if text).strip()[:60]
            reason = event.action.partition("：")[2] if event.action.startswith("作废") else event.action
            found.append(
                VoidedRecord(
                    record=record,
                    name=name,
                    belongs="",
                    actor=event.actor,
                    at=event.at,
                    action=event.action,
                    reason=reason,
                )
            )
    return found


class HistoryTab(QWidget):
    """经过: all changes that touched the project, with values before and after, and the way back where it is open."""

    restored = Signal()

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._state, self._project = state, ""
        self.table = Table(LINES, name="办理经过", empty="还没有办理记录")
        self.edits = Table(EDITS, name="改动前后", empty="选一行，这里列出改动前后的内容")
        self.voided = Table(VOIDED, name="已作废的记录", empty="本项目没有作废的记录")
        self.chart = FlowChart()
        self.take_back = self._button("恢复到此前", "take_back", "undo-2", self._take_back)
        self.restore = self._button("恢复", "restore_voided", "archive-restore", self._restore)
        self._why = QLabel()
        self._why.setWordWrap(True)
        set_role(self._why, "muted")
        self.views = QTabBar()
        self.views.setAccessibleName("经过的内容")
        self.views.setDrawBase(False)
        self.views.setExpanding(False)
        self._stack = QStackedWidget()
        for label, page in (("改动", scroll_area(self._changes())), ("已作废", self._voids()), ("流程图", self.chart)):
            self.views.addTab(label)
            self._stack.addWidget(page)
        self.views.currentChanged.connect(self._stack.setCurrentIndex)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addWidget(self.views)
        layout.addWidget(self._stack, 1)
        self.table.picked.connect(self._tell)
        self.voided.picked.connect(self._enable)
        self._fit()

    def _fit(self) -> None:
        """Room for a few rows in each table; where the window is lower, they scroll together."""
        self.table.setMinimumHeight(em(self, 7))
        self.edits.setMinimumHeight(em(self, 6))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "views"):
            self._fit()

    def _button(self, label: str, name: str, icon: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(label)
        button.setObjectName(name)
        button.setAccessibleName(label)
        set_icon(button, icon)
        button.clicked.connect(act)
        return button

    def _changes(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.addWidget(self._why, 1)
        row.addWidget(self.take_back)
        layout.addWidget(self.table, 3)
        layout.addLayout(row)
        layout.addWidget(self.edits, 2)
        return page

    def _voids(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.restore)
        layout.addLayout(row)
        layout.addWidget(self.voided, 1)
        return page

    def show_history(self, ws: Workspace, project_id: str) -> None:
        """List the changes of a project, and its records that are void."""
        self._project = project_id
        self.table.show_rows(history_of(ws, project_id))
        void = voided_of(ws, project_id)
        self.voided.show_rows(void)
        self.views.setTabText(1, f"已作废 {len(void)}" if void else "已作废")
        self._tell()
        self._enable()

    def _chosen(self) -> HistoryLine | None:
        return next(iter(self.table.chosen()), None)

    def _tell(self) -> None:
        line = self._chosen()
        self.edits.show_rows(list(line.edits) if line else [])
        self.take_back.setEnabled(bool(line and line.takes_back))
        if line is None:
            self._why.setText("")
        elif line.takes_back:
            self._why.setText("可以把这一次改动的内容恢复到此前；之后又改过的不动")
        else:
            self._why.setText("登记和办理步骤不在这里恢复：登记错的在表里作废，办理错的用“撤回”“退回补正”")

    def _enable(self) -> None:
        self.restore.setEnabled(bool(self.voided.chosen()))

    def _take_back(self) -> None:
        line = self._chosen()
        screen = _screen_of(self)
        if line is None or screen is None:
            return
        ws, person = self._state.workspace, self._state.person
        if screen.attempt("恢复到此前", lambda: take_back_change(ws, line.seq, person=person)):
            self._state.message.emit(f"已恢复到“{line.action}”之前")

    def _restore(self) -> None:
        screen = _screen_of(self)
        voided = next(iter(self.voided.chosen()), None)
        if voided is None or screen is None:
            return
        ws, person, on = self._state.workspace, self._state.person, self._state.today()
        if screen.attempt("恢复", lambda: restore_voided(ws, voided, person=person, on=on)):
            self._state.message.emit(f"已恢复{voided.record.label}")


def _screen_of(widget: QWidget) -> Screen | None:
    above = widget.parentWidget()
    while above is not None and not isinstance(above, Screen):
        above = above.parentWidget()
    return above
