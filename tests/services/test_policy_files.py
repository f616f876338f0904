"""The policy files in force: what a text editor does to a file changes no finding until somebody accepts it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest
from scripts import seal_policy_files

from haicang_desk.__main__ import main
from haicang_desk.model.policy import policy_files, rule_sets
from haicang_desk.model.policy.shipped_digests import SHIPPED_DIGESTS
from haicang_desk.model.records import BudgetLine, Category, Link, PolicyFile, Source, Village
from haicang_desk.model.services import (
    Became,
    Workspace,
    accept_policy_file,
    check,
    policy_differences,
    save,
    workspace,
)
from haicang_desk.model.services.program_digest import program_digest
from haicang_desk.model.store import verify, verify_file
from haicang_desk.model.values import Money, OnlyReadable, Refused, StoreUnusable
from haicang_desk.paths import policy_folder, resource
from tests.conftest import NOW, SOUND

SHIPPED = resource("policy", "2018.toml").read_text(encoding="utf-8")
LATER = SHIPPED.replace("from_year = 2018", "from_year = 2027").replace("〔2018〕63号", "〔2027〕8号")
LOOSER = LATER.replace('value = "200000.00"', 'value = "900000.00"')
WORDS = '[banned]\n"福利补助" = ["广场舞服"]\n'


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder of the office's own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    policy_folder().mkdir(parents=True)
    return policy_folder()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "新阳.db"


@pytest.fixture
def make(path):
    """Makes a ledger with a project of 2027 that asks for 25万 of a goods project, and a line that may be banned."""

    def made():
        with Workspace.create(path, street="新阳街道", year=2018, actor="陈", now=lambda: NOW) as ws:
            (village,) = save(ws, [Village(name="霞阳社区")], action="登记村居", person="陈")
            asked = replace(
                SOUND, code="A-1", fund_year=2027, village=Link(village.id), category=Category.GOODS,
                special=Money(25_000_000), submitted_on=date(2027, 8, 1),
            )  # fmt: skip
            (project,) = save(ws, [asked], action="登记", person="陈")
            line = BudgetLine(
                project=Link(project.id), content="广场舞服", subject="服装", amount=Money(1_000), source=Source.SPECIAL
            )
            with ws.change("预算", actor="陈") as change:
                change.save(line)

    return made


def put(folder, text, name="2027.toml"):
    (folder / name).write_text(text, encoding="utf-8")
    rule_sets.forget_rule_sets()


def opened(path):
    return Workspace.open(path, now=lambda: NOW)


def barred(ws, rule="R01"):
    return [found.limit for found in check(ws, 2027, date(2027, 9, 1)) if found.rule == rule]


def banned(ws):
    return [found for found in check(ws, 2027, date(2027, 9, 1)) if "广场舞服”，属" in found.message]


def test_the_release_ships_the_files_that_it_says():
    assert seal_policy_files.source() == seal_policy_files.TARGET.read_text(encoding="utf-8")
    assert set(SHIPPED_DIGESTS) == {each.name for each in resource("policy").glob("*.toml")}


def test_a_new_ledger_keeps_what_is_in_force(path, make, folder):
    put(folder, LATER)
    make()
    with opened(path) as ws:
        assert {each.id for each in ws.all(PolicyFile)} == {"2018.toml", "words.toml", "街道/2027.toml"}
        assert ws.policy(2027).number == "厦海政办〔2027〕8号"
        assert policy_differences(ws) == []
        assert verify(ws.conn) == ()


@pytest.mark.parametrize("how", ["changed", "removed", "broken"])
def test_a_file_that_was_edited_removed_or_broken_is_told_and_not_used(path, make, folder, how):
    put(folder, LATER)
    make()
    with opened(path) as ws:
        before, digest = barred(ws), program_digest(ws)
    if how == "removed":
        (folder / "2027.toml").unlink()
        rule_sets.forget_rule_sets()
    else:
        put(folder, LOOSER if how == "changed" else LATER.replace("[cap_goods]", "[cap_good]"))
    with opened(path) as ws:
        assert barred(ws) == before == [20_000_000]
        assert ws.policy(2027).number == "厦海政办〔2027〕8号"
        assert program_digest(ws) == digest
        (found,) = policy_differences(ws)
        assert found.became is (Became.REMOVED if how == "removed" else Became.CHANGED)
        assert str(folder / "2027.toml") in found.message
        assert "没有采用" in found.message
        if how == "changed":
            assert any("200000.00 → 900000.00" in line for line in found.lines)


def test_a_file_that_was_put_there_afterwards_is_told_and_not_used(path, make, folder):
    make()
    put(folder, LOOSER)
    put(folder, WORDS, "words.toml")
    with opened(path) as ws:
        assert barred(ws) == [20_000_000]
        assert banned(ws) == []
        assert {each.name: each.became for each in policy_differences(ws)} == {
            "2027.toml": Became.ADDED,
            "words.toml": Became.ADDED,
        }


def test_what_is_accepted_with_a_reason_is_used_journalled_and_kept(path, make, folder):
    make()
    put(folder, LOOSER)
    put(folder, WORDS, "words.toml")
    with opened(path) as ws:
        for reason in ("", "  "):
            with pytest.raises(Refused, match="理由"):
                accept_policy_file(ws, "2027.toml", reason=reason, person="陈")
        assert policy_differences(ws)
        for name in ("2027.toml", "words.toml"):
            accept_policy_file(ws, name, reason="区里下达", person="陈")
        assert barred(ws) == []
        assert banned(ws)
        actions = [row[0] for row in ws.conn.execute("SELECT action FROM journal ORDER BY seq")]
        assert actions[-2:] == ["启用政策文件：2027.toml", "启用政策文件：words.toml"]
        assert policy_differences(ws) == []
        assert verify(ws.conn) == ()
    (folder / "2027.toml").unlink()
    rule_sets.forget_rule_sets()
    with opened(path) as ws:
        assert barred(ws) == []
        accept_policy_file(ws, "2027.toml", reason="收回", person="陈")
        assert barred(ws) == [20_000_000]
        assert policy_differences(ws) == []
    put(folder, LOOSER)
    with opened(path) as ws:
        (found,) = policy_differences(ws)
        assert found.became is Became.ADDED
        accept_policy_file(ws, "2027.toml", reason="再次下达", person="陈")
        assert barred(ws) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [("2027.toml", LATER.replace("[cap_goods]", "[cap_good]")), ("2027.toml", "甲乙"), ("words.toml", "banned = 3")],
)
def test_a_text_that_cannot_be_used_is_not_accepted(path, make, folder, name, text):
    make()
    put(folder, text, name)
    with opened(path) as ws:
        before = ws.conn.execute("SELECT count(*) FROM journal").fetchone()
        with pytest.raises(Refused):
            accept_policy_file(ws, name, reason="试", person="陈")
        assert ws.conn.execute("SELECT count(*) FROM journal").fetchone() == before


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A copy of the program's own policy files, to be edited."""
    copy = tmp_path / "program" / "policy"
    shutil.copytree(resource("policy"), copy)
    monkeypatch.setattr(policy_files, "resource", lambda *parts: copy.joinpath(*parts[1:]))
    yield copy
    rule_sets.forget_rule_sets()


