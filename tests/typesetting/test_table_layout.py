"""The layout of tables on one page and over several."""

from io import BytesIO
from itertools import pairwise

import pdfplumber
import pytest

from haicang_desk.model.blocks import (
    Across,
    Align,
    Grid,
    GridCell,
    GridRow,
    Note,
    PaperKind,
    PaperSize,
    Para,
    Signatures,
    Title,
    amount,
    centred,
    label,
    prose,
    row,
    ticks,
    value,
)
from haicang_desk.model.documents.form_parts import with_side_label
from tests.typesetting.pdf_reading import MM, body, outside, pages, paper, write_pdf

LEFT, RIGHT = 25 * MM, 190 * MM


def find(lines, said):
    (found,) = [line for line in lines if said in line.text]
    return found


def test_heading_rows_are_repeated_on_every_page():
    rows = (row(label("序号"), label("项目名称")), *(row(centred(str(n)), f"第{n}个项目") for n in range(1, 121)))
    made = pages(paper(Grid(rows, (1, 4), heading=1)))
    assert len(made) > 2
    assert all(page[0].text == "序号项目名称" for page in made)
    said = "".join(line.text for page in made for line in page)
    assert [n for n in range(1, 121) if f"第{n}个项目" not in said] == []


def test_headings_of_two_rows_are_repeated_whole():
    head = (
        row(label("项目", rows=2), label("资金", columns=2)),
        row(label("专项"), label("社会")),
    )
    body = tuple(row(f"第{n}个项目", amount("1"), amount("2")) for n in range(90))
    made = pages(paper(Grid(head + body, (2, 1, 1), heading=2)))
    assert len(made) > 1
    for page in made:
        assert {line.text for line in page[:3]} == {"资金", "项目", "专项社会"}


def test_an_amount_is_aligned_right_and_a_label_centred():
    (lines,) = pages(paper(Grid((row(label("金额"), amount("20.00")),), (1, 1))))
    middle = (LEFT + RIGHT) / 2
    assert lines[0].text == "金额20.00"
    assert lines[0].right == pytest.approx(RIGHT - 4, abs=0.5)
    assert lines[0].left == pytest.approx((LEFT + middle) / 2 - 10.5, abs=0.5)


def test_cells_span_columns_and_rows():
    grid = Grid(
        (
            row(label("来源", rows=2), value("专项"), value("捐赠")),
            row(value("自筹"), value("合计")),
            row(value("全宽", columns=3)),
        ),
        (1, 2, 2),
    )
    (lines,) = pages(paper(grid))
    first, side, second, wide = (find(lines, said) for said in ("专项", "来源", "自筹", "全宽"))
    assert first.text == "专项捐赠"
    assert second.text == "自筹合计"
    assert first.left == second.left == pytest.approx(LEFT + (RIGHT - LEFT) / 5 + 4, abs=0.5)
    assert side.baseline == pytest.approx((first.baseline + second.baseline) / 2, abs=0.5)
    assert wide.left == pytest.approx(LEFT + 4, abs=0.5)


@pytest.mark.slow
def test_a_row_taller_than_a_page_goes_on_and_nothing_is_lost():
    said = "".join(f"第{n}句说明这个项目的来由，" for n in range(1, 800))
    assert len(said) > 10_000
    data = write_pdf(paper(Grid((row(label("必要性"), prose(said)), row(label("末行"), "完")), (1, 5))))
    made = pages(data)
    assert len(made) > 4
    printed = body(data)
    assert printed.count("必要性") >= len(made) - 1  # the label stands on every page it goes on to
    assert said in printed.replace("必要性", "")
    assert outside(data) == []
    for page in made:
        assert max(line.baseline for line in page if line.size > 9.5) < (297 - 16) * MM


def test_a_low_row_goes_to_the_next_page_whole():
    filler = tuple(row("行", least=20) for _ in range(12))
    made = pages(paper(Grid((*filler, row("一\n二\n三"), row("后", least=20)), (1,))))
    assert [line.text for line in made[1]][:3] == ["一", "二", "三"]


