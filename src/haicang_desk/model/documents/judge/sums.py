"""Totals equal their rows: every 合计 and 小计 is counted again from what the table prints.

Figures are compared in their last printed place (fen; a hundredth of a 万元, where each row is rounded by itself).
What has no rows above it in the same columns, or holds anything but plain numbers there, is no sum of a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from haicang_desk.model.blocks import CellSpan
from haicang_desk.model.documents.judge.cells import Part, Table, Unfit
from haicang_desk.model.records import Source

_TOTAL = re.compile(r"(合\s*计|总\s*计)(?![^（(\s])")
_PARTIAL = re.compile(r".*(合计|小计)|本\S*计")  # of a quarter, a month, a group: the rows since the last one
_ELSEWHERE = "续页"  # the label of a total whose rows stand on another page, where it is counted
_RUNNING = re.compile(r"结余|余额|累计")  # a column whose total is its last figure
_OF_GROUP = re.compile(r"(.*)（(\d+) 项）")
_FIGURE = re.compile(r"(退 |减 )?(-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d\d))?")
_LESS = {"退 ", "减 "}
FISCAL = {Source.SPECIAL.label, Source.MATCHING.label, Source.OTHER_FISCAL.label}
SOCIAL = {source.label for source in Source} - FISCAL
_PARTS = {"政府财政资金小计": FISCAL, "社会资源资金小计": SOCIAL}
_WHOLE = "总资金"

Figures = tuple[int, ...]  # usually one; several for cells such as 2/1/3


class SumCheck(NamedTuple):
    """A sum as it is printed and as it is counted from its rows, in units of the last printed place."""

    where: str
    printed: str
    shown: Figures
    counted: Figures
    slack: int  # of rounding

    @property
    def holds(self) -> bool:
        """Whether the two agree, up to the rounding of the rows."""
        return len(self.shown) == len(self.counted) and all(
            abs(one - other) <= self.slack for one, other in zip(self.shown, self.counted, strict=True)
        )


def refuse_wrong_sums(parts: Iterable[Part]) -> int:
    """Raises Unfit where a sum differs from its rows. Returns how many were counted again."""
    checked = 0
    for part in parts:
        if isinstance(part, Table):
            for check in sums_of(part):
                checked += 1
                if not check.holds:
                    counted = "/".join(_text(figure, "." in check.printed) for figure in check.counted)
                    raise Unfit(
                        f"“{check.where}”与各行之和不符（印 {check.printed}，各行合计 {counted}），没有印。"
                        "请核对表内各行的金额，改正后再印；各行无误的，请报告程序差错"
                    )
    return checked


def sums_of(table: Table) -> Iterator[SumCheck]:
    """Every sum of a table that can be counted again."""
    rows = table.rows
    for at, row in enumerate(rows):
        if not row or row[0].row != at:
            continue
        first = table.words(row[0])
        if group := _OF_GROUP.fullmatch(first):
            yield from _group(table, at, group)
        if _is_total(table, row):
            yield from _columns(table, at)
        for span in row:
            if span.cell.label and span.row == at and (parts := _PARTS.get(table.words(span))):
                yield from _of_sources(table, span, parts)
    yield from _wholes(table)


# ---- rows above


def _is_total(table: Table, row: Sequence[CellSpan]) -> bool:
    """Whether a row is the total of rows above it."""
    first = table.words(row[0])
    if _ELSEWHERE in first:
        return False
    return bool(_TOTAL.match(first) or (row[0].cell.label and first not in _PARTS and _PARTIAL.fullmatch(first)))


def _columns(table: Table, at: int) -> Iterator[SumCheck]:
    """Each figure of a total against the rows above it, up to the head of the column or the last total."""
    whole = _TOTAL.match(table.words(table.rows[at][0])) is not None
    for span in table.rows[at][1:]:
        total = figures_of(table.text(span)) if span.row == at and table.text(span).strip() else None
        rows = _above(table, span, whole=whole) if total is not None else None
        if total is not None and rows:
            running = _RUNNING.search(table.place(span).rpartition("·")[2])
            yield _check(table, span, total, rows[:1] if running else rows)


def _above(table: Table, total: CellSpan, *, whole: bool) -> list[Figures] | None:
    """The figures over a total, in the same columns, the last one first; None where something else stands there.

    ``whole``: the total is of all rows, and those that are partial sums are left out.
    """
    found: list[Figures] = []
    for at in range(total.row - 1, -1, -1):
        row = table.rows[at]
        above = next((span for span in row if (span.column, span.past_column) == total[3:]), None)
        if above is None:
            return found or None if row and row[0].cell.label else None
        figures = figures_of(table.text(above))
        if above.cell.label and figures is None:
            break
        if row and _is_total(table, row):
            if whole and not _TOTAL.match(table.words(row[0])):
                continue
            break
        if above.cell.label:
            continue  # the sum of a group, whose rows are counted one by one
        if figures is None or _other_places(table, above, total):
            return None
        found.append(figures)
    return found


def _other_places(table: Table, span: CellSpan, total: CellSpan) -> bool:
    """Whether one of two figures has decimals and the other none, so that they are not of one kind."""
    return bool(table.text(span).strip()) and ("." in table.text(span)) is not ("." in table.text(total))


def _group(table: Table, at: int, group: re.Match[str]) -> Iterator[SumCheck]:
    """A row such as 霞阳社区（3 项）: the number and the sums of the rows that follow up to the next such row."""
    head = table.rows[at][0]
    following: list[Sequence[CellSpan]] = []
    for row in table.rows[at + 1 :]:
        if not row or row[0].cell.label:
            break
        following.append(row)
    total = _TOTAL.match(group.group(1)) is not None
    if total:
        following = [row for row in table.rows[:at] if row and not row[0].cell.label]
    if following:
        name = table.words(head)
        yield SumCheck(name, f"{group.group(2)} 项", (int(group.group(2)),), (len(following),), 0)
    if total:
        return
    for span in table.rows[at][1:]:
        figures = figures_of(table.text(span))
        if figures is None or not table.text(span).strip():
            continue
        cells = [each for row in following for each in row if (each.column, each.past_column) == span[3:]]
        rows = [None if _other_places(table, each, span) else figures_of(table.text(each)) for each in cells]
        if rows and None not in rows:
            yield _check(table, span, figures, [row for row in rows if row is not None])


def _of_sources(table: Table, name: CellSpan, parts: set[str]) -> Iterator[SumCheck]:
    """A subtotal of the sources of money, where the table prints every one of them."""
    for span in table.rows[name.row]:
        figures = figures_of(table.text(span))
        if span.cell.label or span.column < name.past_column or figures is None or not table.text(span).strip():
            continue
        if table.place(span).split("·", 1)[0] != table.words(name):
            continue
        rows: dict[str, Figures] = {}
        for above in table.spans:
            if (above.column, above.past_column) == span[3:] and above.row < span.row and not above.cell.label:
                source = table.place(above).split("·", 1)[0]
                if source in parts and (row := figures_of(table.text(above))) is not None:
                    rows[source] = row
        if set(rows) == parts:
            yield _check(table, span, figures, list(rows.values()))


def _wholes(table: Table) -> Iterator[SumCheck]:
    """总资金 against the two subtotals, where the table prints both."""
    named: dict[str, list[CellSpan]] = {name: [] for name in (*_PARTS, _WHOLE)}
    heads = [span for span in table.spans if span.cell.label and table.words(span) in named]
    if len({table.words(span) for span in heads}) < len(named):
        return
    for head in heads:
        for span in table.rows[head.row]:
            place = table.place(span).split("·", 1)[0]
            ours = not span.cell.label and span.column >= head.past_column and place == table.words(head)
            if ours and table.text(span).strip() and figures_of(table.text(span)) is not None:
                named[place].append(span)
    for whole in named[_WHOLE]:
        figures = figures_of(table.text(whole))
        parts = [_partner(whole, named[part]) for part in _PARTS]
        if figures is not None and None not in parts:
            rows = [figures_of(table.text(part)) or (0,) for part in parts if part is not None]
            yield _check(table, whole, figures, rows)


def _partner(whole: CellSpan, parts: list[CellSpan]) -> CellSpan | None:
    """The subtotal that belongs to a total: in its columns, or else the only one there is."""
    same = [part for part in parts if part.column == whole.column]
    return same[0] if len(same) == 1 else parts[0] if len(parts) == 1 else None


# ---- figures


def _check(table: Table, span: CellSpan, shown: Figures, rows: list[Figures]) -> SumCheck:
    wide = max(map(len, rows))
    counted = tuple(sum(row[at] if at < len(row) else 0 for row in rows) for at in range(wide))
    if wide < len(shown) and not any(counted):
        counted = (0,) * len(shown)
    place, printed, first = table.place(span), table.words(span), table.words(table.rows[span.row][0])
    rounded = "." in printed and ("万元" in table.grid.unit or "万元" in place)
    if _TOTAL.match(first):
        place = "·".join((first, *place.split("·")[1:]))
    return SumCheck(place, printed, shown, counted, (len(rows) + 1) // 2 if rounded else 0)


def figures_of(text: str) -> Figures | None:
    """The figures of a cell in units of their last place; (0,) for an empty cell, None for anything else."""
    text = text.strip()
    if not text:
        return (0,)
    parts = [_FIGURE.fullmatch(part) for part in text.split("/")]
    if any(part is None for part in parts):
        return None
    return tuple(map(_figure, (part for part in parts if part is not None)))


def _figure(match: re.Match[str]) -> int:
    word, minus, whole, hundredths = match.groups()
    value = int(whole.replace(",", "")) * (100 if hundredths else 1) + int(hundredths or 0)
    return -value if minus or word in _LESS else value


def _text(figure: int, hundredths: bool) -> str:
    if not hundredths:
        return f"{figure:,}"
    whole, rest = divmod(abs(figure), 100)
    return f"{'-' if figure < 0 else ''}{whole:,}.{rest:02d}"
