"""The store: checking and balances beside raw SQL, one project's rules, a saved change with its journal."""

from __future__ import annotations

import dataclasses
import os
import shutil
import sqlite3
import statistics
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path

from bench.ledgers import TODAY, YEAR, ledger
from bench.timing import Row, duration_text, median, once, python
from haicang_desk.model.balances import METRICS
from haicang_desk.model.records import Project
from haicang_desk.model.services import FindingsKeeper, Workspace, evaluate_case, save
from haicang_desk.model.services.parallel import ITEMS_PER_WORKER
from haicang_desk.model.store.repository import SUMS_BY_VILLAGE

# Runs in a process of its own; prints the median seconds of several checks and its peak memory in kilobytes. With
# several workers the parent does no less work than a worker, so its memory is the peak.
CHECK = """
import re, statistics, sys, time
from datetime import date
from pathlib import Path
from haicang_desk.model.services import Workspace, check
store, year, day, times, workers = sys.argv[1:]
taken = []
with Workspace.open(Path(store)) as ws:
    for _ in range(int(times)):
        start = time.perf_counter()
        check(ws, int(year), date.fromisoformat(day), workers=int(workers))
        taken.append(time.perf_counter() - start)
status = Path("/proc/self/status")  # wait4 would also count the parent that the child was forked from
peak = int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) if status.exists() else 0
print(statistics.median(taken), peak)
"""

# Five of the sums computed from the records themselves, to compare with the table of sums.
FROM_RECORDS = """
SELECT p.village, count(*), sum(p.category = 'service'),
  sum(coalesce(a.special, p.special) + p.matching), sum(p.donated_cash + p.donated_goods + p.labour + p.self_raised)
FROM project p LEFT JOIN approval a ON a.project = p.id AND NOT a.void
WHERE NOT p.void AND p.fund_year = ? AND p.submitted_on IS NOT NULL GROUP BY p.village
"""


def rows() -> list[Row]:
    """The measured rows of this part."""
    return [*_sizes(300), *_sizes(10_000), *_sizes(100_000), *_one_project()]


def _sizes(projects: int) -> list[Row]:
    goals = {300: "≤ 60 ms", 10_000: "≤ 3 s", 100_000: "≤ 8 s，≤ 600 MB"}
    store, named = ledger(projects), f"{projects:,} 个项目"
    rows = []
    for workers in (1,) if projects < 2 * ITEMS_PER_WORKER else (1, os.cpu_count() or 1):
        seconds, peak = _checked(store, 5 if projects <= 300 else 1, workers)
        suffix = "" if workers == 1 else f"，命令行分由至多 {workers} 个进程"
        rows.append(
            Row(
                f"check，{named}连同全部记录{suffix}",
                seconds,
                goal=goals[projects],
                note=f"每个进程峰值不超过 {peak:.0f} MB",
            )
        )
    with Workspace.open(store) as ws:
        sums, records = (
            median(lambda query=query: ws.conn.execute(query, (YEAR,)).fetchall(), 15)
            for query in (_same_sums(), FROM_RECORDS)
        )
        # a new workspace each time: one that has summed before answers from memory
        budget = median(lambda: Workspace(ws.conn).register(YEAR), 15)
    return [
        *rows,
        Row(
            f"budget，{named}",
            budget,
            "同样合计的 SQL",
            sums,
            "≤ 1.5 ×" if projects == 100_000 else "",
            f"从记录现算其中五项的 SQL {duration_text(records)}",
        ),
    ]


def _same_sums() -> str:
    """The same sums of each village and of the street from the same table, in SQL alone."""
    return f"""
        WITH sums AS MATERIALIZED ({SUMS_BY_VILLAGE})
        SELECT v.name, v.quota, {", ".join(f"s.{name}" for name in METRICS)}
        FROM village v LEFT JOIN sums s ON s.village = v.id
        UNION ALL SELECT street.name, street_quota.quota, {", ".join(f"sum({name})" for name in METRICS)}
        FROM sums, street, street_quota
    """


