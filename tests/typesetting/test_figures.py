"""Photographs and charts."""

import re
from io import BytesIO
from zipfile import ZipFile

import pypdfium2
import pytest
from PIL import Image

from haicang_desk.model.blocks import Arrow, Box, BoxShape, Chart, Note, Picture, Pictures, Title
from haicang_desk.model.typesetting import write_docx
from haicang_desk.model.values import Refused
from tests.typesetting.pdf_reading import MM, outside, pages, paper, text, write_pdf


def photograph(colour, size=(80, 60), kind="PNG", mode="RGB", **how):
    out = BytesIO()
    Image.new(mode, size, colour).save(out, kind, **how)
    return out.getvalue()


def colours(data, page=0):
    picture = pypdfium2.PdfDocument(data)[page].render(scale=0.5).to_pil().convert("RGB")
    return {tuple(round(part / 64) for part in colour) for _, colour in picture.getcolors(200_000)}


def test_photographs_are_side_by_side_above_their_captions():
    shown = Pictures((Picture(photograph("red"), "施工前"), Picture(photograph("blue", kind="JPEG"), "施工后")))
    data = write_pdf(paper(shown))
    (lines,) = pages(data)
    assert lines[0].text == "施工前施工后"
    assert {(4, 0, 0), (0, 0, 4)} <= colours(data)


def test_a_large_photograph_is_reduced_to_its_printed_resolution():
    data = write_pdf(paper(Picture(photograph("red", (4000, 3000), "JPEG"), width=80)))
    assert len(data) < 40_000


def test_a_tall_photograph_stays_on_its_page():
    data = write_pdf(paper(Picture(photograph("red", (100, 4000)), "高")))
    assert len(pages(data)) == 1
    assert outside(data) == []


def test_a_photograph_is_no_higher_than_asked_on_paper_and_in_word():
    shown = paper(Picture(photograph("red", (600, 800)), "高", width=100, tallest=48))
    page = pypdfium2.PdfDocument(write_pdf(shown))[0]
    (image,) = [thing for thing in page.get_objects() if thing.type == 3]
    left, low, right, high = image.get_bounds() if hasattr(image, "get_bounds") else image.get_pos()
    assert (high - low, right - left) == (pytest.approx(48 * MM, abs=0.1), pytest.approx(36 * MM, abs=0.1))
    written = ZipFile(BytesIO(write_docx(shown))).read("word/document.xml").decode()
    (extent,) = re.findall(r'<wp:extent cx="\d+" cy="(\d+)"', written)
    assert int(extent) == pytest.approx(48 * 36_000, abs=400)


def test_transparent_pixels_become_white():
    data = write_pdf(paper(Picture(photograph((0, 0, 0, 0), mode="RGBA"))))
    assert colours(data) == {(4, 4, 4)}


def test_exif_orientation_is_applied():
    picture, out = Image.new("RGB", (80, 40), "red"), BytesIO()
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(out, "JPEG", exif=exif)
    page = pypdfium2.PdfDocument(write_pdf(paper(Picture(out.getvalue(), width=20))))[0]
    (image,) = [thing for thing in page.get_objects() if thing.type == 3]
    left, low, right, high = image.get_bounds() if hasattr(image, "get_bounds") else image.get_pos()
    assert (high - low) == pytest.approx(2 * (right - left), rel=0.01)


@pytest.mark.parametrize("side", [60, 2000])
def test_nothing_but_the_picture_is_passed_on(side):
    """Not where it was taken, nor what a program noted in it; embedded as it is or made smaller."""
    picture, out = Image.new("RGB", (side, side), "red"), BytesIO()
    exif = picture.getexif()
    exif[0x010E] = "canary-exif"
    picture.save(out, "JPEG", exif=exif, comment=b"canary-comment")
    noted = out.getvalue()
    for marker, body in ((b"\xe1", b"http://ns.adobe.com/xap/1.0/\0canary-xmp"), (b"\xed", b"Photoshop 3.0\0canary")):
        noted = noted[:2] + b"\xff" + marker + (len(body) + 2).to_bytes(2, "big") + body + noted[2:]
    plain = BytesIO()
    picture.save(plain, "JPEG", comment=b"canary")
    for data in (noted, plain.getvalue()):
        assert b"canary" in data
        assert b"canary" not in write_pdf(paper(Picture(data, width=20)))


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + bytes(50), b"<svg/>"])
def test_data_that_is_no_photograph_is_refused(data):
    with pytest.raises(Refused, match="照片读不出来"):
        write_pdf(paper(Picture(data)))


def test_the_same_photograph_is_embedded_once():
    noise = Image.effect_noise((600, 400), 90).convert("RGB")
    out = BytesIO()
    noise.save(out, "JPEG", quality=95)
    one, three = (write_pdf(paper(*[Picture(out.getvalue())] * count)) for count in (1, 3))
    assert len(three) < 1.2 * len(one)


CHART = Chart(
    ("村居", "街道", "区"),
    (
        Box("collect", 0, 0, "公开征集群众意见", BoxShape.END),
        Box("slate", 0, 1, "村居协商，形成项目清单"),
        Box("review", 1, 2, "是否同意", BoxShape.CHOICE),
        Box("lodge", 2, 3, "备案"),
        Box("carry", 0, 4, "组织实施"),
    ),
    (
        Arrow("collect", "slate"),
        Arrow("slate", "review"),
        Arrow("review", "lodge", "同意"),
        Arrow("review", "slate", "退回"),
        Arrow("lodge", "carry"),
    ),
)


def test_a_chart_fills_its_page_and_shows_every_text():
    data = write_pdf(paper(Title("流程图"), CHART, Note("注：依据63号。")))
    (lines,) = pages(data)
    printed = text(data)
    for said in (
        "村居",
        "街道",
        "区",
        "公开征集群众意见",
        "形成项目清单",
        "是否同意",
        "备案",
        "同意",
        "退回",
        "注：依据63号。",
    ):
        assert said in printed, said
    boxes = [line.baseline for line in lines if line.text in {"公开征集群众意见", "组织实施"}]
    assert boxes[1] - boxes[0] > 250
    assert outside(data) == []


def test_a_chart_leaves_room_for_what_comes_after_it():
    boxes = tuple(Box(str(n), 0, n, f"第{n}步") for n in range(14))
    made = pages(paper(Title("流程图"), Chart(("村居",), boxes, ()), Note("注：依据63号。")))
    assert len(made) == 1
    assert made[0][-1].text == "注：依据63号。"
    assert made[0][-1].baseline > 255 * MM


def test_an_arrow_ends_with_its_head_at_the_box():
    page = pypdfium2.PdfDocument(write_pdf(paper(CHART)))[0]
    filled = [thing for thing in page.get_objects() if thing.type == 2]
    assert len(filled) >= len(CHART.boxes) + 2 * len(CHART.arrows)


def test_an_arrow_to_an_unknown_box_raises():
    with pytest.raises(KeyError):
        write_pdf(paper(Chart(("甲",), (Box("a", 0, 0, "一"),), (Arrow("a", "b"),))))
