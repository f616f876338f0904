"""The main job, on a real first batch: taken in, found wanting, mended, and brought to 办结, to the fen.

Once through the model, as the window does it, and once by the command line, as far as commands go.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from haicang_desk.__main__ import main
from haicang_desk.model.documents import quarter_figures
from haicang_desk.model.findings import Severity
from haicang_desk.model.records import Category, Consulted, GiftForm, Link, Maintenance, Prose, Stage, TakingPart
from haicang_desk.model.services import Workspace, check, next_steps, save, take_step
from haicang_desk.model.spreadsheet import plan_import
from haicang_desk.model.store import verify
from haicang_desk.model.values import Blocked, Money, StepNotOpen, add_months

BOOK = Path(__file__).parents[1] / "data" / "莞城街道2023首批.xlsx"
AS_OF = date(2023, 7, 14)
WORKS = {  # the nine works projects as published, with the yuan by which public money is over six tenths
    "综合养老广场提升工程": "95600.00",
    "老旧楼道照明更换工程": "84000.00",
    "居民区排水沟整治工程": "51400.00",
    "社区服务场所无障碍改造工程": "91000.00",
    "小公园健身步道改造工程": "122200.00",
    "祠堂前广场地面硬化工程": "62200.00",
    "戙船澳榕树小公园美化提升工程": "84400.00",
    "居民区消防通道整治工程": "115600.00",
    "创业新村居民区绿化工程（体育休闲小公园工程）": "109600.00",
}


@pytest.fixture
def ws():
    ws = Workspace.in_memory(street="莞城街道", year=2023, actor="陈", now=lambda: datetime(2023, 7, 14, 9))
    plan = plan_import(ws, BOOK)
    assert (plan.read, plan.new, plan.errors) == (31, 31, ())
    assert plan.carry_out(ws, "陈静")
    yield ws
    ws.close()


class Clerk:
    """Walks one project through the year, a step a day unless told to wait."""

    def __init__(self, ws, project_id):
        self.ws, self.id, self.day = ws, project_id, AS_OF

    @property
    def case(self):
        return self.ws.casefile(self.id)

    def does(self, step, wait=1, **answers):
        self.day += timedelta(days=wait)
        return take_step(self.ws, self.id, step, on=self.day, person="陈静", answers=answers)

    def mends(self):
        """Sent back; four tenths of the whole go to the social side, part given in cash, part raised by the village."""
        self.does("send_back", opinion=Prose("工程类财政资金占比超过六成，请改由社会承担"), approver="林")
        project, whole = self.case.project, self.case.asked.total
        kept = whole.part(Fraction(3, 5))
        given = (whole - kept).part(Fraction(1, 3))
        shifted = replace(project, special=kept, donated_cash=given, self_raised=whole - kept - given)
        keeping = {"keeper": "社区物业", "keeping_duty": Prose("每月巡查"), "keeping_fund": Money(200_000)}
        save(self.ws, [replace(shifted, **keeping)], action="按退回意见修改", person="陈静")

    def seeks(self):
        self.does("suggest", text=Prose("希望尽快整治"), supporters=40)
        self.does("deliberate", meeting="居民议事会", expected=16, present=14, agreed=14)
        for group in Consulted:
            self.does("consult", wait=0, consulted=group, manner="会议", people=5, agreed=5)
        self.does("post")

    def files(self):
        self.does("submit", wait=8)
        opinion = Prose("经综合平衡，同意实施")
        self.does("approve", handler="陈静", approver="林", opinion=opinion, number="莞街审〔2023〕1号")
        self.does("send")
        self.does("lodge", number="备2023-1")

    def builds(self):
        price, approved = self.case.approved.total, self.case.approved.scheme
        manner = {"manner": "小额比选", "basis": "小额工程规定", "implementer": "启闳市政工程有限公司", "price": price}
        self.does("appoint", wait=6, **manner)
        self.does("start", percent=5)
        came = {"party": "湾区商会", "manner": TakingPart.DONATE, "form": GiftForm.CASH, "received": True}
        self.does("take_part", wait=0, amount=self.case.approved.donated_cash, basis="银行回单", **came)
        first = approved.part(Fraction(1, 3))
        self.does("disburse", amount=first, voucher=f"{self.id[:8]}-1", handler="苏", approver="周")
        with pytest.raises(Blocked, match=r"R19.*超出 0\.01 元"):
            self.does("disburse", wait=0, amount=approved - first + 1, voucher="x", handler="苏", approver="周")
        self.does("disburse", amount=approved - first, voucher=f"{self.id[:8]}-2", handler="苏", approver="周")
        self.does("complete", wait=10, account=Prose("面貌一新"))

    def closes(self):
        with pytest.raises(Blocked, match="R21"):
            self.does("close", wait=0)
        self.does("accept")
        self.does("settle")
        keeper = Maintenance(
            project=Link(self.id),
            keeper="社区物业",
            begins_on=self.day,
            ends_on=add_months(self.day, 24),
            contact="郑",
            fund_source="村集体",
            yearly=Money(1),
        )
        save(self.ws, [keeper], action="落实管养", person="陈静")
        self.does("post_completion")
        return self.does("close", wait=8)


def test_check_names_exactly_the_nine_works_projects_and_what_each_is_over(ws):
    found = [each for each in check(ws, 2023, AS_OF) if each.rule == "R02"]
    assert {each.title: each.shortfall for each in found} == {t: Money.parse(y) for t, y in WORKS.items()}
    assert {each.severity for each in found} == {Severity.BLOCK}
    assert all(f"{Money.parse(WORKS[each.title])} 元" in each.message for each in found)


def test_nothing_goes_on_while_the_share_is_wrong(ws):
    project = next(p.project for p in ws.casefiles(2023) if p.project.title in WORKS)
    clerk = Clerk(ws, project.id)
    with pytest.raises(Blocked, match="R02"):
        clerk.does("approve", opinion=Prose("同意"), approver="林")
    with pytest.raises(StepNotOpen, match="现在可以办理"):
        clerk.does("start")
    barred = {step.name: {f.rule for f in found} for step, found in next_steps(ws, clerk.case, AS_OF)}
    assert "R02" in barred["approve"] and not barred["send_back"]


def test_the_nine_are_mended_and_brought_to_their_end_to_the_fen(ws):
    ids = [case.project.id for case in ws.casefiles(2023) if case.project.category is Category.WORKS]
    clerks = [Clerk(ws, each) for each in ids]
    for clerk in clerks:
        clerk.mends()
        assert clerk.case.stage is Stage.SENT_BACK
        clerk.seeks()
        clerk.files()
        clerk.builds()
        assert clerk.closes().stage is Stage.CLOSED
    last = max(clerk.day for clerk in clerks)
    assert not [f for f in check(ws, 2023, last) if f.severity is Severity.BLOCK and f.title in WORKS]
    _adds_up(ws, clerks, last)
    assert verify(ws.conn) == ()


def _adds_up(ws, clerks, last):
    """Ledger, balances and the quarter's report say the same sums, reckoned here from the published figures."""
    special = sum(clerk.case.asked.total.part(Fraction(3, 5)) for clerk in clerks)
    whole = sum(clerk.case.asked.total for clerk in clerks)
    street = ws.register(2023).street
    assert sum(paid.amount for clerk in clerks for paid in clerk.case.disbursements) == special == street.disbursed
    assert whole == Money.parse("2040000.00")
    assert street.approved_special == special
    assert sum(balance.disbursed for balance in ws.register(2023).villages.values()) == special
    figures = quarter_figures(ws, 2023, 3, date(2023, 9, 30))
    assert last <= date(2023, 9, 30)
    now = figures.whole.now
    assert (now.disbursed, now.total, now.social) == (special, Money.parse("3946900.00"), whole - special + 690_000)
    assert sum(village.now.disbursed for village in figures.villages) == special


