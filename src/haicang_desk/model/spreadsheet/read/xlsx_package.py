"""The package of an xlsx workbook (ECMA-376 part 2): which files are taken, their parts, and safe XML parsing.

A file is refused before its content is parsed when it is too large (20 MiB, 64 MiB inflated), encrypted, damaged,
of another format, or holds macros. Every refusal is Refused (exit code 3) with a message that says what to do.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from xml.parsers.expat import ParserCreate, XMLParserType

from haicang_desk.model.values import DeskError, Refused

LARGEST_FILE = 20 * 2**20  # bytes
LARGEST_INFLATED = 64 * 2**20  # bytes of all parts
STEEPEST = 100  # a part of more than 1 MiB that is compressed further than this is taken for a zip bomb
MOST_PARTS = 2_000
MOST_ELEMENTS = 300_000  # of one part; Excel itself allows no more than 65,490 cell formats
CHUNK = 2**16  # bytes given to a parser at once
_INFLATE_CHUNK = 2**18
_MAIN = (  # transitional and strict namespace of SpreadsheetML
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”再导入"

Handlers = Mapping[str, Callable[..., None]]  # by tag; at the start of an element called with its attributes


def damaged(name: str, detail: str = "") -> Refused:
    """The refusal of a damaged file, to be raised by the caller."""
    shown = f"（{detail}）" if detail else ""
    return Refused(f"《{name}》已损坏，读不出来{shown}，没有写入任何内容。{_SAVE_AS}，或请对方重新发送")


@contextmanager
def damage_refused(name: str) -> Iterator[None]:
    """Context in which parts are parsed: any exception that damaged content causes becomes Refused."""
    try:
        yield
    except DeskError:
        raise
    except Exception as wrong:  # a dozen classes were seen: of expat, zlib, zipfile and the built-in ones
        raise damaged(name) from wrong


class XlsxPackage:
    """An opened xlsx that passed all checks. ``parts`` maps the name of a part to its entry in the zip."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive, self.name = archive, name
        self.parts = {info.filename.lstrip("/"): info for info in archive.infolist()}

    def read(self, part: str) -> bytes:
        """The content of a part. Raises Refused where the package has no such part."""
        with self.stream(part) as stream:
            return stream.read()

    def stream(self, part: str) -> IO[bytes]:
        """A part opened for reading in chunks. Raises Refused where the package has no such part."""
        if part not in self.parts:
            raise damaged(self.name, f"缺少 {part}")
        return self._archive.open(self.parts[part])

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """The relationships of a part: id → (type, name of the target part). External targets are left out."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.parts:
            return {}
        return {
            attributes["Id"]: (attributes["Type"].rpartition("/")[2], _target(folder, attributes["Target"]))
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
def open_package(path: Path) -> Iterator[XlsxPackage]:
    """Open a workbook for reading. Raises Refused for every file that contract §2 refuses whole."""
    content = _content(path)
    with damage_refused(path.name):
        archive = zipfile.ZipFile(io.BytesIO(content))
    with archive:
        _refuse_others(archive, path.name)
        _refuse_bombs(archive, path.name)
        yield XlsxPackage(archive, path.name)


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise Refused(f"“{path}”是文件夹。请选择其中的 xlsx 工作簿")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise Refused(
                f"《{path.name}》有 {size / 2**20:.1f} MB，超过 20 MB，没有导入。"
                "请删去图片和无关工作表，或分成几个工作簿"
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise Refused(f"找不到“{path}”。请核对路径和文件名") from None
    except (OSError, ValueError) as wrong:
        raise Refused(f"“{path}”读不出来（{wrong}）。请核对权限，或关闭正在使用它的程序再试") from wrong
    if content.count(b"PK\x01\x02") > MOST_PARTS:  # entries of the zip directory; zipfile makes an object of each
        raise damaged(path.name, "内部文件过多")
    if not content.startswith(b"PK\x03\x04"):
        raise Refused(_other_format(path.name, content))
    return content


def _other_format(name: str, content: bytes) -> str:
    """The message for a file that is no zip, by its first bytes."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not content:
        return f"《{name}》是空文件，没有内容可导入。请对方重新发送"
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            return f"《{name}》设有打开密码，读不出来。请打开后取消密码，保存再导入"
        return f"《{name}》是旧版 xls 或 et 格式。{_SAVE_AS}"
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        return f"《{name}》其实是网页或 XML 文件，只是改了扩展名。{_SAVE_AS}"
    if content.startswith(b"PK"):
        return f"《{name}》是空的压缩包，不是工作簿。请核对选的文件"
    return f"《{name}》不是 xlsx 工作簿（csv、文本等改名的也不是）。{_SAVE_AS}"


