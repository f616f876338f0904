"""The register (台账): what each project adds to the sums of its village and street, and those sums.

A line per project is kept in the store beside the records (table ``register_line``), written in the same
transaction and compared by ``verify``, so that balances and lists are single SQL queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.funding import NONE
from haicang_desk.model.records import Category, Stage
from haicang_desk.model.values import Money, initials

STAGES_NOT_COUNTED = (Stage.DRAFT, Stage.SENT_BACK, Stage.WITHDRAWN, Stage.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectTotals:
    """One project's line. ``counts``: it is of the population of ratios (有效口径, rules §0). Sums are in fen."""

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
    takes_part: int
    search: str

    @classmethod
    def of(cls, case: Casefile, *, search: str | None = None) -> ProjectTotals:
        """Its line; ``search`` is given, as "", where only sums are wanted: pinyin takes a second to load."""
        stage, since = case.staged
        project, funding, approved = case.project, case.funding, case.approved
        outside = stage in STAGES_NOT_COUNTED or (stage is Stage.TERMINATED and not case.disbursements)
        return cls(
            project=project.id,
            fund_year=project.fund_year,
            village=project.village,
            category=project.category.code,
            stage=stage.code,
            since=since.isoformat() if since else None,
            counts=int(not outside),
            ever_filed=int(project.submitted_on is not None),
            total=funding.total.fen,
            special=case.committed.fen,
            social=funding.social.fen,
            self_raised=funding.self_raised.fen,
            approved_special=approved.scheme.fen if approved else 0,
            disbursed=case.disbursed.fen,
            takes_part=int(case.takes_part),
            search=search_text(project.code, project.title, case.village.name) if search is None else search,
        )


COLUMNS = tuple(said.name for said in fields(ProjectTotals))


def search_text(code: str, title: str, village: str) -> str:
    """What the search box looks in: code, title, village, and their pinyin initials, in lower case."""
    return f"{code} {title} {village} {initials(title)} {initials(village)}".lower()


@dataclass(frozen=True, kw_only=True)
class Balance:
    """The sums of one village, or of the street, for one fund year (contract §5). ``quota`` None: none set.

    条文：C033
    """

    name: str
    quota: Money | None = None
    projects: int = 0
    service_projects: int = 0
    goods_projects: int = 0
    works_projects: int = 0
    filed_projects: int = 0  # 申报口径: everything ever filed
    filed_service_projects: int = 0
    filed_total: Money = NONE
    filed_service_total: Money = NONE
    total: Money = NONE
    special: Money = NONE
    committed: Money = NONE  # G1+G2 approved and not released: what the street's quota is held against (R11)
    social: Money = NONE
    service_total: Money = NONE
    service_special: Money = NONE
    works_goods_total: Money = NONE
    works_goods_fiscal: Money = NONE
    works_goods_self_raised: Money = NONE
    approved_special: Money = NONE
    disbursed: Money = NONE
    social_projects: int = 0

    @property
    def remaining(self) -> Money | None:
        return None if self.quota is None else self.quota - self.special

    @property
    def undisbursed(self) -> Money:
        return self.approved_special - self.disbursed

    def moved(self, line: ProjectTotals, sign: int) -> Balance:
        """With one project's line added (+1) or taken away (−1): how a balance would be, without asking the store."""
        added = {name: getattr(self, name) + sign * amount for name, amount in _adds(line).items()}
        return replace(self, **added)

    def as_json(self) -> dict[str, Any]:
        """As contract §5 fixes it."""
        return {
            "name": self.name,
            "projects": self.projects,
            "service_projects": self.service_projects,
            "goods_projects": self.goods_projects,
            "works_projects": self.works_projects,
            "service_count_share": f"{self.service_projects}/{self.projects}",
            "total_fen": self.total.fen,
            "special_fen": self.special.fen,
            "social_fen": self.social.fen,
            "service_total_fen": self.service_total.fen,
            "service_special_fen": self.service_special.fen,
            "approved_special_fen": self.approved_special.fen,
            "disbursed_fen": self.disbursed.fen,
            "undisbursed_fen": self.undisbursed.fen,
            "social_projects": self.social_projects,
            "quota_fen": None if self.quota is None else self.quota.fen,
            "remaining_fen": None if self.remaining is None else self.remaining.fen,
        }


