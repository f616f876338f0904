"""The commands ``verify`` and ``accept``: a store is held to itself, to what lies outside its file, and to paper."""

from __future__ import annotations

import sqlite3
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from haicang_desk.cli.arguments import Parser, json_argument, path_of, store_argument, text_of
from haicang_desk.cli.console import DONE, FOUND, now, print_json, print_lines, print_message, table_lines
from haicang_desk.cli.ledger_output import open_store
from haicang_desk.model.services import system_user
from haicang_desk.model.store import (
    SHORT,
    UNREADABLE,
    AnchorReport,
    Damage,
    DamagedFile,
    SealedChange,
    UnknownSeal,
    change_by_seal,
    clock_jumps,
    codes_in,
    connect_to_copy,
    damage_of_file,
    damage_under,
    head_line,
    is_newer,
    migrate,
    report_on_anchors,
)
from haicang_desk.model.store import verify as store_damage
from haicang_desk.model.values import Refused, StoreUnusable, cause
from haicang_desk.platform import sweep_partials


def verify_arguments(parser: Parser) -> None:
    """Add the arguments of ``verify``."""
    store_argument(parser)
    parser.add_argument(
        "--code",
        metavar="SEAL",
        type=text_of,
        action="append",
        default=[],
        help="按纸面上的存证码（前 8 位以上）查出是哪一次变更；可以写几次",
    )
    parser.add_argument("--codes", metavar="FILE", type=path_of, help="一个文本文件，每行一个从纸面抄下的存证码")
    parser.add_argument(
        "--backups",
        metavar="DIR",
        type=path_of,
        action="append",
        default=[],
        help="另一处备份的文件夹；自动备份的文件夹总是对照的",
    )
    json_argument(parser)


def verify(options: Namespace) -> int:
    """Check a store file for damage and hold it to what lies outside it: heads seen, backups, papers that went out.

    With --code or --codes, also find the changes that seal codes on paper belong to.
    """
    sweep_partials(options.store.parent, at=now())
    codes = [*options.code, *(_listed_codes(options.codes) if options.codes else ())]
    damage: tuple[Damage, ...]
    jumps, newer, anchors = list[str](), False, None
    try:
        conn = connect_to_copy(options.store)
    except DamagedFile as damaged:
        damage, sought = (damage_of_file(damaged),), [Sought(code, reason=UNREADABLE_SEAL) for code in codes]
    else:
        with closing(conn):
            damage, newer = store_damage(conn), is_newer(conn)
            jumps = [] if damage else [str(each) for each in clock_jumps(conn)]
            anchors = _anchors(conn, options.store, options.backups)
            sought = [_sought(conn, code, damage) for code in codes]
    broken = anchors is not None and anchors.broken
    found = FOUND if damage or broken or any(each.reason for each in sought) else DONE
    if options.json:
        document = {"store": str(options.store), "sound": not damage, "damage": [_damage_json(each) for each in damage]}
        document |= {"clock": jumps, "anchors": anchors and anchors.as_json()}
        print_json(document | _sought_json(sought))
        return found
    if newer:
        print_message("台账由更新版本的程序建立，只核对了本版本认识的内容。登记和印发请升级程序")
    _print_damage(options.store, damage)
    for each in jumps:
        print_message(f"时钟回拨：{each}。先后以序号为准，内容没有改动；请核对这一次所记的日期")
    _print_anchors(anchors)
    _print_sought(sought)
    return found


def _print_damage(store: Path, damage: Sequence[Damage]) -> None:
    if not damage:
        print_message(f"核对完毕，没有发现损坏：{store}")
        return
    print_lines(table_lines(("部位", "所涉", "变更序号", "情况"), [_damage_row(each) for each in damage]))
    print_message(
        f"查出 {len(damage)} 处损坏。请不要继续登记。怎样修复，看 haicang-desk repair {store} --dry-run，"
        "或用 haicang-desk restore 从最近的备份恢复"
    )


UNREADABLE_SEAL = "台账已损坏，存证码查不了，不能据此证明纸面文件"


@dataclass(frozen=True, slots=True)
class Sought:
    """What was found for a seal code. ``reason``: why nothing is vouched for."""

    code: str
    change: SealedChange | None = None
    reason: str = ""

    def as_json(self) -> dict[str, object]:
        """Its part of the JSON of ``verify``."""
        found = {} if self.change is None else _change_json(self.change)
        return {**found, "vouched": not self.reason} | ({"reason": self.reason} if self.reason else {})

    def as_row(self) -> tuple[str, ...]:
        """Its line of the table of several."""
        if self.change is None:
            return self.code, "", self.reason
        named = f"{self.change.at:%Y-%m-%d} {self.change.actor}“{self.change.action}”"
        return self.code, str(self.change.seq), f"{named}；{self.reason}" if self.reason else named


