"""Make the five faces of ``resources/fonts`` from published packages (``make fonts``).

Not needed to run, test or build the program: what it makes is kept in the repository. It needs a Debian 12 machine with
``npm``, ``apt-get`` and ``dpkg-deb`` (nothing is installed) and the tools of ``requirements/fonts.txt``.
The same packages give the same bytes.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

from outline_thinning import thinned

TARGET = Path(__file__).resolve().parent.parent / "resources" / "fonts"
SERIF = "@expo-google-fonts/noto-serif-sc@0.4.3"
SANS = "@expo-google-fonts/noto-sans-sc@0.4.3"
WENKAI = "fonts-lxgw-wenkai=1.250+repack-1"
FANDOL = "texlive-lang-chinese=2022.20230122-1"
UNICODE = "unicode-data=15.0.0-1"
DROPPED = ["BASE", "GDEF", "GPOS", "GSUB", "STAT", "VORG", "gasp", "meta", "vhea", "vmtx", "DSIG", "prop"]
NAMES_KEPT = {0, 5, 7, 8, 9, 11, 13, 14}


@dataclass(frozen=True)
class Face:
    """One font file to be made: its source, its name inside, and the characters that are kept."""

    file: str
    name: str
    package: str
    source: str
    ranges: str
    wrong: tuple[int, ...] = ()
    tolerance: float = 1.0  # font units of 1000 to the em


FACES = (
    Face("song.ttf", "Haicang Song", SERIF, "package/400Regular/NotoSerifSC_400Regular.ttf", "whole"),
    Face("title.ttf", "Haicang Title", SERIF, "package/700Bold/NotoSerifSC_700Bold.ttf", "everyday"),
    Face("hei.ttf", "Haicang Hei", SANS, "package/500Medium/NotoSansSC_500Medium.ttf", "everyday"),
    Face("kai.ttf", "Haicang Kai", WENKAI, "usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf", "everyday"),
    # FandolFang draws U+FFE5, the full-width yuan sign, as a dollar sign, and ～ － ￣ as short as their ASCII kin.
    # Traced, it has twice the points it needs.
    Face(
        "fang.ttf",
        "Haicang Fang",
        FANDOL,
        "usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/FandolFang-Regular.otf",
        "everyday",
        wrong=(0xFFE5, 0xFF5E, 0xFF0D, 0xFFE3),
        tolerance=1.5,
    ),
)

LICENCES = (
    ("NotoSerifSC-OFL-1.1.txt", SERIF, "package/LICENSE_FONT"),
    ("NotoSansSC-OFL-1.1.txt", SANS, "package/LICENSE_FONT"),
    ("LXGWWenKai-OFL-1.1.txt", WENKAI, "usr/share/doc/fonts-lxgw-wenkai/copyright"),
    ("FandolFang-README.txt", FANDOL, "usr/share/doc/texlive-doc/fonts/fandol/README"),
    ("FandolFang-GPL-3-font-exception.txt", FANDOL, "usr/share/doc/texlive-doc/fonts/fandol/COPYING.gz"),
)

# Characters of Fujian place names and of names of persons that GB 2312 left out and that are met every day.
LOCAL = "垵囷戙镕喆堃旸祎玥珺煊玮昇琦瑀翀頔焜垚淼赟瑄玘"


def main() -> int:
    """Make all faces and copy the licences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path, help="a folder for what is fetched; kept, so that a second run is quick")
    parser.add_argument("--only", default="", metavar="FACE.ttf", help="make one face, not all five")
    said = parser.parse_args()
    work = said.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    opened = {package: fetch(package, work) for package in (SERIF, SANS, WENKAI, FANDOL, UNICODE)}
    ranges = wanted(opened[UNICODE])
    (TARGET / "LICENSES").mkdir(parents=True, exist_ok=True)
    for name, package, path in LICENCES:
        text = (opened[package] / path).read_bytes()
        (TARGET / "LICENSES" / name).write_bytes(gzip.decompress(text) if path.endswith(".gz") else text)
    for face in (face for face in FACES if said.only in ("", face.file)):
        font = make(opened[face.package] / face.source, face, ranges[face.ranges])
        font.save(TARGET / face.file)
        size = (TARGET / face.file).stat().st_size
        print(f"{face.file}: {len(font.getBestCmap())} characters, {size / 1e6:.2f} MB", flush=True)
    print(f"together {sum(p.stat().st_size for p in TARGET.glob('*.ttf')) / 1e6:.2f} MB")
    return 0


