"""Rows pasted into the grid of a budget: headings found, nothing guessed, amounts to the fen."""

from __future__ import annotations

from decimal import Decimal

import pytest

from haicang_desk.model.records import BudgetLine
from haicang_desk.model.spreadsheet import BUDGET_WORDS, pasted_rows, read_budget_line
from haicang_desk.model.values import Money, Refused

ORDER = ("content", "subject", "measure", "quantity", "price", "amount", "source", "note")
TYPED = {"content": "灯具", "subject": "材料费", "measure": "盏", "source": "专项"}


def pasted(text):
    return pasted_rows(BudgetLine, text, order=ORDER, also=BUDGET_WORDS)


def typed(**texts):
    return read_budget_line({**TYPED, "quantity": "", "price": "", "amount": "", **texts}, BudgetLine())


def test_headings_name_the_columns_in_any_order():
    found = pasted("单位\t数量\t金额\t内容\n盏\t12\t1800\t灯具\n合计\t\t1800\t\n")
    assert found.headed
    assert found.rows == ({"content": "灯具", "measure": "盏", "quantity": "12", "amount": "1800"},)
    assert found.notes == ("合计行没有贴入：第 3 行",)


def test_name_and_specification_stand_in_one_cell_and_the_unit_of_a_heading_behind_its_amounts():
    found = pasted("序号\t项目名称\t规格型号\t单价（万元）\t合价（万元）\t产地\n1\t灯具\tLED\t0.015\t0.18万\t厦门\n")
    assert found.rows == ({"content": "灯具 LED", "price": "0.015万元", "amount": "0.18万"},)
    assert found.columns[:2] == (("项目名称", "内容"), ("规格型号", "内容"))
    assert found.notes == ("没有对应栏目的列没有贴入：产地",)


def test_without_headings_columns_are_taken_as_they_come():
    found = pasted('"灯具\n12W"\t材料费\t盏\t12\t150\n安装\t施工费\t项\t1\t35000\n')
    assert not found.headed
    assert [row["content"] for row in found.rows] == ["灯具 12W", "安装"]
    assert found.rows[1]["price"] == "35000"


def test_columns_beyond_the_grid_are_told():
    assert pasted("\t".join("甲乙丙丁戊己庚辛壬")).notes == ("比表格多出的 1 列没有贴入",)
    with pytest.raises(Refused):
        pasted(" \n ")


def test_an_empty_amount_is_quantity_times_price_in_whole_fen():
    line = typed(quantity="12", price="0.15万")
    assert (line.line.amount, line.computed, dict(line.faults)) == (Money(1_800_000), True, {})
    assert line.line.quantity == Decimal(12)


@pytest.mark.parametrize(
    ("texts", "field", "reason"),
    [
        ({"quantity": "1.5", "price": "0.33"}, "amount", "数量乘单价是 0.495 元，不足一分"),
        ({"quantity": "2", "price": "3.5万", "amount": "6万"}, "amount", "数量乘单价是 70,000.00 元，与金额不符"),
        ({"amount": "约3万"}, "amount", "是否 3万"),
        ({"quantity": "十来个", "amount": "5"}, "quantity", "不是数字"),
        ({"source": "区里给的", "amount": "5"}, "source", "不在可选范围"),
        ({"subject": "", "amount": "5"}, "subject", "必填"),
        ({}, "amount", "必填"),
        ({"content": "长" * 201, "amount": "5"}, "content", "最多 200 个字"),
    ],
)
def test_a_cell_says_what_is_wrong_with_it(texts, field, reason):
    faults = typed(**texts).faults
    assert reason in faults[field]
    assert len(faults) == 1


def test_a_product_finer_than_a_fen_may_be_rounded_either_way():
    for amount, fits in (("0.49", True), ("0.50", True), ("0.48", False), ("0.51", False)):
        assert (typed(quantity="1.5", price="0.33", amount=amount).faults == {}) is fits
