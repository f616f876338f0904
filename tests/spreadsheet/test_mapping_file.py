"""The mapping file of contract §2: read as it is written there, written so that it is read again, kept by sender."""

from __future__ import annotations

import tomllib

import pytest

from haicang_desk.model.spreadsheet import MappingFile, TableMapping, Target, kept_senders, load_mapping, save_mapping
from haicang_desk.model.values import Refused

AS_IN_THE_CONTRACT = """sender = "新阳街道"
[[table]]
sheet = "Sheet1"            # the name, or * for any
record = "项目"
[table.constants]
资金年度 = 2023
项目类别 = "工程类"
[table.columns]
"建设地点" = "实施地点"
"责任单位" = "村居"
"本次分配金额（万元）" = { field = "区级专项资金(元)", unit = "万元" }
"小计" = "-"
[table.values]              # words in the book = ours
"环境整治" = "村居环境整治"
"""


def test_the_example_of_the_contract_is_read():
    mapping = MappingFile.parse(AS_IN_THE_CONTRACT, "新阳街道.toml")
    (table,) = mapping.tables
    assert (mapping.sender, table.sheet, table.record) == ("新阳街道", "Sheet1", "项目")
    assert table.constants == {"资金年度": "2023", "项目类别": "工程类"}
    assert table.columns["本次分配金额（万元）"] == Target("区级专项资金(元)", 10_000)
    assert table.columns["小计"] == Target("-") and table.values == {"环境整治": "村居环境整治"}


def test_what_is_kept_of_a_sender_is_read_again_and_is_plain_toml(tmp_path):
    columns = {'引"号\\和\n换行': Target("实施地点"), "金额": Target("区级专项资金(元)", 1_000)}
    mapping = MappingFile("某/镇:政府", (TableMapping("*", "项目", {"资金年度": "2023"}, columns, {"甲": "乙"}),))
    path = save_mapping(tmp_path / "对照", mapping)
    assert (
        path.parent == tmp_path / "对照" and tomllib.loads(path.read_text(encoding="utf-8"))["sender"] == "某/镇:政府"
    )
    assert load_mapping(tmp_path / "对照", "某/镇:政府") == mapping
    assert kept_senders(tmp_path / "对照") == ("某/镇:政府",) and load_mapping(tmp_path, "别处") is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('record = "项目"', 'record = "什么"', "第 4 行：没有“什么”"),
        ('sheet = "Sheet1" ', 'sheets = "Sheet1" ', "第 3 行：不认识“sheets”"),
        ('"实施地点"', '"没有这一栏"', "第 9 行：项目没有“没有这一栏”"),
        ('unit = "万元"', 'unit = "斤"', "“斤”不认识"),
        ('"小计" = "-"', '"小计" = -', "第 12 行写法不对"),
        ('sender = "新阳街道"', "", "缺少报送单位"),
    ],
)
def test_what_is_no_mapping_is_refused_with_its_line(old, new, told):
    text = AS_IN_THE_CONTRACT.replace(old, new)
    assert text != AS_IN_THE_CONTRACT
    with pytest.raises(Refused, match=told):
        MappingFile.parse(text, "甲.toml")
