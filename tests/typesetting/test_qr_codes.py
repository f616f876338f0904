"""QR codes: read back from the picture of a page, where they stand, how large their modules are."""

import random
import re
from datetime import date
from io import BytesIO

import pypdfium2
import pytest
import segno
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from haicang_desk.model.blocks import PaperKind, PaperSize, Para, QrCode, Seal
from haicang_desk.model.typesetting import write_docx
from haicang_desk.model.typesetting.pdf.qr import QUIET, SMALLEST_MODULE, qr_symbol
from haicang_desk.model.typesetting.pdf.qr_encoding import qr_matrix, qr_text
from tests.typesetting.docx.docx_reading import parts
from tests.typesetting.pdf_reading import MM, misplaced, pages, paper, write_pdf

SAID = "AA404B954F367994 LWJD-LWSQ-2025-01"
ASKED = "海沧区东孚街道办事处 https://example.gov.cn/0123456789"
OFFICE = "海沧区东孚街道洪塘村村民委员会"


def seen(data, dpi=200, mode="L"):
    """The codes that a scanner finds on each page: their text and their place in mm from the upper left."""
    return [
        [
            (code.text, *(side * 25.4 / dpi for side in _place(code.position)))
            for code in zxingcpp.read_barcodes(page.render(scale=dpi / 72).to_pil().convert(mode))
        ]
        for page in pypdfium2.PdfDocument(data)
    ]


def _place(corners):
    across = [corner.x for corner in (corners.top_left, corners.top_right, corners.bottom_right)]
    down = [corner.y for corner in (corners.top_left, corners.top_right, corners.bottom_right)]
    return min(across), min(down), max(across), max(down)


def of(kind=PaperKind.FORM, *blocks, **setup):
    return write_pdf(paper(*(blocks or (Para("一二三"),)), kind=kind, **setup))


@pytest.mark.parametrize("landscape", [False, True])
def test_every_page_of_a_form_has_its_code_in_the_upper_right_margin(landscape):
    long = Para("\n".join(f"第{n}段" for n in range(40)))
    data = of(PaperKind.FORM, long, qr=SAID, landscape=landscape)
    wide = 297 if landscape else 210
    for codes in seen(data):
        ((text, left, top, right, bottom),) = codes
        assert text == SAID
        assert left > wide - 19 and top >= 5 and right < wide - 5 and bottom < 19
    assert len(seen(data)) > 1
    assert [[line.text for line in page] for page in pages(data)] == [
        [line.text for line in page] for page in pages(of(PaperKind.FORM, long, landscape=landscape))
    ]


def test_a_code_is_read_from_a_coarse_grey_scan():
    for data in (of(qr=SAID), of(PaperKind.NOTICE, QrCode(ASKED, 25))):
        ((code,),) = seen(data, dpi=200)
        assert code[0] in (SAID, ASKED)
        assert seen(data, dpi=150)[0][0][0] == code[0]


