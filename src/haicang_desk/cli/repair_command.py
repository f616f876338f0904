"""The command ``repair``, which makes a damaged store whole again."""

from __future__ import annotations

from argparse import Namespace

from haicang_desk.cli.arguments import Parser, json_argument, store_argument
from haicang_desk.cli.console import DONE, PARTLY, now, print_json, print_lines, print_message
from haicang_desk.model.services import system_user
from haicang_desk.model.store import Repair, backup_folder, backups_in, prepare_repair
from haicang_desk.platform import sweep_partials


def repair_arguments(parser: Parser) -> None:
    """Add the arguments of ``repair``."""
    store_argument(parser)
    parser.add_argument("--dry-run", action="store_true", help="只看会有什么结果，什么都不改")
    json_argument(parser)


def repair(options: Namespace) -> int:
    """Repair a damaged store from its journal and its automatic backups; the damaged file is set aside."""
    sweep_partials(options.store.parent, at=now())
    backups = [path for _, path in reversed(backups_in(backup_folder(options.store)))]
    made = prepare_repair(options.store, backups, at=now(), person=options.operator or system_user())
    aside = None
    try:
        if not options.dry_run:
            aside = made.carry_out(now()).aside
    finally:
        made.discard()
    if options.json:
        print_json({**_as_json(made), "repaired": not options.dry_run, "set_aside": aside and str(aside)})
    else:
        _print(made)
        if aside is not None:
            print_message(f"已修复并核对：{options.store}。损坏的文件另存为：{aside}")
        else:
            print_message("这次只看结果，没有改动。去掉 --dry-run 即修复")
    return PARTLY if made.lost else DONE


def _as_json(made: Repair) -> dict[str, object]:
    return {
        "store": str(made.store),
        "damage": [str(each) for each in made.damage],
        "basis": made.basis,
        "backup": None if made.backup is None else str(made.backup),
        "changes": made.changes,
        "replayed": made.replayed,
        "records_same": made.same,
        "rows": [{"subject": row.subject, "message": row.message} for row in made.rows],
        "lost": [
            {"seq": each.seq, "at": each.at, "actor": each.actor, "action": each.action, "records": list(each.records)}
            for each in made.lost
        ],
    }


def _print(made: Repair) -> None:
    print_lines(made.lines())
