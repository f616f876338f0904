"""The forms as they are drawn: pages by design, room to sign and to seal, type, ticks and sums; easy and hard data."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from haicang_desk.model.blocks import Paper, PaperSize
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents import DOCUMENTS
from haicang_desk.model.documents.context import ProjectContext, project_context
from haicang_desk.model.documents.form_parts import paper_of
from haicang_desk.model.documents.forms.acceptance_wording import as_agreed, quality_passed
from haicang_desk.model.documents.forms.continuation import SEE, Continuation, lines_of
from haicang_desk.model.records import (
    ACCEPTANCE_PHOTOGRAPHS,
    Attachment,
    Disbursement,
    Link,
    Phase,
    Project,
    Prose,
    Record,
    TakingPart,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.services import Workspace
from haicang_desk.model.values import Money
from tests.conftest import NOW
from tests.documents.asking import AS_OF, CARE, LAMPS, beside, blocks_of, case_of, rows_of
from tests.documents.crowded import crowd
from tests.documents.drawn import Page, drawn
from tests.scanning import photograph

PAGES = {  # of the reference project, by design
    "opinion-form": 2,
    "filing-form": 1,
    "implementer-form": 1,
    "disbursement-form": 3,  # two payments, and one to fill in
    "acceptance-form": 2,
    "maintenance-form": 1,
    "survey-form": 1,
    "matching-form": 1,
    "award-form": 1,
}
SEALS = {  # cells to seal, on all pages
    "opinion-form": 1,
    "filing-form": 2,
    "implementer-form": 2,
    "disbursement-form": 3,
    "acceptance-form": 3,
    "maintenance-form": 3,
    "survey-form": 0,
    "matching-form": 3,
    "award-form": 2,
}
SEAL, RULE, ROW, TYPE = 45.0, 30.0, 10.0, 10.5  # mm, mm, mm, points
FOOTER = 281.0  # mm from the upper edge: small type stands below


def form(context: ProjectContext, name: str) -> Paper:
    return paper_of(DOCUMENTS[name], context, PaperSize.A4)


def context_of(ws, code: str) -> ProjectContext:
    return project_context(ws, case_of(ws, code), AS_OF)


def saved(ws, *records: Record) -> None:
    with ws.change("登记", actor="陈") as change:
        for record in records:
            change.save(record)


@pytest.fixture(scope="module")
def made(filled) -> dict[str, list[Page]]:
    """Every form of the reference project as it is drawn, once."""
    ws = Workspace(filled, now=lambda: NOW)
    return {name: drawn(form(context_of(ws, CARE if name == "matching-form" else LAMPS), name)) for name in PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_a_form_has_the_pages_it_is_designed_for(made, name):
    assert len(made[name]) == PAGES[name]


def to_seal(pages: list[Page]) -> Iterator[tuple[Page, object]]:
    for page in pages:
        for found in page.found("（盖章）"):
            if page.text[page.characters.index(found[-1]) + 1 :].startswith("："):
                continue  # 填报单位（盖章）： above the table
            yield page, page.cell(found[0].left, (found[0].top + found[0].bottom) / 2)


@pytest.mark.parametrize("name", PAGES)
def test_a_seal_has_its_room_and_nothing_but_office_and_date_under_it(made, name):
    cells = list(to_seal(made[name]))
    assert len(cells) == SEALS[name]
    for page, box in cells:
        assert box.width >= SEAL and box.height >= SEAL
        square = replace(box, left=box.right - SEAL, top=box.bottom - SEAL)
        under = "".join(page.within(square).split())
        assert under.endswith("年月日") or "（盖章）" in under
        assert "签字" not in under and "负责人" not in under and "_" not in under


@pytest.mark.parametrize("name", PAGES)
def test_a_rule_to_sign_on_is_thirty_millimetres(made, name):
    rules = [
        page.rule_after(found[-1]) for page in made[name] for who in ("签字：", "负责人：") for found in page.found(who)
    ]
    assert all(rule >= RULE for rule in rules)
    assert rules or name == "survey-form"


def test_rows_of_facts_are_roomy_and_the_ballot_is_read_by_every_age(made):
    (filing,), (ballot,) = made["filing-form"], made["survey-form"]
    assert filing.beside(filing.cell_of("项目名称")).height >= 8
    assert {round(each.size, 1) for each in next(ballot.found("总体满意度"))} == {12.0}
    assert ballot.cell_of("总体满意度").height >= 13


TO_SIGN = [
    *(("disbursement-form", step) for step in ("经办", "审核", "审批", "财务")),
    *(("acceptance-form", who) for who in ("居民代表", "监督委员会")),
    ("implementer-form", "街道经办部门"),
]


@pytest.mark.parametrize(("name", "who"), TO_SIGN)
def test_a_row_to_sign_is_ten_millimetres_high(made, name, who):
    page = made[name][-1]
    box = page.beside(page.cell_of(who, 1 if who == "审核" else 0))  # 请予审核 is the first
    assert box.height >= ROW and box.width >= 25
    if name == "disbursement-form":
        assert page.beside(box).height >= ROW and page.beside(box).width >= RULE


def smaller(page: Page) -> set[float]:
    """Type sizes above the footer that are smaller than those of a form."""
    return {round(each.size, 2) for each in page.characters if each.bottom < FOOTER} & {n / 100 for n in range(1050)}


@pytest.mark.parametrize("name", PAGES)
def test_no_form_is_set_in_smaller_type_than_its_design(made, name):
    for page in made[name]:
        assert smaller(page) == set()


# ---- forms on which people sign by name


def test_everyone_who_was_asked_has_a_place_to_sign(year):
    saved(year, *(replace(each, people=7, agreed=7) for each in case_of(year, LAMPS).opinions))
    first, second = drawn(form(context_of(year, LAMPS), "opinion-form"))
    assert "征求意见表：签名册" in second.text and second.text.count("7 人") == 5
    assert len(list(first.cells_of("7"))) == 10  # 人数 and 同意
    for number in range(1, 8):
        places = [second.beside(box) for box in second.cells_of(str(number))]
        assert len(places) == 5
        assert all(place.height >= ROW and place.width >= RULE for place in places)


def test_more_people_than_a_list_has_room_for_sign_on_the_list_of_the_meeting(year):
    many = next(each for each in case_of(year, LAMPS).opinions if each.people == 4)
    saved(year, replace(many, people=120, agreed=118, opposed=2))
    pages = drawn(form(context_of(year, LAMPS), "opinion-form"))
    assert len(pages) == 2 and "共 120 人，签名见所附签到册" in pages[1].text


@pytest.mark.parametrize(
    ("agreed", "opposed", "ticked"), [(7, 0, "☑同意"), (0, 7, "☑不同意"), (6, 1, ""), (None, None, ""), (0, 0, "")]
)
def test_an_opinion_is_ticked_as_its_votes_say(year, agreed, opposed, ticked):
    first = case_of(year, LAMPS).opinions[0]
    saved(year, replace(first, agreed=agreed, opposed=opposed))
    answers = [cell for row in rows_of(blocks_of(year, "opinion-form", LAMPS)) for cell in row if "□建议" in cell]
    assert [mark for mark in answers[0].split("　") if mark.startswith("☑")] == ([ticked] if ticked else [])


# ---- acceptance


@pytest.mark.parametrize(
    ("conclusion", "quality", "content"),
    [
        ("街道、村居、居民代表三方验收，质量合格，资料齐全", True, None),
        ("数量与合同一致，质量合格。", True, True),
        ("质量不合格，须返工", False, None),
        ("数量与合同不符，质量合格", True, False),
        ("未通过验收", False, None),
        ("部分不合格，已整改合格", None, None),
        ("整改合格后再验", None, None),
        ("是否合格待检测", None, None),
        ("", None, None),
    ],
)
def test_a_conclusion_says_what_is_ticked(year, conclusion, quality, content):
    assert (quality_passed(conclusion), as_agreed(conclusion)) == (quality, content)
    accepted = case_of(year, LAMPS).first(ProgressEvent.ACCEPT)
    saved(year, replace(accepted, account=Prose(conclusion)))
    blocks = blocks_of(year, "acceptance-form", LAMPS)
    boxes = {None: ("□", "□"), True: ("☑", "□"), False: ("□", "☑")}
    yes, no = boxes[quality]
    assert beside(blocks, "质量") == f"{yes}合格　{no}不合格"
    yes, no = boxes[content]
    assert beside(blocks, "内容与数量") == f"{yes}与合同一致　{no}有出入"


def test_a_difference_of_the_final_accounts_has_no_minus(year):
    settled = case_of(year, LAMPS).settlement
    saved(year, replace(settled, special=Money(18_000_000), labour=Money(1_000_000)))
    rows = {row[-4]: row for row in rows_of(blocks_of(year, "acceptance-form", LAMPS)) if len(row) >= 4}
    assert rows["区级专项资金"][-1] == "超出 5,000.00"
    assert rows["投工投劳折价"][-1] == "减少 8,000.00"
    assert rows["捐赠现金"][-1] == "—"
    (second,) = drawn(form(context_of(year, LAMPS), "acceptance-form"))[1:]
    assert "-" not in second.text.replace(LAMPS, "") and "−" not in second.text


def with_photographs(context: ProjectContext, count: int, size: tuple[int, int] = (80, 60)) -> ProjectContext:
    shown = tuple(
        Attachment(
            id=str(number), project=Link(context.case.project.id), phase=Phase.CARRYING, item=ACCEPTANCE_PHOTOGRAPHS,
            name=f"照片{number}.jpg", added_on=date(2018, 12, 18),
        )
        for number in range(count)
    )  # fmt: skip
    originals = {each.id: photograph(size=size) for each in shown}
    return replace(context, case=replace(context.case, attachments=shown), originals=originals)


@pytest.mark.parametrize(("count", "size", "pages"), [(1, (80, 60), 2), (2, (60, 80), 2), (4, (80, 60), 3)])
def test_two_photographs_share_the_page_with_what_was_accepted(year, count, size, pages):
    made = drawn(form(with_photographs(context_of(year, LAMPS), count, size), "acceptance-form"))
    assert len(made) == pages
    on = [number for number, page in enumerate(made) if "照片0" in page.text]
    assert on == ([0] if count <= 2 else [2])
    if count <= 2:
        assert "验收结论" in made[0].text


# ---- hard data


HARD = {  # pages: those of the design, and the continuation
    "opinion-form": (2, 4),
    "filing-form": (1, 2),
    "implementer-form": (1, 2),
    "acceptance-form": (2, 4),
    "maintenance-form": (1, 2),
    "survey-form": (1, 1),
    "matching-form": (1, 2),
    "award-form": (1, 3),
}


@pytest.fixture(scope="module")
def hard_case(filled) -> Casefile:
    """The reference project with so many and so long records that no form holds them."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    filled.backup(conn)
    ws = Workspace(conn, now=lambda: NOW)
    crowd(ws, LAMPS)
    return case_of(ws, LAMPS)


