"""Printing from the window: to CUPS the PDF as it is, elsewhere each page in its own size, never stretched."""

from __future__ import annotations

import json
import os
import sys
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QMarginsF, Qt
from PySide6.QtGui import QImage, QPageLayout, QPageRanges, QPageSize
from PySide6.QtPrintSupport import QPrinter

from haicang_desk.model.foreign import pdf_pages
from haicang_desk.model.values import NotWritten
from haicang_desk.ui.shell import printing
from haicang_desk.ui.shell.cups import CupsJob, QueueJob, outside_environment, send
from haicang_desk.ui.shell.page_drawing import DrawnJob, draw_job, ranges_of
from haicang_desk.ui.shell.printing import drawn_job, print_pages, set_up_paper
from haicang_desk.ui.shell.queue_dialog import AS_SET, QueueDialog
from haicang_desk.ui.shell.queues import options_of, usual_queue

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
def to_file(dressed, tmp_path):
    """A printer that writes a PDF, and the black part of each of its pages in points: left, top, right, bottom."""
    printer = set_up_paper(QPrinter(QPrinter.PrinterMode.HighResolution), large=False)
    printer.setOutputFileName(str(tmp_path / "打印.pdf"))
    printer.setResolution(36)  # so that it takes no time

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
    return box is not None and all(abs(one - other) <= 4 for one, other in zip(box, expected, strict=True))


def test_a_small_square_stays_one_and_a_large_page_is_made_smaller(to_file):
    _, printed = to_file
    square, large = printed(pdf((200, 200), (2 * A4[0], 2 * A4[1])))
    assert about(square, (197.6, 321, 397.6, 521))
    assert about(large, (0, 0, *A4))


def test_a_wide_page_lies(to_file):
    _, printed = to_file
    (wide,) = printed(pdf((A4[1], A4[0])))
    assert about(wide, (0, 0, A4[1], A4[0]))


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


class Drawn:
    """Sheets that keep what is drawn: the width of each page in points, None for a blank side."""

    def __init__(self) -> None:
        self.sides, self.pictures, self.ended = [], [], 0

    def draw(self, picture):
        self.pictures.append(picture)
        self.sides.append(round(picture.width() / picture.dotsPerMeterX() * 39.37 * 72))

    def leave_blank(self):
        self.sides.append(None)

    def end(self):
        self.ended += 1


def drawn(files, *, stop=lambda _: False, **job):
    """The sides drawn of files whose pages have these widths, at a few dots an inch."""
    sheets, told = Drawn(), []
    setup = DrawnJob(**{"size": A4, "dots": 36, "grey_dots": 36, **job})
    pdfs = [pdf(*((width, 100) for width in widths)) for widths in files]
    sent = draw_job(pdfs, setup, sheets, lambda *done: told.append(done), lambda: stop(told))
    assert sent == len([side for side in sheets.sides if side is not None]) and sheets.ended == 1
    assert told == [(at, told[0][1]) for at in range(1, sent + 1)]
    return sheets.sides


def test_on_both_sides_each_file_begins_on_a_front():
    assert drawn([[110], [120, 130], [140]], both_sides=True) == [110, None, 120, 130, 140]
    assert drawn([[110], [120, 130], [140]]) == [110, 120, 130, 140]


def test_ranges_with_commas_run_through_the_batch_and_a_file_of_none_takes_no_side():
    files = [[110, 120, 130], [140], [150, 160], [170]]
    chosen = [(1, 1), (3, 3), (6, 7)]
    assert drawn(files, ranges=chosen) == [110, 130, 160, 170]
    assert drawn(files, ranges=chosen, both_sides=True) == [110, 130, 160, None, 170]


@pytest.mark.parametrize(
    ("collate", "both_sides", "sides"),
    [
        (True, False, [110, 120, 130, 140, 110, 120, 130, 140]),
        (False, False, [110, 110, 120, 120, 130, 130, 140, 140]),
        (True, True, [110, 120, 130, None, 140, None, 110, 120, 130, None, 140]),
        (False, True, [110, 120, 110, 120, 130, None, 130, None, 140, None, 140]),
    ],
)
def test_copies_repeat_the_batch_or_each_sheet(collate, both_sides, sides):
    assert drawn([[110, 120, 130], [140]], copies=2, collate=collate, both_sides=both_sides) == sides


def test_cancelling_stops_between_pages():
    assert drawn([[110] * 5], stop=lambda told: len(told) == 2) == [110, 110]


class Device:
    """A printer as far as it answers what it can do and what was chosen."""

    def __init__(self, *, copies=3, makes_copies=False, resolution=1200, duplex="DuplexShortSide"):
        self.copyCount, self.supportsMultipleCopies = (lambda: copies), (lambda: makes_copies)
        self.resolution, self.duplex = (lambda: resolution), (lambda: QPrinter.DuplexMode[duplex])
        self.collateCopies, self.pageRanges = (lambda: False), (lambda: QPageRanges.fromString("2,4-5"))
        self.pageLayout = lambda: QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Landscape, QMarginsF())


def test_what_a_device_does_itself_is_left_to_it():
    job = drawn_job(Device())
    assert (job.copies, job.collate, job.both_sides, job.ranges) == (3, False, True, [(2, 2), (4, 5)])
    assert (job.dots, job.grey_dots) == (300, 600) and job.size == pytest.approx(A4, abs=1)
    plain = drawn_job(Device(makes_copies=True, resolution=203, duplex="DuplexNone"))
    assert (plain.copies, plain.both_sides, plain.dots, plain.grey_dots) == (1, False, 203, 203)


