"""The structure tree: what a screen reader says, in which order, of every document; and that faults are found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from haicang_desk.model import blocks as b
from haicang_desk.model.blocks import (
    Across,
    Attachments,
    Blank,
    Grid,
    Heading,
    Masthead,
    Note,
    Paper,
    PaperKind,
    PaperSize,
    Para,
    Picture,
    QrCode,
    Seal,
    Signatures,
    Tick,
    Title,
    amount,
    cell_spans_of,
    label,
    prose,
    row,
    value,
)
from haicang_desk.model.documents import DOCUMENTS
from haicang_desk.model.typesetting import write_batch
from haicang_desk.model.typesetting.layout.letter_parts import letter_date
from haicang_desk.model.typesetting.pdf.writer import write_pdf
from tests.documents.reference import filled_year, printed
from tests.typesetting.docx.docx_reading import lines, solid, spoken
from tests.typesetting.pdf_reading import paper
from tests.typesetting.structure_walk import StructureWalk

_SKIPPED = 8  # characters that print adds between two texts of blocks: 附件：, 1., 抄送：
SMALL = [name for name in DOCUMENTS if name != "dossier"]  # which has the others again


@cache
def papers() -> dict[str, list[Paper]]:
    with filled_year() as ws:
        made = {name: drawn for name, drawn in printed(ws) if name in SMALL}
        for size in ("A3", "2A4"):
            made |= {f"{name} {size}": drawn for name, drawn in printed(ws, size)}
    return made


@cache
def walks() -> dict[str, StructureWalk]:
    return {name: StructureWalk(write_batch(drawn, name)) for name, drawn in papers().items()}


def photograph() -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG")
    return out.getvalue()


def told(block: Any) -> Iterator[str]:
    """The texts of a block in reading order: row by row, a cell's text and then its lines to sign."""
    match block:
        case b.Grid():
            yield block.unit
            for place in cell_spans_of(block):
                for words in (place.cell.words, *place.cell.foot, *place.cell.seal):
                    yield from lines(words)
        case b.KeepTogether():
            yield from (text for inner in block.blocks for text in told(inner))
        case b.Chart(lanes, boxes):
            yield from (*lanes, *(box.text for box in boxes))
        case b.Colophon(copies, printer, on):
            yield from (copies, printer, f"{letter_date(on)}印发" if printer else "")
        case b.Seal(beside=b.QrCode() as code):
            yield from spoken(replace(block, beside=None))
            yield code.caption
        case _:
            yield from spoken(block)


def said_by(each: Paper) -> Iterator[str]:
    """The texts of a paper; a 函 has no 印发机关 (GB/T 9704—2012 §10.1)."""
    bare = any(isinstance(block, Masthead) and block.letterhead for block in each.blocks)
    for block in each.blocks:
        yield from told(replace(block, printer="") if bare and isinstance(block, b.Colophon) else block)


def unread(walk: StructureWalk, drawn: list[Paper]) -> list[str]:
    """Texts of the blocks that are not read out in their place, and what is read out that no block says."""
    body, at, wrong = solid(walk.text()), 0, []
    charts = any(isinstance(block, b.Chart) for each in drawn for block in each.blocks)
    for text in map(solid, (text for each in drawn for text in said_by(each))):
        found = body.find(text, at)
        if found < 0 or (found - at > _SKIPPED and not charts):
            wrong.append(text)
        else:
            at = found + len(text)
    return [*wrong, *([body[at:]] if len(body) - at > _SKIPPED else [])]


def test_no_document_has_a_fault_on_any_paper():
    assert {name: walk.faults() for name, walk in walks().items() if walk.faults()} == {}
    assert len(walks()) > len(SMALL) + 6


def test_every_document_is_read_in_the_order_of_its_blocks():
    assert {name: wrong for name, walk in walks().items() if (wrong := unread(walk, papers()[name]))} == {}


def test_footers_and_codes_on_further_pages_are_not_read_out():
    for name, walk in walks().items():
        text = walk.text()
        assert not re.search("依据：厦海政办|存证码|第 [0-9] 页", text), name
        codes = [node for node in walk.document.below() if str(node.entries.get("/Alt", "")).startswith("二维码")]
        assert len(codes) <= sum(bool(each.setup.qr) for each in papers()[name]) or "notice" in name, name


