"""The positions of the parts of letters by GB/T 9704—2012, measured in printed files."""

from datetime import date
from io import BytesIO

import pdfplumber
import pytest

from haicang_desk.model.blocks import (
    Addressee,
    Annex,
    Annotation,
    Attachments,
    Colophon,
    Face,
    Heading,
    Masthead,
    Numbering,
    PaperKind,
    Para,
    Seal,
    Title,
)
from haicang_desk.model.blocks.paper import ordinal
from haicang_desk.model.typesetting.layout.lines import natural_width
from haicang_desk.model.typesetting.layout.measures import TypeStyle
from haicang_desk.model.typesetting.pdf.font_set import bundled_fonts
from tests.typesetting.pdf_reading import MM, fonts, pages, paper, write_pdf

LEFT, RIGHT = 28 * MM, (28 + 156) * MM
FIRST = (37 + 0.88 * 16 / MM) * MM  # the first baseline: the square of the type begins at the type area's edge
PITCH = (225 * MM - 16) / 21  # 22 lines of 16 pt from edge to edge
BODY = "海沧区民生微实事项目资金使用情况，" * 120
DAY = date(2018, 8, 1)


def letter(*blocks, **sheet):
    return paper(*blocks, kind=PaperKind.LETTER, **sheet)


@pytest.fixture(scope="module")
def long_letter():
    return pages(letter(Para("海沧区民生微实事项目资金使用情况" * 200)))


def test_a_page_has_twenty_two_lines_of_twenty_eight_characters(long_letter):
    first, second = long_letter[:2]
    assert len(first) == len(second) == 23  # the last is the page's number
    assert [len(line.text) for line in second[:22]] == [28] * 22
    assert len(first[0].text) == 26
    assert first[0].left == pytest.approx(LEFT + 2 * 16, abs=0.5)


def test_the_type_area_is_156_by_225_mm(long_letter):
    for line in long_letter[1][:22]:
        assert line.size == pytest.approx(16, abs=0.01)
        assert line.left == pytest.approx(LEFT, abs=0.5)
        assert line.right == pytest.approx(RIGHT, abs=0.5)


def test_baselines_are_within_three_tenths_of_a_millimetre(long_letter):
    for count, line in enumerate(long_letter[1][:22]):
        assert line.baseline == pytest.approx(FIRST + count * PITCH, abs=0.3 * MM)


def test_page_numbers_are_dashed_and_change_sides(long_letter):
    odd, even = long_letter[0][-1], long_letter[1][-1]
    assert (odd.text, even.text) == ("— 1 —", "— 2 —")
    assert odd.size == even.size == 14
    assert odd.right == pytest.approx(RIGHT - 14, abs=0.5)
    assert even.left == pytest.approx(LEFT + 14, abs=0.5)
    # the dash lies 7 mm under the type area, at about two fifths of the type's height above the baseline
    assert (297 * MM - odd.baseline + 0.36 * 14) / MM == pytest.approx(28, abs=0.3)


def test_the_first_page_number_can_follow_another_paper():
    (lines,) = pages(letter(Para("正文"), first_page=4))
    assert lines[-1].text == "— 4 —"
    assert lines[-1].left < LEFT + 20


def test_headings_have_their_faces_and_stay_with_their_text():
    (lines,) = pages(
        letter(Heading("一、总体"), Heading("（一）征集", 2), Heading("渠道", 3), Heading("网络", 4), Para("正文"))
    )
    data = write_pdf(letter(Heading("一、总体"), Heading("（一）征集", 2), Heading("1.渠道", 3), Para("正文")))
    assert len(fonts(data)) == 4  # hei, kai, fang and the page number's song
    assert [line.size for line in lines[:5]] == [16] * 5
    assert len({line.font for line in lines[:3]}) == 3
    assert lines[2].font == lines[3].font == lines[4].font
    down = pages(letter(Para("行\n" * 21 + "末行"), Heading("一、下一页"), Para("正文")))
    assert down[0][21].text == "末行"
    assert down[1][0].text == "一、下一页"
    kept = pages(letter(Para("行\n" * 20 + "末行"), Heading("一、下一页"), Para("正文")))
    assert kept[1][0].text == "一、下一页"


@pytest.mark.parametrize(
    ("level", "count", "number"),
    [
        (1, 1, "一、"),
        (1, 10, "十、"),
        (1, 11, "十一、"),
        (1, 20, "二十、"),
        (2, 3, "（三）"),
        (3, 4, "4."),
        (4, 2, "(2)"),
    ],
)
def test_heading_numbers_follow_the_standard(level, count, number):
    assert ordinal(level, count) == number


def test_the_addressee_is_at_the_left_edge_a_line_below_the_title():
    (lines,) = pages(letter(Title("关于报送备案的函"), Addressee("区民政局"), Para("正文")))
    title, addressee, body = lines[:3]
    assert title.size == 22
    assert addressee.text == "区民政局："
    assert addressee.left == pytest.approx(LEFT, abs=0.5)
    assert body.baseline - addressee.baseline == pytest.approx(PITCH, abs=0.1)
    assert addressee.baseline - title.baseline > 2 * PITCH * 0.9


