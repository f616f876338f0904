"""Rule sets: read from one file each, whole; the latest begun is in force."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from haicang_desk.model.policy import Policy, PolicyText, policy_for, rule_book
from haicang_desk.model.values import Money, Refused

FILE = """
number = "{number}"
title = "试行方案"
from_year = {year}

[cap_service]
value = "200000.00"
place = "三(三)¶2"
label = "服务类单项上限"

[service_count_min]
value = "2/5"
place = "三(一)¶9"
label = "服务类项目数占比"

[self_raised_counts]
value = {flag}
place = "三(一)¶9"
label = "村居自筹计入社会资源"
origin = "惯例"

[notice_days]
value = "7"
place = "三(二)¶2"
label = "公示天数"

[pilot_by]
value = "2018-08-31"
place = "五(一)¶3"
label = "率先启动"

[service_fund_base]
value = "total"
place = "三(一)¶9"
label = "服务类资金占比的基数"
"""


@pytest.fixture
def folder(tmp_path):
    for year, number, flag in ((2030, "甲", "true"), (2018, "乙", "false"), (2024, "丙", '"false"')):
        text = FILE.format(year=year, number=number, flag=flag)
        (tmp_path / f"{year}.toml").write_text(text, encoding="utf-8")
    (tmp_path / "说明.toml").write_text("不是政策参数", encoding="utf-8")
    return tmp_path


def of_folder(year, folder):
    """The rule set for a year by the files of a folder, as if they were the program's."""
    files = sorted(folder.glob("[0-9]*.toml"))
    return rule_book(tuple(PolicyText(each.name, True, each.read_text("utf-8"), folder) for each in files)).policy_for(
        year
    )


@pytest.mark.parametrize(
    ("year", "number"), [(2018, "乙"), (2023, "乙"), (2024, "丙"), (2029, "丙"), (2030, "甲"), (2099, "甲")]
)
def test_the_latest_rule_set_that_had_begun_is_in_force(folder, year, number):
    assert of_folder(year, folder).number == number


def test_before_the_first_rule_set_there_is_none(folder):
    with pytest.raises(Refused, match="没有 2017 年度可用的政策参数"):
        of_folder(2017, folder)
    with pytest.raises(Refused, match="自 2018 年度起适用"):
        policy_for(2017)
    assert policy_for(2018).from_year == 2018


def test_each_value_is_read_as_what_it_is(folder):
    policy = of_folder(2018, folder)
    assert (policy.title, policy.from_year) == ("试行方案", 2018)
    assert policy.money("cap_service") == Money(20_000_000)
    assert policy.share("service_count_min") == Fraction(2, 5)
    assert policy.number_of("notice_days") == 7
    assert policy.day("pilot_by") == date(2018, 8, 31)
    assert policy.choice("service_fund_base") == "total"
    assert policy.flag("self_raised_counts") is False
    assert of_folder(2030, folder).flag("self_raised_counts") is True
    assert policy.share("notice_days") == 7 and policy.number_of("notice_days") == 7  # one value may be read two ways


def test_a_rule_set_may_say_who_issued_it_and_when(folder):
    plain = of_folder(2018, folder)
    assert (plain.index, plain.issuer, plain.issued, plain.normative) == ("", "", None, False)
    heads = 'index = "XM04100-1"\nissuer = "某区政府办"\nissued = "2040-07-13"\nnormative = true\n'
    text = FILE.format(year=2040, number="丁", flag="true")
    (folder / "2040.toml").write_text(heads + text, encoding="utf-8")
    full = Policy.load(folder / "2040.toml")
    assert (full.index, full.issuer, full.issued) == ("XM04100-1", "某区政府办", date(2040, 7, 13))
    assert full.normative is True and full.number == "丁"


def test_a_flag_in_quotation_marks_is_no_flag(folder):
    """The word "false" would count as true."""
    with pytest.raises(TypeError, match="self_raised_counts"):
        of_folder(2024, folder).flag("self_raised_counts")


def test_a_value_is_read_once(folder):
    policy = of_folder(2018, folder)
    assert policy.money("cap_service") is policy.money("cap_service")
    assert of_folder(2018, folder) is policy


def test_every_figure_names_its_clause_and_whether_it_is_the_policys_own(folder):
    policy = of_folder(2018, folder)
    assert str(policy.clause("cap_service")) == "乙三（三）第2段"
    assert str(policy.at("五(一)¶3")) == "乙五（一）第3段"
    assert policy.parameters["cap_service"].origin == "方案"
    assert policy.parameters["self_raised_counts"].origin == "惯例"
    assert policy.parameters["cap_service"].label == "服务类单项上限"
