"""Proofreading: what a composed document may not show, found over its blocks before anything is printed.

It is the one place for rules that hold of every document: each character can be printed; no sum is negative (a balance
against a reference says “超出 …” instead, R29); every total equals its rows, and 大写 the figure beside it; the days at
seals and signatures are those recorded; a notice has no empty fact. The rules are in ``judge``, a module a subject.
"""

from __future__ import annotations

from collections.abc import Iterable

from haicang_desk.model.blocks import Paper, PaperKind, texts_in
from haicang_desk.model.documents.context import DocumentContext
from haicang_desk.model.documents.judge.capitals import refuse_wrong_capitals
from haicang_desk.model.documents.judge.cells import Unfit, parts_of
from haicang_desk.model.documents.judge.dates import refuse_wrong_days
from haicang_desk.model.documents.judge.facts import negative_sum, refuse_empty_facts, refuse_negative_sums
from haicang_desk.model.documents.judge.sums import refuse_wrong_sums
from haicang_desk.model.typesetting import unprintable_in

__all__ = ["Unfit", "negative_sum", "proofread"]


def proofread(
    papers: Iterable[Paper], name: str = "", context: DocumentContext | None = None, *, posted: bool = True
) -> None:
    """Raises Unprintable for a character that cannot be printed, Unfit for what may not be shown.

    With the ``name`` of the document and its ``context`` also for days that are not the recorded ones. What is not
    ``posted``, as a notice within a dossier, may leave facts empty.
    """
    for paper in papers:
        if (error := unprintable_in(texts_in((paper.blocks, paper.setup)))) is not None:
            raise error
        parts = parts_of(paper.blocks)
        refuse_negative_sums(parts)
        refuse_wrong_sums(parts)
        refuse_wrong_capitals(parts)
        if paper.setup.kind is PaperKind.NOTICE and posted:
            refuse_empty_facts(parts)
        if context is not None:
            refuse_wrong_days(paper, parts, name, context)
