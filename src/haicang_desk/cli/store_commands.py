"""The commands ``demo``, ``init``, ``verify``, ``backup`` and ``restore``, which make or check whole store files."""

from __future__ import annotations

import sqlite3
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from haicang_desk.cli.arguments import Parser, json_argument, name_of, path_of, store_argument, text_of, year_of
from haicang_desk.cli.console import DONE, PARTLY, now, print_json, print_lines, print_message, table_lines
from haicang_desk.model.services import Workspace, system_user
from haicang_desk.model.store import (
    Comparison,
    DifferenceText,
    Side,
    back_up,
    compare,
    connect_in_memory,
    connect_to_read,
    create_schema,
    described_differences,
    fault_in,
    opened_to_compare,
    read_manifest,
    refuse_damaged,
    restore_backup,
)
from haicang_desk.platform import sweep_partials


def demo_arguments(parser: Parser) -> None:
    """Add the arguments of ``demo``."""
    parser.add_argument("folder", metavar="DIR", type=path_of, help="写到哪个文件夹；上次演示写的先删去，别的不动")
    json_argument(parser)


def demo(options: Namespace) -> int:
    """Make a street's whole year with all its documents; prints one line before each file is written."""
    from haicang_desk.demo import PLANTED_FAULTS, demonstrate

    files: list[str] = []

    def progress(what: str, path: Path) -> None:
        files.append(str(path))
        if not options.json:
            print_lines(f"{what}  {path}")

    store = demonstrate(options.folder, progress)
    if options.json:
        print_json({"store": str(store), "files": files})
    for fault in PLANTED_FAULTS:
        print_message(f"演示有意留下的问题：{fault.subject}，{fault.text}（{fault.rule} {fault.severity.label}）")
    print_message(f"演示做好了：{len(files)} 个文件。打开台账：haicang-desk {store}")
    return DONE


def init_arguments(parser: Parser) -> None:
    """Add the arguments of ``init``."""
    parser.add_argument("store", metavar="STORE", type=path_of, help="新台账的文件名，如 新阳街道.db")
    parser.add_argument("--street", metavar="名称", type=name_of, required=True, help="街道名称")
    parser.add_argument("--year", metavar="Y", type=year_of, required=True, help="资金年度")
    json_argument(parser)


def init(options: Namespace) -> int:
    """Make a new, empty store."""
    actor = options.operator or system_user()
    with Workspace.create(options.store, street=options.street, year=options.year, actor=actor) as ws:
        street = ws.street.name
    if options.json:
        print_json({"store": str(options.store), "street": street, "year": options.year})
    else:
        print_message(f"已为{street}建立 {options.year} 年度台账：{options.store}")
    return DONE


def backup_arguments(parser: Parser) -> None:
    """Add the arguments of ``backup``."""
    store_argument(parser)
    parser.add_argument("out", metavar="OUT.db", type=path_of, help="备份写到哪里；已有的文件不会被覆盖")
    json_argument(parser)


def backup(options: Namespace) -> int:
    """Write a backup and check it."""
    for folder in {options.store.parent, options.out.parent}:
        sweep_partials(folder, at=now())
    with closing(connect_to_read(options.store)) as conn:
        made = back_up(conn, options.out, manifest=lambda contents: contents.manifest().made(now()))
    if options.json:
        print_json({"backup": str(options.out), **made.as_json()})
    else:
        files = f"，{made.files} 份原件" if made.files else ""
        print_message(f"已备份并核对：{options.out}，{made.records} 条记录，{made.changes} 次变更{files}")
    return _tell_missing(made.missing)


def _tell_missing(missing: Sequence[str]) -> int:
    """Name the files that a backup lacks; gives the exit code."""
    for each in missing:
        print_message(f"缺原件：{each}")
    return PARTLY if missing else DONE


def restore_arguments(parser: Parser) -> None:
    """Add the arguments of ``restore``."""
    parser.add_argument("backup", metavar="BACKUP", type=path_of, help="备份文件")
    parser.add_argument("store", metavar="STORE", type=path_of, help="恢复成哪个台账文件；原来的会另存在旁边")
    parser.add_argument("--reason", metavar="理由", type=text_of, help="为什么恢复；放弃了哪些变更会连同理由记入台账")
    parser.add_argument("--dry-run", action="store_true", help="恢复演练：只看恢复后会有什么不同，什么都不写")
    json_argument(parser)


