"""Inline content: plain text, runs in another typeface, blanks to write on, and tick boxes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum


class Face(Enum):
    """A typeface by its role. The font file for each role is chosen by `typesetting.pdf.font_set`."""

    SONG = "song"  # forms, tables, page numbers
    FANG = "fang"  # the body of letters
    HEI = "hei"  # first-level headings, emphasised labels
    KAI = "kai"  # second-level headings
    TITLE = "title"  # 小标宋: titles


class Align(Enum):
    """Horizontal alignment of text."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    JUSTIFIED = "justified"


@dataclass(frozen=True, slots=True)
class Run:
    """Text in another typeface than its surroundings (None: the same), or underlined."""

    text: str
    face: Face | None = None
    underlined: bool = False


@dataclass(frozen=True, slots=True)
class Blank:
    """A ruled line to write on, `width` characters wide (0: to the end of the line), with optional text on it."""

    width: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick box, ☑ or □, and its label; a line is never broken between the two."""

    label: str
    chosen: bool = False


Inline = str | Run | Blank | Tick
Words = str | Run | Blank | Tick | tuple[Inline, ...]


def ticks(options: Iterable[str], chosen: str | Collection[str] = ()) -> tuple[Inline, ...]:
    """The tick boxes of one question, separated by full-width spaces, with the `chosen` ones ticked."""
    picked = (chosen,) if isinstance(chosen, str) else chosen
    row: list[Inline] = []
    for option in options:
        row += [*(["　"] if row else []), Tick(option, option in picked)]
    return tuple(row)
