"""Photographs that a document shows: attachments of its kind that are pictures, each over what it is of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import PurePath

from haicang_desk.model.blocks import Block, Note, Picture, Pictures
from haicang_desk.model.documents.scenes import ProjectScene
from haicang_desk.model.records import Attachment
from haicang_desk.model.scans import ScanKind, kind_of

MOST = 4  # two by two on a page; the others are in the dossier


def photographs(scene: ProjectScene, item: str, *, caption: Callable[[str], str] = str) -> list[Block]:
    """The first of them in the order of their days, and how many more there are; nothing where there are none."""
    found = list(_pictures(scene, item))
    shown = tuple(Picture(data, caption(_said(each))) for each, data in found[:MOST])
    blocks: list[Block] = [Pictures(shown)] if shown else []
    if len(found) > MOST:
        blocks.append(Note(f"另有 {len(found) - MOST} 张，存项目档案。"))
    return blocks


def _pictures(scene: ProjectScene, item: str) -> Iterator[tuple[Attachment, bytes]]:
    ours = [each for each in scene.case.attachments if each.item == item]
    for each in sorted(ours, key=lambda each: each.added_on or date.max):
        held = scene.originals.get(each.id)
        if isinstance(held, bytes) and kind_of(held) is not ScanKind.PDF:
            yield each, held


def _said(each: Attachment) -> str:
    return each.note or PurePath(each.name).stem
