"""Files made to harm whoever opens them: small on the disk, huge or endless once read."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.scanning import pdf, photograph
from tests.spreadsheet.conftest import SAMPLE

MIB = 2**20
SHEET = "xl/worksheets/sheet1.xml"
SPACE = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
XML = b'<?xml version="1.0" encoding="UTF-8"?>'


# ---- workbooks


def book(**parts: bytes) -> bytes:
    """The sample workbook with these parts in the place of its own."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(SAMPLE.read_bytes())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            if info.filename not in parts:
                new.writestr(info.filename, old.read(info))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def sheet(rows: bytes, head: bytes = XML) -> bytes:
    return book(**{SHEET: head + SPACE + rows + b"</sheetData></worksheet>"})


def text_bomb() -> bytes:
    """One cell of 80 MB."""
    return sheet(b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b"x" * (80 * MIB) + b"</t></is></c></row>")


def row_bomb() -> bytes:
    """A million rows, each of one cell."""
    return sheet(b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 1_048_577)))


def steep_rows() -> bytes:
    """Rows that inflate to just under 64 MiB without being steep enough to be taken for a bomb by their ratio."""
    row = b"".join(b'<c r="%s1"><v>%d</v></c>' % (chr(65 + n).encode(), n * 7919) for n in range(26))
    many = b"".join(b'<row r="%d">' % n + row.replace(b'1"', b'%d"' % n) + b"</row>" for n in range(1, 80_000))
    return sheet(many[: 60 * MIB].rpartition(b"</row>")[0] + b"</row>")


def far_cell() -> bytes:
    return sheet(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def laughs() -> bytes:
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return sheet(b"<row><c><v>&l9;</v></c></row>", XML + b'<!DOCTYPE a [<!ENTITY l0 "lol">' + entities + b"]>")


def outside() -> bytes:
    head = XML + b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return sheet(b'<row><c t="inlineStr"><is><t>&x;</t></is></c></row>', head)


def deep_xml() -> bytes:
    return sheet(b"<a>" * 3_000_000)


def many_attributes() -> bytes:
    return sheet(b"<row " + b" ".join(b'a%d="1"' % n for n in range(400_000)) + b"/>")


def lying_sizes() -> bytes:
    """The zip directory says that the sheet has 10 bytes."""
    content = bytearray(text_bomb())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(content)


def many_parts() -> bytes:
    return book(**{f"xl/a{n}.xml": b"" for n in range(20_000)})


def escaping_names() -> bytes:
    """Parts whose names point out of the package."""
    return book(**dict.fromkeys(("../../../../tmp/out.xml", "/etc/cron.d/x", "..\\..\\x.bat", "C:\\x.exe"), b"x"))


def html_bomb() -> bytes:
    return b"<html><table>" + b"<tr><td>" * 1_500_000


def wide_text() -> bytes:
    return b"\t" * (19 * MIB)


def many_quotes() -> bytes:
    return b'"' + b'""' * (9 * MIB)


def ods(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return out.getvalue()


def repeated_cells() -> bytes:
    """Sixteen thousand columns of a million rows, said in one line."""
    office, table, text = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text"))
    cell = '<t:table-cell t:number-columns-repeated="16384" o:value-type="string"><x:p>长</x:p></t:table-cell>'
    row = f'<t:table-row t:number-rows-repeated="1048576">{cell}</t:table-row>'
    return ods(
        f'<o:document-content xmlns:o="{office}" xmlns:t="{table}" xmlns:x="{text}"><o:body><o:spreadsheet>'
        f'<t:table t:name="a">{row * 50}</t:table></o:spreadsheet></o:body></o:document-content>'.encode()
    )


BOOKS: dict[str, Callable[[], bytes]] = {
    "text bomb": text_bomb,
    "row bomb": row_bomb,
    "steep rows": steep_rows,
    "far cell": far_cell,
    "billion laughs": laughs,
    "external entity": outside,
    "deep xml": deep_xml,
    "many attributes": many_attributes,
    "lying sizes": lying_sizes,
    "many parts": many_parts,
    "escaping names": escaping_names,
    "html bomb": html_bomb,
    "wide text": wide_text,
    "many quotes": many_quotes,
    "repeated cells": repeated_cells,
    "nothing": lambda: b"",
    "zeros": lambda: bytes(50 * MIB),
    "zeros in the limit": lambda: bytes(19 * MIB),
    "half a zip": lambda: SAMPLE.read_bytes()[:3000],
    "ole head": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000),
    "ole circle": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00\x00\x00\x01" * 4000,
}


# ---- PDFs


def pdf_of(objects: list[bytes], root: int = 1) -> bytes:
    """A PDF of these objects, numbered from 1."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, start)
    return bytes(out)


def stream(content: bytes, extra: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n" % (extra, len(content)) + content + b"\nendstream"


def one_page(content: bytes, *more: bytes, box: bytes = b"0 0 595 842", resources: bytes = b"") -> bytes:
    """A PDF with one page, whose content is object 4; ``more`` are objects from 5 on."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<<%s>>>>" % (box, resources)
    return pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, content, *more])


