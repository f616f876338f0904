"""Cells of every kind of field: what is read, what is a fault, and what is written."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haicang_desk.model.foreign.sheets.cell_grid import column_letters, column_number
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.foreign.sheets.shared_strings import unescaped
from haicang_desk.model.records import (
    KINDS,
    RULE_CODES,
    BudgetLine,
    Field,
    PaidFrom,
    Project,
    Prose,
    Source,
    Waiver,
    stored_text,
)
from haicang_desk.model.spreadsheet import read_workbook
from haicang_desk.model.spreadsheet.cell_values import ALIASES, CELL_TYPES, read_cell
from haicang_desk.model.spreadsheet.write.xlsx_writer import cell_text, new_workbook, write_table
from haicang_desk.model.values import Money, clean_text

AMOUNT, YEAR, TITLE = Project.fields["special"], Project.fields["fund_year"], Project.fields["title"]
STARTS, ASKED, SOURCE = Project.fields["planned_start"], Project.fields["others_duty"], BudgetLine.fields["source"]
QUANTITY, PEOPLE, NEED = BudgetLine.fields["quantity"], Project.fields["beneficiaries"], Project.fields["need"]


def text(said):
    return RawCell("text", said)


def number(said):
    return RawCell("number", said)


def test_every_kind_of_field_is_read_and_written():
    assert set(CELL_TYPES) == set(KINDS)


@pytest.mark.parametrize(
    ("raw", "said", "value"),
    [
        (number("0.30000000000000004"), AMOUNT, Money(30)),
        (number("0.1000000001"), AMOUNT, Money(10)),
        (number("1234.5"), AMOUNT, Money(123450)),
        (number("1.0E5"), AMOUNT, Money(10_000_000)),
        (number("99999999.99"), AMOUNT, Money(9_999_999_999)),
        (number("0"), AMOUNT, Money(0)),
        (text("１，２３４．５０"), AMOUNT, Money(123450)),
        (text("￥3.5万元"), AMOUNT, Money(3_500_000)),
        (number("43344"), STARTS, date(2018, 9, 1)),
        (RawCell("day", "43344.75"), STARTS, date(2018, 9, 1)),
        (number("20180901"), STARTS, date(2018, 9, 1)),
        (text(" 2018年9月1日 "), STARTS, date(2018, 9, 1)),
        (text("２０１８．９．１"), STARTS, date(2018, 9, 1)),
        (text("2018-09-01 08:30:00"), STARTS, date(2018, 9, 1)),
        (text("2018-09-01T00:00:00"), STARTS, date(2018, 9, 1)),
        (text("2018年度"), YEAR, 2018),
        (number("2018.0"), YEAR, 2018),
        (text("1,200人"), PEOPLE, 1200),
        (number("12.5"), QUANTITY, Decimal("12.5")),
        (number("0.30000000000000004"), QUANTITY, Decimal("0.3")),
        (text("√"), ASKED, True),
        (text(" 否 "), ASKED, False),
        (RawCell("flag", "TRUE"), ASKED, True),
        (number("0"), ASKED, False),
        (number("123.0"), TITLE, "123"),
        (number("0592.5"), TITLE, "592.5"),
        (number("123456789012345"), TITLE, "123456789012345"),
        (text("甲\r\n 乙"), TITLE, "甲 乙"),
        (text("甲\r\n乙\x0b"), NEED, "甲\n乙"),
        (text("e\u0301"), TITLE, "é"),
        (text("投工投劳"), SOURCE, Source.LABOUR),
        (text("捐赠实物折价"), SOURCE, Source.DONATED_GOODS),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_a_clerk_means_it(raw, said, value):
    found = read_cell(raw, said)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (number("0.005"), AMOUNT), (number("0.1000001"), AMOUNT), (number("1E+300"), AMOUNT),
        (text("nan"), AMOUNT), (text("1e3"), AMOUNT),
        (RawCell("percent", "0.5"), AMOUNT), (number("2018"), STARTS), (number("-1"), STARTS),
        (RawCell("day", "0.5"), STARTS),
        (RawCell("day", "99999999"), STARTS), (RawCell("flag", "TRUE"), STARTS),
        (number("2"), ASKED), (text(""), SOURCE),
        (text("半"), QUANTITY), (number("1E+12"), QUANTITY), (text("1/3"), QUANTITY), (text("\ud800"), TITLE),
        (RawCell("day", "43344"), TITLE), (RawCell("fault", "#DIV/0!"), TITLE), (text("1" * 5000), AMOUNT),
    ],
)  # fmt: skip
def test_what_is_none_is_refused_with_a_reason(raw, said):
    with pytest.raises(ValueError, match=r"[\u4e00-\u9fff]"):
        read_cell(raw, said)


@pytest.mark.parametrize("choice", [Source, PaidFrom])
def test_short_names_lead_to_choices_that_exist(choice):
    assert set(ALIASES[choice].values()) <= {member.code for member in choice}


@given(st.decimals(0, 10**9, places=2, allow_nan=False))
def test_any_sum_is_read_back_from_the_float_a_spreadsheet_makes_of_it(yuan):
    assert read_cell(number(repr(float(yuan) * 1.0)), AMOUNT) == Money.of_yuan(yuan)


@given(st.integers(1, 20_000))
def test_letters_of_columns_are_theirs(column):
    assert column_number(column_letters(column)) == column


ID = "0198a3c4-0000-7000-8000-000000000000"
ANY = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60)
NASTY = st.sampled_from([
    "=1+1", "+1", "-1", "@x", "_x0041_", "_x005F_x0041_", "a\x00b", "a\x0bb", "\ufffe", "<b>&amp;</b>", "]]>", "a\r\nb",
    "'--", "{{}}", "%s", "𠮷𬭎𫖯", "👩‍👩‍👧",
    "\u202e反", "\u200b", "０１", "  两  空 ", "ﷺ", "#REF!", "TRUE", "0012", "1e5",
])  # fmt: skip


@given(ANY | NASTY)
def test_any_text_comes_through_the_xml_of_a_cell(said):
    assert unescaped(ElementTree.fromstring(f"<t>{cell_text(said)}</t>").text) == said


@settings(max_examples=20, deadline=None)
@given(st.lists(ANY | NASTY, min_size=1, max_size=40))
def test_any_text_of_an_exported_row_comes_out_of_a_workbook_as_it_is_kept(tmp_path_factory, texts):
    out = tmp_path_factory.mktemp("cells") / "册.xlsx"
    rows = [[2018, "村", said, "服务类", "消除安全隐患", said, f"{n:08x}{ID[8:]}"] for n, said in enumerate(texts)]
    with new_workbook(out) as book:
        write_table(book, "项目", ["资金年度", "村居", "项目名称", "项目类别", "内容类型", "必要性", "记录号"], rows)
    kept = [stored_text(Field("", kind=Prose), said) for said in texts]
    found = {row.number: row.values.get("need", "") for row in read_workbook(out).sheets[0].rows}
    assert found == dict(enumerate(kept, 2))


@given(ANY)
def test_cleaned_text_stays_as_it_is(said):
    once = clean_text(said)
    assert clean_text(once) == once and unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize("text", ["_x0041_", "_x0_", "区明_x0_p", "_xFFFFF_", "_x005F_"])
def test_what_looks_like_an_escape_is_written_so_that_nobody_takes_it_for_one(text):
    assert cell_text(text) == text.replace("_x", "_x005F_x")


@pytest.mark.parametrize(("said", "kept"), [("R29", "R29"), ("r02", "R02"), ("Ｒ１３ ", "R13")])
def test_a_rule_is_named_however_it_is_typed(said, kept):
    assert read_cell(text(said), Waiver.fields["rule"]) == kept


@pytest.mark.parametrize("said", ["zz", "R99", "R2", "02"])
def test_leave_is_given_for_rules_there_are(said):
    with pytest.raises(ValueError, match=f"应填 {RULE_CODES[0]} 至 {RULE_CODES[-1]} 之一"):
        read_cell(text(said), Waiver.fields["rule"])


def test_a_year_typed_where_a_day_belongs_is_no_day_of_1905():
    with pytest.raises(ValueError, match="只填了年份“2018”"):
        read_cell(RawCell("day", "2018"), Waiver.fields["granted_on"])
    assert read_cell(RawCell("day", "43344"), Waiver.fields["granted_on"]) == date(2018, 9, 1)
