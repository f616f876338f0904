"""The same pages for workbooks that openpyxl writes; see sheet_paper."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from haicang_desk.model.spreadsheet.write.sheet_paper import PAGE_MARGINS, footer, pages_across


def set_up_page(sheet: Worksheet, widths: Sequence[float], *, rows: str, repeated: int = 0) -> None:
    """Print a sheet on A4 across, legibly: ``rows`` (1:1) on every page, the first ``repeated`` columns too.

    ``widths`` are those of its columns in characters.
    """
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages_across(widths, repeated), 0
    sheet.page_setup.pageOrder = "overThenDown"
    sheet.page_margins = PageMargins(**PAGE_MARGINS)
    sheet.print_title_rows = rows
    if repeated:
        sheet.print_title_cols = f"A:{get_column_letter(repeated)}"
    foot = sheet.oddFooter
    assert foot is not None
    foot.left.text, _, foot.center.text = footer(sheet.title).removeprefix("&L").partition("&C")
