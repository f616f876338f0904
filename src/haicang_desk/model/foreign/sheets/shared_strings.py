"""Shared strings and number formats of an xlsx: what its cells refer to by index (ECMA-376 §18.4 and §18.8)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from haicang_desk.model.foreign.sheets.cell_grid import LONGEST_TEXT, text_cell
from haicang_desk.model.foreign.sheets.number_formats import (
    GENERAL,
    NumberFormat,
    builtin_format,
    day_of_1904,
    number_format,
)
from haicang_desk.model.foreign.sheets.plain_xml import PlainXml
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.foreign.sheets.xlsx_package import XlsxPackage, element_codes
from haicang_desk.model.foreign.sheets.zip_package import outline, taken, text_buffer, xml_parser

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_EMPTY = RawCell("text", "")
_TEXT, _ITEM, _PHONETIC, _TABLE = range(4)
_ELEMENTS = element_codes({"t": _TEXT, "si": _ITEM, "rPh": _PHONETIC, "sst": _TABLE})
_TABLE_TAG = re.compile(rb"<sst\b[^<>]*[^/<>]>")
_PLAIN_ITEM = re.compile(
    rb'<si><t(?: xml:space="preserve")?>([^<&\r]*)</t>(?:<phoneticPr(?: [A-Za-z]+="[^"<&]*")*/>)?</si>'
)


def unescaped(text: str) -> str:
    """Text with ``_x000D_`` replaced: the escape for characters that XML cannot hold (ECMA-376 §22.9.2.19)."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


@dataclass(slots=True)
class SharedStrings:
    """Shared strings by index, number formats by the index of a style, and the date system.

    ``plain`` are the indexes, as text, of styles under which a number is nothing but a number.
    """

    strings: list[RawCell] = field(default_factory=list)
    formats: list[NumberFormat] = field(default_factory=list)
    plain: frozenset[str] = frozenset()
    from_1904: bool = False

    def take_formats(self, formats: list[NumberFormat]) -> None:
        """Set the number formats by the index of a style."""
        self.formats = formats
        self.plain = frozenset(str(index) for index, shown in enumerate(formats) if shown.plain)

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

    def take(item: re.Match[bytes]) -> None:
        text = item[1].decode()
        strings.append(text_cell(unescaped(text)[:LONGEST_TEXT]) if text else _EMPTY)

    parser = xml_parser()
    plain = PlainXml(parser, _TABLE_TAG, _PLAIN_ITEM, b"</si>", take)
    pieces = text_buffer(parser)
    text, phonetic = "", False

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal text, phonetic
        code = _ELEMENTS.get(name)
        if code == _TEXT:
            pieces.clear()
        elif code == _ITEM:
            text = ""
        elif code == _TABLE:
            plain.entered = True
        elif code == _PHONETIC:
            phonetic = True

    def end(name: str) -> None:
        nonlocal text, phonetic
        code = _ELEMENTS.get(name)
        if code == _TEXT:
            if not phonetic and len(text) <= LONGEST_TEXT:
                text += taken(pieces)
        elif code == _ITEM:
            strings.append(text_cell(unescaped(text)[:LONGEST_TEXT]) if text else _EMPTY)
            plain.ended = True
        elif code == _PHONETIC:
            phonetic = False

    parser.StartElementHandler, parser.EndElementHandler = start, end
    with package.stream(part) as stream:
        plain.read(stream, count)
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
