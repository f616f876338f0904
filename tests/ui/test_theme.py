"""Fonts: figures and Chinese of one make, and room for figures where they are wide."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QGuiApplication

from haicang_desk.ui.shell import theme
from haicang_desk.ui.widgets import table
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

    monkeypatch.setattr(table, "digit_width_ratio", lambda _: 1.0)
    usual = width()
    monkeypatch.setattr(table, "digit_width_ratio", lambda _: 1.3)
    assert width() == pytest.approx(usual * 1.3, abs=1)


def test_figures_are_measured(qtbot, dressed):
    made = Table([TableColumn("金额", str)], name="表", empty="")
    qtbot.addWidget(made)
    made.setFont(QFont("Haicang Hei", 10))
    assert 1.0 <= theme.digit_width_ratio(made) < 1.5
