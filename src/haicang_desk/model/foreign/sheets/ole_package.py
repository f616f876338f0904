"""The streams of an OLE compound file (MS-CFB), the container of .xls and .et.

Each sector is read once and each entry of the directory is looked at once, so that a file made to go in circles is
refused instead; xlrd's own reader of the container would walk such a directory for ever.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER, _ENTRY, _ROOT, _STREAM = 512, 128, 5, 2
_IN_HEADER = 109  # sectors of the allocation table that the header names


class OlePackage:
    """An opened compound file. ``names`` are those of all its storages and streams.

    Raises ValueError, struct.error or IndexError for a damaged file.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        order, shift, small_shift = struct.unpack_from("<HHH", content, 28)
        if order != 0xFFFE or shift not in (9, 12) or small_shift != 6:
            raise ValueError("no compound file")
        self._size = 1 << shift
        first, _, self._least = struct.unpack_from("<iII", content, 48)
        small_table, _, more, _ = struct.unpack_from("<iIiI", content, 60)
        self._table = self._allocation_table(more)
        self._entries = self._directory(first)
        self._first_small = small_table
        self.names = {entry[0] for entry in self._entries}

    def stream(self, *names: str) -> bytes | None:
        """The content of the first stream that has one of these names, in this order; None where there is none."""
        for name in names:
            for found, kind, first, size in self._entries:
                if (found.casefold(), kind) == (name.casefold(), _STREAM):
                    return self._small_chain(first)[:size] if size < self._least else self._chain(first)[:size]
        return None

    def _sector(self, number: int) -> bytes:
        start = _HEADER + number * self._size if self._size == _HEADER else (number + 1) * self._size
        if number < 0 or start >= len(self._content):
            raise IndexError(number)
        return self._content[start : start + self._size]

    def _integers(self, content: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(content) // 4}i", content[: len(content) // 4 * 4])

    def _allocation_table(self, more: int) -> Sequence[int]:
        """For each sector the next one of its stream."""
        sectors = list(struct.unpack_from(f"<{_IN_HEADER}i", self._content, 76))
        seen: set[int] = set()
        while more >= 0 and more not in seen:
            seen.add(more)
            *numbers, more = self._integers(self._sector(more))
            sectors += numbers
        used = [number for number in sectors if number >= 0]
        if len(used) > len(self._content) // self._size + 1:
            raise ValueError("more sectors than the file has")
        return self._integers(b"".join(map(self._sector, used)))

    def _chain(self, first: int) -> bytes:
        parts: list[bytes] = []
        while first >= 0:
            if len(parts) > len(self._table):
                raise ValueError("a chain of sectors in a circle")
            parts.append(self._sector(first))
            first = self._table[first]
        return b"".join(parts)

    def _small_chain(self, first: int) -> bytes:
        """A stream that is too short for sectors of its own: it lies in pieces of 64 bytes in the root's stream."""
        small = self._chain(next(start for _, kind, start, _ in self._entries if kind == _ROOT))
        table = self._integers(self._chain(self._first_small))
        parts: list[bytes] = []
        while first >= 0:
            if len(parts) > len(table):
                raise ValueError("a chain of sectors in a circle")
            parts.append(small[first * 64 : first * 64 + 64])
            first = table[first]
        return b"".join(parts)

    def _directory(self, first: int) -> list[tuple[str, int, int, int]]:
        """Each entry as (name, kind, first sector, size)."""
        content, entries = self._chain(first), []
        for at in range(0, len(content) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", content, at + 64)
            if kind:
                name = content[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
                start, size = struct.unpack_from("<iI", content, at + 116)
                entries.append((name, kind, start, size))
        return entries
