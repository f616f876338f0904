"""The pages of the first-run guide: each says what is missing on it, and keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from haicang_desk.model.records import Project
from haicang_desk.model.services.operators import POSTS, is_person
from haicang_desk.model.values import DeskError, StoreUnusable
from haicang_desk.paths import documents_folder
from haicang_desk.platform import clean, ledger_folder, real_path, refuse_unsafe_place, unreserved
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.icons import set_icon
from haicang_desk.ui.widgets.spin_box import SpinBox

if TYPE_CHECKING:
    from haicang_desk.ui.shell.first_run import FirstRunChoice

NEW, OPEN, RESTORE, SAMPLE = "new", "open", "restore", "sample"
WAYS = (
    (NEW, "新建一本台账", "填街道、年度和村居名册就可以开始"),
    (OPEN, "打开已有的台账", "选择以前建立的台账文件"),
    (RESTORE, "从备份恢复", "换了电脑，或台账文件损坏时用"),
    (SAMPLE, "先看示范台账", "一个街道一年的示范数据，可以随意试用"),
)
SHEETS = "表格 (*.xlsx *.xlsm *.xls *.et *.ods *.csv)"


def _goes_on(event: QKeyEvent) -> bool:
    """Whether it is Ctrl+Enter."""
    held = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    return held and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class GuidePage(QWidget):
    """One step. ``edited`` when something is typed; ``forward`` where Enter in it goes on."""

    name: ClassVar[str] = ""
    heading: ClassVar[str] = ""
    note: ClassVar[str] = ""

    edited = Signal()
    forward = Signal()

    def fault(self) -> str:
        """What is missing or wrong, "" where the guide may go on."""
        return ""

    def begin(self) -> None:
        """The page comes into sight."""

    def take_hand(self) -> None:
        """Put the keyboard where something is to be typed."""

    def typed(self) -> dict[str, str]:
        """What was typed, by name."""
        return {}

    def take_up(self, typed: Mapping[str, str]) -> None:
        """Show again what was typed."""


class WaysPage(GuidePage):
    """Step 1: how to begin."""

    name = "开始"
    heading = "欢迎使用海沧“社会+”民生微实事工作台"
    note = "数据都存在本机，不需要上网。"

    def __init__(self, way: str) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, em(self, 0.4), 0, 0)
        for number, (name, label, meaning) in enumerate(WAYS):
            button, note = QRadioButton(label), QLabel(meaning)
            button.setObjectName(f"way_{name}")
            button.setAccessibleName(label)
            button.setAccessibleDescription(meaning)
            button.setChecked(name == way)
            button.installEventFilter(self)
            set_role(note, "muted")
            note.setContentsMargins(em(self, 1.9), 0, 0, em(self, 0.6))
            layout.addWidget(button)
            layout.addWidget(note)
            self._group.addButton(button, number)
        layout.addStretch(1)

    @property
    def way(self) -> str:
        """The way to begin that is selected."""
        return WAYS[max(self._group.checkedId(), 0)][0]

    def take_hand(self) -> None:
        """On the way that is selected."""
        if (chosen := self._group.checkedButton()) is not None:
            chosen.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter on a way takes it and goes on."""
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.forward.emit()
            return True
        return super().eventFilter(watched, event)


class StreetPage(GuidePage):
    """Step 2: whose ledger, and for which year."""

    name = "街道"
    heading = "街道和年度"
    note = "街道名称会印在文书上；地址和电话以后可以在“设置”里补充。"

    def __init__(self, today: date) -> None:
        super().__init__()
        self.street, self.year = QLineEdit(), SpinBox()
        self.street.setPlaceholderText("如 新阳街道")
        self.street.setMaxLength(30)
        self.street.textEdited.connect(lambda _: self.edited.emit())
        self.year.setRange(2018, 2100)
        self.year.setValue(today.year)
        form = QFormLayout(self)
        form.setContentsMargins(0, em(self, 0.6), 0, 0)
        for label, widget in (("街道(&J)", self.street), (f"{Project.fields['fund_year'].label}(&Y)", self.year)):
            form.addRow(label, widget)
            widget.setAccessibleName(label.partition("(")[0])

    def fault(self) -> str:
        """A street has a name."""
        return "" if self.street.text().strip() else "请填写街道名称"

    def take_hand(self) -> None:
        """On the name."""
        self.street.setFocus(Qt.FocusReason.OtherFocusReason)

    def typed(self) -> dict[str, str]:
        """What was typed, by name."""
        return {"street": self.street.text(), "year": str(self.year.value()) if self.street.text() else ""}

    def take_up(self, typed: Mapping[str, str]) -> None:
        """Show again what was typed."""
        self.street.setText(typed.get("street", ""))
        if (year := typed.get("year", "")).isdigit():
            self.year.setValue(int(year))


