"""Writing of xlsx workbooks: whole or not at all, the same bytes for the same content, without names or times.

The parts are written directly (SpreadsheetML, ECMA-376 part 1 §18). openpyxl writes every Chinese character as
``&#39033;``, so that the export of a large ledger would exceed the limits of its own import, and takes three times as
long. FixedArchive is for the one workbook that openpyxl writes, the template.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from html import escape
from pathlib import Path
from typing import IO, Any

from haicang_desk.model.foreign.sheets.cell_grid import column_letters
from haicang_desk.model.records import Prose
from haicang_desk.model.spreadsheet.cell_values import CELL_TYPES
from haicang_desk.model.spreadsheet.write.sheet_paper import (
    PAGE_MARGINS,
    footer,
    names_part,
    pages_across,
    printed_names,
    row_height,
)
from haicang_desk.model.values import Money, NotWritten
from haicang_desk.platform import atomic_path

LONGEST_CELL = 32_767  # characters; the limit of Excel
_LIVE = re.compile(r"[=+\-@\t\r\0]")  # first characters that a spreadsheet may take for a formula
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]+_)")  # LibreOffice also reads _x0_ as an escape, and drops it
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CORE = "/docProps/core.xml"  # ECMA-376 part 2 §11
_TO_CORE = f'<Relationship Id="rIdCore" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="{_CORE}"/>'
_CORE_KIND = "application/vnd.openxmlformats-package.core-properties+xml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FIT = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
_ORDER = "overThenDown"  # of two pages side by side, the second follows the first
_MARGINS = "<pageMargins {}/>".format(" ".join(f'{side}="{inches}"' for side, inches in PAGE_MARGINS.items()))
_PANE = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
_FROZEN = f'<sheetViews><sheetView workbookViewId="0">{_PANE}</sheetView></sheetViews>'
_HIDDEN = ' hidden="1"'
_VIEW = "<bookViews><workbookView/></bookViews>"
_GENERAL = {"General": 0, "0": 1, "0.00": 2, "@": 49}  # built-in formats, ECMA-376 §18.8.30

Style = tuple[str, bool, bool, bool]  # number format, wrapped, quoted (quotePrefix), bold
CellFormatter = Callable[[Any], str]  # a value → attributes and content of its <c>, "" for an empty cell


def cell_text(text: str) -> str:
    """Text escaped for XML; characters that XML cannot hold as ``_x000B_`` (ECMA-376 §22.9.2.19)."""
    if text.isalnum():
        return text
    text = _ESCAPE.sub("_x005F_", text)
    return escape(_UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text), quote=False)


@dataclass(slots=True)
class WorkbookWriter:
    """A workbook while it is written, sheet after sheet; made by ``new_workbook``."""

    archive: zipfile.ZipFile
    description: str = ""  # in the properties of the file, which no import reads
    titles: list[str] = field(default_factory=list)
    names: list[dict[str, str]] = field(default_factory=list)  # of each sheet: its defined names
    _strings: dict[str, int] = field(default_factory=dict)
    _styles: dict[Style, int] = field(default_factory=lambda: {("General", False, False, False): 0})

    def style(self, number_format: str, *, wrap: bool = False, quoted: bool = False, bold: bool = False) -> int:
        """The index of a cell format, added where it is new."""
        return self._styles.setdefault((number_format, wrap, quoted, bold), len(self._styles))

    def string(self, text: str) -> int:
        """The index of a shared string, added where it is new."""
        return self._strings.setdefault(text, len(self._strings))

    def text(self, text: str, style: int, quoted: int) -> str:
        """A text cell in ``style``; text that looks like a formula gets ``quoted``, so that it stays text when edited.

        Raises NotWritten for more than 32,767 characters.
        """
        if not text:
            return ""
        if len(text) > LONGEST_CELL:
            raise NotWritten(f"有一格文字长 {len(text)} 个字，一格最多 {LONGEST_CELL} 个字，没有写出。请先缩短")
        return f' s="{quoted if _LIVE.match(text) else style}" t="s"><v>{self.string(text)}</v></c>'

    def column(self, kind: Any) -> CellFormatter:
        """The function that formats values of one kind of field as cells."""
        cell_type = CELL_TYPES[kind]
        write, style = cell_type.write, self.style(cell_type.number_format)
        plain, quoted = self.style("@", wrap=True), self.style("@", wrap=True, quoted=True)

        def cell(value: Any) -> str:
            if value is None or value == "":
                return ""
            content = write(value)
            if isinstance(content, str):
                return self.text(content, plain, quoted)
            return f' s="{style}"><v>{content}</v></c>'

        return cell

    @contextmanager
    def sheet(
        self,
        title: str,
        headings: Sequence[str],
        widths: Sequence[float],
        hidden: Collection[int] = (),
        *,
        printed: int = 0,
        repeated: int = 0,
    ) -> Iterator[SheetWriter]:
        """Open the next sheet and write its headings; one sheet at a time.

        ``widths`` are in characters, ``hidden`` the numbers of hidden columns (1 is A). Only the first ``printed``
        columns are on paper (0: all), the first ``repeated`` of them on each of several pages side by side.
        """
        self.titles.append(title)
        printed = printed or len(headings)
        with self.archive.open(member(f"xl/worksheets/sheet{len(self.titles)}.xml"), "w", force_zip64=True) as part:
            sheet = SheetWriter(self, part, [column_letters(index) for index in range(1, len(headings) + 1)], widths)
            sheet.begin(headings, hidden)
            yield sheet
            sheet.end(title, pages_across(widths[:printed], repeated))
            last = f"{sheet.letters[printed - 1]}{sheet.row}"
            number = len(self.titles) - 1
            self.names.append(printed_names(number, title, rows="1:1", columns=repeated, last=last))

    def finish(self) -> None:
        """Write styles, shared strings, relationships and content types."""
        for name, content in _frame(self).items():
            self.archive.writestr(member(name), _XML + content)


@dataclass(slots=True)
class SheetWriter:
    """A sheet while it is written, row after row."""

    book: WorkbookWriter
    part: IO[bytes]
    letters: list[str]
    widths: Sequence[float]
    row: int = 0

    def begin(self, headings: Sequence[str], hidden: Collection[int] = ()) -> None:
        """Write everything before the rows, and the row of headings."""
        cols = "".join(
            f'<col min="{n}" max="{n}" width="{width}" customWidth="1"{_HIDDEN if n in hidden else ""}/>'
            for n, width in enumerate(self.widths, 1)
        )
        head = f'<worksheet xmlns="{_MAIN}">{_FIT}{_FROZEN}'
        self.part.write(f'{_XML}{head}<sheetFormatPr defaultRowHeight="15"/><cols>{cols}</cols><sheetData>'.encode())
        bold = self.book.style("@", wrap=True, bold=True)
        self.append([self.book.text(heading, bold, bold) for heading in headings], headings)

    def append(self, cells: Sequence[str], texts: Sequence[Any] = ()) -> None:
        """Write a row of cells as the functions of ``WorkbookWriter.column`` give them.

        ``texts`` are their values, of which the texts decide how high the row is; none: as high as one line.
        """
        self.row += 1
        wrapped = zip(texts, self.widths, strict=True) if texts else ()
        high = row_height((text, width) for text, width in wrapped if isinstance(text, str))
        height = f' ht="{high:g}" customHeight="1"' if high else ""
        row = self.row
        content = "".join(
            [f'<c r="{letter}{row}"{cell}' for letter, cell in zip(self.letters, cells, strict=True) if cell]
        )
        self.part.write(f'<row r="{row}"{height}>{content}</row>'.encode())

    def end(self, title: str, across: int) -> None:
        """Write everything after the rows; the sheet is printed ``across`` pages wide, with the lines of its grid."""
        last = f"{self.letters[-1]}{max(self.row, 2)}"
        page = f'paperSize="9" orientation="landscape" fitToWidth="{across}" fitToHeight="0" pageOrder="{_ORDER}"'
        self.part.write(
            f'</sheetData><autoFilter ref="A1:{last}"/><printOptions gridLines="1"/>{_MARGINS}<pageSetup {page}/>'
            f"<headerFooter><oddFooter>{cell_text(footer(title))}</oddFooter></headerFooter></worksheet>".encode()
        )


@contextmanager
def new_workbook(out: Path) -> Iterator[WorkbookWriter]:
    """A new workbook, written to ``out`` once complete. Raises NotWritten (exit code 5), ``out`` as before."""
    with atomic_path(out) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        book = WorkbookWriter(archive)
        yield book
        book.finish()


def write_table(book: WorkbookWriter, title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a sheet with one table and return the number of its rows.

    Values are those of record fields (Money, date, choices …), or plain text and numbers; None is an empty cell.
    """
    rows = [tuple(row) for row in rows]
    widths = [_width(heading, [row[n] for row in rows[:200]]) for n, heading in enumerate(headings)]
    columns = {kind: book.column(kind) for kind in CELL_TYPES}
    with book.sheet(title, headings, widths) as sheet:
        for row in rows:
            sheet.append([columns[_kind(value)](value) for value in row], row)
    return len(rows)


