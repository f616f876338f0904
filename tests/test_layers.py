"""Which part may know which, and how long a part may be. Each rule is shown a breach that it must find."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "haicang_desk"
DOORS = {"model", "model.documents", "model.exchange", "model.exchange.template"}
KEEPERS = {
    *("store", "change", "originals", "workspace", "shelves"),
    *("migrations", "backup", "audit", "retention", "history", "issues", "point_in_time"),
}
# Lowest first; a module of the core may import its own rung and those below.
LADDER = (
    {"money", "days", "shares", "pinyin", "workdays", "wording", "cached_field", "parallel"},
    {"findings"},
    {"errors", "fields", "scans"},
    {"records", "policy", "rule_sets"},
    {"workflow", "funding", "standing"},
    {"casefile", "register"},
    {"rules", *KEEPERS},
    {"checking", "listing", "ledger"},
    {"actions", "cures", "outlook"},
)
COPIERS = {"copy", "copy2", "copyfile", "copyfileobj", "copytree", "move"}
LONGEST_FILE, LONGEST_FUNCTION, MOST_PARAMETERS = 300, 40, 7


class Source(NamedTuple):
    """A module: its path below the package, without ``.py``, and its tree."""

    place: str
    tree: ast.Module

    @property
    def part(self) -> str:
        return self.place.split("/")[0]

    @property
    def wing(self) -> str:
        """``documents``, ``exchange`` or, for what the two stand on, ``core``."""
        steps = self.place.split("/")
        if steps[0] != "model":
            return ""
        return steps[1] if steps[1:] and steps[1] in ("documents", "exchange") else "core"


Rule = Callable[[Source], Iterator[str]]


@cache
def sources() -> tuple[Source, ...]:
    return tuple(
        Source(path.relative_to(PACKAGE).with_suffix("").as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(PACKAGE.rglob("*.py"))
    )


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module named, and for ``from a import b`` also ``a.b``, which may be a module too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield "a relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def modules() -> frozenset[str]:
    return frozenset(source.place.removesuffix("/__init__").replace("/", ".") for source in sources())


def own(tree: ast.AST) -> Iterator[str]:
    """Modules of this program that are imported, without its name."""
    for name in imports(tree):
        inner = name.removeprefix("haicang_desk.")
        if inner != name and inner in modules() | DOORS:
            yield inner


def calls(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """(what it is called on, what is called), for every call by a plain name or an attribute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                on = node.func.value
                yield (on.id if isinstance(on, ast.Name) else ""), node.func.attr
            elif isinstance(node.func, ast.Name):
                yield "", node.func.id


def outsiders_use_the_front_doors(source: Source) -> Iterator[str]:
    if source.part != "model":
        yield from (name for name in own(source.tree) if name.startswith("model") and name not in DOORS)


def nobody_imports_relatively(source: Source) -> Iterator[str]:
    yield from (name for name in imports(source.tree) if name == "a relative import")


def only_ui_knows_qt(source: Source) -> Iterator[str]:
    if source.part != "ui":
        yield from (name for name in imports(source.tree) if name.split(".")[0] in ("PySide6", "shiboken6"))


def nobody_knows_qtsql_or_lxml(source: Source) -> Iterator[str]:
    yield from (name for name in imports(source.tree) if name.startswith(("PySide6.QtSql", "lxml")))


def the_model_knows_no_face(source: Source) -> Iterator[str]:
    if source.part in ("model", "places"):
        yield from (name for name in own(source.tree) if name.split(".")[0] in ("ui", "cli"))


def ui_does_not_know_the_commands(source: Source) -> Iterator[str]:
    if source.part == "ui":
        yield from (name for name in own(source.tree) if name.split(".")[0] == "cli")


def the_core_does_not_know_its_wings(source: Source) -> Iterator[str]:
    if source.wing == "core":
        yield from (name for name in own(source.tree) if name.startswith(("model.documents", "model.exchange")))


def exchange_and_documents_stand_apart(source: Source) -> Iterator[str]:
    other = {"documents": "model.exchange", "exchange": "model.documents"}.get(source.wing, "-")
    yield from (name for name in own(source.tree) if name.startswith(other))


def the_core_is_a_ladder(source: Source) -> Iterator[str]:
    def rung(module: str) -> int:
        return next((i for i, step in enumerate(LADDER) if module in step), len(LADDER))

    if source.wing == "core" and source.place != "model/__init__":
        mine = source.place.split("/")[1]
        for name in own(source.tree):
            if name.startswith("model.") and rung(name.split(".")[1]) > rung(mine):
                yield name


def rules_do_not_know_the_store(source: Source) -> Iterator[str]:
    if source.place.startswith(("model/rules", "model/casefile", "model/register", "model/policy")):
        yield from (name for name in own(source.tree) if name.split(".")[-1] in KEEPERS)
        yield from (name for name in imports(source.tree) if name.split(".")[0] in ("sqlite3", "sqlite_utils"))


def screens_never_open_a_change(source: Source) -> Iterator[str]:
    if source.part in ("ui", "cli"):
        yield from (f"{on}.{name}(" for on, name in calls(source.tree) if on and name == "change")


def faces_never_speak_sql(source: Source) -> Iterator[str]:
    if source.part not in ("ui", "cli"):
        return
    yield from (name for name in imports(source.tree) if name.startswith("sqlite_utils"))
    yield from (f"{on}.{name}(" for on, name in calls(source.tree) if name in ("execute", "executemany"))
    yield from (f"{on}.{name}(" for on, name in calls(source.tree) if (on, name) == ("sqlite3", "connect"))


