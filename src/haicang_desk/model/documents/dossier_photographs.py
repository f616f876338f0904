"""The sheets of photographs in a dossier: upright ones four to a page, landscape ones two large or six to a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from haicang_desk.model.blocks import Block, Numbering, PageBreak, Paper, Picture, Pictures, Title
from haicang_desk.model.documents.form_parts import day_text
from haicang_desk.model.records import Attachment

_TALLEST = {1: 185, 2: 92, 3: 60}  # mm of a photograph, by the number of rows that fill a page with title and captions


@dataclass(frozen=True, slots=True)
class DossierPhotograph:
    """A photograph of a project with its bytes; ``landscape``: at least as wide as it is high."""

    attachment: Attachment
    data: bytes
    landscape: bool


def photograph_paper(front: Paper, item: str, photographs: Sequence[DossierPhotograph]) -> Paper:
    """Photographs of one thing in their order, each with what it shows and its day; set up as the cover is."""
    columns, rows = _arrangement(photographs)
    blocks: list[Block] = [Title(item)]
    shown = [Picture(each.data, _caption(each.attachment), tallest=_TALLEST[rows]) for each in photographs]
    for start in range(0, len(shown), columns * rows):
        blocks += [PageBreak()] if start else []
        blocks.append(Pictures(tuple(shown[start : start + columns * rows]), columns))
    return Paper(replace(front.setup, numbering=Numbering.NONE, qr="", most_pages=0), tuple(blocks))


def _arrangement(photographs: Sequence[DossierPhotograph]) -> tuple[int, int]:
    """How many stand side by side on a page, and how many rows it has."""
    landscape = all(each.landscape for each in photographs)
    if len(photographs) == 1:
        return 1, 1
    if landscape:
        return (1, 2) if len(photographs) == 2 else (2, 3)
    return 2, 2


def _caption(attachment: Attachment) -> str:
    day = day_text(attachment.added_on)
    return "　".join(filter(None, (attachment.note or PurePath(attachment.name).stem, day)))