def fetch(package: str, work: Path) -> Path:
    """The unpacked contents of a package, downloaded by the ordinary client of its registry."""
    folder = work / package.replace("/", "_").replace("=", "_")
    if (folder / ".whole").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    if package.startswith("@"):
        packed = subprocess.run(["npm", "pack", "--silent", package], cwd=work, check=True, stdout=subprocess.PIPE)
        with tarfile.open(work / packed.stdout.decode().split()[-1]) as archive:
            archive.extractall(folder, filter="data")
    else:
        subprocess.run(["apt-get", "download", "-q", package], cwd=work, check=True)
        archive_path = next(work.glob(f"{package.split('=')[0]}_*.deb"))
        subprocess.run(["dpkg-deb", "-x", str(archive_path), str(folder)], check=True)
    (folder / ".whole").touch()
    return folder


def wanted(unihan: Path) -> dict[str, set[int]]:
    """The characters to keep: ``whole`` for the face that all others fall back on, ``everyday`` for the rest."""
    standard = set()
    with bz2.open(unihan / "usr/share/unicode/Unihan_OtherMappings.txt.bz2", "rt", encoding="utf-8") as lines:
        for line in lines:
            if "\tkTGH\t" in line:
                standard.add(int(line.split("\t")[0][2:], 16))
    if len(standard) != 8105:
        sys.exit(f"通用规范汉字表 has 8105 characters, the package gives {len(standard)}")
    gb2312 = {ord(c) for c in _double_bytes(0xB0, 0xF7)}
    signs = {ord(c) for c in _double_bytes(0xA1, 0xA9)} | spans(
        (0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x203A), (0x2103, 0x2116), (0x2160, 0x216B), (0x2190, 0x2199),
        (0x2460, 0x2473), (0x2500, 0x257F), (0x25A0, 0x25FF), (0x2605, 0x2606), (0x3000, 0x301F), (0x3220, 0x3229),
        (0xFF01, 0xFF5E), (0xFFE0, 0xFFE6), (0x339C, 0x33A1), (0x2713, 0x2713), (0x20AC, 0x20AC),
    )  # fmt: skip
    hanzi = spans((0x4E00, 0x9FFF), (0x3400, 0x4DBF))
    return {"whole": hanzi | standard | signs, "everyday": gb2312 | {ord(c) for c in LOCAL} | signs}


def _double_bytes(first: int, last: int) -> Iterable[str]:
    for high in range(first, last + 1):
        for low in range(0xA1, 0xFF):
            yield from bytes((high, low)).decode("gb2312", "ignore")


def spans(*spans: tuple[int, int]) -> set[int]:
    """The code points of ranges, both ends included."""
    return {code for first, last in spans for code in range(first, last + 1)}


def make(source: Path, face: Face, characters: set[int]) -> TTFont:
    """A face with only these characters, TrueType outlines, our name and no hints."""
    font = cut(source, characters - set(face.wrong), face.tolerance)
    add_boxes(font)
    fill_the_em(font)
    rename(font, face.name)
    return font


def cut(source: Path, characters: set[int], tolerance: float) -> TTFont:
    """The part of a font that draws these characters, without hints and layout, in as few points as show."""
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, glyph_names=False)
    options.name_IDs, options.name_languages = ["*"], ["*"]
    options.drop_tables += DROPPED
    font = subset.load_font(str(source), options)
    font.recalcTimestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    if "CFF " in font:
        to_truetype(font)
    outlines = font["glyf"]
    for name in font.getGlyphOrder():
        outlines[name] = thinned(outlines[name], tolerance)
    return font


