"""Rule sets of later years that an office adds: chosen by the fund year, completed from and held to the shipped one."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from haicang_desk.__main__ import main
from haicang_desk.model.policy import book_of_files, policy_for
from haicang_desk.model.policy.parameters import CHOICE, KINDS
from haicang_desk.model.records import Category, Link, Project, Village
from haicang_desk.model.services import Workspace, check, save
from haicang_desk.model.values import Money, Refused
from haicang_desk.paths import policy_folder, resource

SHIPPED = resource("policy", "2018.toml").read_text(encoding="utf-8")
LATER = SHIPPED.replace("from_year = 2018", "from_year = 2027").replace("〔2018〕63号", "〔2027〕8号")
EARLIER_FORM = Path(__file__).parents[1] / "data" / "policy" / "2027-written-for-0.1.0.toml"


@pytest.fixture
def add(tmp_path, monkeypatch):
    """Puts a file into the folder that an office adds rule sets to."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def put(text: str | bytes, name: str = "2027.toml") -> Path:
        policy_folder().mkdir(parents=True, exist_ok=True)
        path = policy_folder() / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return put


def with_value(name: str, value: str, text: str = LATER) -> str:
    head, _, rest = text.partition(f"[{name}]")
    label, _, after = rest.partition("\nvalue = ")
    return f"{head}[{name}]{label}\nvalue = {value}\n{after.partition(chr(10))[2]}"


def without(name: str, text: str = LATER) -> str:
    head, _, rest = text.partition(f"[{name}]")
    return head + rest.partition("\n\n")[2]


def line_of(said: str, text: str) -> int:
    return text.partition(said)[0].count("\n") + 1


def line_of_value(name: str, text: str) -> int:
    return line_of(f"[{name}]", text) + text.partition(f"[{name}]")[2].partition("\nvalue")[0].count("\n") + 1


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
        save(ws, [asked], action="登记", person="陈")
    capped = {year: [f for f in check(ws, year, date(2027, 9, 1)) if f.rule == "R01"] for year in (2026, 2027)}
    assert [f.severity.value for f in capped[2026]] == ["block"]
    assert capped[2027] == []


# what a file lacks


def test_a_parameter_that_the_office_file_lacks_is_borrowed_from_the_shipped_set(add):
    path = add(with_value("cap_goods", '"250000.00"', without("notice_days", without("cap_works"))))
    policy = policy_for(2027)
    assert policy.number == "厦海政办〔2027〕8号"
    assert policy.money("cap_goods") == Money(25_000_000)
    assert policy.money("cap_works") == Money(40_000_000)
    assert policy.number_of("notice_days") == 7
    borrowed = [name for name, each in policy.parameters.items() if each.borrowed_from]
    assert borrowed == ["cap_works", "notice_days"]
    assert list(policy.parameters) == list(policy_for(2018).parameters)
    (note,) = book_of_files().borrowed_notes
    assert note == policy.borrowed_note
    assert str(path) in note
    assert "没有写 2 项" in note
    assert "工程类单项上限 400,000.00 元（cap_works）" in note
    assert "\n" not in note


def test_a_borrowed_figure_cites_the_document_it_comes_from(add):
    add(without("cap_works"))
    policy = policy_for(2027)
    assert str(policy.clause("cap_works")).startswith("厦海政办〔2018〕63号")
    assert str(policy.clause("cap_goods")).startswith("厦海政办〔2027〕8号")


def test_the_check_goes_on_with_a_borrowed_figure(add, ws, village):
    add(without("cap_works"))
    asked = Project(
        code="A-1",
        fund_year=2027,
        village=Link(village.id),
        title="楼道灯",
        special=Money(45_000_000),
        category=Category.WORKS,
        submitted_on=date(2027, 8, 1),
    )
    save(ws, [asked], action="登记", person="陈")
    assert [f.limit for f in check(ws, 2027, date(2027, 9, 1)) if f.rule == "R01"] == [40_000_000]


def test_a_complete_file_borrows_nothing(add):
    add(LATER)
    assert policy_for(2027).borrowed_note == ""
    assert book_of_files().borrowed_notes == book_of_files().faults == []


@pytest.mark.parametrize("command", ["check", "budget"])
def test_a_command_tells_of_borrowed_figures_in_one_line_on_stderr(add, tmp_path, capsys, command):
    add(without("village_reference", without("social_min_ratio")))
    store = store_of(tmp_path)
    main([command, str(store), "--year", "2027", "--json"])
    out, err = capsys.readouterr()
    json.loads(out)
    assert [line for line in err.splitlines() if "沿用" in line] == [policy_for(2027).borrowed_note]
    main([command, str(store), "--year", "2026", "--json"])
    assert "沿用" not in capsys.readouterr().err


# files of earlier releases


