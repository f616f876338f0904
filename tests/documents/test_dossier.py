"""Dossiers with attachments: every original is bound, counted, bookmarked and numbered."""

from __future__ import annotations

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

from haicang_desk.model.blocks import PageBreak, PageSetup, Paper, PaperKind, Para
from haicang_desk.model.documents import DOCUMENTS, DocumentFormat, OriginalsReader, prepare, print_to
from haicang_desk.model.documents.context import MIB, project_context
from haicang_desk.model.documents.dossier import filed_documents
from haicang_desk.model.documents.dossier_photographs import DossierPhotograph, photograph_paper
from haicang_desk.model.documents.issuing import preview_documents, save_issued
from haicang_desk.model.foreign import LimitMet
from haicang_desk.model.foreign.pdf_pages import MOST_DOTS
from haicang_desk.model.records import Attachment, Dossier, Event, Issue, Link, Phase, Progress, Prose
from haicang_desk.model.scans import scan_of
from haicang_desk.model.services import attach, save, undo
from haicang_desk.model.store import verify
from haicang_desk.model.typesetting import Volume, attached_file, lay_out
from haicang_desk.model.typesetting.layout.measures import MM
from haicang_desk.model.typesetting.pdf.merge import write_volumes
from haicang_desk.model.typesetting.pdf.writer import write_pdf
from haicang_desk.model.values import Refused
from tests.documents.asking import AS_OF, GYM, LAMPS, SCHOOL, case_of
from tests.documents.conftest import page_count, read_back
from tests.scanning import A3_ACROSS, A4, pdf, photograph
from tests.typesetting.docx.docx_reading import part, said_by

CONTRACT = write_pdf(
    Paper(PageSetup(kind=PaperKind.FORM, title="合同"), tuple(Para(f"第{n}条 双方约定如下。") for n in range(90)))
)
TWO_PAGES = pdf(A4, A4)
_IMAGE = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE


@pytest.fixture
def add(year):
    """Attach files to the project of the lamps, as (item, name, bytes) in the phase of carrying out."""

    def act(*files, phase=Phase.CARRYING, code=LAMPS):
        for item, name, data in files:
            of = year.project(code).id
            attach(year, of, [scan_of(name, data)], phase=phase, item=item, on=date(2018, 9, 1), person="陈")

    return act


def dossier(year, *, project=LAMPS, **asked):
    (issued,) = preview_documents(year, "dossier", project=project, as_of=AS_OF, **asked)
    return issued.pdf


def marks(data):
    """Every bookmark with the page it leads to, counted from 1."""
    toc = pypdfium2.PdfDocument(data).get_toc()
    return [(mark.level, mark.get_title(), mark.get_dest().get_index() + 1) for mark in toc]


def page(data, number):
    return "".join(pypdfium2.PdfDocument(data)[number - 1].get_textpage().get_text_range().split())


def first_page(data, title):
    (at,) = [at for _, named, at in marks(data) if named == title]
    return at


FRONT = 2  # cover and catalogue


def test_every_original_is_bound_with_a_bookmark_to_its_first_page(year, add):
    before = page_count(dossier(year))
    add(("合同", "施工合同.pdf", CONTRACT), ("现场照片", "前.jpg", photograph()))
    add(("公告", "公告.pdf", TWO_PAGES), phase=Phase.CALLING)
    data = dossier(year)
    pages = page_count(CONTRACT)
    assert page_count(data) == before + 2 + pages + 1
    at = {title: number for _, title, number in marks(data)}
    assert at["意见征集登记表"] < at["公告"] < at["项目申报表"] < at["合同　施工合同"], "by phase"
    assert at["现场照片（1 张）"] == at["合同　施工合同"] + pages
    assert marks(data)[0][0] == 0 and {level for level, _, _ in marks(data)[1:]} == {1}
    assert [title for _, title, _ in marks(data)[1:3]] == ["封面", "卷内目录"] and marks(data)[-1][1] == "卷内备考表"


