"""The cards of 设置: who works here, how the window looks, where backups go, and what the printers remember."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from haicang_desk.model.records import Member
from haicang_desk.model.services import POSTS, last_elsewhere, operators, save_operator, void
from haicang_desk.model.store import backup_folder
from haicang_desk.model.values import DeskError
from haicang_desk.paths import data_folder
from haicang_desk.ui.shell import prompts, theme
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.application import ASK_PERSON, COLOURS, ZOOM
from haicang_desk.ui.shell.backup_keeper import SECOND, second_of
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.shell.tray_note import WANTED as NOTE_WANTED
from haicang_desk.ui.widgets.cards import Card
from haicang_desk.ui.widgets.layouts import ElidedLabel
from haicang_desk.ui.widgets.spin_box import SpinBox
from haicang_desk.ui.widgets.table import Table, TableColumn

LAYOUTS = ("表格", "分隔", "对话框")  # groups of settings that hold widths, orders and sizes
_PRINTED = "打印"


def button(label: str, act: Callable[[], object], *, name: str, role: str = "") -> QPushButton:
    """A button of a card."""
    made = QPushButton(label)
    made.setObjectName(name)
    made.setAccessibleName(label.partition("(")[0].rstrip("…"))
    set_role(made, role)
    made.clicked.connect(lambda: act())
    return made


def _words(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_role(label, "muted")
    return label


class OperatorsCard(Card):
    """经办人: the names of the office, who is working, and entering or removing one. ``taken`` has a name."""

    taken = Signal(str)

    def __init__(self, state: AppState) -> None:
        super().__init__("经办人", "只记姓名，不设密码")
        self._state = state
        columns = (
            TableColumn("姓名", lambda each: each.name, "", 8, grows=True),
            TableColumn("岗位", lambda each: each.duty, "", 6),
            TableColumn("", lambda each: "正在经办" if each.name == state.person else "", "", 6,
                        pill=lambda each: "good" if each.name == state.person else None),
        )  # fmt: skip
        self.table = Table(columns, name="经办人名单", empty="还没有登记经办人。在下面填姓名，按“添加”。")
        self.table.opened.connect(lambda each: self.taken.emit(each.name))
        self.table.picked.connect(self._allow)
        self.name, self.post = QLineEdit(), QComboBox()
        self.name.setAccessibleName("姓名")
        self.name.setPlaceholderText("姓名")
        self.name.setMaxLength(20)
        self.name.returnPressed.connect(self.add)
        self.post.setEditable(True)
        self.post.addItems(POSTS)
        self.post.setAccessibleName("岗位")
        self.each_time = QCheckBox("每次打开都问由谁经办")
        self.each_time.setAccessibleName(self.each_time.text())
        self.each_time.setChecked(bool(state.settings.number(ASK_PERSON, 0)))
        self.each_time.clicked.connect(lambda on: state.settings.keep(ASK_PERSON, int(on)))
        self._fault = QLabel()
        self._fault.setWordWrap(True)
        set_role(self._fault, "fault")
        self._fault.hide()
        self._take = button("由此人经办(&T)", self._take_chosen, name="take_person")
        self._remove = button("移出名单", self._remove_chosen, name="remove_person", role="quiet")
        entry, row = QHBoxLayout(), QHBoxLayout()
        entry.addWidget(self.name, 2)
        entry.addWidget(self.post, 1)
        entry.addWidget(button("添加(&A)", self.add, name="add_person"))
        row.addWidget(self.each_time, 1)
        row.addWidget(self._remove)
        row.addWidget(self._take)
        self.body.addWidget(self.table)
        self.body.addLayout(row)
        self.body.addLayout(entry)
        self.body.addWidget(self._fault)
        self.fit()

    def fit(self) -> None:
        """Room for four names at any size of type."""
        self.table.setFixedHeight(em(self, 2.4) * 4 + em(self, 3))

    def look(self) -> None:
        """Read the names again."""
        self.table.show_rows(operators(self._state.workspace))
        self._allow()

    def _allow(self) -> None:
        chosen = self._chosen()
        self._take.setEnabled(chosen is not None and chosen.name != self._state.person)
        self._remove.setEnabled(chosen is not None)

    def _chosen(self) -> Member | None:
        return next(iter(self.table.chosen()), None)

    def add(self) -> None:
        """Enter the name typed; the first one is also who works."""
        first = not operators(self._state.workspace)
        if self._attempt(
            lambda: save_operator(
                self._state.workspace, self.name.text(), self.post.currentText(), person=self._state.person
            )
        ):
            if first:
                self.taken.emit(" ".join(self.name.text().split()))
            self.name.clear()
            self.name.setFocus()
            self.look()

    def _take_chosen(self) -> None:
        if (chosen := self._chosen()) is not None:
            self.taken.emit(chosen.name)
            self.look()

    def _remove_chosen(self) -> None:
        chosen = self._chosen()
        if chosen is not None and prompts.confirm(
            self, "移出名单", f"把“{chosen.name}”移出经办人名单。以前的办理仍记着这个姓名。", yes="移出"
        ):
            reason = "移出经办人名单"
            self._attempt(lambda: void(self._state.workspace, chosen, reason=reason, person=self._state.person))
            self.look()

    def _attempt(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except DeskError as refused:
            self._fault.setText(str(refused))
            self._fault.show()
            return False
        self._fault.hide()
        return True


class LooksCard(Card):
    """显示: colours, size of type, and forgetting what was dragged about."""

    coloured = Signal(str)
    zoomed = Signal(int)

    def __init__(self, state: AppState) -> None:
        super().__init__("显示")
        self._settings = state.settings
        self.colours, self.points = QComboBox(), SpinBox()
        self.colours.setAccessibleName("配色")
        for name, label in theme.CHOICES.items():
            self.colours.addItem(label, name)
        self.colours.activated.connect(lambda _: self.coloured.emit(self.colours.currentData()))
        self.points.setAccessibleName("字号")
        self.points.setRange(theme.SMALLEST, theme.LARGEST)
        self.points.setSuffix(" 磅")
        self.points.valueChanged.connect(self._on_size)
        self.daily = QCheckBox("每天一次，在托盘提示今天要办的事")
        self.daily.setAccessibleName(self.daily.text())
        self.daily.setObjectName("tray_note")
        self.daily.setToolTip("只提示，不打断；点一下提示回到工作台")
        self.daily.toggled.connect(lambda wanted: self._settings.keep(NOTE_WANTED, int(wanted)))
        self._reset = button("恢复默认的列宽和版式", self._forget_layouts, name="reset_layouts")
        self._told = _words("")
        grid = QGridLayout()
        grid.setHorizontalSpacing(em(self, 1))
        choices: tuple[tuple[str, QWidget], ...] = (("配色", self.colours), ("字号", self.points))
        for number, (label, widget) in enumerate(choices):
            words = QLabel(label)
            words.setBuddy(widget)
            grid.addWidget(words, number, 0)
            grid.addWidget(widget, number, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self.body.addWidget(self.daily)
        self.body.addWidget(self._reset, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self._told)
        self._told.hide()
        self.look()

    def look(self) -> None:
        """Show what is in force."""
        self.colours.setCurrentIndex(max(self.colours.findData(self._settings.text(COLOURS, theme.SYSTEM)), 0))
        for box in (self.points, self.daily):
            box.blockSignals(True)
        self.points.setValue(self._settings.number(ZOOM, theme.USUAL))
        self.daily.setChecked(bool(self._settings.number(NOTE_WANTED, 1)))
        for box in (self.points, self.daily):
            box.blockSignals(False)

    def _on_size(self, points: int) -> None:
        self.zoomed.emit(points)

    def _forget_layouts(self) -> None:
        count = self._settings.forget(*LAYOUTS)
        self._told.show()
        self._told.setText(f"已忘掉 {count} 处调整，各页重新打开后按默认显示" if count else "没有调整过版式")


class BackupCard(Card):
    """备份: where the automatic ones lie, and a second place.

    ``wanted``: to back up at once; ``list_wanted``: the list of them.
    """

    wanted, list_wanted = Signal(), Signal()

    def __init__(self, state: AppState) -> None:
        super().__init__("备份", "打开、关闭、有改动时每半小时、大批办理之前自动备份")
        self._state = state
        self.first, self.second = ElidedLabel(role="muted"), ElidedLabel(role="")
        self._told = _words("")
        self._drop = button("不再用", self._forget_second, name="drop_second", role="quiet")
        grid = QGridLayout()
        grid.setHorizontalSpacing(em(self, 1))
        grid.addWidget(QLabel("自动备份"), 0, 0)
        grid.addWidget(self.first, 0, 1)
        grid.addWidget(button("打开", self._open_first, name="open_backups", role="quiet"), 0, 2)
        grid.addWidget(QLabel("第二处"), 1, 0)
        grid.addWidget(self.second, 1, 1)
        choices = QHBoxLayout()
        choices.addWidget(self._drop)
        choices.addWidget(button("选择…", self._choose_second, name="choose_second"))
        grid.addLayout(choices, 1, 2)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self.body.addWidget(self._told)
        row = QHBoxLayout()
        row.addWidget(button("现在备份(&B)…", self.wanted.emit, name="backup_now"))
        row.addWidget(button("查看备份和演练…", self.list_wanted.emit, name="list_backups"))
        row.addStretch(1)
        self.body.addLayout(row)

    def look(self) -> None:
        """Show the places."""
        path = self._state.workspace.origin
        self.first.setText(str(backup_folder(path)) if path else "台账在内存里，不备份")
        kept, second = self._state.settings.text(SECOND), second_of(self._state.settings)
        self.second.setText(kept or (f"{second}（程序所在的 U 盘）" if second else "没有设定"))
        self._drop.setVisible(bool(kept))
        told = self._second_told(path, second)
        self._told.setText(told)
        self._told.setVisible(bool(told))

    def _second_told(self, path: Path | None, second: Path | None) -> str:
        """What is amiss with the second place, and when it last had a backup."""
        if second is None:
            return "建议设在 U 盘、移动硬盘或另一台电脑的共享文件夹：这台电脑坏了，台账还在。"
        last = last_elsewhere(path, second) if path else None
        since = f"最近一次在 {last:%Y-%m-%d %H:%M}。" if last else ""
        if not second.is_dir():
            return f"第二处现在没有接上，接上以后会补做。{since}"
        return since

    def _open_first(self) -> None:
        path = self._state.workspace.origin
        if path is not None and backup_folder(path).is_dir():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(backup_folder(path))))

    def _choose_second(self) -> None:
        kept = self._state.settings.text(SECOND)
        folder = prompts.pick_folder(self, "第二处备份放在哪个文件夹", Path(kept) if kept else Path.home())
        if folder is not None:
            self._state.settings.keep(SECOND, str(folder))
            self._state.backup_wanted.emit()
            self.look()

    def _forget_second(self) -> None:
        self._state.settings.keep(SECOND, "")
        self.look()


class PrintersCard(Card):
    """打印机: what each kind of document remembers of its printer, and forgetting it."""

    def __init__(self, state: AppState) -> None:
        super().__init__("打印机", "每种文书记着上次用的打印机和份数")
        self._settings = state.settings
        columns = (
            TableColumn("文书", lambda row: row[1], "", 10, grows=True),
            TableColumn("打印机", lambda row: row[2], "", 10, grows=True),
            TableColumn("份数", lambda row: row[3], "", 3.5, right=True),
        )
        self.table = Table(columns, name="各文书的打印机", empty="还没有打印过。第一次打印时选的打印机会记在这里。")
        self._forget = button("忘掉所选的(&K)", self._forget_chosen, name="forget_printer")
        self.table.picked.connect(lambda: self._forget.setEnabled(bool(self.table.chosen())))
        self.body.addWidget(self.table)
        self.body.addWidget(self._forget, 0, Qt.AlignmentFlag.AlignLeft)
        self.fit()

    def fit(self) -> None:
        """Room for three documents at any size of type."""
        self.table.setFixedHeight(em(self, 2.4) * 3 + em(self, 3))

    def look(self) -> None:
        """Read what is remembered."""
        rows = []
        names = self._settings.names(_PRINTED)
        if names:
            from haicang_desk.model.documents import DOCUMENTS

            titles = {name: document.title for name, document in DOCUMENTS.items()}
            for key in names:
                kept, name = self._settings.structure(key), key.partition("/")[2]
                if isinstance(kept, dict):
                    rows.append(
                        (key, titles.get(name, name), str(kept.get("printer", "")), str(kept.get("copies", "")))
                    )
        self.table.show_rows(rows)
        self._forget.setEnabled(False)

    def _forget_chosen(self) -> None:
        for row in self.table.chosen():
            self._settings.forget_name(row[0])
        self.look()


class PlacesCard(Card):
    """位置: where the ledger, and what the program keeps beside it, lie."""

    def __init__(self, state: AppState) -> None:
        super().__init__("存放位置")
        self._state = state
        self._store, self._data = ElidedLabel(role="muted"), ElidedLabel(role="muted")
        grid = QGridLayout()
        grid.setHorizontalSpacing(em(self, 1))
        for number, (label, shown) in enumerate((("台账", self._store), ("设置和草稿", self._data))):
            grid.addWidget(QLabel(label), number, 0)
            grid.addWidget(shown, number, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)

    def look(self) -> None:
        """Show the places."""
        self._store.setText(str(self._state.workspace.path or "内存"))
        self._data.setText(str(data_folder()))
