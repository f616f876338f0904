"""The package of an xlsx workbook (ECMA-376 part 2): its parts, their relationships, its elements.

A package is refused before its content is parsed when it is no xlsx or holds macros.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from xml.parsers.expat import XMLParserType

from haicang_desk.model.foreign.sheets.zip_package import ANOTHER_FORMAT, Handlers, ZipPackage, open_zip, outline
from haicang_desk.model.values import Refused

_MAIN = (  # transitional and strict namespace of SpreadsheetML
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)


class XlsxPackage:
    """The package of an xlsx that passed all checks."""

    def __init__(self, package: ZipPackage) -> None:
        self.name, self.parts = package.name, package.parts
        self.read, self.stream, self._own_name = package.read, package.stream, package.own_name

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """The relationships of a part: id → (type, name of the target part). External targets are left out."""
        folder, name = posixpath.split(part)
        rels = self._own_name(posixpath.join(folder, "_rels", f"{name}.rels"))
        if rels not in self.parts:
            return {}
        return {
            attributes["Id"]: (
                attributes["Type"].rpartition("/")[2],
                self._own_name(_target(folder, attributes["Target"])),
            )
            for _, tag, attributes in outline(self.read(rels))
            if tag == "Relationship" and attributes.get("TargetMode") != "External"
        }

    @property
    def workbook(self) -> str:
        """The name of the workbook part."""
        targets = [target for kind, target in self.related("").values() if kind == "officeDocument"]
        return targets[0] if targets else "xl/workbook.xml"


def _target(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


@contextmanager
def open_xlsx(content: bytes, name: str) -> Iterator[XlsxPackage]:
    """Open the content of an xlsx file. Raises Refused for what contract §2 refuses whole."""
    with open_zip(content, name) as package:
        _refuse_others(package)
        yield XlsxPackage(package)


def _refuse_others(package: ZipPackage) -> None:
    name, parts = package.name, package.parts
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        raise Refused(f"《{name}》含有宏，没有导入。请另存为“Excel 工作簿（*.xlsx）”，选择不保留宏，再导入")
    if "xl/workbook.bin" in parts:
        raise Refused(f"《{name}》是 xlsb 格式。{ANOTHER_FORMAT}")
    types = package.read("[Content_Types].xml") if "[Content_Types].xml" in parts else b""
    if b"spreadsheetml" not in types and not any(part.startswith("xl/") for part in parts):
        raise Refused(f"《{name}》不是表格文件（是 docx、普通压缩包等），没有导入。{ANOTHER_FORMAT}")
    if b"macroEnabled" in types:
        raise Refused(f"《{name}》是启用宏的工作簿，没有导入。请另存为“Excel 工作簿（*.xlsx）”再导入")


def set_handlers(parser: XMLParserType, starts: Handlers, ends: Handlers) -> None:
    """Have the parser call these handlers at the start and the end of SpreadsheetML elements, by local name."""
    at_start, at_end = _qualified(starts), _qualified(ends)

    def start(name: str, attributes: dict[str, str]) -> None:
        if (handler := at_start.get(name)) is not None:
            handler(attributes)

    def end(name: str) -> None:
        if (handler := at_end.get(name)) is not None:
            handler()

    parser.StartElementHandler, parser.EndElementHandler = start, end


def element_codes(names: Mapping[str, int]) -> dict[str, int]:
    """Codes of SpreadsheetML elements by their names as expat gives them, in both namespaces."""
    return {f"{space} {name}": code for name, code in names.items() for space in _MAIN}


def _qualified(handlers: Handlers) -> Handlers:
    return {f"{space} {tag}": handler for tag, handler in handlers.items() for space in _MAIN}
