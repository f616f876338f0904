"""Small changes to a source are made one at a time, and the page of those that no test notices is whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scripts import mutant_generation

ROOT = Path(__file__).parent.parent
RULES = ROOT / "src/haicang_desk/model/rules"


@pytest.mark.parametrize(
    ("said", "changed"),
    [
        ("a < 3", ["Lt -> LtE", "3 -> 2", "3 -> 4"]),
        ("a + b", ["Add -> Sub"]),
        ("a and not b", ["And -> Or", "operand a left out", "operand not b left out", "Not left out"]),
        ("min(a, -1)", ["min -> max", "USub left out", "1 -> 2"]),
        ("a.part(b)", ["part -> part_up"]),
        ("Severity.BLOCK", ["BLOCK -> WARN"]),
        ("a if b else c", ["test -> not"]),
        ("[x for x in a if x]", ["condition x left out"]),
        ("(Event.START, Event.CLOSE)", ["element Event.START left out", "element Event.CLOSE left out"]),
        ("f(Event.START, Event.CLOSE)", ["argument Event.START left out", "argument Event.CLOSE left out"]),
        ("f(field='opinion', clause='三(一)¶9')", ["another name than opinion", "another name than 三(一)¶9"]),
        ("'说给人看的话'", []),
        ("f'{a + 1}'", []),
        ("zip(a, b, strict=True)", []),
    ],
)
def test_what_is_changed_in_an_expression(said, changed):
    found = list(mutant_generation.mutants(f"x = {said}\n"))
    assert sorted(mutant.change for mutant in found) == sorted(changed)
    assert all(mutant.function is None and mutant.line == f"x = {said}" for mutant in found)


BODY = '''
class Rule:
    """Words."""

    @decorated(1)
    def check(self, case: Case = 1 < 2) -> bool:
        """More words."""
        case.look()
        if case:
            raise ValueError
        for each in case:
            self.total += each
            yield each
        return case.found
'''


def test_what_is_left_out_of_a_body():
    found = list(mutant_generation.mutants(BODY))
    inside = [f"{mutant.line} | {mutant.change}" for mutant in found if mutant.function == ("Rule.check", 5)]
    assert inside == [
        "case.look() | statement left out",
        "if case: | test -> not",
        "raise ValueError | statement left out",
        "self.total += each | statement left out",
        "yield each | yield left out",
        "return case.found | returns None",
    ]
    assert {mutant.change for mutant in found if mutant.function is None} >= {"Lt -> LtE"}  # made where it is imported
    assert not [mutant for mutant in found if "decorated" in mutant.line]


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        ("a < 3", {"Lt -> LtE": True, "3 -> 2": False, "3 -> 4": True}),
        ("3 - a", {"Sub -> Add": 6, "3 -> 4": 1}),
        ("not a", {"Not left out": True}),
        ("a > 0 and a > 9", {"And -> Or": True, "operand a > 9 left out": True, "operand a > 0 left out": False}),
    ],
)
def test_a_changed_source_does_what_it_says(said, answers):
    found = {mutant.change: mutant for mutant in mutant_generation.mutants(f"def f(a): return {said}\n")}
    for change, answer in {**answers, "returns None": None}.items():
        names: dict[str, object] = {}
        exec(found[change].code, names)
        assert names["f"](3) == answer, change


def test_every_target_and_its_tests_are_there(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scripts")
    import mutation

    missing = [name for name in mutation.TARGETS if not (mutation.MODEL / f"{name}.py").is_file()]
    tests = {test for names in mutation.TARGETS.values() for test in names}
    assert missing == []
    assert all(mutation.test_file(test).is_file() for test in tests)


def test_the_page_has_a_reason_for_every_survivor_and_names_modules_that_exist():
    page = (ROOT / "docs/mutants.md").read_text(encoding="utf-8")
    rows = {name: tuple(map(int, numbers)) for name, *numbers in ROW.findall(page)}
    modules = {f"rules/{path.stem}" for path in RULES.glob("[a-z]*.py")}
    measured = {name for name in rows if name.startswith("rules/")}
    assert measured <= modules and len(measured) >= 20  # a module that is newer comes with the next run
    assert all(tried == killed + left for tried, killed, left in rows.values())
    assert "not explained" not in page
    tried, killed, _ = rows["**all**"]
    assert killed >= tried * 9 // 10


ROW = re.compile(r"^\| (?:\[(?=\S+\]))?([^|\]]+?)(?:\]\(\S+\))? \| (\d+) \| (\d+) \| [\d.]+ % \| (\d+) \|$", re.M)
