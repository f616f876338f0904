"""Photographs as image objects of a PDF: upright, in RGB, at most 200 dots per inch."""

from __future__ import annotations

from hashlib import sha256

from haicang_desk.model.foreign import measured_photograph, photograph_as_jpeg
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
        across, tall = self.size
        entries = (
            f"/Type/XObject/Subtype/Image/Width {across}/Height {tall}/ColorSpace/DeviceRGB/BitsPerComponent 8"
            "/Filter/DCTDecode"
        )
        return Stream(entries, self.jpeg())
