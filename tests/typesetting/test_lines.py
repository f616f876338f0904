"""Lines keep the rules for marks, are justified, and lose no text."""

import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from haicang_desk.model.blocks import Align, Blank, Face, Run, ticks
from haicang_desk.model.typesetting.layout.line_breaking import NO_END, NO_START
from haicang_desk.model.typesetting.layout.lines import lines, natural_width
from haicang_desk.model.typesetting.layout.measures import TypeStyle
from haicang_desk.model.typesetting.pdf.font_set import HALF, bundled_fonts
from tests.typesetting.sentences import sentences

BODY = TypeStyle(Face.FANG, 16, 29.61, -0.207)
CELL = TypeStyle(Face.SONG, 12, 18)
WIDTH = 442.205


def set_(words, type_=BODY, width=WIDTH, **how):
    return lines(words, type_, width, bundled_fonts(), **{"align": Align.JUSTIFIED, **how})


def drawn_right(line):
    """The right edge of the last character, computed from the widths in the file."""
    piece = line.pieces[-1]
    shown = "".join(piece.parts)
    kerned = (piece.spacing - line.type.pitch) * (len(piece.parts) - 1)
    advance = sum(piece.font.em[c] for c in shown) * line.type.size + piece.spacing * (len(shown) - 1)
    return piece.x + advance - kerned


def faults(made):
    for line in made:
        if line.text[0] in NO_START:
            yield "starts", line.text
        if line.text[-1] in NO_END:
            yield "ends", line.text


@pytest.mark.slow
def test_five_thousand_lines_keep_the_rules_and_their_edges():
    rng, count = random.Random(2018), 0
    while count < 5000:
        type_, width = (BODY, WIDTH) if rng.random() < 0.7 else (CELL, rng.uniform(180, 440))
        made = set_(sentences(rng, 1500), type_, width, indent=2)
        assert not list(faults(made))
        assert [line.text for line in made[:-1] if abs(drawn_right(line) - width) > 0.5] == []
        assert drawn_right(made[-1]) <= width + 0.5
        count += len(made)


def test_lines_keep_every_character_in_order():
    rng = random.Random(7)
    for _ in range(20):
        text = sentences(rng, 400)
        made = set_(text)
        assert "".join(line.text for line in made).replace(" ", "") == text.replace(" ", "")


def test_a_line_of_plain_characters_holds_twenty_eight():
    assert {len(line.text) for line in set_("海沧区民生微实事项目资金" * 30)[:-1]} == {28}


def squeezed(line):
    return [chr(ord(c) - HALF) for piece in line.pieces for part in piece.parts for c in part if ord(c) >= HALF]


def test_a_mark_beyond_the_line_is_fitted_by_squeezing_marks():
    first = set_("海沧区民生微实事项目资金使用情况和实施效，果公示备案审批。" + "审批" * 20)[0]
    assert len(first.text) == 29
    assert squeezed(first) == ["，", "。"]
    assert drawn_right(first) == pytest.approx(WIDTH, abs=0.5)


@pytest.mark.parametrize(
    ("said", "closed"),
    [
        ("（《方案》）。", "《》）"),
        ("〔2018〕（函）、", "〕）"),
        ("他说：“好。”", "：。"),
        ("好！？（）", "！"),
        ("一，二。", ""),
    ],
)
def test_one_of_two_adjacent_marks_is_set_in_half_width(said, closed):
    (line,) = set_(said, align=Align.LEFT)
    assert line.text == said
    assert "".join(squeezed(line)) == closed
    whole = sum(bundled_fonts().stretches(c, Face.FANG)[0][1].em[c] for c in said) * BODY.size + BODY.pitch * len(said)
    assert line.right == pytest.approx(whole - len(closed) * BODY.size / 2, abs=0.01)


def test_commas_and_full_stops_are_squeezed_before_brackets():
    first = set_("海沧区（民生）微实事，项目资金使用情况和实施效果公示备案。" + "审批" * 20)[0]
    assert first.text.endswith("备案。")
    assert squeezed(first) == ["，", "。"]


def test_adjacent_marks_are_squeezed_before_single_ones():
    first = set_("海沧，区《民生》（微实事）项目资金使用情况和实施效果公示。" + "审批" * 20)[0]
    assert len(first.text) == 29
    assert squeezed(first) == ["》", "。"]


