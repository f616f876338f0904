"""The structure tree of bound volumes: our pages are read out, pages of others are pictures with a name."""

from io import BytesIO

from PIL import Image
from pypdf import PdfReader

from haicang_desk.model.blocks import Grid, Note, Title, label, row
from haicang_desk.model.typesetting import Volume, attached_file, lay_out, write_volumes
from haicang_desk.model.typesetting.pdf.writer import write_pdf
from tests.typesetting.pdf_reading import paper
from tests.typesetting.structure_walk import StructureWalk

FORM = paper(Title("审批表"), Grid((row(label("甲"), "乙"),), (1, 1)), Note("注"), qr="ABC")


def photograph() -> bytes:
    out = BytesIO()
    Image.new("RGB", (600, 400), "red").save(out, "JPEG")
    return out.getvalue()


def test_bound_pages_are_pictures_with_a_name_and_our_own_are_read_out():
    issued = write_pdf(FORM)
    pieces = (
        lay_out("审批表", FORM),
        attached_file("留存的审批表", issued, ours=True),
        attached_file("现场", photograph()),
    )
    walk = StructureWalk(
        write_volumes([Volume("第一卷", pieces), Volume("第二卷", (lay_out("审批表", FORM),))], "档案")
    )
    assert [fault for fault in walk.faults() if "06-002" not in fault] == []
    figures = [str(node.entries["/Alt"]) for node in walk.document.below() if node.kind == "Figure"]
    assert figures == ["二维码：ABC", "留存的审批表，第 1 页的图像", "现场（扫描件第 1 页）", "二维码：ABC"]
    first, second = walk.document.kids
    assert [len(part.kids) for part in (first, second)] == [3, 1]
    assert walk.text(second).startswith("审批表甲乙注")


def test_marks_of_an_issued_paper_are_left_out_where_it_is_bound():
    issued = write_pdf(FORM)
    bound = write_volumes([Volume("卷", (attached_file("审批表", issued, ours=True),))], "档案")
    form = PdfReader(BytesIO(bound)).pages[0]["/Resources"]["/XObject"]["/Leaf"].get_object().get_data()
    assert b"Tj" in form and b"BDC" not in form and b"EMC" not in form


def test_a_volume_with_pictures_of_text_claims_level_b():
    packet = StructureWalk(
        write_volumes([Volume("卷", (attached_file("表", write_pdf(FORM), ours=True),))], "档案")
    ).root["/Metadata"]
    assert b"<pdfaid:conformance>B<" in packet.get_data()
