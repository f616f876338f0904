"""The made-up street, its villages and its projects, read from resources/demo/street.toml."""

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
class DemoProject:
    """One project of the demonstration: the draft that its village writes, and how far it goes."""

    number: int
    village: str
    title: str
    year: int
    to: str  # the stage that it reaches, or over_cap
    wave: int  # index into scenario.BEGINS
    draft: Project = field(repr=False)
    award: str = ""  # its result in the yearly award, a code of AwardResult
    waived: str = ""  # the rule that it has a waiver for
    corrected: bool = False  # returned once for correction and filed again
    settled_less: Money | None = None  # how much the settlement is below the approval
    matched: bool = False  # has matching money (以奖代补)

    @property
    def category(self) -> Category:
        """The category of the draft."""
        return self.draft.category


@dataclass(frozen=True, slots=True)
class Implementer:
    """An organisation that carries projects out; ``code`` is its 统一社会信用代码."""

    name: str
    kind: ImplementerKind
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStreet:
    """The street office, its people by their task, its villages and its projects."""

    office: Street
    quotas: Mapping[int, Money]
    clerk: str
    leader: str
    finance: str
    payer: str
    villages: tuple[Village, ...]
    projects: tuple[DemoProject, ...]
    implementers: Mapping[str, tuple[Implementer, ...]]

    def implementer(self, project: DemoProject) -> Implementer:
        """Who carries a project out: those of its category in turn."""
        candidates = self.implementers[project.category.code]
        return candidates[project.number % len(candidates)]


@cache
def demo_street() -> DemoStreet:
    """Read resources/demo/street.toml. Raises FileNotFoundError where the installation is incomplete."""
    table = tomllib.loads(resource("demo", "street.toml").read_text(encoding="utf-8"))
    implementers: dict[str, tuple[Implementer, ...]] = {}
    for one in table["implementer"]:
        made = Implementer(one["name"], choice(ImplementerKind, one["kind"]), one["code"])
        implementers[one["for"]] = (*implementers.get(one["for"], ()), made)
    return DemoStreet(
        office=Street(**table["street"]),
        quotas={int(year): Money.parse(amount) for year, amount in table["quota"].items()},
        villages=tuple(_village(one) for one in table["village"]),
        projects=tuple(_project(number, one, table["told"]) for number, one in enumerate(table["project"])),
        implementers=implementers,
        **{name: table[name] for name in ("clerk", "leader", "finance", "payer")},
    )


def choice(choices: type[L], code: str) -> L:
    """The member of an enumeration with this code. Raises StopIteration for an unknown code."""
    return next(each for each in choices if each.code == code)


def _village(row: Mapping[str, Any]) -> Village:
    given = {name: row[name] for name in ("name", "code", "leader", "contact", "phone")}
    village = Village(kind=choice(VillageKind, row["kind"]), has_elders=row.get("elders", True), **given)
    account = f"9020101{sum(map(ord, row['code'])):08d}"
    return replace(village, payee=village.committee, bank="鹭湾农商银行鹭湾支行", account=account)


def _project(number: int, row: Mapping[str, Any], texts_by_content: Mapping[str, Mapping[str, str]]) -> DemoProject:
    return DemoProject(
        number=number,
        village=row["v"],
        title=row["t"],
        year=row.get("y", YEAR),
        to=row["to"],
        wave=row["wave"],
        draft=_draft(number, row, texts_by_content[row["k"]]),
        award=row.get("best", ""),
        waived=row.get("waived", ""),
        corrected=row.get("mended", False),
        settled_less=Money.of_yuan(Decimal(row["settled_less"])) if "settled_less" in row else None,
        matched="matching" in row,
    )


def _draft(number: int, row: Mapping[str, Any], templates: Mapping[str, str]) -> Project:
    works = row["c"] == Category.WORKS.code
    sums: dict[str, Any] = {name: Money.of_yuan(Decimal(row.get(short, 0))) for short, name in _SOURCES.items()}
    texts: dict[str, Any] = {
        name: Prose(text.format(place=row["p"], title=row["t"])) for name, text in templates.items()
    }
    return Project(
        fund_year=row.get("y", YEAR),
        village=Link(""),
        title=row["t"],
        category=choice(Category, row["c"]),
        content=choice(Content, row["k"]),
        place=row["p"],
        beneficiaries=row["n"],
        urgency=list(Urgency)[number % 3],
        overhead=Money.of_yuan(Decimal(row.get("overhead", 0))),
        charity=row.get("charity", ""),
        keeper=row["v"] + "物业服务站" if row["c"] != Category.SERVICE.code else "",
        keeping_duty=Prose("每月巡查一次，损坏三日内修复，费用列入村居公共维修支出。") if works else Prose(""),
        keeping_fund=Money(300_000) if works else None,
        others_duty=bool(row.get("waived")),
        duplicates_public=False,
        mandatory_standard=row.get("standard", False),
        self_raise_pledge=row.get("pledge") or None,
        valuation_basis=Prose("鹭街〔2026〕3号折价标准") if row.get("labour") else _receipt(row),
        principal="林𬭎" if number % 7 == 0 else "陈阿勇",
        phone="0592-6051100",
        **sums,
        **texts,
    )


def _receipt(row: Mapping[str, Any]) -> Prose:
    return Prose("捐赠方提供的增值税发票，单价与数量见捐赠清单") if row.get("goods") else Prose("")


def source_of(project: DemoProject) -> Source:
    """The source of most of a project's public money."""
    return Source.MATCHING if project.matched else Source.SPECIAL
