"""The demonstration year under an audit that knows nothing of the program: it agrees to the fen, and praises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from haicang_desk.demo.fixtures import YEAR
from haicang_desk.demo.planted_faults import OVER_CAP, PAID_THOUGH_REFUSED, PLANTED_FAULTS
from haicang_desk.demo.simulation import AS_OF, simulate_year
from haicang_desk.model.findings import Severity
from haicang_desk.model.services import Workspace, check
from haicang_desk.model.spreadsheet import export_ledger
from tests.plain_audit import accounts, balance

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Path]]:
    with simulate_year() as ws:
        path = tmp_path_factory.mktemp("audit") / "台账.xlsx"
        export_ledger(ws, path)
        yield ws, path


@pytest.mark.parametrize("of", [YEAR - 1, YEAR])
def test_the_balances_are_the_sums_of_the_workbook_to_the_fen(year, of):
    ws, path = year
    own, register = accounts(path, of), ws.register(of)
    for told in (register.street, *register.villages.values()):
        theirs = own if told is register.street else [each for each in own if each.village == told.name]
        plain = balance(theirs, None if told.quota is None else int(told.quota))
        assert {key: told.as_json()[key] for key in plain} == plain, told.name
    assert len(own) == sum(1 for _ in ws.casefiles(of))


def test_the_audit_finds_only_what_was_planted(year):
    ws, path = year
    faulty = {each.title: each.faults() for of in (YEAR - 1, YEAR) for each in accounts(path, of) if each.faults()}
    assert faulty == {PAID_THOUGH_REFUSED.subject: {"项目没有在办，拨款没有退回"}}
    blocks = {(each.rule, each.title) for each in check(ws, YEAR, AS_OF) if each.severity is Severity.BLOCK}
    assert blocks == {(fault.rule, fault.subject) for fault in (OVER_CAP, PAID_THOUGH_REFUSED)}
    assert {(fault.rule, fault.subject) for fault in PLANTED_FAULTS if fault.severity is Severity.BLOCK} == blocks


def test_the_audit_sees_a_sum_that_was_changed(year, tmp_path):
    """Else its praise would be worth nothing: one fen more in a payment, in the use or in a settlement is seen."""
    _, path = year
    for sheet, heading in (("拨付", "金额(元)"), ("使用明细", "金额(元)"), ("决算", "区级专项资金(元)")):
        book = openpyxl.load_workbook(path)
        column = [cell.value for cell in book[sheet][1]].index(heading) + 1
        cell = next(row[column - 1] for row in book[sheet].iter_rows(min_row=2) if row[column - 1].value)
        cell.value = float(cell.value) + 0.01
        book.save(tmp_path / "changed.xlsx")
        found = [each for of in (YEAR - 1, YEAR) for each in accounts(tmp_path / "changed.xlsx", of) if each.faults()]
        assert len(found) == 2, sheet
