"""Subsets of TrueType fonts: font files with only the glyphs that a document uses (OpenType tables)."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from haicang_desk.model.typesetting.pdf.outline_coding import CodedBytes, coded, deflated, word_sum
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
    return embedded_subset(source, glyphs).data


class EmbeddedSubset(NamedTuple):
    """A font file and the zlib stream of it."""

    data: bytes
    stream: bytes


def embedded_subset(source: TrueTypeFont, glyphs: Iterable[GlyphDrawing]) -> EmbeddedSubset:
    """The font file whose glyphs 1, 2, … are the given ones in this order, and its stream, made of coded outlines."""
    return _Subset(source, list(glyphs)).font()


class _Outline(NamedTuple):
    """A glyph that is taken over as it is; the outline is filled up to a multiple of 4 bytes."""

    coded: CodedBytes
    bearing: int
    composite: bool


@lru_cache(8_192)  # as many glyphs as the documents of a year use
def _outline_of(source: TrueTypeFont, glyph: int) -> _Outline:
    outline = source.outline(glyph)
    contours, bearing = struct.unpack_from(">2h", outline) if outline else (0, 0)
    return _Outline(coded(_filled(outline)), bearing, contours < 0)


class _Subset:
    """Builds a font from the glyphs of another."""

    def __init__(self, source: TrueTypeFont, wanted: list[GlyphDrawing]) -> None:
        self._source = source
        self._wanted = wanted
        self._parts: dict[int, int] = {}  # components of composite glyphs: old index → new
        self._outlines: list[CodedBytes] = []
        self._metrics: list[int] = []  # advance and bearing of each glyph

    def font(self) -> EmbeddedSubset:
        """The font file; glyph 0 is the source's .notdef."""
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
        count = len(self._outlines)
        struct.pack_into(">h", head, 50, 1)
        struct.pack_into(">H", hhea, 34, count)
        self._declare_limits(maxp)
        offsets = accumulate((len(each.data) for each in self._outlines), initial=0)
        tables |= {
            "head": bytes(head),
            "hhea": bytes(hhea),
            "hmtx": struct.pack(">" + "Hh" * count, *self._metrics),
            "loca": struct.pack(f">{count + 1}L", *offsets),
            "maxp": bytes(maxp),
        }
        glyf = b"".join(each.data for each in self._outlines)
        directory, tail = _arranged(glyf, sum(each.checksum for each in self._outlines), tables)
        return EmbeddedSubset(directory + glyf + tail, deflated(directory, self._outlines, tail))

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
        if drawn[2:] == _AS_IT_IS or not (outline := source.outline(glyph)):
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
        outline = _outline_of(self._source, glyph)
        if outline.composite:
            self._keep(self._renumbered(self._source.outline(glyph)), advance, outline.bearing)
        else:
            self._outlines.append(outline.coded)
            self._metrics += (advance, outline.bearing)

    def _keep(self, outline: bytes, advance: int, bearing: int) -> None:
        self._outlines.append(coded(_filled(outline)))
        self._metrics += (advance, bearing)

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


def _filled(table: bytes) -> bytes:
    """The bytes with zeros up to a multiple of 4."""
    return table + bytes(-len(table) % 4)


def assembled(tables: dict[str, bytes]) -> bytes:
    """Assemble a font file from tables: directory, padding and checksums (OpenType, “Font file”)."""
    glyf = _filled(tables["glyf"])
    directory, tail = _arranged(glyf, word_sum(glyf), {tag: tables[tag] for tag in tables if tag != "glyf"})
    return directory + glyf + tail


def _arranged(glyf: bytes, checksum: int, tables: dict[str, bytes]) -> tuple[bytes, bytes]:
    """What stands before and after the outlines in a font file: the directory, and the other tables."""
    count = len(tables) + 1
    power = count.bit_length() - 1
    header = struct.pack(">4s4H", b"\0\1\0\0", count, 16 << power, power, 16 * (count - (1 << power)))
    start = len(header) + 16 * count
    records = [(b"glyf", checksum & 0xFFFFFFFF, start, len(glyf))]
    tail, total, head_at = bytearray(), checksum, 0
    for tag, table in tables.items():
        if tag == "head":  # its sum of the whole file counts as 0
            head_at, table = len(tail), table[:8] + bytes(4) + table[12:]
        filled = _filled(table)
        records.append((tag.encode("ascii"), word_sum(filled), start + len(glyf) + len(tail), len(table)))
        total += word_sum(filled)
        tail += filled
    directory = header + b"".join(struct.pack(">4sLLL", *record) for record in sorted(records))
    total += word_sum(directory)
    struct.pack_into(">L", tail, head_at + 8, (0xB1B0AFBA - total) & 0xFFFFFFFF)
    return directory, bytes(tail)


def tables_of(font: bytes) -> dict[str, bytes]:
    """The tables of a font file by their tags; the opposite of `assembled`."""
    tables = {}
    for at in range(12, 12 + 16 * struct.unpack_from(">H", font, 4)[0], 16):
        tag, _, offset, length = struct.unpack_from(">4s3L", font, at)
        tables[tag.decode("ascii")] = font[offset : offset + length]
    return tables
