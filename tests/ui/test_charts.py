"""Charts: places are found by pointer and keys, said in words, copied whole, and drawn in the colours worn now."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication

from haicang_desk.ui.shell import theme
from haicang_desk.ui.widgets.bar_rows import BarRow, BarRows, RowsArea
from haicang_desk.ui.widgets.charts import ColumnChart, FlowRows, Place, SegmentBar, Series
from haicang_desk.ui.widgets.year_strip import STACK, DayMark, YearStrip

TWO = (Series("核定", "accent"), Series("拨付", "done"))
QUARTERS = [Place(f"第{name}季", (10 * n, 5 * n), n) for n, name in enumerate("一二三四", 1)]


def columns():
    chart = ColumnChart("各季", "{:,}".format, "万元")
    chart.show_data(TWO, QUARTERS)
    return chart


def flow():
    chart = FlowRows("去向", "{:,}".format, "万元")
    chart.show_data(TWO, QUARTERS)
    return chart


def segments():
    chart = SegmentBar("进度", "{:,}".format, "项", lambda what: theme.colour("accent"))
    chart.show_data(TWO[:1], [Place(f"第{n}步", (n,), n) for n in range(1, 5)])
    return chart


def rows():
    chart = BarRows("村居", ("村居", "已用额度", "服务类"), str, "万元")
    chart.show_rows([BarRow(f"第{n}社区", str(n), f"{n} / 80", "", n, 80, "info", (("1/2", ""),)) for n in range(60)])
    return chart


@pytest.fixture(params=[columns, flow, segments, rows], ids=lambda make: make.__name__)
def chart(request, qtbot, styled):
    made = request.param()
    qtbot.addWidget(made)
    made.resize(420, made.heightForWidth(420) if made.hasHeightForWidth() else made.sizeHint().height())
    made.show()
    return made


def test_every_place_is_found_where_it_is_and_none_beside(chart):
    for number in range(len(chart.places)):
        assert chart.place_at(chart.box_of(number).center()) == number
    assert chart.place_at(QPointF(-5, -5)) == -1
    assert chart.rect().toRectF().contains(chart.box_of(len(chart.places) - 1).center())


def test_a_click_and_the_keys_choose_the_same(qtbot, chart):
    chosen = []
    chart.chosen.connect(chosen.append)
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.box_of(2).center().toPoint())
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_Home)
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    qtbot.keyClick(chart, Qt.Key.Key_Down)
    qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert chosen == [chart.places[2].what] * 2
    qtbot.keyClick(chart, Qt.Key.Key_End)
    assert chart.toolTip() == chart.words(len(chart.places) - 1)


def test_a_place_that_leads_nowhere_is_not_chosen(qtbot, styled):
    chart = ColumnChart("来源", "{:,}".format, "万元", labelled=True)
    qtbot.addWidget(chart)
    chart.show_data(TWO, [Place("自筹", (3, 2))])
    chosen = []
    chart.chosen.connect(chosen.append)
    chart.choose(0)
    assert chosen == []


def test_what_it_shows_is_said_in_words_and_in_numbers(qtbot, styled):
    chart = columns()
    qtbot.addWidget(chart)
    assert chart.words(1) == "第二季：核定 20、拨付 10 万元"
    assert chart.numbers()[:2] == [("", "核定（万元）", "拨付（万元）"), ("第一季", "10", "5")]
    assert "第四季：核定 40、拨付 20 万元" in chart.accessibleDescription()
    chart.copy_numbers()
    assert QGuiApplication.clipboard().text().splitlines()[1] == "第一季\t10\t5"


def test_the_picture_is_whole_and_in_the_colours_worn(qtbot, styled):
    chart = rows()
    area = RowsArea(chart)
    qtbot.addWidget(area)
    area.resize(420, 160)
    area.show()
    picture = chart.picture().toImage()
    last = chart.box_of(59)
    assert picture.height() / picture.devicePixelRatio() > last.bottom()
    inked = {picture.pixelColor(x, picture.height() - 30).name() for x in range(0, picture.width(), 2)}
    assert len(inked) > 1, "the last row is drawn though it is out of sight"
    assert picture.pixelColor(1, 1) == theme.colour("raised")
    theme.apply_colours(styled, "dark")
    try:
        assert chart.picture().toImage().pixelColor(1, 1) == theme.colour("raised")
    finally:
        theme.apply_colours(styled, "light")


@pytest.mark.parametrize("width", [240, 300, 420, 800])
def test_rows_keep_the_name_readable_and_drop_their_last_columns(qtbot, styled, width):
    chart = rows()
    qtbot.addWidget(chart)
    chart.resize(width, 300)
    name, bar, *cells = chart._columns()
    assert name.width() >= chart.fontMetrics().horizontalAdvance("第10社区") - 1 or width < 260
    assert bar.right() <= width and len(cells) == (0 if width < 240 else len(cells))
    assert all(cell.right() <= width for cell in cells)


def test_marks_of_a_year_stand_over_one_another_and_no_two_on_the_same_spot(qtbot, styled):
    strip = YearStrip()
    qtbot.addWidget(strip)
    strip.resize(360, strip.sizeHint().height())
    strip.show_year(2026, date(2026, 11, 29), [DayMark(date(2026, 12, 31), f"第{n}件", "info", n) for n in range(9)])
    boxes = strip.mark_boxes()
    assert len({(round(box.x()), round(box.y())) for box in boxes}) == 9
    assert all(strip.rect().toRectF().contains(box) for box in boxes)
    assert max(sum(round(one.x()) == round(other.x()) for other in boxes) for one in boxes) <= STACK
    chosen = []
    strip.chosen.connect(chosen.append)
    for box in boxes:
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    assert sorted(chosen) == list(range(9))


def test_days_of_other_years_stand_at_the_edges(qtbot, styled):
    strip = YearStrip()
    qtbot.addWidget(strip)
    strip.resize(360, strip.sizeHint().height())
    marks = [DayMark(date(2025, 3, 1), "去年", "exception"), DayMark(date(2027, 1, 5), "明年", "info")]
    strip.show_year(2026, date(2026, 11, 29), marks)
    before, after = strip.mark_boxes()
    assert before.left() < 20 and after.right() > 340
    assert strip.words_at(0) == "3月1日　去年"
    assert strip.words_at(len(marks) + 10) == "11月：没有到期的事"
