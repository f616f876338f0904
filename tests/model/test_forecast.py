"""The outlook and its cures: each cure is enough, and one project or one fen less is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from haicang_desk.model.balances import Balance, Register
from haicang_desk.model.policy import policy_for
from haicang_desk.model.records import Approval, Category, Conclusion, Link, Project, Stage, StreetQuota, Village
from haicang_desk.model.rules import remedies_for
from haicang_desk.model.services import Workspace, casefiles_picked, check, findings_if, forecast_of, save
from haicang_desk.model.services.forecast import approved, what_if
from haicang_desk.model.values import Money, Refused
from tests.model.rules.asking import approval, case, day

POLICY = policy_for(2018)
TODAY = date(2018, 9, 3)
VILLAGE = Village(id="v", name="霞阳社区")
SOME, FEN = st.integers(0, 40), st.integers(0, 10**9)


def found(balance: Balance, rule: str, base: str = ""):
    register = Register(2018, balance, {"v": balance})
    return [cure for cure in remedies_for(register, [VILLAGE], POLICY) if cure.rule == rule and base in cure.base]


@given(SOME, SOME)
def test_services_by_number(services, others):
    was = Balance(name="霞阳社区", service_projects=services, projects=services + others)
    for cure in found(was, "R05"):
        for grow in (0, 1):
            enough = cure.add if grow else cure.turn
            for change, holds in ((enough, True), (enough - 1, False)):
                now = replace(
                    was, service_projects=was.service_projects + change, projects=was.projects + change * grow
                )
                assert (found(now, "R05") == []) is holds


@pytest.mark.parametrize(
    ("base", "part", "whole"),
    [("总资金", "service_total", "total"), ("专项资金", "service_special", "special")],
)
@given(services=FEN, others=FEN)
def test_services_by_money(base, part, whole, services, others):
    was = Balance(name="霞阳社区", **{part: Money(services), whole: Money(services + others)})
    for cure in found(was, "R06", base):
        for grow in (0, 1):
            enough = cure.add if grow else cure.turn
            for change, holds in ((enough, True), (enough - 1, False)):
                now = replace(was, **{part: Money(services + change), whole: Money(services + others + change * grow)})
                assert (found(now, "R06", base) == []) is holds


@given(SOME, SOME)
def test_social_forces(social, others):
    was = Balance(name="新阳街道", social_projects=social, projects=social + others)
    for cure in found(was, "R08"):
        for change, holds in ((cure.add, True), (cure.add - 1, False)):
            now = replace(was, social_projects=social + change, projects=was.projects + change)
            assert (found(now, "R08") == []) is holds
        if cure.turn is None:
            assert was.projects < 1
            continue
        for change, holds in ((cure.turn, True), (cure.turn - 1, False)):
            assert (found(replace(was, social_projects=social + change), "R08") == []) is holds


@pytest.mark.parametrize(("rule", "used"), [("R10", "special"), ("R11", "committed")])
@given(quota=FEN, over=st.integers(-100, 10**9))
def test_quotas(rule, used, quota, over):
    assume(quota + over >= 0)
    was = Balance(name="霞阳社区", quota=Money(quota), **{used: Money(quota + over)})
    assert bool(found(was, rule)) == (over > 0)
    for cure in found(was, rule):
        for change, holds in ((cure.turn, True), (cure.turn - 1, False)):
            assert (found(replace(was, **{used: Money(quota + over - change)}), rule) == []) is holds


@pytest.mark.parametrize(("projects", "advice"), [(0, "新增 1 项有社会力量参与的项目"), (4, "在现有项目中再发动 2 项")])
def test_social_forces_are_found_among_the_projects_there_are(projects, advice):
    (cure,) = found(Balance(name="新阳街道", projects=projects), "R08")
    assert cure.advice.startswith(advice)


def by_village(self_raised_counts: bool = True):
    """The rule set that reads the shares of works and goods by village."""
    changed = {"works_ratio_scope": "village_year", "self_raised_counts": self_raised_counts}
    parameters = {name: replace(POLICY.parameters[name], value=value) for name, value in changed.items()}
    return replace(POLICY, parameters=POLICY.parameters | parameters)


@given(fiscal=FEN, donated=FEN, self_raised=FEN, counts=st.booleans())
def test_works_and_goods_of_a_village_together(fiscal, donated, self_raised, counts):
    policy = by_village(counts)
    was = Balance(
        name="霞阳社区",
        works_goods_total=Money(fiscal + donated + self_raised),
        works_goods_fiscal=Money(fiscal),
        works_goods_self_raised=Money(self_raised),
    )

    def lacking(balance, base):
        register = Register(2018, balance, {"v": balance})
        return [cure for cure in remedies_for(register, [VILLAGE], policy) if cure.base == base]

    for base in ("财政资金", "社会资源资金"):
        for cure in lacking(was, base):
            for change, holds in ((cure.turn, True), (cure.turn - 1, False)):
                assert (lacking(replace(was, works_goods_fiscal=Money(fiscal - change)), base) == []) is holds
            for change, holds in ((cure.add, True), (cure.add - 1, False)):
                now = replace(was, works_goods_total=was.works_goods_total + change)
                assert (lacking(now, base) == []) is holds


def test_works_and_goods_are_mended_by_village_only_where_they_are_read_so():
    was = Balance(name="霞阳社区", works_goods_total=Money(100), works_goods_fiscal=Money(100))
    register = Register(2018, was, {"v": was})
    assert not [cure for cure in remedies_for(register, [VILLAGE], POLICY) if cure.rule == "R02"]
    assert [cure.turn for cure in remedies_for(register, [VILLAGE], by_village()) if cure.rule == "R02"] == [40]


def test_what_the_village_raises_itself_is_no_social_resource_where_the_rule_set_says_so():
    """Of 1.00 元 in all 0.50 is public and 0.30 the village's own: 0.20 lacks as much to come to two fifths."""
    was = Balance(
        name="霞阳社区", works_goods_total=Money(100), works_goods_fiscal=Money(50), works_goods_self_raised=Money(30)
    )
    told = [c for c in remedies_for(Register(2018, was, {"v": was}), [VILLAGE], by_village(False)) if c.rule == "R02"]
    assert [(c.base, c.turn, c.add, c.in_money) for c in told] == [("社会资源资金", 20, 34, True)]
    assert not [c for c in remedies_for(Register(2018, was, {"v": was}), [VILLAGE], by_village()) if c.rule == "R02"]


