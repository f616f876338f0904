"""Figures: photographs, QR codes, and flow charts of boxes and arrows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph (bytes of a PNG or JPEG file), at most `width` mm wide and never wider than the type area.

    It is at most `tallest` mm high; 0: six tenths of the type area.
    """

    data: bytes
    caption: str = ""
    width: float = 160
    tallest: float = 0


@dataclass(frozen=True, slots=True)
class Pictures:
    """Photographs in rows, `columns` side by side.

    With `least`, their least height in mm, they are drawn smaller, but not lower than that, where what follows them
    would otherwise not fit on their page.
    """

    pictures: tuple[Picture, ...]
    columns: int = 2
    least: float = 0


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code of a text, `width` mm wide with the white around it, at the left edge; `caption` stands below it.

    It is wider where its modules would be smaller than 0.33 mm. Latin capitals, digits and " $%*+-./:" make the
    smallest code.
    """

    text: str
    width: float = 20
    caption: str = ""


class BoxShape(Enum):
    """The outline of a box in a flow chart."""

    STEP = "step"
    CHOICE = "choice"  # a decision: a lozenge
    END = "end"  # start and end points: rounded corners


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a flow chart; `lane` and `row` are counted from 0."""

    key: str
    lane: int
    row: int
    text: str
    shape: BoxShape = BoxShape.STEP


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow between two boxes, named by their keys, with an optional label."""

    source: str
    target: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A flow chart in lanes from left to right, each with a heading. It takes the rest of the page.

    `phases` are named in a narrow column at the left, each with the row it begins at; the first begins at row 0.
    """

    lanes: tuple[str, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    phases: tuple[tuple[str, int], ...] = ()
