"""Subsets of TrueType fonts: font files with only the glyphs that a document uses (OpenType tables)."""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable
from typing import NamedTuple

from haicang_desk.model.typesetting.pdf.truetype import TrueTypeFont

_WORDS, _SCALE, _MORE, _XY_SCALE, _MATRIX = 0x0001, 0x0008, 0x0020, 0x0040, 0x0080
_MOVED_AND_SCALED = 0x0043  # 16-bit offsets in x and y, then a scale for x and for y
_COPIED = ("cvt ", "fpgm", "prep")
_AS_IT_IS = (1.0, 0.0, "")


class GlyphDrawing(NamedTuple):
    """How a character is drawn: stretched horizontally, then shifted, with a new advance `width`.

    `width` and `shift` are in 1/1000 em. `over` is a second character drawn on top of it: a tick on
    a box. A comma in half its width and a dash over the full width are glyphs of their own in the
    subset, so that every PDF reader knows their true width.
    """

    character: str
    width: float
    stretch: float = 1.0
    shift: float = 0.0
    over: str = ""


def subset(source: TrueTypeFont, glyphs: Iterable[GlyphDrawing]) -> bytes:
    """A font file whose glyphs 1, 2, … are the given ones in this order."""
    return _Subset(source, list(glyphs)).font()


class _Subset:
    """Builds a font from the glyphs of another."""

    def __init__(self, source: TrueTypeFont, wanted: list[GlyphDrawing]) -> None:
        self._source = source
        self._wanted = wanted
        self._parts: dict[int, int] = {}  # components of composite glyphs: old index → new
        self._outlines: list[bytes] = []
        self._metrics: list[tuple[int, int]] = []

    def font(self) -> bytes:
        """The bytes of the font file; glyph 0 is the source's .notdef."""
        source = self._source
        self._add(0, source.advance(0))
        for drawn in self._wanted:
            self._draw(drawn)
        done = 0
        while done < len(self._parts):  # components may be composite themselves
            for glyph in list(self._parts)[done:]:
                done += 1
                self._add(glyph, source.advance(glyph))
        tables = {tag: table for tag in _COPIED if (table := source.table(tag))}
        head, hhea, maxp = (bytearray(source.table(tag)) for tag in ("head", "hhea", "maxp"))
        struct.pack_into(">L", head, 8, 0)
        struct.pack_into(">h", head, 50, 1)
        struct.pack_into(">H", hhea, 34, len(self._metrics))
        self._declare_limits(maxp)
        offsets = [0]
        for outline in self._outlines:
            offsets.append(offsets[-1] + len(outline))
        tables |= {
            "glyf": b"".join(self._outlines),
            "head": bytes(head),
            "hhea": bytes(hhea),
            "hmtx": b"".join(struct.pack(">Hh", advance, bearing) for advance, bearing in self._metrics),
            "loca": struct.pack(f">{len(offsets)}L", *offsets),
            "maxp": bytes(maxp),
        }
        return assembled(tables)

    def _declare_limits(self, maxp: bytearray) -> None:
        """Set the limits in maxp for glyphs composed here: two components, one level deeper than the source."""
        points, contours, composed_points, composed_contours = struct.unpack_from(">4H", maxp, 6)
        elements, depth = struct.unpack_from(">2H", maxp, 28)
        struct.pack_into(">H", maxp, 4, len(self._outlines))
        widest = max(composed_points, 2 * points), max(composed_contours, 2 * contours)
        struct.pack_into(">2H", maxp, 10, *(min(limit, 0xFFFF) for limit in widest))
        struct.pack_into(">2H", maxp, 28, max(elements, 2), depth + 1)

    def _draw(self, drawn: GlyphDrawing) -> None:
        source = self._source
        glyph, advance = source.glyph(drawn.character), round(drawn.width * source.units / 1000)
        outline = source.outline(glyph)
        if not outline or drawn[2:] == _AS_IT_IS:
            self._add(glyph, advance)
            return
        left, low, right, high = struct.unpack_from(">4h", outline, 2)
        shift = round(drawn.shift * source.units / 1000)
        left, right = (round(edge * drawn.stretch) + shift for edge in (left, right))
        scales = round(drawn.stretch * 0x4000), 0x4000
        parts = [(self._part(glyph), shift, 0, *scales)]
        if drawn.over:
            upper = source.glyph(drawn.over)
            bounds = struct.unpack_from(">4h", source.outline(upper) or bytes(10), 2)
            left, low = min(left, bounds[0]), min(low, bounds[1])
            right, high = max(right, bounds[2]), max(high, bounds[3])
            parts.append((self._part(upper), 0, 0, 0x4000, 0x4000))
        composed = struct.pack(">5h", -1, left, low, right, high)
        for count, part in enumerate(parts, 1):
            more = _MORE if count < len(parts) else 0
            composed += struct.pack(">2H4h", _MOVED_AND_SCALED | more, *part)
        self._keep(composed, advance, left)

    def _add(self, glyph: int, advance: int) -> None:
        outline = self._source.outline(glyph)
        bearing = struct.unpack_from(">h", outline, 2)[0] if outline else 0
        if outline and struct.unpack_from(">h", outline)[0] < 0:
            outline = self._renumbered(outline)
        self._keep(outline, advance, bearing)

    def _keep(self, outline: bytes, advance: int, bearing: int) -> None:
        self._outlines.append(outline + bytes(-len(outline) % 4))
        self._metrics.append((advance, bearing))

    def _part(self, glyph: int) -> int:
        return self._parts.setdefault(glyph, 1 + len(self._wanted) + len(self._parts))

    def _renumbered(self, outline: bytes) -> bytes:
        changed, at, flags = bytearray(outline), 10, _MORE
        while flags & _MORE:
            flags, glyph = struct.unpack_from(">2H", changed, at)
            struct.pack_into(">H", changed, at + 2, self._part(glyph))
            at += 8 if flags & _WORDS else 6
            at += 2 if flags & _SCALE else 4 if flags & _XY_SCALE else 8 if flags & _MATRIX else 0
        return bytes(changed)