def test_projects_are_told_in_numbers_and_sums_in_money():
    short = Balance(name="霞阳社区", projects=1, total=Money(100), special=Money(100))
    assert {c.base: c.in_money for c in remedies_for(Register(2018, short, {"v": short}), [VILLAGE], POLICY)} == {
        "项目数": False, "总资金": True, "专项资金": True,
    }  # fmt: skip


def test_what_holds_needs_no_cure():
    sound = Balance(name="霞阳社区", service_projects=2, projects=5, social_projects=2)
    assert list(remedies_for(Register(2018, sound, {"v": sound}), [VILLAGE], POLICY)) == []


def decided(conclusion: Conclusion, on: str = "2018-09-03"):
    return case("服务", submitted_on=day("2018-08-20"), approvals=(approval(on, conclusion=conclusion),))


@pytest.mark.parametrize(
    "asked",
    [
        case("服务"),
        case("服务", submitted_on=day("2018-08-20")),
        decided(Conclusion.SEND_BACK),
        decided(Conclusion.WITHDRAW, "2018-12-31"),
        case(
            "服务",
            submitted_on=day("2018-08-20"),
            approvals=(
                approval("2018-08-25", conclusion=Conclusion.SEND_BACK),
                approval("2018-12-31", conclusion=Conclusion.WITHDRAW),
            ),
        ),
    ],
)
def test_the_undecided_are_approved(asked):
    """However late, and however many decisions there were."""
    then = approved(asked, TODAY)
    assert then.stage is Stage.APPROVED
    assert then.project.submitted_on == (asked.project.submitted_on or TODAY)
    assert then.approval.decided_on == max([TODAY, *(each.decided_on for each in asked.approvals)])


def test_a_decision_without_its_day_does_not_hinder():
    undated, last = approval(decided_on=None), approval("2018-12-31", conclusion=Conclusion.WITHDRAW)
    asked = case("服务", submitted_on=day("2018-08-20"), approvals=(undated, last))
    assert approved(asked, TODAY).approval.decided_on == day("2018-12-31")


@pytest.mark.parametrize("conclusion", [Conclusion.REJECT, Conclusion.AGREE])
def test_the_decided_are_left_as_they_are(conclusion):
    asked = decided(conclusion)
    assert approved(asked, TODAY) is asked


