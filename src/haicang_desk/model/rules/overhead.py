"""Rule R07: the overhead of a service is at most a tenth of its budget. 三(一)¶9.

条文：C059
"""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import BudgetLine, Category
from haicang_desk.model.rules.engine import RuleContext, rule
from haicang_desk.model.values import Money


def planned_overhead(case: Casefile, policy: Policy) -> Money:
    """The overhead applied for: the figure on the form or the sum of the overhead budget lines, whichever is larger."""
    counted = unmarked_overhead_lines(case, policy)
    marked = sum((line.amount for line in case.budget_lines if line.is_overhead or line in counted), NONE)
    return max(case.project.overhead, marked)


def unmarked_overhead_lines(case: Casefile, policy: Policy) -> list[BudgetLine]:
    """Budget lines worded as overhead that are not marked so; 否 takes a line out only with its reason (说明)."""
    words = policy.words.overhead
    return [
        line
        for line in case.budget_lines
        if not line.is_overhead
        and not (line.is_overhead is False and line.note.strip())
        and any(word in f"{line.subject} {line.content}" for word in words)
    ]


@rule("R07", "统筹管理或服务经费", parameter="overhead_max", before=("submit", "approve", "decide_alteration", "close"))
def overhead_within_limit(context: RuleContext) -> Iterator[Finding]:
    """Overhead is at most 10% of the budget, itself included; once settled, of the sum spent, and as planned."""
    case, policy = context.case, context.policy
    if case.project.category is not Category.SERVICE:
        return
    planned, settlement = planned_overhead(case, policy), case.settlement
    overhead = planned if settlement is None else settlement.overhead
    total, share = case.funding.total, policy.share("overhead_max")
    name = "决算总额" if settlement else "预算总额"
    if overhead * share.denominator > total * share.numerator:
        most = total.part(share)
        yield Finding(
            severity=Severity.BLOCK,
            measured=f"{overhead.fen}/{total.fen}",
            limit=f"{share.numerator}/{share.denominator}",
            shortfall=overhead - most,
            field="overhead",
            message=f"统筹管理或服务经费 {overhead} 元，{name} {total} 元，最多 {most} 元，"
            f"超出 {overhead - most} 元，应压减该项经费{_note_on_unmarked(case, policy)}",
        )
    elif NONE < planned < overhead:  # only after 决算 may the two differ
        yield Finding(
            severity=Severity.BLOCK,
            measured=overhead.fen,
            limit=planned.fen,
            shortfall=overhead - planned,
            field="overhead",
            message=f"决算统筹管理或服务经费 {overhead} 元，批准的预算为 {planned} 元，"
            f"超出 {overhead - planned} 元，应按批准的预算列支",
        )


def _note_on_unmarked(case: Casefile, policy: Policy) -> str:
    """A note that names the unmarked lines that were counted as overhead."""
    unmarked = unmarked_overhead_lines(case, policy) if case.settlement is None else []
    names = "、".join(f"“{line.content}”" for line in unmarked)
    return f"（含未标明为统筹管理费的{names}，确实不属统筹管理费的请在预算明细填“否”并写明说明）" if names else ""
