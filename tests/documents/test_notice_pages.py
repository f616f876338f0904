"""Notices as pages: one page of readable type, nothing said twice, a QR code that says what the notice says."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from decimal import Decimal

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from haicang_desk.model.blocks import PaperKind, PaperSize, QrCode, Seal, texts_in
from haicang_desk.model.documents import DOCUMENTS, prepare
from haicang_desk.model.documents.context import project_context
from haicang_desk.model.documents.form_parts import papers_of
from haicang_desk.model.documents.notice_parts import MOST_BRIEF
from haicang_desk.model.documents.registry import document
from haicang_desk.model.records import (
    PUBLIC_PHOTOGRAPHS,
    Attachment,
    GiftForm,
    Link,
    Participation,
    Phase,
    Project,
    Settlement,
    Source,
    Street,
    TakingPart,
    Village,
)
from haicang_desk.model.typesetting import write_batch
from haicang_desk.model.values import Money
from tests.documents.asking import AS_OF, LAMPS, case_of, flat, rows_of
from tests.documents.conftest import page_count
from tests.documents.year import CANARIES
from tests.typesetting.pdf_reading import misplaced, pages

NOTICES = [each for each in DOCUMENTS.values() if each.kind is PaperKind.NOTICE]
LEAST = {PaperSize.A4: 14, PaperSize.A3: 24}
GIVERS = ("厦门新阳机械有限公司", "海沧区建筑业协会", "霞阳商会", "厦门大兴食品有限公司", "海岳园林建设有限公司")
FUNDS = {source.code: Money(12_345_678) for source in Source}


def papers(year, name, size=PaperSize.A4):
    """The papers of a notice of the whole year, those of one project or village after another."""
    batch = prepare(year, name, as_of=AS_OF, paper=size.value, single=True)
    return [paper for order in batch.orders if not order.unavailable_reason for paper in order.papers(size)]


def context_of(year, *, givers=0, photographs=0, hard=False):
    """The context of the project that went the whole way, with more of everything."""
    case = case_of(year, LAMPS)
    of = Link(case.project.id)
    if givers:
        gifts = [
            Participation(
                id=f"g{number}",
                project=of,
                party=GIVERS[number % len(GIVERS)],
                kind="企业",
                manner=TakingPart.DONATE,
                form=(GiftForm.CASH, GiftForm.GOODS)[number % 2],
                received=True,
                amount=Money(1_234_567 + number),
                named=True,
            )
            for number in range(givers)
        ]
        work = Participation(
            id="w",
            project=of,
            party="霞阳社区居民",
            kind="居民",
            manner=TakingPart.LABOUR,
            people=34,
            workdays=Decimal("7.5"),
        )
        approvals = tuple(replace(each, special=None, total=None) for each in case.approvals)
        settled = Settlement(id="s", project=of, settled_on=AS_OF, **FUNDS)
        project = replace(case.project, **FUNDS)
        case = replace(
            case, project=project, participations=(*gifts, work), approvals=approvals, settlements=(settled,)
        )
    if hard:
        most = {source.code: Money(99_999_999_999) for source in Source}
        title, village = "霞" * Project.fields["title"].longest, "霞" * Village.fields["name"].longest
        settled = replace(case.settlements[-1], **most)
        project = replace(case.project, title=title, **most)
        case = replace(case, project=project, village=replace(case.village, name=village), settlements=(settled,))
    pictures = {f"p{number}": picture(number) for number in range(photographs)}
    attached = tuple(
        Attachment(id=key, project=of, phase=Phase.CARRYING, item=PUBLIC_PHOTOGRAPHS, name=f"整治{key}.jpg")
        for key in pictures
    )
    context = project_context(year, replace(case, attachments=attached), AS_OF)
    return replace(context, originals=pictures)


def picture(number):
    data = io.BytesIO()
    Image.new("RGB", (400, 300), (40 * number, 120, 150)).save(data, "JPEG")
    return data.getvalue()


def completion(context, size=PaperSize.A4):
    return papers_of(DOCUMENTS["completion-notice"], context, size)


# ---- pages and type


@pytest.mark.parametrize("posted", NOTICES, ids=lambda each: each.name)
def test_every_notice_of_the_year_is_one_page(year, posted):
    made = papers(year, posted.name)
    assert made and page_count(write_batch(made, "公示")) == len(made)


@pytest.mark.parametrize("photographs", [0, 1, 2, 3, 4])
def test_photographs_take_the_room_that_is_left_of_the_page(year, photographs):
    data = write_batch(completion(context_of(year, photographs=photographs)), "公示")
    assert page_count(data) == 1


def test_ten_givers_and_seven_sources_are_one_page(year):
    context = context_of(year, givers=10)
    told = [row for row in rows_of(DOCUMENTS["completion-notice"].compose(context)) if row[0] == "社会参与"]
    assert told[0][1].count("、") == 9
    assert page_count(write_batch(completion(context), "公示")) == 1


def test_more_than_that_goes_on_under_the_heads_of_its_table(year):
    made = pages(write_batch(completion(context_of(year, givers=30, photographs=2)), "公示"))
    assert len(made) == 2
    assert made[1][0].text == "资金来源预算（元）决算（元）说明"


@pytest.mark.parametrize("size", LEAST)
@pytest.mark.parametrize("posted", NOTICES, ids=lambda each: each.name)
def test_type_is_large_enough_to_be_read_on_a_wall(year, posted, size):
    """All but the footer, the caption of the code and the page number."""
    for lines in pages(write_batch(papers(year, posted.name, size), "公示")):
        read = [line for line in lines if not re.match(r"依据：|存证码：|扫码读公示|第 \d+ 页", line.text)]
        assert read and min(line.size for line in read) >= LEAST[size] - 0.01


def test_hard_data_keep_their_size_and_their_places(year):
    for size, least in LEAST.items():
        data = write_batch(completion(context_of(year, givers=10, photographs=2, hard=True), size), "公示")
        for page, lines in zip(pypdfium2.PdfDocument(data), pages(data), strict=True):
            assert list(misplaced(page)) == []
            sums = [line.size for line in lines if re.fullmatch(r"[\d,]+\.\d\d", line.text)]
            assert all(size_ >= least - 0.01 for size_ in sums)


def test_a_notice_of_a3_has_a_layout_of_its_own(year):
    """A larger title, fewer rules, a larger code; two sheets of A4 have the same lines."""
    context = context_of(year)
    small, large, tiled = (
        write_batch(completion(context, size), "公示") for size in (PaperSize.A4, PaperSize.A3, PaperSize.TWO_A4)
    )
    assert max(line.size for line in pages(large)[0]) >= 1.5 * max(line.size for line in pages(small)[0])
    words = [line.text for page in pages(large) for line in page]
    halves = [line.text for page in pages(tiled) for line in page if "半张" not in line.text]
    assert sorted(halves) == sorted(words)
    assert page_count(tiled) == 2 * page_count(large)


# ---- what it says


@pytest.mark.parametrize("posted", NOTICES, ids=lambda each: each.name)
def test_no_sentence_stands_on_a_notice_twice(year, posted):
    for paper in papers(year, posted.name):
        told = "\n".join(texts_in(tuple(block for block in flat(paper.blocks) if not isinstance(block, Seal))))
        sentences = [
            each.strip() for each in re.split("[。！？\n]", told) if len(re.findall("[\u3400-\u9fff]", each)) > 7
        ]
        assert len(sentences) == len(set(sentences))


def test_what_was_expected_is_not_told_again_as_the_result(year):
    context = context_of(year)
    effect = context.case.project.effect
    told = [replace(each, account=effect) for each in context.case.progress]
    context = replace(context, case=replace(context.case, progress=tuple(told)))
    (row,) = [row for row in rows_of(DOCUMENTS["completion-notice"].compose(context)) if row[0] == "实施效果"]
    assert row[1] == effect


def test_residents_who_work_are_no_donors(year):
    (row,) = [
        row for row in rows_of(DOCUMENTS["completion-notice"].compose(context_of(year, givers=1))) if "投工" in row[0]
    ]
    assert row[3] == "居民 34 人，255 工日"


def test_what_is_not_recorded_has_no_row_or_a_rule_to_write_on_and_is_named(year):
    context = context_of(year)
    project = replace(context.case.project, keeper="", place="")
    case = replace(context.case, project=project, settlements=(), notices=())
    context = replace(context, case=case, street=Street(name="新阳街道"))
    notice = DOCUMENTS["completion-notice"]
    rows = list(rows_of(notice.compose(context)))
    assert not any("管养单位" in row for row in rows)
    assert ["实施地点", "___"] in [row[at : at + 2] for row in rows for at in range(len(row) - 1)]
    assert all(cell.strip() for row in rows for cell in row)
    assert [row[2] for row in rows if row[0] == "合计"] == ["___"]
    assert notice.note(context) == (
        "没有登记实施地点、决算、公示期、街道的地址、街道的联系人、街道的联系电话、街道的监督电话，纸上留了空。"
        "请登记后重印，或者张贴前手填"
    )
    assert notice.note(context_of(year)) == ""


@pytest.mark.parametrize("posted", NOTICES, ids=lambda each: each.name)
def test_no_cell_of_a_notice_is_empty(year, posted):
    for paper in papers(year, posted.name):
        for row in rows_of(paper.blocks):
            assert all(cell.strip() for cell in row), row


# ---- the QR code


def codes_of(blocks):
    return [block.beside for block in flat(blocks) if isinstance(block, Seal) and isinstance(block.beside, QrCode)]


def tokens(text):
    """Words and figures of a text, without marks."""
    return re.findall(r"[\d,.\-%]*\d[\d,.\-%]*|[\u3400-\u9fff＊*]+", re.sub(r"\s", "", text))


@pytest.mark.parametrize("hard", [False, True])
@pytest.mark.parametrize("posted", NOTICES, ids=lambda each: each.name)
def test_the_code_says_nothing_that_the_notice_does_not(year, posted, hard):
    made = papers(year, posted.name)
    if hard and posted.name == "completion-notice":
        made = completion(context_of(year, givers=10, hard=True))
    assert made
    for paper in made:
        (code,) = codes_of(paper.blocks)
        assert 20 < len(code.text) <= MOST_BRIEF
        posted_text = [block for block in flat(paper.blocks) if not isinstance(block, Seal)]
        shown = re.sub(r"\s", "", "".join(said_of(posted_text)))
        missing = [each for each in tokens(code.text) if each.strip(".,") not in shown]
        assert missing == []
        assert not any(canary in code.text for canary in CANARIES)


def said_of(blocks):
    for block in blocks:
        yield from texts_in(block)
        yield "\n"


@pytest.mark.parametrize("size", ["A4", "A3"])
def test_the_code_is_read_from_the_page(year, size):
    (order,) = prepare(year, "completion-notice", project=LAMPS, as_of=AS_OF, paper=size, single=True).orders
    (brief,) = order.document.brief(order.document.view(order.context))
    data = write_batch(order.papers(PaperSize(size)), "公示")
    drawn = [page.render(scale=150 / 72, grayscale=True).to_pil() for page in pypdfium2.PdfDocument(data)]
    assert [found.text for image in drawn for found in zxingcpp.read_barcodes(image)] == [brief]
    assert "老旧楼道照明更换及消防通道整治" in brief and "区级专项资金171,000.00" in brief
    assert "公示期：2018年12月23日至2018年12月30日。" in brief and "监督电话：0592-6055678。" in brief


def test_a_notice_without_words_for_its_code_cannot_be_declared():
    with pytest.raises(ValueError, match="QR code"):
        document("mute-notice", "无码公示", after="project-list", kind=PaperKind.NOTICE, shows={Village: ("name",)})(
            lambda _: iter(())
        )


def test_a_village_of_forty_characters_is_kept_and_printed(year):
    village = case_of(year, LAMPS).village
    assert Village.fields["name"].longest == 40
    with year.change("改", actor="陈") as change:
        change.save(replace(village, name="霞" * 40))
    (made, *_) = papers(year, "completion-notice")
    assert "霞" * 40 in re.sub(
        r"\s", "", "".join(line.text for page in pages(write_batch([made], "公示")) for line in page)
    )
