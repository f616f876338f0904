"""Photographs as a PDF carries them."""

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

_ORIENTATION, _ON_ITS_SIDE = 0x0112, (5, 6, 7, 8)  # as a camera notes how it was held
_FINEST = 200  # dots an inch: finer is not to be seen in print, and a page is to stay small
_QUALITY = 80


class Photograph:
    """One picture, of the pixels that its printed size needs. It is decoded when it is written, not before."""

    def __init__(self, data: bytes, width: float) -> None:
        self._data = data
        with _reading():
            self._across, tall, self._as_it_is = _measured(data)
        self.name = "P" + sha256(data + repr(round(width)).encode("ascii")).hexdigest()[:12]
        self.ratio = tall / self._across
        self._pixels = max(1, min(self._across, round(width / 72 * _FINEST)))

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height in pixels."""
        return self._pixels, max(1, round(self._pixels * self.ratio))

    def jpeg(self) -> bytes:
        """The picture as a JPEG file of those pixels; one that is such a file already stays as it is."""
        if self._as_it_is and self._pixels == self._across:
            return self._data
        with _reading():
            picture = _opened(self._data, self.size)
        out = BytesIO()
        (picture if self.size == picture.size else picture.resize(self.size)).save(out, "JPEG", quality=_QUALITY)
        return out.getvalue()

    def stream(self) -> Stream:
        """The picture as an object of the document."""
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
    """What goes wrong with a picture, as something that a person can mend."""
    try:
        yield
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refused("照片读不出来；请换一张完好的 JPG 或 PNG 照片") from error


def _measured(data: bytes) -> tuple[int, int, bool]:
    """Width and height when upright, and whether it is a JPEG in plain colour that holds nothing but the picture.

    What a telephone writes beside a picture tells where it was taken, and goes nowhere.
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
    """The picture upright, on white where it is transparent; a JPEG no finer than this size needs."""
    picture: Image.Image = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
    picture.draft("RGB", (max(size), max(size)))
    picture = _upright(picture)
    if picture.mode == "RGB":
        return picture
    layered = picture.convert("RGBA")
    page = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(page, layered).convert("RGB")


def _upright(picture: Image.Image) -> Image.Image:
    from PIL import ImageOps

    return ImageOps.exif_transpose(picture)
