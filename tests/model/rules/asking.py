"""Asking one rule alone about a case put together in the words of the worked examples."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import count
from typing import Any

from haicang_desk.model.balances import Balance, Register
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding
from haicang_desk.model.policy import Policy, policy_for
from haicang_desk.model.records import (
    RECORDS,
    Appointment,
    Approval,
    BudgetLine,
    Category,
    Conclusion,
    Consulted,
    Deliberation,
    Disbursement,
    Filing,
    FilingResult,
    Inspection,
    Link,
    Notice,
    NoticeKind,
    Opinion,
    Participation,
    Progress,
    Project,
    Prose,
    QuarterReport,
    Settlement,
    Street,
    Suggestion,
    TakingPart,
    Village,
    VillageKind,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.rules import (
    CANDIDATES,
    RULES,
    Collected,
    RuleContext,
    SplitCandidate,
    StreetRuleContext,
    VillageRuleContext,
)
from haicang_desk.model.rules.year_calendar import AWARDS, FIRST_START
from haicang_desk.model.values import Money
from haicang_desk.paths import resource

POLICY = policy_for(2018)
TODAY = date(2018, 9, 3)
VILLAGE = Village(id="v1", name="霞阳社区", kind=VillageKind.COMMUNITY, has_elders=True)
STREET = Street(id="s1", name="新阳街道")
CATEGORIES = {"服务": Category.SERVICE, "货物": Category.GOODS, "工程": Category.WORKS}
_ids = count(1)


def day(text: str) -> date:
    return date.fromisoformat(text)


def yuan(text: str) -> Money:
    return Money.parse(text)


def sums(**yuans: str) -> dict[str, Money]:
    """``special="200000.00"`` as Money, by field."""
    return {name: yuan(text) for name, text in yuans.items()}


def project(category: str = "服务", **said: Any) -> Project:
    base = Project(
        id="p1",
        code="XYJD-XYSQ-2018-01",
        title="楼道照明更换",
        fund_year=2018,
        village=Link("v1"),
        category=CATEGORIES[category],
        place="霞阳社区",
        need=Prose("居民反映"),
        works=Prose("更换楼道灯"),
        others_duty=False,
        duplicates_public=False,
    )
    return replace(base, **said)


def case(category: str = "服务", *, village: Village = VILLAGE, **said: Any) -> Casefile:
    """A casefile; plural names are its records, the rest are fields of its project."""
    records = {name: said.pop(name) for name in list(said) if name in Casefile.__dataclass_fields__}
    return Casefile(project=project(category, **said), village=village, **records)


def policy(**values: Any) -> Policy:
    """The rule set of 2018 with some values otherwise."""
    tables = dict(POLICY.parameters)
    for name, value in values.items():
        tables[name] = replace(tables[name], value=value)
    return replace(POLICY, parameters=tables)


def says(code: str, asked: Casefile, *, today: date = TODAY, by: Policy = POLICY, **scene: Any) -> list[Finding]:
    """What the checks of one rule say of one project."""
    return findings_of_rule(code, "project", RuleContext(case=asked, policy=by, today=today, street=STREET, **scene))


def says_of_village(
    code: str, balance: Balance, *, by: Policy = POLICY, candidates: tuple[SplitCandidate, ...] = (), **fields: Any
) -> list[Finding]:
    """The findings of one rule on a village with these sums and these candidates for R30."""
    context = VillageRuleContext(
        village=VILLAGE,
        balance=balance,
        policy=by,
        today=TODAY,
        year=2018,
        collected={CANDIDATES: candidates},
        **fields,
    )
    return findings_of_rule(code, "village", context)


def says_of_street(
    code: str,
    balance: Balance,
    *,
    year: int = 2018,
    today: date = TODAY,
    by: Policy = POLICY,
    collected: Collected | None = None,
    **fields: Any,
) -> list[Finding]:
    """The findings of one rule on a street year; what is not given in ``collected`` is an empty year's."""
    context = StreetRuleContext(
        street=STREET,
        register=Register(year, balance, {}),
        policy=by,
        today=today,
        year=year,
        collected={**NOTHING_COLLECTED, **(collected or {})},
        **fields,
    )
    return findings_of_rule(code, "street", context)


