"""A project's history as sentences, single changes taken back, and why it was sent back for correction."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from haicang_desk.model.records import BudgetLine, Content, Link, Opinion, Project, Prose, Source
from haicang_desk.model.services import (
    history_of,
    return_note,
    save,
    save_with_budget,
    take_back_change,
    take_step,
    undo,
    void,
)
from haicang_desk.model.values import Fixed, Money, NotUndoable, Refused, StepNotOpen
from tests.conftest import SOUND
from tests.model.street import built

LINE = BudgetLine(content="灯具", subject="材料费", amount=Money(100_00), source=Source.SPECIAL)


ON = date(2026, 6, 1)


@pytest.fixture
def street(tmp_path):
    with built(tmp_path / "台账.db") as ws:
        yield ws


def told(ws, project):
    return [line.text for line in history_of(ws, project.id)]


def test_an_edit_is_told_with_both_values(ws, kept):
    project = kept(special=Money(9_000_000))
    save(ws, [replace(project, special=Money(7_000_000))], action="修改项目", person="经办人甲")
    assert "把区级专项资金由 90,000 改为 70,000" in told(ws, project)[0]
    assert told(ws, project)[0].startswith("经办人甲　")


def test_records_are_told_as_entered_and_voided_with_the_reason(ws, kept):
    project = kept()
    (held,) = save(ws, [Opinion(project=Link(project.id), people=9)], action="登记", person="陈")
    void(ws, held, reason="登记错项目", person="陈")
    assert "作废征求意见" in told(ws, project)[0]
    assert told(ws, project)[0].endswith("理由：登记错项目")
    assert "登记征求意见" in told(ws, project)[1]
    undo(ws, person="陈")
    assert "撤销了“作废征求意见" in told(ws, project)[0]


def test_a_change_is_taken_back_alone(ws, kept):
    project = kept()
    save(ws, [replace(project, place="甲处")], action="改地点", person="陈")
    save(ws, [replace(ws.get(Project, project.id), title="新名")], action="改名", person="陈")
    lines = history_of(ws, project.id)
    assert [line.takes_back for line in lines[:2]] == [True, True]
    take_back_change(ws, lines[1].seq, person="陈")
    now = ws.get(Project, project.id)
    assert (now.title, now.place) == ("新名", project.place)
    assert history_of(ws, project.id)[0].action == "恢复到此前：改地点"


def test_what_was_changed_again_since_is_not_taken_back(ws, kept):
    project = kept()
    for place in ("甲处", "乙处"):
        save(ws, [replace(ws.get(Project, project.id), place=place)], action=place, person="陈")
    with pytest.raises(NotUndoable, match="实施地点之后又改过"):
        take_back_change(ws, history_of(ws, project.id)[1].seq, person="陈")


def test_steps_and_what_was_decided_on_are_not_taken_back(street):
    (project,) = street.all(Project, title="长者智能手机课堂")
    other = next(each for each in Content if each is not project.content)
    save(street, [replace(project, content=other)], action="改内容类型", person="陈")
    seq = history_of(street, project.id)[0].seq
    take_step(street, project.id, "approve", on=ON, person="林", answers={"opinion": Prose("同意")})
    decided = history_of(street, project.id)[0]
    assert decided.text.partition("　")[2].partition("　")[2].startswith("办理“批准”（结论 同意")
    assert not decided.takes_back
    with pytest.raises(NotUndoable):
        take_back_change(street, decided.seq, person="陈")
    with pytest.raises(Fixed):
        take_back_change(street, seq, person="陈")


def test_a_return_needs_its_reason_and_shows_it_until_answered(street):
    (project,) = street.all(Project, title="长者智能手机课堂")
    with pytest.raises(StepNotOpen, match="请填写：意见"):
        take_step(street, project.id, "send_back", on=ON, person="林", answers={})
    answers = {"opinion": Prose("请补预算"), "approver": "林"}
    case = take_step(street, project.id, "send_back", on=ON, person="林", answers=answers)
    assert return_note(case) == "退回补正（6月1日，林）：请补预算"
    assert return_note(take_step(street, project.id, "submit", on=ON, person="陈", answers={})) == ""


def test_a_project_and_its_budget_are_saved_in_one_change(ws, village):
    draft = replace(SOUND, village=Link(village.id))
    project = save_with_budget(ws, draft, [LINE, replace(LINE, content="安装")], action="新建项目", person="陈")
    lines = ws.casefile(project.id).budget_lines
    assert [line.content for line in lines] == ["灯具", "安装"]
    changed = [replace(lines[0], amount=Money(1)), replace(lines[1], void=True), replace(LINE, content="运输")]
    save_with_budget(ws, project, changed, action="修改项目", person="陈", expected=[project, *lines])
    assert [(x.content, x.amount) for x in ws.casefile(project.id).budget_lines] == [("灯具", 1), ("运输", 10_000)]
    assert len(history_of(ws, project.id)) == 2
    undo(ws, person="陈")
    assert [line.content for line in ws.casefile(project.id).budget_lines] == ["灯具", "安装"]


def test_a_line_that_its_field_does_not_allow_leaves_all_as_it_was(ws, village):
    draft = replace(SOUND, village=Link(village.id))
    with pytest.raises(Refused, match="预算明细没有保存"):
        save_with_budget(ws, draft, [LINE, replace(LINE, content="长" * 201)], action="新建", person="陈")
    assert ws.all(Project) == []
