"""Make the font slices of ``resources/fonts-rare`` from a published package (part of ``make fonts``).

They hold every 汉字 and radical of GB 18030-2022 that ``song.ttf`` lacks, cut by code point, so that a name with one
rare character opens one slice and not all. It needs what ``make_fonts.py`` needs, and the ``song.ttf`` that it made.
The same package and the same ``song.ttf`` give the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

from make_fonts import TARGET as FACES
from make_fonts import cut, fetch, rename, spans

TARGET = FACES.parent / "fonts-rare"
HANAZONO = "fonts-hanazono=20170904-2.1"
FOLDER = "usr/share/fonts/truetype/hanazono"
LICENCE = "usr/share/doc/fonts-hanazono/copyright"
LARGEST = 6_000  # characters of a slice
LICENCE_TEXT = "This Font Software is licensed under the SIL Open Font License, Version 1.1."

# What level 3 asks for, as Unicode 11 has it: 9FA6–9FEF came with this edition.
IDEOGRAPHS = (
    (0x4E00, 0x9FEF), (0x3400, 0x4DB5), (0x20000, 0x2A6D6), (0x2A700, 0x2B734), (0x2B740, 0x2B81D),
    (0x2B820, 0x2CEA1), (0x2CEB0, 0x2EBE0),
)  # fmt: skip
UNIFIED_AMONG_COMPATIBLE = (
    0xFA0E,
    0xFA0F,
    0xFA11,
    0xFA13,
    0xFA14,
    0xFA1F,
    0xFA21,
    0xFA23,
    0xFA24,
    *range(0xFA27, 0xFA2A),
)
KANGXI = (0x2F00, 0x2FD5)
LEVEL_3 = 88_115
# Kept as well where the package has them: all radicals, strokes, compatible forms, the rest of the standard's signs.
BESIDES = ((0x2E80, 0x2EFF), (0x31C0, 0x31EF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F))


def main() -> int:
    """Make all slices; fails where a character of level 3 is in none."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path, help="a folder for what is fetched; kept, so that a second run is quick")
    work = parser.parse_args().work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    opened = fetch(HANAZONO, work)
    song = set(TTFont(FACES / "song.ttf", lazy=True).getBestCmap())
    level_3, wanted = wanted_characters()
    TARGET.mkdir(parents=True, exist_ok=True)
    for old in TARGET.glob("*.ttf"):
        old.unlink()
    held: dict[str, set[int]] = {}
    for source, characters in shared_out(opened / FOLDER, wanted - song):
        name = f"{characters[0]:05X}"
        font = cut(source, set(characters), 1.024)  # 1024 units to the em
        entitle(font, name)
        font.save(TARGET / f"{name}.ttf")
        held[name] = set(TTFont(TARGET / f"{name}.ttf", lazy=True).getBestCmap())
        print(
            f"{name}.ttf: {len(held[name])} characters, {(TARGET / f'{name}.ttf').stat().st_size / 1e6:.2f} MB",
            flush=True,
        )
    lines = [" ".join((f"{name}.ttf", *runs(codes))) for name, codes in sorted(held.items())]
    (TARGET / "index.txt").write_text("\n".join(lines) + "\n", encoding="ascii", newline="\n")
    (TARGET / "Hanazono-OFL-1.1.txt").write_bytes((opened / LICENCE).read_bytes())
    lacking = level_3 - song - set().union(*held.values())
    print(f"of the {len(level_3)} of level 3, {len(level_3 & song)} in song.ttf, {len(lacking)} nowhere")
    return 1 if lacking else 0


def wanted_characters() -> tuple[set[int], set[int]]:
    """The 汉字 and radicals of implementation level 3, and all characters that are kept."""
    double = set(map(ord, _double_bytes()))
    radicals = spans(KANGXI) | {code for code in double if 0x2E80 <= code <= 0x2EFF}
    level_3 = spans(*IDEOGRAPHS) | set(UNIFIED_AMONG_COMPATIBLE) | radicals
    if len(level_3) != LEVEL_3:
        sys.exit(f"level 3 has {LEVEL_3} 汉字 and radicals, the blocks give {len(level_3)}")
    return level_3, level_3 | double | spans(*BESIDES)


def _double_bytes() -> Iterator[str]:
    """What the standard writes in two bytes, but for what stood in the area for private use."""
    for high in range(0x81, 0xFF):
        for low in (*range(0x40, 0x7F), *range(0x80, 0xFF)):
            for character in bytes((high, low)).decode("gb18030", "ignore"):
                if not 0xE000 <= ord(character) <= 0xF8FF:
                    yield character


def shared_out(folder: Path, wanted: set[int]) -> Iterator[tuple[Path, Sequence[int]]]:
    """Each slice's source and characters. HanaMinB has the supplementary plane, HanaMinA the rest."""
    left = set(wanted)
    for file in ("HanaMinB.ttf", "HanaMinA.ttf"):
        has = sorted(left & set(TTFont(folder / file, lazy=True).getBestCmap()))
        left -= set(has)
        for _, plane in groupby(has, key=lambda code: code >= 0x20000):
            characters = list(plane)
            count = -(-len(characters) // LARGEST)
            edges = [len(characters) * n // count for n in range(count + 1)]
            yield from ((folder / file, characters[a:b]) for a, b in pairwise(edges))


def entitle(font: TTFont, name: str) -> None:
    """Our own name, for those of the source are reserved, and beside it the source's and the licence."""
    rename(font, f"Haicang Rare {name}")
    table: Any = font["name"]
    table.setName(LICENCE_TEXT, 13, 3, 1, 0x409)


def runs(codes: Iterable[int]) -> list[str]:
    """Code points in runs without a gap: ``20000-200A0 200A2``."""
    numbered = enumerate(sorted(codes))
    stretches = [[code for _, code in run] for _, run in groupby(numbered, key=lambda pair: pair[1] - pair[0])]
    return [f"{run[0]:X}-{run[-1]:X}" if len(run) > 1 else f"{run[0]:X}" for run in stretches]


if __name__ == "__main__":
    sys.exit(main())
