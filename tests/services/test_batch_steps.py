"""One step with many projects: sums in order, what bars a row, all or nothing, one key, one undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from haicang_desk.model.records import (
    Appointment,
    Deliberation,
    Disbursement,
    Event,
    Filing,
    Link,
    Notice,
    PaidFrom,
    Progress,
    Project,
    Prose,
    Stage,
)
from haicang_desk.model.services import (
    Batch,
    Workspace,
    batch_of,
    batch_steps_of,
    entry_to_undo,
    evaluate_batch,
    is_undoable,
    name_of_batch,
    read_rows_of_batch,
    save,
    take_batch,
    take_step,
    undo,
)
from haicang_desk.model.values import BatchRefused, ChangedMeanwhile, Refused
from haicang_desk.model.workflow import STEPS
from tests.services.batches import ON, approved, drafts, filed, lodged, second_village, set_quota, wan

AGREED = {"opinion": Prose("同意，按平衡意见办理"), "approver": "林", "number": "新阳街审〔2018〕9号"}


def batch(ws: Workspace, step: str, projects: list[Project], **once: Any) -> Batch:
    rows = list(read_rows_of_batch(ws, step, [project.id for project in projects]))
    made = batch_of(ws, step, rows, on=ON, person="陈")
    return replace(made, once={**made.once, **once})


def with_row(made: Batch, number: int, **unlike: Any) -> Batch:
    rows = list(made.rows)
    rows[number] = replace(rows[number], **unlike)
    return replace(made, rows=tuple(rows))


def bars(ws: Workspace, made: Batch) -> list[str]:
    return ["；".join(check.bars) for check in evaluate_batch(ws, made)]


def stages(ws: Workspace, projects: list[Project]) -> list[Stage]:
    return [ws.casefile(project.id).stage for project in projects]


def journal(ws: Workspace) -> int:
    return int(ws.conn.execute("SELECT count(*) FROM journal").fetchone()[0])


# declarations


@pytest.mark.parametrize("step", [step for step in STEPS.values() if step.together], ids=lambda step: step.name)
def test_a_step_for_many_projects_asks_for_every_field_once_or_each(step):
    form = step.together
    assert set(form.once) | set(form.each) == set(step.fields)
    assert {form.remark, form.counting, *form.needs} - {""} <= set(step.fields) and form.counting in ("", *form.each)
    assert form.remark in ("", *form.once)
    assert all(STEPS[other].together and STEPS[other].record is step.record for other in form.instead)
    assert not form.answer or (STEPS[form.answer].together and not form.undoable)


def test_a_step_that_is_taken_with_one_project_at_a_time_says_so(ws):
    with pytest.raises(Refused, match="“申请变更”各项不同，要一项一项地办"):
        list(read_rows_of_batch(ws, "alter", []))


def test_more_projects_than_one_act_takes_are_refused(ws):
    with pytest.raises(Refused, match="一次最多办理 1,000 项，选中了 1,001 项"):
        list(read_rows_of_batch(ws, "post", [str(number) for number in range(1001)]))


def test_the_steps_offered_are_those_open_to_some_of_the_projects_with_counts(ws):
    projects = [*filed(ws, 1, 1), *lodged(ws, 1)]
    offered = {step.name: count for step, count in batch_steps_of(ws, [project.id for project in projects])}
    assert (offered["approve"], offered["disburse"], "submit" in offered) == (2, 1, False)


# sums in the order of the batch


@pytest.mark.parametrize(
    ("quota", "asked", "barred"),
    [
        (wan(30), (10, 10, 10), []),
        (wan(30), (10, 10, 10.000001), [2]),  # one fen above
        (wan(25), (10, 10, 10), [2]),
        (wan(25), (10, 16, 10, 6), [1, 3]),  # what is barred takes no room from those behind it
        (wan(9), (10, 5), [0]),
    ],
)
def test_projects_that_fit_singly_but_not_together_show_it(ws, quota, asked, barred):
    set_quota(ws, quota)
    found = bars(ws, batch(ws, "approve", filed(ws, *asked), **AGREED))
    assert [number for number, text in enumerate(found) if text] == barred
    assert all("街道年度额度" in found[number] and "元" in found[number] for number in barred)


def test_a_row_without_tick_takes_no_room(ws):
    set_quota(ws, wan(20))
    made = batch(ws, "approve", filed(ws, 10, 10, 10), **AGREED)
    assert [bool(text) for text in bars(ws, made)] == [False, False, True]
    assert not any(bars(ws, with_row(made, 0, ticked=False))[1:])


def test_a_cut_sum_makes_room_for_the_next(ws):
    set_quota(ws, wan(15))
    made = batch(ws, "approve", filed(ws, 10, 10), **AGREED)
    assert bars(ws, made)[1]
    assert not any(bars(ws, with_row(made, 0, own={"special": wan(5)})))


def test_sums_before_and_after_are_those_of_the_rows_so_far(ws):
    checks = list(evaluate_batch(ws, batch(ws, "approve", filed(ws, 10, 20), **AGREED)))
    assert [check.after.street.approved_special for check in checks] == [wan(10), wan(30)]
    assert ws.register(2018).street.approved_special == 0


def test_villages_are_summed_apart(ws):
    other = second_village(ws)
    here, there = filed(ws, 70), filed(ws, 70, village=other)
    checks = list(evaluate_batch(ws, batch(ws, "approve", here + there, **AGREED)))
    assert checks[-1].after.villages[other.id].special == wan(70)


# what bars a row


def test_one_barred_row_among_thirty_says_why_and_the_others_go(ws):
    projects = filed(ws, *[1] * 14, 20.01, *[1] * 15)
    made = batch(ws, "approve", projects, **AGREED)
    found = bars(ws, made)
    assert [number for number, text in enumerate(found) if text] == [14]
    assert "100.00 元" in found[14] and "上限" in found[14]
    before = journal(ws)
    with pytest.raises(BatchRefused, match="“讲堂014”不能办理") as refused:
        take_batch(ws, made, person="林", key="k")
    assert list(refused.value.barred) == [projects[14].id]
    assert journal(ws) == before and set(stages(ws, projects)) == {Stage.SUBMITTED}
    assert take_batch(ws, with_row(made, 14, ticked=False), person="林", key="k") == "批准 29 项"
    assert [stage is Stage.APPROVED for stage in stages(ws, projects)].count(True) == 29


def test_a_project_at_another_stage_is_unticked_and_says_at_which(ws):
    made = batch(ws, "approve", [*drafts(ws, 1), *filed(ws, 1)])
    assert [row.ticked for row in made.rows] == [False, True]
    assert bars(ws, made) == ["现为“草稿”", ""]


def test_an_entry_that_cannot_be_read_bars_its_row(ws):
    made = with_row(batch(ws, "approve", filed(ws, 1)), 0, faults={"special": "核定专项资金：“三万”不是数字"})
    assert bars(ws, made) == ["核定专项资金：“三万”不是数字"]


@pytest.mark.parametrize(
    ("step", "own", "said"),
    [
        ("send_back", {}, "请填写意见"),
        ("send_back", {"opinion": Prose("  ")}, "请填写意见"),
        ("send_back", {"opinion": Prose("请核减")}, ""),
        ("reject", {}, "请填写意见"),
        ("approve", {}, ""),
    ],
)
def test_a_return_without_a_reason_is_refused(ws, step, own, said):
    """The words of the approval, typed once, are no reason for a return."""
    made = with_row(batch(ws, "approve", filed(ws, 1, 1), **AGREED), 1, step=step, own=own)
    assert bars(ws, made) == ["", said]
    if said:
        with pytest.raises(BatchRefused, match=said):
            take_batch(ws, made, person="林", key="k")


def test_a_reason_typed_once_holds_for_a_batch_of_returns(ws):
    projects = filed(ws, 1, 1)
    take_batch(ws, batch(ws, "send_back", projects, opinion=Prose("材料不全")), person="陈", key="k")
    assert {ws.casefile(project.id).approvals[-1].opinion for project in projects} == {"材料不全"}


def test_a_survey_without_any_ballot_is_not_registered(ws):
    """Each project has its own ballots; a row left empty is none."""
    made = batch(ws, "survey", underway(ws, 2), assessor="测评公司")
    assert bars(ws, made) == ["请填写非常满意等"] * 2
    assert bars(ws, with_row(made, 0, own={"good": 12}))[0] == ""


def underway(ws: Workspace, count: int) -> list[Project]:
    projects = lodged(ws, *[1] * count)
    appointed = [
        Appointment(project=Link(p.id), appointed_on=ON, manner="直接委托", implementer="社工站") for p in projects
    ]
    started = [Progress(project=Link(p.id), happened_on=ON, event=Event.START) for p in projects]
    save(ws, [*appointed, *started], action="开工", person="陈")
    return projects


def test_one_reason_that_is_found_three_times_is_said_once(ws):
    """And a finding without yuan says what is lacking."""
    (bare,) = save(ws, [replace(drafts(ws, 1)[0], id="", code="B-1", title="空白")], action="登记", person="陈")
    said = bars(ws, batch(ws, "submit", [bare]))[0].split("；")
    assert len(said) == len(set(said)) and "没有协商记录" in said


def test_a_date_before_the_stage_began_bars_the_row(ws):
    early = batch(ws, "approve", filed(ws, 1), **AGREED, decided_on=date(2018, 8, 1))
    assert "早于这一天" in bars(ws, early)[0]


# carrying out


def test_approvals_and_returns_are_one_change(ws):
    projects = filed(ws, *[1] * 6)
    made = batch(ws, "approve", projects, **AGREED)
    for number in (1, 4):
        made = with_row(made, number, step="send_back", own={"opinion": Prose(f"请补第 {number} 项")})
    made = with_row(made, 5, step="reject", own={"opinion": Prose("不属支持范围")})
    before = journal(ws)
    assert take_batch(ws, made, person="林", key="k") == "批准 3 项，退回补正 2 项，不予批准 1 项"
    assert journal(ws) == before + 1
    agreed, back, refused = Stage.APPROVED, Stage.SENT_BACK, Stage.REJECTED
    assert stages(ws, projects) == [agreed, back, agreed, agreed, back, refused]
    returned = ws.casefile(projects[4].id).approvals[-1]
    assert (returned.opinion, returned.approver, returned.decided_on) == ("请补第 4 项", "林", ON)
    assert not entry_to_undo(ws).undoable


def test_what_was_typed_once_holds_for_all_and_a_project_may_differ(ws):
    projects = drafts(ws, *[1] * 5)
    made = batch(ws, "deliberate", projects, held_on=date(2018, 8, 15), meeting="居民议事会", present=20, agreed=18)
    made = replace(made, rows=tuple(replace(row, ticked=True) for row in made.rows))
    made = with_row(made, 3, own={"agreed": 11, "held_on": date(2018, 8, 16)})
    assert take_batch(ws, made, person="陈", key="k") == "登记协商 5 项"
    held = [ws.casefile(project.id).deliberations[-1] for project in projects]
    assert [each.agreed for each in held] == [18, 18, 18, 11, 18]
    assert [each.held_on.day for each in held] == [15, 15, 15, 16, 15]
    assert {each.meeting for each in held} == {"居民议事会"}


def test_registered_facts_are_taken_back_by_one_undo(ws):
    projects = drafts(ws, 1, 1, 1)
    made = batch(ws, "post", projects, place="公告栏")
    assert not any(row.ticked for row in made.rows)  # each was posted already
    made = replace(made, rows=tuple(replace(row, ticked=True) for row in made.rows))
    assert is_undoable(made)
    held = len(ws.all(Notice))
    take_batch(ws, made, person="陈", key="k")
    assert len(ws.all(Notice)) == held + 3
    assert undo(ws, person="陈") == "项目公示 3 项"
    assert len(ws.all(Notice)) == held


def test_the_end_of_a_notice_follows_the_day_of_its_own_row(ws):
    made = batch(ws, "post", drafts(ws, 1), posted_on=ON)
    once = {name: value for name, value in made.once.items() if name != "ends_on"}
    row = replace(made.rows[0], own={"posted_on": date(2018, 9, 10)})
    record = replace(made, once=once).record(row, ws.policy(2018))
    assert (record.posted_on, record.ends_on) == (date(2018, 9, 10), date(2018, 9, 17))


def test_a_retry_under_the_same_key_pays_nothing_twice(ws):
    projects = lodged(ws, 1, 2)
    made = paying(ws, projects)
    take_batch(ws, made, person="陈", key="k")
    with pytest.raises(Refused, match="“拨付 2 项”已经登记过，没有重复办理"):
        take_batch(ws, made, person="陈", key="k")
    assert sorted(paid.amount for paid in ws.all(Disbursement)) == [wan(1), wan(2)]


def paying(ws: Workspace, projects: list[Project]) -> Batch:
    made = batch(ws, "disburse", projects, approver="林")
    rows = [replace(row, own={"voucher": f"记-{number:03d}"}) for number, row in enumerate(made.rows)]
    return replace(made, rows=tuple(rows))


def test_a_payment_proposes_the_rest_and_is_held_against_the_approved_sum(ws):
    projects = lodged(ws, 10, 10)
    first = {"amount": wan(4), "source": PaidFrom.SPECIAL, "payee": "霞阳社区居民委员会", "voucher": "记-900"}
    take_step(ws, projects[0].id, "disburse", on=ON, person="陈", answers=first)
    made = paying(ws, projects)
    assert [made.record(row, ws.policy(2018)).amount for row in made.rows] == [wan(6), wan(10)]
    over = with_row(made, 0, own={"voucher": "记-901", "amount": wan(6.5)})
    assert "5,000.00 元" in bars(ws, over)[0] and not bars(ws, over)[1]


@pytest.mark.parametrize(
    ("own", "once", "said"),
    [
        ({}, {}, "请填写凭证号"),
        ({"voucher": "记1"}, {"approver": ""}, "请填写审批人"),
        ({"voucher": "记1"}, {"handler": ""}, "请填写经办人"),
        ({"voucher": "记1", "payee": ""}, {}, "请填写收款人"),
        ({"voucher": "记1"}, {}, ""),
    ],
)
def test_a_payment_of_a_batch_has_voucher_handler_approver_and_payee(ws, own, once, said):
    made = batch(ws, "disburse", lodged(ws, 1), **{"approver": "林", **once})
    assert bars(ws, with_row(made, 0, own=own))[0].partition("；")[0] == said


def test_a_project_changed_meanwhile_refuses_the_whole_and_is_named(ws):
    projects = filed(ws, 1, 1, 1)
    made = batch(ws, "approve", projects, **AGREED)
    save(ws, [replace(ws.get(Project, projects[1].id), principal="别人")], action="改", person="别人")
    before = journal(ws)
    with pytest.raises(ChangedMeanwhile, match="“讲堂001”在打开之后已由别处改过，整批没有写入"):
        take_batch(ws, made, person="林", key="k")
    assert journal(ws) == before and set(stages(ws, projects)) == {Stage.SUBMITTED}


def test_sums_moved_meanwhile_by_another_project_are_weighed_at_the_end(ws):
    """The year's sums are read again inside the transaction, not taken from the plan."""
    set_quota(ws, wan(20))
    made = batch(ws, "approve", filed(ws, 10, 5), **AGREED)
    assert not any(bars(ws, made))
    approved(ws, 10)
    with pytest.raises(BatchRefused, match="“讲堂001”不能办理（街道年度额度"):
        take_batch(ws, made, person="林", key="k")


