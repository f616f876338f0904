"""Rows from the clipboard of a spreadsheet, of a text program or of a browser, and from standard input."""

from __future__ import annotations

from haicang_desk.model.foreign.sheets.byte_counter import ByteCounter
from haicang_desk.model.foreign.sheets.cell_grid import CellGrid
from haicang_desk.model.foreign.sheets.html_tables import has_table, html_grid
from haicang_desk.model.foreign.sheets.source_file import LARGEST_FILE
from haicang_desk.model.foreign.sheets.text_encoding import decoded
from haicang_desk.model.foreign.sheets.text_tables import pasted_grid
from haicang_desk.model.foreign.sheets.zip_package import damage_refused
from haicang_desk.model.values import Refused

PASTED = "粘贴的内容"
STANDARD_INPUT = "-"  # the title of the sheet that standard input is


def refuse_large(html: str, text: str) -> None:
    """Raises Refused for a clipboard of more than 20 million characters."""
    if max(len(html), len(text)) > LARGEST_FILE:
        raise Refused("内容超过 20 MB，没有导入。请存成工作簿，分几次导入")


def read_clipboard(html: str, text: str, title: str = PASTED) -> CellGrid:
    """The rows on the clipboard: by its HTML where that has a table, else by its tab-separated text.

    Raises Refused for what is empty, too large, or beyond the limits of a sheet.
    """
    refuse_large(html, text)
    count = ByteCounter().count
    with damage_refused(title):
        grid = html_grid(title, html, count) if has_table(html) else CellGrid(title)
        if not grid.rows:
            grid = pasted_grid(title, text, count)
    if not grid.rows:
        raise Refused("没有内容，没有导入。请在表格软件里选中带表头的几行，复制后再粘贴")
    return grid


def read_standard_input(content: bytes) -> CellGrid:
    """Rows on standard input, as text of the clipboard in UTF-8, GB18030 or UTF-16 with its mark. Raises Refused."""
    if len(content) > LARGEST_FILE:
        raise Refused("标准输入超过 20 MB，没有导入。请分几次导入")
    text = decoded(content)
    if text is None:
        raise Refused("标准输入的内容不是文本，没有导入。请传入从表格软件复制的行（各栏以制表符分隔）")
    return read_clipboard("", text, STANDARD_INPUT)