def _checked(store: Path, times: int, workers: int) -> tuple[float, float]:
    """Seconds and megabytes."""
    command = python("-c", CHECK, str(store), str(YEAR), TODAY.isoformat(), str(times), str(workers))
    done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    seconds, kilobytes = done.stdout.split()
    return float(seconds), int(kilobytes) / 1024


def _one_project() -> list[Row]:
    found = []
    for projects in (10_000, 100_000):
        copy = ledger(projects).with_suffix(".edited.db")
        shutil.copyfile(ledger(projects), copy)
        found += _edits(copy, projects)
        copy.unlink()
    return found


def _edits(path: Path, projects: int) -> list[Row]:
    with Workspace.open(path) as ws:
        drafts = [dataclasses.replace(p, id="", code=f"草稿-{n}", submitted_on=None) for n, p in enumerate(_some(ws))]
        kept = save(ws, drafts, action="铺底", person="测速")
        numbers = count()
        case = ws.casefile(kept[0].id)

        def save_edit() -> None:
            changed = dataclasses.replace(kept[0], place=f"第{next(numbers)}处")
            save(ws, [changed], action="修改", person="测速")

        named = f"库中 {projects:,} 个项目"
        return [
            *_kept_findings(ws, save_edit, named),
            Row(
                f"一个项目连同村居、街道的规则，{named}",
                median(lambda: evaluate_case(ws, case, TODAY), 20),
                goal="≤ 20 ms",
            ),
            Row(f"保存一处修改并记入变更记录，{named}", median(save_edit, 50), goal="≤ 10 ms"),
            _beside_a_commit(path, lambda: (evaluate_case(ws, case, TODAY), save_edit()), named),
        ]


def _kept_findings(ws: Workspace, save_edit: Callable[[], None], named: str) -> list[Row]:
    """Filling once, opening what was stored, and what a change and a new day ask of the kept findings."""

    def opened() -> FindingsKeeper:
        keeper = FindingsKeeper(ws)
        keeper.look_at(YEAR, TODAY)
        keeper.go_on()
        return keeper

    def after_edit() -> float:
        save_edit()
        return once(lambda: (keeper.go_on(), keeper.findings()))

    def new_day(number: int) -> None:
        keeper.look_at(YEAR, TODAY + timedelta(number))
        keeper.go_on()
        keeper.findings()

    filled = once(lambda: _stored(opened()))
    reopened = once(lambda: opened().findings())
    keeper = opened()
    edit = statistics.median(after_edit() for _ in range(30))
    day = statistics.median(once(lambda number=number: new_day(number)) for number in range(1, 11))
    return [
        Row(f"第一次求出并存下全部核查结果，{named}", filled, note="分成小段在后台做"),
        Row(f"打开后取出存下的核查结果，{named}", reopened, note="分成小段在后台做"),
        Row(f"保存之后更新核查结果，{named}", edit, goal="≤ 20 ms"),
        Row(f"换了一天更新核查结果，{named}", day, goal="≤ 0.2 s"),
    ]


def _stored(keeper: FindingsKeeper) -> None:
    while keeper.save():
        pass


def _beside_a_commit(path: Path, change: Callable[[], object], named: str) -> Row:
    """A change with rules and journal beside the cheapest durable commit on the same disk, by turns."""
    bare = path.with_suffix(".bare.db")
    ours, peer = [], []
    with closing(sqlite3.connect(bare, isolation_level=None)) as conn:
        conn.executescript("PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA; CREATE TABLE t (x)")
        for _ in range(50):
            ours.append(once(change))
            peer.append(once(lambda: conn.execute("INSERT INTO t VALUES (1)")))
    bare.unlink()
    what = f"查规则、保存、记入变更记录，{named}"
    return Row(what, statistics.median(ours), "SQLite 一次落盘的提交", statistics.median(peer), goal="≤ 3 ×")


def _some(ws: Workspace) -> list[Project]:
    return [case.project for case, _ in zip(ws.casefiles(YEAR), range(3), strict=False)]
