"""Questions are answered beside an open window and from a place that is read-only; nothing is written then."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from haicang_desk.__main__ import main
from haicang_desk.model.records import Village
from haicang_desk.model.services import Workspace, save
from haicang_desk.model.spreadsheet import export_ledger
from haicang_desk.model.store import verify_file
from haicang_desk.model.store.files import Files
from haicang_desk.platform import ABANDONED, partial_beside
from tests.model.street import built
from tests.store.test_files import keep

CODE = "XYJD-XYSQ-2026-01"
UNSIGNED = ("village-ledger", "project-list", "suggestion-register", "workflow-chart")
QUESTIONS = {
    "check": ("check", "{store}"),
    "budget": ("budget", "{store}", "--json"),
    "show": ("show", "{store}", CODE),
    "verify": ("verify", "{store}"),
    "export": ("export", "{store}", "{out}/出.xlsx"),
    "backup": ("backup", "{store}", "{out}/出.db"),
    "import --dry-run": ("import", "{store}", "{book}", "--dry-run"),
    **{name: ("print", "{store}", name, "--out", "{out}") for name in UNSIGNED},
    "report": ("report", "{store}", "--year", "2026", "--quarter", "2", "--out", "{out}/出.xlsx"),
}
CHANGES = {
    "import": ("import", "{store}", "{book}"),
    "print": ("print", "{store}", "application-form", "--out", "{out}"),
    "attach": ("attach", "{store}", CODE, "{out}/扫描.jpg"),
}
each_question = pytest.mark.parametrize("name", QUESTIONS)
each_change = pytest.mark.parametrize("name", CHANGES)
Ask = Callable[..., int]


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture(scope="module")
def year(tmp_path_factory) -> Path:
    """A folder with a store that has a scan, and a workbook that changes it.

    Every question is asked once, so that all modules are imported: another user may not be allowed to read them.
    """
    folder = tmp_path_factory.mktemp("year")
    with built(folder / "新阳.db") as ws:
        keep(ws, b"scan")
        export_ledger(ws, folder / "册.xlsx")
    for question in QUESTIONS.values():
        assert asked(question, folder, tmp_path_factory.mktemp("out")) in (0, 1)
    return folder


def asked(arguments: tuple[str, ...], place: Path, out: Path) -> int:
    """The exit code of a command about the store in a folder."""
    return main([each.format(store=place / "新阳.db", book=place / "册.xlsx", out=out) for each in arguments])


@pytest.fixture
def place(year) -> Iterator[Path]:
    """A copy of that folder which nobody's permissions but its own bar."""
    folder = Path(f"/tmp/haicang-asked-{os.getpid()}")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(year, folder)
    (folder / "出").mkdir()
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
        if hasattr(os, "chown") and os.geteuid() == 0:
            os.chown(path, 65534, 65534)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def ask(place) -> Ask:
    return lambda arguments: asked(arguments, place, place / "出")


def state(place: Path) -> dict[str, bytes]:
    """Every file but the output."""
    paths = [path for path in place.rglob("*") if path.is_file() and place / "出" not in path.parents]
    return {str(path.relative_to(place)): path.read_bytes() for path in paths}


@each_question
def test_a_question_is_answered_beside_an_open_window(place, ask, name):
    with Workspace.open(place / "新阳.db") as ws:
        save(ws, [Village(name="刚登记的村")], action="登记", person="陈")
        before = state(place)
        assert ask(QUESTIONS[name]) in (0, 1)
        assert state(place) == before
        save(ws, [Village(name="再登记的村")], action="登记", person="陈")
    assert verify_file(place / "新阳.db") == ()


def test_an_answer_is_of_the_last_change(place, ask, capsys):
    with Workspace.open(place / "新阳.db") as ws:
        save(ws, [Village(name="刚登记的村")], action="登记", person="陈")
        assert ask(QUESTIONS["budget"]) == 0
    assert "刚登记的村" in [each["name"] for each in json.loads(capsys.readouterr().out)["villages"]]


