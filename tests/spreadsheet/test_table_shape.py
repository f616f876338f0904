"""Tables as people make them: headings, rows, sums and lines of a CellGrid."""

from __future__ import annotations

from pathlib import Path

import pytest

from haicang_desk.model.foreign.sheets.cell_grid import CellGrid
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.records import RECORDS
from haicang_desk.model.spreadsheet.read.formats import open_grids
from haicang_desk.model.spreadsheet.read.mapping import bare, names_by_heading
from haicang_desk.model.spreadsheet.read.table_shape import tables_of


def grid_of(*rows, merges=(), title="表"):
    """A grid of rows; a str is a text cell, a number a numeric one, None an empty one."""
    grid = CellGrid(title, merges=list(merges))
    for number, row in enumerate(rows, 1):
        cells = {
            index: RawCell("text", value) if isinstance(value, str) else RawCell("number", str(value))
            for index, value in enumerate(row, 1)
            if value not in (None, "")
        }
        if cells:
            grid.rows[number] = cells
    return grid


def names(table):
    return [heading.name for heading in table.headings]


FAULTS = Path(__file__).parent.parent / "data" / "faults"
HEADINGS = {name for cls in RECORDS for name in names_by_heading(cls.table)}
KNOWN = [lambda text: False, lambda text: bare(text) in HEADINGS]


def tables_in(name, known):
    return [table for grid in open_grids(FAULTS / f"table-{name}.xlsx") for table in tables_of(grid, known)]


def numbers(rows):
    return [row.number for row in rows]


PLAIN = ["资金年度", "村居", "项目名称", "项目类别", "内容类型"]
SHAPES = [  # file, names of the headings, rows, sums, lines above, lines below
    ("01-unit-in-group-heading",
     ["序号", "村居", "项目名称", "建设服务内容", "小计", "以奖代补资金", "其他财政资金", "村居自筹", "捐赠现金",
      "受益人数", *PLAIN[:1], *PLAIN[3:]],
     [5, 6], [7], 2, 0),
    ("02-unit-renminbi-line", ["序号", *PLAIN, "区级专项资金", "村居自筹"], [4], [], 2, 0),
    ("03a-unit-colon-in-bracket", ["序号", *PLAIN, "区级专项资金(单位:万元)", "村居自筹(单位:万元)"], [2], [], 0, 0),
    ("04a-unit-in-title", ["序号", *PLAIN, "区级专项资金", "村居自筹"], [3], [], 1, 0),
    ("04c-unit-in-footnote", ["序号", *PLAIN, "区级专项资金", "村居自筹"], [2], [], 0, 1),
    ("06a-money-column-dropped", ["序号", *PLAIN, "区级专项资金/万元", "村居自筹【万元】"], [2], [], 0, 0),
    ("12-real-allotment-list", ["序号", "项目名称", "建设地点", "建设内容", "本次分配金额（万元）",
    "责任单位"], [3, 4, 5], [6], 1, 0),
    ("13-real-review-list",
     ["序号", "村（社区）", "项目名称", "项目类别", "项目总额", "申请资金", "群众自筹", "是否入选",
      "核定资金"], [4, 5, 6, 7], [8], 2, 1),
    ("14-real-list-sections-footer", ["序号", "社区", "项目名称", "项目内容", "专项资金（万元）", "预计完成时间"],
     [4, 5, 6, 8, 9], [10], 1, 1),
    ("15-real-village-expenses", ["序号", "开支项目", "金额(元)", "资金来源", "使用部门", "项目负责人",
    "审核意见"], [4, 5, 6], [7], 2, 0),
    ("20-survey-two-row-head", ["序号", "项目名称", "满意", "基本满意", "不满意"], [4], [], 1, 0),
    ("21-survey-other-words",
     ["项目名称", "村居", "日期", "第三方机构", "对象组", "很满意", "满意", "一般", "不太满意",
      "不满意"], [4], [], 1, 0),
    ("23-sum-rows", ["序号", *PLAIN, "区级专项资金(元)"], [2], [3, 4, 5, 6, 7, 8, 9], 0, 0),
]  # fmt: skip


