"""The text of forms: every figure comes from the records, in figures and in 大写."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from haicang_desk.model.blocks import Grid, Note, PaperSize, Para, Title
from haicang_desk.model.documents import DOCUMENTS
from haicang_desk.model.documents.context import project_context, street_context
from haicang_desk.model.documents.form_parts import money_text, paper_of, percent, span_text
from haicang_desk.model.documents.forms.compliance import rulings
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.records import Disbursement, Link, Progress, Project, Prose, QuarterLine, Refund, Waiver
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.rules import RULES
from haicang_desk.model.services import Workspace
from haicang_desk.model.values import Money
from tests.documents.asking import (
    AS_OF,
    CARE,
    GYM,
    LAMPS,
    SCHOOL,
    beside,
    blocks_of,
    case_of,
    everything,
    flat,
    rows_of,
    said,
)

PAIR = re.compile(r"小写：([\d,.]+) 元　　大写：(\S+)")


@pytest.mark.parametrize("fen", [0, 1, 5, 10, 17_500_000, 20_000_001, 1_234_567_890, 10_200_030_405])
def test_figures_and_capitals_come_of_the_same_fen(fen):
    figures, capitals = PAIR.fullmatch(said(money_text(Money(fen)))).groups()
    assert Money.parse(figures) == fen and capitals == Money(fen).capitals


def test_an_unknown_sum_is_two_lines_to_write_on():
    assert said(money_text(None)) == "小写：___元　　大写：人民币___"


@pytest.mark.parametrize(
    ("part", "whole", "shown"), [(1, 3, "33.33%"), (2, 3, "66.67%"), (0, 5, "0.00%"), (5, 0, "—"), (1, 80_000, "0.00%")]
)
def test_shares_have_two_decimals(part, whole, shown):
    assert percent(part, whole) == shown


def test_dates_are_full_at_both_ends():
    assert span_text(date(2018, 8, 1), date(2018, 8, 8)) == "2018年8月1日至2018年8月8日"


@pytest.mark.parametrize(
    ("seal", "code", "scanned"),
    [
        ("aa404b954f367994", LAMPS, f"AA404B954F367994 {LAMPS}"),
        ("", LAMPS, LAMPS),
        ("aa404b954f367994", "霞阳-01", "AA404B954F367994"),  # no hand scanner types Chinese
        ("", "", ""),
    ],
)
def test_a_form_is_scanned_as_one_line_of_seal_and_number_a_letter_is_not(year, seal, code, scanned):
    context = replace(project_context(year, case_of(year, LAMPS), AS_OF), seal=seal)
    context = replace(context, case=replace(context.case, project=replace(context.case.project, code=code)))
    assert paper_of(DOCUMENTS["disbursement-form"], context, PaperSize.A4).setup.qr == scanned
    assert paper_of(DOCUMENTS["filing-letter"], street_context(year, 2018, AS_OF), PaperSize.A4).setup.qr == ""


# ---- application-form


def test_the_application_says_what_was_filed(year):
    blocks = blocks_of(year, "application-form", LAMPS)
    project = year.project(LAMPS)
    assert blocks[0] == Title("厦门市海沧区“社会+”民生微实事项目申报表")
    assert list(map(said, blocks[1].items)) == [
        f"项目编号：{LAMPS}",
        "2018年度第___批",
        "填报日期：2018年8月9日",
        "单位：元",
    ]
    assert beside(blocks, "项目名称") == project.title
    assert beside(blocks, "项目类别") == "□服务类　□货物类　☑工程类"
    assert beside(blocks, "总资金大写") == "人民币叁拾万元整"
    assert beside(blocks, "区级专项资金") == "180,000.00"
    assert beside(blocks, "意见来源") == "共 1 条：意见箱 1 条；支持 30 人次"
    assert beside(blocks, "公示起止") == "2018年8月1日至2018年8月8日"
    assert ["老人协会", "2018年7月25日", "5", "5", "0", "", ""] in list(rows_of(blocks))
    assert said(money_text(Money(17_500_000))) == beside(blocks, "核定专项资金")


def test_what_is_not_known_is_left_to_be_written(year):
    blocks = blocks_of(year, "application-form", GYM)
    assert beside(blocks, "核定专项资金") == "小写：___元　　大写：人民币___"
    assert beside(blocks, "公示起止") == "" and beside(blocks, "实施起止") == ""
    assert beside(blocks, "涉强制标准") == "□是　□否"


def test_a_village_without_elders_says_so(year):
    rows = list(rows_of(blocks_of(year, "application-form", CARE)))
    assert ["老人协会", "", "", "", "", "本村居无此组织", ""] in rows


def test_budget_lines_are_added_up(year):
    rows = list(rows_of(blocks_of(year, "application-form", LAMPS)))
    assert ["合计", "300,000.00", ""] in rows
    assert sum(row[-1] == "区级专项资金" and row[0].isdigit() for row in rows) == 1


def test_every_field_a_village_files_is_on_the_form(year):
    """Whatever is typed on the screen for a project can be read on the paper that is signed."""
    project = year.project(LAMPS)
    texts = {
        name: f"某{said.label}某"
        for name, said in Project.fields.items()
        if said.kind in (str, Prose) and name not in ("code", "valuation_basis")
    }
    line = case_of(year, LAMPS).budget_lines[0]
    with year.change("改", actor="陈") as change:
        change.save(replace(project, **texts, advance_paid=True))
        change.save(replace(line, note="某说明某"))
    told = everything(blocks_of(year, "application-form", LAMPS))
    assert [text for text in (*texts.values(), "某说明某", "新街〔2018〕12号") if text not in told] == []
    assert beside(blocks_of(year, "application-form", LAMPS), "先行列支") == "☑是　□否"


# ---- approval-form


def test_every_rule_has_its_result_and_clause(year):
    """Rules are named in words, each with its clause; a code says nothing to those who sign."""
    context = project_context(year, case_of(year, LAMPS), AS_OF)
    assert {ruling.code for ruling in rulings(context)} == {rule.code for rule in RULES}
    assert all(ruling.place and ruling.result and ruling.title for ruling in rulings(context))
    told = everything(blocks_of(year, "approval-form", LAMPS))
    decided = rulings(replace(context, findings=()))
    assert sum(ruling.title in told for ruling in decided) >= len(decided) - 4  # those with findings say what is amiss
    assert not re.search(r"R\d\d", told)


def test_a_project_is_weighed_as_it_stood_when_it_was_decided_on(year):
    """What was paid, settled or entered later was not before the deciders."""
    then = blocks_of(year, "approval-form", LAMPS, date(2018, 8, 15))
    with year.change("季报", actor="陈") as change:
        change.save(
            QuarterLine(year=2018, quarter=3, project=Link(case_of(year, LAMPS).project.id), disbursed=Money(7))
        )
    assert everything(blocks_of(year, "approval-form", LAMPS)) == everything(then)
    assert "合规检查结果（2018年8月15日）" in everything(then)


@pytest.mark.parametrize(
    ("severity", "excused", "result"),
    [
        (Severity.BLOCK, None, "不符合"),
        (Severity.EXCEPTION, None, "例外待批"),
        (Severity.EXCEPTION, "新街纪要9号", "例外"),
        (Severity.WARN, None, "提示"),
    ],
)
def test_a_finding_is_told_by_its_severity(year, severity, excused, result):
    context = project_context(year, case_of(year, LAMPS), AS_OF)
    found = Finding(
        rule="R01", severity=severity, message="超出", clause=context.policy.at("三(三)¶2"), excused_by=excused
    )
    told = {ruling.code: ruling.result for ruling in rulings(replace(context, findings=(found,)))}
    assert told["R01"] == result
    assert set(told.values()) - {result} == {"通过"}


def test_the_approval_weighs_both_bases_of_services(year):
    opinion = beside(blocks_of(year, "approval-form", LAMPS), "资金平衡意见")
    balance = year.register(2018).villages[case_of(year, LAMPS).village.id]
    assert f"按总资金计 {balance.service_total} 元" in opinion
    assert f"按专项资金计 {balance.service_special} 元" in opinion
    assert f"占 {balance.total} 元的 {percent(balance.service_total, balance.total)}" in opinion


def test_waivers_stand_on_the_approval(year):
    waived = beside(blocks_of(year, "approval-form", LAMPS), "例外事项")
    assert waived == "不得申报的范围：新阳街道办事处（新街纪要〔2018〕9号 2018年8月10日），楼栋无物业服务企业"


def test_what_was_taken_off_is_told(year):
    rows = list(rows_of(blocks_of(year, "approval-form", LAMPS)))
    assert ["区级专项资金", "180,000.00", "175,000.00", "5,000.00"] in rows
    assert ["社会资源资金小计", "120,000.00", "125,000.00", "核增 5,000.00"] in rows


# ---- filing


def test_the_filing_form_says_what_was_approved(year):
    blocks = blocks_of(year, "filing-form", LAMPS)
    assert sums(blocks, 0)["核定总资金"] == told(30_000_000)
    assert beside(blocks, "牵头单位") == "霞阳社区党委"
    assert "例外：不得申报的范围（新街纪要〔2018〕9号）" in beside(blocks, "备注")
    assert beside(blocks, "备案号") == "海民微备2018-007" and beside(blocks, "备案结果") == "已备案"


def test_the_register_adds_up_village_by_village(year):
    from haicang_desk.model.documents.context import street_context

    rows = list(rows_of(DOCUMENTS["filing-register"].compose(street_context(year, 2018, AS_OF))))
    heads = [row for row in rows if row[0].startswith("霞阳社区（")]
    assert heads == [["霞阳社区（2 项）", "498,000.00", "373,000.00", "125,000.00", ""]]
    assert rows[-1][:4] == ["合计（2 项）", "498,000.00", "373,000.00", "125,000.00"]
    assert sum(Money.parse(row[3]) for row in rows if row[0].isdigit()) == Money.parse(rows[-1][1])


@pytest.mark.parametrize("name", ["filing-register", "filing-letter"])
def test_the_columns_of_approved_money_add_up_to_the_total(year, name):
    """Where a project has 以奖代补 it has a column."""
    case = case_of(year, SCHOOL)
    with year.change("改", actor="陈") as change:
        change.save(replace(case.project, matching=Money(1_000_000)))
        change.save(replace(case.approval, matching=Money(1_000_000), total=None))
        for each in case.filings:
            change.save(replace(each, void=True))
    rows = list(rows_of(DOCUMENTS[name].compose(street_context(year, 2018, AS_OF))))
    head = next(row for row in rows if row[0] == "序号")
    assert head[3:7] == ["核定总资金", "核定专项", "以奖代补", "社会投入"]
    lines = [list(map(Money.parse, row[3:7])) for row in rows if row[0].isdigit()]
    assert lines and all(total == sum(parts, Money(0)) for total, *parts in lines)
    assert list(map(Money.parse, rows[-1][1:5])) == [sum(column, Money(0)) for column in zip(*lines, strict=True)]


# ---- disbursement-form


def sums(blocks, page: int) -> dict[str, tuple[str, str]]:
    """The sums on a page by name, in figures and in 大写."""
    grid = [block for block in blocks if isinstance(block, Grid)][page]
    return {row[-3]: (row[-2], row[-1]) for row in rows_of([grid]) if len(row) >= 3 and "人民币" in row[-1]}


def told(fen: int) -> tuple[str, str]:
    """A sum in figures and in 大写, of the same fen."""
    return str(Money(fen)), Money(fen).capitals


def test_each_payment_counts_what_was_paid_before(year):
    blocks = blocks_of(year, "disbursement-form", LAMPS)
    first, second, blank = (sums(blocks, page) for page in range(3))
    assert first["已拨累计"] == told(0)
    assert first["本次申请"] == second["已拨累计"] == told(8_750_000)
    assert second["拨后余额"] == told(17_500_000 - 8_750_000 - 7_000_000)
    assert blank["本次申请"] == ("", "人民币___")


def test_a_payment_is_shown_as_the_project_stood_that_day(year):
    blocks = blocks_of(year, "disbursement-form", LAMPS)
    assert beside(blocks, "拨付依据").endswith("进度：开工，5%（2018年9月1日）")
    assert "决算应付" not in sums(blocks, 0) and "决算应付" in sums(blocks, 1)


def test_money_paid_back_is_not_counted_as_paid(year):
    case = case_of(year, LAMPS)
    with year.change("退款", actor="陈") as change:
        change.save(Refund(project=Link(case.project.id), returned_on=date(2018, 10, 1), amount=Money(1_000_000)))
    assert sums(blocks_of(year, "disbursement-form", LAMPS), 1)["已拨累计"] == told(7_750_000)


def notes(year) -> list[str]:
    return [str(block.words) for block in flat(blocks_of(year, "disbursement-form", LAMPS)) if isinstance(block, Note)]


def test_leave_to_have_one_person_approve_and_pay_stands_on_the_form(year):
    """R34: whoever reads the paper sees that one person did both, and by what leave."""
    case = case_of(year, LAMPS)
    paid = case.disbursements[0]
    leave = Waiver(
        project=Link(case.project.id), rule="R34", authority="新阳街道党工委", number="新委〔2018〕3号",
        granted_on=date(2018, 1, 2), reason=Prose("编制只有一人"),
    )  # fmt: skip
    with year.change("登记例外", actor="陈") as change:
        change.save(leave)
    assert not any("同一人" in note for note in notes(year))  # two did
    with year.change("改", actor="陈") as change:
        change.save(replace(paid, handler="洪", approver="洪"))
    told = [note for note in notes(year) if "同一人" in note]
    assert told == ["经办与审批为同一人（洪），依新阳街道党工委新委〔2018〕3号。"]


def test_nothing_is_left_to_ask_for_once_all_is_paid(year):
    case = case_of(year, LAMPS)
    with year.change("拨付", actor="陈") as change:
        change.save(
            Disbursement(project=Link(case.project.id), paid_on=date(2018, 12, 30), amount=Money(1_350_000), payee="村")
        )
    assert len([b for b in blocks_of(year, "disbursement-form", LAMPS) if isinstance(b, Grid)]) == 3
    assert sums(blocks_of(year, "disbursement-form", LAMPS), 2)["本次申请"] == told(1_350_000)


# ---- what holds for all


@pytest.mark.parametrize(
    ("name", "code", "reason"),
    [
        ("approval-form", GYM, "尚未申报"),
        ("filing-form", CARE, "尚未批准"),
        ("disbursement-form", SCHOOL, "尚未备案"),
        ("completion-notice", SCHOOL, "尚未完工"),
    ],
)
def test_a_document_says_why_it_is_not_yet_one(year, name, code, reason):
    assert reason in DOCUMENTS[name].unavailable_reason(project_context(year, case_of(year, code), AS_OF))
    assert not DOCUMENTS[name].unavailable_reason(project_context(year, case_of(year, LAMPS), AS_OF))


@pytest.mark.parametrize("name", [name for name, document in DOCUMENTS.items() if document.scope == "project"])
def test_every_title_has_the_schemes_full_name(year, name):
    """A notice has it in the sentence below its short title."""
    blocks = blocks_of(year, name, LAMPS)
    titles = [block.text for block in blocks if isinstance(block, Title)]
    if name.endswith("-notice"):
        titles = [said(block.words) for block in blocks if isinstance(block, Para)][:1]
    assert titles and all("“社会+”民生微实事" in title for title in titles)


HOSTILE = "<b>粗</b> &amp; =SUM(A1) 戙𬭎 {{x}} %s <img src='/etc/passwd'/>"


@pytest.mark.parametrize("name", [name for name, document in DOCUMENTS.items() if document.scope == "project"])
def test_typed_text_is_never_read_as_anything_else(year: Workspace, name: str):
    project: Project = year.project(LAMPS)
    with year.change("改", actor="陈") as change:
        change.save(replace(project, title=HOSTILE, works=Prose(HOSTILE)))
    assert repr(HOSTILE)[1:-1] in everything(blocks_of(year, name, LAMPS)).replace("\\'", "'")


def test_progress_of_another_day_does_not_reach_a_cut_casefile(year):
    from haicang_desk.model.documents.as_of import casefile_as_of

    case = case_of(year, LAMPS)
    september = casefile_as_of(case, date(2018, 9, 30))
    assert [step.event for step in september.progress] == [ProgressEvent.START]
    assert september.settlement is None and september.disbursed == 8_750_000
    assert casefile_as_of(case, date(2018, 8, 18)).filing is None  # sent, not yet recorded
    assert casefile_as_of(case, date(2018, 8, 18)).filings[0].number == ""
    assert casefile_as_of(case, date(2018, 8, 8)).project.submitted_on is None
    assert casefile_as_of(case, date(2019, 12, 31)) == case
    assert isinstance(case.progress[0], Progress)


def test_what_became_of_an_opinion_stands_on_both_forms(year):
    told = case_of(year, LAMPS).opinions[-1]
    with year.change("改", actor="陈") as change:
        change.save(replace(told, gist=Prose("太亮"), adopted=Prose("改装遮光罩")))
    for name in ("application-form", "opinion-form"):
        assert "采纳情况：改装遮光罩" in everything(blocks_of(year, name, LAMPS))
