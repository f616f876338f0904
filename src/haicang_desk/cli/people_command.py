"""Signing in on the command line, and the command ``people``: who may sign in to a ledger, and with which roles."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from pathlib import Path

from haicang_desk.cli.arguments import Parser, UsageError, json_argument, name_of, path_of, store_argument, text_of
from haicang_desk.cli.console import DONE, now, print_json, print_lines, print_message, table_lines
from haicang_desk.model.records import Account, Duty
from haicang_desk.model.services import (
    SignedIn,
    SignInRecord,
    Workspace,
    account_named,
    accounts,
    add_account,
    asks_sign_in,
    change_password,
    disable_account,
    enable_account,
    is_bound,
    reset_account,
    set_roles,
    set_up_sign_in,
    sign_in,
    sign_in_by_system,
)
from haicang_desk.model.values import Refused, SignInNeeded
from haicang_desk.paths import key_folder, sign_in_folder
from haicang_desk.platform import others_may_read, read_regular_text

ACTIONS = ("list", "setup", "add", "roles", "disable", "enable", "reset", "password")
_MOST_BYTES = 4_096  # of a password file
_NEW = ("setup", "add", "reset", "password")  # those that need a new password


def sign_in_for(ws: Workspace, options: Namespace) -> None:
    """Have the person of --operator sign in with the password of --password-file, where people sign in to a ledger.

    An account that is bound to the system's user needs no password. Raises SignInNeeded, SignInRefused.
    """
    if not asks_sign_in(ws):
        return
    if not options.operator:
        raise SignInNeeded("这个台账要登录才能写入，没有办理。请加 --operator 姓名 和 --password-file 密码文件")
    record = SignInRecord(sign_in_folder())
    if options.password_file is not None:
        person = sign_in(ws, options.operator, read_password(options.password_file), record)
    elif is_bound(ws, account_named(ws, options.operator)):
        person = sign_in_by_system(ws, options.operator, key_folder(), record)
    else:
        raise SignInNeeded(f"“{options.operator}”要用密码登录，没有办理。请加 --password-file 密码文件")
    if person.must_change and getattr(options, "action", "") != "password":
        ws.signer = None
        raise SignInNeeded(
            "管理员给的密码只能用来换成自己的，没有办理。请先在窗口里登录一次，或用 people STORE password"
        )


def read_password(path: Path) -> str:
    """The first line of a file; warns where others than its owner may read it. Raises Refused."""
    try:
        lines = read_regular_text(path, _MOST_BYTES).splitlines()
        open_to_others = others_may_read(path)
    except (OSError, UnicodeDecodeError) as wrong:
        raise Refused(
            f"密码文件“{path}”读不出来（{getattr(wrong, 'strerror', None) or '不是文本'}），没有办理"
        ) from wrong
    if open_to_others:
        print_message(f"注意：密码文件“{path}”别人也能读，请改为只有自己能读（chmod 600）")
    if not lines or not lines[0]:
        raise Refused(f"密码文件“{path}”的第一行是空的，没有办理")
    return lines[0]


def duty_of(text: str) -> Duty:
    """A role by its name. Raises ArgumentTypeError."""
    for duty in Duty:
        if text_of(text).strip() == duty.label:
            return duty
    raise ArgumentTypeError(f"没有“{text_of(text)}”这个角色，可选 {'、'.join(duty.label for duty in Duty)}")


def people_arguments(parser: Parser) -> None:
    """Add the arguments of ``people``."""
    store_argument(parser)
    parser.add_argument("action", metavar="做什么", nargs="?", default="list", choices=ACTIONS,
                        help="list 列出（默认）、setup 设置登录、add 添加、roles 改角色、disable 停用、enable 启用、"
                             "reset 重设密码、password 改自己的密码")  # fmt: skip
    parser.add_argument("name", metavar="姓名", nargs="?", type=name_of, help="哪一位")
    parser.add_argument("--role", metavar="角色", type=duty_of, action="append", default=[],
                        help=f"{'、'.join(duty.label for duty in Duty)}；可以写几次")  # fmt: skip
    parser.add_argument("--new-password-file", metavar="FILE", type=path_of, help="新密码写在这个文件的第一行")
    json_argument(parser)


def people(options: Namespace) -> int:
    """List the people of a ledger, or change one; a new recovery code is printed once, on stdout."""
    if options.action == "list":
        with Workspace.read(options.store, now=now) as ws:
            _list(ws, as_json=options.json)
        return DONE
    if not options.name and options.action != "password":
        raise UsageError(f"people STORE {options.action} 后面要写姓名")
    if options.action in _NEW and options.new_password_file is None:
        raise UsageError(f"people STORE {options.action} 要加 --new-password-file FILE")
    with Workspace.open(options.store, now=now, sound=True) as ws:
        told, code = _act(ws, options)
    if options.json:
        print_json({"store": str(options.store), "done": told, **({"recovery_code": code} if code else {})})
        return DONE
    if code:
        print_lines(f"恢复码：{code}")
        print_message("恢复码只显示这一次。请抄写或打印，装入信封封好，交专人保管；忘记密码时凭它重设")
    print_message(told)
    return DONE


def _act(ws: Workspace, options: Namespace) -> tuple[str, str]:
    """Do what is asked; gives what to tell and a new recovery code, "" for none."""
    action, name = options.action, options.name
    if action == "setup":
        person, code = set_up_sign_in(ws, name, read_password(options.new_password_file), keys=key_folder())
        return f"已设置登录，“{person.name}”是管理员。以后写入台账都要登录", code
    sign_in_for(ws, options)
    if action == "password":
        return _change_own(ws, options)
    if action == "add":
        made = add_account(ws, name, options.role, read_password(options.new_password_file))
        return f"已添加“{made.name}”（{made.roles}）。第一次登录时要换成自己的密码", ""
    account = account_named(ws, name)
    if action == "roles":
        return f"“{account.name}”的角色现在是：{set_roles(ws, account, options.role).roles}", ""
    if action == "disable":
        disable_account(ws, account)
        return f"已停用“{account.name}”的账户，以前的办理不变", ""
    if action == "enable":
        enable_account(ws, account)
        return f"已启用“{account.name}”的账户", ""
    reset_account(ws, account, read_password(options.new_password_file))
    return f"已重设“{account.name}”的密码。下一次登录时要换成自己的密码", ""


def _change_own(ws: Workspace, options: Namespace) -> tuple[str, str]:
    if options.password_file is None:
        raise UsageError("改密码要加 --operator 姓名 --password-file 原密码文件")
    person = ws.signer
    assert isinstance(person, SignedIn)
    old, new = read_password(options.password_file), read_password(options.new_password_file)
    return f"“{person.name}”的密码已改", change_password(ws, person, old, new)


def _list(ws: Workspace, *, as_json: bool) -> None:
    found = accounts(ws)
    if as_json:
        print_json({"accounts": [_as_json(ws, each) for each in found]})
        return
    if not found:
        print_message("这个台账没有设置登录，经办人只记姓名。要设置：people STORE setup 姓名 --new-password-file FILE")
        return
    rows = [(each.name, each.roles, each.state.label, each.note, each.public_key[:16]) for each in found]
    print_lines(table_lines(("姓名", "角色", "状态", "备注", "公钥（前 16 位）"), rows))


def _as_json(ws: Workspace, account: Account) -> dict[str, object]:
    roles = [duty.label for duty in Duty if duty in account.duties]
    return {
        "name": account.name,
        "roles": roles,
        "active": account.active,
        "bound_to_system_user": is_bound(ws, account),
        "public_key": account.public_key,
    }
