"""The sheets of an xlsx workbook as CellGrids (SpreadsheetML, ECMA-376 part 1 §18.3).

Each sheet is read in one pass of expat. openpyxl's streaming reader reports neither hidden rows, merged cells nor
formulas that were never calculated, and takes half as long again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import IO, NamedTuple

from haicang_desk.model.spreadsheet.cell_values import RawCell
from haicang_desk.model.spreadsheet.read.byte_counter import ByteCounter
from haicang_desk.model.spreadsheet.read.cell_grid import (
    LONGEST_TEXT,
    MOST_COLUMNS,
    MOST_MERGES,
    PICTURE,
    CellGrid,
    CellLimit,
    GridFiller,
    column_letters,
    column_number,
    is_picture_formula,
    text_cell,
)
from haicang_desk.model.spreadsheet.read.shared_strings import (
    SharedStrings,
    read_formats,
    read_strings,
    unescaped,
)
from haicang_desk.model.spreadsheet.read.xlsx_package import XlsxPackage, element_codes, open_xlsx
from haicang_desk.model.spreadsheet.read.zip_package import (
    damaged,
    outline,
    parse_stream,
    taken,
    text_buffer,
    xml_parser,
)


class SheetEntry(NamedTuple):
    """A worksheet as the workbook part lists it: its title, the name of its part, and whether it is hidden."""

    title: str
    part: str
    hidden: bool


def xlsx_grids(content: bytes, name: str, counter: ByteCounter) -> tuple[CellGrid, ...]:
    """All worksheets of the content of an xlsx file, in the order of the workbook.

    Raises Refused for what contract §2 refuses whole; what damage raises is for damage_refused.
    """
    with open_xlsx(content, name) as package:
        sheets = XlsxSheets(package)
        counter.total = sheets.size(sheets.entries)
        sheets.read_strings(counter.count)
        return tuple(sheets.read(entry, counter.count) for entry in sheets.entries)


class XlsxSheets:
    """The worksheets of a package, in the order of the workbook. Raises Refused where there is none."""

    def __init__(self, package: XlsxPackage) -> None:
        self._package, self._strings, self._limit = package, SharedStrings(), CellLimit()
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
        self._strings.from_1904 = _said(content, "workbookPr", "date1904")
        self._unreliable = _said(content, "calcPr", "fullCalcOnLoad")
        self._pictures = any(part.startswith("xl/richData/") for part in package.parts)

    def size(self, entries: Iterable[SheetEntry]) -> int:
        """Bytes to be read for these sheets and for the shared strings."""
        names = {entry.part for entry in entries} | {self._parts.get("sharedStrings", "")}
        return sum(self._package.parts[name].file_size for name in names if name in self._package.parts)

    def read_strings(self, count: Callable[[int], None]) -> None:
        """Read shared strings and number formats; to be called before the first ``read``."""
        self._strings.strings = read_strings(self._package, self._parts.get("sharedStrings", ""), count)
        self._strings.formats = read_formats(self._package, self._parts.get("styles", ""))

    def read(self, entry: SheetEntry, count: Callable[[int], None]) -> CellGrid:
        """The cells of a sheet. ``count`` is called with the bytes read and may raise to stop.

        Raises Refused beyond the limits of cell_grid; damaged XML raises what damage_refused turns into Refused.
        """
        grid = CellGrid(entry.title, hidden=entry.hidden)
        with self._package.stream(entry.part) as stream:
            _SheetReader(grid, self._limit, self._strings, unreliable=self._unreliable, pictures=self._pictures).read(
                stream, count
            )
        return grid


def _said(content: list[tuple[str, str, dict[str, str]]], element: str, attribute: str) -> bool:
    return any(attributes.get(attribute) in ("1", "true") for _, tag, attributes in content if tag == element)


_CELL, _VALUE, _TEXT, _ROW, _FORMULA, _PHONETIC, _COLUMN, _MERGE = range(8)
_ELEMENTS = element_codes(
    {
        "c": _CELL,
        "v": _VALUE,
        "t": _TEXT,
        "row": _ROW,
        "f": _FORMULA,
        "rPh": _PHONETIC,
        "col": _COLUMN,
        "mergeCell": _MERGE,
    }
)
_CONTENT, _COLLECTED = frozenset({_VALUE, _TEXT}), frozenset({_VALUE, _TEXT, _FORMULA})


class _SheetReader:
    """Fills a grid from the expat events of one sheet's XML.

    ``unreliable``: the program that wrote the workbook did not calculate, and a formula's 0 stands for no value.
    ``pictures``: an error value with metadata is a picture placed in its cell.
    """

    def __init__(
        self, grid: CellGrid, limit: CellLimit, strings: SharedStrings, *, unreliable: bool, pictures: bool
    ) -> None:
        self._no_value = ("", "0", "0.0") if unreliable else ("",)
        self._with_pictures = pictures
        self._grid, self._filler, self._strings = grid, GridFiller(grid, limit), strings
        self._columns: dict[str, int] = {}  # column numbers by letters
        self._row: dict[int, RawCell] = {}
        self._number = self._column = 0
        self._hidden = False

    def read(self, stream: IO[bytes], count: Callable[[int], None]) -> None:
        """Parse the whole part. Raises Refused beyond the limits, ValueError and others for damaged XML."""
        parser = xml_parser()
        pieces = text_buffer(parser)
        parser.StartElementHandler, parser.EndElementHandler = self._handlers(pieces)
        parse_stream(parser, stream, count)

    def _handlers(self, pieces: deque[str]) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None]]:
        """What to do at the start and the end of an element. Each cell comes through here: every call counts."""
        code_of, cell, text = _ELEMENTS.get, {}, ""
        formula: str | None = None
        phonetic = False

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal cell, text, formula, phonetic
            code = code_of(name)
            if code == _CELL:
                cell, text, formula = attributes, "", None
            elif code in _COLLECTED:
                pieces.clear()
            elif code == _ROW:
                self._start_row(attributes)
            elif code == _PHONETIC:
                phonetic = True
            elif code == _COLUMN:
                self._column_format(attributes)
            elif code == _MERGE:
                self._merge(attributes)

        def end(name: str) -> None:
            nonlocal text, formula, phonetic
            code = code_of(name)
            if code in _CONTENT:
                if not phonetic and len(text) <= LONGEST_TEXT:
                    text += taken(pieces)
            elif code == _CELL:
                self._add(cell, text, formula)
            elif code == _ROW:
                self._filler.add(self._number, self._row, hidden=self._hidden)
            elif code == _FORMULA:
                formula = taken(pieces)
            elif code == _PHONETIC:
                phonetic = False

        return start, end

    def _column_format(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes["min"]), min(int(attributes["max"]), MOST_COLUMNS)
            self._grid.hidden_columns.update(range(first, last + 1))

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._number = int(attributes["r"]) if "r" in attributes else self._number + 1
        self._hidden = attributes.get("hidden") in ("1", "true")
        self._row, self._column = {}, 0

    def _add(self, attributes: dict[str, str], text: str, formula: str | None) -> None:
        """Add a cell to the row; one without content only moves the column on."""
        if ref := attributes.get("r"):
            letters = ref.rstrip("0123456789")
            column = self._columns.get(letters)
            self._column = column = (
                self._columns.setdefault(letters, column_number(letters)) if column is None else column
            )
        else:
            self._column = column = self._column + 1
        kind = attributes.get("t", "n")
        if formula is not None or kind == "e":
            if self._is_picture(attributes, text, formula):
                if column <= MOST_COLUMNS:
                    self._row[column] = PICTURE
                return
            if formula is not None and text in self._no_value and kind != "str":
                self._grid.uncalculated = self._grid.uncalculated or f"{column_letters(column)}{self._number}"
                return
        if not text or column > MOST_COLUMNS:
            return
        if kind == "s":
            cell = self._strings.string(text)
        elif kind == "n":
            cell = self._strings.number(text, int(attributes.get("s") or 0))
        elif kind == "b":
            cell = RawCell("flag", "TRUE" if text.strip() in ("1", "true") else "FALSE")
        else:
            cell = RawCell("fault", text) if kind == "e" else text_cell(unescaped(text))
        if (cell.text and not cell.text.isspace()) or cell is PICTURE:
            self._row[column] = cell

    def _is_picture(self, attributes: dict[str, str], text: str, formula: str | None) -> bool:
        if formula is not None and is_picture_formula(formula):
            return True
        return self._with_pictures and text == "#VALUE!" and "vm" in attributes

    def _merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        if len(self._grid.merges) > MOST_MERGES:
            raise ValueError("too many merged cells")
        if last:
            self._grid.merges.append((*_row_and_column(first), *_row_and_column(last)))


def _row_and_column(ref: str) -> tuple[int, int]:
    letters = ref.rstrip("0123456789")
    return int(ref[len(letters) :] or 0), column_number(letters)
