"""Random blocks in random order are printed completely, once, and on a finite number of pages."""

import random

import pytest

from haicang_desk.model.blocks import (
    Align,
    Attachments,
    Gap,
    Grid,
    GridCell,
    GridRow,
    Heading,
    KeepTogether,
    Note,
    PageBreak,
    PaperKind,
    PaperSize,
    Para,
    Seal,
    Signatures,
    Title,
)
from haicang_desk.model.typesetting.pdf.writer import write_pdf
from tests.typesetting.pdf_reading import outside, pages, paper
from tests.typesetting.sentences import sentences


class Maker:
    """Makes random blocks, with a unique mark in each text."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.marks = []

    def words(self, most=300):
        self.marks.append(f"[{len(self.marks)}]")
        return self.marks[-1] + sentences(self.rng, self.rng.choice((1, 10, most)))

    def cell(self, columns):
        rng = self.rng
        foot = ("签字：", "（盖章）", "年　月　日") if rng.random() < 0.15 else ()
        return GridCell(
            self.words(rng.choice((5, 60, 60, 900))),
            columns=rng.randint(1, columns),
            align=rng.choice((None, *Align)),
            top=rng.random() < 0.3,
            indent=rng.choice((0, 2)),
            foot=foot,
        )

    def grid(self):
        rng = self.rng
        columns = rng.randint(1, 6)
        tall = columns > 1 and rng.random() < 0.5
        rows = []
        for at in range(rng.randint(1, 9)):
            side = (GridCell(self.words(5), label=True, rows=3),) if tall and at % 3 == 0 else ()
            rows.append(GridRow((*side, self.cell(columns)), rng.choice((0, 0, 10, 120, 400)), rng.random() < 0.2))
        weights = tuple(rng.uniform(1, 4) for _ in range(columns))
        return Grid(tuple(rows), weights, heading=rng.choice((0, 0, 1)), unit=rng.choice(("", "单位：元")))

    def block(self, depth=0):
        kinds = [
            lambda: Para(self.words(2000), align=self.rng.choice(list(Align))),
            lambda: Heading(self.words(20), self.rng.randint(1, 4)),
            self.grid,
            lambda: Note(self.words()),
            lambda: Title(self.words(30)),
            lambda: Seal("办事处", None, self.rng.random() < 0.5),
            lambda: Signatures((("甲方：", "日期："), ("乙方：",))),
            lambda: Attachments((self.words(40), self.words(10))),
            lambda: Gap(self.rng.choice((1, 40))),
            PageBreak,
        ]
        if depth < 2:
            kinds.append(lambda: KeepTogether(tuple(self.block(depth + 1) for _ in range(self.rng.randint(1, 6)))))
        return self.rng.choice(kinds)()

    def paper(self):
        rng = self.rng
        blocks = [self.block() for _ in range(rng.randint(1, 8))]
        return paper(
            *blocks,
            kind=rng.choice(list(PaperKind)),
            size=rng.choice(list(PaperSize)),
            landscape=rng.random() < 0.3,
            most_pages=rng.choice((0, 0, 1)),
        )


@pytest.mark.parametrize("seed", range(24))
def test_any_blocks_are_printed_completely(seed):
    maker = Maker(seed)
    data = write_pdf(maker.paper())
    assert outside(data) == []
    made = pages(data)
    assert len(made) < 120
    said = "".join(line.text for page in made for line in page)
    assert [mark for mark in maker.marks if mark not in said] == []


def test_a_heading_row_higher_than_a_page_is_not_repeated_endlessly():
    grid = Grid((GridRow((GridCell("头" * 4000),)), GridRow((GridCell("身" * 4000),))), (1,), heading=1)
    assert len(pages(paper(grid))) < 12


def test_a_cell_foot_higher_than_a_page_is_finite():
    grid = Grid((GridRow((GridCell("文", foot=("签字：",) * 80),)),), (1,))
    assert len(pages(paper(grid))) <= 2


def test_blocks_kept_together_are_split_when_higher_than_a_page():
    together = KeepTogether((Para("行\n" * 100), Grid((GridRow((GridCell("格" * 3000),)),), (1,))))
    assert 3 <= len(pages(paper(Para("前"), together))) <= 7
