"""A project's way through the year, as far as its part goes: which step is taken on which day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from haicang_desk.demo.closeout_acts import closed
from haicang_desk.demo.delivery_acts import carried_out
from haicang_desk.demo.fixtures import YEAR, Part
from haicang_desk.demo.office import Deed, Diary, Office
from haicang_desk.model.records import (
    BudgetLine,
    Category,
    Channel,
    Consulted,
    Link,
    Opinion,
    Project,
    Prose,
    Source,
    TakingPart,
    Village,
)
from haicang_desk.model.values import Blocked, Money, NotWritten, add_months

_LATER = (date(YEAR, 8, 10), date(YEAR, 10, 12), date(YEAR, 11, 9))
BEGINS = (date(2025, 3, 3), date(YEAR, 3, 2), date(YEAR, 3, 16), date(YEAR, 5, 11), *_LATER)
_WAY = ("draft", "over_cap", "submitted", "approved", "lodged", "appointed", "underway", "completed", "closed")
_ASIDE = {"sent_back": "submitted", "rejected": "submitted", "withdrawn": "submitted"}
_ASIDE |= {"terminated": "lodged", "terminated_paid": "underway"}


def journey(part: Part) -> list[tuple[date, Deed]]:
    """Everything that happens to one project, in order."""
    diary = Diary(BEGINS[part.wave])
    diary.after(0, partial(_draft, part))
    if part.to != "draft":
        _sought(diary, part)
    far = _ASIDE.get(part.to, part.to)
    if far == "over_cap":
        diary.after(8, partial(_refused, part))
    if _reaches(far, "submitted"):
        diary.after(8, partial(_submit, part))
        if part.mended:
            _mended(diary, part)
    if _reaches(far, "approved"):
        diary.after(10, partial(_approve, part))
        diary.after(2, partial(_send, part))
    if _reaches(far, "lodged"):
        diary.after(4, partial(_lodge, part))
    if _reaches(far, "appointed"):
        carried_out(diary, part, started=_reaches(far, "underway"), completed=_reaches(far, "completed"))
    if _reaches(far, "closed"):
        closed(diary, part)
    if part.to in _ENDS:
        diary.after(9, partial(_ENDS[part.to], part))
    return diary.deeds


def _reaches(far: str, stage: str) -> bool:
    return _WAY.index(far) >= _WAY.index(stage)


def _draft(part: Part, office: Office) -> None:
    village = next(v for v in office.ws.all(Village) if v.name == part.village)
    begins, months = BEGINS[part.wave] + timedelta(days=70), 3 if part.category is Category.GOODS else 5
    draft = replace(
        part.draft,
        village=Link(village.id),
        planned_start=begins,
        planned_finish=add_months(begins, months),
    )
    (kept,) = office.keep([draft], f"登记项目“{part.title}”")
    office.ids[part.number] = kept.id
    office.keep(_budget(draft, Link(kept.id)), f"登记“{part.title}”预算")


def _budget(draft: Project, link: Link) -> list[BudgetLine]:
    """A line for each source; what managing the project costs stands apart (R07)."""
    what, subject = _BUDGETS[draft.category]
    lines = []
    for source in Source:
        amount: Money = getattr(draft, source.code)
        if source is Source.SPECIAL and draft.overhead:
            managed = BudgetLine(project=link, content="项目统筹管理与督导", subject="统筹管理费", source=source)
            lines.append(replace(managed, amount=draft.overhead, is_overhead=True))
            amount = Money(amount - draft.overhead)
        if amount:
            content = _IN_KIND.get(source, f"{draft.title}{what}")
            lines.append(BudgetLine(project=link, content=content, subject=subject, amount=amount, source=source))
    return lines


_BUDGETS = {
    Category.SERVICE: ("服务与活动", "人员服务费"),
    Category.GOODS: ("采购与安装", "设备购置"),
    Category.WORKS: ("施工", "施工费"),
}
_IN_KIND = {Source.LABOUR: "居民投工投劳", Source.DONATED_GOODS: "企业捐赠实物"}


def _sought(diary: Diary, part: Part) -> None:
    """Call, meeting, the five groups, what is given beforehand, and the notice that must run out."""
    diary.after(0, partial(_suggest, part))
    diary.after(5, partial(_deliberate, part))
    diary.after(3, partial(_consult, part))
    if part.draft.donated_cash:
        diary.after(1, partial(_donate, part))
    if part.waived:
        diary.after(0, partial(_waive, part))
    diary.after(2, partial(_post, part))


def _suggest(part: Part, office: Office) -> None:
    channel = list(Channel)[part.number % len(list(Channel))]
    text = Prose(f"希望村居办理“{part.title}”，{part.draft.place}的住户盼了很久。")
    person = "郭𫖯" if part.number % 9 == 0 else f"居民{'甲乙丙丁戊己庚辛壬癸'[part.number % 10]}"
    outcome = Prose("列入本村居项目清单")
    office.step(
        part, "suggest", channel=channel, person=person, text=text, supporters=20 + part.number, outcome=outcome
    )


def _deliberate(part: Part, office: Office) -> None:
    present = 14 + part.number % 3
    office.step(
        part,
        "deliberate",
        meeting=f"{part.village}居民议事会",
        expected=18,
        present=present,
        agreed=present - part.number % 2,
        opposed=part.number % 2,
        abstained=0,
        result=Prose("同意列入项目清单并公示"),
    )


def _consult(part: Part, office: Office) -> None:
    """All groups on one day, as a village enters them: one sheet, one change."""
    elders, said = office.case(part).village.has_elders, []
    for group in Consulted:
        if group is not Consulted.ELDERS or elders is not False:
            people = 1 if group is Consulted.LEADER else 7
            gist = Prose("同意，建议公开招募实施主体" if group is Consulted.RESIDENTS else "同意")
            opinion = Opinion(project=office.link(part), consulted=group, sought_on=office.today, manner="会议")
            said.append(replace(opinion, people=people, agreed=people, opposed=0, gist=gist))
    office.keep(said, f"登记“{part.title}”五类意见")


def _donate(part: Part, office: Office) -> None:
    """Cash arrives from an enterprise, or from people of the village."""
    firm = part.number % 2 == 0
    office.step(
        part,
        "take_part",
        party="鹭湾湾区商会" if firm else f"{part.village}新乡贤林炳𬭎",
        kind="企业" if firm else "新乡贤",
        manner=TakingPart.DONATE,
        amount=part.draft.donated_cash,
        received=True,
        named=firm,
        basis=f"银行回单 {part.number:04d}",
    )


def _waive(part: Part, office: Office) -> None:
    number = f"鹭街会纪〔{part.year}〕{office.next_number()}号"
    reason = Prose("原责任单位已注销，无其他主体承担，且关系全村饮水安全")
    office.step(part, "waive", rule=part.waived, authority="鹭湾街道党政联席会议", number=number, reason=reason)


def _post(part: Part, office: Office) -> None:
    answers = {}
    if part.number % 10 == 3:
        answers = {"objection": Prose("施工时段请避开午休"), "answer": Prose("已约定 12 时至 14 时 30 分不施工")}
    office.step(part, "post", **answers)


def _refused(part: Part, office: Office) -> None:
    """The village asks for more than the cap; the filing must be refused, and the project stay a draft."""
    try:
        office.step(part, "submit")
    except Blocked as blocked:
        if any(found.rule == "R01" for found in blocked.findings):
            return
        raise
    raise NotWritten(f"演示没有做成：“{part.title}”超过单项上限，申报却没有被拦下")


def _submit(part: Part, office: Office) -> None:
    office.step(part, "submit")


def _mended(diary: Diary, part: Part) -> None:
    """Sent back for a share of public money that looks high; ten thousand yuan more are raised, and shown anew."""
    diary.after(4, partial(_send_back, part))
    diary.after(3, partial(_shift, part))
    diary.after(1, partial(_post, part))
    diary.after(8, partial(_submit, part))


def _send_back(part: Part, office: Office) -> None:
    opinion = Prose("专项资金偏高，请将 10,000 元改由村居自筹后重新公示、申报")
    office.step(part, "send_back", opinion=opinion, approver=office.cast.leader, handler=office.cast.clerk)


def _shift(part: Part, office: Office) -> None:
    project: Project = office.case(part).project
    moved = Money(1_000_000)
    mended = replace(project, special=project.special - moved, self_raised=project.self_raised + moved)
    special = next(line for line in office.case(part).budget_lines if line.source is Source.SPECIAL)
    less = replace(special, amount=Money(special.amount - moved))
    more = replace(special, id="", amount=moved, source=Source.SELF_RAISED)
    office.keep([mended, less, more], f"按退回意见修改“{part.title}”")


def _approve(part: Part, office: Office) -> None:
    office.step(
        part,
        "approve",
        handler=office.cast.clerk,
        approver=office.cast.leader,
        opinion=Prose("经综合平衡，同意实施；请村居党委牵头，按期完成。"),
        number=f"鹭街审〔{part.year}〕{office.next_number()}号",
    )


def _send(part: Part, office: Office) -> None:
    office.step(part, "send")


def _lodge(part: Part, office: Office) -> None:
    office.step(part, "lodge", number=f"海社+备〔{part.year}〕{office.next_number()}号")


def _reject(part: Part, office: Office) -> None:
    opinion = Prose("水泵属农业生产设施，建议改由农业专项解决")
    office.step(part, "reject", opinion=opinion, approver=office.cast.leader, handler=office.cast.clerk)


def _withdraw(part: Part, office: Office) -> None:
    office.step(part, "withdraw", opinion=Prose("报名人数不足，村居申请撤回，明年再议"))


def _terminate(part: Part, office: Office) -> None:
    office.step(part, "terminate", account=Prose("实施条件变化，经街道同意终止"))


_ENDS = {
    "sent_back": _send_back,
    "rejected": _reject,
    "withdrawn": _withdraw,
    "terminated": _terminate,
    "terminated_paid": _terminate,
}
