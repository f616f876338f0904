"""Every format is read to the same cells, whatever the file is called; what cannot be read is refused."""

from __future__ import annotations

import os
import random
import re
import struct
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from haicang_desk.model.foreign.errors import ReadingStopped
from haicang_desk.model.foreign.sheets.cell_grid import PICTURE, CellGrid
from haicang_desk.model.foreign.sheets.ole_package import OLE_SIGNATURE
from haicang_desk.model.foreign.sheets.raw_cell import DAY_ZERO, RawCell
from haicang_desk.model.spreadsheet.read.formats import open_grids
from haicang_desk.model.values import Refused
from tests.spreadsheet.conftest import SAMPLE
from tests.spreadsheet.office_files import (
    FILES,
    TABLE,
    ods,
    ods_table,
    page,
    saved,
    xls,
    xlsx,
    xlwt,
)
from tests.spreadsheet.test_damaged_workbooks import cut, flip, parts, paste, retag, within, zipped

TYPED = {"xlsx", "xls", "ods"}


def grids_of(path, content) -> tuple[CellGrid, ...]:
    path.write_bytes(content)
    return open_grids(path)


def value_of(cell: RawCell) -> object:
    """What a cell holds, numbers and days as such."""
    if cell.form in ("number", "percent"):
        return float(cell.text)
    if cell.form == "day":
        return DAY_ZERO + timedelta(days=int(float(cell.text)))
    return cell.text == "TRUE" if cell.form == "flag" else cell.text


def cells_of(grid: CellGrid) -> dict[tuple[int, int], object]:
    return {(row, column): value_of(cell) for row, cells in grid.rows.items() for column, cell in cells.items()}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("ending", ["xls", "et", "xlsx", "csv", "ods", "dat"])
def test_a_file_is_what_its_content_says(tmp_path, kind, ending):
    (grid,) = grids_of(tmp_path / f"项目.{ending}", FILES[kind])
    assert grid.title == "项目" and not grid.hidden
    expected = {(r, c): value for r, row in enumerate(TABLE, 1) for c, value in enumerate(row, 1)}
    if kind in TYPED:
        assert cells_of(grid) == expected
        forms = [cell.form for cell in grid.rows[2].values()]
        assert forms == ["text", "number", "day", "percent", "flag", "number"]
    else:
        assert {place: str(value) for place, value in cells_of(grid).items()} == {
            place: str(value).upper() if isinstance(value, bool) else str(value) for place, value in expected.items()
        }


def test_an_xls_tells_units_merges_and_what_is_hidden(tmp_path):
    book = xlwt.Workbook(encoding="utf-8")
    sheet, other = book.add_sheet("项目"), book.add_sheet("附表")
    other.visibility, other_style = 1, xlwt.easyxf(num_format_str='0!.0,"万元"')
    sheet.write_merge(0, 0, 0, 3, "新阳街道")
    sheet.write_merge(1, 3, 0, 0, "新垵村")
    for row, code in enumerate(['0.00"万元"', '"¥"#,##0.00', '[>=10000]0!.0,"万元";0"元"'], 1):
        sheet.write(row, 1, 58000, xlwt.easyxf(num_format_str=code))
    sheet.write(4, 0, '=DISPIMG("ID_1",1)')
    sheet.row(2).hidden = sheet.col(3).hidden = True
    other.write(0, 0, 123456, other_style)
    other.write(300, 0, "远")
    one, two = grids_of(tmp_path / "a.et", saved(book))
    assert [one.rows[row][2] for row in (2, 3, 4)] == [
        RawCell("number", "58000", "万元"), RawCell("number", "58000", "¥"), RawCell("number", "5.8000", "万元"),
    ]  # fmt: skip
    assert one.rows[5][1] == PICTURE and sorted(one.merges) == [(1, 1, 1, 4), (2, 1, 4, 1)]
    assert (one.hidden, one.hidden_rows, one.hidden_columns, one.left_out) == (False, {3}, {4}, 0)
    assert (two.hidden, two.left_out, two.rows) == (True, 301, {1: {1: RawCell("number", "12.3456", "万元")}})


