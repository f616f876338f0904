"""R07: what running a service may cost of its own budget. 三(一)¶9.

条文：C059
"""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE
from haicang_desk.model.policy import wording
from haicang_desk.model.records import BudgetLine, Category
from haicang_desk.model.rules.engine import RuleContext, rule
from haicang_desk.model.values import Money


def planned_overhead(case: Casefile) -> Money:
    """统筹管理费 as filed: the figure on the form or the budget lines so marked, whichever is more."""
    marked = sum((line.amount for line in case.budget_lines if line.is_overhead or line in unmarked(case)), NONE)
    return max(case.project.overhead, marked)


def unmarked(case: Casefile) -> list[BudgetLine]:
    """Lines of which nobody said whether they are overhead, and that are called so; a 否 on the line clears it."""
    words = wording().overhead
    return [
        line
        for line in case.budget_lines
        if line.is_overhead is None and any(word in f"{line.subject} {line.content}" for word in words)
    ]


@rule("R07", "统筹管理或服务经费", parameter="overhead_max", before=("submit", "approve", "decide_alteration", "close"))
def overhead_is_small(context: RuleContext) -> Iterator[Finding]:
    """Against the whole budget, the fee itself included; after 决算 against what was spent."""
    case, policy = context.case, context.policy
    if case.project.category is not Category.SERVICE:
        return
    planned, settlement = planned_overhead(case), case.settlement
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
            f"超出 {overhead - most} 元，应压减该项经费{_taken_for_overhead(case)}",
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


def _taken_for_overhead(case: Casefile) -> str:
    names = "、".join(f"“{line.content}”" for line in unmarked(case)) if case.settlement is None else ""
    return f"（含未标明的{names}，不属统筹管理费的请在预算明细标“否”）" if names else ""
