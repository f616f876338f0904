"""Each rule of the judge finds a document broken for it, and none finds anything in a year of documents."""

from __future__ import annotations

import lzma
import sqlite3
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from haicang_desk.model.blocks import (
    Across,
    Blank,
    Grid,
    GridRow,
    PageSetup,
    Paper,
    PaperKind,
    Para,
    Seal,
    amount,
    centred,
    label,
    prose,
    row,
    value,
)
from haicang_desk.model.documents import DOCUMENTS, prepare
from haicang_desk.model.documents.context import project_context, street_context
from haicang_desk.model.documents.judge.capitals import fen_of_capitals, refuse_wrong_capitals
from haicang_desk.model.documents.judge.cells import parts_of
from haicang_desk.model.documents.judge.dates import BORNE, refuse_wrong_issue
from haicang_desk.model.documents.judge.facts import refuse_empty_facts
from haicang_desk.model.documents.judge.sums import FISCAL, refuse_wrong_sums
from haicang_desk.model.documents.proofreading import Unfit, proofread
from haicang_desk.model.records import Issue
from haicang_desk.model.services import Workspace
from haicang_desk.model.store.migrations import migrations
from haicang_desk.model.values import Money
from tests.documents.asking import AS_OF, LAMPS, case_of
from tests.documents.odd import odd_year
from tests.documents.reference import filled_year

YEAR = Path(__file__).parents[1] / "data/old_stores/year.db.xz"


def sums(*rows: GridRow, weights=(1, 1, 1), unit="") -> int:
    return refuse_wrong_sums(parts_of([Grid(rows, weights, heading=1, unit=unit)]))


HEAD = row(label("项目"), label("金额"), label("项数"))


@pytest.mark.parametrize(
    "total",
    [
        row(label("合计"), amount("3.01"), centred("2")),
        row(label("合计"), amount("3.00"), centred("3")),
        row(value("合计（2 项）"), amount("3.00"), centred("1")),
    ],
)
def test_a_total_that_differs_from_its_rows_is_refused_with_both_sums(total):
    rows = (HEAD, row(value("甲"), amount("1.00"), centred("1")), row(value("乙"), amount("2.00"), centred("1")))
    assert sums(*rows, row(label("合计"), amount("3.00"), centred("2"))) == 2
    with pytest.raises(Unfit, match=r"“合计.*·(金额|项数)”与各行之和不符（印 .*，各行合计 (3.00|2)）.*改正后再印"):
        sums(*rows, total)


def test_a_refund_is_taken_off_and_a_running_sum_is_none():
    rows = (HEAD, row(value("拨"), amount("5.00"), amount("5.00")), row(value("退"), amount("退 2.00"), amount("3.00")))
    assert sums(*rows, row(label("合计"), amount("3.00"), amount(""))) == 1
    with pytest.raises(Unfit, match=r"印 7.00，各行合计 3.00"):
        sums(*rows, row(label("合计"), amount("7.00"), amount("")))


def test_ten_thousands_may_differ_by_the_rounding_of_the_rows_and_no_more():
    rows = (HEAD, *(row(value(name), amount("1.00"), centred("1/0/2")) for name in "甲乙丙"))
    assert sums(*rows, row(value("合计"), amount("3.02"), centred("3/0/6")), unit="单位：万元") == 2
    with pytest.raises(Unfit, match=r"印 3.03"):
        sums(*rows, row(value("合计"), amount("3.03"), centred("3/0/6")), unit="单位：万元")
    with pytest.raises(Unfit, match=r"印 3/0/5，各行合计 3/0/6"):
        sums(*rows, row(value("合计"), amount("3.00"), centred("3/0/5")), unit="单位：万元")


def test_groups_are_counted_and_summed_one_by_one():
    def group(name: str, money: str) -> GridRow:
        return row(label(name), label(money), label(""))

    one, other = row(value("甲"), amount("1.00"), ""), row(value("乙"), amount("2.00"), "")
    rows = (HEAD, group("霞阳（1 项）", "1.00"), one, group("兴旺（1 项）", "2.00"), other)
    assert sums(*rows, group("合计（2 项）", "3.00")) == 6
    with pytest.raises(Unfit, match=r"“合计（3 项）”"):
        sums(*rows, group("合计（3 项）", "3.00"))
    with pytest.raises(Unfit, match=r"“霞阳（1 项）·金额”.*印 1.10"):
        sums(HEAD, group("霞阳（1 项）", "1.10"), one)