@pytest.mark.parametrize("from_1904", [False, True])
def test_days_of_an_xls_are_those_of_its_date_system(tmp_path, from_1904):
    book = xlwt.Workbook()
    book.dates_1904 = from_1904
    book.add_sheet("a").write(0, 0, datetime(2018, 9, 1, 12), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    (grid,) = grids_of(tmp_path / "a.xls", saved(book))
    assert grid.rows[1][1] == RawCell("day", "43344.5")


@pytest.mark.parametrize(
    ("formula", "has_value"),
    [
        ("SUM(B1:B2)", False), ("B1+B2", False), ("-B1", False), ("B1*10000", False), ("ROUND(B1,2)", False),
        ("SUM(IF(B1>0,1,0),B2)", False), ('IF(B1="","","x")', True), ("A1", True), ('A1&""', True), ("TRIM(A1)", True),
    ],
)  # fmt: skip
def test_a_formula_of_an_xls_that_was_not_calculated_is_named(tmp_path, formula, has_value):
    """xlwt writes every formula with an empty text as its value, which only some formulas can have."""
    book = xlwt.Workbook()
    book.add_sheet("a").write(1, 2, xlwt.Formula(formula))
    (grid,) = grids_of(tmp_path / "a.xls", saved(book))
    assert (grid.uncalculated, grid.rows) == ("" if has_value else "C2", {})


def test_a_zero_to_be_calculated_once_opened_is_no_value(tmp_path):
    book = xlwt.Workbook()
    book.add_sheet("a").write(1, 2, xlwt.Formula("B1+B2"))
    content = saved(book)
    at = content.index(b"\x03\0\0\0\0\0\xff\xff")
    for flags, place in ((2, "C2"), (0, "")):
        made = content[:at] + bytes(8) + struct.pack("<H", flags) + content[at + 10 :]
        (grid,) = grids_of(tmp_path / "a.xls", made)
        assert grid.uncalculated == place and len(grid.rows) == (not place)


def test_an_ods_tells_units_merges_and_what_is_hidden(tmp_path):
    cell = '<table:table-cell office:value-type="float" office:value="58000" table:style-name="{}"/>'
    body = (
        '<table:table table:name="项目"><table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:visibility="collapse"/>'
        '<table:table-column table:number-columns-repeated="16381" table:default-cell-style-name="wan"/>'
        '<table:table-row><table:table-cell table:number-columns-spanned="4" table:number-rows-spanned="2" '
        'office:value-type="string"><office:annotation><text:p>批注</text:p></office:annotation>'
        '<text:p>新<text:s text:c="2"/>阳<text:span>街<text:line-break/>道</text:span></text:p>'
        '<draw:frame><draw:text-box><text:p>图</text:p></draw:text-box></draw:frame><text:p>二</text:p>'
        '</table:table-cell><table:covered-table-cell table:number-columns-repeated="3" office:value-type="string">'
        '<text:p>隐</text:p></table:covered-table-cell></table:table-row>'
        '<table:table-row><table:covered-table-cell table:number-columns-repeated="16384"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="150"><table:table-cell table:number-columns-repeated="16384"/>'
        f'</table:table-row><table:table-row table:visibility="filter" table:number-rows-repeated="2">'
        f'{"".join(map(cell.format, ["wan", "wan-child", "shifted"]))}'
        '<table:table-cell office:value-type="float" office:value="3"/>'
        f'{cell.format("mixed")}{cell.format("mixed").replace("58000", "580")}{cell.format("dated")}'
        '<table:table-cell office:value-type="currency" office:currency="CNY" office:value="5"/>'
        '<table:table-cell table:formula="of:=DISPIMG(&quot;ID&quot;,1)" office:value-type="string"><text:p>x</text:p>'
        '</table:table-cell><table:table-cell table:formula="of:=1/0" office:value-type="string" '
        'office:string-value=""><text:p>#DIV/0!</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2018-09-01T12:00:00"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row></table:table>'
        '<table:table table:name="附表" table:style-name="gone"><table:table-row><table:table-cell '
        'table:formula="of:=1+1"/></table:table-row></table:table>'
    )  # fmt: skip
    one, two = grids_of(tmp_path / "a.ods", ods(body))
    assert one.rows[1] == {1: RawCell("text", "新  阳街\n道\n二")}
    assert one.rows[153] == one.rows[154] == {
        1: RawCell("number", "58000", "万元"), 2: RawCell("number", "58000", "万元"),
        3: RawCell("number", "5.8000", "万元"), 4: RawCell("number", "3", "万元"),
        5: RawCell("number", "58.000", "千元"), 6: RawCell("number", "580", "元"), 7: RawCell("day", "58000"),
        8: RawCell("number", "5", "万元"), 9: PICTURE, 10: RawCell("fault", "#DIV/0!"), 11: RawCell("day", "43344.5"),
    }  # fmt: skip
    assert (one.merges, one.hidden_rows, one.hidden_columns) == ([(1, 1, 2, 4)], {153, 154}, {3})
    assert (two.hidden, two.uncalculated, two.rows) == (True, "A1", {})


def test_an_xlsx_tells_hidden_columns_and_pictures(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["A2"], sheet["B2"] = "照片", '=_xlfn.DISPIMG("ID_1",1)', '=DISPIMG("ID_1",1)'
    sheet["C2"], sheet["C2"].number_format = 5.8, '0.00"万元"'
    sheet.column_dimensions.group("D", "E", hidden=True)
    (grid,) = grids_of(tmp_path / "a.xlsx", saved(book))
    assert grid.rows[2] == {1: PICTURE, 2: PICTURE, 3: RawCell("number", "5.8", "万元")}
    assert (grid.hidden_columns, grid.uncalculated) == ({4, 5}, "")


@pytest.mark.parametrize(("full", "place"), [(b' fullCalcOnLoad="1"', "A1"), (b"", "")])
def test_a_zero_of_a_program_that_does_not_calculate_is_no_value(tmp_path, full, place):
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    content = parts(saved(book))
    content["xl/worksheets/sheet1.xml"] = re.sub(rb"<v ?/>|<v></v>", b"<v>0</v>", content["xl/worksheets/sheet1.xml"])
    content["xl/workbook.xml"] = content["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', full)
    (grid,) = grids_of(tmp_path / "a.xlsx", zipped(content))
    assert grid.uncalculated == place and len(grid.rows) == (not place)


def test_a_sheet_not_used_may_have_formulas_without_values(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    book.create_sheet("项目").append(["项目名称"])
    one, two = grids_of(tmp_path / "a.xlsx", saved(book))
    assert (one.uncalculated, one.rows, two.uncalculated, len(two.rows)) == ("A1", {}, "", 1)


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_a_second_reader_finds_the_same_cells(tmp_path, ending):
    """calamine drops number formats, gives "" for an uncalculated formula and no error values; it is asked for none."""
    rng = random.Random(20)
    values = [lambda: rng.choice(["灯", " 两 端 ", "多\n行", "𠮷", "'", '"']) + str(rng.randrange(9)),
              lambda: rng.randrange(10**9), lambda: rng.randrange(10**9) / 100, lambda: rng.random() / 2,
              lambda: date(2001, 1, 1) + timedelta(days=rng.randrange(20_000)), lambda: rng.random() < 0.5,
              lambda: ""]  # fmt: skip
    rows = [[rng.choice(values)() for _ in range(30)] for _ in range(120)]
    content = {"xlsx": xlsx, "xls": xls, "ods": lambda rows: ods(ods_table(rows))}[ending](rows)
    path = tmp_path / f"a.{ending}"
    (grid,) = grids_of(path, content)
    theirs = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    found = {(r, c): value for r, row in enumerate(theirs, 1) for c, value in enumerate(row, 1) if value != ""}
    days = {place: value.date() if isinstance(value, datetime) else value for place, value in found.items()}
    assert cells_of(grid) == days and len(days) > 2_500


MACRO = "_VBA_PROJECT_CUR".encode("utf-16-le")


def renamed(content: bytes, old: str, new: str) -> bytes:
    """An xls with another name in its directory."""
    one, two = (name.encode("utf-16-le").ljust(64, b"\0") for name in (old, new))
    at = content.index(one)
    return content[:at] + two + struct.pack("<H", 2 * len(new) + 2) + content[at + 66 :]


REFUSED = {
    "宏 xls": (lambda: renamed(FILES["xls"], "Workbook", "_VBA_PROJECT_CUR"), "不是表格"),
    "宏表 xls": (lambda: macro_sheet(), "含有宏"),
    "密码 xls": (lambda: locked(), "打开密码"),
    "密码 xlsx": (lambda: renamed(FILES["xls"], "Workbook", "EncryptedPackage"), "打开密码"),
    "word": (lambda: renamed(FILES["xls"], "Workbook", "WordDocument"), "不是表格"),
    "坏 xls": (lambda: OLE_SIGNATURE + bytes(600), "已损坏"),
    "截断 xls": (lambda: FILES["xls"][:2000], "已损坏"),
    "密码 ods": (lambda: ods("", {"META-INF/manifest.xml": b"<manifest:encryption-data/>"}), "打开密码"),
    "宏 ods": (lambda: ods("", {"Basic/Standard/Module1.xml": b"<x/>"}), "含有宏"),
    "空 ods": (lambda: ods(""), "没有工作表"),
    "DOCTYPE ods": (lambda: doctype(), "DOCTYPE"),
    "炸弹 ods": (lambda: ods("", {"Pictures/a.png": bytes(30 * 2**20)}), "压缩得异常"),
    "行数 ods": (lambda: ods(repeated(200_000, 1)), "超过 10 万行"),
    "格数 ods": (lambda: ods(repeated(90_000, 900)), "单元格太多"),
    "很深 ods": (lambda: ods("<x>" * 500 + "</x>" * 500), "已损坏"),
    "网页行数": (lambda: page([["x"]] * 100_001), "超过 10 万行"),
    "文本行数": (lambda: b"x\n" * 100_001, "超过 10 万行"),
    "太大 csv": (lambda: b"x," * (10 * 2**20 + 1), "超过 20 MB"),
}


def macro_sheet() -> bytes:
    """The only sheet is said to be a macro sheet: BOUNDSHEET, offset, visible, type 1."""
    content = FILES["xls"]
    at = content.index(b"\x85\0")
    assert content[at + 9] == 0
    return content[: at + 9] + b"\1" + content[at + 10 :]


def locked() -> bytes:
    """A record that says how the rest is encrypted stands in the place of CODEPAGE."""
    at = FILES["xls"].index(b"\x42\0\x02\0")
    return FILES["xls"][:at] + b"\x2f\0\x02\0" + FILES["xls"][at + 4 :]


def doctype() -> bytes:
    content = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>'
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def repeated(rows: int, columns: int) -> str:
    cell = f'<table:table-cell table:number-columns-repeated="{columns}" office:value-type="float" office:value="1"/>'
    row = f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'
    return f'<table:table table:name="a">{row}</table:table>'


@pytest.mark.parametrize("kind", REFUSED)
def test_it_is_refused_with_one_message(tmp_path, kind):
    made, message = REFUSED[kind]
    with pytest.raises(Refused, match=message) as refused:
        grids_of(tmp_path / "申报.xls", made())
    assert re.search(r"[一-鿿].*。", str(refused.value))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
def test_what_is_no_regular_file_is_refused_at_once(tmp_path):
    pipe = tmp_path / "管道"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, tmp_path / "没有", Path("/dev/zero")):
        with pytest.raises(Refused, match="。"):
            open_grids(path)


@pytest.mark.parametrize("kind", FILES)
def test_reading_tells_its_progress_and_stops_when_asked(tmp_path, kind):
    path, seen = tmp_path / "a", []
    path.write_bytes(FILES[kind])
    open_grids(path, progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen) and 0 < seen[-1][0] <= seen[-1][1]
    with pytest.raises(ReadingStopped, match="没有写入"):
        open_grids(path, cancelled=lambda: True)


def scrambled(data: bytes, rng: random.Random) -> bytes:
    """Bytes of one place in another."""
    made = bytearray(data)
    for _ in range(rng.choice([1, 3, 9])):
        start, at, size = rng.randrange(len(data)), rng.randrange(len(data)), rng.randrange(1, 64)
        made[at : at + size] = data[start : start + size]
    return bytes(made)


def numbered(data: bytes, rng: random.Random) -> bytes:
    """A number of four bytes that is far too large, negative or 0."""
    at = rng.randrange(max(len(data) - 4, 1))
    return (
        data[:at] + rng.choice([b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", bytes(4), b"\xfe\xff\0\0"]) + data[at + 4 :]
    )


EDITS = [flip, cut, paste, scrambled, numbered]
ZIPPED = [within(edit) for edit in (flip, cut, paste, retag, retag)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", FILES)
def test_a_damaged_file_of_any_format_is_read_or_refused(tmp_path, kind):
    """Nothing else than Refused ever comes out, with a Chinese message, and soon."""
    path, rng, told = tmp_path / "坏", random.Random(kind), []
    start = time.process_time()
    for _ in range(300):
        edit = rng.choice(EDITS + (ZIPPED if kind in ("xlsx", "ods") else []))
        path.write_bytes(edit(FILES[kind], rng))
        try:
            open_grids(path)
        except Refused as refused:
            told.append(str(refused))
    assert [message for message in told if not re.search(r"[一-鿿].*。", message)] == []
    assert len(told) > 30 or kind not in TYPED
    assert time.process_time() - start < 10


def test_the_sample_is_read_alike_from_other_formats(tmp_path):
    """The published batch, written anew as ods and xls from the cells of its xlsx."""
    book = openpyxl.load_workbook(SAMPLE, data_only=True)
    rows = [[cell.value if cell.value is not None else "" for cell in row] for row in book["项目"].iter_rows()]
    plain = [[value.date() if isinstance(value, datetime) else value for value in row] for row in rows]
    found = [cells_of(grids_of(tmp_path / "a", made)[0]) for made in (xlsx(plain), xls(plain), ods(ods_table(plain)))]
    assert found[0] == found[1] == found[2] and len(found[0]) > 100
