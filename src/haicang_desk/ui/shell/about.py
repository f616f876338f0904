"""关于本程序: what it is for, which version, what it rests on, and whose work is in it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from haicang_desk import __version__
from haicang_desk.paths import resource
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.dialogs import DeskDialog

NAME = "海沧“社会+”民生微实事工作台"
PURPOSE = "一次录入，逐条核对政策规定，印出全部表格和公示。"
FACTS = (
    ("依据", "《厦门市海沧区实施“社会+”民生微实事工作方案》（厦海政办〔2018〕63号）"),
    ("数据", "只存在本机的台账文件里，不上网，不外传"),
    ("图标", "Lucide，ISC 许可"),
    ("窗口", "Qt，LGPL 许可"),
)


class AboutDialog(DeskDialog):
    """Name, version and purpose, with what can be copied for whoever helps."""

    def __init__(self, parent: QWidget, ledger: str = "") -> None:
        """``ledger``: the head of the ledger that is open, and how it agrees with what lies outside its file."""
        super().__init__(parent, "关于本程序", "", wide=36)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picture = QLabel()
        side = em(self, 4.2)
        picture.setPixmap(QIcon(str(resource("icons", "haicang-desk.svg"))).pixmap(side, side))
        name, version, purpose = QLabel(NAME), QLabel(f"版本 {__version__}"), QLabel(PURPOSE)
        for label, role in ((name, "heading"), (version, "muted"), (purpose, "")):
            label.setWordWrap(True)
            set_role(label, role)
        words = QVBoxLayout()
        for label in (name, version, purpose):
            words.addWidget(label)
        head = QHBoxLayout()
        head.setSpacing(em(self, 1.2))
        head.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        facts = QGridLayout()
        facts.setHorizontalSpacing(em(self, 1))
        for number, (kind, text) in enumerate((*FACTS, *([("台账", ledger)] if ledger else ()))):
            what, told = QLabel(kind), QLabel(text)
            set_role(what, "muted")
            told.setWordWrap(True)
            facts.addWidget(what, number, 0, Qt.AlignmentFlag.AlignTop)
            facts.addWidget(told, number, 1)
        facts.setColumnStretch(1, 1)
        self.page.addLayout(head)
        self.page.addSpacing(em(self, 0.8))
        self.page.addLayout(facts)
        self.page.addStretch(1)
        self.buttons.addStretch(1)
        self.add_button("复制(&A)", self.copy, name="copy", icon="copy")
        self.add_button("关闭(&C)", self.accept, name="close", role="primary")

    def copy(self) -> None:
        """Put name and version on the clipboard."""
        QGuiApplication.clipboard().setText(f"{NAME}　版本 {__version__}")
