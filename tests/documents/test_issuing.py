"""Issuing: files, names, reasons for leaving out, the same bytes twice, and what cannot be printed."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest

from haicang_desk.model.documents import DOCUMENTS, prepare, print_to
from haicang_desk.model.documents.issuing import preview_documents
from haicang_desk.model.records import Project, Prose
from haicang_desk.model.values import Money, NotWritten, Refused
from tests.documents.asking import AS_OF, GYM, LAMPS, SCHOOL, case_of
from tests.documents.conftest import page_count, read_back


def test_all_that_apply_are_printed_and_the_others_say_why(year):
    issued = preview_documents(year, "approval-form", as_of=AS_OF)
    assert [bool(each.pdf) for each in issued] == [not each.skipped for each in issued]
    assert [each.skipped for each in issued if each.skipped] == ["项目尚未申报"]
    assert "霞阳社区_老旧楼道照明更换及消防通道整治_街道审批表.pdf" in {each.filename for each in issued}


def test_the_same_records_and_day_give_the_same_bytes(year):
    for name, document in DOCUMENTS.items():
        wanted = {"project": LAMPS} if document.scope == "project" else {"village": "霞阳社区"}
        assert preview_documents(year, name, as_of=AS_OF, **wanted) == preview_documents(
            year, name, as_of=AS_OF, **wanted
        )


def test_metadata_name_the_document_the_project_and_the_decision(year):
    (issued,) = preview_documents(year, "approval-form", project=LAMPS, as_of=AS_OF)
    told = pypdfium2.PdfDocument(issued.pdf).get_metadata_dict()
    assert told["Title"] == "“社会+”民生微实事项目街道审批表"
    assert LAMPS in told["Keywords"] and "新街〔2018〕35号" in told["Keywords"]
    assert "厦海政办〔2018〕63号" in told["Subject"]
    assert told["Author"] == told["Creator"] == told["Producer"] == ""


def test_the_seal_code_is_of_the_last_change_to_the_project(year):
    from haicang_desk.model.store import change_by_seal

    (issued,) = preview_documents(year, "application-form", project=LAMPS, as_of=AS_OF)
    code = read_back(issued.pdf).rsplit("存证码：", 1)[1][:16]
    assert change_by_seal(year.conn, code).action == "登记"


def test_village_and_project_narrow_what_is_printed(year):
    assert {
        each.filename.split("_")[0]
        for each in preview_documents(year, "application-form", village="兴旺社区", as_of=AS_OF)
    } == {"兴旺社区"}
    (one,) = preview_documents(year, "project-notice", project=GYM, as_of=AS_OF)
    assert one.filename == "霞阳社区_健身路径器材购置_项目公示.pdf"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"name": "no-such-form"}, "没有名为“no-such-form”的文书"),
        ({"project": "无"}, "没有编号为“无”的项目"),
        ({"village": "无"}, "没有名为“无”的村居"),
        ({"paper": "B5"}, "没有“B5”这种纸张"),
        ({"paper": "A3"}, "只印 A4"),
    ],
)
def test_what_is_not_there_is_refused(year, asked, told):
    with pytest.raises(Refused, match=told):
        prepare(year, asked.pop("name", "application-form"), as_of=AS_OF, **asked)


def test_a_batch_in_one_file_has_a_bookmark_for_each(year):
    issued = preview_documents(year, "application-form", as_of=AS_OF, single=True)
    (bound,) = issued
    assert bound.filename == "新阳街道_2018年度_项目申报表（合订）.pdf"
    document = pypdfium2.PdfDocument(bound.pdf)
    assert [mark.level for mark in document.get_toc()] == [0, 1, 1, 1, 0, 1]  # 村居 › 项目
    assert len(document) == 8


def test_files_are_written_whole_and_told(year, tmp_path):
    seen = []
    written = print_to(
        year, "application-form", tmp_path / "申报", as_of=AS_OF, progress=lambda done, of: seen.append((done, of))
    )
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert sorted(path.name for path in (tmp_path / "申报").iterdir()) == sorted(each.filename for each in written)


def test_a_cancelled_batch_stops_between_files(year, tmp_path):
    seen: list[int] = []
    print_to(
        year,
        "application-form",
        tmp_path,
        as_of=AS_OF,
        progress=lambda done, of: seen.append(done),
        cancelled=lambda: bool(seen),
    )
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_told(year, tmp_path):
    (tmp_path / "占用").write_text("x")
    with pytest.raises(NotWritten, match="没有写成"):
        print_to(year, "application-form", tmp_path / "占用" / "里", as_of=AS_OF)


def test_a_text_that_cannot_be_printed_names_its_record_and_field(year):
    with year.change("改", actor="陈") as change:
        change.save(replace(year.project(LAMPS), works=Prose("更换\u202e楼道灯")))
    (made,) = preview_documents(year, "application-form", project=LAMPS, as_of=AS_OF)
    assert made.failed and not made.pdf and f"项目“{LAMPS}”的“建设服务内容”" in made.skipped


def test_the_rarest_names_and_longest_texts_read_back_as_stored(year):
    text = "𬭎戙𠮷㛃䶮 A&B<公司> =1+1 " + "楼道灯" * 3300
    with year.change("改", actor="陈") as change:
        project: Project = replace(year.project(GYM), title="戙船澳𬭎公园", need=Prose(text))
        change.save(project)
    (issued,) = preview_documents(year, "application-form", project=GYM, as_of=AS_OF)
    told = read_back(issued.pdf)
    assert "戙船澳𬭎公园" in told and "𬭎戙𠮷㛃䶮A&B<公司>=1+1" in told
    assert page_count(issued.pdf) > 2
    form, sheet = (read_back(issued.pdf, pages) for pages in (slice(2), slice(2, None)))
    assert "（全文见续页）" in form and 0 < form.count("灯") < 300
    assert sheet.count("灯") == 3300  # words part where a page ends


def test_an_ordinary_application_is_two_pages(year):
    for issued in preview_documents(year, "application-form", as_of=AS_OF):
        assert page_count(issued.pdf) == 2


def on_one_line(pdf: bytes, wanted: str) -> bool:
    """Whether a text is on the paper, and every time with its first and last character side by side."""
    found = False
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        search = text.search(wanted)
        while place := search.get_next():
            found = True
            first, last = text.get_charbox(place[0]), text.get_charbox(place[0] + place[1] - 1)
            if abs(first[1] - last[1]) > 2:
                return False
    return found


@pytest.mark.parametrize("name", ["application-form", "filing-form", "acceptance-form", "completion-notice"])
def test_no_form_breaks_a_sum_of_eight_figures(year, name):
    sum_of, total, case = Money(1_234_567_890), Money(9_999_999_999), case_of(year, LAMPS)
    with year.change("改", actor="陈") as change:
        change.save(replace(case.project, donated_cash=sum_of))
        change.save(replace(case.budget_lines[0], amount=sum_of, price=sum_of))
        change.save(replace(case.settlement, donated_cash=sum_of))
        change.save(replace(case.approval, special=sum_of, total=total))
    (issued,) = preview_documents(year, name, project=LAMPS, as_of=AS_OF)
    assert on_one_line(issued.pdf, str(total if name == "filing-form" else sum_of))


@pytest.mark.parametrize("name", ["filing-register", "filing-letter", "project-list", "village-ledger"])
def test_no_register_breaks_a_sum_of_eight_figures(year, name):
    special, total = Money(1_234_567_890), Money(9_876_543_210)
    for code in (LAMPS, SCHOOL):
        case = case_of(year, code)
        with year.change("改", actor="陈") as change:
            change.save(replace(case.project, special=special, donated_cash=special))
            change.save(replace(case.approval, special=special, total=total))
    village = "霞阳社区" if name in ("project-list", "village-ledger") else None
    issued = preview_documents(year, name, village=village, as_of=AS_OF)[0]
    assert on_one_line(issued.pdf, str(special))
    assert name in ("project-list", "village-ledger") or on_one_line(issued.pdf, str(total))
