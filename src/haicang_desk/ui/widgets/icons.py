"""Line icons in the colours worn: Lucide (ISC licence), drawn at the size of type.

An icon that a widget keeps is given with ``set_icon``, which draws it anew after a change of colours or size; who
paints asks ``icon`` or ``draw_icon`` each time. A name is that of a file in ``resources/icons/lucide``.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol, cast
from weakref import WeakKeyDictionary

from PySide6.QtCore import QByteArray, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QFontMetrics, QGuiApplication, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from haicang_desk.paths import resource
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.palettes import LEVELS
from haicang_desk.ui.shell.theme import em

STROKE = "1.75"  # on Lucide's grid of 24
SIZE = 1.2  # of a Chinese character
LOWER = 0.08  # of its height

_worn: WeakKeyDictionary[QObject, tuple[str, str]] = WeakKeyDictionary()


class _Wearer(Protocol):
    def setIcon(self, icon: QIcon, /) -> None: ...


@cache
def _folder() -> Path:
    return resource("icons", "lucide")


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    svg = (_folder() / f"{name}.svg").read_text(encoding="utf-8")
    svg = svg.replace("currentColor", colour).replace('stroke-width="2"', f'stroke-width="{STROKE}"')
    return QSvgRenderer(QByteArray(svg.encode()))


@lru_cache(maxsize=1024)
def _pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(name, colour).render(painter)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def icon_size() -> int:
    """The side of an icon in pixels at the present size of type."""
    return round(QFontMetrics(QGuiApplication.font()).horizontalAdvance("国") * SIZE)


def pixmap(name: str, token: str = "text", size: int = 0) -> QPixmap:
    """An icon as a picture ``size`` pixels wide, in a colour of the set worn now."""
    return _pixmap(name, theme.colour(token).name(), size or icon_size(), _ratio())


def _ratio() -> float:
    screen = QGuiApplication.primaryScreen()
    return screen.devicePixelRatio() if screen else 1.0


def icon(name: str, token: str = "text") -> QIcon:
    """An icon in a colour of the set worn now, grey where what bears it is off."""
    made = QIcon(_lowered(pixmap(name, token)))
    made.addPixmap(_lowered(pixmap(name, "disabled")), QIcon.Mode.Disabled)
    return made


def _lowered(drawn: QPixmap) -> QPixmap:
    """The same a little lower: Chinese type stands below the middle of its line, on which Qt puts an icon."""
    picture = QPixmap(drawn.size())
    picture.setDevicePixelRatio(drawn.devicePixelRatio())
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.drawPixmap(QPointF(0, round(drawn.deviceIndependentSize().height() * LOWER)), drawn)
    painter.end()
    return picture


def draw_icon(painter: QPainter, box: QRectF, name: str, token: str) -> None:
    """Draw an icon in the middle of a box."""
    size = round(min(box.width(), box.height()))
    at = QPointF(box.center().x() - size / 2, box.center().y() - size / 2)
    painter.drawPixmap(at, pixmap(name, token, size))


def set_icon(bearer: QAbstractButton | QAction, name: str, token: str = "text") -> None:
    """Give a button or an action an icon that follows colours and size of type."""
    _worn[bearer] = name, token
    _put_on(bearer, name, token)


def _put_on(bearer: QObject, name: str, token: str) -> None:
    cast(_Wearer, bearer).setIcon(icon(name, token))
    if isinstance(bearer, QAbstractButton):
        bearer.setIconSize(QSize(icon_size(), icon_size()))


def refresh_icons() -> None:
    """Draw every icon given with ``set_icon`` anew."""
    for bearer, (name, token) in list(_worn.items()):
        try:
            _put_on(bearer, name, token)
        except RuntimeError:  # Qt has deleted it, Python has not yet noticed
            _worn.pop(bearer, None)


theme.call_on_change(refresh_icons)


class IconTile(QWidget):
    """An icon on a rounded ground of its level: block, exception, warn, info or good."""

    def __init__(self, name: str, level: str) -> None:
        super().__init__()
        self._name, self._level = name, level
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_icon(self, name: str, level: str) -> None:
        """Show another icon or level."""
        self._name, self._level = name, level
        self.update()

    def sizeHint(self) -> QSize:
        """A square of two characters."""
        return QSize(em(self, 2.0), em(self, 2.0))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tile."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.level_ground(self._level))
        radius = em(self, 0.45)
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        side = em(self, SIZE)
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        draw_icon(painter, box, self._name, LEVELS[self._level])
