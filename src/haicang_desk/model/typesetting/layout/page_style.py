"""Page styles: the type area, type sizes and spaces of each kind of paper.

Letters follow GB/T 9704—2012: A4, a type area of 156 × 225 mm with 22 lines of 28 characters in 3号
(16 pt). The line height is the type size plus 7/8 of it, 29.61 pt over 22 lines. 28 characters of
16 pt are 5.8 pt too wide for 156 mm; a pitch of −0.207 pt a character compensates for it. The type
area begins 34.58 mm from the upper edge, half a line space above the first characters
(GB/T 33476.2—2016). No standard covers forms and notices; they follow the office's custom.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from haicang_desk.model.blocks import Face, Numbering, PageSetup, PaperKind, PaperSize
from haicang_desk.model.typesetting.layout.measures import MM, TypeStyle

_PAPERS = {PaperSize.A4: (210, 297), PaperSize.A3: (297, 420), PaperSize.TWO_A4: (297, 420)}  # mm

_SMALLEST_TIGHT = 10.5
_CLOSER = 0.95  # factor on the line height where a few lines would need another page
_LEAST_LEADING = 1.22  # of the type size

LETTER_PITCH = 156 * MM / 28 - 16  # −0.207 pt
LETTER_LEADING = (297 - 34.58 - 32.58) * MM / 22  # 29.61 pt


@dataclass(frozen=True, slots=True)
class PageStyle:
    """The style of one kind of paper, in points. `left`, `top`, `width` and `height` are the type area."""

    kind: PaperKind
    page_width: float
    page_height: float
    left: float
    top: float
    width: float
    height: float
    body: TypeStyle
    title: TypeStyle
    below: TypeStyle
    cell: TypeStyle
    note: TypeStyle
    foot: TypeStyle
    pad: tuple[float, float]  # padding of a cell: horizontal, vertical
    numbering: Numbering
    smallest: float  # the least type size of a cell
    squeezed: float = 1.0  # factor on the requested row heights, below 1 to save a page
    open_sides: bool = False  # tables have rules above and below their rows alone
    enlarged: float = 1.0  # factor on the width of a QR code beside a signature
    grid: float = 0.0  # the line grid: lines begin at multiples of this from the top; 0: no grid

    def heading(self, level: int) -> TypeStyle:
        """The type of a heading of the level."""
        faces = {1: Face.HEI, 2: Face.KAI}
        return replace(self.body, face=faces.get(level, self.body.face))

    def cells(self, size: float | None) -> TypeStyle:
        """The type of a table's cells in the requested size, but not below `smallest`; None: the default."""
        if size is None:
            return self.cell
        size = max(size * self.squeezed**0.5, min(size, _SMALLEST_TIGHT), self.smallest)
        return replace(self.cell, size=size, leading=self.cell.leading / self.cell.size * size)


def page_style_of(setup: PageSetup) -> PageStyle:
    """The page style of a document."""
    made = {PaperKind.LETTER: _letter, PaperKind.FORM: _form, PaperKind.NOTICE: _notice}[setup.kind](setup)
    return made if setup.numbering is None else replace(made, numbering=setup.numbering)


def tightened_style(style: PageStyle, by: float) -> PageStyle:
    """The style with tables tightened by the factor `by`, to save a page; type stays at 10.5 pt or above.

    A notice is tightened in all that it says, down to its least type size and a leading of 1.22 of it.
    """
    size = max(style.cell.size * by, min(style.cell.size, _SMALLEST_TIGHT), style.smallest)
    cell = replace(style.cell, size=size, leading=style.cell.leading * by)
    body = style.body if style.kind is PaperKind.LETTER else replace(style.body, leading=style.body.leading * by)
    pad = (style.pad[0], style.pad[1] * by * by)
    tight = replace(style, cell=cell, body=body, pad=pad, squeezed=by * by)
    if style.kind is not PaperKind.NOTICE:
        return tight
    return replace(
        tight,
        cell=replace(cell, leading=max(cell.leading, size * _LEAST_LEADING)),
        body=replace(body, size=size, leading=max(body.leading, size * _LEAST_LEADING)),
        title=replace(style.title, size=style.title.size * by, leading=style.title.leading * by),
    )