HARD = paper(
    Masthead("某街道办事处", "某街〔2018〕1号", signer="陈"),
    Title("关于某事的报告", "2018年度"),
    Heading("一、", 1),
    Heading("（一）", 3),
    Para("甲\n乙"),
    Across(("填报单位：", "填报日期：")),
    Grid(
        (
            row(label("项目"), label("金额")),
            row("甲", amount("1")),
            row(label("合计", rows=2), amount("2")),
            row(prose("长文，" * 900, foot=(("签字：", Blank(5)),))),
            row(label("说明", columns=2)),
            row(value((Tick("是", True), Tick("否")), columns=2)),
            *(row(f"第{n}行", amount(str(n))) for n in range(60)),
        ),
        (1, 3),
        heading=1,
        unit="单位：元",
    ),
    Note("注：一"),
    Note("注：二"),
    Attachments(("名册", "决算书")),
    Picture(photograph(), "施工前"),
    Picture(photograph()),
    QrCode("ABC", 20, "扫码"),
    Signatures((("甲方（盖章）：", "日期："), ("乙方（盖章）：", "日期："))),
    Seal("某街道办事处", date(2018, 7, 3), beside=QrCode("DEF", 20, "核对")),
    title="报告",
    qr="GHI",
    footer="依据：63号",
    seal_code="3f9a",
)


def test_what_is_hard_is_tagged_too():
    for kind in PaperKind:
        each = replace(HARD, setup=replace(HARD.setup, kind=kind))
        walk = StructureWalk(write_pdf(each))
        assert walk.faults() == []
        assert unread(walk, [each]) == []


def of_kind(walk: StructureWalk, *kinds: str) -> list[Any]:
    return [node for node in walk.document.below() if node.kind in kinds]


def test_each_block_is_what_it_is():
    walk = StructureWalk(write_pdf(HARD))
    headings = [(node.kind, walk.text(node)) for node in of_kind(walk, "H1", "H2", "H3", "H4")]
    assert headings == [("H1", "关于某事的报告"), ("H2", "一、"), ("H3", "（一）")]  # no level is skipped
    assert [walk.text(node) for node in of_kind(walk, "P")][:6] == [
        *("某街道办事处", "某街〔2018〕1号", "签发人：陈", "2018年度", "甲", "乙")
    ]
    assert [walk.text(node) for node in of_kind(walk, "Note")] == ["注：一", "注：二"]
    assert [walk.text(node) for node in of_kind(walk, "LBody")] == ["附件：1.名册", "2.决算书"]
    alternatives = [str(node.entries["/Alt"]) for node in of_kind(walk, "Figure")]
    assert alternatives == ["施工前", "照片", "二维码：ABC", "二维码：DEF", "二维码：GHI"]
    assert [walk.text(node) for node in of_kind(walk, "Caption")] == ["施工前", "扫码", "核对"]
    assert [walk.text(node) for node in of_kind(walk, "Div")] == ["甲方（盖章）：日期：", "乙方（盖章）：日期："]


def test_a_table_over_pages_is_one_table_whose_head_is_read_once():
    walk = StructureWalk(write_pdf(HARD))
    (table,) = of_kind(walk, "Table")
    heads = [(walk.text(node), node.attribute("/Scope")) for node in table.below() if node.kind == "TH"]
    assert heads == [("项目", "/Column"), ("金额", "/Column"), ("合计", "/Row"), ("说明", "/Column")]
    (long,) = [node for node in table.below() if node.kind == "TD" and "长文" in walk.text(node)]
    assert len({page for page, _ in long.kids}) > 1 and walk.text(long).endswith("签字：")
    assert len([node for node in table.below() if node.kind == "TR"]) == 66


def test_an_a3_page_on_two_sheets_is_one_document():
    table = Grid(tuple(row(label(f"第{n}项"), "内容" if n % 2 else "") for n in range(6)), (1, 3))
    blocks = (Title("公示"), table, Para("甲"), table, Heading("一、"), table, Across(("乙", "丙")), table, Para("完"))
    one, two = (
        StructureWalk(write_pdf(paper(*blocks, kind=PaperKind.NOTICE, size=size)))
        for size in (PaperSize.A3, PaperSize.TWO_A4)
    )
    assert len(two.reader.pages) == 2 * len(one.reader.pages)
    assert two.faults() == one.faults() == [] and two.outline() == one.outline()


