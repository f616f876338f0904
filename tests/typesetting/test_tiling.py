"""Two A4 sheets pasted together equal the A3 page: nothing is lost, repeated or cut."""

from __future__ import annotations

import random
from dataclasses import replace
from io import BytesIO

import pdfplumber
import pypdfium2
import pytest

from haicang_desk.model.blocks import Grid, GridRow, PaperKind, PaperSize, Para, Title, label, prose, row
from haicang_desk.model.typesetting.pdf.tiling import HEIGHT, WIDTH
from haicang_desk.model.typesetting.pdf.writer import write_pdf
from tests.typesetting.pdf_reading import MM, outside, pages, paper
from tests.typesetting.sentences import sentences

MARGIN = 24 * MM


def notice(seed):
    """Random text and table, so that the middle of the page is anywhere in them."""
    rng = random.Random(seed)
    rows = [
        row(label("项目内容"), prose(sentences(rng, rng.randint(5, 90))))
        if n % 2
        else GridRow((label("二"), prose("三")), 9)
        for n in range(14)
    ]
    blocks = (
        Title("关于霞阳社区项目的公示"),
        *(Para(sentences(rng, rng.randint(20, 300))) for _ in range(rng.randint(1, 4))),
        Grid(tuple(rows), (1, 4)),
        Para(sentences(rng, 200)),
    )
    return paper(*blocks, kind=PaperKind.NOTICE, size=PaperSize.A3, footer="依据：63号", seal_code="3f9a")


def sheets_of(whole):
    return write_pdf(replace(whole, setup=replace(whole.setup, size=PaperSize.TWO_A4)))


def seams(data):
    """The distance of the cutting mark from the upper edge of each sheet."""
    with pdfplumber.open(BytesIO(data)) as pdf:
        for page in pdf.pages:
            ticks = [line for line in page.lines if line["x1"] < MARGIN - 1 or line["x0"] > WIDTH - MARGIN + 1]
            assert len(ticks) == 2
            assert len({round(tick["top"], 2) for tick in ticks}) == 1
            yield float(ticks[0]["top"])


@pytest.mark.parametrize("seed", range(6))
def test_the_two_sheets_have_every_line_of_the_page_once_and_uncut(seed):
    whole, data = notice(seed), sheets_of(notice(seed))
    assert outside(data) == []
    made, sheets = pages(whole), pages(data)
    assert len(sheets) == 2 * len(made)
    for page, upper, lower in zip(made, sheets[::2], sheets[1::2], strict=True):
        marks = [line.text for line in (*upper, *lower) if line.text.startswith("第") and "半张" in line.text]
        assert len(marks) == 2
        said = [line.text for line in (*upper, *lower) if line.text not in marks]
        assert said == [line.text for line in page]


def placed(page, down, seam, above=0.0, below=9e9):
    """Characters and horizontal rules between two heights of a sheet, with their positions on the page."""
    characters = [(c["text"], c["x0"], c["top"]) for c in page.chars if above <= c["top"] < below]
    level = [("", line["x0"], line["top"]) for line in page.lines if line["width"] > 1 and line["x1"] > MARGIN]
    rules = [rule for rule in level if above <= rule[2] < below and abs(rule[2] - seam) > 0.3]
    inside = [each for each in (*characters, *rules) if MARGIN - 1 < each[1] < WIDTH - MARGIN]
    return sorted((round(y + down, 1), round(x, 1), said) for said, x, y in inside)


@pytest.mark.parametrize("seed", range(6))
def test_the_sheets_cut_at_the_marks_and_joined_are_the_page(seed):
    whole, data = notice(seed), sheets_of(notice(seed))
    hidden = 16 * MM  # of the page's upper margin
    with pdfplumber.open(BytesIO(write_pdf(whole))) as kept, pdfplumber.open(BytesIO(data)) as sheets:
        for number, page in enumerate(kept.pages):
            upper, lower = sheets.pages[2 * number :][:2]
            end, start = list(seams(data))[2 * number :][:2]
            together = placed(upper, hidden, end, below=end) + placed(lower, hidden + end - start, start, above=start)
            expected = placed(page, 0.0, hidden + end)
            assert [said for *_, said in together] == [said for *_, said in expected]
            for made, wanted in zip(together, expected, strict=True):
                assert made[:2] == pytest.approx(wanted[:2], abs=0.2)


@pytest.mark.parametrize("seed", range(6))
def test_the_seam_is_within_the_printable_area_and_crosses_no_text(seed):
    data = sheets_of(notice(seed))
    with pdfplumber.open(BytesIO(data)) as pdf:
        for count, (page, seam) in enumerate(zip(pdf.pages, seams(data), strict=True)):
            assert min(seam, page.height - seam) >= 9 * MM - 0.1
            assert [(page.width, page.height)] == [(pytest.approx(WIDTH, abs=0.1), pytest.approx(HEIGHT, abs=0.1))]
            crossing = [c["text"] for c in page.chars if c["top"] + 3 < seam < c["bottom"] - 3]
            assert crossing == [], count


def test_only_portrait_notices_are_tiled():
    (page,) = pypdfium2.PdfDocument(write_pdf(paper(Para("一"), kind=PaperKind.FORM, size=PaperSize.TWO_A4)))
    assert page.get_size() == pytest.approx((297 * MM, 420 * MM), abs=0.1)
