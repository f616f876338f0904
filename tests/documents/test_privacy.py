"""What notices may show: masked names, and no numbers that identify a person."""

from __future__ import annotations

import pytest

from haicang_desk.model.documents.privacy import mask_name, mask_numbers, public_field, public_party
from haicang_desk.model.records import Project, Prose


@pytest.mark.parametrize(
    ("name", "shown"), [("张三", "张*"), ("欧阳建设", "欧阳*"), ("欧阳", "欧*"), ("𬭎某某", "𬭎*"), ("", "")]
)
def test_a_name_is_its_surname(name, shown):
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("party", "kind", "shown"),
    [
        ("厦门新阳机械有限公司", "企业", "厦门新阳机械有限公司"),
        ("霞阳社区居民委员会", "", "霞阳社区居民委员会"),
        ("阳光社工", "社会组织", "阳光社工"),
        ("霞阳志愿服务队", "志愿者", "霞阳志愿服务队"),
        ("李建国", "新乡贤", "李*"),
        ("李建国", "", "李*"),
        ("居民李建国", "居民", "居民李*"),
        ("人大代表陈志强", "", "人大代表陈*"),
        ("李建国、王芳", "居民", "李*、王*"),
        ("李建国（13800008000）", "", "李*"),
        ("李建国 13800008000", "志愿者", "李*"),
        ("阿卜杜拉·买买提", "", "阿*"),
        ("John Smith", "", "J*"),
        ("大兴集团 0592-6051234", "企业", "大兴集团 ＊＊＊"),
    ],
)
def test_people_are_masked_and_bodies_are_not(party, kind, shown):
    assert public_party(party, kind) == shown


@pytest.mark.parametrize(
    "number",
    [
        "13800008000",
        "138 0000 8000",
        "0592-6051234",
        "350203198001011234",
        "35020319800101123X",
        "6222 0202 0000 1234 567",
    ],
)
def test_numbers_that_point_to_somebody_are_taken_out(number):
    assert mask_numbers(f"请联系{number}，谢谢") == "请联系＊＊＊，谢谢"


@pytest.mark.parametrize(
    "said", ["2018-08-01至2018-08-08", "12,345,678.90 元", "12345678元", "更换 324 盏", "16:30—18:30", "共 1200000 人"]
)
def test_days_sums_and_counts_stay(said):
    assert mask_numbers(said) == said


def test_only_listed_fields_are_for_notices():
    project = Project(title="灯", works=Prose("找 13800008000"), phone="13800008000")
    assert public_field(project, "works") == "找 ＊＊＊"
    with pytest.raises(KeyError, match="phone"):
        public_field(project, "phone")


def test_counts_of_a_project_are_not_taken_for_telephones():
    assert public_field(Project(beneficiaries=3_000_000), "beneficiaries") == "3000000"
