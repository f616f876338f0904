"""Printing from the window: to CUPS the PDF as it is, elsewhere each page in its own size, never stretched."""

from __future__ import annotations

import json
import os
import sys
import time
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image
from PySide6.QtGui import QPageRanges
from PySide6.QtPrintSupport import QPrinter

from haicang_desk.model.values import NotWritten
from haicang_desk.ui.shell import printing
from haicang_desk.ui.shell.cups import CupsJob, outside_environment, ranges_of, send
from haicang_desk.ui.shell.printing import print_pages, set_up_paper

A4 = (595.28, 841.89)


def pdf(*sizes: tuple[float, float]) -> bytes:
    """A file of black pages of these sizes in points."""
    document = pypdfium2.PdfDocument.new()
    for width, height in sizes:
        picture = BytesIO()
        Image.new("RGB", (32, max(1, round(32 * height / width)))).save(picture, "JPEG")
        page = document.new_page(width, height)
        image = pypdfium2.PdfImage.new(document)
        image.load_jpeg(BytesIO(picture.getvalue()), inline=True)
        image.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
        page.insert_obj(image)
        page.gen_content()
    made = BytesIO()
    document.save(made)
    return made.getvalue()


@pytest.fixture
def to_file(dressed, tmp_path, monkeypatch):
    """A printer that writes a PDF, and the black part of each of its pages in points: left, top, right, bottom."""
    monkeypatch.setattr(printing, "FINE", 72)  # four times as coarse, and sixteen times as fast
    printer = set_up_paper(QPrinter(QPrinter.PrinterMode.HighResolution), large=False)
    printer.setOutputFileName(str(tmp_path / "打印.pdf"))

    def printed(*pdfs: bytes) -> list[tuple[int, ...] | None]:
        sent = print_pages(pdfs, printer, lambda *_: None, lambda: False)
        document = pypdfium2.PdfDocument((tmp_path / "打印.pdf").read_bytes())
        boxes = [
            page.render(scale=1).to_pil().convert("L").point(lambda x: 255 * (x < 128)).getbbox() for page in document
        ]
        assert sent == len([box for box in boxes if box])
        return boxes

    return printer, printed


def about(box, expected):
    return box is not None and all(abs(one - other) <= 2 for one, other in zip(box, expected, strict=True))


def test_a_small_square_stays_one_and_a_large_page_is_made_smaller(to_file):
    _, printed = to_file
    square, large = printed(pdf((200, 200), (2 * A4[0], 2 * A4[1])))
    assert about(square, (197.6, 321, 397.6, 521))
    assert about(large, (0, 0, *A4))


def test_a_wide_page_lies(to_file):
    _, printed = to_file
    (wide,) = printed(pdf((A4[1], A4[0])))
    assert about(wide, (0, 0, A4[1], A4[0]))


def test_ranges_with_commas_run_through_the_batch(to_file):
    printer, printed = to_file
    printer.setPageRanges(QPageRanges.fromString("1,3,5-7"))
    assert len(printed(pdf(*[A4] * 3), pdf(*[A4] * 4), pdf(A4))) == 5


@pytest.mark.parametrize(
    ("chosen", "first", "second"),
    [
        ([], [(1, 3)], [(1, 4)]),
        ([(1, 1), (3, 3), (5, 7)], [(1, 1), (3, 3)], [(2, 4)]),
        ([(2, 5)], [(2, 3)], [(1, 2)]),
        ([(9, 9)], [], []),
    ],
)
def test_ranges_of_a_batch_become_those_of_its_files(chosen, first, second):
    assert (ranges_of(chosen, 0, 3), ranges_of(chosen, 3, 4)) == (first, second)


def test_on_both_sides_each_file_begins_on_a_front(to_file):
    printer, printed = to_file
    printer.setDuplex(QPrinter.DuplexMode.DuplexLongSide)
    if printer.duplex() is not QPrinter.DuplexMode.DuplexLongSide:
        pytest.skip("this printer does not take both sides")
    made = printed(pdf(A4), pdf(A4, A4), pdf(A4))
    assert [box is not None for box in made] == [True, False, True, True, True]


