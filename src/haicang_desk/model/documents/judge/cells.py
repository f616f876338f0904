"""Tables as a reader takes them in: the text of a cell, the labels it stands under, and whether it says nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from haicang_desk.model.blocks import (
    Blank,
    Block,
    CellSpan,
    Grid,
    Inline,
    KeepTogether,
    Run,
    Tick,
    Words,
    cell_spans_of,
    texts_in,
)
from haicang_desk.model.values import Refused


class Unfit(Refused):
    """The document would show what no document may show; the text says what, and what to do."""


class Table:
    """A table with the place and the text of every cell, worked out once for all rules."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.spans = tuple(cell_spans_of(grid))
        self._texts = {(span.row, span.column): text_of(span) for span in self.spans}

    def text(self, span: CellSpan) -> str:
        """All text of a cell, in its order."""
        return self._texts[span.row, span.column]

    def words(self, span: CellSpan) -> str:
        """The text of a cell with every space and line end as one space."""
        return one_line(self.text(span))

    @cached_property
    def rows(self) -> tuple[tuple[CellSpan, ...], ...]:
        """The cells of each row from left to right, with those that reach into it from above; no labels at its side."""
        rows: list[list[CellSpan]] = [[] for _ in self.grid.rows]
        for span in self.spans:
            if span.cell.label and span.column == 0 and span.past_row > span.row + 1:
                continue
            for at in range(span.row, span.past_row):
                rows[at].append(span)
        return tuple(tuple(sorted(row, key=lambda span: span.column)) for row in rows)

    def beside(self, span: CellSpan) -> list[CellSpan]:
        """The cells at the right of a cell that begin in one of its rows."""
        return [each for each in self.spans if span.row <= each.row < span.past_row and each.column == span.past_column]

    def below(self, span: CellSpan) -> list[CellSpan]:
        """The cells under a cell that begin at its left edge, down to the next label."""
        column = [each for each in self.spans if each.column == span.column and each.row >= span.past_row]
        for at, each in enumerate(column):
            if each.cell.label:
                return column[:at]
        return column

    def place(self, span: CellSpan) -> str:
        """The labels of a cell, joined: the nearest in its row at its left, and the heading of its column."""
        return "·".join(self._labels(span))

    def _labels(self, cell: CellSpan) -> Iterator[str]:
        spans = self.spans
        left = [
            s for s in spans if s.row <= cell.row < s.past_row and s.past_column <= cell.column and self.text(s).strip()
        ]
        if left:
            named = [span for span in left if span.cell.label] or left
            yield self.words(named[-1])
        wide = max(span.past_column for span in spans)
        above = [
            span
            for span in spans
            if span.past_row <= cell.row and span.column <= cell.column < span.past_column and span.cell.label
        ]
        if heads := [span for span in above if span.past_column - span.column < wide and span not in left]:
            yield self.words(heads[-1])


Part = Block | Table


def parts_of(blocks: Iterable[Block]) -> list[Part]:
    """The blocks as the rules read them: those kept together one by one, and grids as tables."""
    parts: list[Part] = []
    for block in blocks:
        if isinstance(block, KeepTogether):
            parts += parts_of(block.blocks)
        else:
            parts.append(Table(block) if isinstance(block, Grid) else block)
    return parts


def text_of(span: CellSpan) -> str:
    """All text of a cell, in its order."""
    cell = span.cell
    signed = (*cell.foot, *cell.seal)
    return cell.words if isinstance(cell.words, str) and not signed else "".join(texts_in((cell.words, signed)))


def one_line(text: str) -> str:
    """The text with every space and line end as one space."""
    return " ".join(text.split())


def says_nothing(words: Words, foot: Sequence[Words] = ()) -> bool:
    """Whether nothing would be read there, nor is there a line to write on or a box to tick."""
    parts: tuple[Words, ...] = (*(words if isinstance(words, tuple) else (words,)), *foot)
    return all(_empty(part) for part in parts)


def _empty(part: Words) -> bool:
    if isinstance(part, tuple):
        return says_nothing(part)
    if isinstance(part, Blank | Tick):
        return False
    return not (part.text if isinstance(part, Run) else part).strip()


def shown(words: Words) -> str:
    """Words as they read, a line to write on as ＿."""
    if isinstance(words, tuple):
        return "".join(map(_shown, words))
    return _shown(words)


def _shown(part: Inline) -> str:
    if isinstance(part, Blank):
        return part.text or "＿"
    if isinstance(part, Tick):
        return ("☑" if part.chosen else "□") + part.label
    return part.text if isinstance(part, Run) else part
