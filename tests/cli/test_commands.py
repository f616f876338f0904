"""Commands as scripts use them: exit codes, the two streams, JSON, and no traceback on any error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from haicang_desk.__main__ import main
from haicang_desk.cli.command_table import COMMANDS
from haicang_desk.model.records import Category, Link, Project, Village, VillageKind
from haicang_desk.model.services import Workspace, save, take_step
from haicang_desk.model.values import Money

ROOT = Path(__file__).parents[2]
LIGHT = ("init", "check", "budget", "show", "verify", "backup", "restore")


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def store(tmp_path):
    """A street with one village and one works project that breaks R02."""
    path = tmp_path / "新阳街道.db"
    with Workspace.create(path, street="新阳街道", year=2026, actor="陈") as ws:
        (village,) = save(ws, [Village(name="霞阳社区", kind=VillageKind.COMMUNITY)], action="登记村居", person="陈")
        lamps = Project(
            code="XYJD-XYSQ-2026-01",
            fund_year=2026,
            village=Link(village.id),
            title="楼道照明更换",
            category=Category.WORKS,
            special=Money(7_000_000),
            donated_cash=Money(3_000_000),
            submitted_on=date(2026, 3, 2),
        )
        save(ws, [lamps], action="登记", person="陈")
    return path


def test_a_new_store_breaks_no_rule(tmp_path, capsys):
    store = tmp_path / "新.db"
    assert main(["init", str(store), "--street", "新阳街道", "--year", "2026"]) == 0
    assert main(["check", str(store), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["year"], said["policy"]) == (2026, "厦海政办〔2018〕63号")
    assert {found["level"] for found in said["findings"]} <= {"warn", "info"}


def test_check_names_what_is_missing_in_fen(store, capsys):
    assert main(["check", str(store), "--as-of", "2026-11-22", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert set(said) == {"store", "year", "as_of", "policy", "findings"}
    (found,) = [each for each in said["findings"] if each["rule"] == "R02"]
    assert set(found) == {
        *("rule", "clause", "level", "year", "scope", "subject"),
        *("measured", "limit", "shortfall_fen", "message", "excused_by"),
    }
    assert (found["level"], found["scope"], found["subject"]) == ("block", "project", "XYJD-XYSQ-2026-01")
    assert (found["clause"], found["shortfall_fen"], found["excused_by"]) == ("三(一)¶9", 1_000_000, None)


def test_check_for_people_is_a_table_on_stdout_and_a_sum_on_stderr(store, capsys):
    assert main(["check", str(store)]) == 1
    out, err = capsys.readouterr()
    assert "10,000.00 元" in out
    assert "硬" in err and "厦海政办〔2018〕63号" in err


def test_check_with_drafts_shows_findings_and_balances_and_writes_nothing(store, capsys):
    before = store.read_bytes()
    code = "XYJD-XYSQ-2026-01"
    assert main(["check", str(store), "--as-of", "2026-03-20", "--draft", code, code, "--json"]) == 1
    out, err = capsys.readouterr()
    said = json.loads(out)
    assert set(said) == {*("store", "year", "as_of", "policy", "findings"), *("drafts", "before", "after", "cures")}
    assert (said["year"], said["drafts"], err) == (2026, [code], "")
    assert set(said["before"]) == set(said["after"]) == {"year", "as_of", "street", "villages"}
    assert [said[key]["street"]["approved_special_fen"] for key in ("before", "after")] == [0, 7_000_000]
    assert {"R02", "R05", "R06", "R08"} <= {found["rule"] for found in said["findings"]}
    assert [(c["rule"], c["base"], c["unit"], c["turn"], c["add"]) for c in said["cures"]] == [
        ("R05", "项目数", "count", 1, 1),
        ("R06", "总资金", "fen", 4_000_000, 6_666_667),
        ("R06", "专项资金", "fen", 2_800_000, 4_666_667),
        ("R08", "项目数", "count", 1, 1),
    ]
    assert store.read_bytes() == before


def test_check_with_drafts_for_people_shows_both_balances_and_the_cure(store, capsys):
    assert main(["check", str(store), "--draft", "XYJD-XYSQ-2026-01"]) == 1
    out, err = capsys.readouterr()
    assert "霞阳社区 现在" in out and "霞阳社区 批准后" in out and "怎样调整就能达标" in out
    assert "没有写入台账" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--draft", "XYJD-没有-2026-01"], "XYJD-没有-2026-01"),
        (["--draft", "XYJD-XYSQ-2026-01", "--year", "2025"], "资金年度是 2026"),
    ],
)
def test_drafts_that_cannot_be_tried_are_refused(store, arguments, told, capsys):
    assert main(["check", str(store), *arguments, "--json"]) == 3
    out, err = capsys.readouterr()
    assert told in err and out == ""


def test_budget_is_as_the_contract_has_it(store, capsys):
    assert main(["budget", str(store), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert set(said) == {"year", "as_of", "street", "villages"}
    assert said["villages"][0]["name"] == "霞阳社区"
    assert said["street"]["total_fen"] == said["villages"][0]["total_fen"] == 10_000_000
    assert said["street"]["service_count_share"] == "0/1"


def test_show_lists_every_fund_and_the_next_steps(store, capsys):
    assert main(["show", str(store), "XYJD-XYSQ-2026-01", "--as-of", "2026-03-20", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert set(said) == {
        *("code", "title", "village", "year", "category", "stage", "stage_since"),
        *("next_steps", "funds", "approved_special_fen", "disbursed_fen", "findings"),
    }
    assert (said["stage"], said["stage_since"], said["category"]) == ("已申报", "2026-03-02", "工程类")
    assert said["funds"]["fiscal_fen"] + said["funds"]["social_fen"] == said["funds"]["total_fen"] == 10_000_000
    approve = next(step for step in said["next_steps"] if step["step"] == "批准")
    assert approve["who"] == "街道领导"
    assert "R02" in approve["blocked_by"]
    assert said["approved_special_fen"] is None


def test_show_for_people_has_every_record(store, capsys):
    with Workspace.open(store) as ws:
        project = ws.project("XYJD-XYSQ-2026-01")
        answers = {"opinion": "请将一万元改由社会承担", "approver": "林"}
        take_step(ws, project.id, "send_back", on=date(2026, 3, 9), person="陈", answers=answers)
    assert main(["show", str(store), "XYJD-XYSQ-2026-01"]) == 0
    out = capsys.readouterr().out
    assert "退回（2026-03-09 起）" in out
    assert "审批（1）" in out and "请将一万元改由社会承担" in out


def test_a_rejected_project_shows_no_findings(store, capsys):
    with Workspace.open(store) as ws:
        project = ws.project("XYJD-XYSQ-2026-01")
        take_step(ws, project.id, "reject", on=date(2026, 3, 9), person="陈", answers={"opinion": "不予批准"})
    assert main(["show", str(store), "XYJD-XYSQ-2026-01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["check"], 2, "缺少参数 STORE"),
        (["check", "a.db", "--foo"], 2, "不认识的参数：--foo"),
        (["check", "a.db", "--year", "26"], 2, "不是年度"),
        (["check", "a.db", "--year", "2017"], 2, "2018 年度起"),
        (["check", "a.db", "--as-of", "2026-02-30"], 2, "不是日历上的日期"),
        (["check", "a.db", "--as-of"], 2, "--as-of 后面应跟一个值"),
        (["check", "a.db", "--json=1"], 2, "后面不跟值"),
        (["chek", "a.db"], 2, "是否想用“check”"),
        (["init", "a.db", "--street", " ", "--year", "2026"], 2, "不能为空"),
        (["--operator", "", "check", "a.db"], 2, "不能为空"),
        (["check", "没有.db"], 4, "找不到台账文件"),
        (["./demo"], 4, "找不到台账文件"),
        (["restore", "没有.db", "a.db"], 3, "找不到备份文件"),
    ],
)
def test_usage_is_refused_in_chinese(arguments, code, told, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == code
    out, err = capsys.readouterr()
    assert told in err
    assert out == "" and "Traceback" not in err and "usage" not in err


@pytest.mark.parametrize("name", LIGHT)
def test_help_is_chinese_with_an_example(name, capsys):
    assert main([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"用法：haicang-desk {name}")
    assert f"  haicang-desk {name} " in out.partition("示例：\n")[2]
    assert not any(english in out for english in ("usage", "positional", "options:", "show this"))


def test_the_general_help_names_every_command(capsys):
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"haicang-desk {name} " in out for name in COMMANDS)


def test_the_operator_is_journalled_whether_named_before_or_after_the_command(tmp_path):
    for number, arguments in enumerate((["--operator", "陈静", "init"], ["init", "--operator", "陈静"])):
        store = tmp_path / f"{number}.db"
        assert main([*arguments, str(store), "--street", "新阳街道", "--year", "2026"]) == 0
        with Workspace.open(store) as ws:
            assert ws.conn.execute("SELECT actor FROM journal").fetchall() == [("陈静",)]


def test_init_does_not_touch_a_file_that_is_there(tmp_path, capsys):
    held = tmp_path / "a.db"
    held.write_bytes(b"something")
    assert main(["init", str(held), "--street", "新阳街道", "--year", "2026"]) == 4
    assert "已经存在" in capsys.readouterr().err
    assert held.read_bytes() == b"something"


def test_a_code_on_paper_leads_to_its_change(store, capsys):
    with Workspace.open(store) as ws:
        seq, seal = ws.conn.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    assert main(["verify", str(store), "--code", seal[:16].upper(), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["seq"], said["seal"]) == (seq, seal)
    assert said["touched"] == ["项目 XYJD-XYSQ-2026-01《楼道照明更换》"] and said["sound"] is True
    assert main(["verify", str(store), "--code", "0123456789abcdef"]) == 1
    assert "台账里没有存证码" in capsys.readouterr().err
    assert main(["verify", str(store), "--code", "0123456789abcdef", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["sound"] is True
    assert main(["verify", str(store), "--code", "xyz"]) == 3


def test_an_unforeseen_fault_is_reported_in_a_file_and_one_line(store, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("haicang_desk.cli.check_commands.check_with_carried_over", lambda *_, **__: 1 // 0)
    assert main(["check", str(store)]) == 70
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and "Traceback" not in err
    (report,) = (tmp_path / "data").rglob("haicang-desk-*.txt")
    assert str(report) in err
    assert "ZeroDivisionError" in report.read_text(encoding="utf-8")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    clean |= {"PYTHONPATH": str(ROOT / "src"), **environment}
    return subprocess.run(
        [sys.executable, "-m", "haicang_desk", *arguments], capture_output=True, env=clean, check=False, timeout=60
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "gbk"}],
    ids=["C", "C without UTF-8 mode", "a Windows code page"],
)
def test_output_is_utf8_whatever_the_locale(store, environment):
    ran = run("budget", str(store), **environment)
    assert ran.returncode == 0, ran.stderr.decode()
    assert "霞阳社区" in ran.stdout.decode("utf-8")
    assert "年度" in ran.stderr.decode("utf-8")


@pytest.mark.slow
def test_a_closed_stdout_pipe_is_no_crash(store):
    script = f'"{sys.executable}" -m haicang_desk check "{store}" | true'
    ran = subprocess.run(
        script, shell=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, check=False
    )
    assert b"Traceback" not in ran.stderr and b"Broken" not in ran.stderr and b"ignored" not in ran.stderr


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_under_stdout_is_code_5(store):
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "haicang_desk", "check", str(store), "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            check=False,
        )
    assert ran.returncode == 5
    assert "磁盘已满" in ran.stderr.decode() and b"Exception" not in ran.stderr


@pytest.mark.slow
def test_without_a_screen_the_window_says_so_in_one_line(store):
    ran = run(str(store), DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    assert ran.returncode == 2
    assert "没有可用的屏幕" in ran.stderr.decode() and ran.stderr.count(b"\n") == 1


@pytest.mark.slow
def test_commands_import_no_qt(store):
    script = (
        "import sys\nfrom haicang_desk.__main__ import main\n"
        f"main(['check', {str(store)!r}])\nassert not [m for m in sys.modules if m.startswith('PySide6')]"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        check=False,
    )
    assert ran.returncode == 0, ran.stderr.decode()


def test_an_incomplete_installation_is_one_line_too(monkeypatch, capsys):
    """Where the model can't be imported, the message must not need it."""
    monkeypatch.setitem(sys.modules, "haicang_desk.model", None)
    monkeypatch.setitem(sys.modules, "haicang_desk.cli.check_commands", None)
    assert main(["check", "a.db"]) == 70
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and "没有预料到" in err