@each_change
def test_a_change_beside_an_open_window_is_refused(place, ask, capsys, name):
    with Workspace.open(place / "新阳.db"):
        before = state(place)
        assert ask(CHANGES[name]) == 4
        assert "正被另一个窗口" in capsys.readouterr().err
        assert state(place) == before


@pytest.mark.posix("no permission bits")
@pytest.mark.parametrize("what", ["file", "folder"])
@each_question
def test_a_question_is_answered_from_a_place_that_is_read_only(place, ask, unprivileged, request, what, name):
    closed = place / "新阳.db" if what == "file" else place
    request.addfinalizer(lambda: closed.chmod(0o755))
    closed.chmod(0o400 if what == "file" else 0o500)
    before = state(place)
    assert ask(QUESTIONS[name]) in (0, 1)
    assert state(place) == before and closed.stat().st_mode & 0o777 == (0o400 if what == "file" else 0o500)


@pytest.mark.posix("no permission bits")
@pytest.mark.parametrize("what", ["file", "folder"])
@each_change
def test_a_change_in_a_place_that_is_read_only_is_refused(place, ask, unprivileged, request, capsys, what, name):
    closed = place / "新阳.db" if what == "file" else place
    request.addfinalizer(lambda: closed.chmod(0o755))
    closed.chmod(0o400 if what == "file" else 0o500)
    before = state(place)
    assert ask(CHANGES[name]) == 4
    assert "只读" in capsys.readouterr().err and state(place) == before


# a store that a killed process left half written

