"""Files that are refused whole: a Chinese message says what is wrong and what to do; the store is unchanged."""

from __future__ import annotations

import io
import re
import struct
import tracemalloc
import zipfile

import openpyxl
import pytest

from haicang_desk.model.foreign.errors import ReadingStopped
from haicang_desk.model.foreign.sheets import source_file, zip_package
from haicang_desk.model.spreadsheet import plan_import, read_workbook
from haicang_desk.model.values import Refused
from tests.spreadsheet.conftest import SAMPLE


def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(SAMPLE) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def zipped(content: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def changed(name: str, old: bytes, new: bytes) -> bytes:
    content = parts()
    assert old in content[name]
    return zipped({**content, name: content[name].replace(old, new, 1)})


def encrypted() -> bytes:
    data = bytearray(SAMPLE.read_bytes())
    for at in (m.start() for m in re.finditer(b"PK\x01\x02", bytes(data))):
        data[at + 8] |= 1
    return bytes(data)


def sheet_of(rows: bytes) -> bytes:
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return head + rows + b"</sheetData></worksheet>"


def many_rows() -> bytes:
    rows = b"".join(b"<row><c><v>%d</v></c></row>" % (n * 7919 % 997) for n in range(1, 100_002))
    return zipped({**parts(), "xl/worksheets/sheet2.xml": sheet_of(rows)})


BILLION = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
)
SHEET, STRINGS, TYPES = "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml", "[Content_Types].xml"
REFUSED = {
    "空文件": (lambda: b"", "空文件"),
    "XML 表格": (lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "XML"),
    "PDF": (lambda: b"%PDF-1.4 " + bytes(range(256)), "PDF"),
    "图片": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "图片"),
    "乱码": (lambda: bytes(range(256)), "不是表格文件"),
    "压缩包密码": (encrypted, "加密"),
    "普通压缩包": (lambda: zipped({"a.txt": b"x"}), "不是表格文件"),
    "空压缩包": (lambda: zipped({}), "空的压缩包"),
    "文档": (lambda: zipped({TYPES: b"<x/>", "word/document.xml": b"<x/>"}), "不是表格文件"),
    "odt": (lambda: zipped({"mimetype": b"application/vnd.oasis.text", "content.xml": b"<x/>"}), "不是表格"),
    "xlsb": (lambda: zipped({TYPES: b"<x/>", "xl/workbook.bin": b"x"}), "xlsb"),
    "宏": (lambda: zipped({**parts(), "xl/vbaProject.bin": b"x"}), "含有宏"),
    "宏工作簿": (lambda: changed(TYPES, b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main"), "启用宏"),
    "截断": (lambda: SAMPLE.read_bytes()[:5000], "已损坏"),
    "坏字节": (lambda: SAMPLE.read_bytes().replace(b"\xbd", b"\xbe"), "已损坏"),
    "XML 截断": (lambda: zipped({**parts(), SHEET: parts()[SHEET][:9000]}), "已损坏"),
    "缺字符串表": (lambda: zipped({n: p for n, p in parts().items() if n != STRINGS}), "已损坏"),
    "字符串越界": (lambda: zipped({**parts(), STRINGS: b"<sst/>"}), "已损坏"),
    "缺工作表": (lambda: zipped({n: p for n, p in parts().items() if n != SHEET}), "已损坏"),
    "行号颠倒": (lambda: changed(SHEET, b'r="5"', b'r="1"'), "已损坏"),
    "DOCTYPE": (lambda: zipped({**parts(), SHEET: BILLION}), "DOCTYPE"),
    "DOCTYPE 在清单": (lambda: changed("xl/workbook.xml", b"<workbook", b"<!DOCTYPE x><workbook"), "DOCTYPE"),
    "DOCTYPE utf-16": (lambda: zipped({**parts(), SHEET: BILLION.decode().encode("utf-16")}), "DOCTYPE"),
    "行数": (many_rows, "超过 10 万行"),
    "压缩炸弹": (lambda: zipped({**parts(), "xl/media/a.xml": bytes(30 * 2**20)}), "压缩得异常"),
    "太大": (lambda: SAMPLE.read_bytes() + bytes(20 * 2**20), "超过 20 MB"),
    "没算的公式": (lambda: zipped({**parts(), SHEET: uncalculated()}), "N3"),
}  # fmt: skip


def uncalculated() -> bytes:
    return re.sub(rb'(<c r="N3"[^>]*>)<v>[^<]*</v>', rb"\1<f>1+1</f>", parts()[SHEET])


@pytest.mark.parametrize("kind", [pytest.param(k, marks=pytest.mark.slow) if k == "行数" else k for k in REFUSED])
def test_it_is_refused_whole_with_one_message(ws, tmp_path, kind):
    made, message = REFUSED[kind]
    path = tmp_path / "申报.xlsx"
    path.write_bytes(made())
    before = ws.all(type(ws.street))
    with pytest.raises(Refused, match=message) as refused:
        plan_import(ws, path)
    assert "《申报.xlsx》" in str(refused.value) or "工作簿" in str(refused.value) or "工作表" in str(refused.value)
    assert "。" in str(refused.value) and ws.all(type(ws.street)) == before


def test_a_missing_file_and_a_folder_are_refused(ws, tmp_path):
    with pytest.raises(Refused, match="找不到"):
        plan_import(ws, tmp_path / "没有.xlsx")
    with pytest.raises(Refused, match="是文件夹"):
        plan_import(ws, tmp_path)


def test_a_workbook_without_a_known_sheet_is_refused(ws, book):
    with pytest.raises(Refused, match="没有可识别的工作表"):
        plan_import(ws, book(Sheet1=[["各村居："], ["请按要求填报。"]]))


def test_a_known_sheet_without_headings_is_refused(ws, book):
    with pytest.raises(Refused, match="找不到表头"):
        plan_import(ws, book(项目=[["灯", "霞阳社区"], ["路", "霞阳社区"]]))


def test_a_formula_with_its_value_is_read(guancheng, tmp_path):
    path = tmp_path / "申报.xlsx"
    content = re.sub(rb'(<c r="N3"[^>]*>)<v>[^<]*</v>', rb"\1<f>1+1</f><v>2</v>", parts()[SHEET])
    path.write_bytes(zipped({**parts(), SHEET: content}))
    plan = plan_import(guancheng, path)
    second = next(record for record in plan.records if getattr(record, "title", "") == "老人大配餐配送服务项目")
    assert plan.errors == () and second.special.fen == 200


def test_a_header_that_lies_about_its_size_is_not_believed(tmp_path, ws):
    """The central directory says 10 bytes; 40 MiB of zeros stand behind it."""
    data = bytearray(zipped({**parts(), "xl/media/a.bin": bytes(40 * 2**20)}))
    for at in (m.start() for m in re.finditer(b"PK\x01\x02", bytes(data))):
        if data[at + 46 : at + 60] == b"xl/media/a.bin":
            struct.pack_into("<L", data, at + 24, 10)
    path = tmp_path / "申报.xlsx"
    path.write_bytes(data)
    with pytest.raises(Refused, match=r"已损坏|压缩得异常"):
        plan_import(ws, path)


@pytest.mark.slow
@pytest.mark.parametrize("content", [bytes(60 * 2**20), b"<row/>" * 9_000_000], ids=["zeros", "rows"])
def test_a_bomb_costs_no_memory(ws, tmp_path, content):
    path = tmp_path / "申报.xlsx"
    path.write_bytes(zipped({**parts(), SHEET: content}))
    assert path.stat().st_size < 2**20
    del content
    tracemalloc.start()
    with pytest.raises(Refused):
        plan_import(ws, path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 2**20


def test_reading_tells_its_progress_and_stops_when_asked(tmp_path):
    seen = []
    read_workbook(SAMPLE, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] > 0 and seen == sorted(seen)
    with pytest.raises(ReadingStopped, match="没有写入"):
        read_workbook(SAMPLE, cancelled=lambda: True)


def test_the_limits_are_those_of_the_contract():
    assert (source_file.LARGEST_FILE, zip_package.LARGEST_INFLATED) == (20 * 1024**2, 64 * 1024**2)


def test_what_a_workbook_links_to_outside_is_never_opened(ws, tmp_path):
    content = parts()
    rels = content["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="x9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"'
        b' Target="file:///etc/passwd" TargetMode="External"/></Relationships>',
    )
    path = tmp_path / "申报.xlsx"
    path.write_bytes(zipped({**content, "xl/_rels/workbook.xml.rels": rels}))
    assert read_workbook(path).sheets[0].rows


def test_openpyxl_reads_what_we_refuse_to_believe():
    """The sample itself is sound: so the refusals above are of what was done to it."""
    assert openpyxl.load_workbook(SAMPLE).sheetnames == ["村居", "项目"]