def said(capsys):
    return json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_the_same_by_commands(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    store = str(tmp_path / "莞城.db")
    assert main(["init", store, "--street", "莞城街道", "--year", "2023"]) == 0
    assert main(["import", store, str(BOOK), "--operator", "陈静", "--json"]) == 0
    assert said(capsys)["new"] == 31
    assert main(["check", store, "--as-of", "2023-07-14", "--json"]) == 1
    over = {f["message"]: f for f in said(capsys)["findings"] if f["rule"] == "R02"}
    assert sorted(f["shortfall_fen"] for f in over.values()) == sorted(Money.parse(y).fen for y in WORKS.values())
    code = next(iter(over.values()))["subject"]
    assert main(["show", store, code, "--as-of", "2023-07-14", "--json"]) == 0
    assert "R02" in next(s for s in said(capsys)["next_steps"] if s["step"] == "批准")["blocked_by"]
    _mended_in_the_workbook(store, tmp_path, capsys)
    assert main(["print", store, "application-form", "--project", code, "--out", str(tmp_path / "表")]) == 0
    capsys.readouterr()
    assert main(["budget", store, "--json"]) == 0
    street = said(capsys)["street"]
    _reported(store, tmp_path, street)
    assert main(["verify", store]) == 0
    assert main(["backup", store, str(tmp_path / "备份.db")]) == 0
    assert main(["restore", str(tmp_path / "备份.db"), store]) == 0
    assert main(["budget", store, "--json"]) == 0
    capsys.readouterr()


def _mended_in_the_workbook(store, tmp_path, capsys):
    """Export, shift four tenths to the villages' own money in the sheet, import: no finding of R02 is left."""
    ledger = tmp_path / "台账.xlsx"
    assert main(["export", store, str(ledger)]) == 0
    book = openpyxl.load_workbook(ledger)
    sheet = book["项目"]
    head = next(
        row for row in sheet.iter_rows() if any(cell.value == "项目名称*" or cell.value == "项目名称" for cell in row)
    )
    column = {str(cell.value).rstrip("*"): cell.column for cell in head if cell.value}
    mended = 0
    for row in range(head[0].row + 1, sheet.max_row + 1):
        if sheet.cell(row, column["项目名称"]).value in WORKS:
            special = sheet.cell(row, column["区级专项资金(元)"])
            sheet.cell(row, column["村居自筹(元)"]).value = special.value * 0.4
            special.value *= 0.6
            mended += 1
    book.save(ledger)
    capsys.readouterr()
    assert main(["import", store, str(ledger), "--json"]) == 0
    answer = said(capsys)
    assert (answer["updated"], answer["new"], answer["errors"]) == (mended, 0, [])
    assert mended == 9
    main(["check", store, "--as-of", "2023-07-14", "--json"])
    assert not [f for f in said(capsys)["findings"] if f["rule"] == "R02"]


def _reported(store, tmp_path, street):
    """The quarter's workbook shows, in 万元, the street's sums of ``budget``."""
    out = tmp_path / "三季度.xlsx"
    assert main(["report", store, "--year", "2023", "--quarter", "3", "--as-of", "2023-10-05", "--out", str(out)]) == 0
    rows = list(openpyxl.load_workbook(out)["汇总"].iter_rows(values_only=True))
    head = next(row for row in rows if row[0] == "村居")
    sums = next(row for row in rows if row[0] == "合计")
    for name, fen in (("总资金", "total_fen"), ("社会投入", "social_fen"), ("已拨付", "disbursed_fen")):
        assert f"{sums[head.index(name)]:.2f}" == f"{street[fen] / 1_000_000:.2f}"
    assert sums[head.index("项目数")] == street["projects"]
