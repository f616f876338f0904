"""Words as one string of characters with their widths and fonts, a paragraph at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from haicang_desk.model.blocks import Blank, Face, Inline, Run, Tick, Words
from haicang_desk.model.typesetting.layout.text_sanitising import drawable
from haicang_desk.model.typesetting.pdf.font_set import CLOSING, OPENING, Font, FontSet, add_up

if TYPE_CHECKING:
    from haicang_desk.model.typesetting.layout.lines import TypeStyle

OBJECT = "\ufffc"  # stands in the string for a blank of a given width
FILLER = "\ufffd"  # stands for a blank as wide as there is room

_CLOSE, _OPEN = ("".join(sorted(marks)) for marks in (CLOSING, OPENING))
_MEETING = re.compile(f"[{_CLOSE}](?=[{_CLOSE}{_OPEN}])|[{_OPEN}](?=[{_OPEN}])")


@dataclass(frozen=True, slots=True)
class BlankText:
    """What is written on a blank: each stretch with its font and advance in points."""

    stretches: tuple[tuple[str, Font, float], ...]
    width: float


@dataclass(frozen=True, slots=True)
class TextSpan:
    """Characters from `start` to `end` of a text that are drawn alike."""

    start: int
    end: int
    font: Font
    underlined: bool = False
    blank: Blank | None = None
    inner: BlankText | None = None


@dataclass(slots=True)
class ParagraphText:
    """One paragraph: its characters, how far each advances in points, and how they are drawn.

    `whole` are stretches, from and to, that a line is not to part although their words would allow it;
    `closed` are marks that take half their width because they meet another.
    """

    chars: str = ""
    advances: list[float] = field(default_factory=list)
    spans: list[TextSpan] = field(default_factory=list)
    whole: list[tuple[int, int]] = field(default_factory=list)
    closed: frozenset[int] = frozenset()

    def font_at(self, at: int) -> Font:
        """The font of a character."""
        return next(span.font for span in self.spans if span.start <= at < span.end)


def paragraph_texts(words: Words, type_: TypeStyle, font_set: FontSet) -> list[ParagraphText]:
    """The paragraphs of the words. Raises Unprintable."""
    texts = [ParagraphText()]
    for inline in words if isinstance(words, tuple) else (words,):
        if isinstance(inline, Blank):
            _add_blank(texts[-1], inline, type_, font_set)
            continue
        string, face, underlined = _said(inline, type_.face)
        for count, part in enumerate(drawable(string).split("\n")):
            if count:
                texts.append(ParagraphText())
            start = len(texts[-1].chars)
            _add(texts[-1], part, face, underlined, type_, font_set)
            if isinstance(inline, Tick):
                texts[-1].whole.append((start, len(texts[-1].chars)))
    for text in texts:
        _close_up(text, type_)
    return texts


def _close_up(text: ParagraphText, type_: TypeStyle) -> None:
    """Take away the empty half between two marks that meet: ）。 and 》（ and （《."""
    empty = [meeting.start() + (meeting[0] in OPENING) for meeting in _MEETING.finditer(text.chars)]
    text.closed = frozenset(at for at in empty if text.font_at(at).squeezes(text.chars[at]))
    for at in text.closed:
        text.advances[at] -= type_.size / 2


def _said(inline: Inline, face: Face) -> tuple[str, Face, bool]:
    if isinstance(inline, Run):
        return inline.text, inline.face or face, inline.underlined
    if isinstance(inline, Tick):
        return ("☑" if inline.chosen else "□") + inline.label, face, False
    assert isinstance(inline, str)
    return inline, face, False


def _measured(string: str, face: Face, type_: TypeStyle, font_set: FontSet) -> Iterator[tuple[str, Font, list[float]]]:
    size, pitch = type_.size, type_.pitch
    for stretch, font in font_set.stretches(string, face):
        yield stretch, font, [width * size + pitch for width in map(font.em.__getitem__, stretch)]


def _add(text: ParagraphText, string: str, face: Face, underlined: bool, type_: TypeStyle, font_set: FontSet) -> None:
    for stretch, font, advances in _measured(string, face, type_, font_set):
        start = len(text.chars)
        text.chars += stretch
        text.advances += advances
        text.spans.append(TextSpan(start, start + len(stretch), font, underlined))


def _add_blank(text: ParagraphText, blank: Blank, type_: TypeStyle, font_set: FontSet) -> None:
    measured = _measured(drawable(blank.text).replace("\n", " "), type_.face, type_, font_set)
    stretches = tuple((string, font, add_up(advances)) for string, font, advances in measured if string)
    inner = BlankText(stretches, add_up(advance for _, _, advance in stretches))
    start, font = len(text.chars), font_set.chain(type_.face)[0]
    text.chars += OBJECT if blank.width else FILLER
    text.advances.append(max(blank.width * type_.size, inner.width))
    text.spans.append(TextSpan(start, start + 1, font, blank=blank, inner=inner if stretches else None))
