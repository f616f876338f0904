"""Change the rules in small ways, one at a time, and see whether a test notices.

Run: python scripts/mutants.py [MODULE[:LINE] …] (names under src/haicang_desk/model; none: all of TARGETS).
Every mutant is tried in a process of its own, forked from one that has the test tools loaded. Prints each survivor
with its line, then how many were killed.
"""

from __future__ import annotations

import ast
import copy
import importlib.abc
import importlib.util
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, ModuleType

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "src/haicang_desk/model"
SECONDS = 120  # a mutant that runs longer counts as noticed

TARGETS = {  # module -> the tests that should notice, the likeliest first
    "money": ("test_money.py",),
    "days": ("test_days.py",),
    "funding": ("test_funding.py", "rules/test_funding.py"),
    "shares": ("test_shares.py",),
    "workdays": ("rules/test_deadlines.py",),
    "wording": ("rules/test_exclusions.py",),
    "outlook": ("test_outlook.py",),
    **{
        f"rules/{path.stem}": (f"rules/test_{path.stem}.py",)
        for path in sorted((MODEL / "rules").glob("*.py"))
        if path.stem != "__init__"
    },
}
ELSEWHERE = {
    "rules/order": ("rules/test_order.py", "rules/test_deadlines.py"),
    "rules/watching": ("rules/test_year_round.py",),
    "rules/judging": ("rules/test_year_round.py",),
    "rules/reporting": ("rules/test_year_round.py",),
    "rules/quota": ("rules/test_quota.py", "rules/test_year_round.py"),
    "rules/settling": ("rules/test_settling.py", "rules/test_payment.py"),
}
ALL_RULES = ("rules/test_book.py", "rules/test_in_the_store.py")

COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
RECKONED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv}
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any", "part": "part_up", "part_up": "part"}
GRADED = {"BLOCK": "WARN", "EXCEPTION": "BLOCK", "WARN": "INFO", "INFO": "WARN"}

Mutate = Callable[[], None]


def changes(node: ast.AST) -> Iterator[tuple[str, Mutate]]:
    """Ways to change one node in place."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            if other := COMPARED.get(type(operator)):
                yield f"{type(operator).__name__} -> {other.__name__}", _put(node.ops, place, other())
    elif isinstance(node, ast.BinOp) and (other := RECKONED.get(type(node.op))):
        yield f"{type(node.op).__name__} -> {other.__name__}", lambda: setattr(node, "op", other())
    elif isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"{type(node.op).__name__} -> {other.__name__}", lambda: setattr(node, "op", other())
        for place in range(len(node.values)):
            yield f"operand {place} left out", lambda place=place: _leave_out(node, place)
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield f"{node.value} -> {not node.value}", lambda: setattr(node, "value", not node.value)
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield f"{node.value} -> {node.value + 1}", lambda: setattr(node, "value", node.value + 1)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and (name := CALLED.get(node.id)):
        yield f"{node.id} -> {name}", lambda: setattr(node, "id", name)
    elif isinstance(node, ast.Attribute) and (name := CALLED.get(node.attr) or GRADED.get(node.attr)):
        yield f"{node.attr} -> {name}", lambda: setattr(node, "attr", name)
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "test -> not", lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield f"{type(node.op).__name__} left out", lambda: setattr(node, "op", ast.UAdd()) or _plain(node)


def _put(operators: list[ast.cmpop], place: int, operator: ast.cmpop) -> Mutate:
    return lambda: operators.__setitem__(place, operator)


def _leave_out(node: ast.BoolOp, place: int) -> None:
    del node.values[place]


def _plain(node: ast.UnaryOp) -> None:
    """``not x`` becomes ``bool(x)``, ``-x`` becomes ``+x``."""
    if isinstance(node.operand, ast.Compare | ast.Call | ast.Name | ast.Attribute):
        node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)


def sites(tree: ast.Module) -> list[tuple[ast.AST, str, Mutate]]:
    """Every change to every node that is neither annotation, decorator, docstring nor message."""
    skipped = set()
    for node in ast.walk(tree):
        for decorator in getattr(node, "decorator_list", ()):
            skipped |= {id(inner) for inner in ast.walk(decorator)}
        if isinstance(node, ast.keyword) and node.arg == "strict":
            skipped.add(id(node.value))
        for name in ("annotation", "returns"):
            if (said := getattr(node, name, None)) is not None:
                skipped |= {id(inner) for inner in ast.walk(said)}
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(inner) for inner in ast.walk(node)}
    found = []
    for node in ast.walk(tree):
        if id(node) not in skipped:
            found += [(node, said, mutate) for said, mutate in changes(node)]
    return found


def mutants(source: str) -> Iterator[tuple[str, CodeType, str]]:
    """Line, changed code and what was changed, one change each."""
    lines, tree = source.splitlines(), ast.parse(source)
    for number in range(len(sites(tree))):
        changed = copy.deepcopy(tree)
        node, said, mutate = sites(changed)[number]
        mutate()
        ast.fix_missing_locations(changed)
        try:
            code = compile(changed, "<mutant>", "exec")
        except (ValueError, SyntaxError):
            continue
        yield f"{node.lineno}: {lines[node.lineno - 1].strip()}", code, said


class Serve(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the changed code where the module is imported."""

    def __init__(self, name: str, code: CodeType, path: Path) -> None:
        self.name, self.code, self.path = name, code, path

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def create_module(self, spec: object) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(self.code, module.__dict__)


def noticed(module: str, code: CodeType, tests: tuple[str, ...]) -> bool:
    """Whether the tests fail, in a fork of this process. A fork that hangs is stopped, and counts."""
    child = os.fork()
    if child == 0:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        signal.alarm(SECONDS)
        os._exit(_run(module, code, tests))
    _, status = os.waitpid(child, 0)
    return status != 0


def _run(module: str, code: CodeType, tests: tuple[str, ...]) -> int:
    import pytest

    name = "haicang_desk.model." + module.replace("/", ".")
    sys.meta_path.insert(0, Serve(name, code, MODEL / f"{module}.py"))
    files = [str(ROOT / "tests/model" / test) for test in tests]
    return int(
        pytest.main(
            [
                "-x",
                "-q",
                "-p",
                "no:cacheprovider",
                "-p",
                "no:xdist",
                "-W",
                "ignore::pytest.PytestAssertRewriteWarning",
                *files,
            ]
        )
    )


def main(names: list[str]) -> int:
    import hypothesis
    import pytest  # noqa: F401  (loaded once, for every fork)
    import sqlite_utils  # noqa: F401

    hypothesis.settings.register_profile("mutants", max_examples=40, derandomize=True, database=None, deadline=None)
    hypothesis.settings.load_profile("mutants")
    os.chdir(ROOT)
    tried = survived = 0
    for name in names or list(TARGETS):
        module, _, only = name.partition(":")
        tests = ELSEWHERE.get(module, TARGETS[module]) + (ALL_RULES if module.startswith("rules/") else ())
        source = (MODEL / f"{module}.py").read_text(encoding="utf-8")
        if noticed(module, compile(source, "<mutant>", "exec"), tests):
            raise SystemExit(f"{module}: its tests fail as it is")
        for line, code, said in mutants(source):
            if only and not line.startswith(f"{only}:"):
                continue
            tried += 1
            if not noticed(module, code, tests):
                survived += 1
                print(f"{module}:{line}\n    {said}", flush=True)
    print(f"{tried} mutants, {survived} survived, {100 * (tried - survived) / max(tried, 1):.1f} % killed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
