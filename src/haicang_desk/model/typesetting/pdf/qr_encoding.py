"""The modules of a QR code (ISO/IEC 18004), in a twentieth of the time that segno takes.

segno divides a text into segments, has the tables and draws what is the same in every code of a version. What takes the
time is done here with long integers: error correction, placing, and weighing the eight masks. A matrix is an integer
with one bit a module, row by row, each row with four light modules before and behind it.
"""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from segno import consts as _consts
from segno import encoder as _encoder

consts: Any = _consts  # neither has types
encoder: Any = _encoder

_LEVELS = {"L": consts.ERROR_LEVEL_L, "M": consts.ERROR_LEVEL_M, "Q": consts.ERROR_LEVEL_Q, "H": consts.ERROR_LEVEL_H}
_BESIDE = 4  # light modules on either side of a row
_DATA = 2  # segno's sign for a module that data will fill
_DIGITS = bytes.maketrans(b"\0\1", b"01")
_UNDO = bytes.maketrans(b"01", b"\0\1")


class QrText(NamedTuple):
    """A text as segno divides it."""

    segments: Any

    def version(self, level: str) -> int:
        """The smallest version that holds the text at a level of error correction. Raises ValueError for none."""
        return int(encoder.find_version(self.segments, _LEVELS[level], False, False))


def qr_text(text: str) -> QrText:
    """The text, ready to be encoded."""
    return QrText(encoder.prepare_data(text, None, None))


def qr_matrix(text: QrText, version: int, level: str) -> list[bytes]:
    """The rows of the code, a byte for each module: 1 for a dark one."""
    layout, error = _layout(version), _LEVELS[level]
    bits = (
        "01" + _message(text, version, error) + "0" * 7
    )  # the modules that are light or dark in every code come first
    plain, turned = int("".join(layout.rows(bits)), 2), int("".join(layout.columns(bits)), 2)
    best = min(
        range(8), key=lambda mask: _penalty(layout, plain ^ layout.masks[mask][0], turned ^ layout.masks[mask][1])
    )
    stride = layout.size + 2 * _BESIDE
    written = f"{plain ^ layout.masks[best][0]:0{layout.size * stride}b}".encode("ascii").translate(_UNDO)
    matrix = tuple(
        bytearray(written[at + _BESIDE : at + _BESIDE + layout.size]) for at in range(0, len(written), stride)
    )
    encoder.add_format_info(matrix, version, error, best)
    encoder.add_version_info(matrix, version)
    return [bytes(row) for row in matrix]


# ---- data and error correction (§7.4, §7.5, §7.6)


