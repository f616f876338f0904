"""Accounts: who may sign in to a ledger, with which roles, and the keys with which they sign what they change.

A ledger without accounts works with names alone. The first account is made by ``set_up_sign_in``; from then on nothing
is changed unless somebody is signed in (``Workspace.signer``). A password is not stored: it opens the person's private
key (``sealed_keys``), and that is the check. What an administrator sets holds for one sign-in; the person then chooses
a password, and with it gets a key that nobody else has ever held.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from haicang_desk.model.records import Account, AccountState, Duty, DutyWaiver, Record, limit_violations
from haicang_desk.model.services.operators import is_person
from haicang_desk.model.services.sealed_keys import (
    PASSWORD,
    RECOVERY,
    SYSTEM,
    Whose,
    new_key,
    new_recovery_code,
    open_key,
    public_key_of,
    read_recovery_code,
    refuse_weak,
    seal_key,
)
from haicang_desk.model.services.sign_in_record import FAILED, RECOVERED, SIGNED_IN, SignInRecord
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import (
    accounts_of,
    duty_waiver_of,
    has_accounts,
    is_as_journalled,
    read_secret,
    write_secret,
)
from haicang_desk.model.values import NotYourDuty, Refused, SignInNeeded, SignInRefused, StoreUnusable, cause
from haicang_desk.platform import make_private_folder, new_private_file

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

R = TypeVar("R", bound=Record)

BOUND = "用本机用户登录"  # the remark of an account that needs no password
ALONE = (Duty.CLERK, Duty.REVIEWER, Duty.APPROVER, Duty.FINANCE, Duty.ADMIN)  # the roles of an office of one


class SignedIn:
    """A person who is signed in: the ``Signer`` of a workspace. The private key is held in memory alone."""

    def __init__(self, account: Account, key: Ed25519PrivateKey, *, must_change: bool) -> None:
        self.account, self.name, self.duties = account.id, account.name, account.duties
        self.must_change = must_change  # the password is one that an administrator set
        self._key = key

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature (RFC 8032) of a message, 64 bytes."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"SignedIn({self.name})"


def accounts(ws: Workspace) -> list[Account]:
    """Every account, disabled ones included; [] where nobody signs in to this ledger."""
    return accounts_of(ws.conn)


def asks_sign_in(ws: Workspace) -> bool:
    """Whether people sign in to this ledger."""
    return has_accounts(ws.conn)


def account_named(ws: Workspace, name: str) -> Account:
    """The account of a person. Raises SignInRefused where there is none."""
    clean = " ".join(name.split())
    for account in accounts(ws):
        if account.name == clean:
            return account
    known = "、".join(account.name for account in accounts(ws) if account.active)
    raise SignInRefused(f"台账里没有“{clean}”的账户，没有登录。可以登录的有：{known}")


def is_bound(ws: Workspace, account: Account) -> bool:
    """Whether an account is opened by the system's user, without a password."""
    return SYSTEM in _secret(ws, account)


# people


def set_up_sign_in(
    ws: Workspace, name: str, password: str | None, *, keys: Path, alone: DutyWaiver | None = None
) -> tuple[SignedIn, str]:
    """Make the first account, an administrator's; gives the person, signed in, and the recovery code to print.

    Without a password the account is bound to the system's user: its key is sealed under one in the folder ``keys``.
    ``alone``: leave for an office of one, who then has every role. Raises Refused where there are accounts already.
    """
    if asks_sign_in(ws):
        raise Refused("这个台账已设置登录，新的账户由管理员添加")
    roles = frozenset({Duty.ADMIN}) if alone is None else frozenset(ALONE)
    account = _new_account(name, roles, waived=alone is not None, note="" if password else BOUND)
    if password is not None:
        refuse_weak(password, account.name)
    key, code = new_key(), new_recovery_code()
    with ws.change("设置登录", actor=account.name, undoable=False) as change:
        account = change.save(replace(account, public_key=public_key_of(key)))
        if alone is not None:
            change.save(_fit(alone))
        whose, opened = _whose(account), (PASSWORD, password)
        if password is None:
            opened = (SYSTEM, _new_system_key(keys, account))
        _write(ws, account, {opened[0]: seal_key(key, str(opened[1]), whose, opened[0]),
                             RECOVERY: seal_key(key, code, whose, RECOVERY)})  # fmt: skip
    person = SignedIn(account, key, must_change=False)
    ws.signer = person
    return person, code