def restore(options: Namespace) -> int:
    """Replace a store by a checked backup; the store that was there is set aside under another name."""
    if options.dry_run:
        return _rehearse_restore(options)
    sweep_partials(options.store.parent, at=now())
    handler = options.operator or system_user()
    restored = restore_backup(options.backup, options.store, at=now(), handler=handler, reason=options.reason or "")
    aside = None if restored.aside is None else str(restored.aside)
    if options.json:
        print_json({"store": str(options.store), "set_aside": aside, "missing": restored.missing})
        return _tell_missing(restored.missing)
    print_message(f"已从备份恢复并核对：{options.store}")
    if aside is not None:
        print_message(f"原来的文件另存为：{aside}")
    return _tell_missing(restored.missing)


def _rehearse_restore(options: Namespace) -> int:
    """Verify a backup and print what restoring it would change in the store, row by row; nothing is written."""
    with opened_to_compare(options.backup, backup=True) as backup:
        refuse_damaged(backup, options.backup)
        with _present(options.store) as store:
            found = compare(store, backup)
            told = described_differences(store, backup, found.rows)
    manifest = read_manifest(options.backup)
    altered = fault_in(options.backup, manifest) if manifest else ""
    if options.json:
        print_json(_comparison_json(options, found, told, altered))
        return DONE
    if told:
        lines = [(each.difference.record, each.difference.side.value, each.subject, _edits(each)) for each in told]
        print_lines(table_lines(("种类", "恢复后", "所涉", "现在→备份里"), lines))
        sums = [(each.label, str(each.now), str(each.backup)) for each in found.sums]
        print_lines(table_lines(("合计", "现在", "备份里"), sums, right=(1, 2)) if sums else ())
    for label, back, changed, gone in found.counts():
        print_message(f"{label}：恢复后才有 {back}，恢复后不同 {changed}，恢复后没有 {gone}")
    print_message(
        f"备份有 {found.backup.records:,} 条记录、{found.backup.changes:,} 次变更，"
        f"现在有 {found.now.records:,} 条、{found.now.changes:,} 次。"
        + ("这是演练，什么都没有写入" if told else "两边的记录完全相同。这是演练，什么都没有写入")
    )
    if altered:
        print_message(f"这份备份{altered}，但记录与变更记录核对相符")
    return DONE


@contextmanager
def _present(path: Path) -> Iterator[sqlite3.Connection]:
    """The store as it is now; an empty one where there is none yet."""
    if path.exists():
        with opened_to_compare(path, backup=False) as conn:
            yield conn
        return
    with closing(connect_in_memory()) as conn:
        create_schema(conn, at=now())
        yield conn


def _edits(each: DifferenceText) -> str:
    if each.difference.side is not Side.CHANGED:
        return ""
    return "；".join(f"{edit.label}：{edit.before or '（空）'}→{edit.after or '（空）'}" for edit in each.fields)


def _comparison_json(
    options: Namespace, found: Comparison, told: Sequence[DifferenceText], altered: str
) -> dict[str, object]:
    names = {Side.BACK: "new", Side.CHANGED: "changed", Side.GONE: "gone"}
    rows = [
        {
            "record": each.difference.record,
            "id": each.difference.row_id,
            "change": names[each.difference.side],
            "subject": each.subject,
            "fields": [{"field": edit.label, "now": edit.before, "backup": edit.after} for edit in each.fields],
        }
        for each in told
    ]
    counts = [
        {"record": label, "new": back, "changed": changed, "gone": gone}
        for label, back, changed, gone in found.counts()
    ]
    sums = [{"sum": each.label, "now_fen": each.now.fen, "backup_fen": each.backup.fen} for each in found.sums]
    contents = {"backup": found.backup.as_json(), "store": found.now.as_json()}
    both = {name: {key: held[key] for key in ("records", "changes", "head")} for name, held in contents.items()}
    paths = {"backup": str(options.backup), "store": str(options.store)}
    document = {**paths, "contents": both, "counts": counts, "sums": sums, "rows": rows, "written": False}
    return document | ({"altered": altered} if altered else {})
