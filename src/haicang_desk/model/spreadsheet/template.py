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
from openpyxl.worksheet.properties import PageSetupProperties
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
    Village,
)
from haicang_desk.model.spreadsheet.read.cell_values import WRITE
from haicang_desk.model.spreadsheet.read.headings import EXAMPLE, GUIDE
from haicang_desk.model.spreadsheet.write.fixed_archive import FixedArchive
from haicang_desk.model.values import Money
from haicang_desk.platform import atomic_path

SHEETS: tuple[type[Record], ...] = (Project, BudgetLine, Suggestion, Deliberation, Opinion, Notice)
ROOM = 1000  # rows with drop-downs
_LONGEST_LIST = 255  # characters that a drop-down may spell out

_TITLE, _VILLAGE = Project.fields["title"].label, Village.fields["name"].label
_SAMPLE_PROJECT = {_TITLE: f"{EXAMPLE}楼道照明更换", _VILLAGE: "霞阳社区"}
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
    """Write the blank workbook. Raises NotWritten; then nothing is left behind."""
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
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
    for index, (heading, said, name) in enumerate(columns, 1):
        letter = get_column_letter(index)
        width = 20 if said is None else WRITE[said.kind].width
        sheet.column_dimensions[letter].width = max(width, 2 * len(heading) + 4)
        _head(sheet.cell(1, index, heading), said, heading)
        value = sample.get(name, _SAMPLE_PROJECT.get(heading.rstrip("*")))
        example = sheet.cell(2, index, value)
        example.font = Font(name="宋体", italic=True, color="FF7F7F7F")
        kind = Link if said is None else said.kind
        example.number_format = sheet.column_dimensions[letter].number_format = WRITE[kind].format
        if said is not None and (offered := _validation(said)) is not None:
            sheet.add_data_validation(offered)
            offered.add(f"{letter}2:{letter}{ROOM + 1}")


def _columns(cls: type[Record]) -> list[tuple[str, Field | None, str]]:
    """Heading, field and name of every column; projects may be named by title and village."""
    columns: list[tuple[str, Field | None, str]] = []
    for name, said in cls.fields.items():
        star = "*" if said.required and said.refers != Project.table else ""
        columns.append((said.heading + star, said, name))
        if said.refers == Project.table:
            columns.append((_TITLE, None, ""))
            if "village" not in cls.fields:
                columns.append((_VILLAGE, None, ""))
    return columns


def _head(cell: Any, said: Field | None, heading: str) -> None:
    cell.font = Font(name="宋体", bold=True)
    cell.fill = PatternFill("solid", fgColor="FFFFF2CC" if heading.endswith("*") else "FFE7EDF5")
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    comment = Comment(_note(said), "")
    comment.width, comment.height = 260, 110
    cell.comment = comment


def _note(said: Field | None) -> str:
    if said is None:
        return "没有项目编号时，用项目名称和村居指明是哪个项目"
    note = _NOTES.get(said.kind)
    what = note(said) if note else ""
    if said.refers == Project.table:
        what = "可以不填，改填项目名称和村居"
    elif said.refers:
        what = "与街道登记的村居名称一致"
    return "。".join(part for part in ("必填" if said.required else "", what, said.hint_text) if part) or "可以不填"


_NOTES: Mapping[Any, Callable[[Field], str]] = {
    str: lambda said: f"最多 {said.longest} 个字" + (f"，如 {'、'.join(said.suggests)}" if said.suggests else ""),
    Prose: lambda said: f"最多 {said.longest} 个字，可以分行",
    Money: lambda _: "单位元，最多两位小数，如 12000.50",
    date: lambda _: "日期，如 2018-07-02",
    int: lambda said: f"整数{f'，单位{said.unit}' if said.unit else ''}",
    bool: lambda _: "填 是 或 否",
    Enum: lambda said: f"从下拉表中选：{'、'.join(member.label for member in said.type)}",
}


def _validation(said: Field) -> DataValidation | None:
    """A drop-down: choices are imposed, suggestions only offered."""
    choices = [member.label for member in said.type] if said.kind is Enum else ["是", "否"] if said.kind is bool else []
    listed = ",".join(choices or said.suggests)
    if not listed or len(listed) > _LONGEST_LIST:
        return None
    made = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
    made.showErrorMessage = bool(choices)
    if choices:
        made.errorTitle, made.error = "请从下拉表中选", f"应填其中之一：{'、'.join(choices)}"
    return made
