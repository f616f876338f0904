"""The shipped faces: what they hold, what they weigh, under which names they go."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont as Font
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONTS = Path(__file__).parent.parent / "resources" / "fonts"
FACES = ("song", "title", "hei", "kai", "fang")
HEAVIEST = 25_000_000

each_face = pytest.mark.parametrize("face", FACES)


@cache
def opened(face: str) -> Font:
    return Font(FONTS / f"{face}.ttf", lazy=True)


@cache
def held(face: str) -> frozenset[int]:
    return frozenset(opened(face).getBestCmap())


def gb2312(first: int, last: int) -> set[int]:
    found = (bytes((h, low)).decode("gb2312", "ignore") for h in range(first, last + 1) for low in range(0xA1, 0xFF))
    return {ord(character) for character in found if character}


def advance(face: str, character: str) -> int:
    font = opened(face)
    return font["hmtx"][font.getBestCmap()[ord(character)]][0]


@each_face
def test_the_pdf_library_takes_it(face):
    pdfmetrics.registerFont(TTFont(f"test-{face}", str(FONTS / f"{face}.ttf")))
    assert pdfmetrics.stringWidth("微实事", f"test-{face}", 10) == pytest.approx(30)


@each_face
def test_every_character_of_gb2312_is_held(face):
    hanzi = gb2312(0xB0, 0xF7)
    assert len(hanzi) == 6763
    assert not hanzi - held(face)


def test_song_holds_gb18030_level_2():
    song = held("song")
    assert sum(0x4E00 <= code <= 0x9FFF for code in song) == 20_992
    assert sum(0x3400 <= code <= 0x4DBF for code in song) == 6_592
    assert sum(code >= 0x20000 for code in song) == 196
    assert {ord(c) for c in "戙𬭎𫖯垵囷镕喆䶮㛃"} <= song


@each_face
def test_the_signs_of_forms_are_held(face):
    signs = {ord(c) for c in "□☐☑☒■√×÷±≤≥％¥〔〕“”‘’—…·←↑→↓①⑩，。、；：？！（）《》【】"}
    assert not {chr(code) for code in signs - held(face)}


def test_what_fang_draws_wrong_is_left_to_song():
    assert not {ord(c) for c in "￥～－"} & held("fang")
    assert {ord(c) for c in "￥～－⑳㎡"} <= held("song")


@each_face
def test_marks_are_as_wide_as_a_character(face):
    assert {character: advance(face, character) for character in "“”‘’—…·、。（）"} == dict.fromkeys(
        "“”‘’—…·、。（）", 1000
    )


@each_face
def test_two_dashes_make_one_line(face):
    dash = opened(face)["glyf"][opened(face).getBestCmap()[ord("—")]]
    assert (dash.xMin, dash.xMax) == (0, 1000)


@each_face
def test_outlines_are_truetype_and_may_be_embedded(face):
    font = opened(face)
    assert "glyf" in font
    assert "CFF " not in font
    assert "fpgm" not in font
    assert font["OS/2"].fsType in (0, 8)


@each_face
def test_no_reserved_or_foreign_name_is_used(face):
    names = opened(face)["name"]
    shown = {str(entry) for entry in names.names if entry.nameID in (1, 3, 4, 6, 16, 18, 21)}
    assert all(name.startswith("Haicang") for name in shown)
    assert "Haicang" in names.getDebugName(4)
    assert "Copyright" in names.getDebugName(0) or "(c)" in names.getDebugName(0)


def test_together_they_stay_light():
    assert sum(path.stat().st_size for path in FONTS.glob("*.ttf")) <= HEAVIEST


def test_each_licence_stands_beside_them():
    texts = {path.name: path.read_text(encoding="utf-8") for path in (FONTS / "LICENSES").glob("*.txt")}
    assert sum("SIL OPEN FONT LICENSE Version 1.1" in text for text in texts.values()) == 3
    assert sum("if you create a document which uses this font" in text for text in texts.values()) == 1
    said = (FONTS / "README.md").read_text(encoding="utf-8")
    assert all(f"`{face}.ttf`" in said for face in FACES)
