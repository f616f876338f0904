"""Sheets as a workbook. Text stays text: nothing that is typed becomes a formula, and nothing is cut in silence."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from haicang_desk.model.documents.reports.quarterly_sheets import Column, Value, WorkbookSheet

LONGEST = 32_000  # characters; Excel itself cuts a cell at 32,767 without a word
_CUT = "……（全文见台账）"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_THIN = Side(style="thin", color="808080")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)


def write_book(sheets: Iterable[WorkbookSheet], on: date) -> bytes:
    """The workbook's bytes: the same for the same sheets, with no maker's name and no hour of the clock."""
    book = Workbook()
    for first in book.worksheets:
        book.remove(first)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    moment = datetime.combine(on, time())
    book.properties.creator, book.properties.created, book.properties.modified = "", moment, moment
    raw = BytesIO()
    book.save(raw)
    return _timeless(raw.getvalue(), moment)


def put_text(cell: Cell, text: str) -> None:
    """Text as text, whatever it begins with. The quote is a style of the cell and no part of the text."""
    text = _UNSEEN.sub("", text)
    cell.value = text if len(text) <= LONGEST else text[:LONGEST] + _CUT
    cell.data_type = "s"
    if text.startswith(_FORMULA):
        cell.quotePrefix = True


def _fill(page: Worksheet, sheet: WorkbookSheet) -> None:
    wide = len(sheet.columns)
    put_text(_at(page, 1, 1), sheet.title)
    put_text(_at(page, 2, 1), sheet.below)
    for at in (1, 2):
        page.merge_cells(start_row=at, end_row=at, start_column=1, end_column=wide)
    _at(page, 1, 1).font = Font(size=16, bold=True)
    _at(page, 1, 1).alignment = Alignment(horizontal="center", vertical="center")
    for count, column in enumerate(sheet.columns, 1):
        put_text(_at(page, 3, count), column.head)
        page.column_dimensions[get_column_letter(count)].width = column.width
        _dress(_at(page, 3, count), Font(bold=True), "center")
    last = len(sheet.rows) - 1
    for at, row in enumerate(sheet.rows):
        bold = sheet.summed and at == last
        for count, (column, held) in enumerate(zip(sheet.columns, row, strict=True), 1):
            _put(_at(page, at + 4, count), held, column, bold=bold)
    if sheet.note:
        put_text(_at(page, len(sheet.rows) + 4, 1), sheet.note)
    _set_up(page, wide)


def _at(page: Worksheet, row: int, column: int) -> Cell:
    cell = page.cell(row, column)
    assert isinstance(cell, Cell)
    return cell


def _put(cell: Cell, held: Value, column: Column, *, bold: bool) -> None:
    if isinstance(held, str):
        put_text(cell, held)
    else:
        cell.value = held
        cell.number_format = column.form or "General"
    _dress(cell, Font(bold=bold), "left" if isinstance(held, str) else "right")


def _dress(cell: Cell, font: Font, side: str) -> None:
    cell.font, cell.border = font, _BORDER
    cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)


def _set_up(page: Worksheet, wide: int) -> None:
    """Frozen below its headings; printed on A4 across, one page wide, headings on every page."""
    page.freeze_panes = "C4" if wide > 7 else "A4"
    page.row_dimensions[1].height = 30
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", "9"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    if page.sheet_properties.pageSetUpPr is not None:
        page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "3:3"


def _timeless(data: bytes, moment: datetime) -> bytes:
    """The same members, all of one day. openpyxl writes the hour of saving into the file and into its core part."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + rb"\2", part)
            member = zipfile.ZipInfo(name, _ZIP_DAY)
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, part)
    return made.getvalue()


_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
