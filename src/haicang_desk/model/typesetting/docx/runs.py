"""Words as runs: paragraphs of text, ticked boxes, and blanks as underlined spaces or tabs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import east_asian_width

from haicang_desk.model.blocks import Blank, Inline, Run, Tick, Words
from haicang_desk.model.typesetting.docx.ooxml import NOTHING, Xml, element, escaped, joined
from haicang_desk.model.typesetting.docx.styles import run_properties
from haicang_desk.model.typesetting.layout.lines import TypeStyle
from haicang_desk.model.typesetting.layout.text_sanitising import drawable

_EM, _EN = "\u3000", "\u2002"
_KEPT = "\xa0"  # spaces before it are not lost at a line's end
TAB = element("tab")


@dataclass(slots=True)
class ParagraphRuns:
    """One paragraph's runs, and how many blanks in it reach as far as there is room."""

    runs: Xml = NOTHING
    fillers: int = 0

    def add(self, run: Xml) -> None:
        self.runs = joined((self.runs, run))


def paragraph_runs(words: Words, type_: TypeStyle, base: TypeStyle, *, colour: str = "") -> list[ParagraphRuns]:
    """The paragraphs of the words, set in a type within a style's type. Raises Unprintable."""
    paragraphs = [ParagraphRuns()]
    for inline in words if isinstance(words, tuple) else (words,):
        if isinstance(inline, Blank):
            _add_blank(paragraphs[-1], inline, type_, base)
            continue
        text, set_in, underlined = _told(inline, type_)
        properties = run_properties(set_in, base, underlined=underlined, colour=colour)
        for count, line in enumerate(drawable(text).split("\n")):
            if count:
                paragraphs.append(ParagraphRuns())
            if line:
                paragraphs[-1].add(run(line, properties))
    return paragraphs


def run(text: str, properties: Xml = NOTHING) -> Xml:
    """A stretch of text, its spaces kept."""
    return element("r", properties, Xml(f'<w:t xml:space="preserve">{escaped(text)}</w:t>'))


def lines(texts: Iterable[str], properties: Xml = NOTHING) -> Xml:
    """Texts in lines of their own within one paragraph."""
    made: list[Xml] = []
    for text in texts:
        if made:
            made.append(element("r", element("br")))
        made.append(run(text, properties))
    return joined(made)


def width_in_characters(text: str) -> float:
    """How wide a text is in characters: Latin letters and digits take half of one."""
    return sum(1.0 if east_asian_width(run_properties) in "WFA" else 0.5 for run_properties in text)


def _told(inline: Inline, type_: TypeStyle) -> tuple[str, TypeStyle, bool]:
    if isinstance(inline, Run):
        set_in = type_ if inline.face is None else TypeStyle(inline.face, type_.size, type_.leading, type_.pitch)
        return inline.text, set_in, inline.underlined
    if isinstance(inline, Tick):
        return ("☑" if inline.chosen else "□") + inline.label, type_, False
    assert isinstance(inline, str)
    return inline, type_, False


def _add_blank(paragraph: ParagraphRuns, blank: Blank, type_: TypeStyle, base: TypeStyle) -> None:
    """A rule to write on, its text in the middle of it."""
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
    return _EM * (halves // 2) + _EN * (halves % 2)
