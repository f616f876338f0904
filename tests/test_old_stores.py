"""Stores that earlier programs made are opened, verified, checked and printed with the results kept beside them.

Everything is asked through the command line, so that no name inside the program matters here. What each store holds
and how it was made: ``tests/data/old_stores/README.md``. ``python -m tests.test_old_stores NAME`` writes the
expected results of a store anew; the bytes of issued papers never change.
"""

from __future__ import annotations

import json
import lzma
import sqlite3
import sys
from contextlib import chdir, closing, redirect_stderr, redirect_stdout
from hashlib import sha256
from io import BytesIO, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest

from haicang_desk.__main__ import main

FOLDER = Path(__file__).parent / "data" / "old_stores"
STORE = "store.db"  # by this name alone, as `check --json` tells it
Print = tuple[str, ...]  # a document and the options it is printed with


class Asked(NamedTuple):
    """What is asked of one store: the fund year, the day, the projects shown, and what is printed."""

    year: int
    as_of: str
    shown: tuple[str, ...] = ()
    printed: tuple[Print, ...] = ()


STREET = ("workflow-chart", "filing-register", "filing-letter", "inspection-report", "quarterly-report", "award-notice")
VILLAGE = ("suggestion-register", "project-list", "project-notice", "village-ledger")
PROJECT = (
    *("application-form", "opinion-form", "approval-form", "filing-form", "implementer-form", "disbursement-form"),
    *("acceptance-form", "maintenance-form", "completion-notice", "survey-form", "survey-notice", "matching-form"),
    *("award-form", "dossier"),
)


def every_document(project: str, village: str, **others: str) -> tuple[Print, ...]:
    """All documents: of one project, or of the one that ``others`` names for it; of one village; of the street."""
    of_project = [(name, "--project", others.get(name.replace("-", "_"), project)) for name in PROJECT]
    return (*of_project, *((name, "--village", village) for name in VILLAGE), *((name,) for name in STREET))


EARLY = (
    *((name, "--project", "XYJD-XYSQ-2026-01") for name in ("application-form", "approval-form", "disbursement-form")),
    ("project-notice", "--village", "霞阳社区"),
    ("filing-register",),
)
LATER = (
    *((name, "--project", "LWJD-LWSQ-2026-01") for name in ("approval-form", "completion-notice", "award-form")),
    ("village-ledger", "--village", "鹭湾社区"),
)
# The days are later than those of issue: a paper that is not recognised as issued would bear another date.
STORES = {
    "schema-3": Asked(2026, "2026-06-30", ("XYJD-XYSQ-2026-01", "XYJD-XLC-2026-01"), EARLY),
    "schema-4": Asked(2026, "2026-06-30", ("XYJD-XYSQ-2026-01", "XYJD-XLC-2026-01"), EARLY),
    "schema-5": Asked(2026, "2026-11-20", ("LWJD-LWSQ-2026-01",), LATER),
    "schema-6": Asked(2026, "2026-11-20", ("LWJD-LWSQ-2026-01",), LATER),
    "empty": Asked(2026, "2026-11-20", (), (("workflow-chart",), ("filing-register",))),
    "year": Asked(
        2026,
        "2026-12-28",
        ("LWJD-LWSQ-2026-01", "LWJD-LWSQ-2026-03", "LWJD-LWSQ-2025-01"),
        every_document(
            *("LWJD-LWSQ-2026-01", "鹭湾社区"), maintenance_form="LWJD-LWSQ-2026-03", matching_form="LWJD-SQSQ-2026-01"
        ),
    ),
    "odd": Asked(
        2018,
        "2019-03-20",
        ("XYJD-XYSQ-2018-01", "XYJD-MAX-2018-01", "XYJD-MAX-2018-02"),
        (
            *every_document("XYJD-XYSQ-2018-01", "鳌" * 30),
            ("application-form", "--project", "XYJD-MAX-2018-01"),
            ("village-ledger", "--project", "XYJD-XYSQ-2018-01"),
            ("completion-notice", "--project", "XYJD-XYSQ-2018-01", "--paper", "A3"),
        ),
    ),
}

