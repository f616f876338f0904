"""Contexts: everything that a document is composed from, read from the store beforehand.

They are frozen, so that a worker thread can make the paper while the store is in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from haicang_desk.model.balances import Balance, Register
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.as_of import casefile_as_of
from haicang_desk.model.findings import Finding
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import (
    Attachment,
    Disclosure,
    Dossier,
    Expert,
    Inspection,
    Member,
    Notice,
    NoticeKind,
    Project,
    Record,
    Street,
    Suggestion,
    Village,
    YearPlan,
)
from haicang_desk.model.rules import RuleContext, project_findings
from haicang_desk.model.services import Workspace, check, dossier_of, evaluate_case, rule_context_of
from haicang_desk.model.store import BlobMissing, last_seal
from haicang_desk.model.values import Refused, known_names

if TYPE_CHECKING:
    from haicang_desk.model.documents.reports.quarterly_figures import QuarterlyFigures

Originals = Mapping[str, bytes | str]  # id of an attachment -> its bytes, or why there are none
KEPT_ELSEWHERE, DAMAGED, MISSING = "原件另存", "原件损坏，未装入", "原件缺失，未装入"
LOCKED, TOO_LARGE = "原件加了密码，未装入", "原件过大，未装入"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectContext(RuleContext):
    """The context of a document of one project: the casefile, its register and the findings of the rules."""

    findings: tuple[Finding, ...] = ()
    seal: str = ""  # 存证码 of the last change to the project, its village or the street
    village_year: VillageContext | None = None  # of this project alone, for the dossier
    originals: Originals = field(default_factory=dict)  # those that the document needs
    people: frozenset[str] = frozenset()  # whom the ledger knows, besides those in the case; notices mask their names
    decisions: tuple[Disclosure, ...] = ()  # on passages of notices that may be personal
    issued: Mapping[str, bytes] = field(
        default_factory=dict
    )  # PDFs of documents as they were issued, by name, for the dossier
    corrected: Mapping[str, date] = field(default_factory=dict)  # documents issued again, by title, and the day
    dossier: Dossier | None = None  # the 档号 of the project, once it has one

    @property
    def bound(self) -> bool:
        """Whether it is the context of a dossier, which holds no form that is still to be filled in."""
        return self.village_year is not None

    @property
    def balance(self) -> Balance:
        """The balance of the project's village; an empty one without a register."""
        village = self.case.village
        return self.register.villages[village.id] if self.register else Balance(name=village.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageContext:
    """The context of a document of one village's fund year: projects, balance and suggestions."""

    village: Village
    year: int
    cases: tuple[Casefile, ...]
    balance: Balance
    suggestions: tuple[Suggestion, ...]
    policy: Policy
    today: date
    street: Street
    seal: str = ""
    people: frozenset[str] = frozenset()
    decisions: tuple[Disclosure, ...] = ()
    alone: bool = False  # the document is of one project, the only one in ``cases``

    @property
    def project(self) -> Project | None:
        """The project of a document that is of one project alone; otherwise None."""
        return self.cases[0].project if self.alone else None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetContext:
    """The context of a document of the street's fund year: all projects, the register and the inspections."""

    street: Street
    year: int
    cases: tuple[Casefile, ...]
    register: Register
    inspections: tuple[Inspection, ...]
    findings: tuple[Finding, ...]
    policy: Policy
    today: date
    seal: str = ""
    award_notice: Notice | None = None  # the last 年度评优公示 of the year
    quarterly: QuarterlyFigures | None = None
    plan: YearPlan | None = None
    people: frozenset[str] = frozenset()
    decisions: tuple[Disclosure, ...] = ()


DocumentContext = ProjectContext | VillageContext | StreetContext


def project_context(
    ws: Workspace, case: Casefile, today: date, *, with_findings: bool = False, bound: bool = False
) -> ProjectContext:
    """The context of a document of one project.

    ``with_findings``: with what the rules say; ``bound``: with the context of its village's documents (项目档案).
    """
    around = rule_context_of(ws, case, today)
    return ProjectContext(
        case=case,
        policy=around.policy,
        today=today,
        street=around.street,
        register=around.register,
        standing=around.standing,
        findings=tuple(evaluate_case(ws, *_as_decided(case, today))) if with_findings else (),
        seal=seal_of(ws, (case,), case.village, around.street),
        village_year=_alone(ws, case, today) if bound else None,
        dossier=dossier_of(ws, case.project.id) if bound else None,
    )


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """The names of all persons that the ledger knows, and what was decided about passages with names."""

    names: frozenset[str]
    decisions: tuple[Disclosure, ...]


def known_people(ws: Workspace) -> KnownPeople:
    """Both as they are now; read once for a batch of notices, which need them."""
    names = known_names(
        each.name for cls in (Expert, Member) for each in ws.all(cls) if isinstance(each, Expert | Member)
    ) | known_names(name for each in ws.all(Village) for name in (each.contact, each.leader))
    return KnownPeople(names, tuple(ws.all(Disclosure)))


def with_people(context: DocumentContext, known: KnownPeople) -> DocumentContext:
    """The context with the people known. The persons of a case are in it already."""
    added: dict[str, Any] = {"people": known.names, "decisions": known.decisions}
    if isinstance(context, ProjectContext) and context.village_year is not None:
        added["village_year"] = replace(context.village_year, **added)
    return replace(context, **added)


def own_findings(context: ProjectContext) -> tuple[Finding, ...]:
    """The findings of the project's own rules, without those of village and street."""
    case, on = _as_decided(context.case, context.today)
    return tuple(project_findings(replace(context, case=case, today=on)))


def _as_decided(case: Casefile, today: date) -> tuple[Casefile, date]:
    """The case as of its last decision, and that day; without a decision the case itself and today."""
    decided = case.approvals[-1].decided_on if case.approvals else None
    return (casefile_as_of(case, decided), decided) if decided and decided <= today else (case, today)


def _alone(ws: Workspace, case: Casefile, today: date) -> VillageContext:
    """The village's context with this project and its suggestions alone."""
    whole = village_context(ws, case.village, case.project.fund_year, today)
    own = tuple(each for each in whole.suggestions if each.project == case.project.id)
    return replace(whole, cases=(case,), suggestions=own, alone=True)


def village_context(ws: Workspace, village: Village, year: int, today: date) -> VillageContext:
    """The context of a document of one village's fund year."""
    cases = tuple(ws.casefiles(year, village=village.id))
    projects = {case.project.id for case in cases}
    suggestions = [
        each
        for each in ws.all(Suggestion, village=village.id)
        if each.project in projects or (not each.project and each.told_on is not None and each.told_on.year == year)
    ]
    return VillageContext(
        village=village,
        year=year,
        cases=cases,
        balance=ws.register(year).villages[village.id],
        suggestions=tuple(sorted(suggestions, key=lambda each: (each.told_on or date.min, each.id))),
        policy=ws.policy(year),
        today=today,
        street=ws.street,
        seal=seal_of(ws, cases, village, ws.street, *suggestions),
    )


def street_context(ws: Workspace, year: int, today: date, *, with_findings: bool = False) -> StreetContext:
    """The context of a document of the street's fund year; ``with_findings``: with the findings of the rules."""
    cases = tuple(ws.casefiles(year))
    inspections = tuple(ws.all(Inspection))
    plan = next(iter(ws.all(YearPlan, fund_year=year)), None)
    posted = [n for n in ws.all(Notice) if n.kind is NoticeKind.AWARD and n.fund_year in (None, year)]
    return StreetContext(
        street=ws.street,
        year=year,
        cases=cases,
        register=ws.register(year),
        inspections=inspections,
        findings=tuple(check(ws, year, today)) if with_findings else (),
        policy=ws.policy(year),
        today=today,
        seal=seal_of(ws, cases, ws.street, *inspections, *posted, *([plan] if plan else [])),
        plan=plan,
        award_notice=max(posted, key=lambda notice: notice.posted_on or date.min, default=None),
    )


def seal_of(ws: Workspace, cases: Iterable[Casefile], *others: Record) -> str:
    """存证码: the first 16 hex digits of the hash of the last change to these projects or other records."""
    return last_seal(ws.conn, (case.project.id for case in cases), others)[:16]


def village_named(ws: Workspace, name: str) -> Village:
    """The village of that name. Raises Refused where there is none."""
    for village in ws.all(Village, name=name):
        return village
    raise Refused(f"台账里没有名为“{name}”的村居，请核对村居名称")


# ---- originals of attachments

MIB = 1024 * 1024
MOST = 1024 * MIB  # of one batch, which is held in memory


class OriginalsReader:
    """Reads the originals of attachments for one batch, each once."""

    def __init__(self, ws: Workspace, most: int = MOST) -> None:
        self._ws, self._most = ws, most
        self._read: dict[str, bytes | str] = {}
        self._size = 0

    def read(self, attachments: Iterable[Attachment]) -> Originals:
        """The originals by attachment id. Raises Refused where the batch exceeds what fits in memory."""
        return {each.id: self._original(each.digest) for each in attachments}

    def _original(self, digest: str) -> bytes | str:
        if digest not in self._read:
            self._read[digest] = original = self._fetched(digest)
            self._size += len(original)
        if self._size > self._most:
            raise Refused(f"要装入的原件合计超过 {self._most // MIB} MB，一次做不完；请少选几个项目，分批办理")
        return self._read[digest]

    def _fetched(self, digest: str) -> bytes | str:
        if not self._ws.has_blob(digest):
            return KEPT_ELSEWHERE
        try:
            return self._ws.read_blob(digest)
        except BlobMissing:
            return MISSING
        except Refused:
            return DAMAGED
