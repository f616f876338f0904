"""What a camera and a scanner would have given, drawn: photographs of works before and after, a contract, a plan."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from haicang_desk.paths import resource

PHOTOGRAPH = (1280, 960)
DOTS = 110  # an inch, of scanned pages
_A4, _A3_ACROSS = (909, 1286), (1818, 1286)  # at so many dots
_PAPER, _INK, _STAMP = (247, 246, 242), (45, 48, 56), (196, 32, 38)
_HOUSES = ((60, 330), (300, 250), (560, 380), (820, 290), (1060, 350))  # where each begins, and how tall it is


@cache
def _type(face: str, size: int) -> Any:
    return ImageFont.truetype(str(resource("fonts", f"{face}.ttf")), size)


def street(number: int, day: str, *, mended: bool) -> bytes:
    """A street as a telephone takes it, broken and grey or mended and green; no two numbers are alike."""
    width, height = PHOTOGRAPH
    sky, road = ((178, 208, 232), (124, 126, 130)) if mended else ((150, 156, 164), (98, 92, 84))
    picture = Image.new("RGB", PHOTOGRAPH, sky)
    draw = ImageDraw.Draw(picture)
    for at, (left, tall) in enumerate(_HOUSES):
        shade = 170 + (at * 37 + number * 13) % 60
        wall = (shade, shade - 14, shade - 34) if mended else (shade - 60, shade - 62, shade - 66)
        draw.rectangle((left, 640 - tall, left + 200, 640), fill=wall)
        for window in range(12):
            x, y = left + 24 + window % 3 * 58, 664 - tall + window // 3 * 66
            draw.rectangle((x, y, x + 34, y + 42), fill=(70, 92, 112) if window % 4 else (216, 190, 120))
    draw.polygon(((0, 960), (440, 640), (840, 640), (width, height)), fill=road)
    if mended:
        for post in range(5):
            x = 120 + post * 260
            draw.ellipse((x - 60, 600, x + 60, 690), fill=(74, 128 + post * 6, 70))
        for dash in range(6):
            draw.rectangle((628 - dash * 2, 660 + dash * 50, 652 + dash * 2, 684 + dash * 50), fill=(238, 236, 226))
    else:
        for hole in range(9):
            x, y = 300 + (hole * 173 + number * 61) % 640, 690 + hole * 27
            draw.ellipse((x, y, x + 120 - hole * 4, y + 26), fill=(62, 56, 50))
    picture = picture.filter(ImageFilter.GaussianBlur(1.2))
    ImageDraw.Draw(picture).text((width - 40, height - 34), day, (255, 196, 64), _type("hei", 34), anchor="rs")
    return _jpeg(picture)


def contract(title: str, parties: Sequence[str], clauses: Sequence[str]) -> bytes:
    """A contract of two pages as a scanner gives it: a PDF of pictures, the second page signed and sealed."""
    first, second = (_page(_A4) for _ in range(2))
    draw = ImageDraw.Draw(first)
    draw.text((454, 150), "施 工 合 同", _INK, _type("title", 44), anchor="ms")
    draw.text((454, 200), f"项目名称：{title}", _INK, _type("song", 22), anchor="ms")
    for line, said in enumerate((*parties, "", *clauses)):
        draw.text((110, 270 + line * 46), said, _INK, _type("song", 21))
    draw = ImageDraw.Draw(second)
    draw.text((110, 150), "以上条款双方已核对无误，自签字盖章之日起生效。", _INK, _type("song", 21))
    for column, said in enumerate(parties):
        x = 110 + column * 400
        draw.text((x, 330), f"{said[:2]}（盖章）：", _INK, _type("song", 21))
        draw.ellipse((x + 60, 380, x + 230, 550), outline=_STAMP, width=6)
        draw.text((x + 145, 480), "★", _STAMP, _type("song", 60), anchor="ms")
    return _pdf(
        [page.rotate(turn, Image.Resampling.BICUBIC, fillcolor=_PAPER) for page, turn in ((first, 0.4), (second, -0.3))]
    )


def plan(title: str, number: int) -> bytes:
    """A plan of the works on A3 across, as a scanner gives it."""
    page = _page(_A3_ACROSS)
    draw = ImageDraw.Draw(page)
    draw.rectangle((60, 60, 1758, 1226), outline=_INK, width=4)
    draw.text((909, 130), f"{title}　竣工图", _INK, _type("hei", 36), anchor="ms")
    for line in range(4):
        y = 300 + line * 200
        draw.line((140, y, 1678, y + (number % 5 - 2) * 14), _INK, 3)
        for mark in range(12):
            draw.ellipse((180 + mark * 126, y - 10, 200 + mark * 126, y + 10), outline=_INK, width=3)
    draw.text((1720, 1200), "比例 1:200", _INK, _type("song", 26), anchor="rs")
    return _pdf([page])


def _page(size: tuple[int, int]) -> Image.Image:
    return Image.new("RGB", size, _PAPER)


def _jpeg(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()


def _pdf(pages: Sequence[Image.Image]) -> bytes:
    """Without the hour at which it was made, so that it is always the same."""
    first, *others = pages
    out = BytesIO()
    first.save(out, "PDF", resolution=DOTS, save_all=True, append_images=others, creationDate=None, modDate=None)
    return out.getvalue()
