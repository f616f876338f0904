"""Who may do what: the roles that each record, each step and each undo asks for, and what one person may not do twice.

This is the one place: ``Workspace.change`` asks it about every row that a signed-in person is about to write, and the
window asks it why a button is off. Triggers of the store (migration m0015) repeat the main rules. 五(一)¶2. 条文：C137
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from functools import cache
from typing import Any

from haicang_desk.model.records import (
    Account,
    Advance,
    Alteration,
    Approval,
    Attachment,
    Conclusion,
    Disbursement,
    Disclosure,
    Dossier,
    Duty,
    DutyWaiver,
    Event,
    Expert,
    Holiday,
    Issue,
    LabourPrice,
    Member,
    Original,
    PolicyFile,
    ProcurementLimit,
    Progress,
    Project,
    PublicProject,
    QuarterLine,
    QuarterReport,
    Refund,
    Regulation,
    Settlement,
    Spending,
    Street,
    StreetQuota,
    Village,
    Waiver,
    YearPlan,
)
from haicang_desk.model.store import (
    Change,
    RowChange,
    accounts_of,
    actors_on,
    deciders_of,
    duty_waiver_of,
    has_accounts,
    is_as_journalled,
)
from haicang_desk.model.values import NotYourDuty, Signer, SignInNeeded
from haicang_desk.model.workflow import STEPS, Step

Duties = frozenset[Duty]

_BUSINESS: Duties = frozenset({Duty.CLERK, Duty.REVIEWER, Duty.APPROVER, Duty.FINANCE})
_CLERK: Duties = frozenset({Duty.CLERK})
_CHECKING: Duties = frozenset({Duty.CLERK, Duty.REVIEWER})
_RETURNING: Duties = frozenset({Duty.REVIEWER, Duty.APPROVER})
_APPROVER: Duties = frozenset({Duty.APPROVER})
_FINANCE: Duties = frozenset({Duty.FINANCE})
_ADMIN: Duties = frozenset({Duty.ADMIN})
_SETTINGS: Duties = frozenset({Duty.ADMIN, Duty.CLERK})
WRITERS: Duties = _BUSINESS | _ADMIN  # 审计 reads and verifies

_OF_TABLE: dict[str, Duties] = {
    **{cls.table: _ADMIN for cls in (Account, DutyWaiver)},
    PolicyFile.table: _ADMIN,
    "restoration": WRITERS,
    **{
        cls.table: _SETTINGS
        for cls in (
            Street, Village, Holiday, LabourPrice, ProcurementLimit, PublicProject, Regulation, Member, Expert,
        )
    },
    StreetQuota.table: _ADMIN | _FINANCE,
    **{cls.table: _FINANCE for cls in (Disbursement, Refund, Settlement, Advance)},
    Spending.table: _CLERK | _FINANCE,
    Waiver.table: _APPROVER,
    **{cls.table: _BUSINESS for cls in (Issue, Disclosure, Dossier, Original, Attachment)},
    **{cls.table: _CLERK | _APPROVER for cls in (QuarterReport, QuarterLine, YearPlan)},
}  # fmt: skip
_DECISIONS = (Conclusion.AGREE.code, Conclusion.REJECT.code, Conclusion.SEND_BACK.code)
_MADE = (Project.table, "budget_line")  # who wrote these of a project has entered it
_PAYMENTS = (Disbursement.table, Refund.table)
_NEEDED = {  # how a role is asked for
    Duty.CLERK: "经办人", Duty.REVIEWER: "复核人", Duty.APPROVER: "审批人", Duty.FINANCE: "财务", Duty.ADMIN: "管理员",
}  # fmt: skip
MAKER, PAYER = "maker", "payer"


def needed_text(duties: Iterable[Duty]) -> str:
    """Who has to do it: 需由复核人或审批人办理."""
    wanted = set(duties)
    return f"需由{'或'.join(text for duty, text in _NEEDED.items() if duty in wanted)}办理"


def duties_of_row(table: str, before: dict[str, Any] | None, after: dict[str, Any]) -> Duties:
    """The roles of which one is needed to write a row, given as it is stored (``before``: None for a new one)."""
    was = before or {}
    if table == Approval.table:
        moved = {name for name in {*was, *after} if was.get(name) != after.get(name)}
        if before is not None and moved <= {"answered_on"}:
            return _CLERK  # filed again after a decision
        decided = after.get("conclusion")
        if decided == Conclusion.WITHDRAW.code:
            return _CLERK
        return _RETURNING if decided == Conclusion.SEND_BACK.code else _APPROVER
    if table == Alteration.table:
        return _APPROVER if after.get("conclusion") or was.get("conclusion") else _CLERK
    if table == Progress.table:
        events = {was.get("event"), after.get("event")}
        if Event.TERMINATE.code in events:
            return _APPROVER
        return _CHECKING if events & {Event.ACCEPT.code, Event.CLOSE.code} else _CLERK
    return _OF_TABLE.get(table, _CLERK)


@cache
def duties_of_step(name: str) -> Duties:
    """The roles of which one is needed to take a step."""
    step = STEPS[name]
    preset = {field: getattr(value, "code", value) for field, value in step.preset.items()}
    return duties_of_row(step.record.table, None, preset)


def is_decision(table: str, before: dict[str, Any] | None, after: dict[str, Any]) -> bool:
    """Whether a row decides on what somebody else has entered."""
    if table not in (Approval.table, Alteration.table) or after.get("conclusion") not in _DECISIONS:
        return False
    return before is None or before.get("conclusion") != after["conclusion"]


def conflict_on(conn: sqlite3.Connection, project: str, name: str, *, pays: bool, table: str = Project.table) -> str:
    """Why a person may not decide on a project, or pay for it, whatever the roles; "" where nothing stands in the way.

    Who entered it does not decide on it, who approved it does not pay for it, and who paid does not approve.
    """
    if pays:
        return "审批这个项目的人不能再拨付，请由另一位财务办理" if name in deciders_of(conn, project) else ""
    made = (Alteration.table,) if table == Alteration.table else _MADE
    if name in actors_on(conn, project, made):
        what = "变更" if table == Alteration.table else "项目"
        return f"登记、申报这个{what}的人不能再审批，请由另一位办理"
    if name in actors_on(conn, project, _PAYMENTS):
        return "拨付这个项目的人不能再审批，请由另一位审批人办理"
    return ""


def refusal_of(conn: sqlite3.Connection, name: str, duties: Duties, rows: Iterable[RowChange]) -> str:
    """Why a signed-in person may not write these rows; "" where all is well."""
    waived: bool | None = None
    seen: set[tuple[str, str, bool]] = set()
    for row in rows:
        before, after = None if row.before is None else json.loads(row.before), json.loads(row.after)
        needed = duties_of_row(row.table, before, after)
        if not needed & duties and not (row.table == Account.table and _own_key(name, before, after)):
            return needed_text(needed)
        decides, pays = is_decision(row.table, before, after), row.table in _PAYMENTS
        if pays and before is None and after.get("handler", name) != name:
            return f"经办人应是登录的人“{name}”"
        if decides and after.get("approver", name) != name:
            return f"审批人应是登录的人“{name}”"
        if not (decides or pays) or not row.project or (case := (row.project, row.table, pays)) in seen:
            continue
        seen.add(case)
        if waived is None:
            waived = duty_waiver_of(conn) is not None
        if not waived and row.table == Alteration.table and before is None:
            return "应先由经办人“申请变更”，再由审批人批复"
        if not waived and (why := conflict_on(conn, row.project, name, pays=pays, table=row.table)):
            return why
    return ""


def acting_account(conn: sqlite3.Connection, signer: Signer | None, action: str) -> Account | None:
    """The account of the person who is signed in; None where nobody signs in to this store.

    Raises SignInNeeded where somebody has to, or may no longer be.
    """
    if not has_accounts(conn):
        return None
    if signer is None:
        raise SignInNeeded(f"这个台账要先登录才能办理，“{action}”没有登记。请先登录")
    if getattr(signer, "must_change", False):
        raise SignInNeeded(f"请先把管理员给的密码换成自己的，“{action}”没有登记")
    account = next((each for each in accounts_of(conn) if each.id == signer.account), None)
    if account is None or not account.active:
        raise SignInNeeded(f"“{signer.name}”的账户已停用，“{action}”没有登记。请由别人登录办理")
    if not is_as_journalled(conn, account):
        raise SignInNeeded(f"“{signer.name}”的账户与变更记录不符，可能被程序以外改过，“{action}”没有登记。请核验台账")
    return account


def refuse_beyond_duties(conn: sqlite3.Connection, account: Account, change: Change, *, imported: bool) -> None:
    """Raises NotYourDuty where the rows of a change are not for this person to write.

    ``imported``: they are facts of a workbook, which one who enters may bring.
    """
    if imported:
        why = "" if Duty.CLERK in account.duties else needed_text(_CLERK)
    else:
        why = refusal_of(conn, account.name, account.duties, change.touched)
    if why:
        raise NotYourDuty(f"“{change.action}”{why}，没有登记。现在登录的是“{account.name}”（{account.roles}）")


def _own_key(name: str, before: dict[str, Any] | None, after: dict[str, Any]) -> bool:
    """Whether a person renews the key of their own account and changes nothing else."""
    if before is None or before["name"] != name:
        return False
    return {field for field in after if after[field] != before.get(field)} <= {"public_key"}


def conflict_of_step(conn: sqlite3.Connection, name: str, step: Step, project: str) -> str:
    """Why a person may not take a step with a project after what they did with it before; "" where nothing bars it."""
    table = step.record.table
    preset = {field: getattr(value, "code", value) for field, value in step.preset.items()}
    decides, pays = is_decision(table, None, preset), table in _PAYMENTS
    return conflict_on(conn, project, name, pays=pays, table=table) if decides or pays else ""


def why_not_step(conn: sqlite3.Connection, name: str, duties: Duties, step: Step, project: str) -> str:
    """Why a signed-in person may not take a step with a project; "" where roles and duties allow it."""
    if not (needed := duties_of_step(step.name)) & duties:
        return needed_text(needed)
    why = conflict_of_step(conn, name, step, project)
    return why if why and duty_waiver_of(conn) is None else ""