def add_account(ws: Workspace, name: str, roles: Iterable[Duty], password: str) -> Account:
    """Add a person, with a password that holds for the first sign-in. Raises Refused."""
    _refuse_other_than_admin(ws)
    account = _new_account(name, frozenset(roles), waived=duty_waiver_of(ws.conn) is not None)
    if any(each.name == account.name for each in accounts(ws)):
        raise Refused(f"“{account.name}”已有账户，没有添加。重名的请在姓名后加以区别，如“陈静（财务）”")
    refuse_weak(password, account.name)
    key = new_key()
    with ws.change(f"添加账户：{account.name}", actor="", undoable=False) as change:
        account = change.save(replace(account, public_key=public_key_of(key)))
        _write(ws, account, {"change": True, PASSWORD: seal_key(key, password, _whose(account), PASSWORD)})
    return account


def set_roles(ws: Workspace, account: Account, roles: Iterable[Duty]) -> Account:
    """Give a person other roles. Raises Refused where nobody could manage people any more."""
    _refuse_other_than_admin(ws)
    duties = frozenset(roles)
    _refuse_roles(duties, waived=duty_waiver_of(ws.conn) is not None)
    if Duty.ADMIN not in duties:
        _refuse_last_admin(ws, account, "去掉“管理员”")
    return _changed(ws, replace(account, roles=_labels(duties)), f"调整角色：{account.name}")


def disable_account(ws: Workspace, account: Account) -> Account:
    """Bar a person from signing in; what they did stays theirs. Raises Refused for the last administrator."""
    _refuse_other_than_admin(ws)
    _refuse_last_admin(ws, account, "停用")
    return _changed(ws, replace(account, state=AccountState.DISABLED), f"停用账户：{account.name}")


def enable_account(ws: Workspace, account: Account) -> Account:
    """Let a disabled person sign in again, with the password they had."""
    _refuse_other_than_admin(ws)
    return _changed(ws, replace(account, state=AccountState.ACTIVE), f"启用账户：{account.name}")


def reset_account(ws: Workspace, account: Account, password: str) -> Account:
    """Give a person a new key and a password for one sign-in. The old public key stays in the journal for what it
    signed; the old password and recovery code open nothing any more."""
    _refuse_other_than_admin(ws)
    refuse_weak(password, account.name)
    key = new_key()
    renewed = replace(account, public_key=public_key_of(key), note="")
    with ws.change(f"重设密码：{account.name}", actor="", undoable=False) as change:
        change.save(renewed, expected=account)
        _write(ws, renewed, {"change": True, PASSWORD: seal_key(key, password, _whose(renewed), PASSWORD)})
    return renewed


def waive_duties(ws: Workspace, waiver: DutyWaiver) -> DutyWaiver:
    """Enter leave to have one person enter, decide and pay. Raises Refused without reason, authority, number, day."""
    _refuse_other_than_admin(ws)
    if duty_waiver_of(ws.conn) is not None:
        raise Refused("已有一份职责分离例外在用。请先停止它，再登记新的")
    with ws.change(f"登记职责分离例外：{waiver.number}", actor="", undoable=False) as change:
        return change.save(_fit(waiver))


def end_duty_waiver(ws: Workspace) -> None:
    """End the leave in force, from today. Raises Refused where somebody still holds roles that it allowed."""
    _refuse_other_than_admin(ws)
    waiver = duty_waiver_of(ws.conn)
    if waiver is None:
        raise Refused("没有在用的职责分离例外")
    for account in accounts(ws):
        if account.active and Duty.ADMIN in account.duties and len(account.duties) > 1:
            raise Refused(f"“{account.name}”兼任管理员和其他角色，要先调整角色，再停止例外")
    with ws.change(f"停止职责分离例外：{waiver.number}", actor="", undoable=False) as change:
        change.save(replace(waiver, ended_on=ws.now().date()))


# signing in


def sign_in(ws: Workspace, name: str, password: str, record: SignInRecord) -> SignedIn:
    """Sign in with a password; the person is then the workspace's signer. Raises SignInRefused."""
    return _sign_in(ws, name, PASSWORD, password, record)


