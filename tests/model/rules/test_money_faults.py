"""Workbooks with facts about money that a rule could see wrongly, each imported into a new ledger: the exact values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Approval, BudgetLine, Conclusion, GiftForm, Link, Participation, Refund
from haicang_desk.model.services import Workspace, check
from haicang_desk.model.spreadsheet import plan_import
from haicang_desk.model.values import Money

FAULTS = Path(__file__).parents[2] / "data/faults"
AS_OF = date(2026, 8, 1)
CODE = "DF-V00-2026-01"


@contextmanager
def ledger(name: str) -> Iterator[Workspace]:
    """A new ledger of 东孚街道 with the facts of one workbook."""
    (path,) = FAULTS.glob(f"rules-{name}-*.xlsx")
    with Workspace.in_memory(street="东孚街道", year=2026, actor="测", now=lambda: datetime(2026, 8, 1, 9)) as ws:
        assert plan_import(ws, path).carry_out(ws, "测")
        yield ws


def found(ws: Workspace, *codes: str) -> list[tuple[str, str, str | None]]:
    """Code, level and yuan of the findings on the project by these rules."""
    told = [each for each in check(ws, 2026, AS_OF) if each.subject == CODE and each.rule in codes]
    return [(each.rule, each.severity.value, str(each.shortfall) if each.shortfall else None) for each in told]


def messages(ws: Workspace, code: str) -> list[str]:
    return [each.message for each in check(ws, 2026, AS_OF) if each.rule == code]


def street(ws: Workspace) -> dict[str, Any]:
    return ws.register(2026).street.as_json()


def save(ws: Workspace, *records: Any) -> None:
    with ws.change("登记", actor="测") as change:
        for record in records:
            change.save(record)


Facts = Callable[[Workspace], None]


@pytest.mark.parametrize("name", ["01", "02a", "26"])
def test_what_nobody_proved_counts_nothing(name):
    """One row of labour without a price; a pledge of 100 for goods; cash in the settlement that never came."""
    with ledger(name) as ws:
        assert ("R03", "block", "40,000.00") in found(ws, "R03")
        assert ("R02", "block", "24,000.00") in found(ws, "R02")


def test_labour_is_the_product_of_its_parts():
    """40 人 × 5 工日 × 200 元；超过社会资源资金半数的提示还在。"""
    with ledger("03") as ws:
        assert found(ws, "R02", "R03") == [("R03", "warn", "20,000.00")]
        assert not any(" 0.00 元" in each for each in messages(ws, "R03"))


def test_what_a_refused_project_was_paid_is_asked_back_until_it_is_back():
    with ledger("04a") as ws:
        assert found(ws, "R19") == [("R19", "block", "30,000.00")]
        assert "已拨付 30,000.00 元，项目不予批准，应退回 30,000.00 元" in messages(ws, "R19")[0]
        assert (street(ws)["disbursed_fen"], street(ws)["undisbursed_fen"]) == (3_000_000, 0)
        back = Refund(project=Link(ws.project(CODE).id), returned_on=date(2026, 7, 1), amount=Money(3_000_000))
        save(ws, back)
        assert found(ws, "R19") == []
        assert street(ws)["disbursed_fen"] == 0


@pytest.mark.parametrize("last", [Conclusion.REJECT, Conclusion.WITHDRAW, Conclusion.SEND_BACK])
def test_what_a_project_was_paid_whose_approval_was_taken_back_later_is_asked_back(last):
    """It was filed, begun and paid before: it leaves the sums of its year, its money does not."""
    with ledger("07") as ws:
        taken_back = Approval(project=Link(ws.project(CODE).id), conclusion=last, decided_on=date(2026, 5, 10))
        save(ws, taken_back)
        assert found(ws, "R19") == [("R19", "block", "60,000.00")]
        assert f"项目{last.label}" in messages(ws, "R19")[0]
        assert (street(ws)["projects"], street(ws)["special_fen"]) == (0, 0)
        assert (street(ws)["disbursed_fen"], street(ws)["undisbursed_fen"]) == (6_000_000, 0)
        again = replace(taken_back, conclusion=Conclusion.AGREE, decided_on=date(2026, 5, 11))
        save(ws, again)
        assert found(ws, "R19") == []
        assert (street(ws)["projects"], street(ws)["special_fen"]) == (1, 6_000_000)


def test_work_that_goes_on_after_the_approval_was_taken_back_is_a_block():
    with ledger("01") as ws:
        assert found(ws, "R17") == []
        withdrawn = Approval(
            project=Link(ws.project(CODE).id), conclusion=Conclusion.WITHDRAW, decided_on=date(2026, 4, 1)
        )
        save(ws, withdrawn)
        assert found(ws, "R17") == [("R17", "block", None)]
        assert "项目 2026年4月1日撤回，2026年4月10日仍登记了实施" in messages(ws, "R17")[0]


def test_a_payment_after_the_stop_is_asked_back():
    with ledger("05a") as ws:
        assert found(ws, "R19") == [("R19", "block", "30,000.00")]
        assert street(ws)["undisbursed_fen"] == 0
        assert (street(ws)["special_fen"], street(ws)["social_fen"], street(ws)["total_fen"]) == (
            3_000_000,
            4_000_000,
            7_000_000,
        )


def test_what_came_back_of_a_source_is_not_paid_of_it():
    with ledger("07") as ws:
        assert found(ws, "R19", "R29") == []


def test_goods_are_not_matched_as_cash():
    with ledger("09") as ws:
        assert found(ws, "R09") == [("R09", "warn", "50,000.00")]
        (beds,) = (part for part in ws.all(Participation) if part.party == "某厂")
        save(ws, replace(beds, form=GiftForm.GOODS))
        assert found(ws, "R09") == [("R09", "block", "50,000.00")]


def test_matching_funds_are_approved_in_a_figure_of_their_own(tmp_path):
    """申报以奖代补 150,000；核定专项 0、以奖代补 100,000、总资金 250,000。"""
    with Workspace.in_memory(street="东孚街道", year=2026, actor="测", now=lambda: datetime(2026, 8, 1, 9)) as ws:
        (path,) = FAULTS.glob("rules-10-*.xlsx")
        plan = plan_import(ws, path)
        (fault,) = plan.errors
        assert (fault.sheet, fault.column) == ("审批", "核定专项资金(元)") and "核定以奖代补资金" in fault.reason
        copy = openpyxl.load_workbook(path)
        sheet = copy["审批"]
        headings = {cell.value: cell.column for cell in sheet[1]}
        sheet.cell(1, len(headings) + 1).value = "核定以奖代补资金(元)"
        for column, amount in ((headings["核定专项资金(元)"], 0), (headings["核定总资金(元)"], 250_000)):
            sheet.cell(2, column).value = amount
        sheet.cell(2, len(headings) + 1).value = 100_000
        copy.save(tmp_path / path.name)
        assert plan_import(ws, tmp_path / path.name).carry_out(ws, "测")
        assert [each for each in found(ws, "R01", "R09") if each[1] == "block"] == []
        sums = street(ws)
        assert (sums["special_fen"], sums["social_fen"], sums["total_fen"]) == (10_000_000, 15_000_000, 25_000_000)


def test_a_fee_called_no_overhead_is_one_until_somebody_says_why():
    with ledger("13") as ws:
        assert found(ws, "R07") == [("R07", "block", "10,000.00")]
        (fee,) = (line for line in ws.all(BudgetLine) if line.is_overhead is False)
        save(ws, replace(fee, note="一线社工驻点服务的工时费"))
        assert found(ws, "R07") == []


def test_each_banned_word_is_named():
    with ledger("14") as ws:
        assert found(ws, "R14") == [("R14", "block", "10,000.00")] * 2
        told = "".join(messages(ws, "R14"))
        assert "“工资”" in told and "“购物卡”" in told


def test_a_surplus_is_counted_once():
    with ledger("15") as ws:
        sums = street(ws)
        assert (sums["quota_fen"], sums["special_fen"], sums["remaining_fen"]) == (20_000_000, 16_200_000, 3_800_000)
        assert sums["undisbursed_fen"] == 0
        assert found(ws, "R19", "R29") == []


def test_a_voucher_entered_twice_is_named():
    with ledger("17") as ws:
        assert found(ws, "R19") == [("R19", "warn", "30,000.00")]
        assert "凭证号“1”" in messages(ws, "R19")[0]


def test_a_settlement_above_the_approval_is_a_block():
    with ledger("19") as ws:
        assert ("R29", "block", "10,000.00") in found(ws, "R29")


def test_budget_lines_that_do_not_add_up_are_told():
    with ledger("20") as ws:
        assert ("R14", "warn", "5,000.00") in found(ws, "R14")
        assert any("65,000.00 元" in each and "60,000.00 元" in each for each in messages(ws, "R14"))


def test_a_source_settled_otherwise_than_it_was_paid_is_told():
    with ledger("21") as ws:
        assert found(ws, "R29") == [("R29", "warn", "20,000.00")] * 2
        assert found(ws, "R19") == [("R19", "block", "20,000.00")]


WORKBOOKS = sorted(path.name.split("-")[1] for path in FAULTS.glob("rules-*.xlsx"))
MONEY_RULES = {"R01", "R02", "R03", "R04", "R07", "R09", "R10", "R11", "R14", "R19", "R29"}


@pytest.mark.parametrize("name", [name for name in WORKBOOKS if name != "10"])
def test_what_was_measured_and_the_limit_are_of_one_unit_and_differ(name):
    with ledger(name) as ws:
        findings: list[Finding] = [each for each in check(ws, 2026, AS_OF) if each.rule in MONEY_RULES]
        for each in findings:
            assert type(each.measured) is type(each.limit) and each.measured != each.limit, each.message
