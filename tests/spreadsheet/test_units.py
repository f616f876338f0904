"""What headings and lines around a table say of the unit of its amounts (contract §2, Units)."""

from __future__ import annotations

import pytest

from haicang_desk.model.spreadsheet.read.mapping import bare
from haicang_desk.model.spreadsheet.read.units import units_in_heading, units_in_line


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("区级专项资金(元)", "元"),
        ("区级专项资金/万元", "万元"),
        ("村居自筹【万元】", "万元"),
        ("资金〔千元〕", "千元"),
        ("金额(单位:万元)", "万元"),
        ("经费（单位：人民币 万元）", "万元"),
        ("本次分配金额\n（万元）", "万元"),
        ("区级专项资金\n万元", "万元"),
        ("金额（万元", "万元"),
        ("资金（万）", "万元"),
        ("总价(角)", "角"),
        ("金额（20万元以下）", ""),
        ("三万元以下项目数", ""),
        ("公众满意度得分", ""),
        ("捐款人", ""),
        ("进度(%)", ""),
    ],
)
def test_a_heading_states_its_unit_and_no_amount_is_one(heading, unit):
    assert [stated.name for stated in units_in_heading(heading)] == [unit] * bool(unit)


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("2023年度民生微实事项目资金安排表（万元）", "万元"),
        ("金额单位：人民币万元", "万元"),
        ("单位：个、万元、人", "万元"),
        ("注：金额单位为万元。", "万元"),
        ("本表金额以万元为单位", "万元"),
        ("填报单位:某街道 金额单位:元", "元"),
        ("填报单位（盖章）：某镇人民政府", ""),
        ("填报单位：万元村委会", ""),
        ("合计129.5万元", ""),
        ("注：10万元以上的项目须公示", ""),
        ("共安排资金一百万元", ""),
    ],
)
def test_a_line_states_a_unit_and_neither_an_office_nor_an_amount_is_one(line, unit):
    assert [stated.name for stated in units_in_line(line)] == [unit] * bool(unit)


@pytest.mark.parametrize(
    "heading", ["村居自筹(元)*", "村居自筹/万元", "村居自筹\n万元", "其中：村居自筹【万元】", "2.村居自筹（单位：元）"]
)
def test_a_heading_is_known_without_its_unit(heading):
    assert bare(heading) == "村居自筹"
