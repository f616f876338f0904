"""The register (台账): what each project adds to the sums of its village and street, and those sums.

The totals of every project are kept in the store beside its records (table ``register_line``). They are written in
the same transaction and compared by ``verify``, so that balances and lists are single SQL queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.funding import NONE
from haicang_desk.model.records import Category, Stage
from haicang_desk.model.values import Money, matching_form, pinyin_forms

STAGES_NOT_COUNTED = (Stage.DRAFT, Stage.SENT_BACK, Stage.WITHDRAWN, Stage.REJECTED)


RESTS_ON = (  # the parts of a casefile that the totals of a project rest on; the others need not be read for them
    *("approvals", "filings", "appointments", "participations", "progress", "disbursements", "settlements", "spending"),
    *("refunds", "alterations"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectTotals:
    """One project's row of ``register_line``, sums in fen. ``counts``: ratios count it (有效口径, rules §0)."""

    project: str
    fund_year: int
    village: str
    category: str
    stage: str
    since: str | None
    counts: int
    ever_filed: int
    total: int
    special: int
    social: int
    self_raised: int
    approved_special: int
    disbursed: int
    undisbursed: int
    takes_part: int
    search: str

    @classmethod
    def of(cls, case: Casefile, *, search: str | None = None) -> ProjectTotals:
        """The totals of a project. Give ``search=""`` where only sums are wanted: pinyin takes a second to load."""
        stage, since = case.staged
        project, funding, approved = case.project, case.funding, case.approved
        return cls(
            project=project.id,
            fund_year=project.fund_year,
            village=project.village,
            category=project.category.code,
            stage=stage.code,
            since=since.isoformat() if since else None,
            counts=int(case.in_force and stage not in STAGES_NOT_COUNTED),
            ever_filed=int(project.submitted_on is not None),
            total=funding.total.fen,
            special=funding.scheme.fen,
            social=funding.social.fen,
            self_raised=funding.self_raised.fen,
            approved_special=approved.scheme.fen if approved else 0,
            disbursed=case.disbursed.fen,
            undisbursed=case.undisbursed.fen,
            takes_part=int(case.takes_part),
            search=search_text(project.code, project.title, case.village.name) if search is None else search,
        )


COLUMNS = tuple(each.name for each in fields(ProjectTotals))


def search_text(code: str, title: str, village: str) -> str:
    """The text that the search box looks in: code, title and village in their matching form, and their pinyin."""
    shown = matching_form(f"{code} {title} {village}")
    return f"{shown} {pinyin_forms(title)} {pinyin_forms(village)}"


class Condition(NamedTuple):
    """A condition on one column of ``ProjectTotals``: that it is set or, with a ``code``, that it is or is not it."""

    column: str
    code: str = ""
    negated: bool = False

    def holds(self, totals: ProjectTotals) -> bool:
        """Whether it holds for one project."""
        cell = getattr(totals, self.column)
        return (cell == self.code) is not self.negated if self.code else bool(cell)


COUNTED = Condition("counts")
EVER_FILED = Condition("ever_filed")
SERVICE = Condition("category", Category.SERVICE.code)
GOODS = Condition("category", Category.GOODS.code)
WORKS = Condition("category", Category.WORKS.code)
NOT_SERVICE = Condition("category", Category.SERVICE.code, negated=True)
DECIDED = Condition("stage", Stage.SUBMITTED.code, negated=True)
TAKES_PART = Condition("takes_part")


@dataclass(frozen=True, slots=True)
class Metric:
    """One sum of a balance, declared at its field: ``of`` a column, ``less`` another, over the projects ``where``.

    Without ``of`` it counts projects. The SQL over a whole year (``store.repository``), the step by one project and
    the labels on screens all follow from it. The name and the kind, a count or Money, are those of the field.
    """

    of: str
    where: tuple[Condition, ...]
    less: str = ""
    label: str = ""

    def amount(self, totals: ProjectTotals) -> int:
        """What one project adds: 1 or 0 for a count, else fen."""
        for condition in self.where:
            if not condition.holds(totals):
                return 0
        if not self.of:
            return 1
        amount: int = getattr(totals, self.of)
        return amount - getattr(totals, self.less) if self.less else amount


