"""Shares: how far a part is from its least share of a whole, and the smallest change that makes it hold.

Parts and wholes are whole numbers, of projects or of fen alike; nothing is rounded but the answer, once.
"""

from __future__ import annotations

from fractions import Fraction


def holds(part: int, whole: int, least: Fraction) -> bool:
    """Whether ``part`` is at least its share of ``whole``; of nothing, every share holds."""
    return part * least.denominator >= whole * least.numerator


def needed(whole: int, least: Fraction) -> int:
    """The smallest part that is enough."""
    return -(-whole * least.numerator // least.denominator)


def to_turn(part: int, whole: int, least: Fraction) -> int:
    """How much of the rest must be turned into the part, the whole staying as it is."""
    return max(0, needed(whole, least) - part)


def to_add(part: int, whole: int, least: Fraction) -> int:
    """How much must be added to the part, and with it to the whole. ValueError where the share is all."""
    if least >= 1:
        raise ValueError("no addition makes a part the whole")
    lacking = whole * least.numerator - part * least.denominator
    return max(0, -(-lacking // (least.denominator - least.numerator)))
