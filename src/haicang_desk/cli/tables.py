"""Tables for a terminal, aligned by the width that Chinese characters really take."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence


def width(text: str) -> int:
    """Columns that text takes in a terminal: two for a full-width character, none for a combining mark."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def one_line(text: str) -> str:
    """User text fit for one cell: white space folded, nothing that a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


def aligned(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> Iterator[str]:
    """Lines of a table with a rule under its head; columns numbered in ``right`` are aligned to the right.

    The last column runs on as it likes, unless it is aligned to the right.
    """
    table = [[one_line(cell) for cell in row] for row in (head, *rows)]
    widths = [max(width(row[column]) for row in table) for column in range(len(head))]
    if len(head) - 1 not in right:
        widths[-1] = width(head[-1])
    for number, row in enumerate(table):
        cells = [_padded(cell, widths[i], right=i in right) for i, cell in enumerate(row)]
        yield "  ".join(cells).rstrip()
        if number == 0:
            yield "  ".join("─" * each for each in widths)


def _padded(cell: str, wanted: int, *, right: bool) -> str:
    gap = " " * (wanted - width(cell))
    return gap + cell if right else cell + gap
