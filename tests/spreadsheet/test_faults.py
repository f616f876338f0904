"""A cell that cannot be imported is reported with its place and reason, and no other cell is reported."""

from __future__ import annotations

import random
from datetime import date, datetime

import openpyxl
import pytest

from haicang_desk.model.records import Project
from haicang_desk.model.spreadsheet import plan_import
from haicang_desk.model.values import Refused

PROJECT = {
    "项目编号": None, "资金年度": 2018, "村居": "霞阳社区", "项目名称": "楼道照明", "项目类别": "工程类",
    "内容类型": "消除安全隐患", "实施地点": "霞阳", "受益人数": 120, "必要性": "居民反映", "轻重缓急": "急",
    "计划开始": date(2018, 9, 1), "计划完成": "2018.11.30", "区级专项资金(元)": 60000, "以奖代补资金(元)": "1,234.50",
    "捐赠现金(元)": "3.5万", "管养配套资金(元)": None, "属物业等主体职责": "否", "先行列支": "√", "负责人": "陈",
    "联系电话": "0592-6050000", "申报日期": "2018年8月10日", "统筹管理费(元)": 0,
}  # fmt: skip
BUDGET = {
    "项目编号": "A-1", "项目名称": None, "村居": None, "内容": "楼道灯", "科目": "材料费", "单位": "盏", "数量": 120,
    "单价(元)": 500, "金额(元)": 60000, "资金来源": "专项", "统筹管理费": "否",
}  # fmt: skip
PROGRESS = {"项目编号": "A-1", "日期": date(2018, 9, 3), "事项": "开工", "进度(%)": 10, "情况": None}
PAID = {
    "项目编号": "A-1", "日期": date(2018, 9, 3), "金额(元)": 100, "资金来源": "以奖代补资金",
    "收款人": "霞阳社区居委会", "凭证号": "记-1",
}  # fmt: skip
SUGGESTION = {
    "日期": date(2018, 6, 5), "村居": "霞阳社区", "渠道": "意见箱", "意见内容": "灯不亮", "支持人数": 35,
    "项目编号": None, "项目名称": None,
}  # fmt: skip
SOUND = {"项目": PROJECT, "预算明细": BUDGET, "实施进度": PROGRESS, "拨付": PAID, "征集": SUGGESTION}

PLANTED = [  # sheet, column, what stands there, part of the reason
    ("项目", "资金年度", None, "必填"),
    ("项目", "资金年度", "去年", "四位年份"),
    ("项目", "资金年度", 1998, "2018 至 2100"),
    ("项目", "资金年度", 2018.5, "不是整数"),
    ("项目", "村居", "东孚", "没有“东孚”"),
    ("项目", "村居", "霞阳路", "请核对名称，或先在村居表中登记"),
    ("项目", "村居", None, "必填"),
    ("项目", "项目名称", None, "必填"),
    ("项目", "项目名称", "长" * 101, "最多 100 个字"),
    ("项目", "项目名称", " \u3000", "必填"),
    ("项目", "项目类别", "道路类", "服务类、货物类、工程类"),
    ("项目", "内容类型", "其他", "消除安全隐患"),
    ("项目", "内容类型", 3, "消除安全隐患"),
    ("项目", "受益人数", "很多", "整数"),
    ("项目", "受益人数", -1, "0 至"),
    ("项目", "受益人数", 12.5, "不是整数"),
    ("项目", "受益人数", 99_999_999, "10000000"),
    ("项目", "轻重缓急", "特急", "急、重、一般"),
    ("项目", "计划开始", "开学以后", "不是日期"),
    ("项目", "计划开始", "2018.13.1", "不是日历上的日期"),
    ("项目", "计划完成", 2018, "不是日期"),
    ("项目", "计划完成", "2019-02-29", "不是日历上的日期"),
    ("项目", "申报日期", "2018-8", "没有写到日"),
    ("项目", "区级专项资金(元)", "几万", "不是金额"),
    ("项目", "区级专项资金(元)", -1, "不能小于 0"),
    ("项目", "以奖代补资金(元)", 0.305, "精确到分以下"),
    ("项目", "以奖代补资金(元)", "1,23.4", "不是金额"),
    ("项目", "捐赠现金(元)", "几百元", "不是金额"),
    ("项目", "捐赠现金(元)", 10**13, "超出"),
    ("项目", "捐赠现金(元)", date(2018, 9, 1), "不是金额"),
    ("项目", "管养配套资金(元)", "9" * 80, "太长"),
    ("项目", "属物业等主体职责", "也许", "是 或 否"),
    ("项目", "先行列支", 2, "是 或 否"),
    ("项目", "联系电话", 3502001234567890123, "第 15 位以后已经丢失"),
    ("项目", "联系电话", date(2018, 9, 1), "被表格软件存成了日期"),
    ("项目", "负责人", "长" * 21, "最多 20 个字"),
    ("预算明细", "项目编号", "没有这个", "没有编号为“没有这个”的项目"),
    ("预算明细", "项目编号", None, "没有指明是哪个项目"),
    ("预算明细", "内容", None, "必填"),
    ("预算明细", "数量", "一批", "不是数字"),
    ("预算明细", "金额(元)", None, "必填"),
    ("预算明细", "资金来源", "市级资金", "区级专项资金"),
    ("实施进度", "进度(%)", 101, "0 至 100"),
    ("实施进度", "进度(%)", "一半", "0 至 100 的整数"),
    ("实施进度", "事项", "动工", "开工"),
    ("拨付", "金额(元)", 0, "应大于 0"),
    ("拨付", "资金来源", "村居自筹", "区级专项资金"),
    ("拨付", "日期", "#N/A", "公式算不出来"),
    ("征集", "渠道", "微信", "网络媒体"),
    ("征集", "项目名称", "没有的项目", "没有名为“没有的项目”的项目"),
]


