"""An xlsx with its faulty cells coloured and the reasons in a last column. Runs in the limited process.

The XML of the workbook is patched where it differs and every other byte is left as it is: a library that reads and
saves the workbook would lose pictures and the results of formulas.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from haicang_desk.model.foreign.sheets.xlsx_package import XlsxPackage, open_xlsx
from haicang_desk.model.foreign.sheets.xlsx_sheets import XlsxSheets
from haicang_desk.model.foreign.sheets.xml_patch import CellRef, SheetMap, apply_edits, tag_with
from haicang_desk.model.foreign.sheets.zip_package import damage_refused

_FILL = b'<{0}fill><{0}patternFill patternType="solid"><{0}fgColor rgb="FFFFC7CE"/></{0}patternFill></{0}fill>'


@dataclass(frozen=True, slots=True)
class MarkedSheet:
    """What is marked in one sheet: texts by row for the column ``own``, and the cells to colour.

    ``header`` is the row of the headings; ``again`` says that the column is there from an earlier import. The texts are
    escaped for XML already.
    """

    title: str
    header: int
    own: int
    again: bool
    notes: Mapping[int, str]
    bad: frozenset[CellRef]

    def as_json(self) -> dict[str, Any]:
        """Plain data, for the pipe."""
        return {
            "title": self.title,
            "header": self.header,
            "own": self.own,
            "again": self.again,
            "notes": list(self.notes.items()),
            "bad": sorted(self.bad),
        }

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> MarkedSheet:
        """The sheet that ``as_json`` tells of."""
        notes, bad = dict(told["notes"]), frozenset((row, column) for row, column in told["bad"])
        return cls(told["title"], told["header"], told["own"], told["again"], notes, bad)


def mark(content: bytes, name: str, titles: Sequence[str] | None, sheets: Sequence[MarkedSheet]) -> bytes:
    """The content of the marked workbook. ``titles`` name its sheets in their order where its own are others.

    Raises Refused for a workbook that cannot be read.
    """
    out = io.BytesIO()
    with open_xlsx(content, name) as package, damage_refused(name):
        entries = XlsxSheets(package).entries
        named = zip(titles, entries, strict=True) if titles is not None else ((e.title, e) for e in entries)
        edited = _edited(package, {title: entry.part for title, entry in named}, sheets)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for part, info in package.parts.items():
                target.writestr(info, edited.get(part) or package.read(part), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _edited(package: XlsxPackage, parts: Mapping[str, str], sheets: Sequence[MarkedSheet]) -> dict[str, bytes]:
    """The content of the parts that differ, by name."""
    styles = _Styles.of(package)
    edited: dict[str, bytes] = {}
    for sheet in sheets:
        part = parts.get(sheet.title) or parts[sheet.title.rpartition("#")[0]]  # the second table of a sheet
        edited[part] = _marked(edited.get(part) or _utf8(package.read(part)), sheet, styles)
    if edited and styles.part:
        edited[styles.part] = styles.edited()
    return edited


def _utf8(content: bytes) -> bytes:
    """XML in UTF-8; a part may be in UTF-16 too (ECMA-376 part 2)."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = re.sub(r'encoding="[^"]*"', 'encoding="UTF-8"', content.decode("utf-16"), count=1)
        return text.encode()
    return content


def _marked(content: bytes, sheet: MarkedSheet, styles: _Styles) -> bytes:
    cells = SheetMap.of(content)
    notes = {(row, sheet.own): text for row, text in sheet.notes.items()}
    edits: list[tuple[int, int, bytes]] = []
    if sheet.again:  # the reasons of an earlier import are removed
        stale = (ref for ref in cells.cells if ref[1] == sheet.own and ref[0] > sheet.header and ref not in notes)
        edits += [(cells.cells[ref].start, cells.cells[ref].end, b"") for ref in stale]
    for ref in sorted(sheet.bad):
        if (cell := cells.cells.get(ref)) is not None:
            style = int(cell.attribute(content, "s") or 0)
            edits.append((cell.start, cell.tag_end, tag_with(content[cell.start : cell.tag_end], s=styles.bad(style))))
        else:
            edits.append(cells.insertion(ref, f'<{cells.prefix}c r="{{}}" s="{styles.bad(0)}"/>'))
    p = cells.prefix
    for ref, text in sorted(notes.items()):
        cell_xml = f'<{p}c r="{{}}" t="inlineStr"><{p}is><{p}t>{_braceless(text)}</{p}t></{p}is></{p}c>'
        edits.append(cells.insertion(ref, cell_xml))
    return apply_edits(content, [*edits, *cells.without_spans({row for row, _ in (*sheet.bad, *notes)})])


def _braceless(text: str) -> str:
    """Text for str.format, which then gives it back unchanged."""
    return text.replace("{", "{{").replace("}", "}}")


class _Styles:
    """The style sheet with a coloured copy of each cell format that a faulty cell has; without formats no colour."""

    def __init__(self, part: str, content: bytes) -> None:
        self.part, self._content = part, content
        self._copies: dict[int, int] = {}
        self._xfs, self._fills = _elements(content, "cellXfs", "xf"), len(_elements(content, "fills", "fill"))

    @classmethod
    def of(cls, package: XlsxPackage) -> _Styles:
        """The style sheet of a package; an empty one where it has none."""
        part = next((p for kind, p in package.related(package.workbook).values() if kind == "styles"), "")
        return cls(part, _utf8(package.read(part))) if part in package.parts else cls("", b"")

    def bad(self, style: int) -> int:
        """The index of the coloured copy of a cell format."""
        if not self._xfs or not self._fills:
            return style
        return self._copies.setdefault(style, len(self._xfs) + len(self._copies))

    def edited(self) -> bytes:
        """The content of the part with the copies added."""
        content = self._content
        if not self._copies:
            return content
        copies = b"".join(_coloured(self._xfs[min(style, len(self._xfs) - 1)], self._fills) for style in self._copies)
        content = _appended(content, "cellXfs", copies, len(self._xfs) + len(self._copies))
        return _appended(content, "fills", _FILL, self._fills + 1)


def _section(content: bytes, tag: str) -> re.Match[bytes] | None:
    return re.search(rb"<((?:\w+:)?)%s\b[^>]*>(.*?)</\1%s\s*>" % (tag.encode(), tag.encode()), content, re.S)


def _elements(content: bytes, section: str, tag: str) -> list[bytes]:
    match = _section(content, section)
    each = rb"<(?:\w+:)?%s\b(?:[^>]*/>|.*?</(?:\w+:)?%s\s*>)" % (tag.encode(), tag.encode())
    return [element[0] for element in re.finditer(each, match[2], re.S)] if match else []


def _coloured(xf: bytes, fill: int) -> bytes:
    end = xf.index(b">") + 1
    return tag_with(xf[:end], fillId=fill, applyFill=1) + xf[end:]


def _appended(content: bytes, section: str, added: bytes, count: int) -> bytes:
    """The style sheet with elements added to a section; ``{0}`` in them stands for the namespace prefix."""
    found = _section(content, section)
    if found is None:
        return content
    head = tag_with(content[found.start() : found.start(2)], count=count)
    added = added.replace(b"{0}", found[1])
    return content[: found.start()] + head + found[2] + added + content[found.end(2) :]
