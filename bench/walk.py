"""A morning's walk through the window, each act timed on the window's own thread, in stores of two sizes.

    python -m bench.walk PROJECTS    one size, as JSON

What is counted is processor time of the window's thread, which other programs lengthen little; the longest standstill
by the clock is noted beside it. Figures of a screen stand beside a bare QMainWindow shown in the same process, those of
the list beside plain SQL, those of a save beside the cheapest durable commit on the same disk.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.ledgers import FOLDER, TODAY, YEAR, ledger
from bench.timing import Row, duration_text, python

SIZES = (1_000, 100_000)
MOST = int(os.environ.get("BENCH_PROJECTS", SIZES[-1]))  # BENCH_PROJECTS=1000 leaves the larger size out
TIMES = 3  # the best of so many counts, for what can be done again
VISITS = 2_000  # of screens, for memory
GOALS = {  # until it is painted, at either size; by the beginning of the name of an act
    "打开台账": ("", ""),
    "第一次": ("≤ 100 ms", "≤ 100 ms"),
    "再次": ("≤ 30 ms", "≤ 30 ms"),
    "查找": ("≤ 50 ms", "≤ 50 ms"),
    "按": ("≤ 50 ms", "≤ 50 ms"),
    "排序": ("≤ 50 ms", "≤ 70 ms"),
    "": ("≤ 50 ms", "≤ 100 ms"),
}


def rows() -> list[Row]:
    """The measured rows of this part."""
    found = []
    for place, projects in enumerate(SIZES):
        if projects > MOST:
            continue
        told = _measured(projects)
        for act in told["acts"]:
            goal = next(goals[place] for start, goals in GOALS.items() if act["name"].startswith(start))
            found.append(_row(act, told["peers"], f"{projects:,} 个项目", goal))
        start, end, most = told["memory"]
        found.append(
            Row(
                f"看过全部页面后的内存，{projects:,} 个项目",
                start,
                goal="≤ 150 MB" if place == 0 else "≤ 400 MB",
                note=f"再看 {VISITS:,} 次以后 {end:.0f} MB，其间最多 {most:.0f} MB",
                unit="MB",
            )
        )
    return found


def _row(act: dict[str, Any], peers: dict[str, float], size: str, goal: str) -> Row:
    name, peer = act["name"], ""
    if name.startswith(("第一次看", "再次看", "第一次打开", "再次打开")):
        peer = "空 QMainWindow"
    elif name.startswith(("查找", "按", "排序", "不限")):
        peer = "同样条件的 SQL"
    elif name.startswith("保存"):
        peer = "SQLite 一次落盘的提交"
    note = f"最长一次停顿 {duration_text(act['longest'])}，其中在算 {duration_text(act['work'])}"
    return Row(f"{name}，{size}", act["shown"], peer, peers.get(peer, 0.0), goal, note)


def _measured(projects: int) -> dict[str, Any]:
    """What a process of its own measures."""
    done = subprocess.run(
        python("-m", "bench.walk", str(projects)),
        env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
        check=True,
        capture_output=True,
        encoding="utf-8",
        cwd=FOLDER.parents[1],
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def walk(projects: int) -> dict[str, Any]:
    """Open the store of so many projects in the window and walk through it."""
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        os.environ["XDG_DATA_HOME"] = folder
        store = Path(folder) / "台账.db"
        shutil.copyfile(_current(projects), store)
        return _walk(store, Path(folder))


def _current(projects: int) -> Path:
    """The store of so many projects, upgraded where an earlier program made it."""
    from haicang_desk.model.services import Workspace

    path = ledger(projects)
    with Workspace.open(path, now=_now):
        pass
    return path


def _now() -> datetime:
    return datetime(TODAY.year, TODAY.month, TODAY.day, 9)


def _walk(store: Path, folder: Path) -> dict[str, Any]:
    from tests.ui.walk import Walk
    from tests.ui.watchdog import Watchdog

    from haicang_desk.ui.shell import prompts
    from haicang_desk.ui.shell.application import Application, collect_garbage, make_application
    from haicang_desk.ui.shell.navigation import NAVIGATION_ITEMS
    from haicang_desk.ui.shell.settings import Settings

    setattr(prompts, "tell", lambda *_, **__: None)  # noqa: B010 - nobody is there to answer
    app = make_application(["bench"])
    desk = Application(app, Settings(folder / "窗口.ini"), "测速", now=_now)
    desk.window.resize(1366, 768)
    desk.window.show()
    app.processEvents()
    watched = Walk(desk, Watchdog(), TIMES)
    watched.do("打开台账", lambda: desk.open_store(store))
    collect_garbage()
    until = time.monotonic() + 600
    while time.monotonic() < until and not _settled(desk):
        watched.rest()
    acts = watched.all()
    peers = {
        "空 QMainWindow": _bare_window(app),
        "同样条件的 SQL": _plain_sql(store),
        "SQLite 一次落盘的提交": _commit(folder),
    }
    start, most = _memory(), 0.0
    names = [each.name for each in NAVIGATION_ITEMS if each.listed]
    for number in range(VISITS):
        desk.window.go(names[number % len(names)])
        app.processEvents()
        most = max(most, _memory()) if number % 20 == 0 else most
    watched.rest()
    told = {"acts": [asdict(act) for act in acts], "peers": peers, "memory": (start, _memory(), most)}
    desk.window.hide()
    desk.close_store()
    return told


def _settled(desk: Any) -> bool:
    """Whether what is loaded, taken up, backed up and made ahead after opening is over."""
    state, ready = desk.window.state, desk.readying
    return bool(state.findings_ready and ready and not ready.going_on and not desk.background.busy)


def _bare_window(app: Any) -> float:
    from PySide6.QtWidgets import QMainWindow

    def show() -> None:
        window = QMainWindow()
        window.resize(1366, 768)
        window.show()
        app.processEvents()
        window.close()

    return _worked(show, 9)


def _plain_sql(store: Path) -> float:
    """A count and the first two hundred lines in the order of their titles."""
    with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as conn:

        def ask() -> None:
            where = "fund_year = ? AND instr(search, 'ldzm') > 0"
            conn.execute(f"SELECT count(*) FROM register_line WHERE {where}", (YEAR,)).fetchone()
            conn.execute(
                "SELECT * FROM register_line l JOIN project p ON p.id = l.project"
                f" WHERE l.{where} ORDER BY p.title LIMIT 200",
                (YEAR,),
            ).fetchall()

        return _worked(ask, 5)


def _commit(folder: Path) -> float:
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as conn:
        conn.executescript("PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA; CREATE TABLE t (x)")
        return _worked(lambda: conn.execute("INSERT INTO t VALUES (1)"), 25)


def _worked(run: Callable[[], object], times: int) -> float:
    """The median of this thread's processor time."""
    taken = []
    for _ in range(times):
        begun = time.thread_time()
        run()
        taken.append(time.thread_time() - begun)
    return statistics.median(taken)


def _memory() -> float:
    """Megabytes in memory; 0 where that can't be told."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6 if status.exists() else 0.0


if __name__ == "__main__":
    print(json.dumps(walk(int(sys.argv[1])), ensure_ascii=False))
