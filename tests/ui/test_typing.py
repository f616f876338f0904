"""Hands on the keyboard: short ways of days and amounts, picking by pinyin, the calendar, ``..``, ``=`` and pins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from haicang_desk.model.records import (
    BudgetLine,
    Category,
    Deliberation,
    Disbursement,
    Field,
    Link,
    Member,
    Project,
    Suggestion,
    Village,
)
from haicang_desk.model.services import remainder, save
from haicang_desk.model.values import Money, announced
from haicang_desk.ui.shell.choices import Choices, match_rank
from haicang_desk.ui.shell.entry_memory import keep_memory
from haicang_desk.ui.shell.settings import Settings
from haicang_desk.ui.widgets.editors import EDITORS
from haicang_desk.ui.widgets.editors.calendar_popup import CalendarPopup, day_mark
from haicang_desk.ui.widgets.editors.days import day_reading
from haicang_desk.ui.widgets.filter_bar import SearchLine
from haicang_desk.ui.widgets.form import RecordForm
from haicang_desk.ui.widgets.layouts import scroll_area
from haicang_desk.ui.widgets.table import Table, TableColumn
from tests.conftest import NOW

ENTER, SHIFT, CTRL = Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def form(qtbot, dressed, ws):
    """Makes a form of a class, shown, with the keyboard on its first field."""

    def make(cls, record=None, **more):
        made = RecordForm(cls, Choices(ws), **more)
        qtbot.addWidget(made)
        made.show_record(record or cls())
        with qtbot.waitActive(made):
            made.show()
            made.activateWindow()
        made.focus_first()
        return made

    return make


def core(form, name):
    return form.cells[name].editor.core


def type_into(qtbot, form, name, text, key=None):
    entry = core(form, name)
    entry.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClicks(entry, text)
    if key is not None:
        qtbot.keyClick(entry, key)
    return form.cells[name].editor


# days


@pytest.mark.parametrize(
    ("typed", "day"),
    [("7.13", (2018, 7, 13)), ("0930", (2018, 9, 30)), ("713", (2018, 7, 13)), ("18.9.3", (2018, 9, 3))],
)
def test_a_short_day_is_read_told_and_written_out(qtbot, form, typed, day):
    shown = form(Deliberation, names=("held_on", "meeting"))
    editor = type_into(qtbot, shown, "held_on", typed)
    assert f"{day[0]}年{day[1]}月{day[2]}日" in editor.reading.text()
    assert editor.reading.isVisibleTo(shown)
    qtbot.keyClick(editor.core, ENTER)
    assert editor.raw() == date(*day).isoformat()
    assert core(shown, "meeting").hasFocus()


@pytest.mark.parametrize(("typed", "after"), [("今天", 0), ("昨天", -1), ("+7", 7), ("-3", -3)])
def test_days_are_told_from_today(qtbot, form, typed, after):
    shown = form(Deliberation, names=("held_on", "meeting"))
    shown.cells["held_on"].editor.set_raw(typed)
    qtbot.keyClick(core(shown, "held_on"), ENTER)
    assert (shown.cells["held_on"].editor.value() - NOW.date()).days == after


def test_the_year_of_a_short_day_is_that_of_the_project(qtbot, form, ws, village):
    project = replace(Project(), fund_year=2021, village=Link(village.id))
    shown = form(Project, project, names=("planned_start", "planned_finish"))
    assert type_into(qtbot, shown, "planned_start", "9.30").value() == date(2021, 9, 30)


def test_a_doubtful_day_is_asked_and_not_guessed(qtbot, form):
    shown = form(Deliberation, names=("held_on", "meeting"))
    type_into(qtbot, shown, "held_on", "111", ENTER)
    with pytest.raises(ValueError, match="1月11日 还是 11月1日"):
        shown.read_record()
    assert "1.11 或 11.1" in shown.cells["held_on"].fault.text()


def test_the_weekday_is_told_with_days_off():
    assert day_reading(date(2018, 10, 1), whole=False) == "星期一　休息日"
    assert day_reading(date(2018, 9, 29), whole=True) == "2018年9月29日　星期六　调休上班"


# the calendar


def opened(qtbot, shown, name):
    editor = shown.cells[name].editor
    editor.core.setFocus()
    qtbot.keyClick(editor.core, Qt.Key.Key_F4)
    return editor, editor.calendar


def test_the_calendar_opens_by_f4_speaks_chinese_and_gives_its_day(qtbot, form):
    shown = form(Deliberation, names=("held_on",))
    shown.cells["held_on"].editor.set_value(date(2018, 9, 3))
    editor, popup = opened(qtbot, shown, "held_on")
    assert popup.isVisible()
    assert popup.title.text() == "2018年9月"
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_PageDown):
        qtbot.keyClick(popup.grid, key)
    assert popup.title.text() == "2018年10月"
    qtbot.keyClick(popup.grid, ENTER)
    assert not popup.isVisible()
    assert editor.value() == date(2018, 10, 11)


def test_a_day_is_picked_with_the_mouse(qtbot, form):
    shown = form(Deliberation, names=("held_on",))
    editor, popup = opened(qtbot, shown, "held_on")
    wanted = popup.grid.day.replace(day=15)
    qtbot.mouseClick(popup.grid, Qt.MouseButton.LeftButton, pos=popup.grid.cell_of(wanted).center())
    assert editor.value() == wanted


def test_days_off_and_days_worked_in_exchange_are_marked():
    marks = {day: day_mark(date(2018, *day), announced()) for day in ((10, 1), (9, 29), (9, 26), (9, 24))}
    assert marks == {(10, 1): "休", (9, 29): "班", (9, 26): "", (9, 24): "休"}


@pytest.mark.parametrize("corner", ["bottomRight", "bottomLeft", "topRight"])
def test_the_calendar_stays_within_the_screen(qtbot, form, corner):
    shown = form(Deliberation, names=("held_on",))
    room = shown.screen().availableGeometry()
    shown.move(getattr(room, corner)() - QPoint(40, 40))
    _, popup = opened(qtbot, shown, "held_on")
    assert room.contains(popup.geometry())
    popup.close()


# picking


def test_the_only_candidate_is_taken_by_enter(qtbot, form, ws, village):
    shown = form(Project, names=("village", "title"))
    editor = type_into(qtbot, shown, "village", "xysq")
    assert editor.picker.list.isVisible()
    qtbot.keyClick(editor.core, ENTER)
    assert editor.value() == Link(village.id)
    assert core(shown, "title").hasFocus()
    assert not editor.picker.list.isVisible()


def test_the_candidate_marked_is_taken(qtbot, form, ws, village):
    (other,) = save(ws, [Village(name="霞阳北社区", code="XYB")], action="登记", person="陈")
    shown = form(Project, names=("village", "title"))
    editor = type_into(qtbot, shown, "village", "xia")
    assert [offer.label for offer in editor.picker.list.offers()] == ["霞阳社区", "霞阳北社区"]
    qtbot.keyClick(editor.core, Qt.Key.Key_Down)
    qtbot.keyClick(editor.core, ENTER)
    assert editor.value() == Link(other.id)


@pytest.mark.parametrize("key", [Qt.Key.Key_F7, Qt.Key.Key_Down])
def test_the_list_opens_by_f7_and_by_down(qtbot, form, village, key):
    shown = form(Project, names=("village", "title"))
    qtbot.keyClick(core(shown, "village"), key)
    picker = shown.cells["village"].editor.picker
    assert [offer.label for offer in picker.list.offers()] == ["霞阳社区"]
    qtbot.keyClick(picker, Qt.Key.Key_Escape)
    assert not picker.list.isVisible()


def test_a_village_that_is_not_found_can_be_registered_from_the_list(qtbot, form, village):
    shown = form(Project, names=("village", "title"))
    wanted = []
    shown.registration_requested.connect(lambda _, name: wanted.append(name))
    editor = type_into(qtbot, shown, "village", "zzz")
    (row,) = editor.picker.list.offers()
    assert row.label == "没有找到“zzz”，点此登记村居"
    qtbot.keyClick(editor.core, ENTER)
    assert wanted == ["zzz"]


def test_a_click_in_the_list_picks_and_goes_on(qtbot, form, village):
    shown = form(Project, names=("village", "title"))
    picker = shown.cells["village"].editor.picker
    picker.setFocus()
    qtbot.keyClick(picker, Qt.Key.Key_F7)
    place = picker.list.visualRect(picker.list.model().index(0, 0)).center()
    qtbot.mouseClick(picker.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert shown.cells["village"].editor.value() == Link(village.id)
    assert core(shown, "title").hasFocus()


@pytest.mark.parametrize(
    ("typed", "label", "fits"),
    [
        ("ldzm", "楼道照明更换", True),
        ("loudao", "楼道照明更换", True),
        ("zhangzhe", "长者食堂", True),
        ("czst", "长者食堂", True),
        ("ａｅｄ", "AED（自动除颤器）", True),
        ("aed(", "ＡＥＤ（自动除颤器）", True),
        ("照明", "楼道照明更换", True),
        ("xyz", "楼道照明更换", False),
    ],
)
def test_what_is_typed_fits_by_initials_pinyin_readings_and_width(typed, label, fits):
    assert (match_rank(typed, label) is not None) is fits


@pytest.mark.parametrize(
    ("typed", "wanted"), [("g", Category.WORKS), ("hw", Category.GOODS), ("fuwu", Category.SERVICE)]
)
def test_a_closed_choice_is_picked_by_initials(qtbot, form, typed, wanted):
    shown = form(Project, names=("category", "title"))
    editor = type_into(qtbot, shown, "category", typed, ENTER)
    assert editor.value() is wanted
    assert core(shown, "title").hasFocus()


def test_the_list_of_a_closed_choice_opens_by_f7_and_enter_in_it_goes_on(qtbot, form):
    shown = form(Project, names=("category", "title"))
    editor = shown.cells["category"].editor
    editor.core.setFocus()
    qtbot.keyClick(editor.core, Qt.Key.Key_F7)
    assert editor.box.view().isVisible()
    qtbot.keyClicks(editor.box.view(), "hw")
    qtbot.keyClick(editor.box.view(), ENTER)
    assert not editor.box.view().isVisible()
    assert editor.value() is Category.GOODS
    assert core(shown, "title").hasFocus()


def test_a_suggestion_is_taken_by_its_initials_and_never_imposed(qtbot, form):
    shown = form(Project, names=("charity", "keeper"))
    editor = type_into(qtbot, shown, "charity", "fpjk", ENTER)
    assert editor.value() == "扶贫济困"
    editor.set_value("")
    core(shown, "charity").setFocus()
    core(shown, "charity").setText("")
    core(shown, "charity").insert("扶贫")
    core(shown, "charity").textEdited.emit("扶贫")
    qtbot.keyClick(core(shown, "charity"), ENTER)
    assert editor.value() == "扶贫"
    assert core(shown, "keeper").hasFocus()


def test_people_of_the_office_are_picked_by_initials(qtbot, form, ws):
    members = [Member(body="领导小组", name=name) for name in ("林建国", "李美玲")]
    save(ws, members, action="登记", person="陈")
    shown = form(Disbursement, names=("handler", "approver"))
    assert type_into(qtbot, shown, "handler", "lml", ENTER).value() == "李美玲"
    core(shown, "approver").insert("外请的人")
    qtbot.keyClick(core(shown, "approver"), ENTER)
    assert shown.cells["approver"].editor.value() == "外请的人"


# searching a list


def test_enter_in_the_search_line_opens_the_first_row_and_down_goes_into_the_list(qtbot, dressed):
    both = QWidget()
    qtbot.addWidget(both)
    line = SearchLine("查找", "")
    table = Table([TableColumn("名称", lambda row: row, "", 8)], name="表", empty="")
    box = QVBoxLayout(both)
    box.addWidget(line)
    box.addWidget(table)
    table.show_rows(["甲", "乙"])
    line.serves(table)
    with qtbot.waitActive(both):
        both.show()
        both.activateWindow()
    opened = []
    table.opened.connect(opened.append)
    line.setFocus()
    qtbot.keyClick(line, ENTER)
    assert opened == []  # nothing was sought
    qtbot.keyClicks(line, "j")
    qtbot.keyClick(line, ENTER)
    assert opened == ["甲"]
    qtbot.keyClick(line, Qt.Key.Key_Down)
    assert table.hasFocus()
    assert table.chosen() == ["甲"]


# amounts


@pytest.mark.parametrize(
    ("typed", "amount", "told"),
    [
        ("1200*3+500", Money(410_000), "人民币肆仟壹佰元整"),
        ("3.5万", Money(3_500_000), "35,000.00 元"),
        ("35000", Money(3_500_000), "3.50 万元"),
    ],
)
def test_an_amount_is_told_at_once_and_written_out_by_enter(qtbot, form, typed, amount, told):
    shown = form(Project, names=("special", "matching"))
    shown.cells["special"].editor.set_raw(typed)
    editor = shown.cells["special"].editor
    assert told in editor.reading.text()
    qtbot.keyClick(editor.core, ENTER)
    assert editor.raw() == str(amount)


def test_equals_is_what_is_missing_to_the_budget(qtbot, form, ws, kept):
    project = kept(special=Money(100_000), donated_cash=Money(0))
    line = BudgetLine(project=Link(project.id), content="灯具", subject="材料费", amount=Money(150_000))
    save(ws, [line], action="登记", person="陈")
    shown = form(Project, project, names=("special", "self_raised", "title"))
    editor = type_into(qtbot, shown, "self_raised", "=")
    assert "500.00 元" in editor.reading.text()
    qtbot.keyClick(editor.core, ENTER)
    assert editor.value() == Money(50_000)


def test_equals_of_a_budget_line_is_its_product_or_the_rest_of_its_source(ws, kept):
    project = kept(special=Money(100_000))
    line = BudgetLine(project=Link(project.id), content="灯具", amount=Money(30_000))
    save(ws, [replace(line, subject="材料费")], action="登记", person="陈")
    fresh = BudgetLine(project=Link(project.id))
    assert remainder(ws, fresh, "amount") == Money(70_000)
    from decimal import Decimal

    assert remainder(ws, replace(fresh, quantity=Decimal(3), price=Money(1_205)), "amount") == Money(3_615)
    assert remainder(ws, fresh, "price") is None


def test_equals_where_no_total_is_known_is_refused(qtbot, form, kept):
    shown = form(Project, kept(), names=("special",))
    type_into(qtbot, shown, "special", "=", ENTER)
    with pytest.raises(ValueError, match="没有可以补足的合计"):
        shown.read_record()


# repeating and pins


def test_two_dots_repeat_the_record_entered_before(qtbot, form, village):
    shown = form(Suggestion, names=("told_on", "channel", "person", "text"))
    shown.cells["person"].editor.set_value("王建国")
    shown.cells["told_on"].editor.set_value(date(2018, 7, 2))
    shown.cells["text"].editor.set_value("太暗")
    shown.remember()
    shown.show_record(Suggestion())
    for name, value in (("person", "王建国"), ("told_on", date(2018, 7, 2)), ("text", "太暗")):
        assert type_into(qtbot, shown, name, "..").value() == value


def test_two_dots_say_where_there_is_nothing_to_repeat(qtbot, form):
    shown = form(Suggestion, names=("person",))
    editor = type_into(qtbot, shown, "person", "..")
    assert editor.raw() == ""
    assert "没有可重复的内容" in editor.reading.text()


def test_a_pinned_field_keeps_its_value_for_the_next_record_and_the_next_session(qtbot, form, ws, own_folder):
    settings = Settings(own_folder / "窗口.ini")
    keep_memory(ws, settings)
    shown = form(Suggestion, names=("channel", "person", "phone"))
    shown.cells["person"].editor.set_value("王建国")
    qtbot.mouseClick(shown.cells["person"].pin, Qt.MouseButton.LeftButton)
    core(shown, "phone").setFocus()
    qtbot.keyClick(core(shown, "phone"), Qt.Key.Key_F8)
    shown.cells["phone"].editor.set_value("13800000000")
    shown.remember()
    shown.show_record(Suggestion())
    assert (shown.raw()["person"], shown.raw()["phone"]) == ("王建国", "13800000000")
    assert not shown.changed
    settings.flush()
    keep_memory(ws, Settings(own_folder / "窗口.ini"))
    again = form(Suggestion, names=("channel", "person", "phone"))
    assert again.raw()["person"] == "王建国"
    qtbot.mouseClick(again.cells["person"].pin, Qt.MouseButton.LeftButton)
    again.show_record(Suggestion())
    assert (again.raw()["person"], again.raw()["phone"]) == ("", "13800000000")


def test_a_record_that_is_kept_is_not_changed_by_pins(form, ws, kept):
    keep_memory(ws, Settings()).pin(Project.table, "title", "别的")
    project = kept()
    shown = form(Project, project, names=("title",))
    assert shown.raw()["title"] == project.title
    assert not shown.cells["title"].pin.isVisibleTo(shown)


# Enter


def test_enter_in_prose_goes_on_and_shift_enter_makes_a_line(qtbot, form):
    shown = form(Project, names=("need", "works", "title"))
    need = core(shown, "need")
    need.setFocus()
    qtbot.keyClicks(need, "a")
    qtbot.keyClick(need, ENTER, SHIFT)
    qtbot.keyClicks(need, "b")
    qtbot.keyClick(need, ENTER)
    assert shown.cells["need"].editor.value() == "a\nb"
    assert core(shown, "works").hasFocus()
    assert "Shift+回车换行" in need.toolTip()
    qtbot.keyClick(core(shown, "works"), ENTER)
    qtbot.keyClick(core(shown, "title"), ENTER, SHIFT)
    assert core(shown, "works").hasFocus()


def test_after_the_last_field_comes_the_button(qtbot, form):
    shown = form(Project, names=("title", "place"))
    button = QPushButton("保存", shown)
    button.show()
    shown.after_last = button
    core(shown, "place").setFocus()
    qtbot.keyClick(core(shown, "place"), ENTER)
    assert button.hasFocus()


def test_every_editor_is_named_and_says_its_keys(form):
    for cls in (Project, Disbursement, Suggestion, BudgetLine):
        shown = form(cls)
        for name, cell in shown.cells.items():
            assert cell.editor.core.accessibleName() == cls.fields[name].label
            if EDITORS[cls.fields[name].kind] is not EDITORS[str]:
                assert cell.editor.core.accessibleDescription(), name


def test_a_calendar_says_the_day_that_is_marked(qtbot, dressed):
    popup = CalendarPopup(None, "日期的日历")
    qtbot.addWidget(popup)
    popup.grid.show_day(date(2018, 10, 1))
    assert popup.grid.accessibleDescription() == "2018年10月1日　星期一　放假"
    assert Field("日期").label == "日期"


def test_a_field_has_the_room_it_asks_for_after_the_form_was_laid_out_anew(qtbot, styled, ws):
    form = RecordForm(Project, Choices(ws))
    area = scroll_area(form)
    qtbot.addWidget(area)
    area.resize(500, 400)
    area.show()
    area.resize(1500, 700)  # two columns, and one again
    qtbot.wait(20)
    area.resize(500, 400)
    form.cells["need"].editor.set_raw("一行\n" * 7)
    qtbot.wait(50)
    for name, cell in form.cells.items():
        assert cell.height() >= cell.minimumSizeHint().height(), name
