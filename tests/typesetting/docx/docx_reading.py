"""Reads a DOCX file back: its parts, its text in order, and the expected text of blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

from haicang_desk.model import blocks as b
from haicang_desk.model.blocks import cell_spans_of
from haicang_desk.model.typesetting.layout.letter_parts import letter_date

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def parts(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def part(data: bytes, name: str = "word/document.xml") -> Element:
    return fromstring(parts(data)[name])


def every(root: Element, name: str) -> list[Element]:
    return list(root.iter(W + name))


def value(element: Element, key: str = "val") -> str | None:
    return element.get(W + key)


def said_by(element: Element) -> str:
    return "".join(text.text or "" for text in element.iter(W + "t"))


def solid(text: str) -> str:
    """The text without spaces, of which blanks are made."""
    return re.sub(r"\s+", "", text)


def in_order(data: bytes, texts: Iterator[str]) -> list[str]:
    """The expected texts that the file does not have in this order."""
    body, at, missing = solid(said_by(part(data))), 0, []
    for text in texts:
        found = body.find(solid(text), at)
        if found < 0:
            missing.append(text)
        else:
            at = found + len(solid(text))
    return missing


def spoken(block: Any) -> Iterator[str]:
    """The texts of a block in reading order."""
    match block:
        case b.Masthead(office, number, signer):
            yield from (office, number, f"签发人：{signer}" if signer and not block.letterhead else "")
        case b.Title(text, below):
            yield from (text, below)
        case b.Heading(words) | b.Para(words) | b.Note(words):
            yield from lines(words)
        case b.Addressee(office):
            yield office
        case b.Across(items):
            yield from (line for words in items for line in lines(words))
        case b.Grid():
            yield from of_table(block)
        case b.Attachments(names):
            yield from names
        case b.Annex(number):
            yield f"附件{number or ''}"
        case b.QrCode():
            yield block.caption
        case b.Seal(office, on):
            if block.beside:
                yield block.beside.caption
            yield from (*office.split("\n"), letter_date(on))
        case b.Annotation(text):
            yield f"（{text}）"
        case b.Colophon(copies, printer):
            yield from (copies, printer)
        case b.Signatures(columns):
            yield from (line for column in columns for words in column for line in lines(words))
        case b.Picture():
            yield block.caption
        case b.Pictures(pictures):
            yield from (picture.caption for picture in pictures)
        case b.Chart(lanes, boxes):
            yield from (*lanes, *(box.text for box in boxes))
        case b.KeepTogether(inner):
            yield from (text for one in inner for text in spoken(one))
        case b.Gap() | b.PageBreak():
            return
        case _:
            raise TypeError(block)


def of_table(block: b.Grid) -> Iterator[str]:
    """The unit, then row by row the texts of the cells, and after them their signature lines."""
    yield block.unit
    placed = list(cell_spans_of(block))
    for row in range(len(block.rows)):
        for place in placed:
            if place.row == row:
                yield from lines(place.cell.words)
        for place in sorted((p for p in placed if p.past_row - 1 == row), key=lambda p: p.column):
            yield from (line for words in place.cell.foot for line in lines(words))


def lines(words: b.Words) -> Iterator[str]:
    told = "".join(_inline(one) for one in (words if isinstance(words, tuple) else (words,)))
    yield from told.split("\n")


def _inline(one: b.Inline) -> str:
    match one:
        case b.Tick(label, chosen):
            return ("☑" if chosen else "□") + label
        case b.Run(text) | b.Blank(_, text):
            return text
        case _:
            return str(one)
