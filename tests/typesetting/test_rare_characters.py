"""Rare characters have their own outline, can be copied as stored, and open only their own slice."""

import random
import shutil
import subprocess
import time
from functools import cache
from io import BytesIO

import pdfplumber
import pytest
from fontTools.ttLib import TTFont
from pdfminer.pdftypes import resolve1

from haicang_desk.model.blocks import Face, Para
from haicang_desk.model.typesetting.pdf.font_set import INDEX, FontSet, RareFontSlices, bundled_fonts
from haicang_desk.model.typesetting.pdf.writer import write_pdf
from haicang_desk.paths import resource
from tests.gb18030 import level_3
from tests.typesetting.pdf_reading import paper, text

SLICES = resource("fonts-rare")
ON_A_PAGE = 1_000  # of 12 pt in a form


def new_font_set():
    return FontSet(resource("fonts"), SLICES)


@cache
def of_level_3():
    return level_3()


def some(count):
    """So many characters of the whole standard, mostly rare, the same in every run."""
    return "".join(random.Random(18030).sample(of_level_3(), count))


def slices_opened(font_set, said):
    font_set.stretches(said, Face.FANG)
    return {path.name for path in font_set._opened if path.parent == SLICES}


def outlines(data):
    """The outlines of every font of the file: (of a missing glyph, of each code from 1 on)."""
    with pdfplumber.open(BytesIO(data)) as pdf:
        for font in resolve1(pdf.pages[0].page_obj.resources["Font"]).values():
            inner = resolve1(resolve1(resolve1(font)["DescendantFonts"])[0])
            widths = resolve1(resolve1(font)["ToUnicode"]).get_data().count(b"> <") - 1
            glyf = TTFont(BytesIO(resolve1(resolve1(inner["FontDescriptor"])["FontFile2"]).get_data()))["glyf"]
            drawn = [glyf[name].compile(glyf) for name in glyf.glyphOrder]
            yield drawn[0], drawn[1 : widths + 1]


def copied(data, tool):
    if tool == "pdfium":
        return text(data)
    ran = subprocess.run([tool, "-raw", "-enc", "UTF-8", "-", "-"], input=data, stdout=subprocess.PIPE, check=True)
    return "".join(ran.stdout.decode().split())


READERS = ["pdfium", *(["pdftotext"] if shutil.which("pdftotext") else [])]


def test_a_rare_name_opens_its_own_slice_and_a_common_one_none():
    assert slices_opened(new_font_set(), "海沧区新阳街道戙") == set()
    assert slices_opened(new_font_set(), "李\U00020001") == {"20000.ttf"}
    assert len(slices_opened(new_font_set(), "\U00020001\U0002ebe0\u2f00")) == 3


def test_missing_characters_are_reported_without_opening_a_slice():
    font_set = new_font_set()
    assert font_set.lacking("李\U00020001😀\U0002ebe0") == "😀"
    assert slices_opened(font_set, "李") == set()


def test_the_first_rare_character_of_a_process_is_drawn_quickly():
    font_set = new_font_set()
    font_set.stretches("海", Face.SONG)
    begun = time.process_time()
    font_set.stretches("李\U00027fff", Face.SONG)
    assert time.process_time() - begun < 0.05


def test_an_index_is_read_as_runs(tmp_path):
    (tmp_path / INDEX).write_text("00144.ttf 144 148-14A\n20000.ttf 20000-20010\n", encoding="ascii")
    slices = RareFontSlices(tmp_path)
    named = {code: path.name for code in range(0x140, 0x20020) if (path := slices.drawing(chr(code)))}
    assert {code for code, name in named.items() if name == "00144.ttf"} == {0x144, 0x148, 0x149, 0x14A}
    assert {code for code, name in named.items() if name == "20000.ttf"} == set(range(0x20000, 0x20011))


@pytest.mark.parametrize("tool", READERS)
def test_a_sample_of_the_standard_copies_out_as_stored(tool):
    said = some(300)
    assert copied(write_pdf(paper(Para(said, indent=0))), tool) == said


def test_each_character_of_a_sample_of_the_standard_has_its_own_outline():
    said = some(300)
    fonts = list(outlines(write_pdf(paper(Para(said, indent=0)))))
    assert sum(len(drawn) for _, drawn in fonts) == 300
    for missing, drawn in fonts:
        assert all(drawn)
        assert missing not in drawn
        assert len(set(drawn)) == len(drawn)


def test_only_the_rare_outlines_used_are_embedded():
    without, with_one = (len(write_pdf(paper(Para(f"户主：李{name}。")))) for name in ("四", "\U0002a6d6"))
    assert with_one - without < 3_000
    assert len(write_pdf(paper(Para(some(300), indent=0)))) < 200_000


def test_every_face_falls_back_on_the_same_slice():
    drawn = {bundled_fonts().stretches("\U0002b81d", face)[0][1] for face in Face}
    assert len(drawn) == 1


@pytest.mark.soak
@pytest.mark.parametrize("start", range(0, 88_115, ON_A_PAGE))
def test_every_character_of_the_standard_prints_and_copies_out(start):
    said = "".join(of_level_3()[start : start + ON_A_PAGE])
    data = write_pdf(paper(Para(said, indent=0)))
    for tool in READERS:
        assert copied(data, tool) == said
    for missing, drawn in outlines(data):
        assert all(drawn)
        assert missing not in drawn
