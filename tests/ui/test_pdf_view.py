"""The preview: pages one below the other, zoomed and turned by keys, dimmed while newer ones are made."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QToolButton

from haicang_desk.ui.widgets.pdf_view import PdfView


@pytest.fixture
def view(qtbot, dressed):
    view = PdfView("还没有选")
    qtbot.addWidget(view)
    view.resize(600, 700)
    view.show()
    return view


def pages(count, colour="white"):
    made = []
    for _ in range(count):
        page = QImage(900, 1270, QImage.Format.Format_RGB32)
        page.fill(QColor(colour))
        made.append(page)
    return made


def test_pages_lie_one_below_the_other_as_wide_as_there_is_room(view):
    view.show_pages(pages(3), "三页")
    boxes = view.sheets.page_boxes()
    assert len(boxes) == 3
    assert all(lower.top() > upper.bottom() for upper, lower in pairwise(boxes))
    assert all(0.85 * 600 < box.width() < 600 for box in boxes)
    assert view.sheets.verticalScrollBar().maximum() > boxes[2].top() - 700


def test_keys_zoom_and_turn_pages(qtbot, view):
    view.show_pages(pages(3), "三页")
    sheets = view.sheets
    fitted = sheets.page_boxes()[0].width()
    qtbot.keyClick(sheets, Qt.Key.Key_Plus)
    assert sheets.page_boxes()[0].width() > fitted
    qtbot.keyClick(sheets, Qt.Key.Key_Minus)
    qtbot.keyClick(sheets, Qt.Key.Key_Minus)
    assert sheets.page_boxes()[0].width() < fitted
    qtbot.keyClick(sheets, Qt.Key.Key_1)
    assert sheets.page_boxes()[0].height() < sheets.viewport().height()
    qtbot.keyClick(sheets, Qt.Key.Key_0)
    assert sheets.page_boxes()[0].width() == fitted
    qtbot.keyClick(sheets, Qt.Key.Key_PageDown)
    assert sheets.page == 1
    assert "第 2 / 3 页" in [label.text() for label in view.findChildren(QLabel)]
    qtbot.keyClick(sheets, Qt.Key.Key_End)
    assert sheets.page == 2
    qtbot.keyClick(sheets, Qt.Key.Key_Home)
    assert sheets.page == 0


def test_ctrl_and_the_wheel_zoom(view):
    view.show_pages(pages(1), "")
    before = view.sheets.page_boxes()[0].width()
    at = QPointF(200, 200)
    turn = QWheelEvent(
        at, view.sheets.mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.sheets.viewport(), turn)
    assert view.sheets.page_boxes()[0].width() > before


def test_the_buttons_do_what_the_keys_do(qtbot, view):
    view.show_pages(pages(1), "")
    before = view.sheets.page_boxes()[0].width()
    for name in ("放大预览", "预览适合宽度"):
        (button,) = [each for each in view.findChildren(QToolButton) if each.accessibleName() == name]
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert view.sheets.page_boxes()[0].width() == before


def test_pages_that_are_no_longer_true_are_dimmed_until_newer_ones_are_there(view):
    view.show_pages(pages(2, "black"), "旧的")
    view.sheets.turn_to(1)
    sharp = view.grab().toImage().pixelColor(300, 400).lightness()
    view.show_stale("正在更新…")
    assert view.stale
    assert view.grab().toImage().pixelColor(300, 400).lightness() > sharp + 50
    view.show_pages(pages(2, "black"), "新的")
    assert not view.stale
    assert view.sheets.page == 1
    view.show_text("没有可以预览的")
    view.show_stale("正在生成…")
    assert not view.stale
