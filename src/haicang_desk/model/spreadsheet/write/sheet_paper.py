"""How a worksheet is printed: on A4 across, headings on every page, legible, nothing cut (ECMA-376 part 1 §18.3.1).

Widths are in characters of the default type, half-width ones; a Chinese character takes two. Heights are in points.
Excel, WPS and LibreOffice each find heights of wrapped rows by themselves at different times or not at all, so every
row that wraps is given its height.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from math import ceil

from haicang_desk.model.foreign.sheets.cell_grid import column_letters

LINE = 15.0  # points: one line of 11 pt type
TALLEST = 409.0  # points: the most that a row may have (§18.3.1.73)
PAGE_MARGINS = {"left": 0.59, "right": 0.59, "top": 0.59, "bottom": 0.71, "header": 0.3, "footer": 0.35}  # inches

_ON_A4 = 140.0  # characters across A4 with these margins at full size
_SMALLEST = 0.7  # of the size: 11 pt type is printed at 7.7 pt at least
_WIDE_FROM = 0x2E80  # the first code point of East Asian scripts


def text_width(text: str) -> int:
    """The width of a text on one line in characters."""
    return len(text) + sum(ord(character) >= _WIDE_FROM for character in text)


def row_height(cells: Iterable[tuple[str, float]]) -> float | None:
    """The height of a row of wrapped texts, each with the width of its column; None where all fit on one line."""
    most = 1
    for text, width in cells:
        if 2 * len(text) <= width - 1 and "\n" not in text:
            continue
        room = max(2.0, width - 1)
        most = max(most, sum(max(1, ceil(text_width(line) / room)) for line in text.split("\n")))
    return min(most * LINE + 3, TALLEST) if most > 1 else None


def pages_across(widths: Sequence[float], repeated: int = 0) -> int:
    """How many pages side by side a sheet needs to stay legible; the first `repeated` columns are on each of them."""
    whole, again = sum(widths), sum(widths[:repeated])
    room = _ON_A4 / _SMALLEST
    if whole <= room or again >= room:
        return 1
    return ceil((whole - again) / (room - again))


def footer(title: str) -> str:
    """The code of a footer (§18.3.1.46): the title of the sheet and the page number. An ampersand is doubled."""
    return f"&L{title.replace('&', '&&')}&C第 &P 页　共 &N 页"


def printed_names(number: int, title: str, *, rows: str, columns: int, last: str) -> dict[str, str]:
    """The defined names of the sheet with this index: print area up to cell `last`, heading `rows`, first `columns`."""
    quoted = "'" + title.replace("'", "''") + "'"
    first, final = (f"${row}" for row in rows.split(":"))
    titles = f"{quoted}!{first}:{final}"
    if columns:
        titles = f"{quoted}!$A:${column_letters(columns)},{titles}"
    letters, at = last.rstrip("0123456789"), last.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return {"_xlnm.Print_Titles": titles, "_xlnm.Print_Area": f"{quoted}!$A$1:${letters}${at}"}


def names_part(names: Iterable[tuple[int, dict[str, str]]]) -> str:
    """The element with the defined names of the sheets (§18.2.6), by the index of each sheet from 0."""
    listed = "".join(
        f'<definedName name="{name}" localSheetId="{sheet}">{escape(place, quote=False)}</definedName>'
        for sheet, of in names
        for name, place in sorted(of.items())
    )
    return f"<definedNames>{listed}</definedNames>" if listed else ""