def test_numbers_and_latin_words_are_not_letterspaced():
    made = set_("总额1,860,000.00元" + "区级专项资金" * 12, CELL, 250)
    piece = made[0].pieces[0]
    spread = piece.spacing - CELL.pitch
    assert spread > 0
    assert len(piece.parts) == len("1,860,000.00")  # between each two of its characters the spread is taken back


def test_no_character_stands_alone_on_a_last_line():
    for count in range(60, 70):
        made = set_("项" * count)
        assert len(made[-1].text) >= 2, count


def test_a_word_wider_than_a_line_begins_on_the_current_line():
    made = set_("网址" + "a" * 200, CELL, 300)
    assert made[0].text.startswith("网址a")
    assert all(drawn_right(line) <= 300.5 for line in made)
    assert "".join(line.text for line in made) == "网址" + "a" * 200


def test_an_address_is_split_at_a_separator_rather_than_leave_a_line_half_empty():
    made = set_("网址www.haicang.gov.cn/xxgk/2018/07/t20180713.html", CELL, 200)
    assert made[0].text == "网址www.haicang.gov.cn/xxgk/"


def test_a_long_row_of_marks_is_broken():
    made = set_("，" * 200, CELL, 100)
    assert "".join(line.text for line in made) == "，" * 200
    assert all(drawn_right(line) <= 100.5 for line in made)


@pytest.mark.parametrize("width", [100, 130, 150])
def test_a_line_is_not_broken_between_a_tick_box_and_its_label(width):
    made = set_(ticks(("消除安全隐患", "村居环境整治", "文化娱乐"), "村居环境整治"), CELL, width, align=Align.LEFT)
    assert [line.text for line in made] == ["□消除安全隐患", "☑村居环境整治", "□文化娱乐"]


def test_a_blank_is_ruled_and_may_fill_the_line():
    (line,) = set_(("姓名：", Blank(4, "陈明"), "签字：", Blank(0)), CELL, 300)
    (named, signed) = line.rules
    assert named == pytest.approx((36, 84))
    assert signed[1] == pytest.approx(300)
    assert line.text == "姓名：陈明签字："


def test_runs_take_their_own_face():
    (line,) = set_(("（一）", Run("项目征集。", Face.KAI), "正文"))
    assert [piece.font.typeface.path.stem for piece in line.pieces] == ["fang", "kai", "fang"]


@pytest.mark.parametrize("markup", ["<b>粗</b>", "A&B公司", "<img src='x'/>", "5<10", "&lt;", "{x}%s\\n", "${jndi}"])
def test_text_is_never_markup(markup):
    assert "".join(line.text for line in set_(markup)) == markup


@given(st.text(st.characters(codec="gb2312", exclude_categories=["Cc", "Cs", "Co", "Cn"]), min_size=1, max_size=200))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_text_comes_out_whole_within_its_width(text):
    assume(not bundled_fonts().lacking(text))
    made = set_(text, CELL, 150)
    kept = "".join(line.text for line in made)
    assert kept.replace(" ", "").replace("\u3000", "") == text.replace(" ", "").replace("\u3000", "")
    assert all(line.right <= 150.5 for line in made)


def test_the_natural_width_is_of_the_longest_line():
    assert natural_width("一二三\n四五", CELL, bundled_fonts()) == pytest.approx(36)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (
            "厦门市海沧区新阳街道办事处关于报送2018年第一批“社会+”民生微实事项目备案的函",
            ["厦门市海沧区新阳街道办事处", "关于报送2018年第一批“社会+”", "民生微实事项目备案的函"],
        ),
        (
            "关于2018年第三季度“社会+”民生微实事项目进展情况的报告",
            ["关于2018年第三季度“社会+”", "民生微实事项目进展情况的报告"],
        ),
    ],
)
def test_titles_are_broken_between_words(title, expected):
    made = lines(title, TypeStyle(Face.TITLE, 22, 35.5), WIDTH, bundled_fonts(), align=Align.CENTRE)
    assert [line.text for line in made] == expected
    for line in made:
        assert line.pieces[0].x == pytest.approx(WIDTH - drawn_right(line), abs=0.5)
