"""What the letters say: whole sentences for no project, one and many, computed from the records, each figure once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from haicang_desk.model.blocks import (
    Annex,
    Attachments,
    Colophon,
    Grid,
    Heading,
    Masthead,
    Para,
    Seal,
    Title,
)
from haicang_desk.model.documents import DOCUMENTS, quarter_figures
from haicang_desk.model.documents.context import street_context
from haicang_desk.model.documents.letters.filing_letter import projects_to_file
from haicang_desk.model.documents.letters.letter_wording import said_and_to_do, share, share_of
from haicang_desk.model.documents.letters.quarterly_problems import problems_of
from haicang_desk.model.documents.letters.quarterly_report import quarterly_letter
from haicang_desk.model.findings import Severity
from haicang_desk.model.records import Category, Link, Progress, Prose
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.values import Money
from tests.documents.asking import AS_OF, SCHOOL, case_of, rows_of, said

LETTERS = ("filing-letter", "inspection-report", "quarterly-report", "year-plan-letter")
COUNTED_RULES = re.compile(r"不符合规定\d|提示\d|例外批准\d条|\d+条[。；、]")


def blocks_of_letter(year, name):
    context = street_context(year, 2018, AS_OF)
    if name == "quarterly-report":
        context = replace(context, quarterly=quarter_figures(year, 2018, 4, AS_OF))
    return list(DOCUMENTS[name].compose(context))


def body(blocks):
    """Headings and paragraphs of a letter, one a line."""
    return "\n".join(
        said(block.words if isinstance(block, Para) else block.text)
        for block in blocks
        if isinstance(block, Para | Heading)
    )


def of_quarter(year, quarter=4, **changes):
    return replace(quarter_figures(year, 2018, quarter, AS_OF), **changes)


def told(figures):
    return body(quarterly_letter(figures))


# ---- all letters


@pytest.mark.parametrize("name", LETTERS)
def test_a_title_names_office_matter_and_kind(year, name):
    first = next(block.text for block in blocks_of_letter(year, name) if isinstance(block, Title))
    assert re.fullmatch(r"新阳街道办事处关于.+“社会\+”民生微实事.+的(报告|函)", first)
    assert first.endswith("的函" if name == "filing-letter" else "的报告")


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_closes_as_its_kind_asks(year, name):
    blocks = blocks_of_letter(year, name)
    upto = next(at for at, block in enumerate(blocks) if isinstance(block, Seal))
    last = [block for block in blocks[:upto] if isinstance(block, Para)][-1]
    closing = said(last.words)
    assert closing.endswith("请予备案。") if name == "filing-letter" else closing == "特此报告。"


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_ends_with_its_colophon_which_bears_the_letters_day(year, name):
    blocks = blocks_of_letter(year, name)
    (seal,) = [block for block in blocks if isinstance(block, Seal)]
    assert isinstance(blocks[-1], Colophon)
    assert blocks[-1].copies.startswith("区")
    if name == "filing-letter":  # a 函 names no printer (GB/T 9704 10.1)
        assert (blocks[-1].printer, blocks[-1].on) == ("", None)
    else:
        assert (blocks[-1].printer, blocks[-1].on) == (seal.office, seal.on)


@pytest.mark.parametrize("name", LETTERS)
def test_what_is_named_as_attached_follows_in_the_same_file(year, name):
    blocks = blocks_of_letter(year, name)
    named = [name for block in blocks if isinstance(block, Attachments) for name in block.names]
    follow = [blocks[at + 1].text for at, block in enumerate(blocks) if isinstance(block, Annex)]
    assert named == follow
    numbers = [block.number for block in blocks if isinstance(block, Annex)]
    assert numbers == ([None] if len(named) == 1 else list(range(1, len(named) + 1)))


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_counts_no_rules_and_shows_no_dash_for_a_rate(year, name):
    text = body(blocks_of_letter(year, name))
    assert not COUNTED_RULES.search(text)
    assert "—" not in text and "None" not in text and "。。" not in text and "，。" not in text and "；。" not in text


@pytest.mark.parametrize("name", ["inspection-report", "quarterly-report", "year-plan-letter"])
def test_level_headings_are_lines_of_their_own_and_the_last_is_what_comes_next(year, name):
    heads = [block.text for block in blocks_of_letter(year, name) if isinstance(block, Heading)]
    assert [head[:2] for head in heads] == [f"{number}、" for number in "一二三四五六七"[: len(heads)]]
    assert heads[-1].endswith("下一步安排") and not heads[-1].endswith("。")


@pytest.mark.parametrize("name", LETTERS)
def test_a_figure_stands_once_in_a_letter(year, name):
    """Sums and rates, in the sentences of the letter itself; the tables annexed repeat them by village."""
    figures = re.findall(r"[\d,]+\.\d\d(?:万元|元|%)", body(blocks_of_letter(year, name)).partition("存在问题")[0])
    assert len(figures) == len(set(figures))


# ---- the quarterly report: none, one, many


def test_a_street_without_projects_has_a_report_without_rates(year):
    empty = of_quarter(year, 1, findings=())
    text = told(empty)
    assert "2018年度尚无有效申报的项目。" in text
    assert "二、资金拨付情况" in text and "本季度没有拨付资金。" in text
    assert "%" not in text and "特此报告。" in text


def test_projects_without_an_approval_have_no_rate_of_payment(year):
    first = of_quarter(year, 3)
    bare = replace(first.whole, now=replace(first.whole.now, approved_special=Money(0), disbursed=Money(0)))
    text = told(replace(first, whole=bare, movements=()))
    assert "尚无已批准的项目，未核定专项资金。本季度没有拨付资金。" in text and "拨付率" not in text
    rows = [cells for cells in rows_of(quarterly_letter(replace(first, whole=bare))) if cells[0] == "合计"]
    assert "—" not in rows[0]


def test_one_project_is_named(year):
    whole = of_quarter(year)
    now = replace(whole.whole.now, projects=1, service_projects=1, works_projects=0, goods_projects=0)
    groups = dict.fromkeys(whole.whole.groups, 0) | {"实施中": 1}
    (line,) = [each for each in whole.projects if each.case.project.code == SCHOOL]
    sums = replace(whole.whole, now=now, before=now, groups=groups)
    text = told(replace(whole, whole=sums, projects=(line,), villages=whole.villages[:1], findings=()))
    assert "全街道有效申报项目1个，为霞阳社区的“‘四点半学堂’儿童课后托管服务”，与上季度末持平。" in text
    assert "该项目正在实施。" in text and "项目属服务类。" in text and "按进度分" not in text


def test_many_projects_are_counted_by_progress_kind_and_source(year):
    text = told(of_quarter(year))
    assert "全街道2个村居有效申报项目3个，与上季度末持平。" in text
    now = year.register(2018).street
    lever = f"{now.social / (now.total - now.social):.2f}"
    assert f"其中专项资金和以奖代补资金{now.special.wan}万元、社会投入{now.social.wan}万元" in text
    assert f"，平均每1元财政资金带动社会投入{lever}元。" in text
    assert "按进度分，尚未启动2个、已完工1个。" in text
    assert "服务类2个、工程类1个。服务类项目数占项目总数的66.67%，达到原则上不低于40%的要求。" in text
    assert "拨付率42.23%，尚有2个项目21.15万元未拨付。1个项目决算或终止后少用0.40万元，不再拨付。" in text


def test_what_is_missing_to_a_share_is_told_in_projects_and_money(year):
    figures = of_quarter(year)
    now = replace(figures.whole.now, service_projects=1, service_total=Money(10_000_000), social_projects=0)
    text = told(replace(figures, whole=replace(figures.whole, now=now)))
    assert "未达到原则上不低于40%的要求，还差1个。" in text
    assert f"还差{Money(-(-now.total * 2 // 5) - 10_000_000).wan}万元" in text
    assert "尚无社会力量参与的项目，未达到不低于1/3的要求，还差1个" in text


def test_a_late_project_is_told_with_village_day_state_and_reason(year):
    case = case_of(year, SCHOOL)
    with year.change("改", actor="陈") as change:
        change.save(replace(case.project, planned_finish=date(2018, 11, 30)))
        step = Progress(project=Link(case.project.id), happened_on=date(2018, 11, 20), percent=40)
        change.save(replace(step, event=ProgressEvent.PROGRESS, late_reason=Prose("教室\n维修。")))
    text = told(of_quarter(year))
    assert (
        "慢于序时的项目1个：“‘四点半学堂’儿童课后托管服务”（霞阳社区）应于2018年11月30日前按计划完成，"
        "逾期31天，目前进度40%，原因是教室维修。"
    ) in text
    assert "（一）加快慢序时项目。" in text and "没有慢于序时" not in text
    assert "没有慢于序时的项目。" in told(of_quarter(year, 3))


def test_what_falls_due_is_told_with_its_day_and_projects(year):
    with year.change("改", actor="陈") as change:
        change.save(replace(case_of(year, SCHOOL).project, planned_finish=date(2018, 11, 30)))
    due = "跟进下季度到期的项目。2018年11月30日前“‘四点半学堂’儿童课后托管服务”（霞阳社区）按计划完成。"
    assert due in told(of_quarter(year, 3))


def test_problems_say_where_what_and_how_much(year):
    text = told(of_quarter(year))
    assert "“老旧楼道照明更换及消防通道整治”（霞阳社区）财政资金171,000.00元，总资金200,000.00元" in text
    assert "预算明细与资金来源不一致，合计相差6.00万元" in text
    assert "“老人日间照料服务”（兴旺社区）总资金超出单项上限，超出部分由村居自筹，涉及" in text
    assert "各项问题的具体情况和整改要求见附件2。" in text
    clean = list(quarterly_letter(of_quarter(year, findings=())))
    assert "须注意" not in body(clean) and "附件2" not in body(clean)
    assert len([block for block in clean if isinstance(block, Annex)]) == 1


def test_the_list_annexed_has_every_problem_of_a_project_or_village_and_what_is_asked(year):
    figures = of_quarter(year)
    grid = [block for block in quarterly_letter(figures) if isinstance(block, Grid)][-1]
    texts = ["".join(said(cell.words) for cell in row.cells) for row in grid.rows]
    assert texts[0] == "序号项目或村居存在问题整改要求"
    for found in problems_of(figures):
        assert any(said_and_to_do(found.message)[0] in text for text in texts)
    assert not any(found.scope == "street" for found in problems_of(figures))
    assert all(said(cell.words).strip() for row in grid.rows for cell in row.cells)


def test_what_leave_excuses_is_told_as_such_and_is_no_problem(year):
    figures = of_quarter(year)
    found = next(f for f in figures.findings if f.severity is Severity.EXCEPTION and not f.excused_by)
    excused = replace(figures, findings=(replace(found, excused_by="新街会纪〔2018〕9号"),))
    assert "已获批准（新街会纪〔2018〕9号）。" in told(excused) and not problems_of(excused)


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        (
            "已拨付 20,000.00 元，应退回 20,000.00 元，请登记退款",
            ("已拨付20,000.00元", "应退回20,000.00元，请登记退款"),
        ),
        (
            "服务类应不少于 2 项，缺 1 项，可将 1 项改为服务类（申报口径为 1 项比 4 项）",
            ("服务类应不少于2项，缺1项", "可将1项改为服务类"),
        ),
        ("没有协商记录", ("没有协商记录", "")),
    ],
)
def test_a_message_is_parted_into_what_was_found_and_what_to_do(message, parts):
    assert said_and_to_do(message) == parts


def test_shares_have_no_needless_zeros(year):
    policy = year.policy(2018)
    assert (share(1, 2), share(2, 3), share(1, 1), share(1, 80)) == ("50%", "66.67%", "100%", "1.25%")
    assert share_of(policy.share("service_count_min")) == "40%"
    assert share_of(policy.share("social_min_ratio")) == "1/3"


# ---- the filing letter: one, many


def filing(year, *cases):
    context = street_context(year, 2018, AS_OF)
    return body(DOCUMENTS["filing-letter"].compose(replace(context, cases=cases)))


def test_a_letter_of_one_project_says_who_carries_it_out_and_by_when(year):
    text = filing(year, *projects_to_file(street_context(year, 2018, AS_OF)))
    assert "核定总资金198,000.00元，均为专项资金。" in text
    assert "备案后由霞阳社区党委组织实施，服务类项目1个月内开展。" in text


def test_a_letter_of_several_counts_kinds_villages_and_sources_and_what_exceeds_the_cap(year):
    school = case_of(year, SCHOOL)
    project = replace(school.project, id="x", category=Category.WORKS, self_raised=Money(30_000_000), title="大楼")
    works = replace(school, project=project, approvals=(replace(school.approvals[-1], total=None, special=None),))
    text = filing(year, school, works)
    assert "2个（服务类1个、工程类1个），涉及1个村居" in text
    assert "其中专项资金396,000.00元、社会投入300,000.00元。" in text
    assert "“大楼”（霞阳社区）超出单项上限，超出的98,000.00元由村居自筹解决。" in text
    assert "备案后由各牵头单位组织实施，服务类项目1个月内开展、工程类项目6个月内完工。" in text
    assert "区备案表2份，请予备案。" in text


# ---- the half-yearly report: none, one, many problems


def inspected(year, *changes):
    context = street_context(year, 2018, AS_OF)
    (held,) = context.inspections
    made = tuple(replace(held, id=str(count), **each) for count, each in enumerate(changes))
    return body(DOCUMENTS["inspection-report"].compose(replace(context, inspections=made)))


def test_one_problem_is_told_without_numbering(year):
    text = inspected(year, {"done_on": date(2018, 12, 20)})
    assert (
        "共发现问题1个，已整改。“老旧楼道照明更换及消防通道整治”（霞阳社区）个别票据未及时归档，整改措施为专人归档。"
        in text
    )
    assert "抽查项目1个，占本年度申报项目3个的33.33%，涉及核定专项资金和以奖代补资金17.50万元。" in text
    assert "2019年6月30日前完成2019年上半年自查" in text and "完成1个问题" not in text


def test_several_problems_are_told_one_by_one_with_what_is_still_open(year):
    other = {"problem": Prose("一处\n公示不足"), "done_on": date(2018, 12, 20), "project": Link("")}
    text = inspected(year, {}, other)
    assert "共开展自查2次，时间为2018年12月15日。" in text
    assert "共发现问题2个，已整改1个，其余1个正按期限整改。一是“老旧楼道照明更换及消防通道整治”（霞阳社区）" in text
    assert "二是一处公示不足，整改措施为专人归档。" in text
    assert "（一）完成整改。于2018年12月30日前完成1个问题的整改" in text


def test_phases_without_a_remark_are_said_to_have_none(year):
    assert "项目征集环节：意见登记齐全。" in inspected(year, {})
    assert "项目征集、项目确定、项目实施、项目评议四个环节没有登记检查意见。" in inspected(year, {"calling": Prose("")})


def test_a_street_that_inspected_often_names_the_first_and_the_last_day(year):
    days = [{"inspected_on": date(2018, 12, day)} for day in range(1, 7)]
    assert "共开展自查6次，自2018年12月1日至2018年12月6日。" in inspected(year, *days)


# ---- the plan of the year


def test_the_plan_tells_its_money_for_each_village_and_its_phases_by_day(year):
    text = body(blocks_of_letter(year, "year-plan-letter"))
    assert "本年度预算资金80.00万元，按全街道2个村居平均，每个村居约40.00万元。" in text
    assert "（一）策划宣传阶段（2018年5月1日至2018年5月31日）。" in text
    assert "（三）总结评估阶段（2018年12月1日至2018年12月31日）。" in text


def test_a_budget_that_is_not_whole_in_wan_is_told_to_the_fen(year):
    context = street_context(year, 2018, AS_OF)
    odd = replace(context, plan=replace(context.plan, budget=Money(80_000_001)))
    assert "本年度预算资金800,000.01元" in body(DOCUMENTS["year-plan-letter"].compose(odd))


def test_a_letter_has_the_head_of_its_kind(year):
    for name in LETTERS:
        (head,) = [block for block in blocks_of_letter(year, name) if isinstance(block, Masthead)]
        assert head.letterhead is (name == "filing-letter") and bool(head.signer) is (name != "filing-letter")
