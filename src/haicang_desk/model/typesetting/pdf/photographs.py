"""Photographs as image objects of a PDF: upright, in RGB, at most 200 dots per inch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO

from PIL import Image, UnidentifiedImageError
from reportlab.pdfbase.pdfdoc import PDFName

from haicang_desk.model.scans import MOST_PIXELS
from haicang_desk.model.typesetting.pdf.metadata import Stream
from haicang_desk.model.values import Refused

_ORIENTATION, _ON_ITS_SIDE = 0x0112, (5, 6, 7, 8)  # EXIF orientation, and its values for a picture turned by 90°
_FINEST = 200  # dots per inch: more is not visible in print
_QUALITY = 80


class Photograph:
    """A picture printed `width` points wide, reduced to the pixels needed; decoded only when written.

    Raises Refused for data that is no readable PNG or JPEG, or that has too many pixels.
    """

    def __init__(self, data: bytes, width: float) -> None:
        self._data = data
        with _reading():
            self._across, tall, self._as_it_is = _measured(data)
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
        with _reading():
            picture = _opened(self._data, self.size)
        out = BytesIO()
        (picture if self.size == picture.size else picture.resize(self.size)).save(out, "JPEG", quality=_QUALITY)
        return out.getvalue()

    def stream(self) -> Stream:
        """The picture as an image XObject (ISO 32000-1 §8.9.5)."""
        entries = {
            "Type": PDFName("XObject"),
            "Subtype": PDFName("Image"),
            "Width": self.size[0],
            "Height": self.size[1],
            "ColorSpace": PDFName("DeviceRGB"),
            "BitsPerComponent": 8,
            "Filter": PDFName("DCTDecode"),
        }
        return Stream(self.jpeg(), entries)


@contextmanager
def _reading() -> Iterator[None]:
    """Turns errors of the picture library into Refused with advice for the clerk."""
    try:
        yield
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refused("照片读不出来；请换一张完好的 JPG 或 PNG 照片") from error


def _measured(data: bytes) -> tuple[int, int, bool]:
    """Width and height when upright, and whether it is an RGB JPEG without EXIF data or colour profile.

    EXIF data tells where a picture was taken and must not be passed on, so such a JPEG is written anew.
    """
    picture = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
    across, tall = picture.size
    if across * tall > MOST_PIXELS:
        raise Refused(f"照片有 {across}×{tall} 个像素，过大；请缩小到 {MOST_PIXELS // 10_000} 万像素以内再添加")
    plain = picture.format == "JPEG" and picture.mode == "RGB" and not {"exif", "icc_profile"} & set(picture.info)
    if picture.getexif().get(_ORIENTATION, 1) in _ON_ITS_SIDE:
        across, tall = tall, across
    return across, tall, plain


def _opened(data: bytes, size: tuple[int, int]) -> Image.Image:
    """The picture upright and on white where transparent; a JPEG is decoded only as finely as `size` needs."""
    picture: Image.Image = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
    picture.draft("RGB", (max(size), max(size)))
    picture = _upright(picture)
    if picture.mode == "RGB":
        return picture
    layered = picture.convert("RGBA")
    page = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(page, layered).convert("RGB")


def _upright(picture: Image.Image) -> Image.Image:
    """The picture turned as its EXIF orientation says."""
    from PIL import ImageOps

    return ImageOps.exif_transpose(picture)
