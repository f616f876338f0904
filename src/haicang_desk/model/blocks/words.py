"""Words: plain text with the few things that may stand among it on paper."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum


class Face(Enum):
    """A typeface by its part in the document; which font plays it is the writer's affair."""

    SONG = "song"  # forms, tables, page numbers
    FANG = "fang"  # the body of letters
    HEI = "hei"  # first-level headings, labels that must stand out
    KAI = "kai"  # second-level headings
    TITLE = "title"  # 小标宋, titles


class Align(Enum):
    """Where a line stands between its edges."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    JUSTIFIED = "justified"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in a face other than its surroundings'."""

    text: str
    face: Face | None = None
    underlined: bool = False


@dataclass(frozen=True, slots=True)
class Blank:
    """A ruled line to write on, perhaps with text already on it, so many characters wide (0: to the line's end)."""

    width: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """One choice: ☑ or □ and its label, which stays with its box."""

    label: str
    chosen: bool = False


Inline = str | Run | Blank | Tick
Words = str | Run | Blank | Tick | tuple[Inline, ...]


def ticks(options: Iterable[str], chosen: str | Collection[str] = ()) -> tuple[Inline, ...]:
    """The choices of one question in a row, those `chosen` ticked."""
    picked = (chosen,) if isinstance(chosen, str) else chosen
    row: list[Inline] = []
    for option in options:
        row += [*(["　"] if row else []), Tick(option, option in picked)]
    return tuple(row)