def _count(*where: Condition, label: str = "") -> Any:
    """The field of a count of projects."""
    return field(default=0, metadata={"metric": Metric("", where, label=label)})


def _sum(of: str, *where: Condition, less: str = "", label: str = "") -> Any:
    """The field of a sum of money."""
    return field(default=NONE, metadata={"metric": Metric(of, where, less, label)})


@dataclass(frozen=True, kw_only=True)
class Balance:
    """The sums of one village, or of the street, for one fund year (contract §5). ``quota`` None: none set.

    条文：C033
    """

    name: str
    quota: Money | None = None
    projects: int = _count(COUNTED, label="项目")
    service_projects: int = _count(COUNTED, SERVICE)
    goods_projects: int = _count(COUNTED, GOODS, label="货物")
    works_projects: int = _count(COUNTED, WORKS, label="工程")
    filed_projects: int = _count(EVER_FILED)  # 申报口径: everything ever filed
    filed_service_projects: int = _count(EVER_FILED, SERVICE)
    filed_total: Money = _sum("total", EVER_FILED)
    filed_service_total: Money = _sum("total", EVER_FILED, SERVICE)
    total: Money = _sum("total", COUNTED, label="总资金")
    special: Money = _sum("special", COUNTED)
    committed: Money = _sum("special", COUNTED, DECIDED)  # what the street's quota is compared with (R11)
    social: Money = _sum("social", COUNTED, label="社会资金")
    service_total: Money = _sum("total", COUNTED, SERVICE)
    service_special: Money = _sum("special", COUNTED, SERVICE)
    works_goods_total: Money = _sum("total", COUNTED, NOT_SERVICE)
    works_goods_fiscal: Money = _sum("total", COUNTED, NOT_SERVICE, less="social")
    works_goods_self_raised: Money = _sum("self_raised", COUNTED, NOT_SERVICE)
    approved_special: Money = _sum("approved_special", COUNTED, label="核定")
    disbursed: Money = _sum("disbursed", label="已拨付")  # also of projects that were refused, withdrawn or stopped
    undisbursed: Money = _sum("undisbursed", COUNTED, label="未拨付")
    social_projects: int = _count(COUNTED, TAKES_PART)

    @classmethod
    def of_sums(cls, name: str, quota: Money | None, sums: Iterable[int]) -> Balance:
        """A balance of sums in the order of METRICS; of none, where there are no projects.

        It sets the attributes without ``__init__``: the assignments of a frozen class would cost more than the SQL.
        """
        values: dict[str, Any] = {
            key: Money(amount) if metric.of else amount
            for (key, metric), amount in zip(METRICS.items(), sums, strict=False)
        }
        values["name"], values["quota"] = name, quota
        balance = object.__new__(cls)
        object.__setattr__(balance, "__dict__", values)
        return balance

    @property
    def remaining(self) -> Money | None:
        """What is left of the quota; None where none is set."""
        return None if self.quota is None else self.quota - self.special

    @property
    def service_count_share(self) -> str:
        """服务类项目数 among all projects, as an unreduced fraction."""
        return f"{self.service_projects}/{self.projects}"

    def moved(self, totals: ProjectTotals, sign: int) -> Balance:
        """The balance with one project added (+1) or taken away (−1), without a query."""
        moved = self.__dict__ | {
            name: getattr(self, name) + sign * amount
            for name, metric in METRICS.items()
            if (amount := metric.amount(totals))
        }
        balance = object.__new__(Balance)
        object.__setattr__(balance, "__dict__", moved)
        return balance

    def named(self, name: str, quota: Money | None) -> Balance:
        """The same sums under a name and a quota."""
        balance = object.__new__(Balance)
        object.__setattr__(balance, "__dict__", self.__dict__ | {"name": name, "quota": quota})
        return balance

    def as_json(self) -> dict[str, Any]:
        """The JSON object of contract §5: counts under their names, money in fen under the name and ``_fen``."""
        return {f"{name}_fen" if name in MONEY_FIELDS else name: _plain(getattr(self, name)) for name in _CONTRACT}


