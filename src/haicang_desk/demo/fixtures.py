"""Who plays: the street, its villages and its projects, read from resources/demo/street.toml. All of it is made up."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from haicang_desk.model.records import (
    Category,
    Content,
    ImplementerKind,
    Labelled,
    Link,
    Project,
    Prose,
    Source,
    Street,
    Urgency,
    Village,
    VillageKind,
)
from haicang_desk.model.values import Money
from haicang_desk.paths import resource

L = TypeVar("L", bound=Labelled)

YEAR = 2026
LABOUR_PRICE = Money(20_000)  # a day's work, after the street's own table
_SOURCES = {"special": "special", "matching": "matching", "cash": "donated_cash", "goods": "donated_goods"}
_SOURCES |= {"labour": "labour", "self": "self_raised"}


@dataclass(frozen=True, slots=True)
class Part:
    """One project's part: the draft that its village writes, and how far it is to come."""

    number: int
    village: str
    title: str
    year: int
    to: str
    wave: int
    draft: Project = field(repr=False)
    best: str = ""  # how the year's best projects were judged
    waived: str = ""  # the rule that leave was given to pass
    mended: bool = False  # sent back once, and filed anew
    settled_less: Money | None = None  # what the settlement came to below the approval
    matched: bool = False

    @property
    def category(self) -> Category:
        return self.draft.category


@dataclass(frozen=True, slots=True)
class Implementer:
    name: str
    kind: ImplementerKind
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    street: Street
    quotas: Mapping[int, Money]
    clerk: str
    leader: str
    finance: str
    payer: str
    villages: tuple[Village, ...]
    parts: tuple[Part, ...]
    implementers: Mapping[str, tuple[Implementer, ...]]

    def implementer(self, part: Part) -> Implementer:
        choice = self.implementers[part.category.code]
        return choice[part.number % len(choice)]


@cache
def cast() -> Cast:
    """Read the file. Raises FileNotFoundError where the installation is incomplete."""
    said = tomllib.loads(resource("demo", "street.toml").read_text(encoding="utf-8"))
    implementers: dict[str, tuple[Implementer, ...]] = {}
    for one in said["implementer"]:
        made = Implementer(one["name"], choice(ImplementerKind, one["kind"]), one["code"])
        implementers[one["for"]] = (*implementers.get(one["for"], ()), made)
    return Cast(
        street=Street(**said["street"]),
        quotas={int(year): Money.parse(amount) for year, amount in said["quota"].items()},
        villages=tuple(_village(one) for one in said["village"]),
        parts=tuple(_part(number, one, said["told"]) for number, one in enumerate(said["project"])),
        implementers=implementers,
        **{name: said[name] for name in ("clerk", "leader", "finance", "payer")},
    )


def choice(choices: type[L], code: str) -> L:
    """The choice of this code. Raises StopIteration for a code that there is none of."""
    return next(each for each in choices if each.code == code)


def _village(said: Mapping[str, Any]) -> Village:
    given = {name: said[name] for name in ("name", "code", "leader", "contact", "phone")}
    village = Village(kind=choice(VillageKind, said["kind"]), has_elders=said.get("elders", True), **given)
    account = f"9020101{sum(map(ord, said['code'])):08d}"
    return replace(village, payee=village.committee, bank="鹭湾农商银行鹭湾支行", account=account)


def _part(number: int, said: Mapping[str, Any], told: Mapping[str, Mapping[str, str]]) -> Part:
    return Part(
        number=number,
        village=said["v"],
        title=said["t"],
        year=said.get("y", YEAR),
        to=said["to"],
        wave=said["wave"],
        draft=_draft(number, said, told[said["k"]]),
        best=said.get("best", ""),
        waived=said.get("waived", ""),
        mended=said.get("mended", False),
        settled_less=Money.of_yuan(Decimal(said["settled_less"])) if "settled_less" in said else None,
        matched="matching" in said,
    )


def _draft(number: int, said: Mapping[str, Any], told: Mapping[str, str]) -> Project:
    works = said["c"] == Category.WORKS.code
    sums: dict[str, Any] = {name: Money.of_yuan(Decimal(said.get(short, 0))) for short, name in _SOURCES.items()}
    texts: dict[str, Any] = {name: Prose(text.format(place=said["p"], title=said["t"])) for name, text in told.items()}
    return Project(
        fund_year=said.get("y", YEAR),
        village=Link(""),
        title=said["t"],
        category=choice(Category, said["c"]),
        content=choice(Content, said["k"]),
        place=said["p"],
        beneficiaries=said["n"],
        urgency=list(Urgency)[number % 3],
        overhead=Money.of_yuan(Decimal(said.get("overhead", 0))),
        charity=said.get("charity", ""),
        keeper=said["v"] + "物业服务站" if said["c"] != Category.SERVICE.code else "",
        keeping_duty=Prose("每月巡查一次，损坏三日内修复，费用列入村居公共维修支出。") if works else Prose(""),
        keeping_fund=Money(300_000) if works else None,
        others_duty=bool(said.get("waived")),
        duplicates_public=False,
        mandatory_standard=said.get("standard", False),
        self_raise_pledge=said.get("pledge") or None,
        valuation_basis=Prose("鹭街〔2026〕3号折价标准") if said.get("labour") else _receipt(said),
        principal="林𬭎" if number % 7 == 0 else "陈阿勇",
        phone="0592-6051100",
        **sums,
        **texts,
    )


def _receipt(said: Mapping[str, Any]) -> Prose:
    return Prose("捐赠方提供的增值税发票，单价与数量见捐赠清单") if said.get("goods") else Prose("")


def source_of(part: Part) -> Source:
    """The source that most of a part's public money comes from."""
    return Source.MATCHING if part.matched else Source.SPECIAL
