"""What the rule book says of projects as they stood on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from haicang_desk.model import Casefile, Finding, Inspection, Register, Workspace, findings_of
from haicang_desk.model.documents.cutting import dated


def findings_on(ws: Workspace, cases: Sequence[Casefile], register: Register, on: date) -> tuple[Finding, ...]:
    """Of every rule, on casefiles already cut to that day and the sums they make."""
    held = tuple(each for each in ws.all(Inspection) if (dated(each) or date.min) <= on)
    return tuple(findings_of(ws, cases, register, on, inspections=held))