@pytest.mark.parametrize("known", KNOWN, ids=["nothing known", "headings known"])
@pytest.mark.parametrize(("name", "heads", "rows", "sums", "above", "below"), SHAPES, ids=[each[0] for each in SHAPES])
def test_a_table_as_it_was_sent_has_its_shape(known, name, heads, rows, sums, above, below):
    (table,) = tables_in(name, known)
    assert names(table) == heads
    assert (numbers(table.rows), numbers(table.sums)) == (rows, sums)
    assert (len(table.above), len(table.below)) == (above, below)


@pytest.mark.parametrize("known", KNOWN, ids=["nothing known", "headings known"])
def test_the_groups_over_a_heading_are_its_path(known):
    table = tables_in("01-unit-in-group-heading", known)[0]
    assert table.headings[5].texts == ("项目资金来源（万元）", "以奖代补资金") and table.headings[1].texts == ("村居",)
    assert tables_in("21-survey-other-words", known)[0].headings[5].texts == ("测评等次", "很满意")


def test_the_sections_of_a_list_stand_with_their_rows():
    (table,) = tables_in("14-real-list-sections-footer", KNOWN[0])
    assert [row.sections for row in table.rows] == [("一、便民工程类（3个）",)] * 3 + [("二、公益服务类（2个）",)] * 2


@pytest.mark.parametrize("known", KNOWN, ids=["nothing known", "headings known"])
def test_a_form_is_one_row_whose_headings_are_the_labels(known):
    (table,) = tables_in("17-real-form-sheet", known)
    assert table.form and len(table.rows) == 1
    found = {heading.name: table.rows[0].cells.get(heading.index) for heading in table.headings}
    assert found["项目名称"].text == "村内道路水泥路硬化（与新农村建设配套）" and found["建设地址"].text == "后塘村"
    assert [found[name].text for name in ("合计", "村民投劳折资", "财政奖补资金")] == ["759800", "379800", "380000"]
    assert found["村民筹资"] is None and found["筹资筹劳时间"].text == "2014年9月20日至2014年12月20日"
    by_name = {heading.name: heading for heading in table.headings}
    assert by_name["财政奖补资金"].texts == ("项目资金来源（元）", "财政奖补资金")
    assert table.places[by_name["合计"].index] == (6, 2) and table.places[by_name["建设地址"].index] == (4, 2)


@pytest.mark.parametrize("known", KNOWN, ids=["nothing known", "headings known"])
def test_the_record_of_a_meeting_is_a_form(known):
    (table,) = tables_in("19-real-meeting-record", known)
    assert table.form and [table.rows[0].cells[heading.index].text for heading in table.headings] == [
        "后塘村村民会议", "2023年3月8日", "村部会议室", "村内道路硬化", "132户", "118户", "112人", "6人",
        "同意建设，人均筹资20元",
    ]  # fmt: skip


HEAD = ["序号", "村居", "项目名称", "金额(元)"]


def row(number, village="新垵村", title=None, amount=5):
    return [number, village, title or f"项目{number}", amount]


def test_headings_may_stand_far_below_a_long_title():
    rows = [[f"说明第 {n} 条：本表由各村居填写"] for n in range(20)]
    (table,) = tables_of(grid_of(*rows, HEAD, row(1)))
    assert names(table) == HEAD and len(table.above) == 20 and numbers(table.rows) == [22]


def test_an_unknown_table_of_texts_alone_is_shaped_too():
    (table,) = tables_of(grid_of(["花名册"], ["甲", "乙", "丙"], ["a", "b", "c"], ["d", "e", "f"]))
    assert names(table) == ["甲", "乙", "丙"] and numbers(table.rows) == [3, 4]


