"""The commands ``template``, ``import`` and ``export``, for workbooks."""

from __future__ import annotations

from argparse import Namespace

from haicang_desk.cli.arguments import Parser, json_argument, output_path_of, path_of, store_argument, year_of
from haicang_desk.cli.console import DONE, REFUSED, now, print_json, print_lines, print_message, table_lines
from haicang_desk.cli.ledger_output import open_store, read_store
from haicang_desk.model.services import Workspace, system_user
from haicang_desk.model.spreadsheet import ImportPlan, RowResult, export_ledger, plan_import
from haicang_desk.model.store import back_up_automatically, backup_folder
from haicang_desk.model.values import NotWritten, Refused, cause


def template_arguments(parser: Parser) -> None:
    """Add the arguments of ``template``."""
    parser.add_argument("out", metavar="OUT.xlsx", type=output_path_of(".xlsx"), help="空白工作簿写到哪里")
    json_argument(parser)


def template(options: Namespace) -> int:
    """Write the empty workbook that villages fill in."""
    from haicang_desk.model.spreadsheet.template import write_template

    write_template(options.out)
    if options.json:
        print_json({"out": str(options.out)})
    else:
        print_message(f"已写出空白申报工作簿：{options.out}")
    return DONE


def export_arguments(parser: Parser) -> None:
    """Add the arguments of ``export``."""
    store_argument(parser)
    parser.add_argument("out", metavar="OUT.xlsx", type=output_path_of(".xlsx"), help="工作簿写到哪里")
    parser.add_argument("--year", metavar="Y", type=year_of, help="只写一个资金年度；默认全部年度")
    json_argument(parser)


def export(options: Namespace) -> int:
    """Write all records, or those of one fund year, as a workbook."""
    with read_store(options.store) as ws:
        export_ledger(ws, options.out, options.year)
    if options.json:
        print_json({"out": str(options.out), "year": options.year})
    else:
        print_message(f"已写出台账工作簿：{options.out}")
    return DONE


def import_workbook_arguments(parser: Parser) -> None:
    """Add the arguments of ``import``."""
    store_argument(parser)
    parser.add_argument("book", metavar="BOOK.xlsx", type=path_of, help="要读入的工作簿，可以只有其中几张表")
    parser.add_argument("--dry-run", action="store_true", help="只看会有什么结果，什么都不写")
    json_argument(parser)


def import_workbook(options: Namespace) -> int:
    """Import a workbook after a backup of the store. Nothing is written where any row has an error."""
    written = False
    with (read_store if options.dry_run else open_store)(options.store) as ws:
        try:
            plan = plan_import(ws, options.book)
        except Refused as refused:
            if options.json:
                print_json(_refusal_json(str(refused)))
            raise
        if not plan.errors and not plan.questions and not options.dry_run:
            if plan.new or plan.updated:
                _back_up_before_import(ws)
            written = bool(plan.carry_out(ws, options.operator or system_user()))
    if options.json:
        print_json(plan.as_json(written=written))
    else:
        _print_plan(plan, written=written, dry=options.dry_run)
    return REFUSED if plan.errors or plan.questions else DONE


def _refusal_json(reason: str) -> dict[str, object]:
    """The JSON of a workbook that is refused as a whole: no rows are counted, the reason belongs to no cell."""
    counts: dict[str, object] = dict.fromkeys(("read", "new", "updated", "unchanged"), 0)
    fault = {"sheet": None, "row": None, "column": None, "value": None, "reason": reason}
    return {**counts, "errors": [fault], "ignored_columns": [], "written": False}


def _back_up_before_import(ws: Workspace) -> None:
    """Back up the store. A backup that can't be written is only reported: the import can be undone.

    Raises StoreUnusable where the store turns out damaged.
    """
    if ws.path is None:
        return
    try:
        back_up_automatically(ws.conn, backup_folder(ws.path), name=ws.path.stem, at=now())
    except OSError as error:
        print_message(f"导入前的自动备份没有做成（{cause(error)}），导入照常进行")
    except NotWritten as error:
        print_message(f"导入前的自动备份没有做成（{error}），导入照常进行")


def _print_plan(plan: ImportPlan, *, written: bool, dry: bool) -> None:
    if plan.errors:
        faults = [(f.sheet, str(f.row), f.column, str(f.value), f.reason) for f in plan.errors]
        print_lines(table_lines(("表", "行", "列", "原文", "应怎样填"), faults, right=(1,)))
    else:
        rows = [
            (o.sheet, str(o.row), o.result.label, o.name) for o in plan.outcomes if o.result is not RowResult.UNCHANGED
        ]
        print_lines(table_lines(("表", "行", "结果", "所涉"), rows, right=(1,)) if rows else ())
    if plan.questions:
        asked = [(q.where, q.value, q.reason) for q in plan.questions]
        print_lines(table_lines(("何处", "原文", "要答复什么"), asked))
    for sheet, column in plan.ignored_columns:
        print_message(f"不认识的列，没有读：{sheet}·{column}")
    for note in plan.notes:
        print_message(note)
    counts = f"读到 {plan.read} 行：新增 {plan.new}，更新 {plan.updated}，未变 {plan.unchanged}，有误 {plan.faulty}"
    if plan.questions:
        print_message(f"{counts}。有 {len(plan.questions)} 处要答复，答复之前什么都不写")
    elif plan.errors:
        print_message(f"{counts}。有误的行改好之前什么都不写")
    elif dry:
        print_message(f"{counts}。这次只看结果，没有写入")
    else:
        print_message(f"{counts}。{'已写入台账' if written else '没有需要写入的'}")
