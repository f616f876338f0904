"""The command ``receipt``: a village's answer to what it applied for, as a workbook that it fills in further."""

from __future__ import annotations

from argparse import Namespace

from haicang_desk.cli.arguments import (
    Parser,
    day_argument,
    day_of_options,
    json_argument,
    name_of,
    output_path_of,
    store_argument,
)
from haicang_desk.cli.console import DONE, print_json, print_message
from haicang_desk.cli.ledger_output import note_access, read_store
from haicang_desk.model.services import village_named
from haicang_desk.model.store import AccessKind


def receipt_arguments(parser: Parser) -> None:
    """Add the arguments of ``receipt``."""
    store_argument(parser)
    parser.add_argument("--village", metavar="名称", type=name_of, required=True, help="写给哪个村居")
    parser.add_argument("--out", metavar="OUT.xlsx", type=output_path_of(".xlsx"), required=True, help="工作簿写到哪里")
    day_argument(parser)
    json_argument(parser)


def receipt(options: Namespace) -> int:
    """Write the receipt of one village. Signs and changes nothing."""
    from haicang_desk.model.spreadsheet.write.receipt import write_receipt

    with read_store(options) as ws:
        village = village_named(ws, options.village)
        note_access(ws, AccessKind.RECEIPT, f"{village.name}的回执，写到 {options.out.name}", options.operator)
        write_receipt(ws, village, options.out, today=day_of_options(options))
    if options.json:
        print_json({"out": str(options.out), "village": village.name})
    else:
        print_message(f"已写出{village.name}的回执：{options.out}。村居填好后发回，按记录号导入")
    return DONE