def typeset_alone_knows_the_pdf_library(source: Source) -> Iterator[str]:
    """Its paragraphs take markup: a user's ``<img src=…>`` would open a file of this machine."""
    if not source.place.startswith("model/documents/typeset"):
        yield from (name for name in imports(source.tree) if name.split(".")[0] == "reportlab")
    yield from (name for name in imports(source.tree) if name.startswith("reportlab.platypus.Paragraph"))


def the_live_store_is_opened_by_its_keepers_alone(source: Source) -> Iterator[str]:
    """Closing any handle on the file drops SQLite's locks; so no one copies or opens it beside them."""
    if source.wing == "core" and source.place.split("/")[-1] in ("store", "backup", "audit"):
        return
    for on, name in calls(source.tree):
        if (on, name) == ("sqlite3", "connect") or (on == "shutil" and name in COPIERS):
            yield f"{on}.{name}("
    yield from (name for name in imports(source.tree) if name.removeprefix("shutil.") in COPIERS)


def the_clock_is_passed_in(source: Source) -> Iterator[str]:
    """The model reads no clock: ``today`` and ``now`` are arguments."""
    if source.part == "model":
        for on, name in calls(source.tree):
            if (on, name) in {("date", "today"), ("datetime", "now"), ("datetime", "today"), ("time", "time")}:
                yield f"{on}.{name}("


def what_is_drawn_is_added_up_alike_on_every_python(source: Source) -> Iterator[str]:
    """``sum`` rounds floats otherwise from Python 3.12 on; what counts bytes or halves is exact."""
    drawn = source.place.startswith(("model/documents/typeset/", "model/documents/docx/"))
    if drawn and source.place.split("/")[-1] not in ("faces", "subset", "runs"):
        yield from (f"{name}(" for on, name in calls(source.tree) if (on, name) == ("", "sum"))


def files_and_functions_stay_short(source: Source) -> Iterator[str]:
    last = max((getattr(node, "end_lineno", 0) or 0 for node in source.tree.body), default=0)
    if last > LONGEST_FILE:
        yield f"{last} lines"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            asked = node.args
            parameters = [
                a for a in (*asked.posonlyargs, *asked.args, *asked.kwonlyargs) if a.arg not in ("self", "cls")
            ]
            if length > LONGEST_FUNCTION or len(parameters) > MOST_PARAMETERS:
                yield f"{node.name}: {length} lines, {len(parameters)} parameters"


def no_drawer_for_odds_and_ends(source: Source) -> Iterator[str]:
    yield from (word for word in ("utils", "helpers", "common", "misc") if source.place.split("/")[-1] == word)


BREACHES: dict[Rule, tuple[str, str]] = {
    outsiders_use_the_front_doors: ("ui/screens/x", "from haicang_desk.model.money import Money"),
    nobody_imports_relatively: ("model/x", "from .money import Money"),
    only_ui_knows_qt: ("cli/x", "from PySide6.QtCore import Qt"),
    nobody_knows_qtsql_or_lxml: ("ui/x", "from PySide6 import QtSql"),
    the_model_knows_no_face: ("model/x", "from haicang_desk.cli import commands"),
    ui_does_not_know_the_commands: ("ui/x", "import haicang_desk.cli"),
    the_core_does_not_know_its_wings: ("model/actions/x", "from haicang_desk.model import documents"),
    exchange_and_documents_stand_apart: ("model/exchange/x", "import haicang_desk.model.documents"),
    the_core_is_a_ladder: ("model/money", "from haicang_desk.model import records"),
    rules_do_not_know_the_store: ("model/rules/x", "from haicang_desk.model.store import read"),
    screens_never_open_a_change: ("ui/x", "with ws.change('批准', actor='陈') as change: pass"),
    faces_never_speak_sql: ("ui/x", "ws.conn.execute('SELECT 1')"),
    typeset_alone_knows_the_pdf_library: ("model/documents/x", "from reportlab.platypus import Paragraph"),
    the_live_store_is_opened_by_its_keepers_alone: ("ui/x", "import shutil; shutil.copy2(a, b)"),
    the_clock_is_passed_in: ("model/x", "today = date.today()"),
    what_is_drawn_is_added_up_alike_on_every_python: ("model/documents/typeset/x", "width = sum(advances)"),
    files_and_functions_stay_short: ("model/x", "def f(a, b, c, d, e, f, g, h): pass"),
    no_drawer_for_odds_and_ends: ("model/utils", ""),
}

each_rule = pytest.mark.parametrize("rule", BREACHES, ids=lambda rule: rule.__name__)


@each_rule
def test_the_source_keeps(rule):
    assert [f"{source.place}: {breach}" for source in sources() for breach in rule(source)] == []


@each_rule
def test_a_breach_is_found_of(rule):
    place, text = BREACHES[rule]
    assert list(rule(Source(place, ast.parse(text))))


def test_a_long_function_and_a_long_file_are_found():
    long = "def f():\n" + "    x = 1\n" * 40 + "\n" * 300 + "y = 2\n"
    assert list(files_and_functions_stay_short(Source("model/x", ast.parse(long)))) == [
        "342 lines",
        "f: 41 lines, 0 parameters",
    ]
