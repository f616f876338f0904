"""Workbooks that come back from another desk that edited too: nothing acknowledged is lost without a told row."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import pytest

from haicang_desk.model.foreign.sheets.cell_grid import column_letters
from haicang_desk.model.records import Disbursement, Link, Project, Street, StreetQuota, Village
from haicang_desk.model.services import save, undo, void
from haicang_desk.model.spreadsheet import export_ledger, import_plan_of, plan_import
from haicang_desk.model.spreadsheet.read.answers import Answers
from haicang_desk.model.values import Money, Refused
from tests.conftest import TODAY
from tests.spreadsheet.desks import desk, row_of, workbook_of

KEPT = {"phone": "1", "principal": "林"}


@pytest.fixture
def pair(template, kept, ws):
    """Desk A with a project, and desk B, which took over A's ledger."""
    kept(code="A-1", title="灯", **KEPT)
    with desk(template) as other:
        assert take(other, workbook_of(ws))
        yield ws, other


def take(ws, book, **answers):
    plan = import_plan_of(ws, book, Answers(**answers))
    assert plan.errors == (), plan.errors
    return plan.carry_out(ws, "陈")


def edit(ws, **values):
    project = ws.project("A-1")
    return save(ws, [replace(project, **values)], action="改", person="陈", expected=[project])[0]


def test_what_only_the_other_desk_changed_is_taken(pair):
    ours, theirs = pair
    edit(theirs, phone="2")
    take(ours, workbook_of(theirs))
    assert ours.project("A-1").phone == "2"


def test_what_only_this_desk_changed_is_kept_and_told(pair):
    ours, theirs = pair
    book = workbook_of(theirs)
    edit(ours, phone="2")
    plan = import_plan_of(ours, book)
    assert (plan.updated, plan.questions) == (0, ()) and "保留台账里较新的联系电话“2”" in plan.notes[0]
    assert not plan.carry_out(ours, "陈") and ours.project("A-1").phone == "2"


def test_different_fields_of_one_project_are_both_kept(pair):
    ours, theirs = pair
    edit(ours, phone="2"), edit(theirs, principal="黄", special=Money(500))
    take(ours, workbook_of(theirs))
    take(theirs, workbook_of(ours))
    for ws in pair:
        project = ws.project("A-1")
        assert (project.phone, project.principal, project.special) == ("2", "黄", Money(500))


def test_the_same_field_changed_on_both_sides_is_asked_with_both_values(pair):
    ours, theirs = pair
    edit(ours, special=Money(300)), edit(theirs, special=Money(500))
    book = workbook_of(theirs)
    plan = import_plan_of(ours, book)
    (question,) = plan.questions
    assert (question.sheet, question.row, question.column) == ("项目", 2, "区级专项资金(元)")
    assert question.choices == ("5.00", "3.00") and "台账为“3.00”，工作簿为“5.00”" in question.reason
    with pytest.raises(Refused):
        plan.carry_out(ours, "陈")
    assert plan.without_faulty().left_out[0].needs and ours.project("A-1").special == Money(300)
    column = next(c.index for c in book.sheets[2].columns if c.name == "special")
    take(ours, book, cells={("项目", f"{column_letters(column)}2"): "5"})
    assert ours.project("A-1").special == Money(500)


def test_an_edit_in_the_workbook_is_taken_and_an_old_workbook_rolls_nothing_back(pair):
    ours, _ = pair
    book = workbook_of(ours)
    row_of(book, Project, ours.project("A-1").id)["phone"] = "3"
    edit(ours, principal="黄")
    take(ours, book)
    assert (ours.project("A-1").phone, ours.project("A-1").principal) == ("3", "黄")
    edit(ours, phone="4")
    plan = import_plan_of(ours, book)  # the same workbook once more
    assert plan.updated == 0 and ours.project("A-1").phone == "4"


def test_what_the_other_desk_emptied_is_empty_here_and_a_cell_emptied_by_hand_changes_nothing(pair):
    ours, theirs = pair
    edit(theirs, phone="")
    take(ours, workbook_of(theirs))
    assert ours.project("A-1").phone == ""
    edit(ours, phone="5")
    book = workbook_of(ours)
    del row_of(book, Project, ours.project("A-1").id)["phone"]
    row_of(book, Project, ours.project("A-1").id)["principal"] = "黄"
    take(ours, book)
    assert (ours.project("A-1").phone, ours.project("A-1").principal) == ("5", "黄")


