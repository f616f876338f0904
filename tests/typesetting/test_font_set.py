"""Which font draws a character, what is refused, and font subsets."""

import shutil
import struct
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from haicang_desk.model.blocks import Face
from haicang_desk.model.typesetting import Unprintable
from haicang_desk.model.typesetting.layout.measures import add_up
from haicang_desk.model.typesetting.layout.text_sanitising import drawable
from haicang_desk.model.typesetting.pdf.font_set import HALF, FontSet, bundled_fonts, office_font_set
from haicang_desk.model.typesetting.pdf.font_subset import GlyphDrawing, subset
from haicang_desk.model.typesetting.pdf.truetype import TrueTypeFont, UnusableFont
from haicang_desk.paths import resource

FONTS = resource("fonts")


def drawn_by(text, face):
    return [(run, font.typeface.path.stem) for run, font in bundled_fonts().stretches(text, face)]


def test_lengths_are_added_up_alike_on_every_python():
    assert add_up([0.1] * 10) == 0.9999999999999999  # each sum rounded; Python 3.12's own sum() gives 1.0
    assert add_up([]) == 0
    assert type(add_up([1, 0.5])) is float


def test_a_character_missing_in_a_face_is_drawn_by_song():
    assert drawn_by("海沧区", Face.KAI) == [("海沧区", "kai")]
    lacking = next(chr(code) for code in range(0x3400, 0x4DB0) if _only_song(chr(code)))
    assert drawn_by(f"海{lacking}沧", Face.HEI) == [("海", "hei"), (lacking, "song"), ("沧", "hei")]


@pytest.mark.parametrize("face", list(Face))
def test_marks_of_every_face_are_one_em_wide(face):
    for mark in "“”‘’，。、；：？！（）《》〔〕—…　":
        ((_, font),) = bundled_fonts().stretches(mark, face)
        assert font.em[mark] == 1, mark


@pytest.mark.parametrize("face", list(Face))
def test_every_face_can_squeeze_the_common_marks(face):
    ((_, font),) = bundled_fonts().stretches("，", face)
    assert all(font.squeezes(mark) for mark in "，。、（）《》")
    assert font.em[chr(HALF + ord("，"))] == 0.5


@pytest.mark.parametrize("box", "□☑☒☐")
def test_boxes_can_be_drawn_in_every_face(box):
    for face in Face:
        ((_, font),) = bundled_fonts().stretches(box, face)
        assert font.em[box] > 0.5


def test_missing_characters_are_reported_before_printing():
    assert bundled_fonts().lacking("海沧\U00031050😀\U00031050") == "\U00031050😀"


def test_a_missing_character_is_refused():
    with pytest.raises(Unprintable, match="“😀”（U\\+1F600）"):
        bundled_fonts().stretches("好😀", Face.SONG)


def test_fonts_for_rare_characters_come_last(tmp_path):
    for name in ("song", "fang"):
        shutil.copy(FONTS / "hei.ttf", tmp_path / f"{name}.ttf")
    shutil.copy(FONTS / "song.ttf", tmp_path / "simsunb.ttf")
    wanted = next(chr(code) for code in range(0x3400, 0x4DB0) if _only_song(chr(code)))
    font_set = FontSet(tmp_path, resource("fonts-rare"), rare=(tmp_path / "simsunb.ttf",))
    used = [font.typeface.path.name for _, font in font_set.stretches(f"海{wanted}\U00020000", Face.FANG)]
    assert used == ["fang.ttf", "simsunb.ttf", "20000.ttf"]


def _only_song(character):
    hei, song = (bundled_fonts().chain(face)[0].typeface for face in (Face.HEI, Face.SONG))
    return song.has(character) and not hei.has(character)


def test_installed_fonts_come_first_only_when_asked(tmp_path):
    shutil.copy(FONTS / "kai.ttf", tmp_path / "SIMFANG.TTF")
    ((_, font),) = office_font_set([tmp_path]).stretches("海沧", Face.FANG)
    assert font.typeface.path.name == "SIMFANG.TTF"
    assert drawn_by("海沧", Face.FANG) == [("海沧", "fang")]


def test_an_unusable_installed_font_is_passed_over(tmp_path):
    (tmp_path / "simfang.ttf").write_bytes(b"OTTO" + bytes(200))
    ((_, font),) = office_font_set([tmp_path]).stretches("海沧", Face.FANG)
    assert font.typeface.path.name == "fang.ttf"


def test_a_font_that_may_not_be_embedded_is_not_used(tmp_path):
    data = bytearray((FONTS / "hei.ttf").read_bytes())
    at = data.index(b"OS/2") + 8
    offset = struct.unpack_from(">L", data, at)[0]
    struct.pack_into(">H", data, offset + 8, 2)
    (tmp_path / "locked.ttf").write_bytes(data)
    with pytest.raises(UnusableFont, match="不允许嵌入"):
        TrueTypeFont(tmp_path / "locked.ttf")


