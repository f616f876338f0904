"""Rows and strings taken by a regular expression are those that the XML parser finds, and no others."""

from __future__ import annotations

import random
import re

import openpyxl
import pytest

from haicang_desk.model.foreign.sheets import shared_strings, xlsx_cells
from haicang_desk.model.foreign.sheets.byte_counter import ByteCounter
from haicang_desk.model.foreign.sheets.formats import read_grids
from haicang_desk.model.values import Refused
from tests.spreadsheet.conftest import SAMPLE
from tests.spreadsheet.office_files import saved
from tests.spreadsheet.test_damaged_workbooks import parts, retag, zipped

SHEET = "xl/worksheets/sheet1.xml"
DATA = SAMPLE.parent
BOOKS = sorted([*DATA.glob("*.xlsx"), *DATA.glob("libreoffice/*.xlsx"), *DATA.glob("faults/table*.xlsx")])


def open_grids(path):
    """The sheets of a file as the limited process reads them, but in this one, where the readers can be changed."""
    return read_grids(path.read_bytes(), path.name, ByteCounter())


def read(path, monkeypatch, *, plain):
    """The sheets of a file, or the refusal; without ``plain`` all of it goes through the parser."""
    with monkeypatch.context() as context:
        if not plain:
            context.setattr(xlsx_cells, "_PLAIN_ROW", re.compile(rb"(?!)"))
            context.setattr(shared_strings, "_PLAIN_ITEM", re.compile(rb"(?!)"))
        try:
            return open_grids(path)
        except Refused as refused:
            return str(refused)


def of(rows, head=b'<?xml version="1.0" encoding="UTF-8"?>', tail=b"", encoding="utf-8"):
    """An xlsx whose sheet has these rows."""
    book = openpyxl.Workbook()
    content = parts(saved(book))
    space = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    xml = head + space + b"<sheetData>" + rows + b"</sheetData>" + tail + b"</worksheet>"
    return zipped({**content, SHEET: xml.decode().encode(encoding)})


@pytest.mark.parametrize("book", BOOKS, ids=lambda path: path.stem)
def test_both_ways_find_the_same(monkeypatch, book):
    assert read(book, monkeypatch, plain=True) == read(book, monkeypatch, plain=False)


def test_plain_rows_do_not_reach_the_parser(monkeypatch):
    """So the comparison above is one of two ways."""
    monkeypatch.setattr(xlsx_cells.SheetReader, "_add", lambda *_: pytest.fail("a cell went through the parser"))
    assert len(open_grids(SAMPLE)[0].rows) > 3


PLAIN = b'<row r="2" spans="1:2"><c r="A2" s="0" t="n"><v>2</v></c><c r="B2"/></row>'


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>' + PLAIN,
        b'\n  <row r="1">\n <c r="A1"><v>1</v></c></row>\n' + PLAIN,
        b"<row><c><v>1</v></c></row>" + PLAIN,
        b'<row r="1" hidden="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="str"><v>a_x0041_</v></c></row>' + PLAIN,
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="1" hidden="true"/>' + PLAIN,
        b'<row r="1"><c r="A1" t="str"><v>a&amp;b</v></c></row>' + PLAIN,
        b'<row r="1"><c r="A1" t="str"><v>a\r\nb</v></c></row>' + PLAIN,
        b'<!-- <row r="1"><c r="A1"><v>1</v></c></row> -->' + PLAIN,
        b'<row r="1"/><!-- <row r="1"></row>' + PLAIN + b"-->",
        b'<row r="1"><c r="A1"><v>1</v></c></row><![CDATA[</row>]]>' + PLAIN,
        b'<row r="1"/><?x </row>?>' + PLAIN,
        PLAIN + b'<row r="1"><c r="A1"><v>1</v></c></row>',
        b'<row r="300"><c r="A300"><v>1</v></c></row><row r="501"><c r="A501"><v>1</v></c></row>',
        b'<row r="1"><c r="ZZZ1"><v>1</v></c><c r="B1"><v>nan</v></c><c r="C1"><v>1e400</v></c><c r="D1"><v> 2 </v></c>'
        b"</row>",
        b'<row r="1"><c r="A1" t="s"><v>9</v></c></row>',
        b'<row r="1"><c r="A1"><v>1</v></c>' + PLAIN,
        b'<row r="1"><c r="A1" t="str"><v>' + b"x" * 200_000 + b"</v></c></row>" + PLAIN,
        PLAIN + b'<row r="3"><c r="A3"><v>' + b"1" * 2**21 + b"</v></c></row>",
        b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n) for n in range(1, 9_000)),
        b"",
    ],
)
def test_whatever_stands_between_rows_both_ways_find_the_same(monkeypatch, tmp_path, rows):
    path = tmp_path / "a.xlsx"
    path.write_bytes(of(rows, tail=b'<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'))
    assert read(path, monkeypatch, plain=True) == read(path, monkeypatch, plain=False)


@pytest.mark.parametrize(
    "items",
    [
        "<si><t>一</t></si><si><t xml:space='preserve'> 二 </t></si>",
        '<si><t xml:space="preserve"> 一\n</t><phoneticPr fontId="1" type="noConversion"/></si><si><t></t></si>',
        "<si><r><t>一</t></r><r><t>二</t></r><rPh sb='0' eb='1'><t>yi</t></rPh></si><si><t>三</t></si>",
        "<si><t>a&amp;b</t></si>\n<si><t>_x0041_</t></si><si/>",
        "<!--<si><t>一</t></si>--><si><t>二</t></si>",
        "<si><t>" + "长" * 50_000 + "</t></si><si><t>二</t></si>",
        "".join(f"<si><t>第{number}条</t></si>" for number in range(9_000)),
        "<si><t>一</si>",
        "",
    ],
)
@pytest.mark.parametrize("tag", ["sst", "sst uniqueCount='2'"])
def test_strings_are_found_alike_in_both_ways(monkeypatch, tmp_path, items, tag):
    path = tmp_path / "a.xlsx"
    content = parts(of(b'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'))
    xml = f'<{tag} xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{items}</sst>'
    path.write_bytes(zipped({**content, "xl/sharedStrings.xml": xml.encode()}))
    assert read(path, monkeypatch, plain=True) == read(path, monkeypatch, plain=False)


@pytest.mark.parametrize(
    ("head", "encoding"),
    [(b"", "utf-8"), (b'<?xml version="1.0" encoding="utf-8"?>', "utf-8"), (b"<?xml version='1.0'?>", "utf-8"),
     (b'<?xml version="1.0" encoding="ISO-8859-1"?>', "latin-1"), (b"", "utf-16"), (b"\xef\xbb\xbf", "utf-8")],
)  # fmt: skip
def test_another_encoding_is_left_to_the_parser(monkeypatch, tmp_path, head, encoding):
    path = tmp_path / "a.xlsx"
    path.write_bytes(of('<row r="1"><c r="A1" t="str"><v>é</v></c></row>'.encode(), head=head, encoding=encoding))
    (grid,) = read(path, monkeypatch, plain=True)
    assert grid.rows[1][1].text == "é" and (grid,) == read(path, monkeypatch, plain=False)


@pytest.mark.slow
def test_damaged_sheets_are_read_alike_or_both_refused(monkeypatch, tmp_path):
    path, content = tmp_path / "a.xlsx", parts(SAMPLE.read_bytes())
    rng, refused = random.Random(3), 0
    for _ in range(150):
        path.write_bytes(zipped({**content, SHEET: retag(content[SHEET], rng)}))
        one, two = (read(path, monkeypatch, plain=plain) for plain in (True, False))
        assert one == two
        refused += isinstance(one, str)
    assert refused
