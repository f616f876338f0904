"""Notices: what they must and must not contain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pypdfium2
import pytest

from haicang_desk.model.blocks import PaperKind, Para, Seal, Title
from haicang_desk.model.documents import DOCUMENTS
from haicang_desk.model.documents.context import village_context
from haicang_desk.model.documents.issuing import preview_documents
from haicang_desk.model.documents.notices.project_notice import notice_for
from haicang_desk.model.records import Link, Notice, NoticeKind, Village
from tests.documents.asking import (
    AS_OF,
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
from tests.documents.conftest import page_count, read_back
from tests.documents.year import CANARIES, DONOR


@pytest.fixture
def ours(year):
    return village_context(year, year.all(Village)[0], 2018, AS_OF)


def notice(context):
    return list(flat(DOCUMENTS["project-notice"].compose(context)))


def alone(year, ours, code):
    return replace(ours, cases=(case_of(year, code),), alone=True)


def test_projects_posted_together_stand_on_one_notice(ours):
    blocks = notice(ours)
    titles = [block.text for block in blocks if isinstance(block, Title)]
    assert titles == ["霞阳社区2018年度\n“社会+”民生微实事项目公示", "健身路径器材购置\n“社会+”民生微实事项目公示"]
    rows = [row[:2] for row in rows_of(blocks) if row[0] in ("序号", "1", "2", "3")]
    assert rows == [
        ["序号", "项目名称"],
        ["1", "老旧楼道照明更换及消防通道整治\n（工程类）"],
        ["2", "“四点半学堂”儿童课后托管服务\n（服务类）"],
    ]


def test_the_period_is_that_of_the_notice_record(year, ours):
    paragraphs = [said(b.words) for b in notice(alone(year, ours, LAMPS)) if isinstance(b, Para)]
    assert "公示期：2018年8月1日至2018年8月8日。如有异议" in paragraphs[-1]
    assert (
        "新阳街道办事处反映（地址：海沧区新阳街道新盛路28号，联系人：林晓燕，联系电话：0592-6051234）" in paragraphs[-1]
    )


def test_a_projects_own_notice_goes_before_its_villages(year, ours):
    shared = Notice(
        kind=NoticeKind.PROJECT,
        village=Link(ours.village.id),
        fund_year=2018,
        posted_on=date(2018, 9, 1),
        ends_on=date(2018, 9, 8),
    )
    with year.change("公示", actor="陈") as change:
        change.save(shared)
        change.save(replace(shared, fund_year=2019, posted_on=date(2019, 9, 1), ends_on=date(2019, 9, 8)))
    assert notice_for(case_of(year, LAMPS), NoticeKind.PROJECT).posted_on == date(2018, 8, 1)
    assert notice_for(case_of(year, GYM), NoticeKind.PROJECT).posted_on == date(2018, 9, 1)
    assert notice_for(case_of(year, GYM), NoticeKind.COMPLETION) is None


def test_a_notice_not_yet_posted_has_its_days_to_be_written(year, ours):
    blocks = notice(alone(year, ours, GYM))
    told = [said(b.words) for b in blocks if isinstance(b, Para)][-1]
    assert "公示期：___年___月___日至___年___月___日（不少于7日，张贴当日不计）" in told
    (seal,) = [block for block in blocks if isinstance(block, Seal)]
    assert (seal.office, seal.on) == ("霞阳社区居民委员会", None)


def test_where_the_street_left_no_address_there_are_lines(year, ours):
    context = replace(alone(year, ours, GYM), street=replace(ours.street, address="", contact="", phone=""))
    assert (
        "反映（地址：___，联系人：___，联系电话：___）"
        in [said(b.words) for b in notice(context) if isinstance(b, Para)][-1]
    )


def test_money_is_told_by_source(year, ours):
    blocks = notice(alone(year, ours, LAMPS))
    rows = list(rows_of(blocks))
    assert ["区级专项资金", "180,000.00", "60.00%"] in rows and ["捐赠现金", "50,000.00", "16.67%"] in rows
    assert ["合计", "300,000.00", "100.00%"] in rows


def test_what_was_refused_is_not_posted(year, ours):
    from haicang_desk.model.records import Approval, Conclusion, Link

    with year.change("审批", actor="陈") as change:
        change.save(
            Approval(project=Link(case_of(year, SCHOOL).project.id), conclusion=Conclusion.REJECT, decided_on=AS_OF)
        )
    context = village_context(year, ours.village, 2018, AS_OF)
    assert "四点半学堂" not in everything(notice(context))


def test_the_completion_notice_has_the_settlement_to_the_fen(year):
    blocks = blocks_of(year, "completion-notice", LAMPS)
    rows = list(rows_of(blocks))
    paid = "分 2 次拨付霞阳社区居民委员会 157,500.00 元"  # the sum, because it is not what was settled
    assert ["区级专项资金", "175,000.00", "171,000.00", paid] in rows
    assert ["合计", "300,000.00", "290,000.00", "财政资金占 58.97%"] in rows
    assert any("监督电话：0592-6055678" in said(b.words) for b in flat(blocks) if isinstance(b, Para))


def test_givers_are_named_as_they_may_be(year):
    blocks = blocks_of(year, "completion-notice", LAMPS)
    assert beside(blocks, "社会参与").split("、") == [  # 同意公示姓名, or not
        *(f"{DONOR} 30,000.00 元", "欧阳建设 22,000.00 元"),
        *("爱心人士 10,000.00 元", "爱心企业 10,000.00 元"),
    ]
    assert ["投工投劳折价", "18,000.00", "18,000.00", "霞阳志愿服务队"] in list(rows_of(blocks))


@pytest.mark.parametrize("name", [name for name, document in DOCUMENTS.items() if document.kind is PaperKind.NOTICE])
def test_no_notice_tells_who_or_where_from(year, name):
    """In the text of the PDF, in its metadata and in its bytes."""
    for issued in preview_documents(year, name, as_of=AS_OF):
        if issued.skipped:
            continue
        document = pypdfium2.PdfDocument(issued.pdf)
        told = read_back(issued.pdf) + repr(document.get_metadata_dict())
        assert "霞阳社区" in told or "兴旺社区" in told or "新阳街道" in told
        for canary in CANARIES:
            assert canary not in told
            assert canary.encode() not in issued.pdf


@pytest.mark.parametrize("paper", ["A4", "A3"])
def test_one_projects_notice_is_one_page(year, paper):
    (issued,) = preview_documents(year, "project-notice", project=LAMPS, as_of=AS_OF, paper=paper)
    assert page_count(issued.pdf) == 1
    (page,) = pypdfium2.PdfDocument(issued.pdf)
    assert round(page.get_width()) == {"A4": 595, "A3": 842}[paper]