def test_catalogue_and_record_say_how_many_pages_and_from_which_on(year, add):
    add(("合同", "施工合同.pdf", CONTRACT), ("现场照片", "前.jpg", photograph()))
    data = dossier(year)
    told = page(data, 2)
    at = first_page(data, "合同　施工合同") - FRONT
    assert f"合同施工合同20180901{at}实施" in told
    assert f"现场照片（1张）20180901{at + page_count(CONTRACT)}实施" in told
    counted = page_count(data) - FRONT - 1
    assert f"共有文件材料15件、{counted}页，其中文字材料{counted - 1}页，照片1张（1页）" in page(data, page_count(data))


def corners(data):
    """Of every page what stands in its lower left and its lower right corner."""
    for each in pypdfium2.PdfDocument(data):
        text, (width, _) = each.get_textpage(), each.get_size()
        yield tuple(
            "".join(text.get_text_bounded(*box).split()) for box in ((0, 0, 50, 34), (width - 50, 0, width, 34))
        )


def test_pages_are_numbered_in_the_outer_corner_and_what_is_around_them_is_not(year, add):
    add(("合同", "施工合同.pdf", CONTRACT), ("公告", "大图.pdf", pdf(A3_ACROSS)), ("现场照片", "前.jpg", photograph()))
    found = list(corners(dossier(year)))
    assert found[:FRONT] == [("", "")] * FRONT and found[-1] == ("", "")
    for number, corner in enumerate(found[FRONT:-1], 1):
        assert corner == (("", str(number)) if number % 2 else (str(number), "")), number


def test_the_signed_scan_stands_in_the_place_of_the_form(year, add):
    plain = dossier(year)
    add(("街道审批表（盖章扫描件）", "审批.pdf", CONTRACT), phase=Phase.CHOOSING)
    data = dossier(year)
    at = first_page(data, "街道审批表")
    titles = [title for _, title, _ in marks(data)]
    assert titles == [title for _, title, _ in marks(plain)], "nothing is bound twice"
    assert "街道审批表" in page(plain, first_page(plain, "街道审批表")) and page(data, at) == str(at - FRONT)
    assert "签章扫描件" in page(data, 2) and "以签章后的扫描件归档1件：街道审批表" in page(data, page_count(data))


def test_a_scan_older_than_the_corrected_issue_is_named_in_the_outcome(year, add):
    add(("街道审批表（盖章扫描件）", "审批.pdf", TWO_PAGES), phase=Phase.CHOOSING)
    of = Link(year.project(LAMPS).id)
    issue = Issue(document="approval-form", project=of, fund_year=2018, paper="A3", name="表", digest="0" * 64)
    context = project_context(year, case_of(year, LAMPS), AS_OF, bound=True)
    originals = {each.id: TWO_PAGES for each in context.case.attachments}
    told = []
    for on in (date(2018, 8, 31), date(2018, 9, 1), date(2018, 9, 2)):
        context = replace(context, originals=originals, corrected={"街道审批表": on})
        told.append("街道审批表的签章扫描件比更正重印的旧" in DOCUMENTS["dossier"].note(context))
    assert told == [False, False, True]
    save(year, [replace(issue, number=n, issued_on=date(2018, 9, n + 1)) for n in (1, 2)], action="印", person="陈")
    (order,) = prepare(year, "dossier", project=LAMPS, as_of=AS_OF).orders
    assert order.context.corrected == {"街道审批表": date(2018, 9, 3)}


@pytest.mark.parametrize(
    ("shapes", "pages", "size"),
    [
        ("|||||||||", [4, 4, 1], (69, 92)),
        ("-|-", [3], (80, 60)),
        ("-------", [6, 1], (80, 60)),
        ("--", [2], (123, 92)),
        ("-", [1], (160, 120)),
    ],
)
def test_photographs_fill_their_sheets(shapes, pages, size):
    """Upright ones, or some of each, stand four to a page, landscape ones six, two of them one above the other."""
    of = Paper(PageSetup(kind=PaperKind.FORM, title="档案"), ())
    shown = []
    for n, shape in enumerate(shapes):
        across = shape == "-"
        held = Attachment(name=f"第{n}张.jpg", added_on=date(2018, 9, 1))
        data = photograph((n * 9, 90, 90), size=(400, 300) if across else (300, 400))
        shown.append(DossierPhotograph(held, data, landscape=across))
    sheets = lay_out("现场照片", photograph_paper(of, "现场照片", shown))
    data = write_volumes([Volume("卷", (sheets,))], "卷")
    assert [page(data, n).count("2018年9月1日") for n in range(1, sheets.pages + 1)] == pages
    drawn = pypdfium2.PdfDocument(data)[0]
    left, low, right, top = next(each for each in drawn.get_objects() if each.type == _IMAGE).get_bounds()
    assert "第0张" in page(data, 1)
    assert ((right - left) / MM, (top - low) / MM) == pytest.approx(size, abs=1.5)


