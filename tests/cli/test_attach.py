"""The command ``attach``: files are kept with a project as the window keeps them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from haicang_desk.__main__ import main
from haicang_desk.model.records import Attachment, Phase
from haicang_desk.model.services import Workspace
from haicang_desk.model.services.attachments import PHASE_OF_ITEM
from tests.model.street import built
from tests.scanning import pdf, photograph


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "新阳.db"
    built(path).close()
    return path


@pytest.fixture
def code(store):
    with Workspace.open(store) as ws:
        return next(case.project.code for case in ws.casefiles() if case.project.submitted_on)


@pytest.fixture
def files(tmp_path):
    paths = tmp_path / "合同.pdf", tmp_path / "现场.jpg"
    for path, data in zip(paths, (pdf((595, 842)), photograph()), strict=True):
        path.write_bytes(data)
    return [str(path) for path in paths]


def attached_now(ws, code):
    return ws.casefile(ws.project(code).id).attachments


def attached(store, code):
    with Workspace.open(store) as ws:
        return attached_now(ws, code)


def test_files_are_kept_with_the_project_under_their_name(store, code, files, capsys):
    assert main(["attach", str(store), code, *files, "--as", "合同", "--operator", "陈静"]) == 0
    out, err = capsys.readouterr()
    assert [line.split() for line in out.splitlines()[2:]] == [
        ["实施", "合同", "合同.pdf"],
        ["实施", "合同", "现场.jpg"],
    ]
    assert "已把 2 个文件存进" in err
    assert [(each.name, each.item, each.phase) for each in attached(store, code)] == [
        ("合同.pdf", "合同", Phase.CARRYING),
        ("现场.jpg", "合同", Phase.CARRYING),
    ]
    with Workspace.open(store) as ws:
        assert ws.read_blob(attached_now(ws, code)[0].digest) == Path(files[0]).read_bytes()
    assert main(["verify", str(store)]) == 0


def test_without_a_name_each_file_is_what_its_own_name_says(store, code, files, capsys):
    """Never silently the paper that happens to be missing."""
    assert main(["attach", str(store), code, *files, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    kept = attached(store, code)
    assert said["project"] == code
    assert {(each["item"], each["name"], each["sha256"]) for each in said["files"]} == {
        (each.item, each.name, each.digest) for each in kept
    }
    assert {(each.item, each.phase) for each in kept if each.item == "合同"} == {("合同", Phase.CARRYING)}
    assert {each.item for each in kept} == {"合同", "现场"}


def test_what_cannot_be_kept_is_refused_and_nothing_is_written(store, code, files, tmp_path, capsys):
    wrong = tmp_path / "说明.docx"
    wrong.write_bytes(b"PK\x03\x04")
    for arguments, exit_code in (
        ([code, files[0], str(wrong), "--as", "合同"], 3),
        ([code, str(tmp_path / "没有.pdf"), "--as", "合同"], 3),
        (["没有", files[0], "--as", "合同"], 3),
        ([code, "--as", "合同"], 2),
        ([code, files[0], "--as", " "], 2),
    ):
        assert main(["attach", str(store), *arguments]) == exit_code, arguments
        assert capsys.readouterr().err
    assert not attached(store, code)
    assert main(["attach", str(tmp_path / "没有.db"), code, files[0]]) == 4


def test_every_name_that_is_proposed_has_its_phase():
    assert set(PHASE_OF_ITEM) == set(Attachment.fields["item"].suggests)
