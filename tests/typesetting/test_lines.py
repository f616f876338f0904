"""Lines keep the rules for marks, are justified, and lose no text."""

import random
import re
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from haicang_desk.model.blocks import Align, Blank, Face, Run, ticks
from haicang_desk.model.typesetting.layout.inline_runs import paragraph_texts
from haicang_desk.model.typesetting.layout.line_breaking import NO_END, NO_START, TIGHT, Measure, _LineBreaker
from haicang_desk.model.typesetting.layout.lines import lines, natural_width
from haicang_desk.model.typesetting.layout.measures import TypeStyle
from haicang_desk.model.typesetting.pdf.font_set import HALF, OPENING, bundled_fonts
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


def gaping(line, width):
    """Whether more than 0.3 of a character would have to stand between any two for the line to be full."""
    gaps = len(line.text) - 1 - len(TIGHT.findall(line.text))
    return width - drawn_right(line) > 0.3 * line.type.size * gaps


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
        short = [line for line in made[:-1] if abs(drawn_right(line) - width) > 0.5]
        assert [line.text for line in short if not gaping(line, width)] == []
        assert drawn_right(made[-1]) <= width + 0.5
        count += len(made)


@pytest.mark.parametrize(
    "text", ["备案号：海社+备〔2026〕111号", "村年度额度800,000.00元，已占用410,000.00元，余390,000.00元。"]
)
def test_a_line_that_would_gape_is_left_as_it_is(text):
    for width in range(90, 160, 5):
        for line in set_(text, CELL, width)[:-1]:
            pieces = [piece for piece in line.pieces if len(piece.parts) > 1]
            assert all(piece.spacing - CELL.pitch <= 0.3 * CELL.size + 0.01 for piece in pieces), (width, line.text)


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


def losses(line):
    """What each squeezed mark of a line loses, in points: where pieces come nearer than their characters are wide."""
    return [loss for piece, after in pairwise(line.pieces) if (loss := round(_end(piece, line.type) - after.x, 2)) > 0]


def _end(piece, type_):
    kerned = (piece.spacing - type_.pitch) * (len(piece.parts) - 1)
    return piece.x + sum(piece.font.em[c] * type_.size + piece.spacing for c in "".join(piece.parts)) - kerned


def test_a_mark_at_the_end_is_fitted_by_the_half_of_it_that_is_empty():
    first = set_("海沧区民生微实事，项目资金使用情况和实施效果公示备案审。" + "审批" * 20)[0]
    assert len(first.text) == 28 and not squeezed(first)
    first = set_("海沧区1民生微实事，项目资金使用情况和实施效果公示备案审。" + "审批" * 20)[0]
    assert squeezed(first) == ["。"] and not losses(first)
    assert drawn_right(first) == pytest.approx(WIDTH, abs=0.3)


def test_marks_in_a_line_are_squeezed_alike():
    first = set_("海沧区（民生）微实事，项目资金使用情况和实施效果公示审批。" + "审批" * 20)[0]
    assert len(first.text) == 29
    lost = losses(first)
    assert lost == pytest.approx([lost[0]] * 3, abs=0.002) and lost[0] < BODY.size / 4
    assert drawn_right(first) == pytest.approx(WIDTH, abs=0.3)


def test_no_mark_loses_more_than_its_empty_half():
    rng = random.Random(5)
    lost = [loss for _ in range(20) for line in set_(sentences(rng, 800), indent=2) for loss in losses(line)]
    assert len(lost) > 50 and max(lost) <= BODY.size / 2 + 0.01
    assert all(len({round(loss, 1) for loss in losses(line)}) <= 1 for line in set_(sentences(rng, 3_000)))


@pytest.mark.parametrize("align", [Align.JUSTIFIED, Align.LEFT])
def test_an_opening_mark_at_the_head_of_a_line_is_flush_with_the_edge(align):
    rng, seen = random.Random(3), 0
    for _ in range(10):
        for line in set_(sentences(rng, 800), align=align):
            if line.text[0] in OPENING:
                seen += 1
                assert squeezed(line)[0] == line.text[0] and line.pieces[0].x == 0
    assert seen > 10
    (alone,) = set_("（一）征集", indent=2)
    assert squeezed(alone) == ["（"] and alone.pieces[0].x == pytest.approx(2 * (BODY.size + BODY.pitch))
    assert not squeezed(set_("（一）征集", align=Align.CENTRE)[0])


def test_a_paragraph_is_weighed_as_a_whole():
    rng, one_by_one, whole, worst = random.Random(1), 0.0, 0.0, []
    measure = Measure(WIDTH, 32, BODY.size, justified=True, flush=True)
    for _ in range(20):
        (text,) = paragraph_texts(sentences(rng, 400), BODY, bundled_fonts())
        breaker = _LineBreaker(text, measure)
        costs = [
            [breaker._fit(line.start, line.end, last=line.last).cost for line in fills]
            for fills in (breaker.without_orphan(list(breaker.fills())), breaker.weighed())
        ]
        one_by_one += sum(cost**2 for cost in costs[0])
        whole += sum(cost**2 for cost in costs[1])
        worst.append(max(costs[1]))
    assert whole < 0.7 * one_by_one
    assert max(worst) < 30


@pytest.mark.parametrize("width", [WIDTH, 300, 240])
def test_a_date_is_not_parted(width):
    text = "".join(f"社区于{2010 + n}年{n % 12 + 1}月{n * 7 % 28 + 1}日{'议定公示' * (n % 3)}，" for n in range(60))
    for align in (Align.JUSTIFIED, Align.LEFT):
        for line in set_(text, CELL, width, align=align):
            assert not re.search("年$|月$|[0-9]$", line.text)


def test_in_a_narrow_cell_a_date_is_parted_after_the_year_at_most():
    made = set_("自2018年12月27日至2019年11月30日", CELL, 62, align=Align.LEFT)
    assert [line.text for line in made] == ["自2018年", "12月27日至", "2019年", "11月30日"]


@pytest.mark.parametrize(
    "said",
    [
        "XYJD-00-2018-000123",
        "1,860,000.00元",
        "98.6%",
        "0592-6051234",
        "（0592）6051234",
        "0592 6051234",
        "138 0000 8000",
        "13800008000",
    ],
)
def test_a_code_a_sum_and_a_telephone_number_are_not_parted(said):
    for before in range(20, 34):
        made = set_("项" * before + said + "联系" * 9)
        assert any(said in line.text for line in made), before


@pytest.mark.parametrize(
    ("said", "closed"),
    [
        ("（《方案》）。", "（《》）"),
        ("〔2018〕（函）、", "〔〕）"),
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