def test_a_row_asked_to_stay_whole_does():
    tall = "\n".join("行" * 3 for _ in range(30))
    filler = tuple(row("行", least=20) for _ in range(7))
    parted = pages(paper(Grid((*filler, row(tall)), (1,))))
    whole = pages(paper(Grid((*filler, row(tall, whole=True)), (1,))))
    assert len([line for line in parted[0] if line.text == "行行行"]) > 0
    assert len([line for line in whole[0] if line.text == "行行行"]) == 0


def test_signature_lines_are_at_the_bottom_of_their_cell():
    cell = prose("同意申报。", foot=("（盖章）", "年　　月　　日"))
    (lines,) = pages(paper(Grid((row(label("意见"), cell, least=50), row("后")), (1, 4))))
    opinion, seal, day, after = (find(lines, said) for said in ("同意申报", "（盖章）", "日", "后"))
    assert day.right == seal.right == pytest.approx(RIGHT - 4, abs=0.5)
    assert opinion.baseline < seal.baseline < day.baseline < after.baseline
    assert day.baseline - opinion.baseline > 30 * MM


def test_a_row_of_labels_stays_with_the_row_below_it():
    filler = tuple(row("行", "", least=20) for _ in range(12))
    section = row(label("一、基本情况", columns=2))
    made = pages(paper(Grid((*filler, section, row("名称", "活动室", least=40)), (1, 1))))
    assert made[1][0].text == "一、基本情况"


def test_rows_are_at_least_as_high_as_asked():
    (lines,) = pages(paper(Grid((row("一", least=40), row("二")), (1,))))
    assert lines[1].baseline - lines[0].baseline == pytest.approx((40 * MM + 18.2) / 2, abs=0.5)


def test_a_spanning_cell_makes_room_for_itself():
    grid = Grid((row(value("一\n二\n三\n四\n五", rows=2), "甲"), row("乙"), row("后", "丙")), (1, 1))
    (lines,) = pages(paper(grid))
    assert find(lines, "五").baseline < find(lines, "后").baseline - 15


def test_rows_joined_by_a_spanning_label_are_split_between_rows():
    rows = (row(label("资金", rows=60), "第0行"), *(row(f"第{n}行") for n in range(1, 60)))
    made = pages(paper(Grid(rows, (1, 3))))
    assert len(made) == 2
    said = "".join(line.text for page in made for line in page)
    assert [n for n in range(60) if said.count(f"第{n}行") != 1] == []
    assert all("资金" in "".join(line.text for line in page) for page in made)


def test_unit_and_items_are_above_the_table():
    grid = Grid((row("格"),), (1,), unit="单位：元")
    (lines,) = pages(paper(Across(("填报单位：", "填报日期：", "第1批")), grid))
    assert lines[0].text == "填报单位：填报日期：第1批"
    assert (lines[0].left, lines[0].right) == pytest.approx((LEFT, RIGHT), abs=0.5)
    assert lines[1].right == pytest.approx(RIGHT, abs=0.5)


def test_items_too_long_for_one_line_are_below_one_another():
    (lines,) = pages(paper(Across(("填报单位：" + "海沧区" * 10, "填报日期：2018年8月1日"))))
    assert len(lines) == 2
    (lines,) = pages(paper(Across(("填报单位：\n新阳社区", "日期："))))
    assert [line.text for line in lines] == ["填报单位：", "新阳社区", "日期："]


def test_a_table_of_another_size_and_without_rules():
    (lines,) = pages(paper(Grid((row("小字"),), (1,), size=10.5, ruled=False)))
    assert lines[0].size == pytest.approx(10.5)


@pytest.mark.parametrize(("size", "least"), [(PaperSize.A4, 14), (PaperSize.A3, 24)])
def test_notices_have_no_small_type(size, least):
    grid = Grid((row(label("项目名称"), "活动室"),), (1, 3), size=9)
    (lines,) = pages(paper(Title("公示"), Para("正文"), grid, kind=PaperKind.NOTICE, size=size))
    assert min(line.size for line in lines) >= least - 0.01


