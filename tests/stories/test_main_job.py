"""The main job, told in a clerk's verbs: a real workbook comes in, and a quarter's report goes out.

Nine works projects break the three fifths; one of them is mended and walked through the whole of its life.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from haicang_desk.model import (
    Blocked,
    Consulted,
    Done,
    ImplementerKind,
    Link,
    Maintenance,
    Money,
    NoticeKind,
    PaidFrom,
    Prose,
    Severity,
    Stage,
    TakingPart,
    Workspace,
    check,
    keep,
    take_step,
    verify,
)
from haicang_desk.model.documents import issue, report
from haicang_desk.model.exchange import plan_import

BOOK = Path(__file__).parents[1] / "data/莞城街道2023首批.xlsx"
YEAR = 2023
MISSING = {  # 超出三分之五部分，元: the gap of each works project, every yuan of whose money is fiscal
    "综合养老广场提升工程": "95600",
    "老旧楼道照明更换工程": "84000",
    "居民区排水沟整治工程": "51400",
    "社区服务场所无障碍改造工程": "91000",
    "小公园健身步道改造工程": "122200",
    "祠堂前广场地面硬化工程": "62200",
    "戙船澳榕树小公园美化提升工程": "84400",
    "居民区消防通道整治工程": "115600",
    "创业新村居民区绿化工程（体育休闲小公园工程）": "109600",
}
TITLE = "戙船澳榕树小公园美化提升工程"


@pytest.fixture
def ws(tmp_path):
    with Workspace.create(
        tmp_path / "莞城.db", street="莞城街道", year=YEAR, now=lambda: datetime(2023, 7, 14, 9)
    ) as opened:
        plan_import(opened, BOOK).carry_out(opened, "陈")
        yield opened


class Clerk:
    """Does one step after another to one project, on the days it is told."""

    def __init__(self, ws: Workspace) -> None:
        self.ws = ws
        self.id = next(case.project.id for case in ws.casefiles(YEAR) if case.project.title == TITLE)

    def does(self, step: str, month: int, day: int, **answers: object):
        return take_step(self.ws, self.id, step, on=date(2023, month, day), person="陈", answers=answers)

    @property
    def case(self):
        return self.ws.casefile(self.id)


def test_the_nine_works_projects_are_named_with_the_missing_yuan(ws):
    found = [f for f in check(ws, YEAR, date(2023, 7, 14)) if f.rule == "R02"]
    assert {f.title: f.shortfall for f in found} == {title: Money.parse(gap) for title, gap in MISSING.items()}
    assert {f.severity for f in found} == {Severity.BLOCK}
    assert all(str(f.shortfall) in f.message for f in found)


def mend_and_file(clerk: Clerk) -> None:
    """Sent back, the gap moved to the social side, consulted, posted, filed again."""
    clerk.does("send_back", 7, 14, opinion=Prose("财政资金占比超过三分之五，请调整"), approver="林")
    project, gap = clerk.case.project, Money.parse(MISSING[TITLE])
    mended = replace(project, special=project.special - gap, donated_cash=gap)
    keep(clerk.ws, [mended], action="修改申报", person="陈")
    clerk.does("suggest", 7, 15, text=Prose("榕树下想有个歇脚的地方"))
    clerk.does("deliberate", 7, 16, meeting="居民议事会", expected=16, present=14, agreed=14)
    for group in Consulted:
        clerk.does("consult", 7, 17, consulted=group, people=3, agreed=3)
    clerk.does("post", 7, 18)
    clerk.does("submit", 7, 26)


def approve_and_lodge(clerk: Clerk) -> None:
    clerk.does("approve", 7, 28, approver="林", opinion=Prose("同意，服务类占比已综合平衡"), number="莞街〔2023〕1号")
    clerk.does("send", 7, 31)
    clerk.does("lodge", 8, 2, number="海民微备2023-01")


def carry_out(clerk: Clerk) -> None:
    clerk.does(
        "take_part", 8, 3, party="东联商会", manner=TakingPart.DONATE, amount=Money.parse("84400"), received=True
    )
    clerk.does(
        "appoint",
        8,
        10,
        manner="小额比选",
        basis="街道小额工程办法",
        implementer="同心园林",
        kind=ImplementerKind.ENTERPRISE,
        price=Money.parse("211000"),
    )
    clerk.does("start", 8, 15)
    clerk.does("disburse", 8, 16, amount=Money.parse("66600"), source=PaidFrom.SPECIAL, handler="陈", approver="林")
    clerk.does("advance", 9, 1, percent=60)
    clerk.does("disburse", 9, 20, handler="陈", approver="林")
    clerk.does("complete", 9, 25, account=Prose("榕树广场铺装完成，新增坐凳 12 张，居民每日可用"))


def settle_and_close(clerk: Clerk) -> None:
    clerk.does("accept", 9, 26)
    clerk.does("settle", 9, 27)
    clerk.does("post_completion", 9, 28)
    with pytest.raises(Blocked, match="R20"):
        clerk.does("close", 10, 9)
    keeping = Maintenance(
        project=Link(clerk.id),
        keeper="兴塘居民委员会",
        duty=Prose("每周巡查一次"),
        begins_on=date(2023, 9, 26),
        fund_source="村居集体收入",
        yearly=Money.parse("2000"),
    )
    keep(clerk.ws, [keeping], action="登记管养", person="陈")
    clerk.does("close", 10, 9)


def test_a_filing_that_breaks_a_rule_is_refused_and_nothing_is_written(ws):
    clerk, before = Clerk(ws), list(verify(ws))
    with pytest.raises(Blocked, match=r"R02.*84,400\.00 元"):
        clerk.does("approve", 7, 15, approver="林")
    assert clerk.case.stage is Stage.SUBMITTED
    assert not before and not verify(ws)


def test_one_project_is_walked_through_its_whole_life(ws):
    clerk, heard = Clerk(ws), []
    ws.listen(heard.append)
    mend_and_file(clerk)
    assert clerk.case.stage is Stage.SUBMITTED
    approve_and_lodge(clerk)
    assert clerk.case.stage is Stage.LODGED
    with pytest.raises(Blocked, match="R19"):
        clerk.does("disburse", 8, 5, amount=Money.parse("126600.01"), handler="陈", approver="林")
    carry_out(clerk)
    assert clerk.case.disbursed == Money.parse("126600")
    settle_and_close(clerk)
    assert clerk.case.stage is Stage.CLOSED
    assert clerk.case.settled == clerk.case.approved
    assert [notice.kind for notice in clerk.case.notices] == [NoticeKind.PROJECT, NoticeKind.COMPLETION]
    assert all(isinstance(done, Done) for done in heard)
    assert "R02" not in {f.rule for f in check(ws, YEAR, date(2023, 9, 30)) if f.project_id == clerk.id}
    assert not verify(ws)


def test_every_paper_of_the_main_job_is_printed(ws):
    clerk = Clerk(ws)
    mend_and_file(clerk)
    approve_and_lodge(clerk)
    carry_out(clerk)
    settle_and_close(clerk)
    code = clerk.case.project.code
    for name in ("application-form", "approval-form", "filing-form", "disbursement-form", "completion-notice"):
        (paper,) = issue(ws, name, project=code, as_of=date(2023, 9, 30))
        assert paper.pdf.startswith(b"%PDF"), (name, paper.skipped)


def test_the_quarters_report_adds_up_with_the_ledger_to_the_fen(ws, tmp_path):
    clerk = Clerk(ws)
    mend_and_file(clerk)
    approve_and_lodge(clerk)
    carry_out(clerk)
    out = tmp_path / "三季度.xlsx"
    report(ws, YEAR, 3, out, date(2023, 10, 5))
    street = ws.register(YEAR).street
    sheet = load_workbook(out)["汇总"]
    rows = list(sheet.iter_rows(values_only=True))
    heading = next(row for row in rows if row[0] == "村居")
    total = next(row for row in rows if row[0] == "合计")
    told = dict(zip(heading, total, strict=True))
    wan = {str(name).split("(")[0].split("（")[0]: value for name, value in told.items() if name}
    assert Money.parse(f"{wan['总资金']}万") == Money.parse(f"{street.total.wan}万")
    assert Money.parse(f"{wan['已拨付']}万") == Money.parse(f"{street.disbursed.wan}万") == Money.parse("12.66万")
    assert wan["项目数"] == street.projects == 23
