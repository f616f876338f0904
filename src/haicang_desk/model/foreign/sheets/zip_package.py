"""The zip package of an xlsx or ods file: its parts within the limits of size, and safe XML parsing.

A package is refused before its content is parsed when it is encrypted, damaged, or inflates to more than 64 MiB.
Every refusal is Refused (exit code 3) with a message that says what to do.
"""

from __future__ import annotations

import io
import zipfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any
from xml.parsers.expat import ParserCreate, XMLParserType

from haicang_desk.model.values import DeskError, Refused

LARGEST_INFLATED = 64 * 2**20  # bytes of all parts
STEEPEST = 100  # a part of more than 1 MiB that is compressed further than this is taken for a zip bomb
MOST_PARTS = 2_000
MOST_ELEMENTS = 300_000  # of one part; Excel itself allows no more than 65,490 cell formats
CHUNK = 2**16  # bytes given to a parser at once
ANOTHER_FORMAT = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”再导入"
_INFLATE_CHUNK = 2**18
_NAME = 100  # bytes read of the part that names the format of an ods

Handlers = Mapping[str, Callable[..., None]]  # by name; at the start of an element called with its attributes


def damaged(name: str, detail: str = "") -> Refused:
    """The refusal of a damaged file, to be raised by the caller."""
    shown = f"（{detail}）" if detail else ""
    return Refused(f"《{name}》已损坏，读不出来{shown}，没有写入任何内容。{ANOTHER_FORMAT}，或请对方重新发送")


@contextmanager
def damage_refused(name: str) -> Iterator[None]:
    """Context in which a file is parsed: any exception that damaged content causes becomes Refused."""
    try:
        yield
    except DeskError:
        raise
    except Exception as wrong:  # a dozen classes were seen: of expat, zlib, zipfile, xlrd and the built-in ones
        raise damaged(name) from wrong


def part_name(info: zipfile.ZipInfo) -> str:
    """The name of a part; some programs write backslashes."""
    return info.filename.replace("\\", "/").lstrip("/")


class ZipPackage:
    """An opened package that passed all checks. ``parts`` maps the name of a part to its entry in the zip."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive, self.name = archive, name
        self.parts = {part_name(info): info for info in archive.infolist()}
        self._names = {part.lower(): part for part in self.parts}

    def own_name(self, part: str) -> str:
        """The name of a part as the package writes it; upper and lower case are the same (ECMA-376 part 2, 6.2.2)."""
        return self._names.get(part.lower(), part)

    def read(self, part: str) -> bytes:
        """The content of a part. Raises Refused where the package has no such part."""
        with self.stream(part) as stream:
            return stream.read()

    def stream(self, part: str) -> IO[bytes]:
        """A part opened for reading in chunks. Raises Refused where the package has no such part."""
        if part not in self.parts:
            raise damaged(self.name, f"缺少 {part}")
        return self._archive.open(self.parts[part])


@contextmanager
def open_zip(content: bytes, name: str) -> Iterator[ZipPackage]:
    """Open a package. Raises Refused where it is damaged, encrypted or too large once inflated."""
    _refuse_many_parts(content, name)
    with damage_refused(name):
        archive = zipfile.ZipFile(io.BytesIO(content))
    with archive:
        parts = [part_name(info) for info in archive.infolist()]
        if any(info.flag_bits & 0x1 for info in archive.infolist()):
            raise Refused(f"《{name}》是加密的压缩包，读不出来。请取消密码再导入")
        if len(set(map(str.lower, parts))) != len(parts):
            raise damaged(name, "内部文件重复")
        _refuse_bombs(archive, name)
        yield ZipPackage(archive, name)


def zip_outline(content: bytes, name: str) -> tuple[set[str], bytes]:
    """The names of the parts, and the format that an ods names in its first part.

    Nothing of a package that is too damaged to be opened. Raises Refused for too many parts.
    """
    _refuse_many_parts(content, name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {part_name(info) for info in archive.infolist()}
            if "mimetype" not in names:
                return names, b""
            with archive.open("mimetype") as stream:
                return names, stream.read(_NAME)
    except Exception:  # as many classes as there are kinds of damage; open_zip says it
        return set(), b""


def _refuse_many_parts(content: bytes, name: str) -> None:
    if content.count(b"PK\x01\x02") > MOST_PARTS:  # entries of the zip directory; zipfile makes an object of each
        raise damaged(name, "内部文件过多")


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


def text_buffer(parser: XMLParserType) -> deque[str]:
    """A buffer for the character data of a parser, to be cleared where a text begins.

    It keeps the last eight pieces of 64 KiB: all of any text up to Excel's 32,767 characters, and no more of a bomb.
    """
    parser.buffer_size = CHUNK
    pieces: deque[str] = deque(maxlen=8)
    parser.CharacterDataHandler = pieces.append
    return pieces


def taken(pieces: deque[str]) -> str:
    """The text in a buffer."""
    return pieces[0] if len(pieces) == 1 else "".join(pieces)


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
