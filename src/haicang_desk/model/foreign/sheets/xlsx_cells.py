"""The cells of one worksheet of an xlsx from its XML (ECMA-376 part 1 §18.3)."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from typing import IO

from haicang_desk.model.foreign.sheets.cell_grid import (
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
from haicang_desk.model.foreign.sheets.plain_xml import PlainXml
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.foreign.sheets.shared_strings import SharedStrings, unescaped
from haicang_desk.model.foreign.sheets.xlsx_package import element_codes
from haicang_desk.model.foreign.sheets.zip_package import taken, text_buffer, xml_parser

_SHEET_DATA = re.compile(b"<sheetData>")
_PLAIN_ROW = re.compile(
    rb'<row r="(\d{1,7})"((?: [A-Za-z_][\w:]*="[^"<&]*")*)(?:/>|>'
    rb'((?:<c r="[A-Z]{1,3}\d+"(?: s="\d+")?(?: t="(?:s|n|b|str)")?(?:/>|><v>[^<&\r]*</v></c>))*)</row>)'
)
_PLAIN_CELL = re.compile(r'<c r="([A-Z]+)\d+"(?: s="(\d+)")?(?: t="(\w+)")?><v>([^<]+)')
_CELL, _VALUE, _TEXT, _ROW, _FORMULA, _PHONETIC, _COLUMN, _MERGE, _ROWS = range(9)
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
        "sheetData": _ROWS,
    }
)
_CONTENT, _COLLECTED = frozenset({_VALUE, _TEXT}), frozenset({_VALUE, _TEXT, _FORMULA})


class SheetReader:
    """Fills a grid from the expat events of one sheet's XML.

    ``unreliable``: the program that wrote the workbook did not calculate, and a formula's 0 stands for no value.
    ``pictures``: an error value with metadata is a picture placed in its cell.
    """

    unreliable = pictures = False

    def __init__(self, grid: CellGrid, limit: CellLimit, strings: SharedStrings) -> None:
        self._grid, self._filler, self._strings = grid, GridFiller(grid, limit), strings
        self._columns: dict[str, int] = {}  # column numbers by letters
        self._row: dict[int, RawCell] = {}
        self._number = self._column = 0
        self._hidden = False

    def read(self, stream: IO[bytes], count: Callable[[int], None]) -> None:
        """Parse the whole part. Raises Refused beyond the limits, ValueError and others for damaged XML."""
        parser = xml_parser()
        plain = PlainXml(parser, _SHEET_DATA, _PLAIN_ROW, b"</row>", self._add_plain)
        parser.StartElementHandler, parser.EndElementHandler = self._handlers(text_buffer(parser), plain)
        plain.read(stream, count)

    def _add_plain(self, plain: re.Match[bytes]) -> None:
        """Add a row that is written in the plain way."""
        columns, strings, row = self._columns, self._strings, {}
        number, attributes, cells = int(plain[1]), plain[2], plain[3]
        for letters, style, kind, text in _PLAIN_CELL.findall(cells.decode()) if cells else ():
            column = columns.get(letters)
            if column is None:
                column = columns[letters] = column_number(letters)
            if kind == "s":
                cell = strings.string(text)
            elif kind not in ("", "n"):
                cell = self._other(kind, text)
            elif style in strings.plain and text.isdecimal() and len(text) < 300:
                cell = RawCell("number", text)
            else:
                cell = strings.number(text, int(style or 0))
            if column <= MOST_COLUMNS and ((cell.text and not cell.text.isspace()) or cell is PICTURE):
                row[column] = cell
        self._number = number
        self._filler.add(number, row, hidden=b' hidden="1"' in attributes or b' hidden="true"' in attributes)

    def _handlers(
        self, pieces: deque[str], plain: PlainXml
    ) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None]]:
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
            elif code == _ROWS:
                plain.entered = True

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
                plain.ended = True
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
            no_value = not text or (self.unreliable and text in ("0", "0.0"))
            if formula is not None and no_value and kind != "str":
                self._grid.uncalculated = self._grid.uncalculated or f"{column_letters(column)}{self._number}"
                return
        if not text or column > MOST_COLUMNS:
            return
        if kind == "s":
            cell = self._strings.string(text)
        elif kind == "n":
            cell = self._strings.number(text, int(attributes.get("s") or 0))
        else:
            cell = self._other(kind, text)
        if (cell.text and not cell.text.isspace()) or cell is PICTURE:
            self._row[column] = cell

    def _other(self, kind: str, text: str) -> RawCell:
        """A flag, an error value or a text of its own."""
        if kind == "b":
            return RawCell("flag", "TRUE" if text.strip() in ("1", "true") else "FALSE")
        return RawCell("fault", text) if kind == "e" else text_cell(unescaped(text))

    def _is_picture(self, attributes: dict[str, str], text: str, formula: str | None) -> bool:
        if formula is not None and is_picture_formula(formula):
            return True
        return self.pictures and text == "#VALUE!" and "vm" in attributes

    def _merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        if len(self._grid.merges) > MOST_MERGES:
            raise ValueError("too many merged cells")
        if last:
            self._grid.merges.append((*_row_and_column(first), *_row_and_column(last)))


def _row_and_column(ref: str) -> tuple[int, int]:
    letters = ref.rstrip("0123456789")
    return int(ref[len(letters) :] or 0), column_number(letters)