@pytest.mark.parametrize(("collate", "order"), [(True, [200, 100, 200, 100]), (False, [200, 200, 100, 100])])
def test_copies_are_made_where_the_printer_makes_none(to_file, collate, order):
    printer, printed = to_file
    printer.setCopyCount(2)
    printer.setCollateCopies(collate)
    if printer.supportsMultipleCopies():
        pytest.skip("this printer makes copies itself")
    widths = [box[2] - box[0] for box in printed(pdf((200, 200)), pdf((100, 100)))]
    assert all(abs(one - other) <= 2 for one, other in zip(widths, order, strict=True))


def test_cancelling_stops_between_pages(to_file):
    printer, _ = to_file
    told = []
    stopped = print_pages([pdf(*[A4] * 5)], printer, lambda *done: told.append(done), lambda: len(told) == 2)
    assert (stopped, told) == (2, [(1, 5), (2, 5)])


def test_a_scan_of_a0_is_drawn_for_its_sheet(to_file):
    _, printed = to_file
    begun = time.monotonic()
    (box,) = printed(pdf((2384, 3370)))
    assert about(box, (0, 0, *A4)) and time.monotonic() - begun < 10


# ---- CUPS


@pytest.fixture
def lp(tmp_path, monkeypatch):
    """A program lp on the path that keeps its arguments, environment and bytes; what it was given."""
    script = tmp_path / "bin" / "lp"
    script.parent.mkdir()
    script.write_text(
        f"#!{sys.executable}\nimport json, os, sys\ndata = sys.stdin.buffer.read()\n"
        f"with open({str(tmp_path / 'log')!r}, 'a') as log:\n"
        "    log.write(json.dumps([sys.argv[1:], dict(os.environ), data.hex()]) + '\\n')\n"
        "sys.exit(1 if 'broken' in sys.argv else 0)\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(script.parent), prepend=os.pathsep)
    return lambda: [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]


@pytest.mark.posix
def test_a_queue_gets_the_files_as_they_are_with_what_was_chosen(dressed, lp, monkeypatch):
    monkeypatch.setattr(printing, "_queue_of", lambda _: printing.lp_program())
    monkeypatch.setenv("LD_LIBRARY_PATH", "/bundle")
    printer = set_up_paper(QPrinter(QPrinter.PrinterMode.HighResolution), large=True)
    printer.setPageRanges(QPageRanges.fromString("1,4"))
    files = [pdf(A4, A4), pdf(A4), pdf(A4, A4)]
    told = []
    assert print_pages(files, printer, lambda *done: told.append(done), lambda: False) == 2
    (first, environment, data), (second, *_) = lp()
    assert bytes.fromhex(data) == files[0] and "LD_LIBRARY_PATH" not in environment
    assert "page-ranges=1" in first and "media=A3" in first and "page-ranges=1" in second
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_what_is_asked_of_a_queue():
    job = CupsJob(
        "窗口", "表", copies=3, sides="two-sided-long-edge", media="A4", tray="Lower", ranges="1,3-5", grey=True
    )
    words = job.command("lp")
    assert words[:7] == ["lp", "-d", "窗口", "-n", "3", "-t", "表"] and words[-2:] == ["--", "-"]
    options = set(words[8:-2:2])
    assert options == {
        "collate=true",
        "sides=two-sided-long-edge",
        "media=A4",
        "InputSlot=Lower",
        "page-ranges=1,3-5",
        "print-color-mode=monochrome",
        "print-scaling=auto-fit",
    }


@pytest.mark.posix
def test_a_queue_that_takes_nothing_is_told(lp):
    with pytest.raises(NotWritten, match="打印机“broken”没有收"):
        send(CupsJob("broken", "表"), b"x", printing.lp_program())


def test_a_program_outside_has_the_libraries_from_before_the_bundle():
    ours = {"LD_LIBRARY_PATH": "/bundle", "LD_LIBRARY_PATH_ORIG": "/theirs", "PATH": "/bin", "PYTHONHOME": "/bundle"}
    assert outside_environment(ours) == {"LD_LIBRARY_PATH": "/theirs", "PATH": "/bin"}
