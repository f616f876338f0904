"""Scans: attached files, each checked to be a complete PDF, JPEG or PNG of acceptable size.

The kind is judged by content, not by file extension. Every file is opened once, so that none is stored that could not
be shown or bound into a dossier later; that happens in the limited process (model/foreign).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from haicang_desk.model.foreign import checked_pages
from haicang_desk.model.values import Cancelled, ProgressCallback, Refused
from haicang_desk.platform import FileFault, FileNotTaken, read_regular_file

MIB = 1024 * 1024
MOST_BYTES = 20 * MIB
LONGEST_NAME = 120  # characters, so that it fits into the record and on paper
_HEAD = 1024  # bytes at the start in which a PDF has %PDF-


class ScanKind(Enum):
    """The kind of a file by its first bytes; the value is the extension under which it is exported."""

    PDF = ".pdf"
    JPEG = ".jpg"
    PNG = ".png"


@dataclass(frozen=True, slots=True)
class Scan:
    """One checked file; ``pages`` is 1 for a picture."""

    name: str
    data: bytes
    kind: ScanKind
    pages: int = 1


def kind_of(data: bytes) -> ScanKind | None:
    """The kind of some content, or None."""
    if data.startswith(b"\xff\xd8\xff"):
        return ScanKind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return ScanKind.PNG
    return ScanKind.PDF if b"%PDF-" in data[:_HEAD] else None


def read_scan(path: Path) -> Scan:
    """Read and check a file. Raises Refused with the fault and what to do."""
    try:
        data = read_regular_file(path, MOST_BYTES)
    except FileNotTaken as wrong:
        raise Refused(_not_taken(wrong)) from wrong
    return scan_of(path.name, data)


def scan_of(name: str, data: bytes) -> Scan:
    """Check a file given as bytes. Raises Refused with the fault and what to do."""
    if len(data) > MOST_BYTES:
        raise Refused(_too_large(len(data)))
    if not data:
        raise Refused("是空文件；请重新扫描或重新复制")
    name = "".join(c if c.isprintable() else "□" for c in name).strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise Refused(f"文件名有 {len(name)} 字，最多 {LONGEST_NAME} 字；请改短文件名")
    kind = kind_of(data)
    if kind is None:
        raise Refused("不是 PDF、JPG 或 PNG 文件；请扫描成 PDF，或另存为 JPG、PNG 后再添加")
    return Scan(name, data, kind, checked_pages(data, pdf=kind is ScanKind.PDF))


def read_scans(
    paths: Sequence[Path], progress: ProgressCallback | None = None, cancelled: Cancelled | None = None
) -> tuple[Scan, ...]:
    """Read and check all of these files; () if cancelled. Raises Refused naming every unusable file and its fault."""
    read, refused = [], []
    for count, path in enumerate(paths, 1):
        if cancelled is not None and cancelled():
            return ()
        try:
            read.append(read_scan(path))
        except Refused as wrong:
            refused.append(f"“{path.name}”{wrong}")
        if progress is not None:
            progress(count, len(paths))
    if refused:
        rest = f"其余 {len(read)} 个也没有添加。" if read else ""
        raise Refused(f"{'。'.join(refused)}。{rest}")
    return tuple(read)


def _not_taken(wrong: FileNotTaken) -> str:
    """Why a file was not read, and what to do; without its name."""
    match wrong.fault:
        case FileFault.FOLDER | FileFault.SPECIAL:
            return "不是文件；请选文件夹里的文件"
        case FileFault.LARGE:
            return _too_large(wrong.size)
        case FileFault.MISSING:
            return "打不开（文件或文件夹不存在）；请检查文件还在不在、能否打开"
        case FileFault.CHANGING:
            return f"{wrong}；请等它存完再添加"
    return f"打不开（{wrong.detail}）；请检查文件还在不在、能否打开"


def _too_large(size: int) -> str:
    text = f"有 {size / MIB:.1f} MB，每个文件最多 {MOST_BYTES // MIB} MB"
    return f"{text}；请降低扫描分辨率，或分成几个文件"
