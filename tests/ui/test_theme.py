"""Fonts: figures and Chinese of one make, and room for figures where they are wide."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QPushButton, QVBoxLayout, QWidget

from haicang_desk.paths import resource
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.palettes import COLOUR_SETS, LEVELS, contrast
from haicang_desk.ui.shell.style_sheet import style_sheet
from haicang_desk.ui.widgets import table_layout
from haicang_desk.ui.widgets.icons import set_icon
from haicang_desk.ui.widgets.table import Table, TableColumn


@pytest.mark.parametrize(
    ("others", "chosen"),
    [
        (["Droid Sans Fallback"], "Haicang Hei"),
        ([], "Haicang Hei"),
        (["AR PL UMing CN", "WenQuanYi Micro Hei"], "WenQuanYi Micro Hei"),
        (["WenQuanYi Zen Hei", "Microsoft YaHei"], "Microsoft YaHei"),
    ],
)
def test_where_the_system_only_falls_back_on_chinese_a_whole_face_is_chosen(dressed, monkeypatch, others, chosen):
    monkeypatch.setattr(QFontDatabase, "families", lambda *_: others)
    assert theme.add_fonts()[0] == chosen


def test_the_systems_own_font_is_left_where_it_has_chinese(dressed, monkeypatch):
    own = QFontInfo(QGuiApplication.font()).family()
    monkeypatch.setattr(QFontDatabase, "families", lambda *_: [own])
    assert theme.add_fonts() == []


def test_columns_give_wide_figures_room(qtbot, dressed, monkeypatch):
    def width():
        made = Table([TableColumn("金额(元)", str, width=7, right=True)], name="表", empty="")
        qtbot.addWidget(made)
        return made.columnWidth(0)

    monkeypatch.setattr(table_layout, "digit_width_ratio", lambda _: 1.0)
    usual = width()
    monkeypatch.setattr(table_layout, "digit_width_ratio", lambda _: 1.3)
    assert width() == pytest.approx(usual * 1.3, abs=1)


def test_figures_are_measured(qtbot, dressed):
    made = Table([TableColumn("金额", str)], name="表", empty="")
    qtbot.addWidget(made)
    made.setFont(QFont("Haicang Hei", 10))
    assert 1.0 <= theme.digit_width_ratio(made) < 1.5


GROUNDS = ("surface", "raised", "rail", "stripe", "hover", "accent_tint")
LEVEL_TOKENS = tuple(LEVELS.values())


@pytest.mark.parametrize("name", COLOUR_SETS)
def test_all_text_can_be_read_on_its_ground(name):
    worn = COLOUR_SETS[name]
    pairs = [(token, ground) for token in ("text", "muted", "accent") for ground in GROUNDS]
    pairs += [(token, f"{token}_ground") for token in LEVEL_TOKENS]
    pairs += [(token, ground) for token in LEVEL_TOKENS for ground in ("surface", "raised", "accent_tint")]
    pairs += [("on_accent", "accent"), ("on_accent", "accent_strong")]
    poor = [(a, b) for a, b in pairs if contrast(getattr(worn, a), getattr(worn, b)) < 4.5]
    assert not poor


def test_no_other_module_names_a_colour():
    ui = Path(theme.__file__).parents[1]
    found = [
        f"{path.name}: {line.strip()}"
        for path in ui.rglob("*.py")
        if path.name != "palettes.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"#[0-9a-fA-F]{6}\b|Qt\.GlobalColor\.(?!transparent)", line)
    ]
    assert not found


def test_colours_change_while_the_window_is_open(qtbot, styled):
    button = QPushButton("打印")
    qtbot.addWidget(button)
    set_icon(button, "printer")
    button.show()

    def darkest():
        picture = button.icon().pixmap(32, 32).toImage()
        inked = [picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())]
        return min(each.lightness() for each in inked if each.alpha() > 200)

    assert darkest() < 80
    try:
        theme.apply_colours(styled, "dark")
        assert theme.colours().dark
        assert button.palette().buttonText().color() == theme.colour("text")
        assert darkest() > 150
    finally:
        theme.apply_colours(styled, "light")
    assert darkest() < 80


def test_the_systems_own_colours_are_followed_until_others_are_chosen(dressed, monkeypatch):
    monkeypatch.setattr(type(QGuiApplication.styleHints()), "colorScheme", lambda _: Qt.ColorScheme.Dark)
    assert theme.chosen_colours(theme.SYSTEM).dark
    assert theme.chosen_colours("没有的").dark
    assert not theme.chosen_colours("contrast").dark


@pytest.mark.parametrize("points", [9, 10, 20])
def test_every_placeholder_of_the_sheet_is_known(points):
    for worn in COLOUR_SETS.values():
        assert "@" not in style_sheet(points, worn)
    assert style_sheet(20, COLOUR_SETS["light"]) != style_sheet(10, COLOUR_SETS["light"])


def test_every_icon_that_the_code_names_is_shipped():
    ui = Path(theme.__file__).parents[1]
    shipped = {path.stem for path in resource("icons", "lucide").glob("*.svg")}
    called = {
        name
        for path in ui.rglob("*.py")
        for name in re.findall(r'(?:icon=|set_icon\(\w+(?:\.\w+)*, )"([a-z0-9-]+)"', path.read_text("utf-8"))
    }
    assert called <= shipped


class CountsStyles(QWidget):
    """Counts how often its style is looked up anew."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def changeEvent(self, event):
        self.count += event.type() == QEvent.Type.StyleChange
        super().changeEvent(event)


def test_the_style_of_a_widget_is_looked_up_once_when_its_screen_comes_into_the_window(dressed, qtbot):
    """With the sheet on the application it was once for each layout around it: the project page took twice as long."""
    theme.apply_theme(dressed, theme.USUAL, [])
    window = QMainWindow()
    qtbot.addWidget(window)
    try:
        theme.dress(dressed, window)
        assert (dressed.styleSheet(), window.styleSheet() != "") == ("", True)
        inner = tree = CountsStyles()
        for _ in range(8):
            around = QWidget()
            QVBoxLayout(around).addWidget(tree)
            tree = around
        window.setCentralWidget(tree)
        assert inner.count <= 2
        theme.apply_type_size(dressed, 12)
        assert (dressed.styleSheet(), window.styleSheet()) == ("", style_sheet(12, theme.colours()))
    finally:
        theme.apply_type_size(dressed, theme.USUAL)
        theme._Worn.window = None
        dressed.setStyleSheet("")
