"""Documents of any data: every text is printed whole, on its pages, without overlaps."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pypdfium2
import pytest

from haicang_desk.model.blocks import Face
from haicang_desk.model.documents import DOCUMENTS
from haicang_desk.model.documents.issuing import preview_documents
from haicang_desk.model.records import Project, Prose
from haicang_desk.model.typesetting import write_batch
from haicang_desk.model.typesetting.layout.lines import lines
from haicang_desk.model.typesetting.layout.measures import TypeStyle
from haicang_desk.model.typesetting.pdf.font_set import bundled_fonts
from haicang_desk.model.typesetting.pdf.writer import Writer
from tests.documents.odd import LONG, odd, odd_year
from tests.documents.reference import AS_OF, WHOLE_WAY, filled_year, printed
from tests.gb18030 import level_3
from tests.typesetting.pdf_reading import misplaced, text

NAME = Project.fields["title"].longest


SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(1, 9))]
TYPE = TypeStyle(Face.SONG, 12, 18)


@pytest.fixture
def ws():
    with filled_year() as ws:
        yield ws


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_every_document_keeps_everything_on_its_pages_and_apart(seed):
    seen = []
    with odd_year(seed) as ws:
        for name, papers in printed(ws):
            own = papers[:1] if name == "dossier" else papers  # what it binds are the others again
            document = pypdfium2.PdfDocument(write_batch(own, name))
            seen.append(name)
            found = {number: list(misplaced(page)) for number, page in enumerate(document, 1)}
            assert not {number: told for number, told in found.items() if told}, name
    assert seen == list(DOCUMENTS)


@pytest.mark.parametrize(
    ("x", "y", "told"), [(100, 730, 0), (100, 705, 2), (106, 700, 3), (590, 730, 2), (100, -3, 2), (100, 835, 2)]
)
def test_what_lies_on_another_or_off_the_page_is_found(x, y, told):
    writer = Writer(bundled_fonts())
    ink = writer.page(595, 842)
    for said, place in (("国国", (100, 700)), ("家家", (x, y))):
        ink.line(lines(said, TYPE, 100, bundled_fonts())[0], *place)
    (page,) = pypdfium2.PdfDocument(writer.file("一页"))
    assert len(list(misplaced(page))) == told


def application(ws):
    (form,) = preview_documents(ws, "application-form", project=WHOLE_WAY, as_of=AS_OF)
    return form.pdf


def with_project(ws, **fields):
    with ws.change("改写", actor="陈") as change:
        change.save(replace(ws.project(WHOLE_WAY), **fields))
    return ws


def test_an_ordinary_application_takes_two_pages_and_a_long_one_flows_on(ws):
    assert len(pypdfium2.PdfDocument(application(ws))) <= 2
    marks = [f"〔{number}〕" for number in range(150)]
    said = "".join(mark + odd(random.Random(mark), LONG // len(marks)) for mark in marks)
    data = application(with_project(ws, works=Prose(said)))
    assert len(said) >= LONG and len(pypdfium2.PdfDocument(data)) > 2
    found = re.findall(r"〔\d{1,3}〕", "".join(text(data).split()))
    assert found[-len(marks) :] == marks  # whole on the sheet, behind its beginning on the form


def copies_out(ws, name):
    """Whether a project of this name has it back from the store and from its form alike."""
    with_project(ws, title=name)
    assert ws.project(WHOLE_WAY).title == name
    (form,) = preview_documents(ws, "maintenance-form", project=WHOLE_WAY, as_of=AS_OF)
    return name in text(form.pdf)


def test_rare_names_come_back_from_store_and_paper(ws):
    characters = level_3()
    every = characters[:: len(characters) // 2_000]
    for start in range(0, len(every), NAME):
        assert copies_out(ws, "".join(every[start : start + NAME]))


@pytest.mark.soak
@pytest.mark.parametrize("start", range(0, 88_115, 100 * NAME))
def test_every_name_of_the_standard_comes_back_from_store_and_paper(ws, start):
    characters = level_3()[start : start + 100 * NAME]
    for at in range(0, len(characters), NAME):
        assert copies_out(ws, "".join(characters[at : at + NAME]))