def _message(text: QrText, version: int, error: int) -> str:
    """The codewords in the order in which they are placed, as bits."""
    buffer, span = encoder.Buffer(), encoder.version_range(version)
    for segment in text.segments:
        encoder.write_segment(buffer, segment, None, span, False)
    capacity = consts.SYMBOL_CAPACITY[version][error]
    encoder.write_terminator(buffer, capacity, None, len(buffer))
    encoder.write_padding_bits(buffer, version, len(buffer))
    written = bytes(buffer.getbits()).translate(_DIGITS)
    data = int(written, 2).to_bytes(len(written) // 8, "big")
    data += (b"\xec\x11" * (capacity // 16 + 1))[: capacity // 8 - len(data)]
    blocks, checks, at = [], [], 0
    for group in consts.ECC[version][error]:
        for _ in range(group.num_blocks):
            blocks.append(data[at : at + group.num_data])
            checks.append(_correction(blocks[-1], group.num_total - group.num_data))
            at += group.num_data
    longest = max(map(len, blocks))
    interleaved = [block[n] for n in range(longest) for block in blocks if n < len(block)]
    interleaved += [block[n] for n in range(len(checks[0])) for block in checks]
    return f"{int.from_bytes(bytes(interleaved), 'big'):0{8 * len(interleaved)}b}"


def _correction(data: bytes, count: int) -> bytes:
    """The error correction codewords of a block: the rest of a division of polynomials over GF(256)."""
    table, rest, top, low = _multiples(count), 0, 8 * (count - 1), (1 << 8 * (count - 1)) - 1
    for byte in data:
        rest = (rest & low) << 8 ^ table[rest >> top ^ byte]
    return rest.to_bytes(count, "big")


@lru_cache(None)
def _multiples(count: int) -> tuple[int, ...]:
    """The generator polynomial of so many codewords, without its leading 1, times each element of GF(256)."""
    generator = [1]
    for power in range(count):
        root = _power(power)
        generator = [a ^ _times(b, root) for a, b in zip([*generator, 0], [0, *generator], strict=True)]
    return tuple(
        int.from_bytes(bytes(_times(part, element) for part in generator[1:]), "big") for element in range(256)
    )


def _power(exponent: int) -> int:
    value = 1
    for _ in range(exponent):
        value = _times(value, 2)
    return value


def _times(a: int, b: int) -> int:
    """The product in GF(256) with the polynomial x⁸ + x⁴ + x³ + x² + 1."""
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = a << 1 ^ (0x11D if a & 0x80 else 0)
        b >>= 1
    return product


# ---- placing and masks (§7.7, §7.8)


class _Layout(NamedTuple):
    """What all codes of a version share.

    `rows` and `columns` pick from the bits of a code those of the matrix row by row and column by column. `masks` are
    the eight masks in both orders. `beside`: the modules with another at their left; `above`: those with one above.
    """

    size: int
    rows: Any
    columns: Any
    masks: tuple[tuple[int, int], ...]
    beside: int
    above: int


@lru_cache(None)
def _layout(version: int) -> _Layout:
    size = int(encoder.calc_matrix_size(version))
    matrix = encoder.make_matrix(size, size)
    encoder.add_finder_patterns(matrix, size, size)
    encoder.add_alignment_patterns(matrix, size, size)
    places, order = [list(row) for row in matrix], 2  # 0 and 1: a module that is always light, always dark
    for right in [*range(size - 1, 6, -2), *range(5, 0, -2)]:
        upwards = ((right + 1) & 2 == 0) if right > 6 else ((right + 2) & 2 == 0)
        for row in range(size - 1, -1, -1) if upwards else range(size):
            for column in (right, right - 1):
                if matrix[row][column] == _DATA:
                    places[row][column], order = order, order + 1
    masks = [
        [[matrix[i][j] == _DATA and bool(mask(i, j)) for j in range(size)] for i in range(size)]
        for mask in encoder.get_data_mask_functions(False)
    ]
    full, gap = "1" * size, "0" * _BESIDE
    return _Layout(
        size,
        itemgetter(*_padded(places)),
        itemgetter(*_padded(zip(*places, strict=True))),
        tuple((_number(mask), _number(zip(*mask, strict=True))) for mask in masks),
        int(f"{gap}0{full[1:]}{gap}" * size, 2),
        int("0" * (size + 2 * _BESIDE) + f"{gap}{full}{gap}" * (size - 1), 2),
    )


def _padded(rows: Any) -> list[int]:
    """The modules in one row, with light ones on either side."""
    beside = [0] * _BESIDE
    return [module for row in rows for module in (*beside, *row, *beside)]


def _number(rows: Any) -> int:
    return int("".join(str(int(module)) for module in _padded(rows)), 2)


def _penalty(layout: _Layout, rows: int, columns: int) -> int:
    """How badly the matrix can be read (§7.8.3): runs, blocks, what looks like a finder pattern, uneven shares."""
    stride = layout.size + 2 * _BESIDE
    full = (1 << layout.size * stride) - 1
    score = 0
    for modules in (rows, columns):
        alike = ~(modules ^ modules >> 1) & layout.beside
        fives = alike & alike >> 1 & alike >> 2 & alike >> 3
        score += fives.bit_count() + 2 * (fives & ~(fives >> 1)).bit_count()
        light = ~modules & full
        finder = modules & light >> 1 & modules >> 2 & modules >> 3 & modules >> 4 & light >> 5 & modules >> 6
        four = light & light >> 1 & light >> 2 & light >> 3
        score += 40 * (finder & (four >> 7 | four << 4)).bit_count()
    alike = ~(rows ^ rows >> 1) & layout.beside
    score += 3 * (alike & alike >> stride & ~(rows ^ rows >> stride) & layout.above).bit_count()
    share = rows.bit_count() * 100 / layout.size**2
    return score + 10 * int(abs(share - 50) / 5)