def test_a_file_written_for_an_earlier_release_goes_on_to_load(add):
    """It knows no kinds and no choices, and lists the choices in the label."""
    assert "kind" not in EARLIER_FORM.read_text(encoding="utf-8")
    add(EARLIER_FORM.read_bytes())
    earlier, shipped = policy_for(2027).parameters, policy_for(2018).parameters
    named = [
        name for name, value in tomllib.loads(EARLIER_FORM.read_text(encoding="utf-8")).items() if type(value) is dict
    ]
    assert len(named) == 37 and {name: earlier[name] for name in named} == {name: shipped[name] for name in named}
    assert book_of_files().faults == []


def test_a_copy_of_the_shipped_file_is_the_shipped_set(add):
    add(LATER)
    assert replace(policy_for(2027), from_year=2018, number=policy_for(2018).number) == policy_for(2018)


def test_kinds_and_choices_that_the_office_copied_from_another_release_count_for_nothing(add):
    text = LATER.replace('kind = "money"', 'kind = "sum"').replace(', village_year = "按村居年度"', "")
    add(with_value("works_ratio_scope", '"village_year"', text))
    assert policy_for(2027).choice("works_ratio_scope") == "village_year"
    assert policy_for(2027).parameters["works_ratio_scope"].text == "按村居年度"


def test_a_file_that_a_windows_editor_saved_is_read(add):
    add(b"\xef\xbb\xbf" + LATER.replace("\n", "\r\n").encode())
    assert policy_for(2027).from_year == 2027


# what a file may not say


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("service_fund_base", '"totl"', '应是"total"（总资金） 或 "special"（专项资金），现为 "totl"'),
        ("service_fund_base", "true", '应是"total"'),
        ("self_raised_counts", '"false"', '应是true 或 false，不加引号，现为 "false"'),
        ("notice_days", '"7"', '应是不加引号、不小于 0 的整数，现为 "7"'),
        ("notice_days", "true", "应是不加引号、不小于 0 的整数，现为 true"),
        ("quarter_due_day", "-1", "应是不加引号、不小于 0 的整数"),
        ("cap_goods", "200000.00", "应是加引号的金额（元）"),
        ("cap_goods", '"二十万"', "应是加引号的金额（元）"),
        ("cap_goods", '"-1"', "应是加引号的金额（元）"),
        ("cap_goods", '"3/5"', "应是加引号的金额（元）"),
        ("works_goods_fiscal_max", '"3/0"', "应是加引号的数"),
        ("works_goods_fiscal_max", '"-1/2"', "应是加引号的数"),
        ("award_ratio", "1", "应是加引号的数"),
        ("pilot_start_by", '"8月底"', "应是加引号的日期"),
        ("pilot_start_by", "2018-08-31", "应是加引号的日期"),
    ],
)
def test_a_mistyped_value_is_refused_with_its_line_and_what_is_expected(add, name, value, expected):
    text = with_value(name, value)
    add(text)
    told = refusal(2027)
    label = policy_for(2018).parameters[name].label
    assert f"第 {line_of_value(name, text)} 行 {name}（{label}）{expected}" in told


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("[cap_work]", "[cap_works]", "没有 cap_work 这个名称，应是 cap_works"),
        ('["天数"]', "[notice_days]", "没有 天数 这个名称，应是随程序的文件里有的名称"),
        ('valeu = "400000.00"', 'value = "400000.00"', "没有 valeu 这个名称，应是 value"),
        ("normativ = false", "normative = false", "没有 normativ 这个名称，应是 normative"),
        ('normative = "false"', "normative = false", "normative（是否规范性文件）应是true 或 false"),
        ('issued = "7月"', 'issued = "2018-07-13"', "issued（成文日期）应是加引号的日期"),
        ("place = 3", 'place = "三(三)¶2"', "cap_service 的 place（条文位置）应是加引号的文字，现为 3"),
        ("[[cap_works]]", "[cap_works]", "cap_works（工程类单项上限）应是一段 [cap_works]"),
        ('from_year = "2027"', "from_year = 2027", "from_year（起用年度）应是不加引号的四位年度"),
        ("from_year 2027", "from_year = 2027", "写法不对：应是“名称 = 值”"),
        ("[ cap_works ]", "[works_goods_fiscal_max]", "写法不对：前面已有同名的一段"),
        ('value = "400000.00', 'value = "400000.00"', "写法不对"),
    ],
)
def test_a_misspelt_name_or_broken_line_is_refused_with_its_line(add, wrong, right, told):
    text = LATER.replace(right, wrong, 1)
    add(text)
    assert f"第 {line_of(wrong, text)} 行" in refusal(2027)
    assert told in refusal(2027)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "缺少 number（文号），应是加引号的文字"),
        (LATER.replace("from_year = 2027\n", ""), "缺少 from_year（起用年度）"),
        (LATER.replace('place = "三(三)¶2"\n', "", 1), "[cap_service]（服务类单项上限）下面缺少 place"),
        (LATER.replace('value = "400000.00"\n', "", 1), "[cap_works]（工程类单项上限）下面缺少 value"),
        (LATER.encode("gb18030"), "不是 UTF-8 编码的文本"),
    ],
)
def test_a_file_without_what_cannot_be_borrowed_is_refused(add, text, told):
    add(text)
    assert told in refusal(2027)