def test_photographs_of_one_thing_are_one_entry(year, add):
    add(*(("现场照片", f"第{n}张.jpg", photograph((n * 9, 90, 90), size=(400, 300))) for n in range(3)))
    data = dossier(year)
    assert page(data, first_page(data, "现场照片（3 张）")).count("2018年9月1日") == 3


@pytest.mark.parametrize("code", [LAMPS, SCHOOL, GYM])
def test_no_form_is_bound_that_is_still_to_be_filled_in(year, code):
    context = project_context(year, case_of(year, code), AS_OF, bound=True)
    case = context.case
    names = {each.document.name for each in filed_documents(context)}
    facts = {
        "suggestion-register": any(each.project for each in case.suggestions),
        "opinion-form": case.opinions,
        "approval-form": case.approvals,
        "filing-form": case.filings,
        "implementer-form": case.appointments,
        "disbursement-form": case.disbursements,
        "maintenance-form": case.maintenance,
        "award-form": case.awards,
    }
    assert not {name for name in names if name in facts and not facts[name]}
    paid = [block for block in DOCUMENTS["disbursement-form"].compose(context) if isinstance(block, PageBreak)]
    assert not case.disbursements or len(paid) == len(case.disbursements) - 1


def finish(year, *codes):
    """Close these projects, and give the street its 全宗号."""
    save(year, [replace(year.street, fonds="0123")], action="改", person="陈")
    for code in codes:
        closed = Progress(project=Link(year.project(code).id), happened_on=date(2018, 12, 1), event=Event.CLOSE)
        save(year, [closed], action="办结", person="陈")


def test_numbers_are_given_in_order_once_and_for_good(year, tmp_path):
    finish(year, LAMPS, GYM)
    for code in (GYM, LAMPS, GYM):
        print_to(year, "dossier", tmp_path, project=code, as_of=AS_OF)
    given = {each.project: each.number for each in year.all(Dossier)}
    retention = {each.project: {"永久": "Y", "30年": "D30"}[each.retention] for each in year.all(Dossier)}
    for code, serial in ((GYM, 1), (LAMPS, 1 + (len(set(retention.values())) == 1))):
        project = year.project(code).id
        assert given[project] == f"0123-WS·2018-{retention[project]}-MW-{serial:04}"
        assert given[project] in page(dossier(year, project=code), 1)
    assert len(set(given.values())) == 2


def test_a_number_does_not_keep_papers_made_before_it_from_being_issued(year, tmp_path):
    finish(year, LAMPS)
    made = list(prepare(year, "approval-form", project=LAMPS, as_of=AS_OF).made())
    print_to(year, "dossier", tmp_path, project=LAMPS, as_of=AS_OF)
    assert year.all(Dossier) and save_issued(year, made, person="陈") == 1 and verify(year.conn) == ()


def test_a_number_that_was_taken_back_is_given_to_the_next(year, tmp_path):
    finish(year, LAMPS, GYM)
    print_to(year, "dossier", tmp_path, project=GYM, as_of=AS_OF)
    (first,) = year.all(Dossier)
    undo(year, person="陈")
    assert not year.all(Dossier)
    print_to(year, "dossier", tmp_path, project=GYM, as_of=AS_OF)
    assert [each.number for each in year.all(Dossier)] == [first.number]