def test_with_a_seal_the_date_ends_four_characters_from_the_edge_and_the_office_is_centred_above_it():
    (lines,) = pages(letter(Para("正文"), Seal("新阳街道办事处", DAY)))
    body, office, day = lines[:3]
    assert day.text == "2018年8月1日"
    em = (RIGHT - LEFT) / 28
    assert day.right == pytest.approx(RIGHT - 4 * em, abs=0.8)
    assert (office.left + office.right) / 2 == pytest.approx((day.left + day.right) / 2, abs=0.8)
    assert day.baseline - office.baseline == pytest.approx(PITCH, abs=0.1)
    # a seal of 42 mm whose middle lies a little above office and date reaches to within a line of the text
    assert office.baseline - body.baseline == pytest.approx(3 * PITCH, abs=0.1)


def test_without_a_seal_the_date_begins_two_characters_after_the_office():
    (lines,) = pages(letter(Para("正文"), Seal("海沧区新阳街道办事处", DAY, sealed=False)))
    body, office, day = lines[:3]
    em = (RIGHT - LEFT) / 28
    assert office.baseline - body.baseline == pytest.approx(2 * PITCH, abs=0.1)
    assert office.right == pytest.approx(RIGHT - 2 * em, abs=0.8)
    assert day.left - office.left == pytest.approx(2 * em, abs=0.8)


def test_a_date_longer_than_its_office_ends_two_characters_from_the_edge():
    (lines,) = pages(letter(Seal("民政局", date(2018, 12, 30), sealed=False)))
    office, day = lines[:2]
    em = (RIGHT - LEFT) / 28
    assert day.right == pytest.approx(RIGHT - 2 * em, abs=0.8)
    assert day.left - office.left == pytest.approx(2 * em, abs=0.8)


def test_a_date_to_be_written_by_hand_is_left_open():
    (lines,) = pages(letter(Seal("新阳街道办事处", None)))
    assert lines[1].text.split("\u3000")[-1] == "日"


def test_office_and_date_are_never_alone_on_a_page():
    for count in range(16, 24):
        made = pages(letter(Para("\n".join("行" * 3 for _ in range(count))), Seal("新阳街道办事处", DAY)))
        assert "新阳街道办事处" in [line.text for line in made[-1]]
        assert made[-1][0].text == "行行行"


def test_an_annotation_is_never_parted_from_its_date():
    for count in range(14, 24):
        blocks = (Para("\n".join("行" * 3 for _ in range(count))), Seal("街道办事处", DAY), Annotation("联系人：陈明"))
        last = [line.text for line in pages(letter(*blocks))[-1]]
        assert last[0] == "行行行" and "（联系人：陈明）" in last


def test_a_colophon_is_never_alone_on_a_page():
    for count in range(16, 24):
        made = pages(letter(Para("\n".join("行" * 3 for _ in range(count))), Colophon("区财政局", "街道办事处", DAY)))
        assert made[-1][0].text == "行行行" and made[-1][1].text == "行行行"


def test_a_colophon_without_a_day_leaves_it_to_be_written():
    (lines,) = pages(letter(Para("正文"), Colophon("区财政局", "街道办事处")))
    assert lines[2].text.replace("\u3000", "") == "街道办事处年月日印发"


def test_names_of_attachments_have_a_hanging_indent():
    names = ("备案汇总表", "厦门市海沧区新阳街道二〇一八年第一批项目备案表及相关佐证材料清单")
    (lines,) = pages(letter(Para("正文"), Attachments(names)))
    body, first, second, rest = lines[:4]
    em = (RIGHT - LEFT) / 28
    assert first.baseline - body.baseline == pytest.approx(2 * PITCH, abs=0.1)
    assert first.text == "附件：1.备案汇总表"
    assert first.left == pytest.approx(LEFT + 2 * em, abs=0.5)
    assert second.text.startswith("2.厦门")
    assert second.left == pytest.approx(LEFT + 5 * em, abs=0.5)
    mark = natural_width("2.", TypeStyle(Face.FANG, 16, 16, -0.207), bundled_fonts())
    assert rest.left == pytest.approx(second.left + mark, abs=0.5)
    (alone,) = pages(letter(Attachments(("汇总表",))))
    assert alone[0].text == "附件：汇总表"


def test_an_annex_begins_a_page_with_its_number_in_hei():
    made = pages(letter(Para("正文"), Annex(2), Title("汇总表")))
    head, title = made[1][:2]
    assert head.text == "附件2"
    assert head.left == pytest.approx(LEFT, abs=0.5)
    assert head.baseline == pytest.approx(FIRST, abs=0.3 * MM)
    assert title.baseline > FIRST + 1.9 * PITCH  # on the third line
    assert made[1][-1].text == "— 2 —"


def test_an_annotation_is_bracketed_and_indented_by_two_characters():
    (lines,) = pages(letter(Annotation("联系人：陈明")))
    assert lines[0].text == "（联系人：陈明）"
    assert lines[0].left == pytest.approx(LEFT + 2 * 15.79, abs=0.5)


