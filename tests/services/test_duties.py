"""Duties: who may do what, and what one person may not do twice; in the model, and by triggers of the store."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date

import pytest

from haicang_desk.model.records import (
    RECORDS,
    STORE_ONLY,
    Approval,
    BudgetLine,
    Conclusion,
    Disbursement,
    Duty,
    DutyWaiver,
    Holiday,
    Link,
    Project,
    Stage,
    Street,
    Village,
    Waiver,
)
from haicang_desk.model.services import (
    ALONE,
    batch_of,
    end_duty_waiver,
    read_rows_of_batch,
    save,
    set_roles,
    take_batch,
    take_step,
    undo,
    void,
    waive_duties,
    why_not,
)
from haicang_desk.model.services.duties import WRITERS, duties_of_row, duties_of_step, needed_text
from haicang_desk.model.services.workspace import IMPORTED
from haicang_desk.model.store import verify
from haicang_desk.model.store.journal import Change
from haicang_desk.model.values import BatchRefused, Money, NotYourDuty, Refused
from haicang_desk.model.workflow import STEPS
from tests.conftest import SOUND, TODAY
from tests.services.office_people import ADMIN, PEOPLE

LEAVE = DutyWaiver(
    reason="编制只有一人", authority="新阳街道党工委", number="新委〔2018〕3号", granted_on=date(2018, 9, 1)
)
PAYMENT = {"amount": Money(100), "payee": "霞阳社区居民委员会", "voucher": "记-001", "approver": "黄书记"}


def entered(office, name="陈静", **unlike):
    """A project that a person has entered and handed in."""
    office.enter(name)
    village = office.ws.all(Village)[0].id
    record = replace(SOUND, **{"village": Link(village), "submitted_on": TODAY, **unlike})
    return save(office.ws, [record], action="新建", person="")[0]


def as_fact(office, records):
    """Bring records as an import does."""
    with office.ws.change(f"{IMPORTED}旧账.xlsx》：新增 1 条、更新 0 条", actor="", imported=True) as change:
        return [change.save(record) for record in records]


@pytest.fixture(autouse=True)
def _no_rule_bars(monkeypatch):
    """Rules have tests of their own: here only duties stand in the way."""
    steps, batches = (sys.modules[f"haicang_desk.model.services.{name}"] for name in ("steps", "batch_steps"))
    monkeypatch.setattr(steps, "blocking_findings", lambda *_: [])
    for name in ("project_findings", "village_findings", "street_findings"):
        monkeypatch.setattr(batches, name, lambda *_, **__: [])


# roles


def test_every_table_and_every_step_asks_for_somebody_who_writes():
    for record in (*RECORDS, *STORE_ONLY):
        assert duties_of_row(record.table, None, {}) <= WRITERS
        assert duties_of_row(record.table, None, {})
    for step in STEPS.values():
        assert duties_of_step(step.name)
        assert Duty.AUDITOR not in duties_of_step(step.name)
        assert Duty.ADMIN not in duties_of_step(step.name)


@pytest.mark.parametrize(
    ("step", "text"),
    [
        ("approve", "需由审批人办理"), ("reject", "需由审批人办理"), ("terminate", "需由审批人办理"),
        ("send_back", "需由复核人或审批人办理"), ("disburse", "需由财务办理"), ("refund", "需由财务办理"),
        ("settle", "需由财务办理"), ("submit", "需由经办人办理"), ("withdraw", "需由经办人办理"),
        ("accept", "需由经办人或复核人办理"), ("decide_alteration", "需由审批人办理"), ("alter", "需由经办人办理"),
    ],
)  # fmt: skip
def test_who_takes_a_step(step, text):
    assert needed_text(duties_of_step(step)) == text


@pytest.mark.parametrize("name", [ADMIN, *PEOPLE])
def test_each_role_takes_its_own_steps_and_no_other(staffed, name):
    project = entered(staffed)
    duties = staffed.enter(name).duties
    for step in STEPS.values():
        own = bool(duties & duties_of_step(step.name))
        assert bool(why_not(staffed.ws, step, project.id)) is not own, step.label
        if not own and STEPS[step.name].stages and Stage.SUBMITTED in step.stages:
            with pytest.raises(NotYourDuty, match="需由"):
                take_step(staffed.ws, project.id, step.name, on=TODAY, person="", answers={})
    assert staffed.ws.stage_of(project.id) is Stage.SUBMITTED


def test_the_audit_writes_nothing_at_all(staffed):
    project = entered(staffed)
    staffed.enter("许审")
    for act in (
        lambda: save(staffed.ws, [Holiday(day=TODAY)], action="登记", person=""),
        lambda: save(staffed.ws, [replace(staffed.ws.get(Project, project.id), title="改")], action="改", person=""),
        lambda: undo(staffed.ws, person=""),
        lambda: as_fact(staffed, [Holiday(day=TODAY)]),
        lambda: void(staffed.ws, staffed.ws.all(Village)[0], reason="试", person=""),
    ):
        with pytest.raises(Refused):
            act()
    assert verify(staffed.ws.conn) == ()


def test_an_administrator_does_settings_and_no_business(staffed):
    staffed.enter(ADMIN)
    save(staffed.ws, [replace(staffed.ws.street, phone="6051234")], action="修改街道资料", person="")
    with pytest.raises(NotYourDuty, match="需由经办人办理"):
        save(staffed.ws, [replace(SOUND, village=Link(staffed.ws.all(Village)[0].id))], action="新建", person="")


def test_a_clerk_does_not_decide_by_typing_a_record(staffed):
    """What a step bars, saving its record by hand is barred too."""
    project = entered(staffed)
    for record in (
        Approval(project=Link(project.id), conclusion=Conclusion.AGREE, decided_on=TODAY, approver="黄书记"),
        Disbursement(project=Link(project.id), paid_on=TODAY, amount=Money(1), payee="村", handler="陈静"),
        Waiver(project=Link(project.id), rule="R34", authority="区", number="1", granted_on=TODAY),
    ):
        with pytest.raises(NotYourDuty):
            save(staffed.ws, [record], action="登记", person="")


# one person, one hand


def test_who_entered_a_project_does_not_decide_on_it(staffed):
    staffed.enter(ADMIN)
    set_roles(staffed.ws, staffed.account("陈静"), [Duty.CLERK, Duty.APPROVER, Duty.REVIEWER])
    project = entered(staffed)
    for step in ("approve", "reject", "send_back"):
        assert "不能再审批" in why_not(staffed.ws, STEPS[step], project.id)
        with pytest.raises(NotYourDuty, match="登记、申报这个项目的人不能再审批"):
            take_step(staffed.ws, project.id, step, on=TODAY, person="", answers={"opinion": "不"})
    staffed.enter("黄书记")
    take_step(staffed.ws, project.id, "approve", on=TODAY, person="", answers={})
    assert staffed.ws.stage_of(project.id) is Stage.APPROVED


def test_one_who_only_edited_the_budget_has_entered_it_too(staffed):
    project = entered(staffed, submitted_on=None)
    staffed.enter(ADMIN)
    set_roles(staffed.ws, staffed.account("黄书记"), [Duty.CLERK, Duty.APPROVER])
    staffed.enter("黄书记")
    save(
        staffed.ws,
        [BudgetLine(project=Link(project.id), content="灯", subject="材料", amount=Money(5))],
        action="改",
        person="",
    )
    assert "不能再审批" in why_not(staffed.ws, STEPS["approve"], project.id)


def test_names_from_before_there_were_accounts_count(ws, tmp_path, monkeypatch):
    from tests.services.office_people import make_quick, office_of

    make_quick(monkeypatch)
    office = office_of(ws, tmp_path)
    record = replace(SOUND, village=Link(ws.all(Village)[0].id), submitted_on=TODAY)
    project = save(ws, [record], action="新建", person="黄书记")[0]
    office.set_up()
    office.enter("黄书记")
    assert "不能再审批" in why_not(ws, STEPS["approve"], project.id)


def test_who_approved_does_not_pay_and_who_paid_does_not_approve(staffed):
    project = entered(staffed)
    staffed.enter(ADMIN)
    set_roles(staffed.ws, staffed.account("黄书记"), [Duty.APPROVER, Duty.FINANCE])
    staffed.enter("黄书记")
    take_step(staffed.ws, project.id, "approve", on=TODAY, person="", answers={})
    assert "不能再拨付" in why_not(staffed.ws, STEPS["disburse"], project.id)
    with pytest.raises(NotYourDuty, match="审批这个项目的人不能再拨付"):
        save(
            staffed.ws,
            [Disbursement(project=Link(project.id), paid_on=TODAY, handler="黄书记", **PAYMENT)],
            action="登记",
            person="",
        )
    staffed.enter("苏会计")
    save(
        staffed.ws,
        [Disbursement(project=Link(project.id), paid_on=TODAY, handler="苏会计", **PAYMENT)],
        action="登记",
        person="",
    )
    staffed.enter(ADMIN)
    set_roles(staffed.ws, staffed.account("苏会计"), [Duty.APPROVER, Duty.FINANCE])
    staffed.enter("苏会计")
    assert "拨付这个项目的人不能再审批" in why_not(staffed.ws, STEPS["approve"], project.id)


def test_the_record_names_who_is_signed_in_whatever_is_answered(staffed):
    project = entered(staffed)
    staffed.enter("黄书记")
    case = take_step(staffed.ws, project.id, "approve", on=TODAY, person="别人", answers={"approver": "别人"})
    assert case.approvals[-1].approver == "黄书记"


def test_a_record_that_names_somebody_else_as_handler_is_refused(staffed):
    project = entered(staffed)
    staffed.enter("苏会计")
    with pytest.raises(NotYourDuty, match="经办人应是登录的人“苏会计”"):
        save(
            staffed.ws,
            [Disbursement(project=Link(project.id), paid_on=TODAY, handler="陈静", **PAYMENT)],
            action="登记",
            person="",
        )


def test_a_change_is_not_asked_for_and_granted_in_one_go(staffed):
    project = entered(staffed)
    staffed.enter("黄书记")
    take_step(staffed.ws, project.id, "approve", on=TODAY, person="", answers={})
    with pytest.raises(NotYourDuty, match="应先由经办人"):
        take_step(
            staffed.ws, project.id, "decide_alteration", on=TODAY, person="",
            answers={"asked_on": TODAY, "after": "改", "reason": "需要"},
        )  # fmt: skip


def test_a_batch_says_of_each_row_why_it_is_not_theirs(staffed):
    mine = entered(staffed, code="XYJD-XYSQ-2018-01", title="一")
    staffed.enter(ADMIN)
    set_roles(staffed.ws, staffed.account("黄书记"), [Duty.CLERK, Duty.APPROVER])
    theirs = entered(staffed, "黄书记", code="XYJD-XYSQ-2018-02", title="二")
    rows = list(read_rows_of_batch(staffed.ws, "approve", [mine.id, theirs.id]))
    batch = batch_of(staffed.ws, "approve", rows, on=TODAY)
    with pytest.raises(BatchRefused) as refused:
        take_batch(staffed.ws, batch, person="", key="k")
    assert [project for project, why in refused.value.barred.items() if any("不能再审批" in each for each in why)] == [
        theirs.id
    ]


# facts and undo


def test_what_a_workbook_brings_are_facts_and_only_a_clerk_brings_them(staffed):
    project = entered(staffed)
    fact = Approval(
        project=Link(project.id), conclusion=Conclusion.AGREE, decided_on=TODAY, approver="陈静", handler="陈静"
    )
    staffed.enter("苏会计")
    with pytest.raises(NotYourDuty, match="需由经办人办理"):
        as_fact(staffed, [fact])
    staffed.enter("陈静")
    as_fact(staffed, [fact])
    assert staffed.ws.stage_of(project.id) is Stage.APPROVED
    undo(staffed.ws, person="")  # who imports takes it back
    assert staffed.ws.stage_of(project.id) is Stage.SUBMITTED
    assert verify(staffed.ws.conn) == ()


def test_undo_asks_for_the_duty_of_what_it_takes_back(staffed):
    project = entered(staffed)
    staffed.enter("苏会计")
    with pytest.raises(NotYourDuty, match="撤销：新建"):
        undo(staffed.ws, person="")
    staffed.enter("陈静")
    undo(staffed.ws, person="")
    assert staffed.ws.all(Project, id=project.id) == []


# leave


def test_leave_for_a_small_office_is_used_in_the_open(staffed):
    staffed.enter(ADMIN)
    waive_duties(staffed.ws, LEAVE)
    set_roles(staffed.ws, staffed.account("陈静"), [duty for duty in ALONE if duty is not Duty.ADMIN])
    project = entered(staffed)
    case = take_step(staffed.ws, project.id, "approve", on=TODAY, person="", answers={})
    (waiver,) = case.waivers
    assert (waiver.rule, waiver.number, waiver.authority) == ("R34", LEAVE.number, LEAVE.authority)
    assert "经办与审批为同一人（陈静）" in waiver.reason
    assert (case.approvals[-1].handler, case.approvals[-1].approver) == ("陈静", "陈静")  # what R34 and the form name
    save(
        staffed.ws,
        [Disbursement(project=Link(project.id), paid_on=TODAY, handler="陈静", **PAYMENT)],
        action="登记",
        person="",
    )
    assert verify(staffed.ws.conn) == ()


def test_leave_is_not_spent_where_two_people_act(staffed):
    staffed.enter(ADMIN)
    waive_duties(staffed.ws, LEAVE)
    project = entered(staffed)
    staffed.enter("黄书记")
    case = take_step(staffed.ws, project.id, "approve", on=TODAY, person="", answers={})
    assert case.waivers == ()
    assert case.approvals[-1].handler == ""


# the store


@pytest.fixture
def _model_says_nothing(monkeypatch):
    """As a program would write that forgets to ask about duties."""
    monkeypatch.setattr(sys.modules["haicang_desk.model.services.duties"], "refusal_of", lambda *_: "")


@pytest.mark.usefixtures("_model_says_nothing")
def test_the_store_itself_refuses_what_the_model_would(staffed):
    staffed.enter(ADMIN)
    set_roles(staffed.ws, staffed.account("陈静"), [Duty.CLERK, Duty.APPROVER])
    set_roles(staffed.ws, staffed.account("黄书记"), [Duty.APPROVER, Duty.FINANCE])
    project = entered(staffed)
    link, ws = Link(project.id), staffed.ws
    approval = Approval(project=link, conclusion=Conclusion.AGREE, decided_on=TODAY, approver="陈静")
    payment = Disbursement(project=link, paid_on=TODAY, handler="", **PAYMENT)

    def typed(name, record):
        staffed.enter(name)
        with ws.change("登记", actor="") as change:
            return change.save(record)

    for name, record, why in (
        ("陈静", approval, "登记、申报这个项目的人不能再审批"),
        ("苏会计", approval, "没有办理这一项的角色"),
        ("许审", approval, "没有办理这一项的角色"),
        ("陈静", payment, "没有办理这一项的角色"),
        ("陈静", replace(staffed.account("陈静"), roles="管理员"), "没有办理这一项的角色"),
        ("黄书记", replace(staffed.account("陈静"), public_key="00"), "没有办理这一项的角色"),
    ):
        with pytest.raises(Refused, match=why):
            typed(name, record)
    made = typed("黄书记", approval)
    with pytest.raises(Refused, match="审批这个项目的人不能再拨付"):
        typed("黄书记", payment)
    typed("苏会计", payment)
    typed("陈静", replace(made, answered_on=TODAY))  # filing again decides nothing
    assert verify(ws.conn) == ()


@pytest.mark.usefixtures("_model_says_nothing")
def test_the_store_lets_facts_and_leave_pass(staffed):
    project = entered(staffed)
    approval = Approval(project=Link(project.id), conclusion=Conclusion.AGREE, decided_on=TODAY, approver="陈静")
    as_fact(staffed, [approval])
    undo(staffed.ws, person="")
    staffed.enter(ADMIN)
    waive_duties(staffed.ws, LEAVE)
    set_roles(staffed.ws, staffed.account("陈静"), [Duty.CLERK, Duty.APPROVER])
    staffed.enter("陈静")
    with staffed.ws.change("登记", actor="") as change:
        change.save(replace(approval, decided_on=date(2018, 9, 4)))
    assert verify(staffed.ws.conn) == ()


def test_a_text_that_looks_like_a_decision_is_none(staffed):
    """The triggers look for a key with its value in the packed row; a quotation mark in a text is escaped there."""
    project = entered(staffed)
    sly = '"conclusion": "agree"'
    staffed.enter("林青")
    take_step(staffed.ws, project.id, "send_back", on=TODAY, person="", answers={"opinion": sly})
    packed = staffed.ws.conn.execute("SELECT after FROM journal_row WHERE tbl = 'approval'").fetchone()[0]
    assert json.loads(packed)["opinion"] == sly
    assert sly not in packed


def test_without_accounts_nobody_is_in_the_way(ws):
    record = replace(SOUND, village=Link(ws.all(Village)[0].id), submitted_on=TODAY)
    project = save(ws, [record], action="新建", person="陈")[0]
    assert [why_not(ws, step, project.id) for step in STEPS.values()] == [""] * len(STEPS)
    with ws.change("登记", actor="陈") as change:
        assert isinstance(change, Change)
        change.save(Approval(project=Link(project.id), conclusion=Conclusion.AGREE, decided_on=TODAY, approver="陈"))
    assert ws.all(Street)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE account SET roles = roles || '、审批' WHERE name = '陈静'",
        "UPDATE account SET roles = '审批' WHERE name = '陈静'",
        "UPDATE account SET state = 'active', roles = '管理员' WHERE name = '陈静'",
    ],
)
def test_a_role_that_was_written_with_a_tool_is_none(staffed, sql):
    """Somebody who has the file open in another program makes themselves an approver while they are signed in."""
    project = entered(staffed)
    staffed.ws.conn.execute(sql)
    for act in (
        lambda: take_step(staffed.ws, project.id, "approve", on=TODAY, person="", answers={}),
        lambda: save(staffed.ws, [Holiday(day=TODAY)], action="登记", person=""),
    ):
        with pytest.raises(Refused, match=r"与变更记录不符|不能再审批|需由"):
            act()
    assert staffed.ws.stage_of(project.id) is Stage.SUBMITTED


def test_leave_that_was_written_with_a_tool_is_none(staffed):
    staffed.enter(ADMIN)
    set_roles(staffed.ws, staffed.account("陈静"), [Duty.CLERK, Duty.APPROVER])
    waive_duties(staffed.ws, LEAVE)
    end_duty_waiver(staffed.ws)
    project = entered(staffed)
    for sql in (
        "UPDATE duty_waiver SET ended_on = NULL",
        "INSERT INTO duty_waiver VALUES ('x', 0, '理由', '机关', '号', '2018-09-01', NULL)",
    ):
        staffed.ws.conn.execute(sql)
        with pytest.raises(NotYourDuty, match="不能再审批"):
            take_step(staffed.ws, project.id, "approve", on=TODAY, person="", answers={})
