"""What a foreign workbook says is data: never a formula, SQL, a pattern or a path, on its way in and out again."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import zipfile
from contextlib import closing

import openpyxl
import pytest

from haicang_desk.cli import run

HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://x","y")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "'; DROP TABLE project; --",
    "x' OR '1'='1",
    "100%_\\",
    "../../../etc/passwd",
    "C:\\x\\..\\y",
    "<b>粗</b>&amp;",
    "{{7*7}}%s{0}",
)


@pytest.fixture
def store(tmp_path):
    path, book = tmp_path / "a.db", tmp_path / "a.xlsx"
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.title = "村居"
    for row in (("村居", "简码", "类型"), ("霞阳社区", "XY", "社区")):
        sheet.append(row)
    sheet = made.create_sheet("项目")
    sheet.append(("资金年度", "村居", "项目名称", "项目类别", "内容类型"))
    for number, text in enumerate(HOSTILE, 2):
        sheet.append((2018, "霞阳社区", text, "工程类", "村居环境整治"))
        sheet.cell(number, 3).data_type = "s"
    made.save(book)
    assert run(["init", str(path), "--street", "新阳街道", "--year", "2018"]) == 0
    assert run(["import", str(path), str(book)]) == 0
    return path


def titles(store):
    with closing(sqlite3.connect(store)) as conn:
        return {title for (title,) in conn.execute("SELECT title FROM project")}


def test_every_text_is_stored_and_found_as_it_is(store, capsys):
    assert titles(store) == set(HOSTILE)
    capsys.readouterr()
    assert run(["check", str(store), "--json"]) in (0, 1)
    json.loads(capsys.readouterr().out)
    assert run(["verify", str(store)]) == 0


def test_no_text_becomes_a_formula_in_what_is_exported(store, tmp_path):
    out = tmp_path / "out.xlsx"
    assert run(["export", str(store), str(out)]) == 0
    book = openpyxl.load_workbook(out)
    assert [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    column = next(cell.column for cell in book["项目"][1] if str(cell.value).startswith("项目名称"))
    assert {row[column - 1].value for row in book["项目"].iter_rows(min_row=2)} == set(HOSTILE)
    with zipfile.ZipFile(out) as archive:
        assert all(b"<f>" not in archive.read(name) for name in archive.namelist())


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice, the second reader, is not on this machine")
def test_another_program_calculates_nothing_of_it(store, tmp_path):
    out = tmp_path / "out.xlsx"
    assert run(["export", str(store), str(out)]) == 0
    subprocess.run(
        ["soffice", "--headless", "--convert-to", "fods", "--outdir", str(tmp_path), str(out)], check=True, timeout=120
    )
    assert "table:formula" not in (tmp_path / "out.fods").read_text(encoding="utf-8")
