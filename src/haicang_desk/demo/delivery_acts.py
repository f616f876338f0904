"""From 备案 to 办结: who carries a project out, what is paid, built, shown, measured and kept."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

from haicang_desk.demo.fixtures import LABOUR_PRICE, Part, source_of
from haicang_desk.demo.kept_files import is_photographed, keep_contract
from haicang_desk.demo.office import Diary, Office
from haicang_desk.model.funding import Funding
from haicang_desk.model.records import Bid, Category, PaidFrom, Prose, Source, Spending, Supervision, TakingPart, Watch
from haicang_desk.model.values import Money
from haicang_desk.model.workflow import REPORT_PROGRESS


def carried_out(diary: Diary, part: Part, *, started: bool, completed: bool) -> None:
    diary.after(14, partial(_bids, part))
    diary.after(6, partial(_appoint, part))
    if is_photographed(part):
        diary.after(0, partial(keep_contract, part))
    if not started:
        return
    diary.after(5, partial(pay, part, Decimal("0.5")))
    diary.after(9, partial(_start, part))
    diary.after(25, partial(_advance, part, 45))
    diary.after(4, partial(_watch, part))
    if part.draft.labour or part.draft.donated_goods:
        diary.after(2, partial(_lend_a_hand, part))
    if not completed:
        return
    diary.after(40, partial(_advance, part, 90))
    diary.after(6, partial(_spend, part))
    diary.after(12, partial(_complete, part))


def _bids(part: Part, office: Office) -> None:
    """The one who will be chosen, and two others."""
    chosen, price = office.cast.implementer(part), _price(part, office)
    offers = [
        (chosen.name, price, True),
        ("众和服务有限公司", price + 120_000, False),
        ("岭海实业有限公司", price + 230_000, False),
    ]
    link = office.link(part)
    bids = [Bid(project=link, bidder=name, bid_on=office.today, price=sum_, chosen=won) for name, sum_, won in offers]
    office.keep(bids, f"登记“{part.title}”竞标")


def _price(part: Part, office: Office) -> Money:
    """What is contracted for: the whole but what is given in kind, a little below."""
    funding = office.case(part).approved or Funding()
    cash = funding.total - funding.labour - funding.donated_goods
    return Money(cash - cash % 10_000)


def _appoint(part: Part, office: Office) -> None:
    chosen, (manner, basis) = office.cast.implementer(part), _PURCHASES[part.category]
    office.step(
        part,
        "appoint",
        manner=manner,
        basis=basis,
        ceiling=_price(part, office) + 300_000,
        implementer=chosen.name,
        kind=chosen.kind,
        credit_code=chosen.code,
        price=_price(part, office),
        due_on=office.today + timedelta(days=150),
        announced_on=office.today - timedelta(days=6),
    )


_PURCHASES = {
    Category.SERVICE: ("竞争性磋商", "海沧区政府向社会力量购买服务的规定"),
    Category.GOODS: ("询价", "海沧区政府集中采购的规定"),
    Category.WORKS: ("小额比选", "海沧区小额建设工程招标投标的规定"),
}


def pay(part: Part, share: Decimal, office: Office) -> None:
    """Up to a share of what was approved, to the fen."""
    case = office.case(part)
    approved = case.approved.scheme if case.approved else Money()
    amount = Money(int(approved * share)) - case.disbursed
    office.step(
        part,
        "disburse",
        amount=Money(amount),
        source=PaidFrom.MATCHING if source_of(part) is Source.MATCHING else PaidFrom.SPECIAL,
        voucher=f"鹭拨{part.year}-{office.next_number():04d}",
        purpose="首付款" if share < 1 else "尾款",
        handler=office.cast.finance,
        approver=office.cast.payer,
    )


def _start(part: Part, office: Office) -> None:
    office.step(part, "start", percent=10, account=Prose(f"在{part.draft.place}正式启动，已张贴开工告示"))


def _advance(part: Part, percent: int, office: Office) -> None:
    account = "材料到场，过半点位完成" if part.category is Category.WORKS else "按计划开展，参与人次符合预期"
    office.step(part, REPORT_PROGRESS, percent=percent, account=Prose(account))


def _watch(part: Part, office: Office) -> None:
    watched = Supervision(
        project=office.link(part),
        watched_on=office.today,
        watch=list(Watch)[part.number % 3],
        person="人大代表 许佩珊" if part.number % 3 == 0 else "居民监督小组",
        text=Prose("现场查看进度与资料，建议加强公示"),
        answer=Prose("已在公告栏补充进度照片"),
        answered_on=office.today + timedelta(days=2),
    )
    office.keep([watched], f"登记“{part.title}”监督")


def _lend_a_hand(part: Part, office: Office) -> None:
    """Labour at the street's own price, goods at their invoice."""
    if labour := part.draft.labour:
        office.step(
            part,
            "take_part",
            party=f"{part.village}村（居）民",
            kind="居民",
            manner=TakingPart.LABOUR,
            amount=labour,
            people=10,
            workdays=Decimal(int(labour)) / int(LABOUR_PRICE) / 10,
            price=LABOUR_PRICE,
            basis="鹭街〔2026〕3号",
            named=False,
        )
    if goods := part.draft.donated_goods:
        answers = {"party": "湾畔超市", "kind": "企业", "manner": TakingPart.SPONSOR, "amount": goods, "named": True}
        office.step(part, "take_part", **answers, basis=f"发票 {office.next_number():08d}")


def _spend(part: Part, office: Office) -> None:
    link, price = office.link(part), _price(part, office)
    first = Money(price * 6 // 10)
    payee = office.cast.implementer(part).name
    source = source_of(part)
    spent = [
        Spending(
            project=link, spent_on=office.today, content=f"{part.title}首期款", amount=first, payee=payee, source=source
        ),
        Spending(
            project=link, spent_on=office.today, content=f"{part.title}尾款", amount=Money(price - first), payee=payee
        ),
    ]
    office.keep(spent, f"登记“{part.title}”使用明细")


def _complete(part: Part, office: Office) -> None:
    office.step(part, "complete", account=Prose(part.draft.effect))
