"""Workbooks that another program opened and saved again read as they did before.

Those in tests/data/libreoffice were saved by LibreOffice Calc; where it is installed, the soak has it save a fresh one.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from random import Random

import openpyxl
import pytest

from haicang_desk.model.spreadsheet import export_ledger, plan_import
from haicang_desk.model.spreadsheet.template import write_template
from tests.spreadsheet.conftest import SAMPLE, store_of
from tests.spreadsheet.ledgers import fill, held

SAVED = Path(__file__).parent.parent / "data" / "libreoffice"


def taken(template, path, street="新阳街道", year=2018):
    """What a new store holds once it took in the whole workbook."""
    ws = store_of(template, street, year)
    plan = plan_import(ws, path)
    assert (plan.errors, plan.ignored_columns) == ((), ())
    assert plan.carry_out(ws, "陈") and plan.read > 20
    return ws


def without_ids(ws):
    """The records by what they say; a project's or village's own id differs from store to store."""
    return {
        label: [[getattr(row, name) for name, said in row.fields.items() if not said.refers] for row in rows]
        for label, rows in held(ws).items()
    }


def formulas(path):
    book = openpyxl.load_workbook(path)
    return [cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_ledger_saved_again_is_the_same_ledger(template):
    ours, theirs = SAVED / "台账（原）.xlsx", SAVED / "台账（另存）.xlsx"
    with taken(template, theirs) as one, taken(template, ours) as other:
        assert held(one) == held(other)
    assert formulas(theirs) == []


def test_the_sample_saved_again_is_the_same_batch(template):
    saved_again = SAVED / "莞城街道2023首批（另存）.xlsx"
    theirs, ours = (taken(template, book, "莞城街道", 2023) for book in (saved_again, SAMPLE))
    with theirs, ours:
        assert without_ids(theirs) == without_ids(ours)


def rewritten(path: Path, out: Path, change) -> Path:
    """The same workbook with each sheet's XML changed."""
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in book.namelist():
            data = book.read(name)
            made.writestr(name, change(data.decode()).encode() if name.startswith("xl/worksheets/sheet") else data)
    return out


def _first_sheet(path: Path) -> str:
    with zipfile.ZipFile(path) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize(
    ("pattern", "instead"),
    [
        (r'<dimension ref="[^"]*" ?/>', '<dimension ref="A1"/>'),  # WPS Office writes so
        (r"</worksheet>", "<extLst/></worksheet>"),
    ],
    ids=["wrong size", "extensions"],
)
def test_what_other_programs_write_differently_reads_the_same(template, tmp_path, pattern, instead):
    assert re.search(pattern, _first_sheet(SAVED / "台账（另存）.xlsx"))
    theirs = rewritten(SAVED / "台账（另存）.xlsx", tmp_path / "别家.xlsx", lambda xml: re.sub(pattern, instead, xml))
    with taken(template, theirs) as one, taken(template, SAVED / "台账（原）.xlsx") as other:
        assert held(one) == held(other)


@pytest.mark.soak
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("seed", range(5))
def test_libreoffice_saves_a_fresh_ledger_and_the_template_as_they_are(ws, template, tmp_path, seed):
    fill(ws, Random(seed), projects=6, each=2)
    ours = [export_ledger(ws, tmp_path / "台账.xlsx"), write_template(tmp_path / "模板.xlsx")]
    kept = tmp_path / "另存"
    command = ["soffice", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", kept, *ours]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    with taken(template, kept / "台账.xlsx") as one, taken(template, ours[0]) as other:
        assert held(one) == held(other)
    assert formulas(kept / "台账.xlsx") == []
    with store_of(template, "新阳街道", 2018) as empty:
        blank = plan_import(empty, kept / "模板.xlsx")
    assert (blank.read, blank.errors, blank.ignored_columns) == (0, (), ())
