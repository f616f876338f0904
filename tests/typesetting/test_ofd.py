"""The OFD file says and shows what the PDF shows: read back by the standard, without the writer's code."""

from datetime import date
from io import BytesIO

import pdfplumber
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

from haicang_desk.model.blocks import (
    Arrow,
    Blank,
    Box,
    Chart,
    Grid,
    Masthead,
    PaperKind,
    PaperSize,
    Para,
    Picture,
    Pictures,
    QrCode,
    Seal,
    Tick,
    Title,
    amount,
    label,
    row,
    value,
)
from haicang_desk.model.typesetting import write_batch
from haicang_desk.model.typesetting.ofd.ofd_file import write_ofd
from tests.typesetting.ofd_reading import MM, SPACE, OfdFile, as_pdf
from tests.typesetting.pdf_reading import paper


def _photograph() -> bytes:
    picture, out = Image.linear_gradient("L").convert("RGB").resize((300, 200)), BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


LETTER = paper(
    Masthead("鹭湾街道办事处", "鹭街〔2026〕5号"),
    Title("关于“社会+”民生微实事项目备案的函"),
    Para(
        "根据《工作方案》（厦海政办〔2018〕63号），现将阿卜杜拉·买买提、𬭎𫖯𬒈、<b>&amp;</b>等 3 个项目（“一”）——报上……"
        * 4
    ),
    Seal("鹭湾街道办事处", date(2026, 9, 2), beside=QrCode("3F9A0000", 25, "扫码")),
    kind=PaperKind.LETTER,
    title="备案报送函",
    number="鹭街〔2026〕5号",
    seal_code="3f9a 0000",
)
FORM = paper(
    Title("项目申报表"),
    Grid(
        (
            row(label("类别"), value((Tick("服务类"), "　", Tick("工程类", True)))),
            row(label("金额"), amount("276,000.00")),
        ),
        (1, 3),
    ),
    Para(("签字：", Blank(6), "　年　月　日")),
    Pictures((Picture(_photograph(), "整治前"), Picture(_photograph(), "整治后"))),
    title="申报表",
    qr="3F9A0000 XYJD-01",
)
CHART = paper(
    Title("流程图"),
    Chart(("村居", "街道"), (Box("a", 0, 0, "征集"), Box("b", 1, 1, "审批")), (Arrow("a", "b", "报送"),)),
    title="流程图",
)
NOTICE = paper(
    Title("公示"), Para("公示期：2018年8月1日至8日。" * 9), kind=PaperKind.NOTICE, size=PaperSize.A3, title="公示"
)


@pytest.fixture(scope="module", params=[LETTER, FORM, CHART, NOTICE], ids=["letter", "form", "chart", "notice"])
def both(request):
    """A paper as OFD, read back, and as PDF."""
    data = write_ofd([request.param], request.param.setup.title)
    return OfdFile(data), data, write_batch([request.param], request.param.setup.title)


def test_every_character_stands_where_the_pdf_has_it(both):
    ofd, _, pdf = both
    with pdfplumber.open(BytesIO(pdf)) as printed:
        for page, drawn in zip(ofd.pages, printed.pages, strict=True):
            wide, high = ofd.size(page)
            assert (wide * MM, high * MM) == pytest.approx((float(drawn.width), float(drawn.height)), abs=0.01)
            ours = [(g.character, round(g.x, 1), round(g.y, 1), round(g.size * MM, 1)) for g in ofd.glyphs(page)]
            theirs = [
                (c["text"], round(c["matrix"][4] / MM, 1), round(high - c["matrix"][5] / MM, 1), round(c["size"], 1))
                for c in drawn.chars
            ]
            assert len(ours) == len(theirs) > 0
            for (character, *place), (text, *there) in zip(sorted(ours), sorted(theirs), strict=True):
                assert character == text
                assert place == pytest.approx(there, abs=0.11)  # both are rounded to a tenth


def test_its_fonts_draw_what_the_pdf_shows(both):
    _, data, pdf = both
    ours, theirs = pypdfium2.PdfDocument(as_pdf(data)), pypdfium2.PdfDocument(pdf)
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        pair = [page.render(scale=4).to_pil().convert("L") for page in (one, other)]
        white = Image.new("L", pair[0].size, 255)
        inked = ImageStat.Stat(ImageChops.difference(pair[1], white)).mean[0]
        assert (
            ImageStat.Stat(ImageChops.difference(*pair)).mean[0] < 0.05 * inked
        )  # the edges of strokes; a shift of a tenth of a millimetre gives more


def test_a_font_maps_each_character_to_its_glyph(both):
    ofd, _, _ = both
    for page in ofd.pages:
        for glyph in ofd.glyphs(page):
            font = ofd.fonts[glyph.font]
            named = font.getBestCmap().get(ord(glyph.character))
            halved = font["hmtx"][font.getGlyphName(glyph.glyph)][0] * 2 == font["head"].unitsPerEm
            assert named == font.getGlyphName(glyph.glyph) or halved


def test_identifiers_are_given_once_and_none_is_above_the_greatest(both):
    ofd, _, _ = both
    given = ofd.identifiers()
    assert len(given) == len(set(given))
    greatest = ofd.document.find(f".//{SPACE}MaxUnitID")
    assert greatest is not None
    assert max(given) <= int(greatest.text)


def test_the_facts_are_those_of_the_pdf():
    said = {node.tag.removeprefix(SPACE): node.text for node in OfdFile(write_ofd([LETTER], "函")).entrance.iter()}
    assert (said["Title"], said["Keyword"], said["CustomData"]) == ("函", "鹭街〔2026〕5号", "3f9a 0000")


def test_red_is_red():
    page = OfdFile(write_ofd([LETTER], "函")).pages[0]
    values = {node.attrib["Value"] for node in page.iter() if "Value" in node.attrib}
    assert values >= {"255 0 0", "0 0 0"}


def test_the_same_papers_give_the_same_bytes_and_several_have_an_outline():
    data = write_ofd([LETTER, FORM], "合订")
    assert data == write_ofd([LETTER, FORM], "合订")
    assert data != write_ofd([FORM, LETTER], "合订")
    titles = [node.attrib["Title"] for node in OfdFile(data).document.iter(f"{SPACE}OutlineElem")]
    assert titles == ["备案报送函", "申报表"]
