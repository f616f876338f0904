"""The other forms: registers, opinions, acceptance, keeping, surveys, matching, awards, the ledger and the chart."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import pairwise

import pdfplumber
import pytest

from haicang_desk.model.blocks import BoxShape, Note, PaperSize
from haicang_desk.model.documents import DOCUMENTS
from haicang_desk.model.documents.context import project_context, street_context, village_context
from haicang_desk.model.documents.form_parts import money_text, paper_of
from haicang_desk.model.documents.forms.workflow_chart import steps_chart
from haicang_desk.model.documents.survey_results import SurveyResult, by_group, survey_result
from haicang_desk.model.records import (
    Disbursement,
    Link,
    PaidFrom,
    Participation,
    Progress,
    Prose,
    Spending,
    Suggestion,
    SurveyGroup,
    TakingPart,
    Village,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.typesetting import write_batch
from haicang_desk.model.values import Money
from haicang_desk.model.workflow import LANES, MAIN_PATH, STEPS
from tests.documents.asking import AS_OF, CARE, GYM, LAMPS, beside, blocks_of, case_of, everything, rows_of, said
from tests.typesetting.pdf_reading import MM, pages


@pytest.fixture
def ours(year):
    return village_context(year, year.all(Village)[0], 2018, AS_OF)


def of_village(name, context):
    return list(DOCUMENTS[name].compose(context))


# ---- registers of a village


def test_suggestions_are_listed_with_what_became_of_them(ours):
    rows = list(rows_of(of_village("suggestion-register", ours)))
    assert rows[1] == [
        "1",
        "2018年6月10日",
        "意见箱",
        "张晓明",
        "13800008000",
        "楼道灯坏了很久，老人晚上不敢下楼。",
        "30",
        "列入备选",
        "老旧楼道照明更换及消防通道整治",
    ]
    assert rows[2][3] == "匿名" and len(rows) == 3


def test_what_was_said_in_another_year_is_left_out(year, ours):
    with year.change("征集", actor="陈") as change:
        for on in (date(2017, 12, 31), date(2018, 12, 31)):
            change.save(Suggestion(village=Link(ours.village.id), told_on=on, text=Prose(f"{on}")))
    told = [heard.text for heard in village_context(year, ours.village, 2018, AS_OF).suggestions]
    assert "2018-12-31" in told and "2017-12-31" not in told


def test_a_register_without_entries_is_one_to_write_in(year, ours):
    empty = replace(ours, suggestions=(), cases=())
    assert len(list(rows_of(of_village("suggestion-register", empty)))) == 9
    assert len(list(rows_of(of_village("project-list", empty)))) == 10


def test_the_list_is_by_urgency_and_adds_up(ours):
    rows = list(rows_of(of_village("project-list", ours)))
    assert [row[9] for row in rows[1:-1]] == ["急", "", ""]
    assert rows[-1][1:4] == ["598,000.00", "438,000.00", "160,000.00"]
    assert rows[1][11] == "2018年8月1日\n2018年8月8日" and rows[3][12] == "备选"


def test_the_ledger_of_a_village_is_the_register(year, ours):
    project = case_of(year, LAMPS).project
    with year.change("登记", actor="陈") as change:
        change.save(
            Spending(project=Link(project.id), spent_on=date(2018, 10, 1), content="灯具", amount=Money(8_000_000))
        )
    context = village_context(year, ours.village, 2018, AS_OF)
    rows = [row for row in rows_of(of_village("village-ledger", context)) if row[0] == "合计"]
    balance = context.balance
    assert rows[0][1:5] == [
        str(balance.total),
        str(balance.approved_special),
        str(balance.social),
        str(balance.disbursed),
    ]
    assert rows[1][1:] == [str(balance.disbursed), "80,000.00", str(Money(balance.disbursed - 8_000_000))]


# ---- forms of a project


def test_each_group_has_its_place_to_say_so(year):
    rows = list(rows_of(blocks_of(year, "opinion-form", LAMPS)))
    groups = [
        row
        for row in rows
        if "".join(row[0].split()) in ("挂钩街道领导", "村居两委", "党员代表", "居民代表", "老人协会")
    ]
    assert [row[6] for row in groups] == ["1", "2", "3", "4", "5"]
    answers = [row[0] for row in rows if row[0].startswith(("☑", "□同意"))]
    assert answers[0].startswith("☑同意　□不同意　□建议")
    none = [row[0] for row in rows_of(blocks_of(year, "opinion-form", CARE)) if "无此组织" in row[0]]
    assert none == ["□同意　□不同意　□建议\n本村居无此组织。"]


def test_the_day_by_which_it_must_be_done_is_counted_from_the_appointment(year):
    blocks = blocks_of(year, "implementer-form", LAMPS)
    assert beside(blocks, "时限要求") == "2019年2月25日前完工"
    assert beside(blocks, "成交价") == "285,000.00"


def all_came(year):
    """The gifts of the project arrive with their papers, as the settlement has them."""
    cash = (Money(3_000_000), Money(1_000_000))
    with year.change("到账", actor="陈") as change:
        for part in case_of(year, LAMPS).participations:
            change.save(replace(part, received=part.amount in cash or None, basis="凭据"))


def test_acceptance_compares_settlement_with_what_was_approved(year):
    all_came(year)
    rows = list(rows_of(blocks_of(year, "acceptance-form", LAMPS)))
    assert ["合计", "300,000.00", "290,000.00", "减少 10,000.00"] in rows
    blocks = blocks_of(year, "acceptance-form", LAMPS)
    assert beside(blocks, "应付财政资金") == said(money_text(Money(17_100_000)))
    assert beside(blocks, "应补拨") == said(money_text(Money(17_100_000 - 15_750_000)))
    assert beside(blocks, "是否按期") == "应于 2019年2月25日前完工，实际 2018年12月10日，按期"


def test_more_paid_than_is_due_is_to_be_paid_back(year):
    all_came(year)
    with year.change("拨付", actor="陈") as change:
        project = Link(case_of(year, LAMPS).project.id)
        change.save(Disbursement(project=project, paid_on=date(2018, 12, 30), amount=Money(1_750_000), payee="村"))
    assert beside(blocks_of(year, "acceptance-form", LAMPS), "应退回") == said(money_text(Money(400_000)))


def test_the_keeper_is_named_with_duty_and_money(year):
    blocks = blocks_of(year, "maintenance-form", LAMPS)
    assert beside(blocks, "管养单位") == "霞阳社区居民委员会"
    assert beside(blocks, "配套资金") == said(money_text(Money(600_000)))
    assert "不是工程类" in DOCUMENTS["maintenance-form"].unavailable_reason(
        project_context(year, case_of(year, GYM), AS_OF)
    )


@pytest.fixture
def matched(year):
    case = case_of(year, CARE)
    of = Link(case.project.id)
    with year.change("登记", actor="陈") as change:
        change.save(replace(case.project, charity="老人日间照料", special=Money(), matching=Money(10_000_000)))
        for amount, received in ((8_000_000, True), (5_000_000, False)):
            change.save(
                Participation(
                    project=of,
                    party=f"企业{amount}",
                    kind="企业",
                    manner=TakingPart.DONATE,
                    took_on=date(2018, 9, 1),
                    amount=Money(amount),
                    received=received,
                )
            )
        change.save(
            Disbursement(
                project=of,
                paid_on=date(2018, 10, 1),
                amount=Money(3_000_000),
                source=PaidFrom.MATCHING,
                payee="村",
            )
        )
    return year


def test_matching_follows_the_cash_received(matched):
    blocks = blocks_of(matched, "matching-form", CARE)
    rows = {row[-3]: row[-2:] for row in rows_of(blocks) if len(row) > 2}
    for name, fen in (
        *(("累计到账现金", 8_000_000), ("可补助上限", 8_000_000)),
        *(("累计已补助", 3_000_000), ("本次申请补助", 7_000_000)),
    ):
        assert rows[name] == [str(Money(fen)), Money(fen).capitals]
    assert "1:1 同步补助，单个项目累计不超过 200,000.00 元" in beside(blocks, "补助办法")


def test_the_ballot_names_nobody_and_offers_every_level(year):
    blocks = blocks_of(year, "survey-form", LAMPS)
    rows = [row for row in rows_of(blocks) if row[0].isdigit()]
    assert len(rows) == 7 and all(row[2:] == ["□"] * 5 for row in rows)
    assert beside(blocks, "您的身份") == "□两代表一委员　□村居党员　□村居民代表　□项目专家"


def test_ballots_are_pooled(year):
    surveys = case_of(year, LAMPS).surveys
    assert survey_result(surveys).counts == (24, 12, 4, 0, 0)
    assert survey_result(surveys).points == "90.00"
    assert {group: held.ballots for group, held in by_group(surveys).items()} == dict.fromkeys(SurveyGroup, 10)
    assert survey_result(()).points == ""
    assert SurveyResult((1, 1, 1, 1, 1)).points == "60.00" and SurveyResult((0, 0, 0, 0, 3)).points == "20.00"
    assert SurveyResult((1, 1, 1, 1, 1)).pleased == 2 and SurveyResult((1, 1, 1, 1, 1)).accepting == 3


def test_the_result_is_told_by_group_and_together(year):
    blocks = blocks_of(year, "survey-notice", LAMPS)
    rows = list(rows_of(blocks))
    assert rows[-1] == ["合计", "40", "24", "12", "4", "0", "0", "90.00%"]
    assert "仅供参考" not in everything(blocks)
    with year.change("改", actor="陈") as change:
        for survey in case_of(year, LAMPS).surveys[1:]:
            change.save(replace(survey, void=True))
    assert "样本量 n=10，仅供参考" in everything(blocks_of(year, "survey-notice", LAMPS))


def test_the_nomination_has_scores_and_effects(year):
    blocks = blocks_of(year, "award-form", LAMPS)
    assert beside(blocks, "居民评议得分") == "92.5"
    assert "受益 1260 人；满意率 90.00%（有效票 40）；社会投入 119,000.00 元，占总资金 41.03%" in beside(
        blocks, "项目成效"
    )


def test_the_years_best_come_first(year):
    blocks = list(DOCUMENTS["award-notice"].compose(street_context(year, 2018, AS_OF)))
    head, first = rows_of(blocks)
    assert (head[:2], first[:2]) == (["名次", "项目名称"], ["1", "老旧楼道照明更换及消防通道整治"])
    assert (head[-1], first[-1]) == ("结果", "优秀")
    assert "还没有评优结果" in DOCUMENTS["award-notice"].unavailable_reason(street_context(year, 2019, AS_OF))


# ---- 工作流程图


def test_the_chart_is_drawn_from_the_steps():
    chart = steps_chart()
    assert {box.key for box in chart.boxes} - set(STEPS) == {"award"}  # the year's best: no step of one project
    for box in chart.boxes:
        assert box.key == "award" or box.lane == LANES[STEPS[box.key].role]
    assert [step.back for step in STEPS.values() if step.back] == [
        (arrow.source, arrow.target) for arrow in chart.arrows if arrow.label in ("退回补正", "备案退补")
    ]
    forward = {(arrow.source, arrow.target) for arrow in chart.arrows}
    assert all(pair in forward for pair in pairwise(MAIN_PATH))


def test_every_step_that_moves_a_sound_project_is_on_the_chart():
    answered = {"withdraw", "send_back", "reject", "terminate"}
    assert {step.name for step in STEPS.values() if step.changes_stage} - answered <= set(MAIN_PATH)
    assert [box.key for box in steps_chart().boxes if box.shape is BoxShape.CHOICE] == ["approve"]


def test_the_chart_speaks_in_the_words_of_the_policy():
    chart = steps_chart()
    for words in (
        "在村居公告栏公示项目具体内容",
        "村居党委牵头组织实施",
        "资金由街道直接拨付给村居",
        "两代表一委员",
        "列入项目库推广",
    ):
        assert any(words in box.text for box in chart.boxes)
    assert not any(step.label in ("登记意见", "登记测评") for step in STEPS.values() if step.label in repr(chart))
    assert [name for name, _ in chart.phases] == ["项目征集", "项目审批", "项目实施管理", "公示评议"]


def test_the_chart_fills_one_page_in_type_of_at_least_10_points_and_no_arrow_crosses_a_box(year):
    paper = paper_of(DOCUMENTS["workflow-chart"], street_context(year, 2018, AS_OF), PaperSize.A4)
    data = write_batch([paper], "流程图")
    (lines,) = pages(data)
    drawn = [line for line in lines if line.size > 9.5]
    assert min(round(line.size, 2) for line in drawn) >= 10.5
    assert max(line.baseline for line in drawn) > 297 * MM * 0.85  # the note under it ends near the foot
    with pdfplumber.open(BytesIO(data)) as pdf:
        (page,) = pdf.pages
        boxes = [shape for shape in (*page.curves, *page.rects) if shape["fill"] and 100 < shape["width"] < 160]
        assert len(boxes) == len(steps_chart().boxes)
        for line in (*page.lines, *page.curves):
            points = line["pts"]
            if line["fill"] or len(points) > 5:
                continue
            for (x, y), (to_x, to_y) in pairwise(points):
                for box in boxes:
                    inside = max(x, to_x) > box["x0"] + 1 and min(x, to_x) < box["x1"] - 1
                    assert not (inside and max(y, to_y) > box["top"] + 1 and min(y, to_y) < box["bottom"] - 1)


def test_the_chart_tells_the_terms_of_the_rule_set(year):
    blocks = DOCUMENTS["workflow-chart"].compose(street_context(year, 2018, AS_OF))
    (note,) = [said(block.words) for block in blocks if isinstance(block, Note)]
    assert re.search("不少于7日.*服务类1个月内.*工程类6个月内", note)


def test_a_project_under_way_can_be_surveyed_and_not_yet_accepted(year):
    case = case_of(year, CARE)
    with year.change("改", actor="陈") as change:
        change.save(Progress(project=Link(case.project.id), happened_on=AS_OF, event=ProgressEvent.START))
    context = project_context(year, case_of(year, CARE), AS_OF)
    assert not DOCUMENTS["survey-form"].unavailable_reason(context)
    assert DOCUMENTS["acceptance-form"].unavailable_reason(context)
