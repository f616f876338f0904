"""Workbooks on paper: A4 across, legible, headings and names on every page, rows as high as their text."""

import random
from datetime import date

import openpyxl
import pytest

from haicang_desk.model.documents.issuing import quarterly_workbook_of
from haicang_desk.model.spreadsheet import export_ledger
from haicang_desk.model.spreadsheet.template import write_template
from haicang_desk.model.spreadsheet.write.sheet_paper import LINE, TALLEST, pages_across, row_height
from haicang_desk.model.spreadsheet.write.xlsx_writer import new_workbook, write_table
from tests.documents.reference import filled_year
from tests.spreadsheet.ledgers import fill


def test_a_row_is_as_high_as_its_highest_text():
    assert row_height([("短", 20), ("", 20)]) is None
    assert row_height([("字" * 19, 20)]) == pytest.approx(2 * LINE + 3)  # 38 characters in a room of 19
    assert row_height([("一\n二\n三", 20)]) == pytest.approx(3 * LINE + 3)
    assert row_height([("字" * 19, 20), ("字" * 300, 20)]) == TALLEST
    assert row_height([("a" * 19, 20)]) is None


def test_a_sheet_is_as_many_pages_wide_as_it_needs_to_be_legible():
    assert pages_across([20] * 5) == 1
    assert pages_across([20] * 10) == 1
    assert pages_across([20] * 11) == 2
    assert pages_across([20] * 40, repeated=3) == 6  # 37 columns of 20 in a room of 200 less 60, each
    assert pages_across([150, 90], repeated=2) == 1  # what is on every page fills it alone


def test_the_ledger_prints_without_what_only_an_import_needs(ws, tmp_path):
    fill(ws, random.Random(1))
    book = openpyxl.load_workbook(export_ledger(ws, tmp_path / "册.xlsx"))
    for sheet in book.worksheets:
        heads = [cell.value for cell in sheet[1]]
        last = sheet.print_area.rpartition("$")[0].rpartition("$")[2]
        printed = heads[: openpyxl.utils.column_index_from_string(last)]
        assert not {"记录号", "记录版本"} & set(printed), sheet.title
        assert heads[len(printed) :] in ([], heads[heads.index("记录号") if "记录号" in heads else -1 :]), sheet.title
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.print_options.gridLines
        assert "&P" in sheet.oddFooter.center.text and sheet.oddFooter.left.text == sheet.title
    projects = book["项目"]
    assert projects.page_setup.fitToWidth > 3
    assert projects.print_title_cols == "$A:$D"


def test_what_people_wrote_is_whole_on_paper(ws, kept, tmp_path):
    kept(code="LWJD-LWSQ-2018-01", title="六十个字的名称" * 8, need="必要性" * 90)
    sheet = openpyxl.load_workbook(export_ledger(ws, tmp_path / "册.xlsx"))["项目"]
    widths = {cell.value: sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]}
    assert widths["项目编号"] >= len("LWJD-LWSQ-2018-01")
    lines = -(-2 * len("必要性" * 90) // (widths["必要性"] - 1))
    assert sheet.row_dimensions[2].height >= lines * LINE
    assert sheet["D2"].alignment.wrap_text


def test_the_quarterly_workbook_repeats_title_heads_and_names(tmp_path):
    out = tmp_path / "季报.xlsx"
    out.write_bytes(quarterly_workbook_of(filled_year(), 2018, 3, date(2018, 10, 8)))
    book = openpyxl.load_workbook(out)
    for sheet in book.worksheets:
        assert sheet.print_title_rows == "$1:$3" and sheet.page_setup.fitToHeight == 0
        assert not sheet.merged_cells.ranges  # a merged title would be cut between two pages
        for row in sheet.iter_rows(min_row=3):
            texts = [(c.value, sheet.column_dimensions[c.column_letter].width) for c in row if isinstance(c.value, str)]
            needed = row_height(texts) if row[0].border.left.style else None
            assert (sheet.row_dimensions[row[0].row].height or LINE) >= (needed or 0)
    assert book["明细"].print_title_cols == "$A:$D" and book["明细"].page_setup.fitToWidth > 1


def test_blank_workbook_and_plain_tables_are_set_up_too(tmp_path):
    for sheet in openpyxl.load_workbook(write_template(tmp_path / "空.xlsx")).worksheets[:-1]:
        assert sheet.print_title_rows == "$1:$1" and sheet.page_setup.fitToHeight == 0
    with new_workbook(tmp_path / "表.xlsx") as book:
        write_table(book, "A'B & C", ["甲", "乙"], [("字" * 80, 1)])
    sheet = openpyxl.load_workbook(tmp_path / "表.xlsx").worksheets[0]
    assert (
        sheet.print_area == "'A''B & C'!$A$1:$B$2" and sheet.oddFooter.left.text == "A'B && C"
    )  # doubled: a code of its own
    assert sheet.row_dimensions[2].height > 2 * LINE