def test_all_faults_of_a_file_are_told_at_once(add):
    add(with_value("notice_days", '"7"', LATER.replace("[cap_works]", "[cap_work]")))
    assert "有 2 处不对" in refusal(2027)


def refusal(year: int) -> str:
    with pytest.raises(Refused, match="请") as refused:
        policy_for(year)
    told = str(refused.value)
    assert str(policy_folder()) in told
    assert not any(word in told for word in ("Error", "Expected", "missing", "None"))
    return told


# which years a fault closes


@pytest.mark.parametrize(
    "text",
    [
        LATER.replace("[cap_works]", "[cap_work]"),
        with_value("notice_days", '"7"'),
        LATER.replace("from_year = 2027", "from_year 2027"),
        LATER.replace("from_year = 2027", 'from_year = "2027"'),
        LATER.replace("[cap_goods]", "[cap_works"),
        "",
        LATER.encode("gb18030"),
    ],
)
def test_a_fault_in_an_office_file_closes_only_the_years_that_it_governs(add, text):
    add(text)
    add(LATER.replace("from_year = 2027", "from_year = 2030"), "2030.toml")
    for year in (2018, 2026, 2030, 2040):
        assert policy_for(year).from_year <= year
    for year in (2027, 2029):
        assert refusal(year) in book_of_files().faults
    assert len(book_of_files().faults) == 1


def test_the_year_that_a_broken_file_says_goes_before_its_name(add):
    add(LATER.replace("from_year = 2027", "from_year = 2025").replace("[cap_works]", "[cap_works"))
    assert policy_for(2024).from_year == 2018
    assert "写法不对" in refusal(2025)


def test_a_broken_file_that_says_no_year_closes_all_that_it_could_govern(add):
    add("甲乙", "3.toml")
    assert policy_for(2018).from_year == 2018
    assert "写法不对" in refusal(2019)


def test_two_rule_sets_from_one_year_close_that_year(add):
    add(LATER)
    add(LATER, "2027-2.toml")
    assert policy_for(2026).from_year == 2018
    assert "两份参数都自 2027 年度起用" in refusal(2027)


def test_a_copy_with_the_first_year_of_the_shipped_set_is_refused(add):
    add(SHIPPED)
    assert "两份参数都自 2018 年度起用" in refusal(2026)


def test_a_command_about_another_year_goes_on_beside_a_faulty_file(add, tmp_path, capsys):
    add(LATER.replace("[cap_works]", "[cap_work]"))
    store = store_of(tmp_path)
    main(["check", str(store), "--year", "2026", "--json"])
    assert json.loads(capsys.readouterr().out)["policy"] == "厦海政办〔2018〕63号"
    assert main(["check", str(store), "--year", "2027"]) != 0
    assert "没有 cap_work 这个名称" in capsys.readouterr().err


def test_files_of_other_names_are_left_alone(add):
    add("不是参数", "说明.txt")
    add("不是参数", "草稿2027.toml")
    assert policy_for(2027).number == "厦海政办〔2018〕63号"


# the shipped file


def test_every_shipped_parameter_declares_its_kind_and_keeps_to_it():
    for name, each in policy_for(2018).parameters.items():
        assert each.kind in {*KINDS, CHOICE}, name
        assert bool(each.choices) == (each.kind == CHOICE), name
        assert each.accepts(each.value), name
        assert each.text, name


def test_the_shipped_file_says_nothing_that_is_not_read():
    known = {"label", "kind", "choices", "value", "place", "origin"}
    tables = [table for table in tomllib.loads(SHIPPED).values() if isinstance(table, dict)]
    assert {key for table in tables for key in table} == known


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("cap_works", "400000.00", "400,000.00 元"),
        ("service_fund_min", "0.4", "40%"),
        ("social_min_ratio", "1/3", "1/3"),
        ("award_ratio", "1/2", "1∶2"),
        ("notice_days", 7, "7"),
        ("pilot_start_by", "2018-08-31", "2018-08-31"),
        ("deadline_holiday_shift", False, "否"),
        ("service_fund_base", "special", "专项资金"),
    ],
)
def test_a_figure_is_shown_by_its_kind(name, value, text):
    assert replace(policy_for(2018).parameters[name], value=value).text == text


def test_a_command_cites_the_rule_set_of_its_year(add, tmp_path, capsys):
    add(LATER)
    store = store_of(tmp_path)
    for year, number in ((2026, "厦海政办〔2018〕63号"), (2027, "厦海政办〔2027〕8号")):
        main(["check", str(store), "--year", str(year), "--json"])
        assert json.loads(capsys.readouterr().out)["policy"] == number


def store_of(folder: Path) -> Path:
    path = folder / "a.db"
    with Workspace.create(path, street="新阳街道", year=2026, actor="陈") as ws:
        save(ws, [Village(name="霞阳社区")], action="登记", person="陈")
    return path
