"""Cleans a stored text for printing: removes invisible characters and refuses unprintable ones.

Removed, because they have neither shape nor meaning on paper: zero-width spaces and joiners, soft
hyphens, byte order marks, implicit direction marks, and variation selectors (a name is printed in
the ordinary form of its character). Line ends of every system become "\\n"; a tab becomes a space.
Refused: control characters, bidirectional overrides (the screen would show another text than the
paper), unpaired surrogates, and code points that are not characters.
"""

from __future__ import annotations

import re

from haicang_desk.model.values import Refused

_ODD = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\U0001bca0-\U0001bca3\U000e0000-\U0010ffff]"
)
_LINE_END = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_DROPPED = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2065\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\U0001bca0-\U0001bca3\U000e0100-\U000e01ef]"
)


class Unprintable(Refused):
    """Raised when no font has a character of a text, or when the character is refused on paper.

    `character` is the character, `text` the whole string. The caller who composes the document adds
    the record and field with :meth:`within`.
    """

    def __init__(self, character: str, text: str, where: str = "") -> None:
        self.character, self.text, self.where = character, text, where
        shown = character if character.isprintable() else ""
        name = f"“{shown}”（U+{ord(character):04X}）" if shown else f"看不见的字符 U+{ord(character):04X}"
        place = f"{where}中的" if where else ""
        excerpt = text if len(text) <= 20 else _around(text, character)
        excerpt = "".join(c if c.isprintable() else "□" for c in excerpt)
        super().__init__(
            f"{place}“{excerpt}”含有{name}，现有字体印不出来；请改用通用的字，或在设置中加入有这个字的字体"
        )

    def within(self, where: str) -> Unprintable:
        """The same error, naming the record and field of the text."""
        return Unprintable(self.character, self.text, where)


def drawable(text: str) -> str:
    """The text as it is printed, its lines separated by newlines. Raises Unprintable."""
    if not _ODD.search(text):
        return text
    drawn = _DROPPED.sub("", _LINE_END.sub("\n", text)).replace("\t", " ")
    if odd := _ODD.search(drawn):
        raise Unprintable(odd.group(), text)
    return drawn


def _around(text: str, character: str) -> str:
    """An excerpt of the text, eight characters on either side of the character."""
    at = max(0, text.find(character))
    return f"{'…' if at > 8 else ''}{text[max(0, at - 8) : at + 9]}{'…' if at + 9 < len(text) else ''}"
