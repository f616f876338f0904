"""Stores and workbooks for the tests of spreadsheet."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from haicang_desk.model.records import Street, StreetQuota
from haicang_desk.model.services import Workspace

SAMPLE = Path(__file__).parent.parent / "data" / "莞城街道2023首批.xlsx"


@pytest.fixture
def other(template: sqlite3.Connection) -> Iterator[Workspace]:
    """A second store of the same street, with nothing in it yet."""
    with store_of(template, "新阳街道", 2018) as ws:
        yield ws


@pytest.fixture
def guancheng(template: sqlite3.Connection) -> Iterator[Workspace]:
    with store_of(template, "莞城街道", 2023) as ws:
        yield ws


def store_of(template: sqlite3.Connection, street: str, year: int) -> Workspace:
    conn = sqlite3.connect(":memory:", isolation_level=None)
    template.backup(conn)
    for table in ("register_line", "village", "street", "street_quota"):
        conn.execute(f"DELETE FROM {table}")
    conn.execute("PRAGMA foreign_keys = ON")
    ws = Workspace(conn, now=lambda: datetime(2018, 9, 3, 9, 30))
    with ws.change("建立台账", actor="陈", undoable=False) as change:
        change.save(Street(name=street))
        change.save(StreetQuota(fund_year=year))
    return ws


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """A workbook of the sheets given, each a list of rows, the first its headings."""

    def made(name: str = "册.xlsx", **sheets: list[list[Any]]) -> Path:
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.worksheets[0])
        for title, rows in sheets.items():
            sheet = workbook.create_sheet(title)
            for row in rows:
                sheet.append(row)
        path = tmp_path / name
        workbook.save(path)
        return path

    return made
