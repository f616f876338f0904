"""Blocks as nodes: one small function a block, registered by the modules beside this one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import singledispatch

from haicang_desk.model.blocks import Align, PageBreak, Seal, Words
from haicang_desk.model.typesetting.docx.nodes import Node, Paragraph, ParagraphFormat
from haicang_desk.model.typesetting.docx.runs import paragraph_runs
from haicang_desk.model.typesetting.docx.styles import Style
from haicang_desk.model.typesetting.layout.lines import natural_width
from haicang_desk.model.typesetting.layout.page_style import PageStyle
from haicang_desk.model.typesetting.layout.pages import LayoutContext

_SMALL = 1.0  # points: the line that must stand between two tables and after the last


@dataclass
class DocxContext:
    """What blocks are written with: measures of the typesetter, styles of the file, its pictures so far."""

    layout: LayoutContext
    styles: Mapping[str, Style]
    pictures: list[bytes]
    numbers: Iterator[int]  # for drawings: no two in a file have the same
    bound: bool = False  # with other papers in one file

    @property
    def page_style(self) -> PageStyle:
        return self.layout.style

    def shape(self, style: str = "Normal") -> ParagraphFormat:
        return ParagraphFormat(style=self.styles[style])

    def wide(self, words: Words, shape: ParagraphFormat) -> float:
        """How wide the words come out on one line."""
        return natural_width(words, shape.set_in, self.layout.font_set)

    def paragraphs(self, words: Words, shape: ParagraphFormat, width: float = 0) -> Iterator[Paragraph]:
        """One paragraph for each line of the words. A blank without a width reaches to `width`; 0: the type area's."""
        for told in paragraph_runs(words, shape.set_in, shape.style.type):
            if told.fillers:
                reach = (width or self.page_style.width) - shape.right
                stops = tuple(("right", reach * n / told.fillers) for n in range(1, told.fillers + 1))
                yield Paragraph(replace(shape, tabs=stops, align=Align.LEFT), told.runs)
            else:
                yield Paragraph(shape, told.runs)

    def space(self, height: float = _SMALL) -> Paragraph:
        """An empty line so high."""
        return Paragraph(replace(self.shape(), leading=max(height, _SMALL)))


@singledispatch
def nodes_of(block: object, context: DocxContext) -> Iterator[Node]:
    """The nodes that show one block."""
    raise TypeError(f"no way to write {block!r}")


def compose_nodes(blocks: Iterable[object], context: DocxContext) -> list[Node]:
    """All nodes in order; a page break is a property of what follows it."""
    made: list[Node] = []
    breaks = False
    for block in blocks:
        if isinstance(block, PageBreak):
            breaks = bool(made)
            continue
        if isinstance(block, Seal) and made:  # never alone on its page
            made[-1] = made[-1].kept() if isinstance(made[-1], Paragraph) else made[-1]
        fresh = list(nodes_of(block, context))
        if fresh and breaks:
            fresh[0], breaks = fresh[0].breaking(), False
        made += fresh
    return made