def _sought_json(sought: Sequence[Sought]) -> dict[str, object]:
    """One code beside the rest, several as a list."""
    if len(sought) == 1:
        return sought[0].as_json()
    return {"codes": [{"code": each.code, **each.as_json()} for each in sought]} if sought else {}


def _print_sought(sought: Sequence[Sought]) -> None:
    """Say of one code all that is known, of several which change each is."""
    if len(sought) == 1:
        (only,) = sought
        if only.change is not None:
            _print_change(only.change)
        if only.reason:
            print_message(only.reason)
        return
    if sought:
        print_lines(table_lines(("存证码", "变更序号", "是哪一次变更"), [each.as_row() for each in sought]))
        lost = sum(bool(each.reason) for each in sought)
        print_message(f"查了 {len(sought)} 个存证码，" + (f"{lost} 个不能证明" if lost else "都在台账里"))


def _sought(conn: sqlite3.Connection, code: str, damage: Sequence[Damage]) -> Sought:
    """The change that a code belongs to; it is vouched for where it and what it rests on are undamaged.

    Raises Refused for what is no code.
    """
    if is_newer(conn):
        return Sought(code, reason="台账由更新版本的程序建立，查存证码请升级程序")
    try:
        migrate(conn, None)  # a copy: an older schema lacks tables
        change = change_by_seal(conn, code)
        under = damage_under(conn, change, damage)
    except UnknownSeal as unknown:
        return Sought(code, reason=str(unknown))
    except (*UNREADABLE, StoreUnusable):
        return Sought(code, reason=UNREADABLE_SEAL)
    if under:
        first = f"这次变更或它所依据的内容有 {len(under)} 处损坏，第一处：{under[0]}"
        return Sought(code, change, f"{first}。不能据此证明纸面文件，请先修复台账再查")
    return Sought(code, change)


def _listed_codes(path: Path) -> list[str]:
    """The codes in a text file. Raises Refused where it can't be read or holds none."""
    try:
        codes = codes_in(path.read_bytes().decode(errors="replace"))
    except OSError as wrong:
        raise Refused(f"“{path}”读不出来（{cause(wrong)}），没有核对。请核对路径") from wrong
    if not codes:
        raise Refused(f"“{path}”里没有存证码，没有核对。应为每行一个，{SHORT} 位数字和字母 a 至 f")
    return codes


def _anchors(conn: sqlite3.Connection, store: Path, backups: Sequence[Path]) -> AnchorReport | None:
    """How a store agrees with its anchors; None where its journal can't be read."""
    try:
        return report_on_anchors(conn, store, backups)
    except UNREADABLE:
        return None


def _print_anchors(anchors: AnchorReport | None) -> None:
    """Say how a store agrees with its anchors."""
    if anchors is None:
        print_message("变更记录读不出来，没有与台账文件之外的记录对照")
        return
    print_message(anchors.text())
    for each in anchors.broken:
        print_lines(f"对不上　{each}")
    for note in (*anchors.restorations, *anchors.notes):
        print_message(note)
    if anchors.broken:
        print_message("台账文件可能被换成旧的，或被整本改写过。请不要登记，找出较新的文件或备份，与纸面逐份核对")


def _damage_row(damage: Damage) -> tuple[str, ...]:
    return damage.part, damage.subject, "" if damage.seq is None else str(damage.seq), damage.message


def _damage_json(damage: Damage) -> dict[str, object]:
    return {"part": damage.part, "subject": damage.subject, "seq": damage.seq, "message": damage.message}


def _change_json(change: SealedChange) -> dict[str, object]:
    named = {"seq": change.seq, "at": change.at, "actor": change.actor, "action": change.action, "seal": change.seal}
    return {**named, "touched": change.touched, "papers": change.papers}


def _print_change(change: SealedChange) -> None:
    print_lines(f"第 {change.seq} 次变更：{change.at:%Y-%m-%d %H:%M:%S}，{change.actor}，“{change.action}”")
    print_lines(f"存证码 {change.seal}")
    print_lines(f"  {each}" for each in change.touched)
    if change.papers:
        print_lines(f"印有这个存证码的文书 {len(change.papers)} 份：")
        print_lines(f"  {each}" for each in change.papers)


def accept_arguments(parser: Parser) -> None:
    """Add the arguments of ``accept``."""
    store_argument(parser)
    parser.add_argument("--reason", metavar="理由", type=text_of, required=True, help="为什么用这本较旧或不同的台账")


def accept(options: Namespace) -> int:
    """Confirm that a store which lacks what this computer saw of it is to be written on; the reason is journalled."""
    with open_store(options) as ws:
        ws.accept_head(handler=options.operator or system_user(), reason=options.reason)
        line = head_line(ws.conn)
    print_message(f"已确认，并记入变更记录：{options.store}，{line}")
    return DONE
