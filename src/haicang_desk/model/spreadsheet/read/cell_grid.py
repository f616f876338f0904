"""Grids: the cells of a workbook's sheets as they lie in the file, before anything is made of them.

Read by one pass of expat over each sheet: openpyxl's streaming reader tells neither hidden rows, nor merged
cells, nor formulas that were never calculated, and takes half as long again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO, NamedTuple

from haicang_desk.model.spreadsheet.read.container import Container, damaged
from haicang_desk.model.spreadsheet.read.shared_strings import (
    BytesRead,
    RawCell,
    SharedStrings,
    TextCollector,
    forms_of,
    strings_of,
    unescaped,
)
from haicang_desk.model.spreadsheet.read.xml_parts import listen, outline, parser
from haicang_desk.model.values import Refused

MOST_ROWS = 100_000
MOST_COLUMNS = 1_000
MOST_CELLS = 2_000_000  # of a workbook; more than a full 64 MiB of ordinary cells
MOST_MERGES = 100_000
EMPTY_ROWS = 200  # so many in a row end a sheet
_CHUNK = 2**16


@dataclass(slots=True)
class CellGrid:
    """One sheet: rows by number, cells by column (1 is A). Empty cells and rows are not in it."""

    title: str
    rows: dict[int, dict[int, RawCell]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)  # first row, first column, last, last
    uncalculated: str = ""  # the first formula that has no value
    left_out: int = 0  # the first row found behind the end of the sheet


class SheetEntry(NamedTuple):
    """A sheet as the workbook lists it."""

    title: str
    part: str
    hidden: bool


class XlsxSheets:
    """The sheets of a container: their titles, and how to read one."""

    def __init__(self, container: Container) -> None:
        self._container, self._lexicon, self._cells = container, SharedStrings(), 0
        related = container.related(container.workbook)
        content = outline(container.read(container.workbook))
        sheets = [said for parent, tag, said in content if (parent, tag) == ("sheets", "sheet")]
        kinds = {said.get("id", ""): related.get(said.get("id", ""), ("", "")) for said in sheets}
        self.parts = tuple(
            SheetEntry(said.get("name", ""), kinds[said.get("id", "")][1], said.get("state", "visible") != "visible")
            for said in sheets
            if kinds[said.get("id", "")][0] == "worksheet"
        )
        if not self.parts:
            raise damaged(container.name, "没有工作表")
        self._others = dict(related.values())
        self._lexicon.from_1904 = any(
            s.get("date1904") in ("1", "true") for _, tag, s in content if tag == "workbookPr"
        )

    def size(self, parts: Iterable[SheetEntry]) -> int:
        """Bytes to be read for these sheets, with the strings they share."""
        names = {part.part for part in parts} | {self._others.get("sharedStrings", "")}
        return sum(self._container.parts[name].file_size for name in names if name in self._container.parts)

    def look_up(self, watch: BytesRead) -> None:
        """Read what the cells of every sheet point to; before the first sheet."""
        self._lexicon.strings = strings_of(self._container, self._others.get("sharedStrings", ""), watch)
        self._lexicon.forms = forms_of(self._container, self._others.get("styles", ""))

    def read(self, part: SheetEntry, watch: BytesRead) -> CellGrid:
        grid = CellGrid(part.title)
        with self._container.stream(part.part) as stream:
            _SheetReader(grid, self._lexicon).read(stream, watch)
        self._cells += sum(map(len, grid.rows.values()))
        if self._cells > MOST_CELLS:
            raise Refused(f"《{self._container.name}》的单元格太多，没有导入。请分成几个工作簿")
        return grid


class _SheetReader:
    """Takes the events of one sheet's XML. Only what a ledger needs is looked at."""

    def __init__(self, grid: CellGrid, lexicon: SharedStrings) -> None:
        self._grid, self._lexicon = grid, lexicon
        self._letters: dict[str, int] = {}
        self._row: dict[int, RawCell] = {}
        self._number = self._column = self._last = 0
        self._hidden = self._formula = False
        self._type, self._style = "", 0
        self._text, self._cells = TextCollector(), 0

    def read(self, stream: IO[bytes], watch: BytesRead) -> None:
        made = parser()
        text = self._text
        listen(
            made,
            {
                "row": self._start_row,
                "c": self._start_cell,
                "v": text.start,
                "f": self._start_formula,
                "t": text.start,
                "rPh": text.start_reading,
                "mergeCell": self._merge,
            },
            {"row": self._end_row, "c": self._end_cell, "v": text.end, "t": text.end, "rPh": text.end_reading},
        )
        made.CharacterDataHandler = self._text.more
        while chunk := stream.read(_CHUNK):
            made.Parse(chunk, False)
            watch(len(chunk))
        made.Parse(b"", True)

    def _start_row(self, said: dict[str, str]) -> None:
        self._number = int(said["r"]) if "r" in said else self._number + 1
        self._hidden = said.get("hidden") in ("1", "true")
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

    def _start_cell(self, said: dict[str, str]) -> None:
        if ref := said.get("r"):
            letters = ref.rstrip("0123456789")
            found = self._letters.get(letters)
            self._column = self._letters.setdefault(letters, column_number(letters)) if found is None else found
        else:
            self._column += 1
        self._type, self._style = said.get("t", "n"), int(said.get("s") or 0)
        self._formula = False

    def _start_formula(self, _: dict[str, str]) -> None:
        self._formula = True

    def _end_cell(self) -> None:
        text = self._text.taken()
        if self._formula and not text and self._type != "str":
            self._grid.uncalculated = self._grid.uncalculated or f"{column_letters(self._column)}{self._number}"
        if text and self._column <= MOST_COLUMNS:
            raw = self._raw(text)
            if raw.text and not raw.text.isspace():
                self._row[self._column] = raw

    def _raw(self, text: str) -> RawCell:
        kind = self._type
        if kind == "s":
            return self._lexicon.string(text)
        if kind == "n":
            return self._lexicon.number(text, self._style)
        if kind == "b":
            return RawCell("flag", "TRUE" if text.strip() in ("1", "true") else "FALSE")
        return RawCell("fault" if kind == "e" else "text", unescaped(text))

    def _merge(self, said: dict[str, str]) -> None:
        first, _, last = said.get("ref", "").partition(":")
        if len(self._grid.merges) > MOST_MERGES:
            raise ValueError("too many merged cells")
        if last:
            self._grid.merges.append((*_place(first), *_place(last)))


def _place(ref: str) -> tuple[int, int]:
    letters = ref.rstrip("0123456789")
    return int(ref[len(letters) :] or 0), column_number(letters)


def column_number(letters: str) -> int:
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index


def column_letters(column: int) -> str:
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
