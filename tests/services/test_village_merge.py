"""Two villages that are one are merged with everything that hangs on them, as one change that can be undone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from haicang_desk.model.records import Disbursement, Link, Notice, Project, Suggestion, Village, VillageKind
from haicang_desk.model.services import (
    merge_villages,
    near_twins_of,
    near_villages_of,
    save,
    undo,
    village_core,
    village_merge,
    void,
)
from haicang_desk.model.store import last_entry, verify
from haicang_desk.model.values import ChangedMeanwhile, Money, Refused
from tests.conftest import TODAY


@pytest.fixture
def other(ws):
    (made,) = save(
        ws, [Village(name="霞阳", kind=VillageKind.COMMUNITY, leader="林", phone="1")], action="登", person="陈"
    )
    return made


def hangs_on(ws, village, kept):
    project = kept(code="B-1", title="路", village=Link(village.id))
    records = [
        Suggestion(told_on=TODAY, village=Link(village.id), text="灯不亮"),
        Notice(village=Link(village.id), fund_year=2018, posted_on=TODAY, ends_on=TODAY),
        Disbursement(project=Link(project.id), paid_on=TODAY, amount=Money(100), payee="居委会"),
    ]
    save(ws, records, action="登", person="陈")
    void(ws, kept(code="B-2", title="旧", village=Link(village.id)), reason="重复", person="陈")
    return project


def everything(ws):
    return {cls: ws.all(cls) for cls in (Village, Project, Suggestion, Notice, Disbursement)}, ws.register(2018).street


def test_everything_goes_over_and_one_undo_takes_it_back(ws, village, other, kept):
    kept(code="A-1", title="灯")
    project = hangs_on(ws, other, kept)
    before, sums = everything(ws)
    entry = last_entry(ws.conn)
    assert village_merge(ws, village, other).summary == "项目 1 条、征集 1 条、公示 1 条"
    merge_villages(ws, village, other, person="陈")
    assert last_entry(ws.conn) == entry + 1
    assert [v.name for v in ws.all(Village)] == ["霞阳社区"]
    assert (ws.get(Village, village.id).leader, ws.get(Village, village.id).phone) == ("林", "1")
    assert {p.village for p in ws.all(Project)} == {village.id} and len(ws.all(Project)) == 2
    assert {r.village for cls in (Suggestion, Notice) for r in ws.all(cls)} == {village.id}
    balance = ws.register(2018).villages[village.id]
    assert (balance.projects, ws.register(2018).street) == (sums.projects, sums)
    assert ws.casefile(project.id).village.id == village.id and verify(ws.conn) == ()
    undo(ws, person="陈")
    assert everything(ws) == (before, sums) and verify(ws.conn) == ()


@pytest.mark.parametrize(
    ("name", "ours", "theirs", "said"),
    [
        ("quota", Money(100), Money(200), "年度参考额度不一致（霞阳社区：1.00，霞阳：2.00）"),
        ("account", "1", "2", "账号不一致"),
        ("payee", "甲", "乙", "收款户名不一致"),
        ("kind", VillageKind.COMMUNITY, VillageKind.VILLAGE, "类型不一致"),
    ],
)
def test_figures_that_contradict_each_other_are_named_and_nothing_is_merged(
    ws, village, other, name, ours, theirs, said
):
    one, two = save(ws, [replace(village, **{name: ours}), replace(other, **{name: theirs})], action="改", person="陈")
    entry = last_entry(ws.conn)
    with pytest.raises(Refused, match=said):
        merge_villages(ws, one, two, person="陈")
    assert last_entry(ws.conn) == entry and len(ws.all(Village)) == 2


def test_projects_of_one_name_and_year_are_settled_first(ws, village, other, kept):
    kept(code="A-1", title="灯"), kept(code="B-1", title="灯", village=Link(other.id))
    with pytest.raises(Refused, match="2018 年度两处都有项目“灯”（A-1、B-1）"):
        merge_villages(ws, village, other, person="陈")
    kept(code="B-3", title="桥", village=Link(other.id), fund_year=2019)


def test_a_village_edited_meanwhile_or_merged_with_itself_is_refused(ws, village, other):
    save(ws, [replace(other, phone="2")], action="改", person="林")
    with pytest.raises(ChangedMeanwhile):
        merge_villages(ws, village, other, person="陈")
    with pytest.raises(Refused, match="两个不同"):
        village_merge(ws, village, village)


@pytest.mark.parametrize(
    "name",
    [
        "元山",
        "元山社区",
        "元山社区居委会",
        "元山社区居民委员会",
        "元山村",
        "新阳街道元山社区",
        "海沧区新阳街道元山",
        "元山 村委会",
    ],
)
def test_the_ways_a_village_is_written_have_one_core(name):
    assert village_core(name, "新阳街道") == "元山"


def test_names_of_other_villages_keep_their_own_core():
    names = ("霞阳", "新垵村", "新垵", "村头村", "社区", "村")
    assert [village_core(name, "新阳街道") for name in names] == ["霞阳", "新垵", "新垵", "村头", "社区", "村"]


def test_near_twins_are_told_to_the_form(ws, village, other, kept):
    project = kept(code="A-1", title="霞阳社区楼道照明更换")
    near = replace(project, id="", code="", title="霞阳社区楼道照明改造更换")
    assert near_twins_of(ws, near) == [project] and near_twins_of(ws, project) == []
    assert near_twins_of(ws, replace(near, title="健身路径")) == near_twins_of(ws, replace(near, fund_year=2019)) == []
    assert near_villages_of(ws, Village(name="霞阳村")) == [village, other]
