"""Who gave, who was paid and who worked, as the notice of completion explains each sum (三(五)¶2, R21).

It is composed from the public view: the names of those who did not agree to be named are 爱心企业 and the like already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.form_parts import percent
from haicang_desk.model.documents.privacy import RESIDENTS
from haicang_desk.model.funding import Funding
from haicang_desk.model.records import Disbursement, GiftForm, PaidFrom, Participation, Source, TakingPart
from haicang_desk.model.values import Money

_MOST_IN_CELL = 3  # givers named beside their sum; more are listed below the table
_PAID = {Source.SPECIAL: PaidFrom.SPECIAL, Source.MATCHING: PaidFrom.MATCHING}


def explanations(case: Casefile, funding: Funding, shown: Sequence[Source]) -> dict[Source, str]:
    """What is to be said of the sum of each source: whom it was paid to, who gave it, who worked; never nothing."""
    return {source: _explained(case, funding, source) for source in shown}


def others_taking_part(case: Casefile, shown: Sequence[Source]) -> str:
    """Those who took part and are not named beside a sum, each with what they gave or did."""
    beside = {id(part) for source in shown for part in _named_beside(case, source)}
    return "、".join(_contribution(case, part) for part in _real(case) if id(part) not in beside)


def _real(case: Casefile) -> list[Participation]:
    """Without gifts that were promised and have not arrived: who owes is not posted on a wall."""
    return [
        part
        for part in case.participations
        if not (part.gift is not None and part.received is False) and str(part.party).strip()
    ]


def _named_beside(case: Casefile, source: Source) -> list[Participation]:
    """Those named in the row of a source; none where there are too many for it."""
    given = _givers(case, source)
    return given if source is Source.LABOUR or len(given) <= _MOST_IN_CELL else []


def _givers(case: Casefile, source: Source) -> list[Participation]:
    if source is Source.DONATED_CASH:
        return [part for part in _real(case) if part.gift is GiftForm.CASH and part.amount]
    if source is Source.DONATED_GOODS:
        return [part for part in _real(case) if part.gift is GiftForm.GOODS and part.amount]
    if source is Source.LABOUR:
        return [part for part in _real(case) if part.manner is TakingPart.LABOUR]
    return []


def _explained(case: Casefile, funding: Funding, source: Source) -> str:
    if source in _PAID:
        return _payments(case, _PAID[source], funding.source(source))
    given = _givers(case, source)
    if source is Source.LABOUR and given:
        return _labour(case, given)
    if len(given) == 1 and given[0].amount == funding.source(source):
        return given[0].party
    if 0 < len(given) <= _MOST_IN_CELL:
        return "\n".join(f"{part.party} {part.amount} 元" for part in given)
    if given:
        return f"共 {len(given)} 笔，见下"
    return f"占合计的 {percent(funding.source(source), funding.total)}"


def _payments(case: Casefile, of: PaidFrom, due: Money) -> str:
    """To whom it was paid in how many payments; the sum where it is not the whole, and what came back."""
    paid: dict[str, list[Disbursement]] = {}
    for each in case.disbursements:
        if each.source is of:
            paid.setdefault(each.payee, []).append(each)
    if not paid:
        return "尚未拨付"
    told = []
    for payee, payments in paid.items():
        total = sum((each.amount for each in payments), Money(0))
        times = f"分 {len(payments)} 次拨付" if len(payments) > 1 else "一次拨付"
        told.append(f"{times}{payee}{'' if total == due else f' {total} 元'}")
    returned = sum((each.amount for each in case.refunds if each.source is of), Money(0))
    if returned:
        told.append(f"退回 {returned} 元")
    return "；".join(told)


def _labour(case: Casefile, parts: Iterable[Participation]) -> str:
    """Who worked, how many people and days (人数 × 每人工日)."""
    people: dict[str, tuple[int, Decimal]] = {}
    for part in parts:
        who = _called(case, part)
        count, days = people.get(who, (0, Decimal(0)))
        each = Decimal(part.people or 0) * (part.workdays or Decimal(0))
        people[who] = count + (part.people or 0), days + each
    return "；".join(_worked(who, count, days) for who, (count, days) in people.items())


def _worked(who: str, count: int, days: Decimal) -> str:
    told = [f"{who} {count} 人" if count else who, f"{days.normalize():f} 工日" if days else ""]
    return "，".join(filter(None, told))


def _called(case: Casefile, part: Participation) -> str:
    """The party; residents of a 村 are 村民."""
    if part.party == RESIDENTS and case.village.committee.endswith("村民委员会"):
        return "村民"
    return part.party


def _contribution(case: Casefile, part: Participation) -> str:
    manner = "" if part.gift is not None and part.amount else part.manner.label
    if not part.amount:
        return f"{_called(case, part)}（{manner}）"
    return f"{_called(case, part)} {manner}{part.amount} 元"
