"""The results of all rules for one project, as the approval form lists them: 通过, 提示, 例外 or 不符合."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from haicang_desk.model.blocks import Block, Grid, GridRow, Heading, Note, centred, label, row, value
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import SIDE, day_text, money_cell, with_side_label
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.rules import Rule, rules_by_code
from haicang_desk.model.values import Money

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


def title_of_rule(code: str) -> str:
    """The title of the first rule of a code, which papers name; the code itself where no rule has it any more."""
    rules = rules_by_code().get(code, ())
    return rules[0].title if rules else code


def rulings(context: ProjectContext) -> list[Ruling]:
    """The result of every rule, in the order of the codes; rules of one code share a line."""
    return [_ruling(context, code, rules) for code, rules in rules_by_code().items()]


def _ruling(context: ProjectContext, code: str, rules: Sequence[Rule]) -> Ruling:
    findings = tuple(found for found in context.findings if found.rule == code)
    clause = findings[0].clause if findings else rules[0].clause_in(context.policy)
    titles = dict.fromkeys(rule.title for rule in rules)
    return Ruling(code, "；".join(titles), str(clause).removeprefix(context.policy.number), findings)


def compliance(context: ProjectContext) -> Iterator[Block]:
    """Every rule with its clause and result: first those with findings, then those passed."""
    all_rulings, on = rulings(context), decided_on(context)
    with_findings = [ruling for ruling in all_rulings if ruling.findings]
    passed = [ruling for ruling in all_rulings if not ruling.findings]
    yield Heading(f"合规检查结果（{day_text(on)}）")
    yield Note(
        f"共 {len(all_rulings)} 条规则，通过 {len(passed)} 条，有检查意见 {len(with_findings)} 条。"
        "项目按审批当日的记录检查，村居和街道的合计按台账现有记录计算。"
    )
    if with_findings:
        heads = ("依据", "结果", "检查意见", "差额（元）")
        found = (_found_row(ruling, finding) for ruling in with_findings for finding in ruling.findings)
        rows = (row(*map(label, heads)), *found)
        yield Grid(with_side_label("检查意见", rows), (0, 0, 0, 1, 0), heading=1, by_content=True, side=SIDE)
    by_clause: dict[str, list[Ruling]] = {}
    for ruling in passed:
        by_clause.setdefault(ruling.place, []).append(ruling)
    rows = (
        row(label("依据"), label(f"{PASSED}的检查事项")),
        *(row(value(place), value("；".join(each.title for each in group))) for place, group in by_clause.items()),
    )
    yield Grid(with_side_label("检查通过", rows), (0, 0, 1), heading=1, by_content=True, side=SIDE)


def decided_on(context: ProjectContext) -> date:
    """The day of the compliance check: that of the decision, or today while there is none."""
    approvals = context.case.approvals
    return (approvals[-1].decided_on if approvals else None) or context.today


def _found_row(ruling: Ruling, finding: Finding) -> GridRow:
    """One finding: clause, result, what is amiss in words, and how many 元 are missing or too much."""
    gap = abs(finding.shortfall) if finding.shortfall else None
    return row(
        value(ruling.place),
        centred(ruling.result),
        value(_finding_text(finding)),
        money_cell(Money(gap) if gap else None),
    )


def _finding_text(finding: Finding) -> str:
    whose = "" if finding.scope == "project" else f"{finding.subject}："
    mark = "不符合：" if finding.severity is Severity.BLOCK else ""
    told = f"{finding.check}：" if finding.check and finding.check not in finding.message else ""
    return f"{told}{mark}{whose}{finding.message}"
