"""Columns by content: numbers, dates, codes and telephones whole, and what is left over shared."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise

import pdfplumber
import pytest

from haicang_desk.model.blocks import Grid, amount, centred, label, row, value
from haicang_desk.model.documents.form_parts import SIDE, opinion_row, signing_rows, with_side_label
from tests.typesetting.pdf_reading import MM, pages, paper, write_pdf

WHOLE = ("99,999,999.99", "2018年12月31日", "XYJD-XYSQ-2018-01", "0592-6051234")


def rules(data):
    """The x of the upright and the y of the level rules of the first page, in mm from the upper left."""
    with pdfplumber.open(BytesIO(data)) as pdf:
        page = pdf.pages[0]
        upright = {round(each["x0"] / MM, 1) for each in page.lines if abs(each["x0"] - each["x1"]) < 0.1}
        level = {round(each["top"] / MM, 1) for each in page.lines if abs(each["top"] - each["bottom"]) < 0.1}
    return sorted(upright), sorted(level)


@pytest.mark.parametrize("beside", ["短", "更换楼道灯、清理消防通道及其他配套" * 12])
def test_nothing_is_parted_that_must_be_whole(beside):
    rows = (
        row(*map(label, ("内容", "金额", "日期", "编号", "电话"))),
        row(value(beside), amount(WHOLE[0]), *map(centred, WHOLE[1:])),
    )
    lines = pages(paper(Grid(rows, (1,) * 5, by_content=True, size=10.5)))[0]
    said = "\n".join(line.text for line in lines)
    assert all(each in said for each in WHOLE)


def test_even_columns_would_part_them():
    rows = (row(value("短"), amount(WHOLE[0]), *map(centred, WHOLE[1:])),)
    said = "\n".join(line.text for line in pages(paper(Grid(rows, (1,) * 5, size=10.5)))[0])
    assert not all(each in said for each in WHOLE)


def test_what_is_left_over_goes_by_the_weights():
    rows = (row(centred("1"), value("甲"), value("乙")),)
    upright, _ = rules(write_pdf(paper(Grid(rows, (0, 2, 1), by_content=True))))
    wide = [right - left for left, right in pairwise(upright)]
    assert wide[0] < 8
    assert wide[1] + wide[2] + wide[0] == pytest.approx(165, abs=0.3)
    assert 1.5 < wide[1] / wide[2] < 2.1


def test_side_labels_stand_in_a_column_of_their_own():
    rows = with_side_label("五类意见", (row("甲", "乙"), row("丙", "丁")))
    data = write_pdf(paper(Grid(rows, (0, 1, 1), side=SIDE, by_content=True, size=10.5)))
    upright, _ = rules(data)
    assert upright[1] - upright[0] == pytest.approx(SIDE, abs=0.2)
    said = [line.text for line in pages(data)[0]]
    assert any("五类" in each for each in said)
    assert any("意见" in each for each in said)


def test_rows_to_sign_are_ten_millimetres_high():
    grid = Grid(tuple(signing_rows([("甲", ""), ("乙", "")])), (1, 1), size=10.5)
    _, level = rules(write_pdf(paper(grid)))
    assert [low - high >= 9.9 for high, low in pairwise(level)] == [True, True]


@pytest.mark.parametrize("said", ["同意申报。", "所报内容和材料真实有效；" * 20])
def test_an_opinion_has_room_for_a_seal_and_a_signature(said):
    """45 × 45 mm at the right hold nothing but office and date; the rule to sign on is 30 mm."""
    grid = Grid((opinion_row("村居意见", said, office="霞阳社区居民委员会", stretch=0),), (0, 1), side=SIDE, size=10.5)
    data = write_pdf(paper(grid))
    with pdfplumber.open(BytesIO(data)) as pdf:
        page = pdf.pages[0]
        chars, lines = page.chars, page.lines
    upright, level = rules(data)
    right, (upper, lower) = upright[-1] * MM, (level[0] * MM, level[-1] * MM)
    assert lower - upper >= 45 * MM - 0.3
    square = [c for c in chars if c["x1"] > right - 45 * MM - 1 and lower - 45 * MM < c["top"] < lower]
    assert set("".join(c["text"] for c in square)) <= set("霞阳社区居民委员会（盖章）年月日　")
    written = [each for each in lines if upper + 1 < each["top"] < lower - 1 and each["bottom"] == each["top"]]
    assert max(each["x1"] - each["x0"] for each in written) >= 30 * MM
    assert max(each["x1"] for each in written) <= right - 45 * MM
