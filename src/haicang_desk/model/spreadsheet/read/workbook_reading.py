"""Reading: a workbook into a book. No store is asked, so any thread may read one."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from haicang_desk.model.records import RECORDS, Record
from haicang_desk.model.spreadsheet.read.cell_grid import MOST_COLUMNS, MOST_ROWS, CellGrid, XlsxSheets
from haicang_desk.model.spreadsheet.read.container import opened, sound
from haicang_desk.model.spreadsheet.read.headings import (
    GUIDE,
    LONGEST_HEADING,
    REASONS,
    Column,
    column_of,
    folded,
    record_of,
    stated_unit,
)
from haicang_desk.model.spreadsheet.read.parsed_workbook import ParsedSheet, ParsedWorkbook, ReadingStopped
from haicang_desk.model.spreadsheet.read.row_reading import Filler
from haicang_desk.model.spreadsheet.read.shared_strings import RawCell
from haicang_desk.model.values import Cancelled, ProgressCallback, Refused

PASTED = "粘贴的内容"
HEADER_WITHIN = 10  # rows that are not empty


def read_workbook(
    path: Path, *, progress: ProgressCallback | None = None, cancelled: Cancelled | None = None
) -> ParsedWorkbook:
    """Read a workbook. ``progress`` gets bytes done and in all; ``cancelled`` is asked now and then.

    Raises Refused for what is refused whole, ReadingStopped where it was cancelled.
    """
    book = _Reading(path)
    with opened(path) as container:
        with sound(path.name):
            sheets = XlsxSheets(container)
            known = [part for part in sheets.parts if record_of(part.title) is not None]
            watch = _watch(sheets.size(known), progress, cancelled)
            sheets.look_up(watch)
        for part in sheets.parts:
            if (cls := record_of(part.title)) is None:
                book.pass_over(part.title)
                continue
            with sound(path.name):
                grid = sheets.read(part, watch)
            book.take(cls, grid, hidden=part.hidden)
    return book.done()


def read_pasted(text: str) -> ParsedWorkbook:
    """Read rows copied from a spreadsheet, their headings among them, as of the record that the headings name best.

    Raises Refused for text that is no table, or one that no record has the headings of.
    """
    grid = CellGrid(PASTED)
    try:
        lines = list(csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter="\t"))
    except csv.Error as wrong:
        raise Refused("粘贴的内容不是表格，没有导入。请在表格软件里选中带表头的几行，复制后再粘贴") from wrong
    if len(lines) > MOST_ROWS:
        raise Refused("粘贴的内容超过 10 万行，没有导入。请存成工作簿，分几次导入")
    for number, cells in enumerate(lines, 1):
        row = {index: RawCell("text", cell) for index, cell in enumerate(cells[:MOST_COLUMNS], 1) if cell.strip()}
        if row:
            grid.rows[number] = row
    cls = _pasted_record(grid)
    if cls is None:
        raise Refused("粘贴的内容里认不出表头，没有导入。请连同表头一起复制，如 资金年度、村居、项目名称、项目类别")
    grid.title = cls.label
    book = _Reading(Path(PASTED))
    book.take(cls, grid, hidden=False)
    return book.done()


def _pasted_record(grid: CellGrid) -> type[Record] | None:
    """The record that most headings of the first rows belong to; of equals the first."""
    best: tuple[int, type[Record] | None] = (0, None)
    for cls in RECORDS:
        if (header := _header_of(cls, grid)) is not None:
            texts = [raw.text for raw in grid.rows[header].values()]
            own = {c.name for text in texts if (c := column_of(cls, 0, text, 1)) and c.name in cls.fields}
            if len(own) > best[0]:
                best = (len(own), cls)
    return best[1]


def _watch(total: int, progress: ProgressCallback | None, cancelled: Cancelled | None) -> Callable[[int], None]:
    done = 0

    def watch(count: int) -> None:
        nonlocal done
        done += count
        if cancelled is not None and cancelled():
            raise ReadingStopped("已停止读取，没有写入任何内容")
        if progress is not None:
            progress(done, total)

    return watch


class _Reading:
    """A book while it is being read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sheets: list[ParsedSheet] = []
        self._ignored: list[tuple[str, str]] = []
        self._notes: list[str] = []
        self._unknown: list[str] = []
        self._known = 0

    def pass_over(self, title: str) -> None:
        if folded(title) != folded(GUIDE):
            self._unknown.append(title)

    def take(self, cls: type[Record], grid: CellGrid, *, hidden: bool) -> None:
        self._known += 1
        if grid.uncalculated:
            raise Refused(
                f"工作表“{grid.title}”的 {grid.uncalculated} 等格是没有算出结果的公式，没有导入。"
                "请用 Excel 或 WPS 打开，保存一次再导入，或粘贴为数值"
            )
        if not grid.rows:
            return
        header = _header_of(cls, grid)
        if header is None:
            raise Refused(f"工作表“{grid.title}”里找不到表头，没有导入。前 10 行中应有一行写明：{_headings(cls)}")
        sheet = self._headed(cls, grid, header)
        self._sheets.append(sheet)
        Filler(sheet, grid, self._notes).fill()
        if hidden:
            self._notes.append(f"隐藏的工作表“{grid.title}”也已读取")
        if grid.left_out:
            self._notes.append(f"“{grid.title}”第 {grid.left_out} 行起在 200 多个空行之后，没有读取")

    def _headed(self, cls: type[Record], grid: CellGrid, header: int) -> ParsedSheet:
        stated = _stated(grid, header)
        if stated != 1:
            self._notes.append(f"“{grid.title}”表头上注明的单位已换算成元")
        columns: dict[str, Column] = {}
        reasons = 0
        headings, last = _joined(grid, header)
        for index, heading in sorted(headings.items()):
            column = column_of(cls, index, heading.strip(), stated)
            if column is not None and column.name not in columns:
                columns[column.name] = column
            elif folded(heading) == REASONS:
                reasons = index
            else:
                self._ignored.append((grid.title, " ".join(heading.split())[:LONGEST_HEADING]))
        merged = (right for _, _, bottom, right in grid.merges if bottom >= header)
        width = max(*(max(cells) for cells in grid.rows.values()), *merged, 1)
        return ParsedSheet(grid.title, cls, last, tuple(columns.values()), width, reasons)

    def done(self) -> ParsedWorkbook:
        if not self._known:
            raise Refused(
                f"《{self._path.name}》里没有可识别的工作表（如 村居、项目、预算明细），没有导入。"
                "请用“下载模板”得到的工作簿，或核对工作表名称"
            )
        if self._unknown:
            self._notes.append(f"没有读取的工作表：{'、'.join(self._unknown)}")
        return ParsedWorkbook(self._path, tuple(self._sheets), tuple(self._ignored), tuple(self._notes))


