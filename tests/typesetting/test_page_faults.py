"""The judge of layout finds each fault on a page made for it, and the finished files of a year have none.

The files are read by pdfium alone, so that the judge and the layout that it looks at cannot be wrong together.
"""

from __future__ import annotations

from collections.abc import Sequence

import pypdfium2
import pytest

from haicang_desk.model.blocks import (
    Across,
    Blank,
    Face,
    Grid,
    Heading,
    Note,
    PageBreak,
    Paper,
    PaperKind,
    Para,
    Seal,
    Title,
    amount,
    label,
    prose,
    row,
    value,
)
from haicang_desk.model.documents.batches import layout_note
from haicang_desk.model.typesetting import PageFault, write_batch
from haicang_desk.model.typesetting.layout.lines import lines
from haicang_desk.model.typesetting.layout.measures import TypeStyle
from haicang_desk.model.typesetting.layout.page_faults import LEAST_FILL, SMALLEST, SMALLEST_NOTE, PageRule, page_faults
from haicang_desk.model.typesetting.layout.page_style import page_style_of
from haicang_desk.model.typesetting.layout.pages import Item, LayoutContext, TextLine, tagged_items
from haicang_desk.model.typesetting.pdf.font_set import bundled_fonts
from haicang_desk.model.typesetting.pdf.writer import Writer, lay_out_pages
from tests.documents.odd import odd_year
from tests.documents.reference import filled_year, printed
from tests.typesetting.pdf_reading import inked, paper

TABLE = Grid((row(label("项目"), label("金额")), *(row(value("甲"), amount("1.00")) for _ in range(8))), (1, 1))


def faults(*blocks, kind=PaperKind.FORM) -> list[tuple[int, PageRule]]:
    made = page_faults(*lay_out_pages(paper(*blocks, kind=kind), bundled_fonts()))
    return [(fault.page, fault.rule) for fault in made]


def on_pages(*pages: Sequence[object], kind=PaperKind.FORM) -> list[PageFault]:
    """The faults of pages laid out by hand: on each the items of its blocks, as a faulty layout would place them."""
    context = LayoutContext(page_style_of(paper(kind=kind).setup), bundled_fonts())
    laid: list[list[tuple[Item, float]]] = []
    for blocks in pages:
        laid.append([])
        down = 0.0
        for block in blocks:
            for item in tagged_items(block, context):
                laid[-1].append((item, down))
                down += item.height
    return page_faults(laid, context)


FULL = (TABLE, *(Para("正文" * 90) for _ in range(2)))


@pytest.mark.parametrize(
    ("blocks", "told"),
    [
        ((Heading("一、情况"),), "标题"),
        ((Grid((row(label("合计"), amount("8.00")),), (1, 1)),), "合计"),
        ((Grid((row(label("项目"), label("金额")),), (1, 1)),), "表头"),
        ((Seal("新阳街道办事处", None),), "落款"),
        ((Across((("填表人：", Blank(7)), ("审核人：", Blank(7)))),), "填表人一行"),
        ((Grid((row(label("意见"), prose("同意", foot=("签字：",)), least=60),), (1, 2)),), "签字栏"),
        ((Note("注：无。"), Across((("填表人：", Blank(7)),))), "注、填表人一行"),
    ],
)
def test_what_stands_alone_on_a_page_is_found(blocks, told):
    found = on_pages(FULL, blocks)
    assert [str(fault) for fault in found if fault.rule is PageRule.ALONE] == [f"第 2 页只有{told}"]
    assert not [fault for fault in on_pages(FULL, (*FULL, *blocks)) if fault.rule is PageRule.ALONE]


def test_a_heading_parted_from_what_it_heads_is_found():
    (found,) = on_pages((*FULL, Heading("二、安排")), FULL)
    assert str(found) == "第 1 页末尾是“二、安排”，所领的内容在下一页"
    assert not on_pages(FULL, (Heading("二、安排"), *FULL))


def test_a_page_nearly_empty_is_found_but_a_letters_last():
    pages = ((Para("正文" * 90),), (Para("一行"),))
    assert [fault.rule for fault in on_pages(*pages)] == [PageRule.EMPTY]
    assert on_pages(*pages, kind=PaperKind.LETTER) == []
    assert [fault.page for fault in on_pages(*reversed(pages), kind=PaperKind.LETTER)] == [1]