def test_a_batch_without_ticks_is_refused(ws):
    made = with_row(batch(ws, "approve", filed(ws, 1)), 0, ticked=False)
    with pytest.raises(Refused, match="没有勾选项目"):
        take_batch(ws, made, person="林", key="k")


def test_answers_of_the_district_are_numbered_and_may_be_returns(ws):
    projects = approved(ws, 1, 1)
    take_batch(ws, batch(ws, "send", projects), person="陈", key="k")
    made = batch(ws, "lodge", projects, lodged_on=ON)
    made = with_row(made, 0, own={"number": "海备7"})
    made = with_row(made, 1, step="return_filing")
    assert name_of_batch(made) == "登记备案 1 项，备案退补 1 项"
    take_batch(ws, made, person="区", key="k2")
    assert stages(ws, projects) == [Stage.LODGED, Stage.APPROVED]
    assert [(filing.number, filing.sent_on) for filing in ws.all(Filing) if filing.lodged_on] == [("海备7", ON)]


def test_a_project_already_sent_starts_without_a_tick(ws):
    projects = approved(ws, 1)
    take_batch(ws, batch(ws, "send", projects), person="陈", key="k")
    made = batch(ws, "send", projects)
    assert not made.rows[0].ticked and next(evaluate_batch(ws, made)).taken_on == ON


def test_a_meeting_of_many_projects_is_one_record_each(ws):
    projects = drafts(ws, 1, 1)
    held = len(ws.all(Deliberation))
    made = batch(ws, "deliberate", projects, meeting="议事会")
    take_batch(ws, replace(made, rows=tuple(replace(r, ticked=True) for r in made.rows)), person="陈", key="k")
    assert len(ws.all(Deliberation)) == held + 2