def _refuse_others(archive: zipfile.ZipFile, name: str) -> None:
    parts = [info.filename.lstrip("/") for info in archive.infolist()]
    if any(info.flag_bits & 0x1 for info in archive.infolist()):
        raise Refused(f"《{name}》是加密的压缩包，读不出来。请取消密码再导入")
    if len(set(map(str.lower, parts))) != len(parts):
        raise damaged(name, "内部文件重复")
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        raise Refused(f"《{name}》含有宏，没有导入。请另存为“Excel 工作簿（*.xlsx）”，选择不保留宏，再导入")
    if "xl/workbook.bin" in parts:
        raise Refused(f"《{name}》是 xlsb 格式。{_SAVE_AS}")
    if "[Content_Types].xml" not in parts or not any(part.startswith("xl/") for part in parts):
        raise Refused(f"《{name}》不是 xlsx 工作簿（ods、docx、普通压缩包等都不是）。{_SAVE_AS}")


def _refuse_bombs(archive: zipfile.ZipFile, name: str) -> None:
    """Inflate every part once and count its bytes; the sizes that the zip headers state may be false."""
    total = 0
    for info in archive.infolist():
        size = 0
        with damage_refused(name), archive.open(info) as stream:
            while chunk := stream.read(_INFLATE_CHUNK):
                size += len(chunk)
                total += len(chunk)
                steep = size > 2**20 and size > STEEPEST * max(info.compress_size, 1)
                if total > LARGEST_INFLATED or steep:
                    raise Refused(
                        f"《{name}》展开后超过 64 MB 或压缩得异常，没有导入。请删去空白行、图片和无关工作表再保存"
                    )
    if b"macroEnabled" in archive.read("[Content_Types].xml"):
        raise Refused(f"《{name}》是启用宏的工作簿，没有导入。请另存为“Excel 工作簿（*.xlsx）”再导入")


def xml_parser() -> XMLParserType:
    """An expat parser that raises Refused at a DOCTYPE, so that no entity can be declared or expanded."""
    parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: Any) -> None:
    raise Refused(
        "工作簿内含文档类型声明（DOCTYPE），正常的工作簿不会有，没有导入。请用 Excel 或 WPS 另存为 xlsx 再导入"
    )


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


def _qualified(handlers: Handlers) -> Handlers:
    return {f"{space} {tag}": handler for tag, handler in handlers.items() for space in _MAIN}


def parse_stream(parser: XMLParserType, stream: IO[bytes], count: Callable[[int], None]) -> None:
    """Parse a part in chunks; ``count`` is called with the bytes of each, and may raise to stop."""
    while chunk := stream.read(CHUNK):
        parser.Parse(chunk, False)
        count(len(chunk))
    parser.Parse(b"", True)


def outline(content: bytes) -> list[tuple[str, str, dict[str, str]]]:
    """Every element of a small part as (parent, tag, attributes), with local names only.

    Raises ValueError for more than 300,000 elements.
    """
    elements: list[tuple[str, str, dict[str, str]]] = []
    ancestors = [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(elements) >= MOST_ELEMENTS:
            raise ValueError("too many elements")
        tag = name.rpartition(" ")[2]
        elements.append((ancestors[-1], tag, {key.rpartition(" ")[2]: value for key, value in attributes.items()}))
        ancestors.append(tag)

    parser = xml_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: ancestors.pop()
    parser.Parse(content, True)
    return elements
