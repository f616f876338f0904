"""Delimited text as a CellGrid: .csv and .tsv files, and rows as a spreadsheet puts them on the clipboard.

A file follows RFC 4180: a cell in quotes may hold anything, a quote within it is doubled. On the clipboard a
spreadsheet quotes only cells that hold a line break, a tab or, doubled, quotes; any other quote is what was typed:
``"我为群众办实事"活动`` keeps both of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from haicang_desk.model.foreign.sheets.cell_grid import LONGEST_TEXT, MOST_COLUMNS, CellGrid, GridFiller, shown_cell
from haicang_desk.model.values import Refused

_DELIMITERS = "\t,;"
_SAMPLE, _SAMPLE_LINES = 100_000, 200  # characters and lines by which the delimiter is found
_EVERY = 1_000  # rows between two reports of progress
_MOST_QUOTES = 5_000_000  # doubled quotes that are looked at
_STATED = re.compile(r"sep=(.)\n", re.IGNORECASE)  # a first line that Excel understands


def text_grid(title: str, text: str, count: Callable[[int], None]) -> CellGrid:
    """The rows of a delimited text; the delimiter is known by the content.

    ``count`` is called with the characters read and may raise to stop. Raises Refused beyond the limits of a sheet.
    """
    text = _with_line_feeds(text)
    if stated := _STATED.match(text):
        return _fill(title, _RowReader(text, stated[1], at=stated.end(), clipboard=False), count)
    return _fill(title, _RowReader(text, delimiter_of(text), clipboard=False), count)


def pasted_grid(title: str, text: str, count: Callable[[int], None]) -> CellGrid:
    """The rows of tab-separated text from the clipboard of a spreadsheet. Raises as text_grid."""
    return _fill(title, _RowReader(_with_line_feeds(text), "\t", clipboard=True), count)


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def delimiter_of(text: str) -> str:
    """The delimiter that most lines have equally often; a tab where there is none."""
    pieces = text[:_SAMPLE].split('"')
    sample = "".join(pieces[::2]) if len(pieces) % 2 else text[:_SAMPLE]  # quotes that are no pairs are text
    lines = [line for line in sample.splitlines()[:_SAMPLE_LINES] if line.strip()]
    best, found = (0, 0), "\t"
    for delimiter in _DELIMITERS:
        times = Counter(line.count(delimiter) for line in lines)
        del times[0]
        if times:
            often, alike = max(times.items(), key=lambda item: (item[1], item[0]))
            if (alike, often) > best:
                best, found = (alike, often), delimiter
    return found


def _fill(title: str, reader: _RowReader, count: Callable[[int], None]) -> CellGrid:
    filler, done = GridFiller(CellGrid(title)), 0
    for number, cells in enumerate(reader.rows(), 1):
        filler.add(
            number, {index: shown_cell(text) for index, text in enumerate(cells, 1) if text and not text.isspace()}
        )
        if number % _EVERY == 0:
            count(reader.at - done)
            done = reader.at
    count(reader.at - done)
    return filler.grid


class _RowReader:
    """Takes rows of cells from a text, of which ``at`` is the place reached."""

    def __init__(self, text: str, delimiter: str, *, clipboard: bool, at: int = 0) -> None:
        self._text, self._delimiter, self._clipboard, self.at = text, delimiter, clipboard, at
        self._width = self._quotes = 0

    def rows(self) -> Iterator[list[str]]:
        """The cells of each row, up to MOST_COLUMNS."""
        text = self._text
        while self.at < len(text):
            cells = [self._take()]
            while text[self.at : self.at + 1] == self._delimiter and len(cells) < MOST_COLUMNS:
                self.at += 1
                cells.append(self._take())
            if text[self.at : self.at + 1] == self._delimiter:
                self.at = self._line_end(self.at)
            self.at += 1
            self._width = self._width or len(cells)
            yield cells

    def _take(self) -> str:
        """The cell that begins here; afterwards ``at`` stands on its end."""
        text, start = self._text, self.at
        if text[start : start + 1] == '"' and (end := self._closed(start)):
            self.at = end
            return text[start + 1 : end - 1].replace('""', '"')
        line = self._line_end(start)
        cell = text.find(self._delimiter, start, line)
        self.at = line if cell < 0 else cell
        return text[start : self.at]

    def _line_end(self, at: int) -> int:
        end = self._text.find("\n", at)
        return len(self._text) if end < 0 else end

    def _closed(self, start: int) -> int:
        """The end of a cell in quotes that begins here; 0 where the quote is one that was typed."""
        text, close = self._text, start + 1
        while (close := text.find('"', close, start + 2 * LONGEST_TEXT)) >= 0:
            if text[close + 1 : close + 2] != '"':
                end = close + 1
                closed = text[end : end + 1] in ("", "\n", self._delimiter)
                return end if closed and (not self._clipboard or self._is_quoted(start, end)) else 0
            close += 2
            self._quotes += 1
            if self._quotes > _MOST_QUOTES:
                raise Refused("文本里的引号太多，没有导入。请用 Excel 或 WPS 打开，另存为 xlsx 再导入")
        return 0

    def _is_quoted(self, start: int, end: int) -> bool:
        """Whether a spreadsheet put these quotes there, which it does for several lines, tabs and quotes.

        Where each line that they span is a row by itself, as wide as the first row, they stand there by chance.
        """
        cell = self._text[start + 1 : end - 1]
        if "\n" not in cell and self._delimiter not in cell:
            return '""' in cell
        first = self._text.rfind("\n", 0, start) + 1
        lines = self._text[first : self._line_end(end)].split("\n")
        return self._width < 2 or any(line.count(self._delimiter) + 1 != self._width for line in lines)
