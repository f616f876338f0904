"""Rows pasted from a spreadsheet are read by their headings, as workbooks are."""

from __future__ import annotations

import pytest

from haicang_desk.model.records import BudgetLine, Project, Village
from haicang_desk.model.spreadsheet import QuestionKind, interpret, open_pasted
from haicang_desk.model.values import Refused


def pasted(text):
    return interpret(open_pasted(text))


def test_the_headings_determine_the_record():
    projects = pasted("资金年度\t村居\t项目名称\t项目类别\n2018\t霞阳社区\t楼道灯\t工程类\n")
    lines = pasted("项目名称\t村居\t内容\t科目\t金额(元)\t资金来源\n楼道灯\t霞阳社区\t灯\t材料费\t3.5万\t区级专项资金")
    villages = pasted("村居\t简码\n霞阳社区\tXYSQ")
    assert [book.sheets[0].record for book in (projects, lines, villages)] == [Project, BudgetLine, Village]
    assert projects.name == "粘贴的内容"


def test_cells_of_several_lines_and_rows_above_the_headings_are_kept_apart():
    text = '2018年民生微实事\n资金年度\t村居\t项目名称\t必要性\n2018\t霞阳社区\t楼道灯\t"太暗\n夜里不安全"\n'
    (sheet,) = pasted(text).sheets
    (row,) = sheet.rows
    assert row.values["need"] == "太暗\n夜里不安全"


def test_a_faulty_cell_is_named_as_in_a_workbook():
    (sheet,) = pasted("资金年度\t村居\t项目名称\t区级专项资金(元)\n2018\t霞阳社区\t楼道灯\t几万").sheets
    (fault,) = sheet.rows[0].faults
    assert (fault.sheet, fault.row, fault.value) == ("粘贴的内容", 2, "几万")


def test_a_table_of_unknown_headings_is_asked():
    (question,) = pasted("a\tb\nc\td").questions
    assert (question.kind, question.sheet, question.proposal) == (QuestionKind.SHEET, "粘贴的内容", "")


@pytest.mark.parametrize("text", ["", "一段话", "2018\t霞阳社区\t楼道灯", "\0\0", '"' + "长" * 200_000])
def test_text_that_is_no_table_is_refused(text):
    with pytest.raises(Refused, match="没有导入"):
        pasted(text)
