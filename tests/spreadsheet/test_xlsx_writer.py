"""Written workbooks: readable by openpyxl, text stays text, the same bytes each time, no names or times, atomic."""

from __future__ import annotations

import random
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from haicang_desk.model.records import RECORDS, Category, Link, Project, Prose, Suggestion
from haicang_desk.model.spreadsheet import export_ledger, plan_import
from haicang_desk.model.spreadsheet.template import write_template
from haicang_desk.model.spreadsheet.write.xlsx_writer import WorkbookWriter, new_workbook, write_table
from haicang_desk.model.store import head_line
from haicang_desk.model.values import Money, NotWritten
from tests.spreadsheet.ledgers import fill

SOURCES = (
    "区级专项资金(元) 以奖代补资金(元) 其他财政资金(元) 捐赠现金(元) 捐赠实物折价(元) 投工投劳折价(元) 村居自筹(元) "
    "统筹管理费(元)"
)
CONTRACT = {
    "村居": "村居 简码 类型 年度参考额度(元) 挂钩街道领导 收款户名 开户行 账号 联系人 联系电话 有老人协会",
    "项目": "项目编号 资金年度 村居 项目名称 项目类别 内容类型 实施地点 受益人数 必要性 建设服务内容 预期效果 轻重缓急 "
    f"计划开始 计划完成 {SOURCES} 公益领域 管养单位 管养责任 管养配套资金(元) 属物业等主体职责 与政府投资项目重复 "
    "涉强制标准 先行列支 自筹承诺 折价依据 负责人 联系电话 申报日期",
    "预算明细": "项目编号 内容 科目 单位 数量 单价(元) 金额(元) 资金来源 统筹管理费",
    "征集": "日期 村居 渠道 提出人 联系电话 意见内容 支持人数 处理结果 项目编号",
    "协商": "项目编号 村居 日期 会议名称 应到人数 实到人数 同意 反对 弃权 结论",
    "征求意见": "项目编号 对象 日期 方式 人数 同意 反对 意见要点",
    "公示": "公示类型 项目编号 村居 资金年度 开始日期 结束日期 公示地点 异议 异议处理",
    "审批": "项目编号 结论 日期 核定专项资金(元) 核定总资金(元) 审批人 意见 文号",
    "备案": "项目编号 报送日期 备案日期 备案号 结果",
    "实施主体": "项目编号 采购方式 依据文件 控制价(元) 实施主体 主体类型 统一社会信用代码 成交价(元) 确定日期 "
    "约定完工日期",
    "社会参与": "项目编号 主体 主体类型 方式 日期 金额(元) 到账 人数 工日 单价(元) 依据",
    "实施进度": "项目编号 日期 事项 进度(%) 情况",
    "拨付": "项目编号 日期 金额(元) 资金来源 收款人 凭证号 用途 经办人 审批人",
    "决算": f"项目编号 日期 {SOURCES}",
    "测评": "项目编号 日期 第三方机构 对象组 非常满意 满意 基本满意 不满意 非常不满意",
    "督查": "类型 日期 项目编号 征集 确定 实施 评议 问题 整改措施 责任人 整改期限 完成日期 上报日期",
    "评优": "资金年度 项目编号 居民评议得分 专家评议得分 结果 文号",
    "例外": "项目编号 规则 批准机关 文号 日期 理由",
}
SIX = ["项目", "预算明细", "征集", "协商", "征求意见", "公示"]


@pytest.fixture
def out(tmp_path):
    return tmp_path / "册.xlsx"


def test_every_column_of_the_contract_is_there(ws, out):
    workbook = openpyxl.load_workbook(export_ledger(ws, out))
    assert workbook.sheetnames == [cls.label for cls in RECORDS]
    for sheet, headings in CONTRACT.items():
        assert [h for h in headings.split() if h not in [cell.value for cell in workbook[sheet][1]]] == []


def test_links_are_readable_and_the_record_id_stands_last(ws, out):
    workbook = openpyxl.load_workbook(export_ledger(ws, out))
    heads = [cell.value for cell in workbook["预算明细"][1]]
    assert heads[:3] == ["项目编号", "项目名称", "村居"] and heads[-2:] == ["记录号", "记录版本"]
    assert workbook["项目"].freeze_panes == "A2" and workbook["项目"]["A1"].font.bold
    assert workbook["项目"].auto_filter.ref == "A1:AJ2".replace(
        "AJ", openpyxl.utils.get_column_letter(len(Project.fields) + 3)
    )


def test_cells_are_of_their_kind(ws, kept, out):
    kept(special=Money(1_234_567), phone="05926050000", planned_start=date(2018, 9, 1), code="0012", beneficiaries=3)
    sheet = openpyxl.load_workbook(export_ledger(ws, out))["项目"]
    cells = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert cells["区级专项资金(元)"].value == 12345.67 and cells["区级专项资金(元)"].number_format == "0.00"
    assert cells["计划开始"].value == datetime(2018, 9, 1) and cells["计划开始"].is_date
    assert (cells["项目编号"].value, cells["项目编号"].number_format) == ("0012", "@")
    assert (cells["联系电话"].value, cells["联系电话"].data_type) == ("05926050000", "s")
    assert (cells["受益人数"].value, cells["属物业等主体职责"].value, cells["项目类别"].value) == (3, "否", "工程类")
    assert cells["计划完成"].value is None