NOTHING_COLLECTED: Collected = {Inspection: (), QuarterReport: (), FIRST_START: None, AWARDS: None}


def findings_of_rule(code: str, scope: str, context: Any) -> list[Finding]:
    """The findings of the rules of one code and scope; each has that code and cites the policy."""
    rules = [rule for rule in RULES if rule.code == code and rule.scope == scope]
    found = [rule.completed(found, context.policy) for rule in rules for found in rule.check(context)]
    assert {each.rule for each in found} <= {code}
    assert {each.clause.place for each in found} <= places()
    assert {each.field for each in found} <= MARKED
    return found


@cache
def places() -> set[str]:
    """Every place that the numbered text of the policy has."""
    with resource("policy", "2018-clauses.tsv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.reader(lines, delimiter="\t") if not row[0].startswith("#")]
    return {row[1] for row in rows}


MARKED = {"", "budget_lines", "spending"} | {name for record in RECORDS for name in record.fields}


def levels(found: list[Finding]) -> str:
    """The marks of the domain notes, gravest first: “硬”, “例外 提”, “” for nothing."""
    return " ".join(f.severity.label for f in sorted(found, key=lambda f: f.severity.rank))


def gaps(found: list[Finding]) -> list[str]:
    return [str(f.shortfall) for f in found if f.shortfall is not None]


# records, each with an id of its own, as the store would give them


def _id() -> str:
    return f"r{next(_ids):06d}"


def suggestion(on: str = "2018-07-01") -> Suggestion:
    return Suggestion(id=_id(), told_on=day(on), village=Link("v1"), text=Prose("楼道太暗"))


def deliberation(on: str = "2018-07-20") -> Deliberation:
    return Deliberation(id=_id(), held_on=day(on), village=Link("v1"), meeting="居民议事会")


def notice(posted: str = "2018-08-01", ends: str = "2018-08-08", **said: Any) -> Notice:
    base = Notice(id=_id(), kind=NoticeKind.PROJECT, project=Link("p1"), posted_on=day(posted), ends_on=day(ends))
    return replace(base, **said)


def opinion(group: Consulted, on: str = "2018-07-25", **said: Any) -> Opinion:
    return replace(Opinion(id=_id(), consulted=group, sought_on=day(on)), **said)


def five_opinions(on: str = "2018-07-25") -> tuple[Opinion, ...]:
    return tuple(opinion(group, on) for group in Consulted)


def approval(on: str = "2018-09-03", **said: Any) -> Approval:
    return replace(Approval(id=_id(), conclusion=Conclusion.AGREE, decided_on=day(on)), **said)


def filing(sent: str = "2018-09-04", lodged: str | None = "2018-09-05") -> Filing:
    result = FilingResult.LODGED if lodged else None
    return Filing(id=_id(), sent_on=day(sent), lodged_on=day(lodged) if lodged else None, result=result)


def appointment(on: str = "2018-09-20", **said: Any) -> Appointment:
    base = Appointment(id=_id(), manner="询价", basis="采购文件", implementer="某社会组织", appointed_on=day(on))
    return replace(base, **said)


def progress(event: ProgressEvent, on: str) -> Progress:
    return Progress(id=_id(), event=event, happened_on=day(on))


def paid(amount: str, on: str = "2018-09-10", payee: str = "霞阳社区居民委员会", **said: Any) -> Disbursement:
    return replace(Disbursement(id=_id(), paid_on=day(on), amount=yuan(amount), payee=payee), **said)


def settlement(on: str = "2018-12-10", **yuans: str) -> Settlement:
    return Settlement(id=_id(), settled_on=day(on), **sums(**yuans))


def gift(
    amount: str, received: bool | None = True, manner: TakingPart = TakingPart.DONATE, **said: Any
) -> Participation:
    base = Participation(id=_id(), party="某企业", manner=manner, took_on=day("2018-08-01"), amount=yuan(amount))
    return replace(base, received=received, **said)


def budget_line(content: str, amount: str, **said: Any) -> BudgetLine:
    return replace(BudgetLine(id=_id(), content=content, subject="材料费", amount=yuan(amount)), **said)
