"""Shared strings and number formats of an xlsx: what its cells refer to by index (ECMA-376 §18.4 and §18.8)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from haicang_desk.model.spreadsheet.cell_values import RawCell
from haicang_desk.model.spreadsheet.read.cell_grid import LONGEST_TEXT, text_cell
from haicang_desk.model.spreadsheet.read.number_formats import (
    GENERAL,
    NumberFormat,
    builtin_format,
    day_of_1904,
    number_format,
)
from haicang_desk.model.spreadsheet.read.xlsx_package import XlsxPackage, set_handlers
from haicang_desk.model.spreadsheet.read.zip_package import outline, parse_stream, xml_parser

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_EMPTY = RawCell("text", "")


class TextCollector:
    """Gathers the text of ``t`` and ``v`` elements from expat's events, without phonetic runs (``rPh``)."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length, self._inside, self._phonetic = 0, False, False

    def start(self, *_: Any) -> None:
        """A ``t`` or ``v`` begins."""
        self._inside = not self._phonetic

    def end(self) -> None:
        """A ``t`` or ``v`` ends."""
        self._inside = False

    def start_phonetic(self, *_: Any) -> None:
        """A phonetic run begins."""
        self._phonetic = True

    def end_phonetic(self) -> None:
        """A phonetic run ends."""
        self._phonetic = False

    def add(self, text: str) -> None:
        """Character data, kept up to LONGEST_TEXT in all."""
        if self._inside and self._length <= LONGEST_TEXT:
            self._parts.append(text[:LONGEST_TEXT])
            self._length += len(text)

    def take(self) -> str:
        """The text gathered since the last call."""
        if not self._parts:
            return ""
        text = self._parts[0] if len(self._parts) == 1 else "".join(self._parts)
        self._parts, self._length = [], 0
        return text


def unescaped(text: str) -> str:
    """Text with ``_x000D_`` replaced: the escape for characters that XML cannot hold (ECMA-376 §22.9.2.19)."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


@dataclass(slots=True)
class SharedStrings:
    """Shared strings by index, number formats by the index of a style, and the date system."""

    strings: list[RawCell] = field(default_factory=list)
    formats: list[NumberFormat] = field(default_factory=list)
    from_1904: bool = False

    def number(self, text: str, style: int) -> RawCell:
        """A numeric cell: a number, a percentage or a day, by its style. Text that is no finite number stays text."""
        try:
            value = float(text)
        except ValueError:
            return RawCell("text", text)
        if not abs(value) < 1e300:
            return RawCell("text", text)
        shown = self.formats[style] if style < len(self.formats) else GENERAL
        if shown.plain:
            return RawCell("number", text)
        cell = shown.cell(text, value)
        return day_of_1904(cell) if self.from_1904 and cell.form == "day" else cell

    def string(self, index: str) -> RawCell:
        """The cell of a shared string. Raises IndexError or ValueError for an index that is not there."""
        position = int(index)
        if position < 0:
            raise IndexError(index)
        return self.strings[position]


def read_strings(package: XlsxPackage, part: str, count: Callable[[int], None]) -> list[RawCell]:
    """The shared strings in order; none where the part is missing. ``count`` gets the bytes read, may raise to stop."""
    strings: list[RawCell] = []
    if part not in package.parts:
        return strings
    text = TextCollector()

    def end_item() -> None:
        content = text.take()
        strings.append(text_cell(unescaped(content)) if content else _EMPTY)

    parser = xml_parser()
    set_handlers(
        parser,
        {"t": text.start, "rPh": text.start_phonetic},
        {"t": text.end, "rPh": text.end_phonetic, "si": end_item},
    )
    parser.CharacterDataHandler = text.add
    with package.stream(part) as stream:
        parse_stream(parser, stream, count)
    return strings


def read_formats(package: XlsxPackage, part: str) -> list[NumberFormat]:
    """Number formats by the index of a style; none where the part is missing."""
    if part not in package.parts:
        return []
    codes: dict[int, str] = {}
    styles: list[int] = []
    for parent, tag, attributes in outline(package.read(part)):
        if parent == "numFmts" and tag == "numFmt":
            codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif parent == "cellXfs" and tag == "xf":
            styles.append(int(attributes.get("numFmtId", "0")))
    return [number_format(codes[style]) if codes.get(style) else builtin_format(style) for style in styles]
