"""QR codes (ISO/IEC 18004) as a mask of one bit a module, and as rectangles for formats without masks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from haicang_desk.model.typesetting.layout.measures import MM
from haicang_desk.model.typesetting.pdf.qr_encoding import qr_matrix, qr_text

QUIET = 4  # modules of white around a code (ISO/IEC 18004 §6.3.8)
SMALLEST_MODULE = 0.33 * MM  # four dots of a printer of 300 dpi, three of a scanner of 200 dpi
LEVELS = "HQML"  # of error correction: 30, 25, 15 and 7 % of the code may be damaged

_DARK = re.compile(b"\1+")
_BITS = bytes.maketrans(b"\0\1", b"01")
_MOST_KEPT = 256  # every page of a form bears the same code


class QrSymbol(NamedTuple):
    """The modules of a code.

    `size` is its width in modules with the quiet zone, `level` its error correction, `rows` have a byte for each module
    within the quiet zone, 1 for a dark one.
    """

    size: int
    level: str
    rows: tuple[bytes, ...]

    def runs(self) -> Iterator[tuple[int, int, int]]:
        """The dark modules of each row, (x, y, count) in modules from the upper left corner of the quiet zone."""
        for row, modules in enumerate(self.rows, QUIET):
            for dark in _DARK.finditer(modules):
                start, end = dark.span()
                yield start + QUIET, row, end - start

    def mask(self) -> str:
        """The rows as bits in hexadecimal, each filled up to whole bytes, 1 for a dark module: samples of a mask."""
        digits = (len(self.rows) + 7) // 8 * 2
        spare = 4 * digits - len(self.rows)
        return "".join([f"{int(row.translate(_BITS), 2) << spare:0{digits}x}" for row in self.rows])


@lru_cache(_MOST_KEPT)
def qr_symbol(text: str, width: float, highest: str = "H") -> QrSymbol:
    """The code of a text, with the highest error correction at which it fits into `width` points.

    It fits where no module is smaller than 0.33 mm. Where even the lowest level does not fit, that one is returned.
    Raises ValueError for a text that no code holds, more than 2,953 bytes.
    """
    ready = qr_text(text)
    for level in LEVELS[LEVELS.index(highest) :]:
        version = ready.version(level)
        size = 17 + 4 * version + 2 * QUIET
        if width / size >= SMALLEST_MODULE:
            break
    return QrSymbol(size, level, tuple(qr_matrix(ready, version, level)))
