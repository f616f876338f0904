"""Tables as people make them, before anything in them is judged: headings, rows, sections, sums, lines around them.

``table_shape.tables_of`` finds the tables of a CellGrid; ``interpretation`` reads them as records with a mapping and
the answers of the user. Nothing here knows of records, fields or units.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from haicang_desk.model.foreign.sheets.cell_grid import CellGrid
from haicang_desk.model.foreign.sheets.raw_cell import RawCell


@dataclass(frozen=True, slots=True)
class ColumnHeading:
    """The heading of one column: its number (1 is A), and its texts from the outermost group down to its own.

    ``name`` is what people and options call the column: its own text on one line, with ``#2`` behind it for the second
    column of that name, ``#3`` for the third; a column of cells without heading has no texts and is named by its
    letter, such as E列. ``hidden`` where the column is hidden in the file.
    """

    index: int
    texts: tuple[str, ...]
    name: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row under the headings: its number in the sheet, its non-empty cells by column, the sections it stands in.

    Cells that a merged cell covers below its first row are filled in with its content; ``shared`` are their columns,
    for an amount there is nobody's own. ``sections`` are the texts of the section rows above it, outermost first.
    """

    number: int
    cells: dict[int, RawCell]
    sections: tuple[str, ...] = ()
    hidden: bool = False
    shared: frozenset[int] = frozenset()


@dataclass(slots=True)
class RawTable:
    """One table of a sheet. ``above`` and ``below`` are the texts of the lines around it, the title first.

    ``sums`` are its rows of sums, which are no records. ``form`` is true for a form of labels and values, which is
    one row whose headings are the labels; ``places`` then says where each value stands, (row, column) by column.
    ``sheet`` is what options and messages call the table: the title of its sheet, with ``#2`` behind it for a second
    table of that sheet.
    """

    sheet: str
    headings: tuple[ColumnHeading, ...]
    header: int  # the last row of the headings
    rows: list[RawRow] = field(default_factory=list)
    sums: list[RawRow] = field(default_factory=list)
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    form: bool = False
    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    width: int = 1  # number of the last column in use
    hidden: bool = False  # the whole sheet is hidden
    uncalculated: str = ""  # reference of the first formula of the sheet that has no value, such as B7
    notes: tuple[str, ...] = ()  # how it was read: sums, repeated headings, footers that were passed over


@dataclass(frozen=True, slots=True)
class RawWorkbook:
    """The tables of a workbook, of pasted rows or of a text file, in the order of their sheets.

    ``empty_sheets`` are titles of sheets that have text but no table, such as the guide of the template. ``plain`` is
    true for text without merged cells, where a cell that was merged with the one above is empty: pasted text, csv, tsv.
    ``pasted`` is the grid of pasted rows, which have no file from which an error workbook could be made.
    """

    path: Path
    tables: tuple[RawTable, ...]
    empty_sheets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    plain: bool = False
    pasted: tuple[CellGrid, ...] = field(default=(), repr=False, compare=False)

    @property
    def name(self) -> str:
        """The file name, as messages give it."""
        return self.path.name
