"""Workbooks of 10,000 projects in and out, beside openpyxl reading and writing the very same cells."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from openpyxl import Workbook, load_workbook

from bench.ledgers import FOLDER, YEAR, ledger
from bench.timing import Row, once
from haicang_desk.model.services import Workspace
from haicang_desk.model.spreadsheet import export_ledger, plan_import


def rows() -> list[Row]:
    """The measured rows of this part."""
    book, plain, store = (FOLDER / name for name in ("out.xlsx", "plain.xlsx", "in.db"))
    for path in (book, plain, store):
        path.unlink(missing_ok=True)
    with Workspace.open(ledger(10_000, bare=True)) as ws:
        out = once(lambda: export_ledger(ws, book))
    cells = _cells(book)
    floor_in, floor_out = once(lambda: _cells(book)), once(lambda: _write(plain, cells))
    with Workspace.create(store, street="新阳街道", year=YEAR, now=lambda: datetime(2018, 9, 3)) as ws:
        taken = once(lambda: plan_import(ws, book).carry_out(ws, "测速"))
    return [
        Row("导出 10,000 个项目", out, "openpyxl 写同样的单元格", floor_out),
        Row("导入 10,000 个项目，含核对和变更记录", taken, "openpyxl 只读同样的单元格", floor_in),
    ]


def _cells(path: Path) -> dict[str, list[tuple[object, ...]]]:
    book = load_workbook(path, read_only=True, data_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def _write(path: Path, sheets: dict[str, list[tuple[object, ...]]]) -> None:
    book = Workbook(write_only=True)
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    book.save(path)