def test_headings_in_two_rows_whose_merging_was_undone():
    rows = [
        ["序号", "项目名称", "资金来源（万元）", None, None, "备注"],
        [None, None, "合计", "财政", "自筹"],
        [1, "路灯", 6, 5, 1],
    ]
    (table,) = tables_of(grid_of(*rows))
    assert [heading.texts for heading in table.headings] == [
        ("序号",), ("项目名称",), ("资金来源（万元）", "合计"), ("资金来源（万元）", "财政"), ("资金来源（万元）",
        "自筹"), ("备注",),
    ]  # fmt: skip
    assert numbers(table.rows) == [3]


def test_headings_in_three_rows():
    rows = [["序号", "资金", None, None], [None, "财政", None, "自筹"], [None, "区级", "市级"], [1, 2, 3, 4]]
    merges = [(1, 1, 3, 1), (1, 2, 1, 4), (2, 2, 2, 3), (2, 4, 3, 4)]
    (table,) = tables_of(grid_of(*rows, merges=merges))
    assert [heading.texts for heading in table.headings] == [
        ("序号",), ("资金", "财政", "区级"), ("资金", "财政", "市级"), ("资金", "自筹"),
    ]  # fmt: skip


def test_the_first_row_is_no_heading_only_because_it_leaves_out_cells():
    rows = [["日期", "金额", None, "备注"], ["五月", None, "转账", "甲"], ["六月", 5, "转账", "乙"]]
    (table,) = tables_of(grid_of(*rows))
    assert names(table) == ["日期", "金额", "C列", "备注"] and numbers(table.rows) == [2, 3]


def test_a_row_of_units_and_a_row_of_column_numbers_belong_to_the_headings():
    rows = [["序号", "项目名称", "金额", "人数"], [None, None, "万元", "人"], [1, 2, 3, 4], [1, "路灯", 5, 60]]
    (table,) = tables_of(grid_of(*rows))
    assert names(table) == ["序号", "项目名称", "金额（万元）", "人数（人）"] and numbers(table.rows) == [4]


def test_a_row_may_give_the_unit_of_one_column_alone():
    (table,) = tables_of(grid_of(["序号", "项目名称", "金额"], [None, None, "万元"], [1, "路灯", 5]))
    assert names(table) == ["序号", "项目名称", "金额（万元）"] and numbers(table.rows) == [3]


def test_the_second_column_of_a_name_is_told_from_the_first():
    (table,) = tables_of(grid_of(["日期", "金额", "日期", "金 额"], ["2023-1-1", 5, "2023-2-1", 6]))
    assert names(table) == ["日期", "金额", "日期#2", "金额#2"]


def test_a_column_of_cells_without_heading_is_kept_and_named_by_its_letter():
    (table,) = tables_of(grid_of(HEAD, [*row(1), 99]))
    assert names(table) == [*HEAD, "E列"] and table.headings[4].texts == ()


def test_hidden_rows_and_columns_are_told():
    grid = grid_of(HEAD, row(1), row(2))
    grid.hidden_rows.add(3)
    grid.hidden_columns.add(4)
    (table,) = tables_of(grid)
    assert [each.hidden for each in table.rows] == [False, True] and table.headings[3].hidden
    assert table.notes == ("“表”隐藏的栏也已读取：D 列「金额(元)」",)


def test_headings_and_title_repeated_on_the_next_page_are_passed_over():
    rows = [["清单"], HEAD, row(1), ["第1页 共2页"], ["清单"], HEAD, row(2), ["第 2 页，共 2 页"]]
    (table,) = tables_of(grid_of(*rows))
    assert numbers(table.rows) == [3, 7] and len(table.below) == 2
    assert "“表”重复的表头没有读取：第 5、6 行" in table.notes


