"""A new draft that is copied from an earlier project (R25)."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

from haicang_desk.model.records import Category, Link, Project
from haicang_desk.model.services import draft_from, save
from haicang_desk.model.values import Money

FULL = Project(
    id="x",
    code="A-1",
    fund_year=2019,
    village=Link("v"),
    title="社区食堂",
    category=Category.GOODS,
    beneficiaries=300,
    special=Money(5_000_000),
    labour=Money(100),
    overhead=Money(7),
    keeping_fund=Money(9),
    others_duty=False,
    duplicates_public=False,
    duplicate_note="已核对",
    self_raise_pledge=True,
    submitted_on=date(2019, 8, 1),
    planned_start=date(2019, 9, 1),
)


def test_it_is_the_same_project_without_money_days_and_answers():
    draft = draft_from(FULL, 2026)
    assert (draft.title, draft.category, draft.beneficiaries) == ("社区食堂", Category.GOODS, 300)
    assert (draft.id, draft.code, draft.fund_year, draft.submitted_on, draft.planned_start) == (
        "",
        "",
        2026,
        None,
        None,
    )
    assert not any(isinstance(getattr(draft, said.name), Money) and getattr(draft, said.name) for said in fields(draft))
    assert (draft.keeping_fund, draft.others_duty, draft.duplicates_public, draft.self_raise_pledge) == (None,) * 4


def test_it_is_kept_like_any_other_and_has_its_own_number(ws, kept):
    source = kept()
    (draft,) = save(ws, [draft_from(source, 2019)], action="由项目库新建", person="陈")
    assert draft.code and draft.code != source.code
    assert ws.casefile(draft.id).asked.total == 0
    assert ws.get(Project, source.id) == replace(source)
