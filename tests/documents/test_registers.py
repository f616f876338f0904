"""Registers and the ledger on paper: columns by content, heads on every page, sums never alone, balances to the fen."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from haicang_desk.model.blocks import Grid, Heading, PaperSize
from haicang_desk.model.documents import DOCUMENTS
from haicang_desk.model.documents.context import street_context, village_context
from haicang_desk.model.documents.form_parts import paper_of
from haicang_desk.model.documents.forms.village_ledger import entries_of
from haicang_desk.model.documents.proofreading import proofread
from haicang_desk.model.records import Disbursement, Link, PaidFrom, Refund, Source, Spending, Village
from haicang_desk.model.typesetting import write_batch
from haicang_desk.model.values import Money
from tests.documents.asking import AS_OF, LAMPS, case_of, rows_of
from tests.typesetting.pdf_reading import pages

REGISTERS = ("filing-register", "project-list", "suggestion-register", "village-ledger")
LONG_TITLE = "厦门市海沧区新阳街道霞阳社区老旧小区楼道照明更换及消防通道综合整治提升改造工程（第二期）含配套"
LONG_VILLAGE = "海沧台商投资区新阳工业区霞阳第一社区居民小组联合管理服务委员会所辖片区甲乙丙丁戊己"[:40]
LARGE = Money(99_999_999_999)  # 999,999,999.99


@pytest.fixture
def ours(year):
    return village_context(year, year.all(Village)[0], 2018, AS_OF)


@pytest.fixture
def street(year):
    return street_context(year, 2018, AS_OF)


def many(cases, count, **changes):
    """So many projects made of these, with numbers of their own."""
    made = []
    for at in range(count):
        case = cases[at % len(cases)]
        named = {"id": f"p{at}", "code": f"XYJD-XYSQ-2018-{at:03}", **changes}
        made.append(replace(case, project=replace(case.project, **named)))
    return tuple(made)


def context_of(name, street, ours, cases):
    if name == "filing-register":
        return replace(street, cases=cases)
    return replace(ours, cases=cases, suggestions=ours.suggestions * (len(cases) // 2))


def printed(name, context):
    return pages(write_batch([paper_of(DOCUMENTS[name], context, PaperSize.A4)], name))


@pytest.mark.parametrize("name", REGISTERS)
def test_every_table_of_a_register_has_its_columns_by_content_and_a_head(name, street, ours):
    grids = [b for b in DOCUMENTS[name].compose(context_of(name, street, ours, street.cases)) if isinstance(b, Grid)]
    assert grids and all(grid.by_content and grid.heading for grid in grids)


@pytest.mark.parametrize("name", REGISTERS)
def test_every_page_of_a_long_register_has_a_head_and_no_page_is_for_one_line(name, street, ours):
    approved = [case for case in street.cases if case.approval]
    made = printed(name, context_of(name, street, ours, many(approved, 24)))
    assert len(made) >= 2
    for page in made[1:]:
        assert page[0].text.replace(" ", "").startswith(("序号", "项目名称", "二、", "三、"))
    last = "".join(line.text for line in made[-1])
    assert "填表人" in last and re.search(r"\d{4}年\d+月\d+日|XYJD-|合计", last)
    for page in made:
        sums = [at for at, line in enumerate(page) if line.text.startswith("合计")]
        assert all(at > 1 for at in sums)  # a sum has a row above it besides the head


@pytest.mark.parametrize("name", ["filing-register", "project-list", "village-ledger"])
def test_no_number_date_or_code_is_parted_with_the_longest_texts_and_largest_sums(name, street, ours):
    approved = [case for case in street.cases if case.approval]
    cases = []
    for case in many(approved, 3, title=LONG_TITLE, special=LARGE):
        approval = replace(case.approvals[-1], special=LARGE, total=Money(LARGE + 1), number="新街〔2018〕35号")
        paid = tuple(replace(each, amount=LARGE) for each in case.disbursements)
        cases.append(
            replace(case, village=replace(case.village, name=LONG_VILLAGE), approvals=(approval,), disbursements=paid)
        )
    context = context_of(name, street, ours, tuple(cases))
    lines = ["".join(line.text.split()) for page in printed(name, context) for line in page]
    words = {word for row in rows_of(DOCUMENTS[name].compose(context)) for cell in row for word in cell.split("\n")}
    whole = {word for word in words if re.fullmatch(r"[\d,]+\.\d\d|\d{4}年\d+月\d+日|[A-Z-]+\d{4}-\d+", word)}
    assert "999,999,999.99" in whole and "XYJD-XYSQ-2018-002" in whole and any("年" in word for word in whole)
    assert [word for word in whole if not any(word in line for line in lines)] == []
    assert any("厦门市海沧区" in line for line in lines)  # and a title is never set in a column of single characters


# ---- the ledger


def with_money(year, ours, *records):
    project = Link(case_of(year, LAMPS).project.id)
    with year.change("登记", actor="陈") as change:
        for each in records:
            change.save(replace(each, project=project))
    return village_context(year, ours.village, 2018, AS_OF)


def book(context):
    """The lines of the ledger of receipts and payments, without its head."""
    blocks = list(DOCUMENTS["village-ledger"].compose(context))
    at = next(n for n, b in enumerate(blocks) if isinstance(b, Heading) and b.text == "二、拨付资金收支")
    head, *rows = rows_of([blocks[at + 1]])
    assert head == ["序号", "日期", "摘要", "项目名称", "凭证号", "资金来源", "收入", "支出", "结余"]
    return rows


def fen(text):
    if text.startswith("超出 "):
        return -fen(text.removeprefix("超出 "))
    return Money.parse(text) if text else Money(0)


def test_each_line_has_day_summary_project_voucher_and_the_balance_after_it(year, ours):
    spent = Spending(
        spent_on=date(2018, 10, 1), content="灯具", payee="某公司", voucher="村支1", amount=Money(8_000_001)
    )
    back = Refund(returned_on=date(2018, 12, 28), amount=Money(1_000), voucher="退1", reason="结余")
    rows = book(with_money(year, ours, spent, back))
    title = "老旧楼道照明更换及消防通道整治"
    assert ["2018年10月1日", "灯具（某公司）", title, "村支1", "区级专项", "", "80,000.01"] in [
        row[1:8] for row in rows
    ]
    assert ["退回街道　结余", title, "退1", "区级专项", "", "10.00"] in [row[2:8] for row in rows]
    assert [row[0] for row in rows if row[0].isdigit()] == [str(n) for n in range(1, 5)]
    assert [row[0] for row in rows if "合计" in row[0]] == ["2018年第三季度合计", "2018年第四季度合计", "合计"]


def test_receipts_less_payments_are_the_balance_to_the_fen_on_every_line_and_sum(year, ours):
    rng, records = random.Random(7), []
    for at in range(60):
        day, sum_ = date(2018, 1, 5) + timedelta(rng.randrange(400)), Money(rng.randrange(1, 10**7))
        source = rng.choice((Source.SPECIAL, Source.MATCHING, Source.DONATED_CASH))
        kinds = (
            Disbursement(paid_on=day, amount=sum_, payee="村", voucher=f"拨{at}", source=rng.choice(tuple(PaidFrom))),
            Refund(returned_on=day, amount=sum_, voucher=f"退{at}"),
            Spending(spent_on=day, content=f"支{at}", payee="店", amount=sum_, source=source),
        )
        records.append(rng.choice(kinds))
    context = with_money(year, ours, *records)
    rows, balance, received, paid = book(context), 0, 0, 0
    quarter_in = quarter_out = 0
    for row in rows:
        if row[0].isdigit():
            came, went = fen(row[6]), fen(row[7])
            assert bool(came) != bool(went)
            balance, received, paid = balance + came - went, received + came, paid + went
            quarter_in, quarter_out = quarter_in + came, quarter_out + went
            assert fen(row[8]) == balance
        elif row[0] == "合计":
            assert [fen(each) for each in row[1:]] == [received, paid, balance]
        else:
            assert [fen(each) for each in row[1:]] == [quarter_in, quarter_out, balance]
            quarter_in = quarter_out = 0
    spent = sum(
        each.amount
        for case in context.cases
        for each in case.spending
        if each.source in (Source.SPECIAL, Source.MATCHING)
    )
    assert received - paid == balance == sum(case.disbursed for case in context.cases) - spent
    days = [each.on for each in entries_of(context.cases)]
    assert days == sorted(days)


def test_more_spent_than_received_is_told_as_exceeding_and_never_as_a_negative_sum(year, ours):
    spent = Spending(spent_on=date(2018, 1, 2), content="灯具", payee="店", amount=Money(100))
    context = with_money(year, ours, spent)
    rows = book(context)
    assert rows[0][8] == "超出 1.00"
    proofread([paper_of(DOCUMENTS["village-ledger"], context, PaperSize.A4)])


def test_of_one_day_what_was_received_comes_first(year, ours):
    day = date(2018, 3, 1)
    spent = Spending(spent_on=day, content="灯具", payee="店", amount=Money(100))
    paid = Disbursement(paid_on=day, amount=Money(100), payee="村", voucher="拨0")
    rows = book(with_money(year, ours, spent, paid))
    assert [row[6:9] for row in rows[:2]] == [["1.00", "", "1.00"], ["", "1.00", "0.00"]]


def test_other_money_has_a_table_of_its_own(year, ours):
    gift = Spending(
        spent_on=date(2018, 3, 1), content="灯具", payee="店", amount=Money(100), source=Source.DONATED_CASH
    )
    blocks = list(DOCUMENTS["village-ledger"].compose(with_money(year, ours, gift)))
    assert [b.text for b in blocks if isinstance(b, Heading)] == [
        "一、项目资金",
        "二、拨付资金收支",
        "三、其他资金使用",
    ]
    assert next(row for row in rows_of(blocks[-2:]) if row[0] == "1")[1:3] == ["2018年3月1日", "灯具"]
    assert "灯具" not in {row[2] for row in book(with_money(year, ours))}


def test_a_village_without_projects_has_a_ledger_without_a_rate(ours):
    empty = replace(ours, cases=(), balance=replace(ours.balance, approved_special=Money(0), disbursed=Money(0)))
    paper = paper_of(DOCUMENTS["village-ledger"], empty, PaperSize.A4)
    assert "尚无核定资金。" in repr(paper.blocks) and "—" not in repr(paper.blocks)
    assert book(empty) == [["尚无记录"], ["合计", "0.00", "0.00", "0.00"]]


@pytest.mark.parametrize("name", ["project-list", "suggestion-register"])
def test_an_empty_register_fills_its_page_with_rows_to_write_on(name, ours):
    (page,) = printed(name, replace(ours, cases=(), suggestions=()))
    numbers = [line for line in page if line.text.strip() in set("12345678")]
    assert len(numbers) == 8 and numbers[1].baseline - numbers[0].baseline > 10 * 72 / 25.4
