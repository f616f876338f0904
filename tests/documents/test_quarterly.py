"""The quarterly report: figures as of the last day of the quarter, the same in the letter and the workbook."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from haicang_desk.model.documents import frozen_records, quarter_figures, quarterly_letter_of, write_quarterly_report
from haicang_desk.model.documents.issuing import preview_documents
from haicang_desk.model.documents.reports.quarterly_figures import (
    last_quarter,
    leverage,
    participation_count,
    rounding_note,
)
from haicang_desk.model.documents.reports.quarterly_workbook import as_workbook, put_text
from haicang_desk.model.documents.survey_results import survey_result
from haicang_desk.model.records import Advance, Disbursement, Link, Progress, Refund
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.services import check, save
from haicang_desk.model.values import Money, NotWritten, Refused
from tests.documents.asking import AS_OF, CARE, GYM, LAMPS, SCHOOL, case_of
from tests.documents.conftest import read_back


def test_the_last_quarter_is_the_register_to_the_fen(year):
    figures, register = quarter_figures(year, 2018, 4, AS_OF), year.register(2018)
    assert figures.whole.now == register.street
    assert {each.now.name: each.now for each in figures.villages} == {b.name: b for b in register.villages.values()}
    assert list(figures.findings) == check(year, 2018, date(2018, 12, 31))


def test_villages_add_up_to_the_street(year):
    figures = quarter_figures(year, 2018, 3, AS_OF)
    for name in ("projects", "total", "special", "social", "approved_special", "disbursed", "social_projects"):
        assert sum(getattr(each.now, name) for each in figures.villages) == getattr(figures.whole.now, name)
    assert sum(line.case.funding.total for line in figures.projects) == figures.whole.now.total
    assert sum(line.case.disbursed for line in figures.projects) == figures.whole.now.disbursed


def test_what_is_dated_after_the_last_day_does_not_count(year):
    third, fourth = quarter_figures(year, 2018, 3, AS_OF), quarter_figures(year, 2018, 4, AS_OF)
    assert third.upto == date(2018, 9, 30)
    assert third.whole.now.disbursed == 8_750_000 and fourth.whole.now.disbursed == 15_750_000
    assert fourth.whole.before == third.whole.now
    assert third.whole.now.approved_special == 17_500_000  # 学堂 was approved in October
    assert third.whole.groups["实施中"] == 1 and fourth.whole.groups["完工"] == 1


@pytest.mark.parametrize(("paid_on", "quarter"), [(date(2018, 9, 30), 3), (date(2018, 10, 1), 4)])
def test_a_payment_belongs_to_the_quarter_of_its_day(year, paid_on, quarter):
    with year.change("拨付", actor="陈") as change:
        change.save(
            Disbursement(project=Link(case_of(year, LAMPS).project.id), paid_on=paid_on, amount=Money(1), payee="村")
        )
    third = quarter_figures(year, 2018, 3, AS_OF).whole.now.disbursed
    assert third == 8_750_000 + (quarter == 3)


def test_a_running_quarter_is_told_up_to_the_day(year):
    assert quarter_figures(year, 2018, 3, date(2018, 8, 10)).upto == date(2018, 8, 10)
    assert quarter_figures(year, 2018, 3, date(2018, 8, 10)).whole.now.projects == 2


@pytest.mark.parametrize(
    ("on", "quarter"), [(date(2018, 5, 1), 1), (date(2018, 9, 29), 2), (date(2018, 9, 30), 3), (AS_OF, 4)]
)
def test_the_newest_ended_quarter_is_printed(on, quarter):
    assert last_quarter(2018, on) == quarter


def test_pace_is_told_by_deadline_and_day(year):
    lines = {line.case.project.code: line for line in quarter_figures(year, 2018, 4, AS_OF).projects}
    assert lines[LAMPS].pace.word == "提前"  # due 2019-02-25, done 2018-12-10
    late = {line.case.project.code: line.pace for line in quarter_figures(year, 2018, 4, AS_OF).projects}
    assert late[CARE].word == ""
    case = case_of(year, SCHOOL)
    with year.change("改", actor="陈") as change:
        change.save(replace(case.project, planned_finish=date(2018, 11, 30)))
    figures = quarter_figures(year, 2018, 4, AS_OF)
    assert [line.case.project.code for line in figures.overdue] == [SCHOOL]
    assert figures.whole.overdue == 1 and "慢于序时的项目1个：“‘四点半学堂’" in read_back(as_pdf(year))


def test_what_falls_due_next_is_named(year):
    with year.change("改", actor="陈") as change:
        change.save(replace(case_of(year, SCHOOL).project, planned_finish=date(2018, 11, 30)))
    assert [line.case.project.code for line in quarter_figures(year, 2018, 3, AS_OF).due_next] == [SCHOOL]
    assert not quarter_figures(year, 2018, 4, AS_OF).due_next  # 楼道照明 is due in the quarter, and done


def test_what_was_entered_after_the_report_was_frozen_is_told_in_the_next(year):
    """R26: paid on the last day of September, entered in October, told in the fourth quarter's report."""
    third = quarter_figures(year, 2018, 3, date(2018, 10, 5))
    save(year, frozen_records(third, date(2018, 10, 5)), action="季度报告定稿", person="陈")
    assert quarter_figures(year, 2018, 4, AS_OF).late == ()
    lamps, gym = case_of(year, LAMPS).project, case_of(year, GYM).project
    with year.change("补录", actor="陈") as change:
        change.save(Disbursement(project=Link(lamps.id), paid_on=date(2018, 9, 30), amount=Money(100), payee="村居"))
        change.save(replace(gym, submitted_on=date(2018, 9, 28)))
    figures = quarter_figures(year, 2018, 4, AS_OF)
    assert {(each.code, each.what, each.reported, each.known) for each in figures.late} == {
        (LAMPS, "累计拨付（元）", "87,500.00", "87,501.00"),
        (GYM, "补录项目", "", "已申报"),
    }
    assert figures.late_note == "与上季度报告（2018年10月5日定稿）比较。"
    rows = list(book_of(year)["上期调整"].iter_rows(min_row=4, values_only=True))
    assert len(rows) == 2


