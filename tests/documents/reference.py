"""Every document of the fixed year, the same on every run, and the pictures of it that are kept.

`python -m tests.documents.reference` (``make pages``) makes the pictures anew; look at them before they are kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pypdfium2
from PIL import Image
from sqlite_utils import Database

from haicang_desk.model.blocks import PageSetup, Paper
from haicang_desk.model.documents import DOCUMENTS, prepare
from haicang_desk.model.records import Link, Participation, Street, StreetQuota, TakingPart, Village, VillageKind
from haicang_desk.model.services import Workspace
from haicang_desk.model.store.migrations import migrations
from haicang_desk.model.typesetting import write_batch
from haicang_desk.model.values import Money
from tests.documents.year import fill

AS_OF = date(2019, 1, 3)
WHOLE_WAY, CHARITY = "XYJD-XYSQ-2018-01", "XYJD-XWSQ-2018-01"
FOLDER = Path(__file__).parent / "pages"
SEAL = "3f9a0c17b2d4e685"  # in place of one that follows from records' random ids


def filled_year() -> Workspace:
    """A store in memory that holds the year."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    migrations.apply(Database(conn))
    ws = Workspace(conn, now=lambda: datetime(2018, 9, 3, 9, 30))
    with ws.change("建立台账", actor="陈", undoable=False) as change:
        change.save(Street(name="新阳街道", code="XYJD"))
        change.save(StreetQuota(fund_year=2018))
        change.save(Village(name="霞阳社区", code="XYSQ", kind=VillageKind.COMMUNITY, payee="霞阳社区居民委员会"))
    fill(ws)
    with ws.change("申请以奖代补", actor="陈") as change:
        care = change.save(replace(ws.project(CHARITY), charity="老人日间照料", matching=Money(3000000)))
        for party, amount in (("厦门新阳机械有限公司", 2000000), ("霞阳商会", 1000000)):
            change.save(
                Participation(
                    project=Link(care.id),
                    party=party,
                    kind="企业",
                    manner=TakingPart.DONATE,
                    took_on=date(2018, 9, 2),
                    amount=Money(amount),
                    received=True,
                )
            )
    return ws


def printed(ws: Workspace, paper: str = "A4") -> Iterator[tuple[str, list[Paper]]]:
    """Each document's name and its papers: of the project that went the whole way, of its village, of the street."""
    village = ws.casefile(ws.project(WHOLE_WAY).id).village.name
    for name, document in DOCUMENTS.items():
        if paper != "A4" and not document.takes_a3:
            continue
        code = CHARITY if name == "matching-form" else WHOLE_WAY
        of = {"project": {"project": code}, "village": {"village": village}, "street": {}}[document.scope]
        batch = prepare(ws, name, as_of=AS_OF, paper=paper, **of)
        made = [each for order in batch.orders for each in order.papers(batch.size)]
        yield name, [replace(each, setup=_steady(each.setup)) for each in made]


def _steady(setup: PageSetup) -> PageSetup:
    """The setup with the same 存证码 on every run, in the footer and in the QR code."""
    qr = setup.qr.replace(setup.seal_code.upper(), SEAL.upper()) if setup.seal_code else setup.qr
    return replace(setup, seal_code=SEAL, qr=qr)


DOTS = 60  # an inch: enough to see a millimetre move, little enough to be kept
OWN_PAGES = {"dossier": 2}  # what follows are the other documents again
_LEVELS = 16  # of grey
_BETWEEN = 6


def pictures(ws: Workspace) -> Iterator[tuple[str, Image.Image]]:
    """Each document's name and its pages side by side."""
    for name, papers in printed(ws):
        yield name, picture(write_batch(papers, name), OWN_PAGES.get(name, 0))


def picture(pdf: bytes, most: int = 0) -> Image.Image:
    """The pages of a file side by side in a few greys, the first ``most`` of them or all."""
    document = pypdfium2.PdfDocument(pdf)
    count = min(most, len(document)) if most else len(document)
    drawn = [document[n].render(scale=DOTS / 72, grayscale=True).to_pil() for n in range(count)]
    whole = Image.new("L", (sum(page.width + _BETWEEN for page in drawn), max(page.height for page in drawn)), 128)
    x = 0
    for page in drawn:
        whole.paste(page, (x, 0))
        x += page.width + _BETWEEN
    step = 255 // (_LEVELS - 1)
    return whole.point(lambda grey: round(grey / step) * step)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with filled_year() as ws:
        for name, made in pictures(ws):
            made.save(FOLDER / f"{name}.png", optimize=True)
            print(FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
