"""Rule sets of later years that an office adds: chosen by the fund year, held against the shipped one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from haicang_desk.__main__ import main
from haicang_desk.model import Category, Link, Money, Project, Refused, Village, Workspace, check, keep, policy_for
from haicang_desk.places import policy_folder, resource

SHIPPED = resource("policy", "2018.toml").read_text(encoding="utf-8")
LATER = SHIPPED.replace("from_year = 2018", "from_year = 2027").replace("〔2018〕63号", "〔2027〕8号")


@pytest.fixture
def add(tmp_path, monkeypatch):
    """Puts a file into the folder that an office adds rule sets to."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def put(text: str, name: str = "2027.toml") -> None:
        policy_folder().mkdir(parents=True, exist_ok=True)
        (policy_folder() / name).write_text(text, encoding="utf-8")

    return put


def with_value(name: str, value: str, text: str = LATER) -> str:
    head, _, rest = text.partition(f"[{name}]")
    label, _, after = rest.partition("value = ")
    return f"{head}[{name}]{label}value = {value}\n{after.partition(chr(10))[2]}"


def test_old_years_keep_their_figures_and_later_ones_have_the_new(add, ws, village):
    add(with_value("cap_service", '"300000.00"'))
    assert policy_for(2026).money("cap_service") == Money(20_000_000)
    assert policy_for(2027).money("cap_service") == policy_for(2040).money("cap_service") == Money(30_000_000)
    for year in (2026, 2027):
        asked = Project(
            code=f"A-{year}",
            fund_year=year,
            village=Link(village.id),
            title="课堂",
            special=Money(25_000_000),
            category=Category.SERVICE,
            submitted_on=date(year, 8, 1),
        )
        keep(ws, [asked], action="登记", person="陈")
    capped = {year: [f for f in check(ws, year, date(2027, 9, 1)) if f.rule == "R01"] for year in (2026, 2027)}
    assert [f.severity.value for f in capped[2026]] == ["block"]
    assert capped[2027] == []


def test_a_command_cites_the_rule_set_of_its_year(add, tmp_path, capsys):
    add(LATER)
    store = tmp_path / "a.db"
    with Workspace.create(store, street="新阳街道", year=2026, actor="陈") as ws:
        keep(ws, [Village(name="霞阳社区")], action="登记", person="陈")
    for year, number in ((2026, "厦海政办〔2018〕63号"), (2027, "厦海政办〔2027〕8号")):
        main(["check", str(store), "--year", str(year), "--json"])
        assert json.loads(capsys.readouterr().out)["policy"] == number


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (LATER.replace("[cap_works]", "[cap_work]"), "缺少 cap_works（工程类单项上限）"),
        (with_value("service_fund_base", '"totl"'), "应是total 或 special，现为 totl"),
        (with_value("self_raised_counts", '"false"'), "应是true 或 false"),
        (with_value("notice_days", '"7"'), "不小于 0 的整数"),
        (with_value("quarter_due_day", "-1"), "不小于 0 的整数"),
        (with_value("cap_goods", "200000.00"), "应是加引号的数"),
        (with_value("cap_goods", '"二十万"'), "应是加引号的数"),
        (with_value("cap_goods", '"-1"'), "应是加引号的数"),
        (with_value("works_goods_fiscal_max", '"3/0"'), "应是加引号的数"),
        (with_value("pilot_start_by", '"8月底"'), "应是加引号的日期"),
        (LATER.replace("from_year = 2027", 'from_year = "2027"'), "from_year 应是四位年度"),
        (LATER.replace("from_year = 2027", "from_year 2027"), "第 5 行写法不对"),
        (LATER.replace('place = "三(三)¶2"', "", 1), "不是完整的参数文件"),
        ("", "不是完整的参数文件"),
        (SHIPPED, "两份参数都自 2018 年度起用"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name_and_cure(add, text, told):
    add(text)
    with pytest.raises(Refused, match="请") as refused:
        policy_for(2026)
    assert told in str(refused.value)
    assert str(policy_folder()) in str(refused.value)
    assert not any(word in str(refused.value) for word in ("Error", "Expected", "missing"))


def test_files_of_other_names_are_left_alone(add):
    add("不是参数", "说明.txt")
    add("不是参数", "草稿2027.toml")
    assert policy_for(2027).number == "厦海政办〔2018〕63号"


def test_the_shipped_set_passes_its_own_test(add):
    add(LATER)
    assert replace(policy_for(2027), from_year=2018, number=policy_for(2018).number) == policy_for(2018)
