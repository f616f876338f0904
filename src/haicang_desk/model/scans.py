"""Scans: files taken in to be kept and bound. Each is a PDF, JPEG or PNG by its content, whole, and not too large.

The ending of a name says nothing of what a file is. Every file is opened here once, so that nothing is kept which
could not be shown or bound later. The PDF library is for one thread at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from pathlib import Path
from stat import S_ISREG

from haicang_desk.model.values import Cancelled, ProgressCallback, Refused, cause

MIB = 1024 * 1024
MOST_BYTES = 20 * MIB
MOST_PIXELS = 50_000_000  # what a telephone takes today; more is a bomb or a map
MOST_PAGES = 500
LONGEST_NAME = 120  # characters, so that it stands whole in the record and on paper
_HEAD, _TAIL = 1024, 2048  # bytes in which a PDF has its first and its last mark
_NEEDS_PASSWORD = 4  # pdfium's FPDF_ERR_PASSWORD


class ScanKind(Enum):
    """What a file is by its first bytes; the value is the ending it is given when it is written out."""

    PDF = ".pdf"
    JPEG = ".jpg"
    PNG = ".png"


@dataclass(frozen=True, slots=True)
class Scan:
    """One file as it was read, known to be whole; ``pages`` is 1 of a picture."""

    name: str
    data: bytes
    kind: ScanKind
    pages: int = 1


def kind_of(data: bytes) -> ScanKind | None:
    """What the content is, or None."""
    if data.startswith(b"\xff\xd8\xff"):
        return ScanKind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return ScanKind.PNG
    return ScanKind.PDF if b"%PDF-" in data[:_HEAD] else None


def read_scan(path: Path) -> Scan:
    """One file from the disk. Raises Refused, saying what is wrong with it and what to do."""
    try:
        there = path.stat()
        if not S_ISREG(there.st_mode):
            raise Refused("不是文件；请选文件夹里的文件")
        _not_too_large(there.st_size)
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as wrong:
        raise Refused(f"打不开（{cause(wrong)}）；请检查文件还在不在、能否打开") from wrong
    return scan_of(path.name, data)


def scan_of(name: str, data: bytes) -> Scan:
    """A file given as bytes. Raises Refused, saying what is wrong with it and what to do."""
    _not_too_large(len(data))
    if not data:
        raise Refused("是空文件；请重新扫描或重新复制")
    name = "".join(c if c.isprintable() else "□" for c in name).strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise Refused(f"文件名有 {len(name)} 字，最多 {LONGEST_NAME} 字；请改短文件名")
    kind = kind_of(data)
    if kind is None:
        raise Refused("不是 PDF、JPG 或 PNG 文件；请扫描成 PDF，或另存为 JPG、PNG 后再添加")
    if kind is ScanKind.PDF:
        return Scan(name, data, kind, _pages_of(data))
    _look_at(data)
    return Scan(name, data, kind)


def read_scans(
    paths: Sequence[Path], progress: ProgressCallback | None = None, cancelled: Cancelled | None = None
) -> tuple[Scan, ...]:
    """All of these files, or none: Refused names each that cannot be taken and why."""
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


def _not_too_large(size: int) -> None:
    if size > MOST_BYTES:
        said = f"有 {size / MIB:.1f} MB，每个文件最多 {MOST_BYTES // MIB} MB"
        raise Refused(f"{said}；请降低扫描分辨率，或分成几个文件")


def _pages_of(data: bytes) -> int:
    """How many pages a PDF has, each of which can be opened."""
    import pypdfium2

    if b"%%EOF" not in data[-_TAIL:]:
        raise Refused("不完整（文件末尾缺失）；请重新扫描或重新下载")
    try:
        with pypdfium2.PdfDocument(data) as opened:
            count = len(opened)
            for number in range(min(count, MOST_PAGES)):
                opened[number].close()
    except pypdfium2.PdfiumError as wrong:
        if getattr(wrong, "err_code", None) == _NEEDS_PASSWORD:
            raise Refused("加了密码，打不开；请用原来的软件去掉密码后另存，再添加") from wrong
        raise Refused("已损坏，打不开；请重新扫描或重新下载") from wrong
    if not 0 < count <= MOST_PAGES:
        raise Refused(f"有 {count} 页，应为 1 至 {MOST_PAGES} 页；请分成几个文件")
    return count


def _look_at(data: bytes) -> None:
    """Decode a picture to its last line."""
    from PIL import Image

    try:
        picture = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
        if picture.width * picture.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as wrong:
        raise Refused(f"超过 {MOST_PIXELS // 10_000} 万像素；请缩小后再添加") from wrong
    except (OSError, ValueError, SyntaxError, MemoryError) as wrong:
        raise Refused("已损坏，读不出图像；请重新扫描或重新拍照") from wrong
