"""People sown into every field that can hold one, in every spelling; no notice shows them, however it is made."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import replace

import pypdfium2
import pytest

from haicang_desk.model.blocks import PaperKind, texts_in
from haicang_desk.model.casefile import CHILDREN
from haicang_desk.model.documents import DOCUMENTS, DocumentFormat, preview_documents, quarterly_workbook_of
from haicang_desk.model.documents.context import (
    known_people,
    project_context,
    street_context,
    village_context,
    with_people,
)
from haicang_desk.model.records import (
    PUBLIC_PHOTOGRAPHS,
    Attachment,
    Award,
    AwardResult,
    Expert,
    Member,
    Prose,
    Record,
    Street,
    Village,
)
from haicang_desk.model.values import mask_numbers
from tests.documents.asking import AS_OF, LAMPS, case_of
from tests.documents.conftest import read_back
from tests.model.test_personal_numbers import SPELLINGS

POSTED = [each for each in DOCUMENTS.values() if each.kind is PaperKind.NOTICE]
PERSON, COUPLE, PHONE, IDENTITY, CARD = (
    "司徒明珠",
    "慕容建国夫妇",
    "13876543210",
    "350203198001011234",
    "6222020200001234567",
)
CANARIES = (PERSON, "慕容建国", PHONE, IDENTITY, CARD)
FIXED = {"item", "name", "code", "digest", "seed", "half", "rule", "number"}  # names of things, looked for by code


def sown(record: Record, text: str) -> Record:
    """The record with a text behind what stands in every field for text; in fields for persons a person."""
    if isinstance(record, Street):
        return record  # the office itself, which stands on its notices
    changed = {}
    for name, field in record.fields.items():
        if field.kind not in (str, Prose) or name in FIXED or field.suggests or field.among:
            continue
        if name == "party" and getattr(record, "named", None):
            continue  # whoever stands there has agreed to be named
        was = getattr(record, name)
        changed[name] = PERSON if field.is_name else text if field.private else f"{was}，{text}"
    return replace(record, **changed)


def sown_case(year, text):
    """Every record of a project, and one of each class that it lacks."""
    case = case_of(year, LAMPS)
    parts = {
        name: tuple(sown(each, text) for each in getattr(case, name)) or (sown(cls(id=f"x{name}"), text),)
        for name, cls in CHILDREN.items()
    }
    parts["awards"] = (Award(id="a", result=AwardResult.EXCELLENT, fund_year=2018),)
    village = sown(case.village, text)
    return replace(case, project=sown(case.project, text), village=replace(village, name=case.village.name), **parts)


def contexts(year, case):
    """One context for each kind of document, with this case alone in it."""
    of_village, of_street = village_context(year, case.village, 2018, AS_OF), street_context(year, 2018, AS_OF)
    return {
        "project": replace(
            with_people(project_context(year, case_of(year, LAMPS), AS_OF), known_people(year)), case=case
        ),
        "village": replace(with_people(of_village, known_people(year)), village=case.village, cases=(case,)),
        "street": replace(with_people(of_street, known_people(year)), cases=(case,)),
    }


def words(document, context):
    return "\n".join(texts_in(tuple(document.compose(context))))


@pytest.mark.parametrize("posted", POSTED, ids=lambda each: each.name)
def test_no_spelling_of_a_number_gets_onto_a_notice(year, posted):
    """Nor anything else that reads like one; the street's own telephones aside."""
    with_one = contexts(year, sown_case(year, PHONE))
    for written in SPELLINGS:
        case = sown_case(year, written)
        context = with_one[posted.scope]
        context = replace(context, case=case) if posted.scope == "project" else replace(context, cases=(case,))
        context = replace(context, street=replace(context.street, phone="", watch_phone=""))
        for text in texts_in(tuple(posted.compose(context))):
            assert written not in text
            assert mask_numbers(text) == text


@pytest.mark.parametrize("posted", POSTED, ids=lambda each: each.name)
def test_no_person_gets_onto_a_notice(year, posted):
    """The persons of all records, of the list of experts and of the office, in texts of every field."""
    with year.change("登记", actor="陈") as change:
        change.save(Expert(name=PERSON, unit="厦门大学"))
        change.save(Member(name=PERSON, body="领导小组"))
    text = f"由{PERSON}女士和{COUPLE}带头，电话{PHONE}，身份证{IDENTITY}，卡号{CARD}"
    shown = words(posted, contexts(year, sown_case(year, text))[posted.scope])
    assert [each for each in CANARIES if each in shown] == []
    plain = re.sub(r"\s", "", shown)
    assert [each for each in CANARIES if each in plain] == []


