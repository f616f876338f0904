"""Sheets: workbooks written whole or not at all, the same bytes for the same content, nobody's name in them.

The parts are written directly: openpyxl spells every Chinese character as ``&#39033;``, so that a ledger it
exported would be refused for its size long before it need be, and takes three times as long.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from html import escape
from pathlib import Path
from typing import IO, Any

from haicang_desk.model.records import Prose
from haicang_desk.model.spreadsheet.read.cell_grid import column_letters
from haicang_desk.model.spreadsheet.read.cell_values import WRITE
from haicang_desk.model.spreadsheet.write.fixed_archive import member
from haicang_desk.model.values import Money, NotWritten
from haicang_desk.platform import atomic_path

LONGEST_CELL = 32_767
_LIVE = re.compile(r"[=+\-@\t\r\0]")  # what a spreadsheet may take for the start of a formula
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]+_)")  # LibreOffice also takes _x0_ for an escape, and drops it
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FIT = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
_PAGE = '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'  # A4, as wide as the page
_PANE = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
_FROZEN = f'<sheetViews><sheetView workbookViewId="0">{_PANE}</sheetView></sheetViews>'
_VIEW = "<bookViews><workbookView/></bookViews>"
_GENERAL = {"General": 0, "0": 1, "0.00": 2, "@": 49}  # formats that need not be spelt out

Style = tuple[str, bool, bool, bool]  # number format, whether wrapped, quoted, bold
Cell = Callable[[Any], str]  # a value as the attributes and content of its cell, "" for nothing


def cell_text(text: str) -> str:
    """Text as XML can hold it: what it cannot is written ``_x000B_`` (ECMA-376 §22.9.2.19), and read back so."""
    if text.isalnum():
        return text
    text = _ESCAPE.sub("_x005F_", text)
    return escape(_UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text), quote=False)


@dataclass(slots=True)
class WorkbookWriter:
    """A workbook being written, sheet after sheet, inside ``new_workbook(out)``."""

    archive: zipfile.ZipFile
    titles: list[str] = field(default_factory=list)
    _strings: dict[str, int] = field(default_factory=dict)
    _styles: dict[Style, int] = field(default_factory=lambda: {("General", False, False, False): 0})

    def style(self, number_format: str, *, wrap: bool = False, quoted: bool = False, bold: bool = False) -> int:
        return self._styles.setdefault((number_format, wrap, quoted, bold), len(self._styles))

    def string(self, text: str) -> int:
        return self._strings.setdefault(text, len(self._strings))

    def text(self, text: str, style: int, quoted: int) -> str:
        """A cell of text; text that looks like a formula carries the mark that it is none."""
        if not text:
            return ""
        if len(text) > LONGEST_CELL:
            raise NotWritten(f"有一格文字长 {len(text)} 个字，一格最多 {LONGEST_CELL} 个字，没有写出。请先缩短")
        return f' s="{quoted if _LIVE.match(text) else style}" t="s"><v>{self.string(text)}</v></c>'

    def column(self, kind: Any) -> Cell:
        """How the cells of a column of one kind are written."""
        writing = WRITE[kind]
        turn, style = writing.cell, self.style(writing.format, wrap=kind is Prose)
        plain, quoted = self.style("@", wrap=kind is Prose), self.style("@", wrap=kind is Prose, quoted=True)

        def cell(value: Any) -> str:
            if value is None or value == "":
                return ""
            content = turn(value)
            if isinstance(content, str):
                return self.text(content, plain, quoted)
            return f' s="{style}"><v>{content}</v></c>'

        return cell

    @contextmanager
    def sheet(self, title: str, headings: Sequence[str], widths: Sequence[float]) -> Iterator[SheetWriter]:
        """Open the next sheet, its headings written; one sheet at a time."""
        self.titles.append(title)
        with self.archive.open(member(f"xl/worksheets/sheet{len(self.titles)}.xml"), "w", force_zip64=True) as part:
            sheet = SheetWriter(self, part, [column_letters(index) for index in range(1, len(headings) + 1)])
            sheet.begin(headings, widths)
            yield sheet
            sheet.end()

    def finish(self) -> None:
        """Write the parts that say what the others are."""
        for name, content in _frame(self).items():
            self.archive.writestr(member(name), _XML + content)


@dataclass(slots=True)
class SheetWriter:
    """A sheet being written, row after row."""

    book: WorkbookWriter
    part: IO[bytes]
    letters: list[str]
    row: int = 0

    def begin(self, headings: Sequence[str], widths: Sequence[float]) -> None:
        cols = "".join(
            f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(widths, 1)
        )
        head = f'<worksheet xmlns="{_MAIN}">{_FIT}{_FROZEN}'
        self.part.write(f'{_XML}{head}<sheetFormatPr defaultRowHeight="15"/><cols>{cols}</cols><sheetData>'.encode())
        bold = self.book.style("@", wrap=True, bold=True)
        self.append([self.book.text(heading, bold, bold) for heading in headings])

    def append(self, cells: Sequence[str]) -> None:
        """Write a row of cells as ``NewBook.column`` makes them."""
        self.row += 1
        row = self.row
        said = "".join(
            [f'<c r="{letter}{row}"{cell}' for letter, cell in zip(self.letters, cells, strict=True) if cell]
        )
        self.part.write(f'<row r="{row}">{said}</row>'.encode())

    def end(self) -> None:
        last = f"{self.letters[-1]}{max(self.row, 2)}"
        self.part.write(f'</sheetData><autoFilter ref="A1:{last}"/>{_PAGE}</worksheet>'.encode())


@contextmanager
def new_workbook(out: Path) -> Iterator[WorkbookWriter]:
    """A new workbook at ``out``, put in its place when all is written. Raises NotWritten."""
    with atomic_path(out) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        book = WorkbookWriter(archive)
        yield book
        book.finish()


def write_table(book: WorkbookWriter, title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """A sheet with one table: bold headings, each value in a cell of its kind. Returns the number of rows.

    Values are those of records (Money, date, choices …), or plain text and numbers; None is an empty cell.
    """
    rows = [tuple(row) for row in rows]
    widths = [_width(heading, [row[n] for row in rows[:200]]) for n, heading in enumerate(headings)]
    columns = {kind: book.column(kind) for kind in WRITE}
    with book.sheet(title, headings, widths) as sheet:
        for row in rows:
            sheet.append([columns[_kind(value)](value) for value in row])
    return len(rows)


def _kind(value: Any) -> Any:
    return next((kind for kind in (bool, Money, int, Decimal, date, Enum) if isinstance(value, kind)), Prose)


def _width(heading: str, values: Iterable[Any]) -> int:
    widest = max((len(str(value)) for value in values if value is not None), default=0)
    return min(max(2 * len(heading) + 4, widest + 4, 10), 60)


def _frame(book: WorkbookWriter) -> dict[str, str]:
    numbers = range(1, len(book.titles) + 1)
    parts = [(f"xl/worksheets/sheet{n}.xml", "worksheet") for n in numbers]
    parts += [("xl/styles.xml", "styles"), ("xl/sharedStrings.xml", "sharedStrings")]
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{_KIND}.{kind}+xml"/>'
        for name, kind in [("xl/workbook.xml", "sheet.main"), *parts]
    )
    types = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    titles = zip(numbers, book.titles, strict=True)
    sheets = "".join(f'<sheet name="{escape(title)}" sheetId="{n}" r:id="rId{n}"/>' for n, title in titles)
    return {
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}">{_VIEW}<sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations([(kind, name.removeprefix("xl/")) for name, kind in parts]),
        "xl/styles.xml": _stylesheet(list(book._styles)),
        "xl/sharedStrings.xml": _shared(book._strings),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{types}{overrides}</Types>',
    }


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{_REL}/{kind}" Target="{name}"/>' for n, (kind, name) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _shared(strings: Iterable[str]) -> str:
    listed = "".join([f'<si><t xml:space="preserve">{cell_text(text)}</t></si>' for text in strings])
    return f'<sst xmlns="{_MAIN}">{listed}</sst>'


def _stylesheet(styles: Sequence[Style]) -> str:
    spelt = sorted({style[0] for style in styles} - _GENERAL.keys())
    codes = _GENERAL | {code: 164 + n for n, code in enumerate(spelt)}
    formats = "".join(f'<numFmt numFmtId="{codes[code]}" formatCode="{escape(code)}"/>' for code in spelt)
    formats = f'<numFmts count="{len(spelt)}">{formats}</numFmts>' if formats else ""  # an empty list is not allowed
    xfs = "".join(_xf(codes[code], wrap, quoted, bold) for code, wrap, quoted, bold in styles)
    font = '<font>{}<sz val="11"/><name val="宋体"/></font>'
    return (
        f'<styleSheet xmlns="{_MAIN}">{formats}'
        f'<fonts count="2">{font.format("")}{font.format("<b/>")}</fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill>'
        '<fill><patternFill patternType="solid"><fgColor rgb="FFE7EDF5"/></patternFill></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        f'<cellXfs count="{len(styles)}">{xfs}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _xf(code: int, wrap: bool, quoted: bool, bold: bool) -> str:
    look = f'<xf numFmtId="{code}" applyNumberFormat="1" fontId="{bold:d}" fillId="{2 * bold:d}" borderId="0" xfId="0"'
    place = f'<alignment vertical="{"center" if bold else "top"}" wrapText="{wrap:d}"/>'
    return f'{look} quotePrefix="{quoted:d}" applyAlignment="1">{place}</xf>'