def test_each_font_of_a_collection_can_be_read(tmp_path):
    data = (FONTS / "hei.ttf").read_bytes()
    shifted = bytearray(data)
    for n in range(struct.unpack_from(">H", data, 4)[0]):
        at = 12 + 16 * n + 8
        struct.pack_into(">L", shifted, at, struct.unpack_from(">L", data, at)[0] + 16)
    (tmp_path / "some.ttc").write_bytes(struct.pack(">4sLLL", b"ttcf", 0x10000, 1, 16) + shifted)
    assert TrueTypeFont(tmp_path / "some.ttc").has("海")
    with pytest.raises(UnusableFont):
        TrueTypeFont(tmp_path / "some.ttc", 1)


def test_the_checksums_of_a_subset_are_right():
    made = subset(TrueTypeFont(FONTS / "song.ttf"), [GlyphDrawing("海", 1000), GlyphDrawing("（", 500, shift=-500)])
    read = TTFont(BytesIO(made), checkChecksums=2)
    assert len([read.reader[tag] for tag in read.reader.keys()]) == 6  # noqa: SIM118 - it raises for a wrong checksum
    assert sum(word for (word,) in struct.iter_unpack(">L", made)) & 0xFFFFFFFF == 0xB1B0AFBA


def test_a_subset_has_the_requested_glyphs_and_widths(tmp_path):
    source = TrueTypeFont(FONTS / "song.ttf")
    made = subset(
        source, [GlyphDrawing("海", 1000), GlyphDrawing("（", 500, shift=-500), GlyphDrawing("—", 1000, 1.2, -40)]
    )
    assert len(made) < 8000
    (count,) = struct.unpack_from(">H", made, _table(made, b"maxp") + 4)
    assert count == 1 + 3 + 2  # what is asked, the empty one, and the outlines two of them are composed of
    metrics = _table(made, b"hmtx")
    assert [struct.unpack_from(">H", made, metrics + 4 * n)[0] for n in (1, 2, 3)] == [1000, 500, 1000]
    assert sum(struct.unpack(f">{len(made) // 4}L", made)) & 0xFFFFFFFF == 0xB1B0AFBA


def test_a_squeezed_opening_mark_is_moved_into_its_half():
    source = TrueTypeFont(FONTS / "song.ttf")
    made = subset(source, [GlyphDrawing("（", 500, shift=-500)])
    glyf, loca = _table(made, b"glyf"), _table(made, b"loca")
    at = glyf + struct.unpack_from(">L", made, loca + 4)[0]
    contours, left, _, right, _ = struct.unpack_from(">5h", made, at)
    _, _, across, up = struct.unpack_from(">2H2h", made, at + 10)
    moved = -500 * source.units // 1000
    assert (contours, across, up) == (-1, moved, 0)
    assert (left, right) == pytest.approx([(edge - 500) * source.units / 1000 for edge in source.extent("（")])


def _table(font, tag):
    return struct.unpack_from(">L", font, font.index(tag) + 8)[0]


@pytest.mark.parametrize(
    ("stored", "drawn"),
    [
        ("海沧\ufeff", "海沧"),
        ("a\u200bb\u200d\ufe0f", "ab"),
        ("葛\U000e0100城", "葛城"),
        ("一\r\n二\r三\u2028四", "一\n二\n三\n四"),
        ("一\t二", "一 二"),
        ("软\xad连", "软连"),
        ("左\u200e右\u200f", "左右"),
    ],
)
def test_invisible_characters_are_removed(stored, drawn):
    assert drawable(stored) == drawn


@pytest.mark.parametrize("odd", ["\x00", "\x1b", "\u202e", "\u2066", "\ud800", "\ufffe", "\uffff", "\U0010fffd"])
def test_misleading_characters_are_refused(odd):
    with pytest.raises(Unprintable, match=f"U\\+{ord(odd):04X}"):
        drawable(f"姓名{odd}")


def test_a_refusal_quotes_the_place_in_a_long_text():
    with pytest.raises(Unprintable, match="…居民反映强烈，请😀尽快解决"):
        bundled_fonts().stretches("经多次走访征求意见，居民反映强烈，请😀尽快解决这一问题，谢谢。", Face.SONG)


def test_figures_have_the_weight_of_the_face_around_them(tmp_path):
    assert drawn_by("2018年ABC", Face.FANG) == [("2018", "song"), ("年", "fang"), ("ABC", "song")]
    for face in (Face.HEI, Face.KAI, Face.SONG, Face.TITLE):
        assert drawn_by("2018年1,234.00元", face) == [("2018年1,234.00元", face.value)]
    office = shutil.copy(FONTS / "fang.ttf", tmp_path / "simfang.ttf")
    own = FontSet(FONTS, resource("fonts-rare"), {Face.FANG: office})
    assert [font.typeface.path.stem for _, font in own.stretches("2018年", Face.FANG)] == ["simfang"]