def sign_in_by_system(ws: Workspace, name: str, keys: Path, record: SignInRecord) -> SignedIn:
    """Sign in as the system's user, to whom the account is bound. Raises SignInRefused."""
    account = account_named(ws, name)
    try:
        secret = _system_key_path(keys, account).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise SignInRefused(
            f"“{account.name}”的账户与另一个本机用户绑定，这里没有它的钥匙，没有登录。请换回那个用户，或用恢复码"
        ) from None
    return _sign_in(ws, name, SYSTEM, secret, record)


def _sign_in(ws: Workspace, name: str, kind: str, secret: str, record: SignInRecord) -> SignedIn:
    account, at = _openable(ws, name), ws.now()
    record.begin(account.id, account.name, at)
    stored = _secret(ws, account)
    key = open_key(stored[kind], secret, _whose(account), kind) if kind in stored else None
    if key is None:
        record.note(at, FAILED, account.name, account.id)
        raise SignInRefused(_wrong(kind, record.seconds_left(account.id, at)))
    record.succeed(account.id)
    record.note(at, RECOVERED if kind == RECOVERY else SIGNED_IN, account.name, account.id)
    person = SignedIn(account, key, must_change=bool(stored.get("change")) or kind == RECOVERY)
    ws.signer = person
    return person


def _openable(ws: Workspace, name: str) -> Account:
    account = account_named(ws, name)
    if not account.active:
        raise SignInRefused(f"“{account.name}”的账户已停用，没有登录。要恢复请找管理员")
    if not is_as_journalled(ws.conn, account):
        raise SignInRefused(
            f"“{account.name}”的账户与变更记录不符，可能被程序以外改过，没有登录。请核验台账，从最近的备份恢复"
        )
    return account


def _wrong(kind: str, wait: int) -> str:
    what = {PASSWORD: "密码", RECOVERY: "恢复码", SYSTEM: "本机用户的钥匙"}[kind]
    return f"{what}不对，没有登录，台账没有改动。请{f'等 {wait} 秒后' if wait else ''}再试"


def change_password(ws: Workspace, person: SignedIn, old: str, new: str) -> str:
    """Change a person's own password. Gives the recovery code to print where they got a new one, else "".

    A password that an administrator set gives way to one of the person's own, and the key with it. Raises Refused.
    """
    account = account_named(ws, person.name)
    stored = _secret(ws, account)
    key = open_key(stored[PASSWORD], old, _whose(account), PASSWORD) if PASSWORD in stored else None
    if key is None:
        raise SignInRefused("原密码不对，密码没有改")
    refuse_weak(new, account.name)
    if new == old:
        raise Refused("新密码与原密码相同，没有改。请换一个")
    if person.must_change:
        return _choose(ws, person, new)
    _write_aside(ws, account, {**stored, PASSWORD: seal_key(key, new, _whose(account), PASSWORD)})
    return ""


def recover(ws: Workspace, name: str, code: str, new: str, record: SignInRecord) -> tuple[SignedIn, str]:
    """Sign in with the recovery code and set a password; gives the person and the new code, for one opens only once.

    Raises SignInRefused for a wrong code, Refused for a password that is too weak, before the code is used.
    """
    refuse_weak(new, name)
    person = _sign_in(ws, name, RECOVERY, read_recovery_code(code), record)
    return person, _choose(ws, person, new)


def _choose(ws: Workspace, person: SignedIn, new: str) -> str:
    """Give the person who is signed in a new key under a password of their own; gives the recovery code."""
    account, key, code = account_named(ws, person.name), new_key(), new_recovery_code()
    renewed = replace(account, public_key=public_key_of(key), note="")
    whose = _whose(renewed)
    sealed = {PASSWORD: seal_key(key, new, whose, PASSWORD), RECOVERY: seal_key(key, code, whose, RECOVERY)}
    person.must_change = False
    try:
        with ws.change(f"更换密码和签名密钥：{account.name}", actor="", undoable=False) as change:
            change.save(renewed, expected=account)
            _write(ws, renewed, sealed)
    except BaseException:
        person.must_change = True
        raise
    ws.signer = SignedIn(renewed, key, must_change=False)
    return code


def renew_recovery_code(ws: Workspace, person: SignedIn, password: str) -> str:
    """Make a new recovery code, which takes the place of the old one. Raises SignInRefused."""
    account = account_named(ws, person.name)
    stored = _secret(ws, account)
    key = open_key(stored[PASSWORD], password, _whose(account), PASSWORD) if PASSWORD in stored else None
    if key is None:
        raise SignInRefused("密码不对，恢复码没有换")
    code = new_recovery_code()
    _write_aside(ws, account, {**stored, RECOVERY: seal_key(key, code, _whose(account), RECOVERY)})
    return code