@pytest.mark.parametrize(
    "text", ["合计", "合  计：", "小计", "总 计", "累计", "共计", "本页合计", "本页小计", "工程类小计", "合计（1个）",
    "本级合计", "新垵村小计",
             "总合计", "合计金额", "本月累计", "合计：伍万捌仟元整", "承前页", "过次页", "上页结转",
             "合计（大写）：伍万元整", "共计3个",
             "合计58000元", "总计伍万捌仟元整"]
)  # fmt: skip
@pytest.mark.parametrize("column", [0, 1, 2])
def test_a_row_of_sums_is_known_under_any_name(text, column):
    line = [None, None, None, 58000]
    line[column] = text
    (table,) = tables_of(grid_of(HEAD, row(1), line, row(2)))
    assert numbers(table.sums) == [3] and numbers(table.rows) == [2, 4]


@pytest.mark.parametrize(
    "title",
    [
        "合计路",
        "合计路改造",
        "小计划活动",
        "总计划书编制",
        "共计划",
        "统计员培训",
        "会计培训",
        "设计费合计划",
        "合计路12号楼",
        "总计划2023版",
        "小计1号楼",
    ],
)
def test_a_record_that_merely_begins_so_stays(title):
    (table,) = tables_of(grid_of(HEAD, row(1, title=title), [None, None, title, 6]))
    assert numbers(table.rows) == [2, 3] and table.sums == []


def test_a_row_that_was_exported_is_a_record_whatever_it_holds():
    own = "0198a3c4-0000-7000-8000-000000000000"
    rows = [
        ["记录号", *HEAD[1:]],
        [own, "合计", "合计", 5],
        [own, "一、工程类（3个）", None, 6],
        [own, "注：甲", None, None],
    ]
    grid = grid_of(*rows)
    grid.hidden_columns.add(5)
    (table,) = tables_of(grid)
    assert numbers(table.rows) == [2, 3, 4] and table.notes == () and all(each.sections == () for each in table.rows)


@pytest.mark.parametrize(
    ("sections", "merges"),
    [
        ([["一、工程类（1个）"], ["二、服务类（1个）"]], []),
        ([["（一）工程类"], ["（二）服务类"]], []),
        ([["一、工程类", None, None, 60], ["二、服务类", None, "1个", 50]], []),
        ([["一", "工程类", None, 60], ["二", "服务类", None, 50]], []),
        ([["第一部分 工程类"], ["第二部分 服务类"]], []),
        ([["新垵村"], ["霞阳村"]], []),
        ([["新垵村", None, None, 60], ["霞阳村", None, None, 50]], []),
        ([[None, "新垵村"], [None, "霞阳村"]], [(2, 2, 2, 4), (4, 2, 4, 4)]),
        ([["工程类（1个）", None, None, 60], ["服务类（1个）", None, None, 50]], [(2, 1, 2, 3), (4, 1, 4, 3)]),
    ],
)
def test_a_section_stands_with_the_rows_below_it(sections, merges):
    (table,) = tables_of(grid_of(HEAD, sections[0], row(1), sections[1], row(1), merges=merges))
    assert numbers(table.rows) == [3, 5] and table.sums == [] and table.below == ()
    texts = ["工程类" if "工程" in str(sections) else "新垵村", "服务类" if "服务" in str(sections) else "霞阳村"]
    assert [texts[n] in each.sections[-1] and len(each.sections) == 1 for n, each in enumerate(table.rows)] == [
        True,
        True,
    ]
    assert "“表”分类行已作为其下各行的分类：第 2、4 行" in table.notes


