"""Commands that ask the whole ledger: check and budget."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from haicang_desk.cli.clock import today
from haicang_desk.cli.parsing import Parser, day_of, path_of, text_of, year_of
from haicang_desk.cli.speech import DONE, FOUND, say, say_json, tell
from haicang_desk.cli.tables import aligned
from haicang_desk.model.balances import Balance, Register
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.services import Workspace
from haicang_desk.model.services import check as findings_of
from haicang_desk.model.values import Money


@contextmanager
def open_store(path: Path) -> Iterator[Workspace]:
    """The workspace of a store; once it has been used, tells on stderr which policy figures were borrowed."""
    with Workspace.open(path) as ws:
        yield ws
        for note in ws.policy_notes:
            tell(note)


def year_arguments(parser: Parser) -> None:
    """The arguments of every command that asks about a fund year on a day."""
    parser.add_argument("store", metavar="STORE", type=path_of, help="台账文件")
    parser.add_argument("--year", metavar="Y", type=year_of, help="资金年度；默认台账里最新的一年")
    day_argument(parser)


def day_argument(parser: Parser) -> None:
    parser.add_argument(
        "--as-of", metavar="DATE", type=day_of, default=None, help="按哪一天计算期限，如 2026-09-30；默认今天"
    )


def json_argument(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help="只输出一个 JSON 文档")


def day_given(given: Namespace) -> date:
    return given.as_of or today()


def check_arguments(parser: Parser) -> None:
    parser.usage = f"{parser.prog} STORE [--year Y] [--as-of DATE] [--draft CODE …] [--json] [--operator NAME]"
    year_arguments(parser)
    parser.add_argument(
        "--draft",
        metavar="CODE",
        type=text_of,
        nargs="+",
        action="extend",
        default=[],
        help="假设这些项目按申报数批准，列出届时的检查结果、资金平衡和达标的最小改动；不写入台账",
    )
    json_argument(parser)


def check(given: Namespace) -> int:
    if given.draft:
        from haicang_desk.cli.supposing import suppose

        return suppose(given)
    as_of = day_given(given)
    with open_store(given.store) as ws:
        year = given.year or ws.year()
        found, policy = findings_of(ws, year, as_of, workers=os.cpu_count() or 1), ws.policy(year)
    if given.json:
        document = {"store": str(given.store), "year": year, "as_of": as_of, "policy": policy.number}
        say_json({**document, "findings": [finding_json(each) for each in found]})
    else:
        say(finding_table(found))
        tell(f"{year} 年度，按 {as_of} 计算，依据{policy.number}：{counted(found)}")
    return exit_code(found)


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


def budget_arguments(parser: Parser) -> None:
    year_arguments(parser)
    json_argument(parser)


def budget(given: Namespace) -> int:
    as_of = day_given(given)
    with open_store(given.store) as ws:
        year = given.year or ws.year()
        register = ws.register(year)
    if given.json:
        say_json(balances_json(register, as_of))
        return DONE
    say(balance_table([(balance.name, balance) for balance in (*register.villages.values(), register.street)]))
    tell(f"{year} 年度，单位：元。专项及余额含以奖代补资金；已审批的按核定数，其余按申报数")
    return DONE


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
