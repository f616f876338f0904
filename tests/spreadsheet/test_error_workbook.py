"""The error workbook: faulty cells coloured, reasons in a last column, everything else unchanged."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from haicang_desk.model.foreign.sheets.cell_grid import PICTURE, CellGrid
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.spreadsheet import plan_import, write_error_workbook
from haicang_desk.model.spreadsheet.read.answers import Answers
from haicang_desk.model.spreadsheet.read.formats import open_grids
from haicang_desk.model.spreadsheet.write.grid_workbook import grids_as_xlsx
from haicang_desk.model.values import NotWritten
from tests.spreadsheet.office_files import delimited, ods, ods_table, page, xls

RED = "FFFFC7CE"
HEAD = ["资金年度", "村居", "项目名称", "项目类别", "内容类型", "区级专项资金(元)", "受益人数"]


@pytest.fixture
def faulty(ws, book, tmp_path):
    """A workbook with faults, dressed up, and the same given back."""
    rows = [
        ["清单"],
        HEAD,
        [2018, "霞阳社区", "灯", "工程类", "消除安全隐患", "几万", 5],
        [2018, "霞阳社区", None, "道路类", "消除安全隐患", 5, None],
    ]
    path = book(项目=[*rows, [2018, "霞阳社区", "路", "工程类", "消除安全隐患", 5, 5]], 说明=[["x"]])
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["项目"]
    sheet["F3"].font, sheet["F3"].fill = Font(name="楷体", bold=True), PatternFill("solid", fgColor="FFFFFF00")
    sheet["F3"].number_format = "0.00"
    sheet["A3"].comment = Comment("批注", "陈")
    workbook["说明"]["A2"] = "=1+1"
    workbook.save(path)
    return path, plan_import(ws, path), tmp_path / "退回.xlsx"


def test_faulty_cells_are_coloured_and_the_last_column_gives_the_reasons(faulty):
    path, plan, out = faulty
    sheet = openpyxl.load_workbook(write_error_workbook(path, plan, out))["项目"]
    red = {cell.coordinate for line in sheet.iter_rows() for cell in line if cell.fill.fgColor.rgb == RED}
    assert red == {"F3", "C4", "D4"}
    assert [sheet.cell(n, 8).value for n in range(1, 6)] == [
        None,
        "导入说明",
        "「区级专项资金(元)」：“几万”不是金额，应填数字，单位元，如 12000.50",
        "「项目名称」：必填，不能为空；「项目类别」：“道路类”不在可选范围，应填其中之一：服务类、货物类、工程类",
        None,
    ]


def test_everything_else_is_unchanged(faulty):
    path, plan, out = faulty
    write_error_workbook(path, plan, out)
    before, after = openpyxl.load_workbook(path), openpyxl.load_workbook(out)
    for name in before.sheetnames:
        for line in before[name].iter_rows():
            for cell in line:
                other = after[name][cell.coordinate]
                assert (other.value, other.number_format, other.font.name) == (
                    cell.value,
                    cell.number_format,
                    cell.font.name,
                )
    assert after["项目"]["A3"].comment.text == "批注"
    assert after["项目"]["F3"].font.bold
    with zipfile.ZipFile(path) as one, zipfile.ZipFile(out) as two:
        assert one.namelist() == two.namelist()
        differing = {name for name in one.namelist() if one.read(name) != two.read(name)}
    assert differing == {"xl/worksheets/sheet1.xml", "xl/styles.xml"}


def test_a_corrected_error_workbook_is_imported_and_old_reasons_are_removed(faulty, ws):
    path, plan, out = faulty
    workbook = openpyxl.load_workbook(write_error_workbook(path, plan, out))
    workbook["项目"]["F3"] = 30000
    workbook["说明"]["A2"] = None
    workbook.save(path)
    plan = plan_import(ws, path)
    assert (plan.faulty, plan.ignored_columns) == (1, ())
    sheet = openpyxl.load_workbook(write_error_workbook(path, plan, out))["项目"]
    assert sheet.max_column == 8
    assert sheet["H3"].value is None and sheet["H4"].value.startswith("「项目名称」")
    sheet.parent["项目"]["C4"], sheet.parent["项目"]["D4"] = "桥", "服务类"
    sheet.parent.save(path)
    assert plan_import(ws, path).carry_out(ws, "陈")


def test_reasons_are_text_whatever_the_cell_contains(ws, book, tmp_path):
    path = book(项目=[HEAD, [2018, "=<&\"'{0}]]>", "灯", "x", "消除安全隐患", 1, 1]])
    workbook = openpyxl.load_workbook(path)
    workbook["项目"]["B2"].data_type = "s"
    workbook.save(path)
    plan = plan_import(ws, path)
    sheet = openpyxl.load_workbook(write_error_workbook(path, plan, tmp_path / "退回.xlsx"))["项目"]
    assert "=<&\"'{0}]]>" in sheet["H2"].value and sheet["H2"].data_type == "s"


def test_the_file_is_written_completely_or_not_at_all(faulty):
    path, plan, out = faulty
    with pytest.raises(NotWritten, match="不存在"):
        write_error_workbook(path, plan, out.parent / "没有" / "退回.xlsx")
    with pytest.raises(NotWritten, match="是文件夹"):
        write_error_workbook(path, plan, out.parent)
    assert sorted(p.name for p in out.parent.iterdir()) == [path.name]


@pytest.mark.parametrize("ending", ["xls", "ods", "csv", "html", "pasted"])
def test_another_format_comes_back_as_an_xlsx_with_the_same_cells(ws, tmp_path, ending):
    rows = [
        HEAD,
        [2018, "霞阳社区", "=灯", "工程类", "消除安全隐患", "几万", 5],
        [2018, "霞阳社区", "路", "", "x", 5, 5],
    ]
    made = {"xls": xls, "ods": lambda rows: ods(ods_table(rows)), "csv": delimited, "html": page}.get(ending, delimited)
    path = tmp_path / f"项目.{ending}"
    path.write_bytes(made(rows))
    grids = open_grids(path)
    plan, out = plan_import(ws, path), tmp_path / "退回.xlsx"
    if ending == "pasted":
        path.unlink()
        write_error_workbook(path, plan, out, grids)
    else:
        write_error_workbook(path, plan, out)
    sheet = openpyxl.load_workbook(out)["项目"]
    red = {cell.coordinate for line in sheet.iter_rows() for cell in line if cell.fill.fgColor.rgb == RED}
    assert red == {"F2", "D3", "E3"} and "几万" in sheet["H2"].value and sheet["C2"].data_type == "s"
    again = open_grids(out)
    assert [cells.pop(8).text for cells in again[0].rows.values()][:1] == ["导入说明"]
    assert again[0].rows == grids[0].rows


def test_a_grid_comes_back_from_its_xlsx(tmp_path):
    grid = CellGrid("一/二" + "长" * 40)
    grid.rows = {
        1: {1: RawCell("number", "5.8", "万元"), 2: RawCell("day", "43344"), 3: RawCell("percent", "0.25"), 4: PICTURE},
        3: {
            1: RawCell("flag", "TRUE"),
            2: RawCell("fault", "#N/A"),
            3: RawCell("text", "=1+1"),
            26: RawCell("text", "a\nb"),
        },
    }
    grid.merges, grid.hidden_rows, grid.hidden_columns = [(1, 1, 2, 1)], {3}, {2}
    path = tmp_path / "a.xlsx"
    path.write_bytes(grids_as_xlsx([grid, CellGrid("一/二" + "长" * 50)]))
    first, second = open_grids(path)
    del grid.rows[1][4]
    assert (first.rows, first.merges, first.hidden_rows, first.hidden_columns) == (
        grid.rows, grid.merges, grid.hidden_rows, grid.hidden_columns,
    )  # fmt: skip
    assert second.rows == {} and first.title[:3] == "一_二" != second.title
    assert path.read_bytes() == grids_as_xlsx([grid, CellGrid("一/二" + "长" * 50)])


def red_cells(path, title):
    sheet = openpyxl.load_workbook(path)[title]
    return {cell.coordinate for line in sheet.iter_rows() for cell in line if cell.fill.fgColor.rgb == RED}, sheet


def test_a_form_is_coloured_where_its_values_stand(ws, book, tmp_path):
    rows = [["项目名称", "灯", "申报村居", "霞阳社区"], ["资金年度", 2018, "项目类别", "道路类"],
            ["内容类型", "消除安全隐患", "受益人数", "很多"]]  # fmt: skip
    path = book(项目=rows)
    plan = plan_import(ws, path)
    assert plan.faulty == 1
    red, sheet = red_cells(write_error_workbook(path, plan, tmp_path / "退回.xlsx"), "项目")
    assert red == {"D2", "D3"} and "很多" in sheet["E3"].value and "道路类" in sheet["E2"].value


def test_the_second_table_of_a_sheet_has_its_own_reasons(ws, book, kept, tmp_path):
    kept(code="A-1")
    head, row = ["项目编号", "日期", "金额(元)", "资金来源", "收款人"], ["A-1", "2018-9-1", "几万", "专项", "某公司"]
    path = book(
        拨付=[head, row, [], ["退款登记"], ["项目编号", "退款日期", "退款金额(元)"], ["A-1", "2018-9-2", "若干"]]
    )
    plan = plan_import(ws, path, answers=Answers(sheets={"拨付#2": "退款"}))
    red, sheet = red_cells(write_error_workbook(path, plan, tmp_path / "退回.xlsx"), "拨付")
    assert red == {"C2", "C6"} and "几万" in sheet["F2"].value and "若干" in sheet["D6"].value
    assert zipfile.ZipFile(tmp_path / "退回.xlsx").testzip() is None
