"""The rows for the decision of the street and the filing by the district, shared by 申报表 and 审批表. 三(三)."""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.blocks import GridCell, GridRow, label, prose, row, value
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import DATE_BY_HAND, DISTRICT_OFFICE, SIGNATURE, day_text, money_text
from haicang_desk.model.records import Approval, Filing
from haicang_desk.model.values import Money

WIDE = 24  # columns of the tables these rows stand in
NAMED = 4  # of them, for a label


def decision_rows(context: ProjectContext, *, tall: float = 25) -> Iterator[GridRow]:
    """The approved sum, the street's signatures (``tall``: their height in mm) and the filing by the district."""
    approval = context.case.approval
    yield approved_row(special_of(context))
    yield from signing_rows(approval, tall=tall)
    yield filing_row(context.case.filing)


def signing_rows(approval: Approval | None, *, tall: float = 25) -> Iterator[GridRow]:
    """The signatures of 经办、分管领导、街道领导小组, side by side; ``tall``: their height in mm."""
    opinion = approval.fields["opinion"].show(approval) if approval else ""
    when = day_text(approval.decided_on) if approval else DATE_BY_HAND
    yield row(*(label(who, columns=8) for who in ("经办意见", "分管领导意见", "街道领导小组意见")))
    handled = f"{approval.fields['handler'].label}：{approval.handler}" if approval and approval.handler else ""
    cells = [prose(text, columns=8, foot=(SIGNATURE, DATE_BY_HAND)) for text in (handled, "")]
    yield GridRow((*cells, prose(opinion, columns=8, foot=(SIGNATURE, f"（盖章）　{when}"))), tall, True)


def special_of(context: ProjectContext) -> Money | None:
    """核定的专项资金；未批准的没有。"""
    approved = context.case.approved
    return approved.special if approved else None


def approved_row(special: Money | None) -> GridRow:
    """核定的专项资金 in figures and in 大写; blank lines where it is not known."""
    return row(label(Approval.fields["special"].label, columns=NAMED), value(money_text(special), columns=WIDE - NAMED))


def filing_row(filing: Filing | None, *, tall: float = 18) -> GridRow:
    """区备案: number and day once recorded, otherwise room for them; ``tall``: height in mm."""
    number = filing.number if filing else ""
    when = day_text(filing.lodged_on or filing.sent_on) if filing else DATE_BY_HAND
    cell: GridCell = prose(f"备案号：{number}", columns=WIDE - NAMED, foot=(f"{DISTRICT_OFFICE}（盖章）　　{when}",))
    return GridRow((label("区备案", columns=NAMED), cell), tall, True)
