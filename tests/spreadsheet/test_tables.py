"""Workbooks as people send them: columns moved, titles above, merged cells, files of WPS and LibreOffice."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from openpyxl.styles import numbers

from haicang_desk.model.records import BudgetLine, Category, Project, Village
from haicang_desk.model.spreadsheet import (
    QuestionKind,
    export_ledger,
    interpret,
    open_pasted,
    plan_import,
    read_workbook,
)
from haicang_desk.model.values import Money, Refused
from tests.spreadsheet.conftest import SAMPLE

HEAD = ["资金年度", "村居", "项目名称", "项目类别", "内容类型", "区级专项资金(元)"]
ROW = [2018, "霞阳社区", "楼道照明", "工程类", "消除安全隐患", 60000]


def only(plan):
    assert plan.errors == ()
    (record,) = plan.records
    return record


def edited(path, edit):
    workbook = openpyxl.load_workbook(path)
    edit(workbook)
    workbook.save(path)
    return path


def rewritten(path, part, old, new):
    with zipfile.ZipFile(path) as archive:
        content = {info.filename: archive.read(info) for info in archive.infolist()}
    content[part], count = re.subn(old, new, content[part])
    assert count
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    path.write_bytes(buffer.getvalue())
    return path


@pytest.mark.parametrize(
    "heading",
    [
        "区级专项资金(元)",
        "区级专项资金（元）*",
        " 区级专项 资金 ",
        "区级专项资金＊",
        "区级专项资金(元，最多两位小数)",
        "区级专项\n资金",
    ],
)
def test_headings_are_known_however_they_are_dressed(ws, book, heading):
    assert only(plan_import(ws, book(项目=[[*HEAD[:-1], heading], ROW]))).special == Money(6_000_000)


@pytest.mark.parametrize("title", ["项目", " 项目 ", "项 目", "项目*"])
def test_sheet_names_likewise(ws, book, title):
    path = book(甲=[HEAD, ROW])
    rewritten(path, "xl/workbook.xml", 'name="甲"'.encode(), f'name="{title}"'.encode())
    assert only(plan_import(ws, path)).title == "楼道照明"


def test_columns_may_stand_in_any_order_and_unknown_ones_are_told(ws, book):
    head, row = ["备注", *reversed(HEAD)], ["随便", *reversed(ROW)]
    plan = plan_import(ws, book(项目=[head, row], 说明=[["x"]]))
    assert only(plan).fund_year == 2018
    assert plan.as_json()["ignored_columns"] == [{"sheet": "项目", "column": "备注", "numbers": 0}]
    assert plan.notes == ("没有读取的工作表：说明",) and plan.as_json()["unread_sheets"] == ["说明"]
    assert plan.questions == ()


@pytest.mark.parametrize("text", ["约4万", "肆万贰仟元", "4,2000", "30/28", "4.2万元"])
def test_an_unknown_column_of_numbers_in_words_is_asked(ws, book, text):
    plan = plan_import(ws, book(项目=[[*HEAD, "配套"], [*ROW, text]]))
    assert [(question.kind, question.column) for question in plan.questions] == [(QuestionKind.COLUMN, "配套")]
    assert plan.as_json()["ignored_columns"] == [{"sheet": "项目", "column": "配套", "numbers": 1}]


@pytest.mark.parametrize("text", ["一般", "万事俱备", "一元复始", "2023-05-01", "/"])
def test_an_unknown_column_of_other_words_is_only_told(ws, book, text):
    assert plan_import(ws, book(项目=[[*HEAD, "配套"], [*ROW, text]])).questions == ()


def test_a_row_of_letters_for_the_columns_is_no_record(ws, book):
    letters = [*"甲乙丙丁戊己庚辛壬癸"[: len(HEAD) - 1], 1]
    plan = plan_import(ws, book(项目=[HEAD, letters, ROW]))
    assert plan.errors == () and only(plan).title == "楼道照明"


@pytest.mark.parametrize(
    "text", ["58000\n42000", "58000 42000", "3\n5", "58,000\r\n42,000", "5万\n3千", "12 000 42000"]
)
def test_two_numbers_in_a_cell_are_never_joined(ws, book, text):
    plan = plan_import(ws, book(项目=[HEAD, [*ROW[:-1], text]]))
    assert [(question.kind, question.column) for question in plan.questions] == [(QuestionKind.VALUE, HEAD[-1])]


def test_two_counts_in_a_cell_are_never_joined(ws, book):
    plan = plan_import(ws, book(项目=[[*HEAD, "受益人数"], [*ROW, "300\n500"]]))
    assert [(question.kind, question.column) for question in plan.questions] == [(QuestionKind.VALUE, "受益人数")]


@pytest.mark.parametrize("text", ["1，2", "30,28", "1,23,456"])
def test_counts_after_a_comma_are_never_joined(ws, book, text):
    plan = plan_import(ws, book(项目=[[*HEAD, "受益人数"], [*ROW, text]]))
    assert [error.column for error in plan.errors] == ["受益人数"] or [q.column for q in plan.questions] == ["受益人数"]


@pytest.mark.parametrize("text", ["1,740", "1，740人"])
def test_a_count_in_groups_of_three_is_read(ws, book, text):
    plan = plan_import(ws, book(项目=[[*HEAD, "受益人数"], [*ROW, text]]))
    assert only(plan).beneficiaries == 1740


@pytest.mark.parametrize("text", ["60 000", "60\u00a0000.00", "60000\n元", " 60000 ", "6\n万"])
def test_one_number_with_white_space_is_read(ws, book, text):
    assert only(plan_import(ws, book(项目=[HEAD, [*ROW[:-1], text]]))).special == Money(6_000_000)


def test_a_heading_given_twice_is_asked(ws, book):
    plan = plan_import(ws, book(项目=[[*HEAD, "区级专项资金(元)"], [*ROW, 1]]))
    assert only(plan).special == Money(6_000_000) and plan.ignored_columns == (("项目", "区级专项资金(元)#2"),)
    (question,) = plan.questions
    assert (question.kind, question.column) == (QuestionKind.TWIN, "区级专项资金(元)#2")
    with pytest.raises(Refused, match="先答复"):
        plan.carry_out(ws, "陈")


def test_titles_and_blank_rows_above_and_between_are_passed_over(ws, book):
    rows = [["新阳街道2018年项目清单"], [], ["村居", "填报：陈"], HEAD, ROW, [], [None] * 6, [*ROW[:2], "二", *ROW[3:]]]
    plan = plan_import(ws, book(项目=rows))
    assert plan.errors == () and [outcome.row for outcome in plan.outcomes] == [5, 8]


def test_a_stated_unit_is_heeded(ws, book):
    """单位：万元 above, or in the heading: a factor of ten thousand is not overlooked."""
    plan = plan_import(ws, book(项目=[["项目清单", "单位：万元"], [*HEAD[:-1], "区级专项资金"], [*ROW[:-1], 6.5]]))
    assert only(plan).special == Money(6_500_000)
    assert [str(each) for each in plan.workbook.sums] == [
        "“项目”「区级专项资金」1 笔共 65,000.00 元，金额按万元换算成元"
    ]
    assert (
        only(plan_import(ws, book(项目=[[*HEAD[:-1], "区级专项资金（万元）"], [*ROW[:-1], "6.50000"]]))).special.fen
        == 6_500_000
    )
    said = plan_import(ws, book(项目=[[*HEAD[:-1], "区级专项资金（万元）"], [*ROW[:-1], "6.5万元"]]))
    assert only(said).special.fen == 6_500_000
    (question,) = plan_import(ws, book(项目=[["单位：万元"], HEAD, ROW])).questions
    assert question.kind is QuestionKind.UNIT and "不一致" in question.reason


@pytest.mark.parametrize(
    ("above", "fen"), [(["单位：千元"], 6_000_000), (["（单位：百万元）"], 6_000_000_000), ([], 6_000_000)]
)
def test_larger_units_are_converted_too(ws, book, above, fen):
    head = [*HEAD[:-1], "区级专项资金" if above else "区级专项资金(千元)"]
    assert only(plan_import(ws, book(项目=[above, head, [*ROW[:-1], 60]]))).special.fen == fen


def test_a_header_of_two_rows_is_read_to_its_end(ws, book):
    path = book(项目=[["表"], [*HEAD[:-1], "资金来源(元)", None], [None] * 5 + ["区级专项资金", "捐赠现金"], [*ROW, 5]])

    def merge(workbook):
        sheet = workbook["项目"]
        sheet.merge_cells("A1:G1")
        for letter in "ABCDE":
            sheet.merge_cells(f"{letter}2:{letter}3")
        sheet.merge_cells("F2:G2")

    record = only(plan_import(ws, edited(path, merge)))
    assert (record.special.fen, record.donated_cash.fen, record.title) == (6_000_000, 500, "楼道照明")


def test_merged_cells_speak_for_every_row_but_money_is_not_shared(ws, book, kept):
    kept(code="A-1", title="旧")
    rows = [
        ["项目编号", "内容", "科目", "金额(元)", "资金来源"],
        ["A-1", "灯", "材料费", 5, "自筹"],
        [None, "线", "材料费", None, "自筹"],
    ]
    path = edited(book(预算明细=rows), lambda workbook: workbook["预算明细"].merge_cells("A2:A3"))
    plan = plan_import(ws, path)
    assert [(f.row, f.column) for f in plan.errors] == [(3, "金额(元)")]
    edited(path, lambda workbook: workbook["预算明细"].merge_cells("D2:D3"))
    plan = plan_import(ws, path)
    assert "合并" in plan.errors[0].reason and len(plan.errors) == 1
    assert plan.notes == ("“预算明细”合并的单元格已按每行都有同样内容读取：第 3 行",)


def test_hidden_rows_and_sheets_are_read_and_told(ws, book):
    def hide(workbook):
        workbook["项目"].row_dimensions[2].hidden = True
        workbook["项目"].sheet_state = "hidden"
        workbook.create_sheet("甲")
        workbook.active = 1

    plan = plan_import(ws, edited(book(项目=[HEAD, ROW]), hide))
    assert only(plan).title == "楼道照明"
    assert plan.notes == ("“项目”隐藏的行也已读取：第 2 行", "隐藏的工作表“项目”也已读取")


def test_examples_and_sums_are_not_records(ws, book):
    rows = [HEAD, ["示例", *ROW[1:]], [*ROW[:2], "【示例】灯", *ROW[3:]], ROW, ["合计", None, None, None, None, 60000]]
    plan = plan_import(ws, book(项目=rows))
    assert only(plan).title == "楼道照明" and plan.notes == ("“项目”合计行没有读取：第 5 行",)


def test_a_record_that_looks_like_an_example_is_still_a_record(ws, other, kept, tmp_path):
    for title in ("【示例】灯", "合计"):
        kept(code=title, title=title)
    plan = plan_import(other, export_ledger(ws, tmp_path / "册.xlsx"))
    assert [record.title for record in plan.records if isinstance(record, Project)] == ["【示例】灯", "合计"]


def test_two_hundred_empty_rows_end_a_sheet_and_what_follows_is_told(ws, book):
    def far(workbook):
        sheet = workbook["项目"]
        for column, value in enumerate(ROW, 1):
            sheet.cell(202, column, f"二{value}" if column == 3 else value)
            sheet.cell(500, column, f"三{value}" if column == 3 else value)

    plan = plan_import(ws, edited(book(项目=[HEAD, ROW]), far))
    assert [outcome.row for outcome in plan.outcomes] == [2, 202]
    assert plan.notes == ("“项目”第 500 行起在 200 多个空行之后，没有读取",)


def test_a_cell_in_the_last_corner_costs_nothing(ws, book):
    path = edited(book(项目=[HEAD, ROW]), lambda workbook: workbook["项目"].cell(1_048_576, 16_384, "x"))
    assert only(plan_import(ws, path)).title == "楼道照明"


def test_a_dimension_that_lies_is_not_believed(ws, book):
    """WPS writes A1:A1 for the whole of a sheet."""
    path = rewritten(
        book(项目=[HEAD, ROW]), "xl/worksheets/sheet1.xml", rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A1"'
    )
    assert only(plan_import(ws, path)).special == Money(6_000_000)


def test_cells_without_addresses_and_tags_with_a_prefix_are_read(ws, book):
    path = rewritten(book(项目=[HEAD, ROW]), "xl/worksheets/sheet1.xml", rb' r="[A-Z]*\d+"', b"")
    rewritten(path, "xl/worksheets/sheet1.xml", rb"<(/?)(?=\w)", rb"<\1x:")
    rewritten(path, "xl/worksheets/sheet1.xml", b" xmlns=", b" xmlns:x=")
    assert only(plan_import(ws, path)).title == "楼道照明"


def test_strict_workbooks_are_read(ws, book):
    old, new = (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    path = book(项目=[HEAD, ROW])
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        rewritten(path, part, old, new)
    assert only(plan_import(ws, path)).title == "楼道照明"


def test_readings_beside_the_characters_are_not_part_of_them(guancheng, tmp_path):
    path = tmp_path / "册.xlsx"
    path.write_bytes(SAMPLE.read_bytes())
    ruby = "<si><r><t>市</t></r><r><t>桥</t></r><rPh sb='0' eb='1'><t>ロウ</t></rPh></si>".encode()
    rewritten(path, "xl/sharedStrings.xml", "<si><t[^>]*>市桥</t></si>".encode(), ruby)
    assert only_names(plan_import(guancheng, path))[0] == "市桥"


def only_names(plan):
    assert plan.errors == ()
    return [record.name for record in plan.records if isinstance(record, Village)]


def test_days_counted_from_1904_are_the_same_days(ws, book):
    path = book(项目=[[*HEAD, "计划开始"], [*ROW, datetime(2018, 9, 1)]])
    edited(path, lambda workbook: setattr(workbook, "epoch", openpyxl.utils.datetime.CALENDAR_MAC_1904))
    assert b"date1904" in zipfile.ZipFile(path).read("xl/workbook.xml")
    assert only(plan_import(ws, path)).planned_start == date(2018, 9, 1)


def test_a_percentage_is_what_is_seen(ws, book, kept):
    kept(code="A-1")

    def percent(workbook):
        workbook["实施进度"]["D2"].number_format = numbers.FORMAT_PERCENTAGE

    rows = [["项目编号", "日期", "事项", "进度(%)"]]
    rows += [["A-1", date(2018, 9, d), "进展", value] for d, value in ((1, 0.6), (2, "60%"), (3, 60), (4, "６０"))]
    plan = plan_import(ws, edited(book(实施进度=rows), percent))
    assert plan.errors == () and [record.percent for record in plan.records] == [60] * 4


def test_villages_of_the_workbook_are_known_to_its_projects(ws, book):
    plan = plan_import(ws, book(项目=[HEAD, [2018, "新垵", *ROW[2:]]], 村居=[["村居", "类型"], ["新垵", "村"]]))
    assert plan.errors == () and plan.carry_out(ws, "陈")
    (project,) = ws.all(Project)
    assert ws.get(Village, project.village).name == "新垵" and project.code == "XYJD-XA-2018-01"
    assert project.category is Category.WORKS


def test_a_book_is_read_without_any_store(book):
    sheet = read_workbook(book(项目=[HEAD, ROW])).sheets[0]
    assert (sheet.header, sheet.rows[0].number, sheet.rows[0].values["special"]) == (1, 2, Money(6_000_000))


def test_lines_name_a_project_by_the_name_it_has_in_the_workbook(ws, book, kept):
    kept(code="A-1", title="灯"), kept(code="A-2", title="路")
    projects = [["项目编号", *HEAD], ["A-1", *ROW[:2], "灯", *ROW[3:]], ["A-2", *ROW[:2], "桥", *ROW[3:]]]
    head = ["项目名称", "村居", "内容", "科目", "金额(元)", "资金来源"]
    lines = [[title, "霞阳社区", "料", "材料费", 5, "专项"] for title in ("灯", "桥")]
    plan = plan_import(ws, book(项目=projects, 预算明细=[head, *lines]))
    assert plan.errors == () and plan.carry_out(ws, "陈")
    assert [line.project for line in ws.all(BudgetLine)] == [ws.project(code).id for code in ("A-1", "A-2")]


def test_lines_of_a_budget_may_name_their_project(ws, book, kept, village):
    kept(code="A-1", title="灯")
    kept(code="A-2", title="灯", fund_year=2019)
    head = ["项目名称", "村居", "资金年度", "内容", "科目", "金额(元)", "资金来源"]
    rows = [["灯", "霞阳社区", 2019, "灯", "材料费", 5, "专项"], ["灯", "霞阳社区", None, "灯", "材料费", 5, "专项"]]
    plan = plan_import(ws, book(预算明细=[head, *rows]))
    assert [(f.row, f.column) for f in plan.errors] == [(3, "项目编号")]
    assert "有 2 个名为“灯”的项目，请填项目编号：A-1、A-2" in plan.errors[0].reason
    plan = plan_import(ws, book(预算明细=[head, rows[0]]))
    assert plan.carry_out(ws, "陈") and ws.all(BudgetLine)[0].project == ws.project("A-2").id
    plan = plan_import(ws, book(预算明细=[head, ["灯", None, 2019, *rows[0][3:]]]))
    assert [(f.row, f.column) for f in plan.errors] == [(2, "村居")]


@pytest.mark.parametrize("beside", [True, False])
def test_forms_beside_or_below_one_another_are_records_of_one_kind(ws, book, beside):
    first = [
        ["项目名称", "灯"],
        ["资金年度", 2018],
        ["村居", "霞阳社区"],
        ["项目类别", "工程类"],
        ["内容类型", "消除安全隐患"],
    ]
    second = [
        ["项目名称", "路"],
        ["资金年度", 2018],
        ["村居", "霞阳社区"],
        ["项目类别", "服务类"],
        ["内容类型", "群众生活关爱"],
    ]
    rows = [[*one, two[1]] for one, two in zip(first, second, strict=True)] if beside else [*first, [], *second]
    plan = plan_import(ws, book(项目=rows))
    assert plan.errors == () and plan.questions == ()
    assert [each.title for each in plan.records if isinstance(each, Project)] == ["灯", "路"]


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("很满意 较满意 一般 不太满意", "非常满意 满意 基本满意 不满意"),
        ("很满意 较满意 一般 不太满意 不满意", "非常满意 满意 基本满意 不满意 非常不满意"),
    ],
)
def test_words_of_another_scale_are_offered_with_what_they_mean(words, fields):
    head = ["项目名称", "村居", "日期", "第三方机构", "对象组", *words.split()]
    row = ["灯", "霞阳社区", "2018-11-20", "评估中心", "村居民代表", *"98765"[: len(words.split())]]
    raw = open_pasted("\n".join("\t".join(cells) for cells in (head, row)), sheet="测评")
    book = interpret(raw)
    meant = {question.column: question.proposal for question in book.questions}
    differing = {word: field for word, field in zip(words.split(), fields.split(), strict=True) if word != field}
    assert {word: meant[word] for word in differing} == differing
