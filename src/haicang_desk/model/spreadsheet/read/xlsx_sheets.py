"""The sheets of an xlsx workbook as CellGrids (SpreadsheetML, ECMA-376 part 1 §18.3).

Each sheet is read in one pass of expat. openpyxl's streaming reader reports neither hidden rows, merged cells nor
formulas that were never calculated, and takes half as long again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import IO, NamedTuple

from haicang_desk.model.spreadsheet.cell_values import RawCell
from haicang_desk.model.spreadsheet.read.cell_grid import (
    EMPTY_ROWS,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_MERGES,
    MOST_ROWS,
    CellGrid,
    column_letters,
    column_number,
)
from haicang_desk.model.spreadsheet.read.shared_strings import (
    SharedStrings,
    TextCollector,
    read_forms,
    read_strings,
    unescaped,
)
from haicang_desk.model.spreadsheet.read.xlsx_package import (
    XlsxPackage,
    damaged,
    outline,
    parse_stream,
    set_handlers,
    xml_parser,
)
from haicang_desk.model.values import Refused


class SheetEntry(NamedTuple):
    """A worksheet as the workbook part lists it: its title, the name of its part, and whether it is hidden."""

    title: str
    part: str
    hidden: bool


class XlsxSheets:
    """The worksheets of a package, in the order of the workbook. Raises Refused where there is none."""

    def __init__(self, package: XlsxPackage) -> None:
        self._package, self._strings, self._cells = package, SharedStrings(), 0
        related = package.related(package.workbook)
        content = outline(package.read(package.workbook))
        sheets = [attributes for parent, tag, attributes in content if (parent, tag) == ("sheets", "sheet")]
        targets = [related.get(sheet.get("id", ""), ("", "")) for sheet in sheets]
        self.entries = tuple(
            SheetEntry(sheet.get("name", ""), part, sheet.get("state", "visible") != "visible")
            for sheet, (kind, part) in zip(sheets, targets, strict=True)
            if kind == "worksheet"
        )
        if not self.entries:
            raise damaged(package.name, "没有工作表")
        self._parts = dict(related.values())  # by type of relationship
        self._strings.from_1904 = any(
            attributes.get("date1904") in ("1", "true") for _, tag, attributes in content if tag == "workbookPr"
        )

    def size(self, entries: Iterable[SheetEntry]) -> int:
        """Bytes to be read for these sheets and for the shared strings."""
        names = {entry.part for entry in entries} | {self._parts.get("sharedStrings", "")}
        return sum(self._package.parts[name].file_size for name in names if name in self._package.parts)

    def read_strings(self, count: Callable[[int], None]) -> None:
        """Read shared strings and number formats; to be called before the first ``read``."""
        self._strings.strings = read_strings(self._package, self._parts.get("sharedStrings", ""), count)
        self._strings.forms = read_forms(self._package, self._parts.get("styles", ""))

    def read(self, entry: SheetEntry, count: Callable[[int], None]) -> CellGrid:
        """The cells of a sheet. ``count`` is called with the bytes read and may raise to stop.

        Raises Refused beyond the limits of cell_grid; damaged XML raises what damage_refused turns into Refused.
        """
        grid = CellGrid(entry.title, hidden=entry.hidden)
        with self._package.stream(entry.part) as stream:
            _SheetReader(grid, self._strings).read(stream, count)
        self._cells += sum(map(len, grid.rows.values()))
        if self._cells > MOST_CELLS:
            raise Refused(f"《{self._package.name}》的单元格太多，没有导入。请分成几个工作簿")
        return grid


class _SheetReader:
    """Fills a grid from the expat events of one sheet's XML."""

    def __init__(self, grid: CellGrid, strings: SharedStrings) -> None:
        self._grid, self._strings = grid, strings
        self._columns: dict[str, int] = {}  # column numbers by letters
        self._row: dict[int, RawCell] = {}
        self._number = self._column = self._last = 0
        self._hidden = self._formula = False
        self._type, self._style = "", 0
        self._text, self._cells = TextCollector(), 0

    def read(self, stream: IO[bytes], count: Callable[[int], None]) -> None:
        """Parse the whole part. Raises Refused beyond the limits, ValueError and others for damaged XML."""
        parser, text = xml_parser(), self._text
        set_handlers(
            parser,
            {
                "col": self._column_format,
                "row": self._start_row,
                "c": self._start_cell,
                "v": text.start,
                "f": self._start_formula,
                "t": text.start,
                "rPh": text.start_phonetic,
                "mergeCell": self._merge,
            },
            {"row": self._end_row, "c": self._end_cell, "v": text.end, "t": text.end, "rPh": text.end_phonetic},
        )
        parser.CharacterDataHandler = text.add
        parse_stream(parser, stream, count)

    def _column_format(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes["min"]), min(int(attributes["max"]), MOST_COLUMNS)
            self._grid.hidden_columns.update(range(first, last + 1))

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._number = int(attributes["r"]) if "r" in attributes else self._number + 1
        self._hidden = attributes.get("hidden") in ("1", "true")
        self._row, self._column = {}, 0

    def _end_row(self) -> None:
        grid = self._grid
        if not self._row or grid.left_out:
            return
        if self._number <= self._last:
            raise ValueError(f"row {self._number} follows row {self._last}")
        if self._last and self._number - self._last > EMPTY_ROWS:
            grid.left_out = self._number
            return
        grid.rows[self._number], self._last = self._row, self._number
        self._cells += len(self._row)
        if self._hidden:
            grid.hidden_rows.add(self._number)
        if len(grid.rows) > MOST_ROWS:
            raise Refused(f"工作表“{grid.title}”超过 10 万行，没有导入。请分成几个工作簿")
        if self._cells > MOST_CELLS:
            raise Refused(f"工作表“{grid.title}”的单元格太多，没有导入。请删去无关的列，或分成几个工作簿")

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if ref := attributes.get("r"):
            letters = ref.rstrip("0123456789")
            column = self._columns.get(letters)
            self._column = self._columns.setdefault(letters, column_number(letters)) if column is None else column
        else:
            self._column += 1
        self._type, self._style = attributes.get("t", "n"), int(attributes.get("s") or 0)
        self._formula = False

    def _start_formula(self, _: dict[str, str]) -> None:
        self._formula = True

    def _end_cell(self) -> None:
        text = self._text.take()
        if self._formula and not text and self._type != "str":
            self._grid.uncalculated = self._grid.uncalculated or f"{column_letters(self._column)}{self._number}"
        if text and self._column <= MOST_COLUMNS:
            raw = self._raw(text)
            if raw.text and not raw.text.isspace():
                self._row[self._column] = raw

    def _raw(self, text: str) -> RawCell:
        kind = self._type
        if kind == "s":
            return self._strings.string(text)
        if kind == "n":
            return self._strings.number(text, self._style)
        if kind == "b":
            return RawCell("flag", "TRUE" if text.strip() in ("1", "true") else "FALSE")
        return RawCell("fault" if kind == "e" else "text", unescaped(text))

    def _merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        if len(self._grid.merges) > MOST_MERGES:
            raise ValueError("too many merged cells")
        if last:
            self._grid.merges.append((*_row_and_column(first), *_row_and_column(last)))


def _row_and_column(ref: str) -> tuple[int, int]:
    letters = ref.rstrip("0123456789")
    return int(ref[len(letters) :] or 0), column_number(letters)
