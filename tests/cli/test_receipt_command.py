"""The command ``receipt``: written for one village, never in place of a store, read back by ``import``."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from haicang_desk.__main__ import main

BOOK = Path(__file__).parents[1] / "data" / "莞城街道2023首批.xlsx"


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    path = tmp_path / "莞城.db"
    assert main(["init", str(path), "--street", "莞城街道", "--year", "2023"]) == 0
    assert main(["import", str(path), str(BOOK)]) == 0
    return path


def village_of(book=BOOK):
    return openpyxl.load_workbook(book)["村居"]["A2"].value


def test_a_renamed_project_comes_back_as_the_same_one(store, tmp_path, capsys):
    out = tmp_path / "回执.xlsx"
    assert main(["receipt", str(store), "--village", village_of(), "--out", str(out)]) == 0
    workbook = openpyxl.load_workbook(out)
    sheet = workbook["项目"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    assert {"项目编号", "记录号", "回执：办理阶段", "回执：已拨付(元)"} <= heads.keys() and sheet.max_row > 1
    sheet.cell(2, heads["项目名称"]).value = "改过的名称"
    workbook.save(out)
    capsys.readouterr()
    assert main(["import", str(store), str(out), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["new"], said["updated"], said["errors"], said["written"]) == (0, 1, [], True)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--village", "没有这个", "--out", "回执.xlsx"], 3),
        (["--village", "x", "--out", "回执.pdf"], 2),
        (["--out", "回执.xlsx"], 2),
        (["--village", "x"], 2),
    ],
)
def test_wrong_use_is_refused(store, tmp_path, monkeypatch, arguments, code):
    monkeypatch.chdir(tmp_path)
    assert main(["receipt", str(store), *arguments]) == code
    assert not list(tmp_path.glob("回执*"))


def test_it_takes_the_place_of_no_store(store):
    held = store.read_bytes()
    assert main(["receipt", str(store), "--village", village_of(), "--out", str(store)]) == 5
    assert store.read_bytes() == held
