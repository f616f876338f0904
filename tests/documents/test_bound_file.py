"""Many documents in one file: in the villages' order, with bookmarks, and in front a list of what was left out."""

from __future__ import annotations

import gc
from dataclasses import replace
from itertools import pairwise

import pypdfium2
import pytest

from haicang_desk.model.documents import batches, issuing, print_to
from haicang_desk.model.documents.batches import papers_of
from haicang_desk.model.records import Link, Prose, Village, VillageKind
from haicang_desk.model.services import save
from tests.documents.asking import AS_OF, CARE, LAMPS, SCHOOL, case_of
from tests.documents.test_privacy import UNCLEAR


def bound_file(ws, folder, name="survey-notice", **request):
    made = print_to(ws, name, folder, as_of=AS_OF, single=True, **request)
    (path,) = folder.glob("*合订*.pdf")
    return made, pypdfium2.PdfDocument(path.read_bytes())


def bookmarks(pdf):
    return [(mark.level, mark.get_title(), mark.get_dest().get_index()) for mark in pdf.get_toc()]


def page_text(pdf, number):
    return "".join(pdf[number].get_textpage().get_text_range().split())


def with_surveys(ws):
    """Surveys of four projects in three villages, entered in another order than that of villages and codes."""
    surveys = case_of(ws, LAMPS).surveys
    with ws.change("改", actor="陈") as change:
        late = change.save(Village(name="后登社区", code="HDSQ", kind=VillageKind.COMMUNITY))
        other = replace(ws.project(SCHOOL), id="", code="XYJD-HDSQ-2018-01", village=Link(late.id), title="后登项目")
        for project in (change.save(other), ws.project(CARE), ws.project(SCHOOL)):
            change.save(replace(surveys[0], id="", project=Link(project.id)))


def test_documents_stand_in_the_order_of_villages_and_codes_with_bookmarks(year, tmp_path):
    with_surveys(year)
    _, pdf = bound_file(year, tmp_path)
    marks = bookmarks(pdf)
    assert [(level, title) for level, title, _ in marks] == [
        (0, "未印清单"),
        *((0, "霞阳社区"), (1, "老旧楼道照明更换及消防通道整治"), (1, "“四点半学堂”儿童课后托管服务")),
        *((0, "兴旺社区"), (1, "老人日间照料服务")),
        *((0, "后登社区"), (1, "后登项目")),
    ]
    for level, title, page in marks[1:]:
        assert not level or page_text(pdf, page).startswith(title)
    assert all(before[2] <= after[2] for before, after in pairwise(marks))


def test_a_village_has_its_notices_under_its_name(year, tmp_path):
    _, pdf = bound_file(year, tmp_path, "project-notice", village="霞阳社区")
    assert [(level, title.split("“")[0]) for level, title, _ in bookmarks(pdf)] == [
        *((0, "霞阳社区"), (1, "霞阳社区2018年度"), (1, "健身路径器材购置"))
    ]
    assert "未印清单" not in page_text(pdf, 0)  # nothing was left out


def test_the_list_in_front_has_the_reasons_and_no_passage_that_may_be_personal(year, tmp_path):
    with year.change("改", actor="陈") as change:
        change.save(replace(year.project(LAMPS), works=Prose(UNCLEAR)))
    with_done = replace(case_of(year, LAMPS).settlements[0], id="", project=Link(case_of(year, CARE).project.id))
    with year.change("决算", actor="陈") as change:
        change.save(with_done)
        appointed = case_of(year, LAMPS).appointments[0]
        change.save(replace(appointed, id="", project=with_done.project))
    made, pdf = bound_file(year, tmp_path, "completion-notice")
    text = page_text(pdf, 0)
    absent = [each for each in made if each.skipped]
    assert text.startswith("未印清单") and f"没有以下{len(absent)}份" in text
    assert "老旧楼道照明更换及消防通道整治有2处文字可能是个人信息，还没有决定遮去或照印" in text
    assert "项目尚未完工，也没有决算" in text and "陈大勇" not in text and "1234567" not in text
    assert page_text(pdf, 1).startswith("老人日间照料服务")


def test_notices_of_one_file_are_composed_once_and_numbered_by_themselves(year, tmp_path, monkeypatch):
    with_surveys(year)
    composed = []

    def counting(document, context, size):
        composed.append(context.case.project.code)
        return papers_of(document, context, size)

    monkeypatch.setattr("haicang_desk.model.documents.batches.papers_of", counting)
    _, pdf = bound_file(year, tmp_path)
    assert len(composed) == len(set(composed)) == 4
    assert not any("页共" in page_text(pdf, number) for number in range(len(pdf)))  # each is one page
    assert issuing.DOCUMENTS["survey-notice"].most_pages == 1


def test_a_bound_file_says_which_papers_leave_something_blank(year, tmp_path):
    save(year, [replace(year.street, phone="")], action="修改", person="陈")
    (made,) = [each for each in print_to(year, "project-notice", tmp_path, as_of=AS_OF, single=True) if each.note]
    singles = [each for each in print_to(year, "project-notice", tmp_path / "单", as_of=AS_OF) if each.note]
    assert singles and made.note.startswith(f"其中 {len(singles)} 份要留意：")
    assert all(each.title in made.note and each.note in made.note for each in singles)


def test_the_search_for_garbage_rests_while_a_file_is_made_and_goes_on_after_it(year, tmp_path, monkeypatch):
    rested = []

    def write(*_, **__):
        rested.append(not gc.isenabled())
        raise RuntimeError

    monkeypatch.setattr(batches, "write_batch", write)
    with pytest.raises(RuntimeError):
        bound_file(year, tmp_path)
    assert rested == [True] and gc.isenabled()
