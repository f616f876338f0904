"""What the limited process does with PDFs and photographs; each function runs there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pypdfium2  # noqa: F401 - loaded before the process is limited

from haicang_desk.model.foreign import page_scans, pdf_pages, pictures
from haicang_desk.model.foreign.pdf_pages import AttachedPage, PageScan, Wanted
from haicang_desk.model.foreign.worker import Answer, Course


def check(course: Course, data: bytes, *, pdf: bool) -> Answer:
    """The number of pages of a complete PDF, or 1 for a picture that can be decoded. Raises Refused."""
    if pdf:
        return Answer(pdf_pages.count_pages(data))
    pictures.decode(data)
    return Answer(1)


def count(course: Course, data: bytes) -> Answer:
    """The number of pages of a PDF. Raises Refused."""
    return Answer(pdf_pages.opened_pages(data))


def pages(course: Course, data: bytes, **wanted: Any) -> Iterator[Answer]:
    """Pages of a PDF as pictures, one answer each; ``wanted`` are the fields of Wanted. Raises Refused."""
    for page, count in pdf_pages.draw_pages(data, Wanted(**wanted)):
        yield Answer([page.width, page.height, page.stride, count, page.grey, page.per_inch], [page.dots])


def picture(course: Course, data: bytes, *, largest: int) -> Answer:
    """A picture as it is shown. Raises Refused."""
    width, height, dots = pictures.shown(data, largest)
    return Answer([width, height, 3 * width, 1, False, 0], [dots])


def measure(course: Course, data: bytes) -> Answer:
    """Width, height and kind of a photograph. Raises Refused."""
    return Answer(list(pictures.measured(data)))


def jpeg(course: Course, data: bytes, *, size: tuple[int, int]) -> Answer:
    """A photograph as a JPEG of this size. Raises Refused."""
    width, height = size
    return Answer(None, [pictures.fitted_jpeg(data, (width, height))])


def scans(course: Course, data: bytes) -> Iterator[Answer]:
    """The pages of a PDF as JPEG, one answer each. Raises Refused."""
    for scan in page_scans.page_scans(data):
        yield _scan(scan)


def scan(course: Course, data: bytes, *, longest: int) -> Answer:
    """A scan that is a picture as JPEG. Raises Refused."""
    return _scan(page_scans.picture_scan(data, longest))


def _scan(scan: PageScan) -> Answer:
    return Answer([scan.size, scan.across, scan.tall, scan.grey], [scan.jpeg])


def mend(course: Course, data: bytes) -> Answer:
    """A PDF of ours written anew, and the boxes of its pages. Raises Refused."""
    leaves, anew = pdf_pages.written_anew(data)
    return Answer([[leaf.box, leaf.turned] for leaf in leaves], [anew])


def bind(course: Course, base: bytes, *files: bytes, places: list[tuple[int, list[tuple[list[float], int]]]]) -> Answer:
    """A PDF of ours with pages of others under its own."""
    enclosures = [
        (first, data, [AttachedPage(_box(box), turned) for box, turned in leaves])
        for data, (first, leaves) in zip(files, places, strict=True)
    ]
    return Answer(None, [pdf_pages.with_pages_under(base, enclosures)])


def _box(box: list[float]) -> tuple[float, float, float, float]:
    left, low, right, high = box
    return left, low, right, high
