"""What the limited process does with sheets; each function runs there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from haicang_desk.model.foreign.sheets.byte_counter import ByteCounter
from haicang_desk.model.foreign.sheets.cell_grid import CellGrid
from haicang_desk.model.foreign.sheets.formats import read_grids
from haicang_desk.model.foreign.sheets.packed_grids import packed
from haicang_desk.model.foreign.worker import Answer, Course


def file_grids(course: Course, content: bytes, *, name: str) -> Answer:
    """The sheets of a file. Raises Refused."""
    return _packed(read_grids(content, name, ByteCounter(course.progress)))


def clipboard_grid(course: Course, html: bytes, text: bytes, *, title: str) -> Answer:
    """The sheet on a clipboard. Raises Refused."""
    from haicang_desk.model.foreign.sheets.clipboard import read_clipboard
    from haicang_desk.model.foreign.sheets.html_tables import has_table

    page = html.decode("utf-8", "surrogatepass")
    made = _packed([read_clipboard(page, text.decode("utf-8", "surrogatepass"), title)])
    made.result["table"] = has_table(page)
    return made


def standard_input_grid(course: Course, content: bytes) -> Answer:
    """The sheet on standard input. Raises Refused."""
    from haicang_desk.model.foreign.sheets.clipboard import read_standard_input

    return _packed([read_standard_input(content)])


def marked_workbook(
    course: Course, content: bytes, *, name: str, titles: list[str] | None, sheets: list[dict[str, Any]]
) -> Answer:
    """An xlsx with its faulty cells coloured, see ``marking``; no part where the file is none. Raises Refused."""
    from haicang_desk.model.foreign.sheets.marking import MarkedSheet, mark
    from haicang_desk.model.foreign.sheets.source_file import FileKind, kind_of

    if kind_of(content, name) is not FileKind.XLSX:
        return Answer()
    return Answer(None, [mark(content, name, titles, [MarkedSheet.of(sheet) for sheet in sheets])])


def _packed(grids: Sequence[CellGrid]) -> Answer:
    header, numbers = packed(grids)
    return Answer(header, [numbers])