def test_a_page_without_colour_is_drawn_in_grey_and_finer_and_one_with_a_red_line_is_not():
    reds, sheets = [Image.new("RGB", (300, 400), "white") for _ in range(2)], Drawn()
    ImageDraw.Draw(reds[1]).line((20, 20, 280, 20), "red")
    made = BytesIO()
    reds[0].save(made, "PDF", save_all=True, append_images=reds[1:])
    draw_job([made.getvalue()], DrawnJob(A4, dots=72, grey_dots=144), sheets, lambda *_: None, lambda: False)
    grey, coloured = sheets.pictures
    assert grey.format() is QImage.Format.Format_Grayscale8 and coloured.format() is QImage.Format.Format_BGR888
    assert (grey.width(), coloured.width()) == (600, 300) and sheets.sides == [300, 300]


def test_a_page_drawn_coarser_for_its_memory_keeps_its_size(monkeypatch):
    (page, _), *_ = pdf_pages.draw_pages(pdf(A4), pdf_pages.Wanted(600, most_dots=400_000))
    assert page.width * page.height <= 402_000 and page.width / page.per_inch * 72 == pytest.approx(A4[0], abs=1)


def test_a_scan_of_a0_is_drawn_for_its_sheet():
    sheets = Drawn()
    draw_job([pdf((2384, 3370))], DrawnJob(A4, dots=72, grey_dots=72), sheets, lambda *_: None, lambda: False)
    assert about((sheets.pictures[0].width(), sheets.pictures[0].height()), A4)


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
def test_a_queue_gets_the_files_as_they_are_with_what_was_chosen(lp, monkeypatch):
    monkeypatch.setenv("LD_LIBRARY_PATH", "/bundle")
    files = [pdf(A4, A4), pdf(A4), pdf(A4, A4)]
    told = []
    job = QueueJob("窗口", copies=2, collate=False, media="A3", tray="Tray2", chosen=((1, 1), (4, 4)))
    assert print_pages(files, job, lambda *done: told.append(done), lambda: False) == 2
    (first, environment, data), (second, *_) = lp()
    assert bytes.fromhex(data) == files[0] and "LD_LIBRARY_PATH" not in environment
    assert {"page-ranges=1", "media=A3", "InputSlot=Tray2", "collate=false"} <= set(first) and "page-ranges=1" in second
    assert first[:4] == ["-d", "窗口", "-n", "2"] and told == [(1, 3), (2, 3), (3, 3)]


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


# ---- what queues offer

TRAYS = """PageSize/Media Size: A3 *A4 Letter Custom.WIDTHxHEIGHT
InputSlot/Media Source: *Auto Tray1 Tray2
Duplex/2-Sided Printing: *None DuplexNoTumble DuplexTumble
"""


def test_what_a_queue_offers_is_read_and_nothing_is_guessed():
    told = options_of(TRAYS)
    assert (told.trays, told.both_sides, told.usual["PageSize"]) == (("Auto", "Tray1", "Tray2"), True, "A4")
    assert not told.lacks("A3") and options_of("PageSize/Media Size: *A4 Letter\n").lacks("A3")
    assert options_of("Duplex/2-Sided: *None\n").both_sides is False
    for silent in ("", "lpoptions: Unable to get PPD file for X: Not Found\n"):
        assert (options_of(silent).trays, options_of(silent).lacks("A3")) == ((), False)
    assert options_of("").both_sides is None
    assert usual_queue("system default destination: 窗口\n") == "窗口" and not usual_queue(
        "no system default destination\n"
    )


@pytest.fixture
def queues(tmp_path, monkeypatch):
    """Programs of CUPS on the path: three queues, of which the second is the usual one, and the third tells nothing."""
    folder = tmp_path / "cups"
    folder.mkdir()
    scripts = {
        "lpstat": 'if [ "$1" = -e ]; then printf "office\\nwindow\\nsilent\\n"; '
        'else echo "system default destination: window"; fi',
        "lpoptions": f'[ "$2" = silent ] && exit 1\n[ "$2" = office ] && echo "PageSize/Media Size: *A4" && exit\n'
        f"cat <<'E'\n{TRAYS}E",
    }
    for name, body in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


def names_of(box):
    return [box.itemText(n) for n in range(box.count())]


@pytest.mark.posix
def test_the_dialog_offers_the_trays_of_the_queue_and_none_where_it_tells_none(dressed, qtbot, queues):
    dialog = QueueDialog(None, paper="A3", kept={"tray": "Tray2", "duplex": "two-sided-long-edge", "copies": 3})
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog.tray.count() == 4, timeout=5000)
    assert names_of(dialog.queue) == ["office", "window", "silent"]
    assert names_of(dialog.tray)[1:] == [
        "Auto",
        "Tray1",
        "Tray2",
    ]
    dialog.pages.setText("5－7，1, 3")
    job = dialog.job
    assert (job.printer, job.tray, job.sides, job.copies) == ("window", "Tray2", "two-sided-long-edge", 3)
    assert (job.media, job.chosen) == ("A3", ((1, 1), (3, 3), (5, 7)))
    dialog.queue.setCurrentText("office")
    qtbot.waitUntil(lambda: "没有 A3 纸" in dialog._told.text(), timeout=5000)
    assert names_of(dialog.tray) == [AS_SET] and not dialog.tray.isEnabled() and dialog.job.tray == ""
    dialog.queue.setCurrentText("silent")
    qtbot.waitUntil(lambda: dialog._told.text() == "纸张 A3", timeout=5000)
    assert dialog.sides.count() == 4 and not dialog.tray.isEnabled()
    dialog.pages.setText("3-1")
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert dialog.result() == 0 and "页码看不懂" in dialog._told.text()
    dialog.pages.setText("")
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert dialog.result() == 1
