"""操作记录: every change of the store as a sentence, by whom and when, with values before and after."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton

from haicang_desk.model.records import Project
from haicang_desk.model.services import HistoryLine, Workspace, change_line
from haicang_desk.model.store import (
    SHORTEST_CODE,
    TABLES,
    FieldChange,
    JournalFilter,
    JournalRow,
    actors,
    count_changes,
    list_changes,
    names_of,
)
from haicang_desk.model.values import typed_day
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.theme import em, restyle, set_role
from haicang_desk.ui.widgets.editors.links import Picker
from haicang_desk.ui.widgets.filter_bar import SearchLine
from haicang_desk.ui.widgets.layouts import FlowRow, RememberedSplitter
from haicang_desk.ui.widgets.table import Table, TableColumn

MOST_TOLD = 60  # records of one change up to which it is told as a sentence, and more are told by its name
EDITS_SHOWN = 500
EDIT_COLUMNS = (
    TableColumn("记录", lambda e: e[0], "", 6),
    TableColumn("栏目", lambda e: e[1].label, "", 8),
    TableColumn("改动前", lambda e: e[1].before or "—", "", 14, grows=True, colour=lambda _: theme.colour("muted")),
    TableColumn("改动后", lambda e: e[1].after or "—", "", 14, grows=True),
)


class ChangeSource:
    """Rows of the journal, page by page from the store."""

    def __init__(self, workspace: Workspace, wanted: JournalFilter) -> None:
        self._ws, self._wanted = workspace, wanted

    def count(self) -> int:
        """The number of rows."""
        return count_changes(self._ws.conn, self._wanted)

    def page(self, order: str, descending: bool, offset: int, limit: int) -> Sequence[JournalRow]:
        """A page of the journal, newest first."""
        return list_changes(self._ws.conn, self._wanted, offset=offset, limit=limit)


class JournalScreen(Screen):
    """操作记录: all changes of the store, searchable, with the fields that each one edited."""

    title = "操作记录"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._told: dict[int, tuple[str, str]] = {}  # sentence and subject of a change, which never change
        self._open = self.add_button("打开项目(&O)", self._open_project, name="open_project", icon="external-link")
        self.words = SearchLine("查找操作记录", "办理名称、经手人或存证码")
        self.words.criteria.connect(lambda _: self._seek())
        self._filters = self._filter_row()
        columns = (
            TableColumn("时间", lambda c: f"{c.at:%Y-%m-%d %H:%M}", "", 9.5, rank=1),
            TableColumn("经手人", lambda c: c.actor, "", 6, rank=2),
            TableColumn(
                "办理", lambda c: c.action, "", 24, grows=True,
                text=lambda c: self._sentence(c)[0], second_line=lambda c: self._sentence(c)[1],
                colour=self._colour,
            ),
            TableColumn("记录数", lambda c: f"{c.rows:,}", "", 4.5, right=True, rank=4),
            TableColumn("存证码", lambda c: c.seal[:16], "", 11, rank=5, code=True),
        )  # fmt: skip
        self.table = Table(columns, name="操作记录表", empty="没有符合的操作记录。\n可以清除上面的条件。")
        self.edits = Table(EDIT_COLUMNS, name="改动内容", empty="选一次操作，这里列出它改动的内容")
        self.table.picked.connect(self._show_edits)
        self.table.opened.connect(lambda _: self._open_project())
        self.table.remember(state.settings)
        self.words.serves(self.table, opens=False)
        self.split = RememberedSplitter(Qt.Orientation.Horizontal, "操作记录", state.settings)
        self.split.addWidget(self.table)
        self.split.addWidget(self.edits)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        self.body.addWidget(self._filters)
        self.split.restore()
        self.body.addWidget(self.split, 1)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self).activated.connect(self._find)

    def _filter_row(self) -> FlowRow:
        self.people, self.kinds = QComboBox(), QComboBox()
        self.people.setAccessibleName("经手人")
        self.kinds.setAccessibleName("记录种类")
        self.kinds.addItem("各种记录", "")
        for table, cls in TABLES.items():
            self.kinds.addItem(cls.label, table)
        self.project = Picker(Choices(self.state.workspace), Project.table)
        self.project.setAccessibleName("项目")
        self.project.setPlaceholderText("项目，汉字或拼音")
        self.project.chosen.connect(lambda _: self._seek())
        self.project.editingFinished.connect(self._seek)
        self.since, self.until = self._day("自（日期）", "自 7.13"), self._day("至（日期）", "至 今天")
        clear = QPushButton("清除条件(&L)")
        clear.setObjectName("clear_filters")
        clear.setAccessibleName("清除条件")
        set_role(clear, "quiet")
        clear.clicked.connect(self.clear)
        for combo in (self.people, self.kinds):
            combo.activated.connect(lambda _: self._seek())
        row = FlowRow(8)
        for widget in (self.words, self.people, self.kinds, self.project, self.since, self.until, clear):
            row.add(widget)
        self._clear = clear
        self._fit_filters()
        return row

    def _day(self, name: str, hint: str) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(name)
        line.setPlaceholderText(hint)
        line.setToolTip("可写 7.13、0713、昨天、-7、上月底")
        line.editingFinished.connect(self._seek)
        return line

    def _fit_filters(self) -> None:
        for widget, wide in ((self.words, 16), (self.project, 12), (self.since, 6.5), (self.until, 6.5)):
            widget.setFixedWidth(em(self, wide))

    # showing

    def look(self) -> None:
        """Read what is shown from the store again."""
        if not self.people.count():  # once: it reads the whole journal
            self.people.addItem("所有经手人", "")
            for actor in actors(self.state.workspace.conn):
                self.people.addItem(actor, actor)
        elif self.people.findData(self.state.person) < 0:
            self.people.addItem(self.state.person, self.state.person)
        self._filters.place()
        self._seek()

    def show_what(self, what: Any) -> None:
        """Show the changes of a project, by its id, or those that pass a JournalFilter."""
        self.look_if_stale()
        wanted = what if isinstance(what, JournalFilter) else JournalFilter(project=str(what))
        self.words.show_words(wanted.text)
        self.people.setCurrentIndex(max(self.people.findData(wanted.actor), 0))
        self.kinds.setCurrentIndex(max(self.kinds.findData(wanted.table), 0))
        self.project.pick(wanted.project)
        for line, day in ((self.since, wanted.since), (self.until, wanted.until)):
            line.setText(day.isoformat() if day else "")
        self._seek()

    def clear(self) -> None:
        """Drop all conditions."""
        self.show_what(JournalFilter())

    def wanted(self) -> JournalFilter:
        """The conditions in force; what cannot be read counts as none, and is marked."""
        return JournalFilter(
            text=self.words.words(),
            actor=self.people.currentData() or "",
            table=self.kinds.currentData() or "",
            project=self._picked_project(),
            since=self._read_day(self.since),
            until=self._read_day(self.until),
        )

    def _picked_project(self) -> str:
        try:
            return self.project.settle()
        except ValueError:
            return ""

    def _read_day(self, line: QLineEdit) -> date | None:
        text, day = line.text().strip().lstrip("自至 "), None
        faulty = False
        if text:
            try:
                day = typed_day(text, today=self.state.today(), fund_year=self.state.year)
            except ValueError:
                faulty = True
        if bool(line.property("faulty")) is not faulty:
            line.setProperty("faulty", faulty)
            restyle(line)
        return day

    def _seek(self) -> None:
        wanted, chosen = self.wanted(), self._chosen()
        self.table.look(ChangeSource(self.state.workspace, wanted))
        if chosen is not None:
            self._select(chosen.seq)
        self._clear.setVisible(wanted != JournalFilter())
        self._filters.place()
        self._tell_count()
        self._show_edits()

    def _tell_count(self) -> None:
        """How many changes there are; where a 存证码 is looked for, also what it is worth in the state of the store."""
        told = f"共 {self.table.rows.rowCount():,} 次，"
        if re.search(rf"[0-9a-fA-F]{{{SHORTEST_CODE},}}", self.words.text()):
            self.note.setText(told + self.state.workspace.condition.vouching)
        else:
            self.note.setText(f"{told}只能追加，不能改写")

    def _select(self, seq: int) -> None:
        """Keep the change selected where it is still near the top."""
        rows = self.table.rows
        for number in range(min(rows.rowCount(), 200)):
            if (row := rows.row(number)) is not None and row.seq == seq:
                self.table.selectRow(number)
                return

    def _sentence(self, row: JournalRow) -> tuple[str, str]:
        """What was done, and to which project; told when the row is first drawn."""
        if row.seq not in self._told:
            if row.rows > MOST_TOLD:
                self._told[row.seq] = (row.action, f"{row.rows:,} 条记录")
            else:
                line = change_line(self.state.workspace, row.seq)
                self._told[row.seq] = (self._text_of(row, line), self._subject_of(line))
        text, subject = self._told[row.seq]
        return (f"{text}（已撤销）" if row.undone else text), subject

    def _text_of(self, row: JournalRow, line: HistoryLine | None) -> str:
        """The sentence without who and when, which stand beside it."""
        said = line.text.partition("　")[2].partition("　")[2] if line is not None else ""
        return said or row.action

    def _subject_of(self, line: HistoryLine | None) -> str:
        if line is None or not line.projects:
            return ""
        names = names_of(self.state.workspace.conn, Project.table, line.projects[:2])
        shown = "、".join(names.get(project, "") for project in line.projects[:2])
        return f"{shown}等 {len(line.projects)} 项" if len(line.projects) > 2 else shown

    def _colour(self, row: JournalRow) -> QColor | None:
        return theme.colour("muted") if row.undone else None

    def _chosen(self) -> JournalRow | None:
        return next(iter(self.table.chosen()), None)

    def _show_edits(self) -> None:
        chosen = self._chosen()
        rows: list[tuple[str, FieldChange]] = []
        projects: tuple[str, ...] = ()
        if chosen is not None and (line := change_line(self.state.workspace, chosen.seq, most=EDITS_SHOWN)) is not None:
            rows, projects = list(line.edits)[:EDITS_SHOWN], line.projects
        self.edits.show_rows(rows)
        self._open.setEnabled(len(projects) == 1)
        self._project = projects[0] if len(projects) == 1 else ""

    def _open_project(self) -> None:
        if self._project:
            self.state.project_requested.emit(self._project)

    def _find(self) -> None:
        self.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.words.selectAll()

    # layout

    def arrange(self) -> None:
        """On a narrow window what was changed lies below the list."""
        self._fit_filters()
        across = self.width() >= em(self, 70)
        self.split.setOrientation(Qt.Orientation.Horizontal if across else Qt.Orientation.Vertical)
        QTimer.singleShot(0, self._filters, self._filters.place)