def test_each_paper_of_a_batch_is_a_part():
    walk = StructureWalk(write_batch([paper(Title(f"第{n}份"), Note("注")) for n in range(150)], "批"))
    assert walk.faults() == []
    assert [node.kind for node in walk.document.kids] == ["Part"] * 150
    assert [walk.text(node) for node in walk.document.kids] == [f"第{n}份注" for n in range(150)]


def test_tags_make_a_file_little_larger():
    """A form of 60 rows: its tree takes less than a tenth of the file."""
    rows = tuple(row(label(f"第{n}项"), f"内容{n}") for n in range(60))
    data = write_pdf(paper(Title("表"), Grid(rows, (1, 3))))
    reader = PdfReader(BytesIO(data))
    assert len(of_kind(StructureWalk(reader), "TD", "TH", "TR")) == 180
    assert len(data) < 40_000


# ---- each rule broken once

PLAIN = paper(
    Title("题"),
    Heading("一、", 1),
    Heading("（一）", 2),
    Grid((row(label("甲"), "乙"), row(label("丙"), "丁")), (1, 1)),
    Note("注一"),
    Note("注二"),
    Attachments(("名册", "决算书")),
    Picture(photograph(), "图"),
    Para("文"),
    title="题",
)
N = NameObject


def element(walk: StructureWalk, kind: str, at: int = 0) -> Any:
    return of_kind(walk, kind)[at].entries


def put(kind: str, name: str, given: Any, at: int = 0) -> Callable[[StructureWalk], None]:
    def change(walk: StructureWalk) -> None:
        element(walk, kind, at)[N(name)] = given

    return change


def drop(kind: str, name: str, at: int = 0) -> Callable[[StructureWalk], None]:
    return lambda walk: element(walk, kind, at).pop(name)


def in_root(name: str) -> Callable[[StructureWalk], None]:
    return lambda walk: walk.root.pop(name)


def in_content(old: bytes, new: bytes) -> Callable[[StructureWalk], None]:
    def change(walk: StructureWalk) -> None:
        page = walk.reader.pages[0]
        data = page.get_contents().get_data()
        assert old in data
        held = DecodedStreamObject()
        held.set_data(data.replace(old, new, 1))
        walk.reader.pages[0][N("/Contents")] = held

    return change


def in_packet(old: bytes, new: bytes) -> Callable[[StructureWalk], None]:
    def change(walk: StructureWalk) -> None:
        held = DecodedStreamObject()
        held.set_data(walk.root["/Metadata"].get_data().replace(old, new))
        walk.root[N("/Metadata")] = held

    return change


def swapped(walk: StructureWalk) -> None:
    """Two marks lead to each other's elements."""
    nums = walk.root["/StructTreeRoot"]["/ParentTree"]["/Nums"][1]
    nums[0], nums[1] = nums[1], nums[0]


def unlisted(walk: StructureWalk) -> None:
    walk.root["/StructTreeRoot"]["/ParentTree"][N("/Nums")] = ArrayObject()


def twice(walk: StructureWalk) -> None:
    """A paragraph also has the mark of the title."""
    paragraph = element(walk, "P", -1)
    paragraph[N("/K")] = ArrayObject([paragraph["/K"], NumberObject(0)])


def without_last(walk: StructureWalk) -> None:
    walk.document.entries["/K"].pop()


def strange_parent(walk: StructureWalk) -> None:
    element(walk, "P", -1)[N("/P")] = of_kind(walk, "TR")[0].entries


def font(walk: StructureWalk) -> Any:
    return next(iter(walk.reader.pages[0]["/Resources"]["/Font"].values())).get_object()


def unmapped(walk: StructureWalk) -> None:
    held = DecodedStreamObject()
    held.set_data(font(walk)["/ToUnicode"].get_data().replace(b"<0001> <", b"<0FFF> <"))
    font(walk)[N("/ToUnicode")] = held


def private(walk: StructureWalk) -> None:
    held = DecodedStreamObject()
    held.set_data(re.sub(rb"<0001> <[0-9A-F]+>", b"<0001> <E000>", font(walk)["/ToUnicode"].get_data()))
    font(walk)[N("/ToUnicode")] = held


def no_file(walk: StructureWalk) -> None:
    font(walk)["/DescendantFonts"][0].get_object()["/FontDescriptor"].pop("/FontFile2")