@pytest.mark.parametrize("start", ["=cmd|'/c calc'!A1", "+1", "-1", "@SUM(1)", "\t=1"])
def test_text_never_becomes_a_formula(ws, kept, other, out, start):
    kept(title=start, code="A-1")
    cell = openpyxl.load_workbook(export_ledger(ws, out))["项目"]["D2"]
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", start, True)
    with zipfile.ZipFile(out) as archive:
        assert not any(re.search(rb"<f\b", archive.read(name)) for name in archive.namelist() if "worksheets" in name)
    plan_import(other, out).carry_out(other, "陈")
    assert other.project("A-1").title == start.strip()


def test_the_same_ledger_gives_the_same_bytes_with_no_name_in_them(ws, out, tmp_path):
    fill(ws, random.Random(1))
    one, two = export_ledger(ws, out).read_bytes(), export_ledger(ws, tmp_path / "二.xlsx").read_bytes()
    assert one == two
    with zipfile.ZipFile(out) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert [name for name in archive.namelist() if "docProps" in name] == ["docProps/core.xml"]
        core = archive.read("docProps/core.xml").decode()
        assert head_line(ws.conn) in core and "creator" not in core and "lastModifiedBy" not in core


def test_what_hangs_on_a_voided_project_is_left_out(ws, kept, village, out):
    project = kept(code="A-1")
    with ws.change("填", actor="陈") as change:
        change.save(
            Suggestion(told_on=date(2018, 9, 1), village=Link(village.id), text=Prose("灯"), project=Link(project.id))
        )
        change.save(replace(project, void=True))
    workbook = openpyxl.load_workbook(export_ledger(ws, out))
    assert workbook["项目"].max_row == workbook["征集"].max_row == 1


def test_a_text_too_long_for_a_cell_is_told_not_cut(ws, kept, out):
    kept(need=Prose("长" * 32_768))
    with pytest.raises(NotWritten, match="32767"):
        export_ledger(ws, out)
    assert list(out.parent.iterdir()) == []


def test_export_tells_its_progress(ws, out):
    seen = []
    export_ledger(ws, out, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (len(RECORDS), len(RECORDS)) and len(seen) == len(RECORDS)


@pytest.mark.parametrize("write", [lambda ws, out: export_ledger(ws, out), lambda _, out: write_template(out)])
def test_it_is_written_whole_or_not_at_all(ws, out, write):
    with pytest.raises(NotWritten, match="不存在"):
        write(ws, out / "册.xlsx")
    with pytest.raises(NotWritten, match="是文件夹"):
        write(ws, out.parent)
    out.write_bytes(b"old")
    write(ws, out)
    assert openpyxl.load_workbook(out).sheetnames and [p.name for p in out.parent.iterdir()] == [out.name]


def test_a_full_disk_leaves_what_was_there(ws, out, monkeypatch):
    out.write_bytes(b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(NotWritten, match="原有文件没有改动"):
        export_ledger(ws, out)
    assert out.read_bytes() == b"old" and len(list(out.parent.iterdir())) == 1


def test_a_table_of_any_values_is_written(out):
    rows = [["甲", Money(150), date(2018, 9, 1), Category.GOODS, True, 3, Decimal("1.5"), None], ["=1", *[None] * 7]]
    with new_workbook(out) as book:
        assert isinstance(book, WorkbookWriter)
        assert write_table(book, "季度进展", ["名称", "金额", "日期", "类别", "是否", "数", "比", "空"], rows) == 2
        write_table(book, "空表", ["甲"], [])
    workbook = openpyxl.load_workbook(out)
    assert [c.value for c in workbook["季度进展"][2]] == ["甲", 1.5, datetime(2018, 9, 1), "货物类", "是", 3, 1.5, None]
    assert workbook["季度进展"]["A3"].data_type == "s" and workbook["空表"].max_row == 1


def test_the_template_is_the_six_sheets_with_stars_notes_and_drop_downs(out):
    workbook = openpyxl.load_workbook(write_template(out))
    assert workbook.sheetnames == [*SIX, "填表说明"]
    for sheet in SIX:
        heads = [cell.value for cell in workbook[sheet][1]]
        assert [h for h in CONTRACT[sheet].split() if h not in heads and f"{h}*" not in heads] == []
        assert all(cell.comment is not None and cell.comment.text for cell in workbook[sheet][1])
    stars = [cell.value for cell in workbook["项目"][1] if cell.value.endswith("*")]
    assert stars == ["资金年度*", "村居*", "项目名称*", "项目类别*", "内容类型*"]
    lists = {v.formula1: v.showErrorMessage for v in workbook["预算明细"].data_validations.dataValidation}
    assert lists['"是,否"'] is True and any("材料费" in formula and not imposed for formula, imposed in lists.items())


def test_the_template_is_the_same_each_time_and_names_nobody(out, tmp_path):
    assert write_template(out).read_bytes() == write_template(tmp_path / "二.xlsx").read_bytes()
    with zipfile.ZipFile(out) as archive:
        core = archive.read("docProps/core.xml")
    assert b"creator" not in core and b"lastModifiedBy" not in core and core.count(b"1980-01-01T00:00:00Z") == 2


def test_a_template_filled_in_comes_in(ws, out):
    workbook = openpyxl.load_workbook(write_template(out))
    for sheet in SIX:
        for example in list(workbook[sheet][2]):
            value = example.value
            filled = value.removeprefix("【示例】") if isinstance(value, str) else value
            workbook[sheet].cell(3, example.column, filled)
    workbook.save(out)
    plan = plan_import(ws, out)
    assert plan.errors == () and (plan.read, plan.new) == (6, 6)
    plan.carry_out(ws, "陈")
    case = next(ws.casefiles())
    assert case.project.code == "XYJD-XYSQ-2018-01"
    assert all((case.budget_lines, case.suggestions, case.deliberations, case.opinions, case.notices))