@pytest.fixture(scope="module")
def hard_pages(filled, hard_case) -> dict[str, list[Page]]:
    """Every form of that project as it is drawn, once."""
    context = replace(context_of(Workspace(filled, now=lambda: NOW), LAMPS), case=hard_case)
    return {name: drawn(form(context, name)) for name in HARD}


@pytest.mark.parametrize("name", HARD)
def test_what_does_not_fit_goes_to_a_continuation_and_the_design_stays(hard_pages, name):
    pages, (design, count) = hard_pages[name], HARD[name]
    assert design == PAGES[name] and len(pages) == count
    assert len(list(to_seal(pages[:design]))) == SEALS[name]
    assert [number for number, page in enumerate(pages) if "（续页）" in page.text] == (
        [design] if count > design else []
    )
    for page in pages[design : design + 1]:
        assert "见续页" in "".join(pages[0].text.split()) and f"项目编号：{LAMPS}" in page.text
    for page in pages:
        assert smaller(page) == set()
        assert max(each.bottom for each in page.characters) < 297 - 5


def test_eighteen_lines_are_compared_on_the_continuation_with_their_sum(hard_pages, hard_case):
    first, rest = hard_pages["acceptance-form"][0], hard_pages["acceptance-form"][2]
    lines = hard_case.budget_lines
    total = sum((each.amount for each in lines), Money(0))
    assert len(lines) == 18 and f"共 18 项，合计 {total} 元，逐项核对见续页。" in first.text
    assert all(each.content in rest.text for each in lines) and f"合计{total}" in rest.text


