"""Files as a clerk has them: scans as PDF, photographs, and such as are broken."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image
from pypdf import PdfWriter

A4, A3_ACROSS = (595, 842), (1191, 842)


def photograph(colour: Any = "red", size: tuple[int, int] = (80, 60), kind: str = "JPEG", **how: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **how)
    return out.getvalue()


def pdf(*sizes: tuple[int, int], password: str = "", turned: int = 0) -> bytes:
    """Blank pages of these sizes in points."""
    writer = PdfWriter()
    for width, height in sizes or (A4,):
        writer.add_blank_page(width, height).rotate(turned)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