def _adds(line: ProjectTotals) -> dict[str, int]:
    """What a line adds to a balance. The SQL below says the same for all lines at once; a test holds them together."""
    service = line.category == Category.SERVICE.code
    filed = {
        "filed_projects": line.ever_filed,
        "filed_service_projects": line.ever_filed * service,
        "filed_total": line.ever_filed * line.total,
        "filed_service_total": line.ever_filed * line.total * service,
    }
    if not line.counts:
        return filed
    return filed | {
        "projects": 1,
        "service_projects": int(service),
        "goods_projects": int(line.category == Category.GOODS.code),
        "works_projects": int(line.category == Category.WORKS.code),
        "total": line.total,
        "special": line.special,
        "committed": line.special * (line.stage != Stage.SUBMITTED.code),
        "social": line.social,
        "service_total": line.total * service,
        "service_special": line.special * service,
        "works_goods_total": line.total * (not service),
        "works_goods_fiscal": (line.total - line.social) * (not service),
        "works_goods_self_raised": line.self_raised * (not service),
        "approved_special": line.approved_special,
        "disbursed": line.disbursed,
        "social_projects": line.takes_part,
    }


SUMS = """
SELECT village,
  sum(counts) AS projects,
  sum(counts AND category = 'service') AS service_projects,
  sum(counts AND category = 'goods') AS goods_projects,
  sum(counts AND category = 'works') AS works_projects,
  sum(ever_filed) AS filed_projects,
  sum(ever_filed AND category = 'service') AS filed_service_projects,
  sum(iif(ever_filed, total, 0)) AS filed_total,
  sum(iif(ever_filed AND category = 'service', total, 0)) AS filed_service_total,
  sum(iif(counts, total, 0)) AS total,
  sum(iif(counts, special, 0)) AS special,
  sum(iif(counts AND stage <> 'submitted', special, 0)) AS committed,
  sum(iif(counts, social, 0)) AS social,
  sum(iif(counts AND category = 'service', total, 0)) AS service_total,
  sum(iif(counts AND category = 'service', special, 0)) AS service_special,
  sum(iif(counts AND category <> 'service', total, 0)) AS works_goods_total,
  sum(iif(counts AND category <> 'service', total - social, 0)) AS works_goods_fiscal,
  sum(iif(counts AND category <> 'service', self_raised, 0)) AS works_goods_self_raised,
  sum(iif(counts, approved_special, 0)) AS approved_special,
  sum(iif(counts, disbursed, 0)) AS disbursed,
  sum(counts AND takes_part) AS social_projects
FROM register_line WHERE fund_year = ? GROUP BY village
"""
_KINDS: dict[str, type[int]] = {said.name: Money if said.type == "Money" else int for said in fields(Balance)}
_SUMMED = {name: _KINDS[name] for name in _adds(ProjectTotals(**dict.fromkeys(COLUMNS, 1)))}  # type: ignore[arg-type]


def summed(name: str, quota: Money | None, names: Iterable[str], sums: Iterable[int]) -> Balance:
    """A balance of the named sums of SUMS. Skips ``__init__``: its guard against change costs more than SQL."""
    held: dict[str, Any] = {key: _SUMMED[key](amount) for key, amount in zip(names, sums, strict=False)}
    held["name"], held["quota"] = name, quota
    balance = object.__new__(Balance)
    object.__setattr__(balance, "__dict__", held)
    return balance


@dataclass(frozen=True, slots=True)
class Register:
    """One fund year of one street: the balance of every village, by its id, and of the street. 条文：C064"""

    year: int
    street: Balance
    villages: Mapping[str, Balance]

    def moved(self, before: ProjectTotals | None, after: ProjectTotals | None) -> Register:
        """As it would be if a project's line went from ``before`` to ``after``."""
        street, villages = self.street, dict(self.villages)
        for line, sign in ((before, -1), (after, 1)):
            if line is not None and line.fund_year == self.year:
                street = street.moved(line, sign)
                villages[line.village] = villages[line.village].moved(line, sign)
        return replace(self, street=street, villages=villages)


def village_quota(planned: int | None, reference: Money) -> Money:
    """The street's own planned quota for a village, else the policy's reference of about 80万 (R10)."""
    return reference if planned is None else Money(planned)


def since_of(line: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(line["since"]) if line["since"] else None


class RegisterCache:
    """Registers worked out once and moved along with small changes, for as long as nothing else wrote to the store.

    ``stamp`` is a number that grows with every row written.
    """

    def __init__(self) -> None:
        self._held: dict[int, Register] = {}
        self._stamp = -1

    def get(self, year: int, stamp: int, work_out: Callable[[int], Register]) -> Register:
        if stamp != self._stamp:
            self._held, self._stamp = {}, stamp
        if year not in self._held:
            self._held[year] = work_out(year)
        return self._held[year]

    def follow(self, stamp: int) -> bool:
        """Whether they are of this stamp, and worth moving along."""
        return stamp == self._stamp and bool(self._held)

    def move(self, before: Iterable[ProjectTotals], after: Iterable[ProjectTotals], stamp: int) -> None:
        for lines, sign in ((before, -1), (after, 1)):
            for line in lines:
                if (held := self._held.get(line.fund_year)) is not None:
                    gone, come = (line, None) if sign < 0 else (None, line)
                    self._held[line.fund_year] = held.moved(gone, come)
        self._stamp = stamp
