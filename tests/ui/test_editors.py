"""Editors: one for every kind, reading what people type and giving back what they were given."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum

import pytest
from PySide6.QtCore import Qt

from haicang_desk.model.records import KINDS, Category, Field, Project, Prose, Village
from haicang_desk.model.services import save
from haicang_desk.model.values import Money
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.widgets.editors import (
    EDITORS,
    ChoiceEditor,
    DayEditor,
    MoneyEditor,
    NumberEditor,
    SuggestEditor,
    YesNoEditor,
)
from haicang_desk.ui.widgets.form import RecordForm

MONEY = Field("区级专项资金", name="special", kind=Money, type=Money)
DAY = Field("日期", name="held_on", kind=date, type=date, optional=True)


@pytest.fixture
def choices(ws):
    return Choices(ws)


@pytest.fixture
def make(qtbot, dressed, choices):
    def of(said: Field):
        editor = EDITORS[said.kind](said, choices)
        qtbot.addWidget(editor)
        return editor

    return of


def test_every_kind_has_an_editor():
    assert set(EDITORS) == set(KINDS)


SAMPLES = {
    str: ("霞阳", Field("名称", name="a", kind=str)),
    Prose: (Prose("一\n二"), Field("情况", name="b", kind=Prose)),
    Money: (Money(3_500_000), MONEY),
    date: (date(2018, 9, 3), DAY),
    int: (12, Field("人数", name="c", kind=int, type=int, optional=True)),
    Decimal: (Decimal("1.5"), Field("数量", name="d", kind=Decimal, type=Decimal, optional=True)),
    bool: (False, Field("到账", name="e", kind=bool, type=bool, optional=True)),
    Enum: (Category.WORKS, Field("类别", name="f", kind=Enum, type=Category)),
}


@pytest.mark.parametrize("kind", SAMPLES)
def test_what_is_shown_is_read_back(make, kind):
    value, said = SAMPLES[kind]
    editor = make(said)
    editor.set_value(value)
    assert editor.value() == value
    again = make(said)
    again.set_raw(editor.raw())
    assert again.value() == value
    assert editor.core.accessibleName() == said.label


@pytest.mark.parametrize("kind", [date, int, Decimal, bool])
def test_nothing_is_a_value_where_it_may_be(make, kind):
    _, said = SAMPLES[kind]
    editor = make(said)
    editor.set_value(None)
    assert editor.value() is None


@pytest.mark.parametrize(
    ("typed", "told", "amount"),
    [
        ("3.5万", "人民币叁万伍仟元整", Money(3_500_000)),
        ("12,000.5", "人民币壹万贰仟元零伍角", Money(1_200_050)),
        ("２０００", "0.20 万元", Money(200_000)),
    ],
)
def test_money_is_told_in_capitals_and_wan_as_one_types(make, typed, told, amount):
    editor = make(MONEY)
    assert isinstance(editor, MoneyEditor)
    editor.line.insert(typed)
    assert told in editor.reading.text()
    assert editor.value() == amount


def test_money_is_tidied_when_left(qtbot, make):
    editor = make(MONEY)
    editor.line.insert("3.5万")
    qtbot.keyClick(editor.line, Qt.Key.Key_Return)
    assert editor.line.text() == "35,000.00"


@pytest.mark.parametrize("typed", ["三万", "-3", "0.005", "1e5"])
def test_what_is_no_amount_is_refused_in_chinese(make, typed):
    editor = make(MONEY)
    editor.set_raw(typed)
    with pytest.raises(ValueError, match=r"不是金额|不少于|两位小数"):
        editor.value()


@pytest.mark.parametrize("typed", ["2018.9.3", "2018/9/3", "2018年9月3日", "20180903", "２０１８-９-３"])
def test_a_day_is_read_as_people_write_it(qtbot, make, typed):
    editor = make(DAY)
    assert isinstance(editor, DayEditor)
    editor.set_raw(typed)
    assert editor.value() == date(2018, 9, 3)
    qtbot.keyClick(editor.line, Qt.Key.Key_Return)
    assert editor.raw() == "2018-09-03"
    qtbot.keyClick(editor.line, Qt.Key.Key_Up)
    assert editor.value() == date(2018, 9, 4)


def test_a_day_that_is_none_is_refused(make):
    editor = make(DAY)
    editor.set_raw("2018-02-30")
    with pytest.raises(ValueError, match="不是日历上的日期"):
        editor.value()


def test_an_unanswered_question_is_no_no(make):
    editor = make(SAMPLES[bool][1])
    assert isinstance(editor, YesNoEditor)
    assert [editor.box.itemText(n) for n in range(editor.box.count())] == ["（未填）", "是", "否"]


def test_the_wheel_does_not_change_what_has_no_focus(qtbot, make):
    editor = make(SAMPLES[Enum][1])
    assert isinstance(editor, ChoiceEditor)
    editor.set_value(Category.GOODS)
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    turned = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(editor.box, turned)
    assert editor.value() is Category.GOODS


@pytest.mark.parametrize(("typed", "said"), [("很多", "不是整数"), ("1.5", "不是整数"), ("-1", "之间"), ("１２", None)])
def test_numbers_are_read_or_refused(make, typed, said):
    editor = make(SAMPLES[int][1])
    assert isinstance(editor, NumberEditor)
    editor.set_raw(typed)
    if said is None:
        assert editor.value() == 12
    else:
        with pytest.raises(ValueError, match=said):
            editor.value()


def test_suggestions_are_offered_and_not_imposed(make):
    editor = make(Field("采购方式", name="manner", suggests=("公开招标", "询价")))
    assert isinstance(editor, SuggestEditor)
    assert editor.value() == ""
    editor.set_raw("村民自建")
    assert editor.value() == "村民自建"


def test_prose_is_refused_where_it_is_too_long(make):
    editor = make(Field("情况", name="b", kind=Prose, longest=5))
    editor.set_raw("一二三四五六七")
    with pytest.raises(ValueError, match="请删减 2 字"):
        editor.value()


@pytest.mark.parametrize("typed", ["霞阳", "xysq", "XYSQ", "霞阳社区"])
def test_a_village_is_found_by_name_initials_and_code(choices, ws, village, typed):
    save(ws, [Village(name="祥露社区", code="XLSQ")], action="登记", person="陈")
    assert [choice.id for choice in choices.find("village", typed)] == [village.id]


def test_a_village_nobody_knows_is_refused(make):
    editor = make(Project.fields["village"])
    editor.set_raw("没有社区")
    with pytest.raises(ValueError, match="没有对应的村居"):
        editor.value()


def test_a_project_is_picked_by_its_name(make, kept):
    project = kept()
    from haicang_desk.model.records import Disbursement

    editor = make(Disbursement.fields["project"])
    editor.set_raw(f"{project.code} {project.title}")
    assert editor.value() == project.id


def test_cells_apart_are_read_with_the_form_and_placed_by_its_owner(qtbot, ws):
    form = RecordForm(Project, Choices(ws), apart=("special",))
    qtbot.addWidget(form)
    assert not form.isAncestorOf(form.cells["special"])
    assert list(form.cells).index("special") < list(form.cells).index("matching")
    form.cells["special"].editor.set_raw("3.5万")
    assert form.readable().special == 3_500_000
    assert "资金来源" in form.cards
