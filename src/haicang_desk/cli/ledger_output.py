"""Findings and balances as JSON and as tables, for several commands; opening the store."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from haicang_desk.cli.console import DONE, FOUND, now, print_message, table_lines
from haicang_desk.model.balances import Balance, Register
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.services import Workspace, damage_warning, policy_differences, system_user
from haicang_desk.model.store import (
    UNREADABLE,
    AccessKind,
    access_log_of,
    compare_with_seen,
    files_of,
    missing_files,
    papers_of,
    remembered,
)
from haicang_desk.model.values import Money, NotWritten, cause
from haicang_desk.platform import sweep_partials


@contextmanager
def open_store(options: Namespace) -> Iterator[Workspace]:
    """Open the store of a command to write it, and have the person sign in who does.

    Raises StoreUnusable where a window holds it, it is read-only, or it is damaged; SignInNeeded, SignInRefused.
    """
    from haicang_desk.cli.people_command import sign_in_for

    with Workspace.open(options.store, now=now, sound=True) as ws, _notes(ws):
        sign_in_for(ws, options)
        ws.listen(lambda done: print_message(done.warning) if done.warning else None)
        yield ws


@contextmanager
def read_store(options: Namespace) -> Iterator[Workspace]:
    """Open the store of a command to ask it, as it is at this moment.

    Also while a window holds it, or where it can't be written. Prints on stderr what is damaged.
    """
    path: Path = options.store
    sweep_partials(path.parent, at=now())
    with Workspace.read(path, now=now) as ws, _notes(ws):
        if ws.damage:
            print_message(f"{damage_warning(path, ws.damage)}。以下按还能读出的内容回答，可能不全")
        elif older := _lacks(ws, path):
            print_message(f"{older}。以下按这个文件里的内容回答")
        yield ws


def _lacks(ws: Workspace, path: Path) -> str:
    """What this computer saw of a store that it lacks; "" where it lacks nothing."""
    with suppress(*UNREADABLE):
        if (wrong := compare_with_seen(ws.conn, remembered(ws.conn, path))) is not None:
            return wrong.message
    return ""


@contextmanager
def _notes(ws: Workspace) -> Iterator[None]:
    """After use, print on stderr which files are missing, and which policy figures come from the shipped rule set."""
    yield
    if lost := missing_files(ws.conn):
        print_message(_missing_note(ws, lost))
    for note in [*ws.policy_notes, *(each.message for each in policy_differences(ws))]:
        print_message(note)


def note_access(ws: Workspace, kind: AccessKind, about: str, operator: str | None) -> None:
    """Log that records with telephones and accounts are about to leave the ledger.

    Where the log cannot be written, that is told on stderr: a question is answered also where nothing can be written.
    """
    try:
        access_log_of(ws.street.id).note(kind, about, person=operator or system_user(), at=now())
    except (NotWritten, OSError) as wrong:
        why = cause(wrong) if isinstance(wrong, OSError) else wrong
        print_message(f"这次{kind.value}没有记入查看记录：{why}")


def _missing_note(ws: Workspace, lost: Sequence[str]) -> str:
    files = files_of(ws.conn)
    assert files is not None
    named = "；".join(papers_of(ws.conn, digest) or digest for digest in lost[:_FEW])
    more = f"等 {len(lost)} 份" if len(lost) > _FEW else ""
    if not files.folder.exists():
        what = f"台账旁边没有原件文件夹“{files.folder}”，{len(lost)} 份原件读不到"
        return f"{what}：{named}{more}。请把它放回原处，或从备份恢复"
    return f"原件文件夹“{files.folder}”里缺 {len(lost)} 份原件：{named}{more}。请找回文件，或从备份恢复"


_FEW = 3  # files named in a line


def exit_code(findings: Sequence[Finding]) -> int:
    """FOUND where a finding must be put right, else DONE."""
    return FOUND if any(each.severity is Severity.BLOCK for each in findings) else DONE


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as in contract §4."""
    return {
        "rule": finding.rule,
        "clause": finding.clause.place,
        "level": finding.severity.value,
        "year": finding.year,
        "scope": finding.scope,
        "subject": finding.subject,
        "measured": finding.measured,
        "limit": finding.limit,
        "shortfall_fen": None if finding.shortfall is None else finding.shortfall.fen,
        "message": finding.message,
        "excused_by": finding.excused_by,
    }


def finding_lines(findings: Sequence[Finding], *, year: int | None = None) -> list[str]:
    """The lines of a table of findings; none where there are no findings. ``year``: those of another name theirs."""
    rows = []
    for each in findings:
        subject = each.subject if each.title in ("", each.subject) else f"{each.subject} {each.title}"
        if year is not None and each.year not in (None, year):
            subject += f"（{each.year} 年度结转）"
        rows.append((each.rule, each.severity.label, each.clause.place, subject, each.message))
    return list(table_lines(("规则", "级别", "依据", "所涉", "情况和改法"), rows)) if rows else []


def as_of_note(as_of: date) -> str:
    """What a day given with --as-of moves, and what it does not (contract §1)."""
    return f"期限按 {as_of} 计算，金额按台账现有记录"


def counts_text(findings: Sequence[Finding]) -> str:
    """How many findings there are of each severity, in words."""
    counts = [(level.label, sum(each.severity is level for each in findings)) for level in Severity]
    return "，".join(f"{label} {count} 条" for label, count in counts if count) or "没有发现不符之处"


def balances_json(register: Register, as_of: date) -> dict[str, Any]:
    """The balances of a fund year as in contract §5."""
    document = {"year": register.year, "as_of": as_of, "street": register.street.as_json()}
    return {**document, "villages": [balance.as_json() for balance in register.villages.values()]}


def balance_lines(named: Sequence[tuple[str, Balance]]) -> list[str]:
    """The lines of a table of balances, each under the name given."""
    rows = [_balance_row(name, balance) for name, balance in named]
    return list(table_lines(_BALANCE_HEAD, rows, right=range(1, len(_BALANCE_HEAD))))


_BALANCE_HEAD = (
    *("村居", "项目数", "服务", "货物", "工程", "服务类占比", "申报口径", "总资金", "专项", "社会资源"),
    *("核定专项", "已拨付", "未拨付", "社会参与", "额度", "余额"),
)


def _balance_row(name: str, balance: Balance) -> tuple[str, ...]:
    counts = (balance.projects, balance.service_projects, balance.goods_projects, balance.works_projects)
    sums = (balance.total, balance.special, balance.social, balance.approved_special)
    paid = (balance.disbursed, balance.undisbursed)
    return (
        name,
        *map(str, counts),
        f"{balance.service_projects}/{balance.projects}",
        f"{balance.filed_service_projects}/{balance.filed_projects}",
        *map(str, (*sums, *paid)),
        str(balance.social_projects),
        *map(_amount, (balance.quota, balance.remaining)),
    )


def _amount(money: Money | None) -> str:
    return "未设" if money is None else money.balance
