"""The same workbook back: bad cells coloured, the reasons in a last column, and not a byte of the rest changed.

The parts are edited where they stand, because reading and saving them through a library would lose pictures,
and with them the results of formulas.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from haicang_desk.model.spreadsheet.import_plan import ImportPlan
from haicang_desk.model.spreadsheet.read.cell_grid import XlsxSheets
from haicang_desk.model.spreadsheet.read.container import Container, opened, sound
from haicang_desk.model.spreadsheet.read.headings import REASONS
from haicang_desk.model.spreadsheet.read.parsed_workbook import ParsedSheet
from haicang_desk.model.spreadsheet.write.workbook_writing import cell_text
from haicang_desk.model.spreadsheet.write.xml_patch import CellRef, SheetMap, spliced, tag_with
from haicang_desk.platform import atomic_path

_FILL = b'<{0}fill><{0}patternFill patternType="solid"><{0}fgColor rgb="FFFFC7CE"/></{0}patternFill></{0}fill>'


def write_error_workbook(path: Path, plan: ImportPlan, out: Path) -> Path:
    """Write ``path`` to ``out`` with the plan's faults marked. Raises Refused or NotWritten."""
    with opened(path) as container:
        with sound(path.name):
            edited = _edited(container, plan)
        with atomic_path(out) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as target:
            for name, info in container.parts.items():
                target.writestr(info, edited.get(name) or container.read(name), zipfile.ZIP_DEFLATED)
    return out


def _edited(container: Container, plan: ImportPlan) -> dict[str, bytes]:
    """The parts that differ, by name."""
    styles = _Styles.of(container)
    edited: dict[str, bytes] = {}
    parts = {part.title: part.part for part in XlsxSheets(container).parts}
    for sheet in plan.book.sheets:
        reasons, bad = _faults(sheet, plan)
        if reasons:
            content = _utf8(container.read(parts[sheet.title]))
            edited[parts[sheet.title]] = _marked(content, sheet, reasons, bad, styles)
    if edited and styles.part:
        edited[styles.part] = styles.edited()
    return edited


def _faults(sheet: ParsedSheet, plan: ImportPlan) -> tuple[dict[int, str], set[CellRef]]:
    """The reasons of each faulty row, and the places of its bad cells."""
    index = {sheet.heading(column.name): column.index for column in sheet.columns}
    said: dict[int, list[str]] = defaultdict(list)
    bad: set[CellRef] = set()
    for fault in plan.errors:
        if fault.sheet == sheet.title:
            said[fault.row].append(f"「{fault.column}」：{fault.reason}")
            if fault.column in index:
                bad.add((fault.row, index[fault.column]))
    return {row: "；".join(reasons) for row, reasons in said.items()}, bad


def _utf8(content: bytes) -> bytes:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = re.sub(r'encoding="[^"]*"', 'encoding="UTF-8"', content.decode("utf-16"), count=1)
        return text.encode()
    return content


def _marked(
    content: bytes, sheet: ParsedSheet, reasons: Mapping[int, str], bad: set[CellRef], styles: _Styles
) -> bytes:
    found = SheetMap.of(content)
    own = sheet.reasons or sheet.width + 1
    notes = {(sheet.header, own): REASONS} | {(row, own): reason for row, reason in reasons.items()}
    edits: list[tuple[int, int, bytes]] = []
    if sheet.reasons:  # last time's reasons go
        stale = (place for place in found.cells if place[1] == own and place[0] > sheet.header and place not in notes)
        edits += [(found.cells[place].start, found.cells[place].end, b"") for place in stale]
    for place in sorted(bad):
        if (cell := found.cells.get(place)) is not None:
            style = int(cell.attribute(content, "s") or 0)
            edits.append((cell.start, cell.tag_end, tag_with(content[cell.start : cell.tag_end], s=styles.bad(style))))
        else:
            edits.append(found.inserting(place, f'<{found.prefix}c r="{{}}" s="{styles.bad(0)}"/>'))
    for place, text in sorted(notes.items()):
        p = found.prefix
        made = f'<{p}c r="{{}}" t="inlineStr"><{p}is><{p}t>{_braceless(cell_text(text))}</{p}t></{p}is></{p}c>'
        edits.append(found.inserting(place, made))
    return spliced(content, [*edits, *found.widened({place[0] for place in (*bad, *notes)})])


def _braceless(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


class _Styles:
    """The style sheet, growing a coloured twin of every style that a bad cell has; without one there is no colour."""

    def __init__(self, part: str, content: bytes) -> None:
        self.part, self._content = part, content
        self._twins: dict[int, int] = {}
        self._xfs, self._fills = _elements(content, "cellXfs", "xf"), len(_elements(content, "fills", "fill"))

    @classmethod
    def of(cls, container: Container) -> _Styles:
        part = next((p for kind, p in container.related(container.workbook).values() if kind == "styles"), "")
        return cls(part, _utf8(container.read(part))) if part in container.parts else cls("", b"")

    def bad(self, style: int) -> int:
        if not self._xfs or not self._fills:
            return style
        return self._twins.setdefault(style, len(self._xfs) + len(self._twins))

    def edited(self) -> bytes:
        content = self._content
        if not self._twins:
            return content
        twins = b"".join(_coloured(self._xfs[min(style, len(self._xfs) - 1)], self._fills) for style in self._twins)
        content = _appended(content, "cellXfs", twins, len(self._xfs) + len(self._twins))
        return _appended(content, "fills", _FILL, self._fills + 1)


def _section(content: bytes, tag: str) -> re.Match[bytes] | None:
    return re.search(rb"<((?:\w+:)?)%s\b[^>]*>(.*?)</\1%s\s*>" % (tag.encode(), tag.encode()), content, re.S)


def _elements(content: bytes, section: str, tag: str) -> list[bytes]:
    found = _section(content, section)
    each = rb"<(?:\w+:)?%s\b(?:[^>]*/>|.*?</(?:\w+:)?%s\s*>)" % (tag.encode(), tag.encode())
    return [element[0] for element in re.finditer(each, found[2], re.S)] if found else []


def _coloured(xf: bytes, fill: int) -> bytes:
    end = xf.index(b">") + 1
    return tag_with(xf[:end], fillId=fill, applyFill=1) + xf[end:]


def _appended(content: bytes, section: str, added: bytes, count: int) -> bytes:
    """The style sheet with elements added to a section that it has; ``{0}`` in them is the prefix of its tags."""
    found = _section(content, section)
    if found is None:
        return content
    head = tag_with(content[found.start() : found.start(2)], count=count)
    added = added.replace(b"{0}", found[1])
    return content[: found.start()] + head + found[2] + added + content[found.end(2) :]