def test_thirty_donors_are_listed_on_the_continuation_with_their_sum(hard_pages, hard_case):
    first, *rest = hard_pages["matching-form"]
    gifts = [each for each in hard_case.participations if each.manner is TakingPart.DONATE]
    total = sum((each.amount for each in gifts), Money(0))
    arrived = sum((each.amount for each in gifts if each.received), Money(0))
    assert f"共 {len(gifts)} 笔，合计 {total} 元，其中到账 {arrived} 元，逐笔见续页。" in first.text
    listed = "".join(page.text for page in rest)
    assert all(each.party in listed for each in gifts) and all("捐款人" in page.text for page in rest)
    assert f"合计（{len(gifts)} 笔）{total}其中到账 {arrived}" in listed


def test_twelve_bids_are_on_the_continuation_and_the_chosen_one_on_the_form(filled, hard_case):
    bids = (*hard_case.bids[:4], replace(hard_case.bids[4], chosen=True), *hard_case.bids[5:])
    context = replace(context_of(Workspace(filled, now=lambda: NOW), LAMPS), case=replace(hard_case, bids=bids))
    first, last = drawn(form(context, "implementer-form"))
    assert len(bids) == 12 and bids[4].bidder in first.text and bids[5].bidder not in first.text
    assert all(each.bidder in last.text for each in bids)


