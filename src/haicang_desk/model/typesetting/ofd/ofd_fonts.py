"""Fonts of an OFD file: the same subsets as in a PDF, with the tables that a font file of its own must have.

A PDF carries the character map and the names of its fonts outside the font file; readers of OFD open the file itself,
so it gets a character map, names, and the tables OS/2 and post (OpenType, “Required tables”).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from haicang_desk.model.typesetting.pdf.font_set import HALF, Font
from haicang_desk.model.typesetting.pdf.font_subset import assembled, subset, tables_of

_WINDOWS, _UCS2, _UCS4, _ENGLISH = 3, 1, 10, 0x409
_FAMILY, _STYLE, _FULL, _POSTSCRIPT = 1, 2, 4, 6  # name identifiers


def font_file(font: Font, characters: Sequence[str]) -> bytes:
    """A TrueType file whose glyphs 1, 2, … are the characters in this order; marks in half their width among them."""
    tables = tables_of(subset(font.typeface, [font.drawn(character) for character in characters]))
    glyphs = {ord(character): at for at, character in enumerate(characters, 1) if ord(character) < HALF}
    face = font.typeface
    tables |= {
        "cmap": _character_map(glyphs),
        "name": _names(face.name),
        "OS/2": face.table("OS/2"),
        "post": struct.pack(">LLhhLLLLL", 0x00030000, 0, -100, 50, 0, 0, 0, 0, 0),  # version 3: no glyph names
    }
    return assembled({tag: table for tag, table in tables.items() if table})


def _character_map(glyphs: Mapping[int, int]) -> bytes:
    """A cmap of code points to glyphs: format 4 for the basic plane, format 12 for all."""
    basic = {code: glyph for code, glyph in glyphs.items() if code <= 0xFFFE}
    formats = [(_UCS2, _format_4(basic)), (_UCS4, _format_12(glyphs))]
    at, records = 4 + 8 * len(formats), b""
    for encoding, subtable in formats:
        records += struct.pack(">HHL", _WINDOWS, encoding, at)
        at += len(subtable)
    return struct.pack(">HH", 0, len(formats)) + records + b"".join(subtable for _, subtable in formats)


def _format_4(glyphs: Mapping[int, int]) -> bytes:
    """One segment for each character, and the last one that the format asks for."""
    codes = [*sorted(glyphs), 0xFFFF]
    deltas = [*((glyphs[code] - code) & 0xFFFF for code in codes[:-1]), 1]
    count = len(codes)
    power = count.bit_length() - 1
    head = struct.pack(">4H", count * 2, 2 << power, power, 2 * count - (2 << power))
    columns = (codes, codes, deltas, [0] * count)
    ends, starts, shifts, offsets = (struct.pack(f">{count}H", *column) for column in columns)
    body = head + ends + bytes(2) + starts + shifts + offsets
    return struct.pack(">3H", 4, len(body) + 6, 0) + body


def _format_12(glyphs: Mapping[int, int]) -> bytes:
    groups = b"".join(struct.pack(">3L", code, code, glyphs[code]) for code in sorted(glyphs))
    return struct.pack(">HHLLL", 12, 0, 16 + len(groups), 0, len(glyphs)) + groups


def _names(name: str) -> bytes:
    """A name table: the family, style, full and PostScript name."""
    texts = {_FAMILY: name, _STYLE: "Regular", _FULL: name, _POSTSCRIPT: name}
    records, strings = b"", b""
    for kind, text in texts.items():
        raw = text.encode("utf-16-be")
        records += struct.pack(">6H", _WINDOWS, _UCS2, _ENGLISH, kind, len(raw), len(strings))
        strings += raw
    return struct.pack(">3H", 0, len(texts), 6 + len(records)) + records + strings