def _kind(value: Any) -> Any:
    return next((kind for kind in (bool, Money, int, Decimal, date, Enum) if isinstance(value, kind)), Prose)


def _width(heading: str, values: Iterable[Any]) -> int:
    widest = max((len(str(value)) for value in values if value is not None), default=0)
    return min(max(2 * len(heading) + 4, widest + 4, 10), 60)


def _frame(book: WorkbookWriter) -> dict[str, str]:
    """The parts of the package besides the sheets: name → content."""
    numbers = range(1, len(book.titles) + 1)
    parts = [(f"xl/worksheets/sheet{n}.xml", "worksheet") for n in numbers]
    parts += [("xl/styles.xml", "styles"), ("xl/sharedStrings.xml", "sharedStrings")]
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{_KIND}.{kind}+xml"/>'
        for name, kind in [("xl/workbook.xml", "sheet.main"), *parts]
    )
    if book.description:
        overrides += f'<Override PartName="{_CORE}" ContentType="{_CORE_KIND}"/>'
    types = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    titles = zip(numbers, book.titles, strict=True)
    sheets = "".join(f'<sheet name="{escape(title)}" sheetId="{n}" r:id="rId{n}"/>' for n, title in titles)
    content = f"{_VIEW}<sheets>{sheets}</sheets>{names_part(enumerate(book.names))}"
    frame = {
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}">{content}</workbook>',
        "xl/_rels/workbook.xml.rels": _relations([(kind, name.removeprefix("xl/")) for name, kind in parts]),
        "xl/styles.xml": _stylesheet(list(book._styles)),
        "xl/sharedStrings.xml": _shared(book._strings),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{types}{overrides}</Types>',
    }
    if book.description:
        frame["_rels/.rels"] = frame["_rels/.rels"].replace("</Relationships>", f"{_TO_CORE}</Relationships>")
        frame[_CORE.removeprefix("/")] = (
            f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
            f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description>{cell_text(book.description)}'
            "</dc:description></cp:coreProperties>"
        )
    return frame


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


class FixedArchive(zipfile.ZipFile):
    """A zip for openpyxl to write into. Every entry has the same time, so that the same content is the same bytes."""

    moment = datetime(1980, 1, 1)

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        """Add an entry; openpyxl gives its name and content only."""
        super().writestr(member(str(zinfo_or_arcname)), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """Add a file as an entry."""
        self.writestr(arcname, Path(filename).read_bytes())


def member(name: str) -> zipfile.ZipInfo:
    """A zip entry dated 1980-01-01, without the attributes of an operating system."""
    info = zipfile.ZipInfo(name)
    info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 0, 0
    return info
