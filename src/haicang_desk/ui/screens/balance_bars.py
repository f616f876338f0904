"""The balances of a fund year as bars: what the policy asks of the street and of every village."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from operator import attrgetter
from typing import Any

from PySide6.QtGui import QColor

from haicang_desk.model.balances import BALANCE_LABELS, MONEY_FIELDS, Balance, Register
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Participation, StreetQuota, Village
from haicang_desk.model.rules import BASES, service_money, social_projects_required
from haicang_desk.model.values import Money
from haicang_desk.ui.shell import theme
from haicang_desk.ui.widgets.bar_rows import BarRow
from haicang_desk.ui.widgets.share_bars import Share
from haicang_desk.ui.widgets.table import TableColumn, attribute_column, count_column, money_column


@dataclass(frozen=True, slots=True)
class VillageRow:
    """The balance of one village with the limits that its shares are compared with."""

    id: str
    balance: Balance
    policy: Policy

    @property
    def by_count(self) -> Share:
        """Service projects among all projects that count, by number."""
        balance = self.balance
        figures = f"{balance.service_projects}/{balance.projects}"
        return Share(
            "服务类项目数",
            balance.service_projects,
            balance.projects,
            self.policy.share("service_count_min"),
            figures=figures,
        )

    @property
    def filed(self) -> Share:
        """Service projects among all that were ever filed (申报口径); no limit applies."""
        balance = self.balance
        figures = f"{balance.filed_service_projects}/{balance.filed_projects}"
        return Share("申报口径服务类", balance.filed_service_projects, balance.filed_projects, figures=figures)

    @property
    def by_money(self) -> Share:
        """Service projects among all projects by money, on the base that the rule set chose (R06)."""
        part, whole = service_money(self.balance, self.policy.choice("service_fund_base"))
        return Share("服务类资金", part, whole, self.policy.share("service_fund_min"))

    @property
    def by_other_money(self) -> Share:
        """The same on the other base, for comparison; no limit applies."""
        chosen = self.policy.choice("service_fund_base")
        base = next(name for name in BASES if name != chosen)
        part, whole = service_money(self.balance, base)
        return Share(f"服务类资金（按{BASES[base]}）", part, whole)

    @property
    def fiscal(self) -> Share:
        """Fiscal money in 工程 and 货物 projects of the village; limited only where the rule set says so (R02)."""
        balance, by_village = self.balance, self.policy.choice("works_ratio_scope") == "village_year"
        limit = self.policy.share("works_goods_fiscal_max") if by_village else None
        return Share("工程货物财政占比", balance.works_goods_fiscal, balance.works_goods_total, limit, least=False)

    @property
    def of_quota(self) -> Share:
        """What is committed of the village's reference quota."""
        balance = self.balance
        quota = balance.quota or Money(0)
        figures = f"{balance.special.wan}/{quota.wan} 万"
        return Share("占参考额度", balance.special, quota, Fraction(1), least=False, figures=figures)

    @property
    def taking_part(self) -> Share:
        """Projects in which social forces take part."""
        balance = self.balance
        return Share(
            "社会力量参与",
            balance.social_projects,
            balance.projects,
            figures=f"{balance.social_projects}/{balance.projects}",
        )


def village_rows(register: Register, policy: Policy) -> list[VillageRow]:
    """One row for each village of a register."""
    return [VillageRow(village, balance, policy) for village, balance in register.villages.items()]


def street_shares(register: Register, policy: Policy) -> list[Share]:
    """The bars of the whole street."""
    balance = register.street
    row = VillageRow("", balance, policy)
    social = social_share(balance, policy)
    paid = Share(
        "已拨付占核定",
        balance.disbursed,
        balance.approved_special,
        figures=f"{balance.disbursed.wan}/{balance.approved_special.wan} 万元",
    )
    return [row.by_count, row.by_money, social, paid, *quota_share(balance)]


def quota_share(balance: Balance) -> list[Share]:
    """What is committed of the street's quota; nothing where the district gave none."""
    if balance.quota is None:
        return []
    figures = f"{balance.committed.wan}/{balance.quota.wan} 万元"
    return [Share(StreetQuota.label, balance.committed, balance.quota, Fraction(1), least=False, figures=figures)]


def social_share(balance: Balance, policy: Policy) -> Share:
    """社会力量参与, which the policy asks of the street."""
    required = social_projects_required(balance.projects, policy)
    figures = f"{balance.social_projects}/{balance.projects} 项，应有 {required} 项"
    return Share(
        "社会力量参与项目", balance.social_projects, balance.projects, policy.share("social_min_ratio"), figures=figures
    )


def share_column(name: str, label: str, width: float, **more: Any) -> TableColumn:
    """A share in figures over its bar, sorted by its size; one that misses its limit has the colour of warnings."""
    share: Callable[[Any], Share] = attrgetter(name)

    def colour(row: Any) -> QColor | None:
        """The colour of warnings where the share misses its limit."""
        return theme.level_colour("exception") if share(row).keeps is False else None

    def text(row: Any) -> str:
        """The figures, or else the percentage."""
        return share(row).figures or share(row).percent

    options = {"text": text, "colour": colour, "share": share, "key": lambda row: share(row).size, **more}
    return attribute_column(name, label, width, **options)


def balance_column(name: str, width: float, **more: Any) -> TableColumn:
    """A figure of the balance under its label; ``width`` in characters. No count is shown for none."""
    return replace(_balance_column(name, width), **more)


def _balance_column(name: str, width: float) -> TableColumn:
    attribute, label = f"balance.{name}", BALANCE_LABELS[name]
    if name == "remaining":
        left = attrgetter(attribute)
        shown = {"text": lambda row: "" if left(row) is None else left(row).balance, "right": True}
        return attribute_column(attribute, f"{label}(元)", width, **shown)
    if name in MONEY_FIELDS:
        return money_column(attribute, f"{label}(元)", width)
    return count_column(attribute, label, width)


VILLAGE_COLUMNS = (
    attribute_column("balance.name", Village.label, 6.6, grows=True),
    balance_column("projects", 4, rank=4),
    share_column("of_quota", "占参考额度", 9, key=lambda row: row.of_quota.part),
    share_column("by_count", "服务类数", 5.6, rank=1),
    share_column("by_money", "服务类资金", 6.6, rank=2),
    share_column("taking_part", Participation.label, 5.6, rank=5),
    balance_column("remaining", 8, rank=3),
)


def village_bars(register: Register, policy: Policy) -> list[BarRow]:
    """The villages of a register as rows with bars, those that used most of their quota first."""
    rows = sorted(village_rows(register, policy), key=lambda row: (-row.of_quota.part, row.balance.name))
    return [_bar_of(row) for row in rows]


def _bar_of(row: VillageRow) -> BarRow:
    balance, quota = row.balance, row.balance.quota or Money(0)
    over = Money(balance.special - quota)
    return BarRow(
        label=balance.name,
        what=row.id,
        text=f"{balance.special.wan} / {quota.wan.removesuffix('.00')} 万",
        note=f"超 {over.wan}" if over > 0 else "",
        part=balance.special,
        whole=quota,
        level="exception" if over > 0 else "info",
        cells=tuple(
            (share.figures or share.percent, "exception" if share.keeps is False else "")
            for share in (row.by_count, row.by_money)
        ),
    )
