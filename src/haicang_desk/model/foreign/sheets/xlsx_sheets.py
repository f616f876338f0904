"""The sheets of an xlsx workbook as CellGrids (SpreadsheetML, ECMA-376 part 1 §18.3).

openpyxl's streaming reader reports neither hidden rows, merged cells nor formulas that were never calculated, and takes
four times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from haicang_desk.model.foreign.sheets.byte_counter import ByteCounter
from haicang_desk.model.foreign.sheets.cell_grid import (
    CellGrid,
    CellLimit,
)
from haicang_desk.model.foreign.sheets.shared_strings import (
    SharedStrings,
    read_formats,
    read_strings,
)
from haicang_desk.model.foreign.sheets.xlsx_cells import SheetReader
from haicang_desk.model.foreign.sheets.xlsx_package import XlsxPackage, open_xlsx
from haicang_desk.model.foreign.sheets.zip_package import (
    damaged,
    outline,
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
        self._strings.take_formats(read_formats(self._package, self._parts.get("styles", "")))

    def read(self, entry: SheetEntry, count: Callable[[int], None]) -> CellGrid:
        """The cells of a sheet. ``count`` is called with the bytes read and may raise to stop.

        Raises Refused beyond the limits of cell_grid; damaged XML raises what damage_refused turns into Refused.
        """
        grid = CellGrid(entry.title, hidden=entry.hidden)
        with self._package.stream(entry.part) as stream:
            reader = SheetReader(grid, self._limit, self._strings)
            reader.unreliable, reader.pictures = self._unreliable, self._pictures
            reader.read(stream, count)
        return grid


def _said(content: list[tuple[str, str, dict[str, str]]], element: str, attribute: str) -> bool:
    return any(attributes.get(attribute) in ("1", "true") for _, tag, attributes in content if tag == element)
