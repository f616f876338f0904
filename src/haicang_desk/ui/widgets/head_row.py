"""The head of a screen: title, note and buttons. What has no room folds into a menu; no button is out of reach."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.icons import set_icon
from haicang_desk.ui.widgets.layouts import ElidedLabel


class HeadButton(QPushButton):
    """A button of the head; those of the highest ``rank`` fold first. One that its owner hides is not in the menu."""

    def __init__(self, label: str, rank: int) -> None:
        self._wanted, self._folded = True, False  # first, because the making asks for them
        super().__init__(label)
        self.rank = rank

    @property
    def wanted(self) -> bool:
        """Whether its owner shows it."""
        return self._wanted

    @property
    def folded(self) -> bool:
        """Whether it is in the menu for want of room."""
        return self._folded

    def setVisible(self, visible: bool) -> None:
        """Show or hide it; a folded one stays in the menu."""
        self._wanted = visible
        super().setVisible(visible and not self._folded)

    def fold(self, folded: bool) -> None:
        """Put it into the menu or take it out."""
        if folded is not self._folded:
            self._folded = folded
            super().setVisible(self._wanted and not folded)


class HeadRow(QWidget):
    """Title, note and buttons in a row that is never wider than its room."""

    GAP = 8

    def __init__(self, title: str) -> None:
        super().__init__()
        self.heading = ElidedLabel(title, role="title", least=6)
        self.heading.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.note = ElidedLabel("", role="muted")
        self.note.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.left = QHBoxLayout()  # for what stands before the title, such as an arrow back
        self.beside = QHBoxLayout()  # for what stands behind the title, such as a pill
        self._buttons: list[HeadButton] = []
        self.more = QToolButton()
        self.more.setObjectName("head_more")
        self.more.setAccessibleName("更多")
        self.more.setToolTip("更多")
        self.more.setProperty("bare", True)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(QMenu(self.more))
        self.more.menu().aboutToShow.connect(self._fill_menu)
        set_icon(self.more, "ellipsis")
        self.more.hide()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(self.GAP)
        self._row.addLayout(self.left)
        self._row.addWidget(self.heading)
        self._row.addLayout(self.beside)
        self._row.addSpacing(4)
        self._row.addWidget(self.note, 1)
        self._row.addWidget(self.more)

    def add_button(self, label: str, *, role: str, name: str, icon: str, rank: int) -> HeadButton:
        """A button at the right end. Its label may end in a mnemonic such as “(&N)”."""
        button = HeadButton(label, rank)
        button.setAccessibleName(label.partition("(")[0])
        button.setObjectName(name)
        set_role(button, role)
        if icon:
            set_icon(button, icon, "on_accent" if role == "primary" else "text")
        self._buttons.append(button)
        self._row.addWidget(button)
        self.fit()
        return button

    def _fill_menu(self) -> None:
        menu = self.more.menu()
        menu.clear()
        for button in self._buttons:
            if button.wanted and button.folded:
                action = QAction(button.icon(), button.text(), menu)
                action.setEnabled(button.isEnabled())
                action.setToolTip(button.toolTip())
                action.triggered.connect(button.click)
                menu.addAction(action)

    def fit(self) -> None:
        """Fold buttons until the rest has room beside the shortened title."""
        wanted = [button for button in self._buttons if button.wanted]
        needed = {button: button.sizeHint().width() + self.GAP for button in wanted}
        heading = min(self.heading.sizeHint().width(), em(self, 14))
        room = self.width() - heading - self.left.sizeHint().width() - self.beside.sizeHint().width() - em(self, 1)
        folded: set[HeadButton] = set()
        by_rank = sorted(wanted, key=lambda button: -button.rank)
        while by_rank and sum(needed.values()) > room - (self.more.sizeHint().width() if folded else 0):
            least = by_rank.pop(0)
            if least.rank == 0 and not by_rank:
                break  # the last one of the first rank stays in sight
            folded.add(least)
            needed.pop(least)
        for button in self._buttons:
            button.fold(button in folded)
        self.more.setVisible(bool(folded))
        room += heading - sum(needed.values()) - (self.more.sizeHint().width() + self.GAP if folded else 0)
        beside = min(self.note.sizeHint().width(), room // 2)
        self.heading.setMaximumWidth(max(self.heading.minimumSizeHint().width(), room - beside))  # it gives way first

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or unfold for the new width."""
        super().resizeEvent(event)
        self.fit()

    def event(self, event: QEvent) -> bool:
        """Fit again when a label, an icon, the font or a button's being shown changes."""
        answered = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()
        return answered

    def minimumSizeHint(self) -> QSize:
        """Room for a short title, the menu and the chief button."""
        chief = max((button.sizeHint().width() for button in self._buttons if button.rank == 0), default=0)
        return QSize(em(self, 8) + self.more.sizeHint().width() + chief, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """No wider than the least: it takes the room there is."""
        return QSize(self.minimumSizeHint().width(), super().sizeHint().height())
