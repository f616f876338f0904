"""Dossiers with attachments: every original is bound, counted, bookmarked and numbered."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject

from haicang_desk.model.blocks import PageSetup, Paper, PaperKind, Para
from haicang_desk.model.documents import FileKind, OriginalsReader, prepare, print_to
from haicang_desk.model.documents.context import MIB
from haicang_desk.model.documents.issuing import preview_documents
from haicang_desk.model.records import Attachment, Link, Phase, Prose
from haicang_desk.model.scans import scan_of
from haicang_desk.model.services import attach, save
from haicang_desk.model.typesetting import attached_file
from haicang_desk.model.typesetting.pdf.writer import write_pdf
from haicang_desk.model.values import Refused
from tests.documents.asking import AS_OF, GYM, LAMPS, case_of
from tests.documents.conftest import page_count, read_back
from tests.scanning import A3_ACROSS, A4, pdf, photograph
from tests.typesetting.docx.docx_reading import part, said_by

CONTRACT = write_pdf(
    Paper(PageSetup(kind=PaperKind.FORM, title="合同"), tuple(Para(f"第{n}条 双方约定如下。") for n in range(90)))
)
TWO_PAGES = pdf(A4, A4)


@pytest.fixture
def add(year):
    """Attach files to the project of the lamps, as (item, name, bytes) in the phase of carrying out."""

    def act(*files, phase=Phase.CARRYING, code=LAMPS):
        for item, name, data in files:
            of = year.project(code).id
            attach(year, of, [scan_of(name, data)], phase=phase, item=item, on=date(2018, 9, 1), person="陈")

    return act


def dossier(year, **asked):
    (issued,) = preview_documents(year, "dossier", project=LAMPS, as_of=AS_OF, **asked)
    return issued.pdf


def marks(data):
    """Every bookmark with the page it leads to, counted from 1."""
    toc = pypdfium2.PdfDocument(data).get_toc()
    return [(mark.level, mark.get_title(), mark.get_dest().get_index() + 1) for mark in toc]


def page(data, number):
    return "".join(pypdfium2.PdfDocument(data)[number - 1].get_textpage().get_text_range().split())


def catalogue(data):
    """Of every piece in the catalogue, by its title: pages and first page."""
    (first, after) = [at for _, title, at in marks(data) if title in ("目录", "意见征集登记表")]
    told = "".join(page(data, number) for number in range(first, after))
    found = re.findall(r"((?:合同|公告|现场照片)\S+?)2018年9月1日(\d)(\d\d)(?=实施附件|征集附件)", told)
    return {title: (int(pages), int(at)) for title, pages, at in found}, told


def test_every_original_is_bound_with_a_bookmark_to_its_first_page(year, add):
    before = page_count(dossier(year))
    add(("合同", "施工合同.pdf", CONTRACT), ("现场照片", "前.jpg", photograph()))
    add(("公告", "公告.pdf", TWO_PAGES), phase=Phase.CALLING)
    data = dossier(year)
    pages = page_count(CONTRACT)
    assert pages > 2
    contract = before + 3
    assert marks(data)[-3:] == [
        (1, "公告　公告", before + 1),
        (1, "合同　施工合同", contract),
        (1, "现场照片　前", contract + pages),
    ]
    assert page_count(data) == before + 2 + pages + 1
    assert marks(data)[0][0] == 0 and {level for level, _, _ in marks(data)[1:]} == {1}
    assert "第0条双方约定如下。" in page(data, contract) and "第89条" in page(data, contract + pages - 1)


def test_the_catalogue_says_how_many_pages_and_from_which_on(year, add):
    add(("合同", "施工合同.pdf", CONTRACT), ("现场照片", "前.jpg", photograph()))
    add(("公告", "公告.pdf", TWO_PAGES), phase=Phase.CALLING)
    data = dossier(year)
    listed, told = catalogue(data)
    bookmarked = {title.replace("　", ""): at for _, title, at in marks(data)}
    assert {title: at for title, (_, at) in listed.items()} == {title: bookmarked[title] for title in listed}
    assert [count for count, _ in listed.values()] == [2, page_count(CONTRACT), 1]
    ours = min(bookmarked["公告公告"], bookmarked["合同施工合同"]) - bookmarked["意见征集登记表"]
    assert f"编入文件13件，共{ours}页；附件材料3件，其中装入3件、{page_count(CONTRACT) + 3}页" in told
    assert f"全卷{page_count(data)}页" in told


def test_every_page_has_its_number(year, add):
    add(("合同", "施工合同.pdf", CONTRACT), ("公告", "大图.pdf", pdf(A3_ACROSS)), ("现场照片", "前.jpg", photograph()))
    data = dossier(year)
    opened = pypdfium2.PdfDocument(data)
    for number, each in enumerate(opened, 1):
        text = each.get_textpage()
        width, height = each.get_size()
        corner = text.get_text_bounded(width - 130, height - 45, width, height)
        assert "".join(corner.split()) == f"第{number}页"


def test_what_is_kept_elsewhere_is_listed_and_not_bound(year):
    before = page_count(dossier(year))
    named = Attachment(
        project=Link(case_of(year, LAMPS).project.id), phase=Phase.CHOOSING, item="承诺书", name="正本.pdf"
    )
    save(year, [named], action="导入", person="陈")
    data = dossier(year)
    assert page_count(data) == before
    assert "承诺书正本确定附件原件另存" in read_back(data)
    assert "附件材料1件，其中原件另存1件" in read_back(data)


def test_an_original_that_was_damaged_in_the_store_is_named(year, add):
    add(("合同", "施工合同.pdf", CONTRACT))
    year.conn.execute("DROP TRIGGER original_bytes_no_update")
    year.conn.execute("UPDATE original_bytes SET bytes = substr(bytes, 2)")
    told = read_back(dossier(year))
    assert "合同施工合同2018年9月1日实施附件原件损坏，未装入" in told
    assert "其中未能装入1件" in told


def test_an_original_that_can_be_shown_and_not_taken_apart_is_named_and_stops_nothing(year, add, capfd):
    before = page_count(dossier(year))
    add(("合同", "怪.pdf", CONTRACT.replace(b"<</Filter/FlateDecode", b"<</Filter/FlatDDecode")))
    data = dossier(year)
    assert page_count(data) == before and "合同怪2018年9月1日实施附件原件损坏，未装入" in read_back(data)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("turned", "box", "size"),
    [(0, None, (595, 842)), (90, None, (842, 595)), (270, (100, 200, 400, 700), (500, 300)), (180, None, (595, 842))],
)
def test_a_page_keeps_its_size_and_the_way_it_lies(year, add, turned, box, size):
    writer = PdfWriter(clone_from=PdfReader(BytesIO(CONTRACT)))
    for each in writer.pages:
        each.rotate(turned)
        if box:
            each.cropbox.lower_left, each.cropbox.upper_right = box[:2], box[2:]
    out = BytesIO()
    writer.write(out)
    add(("合同", "斜.pdf", out.getvalue()))
    data = dossier(year)
    at = marks(data)[-1][2] - 1
    bound, original = (pypdfium2.PdfDocument(each) for each in (data, out.getvalue()))
    assert bound.get_page_size(at) == pytest.approx(size, abs=0.6)
    drawn, meant = (each.render(scale=0.5).to_pil().convert("L") for each in (bound[at], original[0]))
    drawn.paste(255, (drawn.width - 70, 0, drawn.width, 22))
    meant.paste(255, (meant.width - 70, 0, meant.width, 22))
    assert drawn.size == meant.size
    apart = [abs(a - b) for a, b in zip(drawn.tobytes(), meant.tobytes(), strict=True)]
    assert sum(apart) / len(apart) < 1 < sum(255 - grey for grey in meant.tobytes()) / len(apart)


def stamped():
    """A blank page with a red stamp that is an annotation and no part of the page."""
    writer = PdfWriter()
    writer.add_blank_page(*A4)
    look = DecodedStreamObject()
    look.set_data(b"1 0 0 rg 0 0 100 100 re f")
    look.update(_named({"Type": "/XObject", "Subtype": "/Form", "BBox": [0, 0, 100, 100]}))
    stamp = _named({"Type": "/Annot", "Subtype": "/Stamp", "Rect": [200, 400, 300, 500], "F": 4})
    stamp[NameObject("/AP")] = DictionaryObject({NameObject("/N"): writer._add_object(look)})
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(stamp)])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _named(said):
    def value(each):
        if isinstance(each, list):
            return ArrayObject(map(NumberObject, each))
        return NameObject(each) if isinstance(each, str) else NumberObject(each)

    return DictionaryObject({NameObject(f"/{name}"): value(each) for name, each in said.items()})


def test_a_stamp_set_on_a_page_is_bound_with_it(year, add):
    add(("合同", "盖章.pdf", stamped()))
    opened = pypdfium2.PdfDocument(dossier(year))
    drawn = opened[len(opened) - 1].render(may_draw_forms=False, draw_annots=False).to_pil().convert("RGB")
    assert drawn.getpixel((250, 842 - 450)) == (255, 0, 0)


def test_a_photograph_stands_upright_on_a_page_that_lies_as_it_does(year, add):
    add(
        ("现场照片", "横.jpg", photograph(size=(400, 300))), ("现场照片", "竖.jpg", photograph("blue", size=(300, 400)))
    )
    opened = pypdfium2.PdfDocument(dossier(year))
    (across, upright) = (opened.get_page_size(len(opened) - back) for back in (2, 1))
    assert across == pytest.approx((841.9, 595.3), abs=0.1) and upright == pytest.approx((595.3, 841.9), abs=0.1)
    assert page(dossier(year), len(opened)).startswith("现场照片竖")


def test_fonts_that_pages_share_are_carried_once(year, add):
    add(("合同", "附图.pdf", TWO_PAGES))
    before = len(dossier(year))
    add(("合同", "施工合同.pdf", CONTRACT))
    assert len(dossier(year)) - before < 1.5 * len(CONTRACT)


def test_the_same_records_give_the_same_bytes(year, add):
    add(("合同", "施工合同.pdf", CONTRACT), ("现场照片", "前.jpg", photograph()))
    assert dossier(year) == dossier(year)
    code = (
        "import sys, hashlib; from haicang_desk.model.typesetting.pdf.attachments import attached_file\n"
        "from haicang_desk.model.typesetting.pdf.merge import Volume, write_volumes\n"
        "piece = attached_file('合同', sys.stdin.buffer.read())\n"
        "print(hashlib.sha256(write_volumes([Volume('卷', (piece,))], '卷')).hexdigest())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            input=CONTRACT,
            capture_output=True,
            check=True,
            env={"PYTHONPATH": str(Path(__file__).parents[2] / "src"), "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_a_dossier_claims_to_be_for_the_archive_only_where_all_its_pages_are_ours(year, add):
    add(("现场照片", "前.jpg", photograph()))
    assert b"pdfaid:part" in dossier(year)
    add(("合同", "施工合同.pdf", CONTRACT))
    assert b"pdfaid:part" not in dossier(year)


def test_what_was_issued_is_bound_as_it_left_the_office(year, add, tmp_path):
    (written,) = print_to(year, "approval-form", tmp_path, project=LAMPS, as_of=AS_OF)
    as_issued = (tmp_path / written.filename).read_bytes()
    add(("现场照片", "前.jpg", photograph()))  # moves the 存证码 of whatever is made today
    data = dossier(year)
    at = {title: number for _, title, number in marks(data)}
    seal = page(as_issued, 1).rsplit("存证码：", 1)[1][:16]
    assert page(as_issued, 1) in page(data, at["街道审批表"])
    assert seal not in page(data, at["项目验收表"])
    assert b"pdfaid:part" in data, "all its pages are ours"
    assert dossier(year) == data
    with year.change("改", actor="陈") as change:
        change.save(replace(case_of(year, LAMPS).approval, opinion=Prose("同意，按期完成")))
    assert seal not in page(dossier(year), at["街道审批表"]), "it no longer says what holds"


def test_many_dossiers_in_one_file_are_numbered_each_from_its_cover(year, add):
    add(("合同", "施工合同.pdf", TWO_PAGES))
    (bound,) = preview_documents(year, "dossier", as_of=AS_OF, single=True)
    volumes = [(title, at) for level, title, at in marks(bound.pdf) if level == 0]
    assert len(volumes) == 4 and all("项目档案：" in title for title, _ in volumes)
    assert all("第1页" in page(bound.pdf, at) for _, at in volumes)


def test_as_a_file_to_edit_it_lists_what_is_attached(year, add):
    add(("合同", "施工合同.pdf", TWO_PAGES))
    (issued,) = preview_documents(year, "dossier", project=LAMPS, as_of=AS_OF, kind=FileKind.DOCX)
    told = "".join(said_by(part(issued.copy)).split())
    assert "合同施工合同" in told and "其中原件另存1件" in told and "页号" not in told


def test_a_batch_is_no_larger_than_can_be_made_at_once(year, add):
    add(("合同", "一.pdf", CONTRACT), ("合同", "二.pdf", TWO_PAGES), code=GYM)
    attachments = case_of(year, GYM).attachments
    assert len(OriginalsReader(year).read([*attachments, *attachments])) == 2
    with pytest.raises(Refused, match=r"合计超过 0 MB.*分批办理"):
        OriginalsReader(year, most=len(CONTRACT) + 10).read(attachments)
    assert MIB == 1024**2


def test_nothing_is_read_where_only_what_is_lacking_is_asked_for(year, add):
    add(("合同", "一.pdf", CONTRACT))
    (order,) = prepare(year, "dossier", project=LAMPS, as_of=AS_OF, reader=None).orders
    assert order.context.originals == {}
    (order,) = prepare(year, "dossier", project=LAMPS, as_of=AS_OF).orders
    assert list(order.context.originals.values()) == [CONTRACT]


def test_a_locked_original_is_refused_when_bound():
    with pytest.raises(Refused, match="加了密码"):
        attached_file("合同", pdf(password="x"))
    assert replace(attached_file("合同", TWO_PAGES), title="").pages == 2
