"""The DOCX file: valid, reproducible, without author, with the page setup of GB/T 9704—2012."""

from datetime import date
from io import BytesIO
from pathlib import PurePosixPath
from xml.etree.ElementTree import fromstring
from zipfile import ZipFile

import pytest

from haicang_desk.model.blocks import (
    Addressee,
    Annex,
    Annotation,
    Attachments,
    Colophon,
    Grid,
    GridCell,
    GridRow,
    Heading,
    KeepTogether,
    Masthead,
    PageBreak,
    PaperKind,
    PaperSize,
    Para,
    Seal,
    Title,
    label,
    row,
)
from haicang_desk.model.typesetting import write_docx_batch
from haicang_desk.model.typesetting.docx.word_file import write_docx
from tests.typesetting.docx.docx_reading import W, every, in_order, part, parts, said_by, value
from tests.typesetting.pdf_reading import paper
from tests.typesetting.test_any_paper import Maker

MM = 1440 / 25.4  # twentieths of a point
RELATED = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
IN_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
ORDER = {  # of the children that are used here, as ISO/IEC 29500-1 has them
    "pPr": "pStyle keepNext pageBreakBefore framePr widowControl pBdr tabs autoSpaceDE autoSpaceDN spacing ind jc "
    "outlineLvl rPr sectPr",
    "rPr": "rFonts color spacing sz szCs u lang",
    "tblPr": "tblpPr tblW jc tblBorders tblLayout tblCellMar tblInd",
    "tcPr": "tcW gridSpan vMerge tcBorders tcMar vAlign",
    "sectPr": "footerReference pgSz pgMar pgNumType titlePg",
    "style": "name basedOn qFormat pPr rPr tblPr",
    "settings": "evenAndOddHeaders characterSpacingControl compat themeFontLang",
    "font": "altName charset family pitch",
    "tbl": "tblPr tblGrid tr",
    "tblBorders": "top left bottom right insideH insideV",
    "tblCellMar": "top left bottom right",
}


def letter(**sheet):
    return paper(
        Masthead("海沧区新阳街道办事处文件", "新街〔2018〕1号", signer="陈"),
        Title("关于2018年“社会+”民生微实事项目进展情况的报告"),
        Addressee("区民政局"),
        Heading("一、总体情况"),
        Heading("（一）项目", 2),
        Para("根据工作方案，现将有关情况报告如下。"),
        Attachments(("汇总表", "明细表")),
        Seal("新阳街道办事处", date(2018, 10, 8)),
        Annotation("联系人：林晓燕，联系电话：0592-6051234"),
        Annex(1),
        Title("汇总表"),
        Grid((row(label("村居"), label("金额")), row("霞阳社区", "1.00")), (1, 1), heading=1),
        Colophon("区财政局", "新阳街道党政办公室", date(2018, 10, 8)),
        kind=PaperKind.LETTER,
        **sheet,
    )


def form():
    filled = Grid((row(label("意见"), GridCell("同意", foot=("签字：", "年　月　日")), GridCell("无")),), (1, 3, 1))
    return paper(Title("审批表"), filled, KeepTogether((filled, Para("说明"))), most_pages=1)


def test_the_same_paper_gives_the_same_bytes():
    assert write_docx(letter()) == write_docx(letter())
    assert write_docx(letter()) != write_docx(form())


