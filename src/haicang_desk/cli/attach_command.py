"""The command ``attach``, which keeps scans and photographs with a project."""

from __future__ import annotations

from argparse import Namespace

from haicang_desk.cli.arguments import Parser, json_argument, name_of, path_of, store_argument, text_of
from haicang_desk.cli.console import DONE, print_json, print_lines, print_message, table_lines, today
from haicang_desk.cli.ledger_output import open_store
from haicang_desk.model.records import Attachment
from haicang_desk.model.services import attach_as_named, system_user


def attach_arguments(parser: Parser) -> None:
    """Add the arguments of ``attach``."""
    store_argument(parser)
    parser.add_argument("code", metavar="CODE", type=text_of, help="项目编号")
    parser.add_argument("files", metavar="FILE", type=path_of, nargs="+", help="PDF 或照片（JPEG、PNG），可以几个")
    parser.add_argument(
        "--as",
        dest="item",
        metavar="材料名",
        type=name_of,
        help="是什么材料，如 合同、验收照片；默认各按文件名",
    )
    json_argument(parser)


def attach(options: Namespace) -> int:
    """Attach files to a project, all or none, and print under what name and in which phase each is kept."""
    person = options.operator or system_user()
    with open_store(options) as ws:
        project = ws.project(options.code)
        added = attach_as_named(ws, project.id, options.files, item=options.item or "", on=today(), person=person)
    if options.json:
        print_json({"project": project.code, "files": [_as_json(each) for each in added]})
        return DONE
    rows = [(each.phase.label, each.item, each.name) for each in added]
    print_lines(table_lines([Attachment.fields[name].label for name in ("phase", "item", "name")], rows))
    print_message(f"已把 {len(added)} 个文件存进 {project.code}")
    return DONE


def _as_json(kept: Attachment) -> dict[str, object]:
    named = {"phase": kept.phase.label, "item": kept.item, "name": kept.name}
    return {**named, "size": kept.size, "sha256": kept.digest}
