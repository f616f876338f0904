"""Year's end: projects of other fund years stand in the reports by themselves, each payment in exactly one quarter."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haicang_desk.model.blocks import Attachments, Title
from haicang_desk.model.documents import frozen_records, quarter_figures, quarterly_letter_of
from haicang_desk.model.documents.issuing import preview_documents
from haicang_desk.model.documents.letters.quarterly_report import quarterly_letter
from haicang_desk.model.documents.reports.quarterly_figures import paid_in, returned_in
from haicang_desk.model.documents.reports.quarterly_workbook import as_workbook, sheets_of
from haicang_desk.model.records import (
    Appointment,
    Approval,
    Conclusion,
    Disbursement,
    Event,
    Link,
    Progress,
    Project,
    Refund,
)
from haicang_desk.model.services import Workspace, save
from haicang_desk.model.values import Money
from tests.conftest import NOW, copy_of
from tests.documents.asking import rows_of, said
from tests.documents.conftest import read_back

LATE = date(2021, 12, 31)
FUND_YEARS = (2018, 2019, 2020)
QUARTERS = [(year, quarter) for year in (2018, 2019, 2020, 2021) for quarter in (1, 2, 3, 4)]


def put(ws, *records):
    return save(ws, records, action="登记", person="陈")


@pytest.fixture
def over(ws, kept):
    """A works project of 2018, begun in December 2018 and paid in February 2019."""
    project = kept(
        code="P-1", title="霞阳球场", special=Money(18_000_000), fund_year=2018, submitted_on=date(2018, 11, 5)
    )
    put(
        ws,
        Approval(
            project=Link(project.id),
            conclusion=Conclusion.AGREE,
            decided_on=date(2018, 11, 20),
            special=project.special,
            total=None,
        ),
        Appointment(project=Link(project.id), implementer="某公司", appointed_on=date(2018, 12, 10)),
        Progress(project=Link(project.id), happened_on=date(2018, 12, 20), event=Event.START),
        Disbursement(project=Link(project.id), paid_on=date(2019, 2, 10), amount=Money(9_000_000), payee="村"),
    )
    return project


def test_a_payment_of_an_earlier_year_s_project_stands_in_the_quarter_of_its_day_and_in_no_other(ws, over):
    found = {
        (year, quarter): [each.record.amount for each in quarter_figures(ws, year, quarter, LATE).movements]
        for year, quarter in QUARTERS
    }
    assert {where: sums for where, sums in found.items() if sums} == {(2019, 1): [Money(9_000_000)]}


def test_it_has_a_line_of_its_own_in_letter_and_workbook(ws, over):
    figures = quarter_figures(ws, 2019, 1, LATE)
    assert [line.case.project.code for line in figures.carried] == ["P-1"] and not figures.projects
    assert figures.whole.now.disbursed == 0  # the sums are of the fund year
    blocks = list(quarterly_letter(figures))
    (line,) = [cells for cells in rows_of(blocks) if "P-1" in cells]
    assert line[:4] == ["2018", "霞阳社区", "P-1", "霞阳球场"] and line[-3:] == ["9.00", "9.00", "0.00"]
    assert "2019年第一季度上年结转项目情况表" in [block.text for block in blocks if isinstance(block, Title)]
    (named,) = [block.names for block in blocks if isinstance(block, Attachments)]
    assert named[1] == "2019年第一季度上年结转项目情况表"
    text = read_back(quarterly_letter_of(ws, 2019, 1, LATE).pdf)
    assert "另有上年结转项目1个，见附件2。" in text
    assert "本季度拨付9.00万元（本年度项目0.00万元、上年结转项目9.00万元）" in text
    book = openpyxl.load_workbook(BytesIO(as_workbook(figures)))
    (heads, line, whole) = book["上年结转"].iter_rows(min_row=3, values_only=True)
    of = dict(zip(heads, line, strict=True))
    assert (of["资金年度"], of["项目编号"], of["本季拨付"], of["累计拨付"]) == (2018, "P-1", 9, 9)
    assert dict(zip(heads, whole, strict=True))["本季拨付"] == 9
    _, payment, total = book["本季拨付"].iter_rows(min_row=3, values_only=True)
    assert (payment[1].date(), payment[3], payment[6]) == (date(2019, 2, 10), "P-1", 90_000) and total[6] == 90_000


def test_the_next_quarter_has_the_line_while_it_is_unfinished_and_no_payment(ws, over):
    (line,) = quarter_figures(ws, 2019, 2, LATE).carried
    assert not line.movements and line.case.disbursed == 9_000_000
    put(ws, Progress(project=Link(over.id), happened_on=date(2019, 5, 30), event=Event.CLOSE))
    assert [line.case.stage.label for line in quarter_figures(ws, 2019, 2, LATE).carried] == ["已办结"]
    assert not quarter_figures(ws, 2019, 3, LATE).carried


def test_a_year_without_projects_of_its_own_has_a_report_for_those_carried_over(ws, over):
    (made,) = preview_documents(ws, "quarterly-report", year=2019, quarter=1, as_of=LATE)
    assert made.pdf
    (none,) = preview_documents(ws, "quarterly-report", year=2017 + 1, quarter=1, as_of=date(2018, 3, 1))
    assert none.skipped


def test_what_is_late_among_those_carried_over_is_named_as_such(ws, over):
    figures = quarter_figures(ws, 2019, 2, LATE)  # due on 10 June 2019
    assert [line.case.project.code for line in figures.overdue] == ["P-1"]
    assert "慢于序时的项目1个（含上年结转项目1个）：“霞阳球场”（霞阳社区）应于2019年6月10日前" in "".join(
        said(block.words) for block in quarterly_letter(figures) if hasattr(block, "words")
    )
    assert {each.year for each in figures.findings if each.subject == "P-1"} == {2018}
    assert [line.case.project.code for line in quarter_figures(ws, 2019, 1, LATE).due_next] == ["P-1"]


def test_a_settled_quarter_holds_the_lines_carried_over_and_the_next_tells_what_changed(ws, over):
    put(ws, *frozen_records(quarter_figures(ws, 2019, 1, LATE), date(2019, 4, 3)))
    assert quarter_figures(ws, 2019, 2, LATE).late == ()
    put(ws, Disbursement(project=Link(over.id), paid_on=date(2019, 3, 31), amount=Money(100), payee="村"))
    (entry,) = quarter_figures(ws, 2019, 2, LATE).late
    assert (entry.code, entry.what, entry.reported, entry.known) == ("P-1", "累计拨付（元）", "90,000.00", "90,001.00")


def test_a_payment_before_the_fund_year_stands_in_its_quarter_too(ws, kept):
    project = kept(code="P-9", fund_year=2020, submitted_on=date(2019, 12, 1))
    put(ws, Disbursement(project=Link(project.id), paid_on=date(2019, 12, 30), amount=Money(500), payee="村"))
    figures = quarter_figures(ws, 2019, 4, LATE)
    assert figures.carried_title == "上年结转和其他年度项目"
    assert paid_in(figures.movements) == 500 and not quarter_figures(ws, 2020, 1, LATE).movements


def test_what_came_back_is_told_beside_what_was_paid(ws, over):
    put(ws, Refund(project=Link(over.id), returned_on=date(2019, 5, 2), amount=Money(2_000_000)))
    figures = quarter_figures(ws, 2019, 2, LATE)
    assert (paid_in(figures.movements), returned_in(figures.movements)) == (0, 2_000_000)
    text = "".join(said(block.words) for block in quarterly_letter(figures) if hasattr(block, "words"))
    assert "收回退款2.00万元" in text and "-" not in text


DAYS = st.dates(date(2018, 1, 1), date(2021, 12, 31))
MOVED = st.lists(st.tuples(st.integers(0, 5), DAYS, st.integers(1, 10**8), st.booleans()), min_size=1, max_size=12)
LIVES = st.lists(st.sampled_from(("draft", "rejected", "approved", "closed", "stopped")), min_size=6, max_size=6)


@settings(max_examples=25, deadline=None)
@given(moved=MOVED, lives=LIVES)
def test_over_all_quarters_each_payment_stands_once(template, moved, lives):
    """Whatever the fund year, the day and the stage of its project."""
    with closing(copy_of(template)) as conn:
        ws = Workspace(conn, now=lambda: NOW)
        village = ws.conn.execute("SELECT id FROM village").fetchone()[0]
        with ws.change("登记", actor="陈") as change:
            projects = []
            for at, life in enumerate(lives):
                year = FUND_YEARS[at % 3]
                project = change.save(
                    Project(
                        code=f"A-{at}",
                        title=f"项目{at}",
                        fund_year=year,
                        village=Link(village),
                        special=Money(10**6),
                        submitted_on=None if life == "draft" else date(year, 6, 1),
                    )
                )
                projects.append(project)
                if life != "draft":
                    agreed = Conclusion.REJECT if life == "rejected" else Conclusion.AGREE
                    change.save(Approval(project=Link(project.id), conclusion=agreed, decided_on=date(year, 7, 1)))
                if life in ("closed", "stopped"):
                    event = Event.CLOSE if life == "closed" else Event.TERMINATE
                    change.save(Progress(project=Link(project.id), happened_on=date(year, 10, 1), event=event))
            for at, on, amount, back in moved:
                of = {"project": Link(projects[at].id), "amount": Money(amount)}
                change.save(Refund(returned_on=on, **of) if back else Disbursement(paid_on=on, payee="村", **of))
        figures = [quarter_figures(ws, year, quarter, LATE) for year, quarter in QUARTERS]
        counts = Counter(each.record.id for of_quarter in figures for each in of_quarter.movements)
        assert set(counts.values()) == {1} and len(counts) == len(moved)
        assert sum(paid_in(each.movements) for each in figures) == sum(m for _, _, m, back in moved if not back)
        assert sum(returned_in(each.movements) for each in figures) == sum(m for _, _, m, back in moved if back)
        for each in figures:
            lines = {line.case.project.id for line in each.carried}
            others = {m.case.project.id for m in each.movements if m.case.project.fund_year != each.year}
            assert others <= lines  # each in a line of its own
            (sheet,) = [sheet for sheet in sheets_of(each) if sheet.name == "本季拨付"]
            assert sheet.rows[-1][6:8] == (paid_in(each.movements).yuan, returned_in(each.movements).yuan)


def test_a_first_quarter_tells_what_came_late_for_the_last_of_the_year_before(ws, over):
    put(ws, *frozen_records(quarter_figures(ws, 2018, 4, LATE), date(2019, 1, 4)))
    assert quarter_figures(ws, 2019, 1, LATE).late == ()
    put(ws, Disbursement(project=Link(over.id), paid_on=date(2018, 12, 28), amount=Money(700), payee="村"))
    figures = quarter_figures(ws, 2019, 1, LATE)
    assert [(e.code, e.what, e.reported, e.known) for e in figures.late] == [("P-1", "累计拨付（元）", "0.00", "7.00")]
    assert figures.late_note == "与上季度报告（2019年1月4日定稿）比较。"


def test_a_late_payment_of_a_finished_project_of_another_year_is_told(ws, over):
    put(ws, Progress(project=Link(over.id), happened_on=date(2019, 3, 1), event=Event.CLOSE))
    put(ws, *frozen_records(quarter_figures(ws, 2019, 2, LATE), date(2019, 7, 4)))
    put(ws, Disbursement(project=Link(over.id), paid_on=date(2019, 5, 5), amount=Money(100), payee="村"))
    late = quarter_figures(ws, 2019, 3, LATE).late
    assert [(e.what, e.known) for e in late] == [("补录项目", "已办结"), ("累计拨付（元）", "90,001.00")]


def test_a_refused_project_that_was_paid_is_no_late_entry_once_it_stood_in_the_report(ws, kept):
    project = kept(code="P-7", fund_year=2019, submitted_on=date(2019, 2, 1))
    put(ws, Approval(project=Link(project.id), conclusion=Conclusion.REJECT, decided_on=date(2019, 2, 5)))
    put(ws, Disbursement(project=Link(project.id), paid_on=date(2019, 2, 10), amount=Money(300), payee="村"))
    first = quarter_figures(ws, 2019, 1, LATE)
    assert paid_in(first.movements) == 300 and not first.projects
    put(ws, *frozen_records(first, date(2019, 4, 3)))
    assert quarter_figures(ws, 2019, 2, LATE).late == ()
