"""ZIP archives as containers of a document: the same files give the same bytes (DOCX: ECMA-376, OFD: GB/T 33190)."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest date of the ZIP format: no file names its time of creation


def zip_package(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive of the files (name to bytes) in their order, with constant metadata."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as file:
        for name, data in files.items():
            entry = ZipInfo(name, _FIRST_DAY)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 0  # otherwise it names the operating system
            file.writestr(entry, data)
    return out.getvalue()
