"""The stores of commit db567bb: empty.db, year.db and odd.db. See README.md.

Run in a checkout of that commit: ``PYTHONPATH=src:. python make_today.py FOLDER``.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from tests.documents.odd import RARE, TRAPS, odd_year
from tests.documents.reference import WHOLE_WAY
from tests.scanning import pdf, photograph

from haicang_desk.__main__ import main
from haicang_desk.demo.clock import AS_OF, play
from haicang_desk.model.records import (
    Category,
    DayKind,
    Holiday,
    Link,
    Phase,
    Project,
    Prose,
    Stage,
    Survey,
    Village,
    VillageKind,
    Waiver,
)
from haicang_desk.model.scans import scan_of
from haicang_desk.model.services import Workspace, attach, redo, save, undo, void
from haicang_desk.model.store import back_up
from haicang_desk.model.values import Money

folder = Path(sys.argv[1])
papers = folder / "papers"
SIGNED = (
    *("application-form", "opinion-form", "approval-form", "filing-form", "implementer-form", "disbursement-form"),
    *("acceptance-form", "maintenance-form", "completion-notice", "survey-notice", "award-form"),
)


def command(*arguments: object) -> None:
    assert main([*map(str, arguments), "--operator", "陈静"]) in (0, 3), arguments


def issue(store: Path, name: str, day: date | str, *more: str) -> None:
    command("print", store, name, "--as-of", day, "--out", papers, *more)


def empty(store: Path) -> None:
    """As `init` leaves it."""
    command("init", store, "--street", "新阳街道", "--year", 2026)


def year(store: Path) -> None:
    """The demonstration year, of which one paper of each signed kind was issued on its last day."""
    with play() as ws:
        back_up(ws, store)
        closed = [case for case in ws.casefiles(2026) if case.stage is Stage.CLOSED]
        works = next(case.project.code for case in closed if case.project.category is Category.WORKS)
    for name in SIGNED:
        issue(store, name, AS_OF, "--project", works if name == "maintenance-form" else "LWJD-LWSQ-2026-01")
    issue(store, "project-notice", AS_OF, "--village", "鹭湾社区")
    for name in ("filing-letter", "inspection-report", "quarterly-report", "award-notice"):
        issue(store, name, AS_OF)


def odd(store: Path) -> None:
    """Rare characters and long texts everywhere; papers issued, corrected, on other paper, and due to be corrected."""
    day = date(2019, 1, 3)
    with odd_year(0) as ws:
        ws.conn.execute("PRAGMA application_id = 0x48434453")  # a year of the tests is in no file
        back_up(ws, store)
    with Workspace.open(store, now=lambda: datetime(2019, 1, 3, 10, 0)) as ws:
        lamps = ws.project(WHOLE_WAY)
        most, link = Money(10**13 - 1), Link(lamps.id)
        with ws.change("登记最大的数", actor="陈") as change:
            far = change.put(Village(name="鳌" * 30, kind=VillageKind.VILLAGE, quota=most))
            whole = {"special": most, "matching": most, "other_fiscal": most, "donated_cash": most, "labour": most}
            for code, title in (
                ("XYJD-MAX-2018-01", (RARE + "戙𬭎𫖯閳") * 5),
                ("XYJD-MAX-2018-02", TRAPS[3] + "一" * 30),
            ):
                change.put(Project(code=code, fund_year=2018, village=Link(far.id), title=title[:60], **whole))
            change.put(
                Waiver(project=link, rule="R12", authority="党政联席会议", number="纪〔2018〕9号", granted_on=day)
            )
            change.put(Holiday(day=date(2018, 12, 31), kind=DayKind.OFF, name="元旦调休"))
            change.put(Holiday(day=date(2018, 12, 29), kind=DayKind.WORKED, name="元旦调班"))
        scans = [
            scan_of("合同𫖯.pdf", pdf((595, 842), (1191, 842))),
            scan_of("施工后.jpg", photograph(size=(320, 240))),
        ]
        attach(ws, lamps.id, scans[:1], phase=Phase.CARRYING, item="合同", on=day, person="陈")
        attach(ws, lamps.id, scans[1:], phase=Phase.CARRYING, item="验收照片", on=day, person="陈")
        save(ws, [replace(far, contact="郭𫖯")], action="改联系人", person="陈")
        undo(ws, person="陈")
        redo(ws, person="陈")
        save(ws, [replace(far, contact="郭𫖯", bank="新阳支行")], action="改开户行", person="陈")
        undo(ws, person="陈")
        void(ws, ws.all(Survey)[-1], reason="重复登记", person="陈")
        void(ws, ws.project("XYJD-XYSQ-2018-03"), reason="<b>不办了</b>", person="陈")
    for name in SIGNED:
        issue(store, name, day, "--project", WHOLE_WAY)
    issue(store, "completion-notice", day, "--project", WHOLE_WAY, "--paper", "A3")
    with Workspace.open(store, now=lambda: datetime(2019, 2, 11, 9, 0)) as ws, ws.change("更正", actor="陈") as change:
        change.put(replace(ws.project(WHOLE_WAY), effect=Prose("更正后的预期效果：18 栋楼 421 户。")))
    issue(store, "approval-form", "2019-02-11", "--project", WHOLE_WAY, "--reason", "户数有误")
    issue(store, "application-form", "2019-02-11", "--project", WHOLE_WAY, "--reason", "户数有误")
    with Workspace.open(store, now=lambda: datetime(2019, 3, 5, 9, 0)) as ws:
        scan = scan_of("结算单.pdf", pdf((595, 842)))  # shown by no paper but the dossier
        attach(ws, lamps.id, [scan], phase=Phase.JUDGING, item="结算单", on=date(2019, 3, 5), person="陈")
        with ws.change("更正测评", actor="陈") as change:  # shown by papers that are not issued again yet
            change.put(replace(ws.casefile(lamps.id).surveys[0], excellent=1))


for make in (empty, year, odd):
    if make.__name__ in (sys.argv[2:] or ("empty", "year", "odd")):
        make(folder / f"{make.__name__}.db")
