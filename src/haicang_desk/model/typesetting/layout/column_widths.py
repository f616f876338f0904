"""Column widths of a table: by weights, or by what the cells need (`Grid.by_content`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from haicang_desk.model.blocks import SEAL_ROOM, Align, CellSpan, Face, Grid, GridCell, PaperKind, Words, cell_spans_of
from haicang_desk.model.typesetting.layout.inline_runs import ParagraphText, paragraph_texts
from haicang_desk.model.typesetting.layout.line_breaking import clusters
from haicang_desk.model.typesetting.layout.measures import MM, TypeStyle, add_up
from haicang_desk.model.typesetting.layout.page_style import PageStyle
from haicang_desk.model.typesetting.pdf.font_set import FontSet

_MOST_KEPT = 8192  # measured texts
_READABLE = 4  # characters: a narrower column is hard to read; labels of no more than that are not broken
_BESIDE_SEAL = 8  # characters: with less room beside a seal the text stands above it
_MOST_SATISFIED = 0.6  # of the room: columns without weight have all they need as long as it is not more
_SLACK = 0.05  # points: what rounding may add up to
_LONGEST_PIECE = 14  # characters: an address of a page on the Web may be parted at its joints


def column_edges(block: Grid, type_: TypeStyle, style: PageStyle, font_set: FontSet) -> list[float]:
    """The x of every column edge in points, from 0 to the width of the type area."""
    widths = (
        _by_content(block, type_, style, font_set)
        if block.by_content
        else _by_weight(block.weights, style.width, block.side * MM)
    )
    edges = [0.0]
    for width in widths[:-1]:
        edges.append(edges[-1] + width)
    return [*edges, style.width]


def cell_type(cell: GridCell, type_: TypeStyle, style: PageStyle) -> TypeStyle:
    """The type of a cell's text: labels of forms and notices are set in 黑体."""
    return _of_label(type_) if cell.label and style.kind is not PaperKind.LETTER else type_


@lru_cache(256)
def _of_label(type_: TypeStyle) -> TypeStyle:
    return replace(type_, face=Face.HEI)


def text_room(cell: GridCell, width: float, type_: TypeStyle, style: PageStyle) -> float:
    """The width in points for a cell's text: without the padding and without the room for a seal beside it."""
    room = width - 2 * style.pad[0]
    return max(type_.size, room - seal_room(cell) if seal_is_beside(cell, width, type_, style) else room)


def seal_is_beside(cell: GridCell, width: float, type_: TypeStyle, style: PageStyle) -> bool:
    """Whether the square for a seal stands beside the text; in a narrow cell it stands under it."""
    return bool(cell.seal) and width - 2 * style.pad[0] - seal_room(cell) >= _BESIDE_SEAL * type_.size


def seal_room(cell: GridCell) -> float:
    """The edge of the square in points that a cell keeps free for a seal; 0 without."""
    return SEAL_ROOM * MM if cell.seal else 0.0


def alignment(cell: GridCell) -> Align:
    """The alignment of a cell's text."""
    return cell.align or (Align.CENTRE if cell.label else Align.LEFT)


def _by_weight(weights: Sequence[float], width: float, side: float) -> list[float]:
    if not side:
        total = add_up(weights)
        return [width * weight / total for weight in weights]
    total = add_up(weights[1:])
    return [side, *((width - side) * weight / total for weight in weights[1:])]


def _by_content(block: Grid, type_: TypeStyle, style: PageStyle, font_set: FontSet) -> list[float]:
    """Widths that grow together from what must not be parted over what is easy to read to whole lines.

    Each step is taken as far as there is room; a column that needs little reaches it first.
    """
    count, width = len(block.weights), style.width
    steps = _needs(block, type_, style, font_set)
    widths = [0.0] * count
    for step, needs in enumerate(steps):
        if block.side:
            needs = [block.side * MM, *needs[1:]]
        room = width - add_up(widths)
        wanted = [max(0.0, need - have) for need, have in zip(needs, widths, strict=True)]
        if add_up(wanted) <= room + _SLACK:
            widths = [have + more for have, more in zip(widths, wanted, strict=True)]
            continue
        if step == len(steps) - 1:
            return _filled(widths, needs, block.weights, width)
        by = room / add_up(wanted)
        return [have + more * by for have, more in zip(widths, wanted, strict=True)]
    spare = width - add_up(widths)
    shares = [0.0 if block.side and at == 0 else weight for at, weight in enumerate(block.weights)]
    total = add_up(shares)
    if not total:
        shares, total = [0.0 if block.side and at == 0 else 1.0 for at in range(count)], count - bool(block.side)
    return [have + spare * share / total for have, share in zip(widths, shares, strict=True)]


