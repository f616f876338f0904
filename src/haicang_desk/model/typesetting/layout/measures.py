"""Lengths and type sizes in points (1/72 inch), and how lengths are added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from haicang_desk.model.blocks import Face

MM = 72 / 25.4  # points per millimetre
ASCENT = 0.88  # of the type size: the height of a Chinese character's square above the baseline


@dataclass(frozen=True, slots=True)
class TypeStyle:
    """A typeface, its size, line height (`leading`) and `pitch`, which is added to every advance. Points."""

    face: Face
    size: float
    leading: float
    pitch: float = 0.0


def baseline(top: float, height: float, type_: TypeStyle) -> float:
    """The y of the baseline of a line centred vertically in the height under `top`."""
    return top - (height - type_.size) / 2 - ASCENT * type_.size


class _Zero(float):
    """A start value for sum(): from Python 3.12 on, sum() compensates rounding for floats but not for subclasses."""


_ZERO = _Zero()


def add_up(lengths: Iterable[float]) -> float:
    """Add lengths from left to right with the same rounding, and so the same bytes of a file, on every Python."""
    return sum(lengths, _ZERO)