def test_metadata_name_the_document_and_neither_author_nor_time():
    data = write_docx(letter(title="报告", number="新街〔2018〕1号", subject="第三季度", seal_code="3f9a"))
    core = part(data, "docProps/core.xml")
    assert [child.text for child in core] == ["报告", "第三季度", "新街〔2018〕1号；存证码：3f9a"]
    assert {entry.date_time for entry in ZipFile(BytesIO(data)).infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert not [name for name in parts(data) if "app.xml" in name or "thumbnail" in name]


@pytest.mark.parametrize("data", [write_docx(letter()), write_docx(form()), write_docx_batch([letter(), form()], "批")])
def test_every_part_is_well_formed_and_registered(data):
    held = parts(data)
    roots = {name: fromstring(text) for name, text in held.items() if name.endswith((".xml", ".rels"))}
    kinds = {child.get("PartName") for child in roots["[Content_Types].xml"]}
    assert {f"/{name}" for name in held if name.endswith(".xml") and name[0] != "["} <= kinds
    related = {child.get("Id"): child.get("Target") for child in roots["word/_rels/document.xml.rels"].iter(RELATED)}
    assert {str(PurePosixPath("word") / target) for target in related.values()} <= held.keys()
    used = {node.get(f"{IN_R}id") for node in roots["word/document.xml"].iter() if node.get(f"{IN_R}id")}
    assert used <= related.keys()


@pytest.mark.parametrize("seed", range(8))
def test_child_elements_are_in_the_order_of_the_schema(seed):
    data = write_docx_batch([letter(), form(), Maker(seed).paper()], "批")
    for name in ("word/document.xml", "word/styles.xml", "word/settings.xml", "word/fontTable.xml"):
        for element in part(data, name).iter():
            if allowed := ORDER.get(element.tag.removeprefix(W), "").split():
                places = [allowed.index(child.tag.removeprefix(W)) for child in element]
                assert places == sorted(places), element.tag


@pytest.mark.parametrize("seed", range(12))
def test_tables_are_complete(seed):
    """Each row fills the grid, merged cells continue below their start, every cell ends with a paragraph."""
    body = part(write_docx(Maker(seed).paper())).find(f"{W}body")
    for table in every(body, "tbl"):
        columns = len(every(table, "gridCol"))
        open_merges = {}
        for line in table.findall(f"{W}tr"):
            at = 0
            for cell in line.findall(f"{W}tc"):
                span = int(next((value(s) for s in every(cell, "gridSpan")), 1))
                merged = next((value(m) for m in every(cell, "vMerge")), None)
                if merged == "continue":
                    assert open_merges.get(at) == span
                open_merges[at] = span if merged else 0
                assert cell[-1].tag == f"{W}p"
                at += span
            assert at == columns
    after = dict(zip(body, list(body)[1:], strict=False))
    assert all(after[table].tag == f"{W}p" for table in body if table.tag == f"{W}tbl")


# ---- GB/T 9704


def test_a_letter_has_the_margins_and_type_of_the_standard():
    data = write_docx(letter())
    (margins,) = every(part(data), "pgMar")
    assert {edge: round(int(value(margins, edge)) / MM) for edge in ("top", "bottom", "left", "right")} == {
        "top": 37,
        "bottom": 35,
        "left": 28,
        "right": 26,
    }
    styles = {value(style, "styleId"): style for style in every(part(data, "word/styles.xml"), "style")}

    def told(key, name, what="val"):
        return value(every(styles[key], name)[0], what)

    assert [told("Normal", "rFonts", "eastAsia"), told("Normal", "sz")] == ["仿宋_GB2312", "32"]
    assert [told("Title", "rFonts", "eastAsia"), told("Title", "sz")] == ["方正小标宋简体", "44"]
    assert [told(f"Heading{n}", "rFonts", "eastAsia") for n in (1, 2, 3)] == ["黑体", "楷体_GB2312", "仿宋_GB2312"]
    lines = every(styles["Normal"], "spacing")[0]
    assert value(lines, "lineRule") == "exact"
    pitch = int(value(lines, "line")) / 20
    assert 22 * pitch <= 225 / 25.4 * 72 < 22 * (pitch + 0.05)
    assert 28 * (16 + int(value(every(styles["Normal"], "spacing")[-1])) / 20) <= 156 / 25.4 * 72


def test_missing_fonts_have_a_substitute():
    fonts = every(part(write_docx(letter()), "word/fontTable.xml"), "font")
    named = {value(font, "name"): value(every(font, "altName")[0]) for font in fonts}
    assert named["仿宋_GB2312"] == "仿宋"
    assert named["方正小标宋简体"] == "宋体"


def test_paragraphs_are_indented_by_two_characters():
    body = part(write_docx(letter()))
    (said,) = [p for p in every(body, "p") if said_by(p).startswith("根据")]
    assert value(every(said, "ind")[0], "firstLineChars") == "200"


def test_pages_are_numbered_between_dashes_odd_at_the_right_even_at_the_left():
    data = write_docx(letter())
    kinds = {value(r, "type"): r.get(f"{IN_R}id").removeprefix("rId_") for r in every(part(data), "footerReference")}
    odd, even = (part(data, f"word/{kinds[kind]}.xml") for kind in ("default", "even"))
    assert [said_by(odd), said_by(even)] == ["— 1 —"] * 2
    assert [value(every(foot, "fldSimple")[0], "instr") for foot in (odd, even)] == ["PAGE", "PAGE"]
    assert every(odd, "jc")[0].get(f"{W}val") == "right"
    assert not every(even, "jc")
    assert every(part(data, "word/settings.xml"), "evenAndOddHeaders")


def test_the_heading_of_a_table_is_repeated():
    lines = every(part(write_docx(letter())), "tr")
    assert [bool(every(line, "tblHeader")) for line in lines[:2]] == [True, False]


def test_a_page_break_before_a_table_is_kept():
    grid = Grid((row("甲", "乙"), row("丙", "丁")), (1, 1))
    body = part(write_docx(paper(Para("一"), PageBreak(), Para("二"), PageBreak(), grid)))
    assert [said_by(p) for p in every(body, "p") if every(p, "pageBreakBefore")] == ["二", "甲", "乙"]


def test_signature_lines_are_at_the_bottom_of_their_cell():
    table = every(part(write_docx(form())), "tbl")[0]
    upper, lower = every(table, "tr")
    assert [said_by(cell) for cell in every(upper, "tc")] == ["意见", "同意", "无"]
    assert [value(every(cell, "vAlign")[0]) for cell in every(lower, "tc")] == ["center", "bottom", "center"]
    assert said_by(every(lower, "tc")[1]) == "签字：年　月　日"
    assert [[value(m) for m in every(line, "vMerge")] for line in (upper, lower)] == [["restart"] * 2, ["continue"] * 2]


def test_the_signature_stays_with_the_line_above_it():
    body = part(write_docx(paper(Para("一"), Para("二"), Seal("办事处", None), kind=PaperKind.LETTER)))
    assert [said_by(p) for p in every(body, "p") if every(p, "keepNext")] == ["二", "办事处"]


def test_the_name_of_the_office_is_red():
    body = part(write_docx(letter()))
    assert [said_by(run) for run in every(body, "r") if [value(c) for c in every(run, "color")] == ["FF0000"]] == [
        "海沧区新阳街道办事处文件"
    ]


def test_a_letterhead_is_in_its_place_and_its_first_page_has_no_number():
    made = paper(Masthead("新阳街道办事处", "新街函〔2018〕1号", letterhead=True), Para("文"), kind=PaperKind.LETTER)
    data = write_docx(made)
    assert round(int(value(every(part(data), "framePr")[0], "y")) / MM) == 30
    assert every(part(data), "titlePg")
    assert in_order(data, iter(["新阳街道办事处", "新街函〔2018〕1号", "文"])) == []


def test_a_batch_keeps_the_page_size_and_styles_of_each_paper():
    wide = paper(Title("清单"), Para("文"), landscape=True)
    notice = paper(Title("公示"), Para("文"), kind=PaperKind.NOTICE, size=PaperSize.A3)
    data = write_docx_batch([letter(), wide, notice, wide], "批")
    assert [value(page, "orient") for page in every(part(data), "pgSz")] == [None, "landscape", None, "landscape"]
    used = {value(style) for style in every(part(data), "pStyle")}
    known = {value(style, "styleId") for style in every(part(data, "word/styles.xml"), "style")}
    assert used <= known
    assert {"Title", "Title_2", "Title_3"} <= used
    assert [child.text for child in part(data, "docProps/core.xml")] == ["批"]


def test_a_long_row_may_be_split_and_a_short_one_not():
    grid = Grid(
        (GridRow((GridCell("短"),)), GridRow((GridCell("长" * 900),)), GridRow((GridCell("长" * 900),), whole=True)),
        (1,),
    )
    lines = every(part(write_docx(paper(grid))), "tr")
    assert [bool(every(line, "cantSplit")) for line in lines] == [True, False, True]
