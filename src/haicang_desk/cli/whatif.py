"""``check --draft``: findings, balances and remedies as they would be were some projects approved. Writes nothing."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from haicang_desk.cli.arguments import day_of_options
from haicang_desk.cli.console import print_json, print_lines, print_message
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
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.rules import Remedy
from haicang_desk.model.services import Forecast, casefiles_picked, findings_if, forecast_of
from haicang_desk.model.values import Refused


def check_with_drafts(options: Namespace) -> int:
    """Run ``check --draft``. Raises Refused for an unknown code, or projects of several or of another fund year."""
    as_of = day_of_options(options)
    with read_store(options) as ws:
        cases = casefiles_picked(ws, options.draft)
        year = cases[0].project.fund_year
        if options.year not in (None, year):
            raise Refused(f"所列项目的资金年度是 {year}，与 --year {options.year} 不一致，请去掉 --year 或另选项目")
        forecast = forecast_of(ws, cases, as_of)
        findings, policy = findings_if(ws, cases, forecast.after, as_of), ws.policy(year)
    if options.json:
        document = {"store": str(options.store), "year": year, "as_of": as_of, "policy": policy.number}
        print_json(
            {**document, "findings": [finding_json(each) for each in findings], **forecast_json(cases, forecast, as_of)}
        )
    else:
        print_lines((*_lines(cases, forecast, finding_lines(findings)), as_of_note(as_of)))
        print_message(f"试算：若批准 {_codes(cases)}，{year} 年度：{counts_text(findings)}。没有写入台账")
    return exit_code(findings)


def forecast_json(cases: Sequence[Casefile], forecast: Forecast, as_of: date) -> dict[str, Any]:
    """What is added to contract §4: the projects, the balances of §5 before and after, and the remedies."""
    return {
        "drafts": [case.project.code for case in cases],
        "before": balances_json(forecast.before, as_of),
        "after": balances_json(forecast.after, as_of),
        "cures": [remedy_json(remedy) for remedy in forecast.cures],
    }


def remedy_json(remedy: Remedy) -> dict[str, Any]:
    """A remedy. ``turn`` and ``add`` are fen or a number of projects, as ``unit`` says; null where there is none."""
    return {
        "rule": remedy.rule,
        "subject": remedy.subject,
        "base": remedy.base,
        "unit": "fen" if remedy.in_money else "count",
        "turn": remedy.turn,
        "add": remedy.add,
        "advice": remedy.advice,
    }


def _lines(cases: Sequence[Casefile], forecast: Forecast, findings: Sequence[str]) -> Iterator[str]:
    yield from findings
    named = []
    for village in dict.fromkeys(case.village.id for case in cases):
        before, after = forecast.before.villages[village], forecast.after.villages[village]
        named += [(f"{after.name} 现在", before), (f"{after.name} 批准后", after)]
    street = forecast.after.street
    named += [(f"{street.name} 现在", forecast.before.street), (f"{street.name} 批准后", street)]
    yield from ("", *balance_lines(named))
    if forecast.cures:
        yield from ("", "怎样调整就能达标", *(f"  {remedy.advice}" for remedy in forecast.cures))


def _codes(cases: Sequence[Casefile]) -> str:
    return "、".join(case.project.code for case in cases)
