"""Figures: photographs, and charts of boxes and arrows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph (bytes of a PNG or JPEG file), as wide as there is room up to `width` mm."""

    data: bytes
    caption: str = ""
    width: float = 160


@dataclass(frozen=True, slots=True)
class Pictures:
    """Photographs side by side, `columns` in a row."""

    pictures: tuple[Picture, ...]
    columns: int = 2


class BoxShape(Enum):
    """The outline of a box in a chart."""

    STEP = "step"
    CHOICE = "choice"  # a lozenge
    END = "end"  # rounded: where it begins and ends


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a chart in a lane and a row, both counted from 0."""

    key: str
    lane: int
    row: int
    text: str
    shape: BoxShape = BoxShape.STEP


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow from one box to another, by their keys, with a word beside it."""

    source: str
    target: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Boxes and arrows in headed lanes from left to right, filling the rest of the page."""

    lanes: tuple[str, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
