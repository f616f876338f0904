"""The decision of the street and the filing by the district, shared by 申报表 and 审批表. 三(三)."""

from __future__ import annotations

from dataclasses import replace

from haicang_desk.model.blocks import SEAL_ROOM, Grid, GridRow, label, row, value
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import (
    DATE_BY_HAND,
    DISTRICT_OFFICE,
    SIDE,
    money_text,
    opinion_cell,
    side_label,
)
from haicang_desk.model.documents.forms.continuation import Continuation
from haicang_desk.model.records import Approval, Filing
from haicang_desk.model.values import Money

WIDE = 24  # columns of the tables of forms
SIGNERS = ("经办人", "分管领导", "负责人")
_BESIDE = (0, 97, 8, 49)  # mm: opinion of the street, side label, filing by the district


def decision_grid(context: ProjectContext, approval: Approval | None, more: Continuation, *, dated: bool) -> Grid:
    """The opinion of the street and the filing by the district side by side, each with room for its seal.

    With ``dated`` handler and deputy head write the day of their signatures too.
    """
    opinion = more.fitted("街道意见", opinion_text(approval), 4, 13)
    street = opinion_cell(
        opinion,
        office=context.street.office,
        on=approval.decided_on if approval else None,
        signers=SIGNERS,
    )
    if dated:
        *others, last = street.foot
        below = [line for signed in others for line in (signed, f"　　　{DATE_BY_HAND}")]
        street = replace(street, foot=(*below, last))
    cells = (side_label("街道意见", upright=True), street, side_label("区备案", upright=True))
    filing = context.case.filing
    lodged = filing.lodged_on or filing.sent_on if filing else None
    district = replace(opinion_cell(filing_text(filing), office=DISTRICT_OFFICE, on=lodged, signers=()), indent=0)
    return Grid((GridRow((*cells, district), SEAL_ROOM, whole=True, firm=True, stretch=1),), _BESIDE, side=SIDE)


def opinion_text(approval: Approval | None) -> str:
    """意见, and the handler where the records name one."""
    if approval is None:
        return ""
    handler = f"{approval.fields['handler'].label}：{approval.handler}" if approval.handler else ""
    return "\n".join(filter(None, (approval.fields["opinion"].show(approval), handler)))


def special_of(context: ProjectContext) -> Money | None:
    """核定的专项资金；未批准的没有。"""
    approved = context.case.approved
    return approved.special if approved else None


def approved_row(special: Money | None) -> GridRow:
    """核定的专项资金 in figures and in 大写; blank lines where it is not known."""
    return row(label(Approval.fields["special"].label), value(money_text(special)))


def filing_text(filing: Filing | None) -> str:
    """备案号, or room for it."""
    return f"备案号：{filing.number if filing else ''}"