HALF = """
import os, signal, sys
from pathlib import Path
from haicang_desk.model.store import connect
conn = connect(Path(sys.argv[1]))
conn.execute("PRAGMA cache_size = 5")
conn.execute("BEGIN IMMEDIATE")
conn.execute("CREATE TABLE big (x)")
conn.executemany("INSERT INTO big VALUES (zeroblob(3000))", [()] * 200)
conn.execute("UPDATE project SET title = 'half'")
conn.executemany("INSERT INTO big VALUES (zeroblob(3000))", [()] * 200)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def half(place) -> Path:
    source = str(Path(__file__).parents[2] / "src")
    died = subprocess.run(
        [sys.executable, "-c", HALF, place / "新阳.db"],
        env={**os.environ, "PYTHONPATH": source},
        stderr=subprocess.PIPE,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    assert (place / "新阳.db-journal").stat().st_size > 512
    for path in place.iterdir():
        path.chmod(0o755)
        if os.geteuid() == 0:
            os.chown(path, 65534, 65534)
    return place


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_what_was_left_half_written_is_undone_before_an_answer(half, ask, capsys):
    assert ask(("show", "{store}", CODE)) == 0
    assert "half" not in capsys.readouterr().out
    assert ask(QUESTIONS["verify"]) == 0 and not (half / "新阳.db-journal").exists()


@pytest.mark.posix("permission bits, SIGKILL")
@pytest.mark.parametrize("what", ["file", "folder"])
@pytest.mark.parametrize("name", ["check", "verify", "backup"])
def test_where_it_cannot_be_undone_no_half_truth_is_told(half, ask, unprivileged, request, capsys, what, name):
    closed = half / "新阳.db" if what == "file" else half
    request.addfinalizer(lambda: closed.chmod(0o755))
    closed.chmod(0o400 if what == "file" else 0o500)
    before = state(half)
    assert ask(QUESTIONS[name]) == 4
    assert "没有写完" in capsys.readouterr().err
    assert state(half) == before and not (half / "出" / "出.db").exists()


# damaged, newer, without its files


def edit(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript(script)


@each_question
def test_a_damaged_store_answers_with_a_warning(place, ask, capsys, name):
    edit(place / "新阳.db", "UPDATE project SET special = special + 1 WHERE code = 'XYJD-XYSQ-2026-01'")
    before = state(place)
    code, told = ask(QUESTIONS[name]), capsys.readouterr().err
    assert code == {"verify": 1, "backup": 4}.get(name, code) and code in (0, 1, 4)
    assert "损坏" in told
    if name not in ("verify", "backup"):
        assert code in (0, 1) and "损坏，第一处：记录：项目 XYJD-XYSQ-2026-01" in told
    assert state(place) == before


def test_a_seal_is_vouched_for_only_where_what_it_rests_on_is_undamaged(place, ask, capsys):
    with closing(sqlite3.connect(place / "新阳.db")) as conn:
        seals = dict(conn.execute("SELECT seq, hash FROM journal"))
        (seq,) = conn.execute("SELECT max(seq) FROM journal_row WHERE tbl = 'project'").fetchone()
    told = ("verify", "{store}", "--json", "--code")
    assert ask((*told, seals[seq])) == 0 and json.loads(capsys.readouterr().out)["vouched"] is True
    edit(place / "新阳.db", "UPDATE project SET special = special + 1")
    assert ask((*told, seals[seq])) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["vouched"] is False and "不能据此证明" in answer["reason"] and not answer["sound"]
    assert ask(("verify", "{store}", "--code", seals[seq])) == 1
    assert "不能据此证明" in capsys.readouterr().err
    assert ask((*told, seals[1])) == 1  # the street, which nobody has touched
    assert json.loads(capsys.readouterr().out)["vouched"] is True


def test_the_record_and_the_field_are_named_with_both_values(place, ask, capsys):
    edit(place / "新阳.db", "UPDATE project SET special = special + 100 WHERE code = 'XYJD-XYSQ-2026-01'")
    assert ask(QUESTIONS["verify"]) == 1
    assert re.search(r"项目 XYJD-XYSQ-2026-01.*区级专项资金现为“[\d,.]+ 元”，应为“[\d,.]+ 元”", capsys.readouterr().out)


def test_a_broken_definition_is_damage_not_a_crash(place, ask, capsys):
    """SQLite quotes the broken bytes, which are no text."""
    data = bytearray((place / "新阳.db").read_bytes())
    data[data.index(b'CREATE TABLE "street"') + 5] ^= 128
    (place / "新阳.db").write_bytes(data)
    for options in ((), ("--json",), ("--code", "12345678")):
        assert ask(("verify", "{store}", *options)) == 1
    assert "street" in capsys.readouterr().out
    assert ask(QUESTIONS["check"]) == ask(CHANGES["attach"]) == 4


@each_change
def test_a_damaged_store_is_not_written(place, ask, capsys, name):
    edit(place / "新阳.db", "UPDATE project SET special = special + 1 WHERE code = 'XYJD-XYSQ-2026-01'")
    before = state(place)
    assert ask(CHANGES[name]) == 4
    assert "损坏" in capsys.readouterr().err and state(place) == before


def test_an_import_is_refused_where_the_backup_before_it_finds_the_damage(place, ask, capsys, monkeypatch):
    """Of a large store only the structure is looked at when it is opened."""
    monkeypatch.setattr("haicang_desk.model.store.integrity.VERIFIED_WHOLE", 0)
    edit(place / "新阳.db", "UPDATE original SET size = size + 1")
    book = load_workbook(place / "册.xlsx")
    village = {cell.value.rstrip("*"): cell.column for cell in book["村居"][1] if cell.value}["村居"]
    book["村居"].cell(4, village, "新垵村")
    book.save(place / "册.xlsx")
    assert ask(QUESTIONS["check"]) in (0, 1) and "损坏" not in capsys.readouterr().err
    before = state(place)
    assert ask(CHANGES["import"]) == 4
    assert "损坏" in capsys.readouterr().err and state(place)["新阳.db"] == before["新阳.db"]


def newer(path: Path) -> None:
    edit(
        path,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('haicang-desk', 'm9999_later', '');"
        "ALTER TABLE project ADD COLUMN later TEXT NOT NULL DEFAULT '';"
        "CREATE TABLE later_record (id TEXT PRIMARY KEY) STRICT",
    )


@pytest.mark.parametrize("name", [*QUESTIONS, *CHANGES])
def test_of_a_newer_store_only_verify_and_backup_are_answered(place, ask, capsys, name):
    newer(place / "新阳.db")
    before = state(place)
    answered = name in ("verify", "backup")
    assert ask((QUESTIONS | CHANGES)[name]) == (0 if answered else 4)
    assert answered or "更新版本" in capsys.readouterr().err
    assert state(place) == before
    if name == "backup":
        assert len(list(Files.of_store(place / "出" / "出.db").digests())) == 1


def test_damage_of_a_newer_store_is_found(place, ask):
    newer(place / "新阳.db")
    edit(place / "新阳.db", "UPDATE project SET special = special + 1")
    assert ask(QUESTIONS["verify"]) == 1 and ask(QUESTIONS["backup"]) == 4


def test_a_store_without_its_folder_answers_and_says_which_folder_it_looks_for(place, ask, capsys):
    shutil.rmtree(place / "新阳.files")
    assert ask(QUESTIONS["budget"]) == 0
    told = capsys.readouterr().err
    assert "新阳.files" in told and "合同.pdf" in told
    assert ask(QUESTIONS["verify"]) == 1
    assert ask(QUESTIONS["backup"]) == 6
    assert "缺原件" in capsys.readouterr().err and verify_file(place / "出" / "出.db") != ()
    assert ask(("restore", "{out}/出.db", "{store}")) == 6


def test_a_dossier_and_a_reprint_say_which_file_is_missing(place, ask, capsys):
    form = ("print", "{store}", "application-form", "--out", "{out}", "--project", CODE)
    (scan,) = [path for path in (place / "新阳.files").rglob("*") if path.is_file()]
    assert ask(form) == 0
    scan.unlink()
    assert ask(("print", "{store}", "dossier", "--out", "{out}", "--project", CODE)) == 0
    assert "合同.pdf" in capsys.readouterr().err
    (dossier,) = (place / "出").glob("*项目档案*.pdf")
    with closing(PdfDocument(dossier)) as opened:
        catalogue = "".join(opened[1].get_textpage().get_text_bounded().split())
    assert "合同" in catalogue and "原件缺失，未装入" in catalogue
    for issued in [path for path in (place / "新阳.files").rglob("*") if path.is_file()]:
        issued.unlink()
    assert ask(form) in (3, 6)
    told = capsys.readouterr().err
    assert "项目申报表" in told and "不能重印" in told and "文件不见了，应在" in told
    assert ask(("print", "{store}", "dossier", "--out", "{out}", "--project", CODE)) in (3, 6)
    assert "项目申报表" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["check", "verify", "export", "import", "attach"])
def test_what_killed_commands_left_beside_the_store_is_swept(place, ask, name):
    left = [partial_beside(place / "新阳.db") for _ in range(2)]
    for path, age in zip(left, (ABANDONED * 2, ABANDONED / 2), strict=True):
        path.write_bytes(b"half")
        os.utime(path, ((datetime.now() - age).timestamp(),) * 2)
    ask((QUESTIONS | CHANGES)[name])
    assert [path.exists() for path in left] == [False, True]


def test_init_leaves_nothing_half(place, ask, capsys):
    assert ask(("init", "{out}/新.db", "--street", "新阳街道", "--year", "2026")) == 0
    assert [path.name for path in (place / "出").iterdir()] == ["新.db"]
    assert (place / "出" / "新.db").stat().st_mode & 0o777 == 0o600 or sys.platform == "win32"


def test_repair_shows_first_and_then_mends(place, ask, capsys):
    edit(place / "新阳.db", "UPDATE project SET special = special + 100 WHERE code = 'XYJD-XYSQ-2026-01'")
    before = state(place)
    assert ask(("repair", "{store}", "--dry-run")) == 0
    told = capsys.readouterr()
    assert "区级专项资金现为" in told.out and "没有改动" in told.err and state(place) == before
    assert ask(("repair", "{store}", "--json")) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["repaired"] and answer["lost"] == [] and Path(answer["set_aside"]).exists()
    assert ask(QUESTIONS["verify"]) == 0
    assert ask(("repair", "{store}")) == 3
    assert "没有损坏" in capsys.readouterr().err