def to_truetype(font: TTFont) -> None:
    """Convert cubic outlines to quadratic ones, in place."""
    shapes, glyphs = font.getGlyphSet(), {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(None)
        shapes[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
        glyphs[name] = pen.glyph()
    order = font.getGlyphOrder()
    del font["CFF "]
    outlines = font["glyf"] = newTable("glyf")
    outlines.glyphs, outlines.glyphOrder = glyphs, order
    font["loca"] = newTable("loca")
    most = font["maxp"]
    most.tableVersion, most.maxZones = 0x00010000, 1
    for counted_or_unused in (
        "maxPoints", "maxContours", "maxCompositePoints", "maxCompositeContours", "maxComponentDepth",
        "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
        "maxSizeOfInstructions", "maxComponentElements",
    ):  # fmt: skip
        setattr(most, counted_or_unused, 0)
    font["post"].formatType = 3.0
    font["head"].glyphDataFormat = 0
    font.sfntVersion = "\x00\x01\x00\x00"


def add_boxes(font: TTFont) -> None:
    """☐ ☑ ☒ after the face's own □, so that ticked and open boxes stand alike in one line."""
    box = font.getBestCmap()[0x25A1]
    outline = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[box].draw(outline)
    edge = font["glyf"][box]
    width, height = edge.xMax - edge.xMin, edge.yMax - edge.yMin

    def place(points: list[tuple[float, float]]) -> list[tuple[int, int]]:
        return [(round(edge.xMin + x * width), round(edge.yMin + y * height)) for x, y in points]

    tick = place([(0.16, 0.50), (0.24, 0.58), (0.42, 0.36), (0.78, 0.84), (0.86, 0.77), (0.43, 0.17)])
    falling = place([(0.18, 0.75), (0.25, 0.82), (0.82, 0.25), (0.75, 0.18)])
    rising = place([(0.25, 0.18), (0.18, 0.25), (0.75, 0.82), (0.82, 0.75)])
    _map(font, 0x2610, box)
    for code, marks in ((0x2611, [tick]), (0x2612, [falling, rising])):
        pen = TTGlyphPen(None)
        outline.replay(pen)
        for mark in marks:
            pen.moveTo(mark[0])
            for point in mark[1:]:
                pen.lineTo(point)
            pen.closePath()
        name = f"uni{code:04X}"
        font["glyf"][name] = pen.glyph()
        font["glyf"][name].recalcBounds(font["glyf"])
        font["hmtx"][name] = font["hmtx"][box]
        _map(font, code, name)


def fill_the_em(font: TTFont) -> None:
    """“ ” ‘ ’ — · as wide as a character in every face, as Chinese is set; two dashes make one line."""
    em = font["head"].unitsPerEm
    for code in map(ord, "“”‘’—·"):
        name = font.getBestCmap()[code]
        glyph = font["glyf"][name]
        if font["hmtx"][name][0] == em and code != ord("—"):
            continue
        width, edge = glyph.xMax - glyph.xMin, round(em * 0.076)
        left = {"“": em - edge - width, "‘": em - edge - width, "·": (em - width) // 2, "—": 0}.get(chr(code), edge)
        scale = em / width if code == ord("—") else 1.0
        old = glyph.xMin
        glyph.coordinates.translate((-old, 0))
        glyph.coordinates.scale((scale, 1.0))
        glyph.coordinates.translate((left, 0))
        glyph.coordinates.toInt()
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][name] = (em, glyph.xMin)


def _map(font: TTFont, code: int, glyph: str) -> None:
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[code] = glyph


def rename(font: TTFont, name: str) -> None:
    """Set our name wherever a name is shown; copyright, version and licence are left as they are."""
    table: Any = font["name"]
    table.names = [entry for entry in table.names if entry.nameID in NAMES_KEPT]
    solid = name.replace(" ", "")
    for number, text in ((1, name), (2, "Regular"), (3, f"{solid}-Regular"), (4, name), (6, f"{solid}-Regular")):
        table.setName(text, number, 3, 1, 0x409)


if __name__ == "__main__":
    sys.exit(main())
