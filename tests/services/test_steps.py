"""Taking a step: the refusals and their messages, and the records it saves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from haicang_desk.model.records import (
    Alteration,
    Approval,
    Category,
    Conclusion,
    Disbursement,
    Filing,
    FilingResult,
    Guidance,
    Link,
    Notice,
    NoticeKind,
    Participation,
    Project,
    Prose,
    Role,
    Stage,
    limit_violations,
)
from haicang_desk.model.services import entry_to_undo, next_steps, take_step
from haicang_desk.model.services.steps import missing_fields
from haicang_desk.model.values import Blocked, Money, StepNotOpen
from haicang_desk.model.workflow import STEPS, Step
from tests.conftest import TODAY
from tests.model.street import DAY, built


@pytest.fixture
def street(tmp_path):
    with built(tmp_path / "台账.db") as ws:
        yield ws


def take(ws, title, step, **answers):
    (project,) = ws.all(Project, title=title)
    return take_step(ws, project.id, step, on=DAY.replace(month=6), person="陈", answers=answers)


@pytest.mark.parametrize(
    ("title", "step", "answers", "said"),
    [
        ("戙船澳小公园", "approve", {}, "项目处于“草稿”，不能办理“批准”；现在可以办理：登记意见、登记协商、征求意见"),
        ("楼道照明更换", "submit", {}, "项目处于“已备案”，不能办理“申报”；现在可以办理：确定实施主体、"),
        ("楼道照明更换", "appoint", {"basis": "采购文件"}, "办理“确定实施主体”前请填写：采购方式、实施主体"),
        ("长者智能手机课堂", "waive", {"rule": "R13"}, "办理“登记例外批准”前请填写：批准机关、理由"),
    ],
)
def test_a_step_not_open_or_not_filled_in_says_what_is(street, title, step, answers, said):
    before = street.conn.execute("SELECT count(*) FROM journal").fetchone()
    with pytest.raises(StepNotOpen, match=said):
        take(street, title, step, **answers)
    assert street.conn.execute("SELECT count(*) FROM journal").fetchone() == before


def test_a_refusal_says_which_steps_are_open(street):
    take(street, "长者智能手机课堂", "reject", opinion=Prose("不属支持范围"))
    with pytest.raises(StepNotOpen, match="项目处于“不予批准”，不能办理“申报”；现在可以办理：登记退款、登记例外批准"):
        take(street, "长者智能手机课堂", "submit")


def test_filing_again_answers_the_return(street):
    sent_back = take(street, "长者智能手机课堂", "send_back", opinion=Prose("补正"))
    assert sent_back.approvals[-1].answered_on is None
    again = take(street, "长者智能手机课堂", "submit")
    assert (again.stage, again.approvals[-1].answered_on) == (Stage.SUBMITTED, DAY.replace(month=6))


def test_a_step_can_not_be_undone(street):
    take(street, "长者智能手机课堂", "send_back", opinion=Prose("补正"))
    assert (entry_to_undo(street).action, entry_to_undo(street).undoable) == ("退回补正", False)


def test_next_steps_lists_the_findings_that_block_each_step(street):
    (project,) = street.all(Project, title="戙船澳小公园")
    told = {
        step.name: {f.rule for f in found} for step, found in next_steps(street, street.casefile(project.id), TODAY)
    }
    assert {"R15", "R16"} <= told["submit"] and told["suggest"] == set()
    with pytest.raises(Blocked):
        take(street, "戙船澳小公园", "submit")


def test_a_new_step_is_one_declaration(street, monkeypatch):
    """Button, refusal, record, journal entry and date check all follow from the ``Step``."""
    visit = Step(
        "visit",
        "登记走访",
        (Stage.LODGED,),
        Role.CLERK,
        Guidance,
        date_field="guided_on",
        fields=("department", "gist"),
        changes_stage=False,
        defaults=lambda case, on, policy: {"standard": case.village.name},
        continues=lambda case: next((each for each in case.guidance if not each.gist), None),
        also_saves=lambda case, record: [replace(case.project, keeper=record.department)],
        not_before=lambda case: (Stage.SUBMITTED, case.project.submitted_on),
    )
    monkeypatch.setitem(STEPS, visit.name, visit)
    with pytest.raises(StepNotOpen, match="项目处于“草稿”，不能办理“登记走访”"):
        take(street, "戙船澳小公园", "visit")
    (project,) = street.all(Project, title="楼道照明更换")
    assert visit in [step for step, _ in next_steps(street, street.casefile(project.id), TODAY)]
    with pytest.raises(StepNotOpen, match="办理“登记走访”前请填写：指导部门"):
        take(street, project.title, "visit")
    early = {"on": date(2018, 1, 1), "person": "陈", "answers": {"department": "街道"}}
    with pytest.raises(StepNotOpen, match="起为“已申报”，“登记走访”的日期 2018年1月1日早于这一天"):
        take_step(street, project.id, "visit", **early)
    (first,) = take(street, project.title, "visit", department="街道").guidance
    after = take(street, project.title, "visit", gist=Prose("已整改"))
    (visited,) = after.guidance
    assert (visited.id, visited.gist, visited.standard) == (first.id, "已整改", after.village.name)
    assert after.project.keeper == "街道"
    assert street.conn.execute("SELECT action FROM journal ORDER BY seq DESC").fetchone() == ("登记走访",)


WHOLE = Project(
    village=Link("v"), fund_year=2018, title="老人灶", place="霞阳社区", need=Prose("居民反映"), works=Prose("设灶"),
    category=Category.SERVICE,
)  # fmt: skip


@pytest.mark.parametrize(
    ("record", "step", "labels"),
    [
        (WHOLE, "submit", []),
        (Project(), "submit", ["资金年度", "村居", "项目名称", "实施地点", "必要性", "建设服务内容"]),
        (Disbursement(project=Link("p"), paid_on=TODAY, amount=Money(1), payee="村"), "disburse", []),
        (Disbursement(project=Link("p"), paid_on=TODAY), "disburse", ["金额", "收款人"]),
        (Approval(project=Link("p")), "approve", ["日期"]),
        (Notice(kind=NoticeKind.PROJECT, posted_on=TODAY), "post", ["结束日期"]),
        (Participation(project=Link("p"), took_on=TODAY), "take_part", ["主体"]),
    ],
)
def test_missing_fields_are_named_by_their_labels(record, step, labels):
    assert missing_fields(record, STEPS[step]) == labels


def test_fields_needed_to_file_are_not_needed_by_other_steps():
    """A draft may be saved without its place; it can be filed only with it."""
    needed = {said.label for said in Project.fields.values() if said.needed_to == "submit"}
    assert needed >= {"实施地点", "必要性", "建设服务内容"}
    assert not needed & set(missing_fields(Project(), STEPS["suggest"]))


def test_the_settlement_proposed_after_a_cut_total_has_no_negative_source(street):
    """An altered total below the donations leaves the village a negative rest; the proposal says 0."""
    (lamps,) = street.all(Project, title="楼道照明更换")
    project, on = Link(lamps.id), DAY.replace(month=6)
    cut = {"special": Money(1_000_000), "total": Money(3_000_000), "after": Prose("减少"), "reason": Prose("缩减范围")}
    with street.change("变更", actor="陈") as change:
        change.save(Alteration(project=project, asked_on=on, decided_on=on, conclusion=Conclusion.AGREE, **cut))
    case = street.casefile(lamps.id)
    assert case.approved.self_raised == Money(-2_000_000)
    record = STEPS["settle"].proposal(case, on=on, policy=street.policy(2026))
    assert (record.special, record.donated_cash, record.self_raised) == (1_000_000, 4_000_000, 0)
    assert limit_violations(record) == []


def test_a_step_can_not_be_dated_before_the_stage_it_follows(ws, kept):
    """Approved on the 3rd, lodged on the 5th: it can't be terminated on the 4th, but a change may be applied for."""
    project = kept(submitted_on=date(2018, 8, 9))
    to = {"project": Link(project.id)}
    with ws.change("登记", actor="陈") as change:
        decided = change.save(Approval(decided_on=date(2018, 9, 3), **to))
        change.save(Filing(sent_on=date(2018, 9, 4), lodged_on=date(2018, 9, 5), result=FilingResult.LODGED, **to))
    late = {"after": Prose("增加"), "reason": Prose("报名多")}
    for name, on, said, answers in (
        ("terminate", 4, "9月5日起为“已备案”，“终止”的日期 2018年9月4日早于这一天", {}),
        ("alter", 2, "9月3日起为“已审批”，“申请变更”的日期 2018年9月2日早于这一天", late),
    ):
        with pytest.raises(StepNotOpen, match=said):
            take_step(ws, project.id, name, on=date(2018, 9, on), person="陈", answers=answers)
    take_step(ws, project.id, "alter", on=date(2018, 9, 4), person="陈", answers=late)
    with ws.change("作废", actor="陈") as change:  # 手工台账里没有审批记录的
        change.save(replace(decided, void=True))
    with pytest.raises(StepNotOpen, match="9月5日起为“已备案”"):
        take_step(ws, project.id, "alter", on=date(2018, 9, 4), person="陈", answers=late)
