"""What is done at the desk beside the steps: typing, workbooks, copies, closing and opening."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

from haicang_desk.model.records import Link, Maintenance, Project, Prose, StreetQuota, Village, VillageKind
from haicang_desk.model.services import redo, save, undo, void
from haicang_desk.model.values import Money, NotUndoable, Refused
from tests.stories.office import CATEGORIES, FOUNDED, TALLY, YEAR, Kept, Office, a_village
from tests.stories.plain import a_project, stage

FUNDS = (  # category, sources in fen, 统筹管理费: on the edge of a limit, a fen beyond it, and far from it
    ("服务类", {"special": 150_000_00}, 15_000_00),
    ("工程类", {"special": 60_000_00, "donated_cash": 40_000_00}, 0),
    ("货物类", {"special": 48_000_00, "self_raised": 32_000_00}, 0),
    ("服务类", {"special": 200_000_00}, 20_000_01),
    ("服务类", {"special": 200_000_01}, 0),
    ("工程类", {"special": 60_000_00, "donated_cash": 39_999_99}, 0),
    ("工程类", {"special": 400_000_00, "donated_cash": 266_666_67}, 0),
    ("服务类", {"special": 200_000_00, "self_raised": 60_000_00}, 0),
    ("服务类", {"matching": 1_000_00}, 0),
    ("服务类", {"special": 100_000_00, "matching": 999_99, "other_fiscal": 1}, 1),
)


def at_the_desk(office: Office, deed: str, number: int) -> None:
    if deed == "clock":
        office.day = max(FOUNDED, office.day + timedelta((-60, -9, -1, 0, 1, 9, 30, 90)[number]))
    elif deed == "village":
        new_village(office, number)
    elif deed == "void village":
        void_village(office, number)
    elif deed == "quota":
        set_quota(office, (None, 150_000_00, 300_000_00, 10_000_000_00)[number % 4])
    else:
        take_back(office) if deed == "undo" else bring_back(office)


def new_village(office: Office, number: int) -> None:
    quota = (None, Money(100_000_00), Money(1))[number % 3]
    village = Village(
        name=f"村{number}", kind=VillageKind.VILLAGE, quota=quota, has_elders=(None, True, False)[number % 3]
    )
    taken = any(known["name"] == village.name for known in office.book["villages"].values())
    made = office.deed(lambda: save(office.ws, [village], action="登记村居", person="陈"), refused=taken)
    if not taken:
        office.book = deepcopy(office.book)
        office.book["villages"][made[0].id] = a_village(made[0])


def new_project(office: Office, which: int, village: int, *, pledged: bool, later: bool) -> None:
    category, funds, overhead = FUNDS[which % len(FUNDS)]
    key = list(office.book["villages"])[village % len(office.book["villages"])]
    made = Project(
        fund_year=YEAR + later,
        village=Link(key),
        title=f"项目{len(office.book['projects'])}",
        category=CATEGORIES[category],
        place="村口",
        need=Prose("居民反映"),
        works=Prose("更换"),
        effect=Prose("明亮"),
        others_duty=False,
        duplicates_public=False,
        self_raise_pledge=pledged,
        charity="老人灶" if "matching" in funds else "",
        overhead=Money(overhead),
        **{name: Money(amount) for name, amount in funds.items()},
    )
    (kept,) = office.deed(lambda: save(office.ws, [made], action="新建项目", person="陈"), refused=False)
    said = {"pledged": pledged, "kept": False, "overhead": overhead, "charity": made.charity, "imported": False}
    office.book = deepcopy(office.book)
    office.book["projects"][kept.id] = a_project(key, kept.fund_year, category, funds, **said)
    TALLY["new project"] += 1
    if pledged and category == "工程类":
        _is_kept(office, kept.id)


def _is_kept(office: Office, project_id: str) -> None:
    """Who keeps what is built, for how long and with what money."""
    terms = {"begins_on": office.day, "ends_on": office.day + timedelta(365), "contact": "郑", "yearly": Money(1)}
    keeping = Maintenance(project=Link(project_id), keeper="村居", duty=Prose("巡查"), fund_source="村居自筹", **terms)
    office.deed(lambda: save(office.ws, [keeping], action="落实管养", person="陈"), refused=False)
    office.book = deepcopy(office.book)
    office.book["projects"][project_id]["kept"] = True


def edit(office: Office, project_id: str, special: int) -> None:
    """Typing changes a project until it is decided on, and no further (R34)."""
    project = office.ws.get(Project, project_id)
    plain = office.book["projects"][project_id]
    same = project.special == special
    fixed = stage(plain) not in ("草稿", "退回", "撤回", "已申报")
    if same:
        before = office.picture()
        save(office.ws, [project], action="没有改动", person="陈")
        assert office.picture() == before, "what changes nothing is no entry"
        return
    changed = replace(project, special=Money(special))
    outcome = office.deed(lambda: save(office.ws, [changed], action="修改", person="陈"), refused=fixed or special < 0)
    if not isinstance(outcome, Refused):
        office.book = deepcopy(office.book)
        office.book["projects"][project_id]["asked"]["special"] = special


def void_project(office: Office, project_id: str, reason: str) -> None:
    project = office.ws.get(Project, project_id)
    filed = stage(office.book["projects"][project_id]) not in ("草稿", "退回", "撤回")
    outcome = office.deed(lambda: void(office.ws, project, reason=reason, person="陈"), refused=filed or not reason)
    if not isinstance(outcome, Refused):
        office.book = deepcopy(office.book)
        office.book["projects"][project_id]["void"] = True


def void_village(office: Office, number: int) -> None:
    villages = office.book["villages"]
    key = list(villages)[number % len(villages)]
    used = any(p["village"] == key and not p["void"] for p in office.book["projects"].values())
    village = office.ws.get(Village, key)
    if len(villages) == 1 and not used:
        return
    outcome = office.deed(lambda: void(office.ws, village, reason="撤并", person="陈"), refused=used)
    if not isinstance(outcome, Refused):
        office.book = deepcopy(office.book)
        del office.book["villages"][key]


def set_quota(office: Office, quota: int | None) -> None:
    known = office.ws.all(StreetQuota, fund_year=YEAR)[0]
    wanted = None if quota is None else Money(quota)
    if known.quota == wanted:
        return
    changed = [replace(known, quota=wanted)]
    office.deed(lambda: save(office.ws, changed, action="登记额度", person="陈"), refused=False)
    office.book = deepcopy(office.book)
    office.book["quota"][YEAR] = quota


def take_back(office: Office) -> None:
    """Undo: typing is taken back exactly; a decision is not, whatever it was."""
    if not office.done or not office.done[-1].undoable:
        before = office.picture()
        try:
            assert undo(office.ws, person="林") is None
        except NotUndoable:
            assert office.done or office.entries
        assert office.picture() == before
        return
    assert undo(office.ws, person="林")
    office.undone.append(office.book)
    office.book = office.done.pop().before
    office.count_entry()
    TALLY["undone"] += 1


def bring_back(office: Office) -> None:
    if not office.undone:
        before = office.picture()
        assert redo(office.ws, person="林") is None
        assert office.picture() == before
        return
    assert redo(office.ws, person="林")
    office.done.append(Kept(True, office.book))
    office.book = office.undone.pop()
    office.count_entry()
    TALLY["redone"] += 1
