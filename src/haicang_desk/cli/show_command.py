"""The command ``show``: one project with its records, stage, next steps and findings."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from haicang_desk.cli.arguments import Parser, day_argument, day_of_options, json_argument, store_argument, text_of
from haicang_desk.cli.console import DONE, one_line, print_json, print_lines, table_lines
from haicang_desk.cli.ledger_output import as_of_note, finding_json, finding_lines, read_store
from haicang_desk.model.casefile import CHILDREN, Casefile
from haicang_desk.model.findings import Finding
from haicang_desk.model.funding import Funding
from haicang_desk.model.records import Record, Source
from haicang_desk.model.services import Workspace, evaluate_case, next_steps
from haicang_desk.model.workflow import Step

Steps = Sequence[tuple[Step, Sequence[Finding]]]


def show_arguments(parser: Parser) -> None:
    """Add the arguments of ``show``."""
    store_argument(parser)
    parser.add_argument("code", metavar="CODE", type=text_of, help="项目编号")
    day_argument(parser)
    json_argument(parser)


def show(options: Namespace) -> int:
    """Print one project."""
    today = day_of_options(options)
    with read_store(options) as ws:
        case = ws.casefile(ws.project(options.code).id)
        steps = next_steps(ws, case, today)
        found = findings_on(ws, case, today)
    if options.json:
        print_json(case_json(case, steps, found))
    else:
        print_lines(_lines(case, steps, found))
        if options.as_of:
            print_lines(("", as_of_note(today)))
    return DONE


def findings_on(ws: Workspace, case: Casefile, today: date) -> list[Finding]:
    """The findings that ``check`` lists for this project."""
    return [found for found in evaluate_case(ws, case, today) if found.scope == "project"]


def case_json(case: Casefile, steps: Steps, found: Sequence[Finding]) -> dict[str, Any]:
    """A project as in contract §3; the funds are those in force: 决算, else 核定, else 申报."""
    project, (stage, since), approved = case.project, case.staged, case.approved
    return {
        "code": project.code,
        "title": project.title,
        "village": case.village.name,
        "year": project.fund_year,
        "category": project.category.label,
        "stage": stage.label,
        "stage_since": since,
        "next_steps": [
            {"step": step.label, "who": step.role.label, "blocked_by": sorted({each.rule for each in barred})}
            for step, barred in steps
        ],
        "funds": _funds_json(case.funding),
        "approved_special_fen": None if approved is None else approved.scheme.fen,
        "disbursed_fen": case.disbursed.fen,
        "findings": [finding_json(each) for each in found],
    }


def _funds_json(funding: Funding) -> dict[str, int]:
    sources = {f"{source.code}_fen": funding.source(source).fen for source in Source}
    sums = {"fiscal_fen": funding.fiscal, "social_fen": funding.social, "total_fen": funding.total}
    return {**sources, **{name: money.fen for name, money in sums.items()}}


def _lines(case: Casefile, steps: Steps, found: Sequence[Finding]) -> Iterator[str]:
    project, (stage, since) = case.project, case.staged
    yield f"{project.code}  {one_line(project.title)}"
    yield f"{case.village.name}，{project.fund_year} 年度，{project.category.label}，{stage.label}" + (
        f"（{since} 起）" if since else ""
    )
    yield from ("", *_fund_table(case), "", "申报内容", *_record_lines(project))
    for name, cls in CHILDREN.items():
        if records := getattr(case, name):
            yield from ("", f"{cls.label}（{len(records)}）")
            for record in records:
                yield f"  {'；'.join(line.strip() for line in _record_lines(record))}"
    yield from ("", "下一步")
    for step, barred in steps:
        stops = "、".join(sorted({each.rule for each in barred}))
        yield f"  {step.label}（{step.role.label}）" + (f"：须先解决 {stops}" if stops else "")
    if found:
        yield from ("", "检查结果", *finding_lines(found))


def _fund_table(case: Casefile) -> Iterator[str]:
    figures = {"申报": case.asked, "核定": case.approved, "决算": case.settled, "终止": case.stopped}
    columns = {name: funding for name, funding in figures.items() if funding is not None}
    rows = [(source.label, *(str(funding.source(source)) for funding in columns.values())) for source in Source]
    rows += [("政府财政资金", *(str(funding.fiscal) for funding in columns.values()))]
    rows += [("社会资源资金", *(str(funding.social) for funding in columns.values()))]
    rows += [("项目总资金", *(str(funding.total) for funding in columns.values()))]
    yield from table_lines(("资金（元）", *columns), rows, right=range(1, len(columns) + 1))
    yield f"已拨付 {case.disbursed} 元"


def _record_lines(record: Record) -> Iterator[str]:
    """The fields that are not empty, with their labels; without links, which the place of the record shows."""
    for field in record.fields.values():
        if not field.refers and (text := one_line(field.show(record))):
            yield f"  {field.label}：{text}"
