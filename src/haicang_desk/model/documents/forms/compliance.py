"""How a project stands against every rule of the book: 通过, 提示, 例外 or 不符合, each with its clause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.findings import Clause, Finding, Severity
from haicang_desk.model.rules import RULES

PASSED = "通过"
_RESULTS = {  # severity -> what the form says
    Severity.BLOCK: "不符合",
    Severity.EXCEPTION: "例外",
    Severity.WARN: "提示",
    Severity.INFO: "提示",
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """One rule and what it found; ``place`` is the clause as an official cites it, without the document."""

    code: str
    title: str
    place: str
    findings: tuple[Finding, ...]

    @property
    def result(self) -> str:
        """The gravest of what was found, in the form's words."""
        if not self.findings:
            return PASSED
        gravest = min(self.findings, key=lambda found: found.severity.rank)
        waiting = gravest.severity is Severity.EXCEPTION and not gravest.excused_by
        return "例外待批" if waiting else _RESULTS[gravest.severity]


def rulings(context: ProjectContext) -> list[Ruling]:
    """Every rule of the book by number; one that speaks of project, village and street is one line."""
    titles: dict[str, list[str]] = {}
    for rule in sorted(RULES, key=lambda rule: rule.code):
        known = titles.setdefault(rule.code, [])
        if rule.title not in known:
            known.append(rule.title)
    return [
        Ruling(code, "；".join(said), _place(context, code, found := _of(context.findings, code)), found)
        for code, said in titles.items()
    ]


def _of(findings: Iterable[Finding], code: str) -> tuple[Finding, ...]:
    return tuple(found for found in findings if found.rule == code)


def _place(context: ProjectContext, code: str, found: tuple[Finding, ...]) -> str:
    clause = found[0].clause if found else Clause(context.policy.number, PLACES.get(code, ""))
    return str(clause).removeprefix(context.policy.number)


PLACES = {  # the clause each rule rests on, for rules that had nothing to say
    "R01": "三(三)¶2",
    "R02": "三(一)¶9",
    "R03": "三(一)¶9",
    "R04": "三(三)¶2",
    "R05": "三(一)¶9",
    "R06": "三(一)¶9",
    "R07": "三(一)¶9",
    "R08": "三(一)¶9",
    "R09": "五(三)¶2",
    "R10": "五(一)¶2",
    "R11": "五(一)¶2",
    "R12": "三(四)¶6",
    "R13": "三(一)¶8",
    "R14": "三(一)¶8",
    "R15": "三(二)¶2",
    "R16": "三(三)¶2",
    "R17": "三(三)¶2",
    "R18": "三(四)¶3",
    "R19": "三(五)¶2",
    "R20": "三(四)¶6",
    "R21": "三(五)¶2",
    "R22": "三(五)¶2",
    "R23": "三(五)¶2",
    "R24": "三(六)¶2",
    "R25": "三(六)¶2",
    "R26": "四(二)¶2",
    "R27": "五(一)¶3",
    "R28": "四(一)¶1",
    "R29": "三(五)¶2",
    "R30": "三(一)¶2",
    "R31": "三(三)¶2",
    "R32": "二¶2",
    "R33": "三(五)¶2",
    "R34": "五(一)¶2",
}
