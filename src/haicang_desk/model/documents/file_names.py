"""File names that are valid on Windows and Linux: 村居_项目_表名.pdf."""

from __future__ import annotations

from collections.abc import Sequence

from haicang_desk.platform import clean, unreserved

LONGEST = 120  # bytes of UTF-8, extension and all


def file_name(parts: Sequence[str], ending: str, taken: set[str]) -> str:
    """A name of these parts that is not in ``taken``, and add it there.

    A name longer than LONGEST bytes has its parts cut, except the last, the title of the document.
    """
    cleaned = [part for part in map(clean, parts) if part]
    count = 1
    while True:
        tail = (f"（{count}）" if count > 1 else "") + ending
        name = unreserved(_fitted(cleaned, tail))
        if name.casefold() not in taken:
            taken.add(name.casefold())
            return name
        count += 1


def _fitted(parts: Sequence[str], tail: str) -> str:
    *front, last = parts
    room = LONGEST - 1 - len(f"{last}{tail}".encode())  # one for the mark before a reserved name
    kept: list[str] = []
    for left, part in zip(range(len(front), 0, -1), front, strict=True):
        fair = room if left == 1 else max(room // left, room - _size(front[len(front) - left + 1 :]))
        cut = _cut(part, fair - 1)
        room -= len(cut.encode()) + 1
        kept += [cut] if cut else []
    return "_".join([*kept, last]) + tail


def _size(parts: Sequence[str]) -> int:
    return sum(len(part.encode()) + 1 for part in parts)


def _cut(text: str, size: int) -> str:
    """As many whole characters as fit in ``size`` bytes."""
    if len(text.encode()) > size:
        text = text.encode()[: max(size, 0)].decode(errors="ignore")
    return text.rstrip(". ")
