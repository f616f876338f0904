"""The commands ``check`` and ``budget``, about a whole fund year."""

from __future__ import annotations

import os
from argparse import Namespace

from haicang_desk.cli.arguments import Parser, day_of_options, json_argument, text_of, year_arguments
from haicang_desk.cli.console import DONE, now, print_json, print_lines, print_message
from haicang_desk.cli.ledger_output import (
    as_of_note,
    balance_lines,
    balances_json,
    counts_text,
    exit_code,
    finding_json,
    finding_lines,
    read_store,
)
from haicang_desk.model.services import check as check_year
from haicang_desk.model.services import check_with_carried_over
from haicang_desk.model.store import clock_warning


def check_arguments(parser: Parser) -> None:
    """Add the arguments of ``check``."""
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


def check(options: Namespace) -> int:
    """Print every finding of a fund year, without --year also those on projects carried over into it.

    With --draft: the findings that there would be were drafts approved.
    """
    if options.draft:
        from haicang_desk.cli.whatif import check_with_drafts

        return check_with_drafts(options)
    as_of = day_of_options(options)
    with read_store(options) as ws:
        year = options.year or ws.year()
        find = check_year if options.year else check_with_carried_over
        findings, policy = find(ws, year, as_of, workers=os.cpu_count() or 1), ws.policy(year)
        clock = "" if options.as_of else clock_warning(ws.conn, now())
    if options.json:
        document = {"store": str(options.store), "year": year, "as_of": as_of, "policy": policy.number}
        print_json({**document, "findings": [finding_json(each) for each in findings]})
    else:
        print_lines((*finding_lines(findings, year=year), as_of_note(as_of)))
        print_message(f"{year} 年度，依据{policy.number}：{counts_text(findings)}")
    if clock:
        print_message(clock)
    return exit_code(findings)


def budget_arguments(parser: Parser) -> None:
    """Add the arguments of ``budget``."""
    year_arguments(parser)
    json_argument(parser)


def budget(options: Namespace) -> int:
    """Print the balances of the street and of every village."""
    as_of = day_of_options(options)
    with read_store(options) as ws:
        year = options.year or ws.year()
        register = ws.register(year)
    if options.json:
        print_json(balances_json(register, as_of))
        return DONE
    print_lines(balance_lines([(balance.name, balance) for balance in (*register.villages.values(), register.street)]))
    print_lines(as_of_note(as_of))
    print_message(f"{year} 年度，单位：元。专项及余额含以奖代补资金；已审批的按核定数，其余按申报数")
    return DONE
