"""The columns of reader, export and template derive from the fields of the records."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import openpyxl
import pytest

from haicang_desk.model.records import RECORDS, Project
from haicang_desk.model.spreadsheet import export_ledger, read_workbook
from haicang_desk.model.spreadsheet.columns import ID, RECORD_ID, folded, heading_of, sheet_columns
from haicang_desk.model.spreadsheet.read.mapping import matches
from haicang_desk.model.spreadsheet.read.raw_tables import ColumnHeading
from haicang_desk.model.spreadsheet.read.units import units_in_heading
from haicang_desk.model.spreadsheet.template import SHEETS, write_template


@pytest.mark.parametrize("cls", RECORDS, ids=lambda cls: cls.table)
def test_every_heading_of_a_sheet_is_read_as_its_own_column(cls):
    for column in sheet_columns(cls):
        read = matches(cls, ColumnHeading(1, (column.heading,), column.heading))[0]
        assert (read.name, read.own, read.sure) == (column.name, True, True)
        assert [unit.factor for unit in units_in_heading(column.heading)] == [1] * (column.heading[-3:] == "(元)")
        assert heading_of(cls, column.name) == column.heading
    assert matches(cls, ColumnHeading(1, (RECORD_ID,), RECORD_ID))[0].name == ID
    assert {column.name for column in sheet_columns(cls)} >= set(cls.fields)


def test_a_new_label_is_the_heading_in_export_and_template(ws, tmp_path, monkeypatch):
    fields = {**Project.fields, "place": replace(Project.fields["place"], label="所在之处")}
    monkeypatch.setattr(Project, "fields", fields)
    export, template = export_ledger(ws, tmp_path / "册.xlsx"), write_template(tmp_path / "样.xlsx")
    for path in (export, template):
        headings = [cell.value for cell in openpyxl.load_workbook(path)[Project.label][1]]
        assert "所在之处" in [heading.rstrip("*") for heading in headings]


def test_every_heading_of_the_template_is_read(tmp_path):
    workbook = read_workbook(write_template(tmp_path / "样.xlsx"))
    assert workbook.ignored_columns == ()
    assert {sheet.record for sheet in workbook.sheets} == set(SHEETS)


def test_marks_that_nobody_sees_are_no_part_of_a_name():
    unseen = "".join(chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf")
    assert len(unseen) > 150 and folded(f"新{unseen}垵\ufe0f村\U000e0100") == "新垵村"
