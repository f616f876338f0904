"""The code on a form, typed by a scanner or pasted, finds the paper and tells whether it is still the latest issue."""

from __future__ import annotations

from datetime import date

import pytest

from haicang_desk.model.records import Issue, Link, Village
from haicang_desk.model.services import papers_scanned
from haicang_desk.model.services.scanned_papers import scanned_code

OLD, NEW = "3f9a0c17b2d4e685", "91d2ab03cc47e8f0"


@pytest.fixture
def project(ws, kept):
    project = kept(title="楼道照明更换", code="XYJD-XYSQ-2018-01")
    with ws.change("印发", actor="陈", undoable=False) as change:
        for number, seal, day in ((1, OLD, 1), (2, NEW, 3)):
            change.save(_issue("街道审批表", project, number, seal, date(2018, 9, day)))
        change.save(_issue("区备案表", project, 1, NEW, date(2018, 9, 3)))
    return project


def _issue(document, project, number, seal, day):
    return Issue(
        document=document,
        project=Link(project.id),
        fund_year=2018,
        paper="A4",
        number=number,
        issued_on=day,
        seal_code=seal,
        name="x.pdf",
        digest="0" * 64,
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3F9A0C17B2D4E685 XYJD-XYSQ-2018-01", (OLD, "XYJD-XYSQ-2018-01")),
        ("  3f9a0c17 \n", ("3f9a0c17", "")),
        ("３Ｆ９Ａ０Ｃ１７　xyjd-1", ("3f9a0c17", "XYJD-1")),
        ("楼道照明", None),
        ("3f9a0c1", None),
        ("XYJD-XYSQ-2018-01", None),
    ],
)
def test_a_code_is_read_as_scanners_and_input_methods_type_it(text, code):
    assert scanned_code(text) == code


def test_the_latest_issue_and_one_that_was_replaced_are_told_apart(ws, project):
    both = papers_scanned(ws, f"{NEW.upper()} {project.code}")
    assert {(each.issue.document, each.verdict) for each in both} == {
        ("街道审批表", "这张是最新的（第2次印发）"),
        ("区备案表", "这张是最新的（第1次印发）"),
    }
    assert all(each.project.id == project.id for each in both)
    (old,) = papers_scanned(ws, OLD[:8])
    assert old.verdict == "这张是第1次印发，已被第2次印发代替，印于2018年9月3日"
    assert old.title == "街道审批表　楼道照明更换"


def test_a_paper_that_was_never_issued_leads_to_its_project(ws, project):
    (draft,) = papers_scanned(ws, f"{'AB' * 8} {project.code}")
    assert (draft.verdict, draft.project.id) == ("没有印发过这张", project.id)
    assert papers_scanned(ws, "ab" * 8) == [] == papers_scanned(ws, f"{OLD} NO-SUCH-1")


def test_a_paper_of_a_village_bears_its_name(ws, project):
    (village, *_) = ws.all(Village)
    with ws.change("印发", actor="陈", undoable=False) as change:
        change.save(
            Issue(
                document="项目公示",
                village=Link(village.id),
                fund_year=2018,
                paper="A3",
                number=1,
                issued_on=date(2018, 9, 4),
                seal_code="77" * 8,
                name="y.pdf",
                digest="0" * 64,
            )
        )
    (found,) = papers_scanned(ws, "77" * 8)
    assert found.project is None and village.name in found.title
