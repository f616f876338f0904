"""A rule set typed in the window: read by kind, faults named, written whole with the former file beside it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from haicang_desk.model.policy import (
    FaultyRuleSet,
    RuleSetDraft,
    book_of_files,
    policy_for,
    rule_set_of_draft,
    typed_text,
    write_rule_set,
)
from haicang_desk.model.policy.rule_set_writing import read_typed
from haicang_desk.model.records import Regulation
from haicang_desk.model.services import enact_rule_set
from haicang_desk.model.store import list_changes
from haicang_desk.model.values import Money, Refused, StoreUnusable
from haicang_desk.paths import policy_folder

AT = datetime(2026, 12, 1, 9)


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def draft(**unlike):
    known = {name: typed_text(each) for name, each in policy_for(2018).parameters.items()}
    values = known | unlike.pop("values", {})
    heads = {"number": "厦海政办〔2027〕5号", "title": "工作方案", "from_year": 2027, "issued": date(2027, 1, 5)}
    return RuleSetDraft(**heads | unlike, values=values)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("cap_service", "25万", "250000.00"),
        ("service_count_min", "45%", "9/20"),
        ("service_count_min", "45％", "9/20"),
        ("award_ratio", "1：2", "1/2"),
        ("notice_days", " 5 ", 5),
        ("pilot_start_by", "2027.8.31", "2027-08-31"),
        ("self_raised_counts", "否", False),
        ("works_ratio_scope", "按村居年度", "village_year"),
    ],
)
def test_what_is_typed_is_read_by_its_kind(name, typed, value):
    assert read_typed(policy_for(2018).parameters[name], typed) == value


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("cap_service", "很多"),
        ("cap_service", "-1"),
        ("service_count_min", "四成"),
        ("service_count_min", "1/0"),
        ("notice_days", "5.5"),
        ("notice_days", "-1"),
        ("pilot_start_by", "8月"),
        ("self_raised_counts", "也许"),
        ("works_ratio_scope", "按街道"),
    ],
)
def test_what_is_no_value_is_refused_in_chinese(name, typed):
    with pytest.raises(ValueError, match=r"应(填|选)"):
        read_typed(policy_for(2018).parameters[name], typed)


def test_every_shipped_value_reads_back_as_it_was():
    for each in policy_for(2018).parameters.values():
        written = read_typed(each, typed_text(each))
        assert each.accepts(written)
        again = type(each)(written, each.place, each.label, kind=each.kind, choices=each.choices)
        assert typed_text(again) == typed_text(each)


def test_faults_are_named_by_their_parameter(own_folder):
    with pytest.raises(FaultyRuleSet) as refused:
        rule_set_of_draft(draft(values={"cap_goods": "二十"}, number=" ", from_year=2018), policy_for(2018))
    assert set(refused.value.faults) == {"number", "from_year", "cap_goods"}
    assert "货物类单项上限：应填金额" in str(refused.value)


def test_a_rule_set_comes_into_force_and_is_journalled_with_what_differs(own_folder, ws):
    typed = draft(values={"cap_service": "25万"})
    enact_rule_set(ws, typed, model=policy_for(2018), person="陈", at=AT)
    assert policy_for(2027).money("cap_service") == Money(25_000_000)
    assert policy_for(2026).money("cap_service") == Money(20_000_000)
    assert not book_of_files().faults
    (paper,) = ws.all(Regulation)
    assert paper.gist == "自 2027 年度起用。改动：服务类单项上限：200,000.00 → 250,000.00"
    assert list_changes(ws.conn)[0].action == "设定政策参数：自 2027 年度起"


def test_the_former_file_stays_beside_it_and_is_not_read(own_folder, ws):
    enact_rule_set(ws, draft(), model=policy_for(2018), person="陈", at=AT)
    enact_rule_set(ws, draft(values={"notice_days": "5"}), model=policy_for(2018), person="陈", at=AT)
    assert sorted(path.name for path in policy_folder().iterdir()) == ["2027.toml", "原2027 2026-12-01 090000.toml"]
    assert policy_for(2027).number_of("notice_days") == 5
    assert len(ws.all(Regulation)) == 1


def test_where_the_store_refuses_the_former_file_is_back(own_folder, ws):
    ws.read_only = "台账是只读打开的"
    with pytest.raises(StoreUnusable):
        enact_rule_set(ws, draft(), model=policy_for(2018), person="陈", at=AT)
    assert not (policy_folder() / "2027.toml").exists()
    assert policy_for(2027).number == "厦海政办〔2018〕63号"


def test_a_text_that_is_no_rule_set_replaces_nothing(own_folder):
    path = policy_folder() / "2027.toml"
    with pytest.raises(Refused, match="写法不对"):
        write_rule_set("number =", path, at=AT)
    assert not path.exists()
