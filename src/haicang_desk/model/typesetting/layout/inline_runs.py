"""Inline content as measured text: the characters of a paragraph with their advances and fonts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from haicang_desk.model.blocks import Blank, Face, Inline, Run, Tick, Words
from haicang_desk.model.typesetting.layout.measures import TypeStyle, add_up
from haicang_desk.model.typesetting.layout.text_sanitising import drawable
from haicang_desk.model.typesetting.pdf.font_set import CLOSING, OPENING, Font, FontSet

OBJECT = "\ufffc"  # represents a blank of a fixed width in the string
FILLER = "\ufffd"  # represents a blank that fills the rest of the line

_CLOSE, _OPEN = ("".join(sorted(marks)) for marks in (CLOSING, OPENING))
_DATE = re.compile("[0-9]{4}年[0-9]{1,2}月(?:[0-9]{1,2}日)?|[0-9]{1,2}月[0-9]{1,2}日")
_MEETING = re.compile(f"[{_CLOSE}](?=[{_CLOSE}{_OPEN}])|[{_OPEN}](?=[{_OPEN}])")


@dataclass(frozen=True, slots=True)
class BlankText:
    """Text on a blank: pairs of text and font with their advance in points, and the total width."""

    stretches: tuple[tuple[str, Font, float], ...]
    width: float


@dataclass(frozen=True, slots=True)
class TextSpan:
    """The characters from `start` to `end` (exclusive) of a paragraph, drawn with one font."""

    start: int
    end: int
    font: Font
    underlined: bool = False
    blank: Blank | None = None
    inner: BlankText | None = None


@dataclass(slots=True)
class ParagraphText:
    """One paragraph: its characters, the advance of each in points, and the fonts they are drawn with.

    `whole` are ranges (from, to) in which no line break is allowed. `closed` are the indices of
    punctuation marks set in half their width because another mark stands next to them.
    """

    chars: str = ""
    advances: list[float] = field(default_factory=list)
    spans: list[TextSpan] = field(default_factory=list)
    whole: list[tuple[int, int]] = field(default_factory=list)
    closed: frozenset[int] = frozenset()

    def font_at(self, at: int) -> Font:
        """The font of the character at an index."""
        return next(span.font for span in self.spans if span.start <= at < span.end)


def paragraph_texts(words: Words, type_: TypeStyle, font_set: FontSet) -> list[ParagraphText]:
    """Measure the words, one ParagraphText for each line of theirs. Raises Unprintable."""
    texts = [ParagraphText()]
    for inline in words if isinstance(words, tuple) else (words,):
        if isinstance(inline, Blank):
            _add_blank(texts[-1], inline, type_, font_set)
            continue
        string, face, underlined = inline_parts(inline, type_.face)
        for count, part in enumerate(drawable(string).split("\n")):
            if count:
                texts.append(ParagraphText())
            start = len(texts[-1].chars)
            _add(texts[-1], part, face, underlined, type_, font_set)
            if isinstance(inline, Tick):
                texts[-1].whole.append((start, len(texts[-1].chars)))
    for text in texts:
        _close_up(text, type_)
        if "月" in text.chars:
            text.whole += [match.span() for match in _DATE.finditer(text.chars)]
    return texts


def _close_up(text: ParagraphText, type_: TypeStyle) -> None:
    """Set one of two adjacent marks in half its width: ）。 and 》（ and （《."""
    empty = [meeting.start() + (meeting[0] in OPENING) for meeting in _MEETING.finditer(text.chars)]
    text.closed = frozenset(at for at in empty if text.font_at(at).squeezes(text.chars[at]))
    for at in text.closed:
        text.advances[at] -= type_.size / 2


def inline_parts(inline: Inline, face: Face) -> tuple[str, Face, bool]:
    """The text of an inline element, its typeface, and whether it is underlined."""
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
