"""The attachments of works (R33), drawn: photographs before and after, a contract and an as-built drawing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from haicang_desk.demo.fixtures import DemoProject
from haicang_desk.demo.simulated_office import Office
from haicang_desk.model.records import ACCEPTANCE_PHOTOGRAPHS, PUBLIC_PHOTOGRAPHS, Attachment, Category, Phase
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.scans import Scan, scan_of
from haicang_desk.model.services import attach
from haicang_desk.model.values import full_date
from haicang_desk.paths import resource

PHOTOGRAPH = (1280, 960)
DOTS = 110  # per inch, of scanned pages
_A4, _A3_ACROSS = (909, 1286), (1818, 1286)  # in pixels at DOTS
_PAPER, _INK, _STAMP = (247, 246, 242), (45, 48, 56), (196, 32, 38)
_HOUSES = ((60, 330), (300, 250), (560, 380), (820, 290), (1060, 350))  # where each begins, and how tall it is


@cache
def _type(face: str, size: int) -> Any:
    return ImageFont.truetype(str(resource("fonts", f"{face}.ttf")), size)


def street_photograph(number: int, day: str, *, repaired: bool) -> bytes:
    """A JPEG of a street before or after the works; it differs by ``number``."""
    width, height = PHOTOGRAPH
    sky, road = ((178, 208, 232), (124, 126, 130)) if repaired else ((150, 156, 164), (98, 92, 84))
    picture = Image.new("RGB", PHOTOGRAPH, sky)
    draw = ImageDraw.Draw(picture)
    for at, (left, height_of_house) in enumerate(_HOUSES):
        shade = 170 + (at * 37 + number * 13) % 60
        wall = (shade, shade - 14, shade - 34) if repaired else (shade - 60, shade - 62, shade - 66)
        draw.rectangle((left, 640 - height_of_house, left + 200, 640), fill=wall)
        for window in range(12):
            x, y = left + 24 + window % 3 * 58, 664 - height_of_house + window // 3 * 66
            draw.rectangle((x, y, x + 34, y + 42), fill=(70, 92, 112) if window % 4 else (216, 190, 120))
    draw.polygon(((0, 960), (440, 640), (840, 640), (width, height)), fill=road)
    if repaired:
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
    """A scanned contract of two pages, as a PDF of pictures, the second page signed and sealed."""
    first, second = (_page(_A4) for _ in range(2))
    draw = ImageDraw.Draw(first)
    draw.text((454, 150), "施 工 合 同", _INK, _type("title", 44), anchor="ms")
    draw.text((454, 200), f"项目名称：{title}", _INK, _type("song", 22), anchor="ms")
    for line, text in enumerate((*parties, "", *clauses)):
        draw.text((110, 270 + line * 46), text, _INK, _type("song", 21))
    draw = ImageDraw.Draw(second)
    draw.text((110, 150), "以上条款双方已核对无误，自签字盖章之日起生效。", _INK, _type("song", 21))
    for column, party in enumerate(parties):
        x = 110 + column * 400
        draw.text((x, 330), f"{party[:2]}（盖章）：", _INK, _type("song", 21))
        draw.ellipse((x + 60, 380, x + 230, 550), outline=_STAMP, width=6)
        draw.text((x + 145, 480), "★", _STAMP, _type("song", 60), anchor="ms")
    return _pdf(
        [page.rotate(turn, Image.Resampling.BICUBIC, fillcolor=_PAPER) for page, turn in ((first, 0.4), (second, -0.3))]
    )


def as_built_drawing(title: str, number: int) -> bytes:
    """A scanned drawing of the finished works (竣工图) on A3 landscape, as a PDF."""
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
    """Without creation and modification times, so that the bytes are always the same."""
    first, *others = pages
    out = BytesIO()
    first.save(out, "PDF", resolution=DOTS, save_all=True, append_images=others, creationDate=None, modDate=None)
    return out.getvalue()


def is_photographed(project: DemoProject) -> bool:
    """Whether it is a project of works that reaches 办结; only those have attachments."""
    return project.to == "closed" and project.category is Category.WORKS


def attach_contract(project: DemoProject, office: Office) -> None:
    """Attach the signed contract, and register the pledge of self-raised money, whose original stays in the village."""
    case = office.case(project)
    appointed = case.appointment
    if appointed is None:
        return
    parties = (f"甲方：{case.village.committee}", f"乙方：{appointed.implementer}")
    clauses = (
        f"一、工程地点：{case.project.place}。",
        f"二、合同价款：人民币 {appointed.price} 元。",
        "三、工期：自开工之日起九十日。",
        "四、质量：按国家现行验收规范，一次验收合格。",
        f"五、签订日期：{full_date(office.today)}。",
    )
    scan = scan_of("施工合同（扫描件）.pdf", contract(project.title, parties, clauses))
    _attach(project, office, "合同", [scan])
    if case.project.self_raise_pledge:
        pledge = Attachment(
            project=office.link(project),
            phase=Phase.CHOOSING,
            item="自筹承诺书",
            name="自筹承诺书（正本）",
            added_on=office.today,
            note="正本存村居档案柜",
        )
        office.save([pledge], f"登记“{project.title}”自筹承诺书")


def attach_photographs(project: DemoProject, office: Office) -> None:
    """Attach photographs before and after for the acceptance and for the public notice, and the as-built drawing."""
    begun = office.case(project).first(ProgressEvent.START)
    before = begun.happened_on if begun and begun.happened_on else office.today
    for turn, (item, named) in enumerate(((ACCEPTANCE_PHOTOGRAPHS, "施工"), (PUBLIC_PHOTOGRAPHS, "整治"))):
        scans = [
            scan_of(f"{named}前.jpg", street_photograph(project.number + turn, before.isoformat(), repaired=False)),
            scan_of(
                f"{named}后.jpg", street_photograph(project.number + turn, office.today.isoformat(), repaired=True)
            ),
        ]
        _attach(project, office, item, scans)
    _attach(project, office, "竣工图", [scan_of("竣工图.pdf", as_built_drawing(project.title, project.number))])


def _attach(project: DemoProject, office: Office, item: str, scans: list[Scan]) -> None:
    attach(
        office.ws,
        office.ids[project.number],
        scans,
        phase=Phase.CARRYING,
        item=item,
        on=office.today,
        person=office.street.clerk,
    )
