"""Image objects of a PDF: photographs, upright, in RGB, at most 200 dots per inch, and pages of scans."""

from __future__ import annotations

from hashlib import sha256

from haicang_desk.model.foreign import PageScan, measured_photograph, photograph_as_jpeg
from haicang_desk.model.typesetting.pdf.objects import Stream

_FINEST = 200  # dots per inch: more is not visible in print


class Photograph:
    """A picture printed `width` points wide, reduced to the pixels needed; decoded only when written,
    in the limited process.

    Raises Refused for data that is no readable PNG or JPEG, or that has too many pixels.
    """

    def __init__(self, data: bytes, width: float) -> None:
        self._data = data
        self._across, tall, self._as_it_is = measured_photograph(data)
        self.name = "P" + sha256(data + repr(round(width)).encode("ascii")).hexdigest()[:12]
        self.ratio = tall / self._across
        self._pixels = max(1, min(self._across, round(width / 72 * _FINEST)))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels as printed."""
        return self._pixels, max(1, round(self._pixels * self.ratio))

    def jpeg(self) -> bytes:
        """The picture as a JPEG file; a plain JPEG of the right size is kept unchanged. Raises Refused."""
        if self._as_it_is and self._pixels == self._across:
            return self._data
        return photograph_as_jpeg(self._data, self.size)

    def stream(self) -> Stream:
        """The picture as an image XObject (ISO 32000-1 §8.9.5)."""
        return Stream(_entries(*self.size, "DeviceRGB"), self.jpeg())


class PageImage(Photograph):
    """A page of a scan, in the pixels and the colours that it was drawn in; grey is DeviceGray, which the output intent
    of the file covers (ISO 19005-2 §6.2.4.3)."""

    def __init__(self, scan: PageScan) -> None:
        self._scan = scan
        self.name = "S" + sha256(scan.jpeg).hexdigest()[:12]
        self.ratio = scan.tall / scan.across

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self._scan.across, self._scan.tall

    def jpeg(self) -> bytes:
        """The page as a JPEG file."""
        return self._scan.jpeg

    def stream(self) -> Stream:
        """The page as an image XObject (ISO 32000-1 §8.9.5)."""
        return Stream(_entries(*self.size, "DeviceGray" if self._scan.grey else "DeviceRGB"), self.jpeg())


def _entries(across: int, tall: int, colours: str) -> str:
    return (
        f"/Type/XObject/Subtype/Image/Width {across}/Height {tall}/ColorSpace/{colours}/BitsPerComponent 8"
        "/Filter/DCTDecode"
    )
