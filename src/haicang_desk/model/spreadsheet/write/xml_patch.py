"""Splicing: where the cells of a sheet stand in its XML, so that some can be changed and nothing else."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass, field

from haicang_desk.model.spreadsheet.read.cell_grid import column_letters, column_number
from haicang_desk.model.spreadsheet.read.xml_parts import listen, parser

CellRef = tuple[int, int]  # row, column; 1 is the first
Edit = tuple[int, int, bytes]  # from, to, and what to put there instead

_TAG = re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")


def tag_with(tag: bytes, **attributes: int) -> bytes:
    """A start tag with these attributes set."""
    for name, value in attributes.items():
        said, key = f' {name}="{value}"'.encode(), name.encode()
        tag, changed = re.subn(rb"\s%s\s*=\s*(\"[^\"]*\"|'[^']*')" % key, said, tag, count=1)
        if not changed:
            tag = re.sub(rb"\s*(/?>)$", said + rb"\1", tag)
    return tag


def spliced(content: bytes, edits: Iterable[Edit]) -> bytes:
    """The content with every edit made; insertions at one place keep their order."""
    parts, at = [], 0
    for start, end, put in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        parts += [content[at:start], put]
        at = max(at, end)
    return b"".join([*parts, content[at:]])


@dataclass(slots=True)
class Span:
    """An element: where it starts, where its start tag ends, and where it ends."""

    start: int
    tag_end: int
    end: int = 0

    def attribute(self, content: bytes, name: str) -> str:
        found = re.search(rb"\s%s\s*=\s*[\"']([^\"']*)" % name.encode(), content[self.start : self.tag_end])
        return found[1].decode() if found else ""


@dataclass(slots=True)
class SheetMap:
    """Every row and cell of a sheet by its place, and the prefix its tags bear. Rows asked for have cells."""

    content: bytes
    rows: dict[int, Span] = field(default_factory=dict)
    cells: dict[CellRef, Span] = field(default_factory=dict)
    prefix: str = ""
    _columns: dict[int, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, content: bytes) -> SheetMap:
        made = cls(content)
        made._read()
        return made

    def _read(self) -> None:
        reader = parser()
        row = column = 0

        def start_row(said: dict[str, str]) -> None:
            nonlocal row, column
            row, column = int(said["r"]) if "r" in said else row + 1, 0
            self.rows[row] = self._span(reader.CurrentByteIndex)
            self._columns[row] = []

        def start_cell(said: dict[str, str]) -> None:
            nonlocal column
            column = column_number(said["r"].rstrip("0123456789")) if "r" in said else column + 1
            self.cells[row, column] = self._span(reader.CurrentByteIndex)
            self._columns[row].append(column)

        def end_row() -> None:
            self._close(self.rows[row], reader.CurrentByteIndex)

        def end_cell() -> None:
            self._close(self.cells[row, column], reader.CurrentByteIndex)

        listen(reader, {"row": start_row, "c": start_cell}, {"row": end_row, "c": end_cell})
        reader.Parse(self.content, True)
        if first := next(iter(self.rows.values()), None):
            name = re.match(rb"<((?:[\w.-]+:)?)row", self.content[first.start : first.tag_end])
            self.prefix = name[1].decode() if name else ""

    def _span(self, start: int) -> Span:
        found = _TAG.match(self.content, start)
        if found is None:
            raise ValueError(f"no tag at {start}")
        return Span(start, found.end())

    def _close(self, span: Span, at: int) -> None:
        found = _TAG.match(self.content, at)
        span.end = found.end() if found and at >= span.tag_end else span.tag_end

    def inserting(self, place: CellRef, cell: str) -> Edit:
        """The edit that puts a cell in its place, over the one there or between its neighbours."""
        row, column = place
        new = cell.format(f"{column_letters(column)}{row}").encode("ascii", "xmlcharrefreplace")
        if (there := self.cells.get(place)) is not None:
            return there.start, there.end, new
        columns = self._columns[row]
        if (after := bisect(columns, column)) < len(columns):
            at = self.cells[row, columns[after]].start
            return at, at, new
        at = self.cells[row, columns[-1]].end
        return at, at, new

    def widened(self, rows: Iterable[int]) -> list[Edit]:
        """Edits that take the ``spans`` hint off rows that have grown."""
        edits = []
        for row in rows:
            span = self.rows[row]
            tag = self.content[span.start : span.tag_end]
            bare = re.sub(rb"\sspans\s*=\s*(\"[^\"]*\"|'[^']*')", b"", tag)
            if bare != tag and span.end != span.tag_end:
                edits.append((span.start, span.tag_end, bare))
        return edits
