"""The error workbook: the imported workbook with its faulty cells coloured and the reasons in a last column.

The XML of an xlsx is patched where it differs and every other byte is left as it is: a library that reads and saves
the workbook would lose pictures and the results of formulas. Any other format is made an xlsx first.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from haicang_desk.model.foreign.sheets.cell_grid import CellGrid
from haicang_desk.model.foreign.sheets.source_file import FileKind, kind_of, read_source
from haicang_desk.model.foreign.sheets.xlsx_package import XlsxPackage, open_xlsx
from haicang_desk.model.foreign.sheets.xlsx_sheets import XlsxSheets
from haicang_desk.model.foreign.sheets.xml_patch import CellRef, SheetMap, apply_edits, tag_with
from haicang_desk.model.foreign.sheets.zip_package import damage_refused
from haicang_desk.model.spreadsheet.columns import REASONS
from haicang_desk.model.spreadsheet.import_plan import ImportPlan
from haicang_desk.model.spreadsheet.read.answers import Question
from haicang_desk.model.spreadsheet.read.formats import open_grids
from haicang_desk.model.spreadsheet.read.parsed_workbook import Fault, ParsedSheet
from haicang_desk.model.spreadsheet.write.grid_workbook import grids_as_xlsx
from haicang_desk.model.spreadsheet.write.xlsx_writer import cell_text
from haicang_desk.platform import atomic_path

_FILL = b'<{0}fill><{0}patternFill patternType="solid"><{0}fgColor rgb="FFFFC7CE"/></{0}patternFill></{0}fill>'


def write_error_workbook(path: Path, plan: ImportPlan, out: Path, grids: Sequence[CellGrid] = ()) -> Path:
    """Write the workbook at ``path`` to ``out`` with the faults of its plan marked, and return ``out``.

    A file of another format becomes an xlsx with the same cells, and so do ``grids``, which are pasted rows.
    Raises Refused where ``path`` cannot be read (any more), NotWritten where ``out`` cannot be written.
    """
    with _opened(path, grids) as (package, parts):
        with damage_refused(path.name):
            edited = _edited(package, parts, plan)
        with atomic_path(out) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as target:
            for name, info in package.parts.items():
                target.writestr(info, edited.get(name) or package.read(name), zipfile.ZIP_DEFLATED)
    return out


@contextmanager
def _opened(path: Path, grids: Sequence[CellGrid]) -> Iterator[tuple[XlsxPackage, dict[str, str]]]:
    """The package to mark, and the names of its sheets' parts by the titles that the sheets had when they were read."""
    if not grids:
        content = read_source(path)
        if kind_of(content, path.name) is FileKind.XLSX:
            with open_xlsx(content, path.name) as package:
                with damage_refused(path.name):
                    parts = {entry.title: entry.part for entry in XlsxSheets(package).entries}
                yield package, parts
            return
        grids = open_grids(path)
    with open_xlsx(grids_as_xlsx(grids), path.name) as package:
        entries = XlsxSheets(package).entries
        yield package, {grid.title: entry.part for grid, entry in zip(grids, entries, strict=True)}


def _edited(package: XlsxPackage, parts: Mapping[str, str], plan: ImportPlan) -> dict[str, bytes]:
    """The content of the parts that differ, by name."""
    styles = _Styles.of(package)
    edited: dict[str, bytes] = {}
    sheets: dict[str, list[ParsedSheet]] = defaultdict(list)
    for sheet in plan.workbook.sheets:
        sheets[sheet.title].append(sheet)
    for sheet, *others in sheets.values():  # more than one where each row of a table is two records
        reasons, bad = _faults(sheet, plan)
        bad |= {ref for other in others for ref in _faults(other, plan)[1]}
        if reasons:
            part = parts.get(sheet.title) or parts[sheet.title.rpartition("#")[0]]  # the second table of a sheet
            content = edited.get(part) or _utf8(package.read(part))
            edited[part] = _marked(content, sheet, reasons, bad, styles)
    if edited and styles.part:
        edited[styles.part] = styles.edited()
    return edited


def _faults(sheet: ParsedSheet, plan: ImportPlan) -> tuple[dict[int, str], set[CellRef]]:
    """The reasons by row, and the references of the cells that are faulty or must be asked about."""
    index = {sheet.heading(column.name): column.index for column in sheet.columns}
    texts: dict[int, list[str]] = defaultdict(list)
    bad: set[CellRef] = set()
    marks: tuple[Fault | Question, ...] = (*plan.errors, *(asked for asked in plan.questions if asked.row))
    for fault in marks:
        if fault.sheet == sheet.title:
            texts[fault.row].append(f"「{fault.column}」：{fault.reason}")
            if (column := index.get(fault.column)) is not None:
                bad.add(sheet.places.get(column, (fault.row, column)))
    return {row: "；".join(reasons) for row, reasons in texts.items()}, bad


def _utf8(content: bytes) -> bytes:
    """XML in UTF-8; a part may be in UTF-16 too (ECMA-376 part 2)."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = re.sub(r'encoding="[^"]*"', 'encoding="UTF-8"', content.decode("utf-16"), count=1)
        return text.encode()
    return content


def _marked(
    content: bytes, sheet: ParsedSheet, reasons: Mapping[int, str], bad: set[CellRef], styles: _Styles
) -> bytes:
    cells = SheetMap.of(content)
    own = sheet.reasons or sheet.width + 1
    notes = {(sheet.header, own): REASONS} | {(row, own): reason for row, reason in reasons.items()}
    edits: list[tuple[int, int, bytes]] = []
    if sheet.reasons:  # the reasons of an earlier import are removed
        stale = (ref for ref in cells.cells if ref[1] == own and ref[0] > sheet.header and ref not in notes)
        edits += [(cells.cells[ref].start, cells.cells[ref].end, b"") for ref in stale]
    for ref in sorted(bad):
        if (cell := cells.cells.get(ref)) is not None:
            style = int(cell.attribute(content, "s") or 0)
            edits.append((cell.start, cell.tag_end, tag_with(content[cell.start : cell.tag_end], s=styles.bad(style))))
        else:
            edits.append(cells.insertion(ref, f'<{cells.prefix}c r="{{}}" s="{styles.bad(0)}"/>'))
    p = cells.prefix
    for ref, text in sorted(notes.items()):
        cell_xml = f'<{p}c r="{{}}" t="inlineStr"><{p}is><{p}t>{_braceless(cell_text(text))}</{p}t></{p}is></{p}c>'
        edits.append(cells.insertion(ref, cell_xml))
    return apply_edits(content, [*edits, *cells.without_spans({row for row, _ in (*bad, *notes)})])


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
