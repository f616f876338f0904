"""The commands ``template``, ``import`` and ``export``, with a real workbook of a street."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from haicang_desk.__main__ import main
from haicang_desk.model.services import Workspace

BOOK = Path(__file__).parents[1] / "data" / "莞城街道2023首批.xlsx"


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "莞城.db"
    assert main(["init", str(path), "--street", "莞城街道", "--year", "2023"]) == 0
    return path


def told(capsys):
    out = capsys.readouterr().out
    return json.loads(out)


def test_a_dry_run_writes_nothing(store, capsys):
    before = store.read_bytes()
    capsys.readouterr()
    assert main(["import", str(store), str(BOOK), "--dry-run", "--json"]) == 0
    said = told(capsys)
    assert (said["read"], said["new"], said["written"]) == (31, 31, False)
    assert store.read_bytes() == before


def test_importing_twice_changes_nothing(store, capsys, data_folder):
    capsys.readouterr()
    assert main(["import", str(store), str(BOOK), "--json", "--operator", "陈静"]) == 0
    first = told(capsys)
    assert first["written"] is True
    assert first["read"] == first["new"] + first["updated"] + first["unchanged"] == 31
    held = store.read_bytes()
    assert main(["import", str(store), str(BOOK), "--json"]) == 0
    again = told(capsys)
    assert (again["unchanged"], again["written"]) == (31, False)
    assert store.read_bytes() == held
    with Workspace.open(store) as ws:
        assert ws.conn.execute("SELECT actor FROM journal ORDER BY seq DESC LIMIT 1").fetchone() == ("陈静",)
    assert len(list(data_folder.rglob("backups/*/*.db"))) == 1


def test_export_and_import_give_the_same_balances_and_findings(store, capsys, tmp_path):
    other, book = tmp_path / "另一个.db", tmp_path / "台账.xlsx"
    main(["import", str(store), str(BOOK)])
    assert main(["export", str(store), str(book)]) == 0
    main(["init", str(other), "--street", "莞城街道", "--year", "2023"])
    assert main(["import", str(other), str(book)]) == 0
    answers = []
    for path in (store, other):
        capsys.readouterr()
        main(["check", str(path), "--as-of", "2023-07-14", "--json"])
        found = told(capsys)
        main(["budget", str(path), "--as-of", "2023-07-14", "--json"])
        answers.append((found["findings"], told(capsys)))
    assert answers[0] == answers[1]
    assert len(answers[0][0]) > 9


def test_a_faulty_cell_refuses_the_whole_workbook(store, capsys, tmp_path):
    book = openpyxl.load_workbook(BOOK)
    book["项目"]["N3"] = "约五万"
    bad = tmp_path / "有误.xlsx"
    book.save(bad)
    before = store.read_bytes()
    capsys.readouterr()
    assert main(["import", str(store), str(bad), "--json"]) == 3
    said = told(capsys)
    (asked,) = said["questions"]
    assert (asked["sheet"], asked["row"], asked["column"], asked["value"]) == ("项目", 3, "区级专项资金(元)", "约五万")
    assert (asked["kind"], asked["proposal"]) == ("value", "五万")
    assert said["written"] is False
    assert store.read_bytes() == before
    assert main(["import", str(store), str(bad)]) == 3
    out, err = capsys.readouterr()
    assert "约五万" in out and "什么都不写" in err


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_workbook_is_refused(store, content, capsys, tmp_path):
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(content)
    capsys.readouterr()
    assert main(["import", str(store), str(bad), "--json"]) == 3
    out, err = capsys.readouterr()
    said = json.loads(out)
    assert said["written"] is False and said["errors"][0]["reason"] in err


def test_a_missing_workbook_or_folder_is_said_plainly(store, capsys, tmp_path):
    assert main(["import", str(store), str(tmp_path / "没有.xlsx")]) == 3
    assert main(["export", str(store), str(tmp_path / "没有" / "出.xlsx")]) == 5
    err = capsys.readouterr().err
    assert "Traceback" not in err and "没有.xlsx" in err


def test_no_import_goes_on_without_a_backup(store, capsys, tmp_path):
    shutil.rmtree(tmp_path / "data")
    (tmp_path / "data").write_text("a file where the folder should be")
    before = store.read_bytes()
    assert main(["import", str(store), str(BOOK)]) == 5
    told_why = capsys.readouterr().err
    assert "导入之前要先备份，备份没有做成" in told_why and "导入没有进行" in told_why and "请检查" in told_why
    assert store.read_bytes() == before
    (tmp_path / "data").unlink()
    assert main(["import", str(store), str(BOOK)]) == 0


def test_the_example_rows_of_the_template_are_not_imported(store, tmp_path, capsys):
    out = tmp_path / "申报.xlsx"
    assert main(["template", str(out)]) == 0
    capsys.readouterr()
    assert main(["import", str(store), str(out), "--json"]) == 0
    assert told(capsys)["read"] == 0
