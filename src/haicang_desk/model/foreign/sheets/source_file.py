"""The content of a file that is to be read, and what it is by that content: its ending says nothing.

Every refusal is Refused (exit code 3) with a message that says what to do (contract §2).
"""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from haicang_desk.model.foreign.sheets.ole_package import OLE_SIGNATURE
from haicang_desk.model.foreign.sheets.text_encoding import decoded
from haicang_desk.model.foreign.sheets.zip_package import ANOTHER_FORMAT, zip_outline
from haicang_desk.model.values import Refused
from haicang_desk.platform import FileFault, FileNotTaken, read_regular_file

LARGEST_FILE = 20 * 2**20  # bytes
_HEAD = 4096  # bytes in which the tags of a web page are sought
_MARKUP = ("<html", "<!doctype html", "<table", "<head", "<body", "<meta", "<style")
_FOREIGN = {  # first bytes → what such a file is
    b"%PDF": "PDF 文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
    b"\x1f\x8b": "压缩包",
    b"{\\rtf": "RTF 文档",
    b"MIME-Version:": "单个文件的网页（mht）",
    b"SQLite format 3": "台账文件",
}


class FileKind(Enum):
    """The formats that are read. XLS is that of .et too; TEXT is delimited text."""

    XLSX = auto()
    ODS = auto()
    XLS = auto()
    HTML = auto()
    TEXT = auto()


def read_source(path: Path) -> bytes:
    """The content of a file. Raises Refused for what is no regular file, cannot be read or has more than 20 MiB."""
    try:
        return read_regular_file(path, LARGEST_FILE)
    except FileNotTaken as wrong:
        raise Refused(_not_taken(path, wrong)) from wrong


def _not_taken(path: Path, wrong: FileNotTaken) -> str:
    """Why a file was not read, and what to do."""
    match wrong.fault:
        case FileFault.FOLDER:
            return f"“{path}”是文件夹。请选择其中的工作簿"
        case FileFault.SPECIAL:
            return f"“{path}”{wrong}，没有读取。请选择工作簿；从标准输入读入请写 -"
        case FileFault.MISSING:
            return f"找不到“{path}”。请核对路径和文件名"
        case FileFault.CHANGING:
            return f"《{path.name}》{wrong}，没有读取。请等它保存完再导入"
        case FileFault.LARGE:
            size = f"{wrong.size / 2**20:.1f} MB"
            return f"《{path.name}》有 {size}，超过 20 MB，没有导入。请删去图片和无关工作表，或分成几个工作簿"
    return f"“{path}”{wrong}。请核对权限，或关闭正在使用它的程序再试"


def kind_of(content: bytes, name: str) -> FileKind:
    """What a file is, by its content. Raises Refused for what is no table; ``name`` is for the message."""
    if not content:
        raise Refused(f"《{name}》是空文件，没有内容可导入。请对方重新发送")
    if content.startswith(OLE_SIGNATURE):
        return FileKind.XLS
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(content, name)
    for start, what in _FOREIGN.items():
        if content.startswith(start):
            raise Refused(f"《{name}》是{what}，不是表格，没有导入。请核对选的文件")
    text = decoded(content[:_HEAD], cut=True)
    if text is None:
        raise Refused(f"《{name}》不是表格文件（xlsx、xls、et、ods、csv），没有导入。{ANOTHER_FORMAT}")
    head = text.lstrip().casefold()
    if head.startswith("<?xml"):
        head = head.partition("?>")[2].lstrip()
        if not head.startswith(_MARKUP):
            raise Refused(f"《{name}》是 XML 文件，只是改了扩展名，没有导入。{ANOTHER_FORMAT}")
    return FileKind.HTML if head.startswith("<") and any(tag in head for tag in _MARKUP) else FileKind.TEXT


def _kind_of_zip(content: bytes, name: str) -> FileKind:
    """By the names in the package; a damaged package counts as xlsx, whose reader says that it is damaged."""
    parts, mimetype = zip_outline(content, name)
    if not parts and content.startswith(b"PK\x05\x06"):
        raise Refused(f"《{name}》是空的压缩包，不是工作簿。请核对选的文件")
    if "content.xml" not in parts or "[Content_Types].xml" in parts:
        return FileKind.XLSX
    if mimetype and b"spreadsheet" not in mimetype:
        raise Refused(f"《{name}》不是表格（是 odt 等文档），没有导入。请核对选的文件")
    return FileKind.ODS
