"""Tables as people make them: headings, rows, sums and lines of a CellGrid."""

from __future__ import annotations

from haicang_desk.model.spreadsheet.cell_values import RawCell
from haicang_desk.model.spreadsheet.read.cell_grid import CellGrid
from haicang_desk.model.spreadsheet.read.table_shape import tables_of


def grid_of(*rows, merges=(), title="表"):
    """A grid of rows; a str is a text cell, a number a numeric one, None an empty one."""
    grid = CellGrid(title, merges=list(merges))
    for number, row in enumerate(rows, 1):
        cells = {
            index: RawCell("text", value) if isinstance(value, str) else RawCell("number", str(value))
            for index, value in enumerate(row, 1)
            if value not in (None, "")
        }
        if cells:
            grid.rows[number] = cells
    return grid


def names(table):
    return [heading.name for heading in table.headings]


def test_headings_are_found_under_a_title_and_sums_are_apart():
    rows = [["项目清单"], [], ["序号", "项目名称", "金额"], [1, "路灯", 5], [2, "合计路", 6], ["合计", None, 11]]
    (table,) = tables_of(grid_of(*rows))
    assert names(table) == ["序号", "项目名称", "金额"] and table.above == ("项目清单",)
    assert [row.number for row in table.rows] == [4, 5] and [row.number for row in table.sums] == [6]
