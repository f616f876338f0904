"""The sheets of an .ods file as CellGrids (OpenDocument 1.3 part 3), read in one pass of expat over content.xml.

Repeated rows and columns are clipped to what holds something, and count once where they are empty. Text of
annotations, drawings and change marks is no text of a cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

from haicang_desk.model.foreign.sheets.byte_counter import ByteCounter
from haicang_desk.model.foreign.sheets.cell_grid import (
    LONGEST_TEXT,
    MOST_COLUMNS,
    MOST_MERGES,
    PICTURE,
    CellGrid,
    CellLimit,
    GridFiller,
    column_letters,
    is_picture_formula,
    shown_cell,
    text_cell,
)
from haicang_desk.model.foreign.sheets.number_formats import DAY_CODE, GENERAL, NumberFormat, number_format
from haicang_desk.model.foreign.sheets.raw_cell import DAY_ZERO, YUAN_SIGN, RawCell
from haicang_desk.model.foreign.sheets.zip_package import (
    ANOTHER_FORMAT,
    ZipPackage,
    damaged,
    open_zip,
    parse_stream,
    xml_parser,
)
from haicang_desk.model.values import Refused

_PREFIXES = {
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
    "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0": "number",
    "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0": "draw",
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0": "calcext",
}
_ASIDE = {"office:annotation", "text:ruby-text", "table:tracked-changes", "table:shapes", "office:forms"}
_SPACE = re.compile(r"[ \t\r\n]+")
_MOST_NESTED = 200  # elements within each other
_MOST_STYLES = 65_490
_FAR = 2**21  # rows and columns beyond any sheet
_DATA_STYLES = {
    "number:number-style", "number:currency-style", "number:percentage-style", "number:date-style",
    "number:time-style", "number:boolean-style", "number:text-style",
}  # fmt: skip

Attributes = dict[str, str]


def ods_grids(content: bytes, name: str, counter: ByteCounter) -> tuple[CellGrid, ...]:
    """All sheets of the content of an ods file, in its order.

    Raises Refused for what contract §2 refuses whole; what damage raises is for damage_refused.
    """
    with open_zip(content, name) as package:
        _refuse_others(package)
        names = [part for part in ("styles.xml", "content.xml") if part in package.parts]
        counter.total = sum(package.parts[part].file_size for part in names)
        styles = _Styles()
        reader = _ContentReader(styles)
        for part in names:
            parser = xml_parser()
            parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
            parser.CharacterDataHandler = reader.text
            with package.stream(part) as stream:
                parse_stream(parser, stream, counter.count)
        if not reader.grids:
            raise damaged(name, "没有工作表")
        return tuple(reader.grids)


def _refuse_others(package: ZipPackage) -> None:
    name, manifest = package.name, "META-INF/manifest.xml"
    if manifest in package.parts and b"encryption-data" in package.read(manifest):
        raise Refused(f"《{name}》设有打开密码，读不出来。请打开后取消密码，保存再导入")
    modules = (part for part in package.parts if part.startswith(("Basic/", "Scripts/")) and not part.endswith("/"))
    if any(not part.endswith(("script-lb.xml", "script-lc.xml")) for part in modules):
        raise Refused(f"《{name}》含有宏，没有导入。{ANOTHER_FORMAT}")


class _Style(NamedTuple):
    """A style of cells or of tables: its parent, the name of its number format, whether the table is shown."""

    parent: str = ""
    data: str = ""
    shown: bool = True


class _Styles:
    """Number formats by name, as codes of a spreadsheet; styles of cells and tables by name."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.maps: dict[str, list[tuple[str, str]]] = {}  # by name: condition, name of the format that then applies
        self.styles: dict[str, _Style] = {}
        self._formats: dict[str, NumberFormat] = {}

    def format_of(self, style: str) -> NumberFormat:
        """The number format of cells with this style."""
        found = self._formats.get(style)
        if found is None:
            found = self._formats[style] = self._find(style)
        return found

    def _find(self, name: str) -> NumberFormat:
        for _ in range(20):  # parents of parents
            style = self.styles.get(name)
            if style is None:
                return GENERAL
            if style.data:
                return number_format(self._code(style.data))
            name = style.parent
        return GENERAL

    def _code(self, data: str) -> str:
        own = self.codes.get(data, "General")
        sections = [f"[{condition}]{self.codes.get(then, 'General')}" for condition, then in self.maps.get(data, [])]
        return ";".join((*sections[:2], own))