def test_sections_lie_in_one_another():
    rows = [
        HEAD,
        ["一、工程类"],
        ["新垵村"],
        row(1),
        ["霞阳村"],
        row(2),
        ["二、服务类"],
        ["（一）老人"],
        row(3),
        ["（二）儿童"],
        row(4),
    ]
    (table,) = tables_of(grid_of(*rows))
    assert [each.sections for each in table.rows] == [
        ("一、工程类", "新垵村"), ("一、工程类", "霞阳村"), ("二、服务类", "（一）老人"), ("二、服务类", "（二）儿童"),
    ]  # fmt: skip
    rows = [HEAD, ["工程类"], ["新垵村"], row(1), ["霞阳村"], row(2), ["服务类"], ["新垵村"], row(3)]
    (table,) = tables_of(grid_of(*rows))
    assert [each.sections for each in table.rows] == [("工程类", "新垵村"), ("工程类", "霞阳村"), ("服务类", "新垵村")]


def test_a_village_above_rows_that_leave_it_out_is_their_section():
    rows = [["村居", "项目名称", "金额"], ["新垵村"], [None, "甲", 5], [None, "乙", 6], ["霞阳村"], [None, "丙", 7]]
    (table,) = tables_of(grid_of(*rows))
    assert [each.sections for each in table.rows] == [("新垵村",), ("新垵村",), ("霞阳村",)]


def test_a_row_that_only_lacks_cells_is_a_row():
    rows = [["村居", "类型", "额度"], ["新垵村"], ["霞阳村", "村", 5], ["后塘村"], [None, "村"]]
    (table,) = tables_of(grid_of(*rows))
    assert numbers(table.rows) == [2, 3, 4, 5]
    (table,) = tables_of(
        grid_of(["内容", "数量", "单价", "金额"], ["座椅（5个）", 5, 100, 500], ["路灯（3个）", 3, 10, 30])
    )
    assert numbers(table.rows) == [2, 3]


@pytest.mark.parametrize(
    "line",
    [["填表人：张某", None, "审核人：李某"], ["注：金额以元计"], ["注1、甲"],
     ["备注：甲乙丙"], ["说明：本表一式两份"], ["第1页 共3页"],
     ["新垵村村民委员会（盖章）"], ["单位负责人签字：", None, None, "2023年6月30日"], 
     ["制表：", "陈", "联系电话：", 13800000000],
     [None, None, "2023年6月30日"], ["以下空白"], ["※ 带星号的必填"],
     ["填报单位（盖章）：某村", None, None, "填报日期：2023.6.30"],
     ["附件：会议记录"], ["联系人：张某  联系电话：0592-1"]],
)  # fmt: skip
def test_lines_below_a_table_are_no_rows(line):
    (table,) = tables_of(grid_of(HEAD, row(1), [], line))
    assert numbers(table.rows) == [2] and len(table.below) == 1 and table.sums == []


def test_several_tables_stand_below_one_another():
    rows = [["一季度拨付"], HEAD, row(1), row(2), ["合计", None, None, 10], [], ["二季度退款"], ["序号", "日期",
    "金额"], [1, "2023-5-1", 6],
            ["注：单位为万元"], [], ["姓名", "电话", "单位"], ["张三", "138", "村委会"]]  # fmt: skip
    first, second, third = tables_of(grid_of(*rows))
    assert (first.sheet, second.sheet, third.sheet) == ("表", "表#2", "表#3")
    assert numbers(first.rows) == [3, 4] and first.below == () and second.above == ("二季度退款",)
    assert numbers(second.rows) == [9] and second.below == ("注：单位为万元",) and numbers(third.rows) == [13]


def test_cells_below_a_merged_cell_have_its_content_and_are_named():
    rows = [HEAD, [1, "新垵村", "甲", 100], [2, None, "乙"], [3, None, "丙", 5]]
    (table,) = tables_of(grid_of(*rows, merges=[(2, 2, 4, 2), (2, 4, 3, 4)]))
    assert [each.cells[2].text for each in table.rows] == ["新垵村"] * 3
    assert [each.shared for each in table.rows] == [frozenset(), {2, 4}, {2}] and table.rows[1].cells[4].text == "100"


