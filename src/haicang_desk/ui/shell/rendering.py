"""Files as pictures for previews: pages of a PDF, photographs, and read-only copies for other programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePath
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt, QTemporaryDir
from PySide6.QtGui import QImage, QImageReader

from haicang_desk.model.scans import ScanKind, kind_of
from haicang_desk.model.values import NotWritten, Refused, cause
from haicang_desk.ui.widgets.pdf_view import DOTS

SHOWN = 12  # pages of a PDF
LARGEST = 1600  # dots of a picture's longer edge: more than a window shows
_POINTS = 72  # points of PDF in an inch
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def pages(pdf: bytes, dots: float, most: int = 0) -> Iterator[QImage]:
    """Pages of a PDF as pictures of ``dots`` per inch, the first ``most`` or all. Not for several threads at a time."""
    import pypdfium2

    with closing(pypdfium2.PdfDocument(pdf)) as opened:
        count = len(opened)
        for number in range(min(most, count) if most else count):
            yield _picture(opened[number].render(scale=dots / _POINTS))


def page_count(pdf: bytes) -> int:
    """The number of pages of a PDF."""
    import pypdfium2

    with closing(pypdfium2.PdfDocument(pdf)) as opened:
        return len(opened)


def _picture(bitmap: Any) -> QImage:
    shared = QImage(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_BGR888)
    return shared.copy()  # the bitmap's memory goes with it


def how_many(shown: int, pages: int) -> str:
    """The number of pages shown, in words."""
    return f"{pages} 页" if shown == pages else f"前 {shown} 页，共 {pages} 页"


def pictures_of(data: bytes) -> tuple[list[QImage], int]:
    """The first pages of a file as pictures, and how many it has. Raises Refused."""
    if kind_of(data) is ScanKind.PDF:
        return list(pages(data, DOTS, SHOWN)), page_count(data)
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if max(size.width(), size.height()) > LARGEST:
        reader.setScaledSize(size.scaled(LARGEST, LARGEST, Qt.AspectRatioMode.KeepAspectRatio))
    picture = reader.read()
    if picture.isNull():
        raise Refused("这张图片显示不出来。可以用“另存为”存到别处，再用别的程序打开")
    return [picture], 1


def name_outside(name: str, data: bytes) -> str:
    """A file name that every system accepts, with the suffix of the content."""
    kind, path = kind_of(data), PurePath(_NOT_IN_NAMES.sub("_", name))
    ending = kind.value if kind else ""
    own = path.suffix.lower() in ((ending, ".jpeg") if kind is ScanKind.JPEG else (ending,))
    return path.name if own else f"{path.stem}{ending}"


class Copies:
    """Temporary read-only copies for other programs, deleted when the program ends."""

    def __init__(self) -> None:
        self._folder = QTemporaryDir()

    def put(self, name: str, data: bytes, *, apart: str) -> Path:
        """Write a copy; ``apart`` keeps files of one name apart. Raises NotWritten."""
        path = Path(self._folder.path()) / apart / name_outside(name, data)
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            if not path.exists():
                path.write_bytes(data)
                path.chmod(0o400)
        except OSError as wrong:
            raise NotWritten(f"临时文件没有写成（{cause(wrong)}）。请检查磁盘空间，或用“另存为”") from wrong
        return path