def test_type_too_small_and_what_lies_outside_is_found():
    fonts = bundled_fonts()
    context = LayoutContext(page_style_of(paper().setup), fonts)

    def line(size: float, shift: float = 0.0) -> TextLine:
        (made,) = lines("某一行文字", TypeStyle(Face.SONG, size, 20), 300, fonts)
        return TextLine(made._replace(pieces=tuple(piece._replace(x=piece.x + shift) for piece in made.pieces)))

    body = [(line(12), at * 20.0) for at in range(20)]
    assert page_faults([body], context) == []
    for item, at, rule in (
        (line(SMALLEST - 0.5), 400.0, PageRule.SMALL),
        (line(12, -4.0), 400.0, PageRule.OUTSIDE),
        (line(12), context.style.height - 5, PageRule.OUTSIDE),
    ):
        assert [fault.rule for fault in page_faults([[*body, (item, at)]], context)] == [rule]


def test_good_papers_have_no_fault_and_the_writer_tells_those_of_others():
    assert faults(Title("某某表"), *FULL, Across((("填表人：", Blank(7)),))) == []
    assert faults(Title("某某函"), Para("正文" * 500), Seal("新阳街道办事处", None), kind=PaperKind.LETTER) == []
    found: list[PageFault] = []
    write_batch([paper(*FULL), paper(*FULL, PageBreak(), Para("一行"))], "两份", faults=found)
    assert [(fault.page, fault.rule) for fault in found] == [(3, PageRule.EMPTY)]
    assert layout_note(found) == "版面请看一眼再用：第 3 页只用了 3%"
    assert layout_note(found * 5).endswith("等 5 处") and layout_note([]) == ""


# ---- the documents of a year, by the judge and, apart from it, from the finished files


def own(name: str, papers: list[Paper]) -> list[Paper]:
    return papers[:2] if name == "dossier" else papers  # what a dossier binds are the others again


@pytest.mark.parametrize("size", ["A4", "A3"])
def test_no_document_of_the_fixed_year_has_a_fault(size):
    with filled_year() as ws:
        for name, papers in printed(ws, size):
            for each in own(name, papers):
                assert page_faults(*lay_out_pages(each, bundled_fonts())) == [], name


def test_no_document_of_odd_texts_has_a_fault():
    """But for what no layout can help: signatures behind a row as high as a page, an office's name on one line."""
    with odd_year(0) as ws:
        for name, papers in printed(ws):
            for each in own(name, papers):
                helpless = {PageRule.ALONE, *([PageRule.SMALL] if each.setup.kind is PaperKind.LETTER else [])}
                found = page_faults(*lay_out_pages(each, bundled_fonts()))
                assert [fault for fault in found if fault.rule not in helpless] == [], name


def read_faults(data: bytes, style, kind: PaperKind) -> list[str]:
    """What pdfium reads of a file: too small type, ink outside the type area, and pages nearly empty."""
    found = []
    document = pypdfium2.PdfDocument(data)
    low, high = style.page_height - style.top - style.height, style.page_height - style.top
    for number, page in enumerate(document, 1):
        ink = list(inked(page))
        area = [each for each in ink if low <= each.baseline <= high]
        found += [f"{number}: {each.text} {each.size}" for each in area if each.size < SMALLEST - 0.01]
        found += [f"{number}: {each.text} {each.size}" for each in ink if each.size < SMALLEST_NOTE - 0.01]
        sides = style.left - 2, style.left + style.width + 2
        found += [f"{number}: {each.text}" for each in area if each.left < sides[0] or each.right > sides[1]]
        filled = (max(each.high for each in area) - min(each.low for each in area)) / style.height if area else 0
        if filled < LEAST_FILL and not (kind is PaperKind.LETTER and number == len(document)):
            found.append(f"{number}: {filled:.0%}")
    return found


def test_the_finished_files_read_by_another_reader_have_no_fault():
    with filled_year() as ws:
        for name, papers in printed(ws):
            for each in own(name, papers):
                style, kind = page_style_of(each.setup), each.setup.kind
                assert read_faults(write_batch([each], name), style, kind) == [], name


def test_the_other_reader_finds_faults_too():
    style, fonts = page_style_of(paper().setup), bundled_fonts()

    def read(size: float, x: float, *more: float) -> list[str]:
        writer = Writer(fonts)
        canvas = writer.page(style.page_width, style.page_height)
        for baseline in (700, 400, *more):
            (line,) = lines("一行字", TypeStyle(Face.SONG, size, 20), 300, fonts)
            canvas.line(line, x, baseline)
        return read_faults(writer.file(""), style, PaperKind.FORM)

    assert read(12, 100) == []
    assert read(8.5, 100) and read(12, 60) and read(12, 560) and read(7, 100, 30)
    assert [
        fault for fault in read_faults(write_batch([paper(Para("一行"))], ""), style, PaperKind.FORM) if "%" in fault
    ]
