"""The results of all rules for one project, as the approval form lists them: 通过, 提示, 例外 or 不符合."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.rules import Rule, rules_by_code

PASSED = "通过"
_RESULTS = {  # severity -> what the form says
    Severity.BLOCK: "不符合",
    Severity.EXCEPTION: "例外",
    Severity.WARN: "提示",
    Severity.INFO: "提示",
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """The rules of one code and their findings. ``place``: the clause as an official cites it, without the document."""

    code: str
    title: str
    place: str
    findings: tuple[Finding, ...]

    @property
    def result(self) -> str:
        """The gravest finding, in the form's words."""
        if not self.findings:
            return PASSED
        worst = min(self.findings, key=lambda found: found.severity.rank)
        waiting = worst.severity is Severity.EXCEPTION and not worst.excused_by
        return "例外待批" if waiting else _RESULTS[worst.severity]


def rulings(context: ProjectContext) -> list[Ruling]:
    """The result of every rule, in the order of the codes; rules of one code share a line."""
    return [_ruling(context, code, rules) for code, rules in rules_by_code().items()]


def _ruling(context: ProjectContext, code: str, rules: Sequence[Rule]) -> Ruling:
    findings = tuple(found for found in context.findings if found.rule == code)
    clause = findings[0].clause if findings else rules[0].clause_in(context.policy)
    titles = dict.fromkeys(rule.title for rule in rules)
    return Ruling(code, "；".join(titles), str(clause).removeprefix(context.policy.number), findings)