def test_a_shipped_file_that_was_edited_is_told_and_not_used(path, make, program):
    make()
    put(program, SHIPPED.replace('value = "200000.00"', 'value = "900000.00"'), "2018.toml")
    with opened(path) as ws:
        assert barred(ws) == [20_000_000]
        (found,) = policy_differences(ws)
        assert found.became is Became.TAMPERED
        assert "重新安装" in found.message
        with pytest.raises(Refused):
            accept_policy_file(ws, "2018.toml", reason="试", person="陈")


def test_with_an_edited_shipped_file_no_ledger_is_begun(path, make, program):
    put(program, SHIPPED.replace('value = "200000.00"', 'value = "900000.00"'), "2018.toml")
    with pytest.raises(StoreUnusable, match="重新安装"):
        make()
    assert not path.exists()


def test_what_a_new_release_ships_is_accepted_by_the_program(path, make, program, monkeypatch):
    make()
    put(program, SHIPPED.replace('value = "200000.00"', 'value = "210000.00"'), "2018.toml")
    released = {each.name: each.digest for each in policy_files.files_now() if each.shipped}
    monkeypatch.setattr(policy_files, "SHIPPED_DIGESTS", released)
    last = "SELECT action, actor FROM journal ORDER BY seq DESC LIMIT 1"
    for _ in range(2):
        with opened(path) as ws:
            assert barred(ws) == [21_000_000]
            assert policy_differences(ws) == []
            assert ws.conn.execute(last).fetchone() == ("启用新版本的政策文件", workspace.PROGRAM)
            assert ws.conn.execute("SELECT count(*) FROM journal WHERE actor = ?", (workspace.PROGRAM,)).fetchone() == (
                1,
            )


def test_a_cap_edited_in_the_ledger_itself_is_found(path, make):
    make()
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("UPDATE policy_file SET text = replace(text, '200000.00', '900000.00')")
    assert any("政策文件" in str(damage) for damage in verify_file(path))
    with pytest.raises(OnlyReadable, match="政策文件：与最后一次变更不符：全文"):
        opened(path)


def test_the_command_lists_and_accepts(path, make, folder, capsys):
    make()
    put(folder, LOOSER)
    main(["check", str(path), "--year", "2027", "--json"])
    out, err = capsys.readouterr()
    assert any(each["rule"] == "R01" for each in json.loads(out)["findings"])
    assert "没有采用" in err
    assert "2027.toml" in err
    assert main(["policy", str(path), "--accept", "2027.toml"]) == 3
    assert main(["policy", str(path), "--accept", "2028.toml", "--reason", "试"]) == 3
    capsys.readouterr()
    assert main(["policy", str(path), "--accept", "2027.toml", "--reason", "区里下达", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {each["name"] for each in listed["files"]} == {"2018.toml", "words.toml", "2027.toml"}
    assert listed["differences"] == []
    main(["check", str(path), "--year", "2027", "--json"])
    assert not any(each["rule"] == "R01" for each in json.loads(capsys.readouterr().out)["findings"])
