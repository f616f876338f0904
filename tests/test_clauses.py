"""Every clause of the policy that asks for something has its place in the program, and the page says which."""

from __future__ import annotations

from pathlib import Path

from scripts import clauses

PAGE = Path(__file__).parent.parent / "docs/clauses.md"


def test_every_clause_that_asks_has_a_place():
    assert clauses.missing() == []


def test_the_page_says_what_the_tags_say():
    assert PAGE.read_text(encoding="utf-8") == clauses.page(), "python scripts/clauses.py writes it anew"


def test_the_clauses_are_numbered_without_a_gap():
    assert list(clauses.clauses()) == [f"C{number:03d}" for number in range(1, 153)]


def test_a_range_of_clauses_is_every_one_of_them():
    assert list(clauses.numbers("C049–C051 C060")) == ["C049", "C050", "C051", "C060"]
