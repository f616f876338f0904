"""What import-linter cannot say of the source: no clock, no SQL outside the store, no copying of live files.

Which package may import which stands in pyproject.toml (``tool.importlinter``) and is checked by ``lint-imports``.
Each check here is also shown a breach that it must find.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "haicang_desk"
STORE = "model/store/"
FILE_CALLS = {"fsync", "fdatasync", "replace", "rename", "renames", "unlink", "remove", "rmdir", "link"}
# Where systems are told apart; a process with limits is made otherwise on each.
SYSTEM_ROOMS = ("platform/", "model/foreign/limits", "model/foreign/limited_process")
PATH_CALLS = {"rename", "unlink", "hardlink_to"}
COPIERS = {"copy", "copy2", "copyfile", "copyfileobj", "copytree", "move"}


class Source(NamedTuple):
    """A module: its path below the package, without ``.py``, and its syntax tree."""

    place: str
    tree: ast.Module


Check = Callable[[Source], Iterator[str]]


@cache
def sources() -> tuple[Source, ...]:
    return tuple(
        Source(path.relative_to(PACKAGE).with_suffix("").as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(PACKAGE.rglob("*.py"))
    )


@cache
def nodes(tree: ast.AST) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree))


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module named, and for ``from a import b`` also ``a.b``, which may be a module too."""
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield "a relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """(what it is called on, what is called), for every call by a plain name or an attribute."""
    for node in nodes(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                on = node.func.value
                yield (on.id if isinstance(on, ast.Name) else ""), node.func.attr
            elif isinstance(node.func, ast.Name):
                yield "", node.func.id


def no_relative_imports(source: Source) -> Iterator[str]:
    yield from (name for name in imports(source.tree) if name == "a relative import")


def no_second_sqlite(source: Source) -> Iterator[str]:
    """QtSql brings a SQLite of its own; two of them in one process drop each other's file locks."""
    yield from (name for name in imports(source.tree) if name.startswith("PySide6.QtSql"))


def window_and_commands_open_no_change(source: Source) -> Iterator[str]:
    """They call a service, which names the change and checks it."""
    if source.place.startswith(("ui/", "cli/")):
        yield from (f"{on}.{name}(" for on, name in calls(source.tree) if on and name == "change")


def no_sql_outside_the_store(source: Source) -> Iterator[str]:
    if source.place.startswith(STORE):
        return
    yield from (name for name in imports(source.tree) if name.split(".")[0] == "sqlite_utils")
    yield from (f"{on}.{name}(" for on, name in calls(source.tree) if name in ("execute", "executemany"))


def no_live_file_is_copied_or_opened_beside_the_store(source: Source) -> Iterator[str]:
    """Closing any handle on the file drops SQLite's locks; so no one copies or opens it beside the store package."""
    if source.place.startswith(STORE):
        return
    for on, name in calls(source.tree):
        if (on, name) == ("sqlite3", "connect") or (on == "shutil" and name in COPIERS):
            yield f"{on}.{name}("
    yield from (name for name in imports(source.tree) if name.removeprefix("shutil.") in COPIERS)


def no_paragraph_takes_markup(source: Source) -> Iterator[str]:
    """In reportlab's paragraphs a user's ``<img src=…>`` would open a file of this machine."""
    yield from (name for name in imports(source.tree) if name.startswith("reportlab.platypus.Paragraph"))


def the_clock_is_passed_in(source: Source) -> Iterator[str]:
    """The model reads no clock: ``today`` and ``now`` are arguments."""
    if source.place.startswith("model/"):
        for on, name in calls(source.tree):
            if (on, name) in {("date", "today"), ("datetime", "now"), ("datetime", "today"), ("time", "time")}:
                yield f"{on}.{name}("


def no_module_for_odds_and_ends(source: Source) -> Iterator[str]:
    yield from (word for word in ("utils", "helpers", "common", "misc") if source.place.split("/")[-1] == word)


def what_is_drawn_is_added_up_alike_on_every_python(source: Source) -> Iterator[str]:
    """``sum`` rounds floats otherwise from Python 3.12 on; what counts bytes or halves is exact."""
    drawn = source.place.startswith("model/typesetting/")
    if drawn and source.place.split("/")[-1] not in ("measures", "font_subset", "outline_coding", "runs"):
        yield from (f"{name}(" for on, name in calls(source.tree) if (on, name) == ("", "sum"))


def files_are_renamed_removed_and_synced_by_the_platform_alone(source: Source) -> Iterator[str]:
    """Windows does it otherwise, and virus scanners get in its way: ``platform.writing`` knows both."""
    if source.place.startswith("platform/") or source.place == "ui/shell/machine_probes":  # which tries them out
        return
    yield from (f"os.{name}(" for on, name in calls(source.tree) if on == "os" and name in FILE_CALLS)
    for node in nodes(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name, on = node.func.attr, node.func.value
            of_path = name == "replace" and len(node.args) == 1 and not node.keywords  # that of a text takes two
            if of_path or (name in PATH_CALLS and not (isinstance(on, ast.Name) and on.id == "os")):
                yield f".{name}("


def only_the_platform_asks_which_system_it_runs_on(source: Source) -> Iterator[str]:
    if source.place.startswith(SYSTEM_ROOMS):
        return
    for node in nodes(source.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if (node.value.id, node.attr) in {("os", "name"), ("sys", "platform")}:
                yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.ImportFrom) and node.module in ("os", "sys"):
            yield from (alias.name for alias in node.names if alias.name in ("name", "platform"))


BREACHES: dict[Check, tuple[str, str]] = {
    no_relative_imports: ("model/x", "from .money import Money"),
    no_second_sqlite: ("ui/x", "from PySide6 import QtSql"),
    window_and_commands_open_no_change: ("ui/x", "with ws.change('批准', actor='陈') as change: pass"),
    no_sql_outside_the_store: ("model/documents/x", "ws.conn.execute('SELECT 1')"),
    no_live_file_is_copied_or_opened_beside_the_store: ("ui/x", "import shutil; shutil.copy2(a, b)"),
    no_paragraph_takes_markup: ("model/typesetting/x", "from reportlab.platypus import Paragraph"),
    the_clock_is_passed_in: ("model/x", "today = date.today()"),
    files_are_renamed_removed_and_synced_by_the_platform_alone: ("model/x", "partial.replace(path)"),
    only_the_platform_asks_which_system_it_runs_on: ("model/x", "os.name == 'nt'"),
    no_module_for_odds_and_ends: ("model/utils", ""),
    what_is_drawn_is_added_up_alike_on_every_python: ("model/typesetting/layout/x", "width = sum(advances)"),
}

each_check = pytest.mark.parametrize("check", BREACHES, ids=lambda check: check.__name__)


@each_check
def test_the_source_keeps(check):
    assert [f"{source.place}: {breach}" for source in sources() for breach in check(source)] == []


@each_check
def test_a_breach_is_found_of(check):
    place, text = BREACHES[check]
    assert list(check(Source(place, ast.parse(text))))