def test_a_form_is_tightened_to_its_number_of_pages():
    rows = tuple(row(label("项目"), prose("海沧区民生微实事项目" * 14), least=18) for _ in range(14))
    free, held = paper(Grid(rows, (1, 5))), paper(Grid(rows, (1, 5)), most_pages=1)
    assert len(pages(free)) == 2
    (lines,) = pages(held)
    assert min(round(line.size, 3) for line in lines) >= 10.5


def test_choices_notes_and_signatures_are_printed():
    grid = Grid((row(label("类别"), value(ticks(("服务类", "工程类"), "工程类"))),), (1, 3))
    (lines,) = pages(paper(grid, Note("注：一式三份。"), Signatures((("填表人：", "电话："), ("审核人：",)))))
    assert [line.text for line in lines] == ["类别□服务类　☑工程类", "注：一式三份。", "填表人：审核人：", "电话："]


def test_a_cell_without_a_free_column_raises():
    with pytest.raises(ValueError, match="no place for '二'"):
        write_pdf(paper(Grid((row("一", "二"),), (1,))))


def test_columns_that_a_row_leaves_empty_are_ruled():
    with pdfplumber.open(BytesIO(write_pdf(paper(Grid((row("一", "二"), row("三")), (1, 1)))))) as pdf:
        lines = pdf.pages[0].lines
    assert max(line["x1"] for line in lines) == pytest.approx(RIGHT, abs=0.1)
    level = {round(line["top"], 1) for line in lines if line["top"] == line["bottom"]}
    right = [line for line in lines if line["x0"] == line["x1"] == pytest.approx(RIGHT, abs=0.1)]
    assert len(level) == 3
    assert sum(line["height"] for line in right) == pytest.approx(max(level) - min(level), abs=0.1)


@pytest.mark.parametrize(
    ("figure", "weight"), [("12,345,678.90", 7), ("9020110100100001234", 4), ("-1,234,567.00元", 6)]
)
def test_a_figure_too_wide_for_its_cell_is_set_smaller_not_broken(figure, weight):
    (lines,) = pages(paper(Grid((row(amount(figure), "文"),), (1, weight))))
    held = find(lines, figure)
    assert held.size < 12
    assert held.left >= LEFT


def rules(*blocks):
    """The rules of the first page, each from its left or upper end."""
    with pdfplumber.open(BytesIO(write_pdf(paper(*blocks)))) as pdf:
        return [tuple(round(line[edge], 1) for edge in ("x0", "top", "x1", "bottom")) for line in pdf.pages[0].lines]


def test_consecutive_tables_share_a_rule():
    def levels(*blocks):
        return len({top for _, top, _, bottom in rules(*blocks) if top == bottom})

    two = Grid((row("一"),), (1,)), Grid((row("二", "三"),), (1, 1))
    assert levels(*two) == 3
    assert levels(two[0], Note("注"), two[1]) == 4


def test_no_rule_is_drawn_twice():
    drawn = rules(Grid(tuple(row("一", "二", "三") for _ in range(4)), (1, 1, 1)), Grid((row("四"),), (1,)))
    assert len(drawn) == len(set(drawn)) == 5 * 3 + 4 * 4 + 4


def test_an_empty_table_prints_nothing():
    assert pages(paper(Grid((), (1,)), Para("后")))[0][0].text == "后"


def test_cells_too_many_for_the_columns_do_not_leave_the_table():
    data = write_pdf(paper(Grid((GridRow((GridCell("一"), GridCell("二", columns=9, align=Align.RIGHT))),), (1, 1))))
    (lines,) = pages(data)
    assert lines[0].right <= RIGHT


def side_table(count, closing=(), *, head=1, least=0):
    rows = (
        row(label("序号"), label("内容")),
        *(row(centred(str(n)), f"第{n}项", least=least) for n in range(1, count)),
    )
    return Grid(
        with_side_label("预算", (*rows, *closing)), (0, 1, 4), side=11, by_content=True, heading=head, size=10.5
    )


