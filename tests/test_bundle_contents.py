"""What goes into the program's folder: what is wanted stays, what nothing needs does not; smaller things still work."""

import ctypes
import shutil
from pathlib import Path

import pytest
from scripts import bundle_contents as contents

from haicang_desk.model.typesetting.pdf.truetype import TrueTypeFont
from haicang_desk.paths import resource

binutils = pytest.mark.skipif(not all(map(shutil.which, ("ld", "objcopy", "readelf"))), reason="没有 binutils")


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqwayland.so", False),
        ("PySide6/Qt/plugins/sqldrivers/libqsqlite.so", False),
        ("PySide6/translations/qtbase_zh_CN.qm", True),
        ("PySide6/translations/qtbase_fr.qm", False),
        ("resources/manual/01-开始.md", True),
        ("PySide6\\plugins\\imageformats\\qwebp.dll", False),
    ],
)
def test_places(place, kept):
    assert contents.stays(place) is kept


@pytest.mark.posix
@binutils
def test_a_library_that_nothing_asks_for_is_left_out():
    import _hashlib

    entries = [
        ("lib-dynload/_hashlib.cpython-311.so", _hashlib.__file__, "EXTENSION"),
        *((name, _hashlib.__file__, "BINARY") for name in ("libcrypto.so.3", "libnobody.so.1")),
    ]
    assert {place for place, _, _ in contents.needed_libraries(entries)} == {entries[0][0], "libcrypto.so.3"} or (
        "libcrypto.so.3" not in contents._needs(_hashlib.__file__)
    )


@pytest.mark.posix
@binutils
def test_the_empty_unicode_data_can_be_loaded(tmp_path):
    entries = [
        ("PySide6/Qt/lib/libicudata.so.73", "unused", "BINARY"),
        ("PySide6/Qt/lib/libQt6Core.so.6", "q", "BINARY"),
    ]
    made, other = contents.without_unicode_data(entries, tmp_path)
    assert other == entries[1] and Path(made[1]).stat().st_size < 20_000
    data = (ctypes.c_ubyte * 4).in_dll(ctypes.CDLL(made[1]), "icudt73_dat")
    assert bytes(data)[2:] == b"\xda\x27"


def test_compressed_slices_draw_the_same(tmp_path):
    slice_ = next(resource("fonts-rare").glob("*.ttf"))
    ((place, file, _),) = contents.with_packed_slices(
        [(f"resources/fonts-rare/{slice_.name}", str(slice_), "DATA")], tmp_path
    )
    assert place.endswith(".ttf.gz") and Path(file).stat().st_size < 0.8 * slice_.stat().st_size
    packed, whole = TrueTypeFont(Path(file).with_suffix("")), TrueTypeFont(slice_)
    code = max(whole.characters())
    assert packed.outline(packed.glyph(chr(code))) == whole.outline(whole.glyph(chr(code))) != b""
