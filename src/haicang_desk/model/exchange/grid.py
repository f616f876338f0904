"""Grids: the cells of a workbook's sheets as they lie in the file, before anything is made of them.

Read by one pass of expat over each sheet: openpyxl's streaming reader tells neither hidden rows, nor merged
cells, nor formulas that were never calculated, and takes twice as long.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from haicang_desk.model.errors import Refused
from haicang_desk.model.exchange.container import Container, damaged
from haicang_desk.model.exchange.markup import listen, outline, parser

MOST_ROWS = 100_000
MOST_COLUMNS = 1_000
EMPTY_ROWS = 200  # so many in a row end a sheet
LONGEST_TEXT = 40_000  # beyond Excel's 32,767; what is longer is cut here and then found too long for its field
DAYS_FROM_1904 = 1462
_CHUNK = 2**16
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Raw(NamedTuple):
    """A cell as the file has it: ``form`` is text, number, percent, day, flag or fault."""

    form: str
    text: str


@dataclass(slots=True)
class Grid:
    """One sheet: rows by number, cells by column (1 is A). Empty cells and rows are not in it."""

    title: str
    rows: dict[int, dict[int, Raw]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)  # first row, first column, last, last
    uncalculated: list[str] = field(default_factory=list)
    left_out: int = 0  # the first row found behind the end of the sheet


Wanted = Callable[[str], bool]
Watch = Callable[[int], None]  # called with the bytes read; may raise to stop


@dataclass(frozen=True, slots=True)
class Sheets:
    """The sheets of a container: their titles, and how to read one."""

    container: Container
    parts: tuple[tuple[str, str], ...]  # title, part
    strings: list[Raw]
    forms: list[str]
    from_1904: bool

    @classmethod
    def of(cls, container: Container) -> Sheets:
        book = container.workbook
        related = container.related(book)
        content = outline(container.read(book))
        parts = []
        for parent, tag, said in content:
            if parent == "sheets" and tag == "sheet" and said.get("id") in related:
                kind, part = related[said["id"]]
                if kind == "worksheet":
                    parts.append((said.get("name", ""), part))
        if not parts:
            raise damaged(container.name, "没有工作表")
        others = dict(related.values())
        dated = any(tag == "workbookPr" and said.get("date1904") in ("1", "true") for _, tag, said in content)
        strings = _strings(container, others.get("sharedStrings", ""))
        return cls(container, tuple(parts), strings, _forms(container, others.get("styles", "")), dated)

    def read(self, title: str, part: str, watch: Watch) -> Grid:
        grid = Grid(title)
        with self.container.stream(part) as stream:
            _SheetReader(grid, self).read(stream, watch)
        if len(grid.rows) > MOST_ROWS:
            raise _too_many_rows(title)
        return grid


def _too_many_rows(title: str) -> Refused:
    return Refused(f"工作表“{title}”超过 10 万行，没有导入。请分成几个工作簿")


def _strings(container: Container, part: str) -> list[Raw]:
    found: list[Raw] = []
    if not part or part not in container.parts:
        return found
    text = _Collector()

    def end_item() -> None:
        found.append(Raw("text", text.taken()))

    made = parser()
    listen(
        made,
        {"t": text.start, "rPh": text.start_reading},
        {"t": text.end, "rPh": text.end_reading, "si": end_item},
    )
    made.CharacterDataHandler = text.more
    with container.stream(part) as stream:
        made.ParseFile(stream)
    return found


class _Collector:
    """Gathers the text of ``t`` elements, but not the readings (注音) beside it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length, self._on, self._reading = 0, False, False

    def start(self, *_: Any) -> None:
        self._on = not self._reading

    def end(self) -> None:
        self._on = False

    def start_reading(self, *_: Any) -> None:
        self._reading = True

    def end_reading(self) -> None:
        self._reading = False

    def more(self, text: str) -> None:
        if self._on and self._length <= LONGEST_TEXT:
            self._parts.append(text[:LONGEST_TEXT])
            self._length += len(text)

    def taken(self) -> str:
        whole = "".join(self._parts)
        self._parts, self._length = [], 0
        return unescaped(whole)