def test_a_cell_whose_merging_was_lost_stays_empty():
    (table,) = tables_of(grid_of(PLAIN, [2023, "新垵村", "甲", "工程类", "x"], [None, None, "乙", "工程类", "x"]))
    assert set(table.rows[1].cells) == {3, 4, 5} and table.rows[1].sections == ()


def test_a_form_with_labels_and_values_in_one_cell_each():
    rows = [["微实事项目申报表"], ["项目名称：楼道灯", None, "申报村居：新垵村"],
            ["联系人：张某", None, "联系电话：138"],
            ["项目内容", "更换路灯"],
            ["受益人数", "120人", "资金总额", "5万元"], ["填表人：陈  审核人：李"]]  # fmt: skip
    (table,) = tables_of(grid_of(*rows))
    found = {heading.name: table.rows[0].cells[heading.index].text for heading in table.headings}
    assert found == {"项目名称": "楼道灯", "申报村居": "新垵村", "联系人": "张某", "联系电话": "138",
    "项目内容": "更换路灯",
                     "受益人数": "120人", "资金总额": "5万元"}  # fmt: skip


def test_a_table_inside_a_form_is_a_table_of_its_own_and_the_form_goes_on():
    rows = [["项目名称", "楼道灯", "申报村居", "新垵村"], ["实施地点", "村部", "受益人数", 120], ["预算明细"],
            ["序号", "内容", "金额", "资金来源"], [1, "灯", 5, "专项"], [2, "线", 6, "专项"], ["合计", None, 11],
            ["联系人", "张某", "联系电话", "138"]]  # fmt: skip
    form, inner = tables_of(grid_of(*rows))
    assert form.form and [heading.name for heading in form.headings][-1] == "联系电话" and len(form.headings) == 6
    assert not inner.form and numbers(inner.rows) == [5, 6] and numbers(inner.sums) == [7]


def test_two_forms_below_one_another_are_two_rows():
    one = [["项目名称", "甲", "申报村居", "新垵村"], ["实施地点", "村部", "受益人数", 120]]
    two = [["项目名称", "乙", "申报村居", "霞阳村"], ["实施地点", "村口", "受益人数", 60]]
    tables = tables_of(grid_of(*one, [], *two))
    assert [table.rows[0].cells[1].text for table in tables] == ["甲", "乙"] and all(table.form for table in tables)


def test_two_lines_of_labels_above_a_table_are_its_lines():
    rows = [["填报单位", "新垵村", "填报日期", "2023年5月1日"], ["资金年度", 2023], HEAD, row(1), row(2)]
    (table,) = tables_of(grid_of(*rows))
    assert names(table) == HEAD and len(table.above) == 2 and not table.form


def test_a_sheet_without_headings_has_no_table():
    assert tables_of(grid_of(["说明"], ["本工作簿由街道编制。"])) == () and tables_of(grid_of()) == ()
    assert tables_of(grid_of([1, 2, 3], [4, 5, 6])) == ()


def test_a_line_of_labels_and_values_above_the_headings_is_no_heading():
    rows = [["项目清单"], ["申报单位", "新垵村", "年度", "2023年"], [*HEAD, "备注"], [*row(1), "甲"]]
    (table,) = tables_of(grid_of(*rows))
    assert names(table) == [*HEAD, "备注"] and len(table.above) == 2 and numbers(table.rows) == [4]


def test_rows_of_texts_above_a_longer_one_are_not_lost():
    (table,) = tables_of(grid_of(["甲", "乙", "丙"], ["a", "b", "c"], ["d", "e", "f", "g"]))
    assert names(table) == ["甲", "乙", "丙", "D列"] and numbers(table.rows) == [2, 3]


def test_a_heading_that_looks_like_no_heading_does_not_hide_the_others():
    heads = ["序号", "村居", "项目名称", "项目类别", "金额", 2022]
    (table,) = tables_of(
        grid_of(heads[1:], [*row(1)[1:], 5, 6], [*row(2)[1:], 5, 7]), known=lambda text: text in heads[:4]
    )
    assert names(table) == ["村居", "项目名称", "项目类别", "金额", "2022"] and numbers(table.rows) == [2, 3]


