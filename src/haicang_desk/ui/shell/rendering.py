"""Files as pictures for previews: pages of a PDF, photographs, and read-only copies for other programs."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from pathlib import Path, PurePath

from PySide6.QtCore import QTemporaryDir
from PySide6.QtGui import QImage

from haicang_desk.model.foreign import DrawnPage, Wanted, count_pdf_pages, drawn_pages, previewed
from haicang_desk.model.scans import ScanKind, kind_of
from haicang_desk.model.values import Cancelled, NotWritten, cause
from haicang_desk.ui.widgets.pdf_view import DOTS

SHOWN = 12  # pages of a PDF
INCHES = 1 / 0.0254  # in a metre
LARGEST = 1600  # dots of a picture's longer edge: more than a window shows
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def pages(pdf: bytes, dots: float, most: int = 0) -> Iterator[QImage]:
    """Pages of a PDF as pictures of ``dots`` per inch, the first ``most`` or all, drawn in the limited process."""
    return pages_wanted(pdf, Wanted(dots, most))


def pages_wanted(pdf: bytes, wanted: Wanted) -> Generator[QImage, None, None]:
    """Pages of a PDF as pictures, in grey where they are drawn so; a page goes when the next one is asked for."""
    for page in drawn_pages(pdf, wanted):
        yield _picture(page, QImage.Format.Format_Grayscale8 if page.grey else QImage.Format.Format_BGR888)


def page_count(pdf: bytes) -> int:
    """The number of pages of a PDF."""
    return count_pdf_pages(pdf)


def _picture(page: DrawnPage, form: QImage.Format) -> QImage:
    shared = QImage(page.dots, page.width, page.height, page.stride, form)
    picture = shared.copy()  # the memory of the dots goes
    if page.per_inch:
        picture.setDotsPerMeterX(round(page.per_inch * INCHES))
        picture.setDotsPerMeterY(round(page.per_inch * INCHES))
    return picture


def how_many(shown: int, pages: int) -> str:
    """The number of pages shown, in words."""
    return f"{pages} 页" if shown == pages else f"前 {shown} 页，共 {pages} 页"


def pictures_of(data: bytes, cancelled: Cancelled | None = None) -> tuple[list[QImage], int]:
    """The first pages of a file as pictures, and how many it has. Raises Refused."""
    pdf = kind_of(data) is ScanKind.PDF
    drawn, count = previewed(data, pdf=pdf, dots=DOTS, most=SHOWN, largest=LARGEST, cancelled=cancelled)
    form = QImage.Format.Format_BGR888 if pdf else QImage.Format.Format_RGB888
    return [_picture(page, form) for page in drawn], count


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