def test_new_projects_of_one_automatic_number_are_told_and_both_stay(pair):
    ours, theirs = pair
    for ws, title in ((ours, "甲台新建凉亭"), (theirs, "乙台新建书屋")):
        save(ws, [replace(ws.project("A-1"), id="", code="", title=title)], action="新建", person="陈")
    plan = import_plan_of(ours, workbook_of(theirs))
    assert [(f.sheet, f.column) for f in plan.errors] == [("项目", "项目编号")]
    assert {p.title for p in ours.all(Project)} == {"灯", "甲台新建凉亭"}


def test_a_void_and_an_edit_of_one_record_are_told(pair):
    ours, theirs = pair
    book = workbook_of(theirs)
    void(ours, ours.project("A-1"), reason="重复", person="陈")
    assert not take(ours, book) and ours.all(Project) == []
    edit(theirs, phone="9")
    plan = import_plan_of(ours, workbook_of(theirs))
    assert [(f.sheet, f.column) for f in plan.errors] == [("项目", "记录号")]
    take(theirs, workbook_of(ours))
    assert theirs.project("A-1").phone == "9"  # what a workbook does not hold is not voided by it


def test_a_payment_entered_on_both_desks_with_another_sum_is_told(pair):
    ours, theirs = pair
    for ws, fen in ((ours, 100), (theirs, 80)):
        given = {"paid_on": TODAY, "amount": Money(fen), "payee": "居委会", "voucher": "记-1"}
        save(ws, [Disbursement(project=Link(ws.project("A-1").id), **given)], action="拨付", person="陈")
    plan = import_plan_of(ours, workbook_of(theirs))
    assert [(f.sheet, f.column, f.value) for f in plan.errors] == [("拨付", "金额(元)", "0.80")]
    assert [paid.amount for paid in ours.all(Disbursement)] == [Money(100)]


def test_an_import_undone_is_taken_again(pair):
    ours, theirs = pair
    edit(theirs, phone="2")
    book = workbook_of(theirs)
    for _ in range(2):
        assert take(ours, book)
        undo(ours, person="陈")
        assert ours.project("A-1").phone == "1"


def test_a_village_renamed_on_one_desk_is_no_conflict(pair):
    ours, theirs = pair
    village = theirs.all(Village)[0]
    save(theirs, [replace(village, name="新霞阳社区")], action="改名", person="陈")
    edit(theirs, phone="2")
    take(ours, workbook_of(theirs))
    assert ours.all(Village)[0].name == "新霞阳社区" and ours.project("A-1").phone == "2"
    edit(ours, phone="3")
    take(theirs, workbook_of(ours))
    assert theirs.project("A-1").phone == "3"


def test_a_street_filled_in_on_one_desk_and_a_quota_changed_on_both(pair):
    ours, theirs = pair
    street = theirs.street
    save(theirs, [replace(street, address="海沧区某路 1 号")], action="改", person="陈")
    for ws, fen in ((ours, 100), (theirs, 200)):
        save(ws, [replace(ws.all(StreetQuota)[0], quota=Money(fen))], action="改", person="陈")
    plan = import_plan_of(ours, workbook_of(theirs, Street, StreetQuota))
    assert [(q.column, q.value) for q in plan.questions] == [("街道额度(元)", "2.00")]
    take(ours, workbook_of(theirs, Street))
    assert ours.street.address == "海沧区某路 1 号"


def test_a_book_saved_as_a_file_carries_the_versions(pair, tmp_path):
    ours, theirs = pair
    edit(ours, phone="2"), edit(theirs, principal="黄")
    plan = plan_import(ours, export_ledger(theirs, tmp_path / "乙.xlsx"))
    assert (plan.errors, plan.questions, plan.updated) == ((), (), 1) and plan.carry_out(ours, "陈")
    assert (ours.project("A-1").phone, ours.project("A-1").principal) == ("2", "黄")


def test_a_book_is_not_changed_by_planning(pair):
    ours, theirs = pair
    book = workbook_of(theirs)
    before = deepcopy(book)
    import_plan_of(ours, book)
    assert book == before
