"""The commands ``template``, ``import``, ``faulty`` and ``export``, for workbooks."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator

from haicang_desk.cli.arguments import Parser, UsageError, json_argument, output_path_of, store_argument, year_of
from haicang_desk.cli.bounded_table import bounded_table
from haicang_desk.cli.console import DONE, REFUSED, now, print_json, print_lines, print_message, table_lines
from haicang_desk.cli.import_options import STANDARD_INPUT, answering_option, answers_of, book_arguments, read_book
from haicang_desk.cli.ledger_output import note_access, open_store, read_store
from haicang_desk.model.services import Workspace, back_up_before, system_user
from haicang_desk.model.spreadsheet import (
    ImportPlan,
    RowOutcome,
    RowResult,
    export_ledger,
    import_plan_of,
    interpret,
    known_of,
    write_error_workbook,
)
from haicang_desk.model.store import AccessKind
from haicang_desk.model.values import Refused

_ALL_IN_FAULTY = "；用 haicang-desk faulty 写出标色的工作簿，里面每一处都有"


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
    with read_store(options) as ws:
        note_access(ws, AccessKind.EXPORTED, f"台账工作簿，写到 {options.out.name}", options.operator)
        export_ledger(ws, options.out, options.year)
    if options.json:
        print_json({"out": str(options.out), "year": options.year})
    else:
        print_message(f"已写出台账工作簿：{options.out}")
    return DONE


def import_workbook_arguments(parser: Parser) -> None:
    """Add the arguments of ``import``."""
    store_argument(parser)
    book_arguments(parser)
    parser.add_argument("--dry-run", action="store_true", help="只看会有什么结果，什么都不写")
    json_argument(parser)


def import_workbook(options: Namespace) -> int:
    """Import a workbook after a backup of the store.

    Nothing is written where a row is faulty, a question is open, or there can be no backup.
    """
    written = False
    with (read_store if options.dry_run else open_store)(options) as ws:
        try:
            plan = _plan(ws, options)
        except Refused as refused:
            if options.json:
                print_json(_refusal_json(str(refused)))
            raise
        if not plan.errors and not plan.questions and not options.dry_run:
            if plan.planned and ws.path is not None:
                back_up_before(ws.path, "导入", now())
            written = bool(plan.carry_out(ws, options.operator or system_user()))
    if options.json:
        print_json(plan.as_json(written=written))
    else:
        _print_plan(plan, written=written, dry=options.dry_run)
    return REFUSED if plan.errors or plan.questions else DONE


def faulty_arguments(parser: Parser) -> None:
    """Add the arguments of ``faulty``."""
    store_argument(parser)
    book_arguments(parser)
    parser.add_argument("out", metavar="OUT.xlsx", type=output_path_of(".xlsx"), help="标色的工作簿写到哪里")
    json_argument(parser)


def faulty(options: Namespace) -> int:
    """Write the same book back with what must be mended or answered coloured, and the reasons in the last column."""
    if options.book == STANDARD_INPUT:
        raise UsageError("faulty 要一个文件，不能从标准输入读。请先把内容存成文件")
    with read_store(options) as ws:
        plan = _plan(ws, options)
        write_error_workbook(options.book, plan, options.out)
    if options.json:
        print_json({**plan.as_json(), "out": str(options.out)})
    else:
        print_message(f"已写出标色的工作簿：{options.out}。有误 {plan.faulty} 行，要答复 {len(plan.questions)} 处")
    return DONE


def _plan(ws: Workspace, options: Namespace) -> ImportPlan:
    """The plan of importing the book of a command with the answers of its options. Raises Refused, UsageError."""
    raw = read_book(options.book)
    answers = answers_of(options, raw)
    return import_plan_of(ws, interpret(raw, answers, known=known_of(ws)), answers)


def _refusal_json(reason: str) -> dict[str, object]:
    """The JSON of a workbook that is refused as a whole: no rows are counted, the reason belongs to no cell."""
    counts: dict[str, object] = dict.fromkeys(("read", "new", "updated", "unchanged"), 0)
    fault = {"sheet": None, "row": None, "column": None, "value": None, "reason": reason}
    empty: dict[str, object] = {key: [] for key in ("questions", "sums", "ignored_columns", "unread_sheets")}
    return {**counts, "errors": [fault], **empty, "written": False}


def _print_plan(plan: ImportPlan, *, written: bool, dry: bool) -> None:
    if plan.errors:
        print_lines(
            bounded_table(
                ("表", "行", "列", "原文", "应怎样填"),
                plan.errors,
                lambda f: (f.sheet, str(f.row), f.column, str(f.value), f.reason),
                lambda f: f"“{f.sheet}”「{f.column}」",
                rest=_ALL_IN_FAULTY,
                right=(1,),
            )
        )
    if plan.questions:
        print_lines(
            bounded_table(
                ("何处", "原文", "要答复什么", "怎样答复"),
                plan.questions,
                lambda q: (q.where, q.value, q.reason, answering_option(q, plan.workbook)),
                lambda q: f"“{q.sheet}”「{q.column}」",
                rest=_ALL_IN_FAULTY,
            )
        )
    if not plan.errors:
        rows = [_row_line(outcome) for outcome in plan.outcomes if outcome.result is not RowResult.UNCHANGED]
        head = ("表", "行", "结果", "所涉", "村居", "类别", "金额", "日期", "改动")
        print_lines(table_lines(head, rows, right=(1, 6)) if rows else ())
    for line in _reading_lines(plan):
        print_message(line)
    counts = f"读到 {plan.read} 行：新增 {plan.new}，更新 {plan.updated}，未变 {plan.unchanged}，有误 {plan.faulty}"
    if plan.questions:
        print_message(f"{counts}。有 {len(plan.questions)} 处要答复，答复之前什么都不写")
    elif plan.errors:
        print_message(f"{counts}。有误的行改好之前什么都不写")
    elif dry:
        print_message(f"{counts}。这次只看结果，没有写入")
    else:
        print_message(f"{counts}。{'已写入台账' if written else '没有需要写入的'}")


def _row_line(outcome: RowOutcome) -> tuple[str, ...]:
    """One row of the preview: what it is, and what it would change."""
    money = outcome.total if outcome.total is not None else outcome.amount
    edits = "；".join(f"{edit.label}：{edit.before or '（空）'}→{edit.after or '（空）'}" for edit in outcome.edits)
    return (
        outcome.sheet,
        str(outcome.row),
        outcome.result.label,
        outcome.name,
        outcome.village,
        outcome.category.label if outcome.category else "",
        "" if money is None else str(money),
        outcome.day.isoformat() if outcome.day else "",
        "；".join(filter(None, (edits, *outcome.notes))),
    )


def _reading_lines(plan: ImportPlan) -> Iterator[str]:
    """How the book was read: rows, sums with their unit, what to look at again, what was left out."""
    book = plan.workbook
    for reading in book.tables:
        if reading.record is not None:
            sums = f"，合计等 {reading.sum_rows} 行不读" if reading.sum_rows else ""
            rows = f"表里 {reading.source_rows} 行，读作 {reading.read_rows} 行{sums}"
            yield f"“{reading.sheet}”作为{reading.record.label}：{rows}"
    yield from map(str, book.sums)
    for caution in book.cautions:
        yield f"请核对：{caution}"
    for column in book.ignored:
        numbers = f"（有 {column.numbers} 个数）" if column.numbers else ""
        why = f"，{column.reason}" if column.reason else ""
        yield f"没有读的栏：{column.sheet}·{column.column}{numbers}{why}"
    yield from plan.notes
