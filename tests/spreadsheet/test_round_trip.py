"""Export and import give the same records, findings, balances and stages; a second import changes nothing."""

from __future__ import annotations

import random
from datetime import date

import openpyxl
import pytest

from haicang_desk.model.records import Project, Village
from haicang_desk.model.services import check, entry_to_undo, undo
from haicang_desk.model.spreadsheet import export_ledger, plan_import
from haicang_desk.model.spreadsheet.template import write_template
from tests.spreadsheet.conftest import SAMPLE
from tests.spreadsheet.ledgers import cells_of, fill, held

TODAY = date(2019, 6, 1)


def stages(ws):
    return {case.project.code: case.staged for case in ws.casefiles()}


@pytest.mark.parametrize("seed", range(1, 5))
def test_an_exported_ledger_is_the_same_in_a_new_store(ws, other, tmp_path, seed):
    fill(ws, random.Random(seed))
    plan = plan_import(other, export_ledger(ws, tmp_path / "台账.xlsx"))
    assert plan.errors == () and plan.ignored_columns == () and plan.notes == ()
    assert plan.carry_out(other, "陈")
    assert held(other) == held(ws)
    assert stages(other) == stages(ws)
    assert other.register(2018) == ws.register(2018)
    assert check(other, 2018, TODAY) == check(ws, 2018, TODAY)
    assert cells_of(export_ledger(other, tmp_path / "再.xlsx")) == cells_of(tmp_path / "台账.xlsx")


@pytest.mark.parametrize("seed", range(4))
def test_imported_where_it_came_from_it_changes_nothing(ws, tmp_path, seed):
    fill(ws, random.Random(seed))
    before, entry = held(ws), entry_to_undo(ws)
    plan = plan_import(ws, export_ledger(ws, tmp_path / "台账.xlsx"))
    assert (plan.new, plan.updated, plan.faulty) == (0, 0, 0) and plan.read == plan.unchanged > 20
    assert not plan.carry_out(ws, "陈")
    assert held(ws) == before and entry_to_undo(ws) == entry


def test_without_their_record_ids_rows_still_find_their_records(ws, tmp_path):
    """True twins stay twins: the n-th of several equal rows is the n-th of several equal records."""
    fill(ws, random.Random(7), each=2)
    path = export_ledger(ws, tmp_path / "台账.xlsx")
    workbook, doubled = openpyxl.load_workbook(path), 0
    for sheet in workbook:
        for column in range(sheet.max_column, 0, -1):
            if sheet.cell(1, column).value == "记录号":
                sheet.delete_cols(column)
        last = sheet.max_row
        if last > 1 and sheet.title not in ("街道", "街道额度", "村居", "项目", "预算明细"):
            doubled += 1
            for cell in sheet[last]:
                sheet.cell(last + 1, cell.column, cell.value).data_type = cell.data_type
    workbook.save(path)
    plan = plan_import(ws, path)
    twins = sum(1 for outcome in plan.outcomes if outcome.result.code == "new")
    assert (plan.updated, plan.faulty) == (0, 0) and twins == doubled > 10
    plan.carry_out(ws, "陈")
    again = plan_import(ws, path)
    assert again.unchanged == again.read == plan.read


def test_one_year_takes_its_projects_and_what_hangs_on_them(ws, other, tmp_path):
    fill(ws, random.Random(3), projects=3, year=2018)
    with ws.change("改年度", actor="陈") as change:
        change.save(Project(code="X", title="次年", fund_year=2019, village=ws.all(Project)[0].village))
    plan_import(other, export_ledger(ws, tmp_path / "2018.xlsx", 2018)).carry_out(other, "陈")
    assert {p.fund_year for p in other.all(Project)} == {2018} and len(other.all(Project)) == 3
    assert len(other.all(Village)) == len(ws.all(Village))


def test_the_sample_comes_in_whole_and_once(guancheng):
    plan = plan_import(guancheng, SAMPLE)
    document = plan.as_json()
    sums = {(each["sheet"], each["column"]): (each["unit"], each["fen"]) for each in document.pop("sums")}
    assert document == {
        "read": 31, "new": 31, "updated": 0, "unchanged": 0, "errors": [], "errors_total": 0, "questions": [],
        "questions_total": 0, "ignored_columns": [], "unread_sheets": [], "notes": [], "written": False,
    }  # fmt: skip
    assert sums["项目", "区级专项资金(元)"] == ("元", 394_000_000) and {unit for unit, _ in sums.values()} == {"元"}
    assert plan.carry_out(guancheng, "陈")
    assert (len(guancheng.all(Village)), len(guancheng.all(Project))) == (8, 23)
    assert guancheng.register(2023).street.total.fen == 394_690_000
    again = plan_import(guancheng, SAMPLE)
    assert (again.read, again.unchanged) == (31, 31) and not again.carry_out(guancheng, "陈")


def test_an_import_is_one_change_and_undone_as_one(guancheng):
    plan_import(guancheng, SAMPLE).carry_out(guancheng, "陈")
    name = f"导入《{SAMPLE.name}》：新增 31 条、更新 0 条"
    assert undo(guancheng, person="陈") == name
    assert guancheng.all(Project) == [] and guancheng.all(Village) == []
    plan = plan_import(guancheng, SAMPLE)
    assert plan.new == 31 and plan.carry_out(guancheng, "陈")


def test_the_template_brings_nothing_until_it_is_filled_in(ws, tmp_path):
    plan = plan_import(ws, write_template(tmp_path / "模板.xlsx"))
    assert (plan.read, plan.errors, plan.ignored_columns, plan.notes) == (0, (), (), ())
