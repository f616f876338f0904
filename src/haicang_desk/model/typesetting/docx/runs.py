"""Inline content as runs of WordprocessingML; blanks become underlined spaces or tabs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from unicodedata import east_asian_width

from haicang_desk.model.blocks import Blank, Words
from haicang_desk.model.typesetting.docx.ooxml import NOTHING, Xml, element, escaped, joined
from haicang_desk.model.typesetting.docx.styles import run_properties
from haicang_desk.model.typesetting.layout.inline_runs import inline_parts
from haicang_desk.model.typesetting.layout.measures import TypeStyle
from haicang_desk.model.typesetting.layout.text_sanitising import drawable

_EM, _EN = "\u3000", "\u2002"
_KEPT = "\xa0"  # keeps the spaces before it at the end of a line
TAB = element("tab")


@dataclass(slots=True)
class ParagraphRuns:
    """The runs of one paragraph, and the number of blanks in it that fill the rest of the line."""

    runs: Xml = NOTHING
    fillers: int = 0

    def add(self, run: Xml) -> None:
        """Append a run."""
        self.runs = joined((self.runs, run))


def paragraph_runs(words: Words, type_: TypeStyle, base: TypeStyle, *, colour: str = "") -> list[ParagraphRuns]:
    """The paragraphs of the words in a type; `base` is the type of their style. Raises Unprintable."""
    paragraphs = [ParagraphRuns()]
    for inline in words if isinstance(words, tuple) else (words,):
        if isinstance(inline, Blank):
            _add_blank(paragraphs[-1], inline, type_, base)
            continue
        text, face, underlined = inline_parts(inline, type_.face)
        properties = run_properties(replace(type_, face=face), base, underlined=underlined, colour=colour)
        for count, line in enumerate(drawable(text).split("\n")):
            if count:
                paragraphs.append(ParagraphRuns())
            if line:
                paragraphs[-1].add(run(line, properties))
    return paragraphs


def run(text: str, properties: Xml = NOTHING) -> Xml:
    """A run of text with its spaces preserved."""
    return element("r", properties, Xml(f'<w:t xml:space="preserve">{escaped(text)}</w:t>'))


def lines(texts: Iterable[str], properties: Xml = NOTHING) -> Xml:
    """Runs separated by line breaks within one paragraph."""
    made: list[Xml] = []
    for text in texts:
        if made:
            made.append(element("r", element("br")))
        made.append(run(text, properties))
    return joined(made)


def width_in_characters(text: str) -> float:
    """The width of a text in characters; Latin letters and digits count half."""
    return sum(1.0 if east_asian_width(run_properties) in "WFA" else 0.5 for run_properties in text)


def _add_blank(paragraph: ParagraphRuns, blank: Blank, type_: TypeStyle, base: TypeStyle) -> None:
    """Add a rule to write on with its text centred."""
    properties = run_properties(type_, base, underlined=True)
    text = drawable(blank.text).replace("\n", " ")
    if not blank.width:
        paragraph.fillers += 1
        paragraph.add(run(text, properties) if text else NOTHING)
        paragraph.add(element("r", properties, TAB))
        return
    room = max(0, round(2 * (blank.width - width_in_characters(text))))
    left, right = (room // 2, room - room // 2) if text else (room, 0)
    paragraph.add(run(_spaces(left) + text + _spaces(right) + _KEPT, properties))


def _spaces(halves: int) -> str:
    """Spaces of so many half characters."""
    return _EM * (halves // 2) + _EN * (halves % 2)
