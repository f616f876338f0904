"""Casefiles (案卷): a project with all its records, and what follows from them alone: stage, sums, figures in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self, TypeVar, get_args, get_origin, get_type_hints

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
    ExpertDraw,
    Filing,
    FilingResult,
    Guidance,
    ImplementerKind,
    Inspection,
    Maintenance,
    Notice,
    Opinion,
    PaidFrom,
    Participation,
    Progress,
    Project,
    Publicity,
    QuarterLine,
    Record,
    Refund,
    Review,
    Settlement,
    Source,
    Spending,
    Stage,
    Suggestion,
    Supervision,
    Survey,
    TakingPart,
    Village,
    Waiver,
)
from haicang_desk.model.values import Money, cached_field, full_date

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, kw_only=True)
class Casefile:
    """One project, its village and its records; each tuple is sorted by date, then by order of entry.

    ``suggestions``, ``deliberations`` and ``notices`` also hold those of the village that name no project.
    A new kind of record needs one attribute here; ``CHILDREN`` follows from the annotations.

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
    expert_draws: tuple[ExpertDraw, ...] = ()
    publicity: tuple[Publicity, ...] = ()
    quarter_lines: tuple[QuarterLine, ...] = ()

    @classmethod
    def of(cls, project: Project, village: Village, parts: Mapping[str, tuple[Any, ...]]) -> Self:
        """Make a casefile of the given parts; those left out are empty. It skips ``__init__`` for speed."""
        case = object.__new__(cls)
        case.__dict__.update(parts, project=project, village=village)
        return case

    @cached_field
    def shape(self) -> frozenset[str]:
        """The names of the parts that are not empty."""
        return frozenset(name for name, part in self.__dict__.items() if part and name in CHILDREN)

    def holding(self, record: Record) -> Casefile:
        """The same casefile with one record added, or replacing the record of the same id."""
        if isinstance(record, Project):
            return replace(self, project=record)
        name = ATTRIBUTE_OF[type(record)]
        others = tuple(each for each in getattr(self, name) if not record.id or each.id != record.id)
        parts: dict[str, Any] = {name: in_order((*others, record))}
        return replace(self, **parts)

    @cached_field
    def approval(self) -> Approval | None:
        """The decision in force: the last one made, if it agrees."""
        last = self.approvals[-1] if self.approvals else None
        return last if last is not None and last.conclusion is Conclusion.AGREE else None

    @property
    def sent_back(self) -> Approval | None:
        """The decision that sent the project back for correction, until it is filed again; its opinion says why."""
        return self.approvals[-1] if self.approvals and self.stage is Stage.SENT_BACK else None

    @cached_field
    def filing(self) -> Filing | None:
        """The filing that the district has recorded (已备案)."""
        return next((f for f in reversed(self.filings) if f.result is FilingResult.LODGED), None)

    @property
    def appointment(self) -> Appointment | None:
        """The latest appointment of an implementer."""
        return self.appointments[-1] if self.appointments else None

    @property
    def settlement(self) -> Settlement | None:
        """The latest settlement."""
        return self.settlements[-1] if self.settlements else None

    def first(self, *events: Event) -> Progress | None:
        """The earliest progress record of one of these events, or None."""
        for each in self.progress:
            if each.event in events:
                return each
        return None

    @cached_field
    def asked(self) -> Funding:
        """The sums asked for (申报数)."""
        return Funding.of(self.project)

    @cached_field
    def approved(self) -> Funding | None:
        """The sums approved (核定数), with approved changes; None unless the project is approved."""
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
        """The sums of the latest settlement (决算数), or None."""
        return Funding.of(self.settlement) if self.settlement else None

    @cached_field
    def stopped(self) -> Funding | None:
        """What a stopped project (终止) is settled at: what was paid and not returned, and what was given."""
        if self.stage is not Stage.TERMINATED:
            return None
        other = sum((each.amount for each in self.spending if each.source is Source.OTHER_FISCAL), NONE)
        return Funding(
            special=max(self.paid[PaidFrom.SPECIAL], NONE),
            matching=max(self.paid[PaidFrom.MATCHING], NONE),
            other_fiscal=self.settled.other_fiscal if self.settled else other,
            **self.given,
        )

    @cached_field
    def funding(self) -> Funding:
        """The sums in force: of a stopped project what was paid and given, else as settled, as approved or as asked.

        Quotas count its ``scheme`` (G1+G2): what a settlement or a stop releases is free again (R11).
        """
        return self.stopped or self.settled or self.approved or self.asked

    @cached_field
    def paid(self) -> Mapping[PaidFrom, Money]:
        """Payments to the village less refunds, by source. Negative where more was returned than paid."""
        net = dict.fromkeys(PaidFrom, NONE)
        for payment in self.disbursements:
            net[payment.source] += payment.amount
        for refund in self.refunds:
            net[refund.source] -= refund.amount
        return net

    @cached_field
    def disbursed(self) -> Money:
        """Payments to the village less refunds, whatever became of the project."""
        return sum(self.paid.values(), NONE)

    @property
    def paid_anything(self) -> bool:
        """Whether money moved between street and village, even if all of it came back."""
        return bool(self.disbursements or self.refunds)

    @property
    def undisbursed(self) -> Money:
        """What is still to be paid: as settled, else as approved, less ``disbursed``; 0 of a stopped project."""
        due = self.stopped or self.settled or self.approved
        return max(due.scheme - self.disbursed, NONE) if due else NONE

    @cached_field
    def given(self) -> Mapping[str, Money]:
        """What was given according to the records of 社会参与, by the name of the Funding field."""
        cash, goods, labour = NONE, NONE, NONE
        for part in self.participations:
            cash, goods, labour = cash + part.cash, goods + part.goods, labour + part.labour()
        return {"donated_cash": cash, "donated_goods": goods, "labour": labour}

    @property
    def takes_part(self) -> bool:
        """Whether a social force takes part (R08). A pledge not received does not count, nor does an enterprise that
        only does the work it is paid for.

        条文：C083
        """
        for part in self.participations:
            paid_work = part.manner is TakingPart.ORGANISE and part.kind == "企业"
            if part.received is not False and not paid_work:
                return True
        return any(a.kind is ImplementerKind.SOCIAL for a in self.appointments)

    @property
    def in_force(self) -> bool:
        """Whether the project is drafted, under way or done: not refused, withdrawn, or stopped before it was paid."""
        stage = self.stage
        if stage is Stage.TERMINATED:
            return bool(self.disbursements)
        return stage not in (Stage.REJECTED, Stage.WITHDRAWN)

    @property
    def stage(self) -> Stage:
        """The stage that follows from the records (contract §3)."""
        return self.staged[0]

    @cached_field
    def staged(self) -> tuple[Stage, date | None]:
        """The stage, and the day it was reached.

        A decision that takes the approval back after the filing or the start holds until something is recorded later.
        """
        if self._approval_taken_back():
            return self._decided()
        for event, stage in _BY_EVENT if self.progress else ():
            if (reached := self.first(*event)) is not None:
                return stage, reached.happened_on
        if self.appointment:
            return Stage.APPOINTED, self.appointment.appointed_on
        if self.filing:
            return Stage.LODGED, self.filing.lodged_on or self.filing.sent_on
        return self._decided()

    def _approval_taken_back(self) -> bool:
        """Whether the last decision is no approval and came after every filing, appointment and progress."""
        last = self.approvals[-1] if self.approvals else None
        if last is None or last.conclusion is Conclusion.AGREE or last.decided_on is None:
            return False
        if self.first(Event.TERMINATE, Event.CLOSE):
            return False
        days = [each.lodged_on or each.sent_on for each in self.filings]
        days += [each.appointed_on for each in self.appointments]
        days += [each.happened_on for each in self.progress]
        return all(day is None or day <= last.decided_on for day in days)

    @cached_field
    def applied_on(self) -> date | None:
        """The day of the last application: as the project says, or of a later 重新申报; None for a draft."""
        filed = self.project.submitted_on
        again = [each.answered_on for each in self.approvals if each.answered_on]
        return max(again if filed is None else [filed, *again], default=None)

    def _decided(self) -> tuple[Stage, date | None]:
        last, filed = self.approvals[-1] if self.approvals else None, self.project.submitted_on
        if last is None:
            return (Stage.SUBMITTED, filed) if filed else (Stage.DRAFT, None)
        stage = _BY_CONCLUSION[last.conclusion]
        if stage in (Stage.SENT_BACK, Stage.WITHDRAWN) and _filed_again(last, filed):
            return Stage.SUBMITTED, filed
        return stage, last.decided_on