def test_the_outlook_of_a_works_project(ws, kept):
    (given,) = ws.all(StreetQuota)
    with ws.change("登记额度", actor="陈") as change:
        change.save(replace(given, quota=Money(5_000_000)))
    works = kept()
    outlook = what_if(ws, [works.code], TODAY)
    assert (outlook.before.street.projects, outlook.after.street.projects) == (0, 1)
    assert outlook.after.street.committed == Money(6_000_000)
    assert {f.rule for f in outlook.was} == {"R08"}
    assert {f.rule for f in outlook.findings} == {"R05", "R06", "R08", "R11"}
    assert {f.rule for f in outlook.new} == {"R05", "R06", "R11"}
    assert [(c.rule, c.base, c.turn, c.add) for c in outlook.cures] == [
        ("R05", "项目数", 1, 1),
        ("R06", "总资金", 4_000_000, 6_666_667),
        ("R06", "专项资金", 2_400_000, 4_000_000),
        ("R08", "项目数", 1, 1),
        ("R11", "额度", 1_000_000, 1_000_000),
    ]
    assert ws.casefile(works.id).stage is Stage.DRAFT


def test_what_the_rules_on_sums_would_say(ws, kept, monkeypatch):
    """R02 by village, where the rule set reads it so, and the village's reference of 80万 (R10)."""
    monkeypatch.setattr(Workspace, "policy", lambda self, year: by_village())
    dear = kept(special=Money(80_000_001), donated_cash=Money(10_000_000))
    assert {f.rule for f in what_if(ws, [dear.id], TODAY).new} == {"R02", "R05", "R06", "R10"}


def test_the_cure_of_the_outlook_cures_the_outlook(ws, kept):
    works = kept()
    cure = next(c for c in what_if(ws, [works.id], TODAY).cures if (c.rule, c.base) == ("R06", "总资金"))
    service = kept(code="", title="老人灶", category=Category.SERVICE, special=cure.add, donated_cash=Money(0))
    assert not {"R05", "R06"} & {f.rule for f in what_if(ws, [works.id, service.id], TODAY).findings}


def test_projects_of_one_year_only(ws, kept):
    this, other = kept(), kept(code="", title="老人灶", fund_year=2019)
    with pytest.raises(Refused, match="同一资金年度"):
        what_if(ws, [this.id, other.id], TODAY)
    with pytest.raises(Refused, match="同一资金年度"):
        what_if(ws, [], TODAY)
    with pytest.raises(Refused, match="没有编号"):
        what_if(ws, ["XYJD-无"], TODAY)


def test_findings_if_are_those_of_the_year_once_they_are_approved(ws, kept):
    """The same as approving them in earnest and asking again."""
    works = kept(category=Category.WORKS, special=Money(9_000_000), self_raised=Money(1_000_000))
    goods = kept(title="桌椅", code="XYJD-XYSQ-2018-02", category=Category.GOODS, special=Money(3_000_000))
    cases = casefiles_picked(ws, [works.code, goods.id, works.id])
    assert [case.project.id for case in cases] == [works.id, goods.id]
    supposed = findings_if(ws, cases, forecast_of(ws, cases, TODAY).after, TODAY)
    assert check(ws, 2018, TODAY) != supposed
    for each in (works, goods):
        filed = replace(ws.get(Project, each.id), submitted_on=TODAY)
        agreed = Approval(project=Link(each.id), conclusion=Conclusion.AGREE, decided_on=TODAY)
        save(ws, [filed], action="申报", person="陈")
        save(ws, [agreed], action="批准", person="林")
    assert check(ws, 2018, TODAY) == supposed


def test_the_outlook_of_what_is_typed_and_not_kept(ws, kept):
    """A new project adds to the sums; one that is kept and typed over takes the place of its old figures."""
    held = kept(category=Category.WORKS, special=Money(6_000_000), donated_cash=Money(4_000_000))
    case = ws.casefile(held.id)
    fresh = replace(case, project=replace(held, id="", code="", category=Category.SERVICE))
    dearer = replace(case, project=replace(held, special=Money(7_000_000)))
    assert forecast_of(ws, [fresh], TODAY).after.street.service_total == Money(10_000_000)
    after = forecast_of(ws, [dearer, fresh], TODAY).after
    assert (after.street.projects, after.street.committed) == (2, Money(13_000_000))
    assert ws.register(2018).street.projects == 0


def test_what_already_waits_for_approval_counts_once(ws, kept):
    project = kept(submitted_on=TODAY, category=Category.WORKS, special=Money(6_000_000), donated_cash=Money(4_000_000))
    outlook = what_if(ws, [project.id], TODAY)
    assert [sums.street.projects for sums in (outlook.before, outlook.after)] == [1, 1]
    assert [sums.street.committed for sums in (outlook.before, outlook.after)] == [0, 6_000_000]