def _headings(cls: type[Record]) -> str:
    required = [said.label for said in cls.fields.values() if said.required]
    return "、".join(required or [said.label for said in cls.fields.values()][:5])


def _header_of(cls: type[Record], grid: CellGrid) -> int | None:
    """The first row with enough known headings: two, or all of it."""
    for number in sorted(grid.rows)[:HEADER_WITHIN]:
        texts = [raw.text for raw in grid.rows[number].values() if raw.form == "text"]
        known = {column.name for text in texts if (column := column_of(cls, 0, text, 1))}
        if len(known) >= 2 or (known and len(known) == len(grid.rows[number])):
            return number
    return None


def _stated(grid: CellGrid, header: int) -> int:
    for number, cells in grid.rows.items():
        if number < header:
            for raw in cells.values():
                if scale := stated_unit(raw.text):
                    return scale
    return 1


def _joined(grid: CellGrid, header: int) -> tuple[dict[int, str], int]:
    """Headings of a header that may span rows: under a heading across several columns stand the real ones."""
    tall = [bottom for top, left, bottom, right in grid.merges if top == header and left == right and bottom > top]
    last = max((bottom for bottom in tall if bottom <= header + 2), default=header)
    headings: dict[int, str] = {}
    for number in range(header, last + 1):
        headings |= {index: raw.text for index, raw in grid.rows.get(number, {}).items()}
    return headings, last
