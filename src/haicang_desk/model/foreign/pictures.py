"""Photographs: measured, decoded, made upright and smaller. Runs in the limited process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from haicang_desk.model.values import Refused

MOST_PIXELS = 50_000_000  # as telephones take today; larger is a decompression bomb or a map
_ORIENTATION, _ON_ITS_SIDE = 0x0112, (5, 6, 7, 8)  # EXIF orientation, and its values for a picture turned by 90°
_OF_THE_PICTURE = frozenset(("jfif", "jfif_density", "jfif_unit", "jfif_version", "dpi", "progressive", "progression"))
_QUALITY = 80


@contextmanager
def _reading() -> Iterator[None]:
    """Turns errors of the picture library into Refused with advice for the clerk."""
    try:
        yield
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refused("照片读不出来；请换一张完好的 JPG 或 PNG 照片") from error


def measured(data: bytes) -> tuple[int, int, bool]:
    """Width and height when upright, and whether it is an RGB JPEG with nothing in it but the picture.

    EXIF data tells where it was taken, XMP and comments whatever a program noted: such a JPEG is written anew.
    """
    with _reading():
        return _measured(Image.open(BytesIO(data), formats=("PNG", "JPEG")))


def _measured(picture: Image.Image) -> tuple[int, int, bool]:
    across, tall = picture.size
    if across * tall > MOST_PIXELS:
        raise Refused(f"照片有 {across}×{tall} 个像素，过大；请缩小到 {MOST_PIXELS // 10_000} 万像素以内再添加")
    plain = picture.format == "JPEG" and picture.mode == "RGB" and set(picture.info) <= _OF_THE_PICTURE
    if picture.getexif().get(_ORIENTATION, 1) in _ON_ITS_SIDE:
        across, tall = tall, across
    return across, tall, plain


def fitted_jpeg(data: bytes, size: tuple[int, int]) -> bytes:
    """The picture as a JPEG of this size, upright and on white. Raises Refused."""
    with _reading():
        picture = _opened(data, size)
    picture.info.clear()  # comments would be written too
    out = BytesIO()
    (picture if size == picture.size else picture.resize(size)).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


@contextmanager
def opened_picture(data: bytes, size: tuple[int, int]) -> Iterator[Image.Image]:
    """The picture upright, in RGB and on white, hardly finer than ``size`` needs. Raises Refused."""
    measured(data)
    with _reading():
        picture = _opened(data, size)
        picture.info.clear()  # comments would be written too
        yield picture


def decode(data: bytes) -> None:
    """Decode the whole picture. Raises Refused with the fault and what to do."""
    try:
        picture = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
        if picture.width * picture.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as wrong:
        raise Refused(f"超过 {MOST_PIXELS // 10_000} 万像素；请缩小后再添加") from wrong
    except (OSError, ValueError, SyntaxError) as wrong:
        raise Refused("已损坏，读不出图像；请重新扫描或重新拍照") from wrong


def shown(data: bytes, largest: int) -> tuple[int, int, bytes]:
    """The picture upright and on white, at most ``largest`` dots long: its width, its height, its dots as red, green
    and blue. Raises Refused."""
    measured(data)
    with _reading():
        picture = _opened(data, (largest, largest))
        picture.thumbnail((largest, largest))
    return picture.width, picture.height, picture.tobytes()


def _opened(data: bytes, size: tuple[int, int]) -> Image.Image:
    """The picture upright and on white where transparent; a JPEG is decoded only as finely as `size` needs."""
    picture: Image.Image = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
    picture.draft("RGB", (max(size), max(size)))
    picture = _upright(picture)
    if picture.mode == "RGB":
        return picture
    if picture.mode != "RGBA":
        picture = picture.convert("RGBA")
    flat = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    del picture  # a large one takes 200 MB
    return flat.convert("RGB")


def _upright(picture: Image.Image) -> Image.Image:
    """The picture turned as its EXIF orientation says."""
    return ImageOps.exif_transpose(picture)
