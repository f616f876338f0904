"""Rows copied from a spreadsheet, as texts for the columns of a grid in which the records of one class are typed.

Nothing is judged here: a text lands in its cell as it was written, and whoever owns the grid reads the cell as if it
had been typed there. Only the unit that a heading states (单价（万元）) is put behind the amounts below it, because
the grid has no heading of its own for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from haicang_desk.model.foreign.sheets.cell_grid import CellGrid
from haicang_desk.model.foreign.sheets.clipboard import read_clipboard
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.records import Record
from haicang_desk.model.spreadsheet.columns import folded
from haicang_desk.model.spreadsheet.read.mapping import bare, is_heading, matches
from haicang_desk.model.spreadsheet.read.raw_tables import ColumnHeading, RawRow
from haicang_desk.model.spreadsheet.read.row_kinds import COUNTERS, is_sum
from haicang_desk.model.spreadsheet.read.table_shape import tables_of
from haicang_desk.model.spreadsheet.read.units import units_in_heading
from haicang_desk.model.values import Money

BUDGET_WORDS: Mapping[str, str] = {  # what bills of quantities call the columns of a budget, by bare heading
    "规格": "content",
    "规格型号": "content",
    "型号规格": "content",
    "型号": "content",
    "名称规格": "content",
    "名称及规格": "content",
    "项目名称": "content",
    "货物名称": "content",
    "工作内容": "content",
    "项目特征": "content",
    "工程量": "quantity",
    "综合单价": "price",
    "合价": "amount",
    "总金额": "amount",
    "备注": "note",
}
FEWEST_HEADINGS = 2  # of the record, from which a first row is one of headings
MOST_NAMED = 4  # columns or rows that a note lists


@dataclass(frozen=True, slots=True)
class PastedRows:
    """Texts by name of the field, one mapping a row. ``headed``: the columns were found by a row of headings.

    ``columns`` are the headings that were taken, each with the label of its field; ``notes`` say what was left out.
    """

    rows: tuple[Mapping[str, str], ...]
    headed: bool
    columns: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def pasted_rows(
    cls: type[Record], text: str, html: str = "", *, order: Sequence[str], also: Mapping[str, str] | None = None
) -> PastedRows:
    """The rows on the clipboard for a grid whose columns are ``order``, from the cell pasted into on.

    Without a row of headings the columns are taken as they come. ``also`` are further words for a field, by bare
    heading; several columns of one field, such as 名称 and 规格, are written one behind the other. Rows of sums are
    left out. Raises Refused for an empty clipboard and beyond the limits of a sheet.
    """
    grid = read_clipboard(html, text)
    for table in tables_of(grid, lambda word: is_heading(word) or bare(word) in (also or {})):
        taken = _taken(cls, table.headings, also or {}, order)
        if len(set(taken.values())) >= FEWEST_HEADINGS:
            return _headed(cls, table.headings, taken, table.rows, table.sums)
    return _in_order(cls, grid, order)


def _taken(
    cls: type[Record], headings: Iterable[ColumnHeading], also: Mapping[str, str], order: Sequence[str]
) -> dict[int, str]:
    """The field of each column by its number: what the record calls it, then what tables of its kind may call it."""
    taken: dict[int, str] = {}
    headings = list(headings)
    for sure in (True, False):
        for heading in headings:
            if heading.index in taken or not heading.texts:
                continue
            found = (match.name for match in matches(cls, heading) if match.sure is sure and match.name in order)
            name = next(found, "")
            if name and name not in taken.values():
                taken[heading.index] = name
    for heading in headings:
        if heading.index not in taken and heading.texts:
            name = also.get(bare(heading.texts[-1]), "")
            if name in order and (cls.fields[name].kind is str or name not in taken.values()):
                taken[heading.index] = name
    return dict(sorted(taken.items()))


def _headed(
    cls: type[Record],
    headings: Sequence[ColumnHeading],
    taken: Mapping[int, str],
    rows: Sequence[RawRow],
    sums: Sequence[RawRow],
) -> PastedRows:
    units = {heading.index: _unit(heading) for heading in headings}
    found = [
        _joined(
            (name, _written(cls, name, cells[index], units[index])) for index, name in taken.items() if index in cells
        )
        for cells in (row.cells for row in rows)
    ]
    left = [h.name for h in headings if h.index not in taken and h.texts and folded(h.texts[-1]) not in COUNTERS]
    notes = []
    if left:
        notes.append(f"没有对应栏目的列没有贴入：{_listed(left)}")
    if sums:
        notes.append(f"合计行没有贴入：第 {_listed([str(row.number) for row in sums])} 行")
    names = {heading.index: heading.name for heading in headings}
    columns = tuple((names[index], cls.fields[name].label) for index, name in taken.items())
    return PastedRows(tuple(row for row in found if row), headed=True, columns=columns, notes=tuple(notes))


def _in_order(cls: type[Record], grid: CellGrid, order: Sequence[str]) -> PastedRows:
    found: list[Mapping[str, str]] = []
    sums: list[str] = []
    wide = 0
    for number in sorted(grid.rows):
        cells = grid.rows[number]
        texts = [cell.text for _, cell in sorted(cells.items())]
        if is_sum(texts[:1], [cell for _, cell in sorted(cells.items())][1:]):
            sums.append(str(number))
            continue
        wide = max(wide, max(cells) - len(order))
        row = {order[index - 1]: cell for index, cell in sorted(cells.items()) if index <= len(order)}
        if row:
            found.append({name: _written(cls, name, cell, "") for name, cell in row.items()})
    notes = []
    if wide > 0:
        notes.append(f"比表格多出的 {wide} 列没有贴入")
    if sums:
        notes.append(f"合计行没有贴入：第 {_listed(sums)} 行")
    return PastedRows(tuple(found), headed=False, notes=tuple(notes))


def _joined(parts: Iterable[tuple[str, str]]) -> dict[str, str]:
    row: dict[str, str] = {}
    for name, text in parts:
        if text:
            row[name] = f"{row[name]} {text}" if name in row else text
    return row


def _unit(heading: ColumnHeading) -> str:
    """The unit other than 元 that a heading states for the amounts below it; "" for none."""
    stated = [unit for text in heading.texts for unit in units_in_heading(text)]
    return stated[-1].name if stated and stated[-1].factor != 1 else ""


def _written(cls: type[Record], name: str, cell: RawCell, unit: str) -> str:
    """A cell as a person would have typed it; cells of one line keep no line break."""
    text = " ".join(cell.text.split()) if "\n" in cell.text else cell.text.strip()
    own = cell.unit or unit
    if cls.fields[name].kind is Money and own and text and not text.endswith(("元", "万", "亿")):
        return f"{text}{own}"
    return text


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:MOST_NAMED]) + (" 等" if len(names) > MOST_NAMED else "")
