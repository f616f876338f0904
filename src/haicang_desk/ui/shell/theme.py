"""Fonts, colours and style of the application; lengths follow the size of type, colours the set that is worn.

Who paints asks for a colour when it paints (``colour``), so that a change of the set is seen at once.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from haicang_desk.paths import resource
from haicang_desk.ui.shell.palettes import COLOUR_SETS, DARK, LEVELS, LIGHT, ColourSet
from haicang_desk.ui.shell.style_sheet import style_sheet

SYSTEM = "system"  # the setting that follows the system's own light or dark
CHOICES = {SYSTEM: "跟随系统", "light": "浅色", "dark": "深色", "contrast": "高对比"}

GOOD_FAMILIES = (  # with Chinese and Latin of one make, as Windows and the usual distributions have them
    *("Microsoft YaHei UI", "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC"),
    *("Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
)

SMALLEST, USUAL, LARGEST = 9, 10, 20  # points

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class _Worn:
    """The set of colours that is worn now, and the window that wears the style sheet, else the application."""

    colours: ColourSet = LIGHT
    window: QWidget | None = None


def colours() -> ColourSet:
    """The set of colours worn now."""
    return _Worn.colours


def colour(token: str) -> QColor:
    """A colour of the set worn now, by its name in ColourSet."""
    return QColor(getattr(_Worn.colours, token))


def level_colour(level: str) -> QColor:
    """The colour of text of a level: block, exception, warn, info or good."""
    return colour(LEVELS[level])


def level_ground(level: str) -> QColor:
    """The colour behind text of a level."""
    return colour(f"{LEVELS[level]}_ground")


def chosen_colours(name: str) -> ColourSet:
    """The set of this name; for SYSTEM, or a name that is not known, the one that the system asks for."""
    if name in COLOUR_SETS:
        return COLOUR_SETS[name]
    return DARK if QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT


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


def apply_theme(app: QApplication, points: int, families: list[str], name: str = SYSTEM) -> None:
    """Set style, colours, font and style sheet of the application. ``name``: a key of CHOICES."""
    QDir.setSearchPaths("icons", [str(resource("icons"))])
    app.setStyle("Fusion")
    font = QFont(app.font())
    if families:
        font.setFamilies(families)
    font.setPointSize(points)
    app.setFont(font)
    _wear(app, chosen_colours(name))
    _put_on(app, style_sheet(points, _Worn.colours))


def dress(app: QApplication, window: QWidget) -> None:
    """Have this window wear the style sheet from now on, with all that it holds and opens, instead of the application.

    With a sheet of the application, every widget that is put into a layout looks its style up anew, with all that it
    holds, once for each layout around it: more than half of the time in which a screen is made.
    """
    sheet = app.styleSheet()
    app.setStyleSheet("")
    _Worn.window = window
    window.setStyleSheet(sheet)


def _put_on(app: QApplication, sheet: str) -> None:
    """Have whoever wears the style sheet wear this one."""
    window = _Worn.window
    if window is not None and isValid(window):
        window.setStyleSheet(sheet)
    else:
        app.setStyleSheet(sheet)


def apply_type_size(app: QApplication, points: int) -> None:
    """Change the size of type. The old sheet is removed first: replacing it directly takes three times as long."""
    font = QFont(app.font())
    font.setPointSize(points)
    _put_on(app, "")
    app.setFont(font)
    _put_on(app, style_sheet(points, _Worn.colours))
    _tell_change()


def apply_colours(app: QApplication, name: str) -> None:
    """Wear another set of colours. ``name``: a key of CHOICES. Does nothing where it is worn already."""
    if (wanted := chosen_colours(name)) is _Worn.colours:
        return
    _put_on(app, "")
    _wear(app, wanted)
    _put_on(app, style_sheet(app.font().pointSize(), wanted))
    _tell_change()


def _wear(app: QApplication, wanted: ColourSet) -> None:
    _Worn.colours = wanted
    app.setPalette(_qt_palette(wanted))


_on_change: list[Callable[[], None]] = []


def call_on_change(act: Callable[[], None]) -> None:
    """Have ``act`` called after each change of colours or size of type, for what style sheets do not reach."""
    _on_change.append(act)


def _tell_change() -> None:
    for act in _on_change:
        act()


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget a role of the style sheet and redraw it."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        restyle(widget)


def restyle(widget: QWidget) -> None:
    """Have the style sheet look at a widget again, after one of its properties has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def em(widget: QWidget, many: float) -> int:
    """The width of ``many`` Chinese characters in pixels."""
    return round(widget.fontMetrics().horizontalAdvance("国") * many)


def digit_width_ratio(widget: QWidget) -> float:
    """How much wider a digit is than half a Chinese character; at least 1."""
    metrics = widget.fontMetrics()
    return max(1.0, 2 * metrics.horizontalAdvance("0") / metrics.horizontalAdvance("国"))


def _qt_palette(worn: ColourSet) -> QPalette:
    palette = QPalette()
    for role, name in (
        (QPalette.ColorRole.Window, worn.surface),
        (QPalette.ColorRole.WindowText, worn.text),
        (QPalette.ColorRole.Base, worn.raised),
        (QPalette.ColorRole.AlternateBase, worn.stripe),
        (QPalette.ColorRole.Text, worn.text),
        (QPalette.ColorRole.Button, worn.raised),
        (QPalette.ColorRole.ButtonText, worn.text),
        (QPalette.ColorRole.BrightText, worn.block),
        (QPalette.ColorRole.Highlight, worn.accent),
        (QPalette.ColorRole.HighlightedText, worn.on_accent),
        (QPalette.ColorRole.Accent, worn.accent),
        (QPalette.ColorRole.PlaceholderText, worn.muted),
        (QPalette.ColorRole.ToolTipBase, worn.raised),
        (QPalette.ColorRole.ToolTipText, worn.text),
        (QPalette.ColorRole.Link, worn.accent),
        (QPalette.ColorRole.LinkVisited, worn.accent),
        (QPalette.ColorRole.Light, worn.raised),
        (QPalette.ColorRole.Midlight, worn.line),
        (QPalette.ColorRole.Mid, worn.line_strong),
        (QPalette.ColorRole.Dark, worn.line_strong),
    ):
        palette.setColor(role, QColor(name))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(worn.disabled))
    return palette
