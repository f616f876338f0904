"""PDF/A-2a (ISO 19005-2), checked in the bytes of every document of a fixed year and of odd papers."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import replace
from functools import cache
from io import BytesIO
from xml.etree import ElementTree

import pdfplumber
import pytest
from fontTools.ttLib import TTFont
from pdfminer.pdftypes import PDFStream, resolve1
from PIL import Image, ImageChops, ImageCms

from haicang_desk.model.blocks import Paper, Para, Picture
from haicang_desk.model.documents import DOCUMENTS
from haicang_desk.model.typesetting import Unprintable, write_batch
from haicang_desk.model.typesetting.pdf.colour_profile import srgb_profile
from haicang_desk.model.typesetting.pdf.writer import write_pdf
from tests.documents.reference import SEAL, filled_year, printed
from tests.typesetting.pdf_reading import paper

LONGEST_STRING = 32_767  # bytes, ISO 19005-2 §6.1.13
NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
}
OBJECT = re.compile(rb"\n\d+ 0 obj\n(.*?)\nendobj(?=\n)", re.DOTALL)


@cache
def made() -> dict[str, bytes]:
    with filled_year() as ws:
        return {name: write_batch(papers, papers[0].setup.title) for name, papers in printed(ws)}


def photograph() -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG")
    return out.getvalue()


def odd() -> Paper:
    """A paper with a photograph, a rare name and markup characters."""
    return paper(
        Para("\U0002cb4e<b>&amp;</b>" * 3),
        Picture(photograph(), "施工前"),
        title="一份<b>&“odd”",
        number="新街〔2018〕1号",
        seal_code=SEAL,
    )


def everything() -> dict[str, bytes]:
    return {**made(), "odd": write_pdf(odd())}


def apart_from_streams(data):
    """The file without its streams, which may have any bytes; with the objects that stand in object streams."""
    packed = [
        zlib.decompress(each.partition(b"\nstream\n")[2])
        for each in OBJECT.findall(data)
        if each.startswith(b"<</Type/ObjStm")
    ]
    assert packed
    return b"\n".join([re.sub(rb"\nstream\n.*?\nendstream\n", b"", data, flags=re.DOTALL), *packed])


def catalogue(data):
    with pdfplumber.open(BytesIO(data)) as pdf:
        return {key: resolve1(value) for key, value in pdf.doc.catalog.items()}, pdf.doc.xrefs[0].trailer, pdf.metadata


def packet(data):
    stream = catalogue(data)[0]["Metadata"]
    return stream, ElementTree.fromstring(stream.get_data().decode("utf-8").partition("?>")[2])


def said(root, path):
    return [each.text for each in root.iterfind(f".//{path}", NAMES)]


def test_every_document_of_the_contract_is_examined():
    assert list(made()) == list(DOCUMENTS)


def test_the_file_has_the_binary_header_comment_and_ends_with_eof():
    for name, data in everything().items():
        assert re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", data), name
        assert re.search(rb"\n%%EOF\n?$", data), name
        assert not re.search(
            rb"/(Encrypt|LZWDecode|JavaScript|EmbeddedFile|OpenAction|AA)\b", apart_from_streams(data)
        ), name


def test_the_packet_claims_pdf_a_2a_and_pdf_ua_1_and_is_not_compressed():
    for name, data in everything().items():
        stream, root = packet(data)
        assert (said(root, "pdfaid:part"), said(root, "pdfaid:conformance")) == (["2"], ["A"]), name
        assert said(root, "pdfuaid:part") == ["1"]
        (schema,) = root.iterfind(".//pdfaSchema:namespaceURI", NAMES)  # a foreign schema is described (§6.6.2.3)
        assert schema.text == NAMES["pdfuaid"]
        assert not [
            each
            for each in root.iterfind(".//rdf:Description", NAMES)
            if len(each.findall("*")) > 1 and each.find("pdfaExtension:schemas", NAMES) is not None
        ], "some readers look for it alone"
        assert "Filter" not in stream.attrs
        assert str(stream.attrs["Subtype"]) == "/'XML'"


def test_packet_and_information_dictionary_agree():
    for name, data in everything().items():
        _, _, information = catalogue(data)
        root = packet(data)[1]
        assert said(root, "dc:title/rdf:Alt/rdf:li") == [information["Title"]], name
        assert said(root, "dc:description/rdf:Alt/rdf:li") == [
            information[key] for key in information if key == "Subject"
        ]
        assert said(root, "pdf:Keywords") == [information["Keywords"]]
        assert set(information) <= {"Title", "Subject", "Keywords"}  # no maker, no hour
        assert SEAL in said(root, "xmp:Identifier/rdf:Bag/rdf:li")
    assert "新街〔2018〕35号" in information_of("approval-form")["Keywords"]


def information_of(name):
    return catalogue(made()[name])[2]


def test_markup_in_a_title_is_text():
    root = packet(write_pdf(odd()))[1]
    assert said(root, "dc:title/rdf:Alt/rdf:li") == ["一份<b>&“odd”"]
    assert said(root, "xmp:Identifier/rdf:Bag/rdf:li") == ["新街〔2018〕1号", SEAL]


def test_an_unprintable_title_is_refused_and_a_line_end_becomes_a_space():
    with pytest.raises(Unprintable):
        write_pdf(paper(Para("正文"), title="题\x01目"))
    assert catalogue(write_pdf(paper(Para("正文"), title="上\x0b下")))[2]["Title"] == "上 下"


def test_numbers_of_thousands_of_papers_are_cut_before_a_string_is_too_long():
    many = [paper(Para("一"), number=f"XYJD-XYSQ-2018-{n:04}；新街〔2018〕{n}号", seal_code=SEAL) for n in range(1500)]
    data = write_batch(many, "批" * 20_000)
    assert all(len(said.encode("utf-16")) <= LONGEST_STRING for said in catalogue(data)[2].values())
    keywords = catalogue(data)[2]["Keywords"]
    assert keywords.startswith("XYJD-XYSQ-2018-0000")
    assert keywords.endswith(f"等 1500 件；存证码：{SEAL}")


def test_language_colours_and_structure_are_declared():
    for name, data in everything().items():
        root, trailer, _ = catalogue(data)
        (intent,) = (resolve1(each) for each in root["OutputIntents"])
        assert (str(intent["S"]), root["Lang"]) == ("/'GTS_PDFA1'", b"zh-CN"), name
        carried = resolve1(intent["DestOutputProfile"])
        assert carried.attrs["N"] == 3
        assert carried.get_data() == srgb_profile()
        assert resolve1(root["MarkInfo"]) == {"Marked": True} and "StructTreeRoot" in root
        assert len(trailer["ID"]) == 2


def test_the_colour_profile_is_valid():
    data = srgb_profile()
    assert int.from_bytes(data[:4], "big") == len(data) < 1024
    assert (data[12:16], data[16:20], data[20:24], data[36:40]) == (b"mntr", b"RGB ", b"XYZ ", b"acsp")
    count = int.from_bytes(data[128:132], "big")
    tags = [struct.unpack_from(">4sLL", data, 132 + 12 * n) for n in range(count)]
    assert {tag for tag, _, _ in tags} == {
        b"desc",
        b"cprt",
        b"wtpt",
        b"rXYZ",
        b"gXYZ",
        b"bXYZ",
        b"rTRC",
        b"gTRC",
        b"bTRC",
    }
    assert all(start % 4 == 0 and 132 + 12 * count <= start <= start + size <= len(data) for _, start, size in tags)


def test_another_colour_engine_takes_the_profile_for_srgb():
    ours = ImageCms.ImageCmsProfile(BytesIO(srgb_profile()))
    slope = Image.linear_gradient("L")
    picture = Image.merge("RGB", [slope, slope.rotate(90), slope.rotate(180)])
    turned = ImageCms.profileToProfile(picture, ours, ImageCms.createProfile("sRGB"))
    assert all(high <= 1 for _, high in ImageChops.difference(picture, turned).getextrema())


def test_every_stream_has_its_stated_length_and_an_end_of_line():
    for name, data in everything().items():
        streams = [each for each in OBJECT.findall(data) if each.endswith(b"endstream")]
        assert len(streams) > 4, name
        for each in streams:
            head, _, rest = each.partition(b"\nstream\n")
            (length,) = re.findall(rb"/Length (\d+)", head)
            assert rest[int(length) :] == b"\nendstream", name


def test_nothing_is_transparent():
    for name, data in everything().items():
        assert not re.search(rb"/(ExtGState|SMask|Group|BM|CA|ca|Pattern|Shading)\b", apart_from_streams(data)), name


def test_every_code_drawn_has_its_glyph_in_the_width_the_file_says():
    for name, data in everything().items():
        with pdfplumber.open(BytesIO(data)) as pdf:
            fonts = {id_.objid: id_ for page in pdf.pages for id_ in _fonts(page)}
            for font in fonts.values():
                _look_at(resolve1(font), name)


def _fonts(page):
    return resolve1(page.page_obj.resources["Font"]).values()


def _look_at(font, name):
    inner = resolve1(resolve1(font["DescendantFonts"])[0])
    descriptor = resolve1(inner["FontDescriptor"])
    file = TTFont(BytesIO(resolve1(descriptor["FontFile2"]).get_data()))
    written = resolve1(font["ToUnicode"]).get_data().partition(b"endcodespacerange")[2]
    codes = [int(code, 16) for code in re.findall(rb"\n<([0-9A-F]{4})> <", written)]
    assert codes == list(range(1, len(codes) + 1)), name  # 0 is the missing glyph
    assert len(codes) < file["maxp"].numGlyphs
    widths = _widths(resolve1(inner["W"]))
    for code in codes:
        advance = file["hmtx"][file.getGlyphName(code)][0] * 1000 / file["head"].unitsPerEm
        assert abs(advance - widths.get(code, inner["DW"])) <= 1, (name, code)
    assert str(inner["CIDToGIDMap"]) == str(font["Encoding"]).replace("-H", "") == "/'Identity'"
    assert "CIDSet" not in descriptor  # may be left out; one that is not complete may not stand


def _widths(runs):
    return {runs[at] + n: width for at in range(0, len(runs), 2) for n, width in enumerate(resolve1(runs[at + 1]))}


def test_photographs_are_in_the_colours_declared():
    with pdfplumber.open(BytesIO(write_pdf(odd()))) as pdf:
        (image,) = (resolve1(each) for each in resolve1(pdf.pages[0].page_obj.resources["XObject"]).values())
    assert isinstance(image, PDFStream)
    assert {key: str(image.attrs[key]) for key in ("ColorSpace", "Filter", "BitsPerComponent")} == {
        "ColorSpace": "/'DeviceRGB'",
        "Filter": "/'DCTDecode'",
        "BitsPerComponent": "8",
    }
    assert "Interpolate" not in image.attrs


def test_the_file_id_depends_on_the_content():
    def identity(**how):
        return catalogue(write_pdf(paper(Para(how.pop("text", "甲乙")), **how)))[1]["ID"][0]

    assert identity() == identity()
    assert len({identity(), identity(text="丙丁"), identity(title="另一份"), identity(number="1号")}) == 4
    assert identity(title="样张") == identity()


def test_the_same_papers_give_the_same_bytes_with_photographs():
    assert write_pdf(odd()) == write_pdf(replace(odd()))
