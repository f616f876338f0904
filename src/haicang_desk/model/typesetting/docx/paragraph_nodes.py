"""Running text as WordprocessingML: titles, headings, paragraphs, notes, signature lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from haicang_desk.model.blocks import (
    Across,
    Addressee,
    Align,
    Gap,
    Heading,
    KeepTogether,
    Note,
    Para,
    Signatures,
    Title,
)
from haicang_desk.model.typesetting.docx.block_nodes import DocxContext, compose_nodes, nodes_of
from haicang_desk.model.typesetting.docx.nodes import Node, Paragraph, TableCell, TableNode, TableRow
from haicang_desk.model.typesetting.docx.ooxml import NOTHING, Xml, element, joined
from haicang_desk.model.typesetting.docx.runs import TAB, lines, paragraph_runs
from haicang_desk.model.typesetting.docx.styles import run_properties
from haicang_desk.model.typesetting.layout.measures import add_up
from haicang_desk.model.typesetting.layout.paragraphs import one_line_type, strip_indents, with_rule

_UNDER_TITLE = 0.4  # of the body's line height, on forms and notices
_BETWEEN_ITEMS = 0.5
_SIGNATURE_LINE = 1.7
_BETWEEN_SIGNATURES = 18.0


@nodes_of.register
def _title(block: Title, context: DocxContext) -> Iterator[Node]:
    """The title with the same line breaks as in print."""
    page_style, fmt = context.page_style, context.paragraph_format("Title")
    type_ = page_style.title if page_style.grid else one_line_type(block.text, context.layout)
    texts = [line.text for line in context.layout.lines(block.text, type_, align=Align.CENTRE)]
    room = 0 if page_style.grid else page_style.body.leading * _UNDER_TITLE
    fmt = replace(fmt, type=type_, after=0 if block.below else room)
    yield Paragraph(fmt, lines(texts, run_properties(type_, fmt.style.type)))
    if block.below:
        yield from _last_spaced(context.paragraphs(block.below, context.paragraph_format("Subtitle")), room)


def _last_spaced(paragraphs: Iterator[Paragraph], after: float) -> Iterator[Paragraph]:
    """The paragraphs, with space in points after the last one."""
    made = list(paragraphs)
    yield from made[:-1]
    yield replace(made[-1], format=replace(made[-1].format, after=after))


@nodes_of.register
def _heading(block: Heading, context: DocxContext) -> Iterator[Node]:
    level = min(max(block.level, 1), 4)
    yield from context.paragraphs(block.text, replace(context.paragraph_format(f"Heading{level}"), indent=2))


@nodes_of.register
def _para(block: Para, context: DocxContext) -> Iterator[Node]:
    words = strip_indents(block.words) if block.indent else block.words
    yield from context.paragraphs(words, replace(context.paragraph_format(), indent=block.indent, align=block.align))


@nodes_of.register
def _addressee(block: Addressee, context: DocxContext) -> Iterator[Node]:
    fmt = replace(context.paragraph_format(), before=context.page_style.body.leading, keeps=True)
    yield from context.paragraphs(block.office.rstrip("：:") + "：", fmt)


@nodes_of.register
def _note(block: Note, context: DocxContext) -> Iterator[Node]:
    first, *rest = context.paragraphs(block.words, context.paragraph_format("Note"))
    yield replace(first, format=replace(first.format, before=context.page_style.pad[1]))
    yield from rest


@nodes_of.register
def _across(block: Across, context: DocxContext) -> Iterator[Node]:
    """The items on one line with equal gaps; one below the other if they are too long."""
    fmt, width = replace(context.paragraph_format("Cell"), keeps=True), context.page_style.width
    wide = [context.width_of(words, fmt) for words in block.items]
    if width - add_up(wide) < fmt.effective_type.size * _BETWEEN_ITEMS * (len(wide) - 1):
        for words in block.items:
            yield from context.paragraphs(words, fmt)
        return
    runs: list[Xml] = []
    for words in block.items:
        if runs:
            runs.append(element("r", TAB))
        runs += [line.runs for line in paragraph_runs(words, fmt.effective_type, fmt.style.type)]
    yield Paragraph(
        replace(fmt, leading=fmt.effective_type.leading * 1.2, tabs=tuple(_stops(wide, width))), joined(runs)
    )


def _stops(wide: list[float], width: float) -> Iterator[tuple[str, float]]:
    """The tab stops that give all items the same gap between them."""
    gap, at = (width - add_up(wide)) / max(1, len(wide) - 1), 0.0
    for before, _ in pairwise(wide[:-1]):
        at += before + gap
        yield "left", at
    if len(wide) > 1:
        yield "right", width


@nodes_of.register
def _signatures(block: Signatures, context: DocxContext) -> Iterator[Node]:
    """The columns side by side in a table without rules."""
    if not block.columns:
        return
    count = len(block.columns)
    room = (context.page_style.width - (count - 1) * _BETWEEN_SIGNATURES) / count
    widths = [*[room + _BETWEEN_SIGNATURES] * (count - 1), room]
    fmt = context.paragraph_format("Cell")
    fmt = replace(fmt, leading=fmt.effective_type.leading * _SIGNATURE_LINE)
    columns = [
        tuple(paragraph for words in column for paragraph in context.paragraphs(with_rule(words), fmt, room))
        for column in block.columns
    ]
    cells = tuple(
        TableCell(paragraphs=column or (context.space(),), columns=1, width=width, vertical_align="top")
        for column, width in zip(columns, widths, strict=True)
    )
    yield context.space(context.page_style.body.leading / 2).keep_with_next()
    yield TableNode(rows=(TableRow(cells=cells),), widths=widths, borders=NOTHING)
    yield context.space()


@nodes_of.register
def _gap(block: Gap, context: DocxContext) -> Iterator[Node]:
    yield context.space(block.lines * context.page_style.body.leading)


@nodes_of.register
def _together(block: KeepTogether, context: DocxContext) -> Iterator[Node]:
    made = compose_nodes(block.blocks, context)
    for at, node in enumerate(made, 1):
        if at < len(made):
            yield node.keep_with_next()
        else:
            yield node.keep_together() if isinstance(node, TableNode) else node