@pytest.mark.parametrize("named", [True, False])
def test_the_window_is_given_the_store_and_who_works_there(store, named, monkeypatch):
    opened = []
    window = SimpleNamespace(run=lambda *given, view=False: opened.append((*given, *["view"] * view)) or 0)
    monkeypatch.setitem(sys.modules, "haicang_desk.ui.shell.application", window)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert main(["--operator", "陈静", str(store)] if named else []) == 0
    assert opened == [(store, "陈静") if named else (None, "")]
    if named:
        assert main(["--view", str(store)]) == 0
        assert opened[1:] == [(store, "", "view")]
    else:
        assert main(["--view"]) == 2


def test_without_its_components_the_window_says_so(store, monkeypatch, capsys):
    class Missing:
        def find_spec(self, name, *_):
            if name == "haicang_desk.ui.shell.application":
                raise ImportError("libEGL.so.1: cannot open shared object file")

    monkeypatch.delitem(sys.modules, "haicang_desk.ui.shell.application", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert main([str(store)]) == 2
    assert "libEGL.so.1" in capsys.readouterr().err


def test_what_carries_a_day_says_what_it_moves_and_what_not(store, capsys):
    """--as-of moves the clock of the rules and no record."""
    note = "期限按 2026-01-01 计算，金额按台账现有记录"
    arguments = {
        "check": ["check", str(store)],
        "budget": ["budget", str(store)],
        "show": ["show", str(store), "XYJD-XYSQ-2026-01"],
        "draft": ["check", str(store), "--draft", "XYJD-XYSQ-2026-01"],
    }
    for each in arguments.values():
        main([*each, "--as-of", "2026-01-01"])
        assert capsys.readouterr().out.splitlines()[-1] == note
        main([*each, "--as-of", "2026-01-01", "--json"])
        json.loads(capsys.readouterr().out)