def test_a_total_counts_no_partial_sum_twice_and_a_balance_is_its_last_figure():
    head = row(label("摘要"), label("收入"), label("结余"))

    def line(name, money, left):
        return row(value(name), amount(money), amount(left))

    def total(name, money, left):
        return row(label(name), amount(money), amount(left))

    rows = (head, line("甲", "1.00", "1.00"), total("第三季度合计", "1.00", "1.00"), line("乙", "2.00", "3.00"))
    rows = (*rows, total("第四季度合计", "2.00", "3.00"))
    assert sums(*rows, total("合计", "3.00", "3.00")) == 6
    for wrong in (total("合计", "6.00", "3.00"), total("合计", "3.00", "4.00")):
        with pytest.raises(Unfit, match=r"“合计·(收入|结余)”"):
            sums(*rows, wrong)


def test_what_is_no_column_of_figures_is_no_sum():
    mixed = row(value("甲"), amount("约 1.00"), centred("12.5%"))
    assert sums(HEAD, mixed, row(label("合计"), amount("9.00"), centred("80%"))) == 0


def test_subtotals_of_sources_are_counted_where_all_sources_are_printed():
    def source(name: str, money: str) -> GridRow:
        return row(label(name), amount(money), "")

    three = tuple(source(name, f"{at}.00") for at, name in enumerate(sorted(FISCAL), 1))
    assert sums(HEAD, *three, source("政府财政资金小计", "6.00")) == 1
    assert sums(HEAD, *three[:2], source("政府财政资金小计", "6.00")) == 0
    with pytest.raises(Unfit, match=r"政府财政资金小计.*印 6.01，各行合计 6.00"):
        sums(HEAD, *three, source("政府财政资金小计", "6.01"))
    both = (source("政府财政资金小计", "6.00"), source("社会资源资金小计", "4.00"))
    with pytest.raises(Unfit, match=r"“总资金·金额”.*印 11.00，各行合计 10.00"):
        sums(HEAD, *both, source("总资金", "11.00"))


# ---- 大写


@pytest.mark.parametrize("fen", [0, 5, 50, 105, 1000, 10_700_050, 100_000_100, 9_999_999_999_999, 1_010_010_010_001])
def test_capitals_read_back_are_the_sum_they_were_written_from(fen):
    assert fen_of_capitals(Money(fen).capitals.removeprefix("人民币")) == fen


def test_capitals_of_many_sums_read_back():
    for fen in range(0, 10**12, 7_654_321_097):
        assert fen_of_capitals(Money(fen).capitals.removeprefix("人民币")) == fen


@pytest.mark.parametrize(
    "block",
    [
        Para("小写：12.00 元　　大写：人民币壹拾叁元整"),
        Grid((row(label("核定"), value("小写：12.00 元　　大写：人民币壹拾叁元整")),), (1, 2)),
        Grid(
            (
                row(label("总资金"), amount("12.00")),
                row(label("总资金大写"), value("人民币壹拾叁元整")),
            ),
            (1, 2),
        ),
        Grid((row(label("金额"), amount("12.00"), label("大写"), value("人民币壹拾叁元整")),), (1, 1, 1, 2)),
    ],
)
def test_capitals_that_differ_from_the_figure_beside_them_are_refused(block):
    with pytest.raises(Unfit, match=r"大写与小写不符（小写 12.00，大写 人民币壹拾叁元整）"):
        refuse_wrong_capitals(parts_of([block]))


# ---- days and issues


def judged(blocks, name, context, kind=PaperKind.FORM):
    proofread([Paper(PageSetup(kind=kind, title="表"), tuple(blocks))], name, context)


def test_a_day_that_is_not_the_recorded_one_is_refused(year):
    context = project_context(year, case_of(year, LAMPS), AS_OF)
    filled = Across(("填报单位", "填报日期：2018年8月9日"))
    judged([filled], "application-form", context)
    with pytest.raises(Unfit, match=r"“填报日期”与登记的不符（印 2018年8月10日，登记 2018年8月9日）"):
        judged([Across(("填报单位", "填报日期：2018年8月10日"))], "application-form", context)
    signed = Grid((row(label("意见"), prose("", foot=("（盖章）　2018年8月31日",))),), (1, 2))
    with pytest.raises(Unfit, match=r"“签字日期”.*印 2018年8月31日"):
        judged([signed], "approval-form", context)
    street = street_context(year, 2018, AS_OF)
    judged([Seal("街道", date(2018, 6, 20))], "year-plan-letter", street, PaperKind.LETTER)
    with pytest.raises(Unfit, match=r"“落款日期”.*印 2019年1月3日，登记 2018年6月20日"):
        judged([Seal("街道", AS_OF)], "year-plan-letter", street, PaperKind.LETTER)


