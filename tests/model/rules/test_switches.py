"""Every figure and every reading of the rule set can be switched, and each switch changes what is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from haicang_desk.model.balances import Balance, village_quota
from haicang_desk.model.findings import Finding
from haicang_desk.model.policy import Policy, ReferenceTables
from haicang_desk.model.records import Award, Category, NoticeKind, PublicProject, Survey, SurveyGroup
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.rules import RULES, SplitCandidate, award_score
from haicang_desk.model.values import Money
from tests.model.rules.asking import (
    POLICY,
    appointment,
    budget_line,
    case,
    day,
    deliberation,
    five_opinions,
    gift,
    notice,
    policy,
    says,
    says_of_street,
    says_of_village,
    suggestion,
    sums,
    yuan,
)

Asked = Callable[[Policy], object]
COMPLETE = ProgressEvent.COMPLETE


def spoken(found: list[Finding]) -> list[tuple[str, object, object]]:
    return [(f.severity.label, f.measured, f.limit) for f in found]


def of(rule: str, category: str, *, today: str = "2018-09-03", **said) -> Asked:
    asked = case(category, **said)
    return lambda by: spoken(says(rule, asked, today=day(today), by=by))


def of_village(rule: str, balance: Balance, **scene) -> Asked:
    return lambda by: spoken(says_of_village(rule, balance, by=by, **scene))


def of_street(rule: str, balance: Balance, *, today: str = "2018-09-03", **scene) -> Asked:
    return lambda by: spoken(says_of_street(rule, balance, today=day(today), by=by, **scene))


def filed(ends: str, on: str) -> Asked:
    said = {"suggestions": (suggestion(),), "deliberations": (deliberation(),), "opinions": five_opinions()}
    return of("R15", "服务", submitted_on=day(on), notices=(notice("2018-08-01", ends),), **said)


def met(**said) -> Asked:
    meeting = replace(deliberation(), expected=9, present=6, agreed=3, **said)
    return of("R16", "服务", submitted_on=day("2018-08-20"), opinions=five_opinions(), deliberations=(meeting,))


def begun(category: str, today: str) -> Asked:
    return of("R12", category, today=today, appointments=(appointment("2018-08-31"),))


WORKS = Balance(
    name="霞阳社区",
    works_goods_total=Money(100),
    works_goods_fiscal=Money(60),
    works_goods_self_raised=Money(40),
)
SERVICES = Balance(
    name="霞阳社区",
    projects=5,
    service_projects=2,
    total=Money(100),
    service_total=Money(40),
    special=Money(100),
    service_special=Money(30),
)
STREET = Balance(name="新阳街道", quota=Money(10**12), projects=6, social_projects=2, committed=yuan("1000"))
CUT = tuple(
    SplitCandidate(f"东社路灯{part}期", "", Category.WORKS, yuan(amount))
    for part, amount in (("一", "24万"), ("二", "20万"))
)
LIKE = ReferenceTables(public_projects=(PublicProject(name="霞阳路人行道改造工程", state="在建"),))
SURVEYED = {
    "surveys": tuple(Survey(id=g.code, group=g, assessor="某机构", good=10) for g in SurveyGroup),
    "notices": (notice(kind=NoticeKind.SURVEY),),
}
AWARD = Award(resident_score=90, expert_score=80)

SWITCHES: dict[str, tuple[object, Asked]] = {
    "cap_service": ("199999.99", of("R01", "服务", **sums(special="200000"))),
    "cap_goods": ("199999.99", of("R01", "货物", **sums(special="200000"))),
    "cap_works": ("399999.99", of("R01", "工程", **sums(special="400000"))),
    "works_goods_fiscal_max": ("1/2", of("R02", "工程", **sums(special="60", donated_cash="40"))),
    "works_goods_social_min": (
        "1/2",
        lambda by: spoken(
            says(
                "R02",
                case("工程", **sums(special="60", donated_cash="40")),
                by=replace(by, parameters={**by.parameters, **SELF_RAISED}),
            )
        ),
    ),
    "works_ratio_scope": ("village_year", of("R02", "工程", **sums(special="70", donated_cash="30"))),
    "self_raised_counts": (False, of("R02", "工程", **sums(special="60", self_raised="40"))),
    "service_count_min": ("1/2", of_village("R05", SERVICES)),
    "service_fund_min": ("1/2", of_village("R06", SERVICES)),
    "service_fund_base": ("special", of_village("R06", SERVICES)),
    "overhead_max": ("1/20", of("R07", "服务", **sums(special="100", overhead="10"))),
    "social_min_ratio": ("1/2", of_street("R08", STREET)),
    "social_min_count": (3, of_street("R08", STREET)),
    "award_ratio": (
        "1/2",
        of("R09", "服务", **sums(matching="100"), charity="老人灶", submitted_on=day("2018-08-20"),
           participations=(gift("100"),)),
    ),
    "award_cap": (
        "99.99",
        of("R09", "服务", **sums(matching="100"), charity="老人灶", submitted_on=day("2018-08-20"),
           participations=(gift("100"),)),
    ),
    "district_year_max": ("1", of_street("R11", STREET)),
    "district_year_warning": ("1/2", of_street("R11", Balance(name="新阳街道", committed=yuan("20000000")))),
    "village_reference": ("1", lambda by: village_quota(None, by.money("village_reference"))),
    "service_start_months": (2, begun("服务", "2018-10-15")),
    "works_finish_months": (7, begun("工程", "2019-03-10")),
    "goods_finish_months": (1, begun("货物", "2018-10-15")),
    "deadline_holiday_shift": (True, of("R12", "工程", today="2019-07-01", appointments=(appointment("2018-12-31"),))),
    "deadline_warning_days": (1, begun("服务", "2018-09-28")),
    "notice_days": (10, filed("2018-08-08", "2018-08-09")),
    "calling_months": (0, filed("2018-08-08", "2018-08-09")),
    "notice_days_min": (8, filed("2018-08-08", "2018-08-09")),
    "labour_share_warning": ("1/4", of("R03", "工程", **sums(special="60", donated_cash="20", labour="20"))),
    "quarter_due_day": (20, of_street("R26", STREET, today="2018-10-10")),
    "pilot_year": (2019, of("R27", "服务", advance_paid=True)),
    "pilot_start_by": ("2018-09-30", of_street("R27", STREET, today="2018-09-10")),
    "issued_on": ("2018-01-01", of_street("R22", STREET, today="2018-09-10")),
    "deliberation_quorum": ("3/4", met()),
    "deliberation_majority": ("1/2", met()),
    "award_resident_weight": ("1/4", lambda by: award_score(AWARD, by)),
    "award_expert_weight": ("1/4", lambda by: award_score(AWARD, by)),
    "category_share_warning": (
        "1/4",
        of("R30", "服务", budget_lines=(
            budget_line("课时", "70", category=Category.SERVICE), budget_line("桌椅", "30", category=Category.GOODS),
        )),
    ),
    "split_similarity": ("1", of_village("R30", SERVICES, candidates=CUT)),
    "duplicate_similarity": (
        "1",
        lambda by: spoken(
            says("R13", case("工程", title="霞阳路人行道改造", submitted_on=day("2018-08-20")), by=by, standing=LIKE)
        ),
    ),
    "survey_sample_note": (50, of("R24", "服务", **SURVEYED)),
}  # fmt: skip
SELF_RAISED = {"self_raised_counts": policy(self_raised_counts=False).parameters["self_raised_counts"]}


def test_every_parameter_has_a_switch_or_a_rule_that_rests_on_it():
    assert set(SWITCHES) <= set(POLICY.parameters)
    assert set(POLICY.parameters) - set(SWITCHES) <= {rule.parameter for rule in RULES}


@pytest.mark.parametrize("name", SWITCHES)
def test_each_switch_changes_what_is_said(name):
    value, asked = SWITCHES[name]
    assert POLICY.parameters[name].value != value
    assert asked(POLICY) == asked(policy()), "the same question twice has the same answer"
    assert asked(POLICY) != asked(policy(**{name: value}))