METRICS: dict[str, Metric] = {each.name: each.metadata["metric"] for each in fields(Balance) if each.metadata}
BALANCE_LABELS = {name: metric.label for name, metric in METRICS.items() if metric.label} | {
    "quota": "参考额度",
    "remaining": "剩余额度",
}
_CONTRACT = (  # the keys of contract §5 in its order
    *("name", "projects", "service_projects", "goods_projects", "works_projects", "service_count_share"),
    *("total", "special", "social", "service_total", "service_special", "approved_special", "disbursed"),
    *("undisbursed", "social_projects", "quota", "remaining"),
)
MONEY_FIELDS = {name for name, metric in METRICS.items() if metric.of} | {"quota", "remaining"}


def _plain(value: Any) -> Any:
    return value.fen if isinstance(value, Money) else value


@dataclass(frozen=True, slots=True)
class Register:
    """One fund year of one street: the balance of every village, by its id, and of the street. 条文：C064"""

    year: int
    street: Balance
    villages: Mapping[str, Balance]

    def moved(self, before: ProjectTotals | None, after: ProjectTotals | None) -> Register:
        """The register with one project's totals changed from ``before`` to ``after``; None: there is no project."""
        street, villages = self.street, dict(self.villages)
        for totals, sign in ((before, -1), (after, 1)):
            if totals is not None and totals.fund_year == self.year:
                street = street.moved(totals, sign)
                of_village = villages.get(totals.village) or Balance(name="")  # a village of the same change
                villages[totals.village] = of_village.moved(totals, sign)
        return replace(self, street=street, villages=villages)


def village_quota(planned: Money | None, reference: Money) -> Money:
    """The street's own planned quota for a village, else the policy's reference of about 80万 (R10)."""
    return reference if planned is None else planned


class RegisterCache:
    """Registers kept in memory and moved along with small changes, as long as nothing else wrote to the store.

    ``stamp`` is a number that grows with every row written (``sqlite3.Connection.total_changes``).
    """

    def __init__(self) -> None:
        self._registers: dict[int, Register] = {}
        self._stamp = -1

    def get(self, year: int, stamp: int, compute: Callable[[int], Register]) -> Register:
        """The register of a fund year, computed if there is none of this stamp."""
        if stamp != self._stamp:
            self._registers, self._stamp = {}, stamp
        if year not in self._registers:
            self._registers[year] = compute(year)
        return self._registers[year]

    def kept(self, year: int, stamp: int) -> Register | None:
        """The register of a fund year, if there is one of this stamp."""
        return self._registers.get(year) if stamp == self._stamp else None

    def stay(self, before: int, stamp: int) -> None:
        """Keep the registers of the stamp ``before`` after rows were written that no register depends on."""
        if before == self._stamp:
            self._stamp = stamp

    def can_follow(self, stamp: int) -> bool:
        """Whether there are registers of this stamp, so that ``move`` can bring them up to date."""
        return stamp == self._stamp and bool(self._registers)

    def move(
        self,
        before: Iterable[ProjectTotals],
        after: Iterable[ProjectTotals],
        stamp: int,
        *,
        named: Callable[[Register], Register] | None = None,
    ) -> None:
        """Take away the totals that projects had before a change, add those they have after it.

        ``named``: gives the same sums their names and quotas, where these changed as well.
        """
        for totals in before:
            if (register := self._registers.get(totals.fund_year)) is not None:
                self._registers[totals.fund_year] = register.moved(totals, None)
        for totals in after:
            if (register := self._registers.get(totals.fund_year)) is not None:
                self._registers[totals.fund_year] = register.moved(None, totals)
        if named is not None:
            self._registers = {year: named(register) for year, register in self._registers.items()}
        self._stamp = stamp
