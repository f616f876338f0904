"""What is kept of works besides the records: contract, photographs, plan, and a pledge that stays on its shelf. R33."""

from __future__ import annotations

from haicang_desk.demo.drawn_files import contract, plan, street
from haicang_desk.demo.fixtures import Part
from haicang_desk.demo.office import Office
from haicang_desk.model.records import ACCEPTANCE_PHOTOGRAPHS, PUBLIC_PHOTOGRAPHS, Attachment, Category, Phase
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.scans import Scan, scan_of
from haicang_desk.model.services import attach
from haicang_desk.model.values import full_date


def is_photographed(part: Part) -> bool:
    """Works that are seen through to the end."""
    return part.to == "closed" and part.category is Category.WORKS


def keep_contract(part: Part, office: Office) -> None:
    """The contract as it was signed; the pledge of the village, where it gave one, lies with the village."""
    case = office.case(part)
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
    scan = scan_of("施工合同（扫描件）.pdf", contract(part.title, parties, clauses))
    _attach(part, office, "合同", [scan])
    if case.project.self_raise_pledge:
        pledge = Attachment(
            project=office.link(part),
            phase=Phase.CHOOSING,
            item="自筹承诺书",
            name="自筹承诺书（正本）",
            added_on=office.today,
            note="正本存村居档案柜",
        )
        office.keep([pledge], f"登记“{part.title}”自筹承诺书")


def photograph(part: Part, office: Office) -> None:
    """Before and after, for the acceptance and for the wall; and the plan of what was built."""
    begun = office.case(part).first(ProgressEvent.START)
    before = begun.happened_on if begun and begun.happened_on else office.today
    for turn, (item, named) in enumerate(((ACCEPTANCE_PHOTOGRAPHS, "施工"), (PUBLIC_PHOTOGRAPHS, "整治"))):
        seen = [
            scan_of(f"{named}前.jpg", street(part.number + turn, before.isoformat(), mended=False)),
            scan_of(f"{named}后.jpg", street(part.number + turn, office.today.isoformat(), mended=True)),
        ]
        _attach(part, office, item, seen)
    _attach(part, office, "竣工图", [scan_of("竣工图.pdf", plan(part.title, part.number))])


def _attach(part: Part, office: Office, item: str, scans: list[Scan]) -> None:
    attach(
        office.ws,
        office.ids[part.number],
        scans,
        phase=Phase.CARRYING,
        item=item,
        on=office.today,
        person=office.cast.clerk,
    )
