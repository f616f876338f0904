"""Before which steps each rule is asked."""

from __future__ import annotations

from haicang_desk.model.rules import RULES

GUARDS = {  # which steps each rule is asked before: code, scope and the steps
    ("R01", "project"): {"decide_alteration", "submit", "approve", "close"},
    ("R02", "project"): {"decide_alteration", "submit", "approve", "close"},
    ("R02", "village"): {"decide_alteration", "submit", "approve", "close"},
    ("R03", "project"): {"submit", "approve", "close"},
    ("R04", "project"): {"decide_alteration", "submit", "approve", "close"},
    ("R05", "village"): {"submit", "approve"},
    ("R05", "project"): {"approve"},
    ("R06", "village"): {"submit", "approve"},
    ("R06", "project"): {"approve"},
    ("R07", "project"): {"decide_alteration", "submit", "approve", "close"},
    ("R08", "street"): set(),
    ("R09", "project"): {"decide_alteration", "submit", "approve", "disburse", "close"},
    ("R10", "village"): {"submit", "approve"},
    ("R11", "street"): {"decide_alteration", "approve"},
    ("R12", "project"): {"start", "advance", "complete"},
    ("R13", "project"): {"submit", "approve"},
    ("R14", "project"): {"submit", "approve", "close"},
    ("R15", "project"): {"submit", "approve"},
    ("R16", "project"): {"submit", "approve"},
    ("R17", "project"): {
        "send",
        "lodge",
        "return_filing",
        "appoint",
        "start",
        "complete",
        "settle",
        "close",
    },
    ("R18", "project"): {"appoint", "accept", "close"},
    ("R19", "project"): {"close", "decide_alteration", "disburse"},
    ("R20", "project"): {"close"},
    ("R21", "project"): {"post_completion", "close"},
    ("R22", "street"): set(),
    ("R23", "street"): set(),
    ("R24", "project"): {"post_survey"},
    ("R25", "project"): set(),
    ("R26", "street"): set(),
    ("R26", "project"): set(),
    ("R27", "project"): {"submit", "approve", "disburse"},
    ("R27", "street"): set(),
    ("R28", "street"): set(),
    ("R29", "project"): {"close", "refund", "settle"},
    ("R30", "project"): set(),
    ("R30", "village"): set(),
    ("R33", "project"): {"close"},
    ("R34", "project"): {"approve", "decide_alteration", "disburse"},
}


def test_each_rule_is_asked_before_the_steps_it_guards():
    """A rule that is newer than this table says so in the test of its own module."""
    asked: dict[tuple[str, str], set[str]] = {}
    for entered in RULES:
        asked.setdefault((entered.code, entered.scope), set()).update(entered.before)
    assert {key: asked.get(key) for key in GUARDS} == GUARDS
