"""The first-run guide: begin a ledger, open one, restore a backup, or look at the sample; three steps at most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import (
    QButtonGroup,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
    QWizard,
    QWizardPage,
)

from haicang_desk.model.records import Project
from haicang_desk.paths import documents_folder
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.theme import em, set_role

NEW, OPEN, RESTORE, SAMPLE = "new", "open", "restore", "sample"
WAYS = (
    (NEW, "新建一本台账", "填街道、年度和村居名册就可以开始"),
    (OPEN, "打开已有的台账", "选择以前建立的台账文件"),
    (RESTORE, "从备份恢复", "换了电脑，或台账文件损坏时用"),
    (SAMPLE, "先看示范台账", "一个街道一年的示范数据，可以随意试用"),
)
_BAD = '\\/:*?"<>|'


@dataclass(frozen=True, slots=True)
class FirstRunChoice:
    """What the person chose: the way to begin, and for a new store its street, year, file and villages."""

    way: str
    path: Path | None = None
    street: str = ""
    year: int = 0
    person: str = ""
    villages: tuple[str, ...] = ()


class FirstRunWizard(QWizard):
    """The guide. Only a new store takes more than one step."""

    def __init__(self, parent: QWidget, today: date, person: str, *, way: str = NEW) -> None:
        super().__init__(parent)
        self.setWindowTitle("开始使用")
        self.setWizardStyle(QWizard.WizardStyle.ModernStyle)
        self.setOption(QWizard.WizardOption.NoBackButtonOnStartPage)
        self.ways, self.street, self.villages = WaysPage(way), StreetPage(today, person), VillagesPage()
        for page in (self.ways, self.street, self.villages):
            self.addPage(page)
        self.resize(em(self, 52), em(self, 34))

    def nextId(self) -> int:
        """End after the first page, unless a new store is made."""
        if self.currentPage() is self.ways and self.ways.way != NEW:
            return -1
        return super().nextId()

    def wish(self) -> FirstRunChoice:
        """What was chosen."""
        if self.ways.way != NEW:
            return FirstRunChoice(self.ways.way)
        return FirstRunChoice(
            NEW,
            self.street.path(),
            self.street.street.text().strip(),
            self.street.year.value(),
            self.street.person.text().strip(),
            self.villages.names(),
        )


class WaysPage(QWizardPage):
    """Step 1: how to begin."""

    def __init__(self, way: str) -> None:
        super().__init__()
        self.setTitle("欢迎使用海沧“社会+”民生微实事工作台")
        self.setSubTitle("数据都存在本机，不需要上网。")
        self._group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        for number, (name, label, meaning) in enumerate(WAYS):
            button, note = QRadioButton(label), QLabel(meaning)
            button.setObjectName(f"way_{name}")
            button.setAccessibleDescription(meaning)
            button.setChecked(name == way)
            set_role(note, "muted")
            note.setContentsMargins(em(self, 2), 0, 0, em(self, 0.5))
            layout.addWidget(button)
            layout.addWidget(note)
            self._group.addButton(button, number)
        layout.addStretch(1)

    @property
    def way(self) -> str:
        """The way to begin that is selected."""
        return WAYS[max(self._group.checkedId(), 0)][0]


class StreetPage(QWizardPage):
    """Step 2: whose ledger, and where its file goes."""

    def __init__(self, today: date, person: str) -> None:
        super().__init__()
        self.setTitle("街道和年度")
        self.setSubTitle("街道名称会印在文书上；以后可以在“设置”里补充地址和电话。")
        self.street, self.person, self.place = QLineEdit(), QLineEdit(person), QLineEdit()
        self.street.setPlaceholderText("如 新阳街道")
        self.street.setMaxLength(30)
        self.year = QSpinBox()
        self.year.setRange(2018, 2100)
        self.year.setValue(today.year)
        self._own_place = False
        choose = QPushButton("选择…")
        choose.setAccessibleName("选择台账存放位置")
        choose.clicked.connect(self._choose)
        row = QHBoxLayout()
        row.addWidget(self.place, 1)
        row.addWidget(choose)
        form = QFormLayout(self)
        for label, widget in (
            ("街道(&J)", self.street),
            (f"{Project.fields['fund_year'].label}(&Y)", self.year),
            ("经办人(&P)", self.person),
        ):
            form.addRow(label, widget)
            widget.setAccessibleName(label.partition("(")[0])
        self.place.setAccessibleName("台账文件")
        caption = QLabel("台账文件(&F)")
        caption.setBuddy(self.place)
        form.addRow(caption, row)
        self._fault = QLabel()
        self._fault.setWordWrap(True)
        set_role(self._fault, "fault")
        form.addRow("", self._fault)
        self.street.textChanged.connect(self._propose)
        self.place.textEdited.connect(self._own)
        self._propose("")

    def path(self) -> Path:
        """The file of the new store."""
        text = self.place.text().strip()
        return Path(text if text.lower().endswith(".db") else f"{text}.db").expanduser()

    def validatePage(self) -> bool:
        """Require a street and a file that does not exist yet."""
        if not self.street.text().strip():
            self._fault.setText("请填写街道名称")
            self.street.setFocus()
            return False
        if self.path().exists():
            self._fault.setText(f"“{self.path()}”已经存在。请换一个文件名，或退回上一步选“打开已有的台账”")
            return False
        self._fault.setText("")
        return True

    def _propose(self, street: str) -> None:
        if not self._own_place:
            name = "".join(c for c in street.strip() if c not in _BAD) or "台账"
            self.place.setText(str(documents_folder() / "民生微实事" / f"{name}.db"))

    def _own(self) -> None:
        self._own_place = True

    def _choose(self) -> None:
        if (path := prompts.pick_save(self, "台账存在哪里", self.path(), "台账 (*.db)")) is not None:
            self._own_place = True
            self.place.setText(str(path))


class VillagesPage(QWizardPage):
    """Step 3: the villages, one a line, or later from a workbook."""

    def __init__(self) -> None:
        super().__init__()
        self.setTitle("村居名册")
        self.setSubTitle("每行一个村居，可以从 Excel 里复制一列粘贴过来；也可以先跳过，以后在“导入与导出”里读入。")
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("村居名册")
        self.text.setPlaceholderText("霞阳社区\n祥露社区\n新垵村")
        self.text.setTabChangesFocus(True)
        self._count = QLabel()
        set_role(self._count, "muted")
        layout = QVBoxLayout(self)
        layout.addWidget(self.text, 1)
        layout.addWidget(self._count)
        self.text.textChanged.connect(lambda: self._count.setText(f"共 {len(self.names())} 个村居"))

    def names(self) -> tuple[str, ...]:
        """The villages entered, each once and in order; only the first cell of a pasted row counts."""
        found: dict[str, None] = {}
        for line in self.text.toPlainText().splitlines():
            if name := line.partition("\t")[0].strip()[:30]:
                found[name] = None
        return tuple(found)