@pytest.fixture
def store(ws, kept):
    kept(code="A-1", title="旧项目")
    return ws


def sheets(rows):
    made = {}
    for sheet, row in rows:
        made.setdefault(sheet, [list(SOUND[sheet])]).append(list(row.values()))
    return made


def reports(plan):
    """Cells that are faulty, and those that must be asked about."""
    return [(cell.sheet, cell.row, cell.column) for cell in (*plan.errors, *plan.questions)]


@pytest.mark.parametrize(("sheet", "column", "value", "reason"), PLANTED, ids=lambda v: str(v)[:12])
def test_one_fault_is_named_at_its_cell_and_nothing_is_written(store, book, sheet, column, value, reason):
    rows = [
        (name, {**row, "项目名称": f"项目{n}"} if name == "项目" else row)
        for name, row in SOUND.items()
        for n in (1, 2)
    ]
    at = next(n for n, (name, _) in enumerate(rows) if name == sheet) + 1
    rows[at] = (sheet, {**rows[at][1], column: value})
    plan = plan_import(store, book(**sheets(rows)))
    assert reports(plan) == [(sheet, 3, column)]
    assert reason in (*plan.errors, *plan.questions)[0].reason
    assert plan.read == plan.new + plan.updated + plan.unchanged + len(plan.errors)
    before = store.all(Project)
    with pytest.raises(Refused, match="没有写入任何内容"):
        plan.carry_out(store, "陈")
    assert store.all(Project) == before


def test_the_sound_rows_have_no_fault(store, book):
    plan = plan_import(store, book(**sheets((name, row) for name, row in SOUND.items())))
    assert plan.errors == () and plan.new == 5


@pytest.mark.parametrize("seed", range(8))
def test_faults_planted_at_random_are_all_found_and_no_other(store, book, seed):
    rng = random.Random(seed)
    rows, planted = [], set()
    for sheet, row in SOUND.items():
        for number in range(2, 32):
            made = {**row, "项目名称": f"项目{number}"} if sheet == "项目" else dict(row)
            choices = [fault for fault in PLANTED if fault[0] == sheet]
            if rng.random() < 0.3:
                _, column, value, _ = rng.choice(choices)
                made[column] = value
                planted.add((sheet, number, column))
            rows.append((sheet, made))
    plan = plan_import(store, book(**sheets(rows)))
    assert set(reports(plan)) == planted and len(reports(plan)) == len(planted)
    assert plan.read == 150 == plan.new + plan.updated + plan.unchanged + plan.faulty


