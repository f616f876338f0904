"""Words as runs: paragraphs of text, ticked boxes, and blanks as underlined spaces or tabs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import east_asian_width

from haicang_desk.model.blocks import Blank, Inline, Run, Tick, Words
from haicang_desk.model.typesetting.docx.styles import character
from haicang_desk.model.typesetting.docx.wordprocessing_xml import NOTHING, Xml, element, joined, said
from haicang_desk.model.typesetting.layout.lines import Type
from haicang_desk.model.typesetting.layout.text_sanitising import drawable

_EM, _EN = "\u3000", "\u2002"
_KEPT = "\xa0"  # spaces before it are not lost at a line's end
TAB = element("tab")


@dataclass(slots=True)
class Said:
    """One paragraph's runs, and how many blanks in it reach as far as there is room."""

    runs: Xml = NOTHING
    fillers: int = 0

    def add(self, run: Xml) -> None:
        self.runs = joined((self.runs, run))


def spoken(words: Words, type_: Type, base: Type, *, colour: str = "") -> list[Said]:
    """The paragraphs of the words, set in a type within a style's type. Raises Unprintable."""
    paragraphs = [Said()]
    for inline in words if isinstance(words, tuple) else (words,):
        if isinstance(inline, Blank):
            _add_blank(paragraphs[-1], inline, type_, base)
            continue
        text, set_in, underlined = _told(inline, type_)
        properties = character(set_in, base, underlined=underlined, colour=colour)
        for count, line in enumerate(drawable(text).split("\n")):
            if count:
                paragraphs.append(Said())
            if line:
                paragraphs[-1].add(run(line, properties))
    return paragraphs


def run(text: str, properties: Xml = NOTHING) -> Xml:
    """A stretch of text, its spaces kept."""
    return element("r", properties, Xml(f'<w:t xml:space="preserve">{said(text)}</w:t>'))


def lines(texts: Iterable[str], properties: Xml = NOTHING) -> Xml:
    """Texts in lines of their own within one paragraph."""
    made: list[Xml] = []
    for text in texts:
        if made:
            made.append(element("r", element("br")))
        made.append(run(text, properties))
    return joined(made)


def ems(text: str) -> float:
    """How wide a text is in characters: Latin letters and digits take half of one."""
    return sum(1.0 if east_asian_width(character) in "WFA" else 0.5 for character in text)


def _told(inline: Inline, type_: Type) -> tuple[str, Type, bool]:
    if isinstance(inline, Run):
        set_in = type_ if inline.face is None else Type(inline.face, type_.size, type_.leading, type_.pitch)
        return inline.text, set_in, inline.underlined
    if isinstance(inline, Tick):
        return ("☑" if inline.chosen else "□") + inline.label, type_, False
    assert isinstance(inline, str)
    return inline, type_, False


def _add_blank(paragraph: Said, blank: Blank, type_: Type, base: Type) -> None:
    """A rule to write on, its text in the middle of it."""
    properties = character(type_, base, underlined=True)
    text = drawable(blank.text).replace("\n", " ")
    if not blank.width:
        paragraph.fillers += 1
        paragraph.add(run(text, properties) if text else NOTHING)
        paragraph.add(element("r", properties, TAB))
        return
    room = max(0, round(2 * (blank.width - ems(text))))
    left, right = (room // 2, room - room // 2) if text else (room, 0)
    paragraph.add(run(_spaces(left) + text + _spaces(right) + _KEPT, properties))


def _spaces(halves: int) -> str:
    return _EM * (halves // 2) + _EN * (halves % 2)