class VillagesPage(GuidePage):
    """Step 3: the villages, one a line, pasted or read from a workbook."""

    name = "村居"
    heading = "村居名册"
    note = "每行一个村居：可以从表格里复制一列粘贴过来，或读入一个表格文件；也可以先跳过，以后再登记。"

    def __init__(self) -> None:
        super().__init__()
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("村居名册")
        self.text.setPlaceholderText("霞阳社区\n祥露社区\n新垵村")
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(em(self, 11))
        self.text.setToolTip("Ctrl+回车到下一步")
        self._count = QLabel()
        set_role(self._count, "muted")
        read = QPushButton("从表格读入(&X)…")
        read.setObjectName("read_villages")
        read.setAccessibleName("从表格读入")
        read.setAutoDefault(False)
        set_icon(read, "file-input")
        read.clicked.connect(self.read_file)
        row = QHBoxLayout()
        row.addWidget(self._count, 1)
        row.addWidget(read)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, em(self, 0.4), 0, 0)
        layout.addWidget(self.text, 1)
        layout.addLayout(row)
        self.text.textChanged.connect(self._on_edited)
        self.text.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Enter goes on; Enter alone makes a line."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and _goes_on(event):
            self.forward.emit()
            return True
        return super().eventFilter(watched, event)

    def _on_edited(self) -> None:
        self._count.setText(f"共 {len(self.names())} 个村居")
        self.edited.emit()

    def read_file(self) -> None:
        """Add the names that a workbook lists."""
        from haicang_desk.model.spreadsheet import village_names_in

        path = prompts.pick_open(self, "选择有村居名称的表格", documents_folder(), SHEETS)
        if path is None:
            return
        try:
            found = village_names_in(path)
        except DeskError as refused:
            self._count.setText(str(refused))
            return
        known = list(self.names())
        self.text.setPlainText("\n".join([*known, *(name for name in found if name not in known)]))
        self._count.setText(f"共 {len(self.names())} 个村居，从“{path.name}”读入 {len(found)} 个")

    def names(self) -> tuple[str, ...]:
        """The villages entered, each once and in order; only the first cell of a pasted row counts."""
        found: dict[str, None] = {}
        for line in self.text.toPlainText().splitlines():
            if name := line.partition("\t")[0].strip()[:30]:
                found[name] = None
        return tuple(found)

    def take_hand(self) -> None:
        """On the names."""
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def typed(self) -> dict[str, str]:
        """What was typed, by name."""
        return {"villages": self.text.toPlainText()}

    def take_up(self, typed: Mapping[str, str]) -> None:
        """Show again what was typed."""
        self.text.setPlainText(typed.get("villages", ""))


