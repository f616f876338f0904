"""What a document says in public is said: a notice has no label with an empty cell, and no sum is negative."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from haicang_desk.model.blocks import CellSpan, Para, Words, texts_in
from haicang_desk.model.documents.judge.cells import Part, Table, Unfit, one_line, says_nothing, shown
from haicang_desk.model.records import Appointment, Project

_SUM = r"[-－]\d{1,3}(?:,?\d{3})*\.\d\d"
_CELL = re.compile(rf"{_SUM}|.*负人民币.*", re.DOTALL)  # a cell that is nothing but a sum, or has one in 大写
_SENTENCE = re.compile(rf"(?<![\dA-Za-z.]){_SUM} ?万?元")
_IMPLEMENTER = Appointment.fields["implementer"].label
_BY_HAND = ("：", "，", "。", "）")  # what follows a fact that is missing within a sentence


def refuse_negative_sums(parts: Iterable[Part]) -> None:
    """Raises Unfit for a negative sum: what is over a reference reads “超出 …” (R29)."""
    for part in parts:
        if isinstance(part, Table):
            for span in part.spans:
                if not span.cell.label and _CELL.fullmatch(text := part.text(span)):
                    raise Unfit(negative_sum(text, part.place(span)))
        texts = map(part.text, part.spans) if isinstance(part, Table) else texts_in(part)
        for text in texts:
            if found := _SENTENCE.search(text):
                raise Unfit(
                    negative_sum(found.group(), text[max(0, found.start() - 12) : found.start()].strip("，。；："))
                )


def negative_sum(text: str, where: str) -> str:
    """Why a document with this negative sum is not printed, and what to do. ``where``: its place on the document."""
    line = text if len(text) <= 40 else f"{text[:40]}…"
    return (
        f"“{where or '金额'}”会印出负数（{one_line(line)}），没有印。"
        "请核对有关项目的核定、拨付、退款、使用明细和决算，改正后再印"
    )


def refuse_empty_facts(parts: Iterable[Part]) -> None:
    """Raises Unfit for a label of a notice with an empty cell, and for a fact missing within its sentences.

    A line to write on is not empty.
    """
    for part in parts:
        if isinstance(part, Table):
            _refuse_empty_cells(part)
        elif isinstance(part, Para) and isinstance(part.words, tuple):
            _refuse_gap(part.words)


def _refuse_empty_cells(table: Table) -> None:
    for head in table.spans:
        if not head.cell.label or not (name := table.words(head)):
            continue
        answers = [span for span in table.beside(head) if not span.cell.label] or table.below(head)
        for span in answers:
            if not span.cell.label and _nothing_in(span):
                raise Unfit(_not_recorded(name, _project_of(table)))


def _nothing_in(span: CellSpan) -> bool:
    return says_nothing(span.cell.words, (*span.cell.foot, *span.cell.seal))


def _refuse_gap(words: tuple[Words, ...]) -> None:
    for before, part in pairwise(words):
        text = shown(before)
        if text.endswith("：") and isinstance(part, str) and (not part.strip() or part.startswith(_BY_HAND[1:])):
            name = re.split("[，。（；]", text.rstrip("："))[-1]
            raise Unfit(_not_recorded(name))


def _project_of(table: Table) -> str:
    """The title that the table gives for its project, in quotation marks; "" where it has none."""
    label = Project.fields["title"].label
    heads = [span for span in table.spans if span.cell.label and table.words(span) == label]
    titles = [table.words(answer) for head in heads for answer in table.beside(head)]
    return f"“{titles[0]}”的" if titles and titles[0] else ""


def _not_recorded(name: str, whose: str = "") -> str:
    cure = f"请先登记{Appointment.label}，再印公示" if name == _IMPLEMENTER else "请先把这一项登记齐全，再印公示"
    return f"{whose}“{name}”还没有登记，公示不能空着，没有印。{cure}"
