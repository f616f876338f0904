"""R29: what is due once a project is settled, counted anew from what it came to."""

from __future__ import annotations

from haicang_desk.model.casefile import Scene
from haicang_desk.model.funding import NONE
from haicang_desk.model.money import Money
from haicang_desk.model.records.choices import Category, TakingPart
from haicang_desk.model.rules.funding import cap_of


def cash_received(scene: Scene) -> Money:
    """Donated cash that has arrived: not pledges, goods or labour (R09)."""
    gifts = (TakingPart.DONATE, TakingPart.SPONSOR, TakingPart.NAMING)
    given = (p for p in scene.case.participations if p.manner in gifts and p.received)
    return sum((part.amount for part in given if part.amount), NONE)


def most_matching(scene: Scene) -> Money:
    """What cash received earns at most, all donors together and for the project's whole life (R09)."""
    policy = scene.policy
    return min(cash_received(scene).part(policy.share("award_ratio")), policy.money("award_cap"))


def payable(scene: Scene) -> Money:
    """G1+G2 due after 决算: the least of 核定, the cap, what was spent of it, and the fiscal share of the total."""
    case, policy = scene.case, scene.policy
    settled, approved = case.settled or case.funding, case.approved or case.asked
    due = min(approved.scheme, cap_of(scene), settled.special + min(settled.matching, most_matching(scene)))
    if case.project.category is not Category.SERVICE and policy.choice("works_ratio_scope") == "project":
        share = settled.total.part(policy.share("works_goods_fiscal_max")) - settled.other_fiscal
        due = min(due, share)
    return max(due, NONE)
