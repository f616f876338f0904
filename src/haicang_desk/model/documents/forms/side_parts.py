"""Tables of forms in parts: each part has its name in a narrow column at the left, beside all of its rows.

The type area of a form is 165 mm wide; the side column takes 11 mm of it, the rest is ``WIDE`` even columns. Heights
and widths are measured on the drawn page by ``tests/documents/test_form_pages.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from haicang_desk.model.blocks import (
    SEAL_ROOM,
    Blank,
    Block,
    Grid,
    GridCell,
    GridRow,
    KeepTogether,
    Words,
    amount,
    centred,
    label,
    row,
    value,
)
from haicang_desk.model.documents.form_parts import (
    DATE_BY_HAND,
    SIDE,
    SIGN_HEIGHT,
    money_cell,
    signing_rule,
    with_side_label,
)
from haicang_desk.model.values import Money

SIZE = 10.5  # points: no form is set in smaller type
WIDE = 24  # columns beside the side label
NAMED = 4  # of them, for a label of six characters
ROW = 8.2  # mm: the least height of a row with a fact
TO_SIGN = SIGN_HEIGHT + 0.3  # mm: the least height of a row that is signed


def form_grid(rows: Iterable[GridRow]) -> Grid:
    """A table of rows that have side labels."""
    return Grid(_roomy(rows), (1,) * (1 + WIDE), size=SIZE, side=SIDE)


def _roomy(rows: Iterable[GridRow]) -> tuple[GridRow, ...]:
    """The rows, none lower than a row with a fact."""
    return tuple(replace(each, least=max(each.least, ROW)) for each in rows)


def parts(*sections: tuple[str, Iterable[GridRow]]) -> Grid:
    """A table of parts, each with its name at the side."""
    return form_grid(each for side, rows in sections for each in with_side_label(side, rows))


def list_grid(rows: Iterable[GridRow], weights: Sequence[float], *, side: str = "") -> Grid:
    """A list whose columns are as wide as their cells need; ``weights`` share what is left over.

    With ``side`` it is a part of the form with that name at the left; without, a table over the whole width whose head
    is repeated on every page.
    """
    if side:
        return Grid(_roomy(with_side_label(side, rows)), (0, *weights), size=SIZE, by_content=True, side=SIDE)
    return Grid(tuple(rows), tuple(weights), heading=1, size=SIZE, by_content=True)


def signed_together(rows: Iterable[GridRow], foot: Iterable[Block] = ()) -> KeepTogether:
    """The part that is signed and sealed, and what stands under it, never parted by the end of a page."""
    return KeepTogether((form_grid(rows), *foot))


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who seals and signs a cell beside others: its name above it, and the office and date that the seal covers."""

    name: str
    office: str = ""
    signed: Words = ""  # the line to sign on, under the room for the seal; "": nobody signs
    on: str = DATE_BY_HAND


def signs(name: str, office: str = "", who: str = "签字") -> Signatory:
    """A signatory whose head signs under the seal."""
    return Signatory(name, office, signing_rule(who))


def seal_rows(*signatories: Signatory, stretch: float = 0.4) -> Iterator[GridRow]:
    """Cells side by side, each with its name above it, 45 × 45 mm for a seal, and a line to sign on below.

    ``stretch`` as of :class:`GridRow`.
    """
    wide = WIDE // len(signatories)
    yield row(*(label(each.name, columns=wide) for each in signatories))
    cells = (GridCell(columns=wide, seal=(f"{each.office}（盖章）", each.on)) for each in signatories)
    yield GridRow(tuple(cells), SEAL_ROOM + 1, firm=True, stretch=stretch)
    if any(each.signed for each in signatories):
        yield firm_row(*(value(each.signed, columns=wide) for each in signatories))


def firm_row(*cells: GridCell, least: float = TO_SIGN, stretch: float = 0) -> GridRow:
    """A row to write or sign in, as high as asked however tight the page is set; ``stretch`` as of :class:`GridRow`."""
    return replace(row(*cells, least=least), firm=True, stretch=stretch)


def dashed(money: Money | None, columns: int = 1) -> GridCell:
    """A cell with a sum; a dash for none, empty where it is not known."""
    return amount("—", columns=columns) if money == 0 else money_cell(money, columns)


def sum_row(title: str, money: Money | None, below_zero: str = "") -> GridRow:
    """A row with a sum in figures and in 大写, with a blank where it is not known.

    No sum has a minus: one below zero is named ``below_zero`` instead.
    """
    if money is None:
        return row(label(title, columns=NAMED), amount("", columns=6), value(("人民币", Blank(0)), columns=14))
    shown = Money(abs(money))
    name = below_zero if money < 0 and below_zero else title
    return row(label(name, columns=NAMED), amount(str(shown), columns=6), value(shown.capitals, columns=14))


def signing_list(places: Sequence[str], *, across: int) -> Iterator[GridRow]:
    """Cells to sign in, ``across`` side by side, each with its name or number; the last row is filled up."""
    named, signed = _widths(across)
    rows = -(-len(places) // across)
    for start in range(0, rows * across, across):
        cells: list[GridCell] = []
        for place in (*places, *("",) * across)[start : start + across]:
            cells += [label(place, columns=named), centred("", columns=signed)]
        yield firm_row(*cells)


def _widths(across: int) -> tuple[int, int]:
    """The columns of a name and of the room beside it."""
    named = NAMED if across < 3 else 1
    return named, WIDE // across - named
