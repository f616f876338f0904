"""Small files of each format, made for tests: xlsx by openpyxl, xls by xlwt, ods by hand, text and pages."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from datetime import date
from html import escape

import openpyxl

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import xlwt

DAY = date(2018, 9, 1)
TABLE = [  # what each format holds: text, numbers, a day, a share, a flag
    ["项目名称", "区级专项资金", "计划开始", "进度", "先行列支", "受益人数"],
    ["楼道照明\n改造", 58000, DAY, 0.6, True, 120],
    ["“三微”工程", 1234.5, DAY, 0.25, False, 12],
]
ODS_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office", "table": "table", "text": "text", "style": "style", "number": "datastyle",
        "draw": "drawing",
    }.items()
)  # fmt: skip
ODS_STYLES = (
    '<number:number-style style:name="N1"><number:number number:decimal-places="2"/><number:text>万元</number:text>'
    '</number:number-style><style:style style:name="wan" style:family="table-cell" style:data-style-name="N1"/>'
    '<style:style style:name="wan-child" style:family="table-cell" style:parent-style-name="wan"/>'
    '<number:number-style style:name="N2"><number:number><number:embedded-text number:position="4">.'
    '</number:embedded-text></number:number><number:text>万元</number:text></number:number-style>'
    '<style:style style:name="shifted" style:family="table-cell" style:data-style-name="N2"/>'
    '<number:number-style style:name="N3P0"><number:number number:display-factor="1000"/>'
    '<number:text>千元</number:text></number:number-style><number:number-style style:name="N3"><number:number/>'
    '<number:text>元</number:text><style:map style:condition="value()&gt;=1000" style:apply-style-name="N3P0"/>'
    '</number:number-style><style:style style:name="mixed" style:family="table-cell" style:data-style-name="N3"/>'
    '<number:date-style style:name="N4"><number:year/></number:date-style>'
    '<style:style style:name="dated" style:family="table-cell" style:data-style-name="N4"/>'
    '<style:style style:name="gone" style:family="table"><style:table-properties table:display="false"/></style:style>'
)  # fmt: skip

MANIFEST = b"""<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""


def ods_cell(value: object) -> str:
    """A cell with a value as its XML."""
    if isinstance(value, bool):
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(value).lower()}"/>'
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    if isinstance(value, (int, float)):
        kind = "percentage" if isinstance(value, float) and value < 1 else "float"
        return f'<table:table-cell office:value-type="{kind}" office:value="{value}"/>'
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
    return (
        f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'
        if value
        else ("<table:table-cell/>")
    )


def ods_table(rows: list[list[object]], title: str = "项目") -> str:
    """A sheet as its XML."""
    lines = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    return f'<table:table table:name="{title}">{lines}</table:table>'


def ods(tables: str, more: dict[str, bytes] | None = None) -> bytes:
    """An ods with these sheets, given as XML."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {ODS_NAMESPACES}><office:automatic-styles>'
        f"{ODS_STYLES}</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet>"
        "</office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        for name, part in ({"META-INF/manifest.xml": MANIFEST} | (more or {})).items():
            archive.writestr(name, part)
    return out.getvalue()


def xls(rows: list[list[object]], title: str = "项目") -> bytes:
    """An xls with one sheet."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(title)
    styles = {date: xlwt.easyxf(num_format_str="yyyy-mm-dd"), float: xlwt.easyxf(num_format_str="0%")}
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            share = isinstance(value, float) and value < 1
            style = styles[float] if share else styles.get(type(value)) if isinstance(value, date) else None
            sheet.write(number, column, value, *([style] if style else []))
    return saved(book)


def saved(book) -> bytes:
    """The content of a workbook of xlwt or openpyxl."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx(rows: list[list[object]], title: str = "项目") -> bytes:
    """An xlsx with one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cells in sheet.iter_rows():
        for cell in cells:
            if isinstance(cell.value, float) and cell.value < 1:
                cell.number_format = "0%"
    return saved(book)


def shown(value: object) -> str:
    """A value as text files and pages have it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return value.isoformat() if isinstance(value, date) else str(value)


def delimited(rows: list[list[object]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """A text file."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([[shown(value) for value in row] for row in rows])
    return out.getvalue().encode(encoding)


def page(rows: list[list[object]], encoding: str = "utf-8") -> bytes:
    """A web page."""
    cells = [[escape(shown(value)).replace("\n", "<br>") for value in row] for row in rows]
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in cells)
    return f"<html><body><table>{lines}</table></body></html>".encode(encoding)


FILES = {
    "xlsx": xlsx(TABLE),
    "xls": xls(TABLE),
    "ods": ods(ods_table(TABLE)),
    "csv": delimited(TABLE),
    "gb.csv": delimited(TABLE, encoding="gb18030"),
    "tsv": delimited(TABLE, "\t"),
    "html": page(TABLE),
}
