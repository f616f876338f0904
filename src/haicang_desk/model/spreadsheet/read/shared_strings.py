"""The lexicon of a workbook: the shared strings that its cells point to, and what their number formats mean."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from haicang_desk.model.spreadsheet.read.container import Container
from haicang_desk.model.spreadsheet.read.xml_parts import listen, outline, parser

LONGEST_TEXT = 40_000  # beyond Excel's 32,767; what is longer is cut here and then found too long for its field
DAYS_FROM_1904 = 1462
_CHUNK = 2**16
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^\]]*\]')  # of a number format: what is shown as it stands
_DATED = re.compile(r"[ymdhs]", re.IGNORECASE)
_DAYS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}

BytesRead = Callable[[int], None]  # called with the bytes read; may raise to stop


class RawCell(NamedTuple):
    """A cell as the file has it: ``form`` is text, number, percent, day, flag or fault."""

    form: str
    text: str


_EMPTY = RawCell("text", "")


class TextCollector:
    """Gathers the text of ``t`` and ``v`` elements, but not the readings (注音) beside it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length, self._on, self._reading = 0, False, False

    def start(self, *_: Any) -> None:
        self._on = not self._reading

    def end(self) -> None:
        self._on = False

    def start_reading(self, *_: Any) -> None:
        self._reading = True

    def end_reading(self) -> None:
        self._reading = False

    def more(self, text: str) -> None:
        if self._on and self._length <= LONGEST_TEXT:
            self._parts.append(text[:LONGEST_TEXT])
            self._length += len(text)

    def taken(self) -> str:
        if not self._parts:
            return ""
        whole = self._parts[0] if len(self._parts) == 1 else "".join(self._parts)
        self._parts, self._length = [], 0
        return whole


def unescaped(text: str) -> str:
    """``_x000D_`` is how a workbook writes characters that XML cannot hold (ECMA-376 §22.9.2.19)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


@dataclass(slots=True)
class SharedStrings:
    """Shared strings by index, the form of a number by its style, and whether days count from 1904."""

    strings: list[RawCell] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    from_1904: bool = False

    def number(self, text: str, style: int) -> RawCell:
        """A numeric cell: a number, a percentage or a day, as its style has it shown."""
        try:
            sound = abs(float(text)) < 1e300
        except ValueError:
            sound = False
        if not sound:
            return RawCell("text", text)
        form = self.forms[style] if style < len(self.forms) else "number"
        if form == "day" and self.from_1904:
            text = str(float(text) + DAYS_FROM_1904)
        return RawCell(form, text)

    def string(self, index: str) -> RawCell:
        place = int(index)
        if place < 0:
            raise IndexError(index)
        return self.strings[place]


def strings_of(container: Container, part: str, watch: BytesRead) -> list[RawCell]:
    found: list[RawCell] = []
    if part not in container.parts:
        return found
    text = TextCollector()

    def end_item() -> None:
        whole = text.taken()
        found.append(RawCell("text", unescaped(whole)) if whole else _EMPTY)

    made = parser()
    listen(
        made,
        {"t": text.start, "rPh": text.start_reading},
        {"t": text.end, "rPh": text.end_reading, "si": end_item},
    )
    made.CharacterDataHandler = text.more
    with container.stream(part) as stream:
        while chunk := stream.read(_CHUNK):
            made.Parse(chunk, False)
            watch(len(chunk))
        made.Parse(b"", True)
    return found


def forms_of(container: Container, part: str) -> list[str]:
    """What a number is by its style: day, percent or number."""
    if part not in container.parts:
        return []
    codes: dict[int, str] = {}
    styles: list[str] = []
    for parent, tag, said in outline(container.read(part)):
        if parent == "numFmts" and tag == "numFmt":
            codes[int(said["numFmtId"])] = said.get("formatCode", "")
        elif parent == "cellXfs" and tag == "xf":
            styles.append(said.get("numFmtId", "0"))
    return [_form(int(style), codes) for style in styles]


def _form(style: int, codes: dict[int, str]) -> str:
    """By the built-in numbers of ECMA-376 §18.8.30, those of Chinese Excel included, else by the code spelt out."""
    code = _LITERAL.sub("", codes.get(style, ""))
    if style in _DAYS or _DATED.search(code):
        return "day"
    return "percent" if style in (9, 10) or "%" in code else "number"
