"""Photographs as a PDF carries them."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO

from PIL import Image, UnidentifiedImageError
from reportlab.pdfbase.pdfdoc import PDFName

from haicang_desk.model.documents.typeset.streams import Stream
from haicang_desk.model.errors import Refused

_MOST_PIXELS = 50_000_000
_FINEST = 200  # dots an inch: finer is not to be seen in print, and a page is to stay small
_QUALITY = 80


class Photograph:
    """One picture, of the pixels that its printed size needs."""

    def __init__(self, data: bytes, width: float) -> None:
        self._picture = _opened(data)
        self.name = "P" + sha256(data + repr(round(width)).encode("ascii")).hexdigest()[:12]
        self.ratio = self._picture.height / self._picture.width
        self._pixels = max(1, min(self._picture.width, round(width / 72 * _FINEST)))

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height in pixels."""
        return self._pixels, max(1, round(self._pixels * self.ratio))

    def jpeg(self) -> bytes:
        """The picture as a JPEG file of those pixels."""
        picture = self._picture if self.size == self._picture.size else self._picture.resize(self.size)
        out = BytesIO()
        picture.save(out, "JPEG", quality=_QUALITY)
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


def _opened(data: bytes) -> Image.Image:
    """The picture upright, on white where it is transparent. Raises Refused."""
    try:
        picture: Image.Image = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
        if picture.width * picture.height > _MOST_PIXELS:
            raise Refused(f"照片有 {picture.width}×{picture.height} 个像素，过大；请缩小到 5000 万像素以内再添加")
        picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refused("照片读不出来；请换一张完好的 JPG 或 PNG 照片") from error
    picture = _upright(picture)
    if picture.mode == "RGB":
        return picture
    layered = picture.convert("RGBA")
    page = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(page, layered).convert("RGB")


def _upright(picture: Image.Image) -> Image.Image:
    from PIL import ImageOps

    return ImageOps.exif_transpose(picture)
