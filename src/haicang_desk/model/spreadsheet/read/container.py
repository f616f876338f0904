"""The container of a workbook: what is taken as an xlsx at all, and what is refused before anything is parsed."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from haicang_desk.model.spreadsheet.read.xml_parts import outline
from haicang_desk.model.values import DeskError, Refused

LARGEST_FILE = 20 * 2**20
LARGEST_INFLATED = 64 * 2**20
STEEPEST = 100  # a part of more than 1 MiB that shrinks further than this was made to burst
MOST_PARTS = 2_000
_CHUNK = 2**18
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”再导入"


def damaged(name: str, wrong: object = "") -> Refused:
    said = f"（{wrong}）" if str(wrong) else ""
    return Refused(f"《{name}》已损坏，读不出来{said}，没有写入任何内容。{_SAVE_AS}，或请对方重新发送")


@contextmanager
def sound(name: str) -> Iterator[None]:
    """Inside, a part is parsed: whatever a damaged one makes a parser raise becomes one Refused."""
    try:
        yield
    except DeskError:
        raise
    except Exception as wrong:  # a dozen classes were seen, of expat, zlib, zipfile and of plain Python
        raise damaged(name) from wrong


class Container:
    """An xlsx whose parts may be read: counted, checked, without macros."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive, self.name = archive, name
        self.parts = {info.filename.lstrip("/"): info for info in archive.infolist()}

    def read(self, part: str) -> bytes:
        with self.stream(part) as stream:
            return stream.read()

    def stream(self, part: str) -> IO[bytes]:
        if part not in self.parts:
            raise damaged(self.name, f"缺少 {part}")
        return self._archive.open(self.parts[part])

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: id -> (kind of relation, name of the part). Links out of the file are left out."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.parts:
            return {}
        return {
            said["Id"]: (said["Type"].rpartition("/")[2], _target(folder, said["Target"]))
            for _, tag, said in outline(self.read(rels))
            if tag == "Relationship" and said.get("TargetMode") != "External"
        }

    @property
    def workbook(self) -> str:
        """The name of the workbook part."""
        found = [target for kind, target in self.related("").values() if kind == "officeDocument"]
        return found[0] if found else "xl/workbook.xml"


def _target(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


@contextmanager
def opened(path: Path) -> Iterator[Container]:
    """Open a workbook for reading. Raises Refused for all that contract §2 refuses whole."""
    content = _content(path)
    with sound(path.name):
        archive = zipfile.ZipFile(io.BytesIO(content))
    with archive:
        _refuse_others(archive, path.name)
        _refuse_bombs(archive, path.name)
        yield Container(archive, path.name)


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
    if content.count(b"PK\x01\x02") > MOST_PARTS:  # before each is made an object
        raise damaged(path.name, "内部文件过多")
    if not content.startswith(b"PK\x03\x04"):
        raise Refused(_what_else(path.name, content))
    return content


def _what_else(name: str, content: bytes) -> str:
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
    """Inflate every part once, counting: what a header says of its size is not believed."""
    total = 0
    for info in archive.infolist():
        own = 0
        with sound(name), archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                own += len(chunk)
                total += len(chunk)
                steep = own > 2**20 and own > STEEPEST * max(info.compress_size, 1)
                if total > LARGEST_INFLATED or steep:
                    raise Refused(
                        f"《{name}》展开后超过 64 MB 或压缩得异常，没有导入。请删去空白行、图片和无关工作表再保存"
                    )
    if b"macroEnabled" in archive.read("[Content_Types].xml"):
        raise Refused(f"《{name}》是启用宏的工作簿，没有导入。请另存为“Excel 工作簿（*.xlsx）”再导入")
