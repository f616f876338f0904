"""Commands that ask the whole ledger: check and budget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from haicang_desk.cli.console import DONE, FOUND, aligned, tell
from haicang_desk.model.balances import Balance, Register
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.services import Workspace
from haicang_desk.model.values import Money


@contextmanager
def open_store(path: Path) -> Iterator[Workspace]:
    """The workspace of a store; once it has been used, tells on stderr which policy figures were borrowed."""
    with Workspace.open(path) as ws:
        yield ws
        for note in ws.policy_notes:
            tell(note)


def exit_code(found: Sequence[Finding]) -> int:
    return FOUND if any(each.severity is Severity.BLOCK for each in found) else DONE


def finding_json(found: Finding) -> dict[str, Any]:
    """As contract §4 fixes it."""
    return {
        "rule": found.rule,
        "clause": found.clause.place,
        "level": found.severity.value,
        "scope": found.scope,
        "subject": found.subject,
        "measured": found.measured,
        "limit": found.limit,
        "shortfall_fen": None if found.shortfall is None else found.shortfall.fen,
        "message": found.message,
        "excused_by": found.excused_by,
    }


def finding_table(found: Sequence[Finding]) -> list[str]:
    rows = []
    for each in found:
        message = each.message + (f"（已批准例外：{each.excused_by}）" if each.excused_by else "")
        called = each.subject if each.title in ("", each.subject) else f"{each.subject} {each.title}"
        rows.append((each.rule, each.severity.label, each.clause.place, called, message))
    return list(aligned(("规则", "级别", "依据", "所涉", "情况和改法"), rows)) if rows else []


def counted(found: Sequence[Finding]) -> str:
    counts = [(level.label, sum(each.severity is level for each in found)) for level in Severity]
    told = "，".join(f"{label} {count} 条" for label, count in counts if count)
    return told or "没有发现不符之处"


def balances_json(register: Register, as_of: date) -> dict[str, Any]:
    """As contract §5 fixes it."""
    document = {"year": register.year, "as_of": as_of, "street": register.street.as_json()}
    return {**document, "villages": [balance.as_json() for balance in register.villages.values()]}


def balance_table(named: Sequence[tuple[str, Balance]]) -> list[str]:
    rows = [_balance_row(name, balance) for name, balance in named]
    return list(aligned(_BALANCE_HEAD, rows, right=range(1, len(_BALANCE_HEAD))))


_BALANCE_HEAD = (
    *("村居", "项目数", "服务", "货物", "工程", "服务类占比", "申报口径", "总资金", "专项", "社会资源"),
    *("核定专项", "已拨付", "未拨付", "社会参与", "额度", "余额"),
)


def _balance_row(name: str, balance: Balance) -> tuple[str, ...]:
    counts = (balance.projects, balance.service_projects, balance.goods_projects, balance.works_projects)
    sums = (balance.total, balance.special, balance.social, balance.approved_special)
    paid = (balance.disbursed, balance.undisbursed)
    return (
        name,
        *map(str, counts),
        f"{balance.service_projects}/{balance.projects}",
        f"{balance.filed_service_projects}/{balance.filed_projects}",
        *map(str, (*sums, *paid)),
        str(balance.social_projects),
        *map(_amount, (balance.quota, balance.remaining)),
    )


def _amount(money: Money | None) -> str:
    return "未设" if money is None else str(money)