class _ContentReader:
    """Takes styles and sheets from the events of expat."""

    def __init__(self, styles: _Styles) -> None:
        self.grids: list[CellGrid] = []
        self._styles = styles
        self._path: list[str] = []
        self._aside = 0  # depth within elements whose text is none of a cell
        self._limit = CellLimit()
        self._data = ""  # name of the number format that is being read
        self._code: list[str] = []
        self._style = ""
        self._literal: list[str] | None = None
        self._embedded = ""
        self._sheet: _SheetFiller | None = None
        self._starts: dict[str, Callable[[Attributes], None]] = {
            "style:style": self._start_style,
            "style:table-properties": self._table_properties,
            "style:map": self._map,
            "number:number": self._number,
            "number:embedded-text": self._embed,
            "number:text": self._start_literal,
            "number:currency-symbol": self._start_literal,
            "table:table": self._start_table,
            **dict.fromkeys(_DATA_STYLES, self._start_data),
        }

    def start(self, qualified: str, raw: Attributes) -> None:
        """An element begins."""
        tag = _short(qualified)
        self._path.append(tag)
        if len(self._path) > _MOST_NESTED:
            raise ValueError("elements too deep")
        if self._aside or tag in _ASIDE or tag.startswith("draw:"):
            self._aside += 1
            return
        if self._sheet is not None and tag != "table:table":
            if tag.startswith(("table:", "text:")):
                self._sheet.start(tag, {_short(name): value for name, value in raw.items()})
        elif (handler := self._starts.get(tag)) is not None:
            handler({_short(name): value for name, value in raw.items()})
        elif self._data and tag.startswith("number:"):
            self._part(tag)

    def end(self, _: str) -> None:
        """An element ends."""
        tag = self._path.pop()
        if self._aside:
            self._aside -= 1
        elif tag == "table:table":
            self._end_table()
        elif self._sheet is not None:
            self._sheet.end(tag)
        elif tag in _DATA_STYLES:
            self._styles.codes[self._data] = "".join(self._code)
            self._data = ""
        elif tag in ("number:text", "number:currency-symbol", "number:embedded-text"):
            self._end_literal(tag)

    def text(self, text: str) -> None:
        """Character data."""
        if self._aside:
            return
        if self._sheet is not None:
            self._sheet.add(text)
        elif self._literal is not None:
            self._literal.append(text[:200])

    # styles

    def _start_style(self, attributes: Attributes) -> None:
        self._style = attributes.get("style:name", "")
        if len(self._styles.styles) > _MOST_STYLES:
            raise ValueError("too many styles")
        parent, data = attributes.get("style:parent-style-name", ""), attributes.get("style:data-style-name", "")
        self._styles.styles[self._style] = _Style(parent, data)

    def _table_properties(self, attributes: Attributes) -> None:
        if attributes.get("table:display") == "false" and self._style in self._styles.styles:
            self._styles.styles[self._style] = self._styles.styles[self._style]._replace(shown=False)

    def _map(self, attributes: Attributes) -> None:
        condition = attributes.get("style:condition", "")
        if self._data and condition.startswith("value()"):
            named = attributes.get("style:apply-style-name", "")
            self._styles.maps.setdefault(self._data, []).append((condition[7:].replace("!=", "<>"), named))

    def _start_data(self, attributes: Attributes) -> None:
        self._data, self._code = attributes.get("style:name", ""), []
        if len(self._styles.codes) > _MOST_STYLES:
            raise ValueError("too many number formats")
        if self._path[-1] in ("number:date-style", "number:time-style"):
            self._code.append(DAY_CODE)
        elif self._path[-1] == "number:percentage-style":
            self._code.append("%")

    def _number(self, attributes: Attributes) -> None:
        factor = attributes.get("number:display-factor", "1").split(".")[0]
        self._code.append("0" + "," * ((len(factor) - 1) // 3 if factor.isdigit() and len(factor) < 16 else 0))

    def _embed(self, attributes: Attributes) -> None:
        self._embedded, self._literal = attributes.get("number:position", "0"), []

    def _start_literal(self, _: Attributes) -> None:
        self._literal = []

    def _end_literal(self, tag: str) -> None:
        text, self._literal = "".join(self._literal or []).replace('"', ""), None
        if not self._data:
            return
        if tag == "number:embedded-text" and self._embedded.isdigit() and len(self._embedded) < 3:
            number = self._code.pop() if self._code else "0"
            self._code.append(f'0"{text}"{"0" * int(self._embedded)}{number[1:]}')
        elif text:
            self._code.append(f'"{text}"')

    def _part(self, tag: str) -> None:
        """Another part of a format, such as a fraction or text."""
        if tag in ("number:fraction", "number:scientific-number"):
            self._code.append("0")

    # sheets

    def _start_table(self, attributes: Attributes) -> None:
        if self._sheet is not None:  # a table within a cell
            self._aside += 1
            return
        grid = CellGrid(attributes.get("table:name", ""))
        style = self._styles.styles.get(attributes.get("table:style-name", ""))
        grid.hidden = style is not None and not style.shown
        self._sheet = _SheetFiller(grid, self._styles, self._limit)

    def _end_table(self) -> None:
        if self._sheet is not None:
            self.grids.append(self._sheet.grid)
            self._sheet = None


class _SheetFiller:
    """Fills a grid from the elements of one table."""

    def __init__(self, grid: CellGrid, styles: _Styles, limit: CellLimit) -> None:
        self.grid = grid
        self._styles, self._filler = styles, GridFiller(grid, limit)
        self._column_styles: dict[int, str] = {}
        self._columns = self._number = self._column = 0
        self._row: dict[int, RawCell] = {}
        self._row_attributes: Attributes = {}
        self._cell: Attributes | None = None
        self._covered = self._within = False
        self._text: list[str] = []
        self._size = self._paragraphs = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        """An element of the table begins."""
        if tag == "table:table-column":
            self._start_column(attributes)
        elif tag == "table:table-row":
            self._row, self._column, self._row_attributes = {}, 0, attributes
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._cell, self._covered = attributes, tag == "table:covered-table-cell"
            self._text, self._size, self._paragraphs = [], 0, 0
        elif tag in ("text:p", "text:h"):
            self._within = True
            self._append("\n" if self._paragraphs else "")
            self._paragraphs += 1
        elif tag == "text:s":
            self._append(" " * min(_count(attributes, "text:c"), 100))
        elif tag in ("text:tab", "text:line-break"):
            self._append("\t" if tag == "text:tab" else "\n")

    def add(self, text: str) -> None:
        """Character data of a paragraph."""
        if self._within:
            self._append(text if text.isprintable() else _SPACE.sub(" ", text))

    def end(self, tag: str) -> None:
        """An element of the table ends."""
        if tag in ("text:p", "text:h"):
            self._within = False
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._end_cell()
        elif tag == "table:table-row":
            self._end_row()

    def _append(self, text: str) -> None:
        if self._cell is not None and self._size <= LONGEST_TEXT:
            self._text.append(text[:LONGEST_TEXT])
            self._size += len(text)

    def _start_column(self, attributes: Attributes) -> None:
        first = self._columns + 1
        self._columns = min(self._columns + _count(attributes, "table:number-columns-repeated"), MOST_COLUMNS)
        columns = range(first, self._columns + 1)
        self._column_styles.update(dict.fromkeys(columns, attributes.get("table:default-cell-style-name", "")))
        if attributes.get("table:visibility", "visible") != "visible":
            self.grid.hidden_columns.update(columns)

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        attributes, self._cell = self._cell, None
        first = self._column + 1
        self._column = min(self._column + _count(attributes, "table:number-columns-repeated"), _FAR)
        if self._covered or first > MOST_COLUMNS:
            return
        cell = self._cell_of(attributes, first)
        if cell is not None:
            self._row.update(dict.fromkeys(range(first, min(self._column, MOST_COLUMNS) + 1), cell))
        right = first + _count(attributes, "table:number-columns-spanned") - 1
        low = self._number + _count(attributes, "table:number-rows-spanned")
        if right > first or low > self._number + 1:
            self.grid.merges.append((self._number + 1, first, low, min(right, MOST_COLUMNS)))
            if len(self.grid.merges) > MOST_MERGES:
                raise ValueError("too many merged cells")

    def _end_row(self) -> None:
        times = _count(self._row_attributes, "table:number-rows-repeated")
        hidden = self._row_attributes.get("table:visibility", "visible") != "visible"
        first, self._number = self._number + 1, min(self._number + times, _FAR)
        if self._row:
            for number in range(first, self._number + 1):
                self._filler.add(number, dict(self._row), hidden=hidden)
                if self.grid.left_out:
                    break

    def _cell_of(self, attributes: Attributes, column: int) -> RawCell | None:
        text = "".join(self._text) or attributes.get("office:string-value", "")
        kind, formula = attributes.get("office:value-type", ""), attributes.get("table:formula")
        if formula is not None and is_picture_formula(formula):
            return PICTURE
        if attributes.get("calcext:value-type") == "error":
            return RawCell("fault", text or "#VALUE!")
        if kind in ("float", "currency", "percentage"):
            if (value := attributes.get("office:value", "")) != "":
                return self._number_cell(value, kind, attributes, column)
        elif kind == "date" and attributes.get("office:date-value"):
            serial = _serial(attributes["office:date-value"])
            return RawCell("text", text) if serial is None else RawCell("day", serial)
        elif kind == "boolean" and attributes.get("office:boolean-value"):
            return RawCell("flag", "TRUE" if attributes["office:boolean-value"] == "true" else "FALSE")
        if formula is not None and not text and kind != "string":
            self.grid.uncalculated = self.grid.uncalculated or f"{column_letters(column)}{self._number + 1}"
        if not text or text.isspace():
            return None
        return text_cell(text) if formula is None else shown_cell(text)

    def _number_cell(self, text: str, kind: str, attributes: Attributes, column: int) -> RawCell:
        try:
            value = float(text)
        except ValueError:
            return RawCell("text", text)
        if not abs(value) < 1e300:
            return RawCell("text", text)
        style = attributes.get("table:style-name") or self._row_attributes.get("table:default-cell-style-name")
        cell = self._styles.format_of(style or self._column_styles.get(column, "")).cell(text, value)
        if kind == "percentage":
            return RawCell("percent", text)
        if kind == "currency" and not cell.unit and attributes.get("office:currency", "CNY") == "CNY":
            return RawCell("number", cell.text, YUAN_SIGN)
        return cell


def _short(qualified: str) -> str:
    """``namespace name`` as ``office:name``; the name alone for a namespace that has no meaning here."""
    space, _, name = qualified.rpartition(" ")
    prefix = _PREFIXES.get(space)
    return f"{prefix}:{name}" if prefix else name


def _count(attributes: Attributes, name: str) -> int:
    """A number of repetitions or of columns spanned, at least 1. Raises ValueError for what is none."""
    stated = attributes.get(name)
    return 1 if stated is None else min(max(int(stated), 1), _FAR)


def _serial(text: str) -> str | None:
    """The serial number of a day or of a moment, in the 1900 date system; None for what is none."""
    try:
        if "T" not in text:
            return str((date.fromisoformat(text) - DAY_ZERO).days)
        moment = datetime.fromisoformat(text.rstrip("Z")[:26])
    except ValueError:
        return None
    passed = moment.replace(tzinfo=None) - datetime(DAY_ZERO.year, DAY_ZERO.month, DAY_ZERO.day)
    return repr(passed.days + passed.seconds / 86_400)
