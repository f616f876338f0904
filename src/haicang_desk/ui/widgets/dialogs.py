"""The base of all dialogs: as large as its content, never larger than the screen, with its buttons always in sight."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from haicang_desk.ui.shell.settings import Settings
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.icons import set_icon

FRAME, EDGE = 2.6, 0.4  # characters that the system's own title bar and borders may take
SIZES = "对话框"  # settings key before the name of a kind of dialog


class DeskDialog(QDialog):
    """A dialog whose content scrolls where the screen has too little room, above a row of buttons.

    ``page`` takes the content, ``under`` stands between it and the buttons and never scrolls away. A size that the
    person gave it is kept for its ``kind``, in characters, so that it holds at any size of type.
    """

    def __init__(self, parent: QWidget | None, title: str, kind: str, *, wide: float = 40) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setSizeGripEnabled(False)
        self._kind, self._wide, self._em = kind, wide, 0
        self._fitting = self._fitted = False
        self._body = QWidget()
        self._body.setObjectName("page")
        self.page = QVBoxLayout(self._body)
        self.page.setContentsMargins(0, 0, em(self, 0.4), 0)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self._body)
        self.under = QVBoxLayout()
        self.buttons = QHBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(em(self, 1.2), em(self, 1.0), em(self, 0.9), em(self, 1.0))
        layout.setSpacing(em(self, 0.7))
        layout.addWidget(self.area, 1)
        layout.addLayout(self.under)
        layout.addLayout(self.buttons)

    def add_button(
        self, label: str, act: Callable[[], object], *, role: str = "", name: str = "", tip: str = "", icon: str = ""
    ) -> QPushButton:
        """A button at the end of the row; the first with the role ``primary`` is what Enter presses."""
        button = QPushButton(label)
        button.setAccessibleName(label.partition("(")[0])
        button.setObjectName(name)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        if role == "primary":
            button.setDefault(True)
        if icon:
            set_icon(button, icon, "on_accent" if role == "primary" else "text")
        set_role(button, role)
        button.clicked.connect(lambda: act())
        self.buttons.addWidget(button)
        return button

    # size

    def room(self) -> QRect:
        """Where the dialog may stand: the screen of its window without what the system's frame takes."""
        edge = em(self, EDGE)
        return self.screen_area().adjusted(edge, em(self, FRAME), -edge, -edge)

    def screen_area(self) -> QRect:
        """The screen of its window without panels of the system."""
        parent = self.parentWidget()
        screen = (parent.window() if parent else self).screen() or QGuiApplication.primaryScreen()
        return screen.availableGeometry()

    def content_height(self, width: int) -> int:
        """The height of all that is shown, at a width of the dialog."""
        layout = self.layout()
        if layout is None:
            return 0
        margins = layout.contentsMargins()
        inner = width - margins.left() - margins.right()
        body = self._body.heightForWidth(inner) if self._body.hasHeightForWidth() else self._body.sizeHint().height()
        rest = sum(
            max(each.heightForWidth(inner) if each.hasHeightForWidth() else 0, each.sizeHint().height())
            for each in (self.under, self.buttons)
        )
        return body + rest + margins.top() + margins.bottom() + 2 * layout.spacing() + 4

    def fit(self) -> None:
        """Take the size kept for this kind, else that of the content; always within the screen."""
        self._em = em(self, 1)
        room = self.room()
        kept = _kept_size(self._settings(), self._kind)
        width = min(em(self, kept[0] if kept else self._wide), room.width())
        if (layout := self.layout()) is not None:
            width = max(width, min(layout.minimumSize().width(), room.width()))
        height = min(em(self, kept[1]) if kept else self.content_height(width), room.height())
        self._set_box(QSize(width, height))
        self._fitted = True

    def _set_box(self, size: QSize) -> None:
        """Set the size, in the middle of the parent and within the screen."""
        self._fitting = True
        room, parent = self.room(), self.parentWidget()
        middle = parent.window().geometry().center() if parent else room.center()
        left = min(max(middle.x() - size.width() // 2, room.left()), room.right() + 1 - size.width())
        top = min(max(middle.y() - size.height() // 2, room.top()), room.bottom() + 1 - size.height())
        self.setGeometry(QRect(left, max(top, room.top()), size.width(), size.height()))
        self._fitting = False

    def grow(self) -> None:
        """Make room for content that has been added, as far as the screen has it; never shrink under the person."""
        if not self._fitted:
            return
        wanted = min(self.content_height(self.width()), self.room().height())
        if wanted > self.height():
            self._set_box(QSize(self.width(), wanted))

    def showEvent(self, event: QShowEvent) -> None:
        """Fit before it is seen."""
        super().showEvent(event)
        if not self._fitted:
            self.ensurePolished()
            self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Keep its proportions when the size of type changes, within the screen."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and self._fitted and em(self, 1):
            self._rescale()

    def _rescale(self) -> None:
        now = em(self, 1)
        if now != self._em:
            room = self.room().size()
            size = QSize(self.width() * now // self._em, self.height() * now // self._em)
            self._em = now
            self._set_box(size.boundedTo(room))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the size that the person gave it."""
        super().resizeEvent(event)
        settings = self._settings()
        if self._fitted and not self._fitting and self._em and settings and self.isVisible() and self._kind:
            size = [round(self.width() / self._em, 1), round(self.height() / self._em, 1)]
            settings.keep_structure(f"{SIZES}/{self._kind}", size)

    def _settings(self) -> Settings | None:
        """The settings of the window above."""
        above = self.parentWidget()
        while above is not None:
            found = getattr(above.window(), "settings", None)
            if isinstance(found, Settings):
                return found
            above = above.window().parentWidget()
        return None


def _kept_size(settings: Settings | None, kind: str) -> tuple[float, float] | None:
    kept = settings.structure(f"{SIZES}/{kind}") if settings and kind else None
    if isinstance(kept, list) and len(kept) == 2 and all(isinstance(each, int | float) and each > 4 for each in kept):
        return float(kept[0]), float(kept[1])
    return None
