"""The money of a year by source and by month agrees with its casefiles, whatever was decided, paid back or changed."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from haicang_desk.model.balances import ProjectTotals
from haicang_desk.model.records import (
    Alteration,
    Altered,
    Approval,
    Conclusion,
    Disbursement,
    Link,
    PaidFrom,
    Prose,
    Refund,
    Settlement,
    Source,
)
from haicang_desk.model.services import save, year_money
from haicang_desk.model.values import Money


@pytest.fixture
def year(ws, kept):
    """A year in which much happened: cut, changed, taken back, paid twice, paid back, settled below."""
    cut = kept(code="A-1", submitted_on=date(2018, 8, 1))
    changed = kept(code="A-2", submitted_on=date(2018, 8, 1))
    withdrawn = kept(code="A-3", submitted_on=date(2018, 8, 1))
    kept(code="A-4")
    records = [
        Approval(project=Link(cut.id), decided_on=date(2018, 8, 6), special=Money(5_000_000), total=Money(9_000_000)),
        Approval(project=Link(changed.id), decided_on=date(2018, 8, 7)),
        Alteration(
            project=Link(changed.id),
            asked_on=date(2018, 9, 1),
            item=Altered.AMOUNT,
            after=Prose("减"),
            reason=Prose("减"),
            special=Money(4_000_000),
            total=Money(8_000_000),
            conclusion=Conclusion.AGREE,
            decided_on=date(2018, 9, 2),
        ),
        Approval(project=Link(withdrawn.id), decided_on=date(2018, 8, 6)),
        Approval(project=Link(withdrawn.id), decided_on=date(2018, 8, 9), conclusion=Conclusion.WITHDRAW),
        Disbursement(project=Link(cut.id), paid_on=date(2018, 9, 3), amount=Money(3_000_000), payee="村"),
        Disbursement(project=Link(cut.id), paid_on=date(2018, 9, 20), amount=Money(100), payee="村"),
        Disbursement(
            project=Link(cut.id), paid_on=date(2019, 1, 5), amount=Money(70), payee="村", source=PaidFrom.MATCHING
        ),
        Refund(project=Link(cut.id), returned_on=date(2018, 11, 1), amount=Money(500)),
        Settlement(project=Link(cut.id), settled_on=date(2018, 10, 1), special=Money(9)),
        Settlement(project=Link(cut.id), settled_on=date(2018, 10, 2), special=Money(2_900_000), labour=Money(7)),
    ]
    for record in records:
        save(ws, [record], action="登记", person="陈")
    return year_money(ws, 2018)


def test_sums_by_source_are_those_of_the_casefiles(ws, year):
    approved, settled, paid = Counter(), Counter(), Counter()
    for case in ws.casefiles(2018):
        if ProjectTotals.of(case, search="").counts:
            for source in Source:
                approved[source] += case.approved.source(source) if case.approved else 0
                settled[source] += case.settled.source(source) if case.settled else 0
        for source, amount in case.paid.items():
            paid[Source(source.code)] += amount
    for flow, sums in ((year.approved, approved), (year.settled, settled), (year.paid, paid)):
        assert year.by_source(flow) == {source: sums[source] for source in Source if sums[source]}


def test_sums_agree_with_the_register(ws, year):
    street = ws.register(2018).street
    assert year.total(year.approved) == street.approved_special == 9_000_000
    assert year.total(year.paid) == street.disbursed == 2_999_670
    assert year.quota == street.quota


def test_each_sum_stands_in_the_month_of_its_business_date(year):
    assert year.by_month(year.approved)[7] == 9_000_000
    assert [int(sum_) for sum_ in year.by_month(year.paid)] == [0] * 8 + [3_000_100, 0, -500, 0]
    assert year.by_quarter(year.paid) == [0, 0, 3_000_100, -500]
    assert year.approvals_by_quarter() == [0, 0, 2, 0]


def test_what_was_moved_in_another_year_is_not_lost(year):
    assert year.outside(year.paid) == 70