def _filled(widths: Sequence[float], needs: Sequence[float], weights: Sequence[float], width: float) -> list[float]:
    """Raise the widths to one level (in shares of the weights), but none above its need, until the width is used."""
    shares = [weight or 1.0 for weight in weights]
    unweighted = [at for at, weight in enumerate(weights) if not weight]
    wanted = add_up(max(0.0, needs[at] - widths[at]) for at in unweighted)
    if wanted <= (width - add_up(widths)) * _MOST_SATISFIED and len(unweighted) < len(weights):
        widths = [max(have, needs[at]) if not weights[at] else have for at, have in enumerate(widths)]
    open_ = {at for at, need in enumerate(needs) if need > widths[at]}
    result = list(widths)
    while open_:
        fixed = add_up(result[at] for at in range(len(result)) if at not in open_)
        level = (width - fixed) / add_up(shares[at] for at in sorted(open_))
        over = {at for at in open_ if widths[at] >= level * shares[at]}  # stay as they are
        under = {at for at in open_ if needs[at] <= level * shares[at]}  # have all they need
        if over:
            open_ -= over
            continue
        if not under:
            for at in open_:
                result[at] = level * shares[at]
            break
        for at in under:
            result[at] = needs[at]
        open_ -= under
    return result


def _needs(block: Grid, type_: TypeStyle, style: PageStyle, font_set: FontSet) -> list[list[float]]:
    """For each step the width that every column needs: unparted pieces, readable lines, whole lines."""
    count = len(block.weights)
    steps: list[list[float]] = [[0.0] * count for _ in range(3)]
    spans = [span for span in cell_spans_of(block) if span.cell.columns < 1_000]
    spans.sort(key=lambda span: span.past_column - span.column)
    for span in spans:
        if block.side and span.column == 0:
            continue
        extra = 2 * style.pad[0] + _SLACK + seal_room(span.cell)
        for needs, need in zip(
            steps, _cell_needs(span.cell, cell_type(span.cell, type_, style), font_set), strict=True
        ):
            _spread(needs, span, need + extra, block.weights)
    for lower, higher in ((0, 1), (1, 2)):
        steps[higher] = [max(pair) for pair in zip(steps[lower], steps[higher], strict=True)]
    return steps


def _spread(needs: list[float], span: CellSpan, need: float, weights: Sequence[float]) -> None:
    """Widen the columns of a cell together, in the proportion of their weights, until it has what it needs."""
    if span.past_column == span.column + 1:
        needs[span.column] = max(needs[span.column], need)
        return
    columns = range(span.column, span.past_column)
    lacking = need - add_up(needs[at] for at in columns)
    if lacking <= 0:
        return
    total = add_up(weights[at] for at in columns)
    for at in columns:
        needs[at] += lacking * weights[at] / total if total else lacking / len(columns)


@lru_cache(_MOST_KEPT)
def _cell_needs(cell: GridCell, type_: TypeStyle, font_set: FontSet) -> tuple[float, float, float]:
    """The widths of a cell's unparted piece, readable line and whole line."""
    unparted, whole = _measured(cell.words, type_, font_set)
    if cell.indent:
        whole += cell.indent * (type_.size + type_.pitch)
    for words in (*cell.foot, *cell.seal):
        foot, _ = _measured(words, type_, font_set)
        unparted = max(unparted, foot)
    ems = _READABLE * type_.size + _SLACK
    readable = whole if whole <= ems else max(unparted, ems, whole / 2 if cell.label else 0.0)
    return unparted, min(readable, whole), whole


@lru_cache(_MOST_KEPT)
def _measured(words: Words, type_: TypeStyle, font_set: FontSet) -> tuple[float, float]:
    """The widths of the widest piece that must not be parted and of the longest line."""
    unparted = whole = 0.0
    for text in paragraph_texts(words, type_, font_set):
        natural = add_up(text.advances)
        whole = max(whole, natural)
        if natural > unparted:
            unparted = max(unparted, *_pieces(text, type_.size))
    return unparted, whole


def _pieces(text: ParagraphText, size: float) -> Iterator[float]:
    """The widths of the pieces of a paragraph that must not be parted."""
    yield size
    chars, at = text.chars, [0.0]
    for advance in text.advances:
        at.append(at[-1] + advance)
    for start, end in text.whole:
        yield at[end] - at[start]
    start = 0
    for cluster in clusters(chars):
        end = start + len(cluster)
        if end - start > 1 and not cluster.isspace() and at[end] - at[start] <= size * _LONGEST_PIECE:
            yield at[end] - at[start]
        start = end
