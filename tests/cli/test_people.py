"""Signing in on the command line: writing commands need a password where people sign in, questions do not."""

from __future__ import annotations

import json
import os

import pytest

from haicang_desk.cli import run
from haicang_desk.cli.console import DONE, MISUSED, REFUSED
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import verify_file
from tests.services.office_people import make_quick

ADMIN, CLERK, FIRST = "Admin-pass-2018", "Clerk-pass-2018", "First-pass-2018"


@pytest.fixture
def store(tmp_path, monkeypatch):
    make_quick(monkeypatch)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    path = tmp_path / "新阳.db"
    Workspace.create(path, street="新阳街道", year=2026).close()
    return path


@pytest.fixture
def secret(tmp_path):
    """Writes a password file that only its owner may read."""

    def written(password, mode=0o600):
        path = tmp_path / f"{abs(hash(password))}.txt"
        path.write_text(password + "\n第二行\n", encoding="utf-8")
        path.chmod(mode)
        return str(path)

    return written


def command(*arguments):
    return run([str(each) for each in arguments])


def set_up(store, secret, capsys):
    assert command("people", store, "setup", "王主任", "--new-password-file", secret(ADMIN), "--json") == DONE
    return json.loads(capsys.readouterr().out)["recovery_code"]


def test_people_are_set_up_added_and_listed(store, secret, capsys):
    assert command("people", store) == DONE
    assert "没有设置登录" in capsys.readouterr().err
    assert len(set_up(store, secret, capsys)) == 34
    admin = ("--operator", "王主任", "--password-file", secret(ADMIN))
    added = ("add", "陈静", "--role", "经办", "--role", "复核", "--new-password-file", secret(FIRST))
    assert command("people", store, *added, *admin) == DONE
    assert command("people", store, "--json") == DONE
    listed = json.loads(capsys.readouterr().out)["accounts"]
    assert [(each["name"], each["roles"], each["active"]) for each in listed] == [
        ("王主任", ["管理员"], True), ("陈静", ["经办", "复核"], True),
    ]  # fmt: skip
    own = ("--operator", "陈静", "--password-file", secret(FIRST))
    assert command("people", store, "password", "--new-password-file", secret(CLERK), *own) == DONE
    assert "恢复码：" in capsys.readouterr().out
    assert command("people", store, "roles", "陈静", "--role", "财务", *admin) == DONE
    assert command("people", store, "disable", "陈静", *admin) == DONE
    assert command("people", store, "enable", "陈静", *admin) == DONE
    assert command("people", store, "reset", "陈静", "--new-password-file", secret(FIRST), *admin) == DONE
    assert verify_file(store) == ()


def test_a_writing_command_needs_a_password_and_a_question_does_not(store, secret, capsys, tmp_path):
    set_up(store, secret, capsys)
    template = tmp_path / "空白.xlsx"
    assert command("template", template) == DONE
    before = store.read_bytes()
    for more, told in (
        ((), "要登录才能写入"),
        (("--operator", "王主任"), "要用密码登录"),
        (("--operator", "李四", "--password-file", secret(ADMIN)), "没有“李四”的账户"),
        (("--operator", "王主任", "--password-file", secret("wrong")), "密码不对"),
        (("--operator", "王主任", "--password-file", secret(ADMIN)), "请等"),
        (("--operator", "王主任", "--password-file", tmp_path / "没有.txt"), "读不出来"),
    ):
        assert command("import", store, template, *more) == REFUSED
        assert told in capsys.readouterr().err
    assert store.read_bytes() == before
    for question in (("check",), ("budget",), ("verify",), ("export", tmp_path / "出.xlsx"), ("people",)):
        assert command(question[0], store, *question[1:]) in (DONE, 1)
    assert command("import", store, template, "--dry-run") == DONE


def test_what_an_administrator_gave_opens_no_command_but_its_change(store, secret, capsys, tmp_path):
    set_up(store, secret, capsys)
    admin = ("--operator", "王主任", "--password-file", secret(ADMIN))
    assert (
        command("people", store, "add", "陈静", "--role", "经办", "--new-password-file", secret(FIRST), *admin) == DONE
    )
    template = tmp_path / "空白.xlsx"
    command("template", template)
    assert command("import", store, template, "--operator", "陈静", "--password-file", secret(FIRST)) == REFUSED
    assert "换成自己的" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="others are told from the owner by the mode of a file")
def test_a_password_file_that_others_may_read_is_told(store, secret, capsys):
    assert command("people", store, "setup", "王主任", "--new-password-file", secret(ADMIN, 0o644)) == DONE
    assert "别人也能读" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("setup",), "要写姓名"), (("setup", "王主任"), "--new-password-file"), (("frob",), "不能是"),
        (("add", "陈静", "--role", "主席"), "没有“主席”这个角色"),
    ],
)  # fmt: skip
def test_wrong_usage_is_told(store, capsys, arguments, told):
    assert command("people", store, *arguments) == MISUSED
    assert told in capsys.readouterr().err


def test_no_password_is_in_what_the_program_writes_or_says(store, secret, capsys, tmp_path, monkeypatch):
    """Not in the store, the log, the waits, a crash report, or on the screen."""
    code = set_up(store, secret, capsys)
    command("people", store, "disable", "谁", "--operator", "王主任", "--password-file", secret("Wrong-guess-77"))
    monkeypatch.setattr("haicang_desk.cli.people_command._act", lambda *_: 1 // 0)
    assert command("people", store, "reset", "王主任", "--new-password-file", secret(FIRST)) == 70
    said = capsys.readouterr()
    kept = b"".join(path.read_bytes() for path in (store, *(tmp_path / "data").rglob("*")) if path.is_file())
    assert list((tmp_path / "data").rglob("haicang-desk-*.txt"))
    for word in (ADMIN, FIRST, "Wrong-guess-77", code):
        assert word.encode() not in kept
        assert word not in said.out + said.err
