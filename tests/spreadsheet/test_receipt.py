"""The receipt of a village: what it is told, and what becomes of it when it is filled in further and sent back."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest

from haicang_desk.model.records import Approval, Conclusion, Disbursement, Link, Project, Prose, Village
from haicang_desk.model.services import save, take_step, village_named
from haicang_desk.model.spreadsheet import plan_import
from haicang_desk.model.spreadsheet.write.receipt import write_receipt
from haicang_desk.model.values import Money, Refused
from tests.conftest import TODAY


def rows_of(path, sheet="项目"):
    table = list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


@pytest.fixture
def receipt(ws, village, tmp_path):
    return lambda: write_receipt(ws, village, tmp_path / "回执.xlsx", today=TODAY)


def edited(path, sheet="项目", row=2, **cells):
    workbook = openpyxl.load_workbook(path)
    heads = {cell.value: cell.column for cell in workbook[sheet][1]}
    for heading, value in cells.items():
        workbook[sheet].cell(row, heads[heading]).value = value
    workbook.save(path)
    return path


@pytest.fixture
def told(ws, kept, receipt):
    """A draft, a project that was sent back, and one that was approved and paid for in part."""
    kept(code="A-1", title="草稿", place="")
    returned = kept(code="A-2", title="退回的", submitted_on=TODAY)
    take_step(ws, returned.id, "send_back", on=TODAY, person="林", answers={"opinion": Prose("请补预算")})
    approved = kept(code="A-3", title="批了的", submitted_on=TODAY)
    save(
        ws,
        [
            Approval(
                project=Link(approved.id), conclusion=Conclusion.AGREE, decided_on=TODAY, special=Money(5_000_000),
                opinion=Prose("同意"), number="海新批1号",
            ),
            Disbursement(project=Link(approved.id), paid_on=TODAY, amount=Money(1_234_500), payee="居委会"),
        ],
        action="登",
        person="林",
    )  # fmt: skip
    return receipt()


def test_it_tells_stage_decision_money_what_is_missing_and_the_notices(ws, told):
    draft, returned, approved = rows_of(told)
    assert [row["项目编号"] for row in (draft, returned, approved)] == ["A-1", "A-2", "A-3"]
    assert [row["记录号"] for row in (draft, returned, approved)] == [p.id for p in ws.all(Project)]
    assert (draft["回执：办理阶段"], draft["回执：结论"]) == ("草稿", None)
    assert "未填：实施地点" in draft["回执：待补内容"] and draft["回执：待张贴的公示"] == "项目公示"
    assert returned["回执：结论"].startswith("退回") and returned["回执：理由"] == "请补预算"
    assert approved["回执：结论"] == "同意 2018年9月3日 海新批1号"
    assert (approved["回执：核定专项资金(元)"], approved["回执：已拨付(元)"]) == (50_000, 12_345)
    assert approved["回执：核定总资金(元)"] == 100_000 and approved["回执：待补内容"]


def test_sent_back_as_it_is_it_changes_nothing(ws, told):
    plan = plan_import(ws, told)
    assert (plan.errors, plan.questions, plan.ignored_columns, plan.notes) == ((), (), (), ())
    assert (plan.read, plan.unchanged) == (3, 3)


def test_a_project_renamed_by_its_village_stays_one(ws, told):
    edited(told, 项目名称="长者食堂", 实施地点="活动中心")
    edited(told, row=4, 项目名称="批了的（改名）")
    plan = plan_import(ws, told)
    assert (plan.new, plan.updated, plan.errors) == (0, 2, ())
    plan.carry_out(ws, "陈")
    assert [p.title for p in ws.all(Project)] == ["长者食堂", "退回的", "批了的（改名）"]
    assert [p.code for p in ws.all(Project)] == ["A-1", "A-2", "A-3"] and ws.project("A-1").place == "活动中心"


def test_sums_of_an_approved_project_are_not_changed_by_it(ws, told):
    edited(told, row=4, **{"区级专项资金(元)": 70_000, "联系电话": "6012345"})
    plan = plan_import(ws, told)
    assert [(f.row, f.column) for f in plan.errors] == [(4, "区级专项资金(元)")]


def test_what_the_village_adds_in_other_sheets_is_read(ws, told):
    workbook = openpyxl.load_workbook(told)
    heads = {cell.value: cell.column for cell in workbook["公示"][1]}
    given = {"公示类型": "项目公示", "项目编号": "A-1", "开始日期": date(2018, 8, 1), "结束日期": date(2018, 8, 8)}
    for heading, value in given.items():
        workbook["公示"].cell(2, heads[heading]).value = value
    workbook.save(told)
    plan = plan_import(ws, told)
    assert (plan.new, plan.errors) == (1, ())


def test_only_its_own_projects_are_told_and_a_village_may_be_named_in_other_words(ws, kept, tmp_path):
    (other,) = save(ws, [Village(name="祥露村")], action="登", person="陈")
    kept(code="A-1"), kept(code="B-1", title="别处的", village=Link(other.id))
    path = write_receipt(ws, village_named(ws, "祥露"), tmp_path / "回执.xlsx", today=TODAY)
    assert [row["项目编号"] for row in rows_of(path)] == ["B-1"]
    with pytest.raises(Refused, match="没有村居“海虹”，请写全名：霞阳社区、祥露村"):
        village_named(ws, "海虹")
