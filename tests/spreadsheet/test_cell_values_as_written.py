"""Amounts, counts, days and nil marks as people write them: what is read, what is only likely, what stays a fault."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haicang_desk.model.foreign.sheets.number_formats import builtin_format, number_format
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.records import (
    Appointment,
    BudgetLine,
    Category,
    Content,
    Deliberation,
    Disbursement,
    Notice,
    Project,
    QuarterReport,
    Survey,
    Waiver,
)
from haicang_desk.model.spreadsheet import export_ledger, plan_import
from haicang_desk.model.spreadsheet.cell_values import Doubtful, read_cell
from haicang_desk.model.spreadsheet.columns import folded
from haicang_desk.model.values import Money

P = Project.fields
AMOUNT, PEOPLE, YEAR, STARTS, ENDS = (
    P[name] for name in ("special", "beneficiaries", "fund_year", "planned_start", "planned_finish")
)


def text(said, unit=""):
    return RawCell("text", said, unit)


def doubt(said, field, factor=1, **about):
    with pytest.raises(Doubtful, match=r"[\u4e00-\u9fff]") as raised:
        read_cell(text(said), field, factor, **about)
    return raised.value.proposal


@pytest.mark.parametrize(
    ("said", "yuan"),
    [
        ("贰拾万元整", 200_000), ("人民币贰拾万零伍拾元零伍分", "200050.05"), ("三万", 30_000), ("两万元", 20_000),
        ("十五万", 150_000), ("3万5千", 35_000), ("10万5千3百元", 105_300), ("12万3456元", 123_456),
        ("1.2亿", 120_000_000),
        ("5千", 5_000), ("一千二百元", 1_200), ("三点五万", 35_000), ("12元3角", "12.30"), ("3角5分", "0.35"),
        ("12 000", 12_000), ("12\u00a0000.5", "12000.50"), ("3。5万", 35_000), ("3·5万", 35_000),
        ("５８，０００．００", 58_000),
        ("58,000元整", 58_000), ("\u200e58,000.00\u200e", 58_000), ("\ufeff58000", 58_000), ("58000（元）", 58_000),
        ("5.8（万元）", 58_000), ("￥58,000.00", 58_000), ("RMB58000", 58_000), ("零元整", 0), ("5.80万圆", 58_000),
        ("小写：58,000.00元 大写：人民币伍万捌仟元整", 58_000), ("贰拾万元整（¥200,000.00）", 200_000),
    ],
)  # fmt: skip
def test_an_amount_is_read_in_each_way_it_is_written(said, yuan):
    assert read_cell(text(said), AMOUNT) == Money.of_yuan(Decimal(yuan))


@pytest.mark.parametrize(
    ("said", "yuan"),
    [("5.8", 58_000), ("35000元", 35_000), ("500元", 500), ("5.8万", 58_000), ("5.8万元", 58_000), ("伍万元整", 50_000),
     ("三十", 300_000), ("1,200", 12_000_000), ("0.5亿", 50_000_000)],
)  # fmt: skip
def test_the_unit_in_a_cell_wins_over_that_of_its_column(said, yuan):
    assert read_cell(text(said), AMOUNT, 10_000) == Money(yuan * 100)


def test_so_does_the_unit_that_its_number_format_shows():
    assert read_cell(RawCell("number", "5.8", "万元"), AMOUNT) == Money(5_800_000)
    assert read_cell(RawCell("number", "35000", "元"), AMOUNT, 10_000) == Money(3_500_000)
    assert read_cell(RawCell("number", "3", "百元"), AMOUNT) == Money(30_000)


def test_a_sign_of_yuan_is_no_unit_of_the_cell_and_foreign_money_is_a_fault():
    assert read_cell(RawCell("number", "5.8", "¥"), AMOUNT, 10_000) == Money(5_800_000)
    with pytest.raises(ValueError, match="美元"):
        read_cell(RawCell("number", "5.8", "美元"), AMOUNT)


@pytest.mark.parametrize(
    ("said", "factor", "proposal"),
    [
        ("约34万元", 1, "34万元"), ("约30", 10_000, "30"), ("34万元左右", 1, "34万元"), ("34万余元", 1, "34万元"),
        ("3000多元", 1, "3000元"), ("不超过20万元", 1, "20万元"), ("预计5.8", 10_000, "5.8"), ("≈5.8万", 1, "5.8万"),
        ("20万元（其中自筹5万元）", 1, "20万元"), ("3万5", 1, "35000元"), ("三万五", 1, "35000元"),
        ("5千", 10_000, "5千元"),
        ("贰拾万元整（¥210,000.00）", 1, "贰拾万元整"),
    ],
)  # fmt: skip
def test_an_amount_that_is_only_likely_is_asked_and_the_proposal_is_certain(said, factor, proposal):
    assert doubt(said, AMOUNT, factor) == proposal
    assert read_cell(text(proposal), AMOUNT, factor) > 0


@pytest.mark.parametrize(
    "said",
    ["几万", "若干", "30-35万", "1,23.4", "5000元/户", "100元×12月", "专项5万自筹3万", "1e3", "5块5", "一", "5..8",
     "同上",
     "十几万", "5.8美元", "12万3万", "五十六十", "-"*61],
)  # fmt: skip
def test_what_is_no_amount_stays_a_fault(said):
    with pytest.raises(ValueError, match=r"不是金额|没有写明|太长") as raised:
        read_cell(text(said), AMOUNT)
    assert not isinstance(raised.value, Doubtful)


@given(st.integers(0, 10**13))
def test_every_sum_is_read_from_its_capitals(fen):
    assert read_cell(text(Money(fen).capitals), AMOUNT) == fen


FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
WAYS = [
    lambda m: f"{m.yuan:f}", lambda m: str(m), lambda m: f"{m}元", lambda m: f"￥{m}", lambda m: f"{m}元整",
    lambda m: str(m).translate(FULL_WIDTH), lambda m: str(m).replace(",", " "), lambda m: f"\u200e{m}\u200b",
    lambda m: f"{m.yuan / 10_000:f}万", lambda m: f"{m.yuan / 10_000:f}万元", lambda m: f"人民币{m}元",
    lambda m: m.capitals,
    lambda m: str(m).replace(".", "。"),
]  # fmt: skip


@given(st.integers(0, 10**12), st.sampled_from(WAYS))
def test_a_sum_written_in_any_way_is_the_same_fen(fen, way):
    assert read_cell(text(way(Money(fen))), AMOUNT) == fen


@given(st.integers(0, 10**9), st.sampled_from(["约{}", "{}左右", "大约{}元", "{}元以内", "近{}"]))
def test_whatever_is_about_is_never_taken_without_asking(yuan, way):
    assert Decimal(doubt(way.format(yuan), AMOUNT).rstrip("元")) == yuan


@given(st.text(st.sampled_from("0123456789.,万千百元一二十约整-（）人户 "), max_size=8))
def test_any_jumble_is_an_amount_a_doubt_or_a_fault(said):
    try:
        value = read_cell(text(said), AMOUNT)
    except ValueError:
        return
    assert value == "" or value >= 0


@pytest.mark.parametrize(
    ("said", "count"),
    [("1,740", 1740), ("1740人", 1740), ("１７４０ 人", 1740), ("一千二百人", 1200), ("1.2万人", 12000),
     ("1200人次", 1200),
     ("1200（人）", 1200)],
)  # fmt: skip
def test_a_count_is_read_with_its_measure(said, count):
    assert read_cell(text(said), PEOPLE) == count


@pytest.mark.parametrize(
    ("said", "proposal"),
    [("约1200人", "1200"), ("500户1800人", "1800"), ("500户、1800余人", "1800"), ("1200余人", "1200"), ("500户", "500"),
     ("1200人（含老人300）", "1200"), ("近千人", None), ("1800-2000人", None), ("全体居民", None),
     ("300人500人", None)],
)  # fmt: skip
def test_a_count_that_is_not_certain_is_asked(said, proposal):
    if proposal is not None:
        assert doubt(said, PEOPLE) == proposal and read_cell(text(proposal), PEOPLE) == int(proposal)
    else:
        with pytest.raises(ValueError, match="不是数字") as raised:
            read_cell(text(said), PEOPLE)
        assert not isinstance(raised.value, Doubtful)


def test_households_send_one_vote_each():
    fields = Deliberation.fields
    assert read_cell(text("132户"), fields["expected"]) == 132 and read_cell(text("118户"), fields["present"]) == 118
    assert read_cell(text("112人"), fields["agreed"]) == 112


@pytest.mark.parametrize("said", ["2023年", "2023年度", "２０２３", "二〇二三年", "二〇二三年度"])
def test_a_fund_year_is_read(said):
    assert read_cell(text(said), YEAR) == 2023


def test_a_day_in_the_column_of_the_year_is_asked():
    with pytest.raises(Doubtful) as raised:
        read_cell(RawCell("day", "45000"), YEAR)
    assert raised.value.proposal == "2023"


@pytest.mark.parametrize("said", ["3", "第三季度", "三季度", "3季度", "Q3"])
def test_a_quarter_is_read(said):
    assert read_cell(text(said), QuarterReport.fields["quarter"]) == 3


def test_a_quantity_keeps_its_decimals_and_loses_its_measure():
    quantity = BudgetLine.fields["quantity"]
    assert read_cell(text("12.5米"), quantity) == Decimal("12.5") and read_cell(text("1,200套"), quantity) == 1200


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("2023年5月", "2023-05-01", "2023-05-31"), ("2023年11月底前", "2023-11-21", "2023-11-30"),
        ("11月底前", "2023-11-21", "2023-11-30"), ("5月1日-9月30日", "2023-05-01", "2023-09-30"),
        ("7－8月", "2023-07-01", "2023-08-31"), ("全年", "2023-01-01", "2023-12-31"), ("11月30日", "2023-11-30",
        "2023-11-30"),
        ("2023年7月1日至7日", "2023-07-01", "2023-07-07"), ("2023.5-9月", "2023-05-01", "2023-09-30"),
        ("2023年5-9月", "2023-05-01", "2023-09-30"), ("2023.7.1-2023.9.30", "2023-07-01", "2023-09-30"),
        ("2023年第三季度", "2023-07-01", "2023-09-30"), ("上半年", "2023-01-01", "2023-06-30"),
        ("12月-次年3月", "2023-12-01", "2024-03-31"), ("2023年12月31日前完成", "2023-12-31", "2023-12-31"),
        ("二〇二三年五月", "2023-05-01", "2023-05-31"), ("九月", "2023-09-01", "2023-09-30"),
        ("年底前", "2023-12-01", "2023-12-31"), ("2023-11", "2023-11-01", "2023-11-30"), ("2024年2月", "2024-02-01",
        "2024-02-29"),
        ("2014年9月20日至2014年12月20日", "2014-09-20", "2014-12-20"),
    ],
)  # fmt: skip
def test_the_span_of_a_plan_is_taken_by_its_ends(said, start, end):
    assert read_cell(text(said), STARTS, year=2023) == date.fromisoformat(start)
    assert read_cell(text(said), ENDS, year=2023) == date.fromisoformat(end)


@pytest.mark.parametrize("said", ["11月30日", "11月底前", "7－8月", "全年", "5月1日-9月30日", "九月"])
def test_without_any_year_it_is_asked_and_nothing_is_proposed(said):
    with pytest.raises(Doubtful, match="没有写年份") as raised:
        read_cell(text(said), ENDS)
    assert raised.value.proposal == ""


@pytest.mark.parametrize(
    ("said", "proposal"), [("2023年5月", "2023-05-01"), ("11月30日", "2023-11-30"), ("5.1", "2023-05-01"),
                           ("2023年5月1日-3日", "2023-05-01"), ("2023年", "2023-01-01")]
)  # fmt: skip
def test_the_day_of_a_fact_is_asked_where_the_text_does_not_say_it(said, proposal):
    assert doubt(said, Disbursement.fields["paid_on"], year=2023) == proposal


@pytest.mark.parametrize("said", ["5.1-9.30", "2023年", "2023年11月左右", "10月-3月"])
def test_even_a_plan_is_asked_where_the_text_may_mean_something_else(said):
    assert doubt(said, ENDS, year=2023)


@pytest.mark.parametrize(
    "said", ["2023年7月1日（星期六）", "2023-07-01 周六", "2023年7月1日上午9:30", "2023-7-1 9:30", "2023年7月1日9时",
    "2023/7/1 8:30:00",
             "２０２３．７．１", "二〇二三年七月一日", "2023年7月1日 晚上", "2023年7月1号"]
)  # fmt: skip
def test_a_weekday_or_a_time_behind_a_day_is_passed_over(said):
    assert read_cell(text(said), Survey.fields["surveyed_on"]) == date(2023, 7, 1)


def test_the_ends_of_a_notice_are_taken_from_its_span():
    said = text("2023年7月1日至7月7日")
    assert read_cell(said, Notice.fields["posted_on"]) == date(2023, 7, 1)
    assert read_cell(said, Notice.fields["ends_on"]) == date(2023, 7, 7)


def test_a_deadline_agreed_for_a_month_is_its_last_day():
    assert read_cell(text("2023年10月底"), Appointment.fields["due_on"]) == date(2023, 10, 31)


@pytest.mark.parametrize("said", ["去年", "长期", "2018.13.1", "2019-02-29", "13月", "2月30日", "30", "尽快"])
def test_what_names_no_day_stays_a_fault(said):
    with pytest.raises(ValueError, match=r"不是日期|不是日历上的日期") as raised:
        read_cell(text(said), ENDS, year=2023)
    assert not isinstance(raised.value, Doubtful)


STROKES = ["/", "—", "——", "-", "－", "–", "\\", "／", "_", "--"]
WORDS = ["无", "待定", "暂无", "空", "N/A", "没有 ", " 未定"]


@pytest.mark.parametrize("said", [*STROKES, *WORDS])
@pytest.mark.parametrize(
    "name", ["self_raised", "beneficiaries", "planned_start", "urgency", "keeper", "code", "phone", "title"]
)
def test_nil_marks_are_empty(name, said):
    assert read_cell(text(said), P[name]) == ""


@pytest.mark.parametrize("said", ["元", "人", "万元", "元/人", "￥"])
def test_a_unit_printed_in_an_empty_form_is_empty(said):
    assert read_cell(text(said), AMOUNT) == ""


def test_none_is_an_answer_where_there_is_a_question():
    assert read_cell(text("无"), P["others_duty"]) is False and read_cell(text("待定"), P["others_duty"]) == ""
    assert (
        read_cell(text("无"), Notice.fields["objection"]) == "无"
        and read_cell(text("/"), Notice.fields["objection"]) == ""
    )
    assert read_cell(text("无"), P["duty_note"]) == "无" and read_cell(text("无"), Waiver.fields["number"]) == ""


def test_a_row_that_was_exported_keeps_its_texts_as_they_were():
    for said in ("/", "无", "同上", "甲\u200b乙"):
        assert read_cell(text(said), P["keeper"], exported=True) == said


def test_texts_that_look_like_nil_come_back_from_an_export(ws, other, kept, tmp_path):
    for number, said in enumerate(["/", "无", "待定", "〃", "甲\u200b"]):
        kept(code=f"A-{number}", title=f"项目{number}", keeper=said)
    plan = plan_import(other, export_ledger(ws, tmp_path / "册.xlsx"))
    assert plan.carry_out(other, "陈")
    assert [p.keeper for p in other.all(Project)] == [p.keeper for p in ws.all(Project)]


def test_ditto_marks_are_a_fault_that_says_what_to_do():
    with pytest.raises(ValueError, match="逐行填写"):
        read_cell(text("同上"), P["place"])


def test_invisible_marks_are_not_stored_but_what_was_typed_is():
    assert read_cell(text("\ufeff霞阳\u200b路灯\u00ad"), P["title"]) == "霞阳路灯"
    assert read_cell(text("ＡＥＤ（１）⽼⼈"), P["title"]) == "ＡＥＤ（１）⽼⼈"
    assert read_cell(text("👩\u200d👧"), P["title"]) == "👩\u200d👧"
    assert read_cell(text("工程类\u200b"), P["category"]) is Category.WORKS


def test_names_that_look_the_same_are_the_same():
    assert folded("⽼⼈\u200b（一期）") == folded("老人(一期)") and folded("⼾外ＡＥＤ") == folded("户外aed")
    assert folded("葛\U000e0100") == folded("葛") and folded("⻄⻔") == folded("西门")


@pytest.mark.parametrize(
    "said",
    ["☑服务类 □货物类 □工程类", "□工程类 □货物类 √服务类", "服务类（√）货物类（ ）工程类（ ）",
     "■服务类□货物类□工程类"],
)  # fmt: skip
def test_of_several_boxes_the_ticked_one_counts(said):
    assert read_cell(text(said), P["category"]) is Category.SERVICE


def test_boxes_without_a_tick_are_empty_and_two_ticks_are_a_fault():
    boxes = "".join(f"□{content.label} " for content in Content)
    assert read_cell(text(boxes), P["content"]) == ""
    for said in ("☑是 □否", "是√", "是（√）", "√是", "√", "是（√）否（）"):
        assert read_cell(text(said), P["others_duty"]) is True
    assert read_cell(text("否√"), P["others_duty"]) is False and read_cell(text("□是 □否"), P["others_duty"]) == ""
    with pytest.raises(ValueError, match="勾选了 2 项"):
        read_cell(text("☑服务类 ☑货物类 □工程类"), P["category"])


def test_a_picture_in_a_cell_is_empty():
    assert read_cell(RawCell("picture", ""), P["effect"]) == ""


def test_a_month_that_a_spreadsheet_made_the_first_of_it_is_still_the_month():
    month = number_format('yyyy"年"m"月"').cell("45047", 45047.0)  # 2023-05-01
    assert read_cell(month, ENDS) == date(2023, 5, 31) and read_cell(month, STARTS) == date(2023, 5, 1)
    with pytest.raises(Doubtful, match="没有写到日") as raised:
        read_cell(month, Disbursement.fields["paid_on"])
    assert raised.value.proposal == "2023-05-01"
    for shown in (number_format("yyyy-mm-dd"), number_format('m"月"d"日"'), builtin_format(14)):
        assert read_cell(shown.cell("45047", 45047.0), ENDS) == date(2023, 5, 1)
    assert builtin_format(57).cell("45047", 45047.0) == month