def streams(pdf: bytes) -> bytes:
    """A PDF with every stream inflated."""
    found = [pdf]
    for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(part))
        except zlib.error:
            found.append(part)
    return b"\n".join(found)


def members(data: bytes) -> bytes:
    """All parts of a DOCX or XLSX."""
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        return b"\n".join(whole.read(name) for name in whole.namelist())


def traces(data: bytes) -> list[str]:
    encodings = ("utf-8", "utf-16-be", "utf-16-le", "gb18030")
    return [each for each in CANARIES if any(each.encode(encoding) in data for encoding in encodings)]


def sow_store(year, text):
    case = case_of(year, LAMPS)
    with year.change("播种", actor="陈") as change:
        change.save(Expert(name=PERSON, unit="厦门大学"))
        change.save(replace(sown(case.project, text), title=f"{case.project.title}{PHONE}"))
        change.save(replace(sown(case.village, text), name=case.village.name))
        for name in CHILDREN:
            for each in getattr(case, name):
                change.save(sown(each, text))
        change.save(Attachment(project=case.project.id, item=PUBLIC_PHOTOGRAPHS, name=f"{PERSON}.jpg", note=text))


def made_of(year, name, *, kind):
    made = preview_documents(year, name, as_of=AS_OF, kind=kind)
    return [each for each in made if each.pdf or each.copy]


def test_files_of_notices_hold_no_trace(year):
    """In the text, in every stream, in metadata and in the name of the file; the others follow in the long form."""
    sow_store(year, f"由{PERSON}女士和{COUPLE}带头，电话{PHONE}，身份证{IDENTITY}，卡号{CARD}")
    for kind in DocumentFormat:
        (made, *_) = made_of(year, "completion-notice", kind=kind)
        data = streams(made.pdf) if kind is DocumentFormat.PDF else members(made.copy)
        assert traces(data) == [] and traces(made.filename.encode()) == []
        if made.pdf:
            told = read_back(made.pdf) + repr(pypdfium2.PdfDocument(made.pdf).get_metadata_dict())
            assert [each for each in CANARIES if each in told] == []


@pytest.mark.soak
@pytest.mark.parametrize("kind", DocumentFormat, ids=lambda kind: kind.name)
def test_every_file_that_leaves_the_office_holds_no_trace(year, kind):
    """Every notice drawn in every spelling, then with persons in every field."""
    with year.change("改", actor="陈") as change:
        change.save(replace(year.street, phone="", watch_phone=""))
    for written in SPELLINGS:
        changed = replace(case_of(year, LAMPS).project, works=Prose(f"灯，{written}"))
        with year.change("改", actor="陈") as change:
            change.save(changed)
        for posted in POSTED:
            for made in made_of(year, posted.name, kind=kind):
                data = streams(made.pdf) if kind is DocumentFormat.PDF else members(made.copy)
                assert written.encode() not in data and written.encode("utf-16-be") not in data
                if made.pdf:
                    assert "".join(written.split()) not in read_back(made.pdf)
    sow_store(year, f"由{PERSON}女士和{COUPLE}带头，电话{PHONE}，身份证{IDENTITY}，卡号{CARD}")
    for posted in POSTED:
        for made in made_of(year, posted.name, kind=kind):
            data = streams(made.pdf) if kind is DocumentFormat.PDF else members(made.copy)
            assert traces(data) == [], posted.name


def test_the_quarterly_workbook_holds_no_number_of_a_person(year):
    """It goes to the district, which is told of projects and may be told who runs them, but not how to call whom."""
    sow_store(year, f"联系{PERSON}，电话{PHONE}，身份证{IDENTITY}，卡号{CARD}")
    assert set(traces(members(quarterly_workbook_of(year, 2018, 4, AS_OF)))) <= {PERSON}


def test_the_search_finds_what_is_there(year):
    """The control: papers of the office do say whom to call."""
    sow_store(year, PHONE)
    (made, *_) = made_of(year, "application-form", kind=DocumentFormat.DOCX)
    assert traces(members(made.copy)) != []
    assert year.all(Village)[0].phone == PHONE
