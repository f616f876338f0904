"""What of a stored text is drawn: characters without a look of their own, and those that may not pass.

Dropped, for they have no look and no meaning on paper: zero-width spaces and joiners, soft
hyphens, byte order marks, marks of direction that only guide a screen, and variation selectors
(a name is printed in the ordinary form of its character). Line ends of every system are one; a
tab is a space. Refused: control characters, characters that turn the direction of others (what is
read on a screen would not be what is printed), halves of a pair, and code points that are no
characters.
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
    """No font here has a character of a text, or it may not stand on paper.

    `character` is the character, `text` the whole string it stands in; who composes the document
    says by :meth:`within` which record and field that string is from.
    """

    def __init__(self, character: str, text: str, where: str = "") -> None:
        self.character, self.text, self.where = character, text, where
        shown = character if character.isprintable() else ""
        name = f"“{shown}”（U+{ord(character):04X}）" if shown else f"看不见的字符 U+{ord(character):04X}"
        place = f"{where}中的" if where else ""
        held = text if len(text) <= 20 else _around(text, character)
        held = "".join(c if c.isprintable() else "□" for c in held)
        super().__init__(f"{place}“{held}”含有{name}，现有字体印不出来；请改用通用的字，或在设置中加入有这个字的字体")

    def within(self, where: str) -> Unprintable:
        """The same, with the record and field it was met in."""
        return Unprintable(self.character, self.text, where)


def drawable(text: str) -> str:
    """The text as it is drawn, in lines parted by newlines. Raises Unprintable."""
    if not _ODD.search(text):
        return text
    drawn = _DROPPED.sub("", _LINE_END.sub("\n", text)).replace("\t", " ")
    if odd := _ODD.search(drawn):
        raise Unprintable(odd.group(), text)
    return drawn


def _around(text: str, character: str) -> str:
    at = max(0, text.find(character))
    return f"{'…' if at > 8 else ''}{text[max(0, at - 8) : at + 9]}{'…' if at + 9 < len(text) else ''}"