def test_several_faults_of_a_row_stand_in_the_order_of_its_columns(store, book):
    plan = plan_import(
        store, book(**sheets([("项目", {**PROJECT, "项目类别": "x", "资金年度": "y", "申报日期": "z"})]))
    )
    assert [fault.column for fault in plan.errors] == ["资金年度", "项目类别", "申报日期"]
    assert plan.faulty == 1 == plan.read
    assert plan.as_json()["errors"][0] == {
        "sheet": "项目", "row": 2, "column": "资金年度", "value": "y", "reason": "“y”不是数字，应填四位年份，如 2018",
    }  # fmt: skip


def test_a_number_given_twice_is_a_fault_of_the_second(store, book):
    rows = [("项目", {**PROJECT, "项目编号": "B-1", "项目名称": name}) for name in ("甲", "乙")]
    plan = plan_import(store, book(**sheets(rows)))
    assert reports(plan) == [("项目", 3, "项目编号")] and "与第 2 行重复" in plan.errors[0].reason


def test_one_name_twice_without_numbers_is_a_fault_but_not_with_them(store, book):
    plan = plan_import(store, book(**sheets([("项目", PROJECT)] * 2)))
    assert reports(plan) == [("项目", 3, "项目名称")] and "同名项目" in plan.errors[0].reason
    numbered = [("项目", {**PROJECT, "项目编号": code}) for code in ("B-1", "B-2")]
    assert plan_import(store, book(**sheets(numbered))).errors == ()


def test_what_hangs_on_a_faulty_project_is_not_faulty_too(store, book):
    rows = [("项目", {**PROJECT, "项目编号": "B-1", "资金年度": "x"}), ("预算明细", {**BUDGET, "项目编号": "B-1"})]
    rows.append(("征集", {**SUGGESTION, "项目名称": PROJECT["项目名称"]}))
    assert reports(plan_import(store, book(**sheets(rows)))) == [("项目", 2, "资金年度")]


def test_another_streets_workbook_is_refused_whole(store, book):
    with pytest.raises(Refused, match="这是嵩屿街道的工作簿，本台账属于新阳街道，没有导入任何内容"):
        plan_import(store, book(街道=[["街道", "简码"], ["嵩屿街道", "SYJD"]], 村居=[["村居"], ["霞阳社区"]]))
    assert plan_import(store, book(街道=[["街道", "简码"], ["新阳街道", "XY"]])).updated == 1


def test_a_required_column_left_out_is_asked_of_new_rows_only(store, book):
    plan = plan_import(store, book(项目=[["项目编号", "项目类别"], ["A-1", "服务类"]]))
    assert plan.errors == () and plan.updated == 1
    plan = plan_import(store, book(项目=[["项目编号", "项目类别"], ["B-9", "服务类"]]))
    assert plan.errors == () and [q.column for q in plan.questions] == ["资金年度", "村居", "项目名称", "内容类型"]


def test_a_record_id_made_up_or_given_twice_is_a_fault(store, book):
    held = store.all(Project)[0].id
    head = [*PROJECT, "记录号"]
    rows = [[*{**PROJECT, "项目名称": name}.values(), own] for name, own in (("甲", "x1"), ("乙", held), ("丙", held))]
    plan = plan_import(store, book(项目=[head, *rows]))
    assert reports(plan) == [("项目", 2, "记录号"), ("项目", 4, "记录号")]


def test_a_formula_gone_wrong_is_a_fault_at_its_cell(store, book):
    path = book(**sheets([("拨付", PAID)]))
    workbook = openpyxl.load_workbook(path)
    cell = workbook["拨付"]["C2"]
    cell.value, cell.data_type = "#REF!", "e"
    workbook.save(path)
    plan = plan_import(store, path)
    assert reports(plan) == [("拨付", 2, "金额(元)")] and "公式算不出来" in plan.errors[0].reason


def test_facts_that_break_a_rule_are_still_facts(store, book):
    """A notice that ends before it begins, a payment beyond what was approved: check tells, import does not."""
    head = ["公示类型", "项目编号", "开始日期", "结束日期"]
    plan = plan_import(store, book(公示=[head, ["项目公示", "A-1", datetime(2018, 8, 9), datetime(2018, 8, 1)]]))
    assert plan.errors == () and plan.new == 1
