"""``verify`` and ``accept``: what lies outside the file, and lists of codes typed from paper."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from haicang_desk.__main__ import main
from haicang_desk.model.records import Village
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import last_head
from tests.model.street import built


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    path = tmp_path / "新阳.db"
    built(path).close()
    with Workspace.open(path):
        pass
    return path


@pytest.fixture
def older(store):
    """The file of before the last two changes, put back."""
    before = store.read_bytes()
    with Workspace.open(store) as ws:
        for leader in "王李":
            with ws.change("修改村居", actor="陈") as change:
                change.save(replace(ws.all(Village)[0], leader=leader))
    store.write_bytes(before)
    return store


def test_a_store_agrees_with_what_this_computer_saw(store, capsys):
    assert main(["verify", str(store), "--json"]) == 0
    anchors = json.loads(capsys.readouterr().out)["anchors"]
    assert anchors["intact"] is True and anchors["broken"] == []
    assert anchors["seen"]["seq"] == anchors["head"]["seq"] == anchors["unsigned"] and anchors["signed"] == 0
    assert main(["verify", str(store)]) == 0
    assert "与本机上次所见相符" in capsys.readouterr().err


def test_an_older_store_is_told_by_verify_and_questions_and_refused_by_what_writes(older, capsys, tmp_path):
    assert main(["verify", str(older), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["sound"] is True and [each["anchor"] for each in said["anchors"]["broken"]] == ["本机上次所见"]
    assert main(["budget", str(older)]) == 0
    assert "缺 2 次变更" in capsys.readouterr().err
    photograph = tmp_path / "合同.pdf"
    photograph.write_bytes(b"%PDF-1.4")
    assert main(["attach", str(older), "XYJD-XYSQ-2026-01", str(photograph)]) in (3, 4)
    assert main(["accept", str(older), "--reason", "换了电脑", "--operator", "陈静"]) == 0
    assert main(["verify", str(older)]) == 0
    assert "陈静 恢复到" in capsys.readouterr().err
    assert main(["accept", str(older), "--reason", "再来"]) == 3


def test_a_list_of_codes_from_paper_is_looked_up(store, capsys, tmp_path):
    with Workspace.open(store) as ws:
        codes = [row[0][:16] for row in ws.conn.execute("SELECT hash FROM journal ORDER BY seq DESC LIMIT 2")]
        assert codes[0] == last_head(ws.conn).code
    listed = tmp_path / "抄下.txt"
    listed.write_text("\n".join(f"审批表　存证码：{code}" for code in codes), encoding="utf-8")
    assert main(["verify", str(store), "--codes", str(listed)]) == 0
    assert "都在台账里" in capsys.readouterr().err
    assert main(["verify", str(store), "--code", codes[0], "--code", "0123456789abcdef", "--json"]) == 1
    first, second = json.loads(capsys.readouterr().out)["codes"]
    assert first["code"] == codes[0] and first["vouched"] is True and second["vouched"] is False
    listed.write_text("没有一个", encoding="utf-8")
    assert main(["verify", str(store), "--codes", str(listed)]) == 3
    assert main(["verify", str(store), "--codes", str(tmp_path / "不在.txt")]) == 3