def _checksum(table: bytes) -> int:
    """The sum of the table's 32-bit words; its length is a multiple of 4."""
    words = array("I", table)
    if sys.byteorder == "little":
        words.byteswap()
    return sum(words) & 0xFFFFFFFF


def assembled(tables: dict[str, bytes]) -> bytes:
    """Assemble a font file from tables: directory, padding and checksums (OpenType, “Font file”)."""
    count = len(tables)
    power = count.bit_length() - 1
    header = struct.pack(">4s4H", b"\0\1\0\0", count, 16 << power, power, 16 * (count - (1 << power)))
    offset, directory, body, head_at, total = len(header) + 16 * count, b"", b"", 0, 0
    for tag in sorted(tables):
        padded = tables[tag] + bytes(-len(tables[tag]) % 4)
        if tag == "head":
            head_at = offset
        checksum = _checksum(padded)
        directory += struct.pack(">4sLLL", tag.encode("ascii"), checksum, offset, len(tables[tag]))
        total += checksum
        body += padded
        offset += len(padded)
    total += _checksum(header + directory)
    font = bytearray(header + directory + body)
    struct.pack_into(">L", font, head_at + 8, (0xB1B0AFBA - total) & 0xFFFFFFFF)
    return bytes(font)


def tables_of(font: bytes) -> dict[str, bytes]:
    """The tables of a font file by their tags; the opposite of `assembled`."""
    tables = {}
    for at in range(12, 12 + 16 * struct.unpack_from(">H", font, 4)[0], 16):
        tag, _, offset, length = struct.unpack_from(">4s3L", font, at)
        tables[tag.decode("ascii")] = font[offset : offset + length]
    return tables
