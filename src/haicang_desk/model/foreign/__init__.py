"""Files that others made: what opens them, and the limited process in which it runs."""

from haicang_desk.model.foreign.errors import LimitMet, ReadingStopped
from haicang_desk.model.foreign.limited_process import close_readers
from haicang_desk.model.foreign.pdf_pages import MOST_PAGES, AttachedPage, DrawnPage, PageScan, Wanted
from haicang_desk.model.foreign.scan_reader import (
    bound_under,
    checked_pages,
    count_pdf_pages,
    drawn_pages,
    measured_photograph,
    mended_pdf,
    page_scans_of,
    photograph_as_jpeg,
    previewed,
)
from haicang_desk.model.foreign.sheet_reader import clipboard_grid, file_grids, marked_workbook, standard_input_grid
from haicang_desk.model.foreign.sheets.marking import MarkedSheet

__all__ = [
    "MOST_PAGES",
    "AttachedPage",
    "DrawnPage",
    "LimitMet",
    "MarkedSheet",
    "PageScan",
    "ReadingStopped",
    "Wanted",
    "bound_under",
    "checked_pages",
    "clipboard_grid",
    "close_readers",
    "count_pdf_pages",
    "drawn_pages",
    "file_grids",
    "marked_workbook",
    "measured_photograph",
    "mended_pdf",
    "page_scans_of",
    "photograph_as_jpeg",
    "previewed",
    "standard_input_grid",
]
