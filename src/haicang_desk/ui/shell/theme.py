"""Palette, level colours, fonts and style sheet; all lengths follow the size of type."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from haicang_desk.paths import resource

INK, MUTED, FAINT = "#1E2A36", "#566372", "#8893A0"
LINE, LINE_STRONG = "#DDE2E8", "#B7C1CC"
PAGE, CARD, STRIPE = "#F2F4F7", "#FFFFFF", "#F8FAFB"
ACCENT, ACCENT_DARK, ACCENT_SOFT = "#17607F", "#0E465E", "#E1EEF3"

LEVELS = {  # level -> text, ground; the words 硬 例外 提 报 达标 always stand beside the colour
    "block": ("#A3211A", "#FBE8E6"),
    "exception": ("#8A4608", "#FFF0DD"),
    "warn": ("#705500", "#FFF7D6"),
    "info": ("#3B5672", "#E9EFF6"),
    "good": ("#1B6643", "#E4F3EA"),
}

_NAMES = {
    "INK": INK,
    "MUTED": MUTED,
    "FAINT": FAINT,
    "LINE": LINE,
    "LINE_STRONG": LINE_STRONG,
    "PAGE": PAGE,
    "CARD": CARD,
    "STRIPE": STRIPE,
    "ACCENT": ACCENT,
    "ACCENT_DARK": ACCENT_DARK,
    "ACCENT_SOFT": ACCENT_SOFT,
}
_TYPE = {"small": 0.9, "large": 1.15, "title": 1.55, "figure": 1.9}  # sizes of type, as shares of the usual one

GOOD_FAMILIES = (  # with Chinese and Latin of one make, as Windows and the usual distributions have them
    *("Microsoft YaHei UI", "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC"),
    *("Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
)

SMALLEST, USUAL, LARGEST = 9, 10, 20  # points


def add_fonts() -> list[str]:
    """Families for Chinese text: none where the system's font has it, else a good one, else the bundled faces.

    A system that only falls back on a Chinese font takes figures from another, too wide and on another line.
    """
    available = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    if QFontInfo(QGuiApplication.font()).family() in available:
        return []
    if good := [name for name in GOOD_FAMILIES if name in available]:
        return good[:1]
    families = []
    for face in ("hei.ttf", "song.ttf"):  # song has the rare characters of names and places
        number = QFontDatabase.addApplicationFont(str(resource("fonts", face)))
        families += QFontDatabase.applicationFontFamilies(number)
    return families


def apply_theme(app: QApplication, points: int, families: list[str]) -> None:
    """Set style, palette, font and style sheet of the application."""
    app.setStyle("Fusion")
    font = QFont(app.font())
    if families:
        font.setFamilies(families)
    font.setPointSize(points)
    app.setFont(font)
    app.setPalette(_palette())
    app.setStyleSheet(style_sheet(points))


def apply_type_size(app: QApplication, points: int) -> None:
    """Change the size of type. The old sheet is removed first: replacing it directly takes three times as long."""
    font = QFont(app.font())
    font.setPointSize(points)
    app.setStyleSheet("")
    app.setFont(font)
    app.setStyleSheet(style_sheet(points))


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget a role of the style sheet and redraw it."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def em(widget: QWidget, many: float) -> int:
    """The width of ``many`` Chinese characters in pixels."""
    return round(widget.fontMetrics().horizontalAdvance("国") * many)


def _palette() -> QPalette:
    palette = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, PAGE),
        (QPalette.ColorRole.WindowText, INK),
        (QPalette.ColorRole.Base, CARD),
        (QPalette.ColorRole.AlternateBase, STRIPE),
        (QPalette.ColorRole.Text, INK),
        (QPalette.ColorRole.Button, CARD),
        (QPalette.ColorRole.ButtonText, INK),
        (QPalette.ColorRole.Highlight, ACCENT),
        (QPalette.ColorRole.HighlightedText, CARD),
        (QPalette.ColorRole.PlaceholderText, FAINT),
        (QPalette.ColorRole.ToolTipBase, CARD),
        (QPalette.ColorRole.ToolTipText, INK),
        (QPalette.ColorRole.Link, ACCENT),
    ):
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(FAINT))
    return palette


def style_sheet(points: int) -> str:
    """The style sheet for this size of type; every length is a share of it."""
    unit = points * 4 / 3  # a point is 4/3 of a pixel at 96 dpi; denser screens scale the whole window

    def value_of(found: re.Match[str]) -> str:
        """The value of a placeholder in the style sheet."""
        name = found[1]
        if name in _TYPE:
            return f"{points * _TYPE[name]:.1f}pt"
        return _NAMES[name] if name in _NAMES else f"{max(1, round(unit * float(name)))}px"

    text = re.sub(r"@([\w.]+)@", value_of, _SHEET.replace("@icons@", resource("icons").as_posix()))
    return text + "".join(_level(level, ink, ground) for level, (ink, ground) in LEVELS.items())


def _level(level: str, ink: str, ground: str) -> str:
    return (
        f'QLabel[level="{level}"] {{ color: {ink}; }}\n'
        f'QLabel[badge="{level}"] {{ color: {ink}; background: {ground}; border-radius: 3px; padding: 0 4px; }}\n'
        f'QFrame[level="{level}"] {{ background: {ground}; border: 1px solid {ground}; border-radius: 4px; }}\n'
    )


def level_colour(level: str) -> QColor:
    """The colour of text of a level, a key of LEVELS."""
    return QColor(LEVELS[level][0])


def digit_width_ratio(widget: QWidget) -> float:
    """How much wider a digit is than half a Chinese character; at least 1."""
    metrics = widget.fontMetrics()
    return max(1.0, 2 * metrics.horizontalAdvance("0") / metrics.horizontalAdvance("国"))


RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

_SHEET = """
QToolTip { background: @CARD@; color: @INK@; border: 1px solid @LINE_STRONG@; padding: @0.25@; }
QLabel[role="title"] { font-size: @title@; font-weight: bold; }
QLabel[role="heading"] { font-size: @large@; font-weight: bold; }
QLabel[role="figure"] { font-size: @figure@; font-weight: bold; }
QLabel[role="muted"] { color: @MUTED@; }
QLabel[role="small"] { color: @MUTED@; font-size: @small@; }
QLabel[role="fault"] { color: #A3211A; font-size: @small@; }
QLabel[role="empty"] { color: @MUTED@; font-size: @large@; padding: @1.2@; }
QFrame[role="card"] { background: @CARD@; border: 1px solid @LINE@; border-radius: 5px; }
QFrame[role="line"] { background: @LINE@; border: 0; max-height: 1px; min-height: 1px; }
QWidget#nav { background: #E7ECF0; border-right: 1px solid @LINE@; }
QWidget#nav QListWidget { background: transparent; border: 0; outline: 0; }
QWidget#nav QListWidget::item { padding: @0.45@ @0.8@; border-radius: 4px; margin: 1px @0.45@; color: @INK@; }
QWidget#nav QListWidget::item:hover { background: #DCE4EA; }
QWidget#nav QListWidget::item:selected { background: @ACCENT@; color: @CARD@; }
QWidget#nav QListWidget::item:disabled { color: @FAINT@; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
QPushButton, QToolButton { background: @CARD@; border: 1px solid @LINE_STRONG@; border-radius: 4px;
  padding: @0.3@ @0.8@; }
QToolButton { padding: @0.3@ @0.6@; }
QPushButton:hover, QToolButton:hover { border-color: @ACCENT@; color: @ACCENT@; }
QPushButton:pressed, QPushButton:checked,
QToolButton:pressed, QToolButton:checked { background: @ACCENT_SOFT@; color: @ACCENT_DARK@; }
QPushButton:focus, QToolButton:focus { border: 2px solid @ACCENT@; }
QPushButton:disabled, QToolButton:disabled { color: @FAINT@; background: @PAGE@; border-color: @LINE@; }
QPushButton[role="primary"] { background: @ACCENT@; border-color: @ACCENT@; color: @CARD@; font-weight: bold; }
QPushButton[role="primary"]:hover { background: @ACCENT_DARK@; color: @CARD@; }
QPushButton[role="primary"]:focus { border: 2px solid @INK@; }
QPushButton[role="primary"]:disabled { background: #B9CBD4; border-color: #B9CBD4; color: @CARD@; }
QPushButton[role="done"], QPushButton[role="done"]:disabled { background: @ACCENT_SOFT@; border-color: @ACCENT@;
  color: @ACCENT_DARK@; padding: @0.3@ @0.2@; }
QPushButton[role="late"] { border-color: #8A4608; color: #8A4608; background: #FFF0DD; }
QPushButton[role="ahead"] { padding: @0.3@ @0.2@; }
QPushButton[role="barred"] { border-style: dashed; color: @MUTED@; }
QPushButton[role="quiet"], QToolButton[role="quiet"] { background: transparent; border-color: transparent;
  color: @ACCENT@; }
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover { background: @ACCENT_SOFT@; }
QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus { border: 1px solid @ACCENT@; }
QPushButton[role="chip"] { background: @ACCENT_SOFT@; border-color: @ACCENT_SOFT@; color: @ACCENT_DARK@;
  border-radius: @0.6@; padding: @0.15@ @0.6@; }
QPushButton[role="chip"]:hover { border-color: @ACCENT@; }
QToolButton::menu-indicator { image: url(@icons@/chevron-down.svg); subcontrol-position: right center;
  right: @0.3@; width: @0.6@; }
QToolButton[popupMode="2"] { padding-right: @1.2@; }
QLineEdit, QPlainTextEdit, QComboBox, QTextEdit { background: @CARD@; border: 1px solid @LINE_STRONG@;
  border-radius: 3px; padding: @0.25@ @0.45@; selection-background-color: @ACCENT@; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus { border: 2px solid @ACCENT@; padding: @0.15@ @0.3@; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled { background: @PAGE@; color: @MUTED@;
  border-color: @LINE@; }
QLineEdit[faulty="true"], QPlainTextEdit[faulty="true"], QComboBox[faulty="true"] { border-color: #A3211A;
  background: #FEF6F5; }
QComboBox::drop-down { border: 0; width: @1.2@; }
QComboBox::down-arrow { image: url(@icons@/chevron-down.svg); width: @0.6@; height: @0.6@; }
QComboBox QLineEdit { border: 0; padding: 0; background: transparent; }
QComboBox QAbstractItemView { background: @CARD@; border: 1px solid @LINE_STRONG@;
  selection-background-color: @ACCENT_SOFT@; selection-color: @INK@; outline: 0; }
QTableView, QListView, QTreeView { background: @CARD@; alternate-background-color: @STRIPE@;
  border: 1px solid @LINE@; border-radius: 4px; gridline-color: #EBEEF2;
  selection-background-color: @ACCENT_SOFT@; selection-color: @INK@; }
QListWidget::item { padding: @0.25@ @0.3@; }
QTableView:focus { border-color: @ACCENT@; }
QTableView::item { padding: 0 @0.45@; }
QHeaderView { background: @PAGE@; }
QHeaderView::section { background: #EDF1F4; color: @MUTED@; border: 0; border-right: 1px solid @LINE@;
  border-bottom: 1px solid @LINE@; padding: @0.3@ @0.6@; font-weight: bold; }
QHeaderView::section:hover { color: @ACCENT@; }
QTabWidget::pane { border: 0; border-top: 1px solid @LINE@; }
QTabBar::tab { background: transparent; border: 0; border-bottom: 3px solid transparent; color: @MUTED@;
  padding: @0.45@ @0.8@; margin-right: @0.25@; }
QTabBar::tab:hover { color: @ACCENT@; }
QTabBar::tab:selected { color: @ACCENT_DARK@; border-bottom-color: @ACCENT@; font-weight: bold; }
QTabBar::tab:focus { background: @ACCENT_SOFT@; }
QScrollArea { border: 0; background: transparent; }
QScrollArea > QWidget > QWidget#page { background: transparent; }
QScrollBar:vertical { background: transparent; width: @0.8@; margin: 0; }
QScrollBar:horizontal { background: transparent; height: @0.8@; margin: 0; }
QScrollBar::handle { background: #C3CBD3; border-radius: 4px; margin: 2px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: #9AA6B2; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QStatusBar { background: #E7ECF0; border-top: 1px solid @LINE@; }
QStatusBar::item { border: 0; }
QStatusBar QLabel { color: @MUTED@; padding: 0 @0.45@; }
QMenuBar { background: @CARD@; border-bottom: 1px solid @LINE@; }
QMenuBar::item { padding: @0.3@ @0.6@; background: transparent; }
QMenuBar::item:selected { background: @ACCENT_SOFT@; color: @ACCENT_DARK@; }
QMenu { background: @CARD@; border: 1px solid @LINE_STRONG@; padding: @0.25@; }
QMenu::item { padding: @0.3@ @1.2@; border-radius: 3px; }
QMenu::item:selected { background: @ACCENT_SOFT@; color: @ACCENT_DARK@; }
QMenu::item:disabled { color: @FAINT@; }
QMenu::separator { height: 1px; background: @LINE@; margin: @0.25@ @0.45@; }
QProgressBar { border: 1px solid @LINE_STRONG@; border-radius: 3px; background: @CARD@; text-align: center;
  min-height: @0.8@; }
QProgressBar::chunk { background: @ACCENT@; }
"""
