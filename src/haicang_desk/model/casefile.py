"""Casefiles (案卷): a project with everything that hangs on it, frozen; and what follows from it alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self, TypeVar

from haicang_desk.model.funding import NONE, Funding
from haicang_desk.model.records import (
    Advance,
    Alteration,
    Appointment,
    Approval,
    Attachment,
    Award,
    Bid,
    BudgetLine,
    Conclusion,
    Deliberation,
    Disbursement,
    Event,
    Filing,
    FilingResult,
    Guidance,
    ImplementerKind,
    Inspection,
    Maintenance,
    Notice,
    Opinion,
    Participation,
    Progress,
    Project,
    Publicity,
    QuarterLine,
    Record,
    Refund,
    Review,
    Settlement,
    Spending,
    Stage,
    Suggestion,
    Supervision,
    Survey,
    TakingPart,
    Village,
    Waiver,
)
from haicang_desk.model.values import Money, cached_field

R = TypeVar("R", bound=Record)

CHILDREN: dict[str, type[Record]] = {  # attribute of Casefile -> record
    "budget_lines": BudgetLine,
    "suggestions": Suggestion,
    "deliberations": Deliberation,
    "opinions": Opinion,
    "notices": Notice,
    "approvals": Approval,
    "filings": Filing,
    "appointments": Appointment,
    "participations": Participation,
    "progress": Progress,
    "disbursements": Disbursement,
    "settlements": Settlement,
    "surveys": Survey,
    "inspections": Inspection,
    "awards": Award,
    "waivers": Waiver,
    "bids": Bid,
    "guidance": Guidance,
    "supervision": Supervision,
    "spending": Spending,
    "refunds": Refund,
    "advances": Advance,
    "alterations": Alteration,
    "maintenance": Maintenance,
    "attachments": Attachment,
    "reviews": Review,
    "publicity": Publicity,
    "quarter_lines": QuarterLine,
}
BELONGS = {cls: name for name, cls in CHILDREN.items()}


@dataclass(frozen=True, kw_only=True)
class Casefile:
    """One project, its village, and its records, each tuple in the order of date, then of entry.

    ``suggestions``, ``deliberations`` and ``notices`` also hold the village's own that name no project.
    What follows from the records is worked out once: thirty rules ask for it.

    条文：C016
    """

    project: Project
    village: Village
    budget_lines: tuple[BudgetLine, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    deliberations: tuple[Deliberation, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    notices: tuple[Notice, ...] = ()
    approvals: tuple[Approval, ...] = ()
    filings: tuple[Filing, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    participations: tuple[Participation, ...] = ()
    progress: tuple[Progress, ...] = ()
    disbursements: tuple[Disbursement, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    surveys: tuple[Survey, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    awards: tuple[Award, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    bids: tuple[Bid, ...] = ()
    guidance: tuple[Guidance, ...] = ()
    supervision: tuple[Supervision, ...] = ()
    spending: tuple[Spending, ...] = ()
    refunds: tuple[Refund, ...] = ()
    advances: tuple[Advance, ...] = ()
    alterations: tuple[Alteration, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    reviews: tuple[Review, ...] = ()
    publicity: tuple[Publicity, ...] = ()
    quarter_lines: tuple[QuarterLine, ...] = ()

    @classmethod
    def of(cls, project: Project, village: Village, parts: Mapping[str, tuple[Any, ...]]) -> Self:
        """Of the parts that there are. Skips ``__init__``: most of thirty are empty, as the class says."""
        case = object.__new__(cls)
        case.__dict__.update(parts, project=project, village=village)
        return case

    @cached_field
    def shape(self) -> frozenset[str]:
        """The names of the parts that are not empty."""
        return frozenset(name for name, part in self.__dict__.items() if part and name in CHILDREN)

    def holding(self, record: Record) -> Casefile:
        """The same casefile with one record added, or put in the place of the one that has its id."""
        if isinstance(record, Project):
            return replace(self, project=record)
        name = BELONGS[type(record)]
        kept = tuple(held for held in getattr(self, name) if not record.id or held.id != record.id)
        parts: dict[str, Any] = {name: in_order((*kept, record))}
        return replace(self, **parts)

    @cached_field
    def approval(self) -> Approval | None:
        """The decision in force: the last one made, if it agrees."""
        last = self.approvals[-1] if self.approvals else None
        return last if last is not None and last.conclusion is Conclusion.AGREE else None

    @cached_field
    def filing(self) -> Filing | None:
        """The filing that the district has recorded (已备案)."""
        return next((f for f in reversed(self.filings) if f.result is FilingResult.LODGED), None)

    @property
    def appointment(self) -> Appointment | None:
        return self.appointments[-1] if self.appointments else None

    @property
    def settlement(self) -> Settlement | None:
        return self.settlements[-1] if self.settlements else None

    def first(self, *events: Event) -> Progress | None:
        for step in self.progress:
            if step.event in events:
                return step
        return None

    @cached_field
    def asked(self) -> Funding:
        """申报数。"""
        return Funding.of(self.project)

    @cached_field
    def approved(self) -> Funding | None:
        """核定数，经批复的变更在内；未批准的没有。"""
        in_force = self.approval
        if in_force is None:
            return None
        decided = in_force
        for altered in self.alterations:
            if altered.conclusion is Conclusion.AGREE and altered.follows(in_force):
                special = decided.special if altered.special is None else altered.special
                total = decided.total if altered.total is None else altered.total
                decided = replace(decided, special=special, total=total)
        return Funding.approved(self.project, decided)

    @cached_field
    def settled(self) -> Funding | None:
        """决算数；未决算的没有。"""
        return Funding.of(self.settlement) if self.settlement else None

    @cached_field
    def funding(self) -> Funding:
        """The figures in force: 决算 over 核定 over 申报."""
        return self.settled or self.approved or self.asked

    @cached_field
    def disbursed(self) -> Money:
        """What was paid to the village and not paid back."""
        paid = sum((each.amount for each in self.disbursements), NONE)
        return paid - sum((each.amount for each in self.refunds), NONE)

    @cached_field
    def confirmed_in_kind(self) -> Mapping[str, Money]:
        """Goods and labour that were given according to the records of 社会参与, by the name of the Funding field."""
        goods, labour = NONE, NONE
        for part in self.participations:
            if part.manner is TakingPart.LABOUR:
                labour += part.amount or NONE
            elif not part.received:
                goods += part.amount or NONE
        return {"donated_goods": goods, "labour": labour}

    @property
    def committed(self) -> Money:
        """G1+G2 held against quotas: 核定 less what 决算 or 终止 releases (R11), else what is asked."""
        if self.stage is Stage.TERMINATED:
            return self.disbursed
        held = (self.approved or self.asked).scheme
        return min(held, self.settled.scheme) if self.settled else held

    @property
    def takes_part(self) -> bool:
        """Whether a social force is confirmed to take part (R08): a pledge not received does not count, nor does
        an enterprise that only carries out the work it is paid for.

        条文：C083
        """
        for part in self.participations:
            paid_work = part.manner is TakingPart.ORGANISE and part.kind == "企业"
            if part.received is not False and not paid_work:
                return True
        return any(a.kind is ImplementerKind.SOCIAL for a in self.appointments)

    @property
    def stage(self) -> Stage:
        return self.staged[0]

    @cached_field
    def staged(self) -> tuple[Stage, date | None]:
        """The stage that follows from the records, and the day it was reached (contract §3)."""
        for event, stage in _BY_EVENT if self.progress else ():
            if (reached := self.first(*event)) is not None:
                return stage, reached.happened_on
        if self.appointment:
            return Stage.APPOINTED, self.appointment.appointed_on
        if self.filing:
            return Stage.LODGED, self.filing.lodged_on or self.filing.sent_on
        return self._decided()

    def _decided(self) -> tuple[Stage, date | None]:
        last, filed = self.approvals[-1] if self.approvals else None, self.project.submitted_on
        if last is None:
            return (Stage.SUBMITTED, filed) if filed else (Stage.DRAFT, None)
        stage = _BY_CONCLUSION[last.conclusion]
        if stage in (Stage.SENT_BACK, Stage.WITHDRAWN) and _filed_again(last, filed):
            return Stage.SUBMITTED, filed
        return stage, last.decided_on


_BY_EVENT = (
    ((Event.TERMINATE,), Stage.TERMINATED),
    ((Event.CLOSE,), Stage.CLOSED),
    ((Event.COMPLETE,), Stage.COMPLETED),
    ((Event.START, Event.PROGRESS), Stage.UNDERWAY),
)
_BY_CONCLUSION = {
    Conclusion.AGREE: Stage.APPROVED,
    Conclusion.SEND_BACK: Stage.SENT_BACK,
    Conclusion.REJECT: Stage.REJECTED,
    Conclusion.WITHDRAW: Stage.WITHDRAWN,
}


def _filed_again(last: Approval, filed: date | None) -> bool:
    """Dates alone cannot tell when return and new filing share a day; the answered return can."""
    return last.answered_on is not None or bool(filed and last.decided_on and filed > last.decided_on)


def new_record(cls: type[R], case: Casefile) -> R:
    """A new record of a class, with the project, village and fund year that it belongs to."""
    project = case.project
    owner: dict[str, Any] = {"project": project.id, "village": project.village, "fund_year": project.fund_year}
    return cls(**{name: value for name, value in owner.items() if name in cls.fields})


def in_order(records: tuple[Any, ...]) -> tuple[Any, ...]:
    """By the record's own date, then as entered; one not yet put comes last of its day."""
    if len(records) < 2:
        return records
    dated = DATED[type(records[0])]
    return tuple(sorted(records, key=lambda r: (getattr(r, dated) or date.min, not r.id, r.id))) if dated else records


DATED = {cls: next((name for name, said in cls.fields.items() if said.kind is date), "") for cls in CHILDREN.values()}
