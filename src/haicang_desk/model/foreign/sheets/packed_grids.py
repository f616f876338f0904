"""Sheets as plain data for a pipe: each different cell once, and the places where it stands as numbers.

The same cell object stands for all that are alike, so the sheets of a large book take less memory than when parsed.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain
from typing import Any

from haicang_desk.model.foreign.sheets.cell_grid import MOST_CELLS, CellGrid
from haicang_desk.model.foreign.sheets.raw_cell import RawCell

_NUMBERS = "I"  # 32 bits


def packed(grids: Sequence[CellGrid]) -> tuple[dict[str, Any], bytes]:
    """The header and the numbers: of each row its own number, how many cells it has, their columns, their texts."""
    numbers = array(_NUMBERS)
    known: dict[RawCell, int] = {}
    sheets = []
    for grid in grids:
        for number, row in grid.rows.items():
            numbers.extend((number, len(row)))
            numbers.extend(row)
            numbers.extend([known.setdefault(cell, len(known)) for cell in row.values()])
        sheets.append(
            {
                "title": grid.title,
                "rows": len(grid.rows),
                "hidden": grid.hidden,
                "hidden_rows": sorted(grid.hidden_rows),
                "hidden_columns": sorted(grid.hidden_columns),
                "merges": grid.merges,
                "uncalculated": grid.uncalculated,
                "left_out": grid.left_out,
            }
        )
    header = {"cells": [list(cell) for cell in known], "sheets": sheets}
    return header, numbers.tobytes()


def unpacked(header: dict[str, Any], content: bytes) -> tuple[CellGrid, ...]:
    """The sheets of a header and its numbers. Raises ValueError and others for what ``packed`` does not give."""
    if not {str} >= set(map(type, chain.from_iterable(header["cells"]))):
        raise ValueError("a cell is no text")
    cells = [RawCell(form, text, unit) for form, text, unit in header["cells"]]
    numbers = array(_NUMBERS)
    numbers.frombytes(content)
    if len(numbers) > 4 * MOST_CELLS:
        raise ValueError("too many cells")
    at, grids = 0, []
    for sheet in header["sheets"]:
        grid = CellGrid(
            str(sheet["title"]),
            hidden=bool(sheet["hidden"]),
            hidden_rows={int(row) for row in sheet["hidden_rows"]},
            hidden_columns={int(column) for column in sheet["hidden_columns"]},
            merges=[(int(a), int(b), int(c), int(d)) for a, b, c, d in sheet["merges"]],
            uncalculated=str(sheet["uncalculated"]),
            left_out=int(sheet["left_out"]),
        )
        for _ in range(sheet["rows"]):
            number, count = numbers[at], numbers[at + 1]
            middle = at + 2 + count
            grid.rows[number] = dict(
                zip(numbers[at + 2 : middle], map(cells.__getitem__, numbers[middle : middle + count]), strict=True)
            )
            at = middle + count
        grids.append(grid)
    if at != len(numbers):
        raise ValueError("cells are left over")
    return tuple(grids)
