"""Objects of a PDF file (ISO 32000-1 §7.3, §7.5), packed into object streams and found by a cross-reference stream.

An object is one of reportlab's, which spells names, strings and numbers, or the text that stands between ``obj`` and
``endobj``: the elements of a structure tree are many and are spelt directly. Those that are no streams are written
compressed, 200 at a time, in the order in which they are complete.
"""

from __future__ import annotations

import zlib
from struct import pack
from typing import NamedTuple

from reportlab.pdfbase.pdfdoc import NoEncryption, PDFDictionary

_HEADER = b"%PDF-1.7\n%\xc2\xb7\xe6\xb5\xb7\n"  # four bytes above 127 tell that the file is binary (ISO 19005-2 §6.1.2)
_LEVEL = 4  # of zlib; a higher one takes twice the time and saves 2 %
_SMALL = 6  # of zlib, for what is small and alike
_MOST_PACKED = 200  # objects in an object stream: fewer than 256, so that a place in it is one byte
_STREAM_END = b"\nendstream\nendobj\n"
_ROW = b"\x02\0\0\0\0\0\x01"  # of the cross-reference: the next object of the same stream, less the row above it


class Stream(NamedTuple):
    """A stream object: further entries of its dictionary, and its bytes as they are written."""

    entries: str
    data: bytes


def compressed(data: bytes, entries: str = "") -> Stream:
    """A stream object compressed with Flate."""
    return deflated(zlib.compress(data, _LEVEL), entries)


def deflated(data: bytes, entries: str = "") -> Stream:
    """A stream object of data that is compressed with Flate already."""
    return Stream(f"{entries}/Filter/FlateDecode", data)


def text_string(text: str) -> str:
    """A text string (§7.9.2.2), in hexadecimal."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def reference(number: int) -> str:
    """A reference to an object."""
    return f"{number} 0 R"


class PdfObjects:
    """The objects of one file, and its bytes so far. To reportlab's objects it is the document that they belong to."""

    encrypt = NoEncryption()

    def __init__(self) -> None:
        self._parts = [_HEADER]
        self._length = len(_HEADER)
        self._places: list[tuple[int, int, int]] = [(0, 0, 0)]  # of each object: kind, offset or stream, index
        self._waiting: list[tuple[int, str]] = []

    def reserve(self, count: int = 1) -> int:
        """The number of an object that is given later; of several, the first number."""
        number = len(self._places)
        self._places += [(0, 0, 0)] * count
        return number

    def put(self, number: int, body: str | PDFDictionary) -> None:
        """Give the object of a reserved number."""
        text = body if isinstance(body, str) else body.format(self).decode("ascii")
        self._waiting.append((number, text))
        if len(self._waiting) == _MOST_PACKED:
            self._pack()

    def add(self, body: str | PDFDictionary) -> int:
        """Add an object; returns its number."""
        self.put(number := self.reserve(), body)
        return number

    def stream(self, stream: Stream) -> int:
        """Add a stream object; returns its number."""
        self._write(number := self.reserve(), stream)
        return number

    def written(self, catalogue: int, information: int, identity: str) -> bytes:
        """The bytes of the file; `identity` is the array ID of the trailer. Nothing can be added after it."""
        self._pack()
        number, begun = self.reserve(), self._length
        self._places[number] = (1, begun, 0)
        entries = (
            f"/Type/XRef/Size {len(self._places)}/W[1 4 1]/Root {catalogue} 0 R/Info {information} 0 R/ID{identity}"
            "/DecodeParms<</Predictor 12/Columns 6>>"
        )
        self._write(number, deflated(zlib.compress(self._cross_reference(), _SMALL), entries))
        self._parts.append(b"startxref\n%d\n%%%%EOF\n" % begun)
        return b"".join(self._parts)

    def _write(self, number: int, stream: Stream) -> None:
        """Write a stream object, with an end of line before ``endstream`` (ISO 19005-2 §6.1.7.1)."""
        self._places[number] = (1, self._length, 0)
        head = f"{number} 0 obj\n<<{stream.entries}/Length {len(stream.data)}>>\nstream\n".encode("ascii")
        self._parts += (head, stream.data, _STREAM_END)
        self._length += len(head) + len(stream.data) + len(_STREAM_END)

    def _pack(self) -> None:
        """Write the objects that wait, as one object stream (§7.5.7)."""
        if not self._waiting:
            return
        holder, places, at = self.reserve(), list[str](), 0
        for index, (number, body) in enumerate(self._waiting):
            self._places[number] = (2, holder, index)
            places.append(f"{number} {at}")
            at += len(body) + 1
        head = " ".join(places) + "\n"
        bodies = "\n".join([body for _, body in self._waiting])
        entries = f"/Type/ObjStm/N {len(self._waiting)}/First {len(head)}"
        self._waiting.clear()
        self._write(holder, deflated(zlib.compress((head + bodies).encode("ascii"), _SMALL), entries))

    def _cross_reference(self) -> bytes:
        """The table of all objects (§7.5.8), each row less the one above it (PNG's predictor Up)."""
        rows, above, before = list[bytes](), bytes(6), (0, 0, 0)
        for place in self._places:
            kind, where, index = place
            row = pack(">BLB", kind, where, index)
            if kind == 2 == before[0] and where == before[1] and index == before[2] + 1:
                rows.append(_ROW)
            else:
                rows.append(b"\x02" + bytes([(new - old) & 255 for new, old in zip(row, above, strict=True)]))
            above, before = row, place
        return b"".join(rows)
