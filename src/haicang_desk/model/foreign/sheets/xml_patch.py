"""Changes to single cells in the XML of a sheet that leave every other byte as it is."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass, field

from haicang_desk.model.foreign.sheets.cell_grid import column_letters, column_number
from haicang_desk.model.foreign.sheets.xlsx_package import set_handlers
from haicang_desk.model.foreign.sheets.zip_package import xml_parser

CellRef = tuple[int, int]  # row, column; 1 is the first
BytesEdit = tuple[int, int, bytes]  # start, end, and the bytes that replace that range

_TAG = re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")


def tag_with(tag: bytes, **attributes: int) -> bytes:
    """A start tag with these attributes added or replaced."""
    for name, value in attributes.items():
        attribute, key = f' {name}="{value}"'.encode(), name.encode()
        tag, changed = re.subn(rb"\s%s\s*=\s*(\"[^\"]*\"|'[^']*')" % key, attribute, tag, count=1)
        if not changed:
            tag = re.sub(rb"\s*(/?>)$", attribute + rb"\1", tag)
    return tag


def apply_edits(content: bytes, edits: Iterable[BytesEdit]) -> bytes:
    """The content with every edit made; several insertions at one offset keep their order."""
    parts, at = [], 0
    for start, end, put in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        parts += [content[at:start], put]
        at = max(at, end)
    return b"".join([*parts, content[at:]])


@dataclass(slots=True)
class Span:
    """Byte offsets of an element: its start, the end of its start tag, and its end."""

    start: int
    tag_end: int
    end: int = 0

    def attribute(self, content: bytes, name: str) -> str:
        """The value of an attribute of the start tag, "" for none."""
        match = re.search(rb"\s%s\s*=\s*[\"']([^\"']*)" % name.encode(), content[self.start : self.tag_end])
        return match[1].decode() if match else ""


@dataclass(slots=True)
class SheetMap:
    """The byte offsets of every row and cell of a sheet, and the namespace prefix of its tags.

    Edits may only be asked for rows that have at least one cell.
    """

    content: bytes
    rows: dict[int, Span] = field(default_factory=dict)
    cells: dict[CellRef, Span] = field(default_factory=dict)
    prefix: str = ""
    _columns: dict[int, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, content: bytes) -> SheetMap:
        """Parse the XML of a sheet (UTF-8). Raises Refused for a DOCTYPE, ValueError and others for damaged XML."""
        sheet = cls(content)
        sheet._read()
        return sheet

    def _read(self) -> None:
        reader = xml_parser()
        row = column = 0

        def start_row(attributes: dict[str, str]) -> None:
            nonlocal row, column
            row, column = int(attributes["r"]) if "r" in attributes else row + 1, 0
            self.rows[row] = self._span(reader.CurrentByteIndex)
            self._columns[row] = []

        def start_cell(attributes: dict[str, str]) -> None:
            nonlocal column
            column = column_number(attributes["r"].rstrip("0123456789")) if "r" in attributes else column + 1
            self.cells[row, column] = self._span(reader.CurrentByteIndex)
            self._columns[row].append(column)

        def end_row() -> None:
            self._close(self.rows[row], reader.CurrentByteIndex)

        def end_cell() -> None:
            self._close(self.cells[row, column], reader.CurrentByteIndex)

        set_handlers(reader, {"row": start_row, "c": start_cell}, {"row": end_row, "c": end_cell})
        reader.Parse(self.content, True)
        if first := next(iter(self.rows.values()), None):
            name = re.match(rb"<((?:[\w.-]+:)?)row", self.content[first.start : first.tag_end])
            self.prefix = name[1].decode() if name else ""

    def _span(self, start: int) -> Span:
        tag = _TAG.match(self.content, start)
        if tag is None:
            raise ValueError(f"no tag at {start}")
        return Span(start, tag.end())

    def _close(self, span: Span, at: int) -> None:
        tag = _TAG.match(self.content, at)  # the end tag; an empty element has none
        span.end = tag.end() if tag and at >= span.tag_end else span.tag_end

    def insertion(self, ref: CellRef, cell: str) -> BytesEdit:
        """The edit that replaces a cell, or inserts it in the order of columns; ``{}`` in ``cell`` becomes its ref."""
        row, column = ref
        new = cell.format(f"{column_letters(column)}{row}").encode("ascii", "xmlcharrefreplace")
        if (existing := self.cells.get(ref)) is not None:
            return existing.start, existing.end, new
        columns = self._columns[row]
        if (after := bisect(columns, column)) < len(columns):
            at = self.cells[row, columns[after]].start
            return at, at, new
        at = self.cells[row, columns[-1]].end
        return at, at, new

    def without_spans(self, rows: Iterable[int]) -> list[BytesEdit]:
        """Edits that remove the ``spans`` hint (ECMA-376 §18.3.1.73), which is wrong once a row is longer."""
        edits = []
        for row in rows:
            span = self.rows[row]
            tag = self.content[span.start : span.tag_end]
            bare = re.sub(rb"\sspans\s*=\s*(\"[^\"]*\"|'[^']*')", b"", tag)
            if bare != tag and span.end != span.tag_end:
                edits.append((span.start, span.tag_end, bare))
        return edits
