"""Minimum shares: whether a part reaches its share of a whole, and the smallest change after which it does.

Parts and wholes are integers, numbers of projects or fen. Only the result is rounded.
"""

from __future__ import annotations

from fractions import Fraction


def holds(part: int, whole: int, least: Fraction) -> bool:
    """Whether ``part`` is at least the share ``least`` of ``whole``; always true where ``whole`` is 0."""
    return part * least.denominator >= whole * least.numerator


def needed(whole: int, least: Fraction) -> int:
    """The smallest part that reaches the share."""
    return -(-whole * least.numerator // least.denominator)


def to_turn(part: int, whole: int, least: Fraction) -> int:
    """How much of the rest must become part of it, with the whole unchanged."""
    return max(0, needed(whole, least) - part)


def to_add(part: int, whole: int, least: Fraction) -> int:
    """How much must be added to the part and so to the whole. Raises ValueError for a share of 1 or more."""
    if least >= 1:
        raise ValueError("no addition makes a part the whole")
    missing = whole * least.numerator - part * least.denominator
    return max(0, -(-missing // (least.denominator - least.numerator)))
