"""Font files are deflated by a code of our own: any reader gives the same bytes back, in little more room."""

import random
import zlib

import pytest

from haicang_desk.model.typesetting.pdf import font_subset
from haicang_desk.model.typesetting.pdf.font_subset import GlyphDrawing, embedded_subset
from haicang_desk.model.typesetting.pdf.outline_coding import coded, deflated, word_sum
from haicang_desk.model.typesetting.pdf.truetype import TrueTypeFont
from haicang_desk.paths import resource

TEXT = "厦门市海沧区新阳街道民生微实事项目资金使用情况和实施效果公示：1,234,567.80元（决算）。"


def filled(data):
    return data + bytes(-len(data) % 4)


@pytest.mark.parametrize("sizes", [(), (0,), (4,), (256,), (8, 0, 12, 300, 4_000), (4,) * 999])
def test_any_bytes_are_read_back_as_they_were(sizes):
    luck = random.Random(len(sizes))
    parts = [filled(luck.randbytes(size)) for size in sizes]
    for head, tail in ((b"", b""), (b"head", bytes(range(256)) * 9)):
        stream = deflated(head, [coded(part) for part in parts], tail)
        assert zlib.decompress(stream) == head + b"".join(parts) + tail


def test_every_byte_has_a_code():
    data = bytes(range(256))
    assert zlib.decompress(deflated(b"", [coded(data)] * 2, b"")) == data * 2


def test_the_sum_of_words_is_that_of_the_font_format():
    assert word_sum(b"\0\0\0\1\xff\xff\xff\xff\0\0\0\2") == 2


@pytest.mark.parametrize("face", ["song", "fang", "hei", "kai", "title"])
def test_a_font_file_takes_at_most_a_fifth_more_than_from_zlib(face):
    source = TrueTypeFont(resource("fonts") / f"{face}.ttf")
    made = embedded_subset(source, [GlyphDrawing(char, 1000) for char in sorted(set(TEXT))])
    assert zlib.decompress(made.stream) == made.data
    assert len(made.stream) < 1.2 * len(zlib.compress(made.data, 9))


def test_an_outline_is_coded_once_for_all_files(monkeypatch):
    source = TrueTypeFont(resource("fonts") / "song.ttf")
    glyphs = [GlyphDrawing(char, 1000) for char in sorted(set(TEXT))]
    first = embedded_subset(source, glyphs)
    monkeypatch.setattr(font_subset, "coded", None)
    assert embedded_subset(source, glyphs) == first