def test_an_inner_table_repeats_its_head_and_its_side_label():
    made = pages(paper(side_table(120)))
    assert len(made) > 2
    for page in made:
        assert any(line.text.startswith("序号") for line in page[:2])
        assert any("预算" in line.text for line in page)
    said = "".join(line.text for page in made for line in page)
    assert [n for n in range(1, 120) if said.count(f"第{n}项") != 1] == []


@pytest.mark.parametrize("title", ["合　计", "2026年第三季度合计"])
@pytest.mark.parametrize("side", [False, True])
def test_a_sum_is_never_alone_on_a_page(side, title):
    """Wherever the page ends, a sum has a row of the table above it on its page."""
    alone = []
    for count in range(34, 44):
        rows = (row(label("序号"), label("内容")), *(row(centred(str(n)), f"第{n}项") for n in range(1, count)))
        rows = (*rows, row(label(title), "末"))
        grid = (
            Grid(with_side_label("预算", rows), (0, 1, 4), side=11, heading=1)
            if side
            else Grid(rows, (1, 4), heading=1)
        )
        (page,) = [page for page in pages(paper(grid, *[Note("后")] * 30)) if any("合" in line.text for line in page)]
        if not any("项" in line.text for line in page[: [("合" in line.text) for line in page].index(True)]):
            alone.append(count)
    assert alone == []


def test_a_last_page_is_not_begun_for_one_line():
    """A line too many is taken in by closer spaces; where that is not enough, rows go with it."""
    row_height = 18.2
    full = int((297 - 36) * MM / row_height)
    for count, expected in ((full + 1, 1), (full + 5, 2)):
        made = pages(paper(Grid(tuple(row(f"第{n}行") for n in range(count)), (1,))))
        assert len(made) == expected
        *_, last = [line for line in made[-1] if line.size > 9.5]
        if expected > 1:
            assert last.baseline > 20 * MM + 0.12 * 261 * MM - row_height


def test_the_type_is_the_same_where_a_line_is_taken_in():
    full = int((297 - 36) * MM / 18.2)
    made = pages(paper(Grid(tuple(row(f"第{n}行") for n in range(full + 1)), (1,))))
    assert {round(line.size, 3) for line in made[0] if "行" in line.text} == {10.5}


def test_the_foot_of_a_form_is_never_alone_on_a_page():
    for count in range(34, 42):
        grid = Grid(tuple(row(f"第{n}行") for n in range(count)), (1,))
        made = pages(paper(grid, Across(("填表人：", "审核人："))))
        assert all(any("行" in line.text for line in page) for page in made), count


def test_what_is_left_over_goes_to_the_rows_that_ask_for_it():
    rows = (row("一"), GridRow((value("二"),), 10, stretch=1), GridRow((value("三"),), 10, stretch=1))
    (lines,) = pages(paper(Grid(rows, (1,))))
    (loose,) = pages(paper(Grid((*rows[:1], row("二", least=10), row("三", least=10)), (1,))))
    grown = find(lines, "三").baseline - find(loose, "三").baseline
    assert grown == pytest.approx(45 * MM * 1.5, abs=1)  # two rows of 45 mm more; the second is centred


def test_room_to_write_is_kept_when_a_page_is_set_tighter():
    firm = GridRow((value(""),), 40, firm=True)
    rows = (*(row(label("项目"), prose("海沧区民生微实事项目" * 12)) for _ in range(11)),)
    loose = paper(Grid(rows, (1, 5)), Grid((firm, row("后")), (1,)), most_pages=1)
    data = write_pdf(loose)
    with pdfplumber.open(BytesIO(data)) as pdf:
        page = pdf.pages[-1]
        level = sorted({round(each["top"], 1) for each in page.lines if each["top"] == each["bottom"]})
    assert max(low - high for high, low in pairwise(level)) >= 40 * MM - 0.2
