"""Shares: the edges that the rules never ask about."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haicang_desk.model.values import holds, needed, to_add, to_turn

LEAST = Fraction(2, 5)


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (2, 5), (3, 5), (5, 5)])
def test_what_holds_lacks_nothing(part, whole):
    assert holds(part, whole, LEAST)
    assert (to_turn(part, whole, LEAST), to_add(part, whole, LEAST)) == (0, 0)


@pytest.mark.parametrize(("part", "whole", "turn", "add"), [(1, 5, 1, 2), (0, 1, 1, 1), (0, 5, 2, 4), (1, 3, 1, 1)])
def test_what_is_lacking(part, whole, turn, add):
    assert not holds(part, whole, LEAST)
    assert (to_turn(part, whole, LEAST), to_add(part, whole, LEAST)) == (turn, add)


@pytest.mark.parametrize("least", [Fraction(1), Fraction(3, 2)])
def test_no_addition_makes_a_part_the_whole(least):
    with pytest.raises(ValueError, match="the whole"):
        to_add(1, 2, least)


@given(st.integers(0, 10**9), st.fractions(0, 1, max_denominator=20))
def test_needed_is_the_smallest_part_that_holds(whole, least):
    part = needed(whole, least)
    assert holds(part, whole, least)
    assert part == 0 or not holds(part - 1, whole, least)