def test_the_period_of_a_notice_is_the_recorded_one_and_begins_with_its_seal(year):
    context, seal = project_context(year, case_of(year, LAMPS), AS_OF), Seal("居委会", date(2018, 12, 23))
    period = Para("公示期：2018年12月23日至2018年12月30日。")
    judged([period, seal], "completion-notice", context, PaperKind.NOTICE)
    with pytest.raises(Unfit, match=r"“公示期”"):
        judged([Para("公示期：2018年12月23日至2018年12月31日。"), seal], "completion-notice", context, PaperKind.NOTICE)
    with pytest.raises(Unfit, match=r"“落款日期”"):
        judged([period, replace(seal, on=date(2018, 12, 24))], "", context, PaperKind.NOTICE)


def test_each_document_with_a_day_of_its_own_says_where_that_is_recorded():
    assert set(BORNE) <= set(DOCUMENTS)
    assert {each.name for each in DOCUMENTS.values() if each.kind is not PaperKind.FORM} <= set(BORNE)


def test_a_paper_bears_the_code_and_the_number_of_its_issue():
    issue, before = Issue(number=2, seal_code="ab12"), Issue(number=1, seal_code="cd34")

    def paper(**setup):
        return Paper(PageSetup(kind=PaperKind.FORM, title="表", **setup), ())

    reissued = "第2次印发　代替第1次印发（存证码：cd34）"
    refuse_wrong_issue(paper(seal_code="ab12", reissued=reissued, qr="AB12 X-1"), issue, before)
    for wrong in ({"seal_code": "cd34"}, {"reissued": reissued.replace("第2次", "第3次")}, {"qr": "CD34 X-1"}):
        with pytest.raises(Unfit, match=r"与印发记录不符"):
            refuse_wrong_issue(paper(**{"seal_code": "ab12", **wrong}), issue, before)


# ---- public facts


def test_a_fact_missing_within_a_sentence_of_a_notice_is_refused():
    refuse_empty_facts([Para(("联系电话：", Blank(7), "）"))])
    for absent in ("", " ", "，联系人"):
        with pytest.raises(Unfit, match=r"“联系电话”还没有登记，公示不能空着"):
            refuse_empty_facts([Para(("地址：甲，联系电话：", absent, "）"))])


def test_a_label_of_a_notice_with_an_empty_cell_is_refused_and_names_the_project():
    title = row(label("项目名称"), value("楼道照明"))
    for answer in (value(""), value(("", " "))):
        grid = Grid((title, row(label("实施地点"), answer)), (1, 2))
        with pytest.raises(Unfit, match="“楼道照明”的“实施地点”还没有登记，公示不能空着"):
            refuse_empty_facts(parts_of([grid]))
    refuse_empty_facts(parts_of([Grid((title, row(label("实施地点"), value((Blank(8),)))), (1, 2))]))


# ---- no false alarms


def judge_all(ws: Workspace, as_of: date, most: int) -> Counter[str]:
    """Every document of a year but the dossier judged; the sums and 大写 that were compared, by document."""
    compared: Counter[str] = Counter()
    for name, document in DOCUMENTS.items():
        if document.is_dossier:
            continue
        batch = prepare(ws, name, as_of=as_of, reader=None)
        ready = [order for order in batch.orders if not order.unavailable_reason]
        for order in ready[:: max(1, len(ready) // most)]:
            context = order.version.context if order.version else order.context
            papers = order.papers(batch.size)
            proofread(papers, name, context)
            parts = parts_of(block for paper in papers for block in paper.blocks)
            compared[name] += refuse_wrong_sums(parts) + refuse_wrong_capitals(parts)
    return compared


SUMMED = {  # documents with sums or 大写, of which some must be counted again
    *("application-form", "project-list", "approval-form", "filing-form", "filing-register", "filing-letter"),
    *("implementer-form", "disbursement-form", "acceptance-form", "maintenance-form", "completion-notice"),
    *("survey-notice", "matching-form", "quarterly-report", "village-ledger"),
}


@pytest.mark.slow
def test_nothing_is_refused_in_a_whole_year_of_documents():
    conn = sqlite3.connect(":memory:", isolation_level=None)
    conn.deserialize(lzma.decompress(YEAR.read_bytes()))
    migrations.apply(Database(conn))
    ws = Workspace(conn, now=lambda: datetime(2026, 11, 30, 9, 0))
    compared = judge_all(ws, date(2026, 11, 30), 4)
    assert {name for name in compared if compared[name]} >= SUMMED - {"matching-form"}, compared


def test_nothing_is_refused_of_the_fixed_year_nor_of_odd_texts():
    with filled_year() as ws:
        compared = judge_all(ws, AS_OF, 99)
        assert {name for name in compared if compared[name]} >= SUMMED, compared
    with odd_year(0) as ws:
        judge_all(ws, AS_OF, 99)
