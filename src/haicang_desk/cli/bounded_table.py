"""A table of what may be a hundred thousand alike: the first of each kind, and how many more there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from typing import TypeVar

from haicang_desk.cli.console import table_lines

T = TypeVar("T")
MOST = 200  # rows of a table
OF_A_KIND = 50
KINDS = 20  # that are counted by name
LONGEST = 300  # characters of a cell


def bounded_table(
    head: Sequence[str],
    items: Sequence[T],
    row: Callable[[T], Sequence[str]],
    kind: Callable[[T], Hashable],
    *,
    rest: str,
    right: Collection[int] = (),
) -> Iterator[str]:
    """Lines of a table of at most 200 ``items``, no more than 50 of one ``kind`` while there are others; then how many
    more there are of each kind, and ``rest``, which says where all of them are.
    """
    shown = _shown(items, kind)
    yield from table_lines(head, [[_cut(cell) for cell in row(items[n])] for n in shown], right=right)
    if len(shown) == len(items):
        return
    left = Counter(map(kind, items))
    left.subtract(kind(items[n]) for n in shown)
    told = [(name, count) for name, count in left.most_common() if count]
    yield f"另有 {len(items) - len(shown):,} 处没有列出{rest}"
    for name, count in told[:KINDS]:
        yield f"  {_cut(str(name))}：{count:,} 处"
    if len(told) > KINDS:
        yield f"  其他 {len(told) - KINDS:,} 类：{sum(count for _, count in told[KINDS:]):,} 处"


def _shown(items: Sequence[T], kind: Callable[[T], Hashable]) -> list[int]:
    """The places of the items that are shown, in their order."""
    if len(items) <= MOST:
        return list(range(len(items)))
    taken: Counter[Hashable] = Counter()
    first: list[int] = []
    later: list[int] = []
    for number, item in enumerate(items):
        taken[kind(item)] += 1
        (first if taken[kind(item)] <= OF_A_KIND else later).append(number)
        if len(first) == MOST:
            break
    return sorted([*first, *later[: MOST - len(first)]])


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
