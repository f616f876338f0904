"""Commands on the store as a file: init, verify, backup, restore."""

from __future__ import annotations

from argparse import Namespace

from haicang_desk.cli.arguments import Parser, name_of, path_of, text_of, year_of
from haicang_desk.cli.console import DONE, FOUND, aligned, now, say, say_json, tell
from haicang_desk.model.services import Workspace, person
from haicang_desk.model.store import Damage, SealedChange, back_up, change_by_seal, restore_backup, verify_file


def init_arguments(parser: Parser) -> None:
    parser.add_argument("store", metavar="STORE", type=path_of, help="新台账的文件名，如 新阳街道.db")
    parser.add_argument("--street", metavar="名称", type=name_of, required=True, help="街道名称")
    parser.add_argument("--year", metavar="Y", type=year_of, required=True, help="资金年度")
    parser.add_argument("--json", action="store_true", help="只输出一个 JSON 文档")


def init(given: Namespace) -> int:
    actor = given.operator or person()
    with Workspace.create(given.store, street=given.street, year=given.year, actor=actor) as ws:
        street = ws.street.name
    if given.json:
        say_json({"store": str(given.store), "street": street, "year": given.year})
    else:
        tell(f"已为{street}建立 {given.year} 年度台账：{given.store}")
    return DONE


def verify_arguments(parser: Parser) -> None:
    parser.add_argument("store", metavar="STORE", type=path_of, help="台账文件")
    parser.add_argument(
        "--code", metavar="SEAL", type=text_of, default="", help="按纸面上的存证码（前 8 位以上）查出是哪一次变更"
    )
    parser.add_argument("--json", action="store_true", help="只输出一个 JSON 文档")


def verify(given: Namespace) -> int:
    if given.code:
        with Workspace.open(given.store) as ws:
            return _tell_sealed(change_by_seal(ws.conn, given.code), as_json=given.json)
    damage = verify_file(given.store)
    if given.json:
        say_json({"store": str(given.store), "sound": not damage, "damage": [_damage_json(found) for found in damage]})
    elif damage:
        say(aligned(("部位", "所涉", "变更序号", "情况"), [_damage_row(found) for found in damage]))
        tell(f"查出 {len(damage)} 处损坏。请不要继续登记，先用 haicang-desk restore 从最近的备份恢复")
    else:
        tell(f"核对完毕，没有发现损坏：{given.store}")
    return FOUND if damage else DONE


def _damage_row(found: Damage) -> tuple[str, ...]:
    return found.part, found.subject, "" if found.seq is None else str(found.seq), found.message


def _damage_json(found: Damage) -> dict[str, object]:
    return {"part": found.part, "subject": found.subject, "seq": found.seq, "message": found.message}


def _tell_sealed(found: SealedChange, *, as_json: bool) -> int:
    if as_json:
        say_json(
            {"seq": found.seq, "at": found.at, "actor": found.actor, "action": found.action, "seal": found.seal}
            | {"touched": found.touched, "papers": found.papers}
        )
        return DONE
    say(f"第 {found.seq} 次变更：{found.at:%Y-%m-%d %H:%M:%S}，{found.actor}，“{found.action}”")
    say(f"存证码 {found.seal}")
    say(f"  {each}" for each in found.touched)
    if found.papers:
        say(f"印有这个存证码的文书 {len(found.papers)} 份：")
        say(f"  {each}" for each in found.papers)
    return DONE


def backup_arguments(parser: Parser) -> None:
    parser.add_argument("store", metavar="STORE", type=path_of, help="台账文件")
    parser.add_argument("out", metavar="OUT.db", type=path_of, help="备份写到哪里；已有的文件不会被覆盖")
    parser.add_argument("--json", action="store_true", help="只输出一个 JSON 文档")


def backup(given: Namespace) -> int:
    with Workspace.open(given.store) as ws:
        made = back_up(ws.conn, given.out)
    if given.json:
        say_json({"backup": str(given.out), **made.as_json()})
    else:
        tell(f"已备份并核对：{given.out}，{made.records} 条记录，{made.changes} 次变更")
    return DONE


def restore_arguments(parser: Parser) -> None:
    parser.add_argument("backup", metavar="BACKUP", type=path_of, help="备份文件")
    parser.add_argument("store", metavar="STORE", type=path_of, help="恢复成哪个台账文件；原来的会另存在旁边")
    parser.add_argument("--json", action="store_true", help="只输出一个 JSON 文档")


def restore(given: Namespace) -> int:
    aside = restore_backup(given.backup, given.store, at=now())
    if given.json:
        say_json({"store": str(given.store), "set_aside": None if aside is None else str(aside)})
        return DONE
    tell(f"已从备份恢复并核对：{given.store}")
    if aside is not None:
        tell(f"原来的文件另存为：{aside}")
    return DONE