# what they have in common


def _secret(ws: Workspace, account: Account) -> dict[str, Any]:
    try:
        stored = json.loads(read_secret(ws.conn, account.id) or "{}")
    except ValueError:
        return {}
    return stored if isinstance(stored, dict) else {}


def _write(ws: Workspace, account: Account, secret: dict[str, Any]) -> None:
    write_secret(ws.conn, account.id, json.dumps(secret))


def _write_aside(ws: Workspace, account: Account, secret: dict[str, Any]) -> None:
    """Replace the sealed keys of an account where no record changes with them. Raises StoreUnusable."""
    if ws.read_only:
        raise StoreUnusable(f"{ws.read_only}。密码和恢复码没有改")
    try:
        with ws.aside():
            _write(ws, account, secret)
    except sqlite3.Error as wrong:
        raise StoreUnusable(f"密码和恢复码没有改（{cause(wrong)}）。请稍后再试") from wrong


def _whose(account: Account) -> Whose:
    return Whose(account.id, account.public_key)


def _labels(duties: Iterable[Duty]) -> str:
    held = set(duties)
    return "、".join(duty.label for duty in Duty if duty in held)


def _new_account(name: str, duties: frozenset[Duty], *, waived: bool, note: str = "") -> Account:
    clean = " ".join(name.split())
    if not is_person(clean):
        raise Refused("请填写姓名；它会记在每一次办理上")
    _refuse_roles(duties, waived=waived)
    return _fit(Account(name=clean, roles=_labels(duties), note=note))


def _fit(record: R) -> R:
    """The same record. Raises Refused where an entry is missing or not allowed."""
    missing = [field.label for name, field in record.fields.items() if field.required and not getattr(record, name)]
    if missing:
        raise Refused(f"{record.label}没有保存，请填写：{'、'.join(missing)}")
    if wrong := limit_violations(record):
        raise Refused(f"{record.label}没有保存：{'；'.join(wrong)}，请改正")
    return record


def _refuse_roles(duties: frozenset[Duty], *, waived: bool) -> None:
    if not duties:
        raise Refused("请至少选一个角色")
    if Duty.AUDITOR in duties and len(duties) > 1:
        raise Refused("审计只看、只核验，不能兼任别的角色。请分开设账户")
    if Duty.ADMIN in duties and len(duties) > 1 and not waived:
        raise Refused("管理员管人员、设置和备份，不办业务，不能兼任别的角色。人手不足的，请先登记职责分离例外")


def not_an_admin(ws: Workspace) -> str:
    """Why the person who is signed in may not do what concerns the ledger as a whole; "" where they may."""
    if not asks_sign_in(ws):
        return ""
    known = {each.id: each for each in accounts(ws)}
    signer = None if ws.signer is None else known.get(ws.signer.account)
    return "" if signer is not None and Duty.ADMIN in signer.duties else "需由管理员办理"


def _refuse_other_than_admin(ws: Workspace) -> None:
    signer = ws.signer
    if signer is None:
        raise SignInNeeded("请先以管理员登录")
    if Duty.ADMIN not in account_named(ws, signer.name).duties:
        raise NotYourDuty("人员与权限需由管理员办理，没有改动")


def _refuse_last_admin(ws: Workspace, account: Account, what: str) -> None:
    if ws.signer is not None and account.id == ws.signer.account and Duty.ADMIN in account.duties:
        raise Refused(f"不能{what}自己的账户，请由另一位管理员办理")


def _changed(ws: Workspace, account: Account, action: str) -> Account:
    with ws.change(action, actor="", undoable=False) as change:
        return change.save(account, expected=next(each for each in accounts(ws) if each.id == account.id))


def _system_key_path(keys: Path, account: Account) -> Path:
    return keys / f"{account.id}.key"


def _new_system_key(keys: Path, account: Account) -> str:
    """Make the key of the system's user for an account, in a file that only this user may read. Raises Refused."""
    secret, path = secrets.token_hex(32), _system_key_path(keys, account)
    try:
        make_private_folder(keys)
        new_private_file(path)
        path.write_text(secret, encoding="ascii")
    except OSError as wrong:
        raise Refused(f"本机用户的钥匙存不下（{wrong}），没有设置登录。请改用密码") from wrong
    return secret
