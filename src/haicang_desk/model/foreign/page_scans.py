"""Foreign pages as pictures that any archive can keep (ISO 19005-2): JPEG in grey or RGB. Runs in the limited process.

What a foreign PDF is made of, such as fonts that are not embedded, colours of a device, scripts or transparency, is
then no part of the file that is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from math import sqrt

from PIL import Image, ImageChops

from haicang_desk.model.foreign.pdf_pages import LARGEST_PAGE, MOST_DOTS, MOST_PAGES, PageScan, not_opened
from haicang_desk.model.foreign.pictures import opened_picture
from haicang_desk.model.values import Refused

DOTS = 300  # an inch: DA/T 31—2017 asks for at least 200, and 300 for small type
_POINTS = 72  # points of PDF in an inch
_QUALITY = 80
_COLOURFUL = 40  # difference of two channels above which a dot has a colour: yellowed paper stays below
_FEW = 12  # coloured dots, of the picture at a quarter of its size, that are dirt
_REDUCED = 4
_WHITE = ((255, 255),) * 3
_SMALLEST = 18.0  # points of an edge: a page number fits on it


def page_scans(data: bytes, dots: float = DOTS, most_dots: int = MOST_DOTS) -> Iterator[PageScan]:
    """The pages of a PDF with stamps and filled-in fields, coarser above ``most_dots``. Raises Refused."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as opened:
            if len(opened) > MOST_PAGES:
                raise Refused(f"有 {len(opened)} 页，未装入")
            opened.init_forms()
            for number in range(len(opened)):
                page = opened[number]
                width, height = page.get_size()
                scale = min(dots / _POINTS, sqrt(most_dots / max(width * height, 1.0)))
                bitmap = page.render(scale=scale, rev_byteorder=True)
                picture = bitmap.to_pil().convert("RGB")
                if picture.getextrema() == _WHITE and not _is_readable(data, number):
                    raise Refused("已损坏，未装入")
                grey, jpeg = as_jpeg(picture)
                yield PageScan(_within_limits(width, height), picture.width, picture.height, grey, jpeg)
                del picture
                bitmap.close()
                page.close()
    except pypdfium2.PdfiumError as wrong:
        raise not_opened(wrong, "已损坏，未装入") from wrong


def picture_scan(data: bytes, longest: int) -> PageScan:
    """A scan that is a PNG or JPEG, upright and on white, at most ``longest`` dots long; its size is that in dots.
    Raises Refused."""
    with opened_picture(data, (longest, longest)) as picture:
        picture.thumbnail((longest, longest))
        grey, jpeg = as_jpeg(picture)
        size = (float(picture.width), float(picture.height))
        return PageScan(size, picture.width, picture.height, grey, jpeg)


def as_jpeg(picture: Image.Image) -> tuple[bool, bytes]:
    """An RGB picture as a JPEG, grey where nothing on it has a colour, and whether it is."""
    grey = not _has_colour(picture)
    out = BytesIO()
    (picture.convert("L") if grey else picture).save(out, "JPEG", quality=_QUALITY)
    return grey, out.getvalue()


def _is_readable(data: bytes, number: int) -> bool:
    """Whether the content of a page can be taken apart: what pdfium cannot read it leaves white."""
    from pypdf import PdfReader

    try:
        contents = PdfReader(BytesIO(data)).pages[number].get_contents()
        return contents is None or contents.get_data() is not None
    except Exception:  # pypdf raises many kinds of errors for malformed files
        return False


def _has_colour(picture: Image.Image) -> bool:
    red, green, blue = picture.reduce(_REDUCED).split()
    apart = ImageChops.lighter(ImageChops.difference(red, green), ImageChops.difference(green, blue))
    return sum(apart.histogram()[_COLOURFUL:]) > _FEW


def _within_limits(width: float, height: float) -> tuple[float, float]:
    """The size with its shape, as large as a page may be."""
    scale = min(1.0, LARGEST_PAGE / max(width, height, 1.0))
    return max(width * scale, _SMALLEST), max(height * scale, _SMALLEST)
