"""Reads TrueType font files: character map, advances and outlines.

Only ``glyf`` outlines are supported. The file is memory-mapped, so that memory use depends on the
glyphs used and not on the size of the font. The slices for rare characters may be compressed (gzip).
"""

from __future__ import annotations

import gzip
import mmap
import struct
import sys
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path

_LICENCE, _RESTRICTED = 0x000F, 0x0002  # bits of fsType in OS/2: restricted licence embedding


class UnusableFont(ValueError):
    """Raised for a file that is no TrueType font with ``glyf`` outlines, or that may not be embedded."""


class TrueTypeFont:
    """One TrueType font. Widths, bounds, ascent and descent are in 1/1000 em, `units` are font units per em.

    Raises UnusableFont for other kinds of fonts, OSError for an unreadable file.
    """

    def __init__(self, path: Path, index: int = 0) -> None:
        self.path = path
        self._data = _contents(path)
        self._tables = self._directory(index)
        if lacking := {"cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp"} - self._tables.keys():
            raise UnusableFont(f"{path.name} 缺少 {'、'.join(sorted(lacking))}")
        head = self.table("head")
        self.units, self._long_loca = struct.unpack_from(">H", head, 18)[0], struct.unpack_from(">h", head, 50)[0]
        self.bounds = tuple(self._scaled(v) for v in struct.unpack_from(">4h", head, 36))
        self.ascent, self.descent = (self._scaled(v) for v in struct.unpack_from(">2h", self.table("hhea"), 4))
        if int.from_bytes(self.table("OS/2")[8:10], "big") & _LICENCE == _RESTRICTED:
            raise UnusableFont(f"{path.name} 不允许嵌入文件")
        self._advances = self._read_advances()
        self._glyphs = dict(self._read_cmap())
        self.name = self._postscript_name()

    def has(self, character: str) -> bool:
        """Whether the font has a glyph for the character."""
        return ord(character) in self._glyphs

    def characters(self) -> Iterable[int]:
        """The code points the font has glyphs for."""
        return self._glyphs.keys()

    def width(self, character: str) -> float:
        """The advance of a character in 1/1000 em. Raises KeyError when the font lacks it."""
        return self._scaled(self.advance(self._glyphs[ord(character)]))

    def extent(self, character: str) -> tuple[float, float]:
        """The left and right edge of a character's outline in 1/1000 em; (0, 0) without an outline."""
        outline = self.outline(self._glyphs[ord(character)])
        if not outline:
            return 0.0, 0.0
        left, _, right = struct.unpack_from(">3h", outline, 2)
        return self._scaled(left), self._scaled(right)

    def glyph(self, character: str) -> int:
        """The glyph index of a character. Raises KeyError when the font lacks it."""
        return self._glyphs[ord(character)]

    # ---- raw tables for subsets, in font units

    def table(self, tag: str) -> bytes:
        """The bytes of a table; empty when the font has no such table."""
        offset, length = self._tables.get(tag, (0, 0))
        return self._data[offset : offset + length]

    def advance(self, glyph: int) -> int:
        """The advance of a glyph in font units."""
        advances = self._advances
        return int(advances[glyph] if glyph < len(advances) else advances[-1])

    def outline(self, glyph: int) -> bytes:
        """The entry of a glyph in ``glyf``; empty for a glyph without outline."""
        loca, start = self._tables["loca"][0], self._tables["glyf"][0]
        if self._long_loca:
            begin, end = struct.unpack_from(">2L", self._data, loca + 4 * glyph)
        else:
            begin, end = (2 * n for n in struct.unpack_from(">2H", self._data, loca + 2 * glyph))
        return self._data[start + begin : start + end]

    # ---- reading

    def _scaled(self, units: int) -> float:
        return float(units * 1000 / self.units)

    def _directory(self, index: int) -> dict[str, tuple[int, int]]:
        data, start = self._data, 0
        if data[:4] == b"ttcf":
            count = struct.unpack_from(">L", data, 8)[0]
            if index >= count:
                raise UnusableFont(f"{self.path.name} 没有第 {index + 1} 个字体")
            start = struct.unpack_from(">L", data, 12 + 4 * index)[0]
        if data[start : start + 4] not in (b"\0\1\0\0", b"true"):
            raise UnusableFont(f"{self.path.name} 不是 TrueType 轮廓")
        records = struct.unpack_from(">H", data, start + 4)[0]
        tables = {}
        for at in range(start + 12, start + 12 + 16 * records, 16):
            tag, _, offset, length = struct.unpack_from(">4sLLL", data, at)
            tables[tag.decode("latin-1")] = (offset, length)
        return tables

    def _read_advances(self) -> array[int]:
        count = struct.unpack_from(">H", self.table("hhea"), 34)[0]
        metrics = array("H", self.table("hmtx")[: 4 * count])
        if sys.byteorder == "little":
            metrics.byteswap()
        return metrics[::2]

    def _read_cmap(self) -> Iterator[tuple[int, int]]:
        table = self.table("cmap")
        tables = [struct.unpack_from(">HHL", table, 4 + 8 * n) for n in range(struct.unpack_from(">H", table, 2)[0])]
        formats = {
            struct.unpack_from(">H", table, offset)[0]: offset
            for platform, encoding, offset in tables
            if platform == 0 or (platform == 3 and encoding in (1, 10))
        }
        if 12 in formats:
            return _segments_of_12(table, formats[12])
        if 4 in formats:
            return _segments_of_4(table, formats[4])
        raise UnusableFont(f"{self.path.name} 没有 Unicode 字符表")

    def _postscript_name(self) -> str:
        table = self.table("name")
        if len(table) >= 6:
            count, strings = struct.unpack_from(">2H", table, 2)
            for at in range(6, 6 + 12 * count, 12):
                platform, _, _, kind, length, offset = struct.unpack_from(">6H", table, at)
                if kind == 6:
                    raw = table[strings + offset : strings + offset + length]
                    text = raw.decode("utf-16-be" if platform in (0, 3) else "latin-1", "replace")
                    if kept := "".join(c for c in text if c.isascii() and (c.isalnum() or c in "-_")):
                        return kept
        return "".join(c for c in self.path.stem if c.isascii() and c.isalnum()) or "Face"


def _contents(path: Path) -> mmap.mmap | bytes:
    """The bytes of a font file; where there is only a compressed one (name.ttf.gz), they are held in memory."""
    packed = path.with_name(f"{path.name}.gz")
    if packed.exists() and not path.exists():
        return gzip.decompress(packed.read_bytes())
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _segments_of_12(table: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Pairs of code point and glyph index of a cmap subtable of format 12."""
    for group in range(struct.unpack_from(">L", table, at + 12)[0]):
        first, last, glyph = struct.unpack_from(">3L", table, at + 16 + 12 * group)
        yield from zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True)


def _segments_of_4(table: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Pairs of code point and glyph index of a cmap subtable of format 4."""
    count = struct.unpack_from(">H", table, at + 6)[0] // 2
    ends, starts = at + 14, at + 16 + 2 * count
    deltas, offsets = starts + 2 * count, starts + 4 * count
    for n in range(count):
        last, first, delta, offset = (
            struct.unpack_from(">H", table, base + 2 * n)[0] for base in (ends, starts, deltas, offsets)
        )
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offset:
                glyph = struct.unpack_from(">H", table, offsets + 2 * n + offset + 2 * (code - first))[0]
                if not glyph:
                    continue
            if found := (glyph + delta) & 0xFFFF:
                yield code, found
