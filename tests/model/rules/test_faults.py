"""Workbooks with facts that the rules once saw wrongly, imported and checked as an office does (tests/data/faults)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from haicang_desk.cli import run
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.services import Workspace, check

FAULTS = Path(__file__).parents[2] / "data" / "faults"
AS_OF = date(2026, 8, 1)
DAYS_AND_PROOF = ("06", "08", "11a", "12", "16a", "18", "22", "23")


def book_of(number: str) -> Path:
    (path,) = FAULTS.glob(f"rules-{number}-*.xlsx")
    return path


@pytest.fixture
def findings_of(tmp_path):
    """The findings on the project of a workbook, imported into a new ledger of 东孚街道, 2026."""

    def asked(book: Path, as_of: date = AS_OF) -> list[Finding]:
        store = tmp_path / f"{book.stem}.db"
        store.unlink(missing_ok=True)
        assert run(["init", str(store), "--street", "东孚街道", "--year", "2026"]) == 0
        assert run(["import", str(store), str(book)]) == 0
        with Workspace.open(store) as ws:
            return [each for each in check(ws, 2026, as_of) if each.scope == "project"]

    return asked


@pytest.fixture
def changed(tmp_path):
    """A copy of a workbook in which cells were filled in, given as (sheet, column, row): value, and rows added."""

    def copy(number: str, cells: dict[tuple[str, str, int], object], rows: dict[str, list[dict[str, object]]]) -> Path:
        book = openpyxl.load_workbook(book_of(number))
        for (sheet, column, row), value in cells.items():
            book[sheet].cell(row, _column(book[sheet], column)).value = value
        for sheet, added in rows.items():
            for values in added:
                row = next(n for n in range(2, 99) if all(cell.value is None for cell in book[sheet][n]))
                for column, value in values.items():
                    book[sheet].cell(row, _column(book[sheet], column)).value = value
        path = tmp_path / f"rules-{number}-changed.xlsx"
        book.save(path)
        return path

    return copy


def _column(sheet, heading: str) -> int:
    """The number of the column with a heading; a new one behind the last where there is none."""
    headings = [cell.value for cell in sheet[1]]
    if heading in headings:
        return headings.index(heading) + 1
    sheet.cell(1, len(headings) + 1).value = heading
    return len(headings) + 1


def marks(found: list[Finding], rule: str) -> list[str]:
    """The levels of a rule's findings."""
    return [each.severity.label for each in found if each.rule == rule]


def test_r17_leave_for_an_early_start_survives_the_filing(findings_of):
    found = findings_of(book_of("06"))
    assert [(each.severity.label, each.excused_by) for each in found if each.rule == "R17"] == [("例外", "会纪1号")]
    assert Severity.BLOCK not in {each.severity for each in found}


def test_r12_r18_each_of_two_implementers_is_seen(findings_of):
    found = findings_of(book_of("08"))
    (price,) = (each for each in found if each.rule == "R18")
    assert (price.severity.label, price.measured, price.limit, price.shortfall) == (
        "例外", 18_000_000, 10_000_000, 8_000_000,
    )  # fmt: skip
    (late,) = (each for each in found if each.rule == "R12")
    assert (late.severity.label, late.limit) == ("提", "2026-05-30")


@pytest.mark.parametrize(("number", "rule"), [("11a", "R15"), ("12", "R21"), ("16a", "R17")])
def test_days_that_the_policy_orders_are_held_in_order(findings_of, number, rule):
    assert "硬" in marks(findings_of(book_of(number)), rule)


def test_r13_r34_leave_without_a_number_excuses_nothing(findings_of, changed):
    found = findings_of(book_of("18"))
    assert [(each.severity.label, each.excused_by) for each in found if each.rule == "R13"] == [("例外", None)]
    assert "提" in marks(found, "R34")
    numbered = findings_of(changed("18", {("例外", "文号", 2): "会纪2号"}, {}))
    assert [each.excused_by for each in numbered if each.rule == "R13"] == [None]  # 2027 年才批准
    in_time = {("例外", "文号", 2): "会纪2号", ("例外", "日期", 2): date(2026, 3, 24)}
    excused = findings_of(changed("18", in_time, {}))
    assert [each.excused_by for each in excused if each.rule == "R13"] == ["会纪2号"]
    assert marks(excused, "R34") == []