def test_a_frozen_report_holds_what_it_said(year):
    third = quarter_figures(year, 2018, 3, AS_OF)
    report_kept, *lines = frozen_records(third, AS_OF)
    assert (report_kept.projects, report_kept.disbursed) == (3, third.whole.now.disbursed)
    assert sum(line.disbursed for line in lines) == report_kept.disbursed
    assert sum(line.approved for line in lines) == report_kept.approved


def test_without_a_frozen_report_nothing_is_made_up(year):
    figures = quarter_figures(year, 2018, 4, AS_OF)
    assert figures.late == () and "没有在本台账定稿" in figures.late_note


# ---- 万元


def test_sums_are_rounded_once_and_what_is_left_over_is_told(year):
    case = case_of(year, CARE)
    with year.change("改", actor="陈") as change:
        change.save(replace(case.project, self_raised=Money(6_004_900), labour=Money(0)))
        change.save(replace(case_of(year, SCHOOL).project, self_raised=Money(4_900)))
    figures = quarter_figures(year, 2018, 4, AS_OF)
    rows = [Decimal(each.now.total.wan) for each in figures.villages]
    gap = Decimal(figures.whole.now.total.wan) - sum(rows)
    assert gap == Decimal("0.01")
    assert "总资金多 0.01 万元" in rounding_note(figures)


def test_the_lever_is_social_over_fiscal(year):
    street = quarter_figures(year, 2018, 4, AS_OF).whole.now
    assert leverage(street) == f"{street.social / (street.total - street.social):.2f}"
    assert leverage(replace(street, social=street.total)) == "—"


# ---- the workbook


def as_pdf(year, quarter=4):
    return quarterly_letter_of(year, 2018, quarter, AS_OF).pdf


