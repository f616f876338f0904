"""What one project adds to the sums of its village and street (rules §0, contract §5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from haicang_desk.model.balances import RESTS_ON, Balance, ProjectTotals, Register
from haicang_desk.model.casefile import CHILDREN, Casefile
from haicang_desk.model.records import Category, Refund, Stage
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import casefiles, project_ids
from haicang_desk.model.values import Money
from tests.model.rules.asking import approval, case, day, gift, paid, settlement, sums, yuan
from tests.model.stages import AT
from tests.test_old_stores import unpacked

OUT = {Stage.DRAFT, Stage.SENT_BACK, Stage.REJECTED, Stage.WITHDRAWN, Stage.TERMINATED}


@pytest.mark.parametrize("stage", Stage)
def test_which_projects_count(stage):
    """有效口径 leaves out drafts and what was returned, withdrawn, refused or ended unpaid; 申报口径 does not."""
    line = ProjectTotals.of(case("服务", **AT[stage]), search="")
    assert (line.stage, line.counts) == (stage.code, stage not in OUT)
    assert line.ever_filed == (stage is not Stage.DRAFT)


def test_what_was_ended_after_it_was_paid_counts():
    assert ProjectTotals.of(case("服务", **AT[Stage.TERMINATED], disbursements=(paid("1"),)), search="").counts == 1


@pytest.mark.parametrize("stage", sorted(OUT, key=lambda stage: stage.code))
def test_what_was_paid_stays_in_sight_whatever_became_of_the_project(stage):
    """拨付和退款不论项目结果都计入；没有在办的项目没有待拨付的。"""
    back = Refund(id="b", amount=yuan("10000"))
    asked = case("服务", **AT[stage], **sums(special="60000"), disbursements=(paid("30000"),), refunds=(back,))
    village = Balance(name="霞阳社区").moved(ProjectTotals.of(asked, search=""), 1)
    assert (village.disbursed, village.undisbursed) == (yuan("20000"), 0)
    assert village.projects == (stage is Stage.TERMINATED)


def test_the_surplus_of_one_project_pays_for_no_other():
    """先逐个项目取不少于零，再合计。"""
    over = case("服务", **sums(special="100"), approvals=(approval(),), disbursements=(paid("150"),))
    under = case("服务", **sums(special="100"), approvals=(approval(),), disbursements=(paid("40"),))
    village = Balance(name="霞阳社区")
    for each in (over, under):
        village = village.moved(ProjectTotals.of(each, search=""), 1)
    assert (village.approved_special, village.disbursed, village.undisbursed) == tuple(map(yuan, ("200", "190", "60")))


def test_what_a_settlement_releases_is_counted_once():
    """额度 200,000，核定 180,000，决算并拨付 162,000：剩余 38,000，未拨付 0。"""
    asked = case(
        "工程", **sums(special="180000"), approvals=(approval(),), settlements=(settlement(special="162000"),),
        disbursements=(paid("162000"),),
    )  # fmt: skip
    village = Balance(name="霞阳社区", quota=yuan("200000")).moved(ProjectTotals.of(asked, search=""), 1)
    assert (village.special, village.remaining, village.undisbursed) == tuple(map(yuan, ("162000", "38000", "0")))
    assert village.special + village.remaining == village.quota


def test_a_line_holds_the_sums_in_force():
    asked = case(
        "工程",
        **sums(special="240000", matching="10000", donated_cash="100000", self_raised="60000"),
        submitted_on=day("2018-08-20"),
        approvals=(approval("2018-09-03", special=Money(20_000_000)),),
        settlements=(settlement(special="190000", donated_cash="100000", self_raised="50000"),),
        disbursements=(paid("120000"),),
        participations=(gift("100000"),),
    )
    line = ProjectTotals.of(asked)
    assert (line.project, line.fund_year, line.village, line.category) == ("p1", 2018, "v1", "works")
    assert (line.total, line.special, line.social) == (34_000_000, 19_000_000, 15_000_000)
    assert (line.self_raised, line.approved_special, line.disbursed) == (5_000_000, 21_000_000, 12_000_000)
    assert (line.takes_part, line.since) == (1, "2018-09-03")
    assert line.search == "xyjd-xysq-2018-01 楼道照明更换 霞阳社区 ldzmgh loudaozhaominggenghuan xysq xiayangshequ"
    assert ProjectTotals.of(asked, search="").search == ""


def test_the_day_since_which_a_project_stands_where_it_stands():
    assert ProjectTotals.of(case("服务", submitted_on=day("2018-08-20")), search="").since == "2018-08-20"
    assert ProjectTotals.of(case("服务"), search="").since is None


@pytest.mark.parametrize("category", Category)
def test_a_balance_moves_by_a_line_and_back(category):
    kind = {Category.SERVICE: "服务", Category.GOODS: "货物", Category.WORKS: "工程"}[category]
    asked = case(
        kind,
        **sums(special="60000", other_fiscal="1000", donated_cash="30000", self_raised="10000"),
        submitted_on=day("2018-08-20"),
        approvals=(approval(),),
        disbursements=(paid("20000"),),
    )
    empty, line = Balance(name="霞阳社区", quota=Money(10_000_000)), ProjectTotals.of(asked, search="")
    one = empty.moved(line, 1)
    service, works = category is Category.SERVICE, category is not Category.SERVICE
    assert (one.projects, one.filed_projects, one.service_projects, one.filed_service_projects) == (
        1,
        1,
        service,
        service,
    )
    assert (one.goods_projects, one.works_projects) == (category is Category.GOODS, category is Category.WORKS)
    assert (one.total, one.special, one.social, one.committed) == (10_100_000, 6_000_000, 4_000_000, 6_000_000)
    assert (one.service_total, one.service_special) == (10_100_000 * service, 6_000_000 * service)
    assert (one.works_goods_total, one.works_goods_fiscal) == (10_100_000 * works, 6_100_000 * works)
    assert one.works_goods_self_raised == 1_000_000 * works
    assert (one.approved_special, one.disbursed, one.undisbursed) == (6_000_000, 2_000_000, 4_000_000)
    assert (one.remaining, empty.remaining, Balance(name="无额度").remaining) == (4_000_000, 10_000_000, None)
    assert one.moved(line, -1) == empty
    assert one.as_json()["undisbursed_fen"] == 4_000_000


def test_a_balance_is_told_as_the_contract_fixes_it():
    told = Balance(
        name="霞阳社区", projects=5, service_projects=2, goods_projects=1, works_projects=2, total=Money(100),
        special=Money(60), social=Money(40), service_total=Money(50), service_special=Money(30),
        approved_special=Money(55), disbursed=Money(20), undisbursed=Money(35), social_projects=3,
    )  # fmt: skip
    expected = {
        "name": "霞阳社区", "projects": 5, "service_projects": 2, "goods_projects": 1, "works_projects": 2,
        "service_count_share": "2/5", "total_fen": 100, "special_fen": 60, "social_fen": 40, "service_total_fen": 50,
        "service_special_fen": 30, "approved_special_fen": 55, "disbursed_fen": 20, "undisbursed_fen": 35,
        "social_projects": 3, "quota_fen": None, "remaining_fen": None,
    }  # fmt: skip
    assert told.as_json() == expected
    assert replace(told, quota=Money(80)).as_json() == expected | {"quota_fen": 80, "remaining_fen": 20}


def test_a_project_of_another_year_moves_nothing():
    register = Register(2018, Balance(name="新阳街道"), {"v1": Balance(name="霞阳社区")})
    line = ProjectTotals.of(case("服务", **sums(special="1"), **AT[Stage.SUBMITTED]), search="")
    assert register.moved(None, replace(line, fund_year=2019)) == register
    assert register.moved(None, line).street.special == register.moved(None, line).villages["v1"].special == 100
    assert register.moved(None, line).moved(line, None) == register


def test_what_is_only_asked_for_is_not_yet_committed():
    filed = Balance(name="霞阳社区").moved(
        ProjectTotals.of(case("服务", **sums(special="1"), **AT[Stage.SUBMITTED]), search=""), 1
    )
    assert (filed.special, filed.committed, filed.approved_special) == (100, 0, 0)


def test_what_was_returned_stays_in_the_count_of_all_ever_filed():
    back = Balance(name="霞阳社区").moved(ProjectTotals.of(case("服务", **AT[Stage.SENT_BACK]), search=""), 1)
    assert (back.projects, back.filed_projects, back.filed_service_projects) == (0, 1, 1)


class Spied(Casefile):
    """A casefile that notes which of its parts are asked for."""

    asked_for: ClassVar[set[str]] = set()

    def __getattribute__(self, name: str) -> Any:
        if name in CHILDREN:
            Spied.asked_for.add(name)
        return super().__getattribute__(name)


@pytest.mark.parametrize("stage", Stage)
def test_totals_rest_on_no_parts_but_those_that_are_read_for_them(stage):
    whole = case(
        "服务", **AT[stage], **sums(special="60000"), disbursements=(paid("30000"),), settlements=(settlement(),)
    )
    Spied.asked_for.clear()
    ProjectTotals.of(Spied(**{name: getattr(whole, name) for name in ("project", "village", *CHILDREN)}), search="")
    assert Spied.asked_for <= set(RESTS_ON)


def test_the_totals_of_a_whole_year_are_the_same_from_these_parts_alone(tmp_path):
    with Workspace.read(unpacked("year", tmp_path)) as ws:
        ids = project_ids(ws.conn)
        for whole, part in zip(casefiles(ws.conn, ids), casefiles(ws.conn, ids, RESTS_ON), strict=True):
            assert ProjectTotals.of(part) == ProjectTotals.of(whole)
            assert part.opinions == () != whole.opinions or not whole.opinions
