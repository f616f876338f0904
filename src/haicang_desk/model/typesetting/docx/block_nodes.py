"""Blocks become nodes of WordprocessingML.

`nodes_of` is a single-dispatch function; the modules beside this one register one function for line
class of block.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import singledispatch

from haicang_desk.model.blocks import Align, Annotation, PageBreak, Seal, Words
from haicang_desk.model.typesetting.docx.nodes import Node, Paragraph, ParagraphFormat
from haicang_desk.model.typesetting.docx.runs import paragraph_runs
from haicang_desk.model.typesetting.docx.styles import Style
from haicang_desk.model.typesetting.layout.lines import natural_width
from haicang_desk.model.typesetting.layout.page_style import PageStyle
from haicang_desk.model.typesetting.layout.pages import LayoutContext

_SMALL = 1.0  # points: the height of the empty paragraph that the format needs after a table


@dataclass
class DocxContext:
    """What blocks are written with: the layout context of print, and the styles and pictures of the file."""

    layout: LayoutContext
    styles: Mapping[str, Style]
    pictures: list[bytes]
    numbers: Iterator[int]  # ids of drawings, unique in the file
    bound: bool = False  # whether the file has several papers

    @property
    def page_style(self) -> PageStyle:
        """The page style of the paper."""
        return self.layout.style

    def paragraph_format(self, style: str = "Normal") -> ParagraphFormat:
        """The format of a paragraph in the style with this key."""
        return ParagraphFormat(style=self.styles[style])

    def width_of(self, words: Words, fmt: ParagraphFormat) -> float:
        """The width of the words on one line, in points."""
        return natural_width(words, fmt.effective_type, self.layout.font_set)

    def paragraphs(self, words: Words, fmt: ParagraphFormat, width: float = 0) -> Iterator[Paragraph]:
        """One paragraph for line line of the words. Filling blanks end at `width` points; 0: the type area's width."""
        for line in paragraph_runs(words, fmt.effective_type, fmt.style.type):
            if line.fillers:
                reach = (width or self.page_style.width) - fmt.right
                stops = tuple(("right", reach * n / line.fillers) for n in range(1, line.fillers + 1))
                yield Paragraph(replace(fmt, tabs=stops, align=Align.LEFT), line.runs)
            else:
                yield Paragraph(fmt, line.runs)

    def space(self, height: float = _SMALL) -> Paragraph:
        """An empty paragraph, at least 1 point high."""
        return Paragraph(replace(self.paragraph_format(), leading=max(height, _SMALL)))


@singledispatch
def nodes_of(block: object, context: DocxContext) -> Iterator[Node]:
    """The nodes of one block. Raises TypeError for an unregistered class."""
    raise TypeError(f"no way to write {block!r}")


def compose_nodes(blocks: Iterable[object], context: DocxContext) -> list[Node]:
    """The nodes of all blocks; a page break becomes a property of the next node."""
    made: list[Node] = []
    breaks = False
    for block in blocks:
        if isinstance(block, PageBreak):
            breaks = bool(made)
            continue
        if isinstance(block, Seal | Annotation) and made:  # the signature is never alone on its page
            made[-1] = made[-1].keep_with_next() if isinstance(made[-1], Paragraph) else made[-1]
        fresh = list(nodes_of(block, context))
        if fresh and breaks:
            fresh[0], breaks = fresh[0].on_new_page(), False
        made += fresh
    return made
