"""The blank 申报 workbook that a village fills in: drop-downs, notes, and one example row a sheet that import skips."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from haicang_desk.model.records import (
    BudgetLine,
    Deliberation,
    Field,
    Link,
    Notice,
    Opinion,
    Project,
    Prose,
    Record,
    Suggestion,
)
from haicang_desk.model.spreadsheet.cell_values import CELL_TYPES
from haicang_desk.model.spreadsheet.columns import EXAMPLE, GUIDE, LOOKUPS, TITLE, VILLAGE, sheet_columns
from haicang_desk.model.spreadsheet.write.openpyxl_pages import set_up_page
from haicang_desk.model.spreadsheet.write.xlsx_writer import FixedArchive
from haicang_desk.model.values import Money
from haicang_desk.platform import atomic_path

SHEETS: tuple[type[Record], ...] = (Project, BudgetLine, Suggestion, Deliberation, Opinion, Notice)
ROWS_WITH_LISTS = 1000  # rows that have drop-downs
_LONGEST_LIST = 255  # characters of a list in a data validation; the limit of Excel

_SAMPLE_PROJECT = {LOOKUPS[TITLE].label: f"{EXAMPLE}楼道照明更换", LOOKUPS[VILLAGE].label: "霞阳社区"}
_SAMPLES: Mapping[type[Record], Mapping[str, Any]] = {
    Project: {
        "fund_year": 2018,
        "category": "工程类",
        "content": "消除安全隐患",
        "place": "霞阳社区一至三号楼",
        "beneficiaries": 320,
        "need": "楼道灯老化，居民在议事会上多次提出",
        "works": "更换楼道灯 120 盏",
        "effect": "夜间出行安全",
        "urgency": "急",
        "planned_start": date(2018, 9, 1),
        "planned_finish": date(2018, 11, 30),
        "special": 60000,
        "donated_cash": 40000,
        "others_duty": "否",
        "duplicates_public": "否",
        "mandatory_standard": "否",
        "principal": "陈某",
        "submitted_on": date(2018, 8, 10),
    },
    BudgetLine: {
        "content": "楼道灯及安装",
        "subject": "材料费",
        "measure": "盏",
        "quantity": 120,
        "price": 500,
        "amount": 60000,
        "source": "区级专项资金",
        "is_overhead": "否",
    },
    Suggestion: {
        "told_on": date(2018, 6, 5),
        "channel": "意见箱",
        "person": "居民",
        "text": "楼道灯常年不亮，请更换",
        "supporters": 35,
        "outcome": "列入备选",
    },
    Deliberation: {
        "held_on": date(2018, 6, 20),
        "meeting": "居民议事会",
        "expected": 30,
        "present": 26,
        "agreed": 25,
        "opposed": 0,
        "abstained": 1,
        "result": "同意申报",
    },
    Opinion: {
        "consulted": "村居两委",
        "sought_on": date(2018, 6, 25),
        "manner": "会议",
        "people": 9,
        "agreed": 9,
        "opposed": 0,
    },
    Notice: {
        "kind": "项目公示",
        "fund_year": 2018,
        "posted_on": date(2018, 7, 2),
        "ends_on": date(2018, 7, 9),
        "place": "村居公告栏",
    },
}

_GUIDANCE = (
    "每张工作表一行填一条；带 * 的列必须填写，表头上的批注说明怎么填。",
    "项目编号可以不填，由街道登记时编号；其他表用“项目名称”和“村居”指明是哪个项目即可，同名的再填资金年度或编号。",
    "金额单位为元，最多两位小数，如 12000.50；也可以写 1.2万。日期填如 2018-07-02。",
    f"以“{EXAMPLE}”开头的一行是示例，导入时自动跳过，可以保留，也可以删除。",
    "列的次序可以改变，用不到的列可以删除（带 * 的除外），多出的列导入时不读取。",
    "空白的格表示不改：再次导入时，已登记的内容保持不变。同一工作簿重复导入，不会重复登记。",
    "任何一行填得不对，整个工作簿都不写入；程序会逐格列出原因，改好再导入。",
)


def write_template(out: Path) -> Path:
    """Write the blank workbook to ``out`` and return ``out``. Raises NotWritten (exit code 5), ``out`` as before."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook.properties.creator = workbook.properties.lastModifiedBy = None
    for cls in SHEETS:
        _fill(workbook.create_sheet(cls.label), cls)
    guide = workbook.create_sheet(GUIDE)
    guide.column_dimensions["A"].width = 100
    for number, line in enumerate(_GUIDANCE, 1):
        cell = guide.cell(number, 1, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    with atomic_path(out) as part:
        archive = FixedArchive(part, "w", zipfile.ZIP_DEFLATED)
        workbook.properties.created = workbook.properties.modified = archive.moment
        ExcelWriter(workbook, archive).save()
    return out


def _fill(sheet: Worksheet, cls: type[Record]) -> None:
    columns = list(_columns(cls))
    sample = _SAMPLES[cls]
    sheet.freeze_panes = "A2"
    sheet.row_dimensions[1].height = 30
    widths = []
    for index, (heading, field, name) in enumerate(columns, 1):
        letter = get_column_letter(index)
        width = 20 if field is None else CELL_TYPES[field.kind].width
        widths.append(max(width, 2 * len(heading) + 4))
        sheet.column_dimensions[letter].width = widths[-1]
        _head(sheet.cell(1, index, heading), field, heading)
        value = sample.get(name, _SAMPLE_PROJECT.get(heading.rstrip("*")))
        example = sheet.cell(2, index, value)
        example.font = Font(name="宋体", italic=True, color="FF7F7F7F")
        kind = Link if field is None else field.kind
        example.number_format = sheet.column_dimensions[letter].number_format = CELL_TYPES[kind].number_format
        if field is not None and (drop_down := _drop_down(field)) is not None:
            sheet.add_data_validation(drop_down)
            drop_down.add(f"{letter}2:{letter}{ROWS_WITH_LISTS + 1}")
    set_up_page(sheet, widths, rows="1:1")
    sheet.print_options.gridLines = True


def _columns(cls: type[Record]) -> list[tuple[str, Field | None, str]]:
    """Heading with its star, field (None for a lookup column) and name of every column."""
    columns = []
    for column in sheet_columns(cls):
        field = column.field
        star = "*" if field is not None and field.required and field.refers != Project.table else ""
        columns.append((column.heading + star, field, column.name))
    return columns


def _head(cell: Any, field: Field | None, heading: str) -> None:
    cell.font = Font(name="宋体", bold=True)
    cell.fill = PatternFill("solid", fgColor="FFFFF2CC" if heading.endswith("*") else "FFE7EDF5")
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    comment = Comment(_note(field), "")
    comment.width, comment.height = 260, 110
    cell.comment = comment


def _note(field: Field | None) -> str:
    """The comment on a heading: whether it must be filled in, and how."""
    if field is None:
        return "没有项目编号时，用项目名称和村居指明是哪个项目"
    note = _NOTES.get(field.kind)
    content = note(field) if note else ""
    if field.refers == Project.table:
        content = "可以不填，改填项目名称和村居"
    elif field.refers:
        content = "与街道登记的村居名称一致"
    return (
        "。".join(part for part in ("必填" if field.required else "", content, field.hint_text) if part) or "可以不填"
    )


_NOTES: Mapping[Any, Callable[[Field], str]] = {
    str: lambda field: f"最多 {field.longest} 个字" + (f"，如 {'、'.join(field.suggests)}" if field.suggests else ""),
    Prose: lambda field: f"最多 {field.longest} 个字，可以分行",
    Money: lambda _: "单位元，最多两位小数，如 12000.50",
    date: lambda _: "日期，如 2018-07-02",
    int: lambda field: f"整数{f'，单位{field.unit}' if field.unit else ''}",
    bool: lambda _: "填 是 或 否",
    Enum: lambda field: f"从下拉表中选：{'、'.join(member.label for member in field.type)}",
}


def _drop_down(field: Field) -> DataValidation | None:
    """The data validation of a column: choices are imposed, suggestions only offered; None for neither."""
    choices = (
        [member.label for member in field.type] if field.kind is Enum else ["是", "否"] if field.kind is bool else []
    )
    listed = ",".join(choices or field.suggests)
    if not listed or len(listed) > _LONGEST_LIST:
        return None
    validation = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
    validation.showErrorMessage = bool(choices)
    if choices:
        validation.errorTitle, validation.error = "请从下拉表中选", f"应填其中之一：{'、'.join(choices)}"
    return validation
