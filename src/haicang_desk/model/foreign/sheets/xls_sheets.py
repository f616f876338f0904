"""The sheets of .xls and .et files (BIFF5 and BIFF8, MS-XLS) as CellGrids, read by xlrd.

xlrd decodes cells, strings and formats. Its book and sheets are given the records that hold cells and no others, and
each cell goes into the grid at once: so charts, names and notes cannot make a sound table unreadable, and the limits
of size hold while a sheet is read.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from typing import Any

from xlrd import biffh, formula, sheet
from xlrd.book import Book

from haicang_desk.model.foreign.sheets.byte_counter import ByteCounter
from haicang_desk.model.foreign.sheets.cell_grid import (
    MOST_COLUMNS,
    MOST_MERGES,
    CellGrid,
    CellLimit,
    GridFiller,
    column_letters,
    text_cell,
)
from haicang_desk.model.foreign.sheets.number_formats import (
    GENERAL,
    NumberFormat,
    builtin_format,
    day_of_1904,
    number_format,
)
from haicang_desk.model.foreign.sheets.ole_package import OlePackage
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.foreign.sheets.zip_package import ANOTHER_FORMAT, LARGEST_INFLATED, damaged
from haicang_desk.model.values import Refused

_ROW, _COLUMNS, _MERGES, _FORMULA, _EOF = 0x208, 0x7D, 0xE5, 0x06, 0x0A
_FORMULAS = {_FORMULA, 0x206, 0x406}
_CELLS = {
    0x203,
    0xFD,
    0x204,
    0xD6,
    0x27E,
    0xBD,
    0x205,
    *_FORMULAS,
    0x207,
    0x221,
    0x21,
    0x4BC,
    0x236,
    0x37,
    0x36,
    0x809,
    _EOF,
}
_FORMAT, _STRINGS, _CONTINUE, _BOUND = 0x41E, 0xFC, 0x3C, 0x85
_GLOBALS = {_FORMAT, 0xE0, _BOUND, 0x22, 0x42, 0x2F, _STRINGS, _EOF}  # formats, sheets, dates, code page, password
_MACRO_SHEETS = {1, 6}
_EVERY = 20_000  # records between two reports of progress
_OPERATORS = {*range(0x03, 0x08), *range(0x12, 0x15), 0x1E, 0x1F}  # tokens whose result is a number
_NUMERIC = {0, 4, 5, 6, 7, 24, 25, 27, 169, 183, 184, 197, 212, 213, 228, 344, 345, 346}  # functions: COUNT, SUM …


def xls_grids(content: bytes, name: str, counter: ByteCounter) -> tuple[CellGrid, ...]:
    """All worksheets of a file, in its order.

    Raises Refused for what contract §2 refuses whole; what damage raises is for damage_refused.
    """
    package = OlePackage(content)
    if package.names & {"EncryptedPackage", "EncryptionInfo"}:
        raise _locked(name)
    stream = package.stream("Workbook", "Book")
    if stream is None:
        raise Refused(f"《{name}》不是表格（是 Word 文档等），没有导入。请核对选的文件")
    book = _Book(stream, counter)
    try:
        book.parse_globals()
    except biffh.XLRDError as wrong:
        raise (_locked(name) if "encrypted" in str(wrong) else damaged(name)) from wrong
    if book.macros or package.names & {"_VBA_PROJECT_CUR", "_VBA_PROJECT"}:
        raise Refused(f"《{name}》含有宏，没有导入。请另存为“Excel 工作簿（*.xlsx）”，选择不保留宏，再导入")
    counter.total = len(stream)
    limit = CellLimit()
    titles = enumerate(book.sheet_names())
    return tuple(_Sheet(book, number, CellGrid(title), limit).grid for number, title in titles)


def _locked(name: str) -> Refused:
    return Refused(f"《{name}》设有打开密码，读不出来。请打开后取消密码，保存再导入")


class _Book(Book):  # type: ignore[misc]  # xlrd has no types
    """The globals of a workbook: titles, strings, formats. ``macros``: it has macro sheets or modules."""

    macros = False

    def __init__(self, stream: bytes, counter: ByteCounter) -> None:
        super().__init__()
        self.logfile, self.verbosity, self.formatting_info, self.ragged_rows = io.StringIO(), 0, False, True
        self.mem, self.base, self.stream_len, self._position = stream, 0, len(stream), 0
        self.encoding_override = None
        self.counter, self.seen, self.wanted = counter, 0, _GLOBALS
        self.on_other: Any = None  # called with records of a sheet that hold no cells
        self.last: tuple[int, int, bytes] = (0, 0, b"")
        self.biff_version = self.getbof(0x5)
        if self.biff_version < 50:
            raise Refused(f"表格是很旧的版本（Excel 4.0 或更早），没有导入。{ANOTHER_FORMAT}")
        self.formats: Mapping[int, str] = {}

    def parse_globals(self) -> None:
        """Read titles, strings and formats. Raises XLRDError for an encrypted workbook."""
        super().parse_globals()
        self.formats = {entry.format_key: entry.format_str for entry in self.format_list}

    def get_record_parts(self) -> tuple[int, int, bytes]:
        """The next record that is wanted."""
        while True:
            self.last = code, _, data = super().get_record_parts()
            self.seen += 1
            if self.seen % _EVERY == 0:
                self.counter.count(0)
            if code in self.wanted:
                return self.last
            if self.on_other is not None:
                self.on_other(code, data)

    def handle_boundsheet(self, data: bytes) -> None:
        """Note the title of a sheet, or that there are macros."""
        self.macros = self.macros or data[5] in _MACRO_SHEETS
        super().handle_boundsheet(data)

    def handle_sst(self, data: bytes) -> None:
        """Read the shared strings, which go on in further records."""
        records = [data]
        while (found := self.get_record_parts_conditional(_CONTINUE))[0] is not None:
            records.append(found[2])
        self._sharedstrings = _StringTable(records).strings()

    def shown_by(self, style: int) -> NumberFormat:
        """The number format of the cell format with this index."""
        if not 0 <= style < len(self.xf_list):
            return GENERAL
        key = self.xf_list[style].format_key
        return number_format(self.formats[key]) if key in self.formats else builtin_format(key)


class _StringTable:
    """The strings of an SST record and the records that continue it (MS-XLS 2.4.265).

    xlrd's own reader believes the sizes that the table states, which may point backwards.
    """

    def __init__(self, records: list[bytes]) -> None:
        self._records, self._number, self._at = records, 0, 8
        (self._count,) = struct.unpack_from("<I", records[0], 4)

    def strings(self) -> list[str]:
        """All strings. Raises IndexError or struct.error for a table that ends early."""
        found: list[str] = []
        total = 0
        for _ in range(self._count):
            if self._number == len(self._records) - 1 and self._at >= len(self._records[-1]):
                break  # a table that states more than it has is written by some programs
            length, flags = struct.unpack("<HB", self._take(3))
            runs = struct.unpack("<H", self._take(2))[0] if flags & 8 else 0
            (phonetic,) = struct.unpack("<I", self._take(4)) if flags & 4 else (0,)
            found.append(self._characters(length, wide=bool(flags & 1)))
            self._skip(4 * runs + phonetic)
            total += length
            if total > LARGEST_INFLATED:
                raise ValueError("too many characters")
        return found

    def _left(self) -> bytes:
        """The record that is being read, from where something is left in it."""
        while self._at >= len(self._records[self._number]):
            self._number, self._at = self._number + 1, 0
        return self._records[self._number]

    def _take(self, size: int) -> bytes:
        record = self._left()
        taken = record[self._at : self._at + size]
        self._at += len(taken)
        return taken if len(taken) == size else taken + self._take(size - len(taken))

    def _skip(self, size: int) -> None:
        while size > 0:
            step = min(size, len(self._left()) - self._at)
            self._at += step
            size -= step

    def _characters(self, length: int, *, wide: bool) -> str:
        """Characters, which go on in the next record behind a byte that says anew how wide they are."""
        parts: list[str] = []
        while length:
            record = self._records[self._number]
            if self._at >= len(record):
                self._number += 1
                record = self._records[self._number]
                wide, self._at = bool(record[0] & 1), 1
            count = min(length, (len(record) - self._at) // (2 if wide else 1))
            size = count * (2 if wide else 1)
            if not size:
                raise ValueError("half a character")
            piece = record[self._at : self._at + size]
            parts.append(piece.decode("utf-16-le" if wide else "latin-1", "surrogatepass"))
            self._at += size
            length -= count
        return "".join(parts)


class _Sheet(sheet.Sheet):  # type: ignore[misc]  # xlrd has no types
    """Reads one sheet into ``grid``."""

    def __init__(self, book: _Book, number: int, grid: CellGrid, limit: CellLimit) -> None:
        book._position = start = book._sh_abs_posn[number]
        book.wanted, book.on_other = _CELLS, None
        book.getbof(0x10)
        super().__init__(book, book._position, grid.title, number)
        self.grid, self._limit = grid, limit
        self._rows: dict[int, dict[int, RawCell]] = {}
        self._hidden_rows: set[int] = set()
        self._counted = 0
        self.put_cell = self._put
        grid.hidden = self.visibility != 0
        book.on_other = self._other
        self.read(book)
        book.on_other = None
        filler = GridFiller(grid)
        for row in sorted(self._rows):
            filler.add(row, self._rows[row], hidden=row in self._hidden_rows)
        book.counter.count(max(book._position - start, 0))

    def _put(self, row: int, column: int, kind: int | None, value: Any, style: int) -> None:
        """Called by xlrd for each cell, with row and column counted from 0."""
        code, _, data = self.book.last
        if code in _FORMULAS and _has_no_value(value, data, self.book.biff_version):
            self.grid.uncalculated = self.grid.uncalculated or f"{column_letters(column + 1)}{row + 1}"
            return
        cell = self._cell(kind, value, style)
        if cell is not None and column < MOST_COLUMNS:
            self._rows.setdefault(row + 1, {})[column + 1] = cell
            self._limit.add(1, self.grid.title)

    def _cell(self, kind: int | None, value: Any, style: int) -> RawCell | None:
        if kind == biffh.XL_CELL_TEXT:
            return text_cell(value) if value and not value.isspace() else None
        if kind is None:
            return self._number(float(value), style)
        if kind == biffh.XL_CELL_BOOLEAN:
            return RawCell("flag", "TRUE" if value else "FALSE")
        if kind == biffh.XL_CELL_ERROR:
            return RawCell("fault", biffh.error_text_from_code.get(value, "#VALUE!"))
        return None

    def _number(self, value: float, style: int) -> RawCell:
        if not abs(value) < 1e300:
            return RawCell("text", str(value))
        text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        shown = self.book.shown_by(style)
        if shown.plain:
            return RawCell("number", text)
        cell = shown.cell(text, value)
        return day_of_1904(cell) if self.book.datemode and cell.form == "day" else cell

    def _other(self, code: int, data: bytes) -> None:
        """Hidden rows and columns, and merged cells."""
        if code == _ROW:
            row, options = struct.unpack_from("<H10xH", data)
            if options & 0x20:
                self._hidden_rows.add(row + 1)
        elif code == _COLUMNS:
            first, last, options = struct.unpack_from("<HH4xH", data)
            if options & 1:
                self.grid.hidden_columns.update(range(first + 1, min(last, 255) + 2))
        elif code == _MERGES:
            (count,) = struct.unpack_from("<H", data)
            for top, bottom, left, right in struct.iter_unpack("<4H", data[2 : 2 + 8 * count]):
                self.grid.merges.append((top + 1, left + 1, bottom + 1, right + 1))
            if len(self.grid.merges) > MOST_MERGES:
                raise ValueError("too many merged cells")


def _has_no_value(value: Any, data: bytes, version: int) -> bool:
    """Whether a formula was written without being calculated: as 0 to be calculated once it is opened, or as an empty
    text although it can give only a number."""
    if isinstance(value, float):
        return value == 0 and bool(struct.unpack_from("<H", data, 14)[0] & 2)
    return value == "" and _gives_number(data, version)


def _gives_number(data: bytes, version: int) -> bool:
    """Whether the result of a formula is a number by its last token (MS-XLS 2.5.198), which is applied last."""
    (size,) = struct.unpack_from("<H", data, 20)
    tokens, sizes = data[22 : 22 + size], formula.szdict[version]
    at = 0
    numeric = False
    while at < len(tokens):
        token = tokens[at]
        base = token if token < 0x20 else (token & 0x1F) | 0x20
        numeric = base in _OPERATORS
        if base == 0x17:  # text
            step = 2 + tokens[at + 1] if version < 80 else 3 + tokens[at + 1] * (2 if tokens[at + 2] & 1 else 1)
        elif base == 0x19:  # an attribute; bit 4 is SUM, bit 2 a choice with a table of jumps
            options, jumps = struct.unpack_from("<BH", tokens, at + 1)
            numeric = bool(options & 0x10)
            step = 4 + (2 * (jumps + 1) if options & 0x04 else 0)
        else:
            step = sizes[base]
            if base in (0x21, 0x22):  # a function with a fixed or a stated number of arguments
                (function,) = struct.unpack_from("<H", tokens, at + (1 if base == 0x21 else 2))
                numeric = function & 0x7FFF in _NUMERIC
        if step < 1:
            return False
        at += step
    return numeric
