"""Which screen a finding or a duty of the street leads to."""

from __future__ import annotations

from typing import Any

from haicang_desk.model.findings import Finding
from haicang_desk.model.records import QuarterReport
from haicang_desk.model.rules import answering_record


def screen_of_finding(found: Finding) -> tuple[str, Any]:
    """The screen on which a finding is put right, and what that screen should show."""
    if found.project_id:
        return "project", found
    if found.scope == "village":
        return "villages", found.subject
    return screen_of_rule(found.rule)


def screen_of_rule(rule: str) -> tuple[str, Any]:
    """The screen for what a rule asks of the street itself, and what that screen should show."""
    kind = answering_record(rule, "street")
    if kind is QuarterReport:
        return "quarterly", None
    return ("villages", None) if kind is None else ("books", kind)