def test_nothing_has_a_number_before_it_is_complete_or_without_what_the_rule_needs(year, tmp_path):
    finish(year, LAMPS)
    save(year, [replace(year.street, fonds="")], action="改", person="陈")
    (made,) = print_to(year, "dossier", tmp_path, project=LAMPS, as_of=AS_OF)
    assert not year.all(Dossier) and "全宗号" in made.note
    save(year, [replace(year.street, dossier_rule="民微村居年度第案卷号卷")], action="改", person="陈")
    preview_documents(year, "dossier", project=LAMPS, as_of=AS_OF)
    assert not year.all(Dossier), "a preview gives none"
    print_to(year, "dossier", tmp_path, project=LAMPS, as_of=AS_OF)
    assert [each.number for each in year.all(Dossier)] == ["民微XYSQ2018第0001卷"]


def test_making_is_followed_and_can_be_stopped(year, add):
    add(*(("合同", f"{n}.pdf", pdf((595, 842 - n))) for n in range(3)))
    batch, told = prepare(year, "dossier", project=LAMPS, as_of=AS_OF), []
    assert len(list(batch.made(lambda done, total: told.append((done, total))))) == 1
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert list(batch.made(None, lambda: len(told) < 6 and not told.append((0, 0)) and len(told) > 5)) == []


def test_scans_are_pictures_that_any_archive_keeps(year, add):
    add(("合同", "施工合同.pdf", CONTRACT), ("合同", "章.pdf", stamped()), ("图纸", "总图.pdf", pdf((2384, 3370))))
    data = dossier(year)
    assert b"pdfaid:part" in data
    reader = PdfReader(BytesIO(data))
    assert "/OutputIntents" in reader.trailer["/Root"]
    spaces = set()
    for each in reader.pages:
        resources = each["/Resources"]
        for font in resources.get("/Font", {}).values():
            assert "/DescendantFonts" in font.get_object(), "every font is ours and embedded"
        for image in resources.get("/XObject", {}).values():
            image = image.get_object()
            assert image["/Subtype"] == "/Image" and image["/Width"] * image["/Height"] <= 1.01 * MOST_DOTS
            spaces.add(image["/ColorSpace"])
    assert spaces == {"/DeviceGray", "/DeviceRGB"}, "the stamp is red, all else is grey"


def test_what_is_kept_elsewhere_is_listed_and_not_bound(year):
    before = page_count(dossier(year))
    named = Attachment(
        project=Link(case_of(year, LAMPS).project.id), phase=Phase.CHOOSING, item="承诺书", name="正本.pdf"
    )
    save(year, [named], action="导入", person="陈")
    data = dossier(year)
    assert page_count(data) == before
    assert "确定；原件另存" in page(data, 2) and "原件另存1件：承诺书正本" in read_back(data)


def test_an_original_that_was_damaged_in_the_store_is_named(year, add):
    add(("合同", "施工合同.pdf", CONTRACT))
    year.conn.execute("DROP TRIGGER original_bytes_no_update")
    year.conn.execute("UPDATE original_bytes SET bytes = substr(bytes, 2)")
    told = read_back(dossier(year))
    assert "原件损坏，未装入1件：合同施工合同" in told


def test_an_original_that_can_be_shown_and_not_taken_apart_is_named_and_stops_nothing(year, add, capfd):
    before = page_count(dossier(year))
    add(("合同", "怪.pdf", CONTRACT.replace(b"<</Filter/FlateDecode", b"<</Filter/FlatDDecode")))
    data = dossier(year)
    assert page_count(data) == before and "原件损坏，未装入1件：合同怪" in read_back(data)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("turned", "box", "size"),
    [(0, None, (595, 842)), (90, None, (842, 595)), (270, (100, 200, 400, 700), (842, 595)), (180, None, (595, 842))],
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
    at = first_page(data, "合同　斜") - 1
    bound, original = (pypdfium2.PdfDocument(each) for each in (data, out.getvalue()))
    assert bound.get_page_size(at) == pytest.approx(size, abs=0.6)
    drawn, meant = (each.render(scale=0.5).to_pil().convert("L") for each in (bound[at], original[0]))
    left, top = (drawn.width - meant.width) // 2, (drawn.height - meant.height) // 2
    drawn = drawn.crop((left, top, left + meant.width, top + meant.height))
    drawn, meant = drawn.reduce(6), meant.reduce(6)  # so that half a dot to a side counts for little
    apart = [abs(a - b) for a, b in zip(drawn.tobytes(), meant.tobytes(), strict=True)]
    ink = sum(255 - grey for grey in meant.tobytes())
    assert sum(apart) < 0.7 * ink and ink / len(apart) > 4, "turned, it would lie beside it"


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
    data = dossier(year)
    drawn = (
        pypdfium2.PdfDocument(data)[first_page(data, "合同　盖章") - 1]
        .render(may_draw_forms=False, draw_annots=False)
        .to_pil()
        .convert("RGB")
    )
    red, green, blue = drawn.getpixel((250, 842 - 450))
    assert red > 245 and green < 10 and blue < 10


