"""Commands on workbooks: template, import, export."""

from __future__ import annotations

from argparse import Namespace

from haicang_desk.cli.arguments import Parser, json_argument, path_of, year_of
from haicang_desk.cli.console import DONE, REFUSED, aligned, now, say, say_json, tell
from haicang_desk.cli.ledger_output import open_store
from haicang_desk.model.services import Workspace, person
from haicang_desk.model.spreadsheet import ImportPlan, RowResult, export_ledger, plan_import
from haicang_desk.model.store import back_up_automatically, backup_folder
from haicang_desk.model.values import DeskError, Refused, cause


def template_arguments(parser: Parser) -> None:
    parser.add_argument("out", metavar="OUT.xlsx", type=path_of, help="空白工作簿写到哪里")
    json_argument(parser)


def template(given: Namespace) -> int:
    from haicang_desk.model.spreadsheet.template import write_template

    write_template(given.out)
    if given.json:
        say_json({"out": str(given.out)})
    else:
        tell(f"已写出空白申报工作簿：{given.out}")
    return DONE


def export_arguments(parser: Parser) -> None:
    parser.add_argument("store", metavar="STORE", type=path_of, help="台账文件")
    parser.add_argument("out", metavar="OUT.xlsx", type=path_of, help="工作簿写到哪里")
    parser.add_argument("--year", metavar="Y", type=year_of, help="只写一个资金年度；默认全部年度")
    json_argument(parser)


def export(given: Namespace) -> int:
    with open_store(given.store) as ws:
        export_ledger(ws, given.out, given.year)
    if given.json:
        say_json({"out": str(given.out), "year": given.year})
    else:
        tell(f"已写出台账工作簿：{given.out}")
    return DONE


def take_in_arguments(parser: Parser) -> None:
    parser.add_argument("store", metavar="STORE", type=path_of, help="台账文件")
    parser.add_argument("book", metavar="BOOK.xlsx", type=path_of, help="要读入的工作簿，可以只有其中几张表")
    parser.add_argument("--dry-run", action="store_true", help="只看会有什么结果，什么都不写")
    json_argument(parser)


def take_in(given: Namespace) -> int:
    """Nothing is written where any row is faulty; what was held before is backed up first."""
    written = False
    with open_store(given.store) as ws:
        try:
            plan = plan_import(ws, given.book)
        except Refused as refused:
            if given.json:
                say_json(_refused_whole(str(refused)))
            raise
        if not plan.errors and not given.dry_run:
            if plan.new or plan.updated:
                _keep_a_copy(ws)
            written = plan.carry_out(ws, given.operator or person())
    if given.json:
        say_json(plan.as_json(written=written))
    else:
        _tell_plan(plan, written=written, dry=given.dry_run)
    return REFUSED if plan.errors else DONE


def _refused_whole(reason: str) -> dict[str, object]:
    """A workbook that is refused whole has no rows to count; the reason belongs to no cell."""
    counts: dict[str, object] = dict.fromkeys(("read", "new", "updated", "unchanged"), 0)
    fault = {"sheet": None, "row": None, "column": None, "value": None, "reason": reason}
    return {**counts, "errors": [fault], "ignored_columns": [], "written": False}


def _keep_a_copy(ws: Workspace) -> None:
    """A backup before an import. That it cannot be made is said, and stops nobody: the import can be undone."""
    if ws.path is None:
        return
    try:
        back_up_automatically(ws.conn, backup_folder(ws.path), name=ws.path.stem, at=now())
    except OSError as wrong:
        tell(f"导入前的自动备份没有做成（{cause(wrong)}），导入照常进行")
    except DeskError as wrong:
        tell(f"导入前的自动备份没有做成（{wrong}），导入照常进行")


def _tell_plan(plan: ImportPlan, *, written: bool, dry: bool) -> None:
    if plan.errors:
        faults = [(f.sheet, str(f.row), f.column, str(f.value), f.reason) for f in plan.errors]
        say(aligned(("表", "行", "列", "原文", "应怎样填"), faults, right=(1,)))
    else:
        rows = [
            (o.sheet, str(o.row), o.result.label, o.what) for o in plan.outcomes if o.result is not RowResult.UNCHANGED
        ]
        say(aligned(("表", "行", "结果", "所涉"), rows, right=(1,)) if rows else ())
    for sheet, column in plan.ignored_columns:
        tell(f"不认识的列，没有读：{sheet}·{column}")
    for note in plan.notes:
        tell(note)
    counts = f"读到 {plan.read} 行：新增 {plan.new}，更新 {plan.updated}，未变 {plan.unchanged}，有误 {plan.faulty}"
    if plan.errors:
        tell(f"{counts}。有误的行改好之前什么都不写")
    elif dry:
        tell(f"{counts}。这次只看结果，没有写入")
    else:
        tell(f"{counts}。{'已写入台账' if written else '没有需要写入的'}")