CHILDREN: dict[str, type[Record]] = {  # attribute of Casefile -> record
    name: get_args(hint)[0] for name, hint in get_type_hints(Casefile).items() if get_origin(hint) is tuple
}
ATTRIBUTE_OF = {cls: name for name, cls in CHILDREN.items()}
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
    """Whether a returned project was filed again. Both may have one date; then ``answered_on`` decides."""
    return last.answered_on is not None or bool(filed and last.decided_on and filed > last.decided_on)


FIRST_DAY = date(2018, 1, 1)  # of the fund year in which the scheme began
YEARS_AFTER = 5  # a project is over within so many years of its fund year
_MAY_REACH_FAR = (Maintenance, Attachment)  # upkeep lasts for decades, and a paper may be older than the scheme


def days_outside(record: Record, fund_year: int | None) -> dict[str, str]:
    """The days of a step that no project can have, by field, each with what is wrong with it in Chinese.

    Before the scheme began, or after 31 December of the fund year and ``YEARS_AFTER``; that end is not known where
    ``fund_year`` is None. Days of upkeep and papers, and those of the office's own tables, are not looked at.
    """
    cls = type(record)
    if cls is not Project and (cls not in ATTRIBUTE_OF or cls in _MAY_REACH_FAR):
        return {}
    last = date(fund_year + YEARS_AFTER, 12, 31) if fund_year else None
    end = full_date(last) if last else ""
    allowed = f"应在 {full_date(FIRST_DAY)}至 {end}之间" if last else f"应不早于 {full_date(FIRST_DAY)}"
    return {
        name: f"日期 {full_date(day)}，{allowed}"
        for name in _DAYS[cls]
        if (day := getattr(record, name)) is not None and (day < FIRST_DAY or (last is not None and day > last))
    }


def new_record(cls: type[R], case: Casefile) -> R:
    """A new record of a class, with the project, village and fund year that it belongs to."""
    project = case.project
    owner: dict[str, Any] = {"project": project.id, "village": project.village, "fund_year": project.fund_year}
    return cls(**{name: value for name, value in owner.items() if name in cls.fields})


def in_order(records: tuple[Any, ...]) -> tuple[Any, ...]:
    """Sort records by their own date, then by order of entry; one not yet saved comes last of its day."""
    if len(records) < 2:
        return records
    dated = DATED[type(records[0])]
    return tuple(sorted(records, key=lambda r: (getattr(r, dated) or date.min, not r.id, r.id))) if dated else records


DATED = {cls: next((name for name, field in cls.fields.items() if field.kind is date), "") for cls in CHILDREN.values()}
_RECORDS: tuple[type[Record], ...] = (Project, *ATTRIBUTE_OF)
_DAYS = {cls: tuple(name for name, field in cls.fields.items() if field.kind is date) for cls in _RECORDS}