def unescaped(text: str) -> str:
    """``_x000D_`` is how a workbook writes characters that XML cannot hold (ECMA-376 §22.9.2.19)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _forms(container: Container, part: str) -> list[str]:
    """What a number is by its style: day, percent or number."""
    if not part or part not in container.parts:
        return []
    codes = dict(BUILTIN_FORMATS)
    styles: list[str] = []
    for parent, tag, said in outline(container.read(part)):
        if parent == "numFmts" and tag == "numFmt":
            codes[int(said["numFmtId"])] = said.get("formatCode", "")
        elif parent == "cellXfs" and tag == "xf":
            styles.append(said.get("numFmtId", "0"))
    return [_form(int(style), codes) for style in styles]


def _form(style: int, codes: dict[int, str]) -> str:
    code = codes.get(style, "")
    # 27–36 and 50–58 are dates in Chinese Excel, whose codes no file writes out
    if 27 <= style <= 36 or 50 <= style <= 58 or is_date_format(code):
        return "day"
    return "percent" if "%" in code else "number"


class _SheetReader:
    """Takes the events of one sheet's XML. Only what a ledger needs is looked at."""

    def __init__(self, grid: Grid, sheets: Sheets) -> None:
        self._grid, self._sheets = grid, sheets
        self._letters: dict[str, int] = {}
        self._row: dict[int, Raw] = {}
        self._number = self._column = self._last = 0
        self._hidden = self._ended = self._formula = False
        self._type = self._value = ""
        self._style = 0
        self._text = _Collector()

    def read(self, stream: IO[bytes], watch: Watch) -> None:
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
        if self._hidden:
            grid.hidden_rows.add(self._number)
        if len(grid.rows) > MOST_ROWS:
            raise _too_many_rows(grid.title)

    def _start_cell(self, said: dict[str, str]) -> None:
        if ref := said.get("r"):
            letters = ref.rstrip("0123456789")
            found = self._letters.get(letters)
            self._column = self._letters.setdefault(letters, column_of(letters)) if found is None else found
        else:
            self._column += 1
        self._type, self._style = said.get("t", "n"), int(said.get("s") or 0)
        self._formula = False

    def _start_formula(self, *_: Any) -> None:
        self._formula = True

    def _end_cell(self) -> None:
        text = self._text.taken()
        if self._formula and not text and self._type != "str":
            self._grid.uncalculated.append(f"{letters_of(self._column)}{self._number}")
        if text and self._column <= MOST_COLUMNS:
            raw = self._raw(text)
            if raw.text and not raw.text.isspace():
                self._row[self._column] = raw

    def _raw(self, text: str) -> Raw:
        kind, sheets = self._type, self._sheets
        if kind == "s":
            return sheets.strings[_index(text)]
        if kind == "n":
            if not _is_number(text):
                return Raw("text", text)
            form = sheets.forms[self._style] if self._style < len(sheets.forms) else "number"
            if form == "day" and sheets.from_1904:
                text = str(float(text) + DAYS_FROM_1904)
            return Raw(form, text)
        if kind == "b":
            return Raw("flag", "TRUE" if text.strip() in ("1", "true") else "FALSE")
        return Raw("fault" if kind == "e" else "text", text)

    def _merge(self, said: dict[str, str]) -> None:
        first, _, last = said.get("ref", "").partition(":")
        if last:
            self._grid.merges.append((*_place(first), *_place(last)))


def _index(text: str) -> int:
    index = int(text)
    if index < 0:
        raise IndexError(text)
    return index


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < 1e300
    except ValueError:
        return False


def _place(ref: str) -> tuple[int, int]:
    letters = ref.rstrip("0123456789")
    return int(ref[len(letters) :] or 0), column_of(letters)


def column_of(letters: str) -> int:
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index


def letters_of(column: int) -> str:
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