def closer_style(style: PageStyle) -> PageStyle:
    """The style with less space in and between lines, in the same type, so that a page is not begun for one line."""
    close = (replace(type_, leading=type_.leading * _CLOSER) for type_ in (style.body, style.cell, style.note))
    body, cell, note = close
    return replace(style, body=body, cell=cell, note=note, pad=(style.pad[0], style.pad[1] * _CLOSER**6))


def _page(setup: PageSetup) -> tuple[float, float]:
    """Width and height of the paper in points."""
    short, long = (edge * MM for edge in _PAPERS[setup.size])
    return (long, short) if setup.landscape else (short, long)


def _letter(setup: PageSetup) -> PageStyle:
    page_width, page_height = _page(setup)
    top, bottom, left, right = 34.58 * MM, 32.58 * MM, 28 * MM, 26 * MM
    if setup.landscape:  # bound at the top: the margins are turned
        top, bottom, left, right = 28 * MM, 26 * MM, 34.58 * MM, 32.58 * MM
    return PageStyle(
        setup.kind,
        page_width,
        page_height,
        left,
        top,
        page_width - left - right,
        page_height - top - bottom,
        body=TypeStyle(Face.FANG, 16, LETTER_LEADING, LETTER_PITCH),
        title=TypeStyle(Face.TITLE, 22, 22 + LETTER_LEADING - 16),  # 一行: 字高 and 7/8 of 3号
        below=TypeStyle(Face.KAI, 16, LETTER_LEADING),
        cell=TypeStyle(Face.SONG, 12, 18),
        note=TypeStyle(Face.FANG, 12, 18),
        foot=TypeStyle(Face.SONG, 9, 12),
        pad=(4, 4),
        numbering=Numbering.DASHES,
        smallest=9,
        grid=LETTER_LEADING,
    )


def _form(setup: PageSetup) -> PageStyle:
    page_width, page_height = _page(setup)
    left, right, top, bottom = 25 * MM, 20 * MM, 20 * MM, 16 * MM
    if setup.landscape:  # bound at the top
        left, right, top = 20 * MM, 20 * MM, 25 * MM
    return PageStyle(
        setup.kind,
        page_width,
        page_height,
        left,
        top,
        page_width - left - right,
        page_height - top - bottom,
        body=TypeStyle(Face.SONG, 12, 20),
        title=TypeStyle(Face.TITLE, 22, 32),
        below=TypeStyle(Face.SONG, 12, 20),
        cell=TypeStyle(Face.SONG, 10.5, 13.6),
        note=TypeStyle(Face.SONG, 10.5, 15.5),
        foot=TypeStyle(Face.SONG, 9, 12),
        pad=(4, 2.3),
        numbering=Numbering.COUNTED,
        smallest=9,
    )


def _notice(setup: PageSetup) -> PageStyle:
    """A notice: body and tables of at least 14 pt on A4; on A3, read from two metres, of at least 24 pt.

    With `large_type`, where there is little to say, 16 and 28 pt. A3 has a layout of its own: a larger title, and
    tables without rules at the sides and between columns.
    """
    page_width, page_height = _page(setup)
    wall = setup.size is not PaperSize.A4
    side, top, bottom = (edge * MM for edge in ((24, 27, 33) if wall else (20, 18, 18)))
    if wall:
        size, leading, cell = (28.0, 44.0, 38.0) if setup.large_type else (24.0, 36.0, 32.0)
        title, note, foot, pad = (44.0, 58.0), (20.0, 27.0), (12.0, 15.0), (6.0, 5.0)
    else:
        size, leading, cell = (16.0, 27.0, 22.0) if setup.large_type else (14.0, 21.5, 18.5)
        title, note, foot, pad = (24.0, 33.0), (12.0, 16.0), (9.0, 12.0), (5.0, 3.5)
    return PageStyle(
        setup.kind,
        page_width,
        page_height,
        side,
        top,
        page_width - 2 * side,
        page_height - top - bottom,
        body=TypeStyle(Face.FANG, size, leading),
        title=TypeStyle(Face.TITLE, *title),
        below=TypeStyle(Face.KAI, size, leading),
        cell=TypeStyle(Face.SONG, size, cell),
        note=TypeStyle(Face.KAI, *note),
        foot=TypeStyle(Face.SONG, *foot),
        pad=pad if not setup.large_type else (pad[0], pad[1] + 1.5),
        numbering=Numbering.COUNTED,
        smallest=24 if wall else 14,
        open_sides=wall,
        enlarged=1.5 if wall else 1.0,
    )