DUE = {
    "odd": {"年度优秀项目推荐表", "满意度测评结果公示", "资金使用情况和实施效果公示"}
}  # changed since: the next issue


def command(*arguments: str) -> tuple[int, str]:
    """The exit code of a command, and what it printed."""
    with TextIOWrapper(BytesIO(), "utf-8") as out, TextIOWrapper(BytesIO(), "utf-8") as err:
        with redirect_stdout(out), redirect_stderr(err):
            code = main([*arguments, "--operator", "陈静"])
        out.flush()
        return code, out.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined]


def unpacked(name: str, folder: Path) -> Path:
    """A copy of one store, put into ``folder``."""
    store = folder / STORE
    store.write_bytes(lzma.decompress((FOLDER / f"{name}.db.xz").read_bytes()))
    return store


def answers(name: str, folder: Path) -> dict[str, Any]:
    """Everything asked of one store, which lies in ``folder``."""
    asked = STORES[name]
    day, year = ("--as-of", asked.as_of), ("--year", str(asked.year))
    with chdir(folder):
        verified = command("verify", STORE, "--json")
        told = {
            "verify before": verified,
            "check": command("check", STORE, *year, *day, "--json"),
            "budget": command("budget", STORE, *year, *day, "--json"),
            **{f"show {code}": command("show", STORE, code, *day, "--json") for code in asked.shown},
        }
        exported, _ = command("export", STORE, "ledger.xlsx")
        printed = {" ".join(words): _printed(words, day) for words in asked.printed}
        told["verify after"] = command("verify", STORE, "--json")
        held: dict[str, Any] = {
            what: {"exit": code, "said": json.loads(said) if said else None} for what, (code, said) in told.items()
        }
        for what in ("verify before", "verify after"):  # what this computer saw of the store is no answer of the store
            held[what]["said"].pop("anchors")
        books = {"exit": exported, **{file.name: _digest(file) for file in Path().glob("*.xlsx")}}
        return {**held, "export": books, "printed": printed}


def _printed(words: Print, day: tuple[str, str]) -> dict[str, Any]:
    """The exit code of ``print`` and the SHA-256 of each file."""
    out = Path(sha256(repr(words).encode()).hexdigest()[:8])
    code, _ = command("print", STORE, *words, *day, "--out", str(out))
    return {"exit": code, **{file.name: _digest(file) for file in sorted(out.glob("*"))}}


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def issued(store: Path) -> dict[str, str]:
    """The digest of every A4 paper by its name, the last issue of each, as the old store itself has it."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as conn:
        if not conn.execute("SELECT 1 FROM sqlite_schema WHERE name = 'issue'").fetchone():
            return {}
        return dict(conn.execute("SELECT name, digest FROM issue WHERE paper = 'A4' AND NOT void ORDER BY number"))


@pytest.mark.slow
@pytest.mark.parametrize("name", STORES)
def test_an_old_store_gives_the_same_findings_balances_and_bytes(name, tmp_path):
    kept = issued(unpacked(name, tmp_path))
    found, held = answers(name, tmp_path), expected(name)
    assert list(found) == list(held)
    for what, told in held.items():
        assert found[what] == told, what
    printed = {file: digest for files in found["printed"].values() for file, digest in files.items()}
    assert set(kept) <= set(printed)
    anew = {Path(file).stem.rpartition("_")[2] for file, digest in kept.items() if printed[file] != digest}
    assert anew == DUE.get(name, set())


if __name__ == "__main__":
    for each in sys.argv[1:] or STORES:
        with TemporaryDirectory() as made:
            unpacked(each, Path(made))
            told = json.dumps(answers(each, Path(made)), ensure_ascii=False, indent=1)
        (FOLDER / f"{each}.json").write_text(told + "\n", encoding="utf-8")
