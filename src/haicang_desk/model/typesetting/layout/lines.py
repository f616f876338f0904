"""Sets text in lines: measures, breaks and justifies it. All lengths are in points.

One of two adjacent punctuation marks is set in half its width, and so is an opening mark at the head of a line. A line
that is slightly too long has a mark at its end set in half its width, then all its marks squeezed alike. The remaining
space is distributed evenly between the characters; letters and digits of one word or number are not moved apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from haicang_desk.model.blocks import Align, Words
from haicang_desk.model.typesetting.layout.inline_runs import FILLER, ParagraphText, TextSpan, paragraph_texts
from haicang_desk.model.typesetting.layout.line_breaking import TIGHT, LineRange, Measure, break_lines
from haicang_desk.model.typesetting.layout.measures import TypeStyle, add_up
from haicang_desk.model.typesetting.pdf.font_set import CLOSING, HALF, Font, FontSet

_MOST_KEPT = 4096  # cached results for equal words, type and width: the same labels recur on every form
_WIDEST = 0.3  # of the type size: more space between characters than this would break up the line


class GlyphRun(NamedTuple):
    """Characters drawn with one font from `x` on, each followed by `spacing`, except between `parts`."""

    x: float
    font: Font
    parts: tuple[str, ...]
    spacing: float


class Line(NamedTuple):
    """One line, ready to draw. `rules` are (from x, to x) of rules under the text."""

    pieces: tuple[GlyphRun, ...]
    type: TypeStyle
    rules: tuple[tuple[float, float], ...]
    left: float
    right: float

    @property
    def text(self) -> str:
        """The characters of the line, half-width marks mapped back to the stored ones."""
        drawn = "".join("".join(piece.parts) for piece in self.pieces)
        return "".join(chr(ord(c) - HALF) if ord(c) >= HALF else c for c in drawn)


@lru_cache(_MOST_KEPT)
def lines(
    words: Words, type_: TypeStyle, width: float, font_set: FontSet, *, align: Align = Align.LEFT, indent: float = 0
) -> tuple[Line, ...]:
    """Set words in lines of `width` points, the first of each paragraph indented by `indent` characters."""
    inset = indent * (type_.size + type_.pitch)
    flush = align in (Align.JUSTIFIED, Align.LEFT)
    measure = Measure(width, inset, type_.size, align is Align.JUSTIFIED, align is Align.CENTRE, flush)
    return tuple(line for text in paragraph_texts(words, type_, font_set) for line in _set(text, type_, measure, align))


def natural_width(words: Words, type_: TypeStyle, font_set: FontSet) -> float:
    """The width of the longest line of the words if no line is broken."""
    return max((add_up(text.advances) for text in paragraph_texts(words, type_, font_set)), default=0.0)


def _set(text: ParagraphText, type_: TypeStyle, measure: Measure, align: Align) -> Iterator[Line]:
    """The lines of one paragraph, moved to their place for the alignment."""
    for part in break_lines(text, measure):
        inset = measure.inset if part.start == 0 else 0.0
        room = measure.width - inset
        justified = align is Align.JUSTIFIED and not part.last
        line = _Setter(text, type_, part).set(room if justified else None, room)
        if align in (Align.CENTRE, Align.RIGHT):
            inset += (room - line.right) / (2 if align is Align.CENTRE else 1)
        yield shifted(line, inset) if inset else line


def shifted(line: Line, by: float) -> Line:
    """The line moved right by so many points."""
    pieces = tuple(piece._replace(x=piece.x + by) for piece in line.pieces)
    rules = tuple((left + by, right + by) for left, right in line.rules)
    return Line(pieces, line.type, rules, line.left + by, line.right + by)


class _Setter:
    """Builds one line from the spans of a paragraph."""

    def __init__(self, text: ParagraphText, type_: TypeStyle, part: LineRange) -> None:
        self._text, self._type, self._part = text, type_, part
        self._pieces: list[GlyphRun] = []
        self._rules: list[tuple[float, float]] = []

    def set(self, target: float | None, room: float) -> Line:
        """The line, spread to `target` points; None: not justified."""
        text, type_, part = self._text, self._type, self._part
        start, end = part.start, part.end
        lost = len(part.halved) * type_.size / 2 + len(part.squeezed) * part.by
        natural = add_up(text.advances[start:end]) - lost
        extra = self._share(start, end, (target or natural) - natural)
        x = 0.0
        for span in text.spans:
            if span.end <= start or span.start >= end:
                continue
            first, past = max(span.start, start), min(span.end, end)
            if span.blank is not None:
                fillers = text.chars[start:end].count(FILLER)
                x = self._blank(span, x, max(0.0, room - natural) / max(1, fillers))
                continue
            x, begun = self._pieces_of(span, first, past, x, extra), x
            if span.underlined:
                self._rules.append((begun, x))
            if past < end and not self._tight(past):
                x += extra
        return Line(tuple(self._pieces), type_, tuple(self._rules), 0.0, x)

    def _share(self, start: int, end: int, lacking: float) -> float:
        """The space added between two characters so that the line becomes `lacking` points longer."""
        gaps = end - start - 1 - len(TIGHT.findall(self._text.chars[start:end]))
        share = lacking / gaps if gaps > 0 and lacking > 0 else 0.0
        return share if share <= _WIDEST * self._type.size else 0.0

    def _tight(self, at: int) -> bool:
        """Whether no space may be added before the character at an index."""
        return bool(TIGHT.match(self._text.chars, at))

    def _pieces_of(self, span: TextSpan, first: int, past: int, x: float, extra: float) -> float:
        """Add the characters of a span at x, in one piece between every two squeezed marks. Returns the new x.

        A closing mark loses some of the width behind it, an opening one some of that before it.
        """
        by = self._part.by
        for at in self._part.squeezed if by else ():
            if first <= at < past:
                cut = at + (self._text.chars[at] in CLOSING)
                x = (self._piece(span, first, cut, x, extra) if cut > first else x) - by
                first = cut
        return self._piece(span, first, past, x, extra) if past > first else x

    def _piece(self, span: TextSpan, first: int, past: int, x: float, extra: float) -> float:
        """Add the characters of a span at x, each followed by `extra` points. Returns the new x."""
        chars, size, pitch = self._text.chars[first:past], self._type.size, self._type.pitch
        halved = [at for at in self._part.halved if first <= at < past]
        closed = [*halved, *(at for at in self._text.closed if first <= at < past)]
        if closed:
            marked = list(chars)
            for at in closed:
                marked[at - first] = chr(ord(marked[at - first]) + HALF)
            chars = "".join(marked)
        parts = tuple(TIGHT.split(chars)) if extra else (chars,)
        self._pieces.append(GlyphRun(x, span.font, parts, pitch + extra))
        advance = add_up(self._text.advances[first:past]) - len(halved) * size / 2
        return x + advance + extra * (past - first - len(parts))

    def _blank(self, span: TextSpan, x: float, share: float) -> float:
        """Add a rule to write on with its text centred; `share` is the width of a filling blank. Returns the new x."""
        blank, type_ = span.blank, self._type
        assert blank is not None
        width = blank.width * type_.size if blank.width else max(share, type_.size)
        x_text = x + max(0.0, (width - span.inner.width) / 2) if span.inner else x
        if span.inner:
            width = max(width, span.inner.width)
            for string, font, advance in span.inner.stretches:
                self._pieces.append(GlyphRun(x_text, font, (string,), type_.pitch))
                x_text += advance
        self._rules.append((x, x + width))
        return x + width