def test_the_colophon_ends_with_the_type_area():
    data = letter(Para("正文"), Colophon("区财政局", "新阳街道党政办公室", DAY))
    (lines,) = pages(data)
    copies, printed = lines[1:3]
    assert copies.text == "抄送：区财政局。"
    assert printed.text == "新阳街道党政办公室2018年8月1日印发"
    assert copies.size == 14
    assert copies.left == pytest.approx(LEFT + 14, abs=0.5)
    assert printed.right == pytest.approx(RIGHT - 14, abs=0.5)
    assert 0 < (297 - 32.58) * MM - printed.baseline < 20


def test_two_lines_are_left_between_red_rule_and_title_and_one_between_title_and_addressee():
    """A line is the height of its type and 7/8 of 3号, half of them above it and half below: 10.45 mm."""
    for titled in ("报告", "厦门市海沧区新阳街道办事处关于2018年第三季度“社会+”民生微实事项目进展情况的报告"):
        data = write_pdf(
            letter(Masthead("新阳街道办事处", "号"), Title(titled), Addressee("区民政局"), Para("文\n" * 30))
        )
        first, second = pages(data)[:2]
        with pdfplumber.open(BytesIO(data)) as pdf:
            (rule,) = [line["top"] for line in pdf.pages[0].lines]
        title = [line for line in first if round(line.size) == 22]
        addressee, body = first[2 + len(title) : 4 + len(title)]
        half = (PITCH - 16) / 2  # of the space between two lines
        upper, lower = title[0].baseline - 0.88 * 22, title[-1].baseline + 0.12 * 22
        assert (upper - half - rule) / MM == pytest.approx(2 * PITCH / MM, abs=0.3)
        assert (addressee.baseline - 0.88 * 16 - half - (lower + half)) / MM == pytest.approx(PITCH / MM, abs=0.3)
        assert (body.baseline - addressee.baseline) / MM == pytest.approx(PITCH / MM, abs=0.3)
        assert second[0].baseline == pytest.approx(FIRST, abs=0.3 * MM)  # the next page keeps to the grid


def test_a_letterhead_leaves_two_lines_between_its_number_and_the_title():
    (lines,) = pages(
        letter(Masthead("新阳街道办事处", "新街函〔2018〕1号", letterhead=True), Title("函"), Addressee("局"))
    )
    _office, number, title, addressee = lines
    half = (PITCH - 16) / 2
    between = title.baseline - 0.88 * 22 - half - (number.baseline + 0.12 * 16 + half)
    assert between / MM == pytest.approx(2 * PITCH / MM, abs=0.3)
    between = addressee.baseline - 0.88 * 16 - half - (title.baseline + 0.12 * 22 + half)
    assert between / MM == pytest.approx(PITCH / MM, abs=0.3)


def test_the_office_name_is_35_mm_below_the_edge_of_the_type_area():
    (lines,) = pages(letter(Masthead("厦门市海沧区新阳街道办事处", "新街〔2018〕12号"), Title("报告"), Para("正文")))
    office, number, title = lines[:3]
    assert office.baseline - 0.88 * office.size == pytest.approx((37 + 35) * MM, abs=1)
    assert number.text == "新街〔2018〕12号"
    assert (number.left + number.right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1)
    assert title.baseline - number.baseline > 3 * PITCH * 0.9


def test_a_long_name_is_set_smaller_and_whole():
    office = "厦门市海沧区实施“社会+”民生微实事工作领导小组办公室（挂靠海沧区民政局）"
    for letterhead in (True, False):
        (lines,) = pages(letter(Masthead(office, "号" * 60, letterhead=letterhead), Colophon("区", "办" * 60, DAY)))
        assert lines[0].text == office
        assert lines[0].right <= RIGHT + 0.5
        assert lines[1].text == "号" * 60


def test_a_report_upward_names_its_signer():
    (lines,) = pages(letter(Masthead("新阳街道办事处", "新街〔2018〕12号", signer="陈明"), Para("正文")))
    assert lines[1].text == "新街〔2018〕12号签发人：陈明"
    assert lines[1].left == pytest.approx(LEFT + 15.79, abs=0.5)
    assert lines[1].right == pytest.approx(RIGHT - 15.79, abs=0.5)


def test_a_letterhead_is_30_mm_from_the_edge_and_its_first_page_has_no_number():
    made = pages(letter(Masthead("新阳街道办事处", "新街函〔2018〕1号", letterhead=True), Para("行\n" * 30)))
    office, number = made[0][:2]
    assert office.baseline - 0.88 * office.size == pytest.approx(30 * MM, abs=1)
    assert number.right == pytest.approx(RIGHT, abs=0.5)
    assert made[0][-1].text == "行"
    assert made[1][-1].text == "— 2 —"


def test_numbers_can_be_left_out():
    (lines,) = pages(letter(Para("正文"), numbering=Numbering.NONE))
    assert [line.text for line in lines] == ["正文"]


def test_spaces_typed_as_indent_are_not_added_to_the_indent():
    (lines,) = pages(letter(Para("　　正文\n  又一段")))
    assert [line.left for line in lines[:2]] == [pytest.approx(LEFT + 2 * 15.79, abs=0.5)] * 2