def flate(size: int, rounds: int = 1, byte: bytes = b" ") -> tuple[bytes, bytes]:
    """Bytes deflated so often, and the filters that undo it."""
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = byte * MIB
    packed = deflater.compress(block) + deflater.flush(zlib.Z_FULL_FLUSH)  # stands by itself, so it can be repeated
    check = 1
    for _ in range(size // MIB):
        check = zlib.adler32(block, check)
    made = b"\x78\x9c" + packed * (size // MIB) + b"\x03\x00" + struct.pack(">I", check)
    for _ in range(rounds - 1):
        made = zlib.compress(made, 9)
    return made, b"/Filter[" + b"/FlateDecode" * rounds + b"]"


def flate_bomb() -> bytes:
    """A page whose content inflates to four gigabytes."""
    return one_page(stream(*flate(4096 * MIB, 2)))


def object_stream_bomb() -> bytes:
    """An object stream that inflates to a gigabyte, on the way to the catalogue."""
    made, filters = flate(1024 * MIB, 2)
    return one_page(stream(made, filters + b"/Type/ObjStm/N 100000000/First 10"))


def image_bomb(filters: bytes = b"/FlateDecode", data: bytes | None = None, size: int = 60_000) -> bytes:
    """An image of 60,000 × 60,000 dots on one page."""
    made = data if data is not None else flate(1024 * MIB, 1, b"\0")[0]
    entries = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter%s"
    image = stream(made, entries % (size, size, filters))
    return one_page(stream(b"595 0 0 842 0 0 cm /I Do"), image, resources=b"/XObject<</I 5 0 R>>")


def many_pages() -> bytes:
    """A page tree that says ten million pages, by one page named ten thousand times."""
    kids = b"3 0 R " * 1000
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
    middle = b"<</Type/Pages/Count 1000000/Kids[%s]>>" % (b"4 0 R " * 1000)
    leaf = b"<</Type/Pages/Count 1000/Kids[%s]>>" % kids
    tree = [b"<</Type/Catalog/Pages 2 0 R>>", middle, page, leaf]
    return pdf_of(tree)


def page_circle() -> bytes:
    return pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>"])


def huge_page() -> bytes:
    return one_page(stream(b"0 0 m 1 1 l S"), box=b"0 0 2000000000 2000000000")


def tiny_page() -> bytes:
    return one_page(stream(b""), box=b"0 0 0 0")


def form_circle() -> bytes:
    """A form that draws itself twice."""
    form = stream(b"/F Do /F Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>")
    return one_page(stream(b"/F Do"), form, resources=b"/XObject<</F 5 0 R>>")


def form_fan() -> bytes:
    """Forms, each of which draws the next one a hundred times: a hundred to the eighth drawings."""
    forms = [
        stream(
            b"/F Do " * 100,
            b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>>>" % (6 + depth),
        )
        for depth in range(8)
    ]
    last = stream(b"0 0 m 9 9 l S " * 100, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    return one_page(stream(b"/F Do"), *forms, last, resources=b"/XObject<</F 5 0 R>>")


def deep_arrays() -> bytes:
    return one_page(stream(b"[" * 2_000_000))


def deep_objects() -> bytes:
    return one_page(b"[" * 1_000_000)


def jbig2_bomb() -> bytes:
    """A JBIG2 page of four thousand million dots, in thirty bytes."""
    head = struct.pack(">IBBBI", 0, 48, 0, 1, 19) + struct.pack(">IIIIBH", 65_535, 65_535, 0, 0, 0, 0)
    return image_bomb(b"/JBIG2Decode", head, 65_535)


def jpx_bomb() -> bytes:
    """A JPEG 2000 head that says 60,000 × 60,000 dots of four colours."""
    size = struct.pack(">HIIIIIIIIH", 0, 60_000, 60_000, 0, 0, 60_000, 60_000, 0, 0, 4) + b"\x07\x01\x01" * 4
    code = b"\xff\x4f\xff\x51" + struct.pack(">H", len(size) + 2) + size
    code += b"\xff\x52\x00\x0c\x00\x00\x00\x01\x00\x05\x04\x04\x00\x00\xff\x5c\x00\x04\x00\x00\xff\xd9"
    return image_bomb(b"/JPXDecode", code)


PDFS: dict[str, Callable[[], bytes]] = {
    "flate bomb": flate_bomb,
    "object stream bomb": object_stream_bomb,
    "image bomb": image_bomb,
    "many pages": many_pages,
    "page circle": page_circle,
    "huge page": huge_page,
    "tiny page": tiny_page,
    "form circle": form_circle,
    "form fan": form_fan,
    "deep arrays": deep_arrays,
    "deep objects": deep_objects,
    "jbig2 bomb": jbig2_bomb,
    "jpx bomb": jpx_bomb,
    "half a pdf": lambda: pdf((595, 842))[:200] + b"%%EOF",
}


# ---- pictures


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes, *more: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def jpeg_of(width: int, height: int) -> bytes:
    """A JPEG whose head says another size than it has."""
    content = bytearray(photograph(size=(64, 64)))
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(content)


PICTURES: dict[str, Callable[[], bytes]] = {
    "png of 60,000 x 60,000": lambda: png(60_000, 60_000, zlib.compress(bytes(MIB))),
    "png just allowed": lambda: png(7000, 7000, flate(150 * MIB, 1, b"\0")[0]),
    "png text bomb": lambda: png(8, 8, zlib.compress(bytes(200)), chunk(b"zTXt", b"a\0\0" + flate(512 * MIB)[0])),
    "png profile bomb": lambda: png(8, 8, zlib.compress(bytes(200)), chunk(b"iCCP", b"a\0\0" + flate(512 * MIB)[0])),
    "half a png": lambda: photograph(size=(900, 900), kind="PNG")[:400],
    "half a jpeg": lambda: photograph(size=(900, 900))[:4000],
    "jpeg of 60,000 x 60,000": lambda: jpeg_of(60_000, 60_000),
    "jpeg of 65,500 x 700": lambda: jpeg_of(65_500, 700),
    "gif": lambda: photograph(kind="GIF"),
    "tiff": lambda: photograph(kind="TIFF"),
    "heic": lambda: b"\x00\x00\x00\x18ftypheic" + bytes(4000),
    "gif as png": lambda: b"\x89PNG\r\n\x1a\n" + photograph(kind="GIF"),
}
