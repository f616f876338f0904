"""``check --draft``: what the ledger would say were some projects approved. Nothing is written."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from haicang_desk.cli.arguments import day_given
from haicang_desk.cli.console import say, say_json, tell
from haicang_desk.cli.ledger_output import (
    balance_table,
    balances_json,
    counted,
    exit_code,
    finding_json,
    finding_table,
    open_store,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.rules import Remedy
from haicang_desk.model.services import Forecast, casefiles_picked, findings_if, forecast_of
from haicang_desk.model.values import Refused


def check_with_drafts(given: Namespace) -> int:
    """Raises Refused for a code that the ledger has not, and for projects of another or of several fund years."""
    as_of = day_given(given)
    with open_store(given.store) as ws:
        cases = casefiles_picked(ws, given.draft)
        year = cases[0].project.fund_year
        if given.year not in (None, year):
            raise Refused(f"所列项目的资金年度是 {year}，与 --year {given.year} 不一致，请去掉 --year 或另选项目")
        outlook = forecast_of(ws, cases, as_of)
        found, policy = findings_if(ws, cases, outlook.after, as_of), ws.policy(year)
    if given.json:
        document = {"store": str(given.store), "year": year, "as_of": as_of, "policy": policy.number}
        say_json(
            {**document, "findings": [finding_json(each) for each in found], **forecast_json(cases, outlook, as_of)}
        )
    else:
        say(_told(cases, outlook, finding_table(found)))
        tell(f"试算：若批准 {_codes(cases)}，{year} 年度按 {as_of} 计算：{counted(found)}。没有写入台账")
    return exit_code(found)


def forecast_json(cases: Sequence[Casefile], outlook: Forecast, as_of: date) -> dict[str, Any]:
    """What the draft adds to contract §4: which projects, the balances of §5 before and after, and the cures."""
    return {
        "drafts": [case.project.code for case in cases],
        "before": balances_json(outlook.before, as_of),
        "after": balances_json(outlook.after, as_of),
        "cures": [remedy_json(cure) for cure in outlook.cures],
    }


def remedy_json(cure: Remedy) -> dict[str, Any]:
    """``turn`` and ``add`` are whole fen or a number of projects, as ``unit`` says; null where there is no such way."""
    return {
        "rule": cure.rule,
        "subject": cure.subject,
        "base": cure.base,
        "unit": "fen" if cure.in_money else "count",
        "turn": cure.turn,
        "add": cure.add,
        "advice": cure.advice,
    }


def _told(cases: Sequence[Casefile], outlook: Forecast, findings: Sequence[str]) -> Iterator[str]:
    yield from findings
    named = []
    for village in dict.fromkeys(case.village.id for case in cases):
        before, after = outlook.before.villages[village], outlook.after.villages[village]
        named += [(f"{after.name} 现在", before), (f"{after.name} 批准后", after)]
    street = outlook.after.street
    named += [(f"{street.name} 现在", outlook.before.street), (f"{street.name} 批准后", street)]
    yield from ("", *balance_table(named))
    if outlook.cures:
        yield from ("", "怎样调整就能达标", *(f"  {cure.advice}" for cure in outlook.cures))


def _codes(cases: Sequence[Casefile]) -> str:
    return "、".join(case.project.code for case in cases)
