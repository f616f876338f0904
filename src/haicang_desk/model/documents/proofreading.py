"""Proofreading: what a composed document may not show, found over its blocks before anything is printed.

It is the one place for rules that hold of every document: each character can be printed; no sum is negative (a balance
against a reference says “超出 …” instead, R29); a notice names the 实施主体 where it has a place for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from haicang_desk.model.blocks import Block, CellSpan, Grid, Paper, PaperKind, cell_spans_of, texts_in
from haicang_desk.model.documents.form_parts import field_label
from haicang_desk.model.records import Appointment
from haicang_desk.model.typesetting import unprintable_in
from haicang_desk.model.values import Refused

_SUM = r"[-－]\d{1,3}(?:,?\d{3})*\.\d\d"
_CELL = re.compile(rf"{_SUM}|.*负人民币.*", re.DOTALL)  # a cell that is nothing but a sum, or has one in 大写
_SENTENCE = re.compile(rf"(?<![\dA-Za-z.]){_SUM} ?万?元")


class Unfit(Refused):
    """The document would show what no document may show; the text says what, and what to do."""


def proofread(papers: Iterable[Paper]) -> None:
    """Raises Unprintable for a character that cannot be printed, Unfit for what may not be shown."""
    for paper in papers:
        if (error := unprintable_in(texts_in((paper.blocks, paper.setup)))) is not None:
            raise error
        for block in _flat(paper.blocks):
            _refuse_negative(block)
            if paper.setup.kind is PaperKind.NOTICE and isinstance(block, Grid):
                _refuse_no_implementer(block)


def _flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, with those kept together one by one."""
    for block in blocks:
        yield from _flat(inner) if (inner := getattr(block, "blocks", None)) is not None else (block,)


def _refuse_negative(block: Block) -> None:
    if isinstance(block, Grid):
        spans = list(cell_spans_of(block))
        for span in spans:
            if _CELL.fullmatch(text := _text(span)) and not span.cell.label:
                raise Unfit(negative_sum(text, "·".join(_labels(span, spans))))
    for text in texts_in(block):
        if found := _SENTENCE.search(text):
            raise Unfit(negative_sum(found.group(), text[max(0, found.start() - 12) : found.start()].strip("，。；：")))


def negative_sum(text: str, where: str) -> str:
    """Why a document with this negative sum is not printed, and what to do. ``where``: its place on the document."""
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    return (
        f"“{where or '金额'}”会印出负数（{' '.join(shown.split())}），没有印。"
        "请核对有关项目的核定、拨付、退款、使用明细和决算，改正后再印"
    )


def _refuse_no_implementer(grid: Grid) -> None:
    name = field_label(Appointment, "implementer")
    spans = list(cell_spans_of(grid))
    for head in spans:
        if head.cell.label and _text(head).strip() == name:
            beside = [span for span in spans if span.row == head.row and span.column == head.past_column]
            below = [span for span in spans if span.column == head.column and span.row >= head.past_row]
            answers = [span for span in beside if not span.cell.label] or below
            if any(not _text(span).strip() for span in answers):
                raise Unfit(f"“{name}”还没有登记，公示不能空着，没有印。请先登记{Appointment.label}，再印公示")


def _labels(cell: CellSpan, spans: list[CellSpan]) -> Iterator[str]:
    """The labels of a cell: the nearest in its row at its left, and the heading of its column."""
    left = [s for s in spans if s.row <= cell.row < s.past_row and s.past_column <= cell.column and _text(s).strip()]
    if left:
        named = [span for span in left if span.cell.label] or left
        yield " ".join(_text(named[-1]).split())
    wide = max(span.past_column for span in spans)
    above = [
        span
        for span in spans
        if span.past_row <= cell.row and span.column <= cell.column < span.past_column and span.cell.label
    ]
    if heads := [span for span in above if span.past_column - span.column < wide and span not in left]:
        yield " ".join(_text(heads[-1]).split())


def _text(span: CellSpan) -> str:
    return "".join(texts_in(span.cell))
