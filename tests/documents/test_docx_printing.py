"""Printing as DOCX has the same file names, batches and refusals as printing as PDF."""

import pytest

from haicang_desk.model.documents import DocumentFormat, print_to
from haicang_desk.model.documents.issuing import preview_documents
from haicang_desk.model.typesetting.docx.word_file import write_docx
from haicang_desk.model.values import Refused
from tests.documents.asking import AS_OF
from tests.typesetting.docx.docx_reading import every, part, said_by
from tests.typesetting.pdf_reading import paper


def test_files_are_named_alike_but_for_their_ending(year):
    printed, edited = (
        preview_documents(year, "approval-form", as_of=AS_OF, kind=way)
        for way in (DocumentFormat.PDF, DocumentFormat.DOCX)
    )
    assert [each.filename.replace(".pdf", ".docx") for each in printed] == [each.filename for each in edited]
    assert [each.skipped for each in printed] == [each.skipped for each in edited]
    assert [bool(each.copy) for each in edited] == [not each.skipped for each in edited]
    assert not any(each.pdf for each in edited) and not any(each.copy for each in printed)


def test_a_dossier_is_one_file_with_a_section_for_each_part(year):
    printed, edited = (
        next(each for each in preview_documents(year, "dossier", as_of=AS_OF, kind=way) if not each.skipped)
        for way in (DocumentFormat.PDF, DocumentFormat.DOCX)
    )
    assert printed.pdf
    assert len(every(part(edited.copy), "sectPr")) > 5
    assert "卷内目录" in said_by(part(edited.copy))


def test_several_papers_are_bound_in_one_file(year, tmp_path):
    (written,) = print_to(year, "project-notice", tmp_path, as_of=AS_OF, kind=DocumentFormat.DOCX, single=True)
    assert written.filename.endswith("（合订）.docx")
    data = (tmp_path / written.filename).read_bytes()
    assert part(data, "docProps/core.xml")[0].text == written.filename.removesuffix(".docx")


def test_unprintable_text_is_refused_in_docx_too():
    from haicang_desk.model.blocks import Para

    with pytest.raises(Refused, match="😀"):
        write_docx(paper(Para("好😀")))
