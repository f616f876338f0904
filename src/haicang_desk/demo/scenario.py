"""The year of one project: which step is taken on which day, up to the stage that its fixture names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from haicang_desk.demo.clock import Schedule
from haicang_desk.demo.closeout_actions import schedule_closeout
from haicang_desk.demo.delivery_actions import schedule_delivery
from haicang_desk.demo.fixtures import YEAR, DemoProject
from haicang_desk.demo.planted_faults import PAID_THOUGH_REFUSED
from haicang_desk.demo.simulated_office import Action, Office
from haicang_desk.model.records import (
    BudgetLine,
    Category,
    Channel,
    Consulted,
    Disbursement,
    GiftForm,
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
_STAGES = ("draft", "over_cap", "submitted", "approved", "lodged", "appointed", "underway", "completed", "closed")
_BRANCHES_OFF = {"sent_back": "submitted", "rejected": "submitted", "withdrawn": "submitted"}
_BRANCHES_OFF |= {"terminated": "lodged", "terminated_paid": "underway"}


def project_actions(project: DemoProject) -> list[tuple[date, Action]]:
    """All actions of one project with their days, in order."""
    schedule: Schedule[Action] = Schedule(BEGINS[project.wave])
    schedule.after(0, partial(_draft, project))
    if project.to != "draft":
        _consultation(schedule, project)
    reached = _BRANCHES_OFF.get(project.to, project.to)
    if reached == "over_cap":
        schedule.after(8, partial(_refused, project))
    if _reaches(reached, "submitted"):
        schedule.after(8, partial(_submit, project))
        if project.corrected:
            _correction(schedule, project)
    if _reaches(reached, "approved"):
        schedule.after(10, partial(_approve, project))
        schedule.after(2, partial(_send, project))
    if _reaches(reached, "lodged"):
        schedule.after(4, partial(_lodge, project))
    if _reaches(reached, "appointed"):
        started, completed = _reaches(reached, "underway"), _reaches(reached, "completed")
        schedule_delivery(schedule, project, started=started, completed=completed)
    if _reaches(reached, "closed"):
        schedule_closeout(schedule, project)
    if project.to in _ENDS:
        schedule.after(9, partial(_ENDS[project.to], project))
    if project.title == PAID_THOUGH_REFUSED.subject:
        schedule.after(5, partial(_pay_by_mistake, project))
    if project.to == "terminated_paid":
        schedule.after(10, partial(_give_back, project))
    return schedule.actions


def _reaches(reached: str, stage: str) -> bool:
    return _STAGES.index(reached) >= _STAGES.index(stage)


def _draft(project: DemoProject, office: Office) -> None:
    village = next(v for v in office.ws.all(Village) if v.name == project.village)
    begins, months = BEGINS[project.wave] + timedelta(days=70), 3 if project.category is Category.GOODS else 5
    draft = replace(
        project.draft,
        village=Link(village.id),
        planned_start=begins,
        planned_finish=add_months(begins, months),
    )
    (kept,) = office.save([draft], f"登记项目“{project.title}”")
    office.ids[project.number] = kept.id
    office.save(_budget(draft, Link(kept.id)), f"登记“{project.title}”预算")


def _budget(draft: Project, link: Link) -> list[BudgetLine]:
    """One budget line for each source; management costs (统筹管理费) are a line of their own (R07)."""
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


def _consultation(schedule: Schedule[Action], project: DemoProject) -> None:
    """Schedule the suggestion, the meeting, the five opinions, donations, a waiver and the notice before filing."""
    schedule.after(0, partial(_suggest, project))
    schedule.after(5, partial(_deliberate, project))
    schedule.after(3, partial(_consult, project))
    if project.draft.donated_cash:
        schedule.after(1, partial(_donate, project))
    if project.waived:
        schedule.after(0, partial(_waive, project))
    schedule.after(2, partial(_post, project))


def _suggest(project: DemoProject, office: Office) -> None:
    channel = list(Channel)[project.number % len(list(Channel))]
    text = Prose(f"希望村居办理“{project.title}”，{project.draft.place}的住户盼了很久。")
    person = "郭𫖯" if project.number % 9 == 0 else f"居民{'甲乙丙丁戊己庚辛壬癸'[project.number % 10]}"
    outcome = Prose("列入本村居项目清单")
    office.step(
        project, "suggest", channel=channel, person=person, text=text, supporters=20 + project.number, outcome=outcome
    )


def _deliberate(project: DemoProject, office: Office) -> None:
    present = 14 + project.number % 3
    office.step(
        project,
        "deliberate",
        meeting=f"{project.village}居民议事会",
        expected=18,
        present=present,
        agreed=present - project.number % 2,
        opposed=project.number % 2,
        abstained=0,
        result=Prose("同意列入项目清单并公示"),
    )


def _consult(project: DemoProject, office: Office) -> None:
    """Enter the opinions of all groups on one day, in one change."""
    elders, opinions = office.case(project).village.has_elders, []
    for group in Consulted:
        if group is not Consulted.ELDERS or elders is not False:
            people = 1 if group is Consulted.LEADER else 7
            gist = Prose("同意，建议公开招募实施主体" if group is Consulted.RESIDENTS else "同意")
            opinion = Opinion(project=office.link(project), consulted=group, sought_on=office.today, manner="会议")
            opinions.append(replace(opinion, people=people, agreed=people, opposed=0, gist=gist))
    office.save(opinions, f"登记“{project.title}”五类意见")


def _donate(project: DemoProject, office: Office) -> None:
    """Enter a cash donation of an enterprise or of a villager."""
    firm = project.number % 2 == 0
    office.step(
        project,
        "take_part",
        party="鹭湾湾区商会" if firm else f"{project.village}新乡贤林炳𬭎",
        kind="企业" if firm else "新乡贤",
        manner=TakingPart.DONATE,
        form=GiftForm.CASH,
        amount=project.draft.donated_cash,
        received=True,
        named=firm,
        basis=f"银行回单 {project.number:04d}",
    )


def _waive(project: DemoProject, office: Office) -> None:
    number = f"鹭街会纪〔{project.year}〕{office.next_number()}号"
    reason = Prose("原责任单位已注销，无其他主体承担，且关系全村饮水安全")
    office.step(project, "waive", rule=project.waived, authority="鹭湾街道党政联席会议", number=number, reason=reason)


def _post(project: DemoProject, office: Office) -> None:
    answers = {}
    if project.number % 10 == 3:
        answers = {"objection": Prose("施工时段请避开午休"), "answer": Prose("已约定 12 时至 14 时 30 分不施工")}
    office.step(project, "post", **answers)


def _refused(project: DemoProject, office: Office) -> None:
    """File a project above the cap. R01 must refuse it, so that it stays a draft; NotWritten where it does not."""
    try:
        office.step(project, "submit")
    except Blocked as blocked:
        if any(found.rule == "R01" for found in blocked.findings):
            return
        raise
    raise NotWritten(f"演示没有做成：“{project.title}”超过单项上限，申报却没有被拦下")


def _submit(project: DemoProject, office: Office) -> None:
    office.step(project, "submit")


def _correction(schedule: Schedule[Action], project: DemoProject) -> None:
    """Schedule a return: the village raises 10,000 yuan more itself, posts a new notice and files again."""
    schedule.after(4, partial(_send_back, project))
    schedule.after(3, partial(_shift, project))
    schedule.after(1, partial(_post, project))
    schedule.after(8, partial(_submit, project))


def _send_back(project: DemoProject, office: Office) -> None:
    opinion = Prose("专项资金偏高，请将 10,000 元改由村居自筹后重新公示、申报")
    office.step(project, "send_back", opinion=opinion, approver=office.street.leader, handler=office.street.clerk)


def _shift(project: DemoProject, office: Office) -> None:
    filed: Project = office.case(project).project
    moved = Money(1_000_000)
    corrected = replace(filed, special=filed.special - moved, self_raised=filed.self_raised + moved)
    special = next(line for line in office.case(project).budget_lines if line.source is Source.SPECIAL)
    less = replace(special, amount=Money(special.amount - moved))
    more = replace(special, id="", amount=moved, source=Source.SELF_RAISED)
    office.save([corrected, less, more], f"按退回意见修改“{project.title}”")


def _approve(project: DemoProject, office: Office) -> None:
    office.step(
        project,
        "approve",
        handler=office.street.clerk,
        approver=office.street.leader,
        opinion=Prose("经综合平衡，同意实施；请村居党委牵头，按期完成。"),
        number=f"鹭街审〔{project.year}〕{office.next_number()}号",
    )


def _send(project: DemoProject, office: Office) -> None:
    office.step(project, "send")


def _lodge(project: DemoProject, office: Office) -> None:
    office.step(project, "lodge", number=f"海社+备〔{project.year}〕{office.next_number()}号")


def _reject(project: DemoProject, office: Office) -> None:
    opinion = Prose("水泵属农业生产设施，建议改由农业专项解决")
    office.step(project, "reject", opinion=opinion, approver=office.street.leader, handler=office.street.clerk)


def _withdraw(project: DemoProject, office: Office) -> None:
    office.step(project, "withdraw", opinion=Prose("报名人数不足，村居申请撤回，明年再议"))


def _terminate(project: DemoProject, office: Office) -> None:
    office.step(project, "terminate", account=Prose("实施条件变化，经街道同意终止"))


def _pay_by_mistake(project: DemoProject, office: Office) -> None:
    """Enter a payment to a refused project, as the bank lists it; no step of the program would have let it pass."""
    payment = Disbursement(
        project=office.link(project),
        paid_on=office.today,
        amount=Money(2_000_000),
        payee=office.case(project).village.payee,
        voucher=f"鹭拨{project.year}-{office.next_number():04d}",
        purpose="首付款",
        handler=office.street.finance,
        approver=office.street.payer,
    )
    office.save([payment], f"补登“{project.title}”拨付")


def _give_back(project: DemoProject, office: Office) -> None:
    """All that was paid to a stopped project."""
    office.step(
        project, "refund", voucher=f"鹭退{project.year}-{office.next_number():04d}", reason="项目终止，退回全部拨款"
    )


_ENDS = {
    "sent_back": _send_back,
    "rejected": _reject,
    "withdrawn": _withdraw,
    "terminated": _terminate,
    "terminated_paid": _terminate,
}
