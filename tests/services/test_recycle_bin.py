"""The bin: what was voided, by whom and why, and what may come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from haicang_desk.model.records import (
    BudgetLine,
    Disbursement,
    Holiday,
    Link,
    Project,
    Suggestion,
    Village,
)
from haicang_desk.model.services import (
    merge_villages,
    restore_voided,
    save,
    undo,
    void,
    voided_records,
)
from haicang_desk.model.store import verify
from haicang_desk.model.values import Blocked, Fixed, Money, Refused
from tests.conftest import TODAY
from tests.model.street import DAY, built


def back(ws, voided):
    return restore_voided(ws, voided, person="林", on=TODAY)


def test_a_voided_project_is_in_the_bin_with_who_and_why_and_comes_back(ws, kept):
    project = kept()
    assert voided_records(ws) == []
    void(ws, project, reason="重复登记", person="陈")
    (voided,) = voided_records(ws)
    assert (voided.name, voided.actor, voided.reason) == ("楼道照明更换", "陈", "重复登记")
    assert voided.belongs == "霞阳社区"
    assert back(ws, voided) == project
    assert voided_records(ws) == []
    assert ws.project(project.code) == project
    undo(ws, person="陈")
    assert [each.record.id for each in voided_records(ws)] == [project.id]
    assert not verify(ws.conn)


def test_what_an_undo_took_back_is_in_the_bin_too(ws, village):
    save(ws, [Suggestion(told_on=TODAY, village=Link(village.id), text="灯不亮")], action="登记意见", person="陈")
    undo(ws, person="林")
    (voided,) = voided_records(ws)
    assert (voided.actor, voided.reason) == ("林", "撤销：登记意见")
    back(ws, voided)
    assert [each.text for each in ws.all(Suggestion)] == ["灯不亮"]


def test_a_record_of_a_void_project_waits_for_its_project(ws, kept):
    project = kept()
    (line,) = save(
        ws,
        [BudgetLine(project=Link(project.id), content="灯", subject="材料费", amount=Money(100))],
        action="登记",
        person="陈",
    )
    void(ws, line, reason="重复", person="陈")
    void(ws, project, reason="重复", person="陈")
    of_line, of_project = sorted(voided_records(ws), key=lambda each: each.record.label != BudgetLine.label)
    with pytest.raises(Refused, match="所属的项目已作废"):
        back(ws, of_line)
    back(ws, of_project)
    assert back(ws, of_line) == line


def test_the_same_day_is_not_a_holiday_twice(ws):
    day = Holiday(day=date(2018, 10, 8), name="调休")
    (first,) = save(ws, [day], action="登记", person="陈")
    void(ws, first, reason="错", person="陈")
    save(ws, [day], action="登记", person="陈")
    with pytest.raises(Refused, match="已有同样的节假日（日期相同）"):
        back(ws, voided_records(ws)[0])


def test_a_village_that_was_merged_does_not_come_back(ws, village):
    (other,) = save(ws, [Village(name="霞阳")], action="登记", person="陈")
    merge_villages(ws, village, other, person="陈")
    with pytest.raises(Refused, match="已并入别的村居"):
        back(ws, voided_records(ws)[0])


@pytest.fixture
def street(tmp_path):
    """One project is filed with the district, one is submitted."""
    with built(tmp_path / "台账.db") as ws:
        yield ws


def voided_by_hand(ws, record):
    """A record voided past its services, as an earlier release may have left it."""
    with ws.change(f"作废{record.label}：错", actor="陈") as change:
        change.save(replace(record, void=True))
    return next(each for each in voided_records(ws) if each.record.id == record.id)


def test_a_budget_line_of_an_approved_project_stays_void(street):
    (lamps, *_) = street.all(Project)
    line = BudgetLine(project=Link(lamps.id), content="灯", subject="材料费", amount=Money(100))
    with street.change("登记", actor="陈") as change:
        line = change.save(line)
    with pytest.raises(Fixed, match="预算明细不能再改动"):
        back(street, voided_by_hand(street, line))


def test_a_payment_over_the_approval_stays_void(street):
    case = street.casefile(street.all(Project)[0].id)
    whole = Disbursement(project=Link(case.project.id), paid_on=DAY, amount=case.undisbursed, payee="霞阳社区")
    (first,) = save(street, [whole], action="拨付", person="陈")
    void(street, first, reason="错", person="陈")
    save(street, [replace(whole, amount=Money(100))], action="拨付", person="陈")
    with pytest.raises(Blocked):
        back(street, voided_records(street)[0])
    assert len(street.all(Disbursement)) == 1


def test_a_decision_does_not_come_back_past_the_workflow(street):
    (decision,) = street.casefile(street.all(Project)[0].id).approvals
    with pytest.raises(Fixed, match="请在项目页重新办理"):
        back(street, voided_by_hand(street, decision))


def test_a_project_whose_number_is_taken_stays_void(ws, kept):
    void(ws, kept(), reason="错", person="陈")
    kept(title="另一个")
    with pytest.raises(Refused, match="项目编号与已有项目重复"):
        back(ws, voided_records(ws)[0])
    assert len(ws.all(Project)) == 1
