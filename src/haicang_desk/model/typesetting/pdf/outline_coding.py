"""Deflate (RFC 1951) of font files whose glyphs are coded once and then used in every file.

zlib takes most of the time of embedding a font, and a glyph is the same in every document. So each outline is
coded once with a fixed Huffman code made for the bytes of outlines; the codes of a document's glyphs are joined bit by
bit to one block. Nothing is saved on strings that recur, so a font takes a tenth to a sixth more room than from zlib;
it takes a tenth of the time.
"""

from __future__ import annotations

import struct
import zlib
from array import array
from collections.abc import Sequence
from sys import byteorder
from typing import NamedTuple

# Lengths of the codes of the bytes 0 to 255 and of the end of the block, in hexadecimal: an optimal code of at most 12
# bits for 1,500 frequent characters in the five faces of resources/fonts.
_LENGTHS = [
    int(digit, 16)
    for digit in (
        "5555665466666766667666657777777786768765888888888877766599999988999999999999999999999999999999999999"
        "99aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbabababbbbbbbabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
        "bbbbbbbbbbbbbbbbbbbbbbbcbbbbbbbbbbbcbccccbbbcbcbbbcb9868c"
    )
]
_LENGTHS_OF_LENGTHS = {1: 7, 4: 7, 5: 6, 6: 4, 7: 4, 8: 4, 9: 3, 10: 3, 11: 1, 12: 5}
_ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)  # RFC 1951 §3.2.7
_END = 256
_ZLIB = b"\x78\x01"  # RFC 1950
_ALIGNED = b"\0\0\xff\xff"  # what follows the three bits of an empty stored block


class CodedBytes(NamedTuple):
    """Bytes, their checksum as a part of an OpenType table, and their Huffman codes as `bits` bits of an integer."""

    data: bytes
    checksum: int
    code: int
    bits: int


def coded(data: bytes) -> CodedBytes:
    """Code the bytes, whose number must be a multiple of 4."""
    written = "".join(map(_CODES.__getitem__, data))
    return CodedBytes(data, word_sum(data), int(written[::-1] or "0", 2), len(written))


def word_sum(data: bytes) -> int:
    """The sum of 32-bit words, as OpenType checksums are made; the number of bytes must be a multiple of 4."""
    words = array("I", data)
    if byteorder == "little":
        words.byteswap()
    return sum(words) & 0xFFFFFFFF


def deflated(head: bytes, parts: Sequence[CodedBytes], tail: bytes) -> bytes:
    """The zlib stream (RFC 1950) of the head, which is stored and below 64 KiB, the coded parts and the tail."""
    code, bits = _joined([(_HEADER, _HEADER_BITS), *((part.code, part.bits) for part in parts), (_END_CODE, _END_BITS)])
    checksum = zlib.adler32(head)
    for part in parts:
        checksum = zlib.adler32(part.data, checksum)
    return b"".join(
        (
            _ZLIB,
            struct.pack("<BHH", 0, len(head), len(head) ^ 0xFFFF),
            head,
            code.to_bytes((bits + 3 + 7) // 8, "little"),  # three bits of 0 end it: a stored block, not the last
            _ALIGNED,
            zlib.compress(tail, wbits=-15),
            zlib.adler32(tail, checksum).to_bytes(4, "big"),
        )
    )


def _joined(codes: list[tuple[int, int]]) -> tuple[int, int]:
    """Bit strings (as integer, length) joined from the lowest bit upwards, in pairs: few of them are ever long."""
    while len(codes) > 1:
        pairs = zip(codes[::2], codes[1::2], strict=False)
        rest = codes[-1:] if len(codes) % 2 else []
        codes = [(low | high << bits, bits + more) for (low, bits), (high, more) in pairs] + rest
    return codes[0]


def _huffman(lengths: dict[int, int]) -> dict[int, str]:
    """The canonical code (RFC 1951 §3.2.2) of each symbol, as the bits in the order in which they are written."""
    codes, code, before = {}, 0, 0
    for symbol, length in sorted(lengths.items(), key=lambda item: (item[1], item[0])):
        code <<= length - before
        codes[symbol] = f"{code:0{length}b}"
        code, before = code + 1, length
    return codes


def _number(value: int, bits: int) -> str:
    """A number as bits, the lowest first."""
    return f"{value:0{bits}b}"[::-1]


def _header() -> str:
    """The head of a block with this code (§3.2.7): two distance codes, which nothing uses, make it complete."""
    lengths = _huffman(_LENGTHS_OF_LENGTHS)
    written = ["0", _number(2, 2), _number(0, 5), _number(1, 5), _number(len(_ORDER) - 4, 4)]
    written += [_number(_LENGTHS_OF_LENGTHS.get(symbol, 0), 3) for symbol in _ORDER]
    return "".join([*written, *(lengths[length] for length in (*_LENGTHS, 1, 1))])


_CODES = _huffman(dict(enumerate(_LENGTHS)))
_END_CODE, _END_BITS = int(_CODES[_END][::-1], 2), _LENGTHS[_END]
_HEADER, _HEADER_BITS = int(_header()[::-1], 2), len(_header())
