"""Actions from 备案 to 完工: bids, appointment, payments, progress, supervision, participation and spending."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

from haicang_desk.demo.clock import Schedule
from haicang_desk.demo.fixtures import LABOUR_PRICE, DemoProject, source_of
from haicang_desk.demo.sample_files import attach_contract, is_photographed
from haicang_desk.demo.simulated_office import Action, Office
from haicang_desk.model.funding import Funding
from haicang_desk.model.records import (
    Bid,
    Category,
    GiftForm,
    PaidFrom,
    Prose,
    Source,
    Spending,
    Supervision,
    TakingPart,
    Watch,
)
from haicang_desk.model.values import Money
from haicang_desk.model.workflow import REPORT_PROGRESS


def schedule_delivery(schedule: Schedule[Action], project: DemoProject, *, started: bool, completed: bool) -> None:
    """Add the actions of the delivery, as far as the project was started and completed."""
    schedule.after(14, partial(_bids, project))
    schedule.after(6, partial(_appoint, project))
    if is_photographed(project):
        schedule.after(0, partial(attach_contract, project))
    if not started:
        return
    schedule.after(5, partial(pay, project, Decimal("0.5")))
    schedule.after(9, partial(_start, project))
    schedule.after(25, partial(_advance, project, 45))
    schedule.after(4, partial(_watch, project))
    if project.draft.labour or project.draft.donated_goods:
        schedule.after(2, partial(_take_part, project))
    if not completed:
        return
    schedule.after(40, partial(_advance, project, 90))
    schedule.after(6, partial(spend, project, "首期款"))
    schedule.after(12, partial(_complete, project))


def _bids(project: DemoProject, office: Office) -> None:
    """Enter the bids of the implementer to be appointed and of two others."""
    chosen, price = office.street.implementer(project), _price(project, office)
    offers = [
        (chosen.name, price, True),
        ("众和服务有限公司", price + 120_000, False),
        ("岭海实业有限公司", price + 230_000, False),
    ]
    link = office.link(project)
    bids = [Bid(project=link, bidder=name, bid_on=office.today, price=sum_, chosen=won) for name, sum_, won in offers]
    office.save(bids, f"登记“{project.title}”竞标")


def _price(project: DemoProject, office: Office) -> Money:
    """The contract price: the approved total without gifts in kind, rounded down to 100 yuan."""
    funding = office.case(project).approved or Funding()
    cash = funding.total - funding.labour - funding.donated_goods
    return Money(cash - cash % 10_000)


def _appoint(project: DemoProject, office: Office) -> None:
    chosen, (manner, basis) = office.street.implementer(project), _PURCHASES[project.category]
    office.step(
        project,
        "appoint",
        manner=manner,
        basis=basis,
        ceiling=_price(project, office) + 300_000,
        implementer=chosen.name,
        kind=chosen.kind,
        credit_code=chosen.code,
        price=_price(project, office),
        due_on=office.today + timedelta(days=150),
        announced_on=office.today - timedelta(days=6),
    )


_PURCHASES = {
    Category.SERVICE: ("竞争性磋商", "海沧区政府向社会力量购买服务的规定"),
    Category.GOODS: ("询价", "海沧区政府集中采购的规定"),
    Category.WORKS: ("小额比选", "海沧区小额建设工程招标投标的规定"),
}


def pay(project: DemoProject, share: Decimal, office: Office) -> None:
    """Pay up to a share of the approved public money, to the fen."""
    case = office.case(project)
    approved = case.approved.scheme if case.approved else Money()
    amount = Money(int(approved * share)) - case.disbursed
    office.step(
        project,
        "disburse",
        amount=Money(amount),
        source=PaidFrom.MATCHING if source_of(project) is Source.MATCHING else PaidFrom.SPECIAL,
        voucher=f"鹭拨{project.year}-{office.next_number():04d}",
        purpose="首付款" if share < 1 else "尾款",
        handler=office.street.finance,
        approver=office.street.payer,
    )


def _start(project: DemoProject, office: Office) -> None:
    office.step(project, "start", percent=10, account=Prose(f"在{project.draft.place}正式启动，已张贴开工告示"))


def _advance(project: DemoProject, percent: int, office: Office) -> None:
    account = "材料到场，过半点位完成" if project.category is Category.WORKS else "按计划开展，参与人次符合预期"
    office.step(project, REPORT_PROGRESS, percent=percent, account=Prose(account))


def _watch(project: DemoProject, office: Office) -> None:
    watched = Supervision(
        project=office.link(project),
        watched_on=office.today,
        watch=list(Watch)[project.number % 3],
        person="人大代表 许佩珊" if project.number % 3 == 0 else "居民监督小组",
        text=Prose("现场查看进度与资料，建议加强公示"),
        answer=Prose("已在公告栏补充进度照片"),
        answered_on=office.today + timedelta(days=2),
    )
    office.save([watched], f"登记“{project.title}”监督")


def _take_part(project: DemoProject, office: Office) -> None:
    """Enter labour at the street's own day price, and goods by their invoice."""
    if labour := project.draft.labour:
        office.step(
            project,
            "take_part",
            party=f"{project.village}村（居）民",
            kind="居民",
            manner=TakingPart.LABOUR,
            amount=labour,
            people=10,
            workdays=Decimal(int(labour)) / int(LABOUR_PRICE) / 10,
            price=LABOUR_PRICE,
            basis="鹭街〔2026〕3号",
            named=False,
        )
    if goods := project.draft.donated_goods:
        answers = {"party": "湾畔超市", "kind": "企业", "manner": TakingPart.SPONSOR, "amount": goods, "named": True}
        answers["form"] = GiftForm.GOODS
        office.step(project, "take_part", **answers, basis=f"发票 {office.next_number():08d}")


def spend(project: DemoProject, title: str, office: Office) -> None:
    """The village pays its implementer, of each source no more than it has received and no more than will be settled.

    Before the settlement that is the first instalment, afterwards what is left.
    """
    case = office.case(project)
    due = case.settled or case.approved or Funding()
    received = {
        Source.SPECIAL: case.paid[PaidFrom.SPECIAL],
        Source.MATCHING: case.paid[PaidFrom.MATCHING],
        Source.DONATED_CASH: case.given["donated_cash"],
        Source.SELF_RAISED: due.self_raised if case.settled else Money(due.self_raised // 2),
    }
    payee, spent = office.street.implementer(project).name, []
    for source, most in received.items():
        before = sum((each.amount for each in case.spending if each.source is source), Money())
        amount = min(most, due.source(source)) - before
        if amount > 0:
            line = Spending(
                project=office.link(project), spent_on=office.today, payee=payee, amount=amount, source=source
            )
            spent.append(replace(line, content=f"{project.title}{title}", voucher=f"村支{office.next_number():04d}"))
    if spent:
        office.save(spent, f"登记“{project.title}”使用明细")


def _complete(project: DemoProject, office: Office) -> None:
    office.step(project, "complete", account=Prose(project.draft.effect))
