"""What the rule book says of projects as they stood on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from haicang_desk.model.balances import Register
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.cutting import dated
from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Inspection
from haicang_desk.model.services import Workspace, findings_of


def findings_on(ws: Workspace, cases: Sequence[Casefile], register: Register, on: date) -> tuple[Finding, ...]:
    """Of every rule, on casefiles already cut to that day and the sums they make."""
    held = tuple(each for each in ws.all(Inspection) if (dated(each) or date.min) <= on)
    return tuple(findings_of(ws, cases, register, on, inspections=held))
