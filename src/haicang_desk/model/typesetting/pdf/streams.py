"""Stretches of bytes in a file, as ISO 19005-2 §6.1.7.1 wants them: an end of line before ``endstream``."""

from __future__ import annotations

import zlib
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFStream

_LEVEL = 4  # a higher one takes twice the time and saves two hundredths
_END = b"endstream\n"


class Stream(PDFStream):
    """Bytes that are written as they are."""

    def __init__(self, data: bytes, entries: dict[str, Any]) -> None:
        super().__init__(PDFDictionary(entries), data)

    def format(self, document: Any) -> bytes:
        written: bytes = super().format(document)
        return written.removesuffix(_END) + b"\n" + _END


def compressed(data: bytes, **entries: int) -> Stream:
    """Bytes that are written in less room."""
    return Stream(zlib.compress(data, _LEVEL), {**entries, "Filter": PDFName("FlateDecode")})
