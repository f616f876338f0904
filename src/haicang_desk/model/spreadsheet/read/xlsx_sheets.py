"""The sheets of an xlsx workbook as CellGrids (SpreadsheetML, ECMA-376 part 1 §18.3).

Each sheet is read in one pass of expat. openpyxl's streaming reader reports neither hidden rows, merged cells nor
formulas that were never calculated, and takes half as long again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import IO, NamedTuple

from haicang_desk.model.spreadsheet.cell_values import RawCell
from haicang_desk.model.spreadsheet.read.byte_counter import ByteCounter
from haicang_desk.model.spreadsheet.read.cell_grid import (
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
    TextCollector,
    read_formats,
    read_strings,
    unescaped,
)
from haicang_desk.model.spreadsheet.read.xlsx_package import XlsxPackage, open_xlsx, set_handlers
from haicang_desk.model.spreadsheet.read.zip_package import damaged, outline, parse_stream, xml_parser


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
        self._hidden = self._metadata = False
        self._formula: str | None = None
        self._type, self._style = "", 0
        self._text = TextCollector()

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
                "f": text.start,
                "t": text.start,
                "rPh": text.start_phonetic,
                "mergeCell": self._merge,
            },
            {
                "row": self._end_row,
                "c": self._end_cell,
                "f": self._end_formula,
                "v": text.end,
                "t": text.end,
                "rPh": text.end_phonetic,
            },
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
        self._filler.add(self._number, self._row, hidden=self._hidden)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if ref := attributes.get("r"):
            letters = ref.rstrip("0123456789")
            column = self._columns.get(letters)
            self._column = self._columns.setdefault(letters, column_number(letters)) if column is None else column
        else:
            self._column += 1
        self._type, self._style = attributes.get("t", "n"), int(attributes.get("s") or 0)
        self._formula, self._metadata = None, "vm" in attributes

    def _end_formula(self) -> None:
        self._text.end()
        self._formula = self._text.take()

    def _end_cell(self) -> None:
        text, picture = self._text.take(), False
        if self._formula is not None:
            picture = is_picture_formula(self._formula)
            if not picture and text in self._no_value and self._type != "str":
                self._grid.uncalculated = self._grid.uncalculated or f"{column_letters(self._column)}{self._number}"
                return
        if self._metadata and self._type == "e" and self._with_pictures:
            picture = picture or text == "#VALUE!"
        if (text or picture) and self._column <= MOST_COLUMNS:
            raw = PICTURE if picture else self._raw(text)
            if (raw.text and not raw.text.isspace()) or raw is PICTURE:
                self._row[self._column] = raw

    def _raw(self, text: str) -> RawCell:
        kind = self._type
        if kind == "s":
            return self._strings.string(text)
        if kind == "n":
            return self._strings.number(text, self._style)
        if kind == "b":
            return RawCell("flag", "TRUE" if text.strip() in ("1", "true") else "FALSE")
        return RawCell("fault", text) if kind == "e" else text_cell(unescaped(text))

    def _merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        if len(self._grid.merges) > MOST_MERGES:
            raise ValueError("too many merged cells")
        if last:
            self._grid.merges.append((*_row_and_column(first), *_row_and_column(last)))


def _row_and_column(ref: str) -> tuple[int, int]:
    letters = ref.rstrip("0123456789")
    return int(ref[len(letters) :] or 0), column_number(letters)
