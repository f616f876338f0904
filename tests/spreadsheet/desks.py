"""Workbooks between desks, as a reader gives them, without the bytes of a file in between.

What a file carries is tested in test_round_trip; here only what two stores make of each other's rows matters.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from haicang_desk.model.records import Disbursement, Project, Record, Street, Village
from haicang_desk.model.services import Workspace
from haicang_desk.model.spreadsheet.read.mapping import Column, bare, names_by_heading
from haicang_desk.model.spreadsheet.read.parsed_workbook import ParsedRow, ParsedSheet, ParsedWorkbook
from haicang_desk.model.spreadsheet.write.ledger_export import LinkNames, export_columns
from tests.conftest import NOW, copy_of

EXCHANGED: tuple[type[Record], ...] = (Street, Village, Project, Disbursement)


def desk(template: sqlite3.Connection) -> Workspace:
    """A desk's own store of the same street."""
    return Workspace(copy_of(template), now=lambda: NOW)


def workbook_of(ws: Workspace, *classes: type[Record]) -> ParsedWorkbook:
    """The exported sheets of these records, as they are read again."""
    names = LinkNames(ws)
    return ParsedWorkbook(Path("台账.xlsx"), tuple(_sheet(ws, cls, names) for cls in classes or EXCHANGED))


def _sheet(ws: Workspace, cls: type[Record], names: LinkNames) -> ParsedSheet:
    exported = list(export_columns(cls, names))
    by_heading = names_by_heading(cls.table)
    columns = [Column(n, each.heading, by_heading[bare(each.heading)]) for n, each in enumerate(exported, 1)]
    sheet = ParsedSheet(cls.label, cls, 1, tuple(columns), len(columns))
    for number, record in enumerate(ws.all(cls), 2):
        values = {column.name: each.value(record) for column, each in zip(columns, exported, strict=True)}
        sheet.rows.append(ParsedRow(number, {name: v for name, v in values.items() if v is not None and v != ""}))
    return sheet


def row_of(book: ParsedWorkbook, cls: type[Record], record_id: str) -> dict[str, Any]:
    """The values of a record's row, to be edited in place."""
    (sheet,) = (sheet for sheet in book.sheets if sheet.record is cls)
    return next(row.values for row in sheet.rows if row.values.get("id") == record_id)
