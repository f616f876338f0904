"""The parent's side of reading PDFs and photographs: what the limited process gives, checked.

Nothing here loads a library for PDFs or pictures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from haicang_desk.model.foreign.errors import LimitMet
from haicang_desk.model.foreign.kinds import BINDING, SCANS
from haicang_desk.model.foreign.limited_process import run, stream
from haicang_desk.model.foreign.pdf_pages import LARGEST_PAGE, AttachedPage, DrawnPage, PageScan, Wanted
from haicang_desk.model.foreign.worker import Answer
from haicang_desk.model.values import Cancelled

_TASKS = "haicang_desk.model.foreign.scan_tasks"
_FINEST = 10_000  # dots an inch
_ODD = f"读出的内容不成图像，没有写入任何内容。{SCANS.limits.cure}"


def checked_pages(data: bytes, *, pdf: bool) -> int:
    """The number of pages of a complete PDF, or 1 for a picture that can be decoded.

    Raises Refused with the fault and what to do, without the name of the file; LimitMet.
    """
    return _number(run(SCANS, f"{_TASKS}:check", [data], {"pdf": pdf}).result)


def count_pdf_pages(pdf: bytes) -> int:
    """The number of pages of a PDF. Raises Refused, LimitMet."""
    return _number(run(SCANS, f"{_TASKS}:count", [pdf]).result)


def drawn_pages(pdf: bytes, wanted: Wanted) -> Iterator[DrawnPage]:
    """Pages of a PDF as pictures, one by one. Raises Refused, LimitMet."""
    for answer in stream(SCANS, f"{_TASKS}:pages", [pdf], wanted._asdict(), each=True):
        yield _drawn(answer)[0]


def previewed(
    data: bytes, *, pdf: bool, dots: float, most: int, largest: int, cancelled: Cancelled | None = None
) -> tuple[list[DrawnPage], int]:
    """The first ``most`` pages of an attached PDF or an attached picture, and how many pages it has.

    No side is much longer than ``largest`` dots. A PDF has blue, green and red in this order, a picture red, green and
    blue. All of it has the time of one file. Raises Refused, LimitMet, ReadingStopped.
    """
    if not pdf:
        page, count = _drawn(run(SCANS, f"{_TASKS}:picture", [data], {"largest": largest}, cancelled=cancelled))
        return [page], count
    arguments = {"dots": dots, "most": most, "most_dots": 2 * largest * largest}
    answers = [_drawn(each) for each in stream(SCANS, f"{_TASKS}:pages", [data], arguments, cancelled=cancelled)]
    return [page for page, _ in answers], answers[-1][1] if answers else 0


def measured_photograph(data: bytes) -> tuple[int, int, bool]:
    """Width and height when upright, and whether it is an RGB JPEG without EXIF data or colour profile. Raises Refused,
    LimitMet."""
    told = run(SCANS, f"{_TASKS}:measure", [data]).result
    try:
        across, tall, plain = told
    except (TypeError, ValueError) as wrong:
        raise LimitMet(_ODD) from wrong
    return max(1, _number(across)), max(1, _number(tall)), bool(plain)


def photograph_as_jpeg(data: bytes, size: tuple[int, int]) -> bytes:
    """A photograph as a JPEG of this size, upright and on white. Raises Refused, LimitMet."""
    return _only(run(SCANS, f"{_TASKS}:jpeg", [data], {"size": size}))


def page_scans_of(data: bytes, *, pdf: bool, longest: int, cancelled: Cancelled | None = None) -> Iterator[PageScan]:
    """The pages of a PDF, or a picture at most ``longest`` dots long, as JPEG in grey or RGB, one by one.

    Raises Refused, LimitMet, ReadingStopped.
    """
    task, arguments = ("scans", {}) if pdf else ("scan", {"longest": longest})
    for answer in stream(BINDING, f"{_TASKS}:{task}", [data], arguments, cancelled=cancelled, each=True):
        yield _page_scan(answer)


def _page_scan(answer: Answer) -> PageScan:
    """A page whose picture is a JPEG of the size that it says."""
    try:
        (width, height), across, tall, grey = answer.result
        scan = PageScan((float(width), float(height)), _number(across), _number(tall), bool(grey), _only(answer))
    except (TypeError, ValueError) as wrong:
        raise LimitMet(_ODD) from wrong
    if not (
        1 <= min(scan.size) <= max(scan.size) <= LARGEST_PAGE
        and min(scan.across, scan.tall) >= 1
        and scan.jpeg.startswith(b"\xff\xd8\xff")
    ):
        raise LimitMet(_ODD)
    return scan


def mended_pdf(data: bytes) -> tuple[tuple[AttachedPage, ...], bytes]:
    """The pages of a PDF of ours, and the PDF written anew so that it can be bound. Raises Refused, LimitMet."""
    answer = run(BINDING, f"{_TASKS}:mend", [data])
    try:
        leaves = tuple(
            AttachedPage((float(left), float(low), float(right), float(high)), int(turned))
            for (left, low, right, high), turned in answer.result
        )
    except (TypeError, ValueError) as wrong:
        raise LimitMet(_ODD) from wrong
    return leaves, _only(answer)


def bound_under(base: bytes, enclosures: Sequence[tuple[int, bytes, Sequence[AttachedPage]]]) -> bytes:
    """The PDF ``base`` with pages of others under its own, see pdf_pages.with_pages_under. Raises LimitMet."""
    places = [[first, [[leaf.box, leaf.turned] for leaf in leaves]] for first, _, leaves in enclosures]
    files = [data for _, data, _ in enclosures]
    return _only(run(BINDING, f"{_TASKS}:bind", [base, *files], {"places": places}, subject="案卷"))


def _drawn(answer: Answer) -> tuple[DrawnPage, int]:
    """A picture whose dots are as many as it says."""
    try:
        *numbers, grey, told = answer.result
        width, height, stride, count = map(_number, numbers)
        per_inch = float(told)
        (dots,) = answer.parts
    except (TypeError, ValueError) as wrong:
        raise LimitMet(_ODD) from wrong
    if not (
        0 < (1 if grey else 3) * width <= stride
        and height > 0
        and len(dots) == stride * height
        and 0 <= per_inch < _FINEST
    ):
        raise LimitMet(_ODD)
    return DrawnPage(width, height, stride, bytes(dots), bool(grey), per_inch), count


def _number(told: Any) -> int:
    if type(told) is not int or told < 0:
        raise LimitMet(_ODD)
    return told


def _only(answer: Answer) -> bytes:
    if len(answer.parts) != 1:
        raise LimitMet(_ODD)
    return answer.parts[0]
