"""The slices of rare characters: what they hold together with song, what they weigh, under which names they go."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from tests.gb18030 import AMONG_COMPATIBLE, IDEOGRAPHS, KANGXI, RADICALS_IN_TWO_BYTES, level_3

RESOURCES = Path(__file__).parent.parent / "resources"
SLICES = sorted((RESOURCES / "fonts-rare").glob("*.ttf"))
HEAVIEST = 30_000_000

each_slice = pytest.mark.parametrize("path", SLICES, ids=lambda path: path.stem)


@cache
def opened(path: Path) -> TTFont:
    return TTFont(path, lazy=True)


@cache
def held(path: Path) -> frozenset[int]:
    return frozenset(opened(path).getBestCmap())


@cache
def song() -> frozenset[int]:
    return held(RESOURCES / "fonts" / "song.ttf")


@cache
def rare() -> frozenset[int]:
    return frozenset().union(*map(held, SLICES))


def test_level_3_is_counted_as_the_standard_counts_it():
    parts = [last - first + 1 for first, last in IDEOGRAPHS.values()]
    assert parts == [20_976, 6_582, 42_711, 4_149, 222, 5_762, 7_473]
    assert sum(parts) + len(AMONG_COMPATIBLE) == 87_887
    assert KANGXI[1] - KANGXI[0] + 1 + len(RADICALS_IN_TWO_BYTES) == 228
    assert len(level_3()) == 87_887 + 228 == 88_115


def test_song_and_the_slices_hold_all_of_level_3():
    assert not {ord(character) for character in level_3()} - song() - rare()


def test_whatever_the_standard_writes_in_two_bytes_is_held():
    double = {
        character
        for high in range(0x81, 0xFF)
        for low in (*range(0x40, 0x7F), *range(0x80, 0xFF))
        for character in bytes((high, low)).decode("gb18030", "ignore")
        if not "\ue000" <= character <= "\uf8ff"
    }
    assert len(double) > 21_000
    assert not {ord(character) for character in double} - song() - rare()


def test_nothing_is_held_twice():
    assert sum(len(held(path)) for path in SLICES) == len(rare())
    assert not rare() & song()


@each_slice
def test_a_slice_is_small_and_named_by_its_first_character(path):
    assert len(held(path)) <= 6_000
    assert path.stem == f"{min(held(path)):05X}"


@each_slice
def test_the_index_says_what_the_slice_has(path):
    lines = (RESOURCES / "fonts-rare" / "index.txt").read_text(encoding="ascii").splitlines()
    (said,) = (line.split()[1:] for line in lines if line.startswith(f"{path.name} "))
    stretches = [stretch.split("-") for stretch in said]
    assert {c for ends in stretches for c in range(int(ends[0], 16), int(ends[-1], 16) + 1)} == held(path)


@each_slice
def test_a_slice_has_outlines_only_and_may_be_embedded(path):
    font = opened(path)
    assert "glyf" in font
    assert not {"fpgm", "prep", "cvt ", "GSUB", "vmtx"} & set(font.keys())
    assert font["OS/2"].fsType == 0


@each_slice
def test_no_reserved_name_is_used(path):
    names = opened(path)["name"]
    shown = {str(entry) for entry in names.names if entry.nameID in (1, 3, 4, 6, 16, 18, 21)}
    assert all(name.startswith("Haicang") for name in shown)
    assert "GlyphWiki" in names.getDebugName(0)
    assert "SIL Open Font License" in names.getDebugName(13)


def test_together_they_stay_light():
    assert len(SLICES) > 10
    assert sum(path.stat().st_size for path in SLICES) <= HEAVIEST


def test_the_licence_and_the_counts_stand_beside_them():
    folder = RESOURCES / "fonts-rare"
    licence = (folder / "Hanazono-OFL-1.1.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Copyright (c) 2011, GlyphWiki Project" in licence
    said = (folder / "README.md").read_text(encoding="utf-8")
    counted = {int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", said)}
    assert {len(level_3()), len(rare()), *map(len, map(held, SLICES))} <= counted
    assert {len(song() & {ord(c) for c in level_3()}), len(rare() & {ord(c) for c in level_3()})} <= counted
