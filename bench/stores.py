"""The store: checking and balances beside raw SQL, one project's rules, a saved change with its journal."""

from __future__ import annotations

import dataclasses
import resource
import shutil
from itertools import count
from pathlib import Path

from bench.ledgers import TODAY, YEAR, ledger
from bench.timing import Row, median, once
from haicang_desk.model import Project, Workspace, check, keep, weigh

SAME_SUMS = """
SELECT p.village, count(*), sum(p.category = 'service'),
  sum(coalesce(a.special, p.special) + p.matching), sum(p.donated_cash + p.donated_goods + p.labour + p.self_raised)
FROM project p LEFT JOIN approval a ON a.project = p.id AND NOT a.void
WHERE NOT p.void AND p.fund_year = ? AND p.submitted_on IS NOT NULL GROUP BY p.village
"""


def rows() -> list[Row]:
    return [*_sizes(300), *_sizes(10_000), *_sizes(100_000), *_one_project()]


def _sizes(projects: int) -> list[Row]:
    goals = {300: "≤ 60 ms", 10_000: "≤ 3 s", 100_000: "≤ 8 s，≤ 600 MB"}
    times = 5 if projects <= 300 else 1
    with Workspace.open(ledger(projects)) as ws:
        sums = median(lambda: ws.conn.execute(SAME_SUMS, (YEAR,)).fetchall(), 5)
        # a workspace of its own each time: one that has summed before would answer from memory
        budget = median(lambda: Workspace(ws.conn).register(YEAR), 5)
        checked = median(lambda: check(ws, YEAR, TODAY), times) if times > 1 else once(lambda: check(ws, YEAR, TODAY))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    named = f"{projects:,} 个项目"
    return [
        Row(f"check，{named}连同全部记录", checked, goal=goals[projects], note=f"进程至此峰值 {peak:.0f} MB"),
        Row(f"budget，{named}", budget, "同样合计的 SQL", sums, "≤ 1.5 ×"),
    ]


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
        kept = keep(ws, drafts, action="铺底", person="测速")
        numbers = count()
        case = ws.casefile(kept[0].id)

        def save() -> None:
            changed = dataclasses.replace(kept[0], place=f"第{next(numbers)}处")
            keep(ws, [changed], action="修改", person="测速")

        named = f"库中 {projects:,} 个项目"
        return [
            Row(f"一个项目连同村居、街道的规则，{named}", median(lambda: weigh(ws, case, TODAY), 20), goal="≤ 20 ms"),
            Row(f"保存一处修改并记入变更记录，{named}", median(save, 50), goal="≤ 10 ms"),
        ]


def _some(ws: Workspace) -> list[Project]:
    return [case.project for case, _ in zip(ws.casefiles(YEAR), range(3), strict=False)]