def test_a_form_that_takes_a_second_page_takes_it_with_all_that_is_signed(filled, hard_case):
    bids = tuple(replace(each, bidder=each.bidder * 8) for each in hard_case.bids[:4])
    context = replace(context_of(Workspace(filled, now=lambda: NOW), LAMPS), case=replace(hard_case, bids=bids))
    pages = drawn(form(context, "implementer-form"))
    assert len(pages) == 3
    assert {number for number, page in enumerate(pages) if "填表人" in page.text} == {1}
    assert len(list(to_seal([pages[1]]))) == 2 and "街道经办部门" in pages[1].text


def test_each_payment_is_a_page_of_its_own_with_sums_that_go_on(year):
    case = case_of(year, LAMPS)
    of = Link(case.project.id)
    saved(
        year,
        Disbursement(project=of, paid_on=date(2018, 12, 28), amount=Money(1_000_000), payee="霞阳社区居民委员会",
                     purpose="支付第三期工程进度款及质量保证金以外的尾款", handler="陈丽", approver="王建国"),
    )  # fmt: skip
    pages = drawn(form(context_of(year, LAMPS), "disbursement-form"))
    assert [f"第 {number} 次" in page.text for number, page in enumerate(pages, 1)] == [True] * 4
    before = Money(0)
    for page, paid in zip(pages, case_of(year, LAMPS).disbursements, strict=False):
        left = Money(17_500_000) - before - paid.amount
        for name, money in (("已拨累计", before), ("本次申请", paid.amount), ("拨后余额", left)):
            box = page.beside(page.cell_of(name))
            assert page.within(box) == str(money)
            assert page.within(page.beside(box)) == money.capitals
        before += paid.amount
    assert "王建国" in pages[2].within(pages[2].beside(pages[2].cell_of("审批", 1)))


def test_a_sum_below_zero_is_named_and_has_no_minus(year):
    case = case_of(year, LAMPS)
    saved(year, replace(case.disbursements[0], amount=Money(20_000_000)))
    blocks = blocks_of(year, "disbursement-form", LAMPS)
    assert beside(blocks, "拨后超出核定") == "25,000.00"


# ---- nothing recorded


@pytest.mark.parametrize("name", [name for name in PAGES if name not in ("filing-form", "matching-form")])
def test_a_form_without_records_can_be_filled_in_by_hand(year, name):
    case = case_of(year, LAMPS)
    bare = replace(
        case,
        project=replace(case.project, works=Prose(""), need=Prose(""), effect=Prose(""), keeping_duty=Prose("")),
        **dict.fromkeys(
            ("budget_lines", "opinions", "appointments", "bids", "progress", "disbursements", "settlements",
             "maintenance", "surveys", "awards", "participations"),
            (),
        ),
    )  # fmt: skip
    pages = drawn(form(replace(context_of(year, LAMPS), case=bare), name))
    assert len(pages) == {"opinion-form": 2, "acceptance-form": 2}.get(name, 1)
    assert len(list(to_seal(pages))) == (1 if name == "disbursement-form" else SEALS[name])
    for head in {"implementer-form": ("报价",), "acceptance-form": ("金额", "实际完成")}.get(name, ()):
        assert pages[0].cell_of(head).width >= 25  # a sum is written in by hand


# ---- the continuation


def test_a_text_that_fits_stays_and_a_longer_one_is_whole_on_the_continuation():
    project = Project(code="甲-01", fund_year=2018)
    rest = Continuation("项目表", project)
    short, long = "句。" * 30, "\n".join(f"第{n}段：" + "说明这个项目的来由。" * 5 for n in range(9))
    assert rest.fitted("内容", short, 3) == short and not list(rest.blocks("“社会+”"))
    shown = rest.fitted("内容", long, 4)
    assert shown.endswith(SEE) and lines_of(shown) <= 4 and long.startswith(shown.removesuffix("……" + SEE))
    assert ["内容", long] in list(rows_of(rest.blocks("“社会+”")))
