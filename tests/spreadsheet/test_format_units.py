"""Units that number formats state: alone, beside a heading, against it, and after a person has said which holds."""

from __future__ import annotations

import openpyxl
import pytest

from haicang_desk.model.spreadsheet import Answers, QuestionKind
from haicang_desk.model.spreadsheet.read.formats import open_workbook
from haicang_desk.model.spreadsheet.read.interpretation import interpret
from tests.spreadsheet.conftest import SAMPLE

WAN, YUAN, SCALED, MIXED = '0.00"万元"', '"¥"#,##0.00', '0!.0,"万元"', '[>=10000]0!.0,"万元";0"元"'


def reading(tmp_path, heading, cells, answers=None):
    """What is asked, and the amounts in fen, of a column with numbers in these formats."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "项目"
    sheet.append(["资金年度", "村居", "项目名称", "项目类别", "内容类型", heading])
    for number, (value, code) in enumerate(cells, 2):
        sheet.append([2023, "霞阳社区", f"路灯之{number}", "工程类", "消除安全隐患", value])
        sheet.cell(number, 6).number_format = code
    book.save(tmp_path / "a.xlsx")
    parsed = interpret(open_workbook(tmp_path / "a.xlsx"), answers or Answers())
    units = [question for question in parsed.questions if question.kind is QuestionKind.UNIT]
    return units, [row.values.get("special") for row in parsed.sheets[0].rows]


@pytest.mark.parametrize(
    ("heading", "cells", "fen"),
    [
        ("区级专项资金", [(5.8, WAN)], [5_800_000]),
        ("区级专项资金(万元)", [(5.8, WAN), (4, WAN)], [5_800_000, 4_000_000]),
        ("区级专项资金(万元)", [(58000, SCALED)], [5_800_000]),
        ("区级专项资金(万元)", [(58000, "0!.0000")], [5_800_000]),
        ("区级专项资金", [(58000, SCALED), (40000, SCALED)], [5_800_000, 4_000_000]),
        ("区级专项资金", [(58000, MIXED), (580, MIXED)], [5_800_000, 58_000]),
        ("区级专项资金", [(58000, YUAN), (4000, "General")], [5_800_000, 400_000]),
        ("区级专项资金(元)", [(58000, YUAN)], [5_800_000]),
        ("区级专项资金(元)", [(5.8, WAN), (4000, "General")], [5_800_000, 400_000]),
        ("区级专项资金(万元)", [(0, YUAN)], [0]),
    ],
)
def test_a_unit_that_nothing_contradicts_holds(tmp_path, heading, cells, fen):
    assert reading(tmp_path, heading, cells) == ([], fen)


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("区级专项资金(元)", [(5.8, WAN)]),
        ("区级专项资金(万元)", [(5.8, YUAN)]),
        ("区级专项资金(万元)", [(5.8, YUAN), (4, "General")]),
        ("区级专项资金", [(5.8, "0.00"), (4, WAN)]),
    ],
)
def test_what_disagrees_or_is_left_open_is_asked_and_the_answer_holds(tmp_path, heading, cells):
    (question,) = reading(tmp_path, heading, cells)[0]
    assert question.column and question.reason
    for factor in (1, 10_000):
        answers = Answers(units={("项目", ""): factor})
        asked, fen = reading(tmp_path, heading, cells, answers)
        own = 10_000 if heading == "区级专项资金" else factor  # the unit of a single cell stays its own
        expected = [round(value * 100) * (own if code == WAN else factor) for value, code in cells]
        assert (asked, fen) == ([], expected)


def test_a_unit_for_all_columns_leaves_a_cell_its_own(tmp_path):
    answers = Answers(units={("", ""): 10_000})
    assert reading(tmp_path, "区级专项资金", [(58000, MIXED), (580, MIXED)], answers) == ([], [5_800_000, 58_000])


def test_foreign_money_is_a_fault(tmp_path):
    assert reading(tmp_path, "区级专项资金(元)", [(5.8, '0.00"美元"')]) == ([], [None])


def test_the_mapping_kept_of_a_table_reads_it_to_the_same_values():
    """A column under its own heading needs no line, and is not left out the next time."""
    raw = open_workbook(SAMPLE)
    first = interpret(raw, Answers())
    kept = tuple(table.mapping for table in first.tables)
    assert [mapping.columns for mapping in kept] == [{}, {}]
    again = interpret(raw, Answers(mappings=kept))
    assert [[row.values for row in sheet.rows] for sheet in again.sheets] == [
        [row.values for row in sheet.rows] for sheet in first.sheets
    ]
