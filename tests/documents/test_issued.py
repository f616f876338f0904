"""Signed-off documents are issued once: the same records give the same bytes, a correction is the next issue."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pypdfium2
import pytest

from haicang_desk.model.blocks import Grid, label, row, value
from haicang_desk.model.documents import (
    DOCUMENTS,
    DocumentFormat,
    Issuer,
    PrintedDocument,
    prepare,
    print_to,
    quarterly_letter_of,
    save_issued,
    write_quarterly_report,
)
from haicang_desk.model.documents.context import project_context, street_context, village_context
from haicang_desk.model.documents.issuing import preview_documents
from haicang_desk.model.records import (
    Channel,
    Disbursement,
    FilingResult,
    Inspection,
    Issue,
    Link,
    Prose,
    QuarterReport,
    Stage,
    Suggestion,
    Village,
)
from haicang_desk.model.services import NewIssue, entry_to_redo, issues_of, redo, save, save_issues, take_step, undo
from haicang_desk.model.store import change_by_seal, verify
from haicang_desk.model.values import Money, Refused
from tests.documents.asking import AS_OF, CARE, GYM, LAMPS, SCHOOL, case_of
from tests.documents.conftest import read_back

LATER = AS_OF + timedelta(days=40)
FORM = "approval-form"


@pytest.fixture
def printed(year, tmp_path):
    """Prints a document of one project and gives its bytes."""

    def put(name=FORM, project=LAMPS, on=AS_OF, **more):
        hand = Issuer(person="陈", reason=more.pop("reason", ""))
        (made,) = print_to(year, name, tmp_path, hand=hand, project=project, as_of=on, **more)
        return (tmp_path / made.filename).read_bytes()

    return put


def alter(ws, **values):
    keep_as(ws, replace(ws.project(LAMPS), **values))


def keep_as(ws, *records):
    with ws.change("更正", actor="陈") as change:
        for record in records:
            change.save(record)


# ---- the same facts are the same bytes


def test_a_reprint_is_the_bytes_that_were_issued_whatever_the_day(year, printed):
    first = printed()
    assert printed(on=LATER) == first
    (held,) = issues_of(year)
    assert (held.document, held.number, held.paper, held.handler) == ("街道审批表", 1, "A4", "陈")
    assert held.issued_on == AS_OF and held.name.endswith("_街道审批表.pdf")
    assert year.read_blob(held.digest) == first
    assert "次印发" not in read_back(first)
    assert verify(year.conn) == ()


def test_looking_keeps_nothing_and_shows_what_was_issued(year, printed):
    (before,) = preview_documents(year, FORM, project=LAMPS, as_of=AS_OF)
    assert before.fresh and issues_of(year) == []
    first = printed()
    (after,) = preview_documents(year, FORM, project=LAMPS, as_of=LATER)
    assert after.pdf == first == before.pdf and not after.fresh


def test_a_change_that_the_paper_does_not_show_makes_no_new_issue(year, printed):
    first = printed()
    paid = Disbursement(project=Link(case_of(year, LAMPS).project.id), paid_on=AS_OF, amount=Money(100), payee="霞阳")
    keep_as(year, paid, replace(case_of(year, SCHOOL).approval, special=Money(9_000_000)))
    assert printed(on=LATER) == first
    assert len(issues_of(year)) == 1


def test_what_the_form_tells_of_others_stands_as_it_was_issued(year, printed):
    """The same project, and another approved beside it: 资金平衡 has moved, this decision has not."""
    first = printed()
    keep_as(year, replace(case_of(year, SCHOOL).project, special=Money(77_000_000)))
    keep_as(year, replace(case_of(year, LAMPS).settlement, self_raised=Money(5)))
    assert printed() == first


def test_a_later_program_that_composes_it_otherwise_reprints_what_stands(year, printed, monkeypatch):
    """A class of the program renamed, and a row added to the form, after something the paper does not show changed."""
    first = printed()
    keep_as(year, replace(case_of(year, LAMPS).settlement, self_raised=Money(5)))
    monkeypatch.setattr(Grid, "__repr__", lambda grid: f"Table({grid.rows!r})")  # what a renamed class is called
    document = DOCUMENTS[FORM]

    def with_a_row(context):
        return [*document.compose(context), Grid((row(label("所属村居"), value(context.case.village.name)),), (6, 24))]

    monkeypatch.setitem(DOCUMENTS, FORM, replace(document, compose=with_a_row))
    assert printed(on=LATER) == first
    assert [held.number for held in issues_of(year)] == [1]
    alter(year, works=Prose("换灯 130 盏"))
    assert "所属村居" in read_back(printed(on=LATER))  # the correction is set as the later program sets it
    assert [held.number for held in issues_of(year)] == [2, 1]


def test_what_an_earlier_program_issued_is_reprinted(year, printed, tmp_path):
    """It kept digests of its own classes, which say nothing to this program."""
    (made,) = preview_documents(year, FORM, project=LAMPS, as_of=AS_OF)
    old = replace(made.issue, facts="1" * 64, says="2" * 64)
    save_issues(year, [NewIssue(old, made.pdf, made.entry)], person="陈")
    keep_as(year, replace(case_of(year, LAMPS).settlement, self_raised=Money(5)))
    assert printed(on=LATER) == made.pdf
    alter(year, works=Prose("换灯 130 盏"))
    printed()
    again, held = issues_of(year)
    assert (held.number, held.facts, again.number, again.facts, again.says) == (1, "1" * 64, 2, "", "")


def test_a_change_that_was_taken_back_makes_no_new_issue(year, printed):
    works, first = year.project(LAMPS).works, printed()
    alter(year, works=Prose("换灯 130 盏"))
    undo(year, person="陈")
    assert printed(on=LATER) == first
    alter(year, works=Prose("换灯 140 盏"))
    alter(year, works=works)
    assert printed(on=LATER) == first
    assert len(issues_of(year)) == 1


def test_a_record_added_moved_away_or_voided_is_a_change_of_the_form_that_shows_it(year, printed):
    form, (line, *_, last) = "application-form", case_of(year, LAMPS).budget_lines
    printed(form)
    changes = (
        replace(line, id="", content="另一项"),
        replace(line, project=Link(case_of(year, SCHOOL).project.id)),
        replace(last, void=True),
    )
    for count, change in enumerate(changes, 2):
        keep_as(year, change)
        printed(form)
        assert issues_of(year)[0].number == count


def test_what_the_village_heard_of_no_one_project_counts_where_the_form_shows_it(year, printed):
    """Given to another project afterwards, it is no longer among what this form shows."""
    lamps, school = case_of(year, LAMPS), case_of(year, SCHOOL)
    own = [replace(said, void=True) for said in lamps.suggestions if said.project]
    wide = Suggestion(village=Link(lamps.village.id), told_on=date(2018, 3, 1), channel=Channel.BOX, text="路灯不亮")
    keep_as(year, *own, wide)
    first = printed("application-form")
    heard = next(said for said in case_of(year, LAMPS).suggestions if said.text == "路灯不亮")
    keep_as(year, replace(heard, supporters=1))
    keep_as(year, replace(heard, supporters=heard.supporters))
    assert printed("application-form") == first
    keep_as(year, replace(heard, project=Link(school.project.id)))
    assert "第2次印发" in read_back(printed("application-form"))


def test_a_village_notice_is_issued_anew_when_a_project_leaves_it(year, tmp_path):
    gym = case_of(year, GYM).project
    posted = replace(case_of(year, LAMPS).notices[0], id="", project=Link(gym.id))
    keep_as(year, posted)

    def number():
        print_to(year, "project-notice", tmp_path, village="霞阳社区", as_of=AS_OF)
        return issues_of(year, document="项目公示")[0].number

    assert number() == 1
    alter(year, keeper="物业", phone="13900000000")
    assert number() == 1
    keep_as(year, replace(gym, void=True))
    assert number() == 2


def test_a_reprint_composes_nothing_where_no_record_of_its_own_was_changed(year, printed, monkeypatch):
    first = printed()
    keep_as(year, replace(year.project(SCHOOL), works=Prose("操场翻新")))

    def composed(context):
        raise AssertionError("composed")

    monkeypatch.setitem(DOCUMENTS, FORM, replace(DOCUMENTS[FORM], compose=composed))
    assert printed(on=LATER) == first


# ---- a correction is a new issue


def test_a_changed_fact_is_the_second_issue_and_the_first_can_still_be_had(year, printed):
    first = printed()
    code = issues_of(year)[0].seal_code
    alter(year, works=Prose("更换楼道灯 130 盏"))
    ((title, former),) = prepare(year, FORM, project=LAMPS, as_of=LATER).corrections
    assert title.endswith("街道审批表") and former.number == 1
    second = printed(on=LATER, reason="数量有误")
    again, held = issues_of(year)
    assert (held.number, again.number) == (1, 2)
    assert (held.reason, again.reason) == ("", "数量有误")
    assert year.read_blob(held.digest) == first and year.read_blob(again.digest) == second
    told = read_back(second)
    assert f"第2次印发代替第1次印发（存证码：{code}）" in told and f"存证码：{again.seal_code}" in told
    assert "130盏" in told and "130盏" not in read_back(first)
    assert f"存证码：{again.seal_code}" in pypdfium2.PdfDocument(second).get_metadata_dict()["Keywords"]
    assert printed(on=LATER + timedelta(9)) == second
    assert len(issues_of(year)) == 2 and verify(year.conn) == ()


def test_a_further_payment_is_a_further_form_and_no_correction(year, printed):
    first = printed("disbursement-form")
    paid = year.casefile(year.project(LAMPS).id).disbursements[0]
    keep_as(year, replace(paid, id="", amount=Money(100)))
    again = printed("disbursement-form")
    assert again != first and "代替" not in read_back(again)
    assert [(each.part, each.number) for each in issues_of(year)] == [("至第3次拨付", 1), ("至第2次拨付", 1)]
    keep_as(year, replace(paid, amount=paid.amount - Money(100)))
    assert "第2次印发" in read_back(printed("disbursement-form"))


def test_what_is_as_it_was_before_the_correction_is_a_third_issue(year, printed):
    works = year.project(LAMPS).works
    printed()
    for said in (Prose("换灯 130 盏"), works):
        alter(year, works=said)
        printed()
    assert [held.number for held in issues_of(year)] == [3, 2, 1]


def test_a_change_of_the_village_is_one_of_what_the_form_shows(year, printed):
    printed("application-form")
    code = issues_of(year)[0].seal_code
    village = case_of(year, LAMPS).village
    save(year, [replace(village, name="霞阳新村")], action="更名", person="陈")
    printed("application-form")
    latest = issues_of(year)[0]
    assert (latest.number, latest.name.split("_")[0]) == (2, "霞阳新村")
    assert latest.seal_code != code and change_by_seal(year.conn, latest.seal_code).action == "更名"


def test_a_notice_on_other_paper_is_the_same_issue(year, printed):
    small = printed("completion-notice")
    large = printed("completion-notice", paper="A3", on=LATER)
    assert small != large and printed("completion-notice", on=LATER) == small
    assert [(held.number, held.paper, held.issued_on) for held in issues_of(year)] == [
        (1, "A3", AS_OF),
        (1, "A4", AS_OF),
    ]
    alter(year, title="楼道照明")
    printed("completion-notice", paper="A3", on=LATER, reason="名称有误")
    batch = prepare(year, "completion-notice", project=LAMPS, as_of=LATER)
    assert not batch.corrections  # it is known already why
    printed("completion-notice", on=LATER)
    assert {held.reason for held in issues_of(year) if held.number == 2} == {"名称有误"}
    assert [(held.number, held.paper) for held in issues_of(year)][:2] == [(2, "A4"), (2, "A3")]


# ---- what is no issue


def test_drafts_copies_and_what_is_edited_are_not_issued(year, printed, tmp_path):
    print_to(year, "village-ledger", tmp_path, as_of=AS_OF)
    print_to(year, FORM, tmp_path, as_of=AS_OF, single=True)
    print_to(year, FORM, tmp_path, as_of=AS_OF, kind=DocumentFormat.DOCX)
    print_to(year, "dossier", tmp_path, as_of=AS_OF, project=LAMPS)
    print_to(year, "application-form", tmp_path, as_of=AS_OF, project=GYM)
    assert case_of(year, GYM).stage is Stage.DRAFT
    assert issues_of(year) == []


SIGNED = {  # in the filled year: the projects, villages or street of whom the document is signed off
    "application-form": {LAMPS, SCHOOL, CARE},
    "opinion-form": {LAMPS, SCHOOL, CARE},
    "approval-form": {LAMPS, SCHOOL},
    "filing-form": {LAMPS},
    "implementer-form": {LAMPS},
    "disbursement-form": {LAMPS},
    "acceptance-form": {LAMPS},
    "completion-notice": {LAMPS},
    "survey-notice": {LAMPS},
    "award-form": {LAMPS},
    "year-plan-letter": {"街道"},
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_signed_off_for_these_projects(year, name):
    document = DOCUMENTS[name]
    if document.scope == "project":
        contexts = {case.project.code: project_context(year, case, AS_OF) for case in year.casefiles(2018)}
    elif document.scope == "village":
        contexts = {village.name: village_context(year, village, 2018, AS_OF) for village in year.all(Village)}
    else:
        contexts = {"街道": street_context(year, 2018, AS_OF)}
    signed = {
        whose
        for whose, context in contexts.items()
        if not document.unavailable_reason(context) and document.signed_off(context)
    }
    assert signed == SIGNED.get(name, set())


def test_a_villages_notice_is_signed_off_once_all_its_projects_hang(year, printed):
    first = printed("project-notice")
    assert printed("project-notice", on=LATER) == first  # of one project that hangs
    (whole,) = prepare(year, "project-notice", village="霞阳社区", as_of=AS_OF).orders
    assert whole.version is None  # GYM is yet to be posted
    posted = replace(case_of(year, LAMPS).notices[0], id="", project=Link(case_of(year, GYM).project.id))
    keep_as(year, posted)
    (whole,) = prepare(year, "project-notice", village="霞阳社区", as_of=AS_OF).orders
    assert whole.version.issue.village and not whole.version.issue.project


def test_an_application_sent_back_is_a_draft_until_it_is_submitted_again(year):
    def signed(code):
        context = project_context(year, case_of(year, code), AS_OF)
        return DOCUMENTS["application-form"].signed_off(context), DOCUMENTS[FORM].signed_off(context)

    assert signed(CARE) == (True, False)
    project = case_of(year, CARE).project
    take_step(year, project.id, "send_back", on=AS_OF, person="陈", answers={"opinion": "补正"})
    assert signed(CARE) == (False, True)
    (back,) = case_of(year, CARE).approvals
    keep_as(year, replace(back, answered_on=AS_OF))
    assert case_of(year, CARE).stage is Stage.SUBMITTED and signed(CARE) == (True, False)


def test_a_letter_is_signed_off_once_it_is_sent(year):
    letter, inspections, quarterly = (DOCUMENTS[n] for n in ("filing-letter", "inspection-report", "quarterly-report"))
    assert letter.issue_part(street_context(year, 2018, AS_OF)) == "报送日期"
    sent = replace(case_of(year, LAMPS).filings[-1], id="", project=Link(case_of(year, SCHOOL).project.id), result=None)
    (held,) = year.all(Inspection)
    keep_as(year, sent, replace(held, reported_on=AS_OF))
    context = street_context(year, 2018, AS_OF)
    assert letter.signed_off(context) and letter.issue_part(context) == "报送日期2018年8月16日"
    assert inspections.signed_off(context) and inspections.issue_part(context) == "下半年"
    keep_as(year, replace(case_of(year, SCHOOL).filings[-1], result=FilingResult.RETURNED))
    assert not letter.signed_off(street_context(year, 2018, AS_OF))
    assert not quarterly.signed_off(prepare(year, quarterly.name, as_of=AS_OF).orders[0].context)
    keep_as(year, QuarterReport(year=2018, quarter=4, frozen_on=AS_OF))
    (order,) = prepare(year, quarterly.name, as_of=AS_OF).orders
    assert quarterly.signed_off(order.context) and order.version.issue.part == "第四季度"


def test_the_report_of_a_settled_quarter_is_the_letter_that_was_issued(year, tmp_path):
    draft, out = tmp_path / "草稿.pdf", tmp_path / "报告.pdf"
    write_quarterly_report(year, 2018, 4, draft, AS_OF)
    assert issues_of(year) == []
    keep_as(year, QuarterReport(year=2018, quarter=4, frozen_on=AS_OF))
    write_quarterly_report(year, 2018, 4, out, AS_OF, hand=Issuer(person="陈"))
    (held,) = issues_of(year)
    assert (held.part, held.handler) == ("第四季度", "陈")
    assert out.read_bytes() == quarterly_letter_of(year, 2018, 4, LATER).pdf == year.read_blob(held.digest)
    (printed,) = print_to(year, "quarterly-report", tmp_path, year=2018, as_of=LATER)
    assert (tmp_path / printed.filename).read_bytes() == out.read_bytes()
    keep_as(year, replace(case_of(year, LAMPS).disbursements[0], amount=Money(8_000_000)))
    assert write_quarterly_report(year, 2018, 4, out, LATER).corrects == held
    assert "第2次印发" in read_back(out.read_bytes())
    write_quarterly_report(year, 2018, 4, tmp_path / "报告.xlsx", LATER)
    assert len(issues_of(year)) == 2


def test_a_settled_quarter_is_printed_as_it_was_issued(year, tmp_path):
    keep_as(year, QuarterReport(year=2018, quarter=4, frozen_on=AS_OF))
    bytes_of = []
    for on in (AS_OF, LATER):
        (made,) = print_to(year, "quarterly-report", tmp_path, year=2018, as_of=on)
        bytes_of.append((tmp_path / made.filename).read_bytes())
        alter(year, phone=f"139000000{len(bytes_of)}")
    assert bytes_of[0] == bytes_of[1]


# ---- one change, all or nothing


def test_a_batch_is_one_change_that_names_itself(year, tmp_path):
    before = year.conn.execute("SELECT count(*) FROM journal").fetchone()[0]
    print_to(year, FORM, tmp_path, as_of=AS_OF, hand=Issuer(person="陈"))
    said = year.conn.execute("SELECT seq, action, actor, undoable FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    assert said == (before + 1, "印发：街道审批表等 2 份", "陈", 0)


def test_a_batch_goes_on_past_what_cannot_be_printed(year, tmp_path):
    keep_as(year, replace(year.project(SCHOOL), works=Prose("操场\u202e翻新")))
    told: list[PrintedDocument] = []
    made = print_to(year, FORM, tmp_path, as_of=AS_OF, foreseen=told.extend)
    (failed,) = [each for each in made if each.failed]
    assert "印不出来" in failed.skipped and SCHOOL in failed.skipped and told == [failed]
    printed = [each for each in made if not each.skipped]
    assert len(printed) == 2 and len(issues_of(year)) == 1  # one of the two is decided, and so signed off
    assert sorted(path.name for path in tmp_path.glob("*.pdf")) == sorted(each.filename for each in printed)


def test_one_issued_otherwise_in_the_meantime_is_refused_whole(year):
    made = preview_documents(year, FORM, as_of=AS_OF)
    alter(year, works=Prose("换灯 130 盏"))
    save_issued(year, preview_documents(year, FORM, project=LAMPS, as_of=AS_OF), person="林")
    with pytest.raises(Refused, match="刚才已由另一次打印印发"):
        save_issued(year, made, person="陈")
    assert [held.handler for held in issues_of(year)] == ["林"]


def test_one_whose_records_were_changed_while_it_was_made_is_refused(year):
    """Kept, it would stand in the journal behind a change that it does not show."""
    (made,) = preview_documents(year, FORM, project=LAMPS, as_of=AS_OF)
    keep_as(year, replace(year.project(SCHOOL), works=Prose("操场翻新")))
    alter(year, works=Prose("换灯 130 盏"))
    with pytest.raises(Refused, match="生成之后，它所依据的记录又有变动"):
        save_issued(year, [made], person="陈")
    assert issues_of(year) == []


def test_the_same_paper_sent_twice_is_kept_once(year):
    made = preview_documents(year, FORM, project=LAMPS, as_of=AS_OF)
    assert save_issued(year, made, person="陈") == save_issued(year, made, person="陈") == 1
    assert len(issues_of(year)) == 1


# ---- undo, the code on paper, damage


def test_undo_takes_back_the_typing_and_not_the_paper(year, printed):
    village = case_of(year, LAMPS).village
    save(year, [replace(village, leader="林书记")], action="修改村居", person="陈")
    first = printed("disbursement-form")
    assert undo(year, person="陈") == "修改村居"
    assert year.get(Village, village.id).leader == village.leader
    assert year.read_blob(issues_of(year)[0].digest) == first
    printed("acceptance-form")
    assert entry_to_redo(year) is not None and redo(year, person="陈") == "修改村居"
    assert printed("disbursement-form") == first
    assert verify(year.conn) == ()


def test_the_code_on_paper_finds_the_change_and_the_papers_that_carry_it(year, printed):
    printed()
    alter(year, works=Prose("换灯 130 盏"))
    printed()
    printed("application-form")
    latest = issues_of(year)[0]
    found = change_by_seal(year.conn, latest.seal_code)
    assert found.action == "更正"
    assert sorted(paper.split("》")[0].rsplit("_", 1)[-1] for paper in found.papers) == ["街道审批表", "项目申报表"]
    assert any("第2次印发（A4，2019年1月3日，陈）" in paper for paper in found.papers)


@pytest.mark.parametrize(
    ("tampering", "told"),
    [
        ("UPDATE issue SET digest = '00'", "印发的原件不在台账里"),
        ("UPDATE issue SET number = 2", "与最后一次变更"),
        ("UPDATE original_bytes SET bytes = x'00'", "内容与校验码不符"),
    ],
)
def test_a_damaged_issue_is_found(year, printed, tampering, told):
    printed()
    triggers = year.conn.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        year.conn.execute(f"DROP TRIGGER {name}")
    year.conn.execute(tampering)
    for _, sql in triggers:
        year.conn.execute(sql)
    assert any(told in str(damage) for damage in verify(year.conn)), verify(year.conn)


def test_a_damaged_issue_is_not_printed_again(year, printed):
    printed()
    year.conn.execute("DROP TRIGGER original_bytes_no_update")
    year.conn.execute("UPDATE original_bytes SET bytes = x'00'")
    (again,) = preview_documents(year, FORM, project=LAMPS, as_of=AS_OF)
    assert again.failed and "_街道审批表.pdf（第1次印发）不能重印：这份原件已损坏" in again.skipped


def test_titles_name_documents_apart(year):
    titles = [document.title for document in DOCUMENTS.values()]
    assert len(set(titles)) == len(titles)
    assert all(len(title) <= Issue.fields["document"].longest for title in titles)


def test_the_day_of_an_issue_is_that_of_its_order(year, printed):
    printed(on=date(2019, 2, 1))
    assert issues_of(year)[0].issued_on == date(2019, 2, 1)
