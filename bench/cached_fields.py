"""``cached_field`` beside ``functools.cached_property``: the check of a year timed with each, in turn.

    python -m bench.cached_fields [PROJECTS [TIMES]]

Prints the least and the median CPU time of a check with each, and of the first access to one field. Needs nothing of
Qt, so it also runs on another Python with the packages of this one: PYTHONPATH=.venv/lib/python3.11/site-packages.
"""

from __future__ import annotations

import statistics
import sys
import time
from functools import cached_property
from typing import Any

from bench.ledgers import TODAY, YEAR, ledger
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.funding import Funding
from haicang_desk.model.policy import Policy
from haicang_desk.model.services import Workspace, check
from haicang_desk.model.values import cached_field

FIELDS = {(owner, name): each for owner in (Casefile, Funding, Policy) for name, each in vars(owner).items()
          if isinstance(each, cached_field)}  # fmt: skip


def use(kind: Any) -> None:
    """Have every cached field of the model be of this kind."""
    for (owner, name), each in FIELDS.items():
        field = kind(each._compute)
        field.__set_name__(owner, name)
        setattr(owner, name, field)


def first_access(kind: Any, number: int = 100_000) -> float:
    """Nanoseconds of CPU time for the first access to a field that costs nothing to work out."""
    owner = type("Owner", (), {"field": kind(lambda self: 1)})
    owner.__dict__["field"].__set_name__(owner, "field")
    made: list[Any] = [owner() for _ in range(number)]
    start = time.process_time()
    for each in made:
        each.field  # noqa: B018 - the access is what is timed
    return (time.process_time() - start) / number * 1e9


def main(projects: int = 3_000, times: int = 9) -> None:
    """Time a check of ``projects`` projects with each kind of property, ``times`` times in turn."""
    kinds = {"cached_field": cached_field, "cached_property": cached_property}
    checks: dict[str, list[float]] = {name: [] for name in kinds}
    accesses: dict[str, list[float]] = {name: [] for name in kinds}
    with Workspace.open(ledger(projects)) as ws:
        for _ in range(times):
            for name, kind in kinds.items():
                use(kind)
                start = time.process_time()
                check(ws, YEAR, TODAY)
                checks[name].append(time.process_time() - start)
                accesses[name].append(first_access(kind))
    print(f"Python {sys.version.split()[0]}, {projects} projects, {times} times")
    for name in kinds:
        print(
            f"{name:16} check {min(checks[name]):.3f} s least, {statistics.median(checks[name]):.3f} s median;"
            f" first access {min(accesses[name]):.0f} ns"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
