"""A thousand tables in the shapes of offices: each is read to the very projects it was made from, or asks.

What a table says clearly must be read without a question; what it leaves open may be asked, and with the answers the
same projects come out. A value that is silently different is never right.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from haicang_desk.model.records import Project
from haicang_desk.model.spreadsheet import ParsedWorkbook, read_workbook
from haicang_desk.model.spreadsheet.read.answers import Answers
from haicang_desk.model.spreadsheet.read.mapping import TableMapping
from haicang_desk.model.values import Refused
from tests.spreadsheet.generated_tables import CATEGORIES, INVISIBLE, MONEY, SECTION_NAMES, Specimen, specimen

RUN = 1000
PART = 50  # tables of one test, so that several processes share the run


@pytest.mark.parametrize("first", range(0, RUN, PART))
def test_every_table_is_read_to_its_records_or_asks(first: int, tmp_path: Path) -> None:
    """Nothing is silently different; what is said clearly is not asked; with the answers all is as it was."""
    wrong = [fault for seed in range(first, first + PART) if (fault := fault_of(specimen(seed), tmp_path))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.soak
def test_many_more_tables(tmp_path: Path) -> None:
    """The same over tables of other seeds."""
    wrong = [fault for seed in range(RUN, 30 * RUN) if (fault := fault_of(specimen(seed), tmp_path))]
    assert not wrong, "\n".join(wrong[:20])


def test_the_tables_differ_and_most_are_clear() -> None:
    """Every shape occurs, and most tables leave nothing open: the run is not won by asking."""
    drawn = [specimen(seed) for seed in range(200)]
    assert {Path(each.name).suffix for each in drawn} == {".xlsx", ".xls", ".ods", ".csv", ".tsv"}
    unsaid = Counter(reason for each in drawn for reason in each.unsaid)
    assert set(unsaid) == {"unit", "sheet", "category", "fund_year", "column"}
    assert sum(not each.unsaid for each in drawn) > 50


def fault_of(table: Specimen, folder: Path) -> str:
    """What is wrong with the reading of a table; "" where nothing is."""
    path = table.write(folder)
    where = f"seed {table.seed} ({path.suffix}, open: {'、'.join(sorted(table.unsaid)) or '-'})"
    try:
        found = read_workbook(path)
    except Refused as refused:
        return f"{where}: refused: {refused}"
    asked = bool(found.questions) or any(sheet.missing for sheet in found.sheets)
    asked = asked or any(row.faults for sheet in found.sheets for row in sheet.rows)
    if asked and not table.unsaid:
        return f"{where}: asks what is said: {_questions(found)}"
    if not asked and (difference := _difference(found, table)):
        return f"{where}: silently different: {difference}"
    answered = read_workbook(path, answers=answers_to(table))
    if answered.questions or (difference := _difference(answered, table)):
        return f"{where}: answered, and still: {_questions(answered) or difference}"
    return ""


def answers_to(table: Specimen) -> Answers:
    """The answers to all that a table leaves open, and nothing else."""
    values = {text: category for category in CATEGORIES for text in (SECTION_NAMES[category],)}
    constants = table.constants
    mappings: tuple[TableMapping, ...] = ()
    if constants or "category" in table.unsaid:
        mappings = (TableMapping("*", Project.label, constants, {}, values),)
    units = {("", ""): table.factor} if "unit" in table.unsaid else {}
    sheets = {table.sheet: Project.label} if "sheet" in table.unsaid else {}
    return Answers(
        units=units,
        sheets=sheets,
        left_out=frozenset((table.sheet, column) for column in table.left_out),
        mappings=mappings,
    )


def _questions(found: ParsedWorkbook) -> str:
    asked = [f"{q.kind.code} {q.column or q.sheet}{q.row or ''}: {q.reason}" for q in found.questions[:3]]
    faults = [str(fault) for sheet in found.sheets for row in sheet.rows for fault in row.faults]
    return "; ".join(asked + faults[:3])


def _difference(found: ParsedWorkbook, table: Specimen) -> str:
    rows = [row for sheet in found.sheets if sheet.record is Project for row in sheet.rows]
    if any(row.faults for row in rows):
        return _questions(found)
    read = [_plain(row.values) for row in rows]
    known = [_plain(record) for record in table.records]
    if len(read) != len(known):
        return f"{len(read)} rows for {len(known)}"
    for row, ours, theirs in zip(rows, read, known, strict=True):
        if ours != theirs:
            return f"row {row.number}: {dict(ours.items() ^ theirs.items())}"
    return ""


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Values as the generator has them: fen, labels, text without the marks that nobody sees; no zero amounts."""
    plain: dict[str, Any] = {}
    for name, value in values.items():
        if name in MONEY:
            if int(value):
                plain[name] = int(value)
        elif name in ("fund_year", "beneficiaries", "planned_finish"):
            plain[name] = value
        elif name in ("village", "title", "category", "content", "place"):
            text = getattr(value, "label", value)
            plain[name] = "".join(c for c in text if c not in INVISIBLE).strip()
    return plain