def wide(walk: StructureWalk) -> None:
    element(walk, "TD")[N("/A")] = DictionaryObject({N("/O"): N("/Table"), N("/ColSpan"): NumberObject(2)})


def scopeless(walk: StructureWalk) -> None:
    element(walk, "TH").pop("/A")


BREACHES = {
    "no tree": (in_root("/StructTreeRoot"), "7.1: there is no structure tree"),
    "not marked": (in_root("/MarkInfo"), "6.2 (01-006)"),
    "no language": (in_root("/Lang"), "7.2 (11-006)"),
    "no title shown": (in_root("/ViewerPreferences"), "7.1 (07-001)"),
    "no claim": (in_packet(b"<pdfuaid:part>1</pdfuaid:part>", b""), "5 (06-002)"),
    "no title": (in_packet("题".encode(), b""), "7.1 (06-003)"),
    "tab order": (lambda walk: walk.reader.pages[0].pop("/Tabs"), "7.18.3 (28-008)"),
    "unknown type": (put("P", "/S", N("/Paragraph"), -1), "7.1 (02-001)"),
    "cell outside a row": (put("TR", "/S", N("/Div")), "7.5, 7.6 (09-004, 09-005): TH stands in Div"),
    "paragraph in a list": (put("LI", "/S", N("/P")), "7.5, 7.6 (09-004, 09-005): L has a P"),
    "wrong parent": (strange_parent, "7.1 (ISO 32000-1 14.7.2)"),
    "mark in two elements": (twice, "stands twice in the tree"),
    "mark in no element": (without_last, "7.1 (01-005)"),
    "mark of no page": (put("P", "/K", NumberObject(99), -1), "is in the tree and not on the page"),
    "mark twice on a page": (in_content(b"<</MCID 1>>", b"<</MCID 0>>"), "stands twice on the page"),
    "unmarked text": (in_content(b"/H1<</MCID 0>>BDC", b""), "neither tagged nor an artifact"),
    "unmarked rule": (in_content(b"/Artifact BMC", b"EMC"), "neither tagged nor an artifact"),
    "mark within a mark": (in_content(b"EMC\n", b"\n"), "a mark begins within another"),
    "mark without end": (in_content(b"S 0 J \nEMC", b"S 0 J"), "a mark does not end"),
    "empty mark": (in_content(b"EMC\n", b"EMC\n/P<</MCID 77>>BDC\nEMC\n"), "shows nothing"),
    "parent tree": (swapped, "leads to another element"),
    "no parent tree": (unlisted, "is not in the parent tree"),
    "first heading": (put("H1", "/S", N("/H2")), "7.4.2 (14-002)"),
    "skipped level": (put("H2", "/S", N("/P")), "7.4.2 (14-003)"),
    "head without scope": (scopeless, "7.5 (15-003)"),
    "uneven rows": (wide, "different lengths"),
    "rows that overlap": (
        put(
            "TH", "/A", DictionaryObject({N("/O"): N("/Table"), N("/Scope"): N("/Row"), N("/RowSpan"): NumberObject(2)})
        ),
        "different lengths",
    ),
    "figure without words": (put("Figure", "/Alt", TextStringObject(" ")), "7.3 (13-004)"),
    "figure without place": (drop("Figure", "/A"), "7.3 (ISO 32000-1 14.8.5.4.3)"),
    "nameless note": (drop("Note", "/ID"), "7.9 (19-003)"),
    "notes of one name": (put("Note", "/ID", TextStringObject("n000002")), "7.9 (19-004)"),
    "character without text": (unmapped, "7.21.7 (10-001, 31-027): a character"),
    "no text map": (lambda walk: font(walk).pop("/ToUnicode"), "7.21.7 (31-027): font"),
    "private character": (private, "7.2 (ISO 19005-2 6.2.11.7.3)"),
    "font not embedded": (no_file, "7.21.4.1 (31-009)"),
}


@cache
def plain() -> bytes:
    return write_pdf(PLAIN)


def test_the_file_to_be_broken_is_whole():
    assert StructureWalk(plain()).faults() == []


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_found(breach):
    change, fault = BREACHES[breach]
    reader = PdfReader(BytesIO(plain()))
    change(StructureWalk(reader))
    found = StructureWalk(reader).faults()
    assert any(fault in each for each in found), found
