"""Commands that ask the whole ledger: check and budget."""

from __future__ import annotations

import os
from argparse import Namespace

from haicang_desk.cli.arguments import Parser, day_given, json_argument, text_of, year_arguments
from haicang_desk.cli.console import DONE, say, say_json, tell
from haicang_desk.cli.ledger_output import (
    balance_table,
    balances_json,
    counted,
    exit_code,
    finding_json,
    finding_table,
    open_store,
)
from haicang_desk.model.services import check as findings_of


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
        from haicang_desk.cli.whatif import check_with_drafts

        return check_with_drafts(given)
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