def book_of(year, quarter=4):
    return openpyxl.load_workbook(BytesIO(as_workbook(quarter_figures(year, 2018, quarter, AS_OF))))


def test_the_book_and_the_letter_tell_the_same(year):
    figures = quarter_figures(year, 2018, 4, AS_OF)
    book, letter = book_of(year), read_back(as_pdf(year))
    assert book.sheetnames == ["汇总", "明细", "本季拨付", "合规", "上期调整", "清算"]
    summary = list(book["汇总"].iter_rows(min_row=3, values_only=True))
    heads = summary[0]
    whole = dict(zip(heads, next(row for row in summary if row[0] == "合计"), strict=True))
    assert whole["项目数"] == figures.whole.now.projects
    for head, money in (("总资金", figures.whole.now.total), ("已拨付", figures.whole.now.disbursed)):
        assert Decimal(str(whole[head])) == Decimal(money.wan)
        assert f"{money.wan}万元" in letter


def test_people_who_took_part_are_counted_once(year):
    """Suggestions, people at meetings and ballots; what belongs to a whole village is not counted for each project."""
    figures = quarter_figures(year, 2018, 4, AS_OF)
    cases = [line.case for line in figures.projects]
    told = {each.id for case in cases for each in case.suggestions}
    met = {each.id: each.present or 0 for case in cases for each in case.deliberations}
    votes = sum(survey_result(case.surveys).ballots for case in cases)
    assert figures.whole.heard == len(told) + sum(met.values()) + votes > 0
    assert participation_count(figures.projects * 2) == figures.whole.heard + votes
    summary = list(book_of(year)["汇总"].iter_rows(min_row=3, values_only=True))
    whole = next(row for row in summary if row[0] == "合计")
    assert dict(zip(summary[0], whole, strict=True))["参与人次"] == figures.whole.heard


def test_how_long_a_project_takes_is_told_from_its_first_suggestion(year):
    line = next(line for line in quarter_figures(year, 2018, 4, AS_OF).projects if line.case.project.code == LAMPS)
    first = min(each.told_on for each in line.case.suggestions)
    done = next(step.happened_on for step in line.case.progress if step.event is ProgressEvent.COMPLETE)
    assert line.days == (done - first).days > 0
    assert replace(line, case=replace(line.case, progress=())).days == (line.upto - first).days
    assert replace(line, case=replace(line.case, suggestions=())).days is None


def test_the_details_add_up_to_the_summary(year):
    book = book_of(year)
    rows = list(book["明细"].iter_rows(min_row=4, values_only=True))
    assert [row[1] for row in rows[:-1]] == [
        line.case.project.code for line in quarter_figures(year, 2018, 4, AS_OF).projects
    ]
    assert Decimal(str(rows[-1][6])) == Decimal(year.register(2018).street.total.wan)


def test_what_was_advanced_in_the_pilot_year_is_told_and_never_as_owed(year):
    """R27: paid, taken over and the rest, for each project that was advanced; other years have no such sheet."""
    case = case_of(year, SCHOOL)
    with year.change("先行列支", actor="陈") as change:
        change.save(replace(case.project, advance_paid=True))
        given = Advance(project=Link(case.project.id), granted_on=date(2018, 10, 8), amount=Money(100_000))
        change.save(given)
    *rows, whole = book_of(year)["清算"].iter_rows(min_row=4, max_row=5, values_only=True)
    (row,) = rows
    paid = case.disbursed or case.approved.special
    assert [Decimal(str(each)) for each in row[3:]] == [Decimal(m.wan) for m in (paid, Money(100_000), paid - 100_000)]
    assert (row[2], whole[2], whole[3:]) == (case.project.title, "1 项", row[3:])
    figures = replace(quarter_figures(year, 2018, 4, AS_OF), year=2019)
    assert "清算" not in openpyxl.load_workbook(BytesIO(as_workbook(figures))).sheetnames


