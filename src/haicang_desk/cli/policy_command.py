"""The command ``policy``: the policy files in force in a ledger, what became of the files, and accepting a change."""

from __future__ import annotations

from argparse import Namespace

from haicang_desk.cli.arguments import Parser, UsageError, json_argument, name_of, store_argument, text_of
from haicang_desk.cli.console import DONE, print_json, print_lines, print_message, table_lines
from haicang_desk.cli.ledger_output import open_store, read_store
from haicang_desk.model.records import PolicyFile
from haicang_desk.model.services import Workspace, accept_policy_file, policy_differences, system_user


def policy_arguments(parser: Parser) -> None:
    """Add the arguments of ``policy``."""
    store_argument(parser)
    parser.add_argument("--accept", metavar="NAME", type=name_of, default="", help="启用哪个改动过的文件，如 2027.toml")
    parser.add_argument("--reason", metavar="理由", type=text_of, default="", help="为什么启用")
    json_argument(parser)


def policy(options: Namespace) -> int:
    """List the policy files in force and what differs; with --accept, take a changed one into force."""
    if options.reason and not options.accept:
        raise UsageError("--reason 要和 --accept 一起用")
    if options.accept:
        with open_store(options) as ws:
            person = options.operator or system_user()
            accept_policy_file(ws, options.accept, reason=options.reason, person=person)
    with read_store(options) as ws:
        _show(ws, options.json)
    return DONE


def _show(ws: Workspace, as_json: bool) -> None:
    kept, differing = ws.all(PolicyFile), policy_differences(ws)
    if as_json:
        files = [
            {"name": each.name, "shipped": each.shipped, "digest": each.digest, "reason": each.reason} for each in kept
        ]
        told = [{"name": each.name, "became": each.became.value, "changes": each.lines} for each in differing]
        print_json({"files": files, "differences": told})
        return
    rows = [(each.name, "随程序" if each.shipped else "街道添的", each.digest[:16], each.reason) for each in kept]
    print_lines(table_lines(("政策文件", "来源", "校验码", "启用理由"), rows))
    if not kept:
        print_message("这本台账由较早的版本建立，还没有存下政策文件；下次打开登记时存下")
    for each in differing:
        print_lines(f"{each.name}：{line}" for line in each.lines)
