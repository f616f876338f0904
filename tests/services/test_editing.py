"""Codes given to projects, which records may still be edited, and which may be voided."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from haicang_desk.model.records import (
    Alteration,
    Altered,
    Approval,
    Attachment,
    BudgetLine,
    Conclusion,
    LabourPrice,
    Link,
    Maintenance,
    Opinion,
    Project,
    Prose,
    Stage,
    Street,
    Suggestion,
    Village,
)
from haicang_desk.model.services import save, take_step, undo, void, with_project_codes
from haicang_desk.model.values import ChangedMeanwhile, Fixed, Money, Refused, StepNotOpen
from tests.conftest import SOUND, TODAY


@pytest.fixture
def codes(ws, village):
    """The codes given to new projects that are saved in one change."""

    def given(*projects: Project) -> list[str]:
        blank = [replace(each, code="", village=each.village or Link(village.id)) for each in projects]
        return [each.code for each in save(ws, blank, action="登记", person="陈")]

    return given


def test_projects_of_a_village_and_year_are_numbered_in_a_row(ws, codes):
    lamps, lessons, park = (replace(SOUND, title=title) for title in ("楼道灯", "课堂", "小公园"))
    assert codes(lamps, lessons) == ["XYJD-XYSQ-2018-01", "XYJD-XYSQ-2018-02"]
    assert codes(park) == ["XYJD-XYSQ-2018-03"]
    assert codes(replace(park, fund_year=2019)) == ["XYJD-XYSQ-2019-01"]
    (other,) = save(ws, [Village(name="祥露村", code="XLC")], action="登记村居", person="陈")
    assert codes(replace(park, village=Link(other.id))) == ["XYJD-XLC-2018-01"]


def test_a_number_is_never_given_twice(ws, kept, codes):
    first, last = kept(code="XYJD-XYSQ-2018-04"), kept(code="XYJD-XYSQ-2018-12", title="课堂")
    void(ws, last, reason="重复登记", person="陈")
    assert codes(replace(first, id="", title="小公园")) == ["XYJD-XYSQ-2018-13"]


@pytest.mark.parametrize(
    "code", ["20180012", "XYJD-XYSQ-2018-补1", "XYJD-XYSQ-2018-１２", "XYJD-XYSQ-2018-", "XYJD-2018-09"]
)
def test_numbers_of_another_make_are_left_alone(kept, codes, code):
    kept(code=code)
    assert codes(replace(SOUND, title="课堂")) == ["XYJD-XYSQ-2018-01"]


def test_after_a_hundred_the_number_goes_on(kept, codes):
    kept(code="XYJD-XYSQ-2018-99")
    assert codes(replace(SOUND, title="课堂")) == ["XYJD-XYSQ-2018-100"]


def test_a_number_typed_by_hand_is_kept(ws, village):
    typed, edited = replace(SOUND, code="旧 7", village=Link(village.id)), Village(id="x", name="祥露村")
    assert with_project_codes(ws, [typed, edited]) == [typed, edited]


@pytest.mark.parametrize(
    ("office", "place", "stem"),
    [
        (("新阳街道", ""), ("霞阳社区", ""), "XYJD-XYSQ"),  # 未填简码，取拼音首字母
        (("新阳街道", "XY"), ("霞阳社区", "XS"), "XY-XS"),
        (("□", ""), ("□", ""), "JD-CJ"),
    ],
)
def test_initials_replace_a_missing_short_code(ws, codes, office, place, stem):
    with ws.change("改", actor="陈") as change:
        for record, (name, code) in ((ws.all(Street)[0], office), (ws.all(Village)[0], place)):
            change.save(replace(record, name=name, code=code))
    assert codes(SOUND) == [f"{stem}-2018-01"]


def test_a_filed_project_may_be_edited_until_it_is_decided(ws, kept):
    project = kept(submitted_on=TODAY)
    save(ws, [replace(project, special=Money(1))], action="修改", person="陈")
    assert ws.get(Project, project.id).special == Money(1)
    take_step(ws, project.id, "send_back", on=TODAY, person="陈", answers={"opinion": "补正"})
    save(ws, [replace(project, special=Money(2))], action="修改", person="陈")
    assert ws.casefile(project.id).stage is Stage.SENT_BACK


def test_a_decided_project_is_refused_and_everything_with_it(ws, kept):
    project = kept(submitted_on=TODAY)
    take_step(ws, project.id, "reject", on=TODAY, person="林", answers={"opinion": "不予批准"})
    other = replace(SOUND, code="", title="课堂", village=project.village)
    with pytest.raises(Fixed, match="项目不予批准，申报内容不能直接修改；未备案的请先“撤回”"):
        save(ws, [other, replace(project, special=Money(1))], action="修改", person="陈")
    assert ws.all(Project) == [project]
    (heard,) = save(ws, [Opinion(project=Link(project.id), sought_on=TODAY)], action="补登", person="陈")
    assert heard.id  # 记录可以补登，改不得的是申报内容


def test_of_a_decided_project_contacts_may_be_corrected_and_what_was_approved_may_not(ws, kept):
    project = kept(submitted_on=TODAY)
    take_step(ws, project.id, "reject", on=TODAY, person="林", answers={"opinion": "不予批准"})
    save(ws, [replace(project, phone="6012345", keeper="居委会")], action="修改", person="陈", expected=[project])
    assert ws.get(Project, project.id).phone == "6012345"
    for unlike in ({"place": "别处"}, {"code": "X"}, {"donated_cash": Money(1)}, {"works": Prose("别样")}):
        with pytest.raises(Fixed):
            save(ws, [replace(project, **unlike)], action="修改", person="陈")


def test_a_form_opened_before_another_change_overwrites_nothing(ws, kept):
    opened = kept()
    save(ws, [replace(opened, phone="1")], action="修改", person="林")
    with pytest.raises(ChangedMeanwhile, match="联系电话“”已改为“1”"):
        save(ws, [replace(opened, phone="2")], action="修改", person="陈", expected=[opened])


def test_a_filed_project_can_not_be_voided(ws, kept):
    project = kept(submitted_on=TODAY)
    with pytest.raises(Fixed, match="已申报的项目不能作废"):
        void(ws, project, reason="重复", person="陈")
    take_step(ws, project.id, "withdraw", on=TODAY, person="陈", answers={"opinion": "重复"})
    void(ws, project, reason=" 重复 ", person="陈")
    assert ws.all(Project) == []
    assert undo(ws, person="陈") == "作废项目：重复"
    assert ws.all(Project) == [project]


def test_voiding_needs_a_reason_and_a_village_without_projects(ws, village, kept):
    project = kept()
    with pytest.raises(Refused, match="请写明作废的理由"):
        void(ws, project, reason=" ", person="陈")
    with pytest.raises(Refused, match="霞阳社区还有 1 个项目，不能作废"):
        void(ws, village, reason="撤并", person="陈")
    assert (ws.all(Project), ws.all(Village)) == ([project], [village])


def test_an_empty_village_and_a_record_are_voided(ws, village, kept):
    (empty,) = save(ws, [Village(name="祥露村")], action="登记村居", person="陈")
    void(ws, empty, reason="撤并", person="陈")
    assert ws.all(Village) == [village]
    project = kept()
    (heard,) = save(ws, [Opinion(project=Link(project.id), sought_on=TODAY)], action="登记", person="陈")
    void(ws, heard, reason="登记错了", person="陈")
    assert ws.casefile(project.id).opinions == ()


@pytest.fixture
def approved(ws, kept):
    """An approved project with a budget line, its approval, and a function that saves more of its records."""
    project = kept(submitted_on=TODAY)

    def put(record):
        with ws.change("登记", actor="陈") as change:
            return change.save(replace(record, project=Link(project.id)))

    line = put(BudgetLine(content="楼道灯", subject="材料费", amount=Money(100)))
    return put(Approval(decided_on=TODAY, special=Money(6_000_000))), line, put


def test_the_budget_of_a_draft_can_be_edited(ws, kept):
    line = BudgetLine(project=Link(kept().id), content="楼道灯", subject="材料费", amount=Money(100))
    (held,) = save(ws, [line], action="登记", person="陈")
    save(ws, [replace(held, amount=Money(200))], action="修改", person="陈")
    with pytest.raises(Refused, match="预算明细没有保存：金额应不少于"):
        save(ws, [replace(held, amount=Money(-1))], action="修改", person="陈")


def test_a_change_may_be_entered_by_typing(ws, approved):
    change = Alteration(project=approved[0].project, asked_on=TODAY, after=Prose("增加"), reason=Prose("报名多"))
    assert save(ws, [change], action="补登", person="陈")[0].id


def test_a_decision_made_is_neither_edited_nor_voided(ws, approved):
    decision, _, _ = approved
    for edited in (replace(decision, special=Money(1)), replace(decision, conclusion=Conclusion.REJECT)):
        with pytest.raises(Fixed, match="审批已作出结论，不能直接修改"):
            save(ws, [edited], action="修改", person="陈")
    with pytest.raises(Fixed, match="审批已作出结论"):
        void(ws, decision, reason="登记错了", person="陈")
    assert save(ws, [decision], action="修改", person="陈") == [decision]


def test_a_change_is_edited_until_it_is_decided_and_never_made_undecided_again(ws, approved):
    asked = approved[2](Alteration(asked_on=TODAY, item=Altered.AMOUNT, after=Prose("增加"), reason=Prose("报名多")))
    save(ws, [replace(asked, reason=Prose("报名人数多"))], action="修改", person="陈")
    decided = approved[2](replace(asked, conclusion=Conclusion.REJECT, decided_on=TODAY))
    with pytest.raises(Fixed, match="变更已作出结论"):
        save(ws, [replace(decided, conclusion=None)], action="修改", person="陈")


@pytest.mark.parametrize(
    ("item", "conclusion", "opens"),
    [
        (None, None, False),
        (Altered.AMOUNT, None, False),  # 尚未批复
        (Altered.AMOUNT, Conclusion.REJECT, False),
        (Altered.AMOUNT, Conclusion.AGREE, True),
        (Altered.USE, Conclusion.AGREE, True),
        (Altered.CONTENT, Conclusion.AGREE, True),
        (Altered.PLACE, Conclusion.AGREE, False),
    ],
)
def test_the_budget_of_an_approved_project_is_fixed_until_a_change_is_approved(ws, approved, item, conclusion, opens):
    """五(一)¶2: 严禁擅自改变使用范围."""
    _, line, put = approved
    if item:
        put(Alteration(asked_on=TODAY, item=item, conclusion=conclusion, after=Prose("改"), reason=Prose("需要")))
    dearer = replace(line, amount=Money(200))
    if opens:
        assert save(ws, [dearer], action="修改", person="陈") == [dearer]
    else:
        with pytest.raises(Fixed, match="预算明细不能直接修改"):
            save(ws, [dearer], action="修改", person="陈")


@pytest.mark.parametrize(
    ("on", "fault"),
    [
        ("2017-12-31", "日期 2017年12月31日，应在 2018年1月1日至 2023年12月31日之间"),
        ("2018-01-01", ""),
        ("2023-12-31", ""),
        ("2024-01-01", "日期 2024年1月1日，应在 2018年1月1日至 2023年12月31日之间"),
        ("2062-03-01", "日期 2062年3月1日"),
    ],
)
def test_a_day_that_no_project_of_the_fund_year_can_have_is_refused_with_the_day(ws, kept, on, fault):
    project = kept()
    told = Opinion(project=Link(project.id), sought_on=date.fromisoformat(on))
    if not fault:
        assert save(ws, [told], action="登记", person="陈")[0].id
        return
    with pytest.raises(Refused, match=fault):
        save(ws, [told], action="登记", person="陈")
    with pytest.raises(StepNotOpen, match=fault):
        take_step(ws, told.project, "consult", on=date.fromisoformat(on), person="陈", answers={})
    with pytest.raises(Refused, match="计划完成"):
        save(ws, [replace(project, planned_finish=told.sought_on)], action="登记", person="陈")
    assert ws.all(Opinion) == []


def test_upkeep_standards_and_papers_may_reach_far(ws, kept):
    project = Link(kept().id)
    upkeep = Maintenance(project=project, keeper="村", begins_on=date(2019, 1, 1), ends_on=date(2059, 1, 1))
    paper = Attachment(project=project, item="合同", name="合同.pdf", added_on=date(2016, 1, 1))
    price = LabourPrice(work="普工", price=Money(1), from_on=date(2010, 1, 1), basis="街道文")
    for record in (upkeep, paper, price):
        assert save(ws, [record], action="登记", person="陈")[0].id


def test_of_records_of_no_fund_year_only_the_first_day_is_known(ws, village):
    told = Suggestion(village=Link(village.id), text=Prose("太暗"), told_on=date(2017, 12, 31))
    with pytest.raises(Refused, match="2017年12月31日，应不早于 2018年1月1日"):
        save(ws, [told], action="登记", person="陈")
    assert save(ws, [replace(told, told_on=date(2040, 1, 1))], action="登记", person="陈")
