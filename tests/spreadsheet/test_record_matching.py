"""Which record of the store a row matches, and what it then changes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from haicang_desk.model.records import (
    Approval,
    BudgetLine,
    Category,
    Conclusion,
    Disbursement,
    Link,
    Project,
    StreetQuota,
    Suggestion,
    Village,
)
from haicang_desk.model.services import redo, undo
from haicang_desk.model.spreadsheet import (
    ReadingStopped,
    RowResult,
    StoreSnapshot,
    export_ledger,
    import_plan,
    import_plan_of,
    plan_import,
    plan_on,
    read_workbook,
)
from haicang_desk.model.spreadsheet.read.answers import Answers
from haicang_desk.model.store import new_id
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


def test_a_payment_with_a_voucher_is_known_by_it_and_not_rewritten(ws, book, paid):
    held = paid(voucher="记-1")
    path = book(拨付=[PAID, ["A-1", DAY, 150, "专项", "居委会", "记-1"]])
    plan = plan_import(ws, path)
    assert [(f.row, f.column, f.value) for f in plan.errors] == [(2, "金额(元)", "150.00")]
    assert all(word in plan.errors[0].reason for word in ("台账为“100.00”", "工作簿为“150.00”", "作废后重新登记"))
    with pytest.raises(Refused):
        plan.carry_out(ws, "陈")
    assert ws.all(Disbursement) == [held]


def test_a_voucher_entered_later_completes_the_payment(ws, book, paid):
    held = paid()
    plan = plan_import(ws, book(拨付=[PAID, ["A-1", DAY, 100, "专项", "居委会", "记-1"]]))
    assert fates(plan) == [RowResult.UPDATED] and plan.records == (replace(held, voucher="记-1"),)
    plan.carry_out(ws, "陈")
    other = [["A-1", DAY, 100, "专项", "居委会", "记-2"]]  # the same sum on the same day under another voucher
    assert fates(plan_import(ws, book(拨付=[PAID, *other]))) == [RowResult.NEW]


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


@pytest.fixture
def approved(ws, kept):
    project = kept(code="A-1", title="灯", submitted_on=DAY)
    with ws.change("批", actor="陈") as change:
        change.save(Approval(project=Link(project.id), conclusion=Conclusion.AGREE, decided_on=DAY))
    return project


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("区级专项资金(元)", 1),
        ("实施地点", "别处"),
        ("项目类别", "服务类"),
        ("捐赠现金(元)", 40001),
        ("申报日期", DAY.replace(day=4)),
    ],
)
def test_what_was_approved_is_not_rewritten(ws, book, approved, column, value):
    head = [h for h in HEAD if h != column]
    cells = dict(zip(HEAD, row("A-1"), strict=True)) | {"内容类型": "群众生活关爱"}
    plan = plan_import(ws, book(项目=[[*head, column], [*(cells[h] for h in head), value]]))
    assert [(f.row, f.column) for f in plan.errors] == [(2, column)]
    assert "不能由工作簿改写" in plan.errors[0].reason and "变更" in plan.errors[0].reason


def test_contacts_and_the_name_of_an_approved_project_may_be_corrected(ws, book, approved):
    cells = [*row("A-1", "路灯"), "6012345", "林"]
    cells[5] = "群众生活关爱"
    plan_import(ws, book(项目=[[*HEAD, "联系电话", "管养单位"], cells])).carry_out(ws, "陈")
    now = ws.get(Project, approved.id)
    assert (now.title, now.phone, now.keeper) == ("路灯", "6012345", "林")


def test_budget_lines_of_an_approved_project_are_not_rewritten_and_none_is_added(ws, book, approved):
    with ws.change("填", actor="陈") as change:
        change.save(BudgetLine(project=Link(approved.id), content="灯", subject="材料费", amount=Money(100)))
    head = ["项目编号", "内容", "科目", "金额(元)", "资金来源", "说明"]
    rows = [["A-1", "灯", "材料费", 2, "专项", None], ["A-1", "线", "材料费", 2, "专项", None]]
    plan = plan_import(ws, book(预算明细=[head, *rows]))
    assert [(f.row, f.column) for f in plan.errors] == [(2, "金额(元)"), (3, "内容")]
    explained = plan_import(ws, book(预算明细=[head, ["A-1", "灯", "材料费", 1, "专项", "路灯用"]]))
    assert fates(explained) == [RowResult.UPDATED]


@pytest.mark.parametrize(
    ("sheet", "head", "held", "told"),
    [
        ("审批", ["项目编号", "结论", "日期", "核定专项资金(元)"], ["A-1", "同意", DAY, None], 5),
        ("备案", ["项目编号", "报送日期", "备案号"], ["A-1", DAY, "海微备1号"], "海微备2号"),
        ("决算", ["项目编号", "日期", "区级专项资金(元)"], ["A-1", DAY, 5], 6),
        (
            "退款",
            ["项目编号", "日期", "金额(元)", "资金来源", "凭证号", "事由"],
            ["A-1", DAY, 5, "专项", "退-1", "多付"],
            "误付",
        ),
    ],
)
def test_a_decision_a_filing_a_settlement_a_return_is_not_rewritten(ws, book, kept, sheet, head, held, told):
    kept(code="A-1")
    assert plan_import(ws, book(**{sheet: [head, held]})).carry_out(ws, "陈")
    assert not plan_import(ws, book(**{sheet: [head, held]})).carry_out(ws, "陈")
    plan = plan_import(ws, book(**{sheet: [head, [*held[:-1], told]]}))
    assert (plan.faulty, plan.new, plan.updated) == (1, 0, 0)
    assert plan.errors[0].column == head[-1] and "台账为" in plan.errors[0].reason


def test_a_filing_that_was_sent_is_completed_by_its_answer(ws, book, kept):
    kept(code="A-1")
    head = ["项目编号", "报送日期", "备案日期", "备案号", "结果"]
    plan_import(ws, book(备案=[head[:2], ["A-1", DAY]])).carry_out(ws, "陈")
    answer = plan_import(ws, book(备案=[head, ["A-1", DAY, DAY, "1号", "已备案"]]))
    assert fates(answer) == [RowResult.UPDATED] and answer.carry_out(ws, "陈")


def test_special_money_approved_for_a_project_that_applied_for_none_is_a_fault(ws, book, kept):
    kept(code="A-1", special=Money(0), matching=Money(100))
    head = ["项目编号", "结论", "日期", "核定专项资金(元)"]
    plan = plan_import(ws, book(审批=[head, ["A-1", "同意", DAY, 1]]))
    assert [f.column for f in plan.errors] == ["核定专项资金(元)"] and "核定以奖代补资金" in plan.errors[0].reason
    assert fates(plan_import(ws, book(审批=[head, ["A-1", "同意", DAY, 0]]))) == [RowResult.NEW]


def test_a_number_under_another_record_id_is_a_fault_and_never_an_update(ws, kept, book):
    held, elsewhere = kept(code="A-1", title="甲台新建凉亭"), new_id()
    plan = plan_import(ws, book(项目=[[*HEAD, "记录号"], [*row("A-1", "乙台新建书屋"), elsewhere]]))
    assert [f.column for f in plan.errors] == ["项目编号"] and "另一个项目“甲台新建凉亭”" in plan.errors[0].reason
    assert ws.get(Project, held.id) == held


def test_a_project_of_one_name_and_another_number_is_another_and_told(ws, kept, book):
    kept(code="A-1", title="凉亭翻新")
    plan = plan_import(ws, book(项目=[HEAD, row("B-7", "凉亭翻新"), row(None, "凉亭 翻新 ")]))
    assert fates(plan) == [RowResult.NEW, RowResult.NEW]
    assert "与“凉亭翻新”（A-1）像是同一个项目" in plan.outcomes[0].notes[0] and plan.outcomes[1].notes


def test_nearly_equal_titles_are_told_and_stages_of_one_work_are_not(ws, kept, book):
    kept(code="A-1", title="霞阳社区楼道照明更换")
    plan = plan_import(
        ws, book(项目=[HEAD, *(row(None, t) for t in ("霞阳社区楼道照明改造更换", "健身路径一期", "健身路径二期"))])
    )
    assert [bool(outcome.notes) for outcome in plan.outcomes] == [True, False, False]
    assert "像是同一个项目" in plan.notes[0]


def test_what_was_voided_stays_void_whatever_names_it(ws, kept, book, tmp_path):
    held = kept(code="A-1", title="灯")
    exported = export_ledger(ws, tmp_path / "册.xlsx")
    with ws.change("作废", actor="陈") as change:
        change.save(replace(held, void=True))
    for path in (exported, book(项目=[HEAD, [*row("A-1")[:5], "群众生活关爱"]])):
        plan = plan_import(ws, path)
        assert (plan.new, plan.updated, plan.faulty) == (0, 0, 0) and not plan.carry_out(ws, "陈")
        assert any("已作废，没有恢复" in note for note in plan.notes)
    same_name = plan_import(ws, book(项目=[HEAD, row(None)]))
    assert fates(same_name) == [RowResult.NEW] and "已作废的“灯”" in same_name.outcomes[0].notes[0]
    renumbered = plan_import(ws, book(项目=[HEAD, row("A-1", "路")]))
    assert [f.column for f in renumbered.errors] == ["项目编号"] and "已作废" in renumbered.errors[0].reason


def test_an_edit_of_what_was_voided_is_a_fault(ws, kept, tmp_path):
    held = kept(code="A-1", title="灯")
    workbook = openpyxl.load_workbook(export_ledger(ws, tmp_path / "册.xlsx"))
    workbook["项目"]["D2"] = "路"
    workbook.save(tmp_path / "册.xlsx")
    with ws.change("作废", actor="陈") as change:
        change.save(replace(held, void=True))
    plan = plan_import(ws, tmp_path / "册.xlsx")
    assert [(f.sheet, f.column) for f in plan.errors] == [("项目", "记录号")] and "已作废" in plan.errors[0].reason


def test_a_voided_payment_does_not_come_again_with_the_same_workbook(ws, book, paid):
    one = ["A-1", DAY, 100, "专项", "居委会", None]
    path = book(拨付=[PAID, one, one])
    plan_import(ws, path).carry_out(ws, "陈")
    with ws.change("作废", actor="陈") as change:
        change.save(replace(ws.all(Disbursement)[1], void=True))
    plan = plan_import(ws, path)
    assert fates(plan) == [RowResult.UNCHANGED] * 2 and "已作废" in plan.notes[-1]
    assert not plan.carry_out(ws, "陈") and len(ws.all(Disbursement)) == 1


def test_nothing_is_added_to_a_voided_project(ws, kept, book):
    held = kept(code="A-1")
    with ws.change("作废", actor="陈") as change:
        change.save(replace(held, void=True))
    plan = plan_import(ws, book(拨付=[PAID, ["A-1", DAY, 100, "专项", "居委会", None]]))
    assert [f.column for f in plan.errors] == ["项目编号"] and "已作废" in plan.errors[0].reason


def test_an_import_that_was_undone_may_come_again(ws, book):
    path = book(项目=[HEAD, row("A-1")])
    for _ in range(3):
        assert plan_import(ws, path).carry_out(ws, "陈")
        assert [p.code for p in ws.all(Project)] == ["A-1"]
        undo(ws, person="陈")
        assert ws.all(Project) == []


def test_a_plan_is_not_made_again_while_the_journal_stands_still(ws, book, monkeypatch):
    plan = plan_import(ws, book(项目=[HEAD, row("A-1")]))
    monkeypatch.setattr(import_plan, "import_plan_of", lambda *_: pytest.fail("planned again"))
    (written,) = plan.carry_out(ws, "陈")
    assert ws.get(Project, written).code == "A-1"


def test_a_plan_is_carried_out_after_a_change_that_does_not_concern_it(ws, kept, book):
    plan = plan_import(ws, book(项目=[HEAD, row("A-1")]))
    kept(code="B-1", title="全不相干")
    assert plan.carry_out(ws, "陈")


def test_a_snapshot_is_planned_on_another_thread_and_can_be_stopped(ws, book):
    read = read_workbook(book(项目=[HEAD, *(row(f"A-{n}", f"第{n}项") for n in range(500))]))
    snapshot, done = StoreSnapshot.of(ws, read), []
    with ThreadPoolExecutor(1) as pool:
        plan = pool.submit(plan_on, snapshot, read, progress=lambda *at: done.append(at)).result()
        assert plan.new == 500 and done[-1] == (500, 500)
        with pytest.raises(ReadingStopped):
            pool.submit(plan_on, snapshot, read, cancelled=lambda: True).result()
    assert len(plan.carry_out(ws, "陈")) == 500


def test_good_rows_go_in_alone_without_what_hangs_on_a_faulty_one(ws, kept, book):
    kept(code="A-1")
    head = ["项目编号", "项目名称", "村居", "内容", "科目", "金额(元)", "资金来源"]
    lines = [[None, title, "霞阳社区", "灯", "材料费", 2, "专项"] for title in ("好", "坏")]
    path = book(项目=[HEAD, row(None, "好"), row(None, "坏", "不是类别")], 预算明细=[head, *lines])
    plan = plan_import(ws, path)
    assert (plan.read, plan.new, plan.faulty) == (4, 3, 1)
    good = plan.without_faulty()
    assert [(o.sheet, o.row) for o in good.left_out] == [("项目", 3), ("预算明细", 3)]
    assert good.left_out[1].needs and (good.read, good.new, good.faulty) == (2, 2, 0)
    assert len(good.carry_out(ws, "陈")) == 2
    assert [p.title for p in ws.all(Project)][1:] == ["好"] and len(ws.all(BudgetLine)) == 1


def test_what_hangs_on_a_row_that_is_asked_about_stays_out_with_it(ws, book):
    head = ["项目编号", "内容", "科目", "金额(元)", "资金来源"]
    lines = [[code, "灯", "材料费", 2, "专项"] for code in ("A-1", "A-2")]
    path = book(预算明细=[head, *lines], 项目=[HEAD, row("A-1", "甲"), row("A-2", "乙", village="霞阳")])
    good = plan_import(ws, path).without_faulty()
    assert [(o.sheet, o.row) for o in good.left_out] == [("预算明细", 3), ("项目", 3)] and all(
        o.needs for o in good.left_out
    )
    assert len(good.carry_out(ws, "陈")) == 2 and [p.code for p in ws.all(Project)] == ["A-1"]


def test_a_preview_tells_village_kind_sum_and_day(ws, kept, book):
    kept(code="A-1", title="灯")
    sums = ["区级专项资金(元)", "村居自筹(元)", "申报日期"]
    plan = plan_import(
        ws,
        book(
            项目=[[*HEAD, *sums], [*row("B-1", "路"), 3, 2, DAY]],
            拨付=[PAID, ["A-1", DAY, 1.5, "专项", "居委会", None]],
        ),
    )
    project, payment = plan.outcomes
    assert (project.village, project.category, project.total, project.day) == (
        "霞阳社区",
        Category.WORKS,
        Money(500),
        DAY,
    )
    assert (payment.village, payment.amount, payment.day, payment.total) == ("霞阳社区", Money(150), DAY, None)


@pytest.mark.parametrize(
    "typed", ["霞阳", "霞阳社区居委会", "新阳街道霞阳社区", "霞阳社区居民委员会", "海沧区新阳街道霞阳"]
)
def test_a_village_written_another_way_is_offered_and_taken_for_all_rows_at_once(ws, kept, book, typed):
    kept(code="A-1", title="灯")
    read = read_workbook(book(项目=[HEAD, row("A-1", "灯", village=typed), row(None, "路", village=typed)]))
    plan = import_plan_of(ws, read)
    assert plan.errors == () and [(q.kind.code, q.row, q.value, q.proposal) for q in plan.questions] == [
        ("value", 2, typed, "霞阳社区")
    ]
    with pytest.raises(Refused, match="还有 1 处要先答复"):
        plan.carry_out(ws, "陈")
    answered = import_plan_of(ws, read, Answers(cells={("项目", "C2"): "霞阳社区"}))
    assert answered.questions == () and answered.carry_out(ws, "陈")
    assert {p.title for p in ws.all(Project)} == {"灯", "路"}


def test_a_village_that_may_be_two_is_not_offered(ws, kept, book):
    with ws.change("登记", actor="陈") as change:
        change.save(Village(name="霞阳村"))
    plan = plan_import(ws, book(项目=[HEAD, row("A-1", village="霞阳")]))
    assert plan.questions == () and "是否为“霞阳社区”或“霞阳村”" in plan.errors[0].reason
    assert fates(plan_import(ws, book(项目=[HEAD, row("A-1", village="霞阳村")]))) == [RowResult.NEW]


def test_a_new_village_that_is_a_known_one_in_other_words_is_told(ws, book):
    plan = plan_import(ws, book(村居=[["村居"], ["霞阳村"], ["祥露村"], ["祥露社区"]]))
    assert [bool(outcome.notes) for outcome in plan.outcomes] == [True, False, True]


def test_rows_of_another_street_are_faults_and_ours_are_read(ws, book):
    head = ["资金年度", "街道额度(元)", "街道"]
    for street in ("新阳街道", "新阳", "海沧区新阳街道办事处", None):
        assert fates(plan_import(ws, book(街道额度=[head, [2018, 9, street]]))) == [RowResult.UPDATED]
    plan = plan_import(ws, book(街道额度=[head, [2018, 9, "东孚街道"]]))
    assert [f.column for f in plan.errors] == ["街道"] and "属于新阳街道" in plan.errors[0].reason


def test_yearly_sheets_and_villages_are_exported_with_their_street(ws, tmp_path):
    workbook = openpyxl.load_workbook(export_ledger(ws, tmp_path / "册.xlsx"))
    for sheet in ("村居", "街道额度"):
        heads = [cell.value for cell in workbook[sheet][1]]
        assert workbook[sheet].cell(2, heads.index("街道") + 1).value == "新阳街道"
    for sheet in ("项目", "年度工作安排", "季度报告", "机构人员"):
        assert "街道" in [cell.value for cell in workbook[sheet][1]]
