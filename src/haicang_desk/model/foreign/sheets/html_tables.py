"""Tables of HTML as a CellGrid: what Excel, WPS and LibreOffice put on the clipboard, and web pages named .xls.

Cells, merged cells, line breaks, hidden rows and columns are those of the HTML; lines of text between tables, such as
单位：万元, become rows of one cell. Where the HTML states the number behind what is shown (``x:num``, ``sdval``) with
its number format (``mso-number-format``, ``sdnum``), the cell is that number.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser

from haicang_desk.model.foreign.sheets.cell_grid import (
    LONGEST_TEXT,
    MOST_COLUMNS,
    MOST_MERGES,
    CellGrid,
    GridFiller,
    shown_cell,
)
from haicang_desk.model.foreign.sheets.number_formats import GENERAL, NumberFormat, number_format
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.values import Refused

_EVERY = 500  # rows between two reports of progress
_BLOCKS = {"p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "caption", "hr"}  # begin a new line
_MOST_TAGS = 1_200_000  # five times those of 10,000 rows of 10 cells; half a minute
_DESCRIPTION = re.compile(r"Version:\d")  # the lines that Windows puts before HTML on its clipboard
_SPACE = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_FORMAT = re.compile(r'mso-number-format\s*:\s*("[^"]*"|[^;"]*)', re.IGNORECASE)
_CSS_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{4})|(.))", re.DOTALL)
_CLASS = re.compile(r"\.([\w-]+)")
_SKIPPED = re.compile(r"<(?:!--|!|\?|style\b|script\b)", re.IGNORECASE)
_TAG_END = re.compile(">")
_CLOSING = {
    "<!--": re.compile("-->"),
    "<style": re.compile(r"</style[^>]*>", re.IGNORECASE),
    "<script": re.compile(r"</script[^>]*>", re.IGNORECASE),
}
_NUMERIC = re.compile(r"[-+]?[\d.]+([eE][-+]?\d+)?")


def html_grid(title: str, source: str, count: Callable[[int], None]) -> CellGrid:
    """All tables of a page, one below the other, with the lines of text between them.

    ``count`` is called with the characters read and may raise to stop. Raises Refused beyond the limits of a sheet.
    """
    if _DESCRIPTION.match(source):
        source = source[source.find("<") :]
    if source.count("<") > _MOST_TAGS:
        raise Refused("网页太大，没有导入。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”再导入")
    source, styles = _without_comments(source)
    reader = _PageReader(CellGrid(title), styles, count)
    reader.feed(source)
    reader.close()
    count(len(source))
    return reader.finished()


def has_table(source: str) -> bool:
    """Whether HTML from the clipboard has the cells of a table."""
    folded = source.casefold()
    return "<tr" in folded and ("<td" in folded or "<th" in folded)


def _without_comments(source: str) -> tuple[str, str]:
    """HTML without comments, declarations, scripts and style sheets, and the text of its style sheets.

    The parser of the standard library takes quadratic time over such things, and over tags, that are not closed.
    """
    kept, styles, at = [], [], 0
    while (found := _SKIPPED.search(source, at)) is not None:
        kept.append(source[at : found.start()])
        mark = found[0].lower()
        end = _CLOSING.get(mark, _TAG_END).search(source, found.end())
        at = len(source) if end is None else end.end()
        if mark == "<style":
            styles.append(source[found.end() : at])
    kept.append(source[at:])
    bare = "".join(kept)
    last = bare.rfind(">") + 1
    return bare[:last] + bare[last:].replace("<", ""), "\n".join(styles)


def _styles_of(css: str) -> dict[str, str]:
    """By class name: what a style sheet says of it."""
    styles: dict[str, str] = {}
    for rule in css.split("}"):
        selector, _, body = rule.rpartition("{")
        for name in _CLASS.findall(selector[-200:]):
            styles[name] = styles.get(name, "") + ";" + body
    return styles


def _format_of(style: str) -> NumberFormat:
    """The number format that a style states; its code has CSS escapes: ``0\\.00\\0022万元\\0022``."""
    if (found := _FORMAT.search(style)) is None:
        return GENERAL
    code = _CSS_ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else match[2], found[1].strip().strip('"'))
    return number_format(code)


class _PageReader(HTMLParser):
    """Fills a grid from the tags of a page. A table within a cell is text of that cell."""

    def __init__(self, grid: CellGrid, css: str, count: Callable[[int], None]) -> None:
        super().__init__(convert_charrefs=True)
        self._count = count
        self._grid, self._filler = grid, GridFiller(grid)
        self._styles = _styles_of(css)
        self._number, self._column = 0, 0
        self._row: dict[int, RawCell] | None = None
        self._hidden = False
        self._spans: list[tuple[int, int, int]] = []  # of merged cells: first column, last, last row
        self._cell: tuple[dict[str, str], int] | None = None  # attributes, column
        self._text: list[str] = []
        self._size = self._depth = self._columns = 0

    def finished(self) -> CellGrid:
        """The grid, after the last tag."""
        self._end_row()
        self._end_line()
        bottom = self._number
        self._grid.merges = [(top, left, min(low, bottom), right) for top, left, low, right in self._grid.merges]
        return self._grid

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row, a cell or a line."""
        attributes = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            self._text.append("\n")
            if self._cell is None and self._row is None:
                self._end_line()
        elif tag == "table":
            self._start_table()
        elif self._depth > 1:
            if tag in ("tr", "td", "th"):
                self._text.append("\n" if tag == "tr" else " ")
        elif tag == "col":
            self._start_column(attributes)
        elif tag == "tr":
            self._end_row()
            self._end_line()
            self._number += 1
            self._row, self._column, self._hidden = {}, 0, self._is_hidden(attributes)
        elif tag in ("td", "th"):
            self._start_cell(attributes)

    def handle_endtag(self, tag: str) -> None:
        """End a table, a row, a cell or a line."""
        if tag == "table":
            if self._depth <= 1:
                self._end_row()
            self._depth = max(self._depth - 1, 0)
        elif tag in ("td", "th", "tr") and self._depth <= 1:
            self._end_cell()
            if tag == "tr":
                self._end_row()
        elif tag in _BLOCKS:
            self._text.append("\n")
            if self._cell is None and self._row is None:
                self._end_line()

    def handle_data(self, data: str) -> None:
        """Text of a cell or of a line; within a table but outside its cells there is none."""
        if self._size <= LONGEST_TEXT and (self._cell is not None or (self._row is None and not self._depth)):
            self._text.append(_SPACE.sub(" ", data[: LONGEST_TEXT + 1]))
            self._size += len(data)

    def _start_table(self) -> None:
        if self._cell is None:
            self._end_row()
            self._end_line()
            self._spans, self._columns = [], 0
            self._number += 1 if self._grid.rows else 0  # an empty row between two tables
            self._depth = 1
        else:
            self._depth += 1

    def _start_column(self, attributes: dict[str, str]) -> None:
        first = self._columns + 1
        self._columns = min(self._columns + _span(attributes, "span"), MOST_COLUMNS)
        if self._is_hidden(attributes):
            self._grid.hidden_columns.update(range(first, self._columns + 1))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._end_cell()
        if self._row is None:  # a row whose tag was left out
            self._number += 1
            self._row, self._column, self._hidden = {}, 0, False
        self._column += 1
        self._spans = [span for span in self._spans if span[2] >= self._number]
        for left, right, _ in sorted(self._spans):
            if left <= self._column <= right:
                self._column = right + 1
        self._cell, self._text, self._size = (attributes, self._column), [], 0

    def _end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        (attributes, column), self._cell = self._cell, None
        right = min(column + _span(attributes, "colspan") - 1, MOST_COLUMNS)
        low = self._number + _span(attributes, "rowspan") - 1
        if column <= MOST_COLUMNS:
            cell = self._cell_of(attributes)
            if cell is not None:
                self._row[column] = cell
            if right > column or low > self._number:
                self._grid.merges.append((self._number, column, low, right))
                self._spans.append((column, right, low))
                if len(self._grid.merges) > MOST_MERGES:
                    raise Refused("表格里合并的单元格太多，没有导入。请取消合并再试")
        self._column = max(right, column)
        self._text, self._size = [], 0

    def _cell_of(self, attributes: dict[str, str]) -> RawCell | None:
        text = self._taken()
        number = attributes.get("x:num") or attributes.get("sdval") or ""
        if _NUMERIC.fullmatch(number) and text:
            shown = self._number_format(attributes)
            return shown.cell(number, float(number)) if abs(float(number)) < 1e300 else RawCell("text", text)
        return shown_cell(text) if text and not text.isspace() else None

    def _number_format(self, attributes: dict[str, str]) -> NumberFormat:
        if "sdnum" in attributes:
            return number_format(attributes["sdnum"].split(";", 2)[-1])
        return _format_of(self._style(attributes))

    def _style(self, attributes: dict[str, str]) -> str:
        named = (self._styles.get(name, "") for name in attributes.get("class", "").split()[:10])
        return ";".join((attributes.get("style", ""), *named))

    def _is_hidden(self, attributes: dict[str, str]) -> bool:
        return _HIDDEN.search(self._style(attributes)) is not None

    def _taken(self) -> str:
        lines = [line.strip(" ") for line in "".join(self._text).split("\n")]
        return "\n".join(line for line in lines if line)[:LONGEST_TEXT]

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is not None:
            self._filler.add(self._number, self._row, hidden=self._hidden)
            self._row, self._text, self._size = None, [], 0
            if self._number % _EVERY == 0:
                self._count(0)

    def _end_line(self) -> None:
        """A line of text outside of the tables."""
        if self._depth == 0 and (text := self._taken()):
            self._number += 1
            self._filler.add(self._number, {1: shown_cell(text)})
        self._text, self._size = [], 0


def _span(attributes: dict[str, str], name: str) -> int:
    digits = html.unescape(attributes.get(name, "1")).strip()
    return min(max(int(digits), 1), 100_000) if digits.isascii() and digits.isdigit() and len(digits) < 7 else 1
