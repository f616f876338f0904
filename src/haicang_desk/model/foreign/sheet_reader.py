"""The parent's side of reading sheets: what the limited process gives, checked and made grids again."""

from __future__ import annotations

from collections.abc import Sequence

from haicang_desk.model.foreign.errors import LimitMet
from haicang_desk.model.foreign.kinds import SHEETS
from haicang_desk.model.foreign.limited_process import run
from haicang_desk.model.foreign.sheets.cell_grid import CellGrid
from haicang_desk.model.foreign.sheets.clipboard import PASTED, STANDARD_INPUT, refuse_large
from haicang_desk.model.foreign.sheets.marking import MarkedSheet
from haicang_desk.model.foreign.sheets.packed_grids import unpacked
from haicang_desk.model.foreign.worker import Answer
from haicang_desk.model.values import Cancelled, ProgressCallback

_TASKS = "haicang_desk.model.foreign.sheets.tasks"


def file_grids(
    content: bytes, name: str, *, progress: ProgressCallback | None = None, cancelled: Cancelled | None = None
) -> tuple[CellGrid, ...]:
    """The sheets of a file. Raises Refused, LimitMet, ReadingStopped."""
    subject = f"《{name}》"
    answer = run(
        SHEETS,
        f"{_TASKS}:file_grids",
        [content],
        {"name": name},
        subject=subject,
        progress=progress,
        cancelled=cancelled,
    )
    return _grids(answer, subject)


def clipboard_grid(html: str, text: str) -> tuple[CellGrid, bool]:
    """The sheet on a clipboard, and whether its HTML has a table. Raises as file_grids."""
    refuse_large(html, text)
    parts = [each.encode("utf-8", "surrogatepass") for each in (html, text)]
    answer = run(SHEETS, f"{_TASKS}:clipboard_grid", parts, {"title": PASTED}, subject=PASTED)
    (grid,) = _grids(answer, PASTED)
    return grid, bool(answer.result["table"])


def standard_input_grid(content: bytes) -> CellGrid:
    """The sheet on standard input. Raises as file_grids."""
    (grid,) = _grids(run(SHEETS, f"{_TASKS}:standard_input_grid", [content], subject="标准输入"), STANDARD_INPUT)
    return grid


def marked_workbook(
    content: bytes, name: str, sheets: Sequence[MarkedSheet], titles: Sequence[str] | None = None
) -> bytes | None:
    """An xlsx with its faulty cells marked (marking.mark); None where the file is of another format. Raises Refused."""
    arguments = {"name": name, "titles": titles, "sheets": [sheet.as_json() for sheet in sheets]}
    parts = run(SHEETS, f"{_TASKS}:marked_workbook", [content], arguments, subject=f"《{name}》").parts
    return parts[0] if parts else None


def _grids(answer: Answer, subject: str) -> tuple[CellGrid, ...]:
    try:
        (numbers,) = answer.parts
        return unpacked(answer.result, numbers)
    except (ValueError, TypeError, KeyError, IndexError) as wrong:
        raise LimitMet(f"{subject}读出的内容不成表格，没有写入任何内容。{SHEETS.limits.cure}") from wrong