def test_a_code_is_a_mask_with_a_bit_for_each_module():
    for data in (of(qr=SAID), of(PaperKind.NOTICE, QrCode(ASKED, 25)), of(PaperKind.NOTICE, QrCode(SAID, 25))):
        (shown,) = pypdfium2.PdfDocument(data)[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
        wide, high = shown.get_px_size()
        (code,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(data)[0].render(scale=4).to_pil())
        assert code.text in (SAID, ASKED)
        assert wide == high == segno.make_qr(code.text, error=code.ec_level, boost_error=False).symbol_size(border=0)[0]
        (content,) = (page.get_contents().get_data() for page in PdfReader(BytesIO(data)).pages)
        (mask,) = re.findall(rb"BI(/IM true\S*.*)ID ([0-9a-f]+)> EI", content)
        assert len(mask[1]) == high * -(-wide // 8) * 2 and b"/I " not in mask[0] and b"Interpolate" not in mask[0]


def test_any_code_is_read_at_two_dots_a_module():
    """No text makes a pattern that a reader takes for a mark of its own."""
    chance = random.Random(1)
    texts = [f"{chance.getrandbits(64):016X} XYJD-XYSQ-2018-{n:02}" for n in range(20)]
    for text in [*texts, "0" * 16, "F" * 16, "8" * 40, "AAAA-AAAA-2000-00"]:
        symbol = qr_symbol(text, 14 * MM, "Q")
        picture = Image.new("L", (symbol.size, symbol.size), 255)
        for x, y, count in symbol.runs():
            picture.paste(0, (x, y, x + count, y + 1))
        coarse = picture.resize((symbol.size * 20, symbol.size * 20)).resize((round(symbol.size * 2.3),) * 2)
        assert [code.text for code in zxingcpp.read_barcodes(coarse)] == [text]


def test_a_paper_without_a_code_has_none():
    for kind in PaperKind:
        assert seen(of(kind)) == [[]]
    assert seen(of(PaperKind.LETTER, qr=SAID)) == [[]]  # 信函 and 公文 are bare of codes


def test_modules_are_never_smaller_than_a_printer_draws_them():
    for text, width in ((SAID, 14 * MM), (SAID, 20 * MM), (ASKED, 20 * MM), (ASKED * 2, 25 * MM)):
        symbol = qr_symbol(text, width)
        assert width / symbol.size >= SMALLEST_MODULE
    assert [qr_symbol(SAID, wide * MM).level for wide in (12, 14, 20)] == ["M", "H", "H"]
    assert qr_symbol(SAID, 30 * MM, "Q").level == "Q"


def test_a_text_too_long_for_its_width_makes_a_wider_code():
    data = of(PaperKind.NOTICE, QrCode(ASKED * 3, 14))
    ((text, left, _, right, _),) = seen(data, dpi=300)[0]
    assert text == ASKED * 3
    symbol = qr_symbol(ASKED * 3, 14 * MM)
    assert symbol.level == "L"
    assert right - left == pytest.approx((symbol.size - 2 * QUIET) * SMALLEST_MODULE / MM, abs=0.4)


@pytest.mark.parametrize(("size", "sealed"), [(PaperSize.A4, True), (PaperSize.A4, False), (PaperSize.A3, True)])
def test_a_code_beside_the_signature_stands_at_the_left_and_office_and_date_at_the_right(size, sealed):
    seal = Seal(OFFICE, date(2018, 7, 3), sealed=sealed, beside=QrCode(ASKED, 26, "扫码核对"))
    data = of(PaperKind.NOTICE, Para("一二三"), seal, size=size)
    ((text, left, top, right, bottom),) = seen(data)[0]
    office, caption, dated = (
        next(line for line in pages(data)[0] if line.text == words) for words in (OFFICE, "扫码核对", "2018年7月3日")
    )
    margin = 26 if size is PaperSize.A4 else 30
    assert text == ASKED
    assert left < margin + 5 and right * MM < office.left and right * MM < dated.left
    assert top * MM < office.baseline < dated.baseline
    assert size is PaperSize.A3 or dated.baseline < (bottom + 12) * MM
    assert left * MM < (caption.left + caption.right) / 2 < right * MM and caption.baseline > bottom * MM
    assert not list(misplaced(pypdfium2.PdfDocument(data)[0]))


def test_a_long_office_keeps_clear_of_the_code_beside_it():
    office = "海沧区东孚街道" + "洪塘" * 16 + "村民委员会"
    for on in (date(2018, 12, 31), None):
        data = of(PaperKind.NOTICE, Seal(office, on, beside=QrCode(ASKED, 26)))
        ((_, _, _, right, _),) = seen(data)[0]
        lines = [line for line in pages(data)[0] if line.size > 12]
        assert len(lines) >= 3 and all(line.left > right * MM for line in lines)
        assert not list(misplaced(pypdfium2.PdfDocument(data)[0]))


def test_a_code_on_two_sheets_is_whole_on_one_of_them():
    for lines in (8, 11, 12, 13, 15, 18):
        blocks = (Para("\n".join("一" * lines)), QrCode(ASKED, 20), Para("二"))
        data = of(PaperKind.NOTICE, *blocks, size=PaperSize.TWO_A4)
        assert {text for codes in seen(data, dpi=150) for text, *_ in codes} == {ASKED}


def test_a_code_is_a_shape_in_a_docx_file():
    seal = Seal(OFFICE, None, beside=QrCode(ASKED, 26, "扫码核对"))
    files = {
        name: data.decode()
        for name, data in parts(write_docx(paper(QrCode(SAID), seal, qr=SAID))).items()
        if name.endswith("xml")
    }
    runs = len(list(qr_symbol(SAID, 20 * MM).runs()))
    assert files["word/document.xml"].count("<a:close/>") == runs + len(list(qr_symbol(ASKED, 26 * MM).runs()))
    assert files["word/document.xml"].count("扫码核对") == 1
    assert f'descr="二维码：{SAID}"' in files["word/footer1.xml"]
    assert 'relativeFrom="page"' in files["word/footer1.xml"]


@pytest.mark.parametrize("text", ["XYJD-00-2018-000001 2A18", "1234567890", "海沧区东孚街道"])
@pytest.mark.parametrize(("length", "levels"), [(5, "LMQH"), (40, "MH"), (150, "Q")])
def test_a_code_is_the_one_that_segno_computes(text, length, levels):
    said = (text * length)[:length]
    for level in levels:
        ready, judge = qr_text(said), segno.make_qr(said, error=level, boost_error=False)
        assert ready.version(level) == judge.version
        assert qr_matrix(ready, judge.version, level) == [bytes(row) for row in judge.matrix]