WRITTEN = {
    ("实施进度", "逾期原因", 2): "连日暴雨",
    ("征求意见", "采纳情况", 5): "已采纳，改址",
    ("实施主体", "只有一家参与的理由", 2): "两次公告仅一家",
}
CODE = {"项目编号": "DF-V00-2026-01"}
HANDED_IN_AGAIN = [
    {
        **CODE,
        "结论": "退回",
        "日期": date(2026, 3, 31),
        "重新申报日期": date(2026, 4, 9),
        "审批人": "林",
        "经办人": "陈",
    },
    {**CODE, "结论": "同意", "日期": date(2026, 4, 10), "审批人": "林", "经办人": "陈", "文号": "街审2号"},
]


def test_r12_r15_r16_r18_what_is_asked_for_and_done_cures(findings_of, changed):
    """That the plan has no budget lines stays told (R14): nobody wrote any."""
    before = [each for each in findings_of(book_of("22")) if each.rule != "R14"]
    assert {each.rule: each.severity.label for each in before} == {"R12": "提", "R15": "例外", "R16": "提", "R18": "提"}
    after = findings_of(changed("22", WRITTEN, {"审批": HANDED_IN_AGAIN}))
    assert {each.rule: each.severity.label for each in after} == {"R12": "报", "R14": "提", "R18": "报"}


def test_r34_names_the_payment_after_the_day_of_the_check(findings_of):
    found = findings_of(book_of("23"), date(2026, 6, 1))
    (ahead,) = (each for each in found if each.rule == "R34")
    assert (ahead.severity.label, ahead.measured, ahead.limit) == ("提", "2026-07-01", "2026-06-01")
    assert "拨付 2026年7月1日 30,000.00 元的日期在 2026年6月1日之后" in ahead.message
    assert marks(findings_of(book_of("23")), "R34") == []


def test_measured_and_limit_are_of_one_kind(findings_of):
    for number in DAYS_AND_PROOF:
        for each in findings_of(book_of(number)):
            assert type(each.measured) is type(each.limit) and each.measured is not None, each


def test_a_day_far_off_is_an_error_of_its_row_that_shows_it(tmp_path, changed, capsys):
    store = tmp_path / "台账.db"
    run(["init", str(store), "--street", "东孚街道", "--year", "2026"])
    for day, allowed in ((date(2031, 12, 31), True), (date(2032, 1, 1), False), (date(2017, 12, 31), False)):
        capsys.readouterr()
        code = run(["import", str(store), str(changed("22", {("公示", "结束日期", 3): day}, {})), "--dry-run"])
        assert code == (0 if allowed else 3)
        told = "".join(capsys.readouterr())
        shown = f"{day.year}年{day.month}月{day.day}日，应在 2018年1月1日至 2031年12月31日之间"
        assert (shown in told) is not allowed


def test_what_goes_on_over_the_new_year_stays_in_sight(tmp_path, capsys):
    """A payment stands in the report of its own quarter and no other; the delay of 2023 is told beside 2024's."""
    store = tmp_path / "台账.db"
    run(["init", str(store), "--street", "新阳街道", "--year", "2023"])
    for name in ("table-00-villages", "table-32-project-over-new-year"):
        assert run(["import", str(store), str(FAULTS / f"{name}.xlsx")]) == 0
    capsys.readouterr()
    run(["check", str(store), "--as-of", "2024-08-01", "--json"])
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [(each["subject"], each["year"]) for each in found if each["rule"] == "R12"] == [("P-1", 2023)]
    run(["check", str(store), "--as-of", "2024-08-01", "--year", "2024", "--json"])
    assert "P-1" not in {each["subject"] for each in json.loads(capsys.readouterr().out)["findings"]}
    paid = {}
    for year, quarter in ((2023, 4), (2024, 1), (2024, 2), (2024, 3), (2024, 4)):
        out = tmp_path / f"{year}-{quarter}.xlsx"
        assert run(["report", str(store), "--year", str(year), "--quarter", str(quarter), "--out", str(out)]) == 0
        rows = list(openpyxl.load_workbook(out)["本季拨付"].iter_rows(values_only=True))
        if told := [row for row in rows if "P-1" in row]:
            paid[year, quarter] = told
    assert list(paid) == [(2024, 1)]
    (line,) = paid[2024, 1]
    assert {90000, 2023, "上年结转项目"} <= set(line)
