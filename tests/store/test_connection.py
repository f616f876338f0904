"""The store as a file: durable settings, one process at a time, and one Chinese sentence for every refusal."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from haicang_desk.model.records import Village
from haicang_desk.model.services import Workspace, save
from haicang_desk.model.store import verify_file
from haicang_desk.model.values import Refused, StoreUnusable
from haicang_desk.platform import APPLICATION_ID

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "新阳.db"
    Workspace.create(path, street="新阳街道", year=2026, actor="陈").close()
    return path


def test_a_store_is_kept_durably(path):
    with Workspace.open(path) as ws:
        settings = {
            name: ws.conn.execute(f"PRAGMA {name}").fetchone()[0]
            for name in (
                "journal_mode",
                "synchronous",
                "locking_mode",
                "foreign_keys",
                "trusted_schema",
                "cell_size_check",
            )
        }
    assert settings == {
        "journal_mode": "delete",
        "synchronous": 3,  # EXTRA
        "locking_mode": "normal",  # others may read between two transactions
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
    }
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


@pytest.mark.parametrize(
    "name",
    [
        *("海沧 街道.db", "O'Neil.db", "100%.db", "戙𬭎😀.db", "b#c.db", "‮反.db", "no ending"),
        pytest.param("a?b#c.db", marks=pytest.mark.posix("a question mark in a name")),
    ],
)
def test_a_store_may_have_any_file_name(tmp_path, name):
    folder = tmp_path / "资料 '夹%"
    folder.mkdir()
    with Workspace.create(folder / name, street="新阳街道", year=2026) as ws:
        save(ws, [Village(name="霞阳社区")], action="登记", person="陈")
    with Workspace.open(folder / name) as ws:
        assert [village.name for village in ws.all(Village)] == ["霞阳社区"]
    assert [each.name for each in folder.iterdir()] == [name]


def test_a_second_window_is_refused(path):
    with Workspace.open(path), pytest.raises(StoreUnusable, match="正被另一个窗口或程序使用"):
        Workspace.open(path)
    Workspace.open(path).close()


@pytest.mark.slow
def test_a_second_process_can_read_and_not_write(path):
    script = (
        "import sqlite3, sys\nfrom pathlib import Path\nfrom haicang_desk.model.services import Workspace\n"
        "from haicang_desk.model.values import StoreUnusable\n"
        f"path = Path({str(path)!r})\n"
        "try:\n    Workspace.open(path)\nexcept StoreUnusable as told:\n    assert '正被' in str(told)\n"
        "else:\n    sys.exit('opened twice')\n"
        "from haicang_desk.model.records import Village\n"
        "with Workspace.read(path) as ws:\n    print(len(ws.all(Village)))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with Workspace.open(path) as ws:
        for _ in range(2):
            ran = subprocess.run([sys.executable, "-c", script], capture_output=True, env=environment, check=False)
            assert ran.returncode == 0, ran.stderr.decode()
            assert int(ran.stdout) == _
            save(ws, [Village(name=f"村{_}")], action="登记", person="陈")


@pytest.mark.slow
def test_the_lock_ends_with_its_process(path):
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom haicang_desk.model.services import Workspace\n"
        f"ws = Workspace.open(Path({str(path)!r}))\nprint('held', flush=True)\ntime.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}
    )
    with holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StoreUnusable, match="正被"):
            Workspace.open(path)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    Workspace.open(path).close()


def test_the_reason_for_not_opening_a_file_is_said(tmp_path, path):
    text, empty, foreign = tmp_path / "text.db", tmp_path / "empty.db", tmp_path / "foreign.db"
    text.write_text("这不是台账" * 100, encoding="utf-8")
    empty.write_bytes(b"")
    with closing(sqlite3.connect(foreign)) as conn:
        conn.execute("CREATE TABLE t (x)")
    for bad, told in (
        (tmp_path / "没有.db", "找不到"),
        (tmp_path, "是文件夹"),
        (text, "不是台账文件或已损坏"),
        (empty, "不是本程序的台账"),
        (foreign, "不是本程序的台账"),
    ):
        with pytest.raises(StoreUnusable, match=told):
            Workspace.open(bad)
    assert text.read_text(encoding="utf-8") == "这不是台账" * 100
    assert empty.read_bytes() == b""


@pytest.fixture
def connections(monkeypatch) -> list[sqlite3.Connection]:
    """The connections made during a test, in order."""
    made, connect = [], sqlite3.connect

    def noted(*arguments, **named):
        made.append(connect(*arguments, **named))
        return made[-1]

    monkeypatch.setattr(sqlite3, "connect", noted)
    return made


def test_connections_are_closed_where_a_store_cannot_be_opened_or_made(tmp_path, connections, monkeypatch):
    text = tmp_path / "text.db"
    text.write_text("这不是台账" * 100, encoding="utf-8")
    with pytest.raises(StoreUnusable):
        Workspace.open(text)
    monkeypatch.setattr("haicang_desk.model.services.workspace.create_schema", lambda conn, at: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        Workspace.create(tmp_path / "新.db", street="新阳街道", year=2026)
    with pytest.raises(ZeroDivisionError):
        Workspace.in_memory(street="新阳街道", year=2026, actor="陈", now=datetime.now)
    assert len(connections) == 4  # of the text: the lock and the file
    for conn in connections:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            conn.execute("SELECT 1")


@pytest.mark.parametrize("length", [100, 3000, 4096, 9000])
def test_a_cut_off_store_is_refused_or_reported(path, length):
    path.write_bytes(path.read_bytes()[:length])
    try:
        damage = verify_file(path)
    except StoreUnusable:
        return  # said in a sentence, and nothing was read from it
    assert damage


def test_a_store_of_a_newer_program_is_not_changed(path):
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('h', 'm9999_later', '')")
    before = path.read_bytes()
    with pytest.raises(StoreUnusable, match=r"更新版本.*m9999_later"):
        Workspace.open(path)
    assert path.read_bytes() == before


@pytest.mark.posix("permission bits")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_read_only_file_or_folder_is_refused_with_a_message(what, unprivileged, request):
    folder = Path(f"/tmp/haicang-{os.getpid()}-{what}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o755)
    request.addfinalizer(lambda: (folder.chmod(0o755), shutil.rmtree(folder)))
    path = folder / "新阳.db"
    Workspace.create(path, street="新阳街道", year=2026).close()
    (path if what == "file" else folder).chmod(0o444 if what == "file" else 0o555)
    with pytest.raises(StoreUnusable, match="是只读的"):
        Workspace.open(path)


def test_a_store_is_not_created_over_an_existing_file(path, tmp_path):
    before = path.read_bytes()
    with pytest.raises(StoreUnusable, match="已经存在"):
        Workspace.create(path, street="新阳街道", year=2026)
    assert path.read_bytes() == before
    with pytest.raises(StoreUnusable, match="不存在，请先建立文件夹"):
        Workspace.create(tmp_path / "没有" / "新.db", street="新阳街道", year=2026)
    with pytest.raises(Refused, match="街道名称"):
        Workspace.create(tmp_path / "新.db", street=" ", year=2026)
    with pytest.raises(Refused, match="2018 年度起"):
        Workspace.create(tmp_path / "新.db", street="新阳街道", year=2017)
    assert not (tmp_path / "新.db").exists()


def test_a_failed_creation_leaves_no_file(tmp_path, monkeypatch):
    def break_down(*_, **__):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("haicang_desk.model.services.workspace.create_schema", break_down)
    with pytest.raises(sqlite3.OperationalError):
        Workspace.create(tmp_path / "新.db", street="新阳街道", year=2026)
    assert list(tmp_path.iterdir()) == []


def test_a_symbolic_link_opens_the_store(path, tmp_path):
    link = tmp_path / "链接.db"
    link.symlink_to(path)
    with Workspace.open(link), pytest.raises(StoreUnusable, match="正被"):
        Workspace.open(path)


def test_the_same_clock_and_the_same_ids_make_the_same_file(tmp_path):
    made = []
    for name in ("一.db", "二.db"):
        ids = iter(range(10**6))
        with Workspace.create(
            tmp_path / name,
            street="新阳街道",
            year=2026,
            actor="陈",
            now=lambda: datetime(2026, 3, 2, 9),
            new_id=lambda ids=ids: f"{next(ids):08d}",
        ) as ws:
            save(ws, [Village(name="霞阳社区")], action="登记", person="陈")
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]
