"""Every clause of the policy that asks for something has its place in the program, and the page says which."""

from __future__ import annotations

from pathlib import Path

from scripts import clauses

PAGE = Path(__file__).parent.parent / "docs/clauses.md"


def test_every_clause_that_asks_has_a_place():
    assert clauses.missing() == []


def test_only_headings_and_wishes_ask_for_nothing():
    asking_nothing = {number for number, said in clauses.clauses().items() if not said.asks}
    assert len(asking_nothing) == 19
    assert {clauses.clauses()[number].kind for number in asking_nothing} <= {"元", "背", "责"}


def test_a_clause_without_its_tag_is_missed(monkeypatch):
    placed = clauses.tags()
    monkeypatch.setattr(clauses, "tags", lambda: {n: where for n, where in placed.items() if n != "C069"})
    assert [said.split()[0] for said in clauses.missing()] == ["C069"]


def test_what_must_be_made_public_has_its_paper_or_its_register():
    made = clauses.tags()
    for number, said in clauses.clauses().items():
        if said.kind == "报":
            kinds = {kind for kind, _ in made[number]}
            assert "文书" in kinds or made[number] == [("记录", "`model/records/evidence.py` Publicity")], number


def test_the_page_says_what_the_tags_say():
    assert PAGE.read_text(encoding="utf-8") == clauses.page(), "python scripts/clauses.py writes it anew"


def test_the_clauses_are_numbered_without_a_gap():
    assert list(clauses.clauses()) == [f"C{number:03d}" for number in range(1, 153)]


def test_a_range_of_clauses_is_every_one_of_them():
    assert list(clauses.numbers("C049–C051 C060")) == ["C049", "C050", "C051", "C060"]
