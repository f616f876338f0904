"""Photographs on forms and notices: those of the right item, four at most, with captions; in public only by choice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zlib import crc32

import pypdfium2
import pytest

from haicang_desk.model.documents import DocumentFormat, print_to
from haicang_desk.model.documents.issuing import preview_documents
from haicang_desk.model.records import ACCEPTANCE_PHOTOGRAPHS, PUBLIC_PHOTOGRAPHS, Phase
from haicang_desk.model.scans import scan_of
from haicang_desk.model.services import attach, issues_of, save
from tests.documents.asking import AS_OF, LAMPS
from tests.documents.conftest import page_count, read_back
from tests.scanning import pdf, photograph

SHOWN = {"acceptance-form": ACCEPTANCE_PHOTOGRAPHS, "completion-notice": PUBLIC_PHOTOGRAPHS}


@pytest.fixture
def add(year):
    def act(item, *names, day=1):
        scans = [
            scan_of(n, pdf() if n.endswith("pdf") else photograph(f"#{crc32(n.encode()) % 2**24:06x}")) for n in names
        ]
        of, on = year.project(LAMPS).id, date(2018, 9, day)
        return attach(year, of, scans, phase=Phase.CARRYING, item=item, on=on, person="陈")

    return act


def printed(year, name, **asked):
    (issued,) = preview_documents(year, name, project=LAMPS, as_of=AS_OF, **asked)
    return issued


def images(data):
    """The photographs of a file; its QR codes are masks."""
    pages = pypdfium2.PdfDocument(data)
    return sum("DCTDecode" in each.get_filters() for page in pages for each in page.get_objects(filter=[3]))


@pytest.mark.parametrize(("name", "item"), SHOWN.items())
def test_photographs_of_its_kind_are_shown_with_what_they_are_of(year, add, name, item):
    plain = printed(year, name).pdf
    other = next(each for each in SHOWN.values() if each != item)
    add(item, "施工前.jpg", "图纸.pdf")
    add(other, "别处.jpg")
    shown = printed(year, name).pdf
    assert images(plain) == 0 and images(shown) == 1
    assert "施工前" in read_back(shown) and "别处" not in read_back(shown) and "图纸" not in read_back(shown)


def test_more_than_two_stand_behind_the_acceptance_form_which_keeps_its_pages(year, add):
    add(ACCEPTANCE_PHOTOGRAPHS, *(f"第{n}张.jpg" for n in range(6)))
    data = printed(year, "acceptance-form").pdf
    assert page_count(data) == 3 and images(data) == 4
    assert "附：验收照片" in read_back(data) and "另有2张，存项目档案。" in read_back(data)


def test_they_stand_in_the_order_of_their_days(year, add):
    add(ACCEPTANCE_PHOTOGRAPHS, "后.jpg", day=20)
    add(ACCEPTANCE_PHOTOGRAPHS, "前.jpg", day=2)
    assert "前后" in read_back(printed(year, "acceptance-form").pdf)


def test_a_note_says_what_a_photograph_is_of_and_shows_no_number_of_a_person(year, add):
    (added,) = add(PUBLIC_PHOTOGRAPHS, "IMG_2031.jpg")
    save(year, [replace(added, note="整治后，联系13800008000")], action="修改", person="陈")
    told = read_back(printed(year, "completion-notice").pdf)
    assert "整治后" in told and "13800008000" not in told and "IMG_2031" not in told


def test_a_paper_without_its_file_shows_nothing(year, add):
    (added,) = add(ACCEPTANCE_PHOTOGRAPHS, "前.jpg")
    save(year, [replace(added, digest="", size=None)], action="修改", person="陈")
    assert images(printed(year, "acceptance-form").pdf) == 0


def test_they_are_in_the_file_to_edit_too(year, add):
    add(ACCEPTANCE_PHOTOGRAPHS, "前.jpg")
    assert b"word/media/" in printed(year, "acceptance-form", kind=DocumentFormat.DOCX).copy


def test_another_photograph_is_a_change_and_what_is_not_shown_is_none(year, add, tmp_path):
    def number():
        print_to(year, "acceptance-form", tmp_path, project=LAMPS, as_of=AS_OF)
        return issues_of(year)[0].number

    (shown,) = add(ACCEPTANCE_PHOTOGRAPHS, "前.jpg")
    (other,) = add(PUBLIC_PHOTOGRAPHS, "别处.jpg")
    assert number() == 1
    add(ACCEPTANCE_PHOTOGRAPHS, "图纸.pdf")
    save(year, [replace(shown, size=1)], action="修改", person="陈")
    assert number() == 1
    save(year, [replace(shown, digest=other.digest)], action="修改", person="陈")
    assert number() == 2