def test_the_first_record_is_no_numbering_of_the_columns():
    (table,) = tables_of(grid_of(["序号", "满意", "不满意", "合计"], [1, 2, 3, 4], [2, 5, 6, 7]))
    assert numbers(table.rows) == [2, 3]


def test_a_sheet_of_one_known_column_is_a_table():
    (table,) = tables_of(grid_of(["名单"], ["村居"], ["新垵村"], ["霞阳村"]), known=lambda text: text == "村居")
    assert names(table) == ["村居"] and numbers(table.rows) == [3, 4] and table.above == ("名单",)


def test_what_a_sum_consists_of_is_no_section():
    rows = [
        HEAD,
        ["合计", None, None, 11],
        ["其中：财政资金", None, None, 6],
        ["其中：自筹", None, None, 5],
        row(1),
        row(2, amount=6),
    ]
    (table,) = tables_of(grid_of(*rows))
    assert numbers(table.sums) == [2, 3, 4] and [each.sections for each in table.rows] == [(), ()]


def test_a_note_that_goes_on_is_no_row():
    rows = [
        ["村居", "金额"],
        ["新垵村", 5],
        ["注：1、金额以元计。"],
        ["2、以决算为准。"],
        ["本表一式两份，街道和村居各执一份存档备查。"],
    ]
    (table,) = tables_of(grid_of(*rows))
    assert numbers(table.rows) == [2] and len(table.below) == 3


def test_rows_numbered_beforehand_are_rows_without_more():
    (table,) = tables_of(grid_of(HEAD, row(1), [2], [3]))
    assert [set(each.cells) for each in table.rows] == [{1, 2, 3, 4}, {1}, {1}]


def test_blocks_with_the_same_headings_are_one_table_whose_titles_are_sections():
    rows = [["2023年清单"], ["单位：元"], ["新垵村"], HEAD[:1] + HEAD[2:], [1, "甲", 5], ["合计", None, 5], [],
            ["霞阳村"], HEAD[:1] + HEAD[2:], [1, "乙", 6], [2, "丙", 7]]  # fmt: skip
    (table,) = tables_of(grid_of(*rows))
    assert [(each.number, each.sections) for each in table.rows] == [
        (5, ("新垵村",)), (10, ("霞阳村",)), (11, ("霞阳村",)),
    ]  # fmt: skip


def test_a_batch_of_things_with_its_numbers_is_a_row():
    (table,) = tables_of(
        grid_of(["内容", "数量", "金额"], ["第一批路灯", 5, 100], ["第二批路灯", 3, 60], ["座椅", 2, 10])
    )
    assert numbers(table.rows) == [2, 3, 4]


def test_records_side_by_side_are_a_form_each():
    rows = [
        ["项目一览"],
        ["项目名称", "甲", "乙"],
        ["所在单位", "新垵村", "霞阳村"],
        ["总金额", 5, 6],
        ["联系电话", None, "138"],
    ]
    rows[4][1] = "139"
    one, two = tables_of(grid_of(*rows))
    assert [raw.text for raw in one.rows[0].cells.values()] == ["甲", "新垵村", "5", "139"]
    assert [raw.text for raw in two.rows[0].cells.values()] == ["乙", "霞阳村", "6", "138"]
    assert two.places[3] == (4, 3) and one.form and two.form


def test_numbers_of_a_form_that_belong_to_no_label_are_told():
    rows = [
        ["项目名称", "甲", "申报村居", "新垵村"],
        ["实施地点", "村部", "受益人数", 60],
        ["总金额", 5, 99, None],
        ["负责人", "陈"],
    ]
    (table,) = tables_of(grid_of(*rows))
    assert table.below == ("99",) and table.notes == ("“表”里没有归到哪一栏的内容：99",)
