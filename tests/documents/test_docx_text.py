"""Every document has the same text in DOCX as in print, in the same order."""

import random

import pytest

from haicang_desk.model.blocks import Grid, PaperKind, PaperSize, Para, Title, label, row
from haicang_desk.model.documents import DOCUMENTS, prepare
from haicang_desk.model.typesetting import Unprintable
from haicang_desk.model.typesetting.docx.word_file import write_docx
from tests.documents.asking import AS_OF
from tests.gb18030 import level_3
from tests.typesetting.docx.docx_reading import every, in_order, part, parts, said_by, spoken, value
from tests.typesetting.pdf_reading import paper
from tests.typesetting.test_any_paper import Maker

HOSTILE = "<w:p/>&amp;<![CDATA[x]]> ]]> \"甲\" '乙' {PAGE} %s \\ =1+1 <b>丙</b>"


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name != "dossier"])
def test_every_document_of_a_year_is_written_completely(year, name):
    made = 0
    for order in prepare(year, name, as_of=AS_OF).orders:
        for one in [] if order.unavailable_reason else order.papers(PaperSize.A4):
            made += 1
            assert in_order(write_docx(one), (text for block in one.blocks for text in spoken(block))) == []
    assert made or name == "matching-form"


@pytest.mark.parametrize("seed", range(12))
def test_any_paper_is_written_completely(seed):
    made = Maker(seed).paper()
    assert in_order(write_docx(made), (text for block in made.blocks for text in spoken(block))) == []


def test_a_missing_block_is_detected():
    made = paper(Title("公示"), Para("甲"), Grid((row(label("乙"), "丙"),), (1, 1)))
    texts = [text for block in made.blocks for text in spoken(block)]
    assert in_order(write_docx(paper(Title("公示"), Para("甲"))), iter(texts)) == ["乙", "丙"]
    assert in_order(write_docx(made), iter(["丙", "甲"])) == ["甲"]


def test_user_text_is_never_markup():
    data = write_docx(paper(Title(HOSTILE, HOSTILE), Para(HOSTILE), Grid((row(label(HOSTILE), HOSTILE),), (1, 2))))
    said = [said_by(paragraph) for paragraph in every(part(data), "p")]
    assert said.count(HOSTILE) + said.count(HOSTILE.replace(" ", "")) >= 3
    assert in_order(data, iter([HOSTILE] * 5)) == []


def test_metadata_and_footers_are_never_markup():
    data = write_docx(paper(Para("文"), title=HOSTILE, subject=HOSTILE, footer=HOSTILE, seal_code=HOSTILE))
    core = part(data, "docProps/core.xml")
    assert [child.text for child in core] == [HOSTILE, HOSTILE, f"存证码：{HOSTILE}"]
    assert said_by(part(data, "word/footer1.xml")) == f"{HOSTILE}存证码：{HOSTILE}"


def test_a_control_character_is_refused_as_in_print():
    with pytest.raises(Unprintable, match=r"U\+0001"):
        write_docx(paper(Para("姓名\x01")))


def test_rare_characters_are_written_as_stored():
    said = "".join(random.Random(2022).sample(level_3(), 400))
    assert in_order(write_docx(paper(Para(said), kind=PaperKind.LETTER)), iter([said])) == []


def test_an_emphasis_is_a_face_and_a_blank_is_underlined():
    from haicang_desk.model.blocks import Blank, Face, Run, ticks

    words = (Run("一、总体情况。", Face.HEI), "填表人：", Blank(6, "陈丽"), *ticks(("是", "否"), "是"))
    data = write_docx(paper(Para(words), kind=PaperKind.LETTER))
    runs = {said_by(run).strip(): run for run in every(part(data), "r")}
    assert value(every(runs["一、总体情况。"], "rFonts")[0], "eastAsia") == "黑体"
    assert [value(u) for u in every(runs["陈丽"], "u")] == ["single"]
    assert said_by(runs["陈丽"]).startswith("\u3000\u3000陈丽\u3000\u3000")
    assert said_by(part(data)).endswith("☑是　□否")


def test_a_picture_is_embedded_as_jpeg():
    from io import BytesIO

    from PIL import Image

    from haicang_desk.model.blocks import Picture, Pictures

    file = BytesIO()
    Image.new("RGBA", (60, 40), (200, 30, 30, 128)).save(file, "PNG")
    shown = Picture(file.getvalue(), caption="改造前“楼道”", width=80)
    data = write_docx(paper(shown, Pictures((shown, shown, shown))))
    assert in_order(data, iter(["改造前“楼道”"] * 4)) == []
    held = {name: data for name, data in parts(data).items() if name.startswith("word/media/")}
    assert len(held) == 4
    assert all(Image.open(BytesIO(jpeg)).format == "JPEG" for jpeg in held.values())