def test_typed_text_stays_text_in_the_book(year):
    case = case_of(year, SCHOOL)
    with year.change("改", actor="陈") as change:
        change.save(replace(case.project, title="=HYPERLINK(1)", planned_finish=date(2018, 11, 1)))
        told = "+1\x07" + "长" * 1900
        for day, event in ((1, ProgressEvent.START), (2, ProgressEvent.PROGRESS)):
            change.save(
                Progress(project=Link(case.project.id), happened_on=date(2018, 11, day), event=event, account=told)
            )
    cells = [cell for row in book_of(year)["明细"].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    (title,) = [cell for cell in cells if cell.value == "=HYPERLINK(1)"]
    assert title.quotePrefix
    assert any(cell.value == "+1" + "长" * 1900 for cell in cells)


def test_text_too_long_for_a_cell_says_so():
    cell = openpyxl.Workbook().active.cell(1, 1)
    put_text(cell, "长" * 40_000)
    assert len(cell.value) < 32_767 and cell.value.endswith("全文见台账）")


def test_the_book_has_the_same_bytes_twice_and_names_nobody(year):
    first, second = (
        as_workbook(quarter_figures(year, 2018, 4, AS_OF)),
        as_workbook(quarter_figures(year, 2018, 4, AS_OF)),
    )
    assert first == second
    assert not openpyxl.load_workbook(BytesIO(first)).properties.creator


# ---- the command's door


def test_the_ending_says_what_is_written(year, tmp_path):
    write_quarterly_report(year, 2018, 3, tmp_path / "三季度.xlsx", AS_OF)
    write_quarterly_report(year, 2018, 3, tmp_path / "三季度.pdf", AS_OF)
    assert (tmp_path / "三季度.xlsx").read_bytes()[:2] == b"PK"
    assert "关于2018年第三季度“社会+”民生微实事项目进展情况的报告" in read_back((tmp_path / "三季度.pdf").read_bytes())


@pytest.mark.parametrize(("name", "quarter", "told"), [("报告.doc", 3, "结尾应为"), ("报告.pdf", 5, "没有第 5 季度")])
def test_other_endings_and_quarters_are_refused(year, tmp_path, name, quarter, told):
    with pytest.raises(Refused, match=told):
        write_quarterly_report(year, 2018, quarter, tmp_path / name, AS_OF)


def test_a_report_that_cannot_be_written_is_told(year, tmp_path):
    (tmp_path / "占用").write_text("x")
    with pytest.raises(NotWritten):
        write_quarterly_report(year, 2018, 3, tmp_path / "占用" / "报告.xlsx", AS_OF)


def test_print_gives_the_report_of_the_newest_quarter(year):
    (issued,) = preview_documents(year, "quarterly-report", as_of=AS_OF)
    assert issued.filename == "新阳街道_2018年度_季度进展情况报告.pdf"
    assert "2018年第四季度" in read_back(issued.pdf)


def test_the_book_shows_no_negative_sum_and_a_change_without_a_minus(year):
    figures = quarter_figures(year, 2018, 4, AS_OF)
    less = replace(figures.whole, before=replace(figures.whole.now, projects=9, total=Money(10**9)))
    summary = openpyxl.load_workbook(BytesIO(as_workbook(replace(figures, whole=less))))["汇总"]
    (row,) = [cells for cells in summary.iter_rows() if cells[0].value == "合计"]
    assert [cell.number_format.split(";")[1] for cell in row if cell.value and str(cell.value).startswith("-")] == [
        '"减 "0',
        '"减 "#,##0.00',
    ]
    with year.change("退款", actor="陈") as change:
        lamps = Link(case_of(year, LAMPS).project.id)
        change.save(Refund(project=lamps, returned_on=date(2018, 12, 30), amount=Money(10**8)))
    with pytest.raises(Refused, match=r"汇总·已拨付·霞阳社区”会印出负数.*改正后再印"):
        as_workbook(quarter_figures(year, 2018, 4, AS_OF))