def test_a_scan_that_is_a_picture_fills_a_page_of_its_shape(year, add):
    add(("合同", "横.jpg", photograph(size=(400, 300))), ("合同", "竖.jpg", photograph("blue", size=(210, 297))))
    data = dossier(year)
    opened = pypdfium2.PdfDocument(data)
    across, upright = (opened[first_page(data, f"合同　{name}") - 1] for name in "横竖")
    assert across.get_size() == pytest.approx((841.9, 595.3), abs=0.1)
    assert upright.render(scale=0.2).to_pil().convert("RGB").getpixel((2, 2))[2] > 200, "no margin"


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


def test_what_was_issued_is_bound_as_it_left_the_office(year, add, tmp_path):
    (written,) = print_to(year, "approval-form", tmp_path, project=LAMPS, as_of=AS_OF)
    as_issued = (tmp_path / written.filename).read_bytes()
    add(("现场照片", "前.jpg", photograph()))  # moves the 存证码 of whatever is made today
    data = dossier(year)
    at = {title: number for _, title, number in marks(data)}
    seal = page(as_issued, 1).rsplit("存证码：", 1)[1][:16]
    assert page(as_issued, 1)[:300] in page(data, at["街道审批表"]) and seal in page(data, at["街道审批表"])
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
    found = list(corners(bound.pdf))
    assert all(found[at - 1 + FRONT] == ("", "1") for _, at in volumes)


def test_as_a_file_to_edit_it_lists_what_is_attached(year, add):
    add(("合同", "施工合同.pdf", TWO_PAGES))
    (issued,) = preview_documents(year, "dossier", project=LAMPS, as_of=AS_OF, kind=DocumentFormat.DOCX)
    told = "".join(said_by(part(issued.copy)).split())
    assert "原件另存1件：合同施工合同" in told and "页号备注" not in told and "卷内备考表" in told


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


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (LimitMet("太大"), "原件过大，未装入"),
        (Refused("加了密码，打不开"), "原件加了密码，未装入"),
        (Refused("已损坏"), "原件损坏，未装入"),
    ],
)
def test_what_could_not_be_bound_is_named_with_the_reason(year, add, monkeypatch, refusal, reason):
    add(("合同", "补充.pdf", TWO_PAGES))

    def refuse(*_, **__):
        raise refusal

    monkeypatch.setattr("haicang_desk.model.documents.dossier.attached_file", refuse)
    data = dossier(year)
    assert f"实施；{reason}" in page(data, 2) and f"{reason}1件：合同补充" in page(data, page_count(data))


def test_scans_that_no_memory_holds_are_refused_with_what_to_do(monkeypatch):
    piece = attached_file("合同", TWO_PAGES)
    monkeypatch.setattr("haicang_desk.model.typesetting.pdf.merge._MOST", piece.size)
    assert page_count(write_volumes([Volume("卷", (piece,))], "卷")) == 2
    with pytest.raises(Refused, match="请少选几个项目，分批办理"):
        write_volumes([Volume("一", (piece,)), Volume("二", (piece,))], "卷")


def test_a_locked_original_is_refused_when_bound():
    with pytest.raises(Refused, match="加了密码"):
        attached_file("合同", pdf(password="x"))
    assert replace(attached_file("合同", TWO_PAGES), title="").pages == 2