class OfficePage(GuidePage):
    """Step 4: who works with it, where its file goes, and a second place for backups."""

    name = "经办和存放"
    heading = "由谁经办，存在哪里"
    note = "姓名记在每一次办理上，以后可以换人。备份最好再存一处：U 盘、移动硬盘或另一台电脑。"

    def __init__(self, person: str, street: Callable[[], str]) -> None:
        super().__init__()
        self._street, self._own_place = street, False
        self.person, self.place, self.second = QLineEdit(person if is_person(person) else ""), QLineEdit(), QLineEdit()
        self.person.setPlaceholderText("您的姓名")
        self.person.setMaxLength(20)
        self.second.setPlaceholderText("以后再设也可以")
        self.post = QComboBox()
        self.post.setEditable(True)
        self.post.addItems(POSTS)
        form = QFormLayout(self)
        form.setContentsMargins(0, em(self, 0.6), 0, 0)
        who = QHBoxLayout()
        who.addWidget(self.person, 2)
        who.addWidget(self.post, 1)
        place = self._with_choice(self.place, "选择台账存放位置", self._choose)
        second = self._with_choice(self.second, "选择第二处备份的文件夹", self._choose_second)
        for words, line, row in (
            ("经办人(&P)", self.person, who),
            ("台账文件(&F)", self.place, place),
            ("第二处备份(&K)", self.second, second),
        ):
            label = QLabel(words)
            label.setBuddy(line)
            form.addRow(label, row)
        for widget, name in (
            (self.person, "经办人"),
            (self.post, "岗位"),
            (self.place, "台账文件"),
            (self.second, "第二处备份"),
        ):
            widget.setAccessibleName(name)
        for entry in (self.person, self.place, self.second):
            entry.textEdited.connect(lambda _: self.edited.emit())
        self.place.textEdited.connect(lambda _: self._own())

    def _with_choice(self, line: QLineEdit, name: str, act: Callable[[], None]) -> QHBoxLayout:
        button = QPushButton("选择…")
        button.setAccessibleName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())
        row = QHBoxLayout()
        row.addWidget(line, 1)
        row.addWidget(button)
        return row

    def begin(self) -> None:
        """Propose a place named after the street, until the person chooses one."""
        if not self._own_place:
            name = unreserved(clean(self._street()) or "台账")
            self.place.setText(str(ledger_folder() / f"{name}.db"))

    def person_named(self) -> str:
        """The name of the person."""
        return " ".join(self.person.text().split())

    def path(self) -> Path:
        """The file of the new store."""
        path = Path(self.place.text().strip())
        return path if path.suffix else path.with_suffix(".db")

    def second_place(self) -> Path | None:
        """The second place for backups, None for none."""
        text = self.second.text().strip()
        return Path(text) if text else None

    def fault(self) -> str:
        """A person has a name, the file is a new one, and the second place is there."""
        if not is_person(self.person.text()):
            return "请填写经办人的姓名"
        if not self.place.text().strip():
            return "请选择台账存放的位置"
        if self.path().exists():
            return f"“{self.path()}”已经存在。请换一个文件名，或退回第一步选“打开已有的台账”"
        try:
            refuse_unsafe_place(real_path(self.path()))
        except StoreUnusable as unsafe:
            return str(unsafe)
        second = self.second_place()
        if second is not None and not second.is_dir():
            return f"找不到文件夹“{second}”。请接上再选，或留空以后再设"
        return ""

    def take_hand(self) -> None:
        """On the name, or on what is wrong."""
        named = is_person(self.person.text())
        (self.place if named and self.path().exists() else self.person).setFocus(Qt.FocusReason.OtherFocusReason)

    def _own(self) -> None:
        self._own_place = True

    def _choose(self) -> None:
        if (path := prompts.pick_save(self, "台账存在哪里", self.path(), "台账 (*.db)")) is not None:
            self._own_place = True
            self.place.setText(str(path))

    def _choose_second(self) -> None:
        if (folder := prompts.pick_folder(self, "第二处备份放在哪个文件夹", Path.home())) is not None:
            self.second.setText(str(folder))
            self.edited.emit()

    def typed(self) -> dict[str, str]:
        """What was typed, by name."""
        own = {"place": self.place.text()} if self._own_place else {}
        return {"person": self.person.text(), "post": "", "second": self.second.text(), **own}

    def take_up(self, typed: Mapping[str, str]) -> None:
        """Show again what was typed."""
        self.person.setText(typed.get("person", "") or self.person.text())
        self.second.setText(typed.get("second", ""))
        if place := typed.get("place", ""):
            self._own_place = True
            self.place.setText(place)


class SummaryPage(GuidePage):
    """Step 5: all of it once more, before the file is made."""

    name = "核对"
    heading = "核对一下，就可以建立台账"
    note = "都可以以后再改。"

    def __init__(self, wish: Callable[[], FirstRunChoice]) -> None:
        super().__init__()
        self._wish = wish
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, em(self, 0.6), 0, 0)
        self._grid.setHorizontalSpacing(em(self, 1.2))
        self._grid.setVerticalSpacing(em(self, 0.5))
        self.values: dict[str, QLabel] = {}
        for number, label in enumerate(("街道", "年度", "村居", "经办人", "台账文件", "第二处备份")):
            name, value = QLabel(label), QLabel()
            set_role(name, "muted")
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setWordWrap(True)
            self._grid.addWidget(name, number, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, number, 1)
            self.values[label] = value
        self._grid.setColumnStretch(1, 1)
        self._grid.setRowStretch(6, 1)

    def begin(self) -> None:
        """Show what was chosen."""
        wish = self._wish()
        shown = "、".join(wish.villages[:6]) + (f"等 {len(wish.villages)} 个" if len(wish.villages) > 6 else "")
        texts = {
            "街道": wish.street,
            "年度": f"{wish.year} 年度",
            "村居": shown or "以后登记",
            "经办人": f"{wish.person}（{wish.post}）" if wish.post else wish.person,
            "台账文件": str(wish.path or ""),
            "第二处备份": str(wish.second) if wish.second else "没有设，可以以后在“设置”里设",
        }
        for label, text in texts.items():
            self.values[label].setText(text)
