"""Which record of the store a row matches, and what it then changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from haicang_desk.model.records import (
    Approval,
    BudgetLine,
    Conclusion,
    Disbursement,
    Link,
    Project,
    StreetQuota,
    Suggestion,
    Village,
)
from haicang_desk.model.services import redo, undo
from haicang_desk.model.spreadsheet import RowResult, export_ledger, import_plan_of, plan_import, read_workbook
from haicang_desk.model.store import FinishedChange
from haicang_desk.model.values import Money, Refused

HEAD = ["项目编号", "资金年度", "村居", "项目名称", "项目类别", "内容类型"]
PAID = ["项目编号", "日期", "金额(元)", "资金来源", "收款人", "凭证号"]
DAY = date(2018, 9, 3)


def row(code=None, title="灯", category="工程类", village="霞阳社区"):
    return [code, 2018, village, title, category, "消除安全隐患"]


def fates(plan):
    assert plan.errors == ()
    return [outcome.result for outcome in plan.outcomes]


def test_a_project_is_known_by_its_number_before_its_name(ws, kept, book):
    first, second = kept(code="A-1", title="灯"), kept(code="A-2", title="路")
    plan = plan_import(ws, book(项目=[HEAD, row("A-2", "灯", "服务类"), row("A-1", "路")]))
    assert fates(plan) == [RowResult.UPDATED] * 2
    assert {r.id: r.title for r in plan.records} == {first.id: "路", second.id: "灯"}


def test_a_project_without_a_number_is_known_by_year_village_and_name(ws, kept, book):
    held = kept(code="A-1", title="灯")
    plan = plan_import(ws, book(项目=[HEAD, row(None, "灯", "服务类"), row(None, "新")]))
    assert fates(plan) == [RowResult.UPDATED, RowResult.NEW]
    assert [(e.label, e.before, e.after) for e in plan.outcomes[0].edits] == [
        ("项目类别", "工程类", "服务类"),
        ("内容类型", "群众生活关爱", "消除安全隐患"),
    ]
    plan.carry_out(ws, "陈")
    assert ws.get(Project, held.id).code == "A-1"
    assert ws.project("XYJD-XYSQ-2018-01").title == "新"


def test_projects_of_one_name_are_told_apart_by_their_number(ws, kept, book):
    kept(code="A-1", title="灯"), kept(code="A-2", title="灯")
    plan = plan_import(ws, book(项目=[HEAD, row(None)]))
    assert [(f.column, f.reason) for f in plan.errors] == [
        ("项目编号", "台账里有 2 个同名项目，请填项目编号：A-1、A-2")
    ]
    assert fates(plan_import(ws, book(项目=[HEAD, row("A-3")]))) == [RowResult.NEW]


def test_a_number_of_another_project_is_a_fault(ws, kept, book, tmp_path):
    kept(code="A-1", title="灯"), kept(code="A-2", title="路")
    workbook = openpyxl.load_workbook(export_ledger(ws, tmp_path / "册.xlsx"))
    sheet = workbook["项目"]
    sheet["A2"] = "A-2"
    sheet.delete_rows(3)
    workbook.save(tmp_path / "册.xlsx")
    plan = plan_import(ws, tmp_path / "册.xlsx")
    assert [(f.row, f.column) for f in plan.errors] == [(2, "项目编号")] and "另有一条" in plan.errors[0].reason


def test_new_numbers_avoid_those_in_the_workbook(ws, book):
    rows = [row(None, "甲"), row("XYJD-XYSQ-2018-07", "乙"), row(None, "丙")]
    plan_import(ws, book(项目=[HEAD, *rows])).carry_out(ws, "陈")
    assert {p.title: p.code[-2:] for p in ws.all(Project)} == {"甲": "08", "乙": "07", "丙": "09"}


def test_blank_cells_and_absent_columns_keep_the_existing_values(ws, kept, book):
    held = kept(code="A-1", title="灯", place="霞阳", special=Money(500))
    plan = plan_import(ws, book(项目=[[*HEAD, "实施地点"], [*row("A-1"), None]]))
    plan.carry_out(ws, "陈")
    now = ws.get(Project, held.id)
    assert (now.place, now.special, now.need) == ("霞阳", Money(500), held.need)


@pytest.fixture
def paid(ws, kept):
    project = kept(code="A-1")

    def put(**given):
        with ws.change("拨付", actor="陈") as change:
            said = {"paid_on": DAY, "amount": Money(10000), "payee": "居委会", **given}
            return change.save(Disbursement(project=Link(project.id), **said))

    return put


def test_a_second_payment_is_not_an_update_of_the_first(ws, book, paid):
    paid()
    rows = [["A-1", DAY, 100, "专项", "居委会", None], ["A-1", DAY, 200, "专项", "居委会", None]]
    assert fates(plan_import(ws, book(拨付=[PAID, *rows]))) == [RowResult.UNCHANGED, RowResult.NEW]
    assert fates(plan_import(ws, book(拨付=[PAID, rows[1]]))) == [RowResult.NEW]


def test_equal_payments_are_counted_not_merged(ws, book, paid):
    paid()
    one = ["A-1", DAY, 100, "专项", "居委会", None]
    path = book(拨付=[PAID, one, one, one])
    plan = plan_import(ws, path)
    assert fates(plan) == [RowResult.UNCHANGED, RowResult.NEW, RowResult.NEW]
    plan.carry_out(ws, "陈")
    assert len(ws.all(Disbursement)) == 3
    assert fates(plan_import(ws, path)) == [RowResult.UNCHANGED] * 3


def test_a_payment_with_a_voucher_is_known_by_it(ws, book, paid):
    held = paid(voucher="记-1")
    plan = plan_import(ws, book(拨付=[PAID, ["A-1", DAY, 150, "专项", "居委会", "记-1"]]))
    assert fates(plan) == [RowResult.UPDATED] and plan.records == (replace(held, amount=Money(15000)),)


def test_a_record_completed_since_is_not_entered_again(ws, book, paid):
    """The voucher was filled in at the desk; the workbook without it comes a second time."""
    paid(voucher="记-1")
    assert fates(plan_import(ws, book(拨付=[PAID, ["A-1", DAY, 100, "专项", "居委会", None]]))) == [RowResult.UNCHANGED]


def test_a_row_matches_an_equal_record_before_one_with_more_values(ws, book, paid):
    paid(voucher="记-1"), paid()
    rows = [["A-1", DAY, 100, "专项", "居委会", voucher] for voucher in (None, "记-1")]
    assert fates(plan_import(ws, book(拨付=[PAID, *rows]))) == [RowResult.UNCHANGED] * 2


def test_a_record_id_matches_its_record_even_where_the_key_has_changed(ws, kept, tmp_path):
    project = kept(code="A-1")
    with ws.change("填", actor="陈") as change:
        for content in ("灯", "线"):
            change.save(BudgetLine(project=Link(project.id), content=content, subject="材料费", amount=Money(100)))
    workbook = openpyxl.load_workbook(export_ledger(ws, tmp_path / "册.xlsx"))
    sheet = workbook["预算明细"]
    sheet["D2"], sheet["D3"] = "线", "缆"
    workbook.save(tmp_path / "册.xlsx")
    plan = plan_import(ws, tmp_path / "册.xlsx")
    assert (plan.updated, plan.new) == (2, 0)
    plan.carry_out(ws, "陈")
    assert [line.content for line in ws.all(BudgetLine)] == ["线", "缆"]


def test_records_with_the_same_key_are_matched_one_to_one(ws, kept, book):
    project = kept(code="A-1")
    with ws.change("填", actor="陈") as change:
        for fen in (100, 200):
            change.save(BudgetLine(project=Link(project.id), content="灯", subject="材料费", amount=Money(fen)))
    head = ["项目编号", "内容", "科目", "金额(元)", "资金来源"]
    plan = plan_import(
        ws, book(预算明细=[head, ["A-1", "灯", "材料费", 2, "专项"], ["A-1", "灯", "材料费", 3, "专项"]])
    )
    assert fates(plan) == [RowResult.UNCHANGED, RowResult.UPDATED]
    assert [(e.before, e.after) for e in plan.outcomes[1].edits] == [("1.00", "3.00")]


def test_a_village_is_known_by_its_name_and_a_quota_by_its_year(ws, book):
    plan = plan_import(
        ws, book(村居=[["村居", "联系人"], [" 霞阳社区", "林"]], 街道额度=[["资金年度", "街道额度(元)"], [2018, 9]])
    )
    assert fates(plan) == [RowResult.UPDATED] * 2
    plan.carry_out(ws, "陈")
    assert ws.all(Village)[0].contact == "林" and [q.quota for q in ws.all(StreetQuota)] == [Money(900)]


def test_a_renamed_village_is_found_by_either_name(ws, kept, tmp_path):
    kept(code="A-1")
    workbook = openpyxl.load_workbook(export_ledger(ws, tmp_path / "册.xlsx"))
    workbook["村居"]["A2"] = "新霞阳社区"
    workbook.save(tmp_path / "册.xlsx")
    plan = plan_import(ws, tmp_path / "册.xlsx")
    assert plan.errors == () and plan.updated == 1
    plan.carry_out(ws, "陈")
    assert ws.all(Village)[0].name == "新霞阳社区" and ws.register(2018).villages


def test_links_are_shown_by_name_in_what_changes(ws, kept, book, village):
    kept(code="A-1")
    with ws.change("填", actor="陈") as change:
        change.save(Suggestion(told_on=DAY, village=Link(village.id), text="灯不亮"))
    head = ["日期", "村居", "渠道", "意见内容", "项目编号"]
    plan = plan_import(ws, book(征集=[head, [DAY, "霞阳社区", "公告栏", "灯不亮", "A-1"]]))
    assert [(e.label, e.before, e.after) for e in plan.outcomes[0].edits] == [("项目编号", "", "A-1")]


def test_text_that_a_workbook_cannot_carry_exactly_is_not_a_change(ws, kept, tmp_path):
    kept(code="A-1", title="e\u0301 灯", need="一\r\n二 ")
    assert set(fates(plan_import(ws, export_ledger(ws, tmp_path / "册.xlsx")))) == {RowResult.UNCHANGED}


def test_a_plan_is_refused_where_the_store_has_changed_since(ws, kept, book):
    plan = plan_import(ws, book(项目=[HEAD, row("A-1")]))
    kept(code="A-1", title="灯")
    with pytest.raises(Refused, match="请重新预览"):
        plan.carry_out(ws, "陈")
    assert len(ws.all(Project)) == 1


def test_an_import_with_the_same_key_is_written_once(ws, book):
    path = book(项目=[HEAD, row("A-1")])
    assert plan_import(ws, path).carry_out(ws, "陈", key="k")
    undo(ws, person="陈")
    with pytest.raises(Refused, match="已经登记过"):
        plan_import(ws, path).carry_out(ws, "陈", key="k")


def test_a_parsed_workbook_may_be_planned_again(ws, book):
    read = read_workbook(book(项目=[HEAD, row("A-1"), row("A-1")]))
    assert (
        import_plan_of(ws, read).outcomes == import_plan_of(ws, read).outcomes
        and len(import_plan_of(ws, read).errors) == 1
    )


def test_an_import_undone_and_redone_leaves_the_same(ws, kept, book):
    kept(code="A-1", title="灯")
    plan_import(ws, book(项目=[HEAD, row("A-1", "路"), row("A-2", "桥")])).carry_out(ws, "陈")
    after = ws.all(Project)
    undo(ws, person="陈")
    assert [p.title for p in ws.all(Project)] == ["灯"]
    redo(ws, person="陈")
    assert ws.all(Project) == after


def test_approved_projects_are_updated_too(ws, kept, book):
    """R34 bars typing at the desk; a ledger brought in is a fact, and check tells what it breaks."""
    project = kept(code="A-1", submitted_on=DAY)
    with ws.change("批", actor="陈") as change:
        change.save(Approval(project=Link(project.id), conclusion=Conclusion.AGREE, decided_on=DAY))
    heard: list[FinishedChange] = []
    ws.listen(heard.append)
    plan_import(ws, book(项目=[[*HEAD, "区级专项资金(元)"], [*row("A-1"), 1]])).carry_out(ws, "陈")
    assert ws.get(Project, project.id).special == Money(100) and heard[0].projects == {project.id}
