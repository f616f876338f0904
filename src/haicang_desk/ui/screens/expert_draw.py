"""Drawing experts by lot: who is in the pool, who must keep away and why, then the draw with its seed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
)

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.records import Expert, ExpertDraw
from haicang_desk.model.services import PoolMember, draw_experts, expert_pool
from haicang_desk.model.values import DeskError
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.spin_box import SpinBox

ANY = "不分专业"
USUAL = 3  # experts proposed
MOST = 15


class ExpertDrawDialog(QDialog):
    """The pool on the left, those who keep away on the right; what was drawn stays in sight and in the store."""

    def __init__(self, screen: Screen, case: Casefile) -> None:
        super().__init__(screen)
        self._screen, self._case = screen, case
        self.drawn: ExpertDraw | None = None
        self.setWindowTitle(f"抽取专家 · {case.project.title}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.speciality, self.number = QComboBox(), SpinBox()
        self.speciality.setAccessibleName(ExpertDraw.fields["speciality"].label)
        self.number.setAccessibleName(ExpertDraw.fields["number"].label)
        self.speciality.addItem(ANY, "")
        for name in sorted({each.speciality.strip() for each in screen.state.workspace.all(Expert)} - {""}):
            self.speciality.addItem(name, name)
        self.number.setRange(1, MOST)
        self.number.setValue(USUAL)
        self.pool, self.avoiding = _list("可抽取的专家"), _list("应回避的专家")
        self._pool_head, self._avoid_head = QLabel(), QLabel()
        self.outcome = QLabel()
        self.outcome.setTextFormat(Qt.TextFormat.PlainText)
        self.outcome.setWordWrap(True)
        self.outcome.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.draw = QPushButton("抽取(&D)")
        self.draw.setObjectName("draw")
        self.draw.setAccessibleName("抽取")
        set_role(self.draw, "primary")
        self.draw.clicked.connect(self.commit)
        self._lay_out()
        self.speciality.currentIndexChanged.connect(self.look)
        self.number.valueChanged.connect(lambda _: self.look())
        self.look()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        row = QHBoxLayout()
        for label, widget in (
            (ExpertDraw.fields["speciality"].label, self.speciality),
            (ExpertDraw.fields["number"].label, self.number),
        ):
            row.addWidget(QLabel(label))
            row.addWidget(widget)
        row.addStretch(1)
        layout.addLayout(row)
        lists = QHBoxLayout()
        for head, listing in ((self._pool_head, self.pool), (self._avoid_head, self.avoiding)):
            column = QVBoxLayout()
            set_role(head, "strong")
            column.addWidget(head)
            column.addWidget(listing, 1)
            lists.addLayout(column, 1)
        layout.addLayout(lists, 1)
        layout.addWidget(self.outcome)
        note = QLabel("按种子与姓名的摘要排序抽取；名单、种子和结果都登记在案，任何人可以复核。")
        note.setWordWrap(True)
        set_role(note, "muted")
        layout.addWidget(note)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        self.close_button = QPushButton("关闭(&C)")
        self.close_button.setAccessibleName("关闭")
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.accept)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.draw)
        layout.addLayout(buttons)
        self.resize(em(self, 46), em(self, 30))

    def look(self) -> None:
        """Show who can be drawn for what is chosen."""
        members = expert_pool(self._screen.state.workspace, self._case, self.speciality.currentData() or "")
        self._fill(self.pool, [member for member in members if not member.reason])
        self._fill(self.avoiding, [member for member in members if member.reason])
        self._pool_head.setText(f"可抽取 {self.pool.count()} 人")
        self._avoid_head.setText(f"应回避 {self.avoiding.count()} 人")
        missing = self.number.value() - self.pool.count()
        self.draw.setEnabled(self.drawn is None and missing <= 0)
        if self.drawn is None:
            self.outcome.setText(
                f"可抽取的人数不足，还差 {missing} 人。请补充专家库或减少抽取人数" if missing > 0 else ""
            )

    @staticmethod
    def _fill(listing: QListWidget, members: list[PoolMember]) -> None:
        listing.clear()
        listing.addItems([f"{each.name}　{each.reason}" if each.reason else each.name for each in members])

    def commit(self) -> None:
        """Draw and record it; the result stays in sight."""
        state = self._screen.state
        try:
            self.drawn = draw_experts(
                state.workspace,
                self._case.project.id,
                number=self.number.value(),
                on=state.today(),
                person=state.person,
                speciality=self.speciality.currentData() or "",
            )
        except DeskError as refused:
            self.outcome.setText(str(refused))
            return
        names = "、".join(self.drawn.drawn.splitlines())
        self.outcome.setText(f"抽中：{names}\n种子：{self.drawn.seed}")
        set_role(self.outcome, "strong")
        self.draw.setEnabled(False)
        self.speciality.setEnabled(False)
        self.number.setEnabled(False)
        self.close_button.setFocus()
        state.message.emit(f"已抽取并登记 {len(self.drawn.drawn.splitlines())} 位专家")


def _list(name: str) -> QListWidget:
    listing = QListWidget()
    listing.setAccessibleName(name)
    listing.setSelectionMode(QListWidget.SelectionMode.NoSelection)
    listing.setWordWrap(True)
    return listing
