"""What somebody with a database tool can do to a store, and by what it is found.

The attacker drops the triggers, writes what they want, makes the same triggers again, computes the chain and the sums
anew with an algorithm of their own, puts older files in place, and forges backups and what the computer remembers. Each
attack names the anchors that must find it, without accounts and with accounts; the table of docs/reliability.md is this
one, made by ``python -m tests.store.test_attacks``.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from haicang_desk.model.records import Disbursement, DutyWaiver, Issue, Project, Village
from haicang_desk.model.services import NewIssue, Workspace, save_issues, set_up_sign_in
from haicang_desk.model.store import (
    back_up_automatically,
    backup_folder,
    backups_in,
    change_by_seal,
    connect_to_copy,
    files_folder,
    last_entry,
    last_seal,
    project_ids,
    report_on_anchors,
    save_project_totals,
    signed_message,
    verify,
)
from haicang_desk.model.values import Money, Refused
from haicang_desk.paths import anchors_folder
from tests.model.street import built

DOC = Path(__file__).parents[2] / "docs" / "reliability.md"
CHIEF, PASSWORD = "陈静", "Rongshu-1842"
CUT = 4  # changes before the end: where a tail is cut off
ROWS, CHAIN, SCHEMA, SUMS, FILES, ISSUES = "逐行比对", "变更链", "结构", "汇总", "原件校验码", "印发核对"
SIGNED, SEEN, BACKUP, PAPERS, CODES, TOLD = "签名", "本机所见", "备份", "印出登记", "纸面存证码", "告知"
FOUND_IN = {"文件": SCHEMA, "结构": SCHEMA, "变更记录": CHAIN, "记录": ROWS, "签名": SIGNED, "印发": ISSUES,
            "原件": FILES, "汇总": SUMS, "本机上次所见": SEEN, "印出的文书": PAPERS}  # fmt: skip
OUTSIDE = {SEEN, BACKUP, PAPERS, CODES}  # a chain that was written anew as a whole agrees with none of these
ANEW = OUTSIDE | {ISSUES}  # nor with the codes of issued papers, unless these are forged as well


# ---- the office that is attacked


class Office:
    """A store with two weeks of work, its files, the data folder, and the codes on the papers that went out."""

    def __init__(self, place: Path, *, accounts: bool) -> None:
        self.place, self.path, self.accounts = place, place / "新阳.db", accounts
        self.codes: list[str] = []
        ws = built(self.path)
        ws.close()
        with Workspace.open(self.path, now=lambda: datetime(2026, 11, 20, 9)) as ws:
            if accounts:
                waiver = DutyWaiver(reason="人手不足", authority="区民政局", number="1号", granted_on=date(2026, 11, 1))
                set_up_sign_in(ws, CHIEF, PASSWORD, keys=place / "keys", alone=waiver)
            self._pay(ws, 1_000_00, "第一笔")
            self._issue(ws, "街道审批表")
            self._back_up(ws, datetime(2026, 11, 20, 17))
            self.signer = ws.signer
        self.last_week = self.path.read_bytes()
        with Workspace.open(self.path, now=lambda: datetime(2026, 11, 27, 9)) as ws:
            ws.signer = self.signer
            self._pay(ws, 2_000_00, "第二笔")
            self._issue(ws, "项目申报表")
            self._back_up(ws, datetime(2026, 11, 27, 17))
            for leader in ("王", "李"):
                with ws.change("修改村居", actor=CHIEF) as change:
                    change.save(replace(ws.all(Village)[0], leader=leader))
            self._pay(ws, 3_000_00, "第三笔")
        self.whole = {path.relative_to(place): path.read_bytes() for path in place.rglob("*") if path.is_file()}

    def _pay(self, ws: Workspace, fen: int, purpose: str) -> None:
        with ws.change("拨付", actor=CHIEF) as change:
            project = self.project(ws)
            change.save(
                Disbursement(
                    project=project.id, paid_on=ws.now().date(), amount=Money(fen), payee="甲", purpose=purpose
                )
            )

    @staticmethod
    def project(ws: Workspace) -> Project:
        return ws.all(Project)[0]

    def _issue(self, ws: Workspace, document: str) -> None:
        project = self.project(ws)
        code = last_seal(ws.conn, [project.id])[:16]
        issue = Issue(document=document, project=project.id, fund_year=2026, paper="A4", issued_on=ws.now().date(),
                      seal_code=code, name=f"{document}.pdf")  # fmt: skip
        save_issues(ws, [NewIssue(issue, f"%PDF {document} {code}".encode(), last_entry(ws.conn))], person=CHIEF)
        self.codes.append(code)

    def _back_up(self, ws: Workspace, at: datetime) -> None:
        back_up_automatically(ws.conn, backup_folder(self.path), name="新阳", at=at)

    def stand_up_again(self) -> None:
        """Everything as it was before the attack."""
        for path in [path for path in self.place.rglob("*") if path.is_file()]:
            path.unlink()
        for name, data in self.whole.items():
            (self.place / name).parent.mkdir(parents=True, exist_ok=True)
            (self.place / name).write_bytes(data)

    def found_by(self) -> set[str]:
        """The anchors that find something."""
        with closing(connect_to_copy(self.path)) as conn:
            found = {FOUND_IN[damage.part] for damage in verify(conn)}
            report = report_on_anchors(conn, self.path)
            found |= {FOUND_IN.get(broken.anchor, broken.anchor) for broken in report.broken}
            for code in self.codes:
                try:
                    change_by_seal(conn, code)
                except Refused:
                    found.add(CODES)
        if not found and report.notes:
            found.add(TOLD)
        return found


@pytest.fixture(scope="module", params=[False, True], ids=["without accounts", "with accounts"])
def office(request, tmp_path_factory):
    place = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(place / "data"))
        yield Office(place, accounts=request.param)


# ---- what the attacker can do


class Tool:
    """A database tool on one file: no triggers, no foreign keys, and an algorithm of its own for chain and sums."""

    def __init__(self, office: Office, path: Path | None = None) -> None:
        self.office, self.path = office, path or office.path
        self.conn = sqlite3.connect(self.path, isolation_level=None)
        self.triggers = self.conn.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in self.triggers:
            self.conn.execute(f'DROP TRIGGER "{name}"')

    def __enter__(self) -> Tool:
        return self

    def __exit__(self, *_: object) -> None:
        for _, sql in self.triggers:
            self.conn.execute(sql)
        self.conn.close()

    def run(self, sql: str, *args: object) -> list[tuple]:
        return self.conn.execute(sql, args).fetchall()

    def last(self) -> int:
        return self.run("SELECT max(seq) FROM journal")[0][0]

    def change(self, table: str, where: str, column: str, value: object) -> None:
        """Rewrite a cell in its table and wherever the journal holds it."""
        (row_id,) = self.run(f'SELECT id FROM "{table}" WHERE {where} LIMIT 1')[0]
        self.run(f'UPDATE "{table}" SET "{column}" = ? WHERE id = ?', value, row_id)
        for seq, n, *sides in self.run("SELECT seq, n, before, after FROM journal_row WHERE row_id = ?", row_id):
            packed = [side and json.dumps({**json.loads(side), column: value}, ensure_ascii=False) for side in sides]
            self.run("UPDATE journal_row SET before = ?, after = ? WHERE seq = ? AND n = ?", *packed, seq, n)

    def rechain(self, sign: Callable[[int, str], bytes] | None = None) -> None:
        """Compute all hashes anew, and the signatures where the attacker has a key to make them with."""
        prev = ""
        entries = self.run("SELECT seq, key, action, actor, at, undoable, undoes FROM journal ORDER BY seq")
        for entry in entries:
            digest = sha256(json.dumps((prev, *entry), ensure_ascii=False).encode())
            for row in self.run(
                "SELECT seq, n, tbl, row_id, project, before, after FROM journal_row WHERE seq = ? ORDER BY n", entry[0]
            ):
                digest.update(json.dumps(row, ensure_ascii=False).encode())
            sealed = digest.hexdigest()
            self.run("UPDATE journal SET prev = ?, hash = ? WHERE seq = ?", prev, sealed, entry[0])
            if sign is not None:
                signature = sign(entry[0], sealed)
                self.run("UPDATE journal_signature SET signature = ? WHERE seq = ?", signature, entry[0])
            prev = sealed

    def forge_sums(self) -> None:
        """Make the sums anew from the records."""
        self.run("DELETE FROM register_line")
        save_project_totals(self.conn, project_ids(self.conn))

    def cut(self, upto: int) -> None:
        """Take the changes after one out, cleanly: rows as they were before, no entries, no signatures, right sums."""
        first: dict[tuple[str, str], str | None] = {}
        for table, row_id, before in self.run(
            "SELECT tbl, row_id, before FROM journal_row WHERE seq > ? ORDER BY seq, n", upto
        ):
            first.setdefault((table, row_id), before)
        for (table, row_id), before in first.items():
            if before is None:
                self.run(f'DELETE FROM "{table}" WHERE id = ?', row_id)
                continue
            old, columns = json.loads(before), [row[1] for row in self.run(f"PRAGMA table_info({table})")]
            now = dict(zip(columns, self.run(f'SELECT * FROM "{table}" WHERE id = ?', row_id)[0], strict=True))
            for name in columns:
                blank = "" if isinstance(now[name], str) and name not in old else None
                self.run(f'UPDATE OR IGNORE "{table}" SET "{name}" = ? WHERE id = ?', old.get(name, blank), row_id)
        for table in ("journal_signature", "journal_row", "journal"):
            self.run(f"DELETE FROM {table} WHERE seq > ?", upto)
        self.forge_sums()

    def enter(self, action: str, table: str, row: dict[str, object], sign: Callable[[int, str], bytes] | None = None,
              account: str = "") -> None:  # fmt: skip
        """Add a row with a journal entry as the program writes it."""
        names = [column[1] for column in self.run(f"PRAGMA table_info({table})")]
        self.run(f'INSERT INTO "{table}" ({", ".join(row)}) VALUES ({", ".join("?" * len(row))})', *row.values())
        full = dict(zip(names, self.run(f'SELECT * FROM "{table}" WHERE id = ?', row["id"])[0], strict=True))
        packed = json.dumps({k: v for k, v in full.items() if v not in (None, "")}, ensure_ascii=False)
        seq = self.last() + 1
        self.run("INSERT INTO journal VALUES (?,?,?,?,?,1,NULL,'','','sha256')", seq, f"k{seq}", action, CHIEF,
                 "2026-11-28T10:00:00")  # fmt: skip
        self.run("INSERT INTO journal_row VALUES (?,0,?,?,?,NULL,?)", seq, table, row["id"], row.get("project"), packed)
        if account:
            self.run("INSERT INTO journal_signature VALUES (?,?,?)", seq, account, b"")
        self.rechain()  # what was there keeps its hashes
        if sign is not None and account:
            (sealed,) = self.run("SELECT hash FROM journal WHERE seq = ?", seq)[0]
            self.run("UPDATE journal_signature SET signature = ? WHERE seq = ?", sign(seq, sealed), seq)
        self.forge_sums()

    def payment(self) -> dict[str, object]:
        (project,) = self.run("SELECT project FROM disbursement LIMIT 1")[0]
        cells = self.run("SELECT * FROM disbursement LIMIT 1")[0]
        names = [column[1] for column in self.run("PRAGMA table_info(disbursement)")]
        return {**dict(zip(names, cells, strict=True)), "id": "zz", "project": project, "amount": 9_999_00}


OWN_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def signed_with_own_key(seq: int, sealed: str) -> bytes:
    return OWN_KEY.sign(signed_message(seq, sealed))


ATTACKS: dict[str, Attack] = {}
Deed = Callable[[Office], None]


@dataclass(frozen=True)
class Attack:
    """What is done, and the anchors that must find it without accounts and with them; None where there can be none."""

    deed: Deed
    without: frozenset[str] | None
    signed: frozenset[str] | None


def attack(name: str, without: set[str] | None, signed: set[str] | None) -> Callable[[Deed], Deed]:
    def declared(deed: Deed) -> Deed:
        ATTACKS[name] = Attack(
            deed, None if without is None else frozenset(without), None if signed is None else frozenset(signed)
        )
        return deed

    return declared


def edit(name: str, sql: str, found: set[str], *, sums: bool = False, rechain: bool = False) -> None:
    """An attack that is a few statements."""

    def deed(office: Office) -> None:
        with Tool(office) as tool:
            tool.conn.executescript(sql)
            if rechain:
                tool.rechain()
            if sums:
                tool.forge_sums()

    beyond = {SIGNED} if rechain else set()
    attack(name, found, found | beyond)(deed)


def everything(name: str, table: str, where: str, column: str, value: object) -> None:
    """A cell rewritten in the records and in the journal, with chain and sums computed anew."""

    def deed(office: Office) -> None:
        with Tool(office) as tool:
            tool.change(table, where, column, value)
            tool.rechain()
            tool.forge_sums()

    attack(name, ANEW, ANEW | {SIGNED})(deed)


# in part

FIRST = "SELECT id FROM disbursement WHERE purpose = '第一笔'"
edit("改一笔拨付的金额", f"UPDATE disbursement SET amount = 1 WHERE id = ({FIRST})", {ROWS, SUMS})
edit("改金额，汇总也改", f"UPDATE disbursement SET amount = 1 WHERE id = ({FIRST})", {ROWS}, sums=True)
edit("删一笔拨付", f"DELETE FROM disbursement WHERE id = ({FIRST})", {ROWS}, sums=True)
edit("插一笔额度，没有变更记录", "INSERT INTO street_quota (id, fund_year, quota, number) VALUES ('x', 2027, 1, '')",
     {ROWS})  # fmt: skip
edit("把一个审批作废", "UPDATE approval SET void = 1", {ROWS}, sums=True)
edit("改变更记录的经办人", "UPDATE journal SET actor = '张' WHERE seq = 3", {CHAIN})
edit("改变更记录的时间", "UPDATE journal SET at = '2020-01-01T00:00:00' WHERE seq = 3", {CHAIN})
edit("改变更记录的名称", "UPDATE journal SET action = '查看' WHERE seq = 4", {CHAIN})
edit("改变更记录里的内容，不重算", "UPDATE journal_row SET after = replace(after, '楼道', '走廊') WHERE seq = 3",
     {CHAIN, ROWS})  # fmt: skip
edit("抽掉中间一次变更", "DELETE FROM journal_row WHERE seq = 5; DELETE FROM journal WHERE seq = 5", {CHAIN, ROWS})
edit("两次变更对调，不重算", "UPDATE journal SET seq = 99 WHERE seq = 3; UPDATE journal SET seq = 3 WHERE seq = 4;"
     "UPDATE journal SET seq = 4 WHERE seq = 99", {CHAIN})  # fmt: skip
edit("改校验算法的名称", "UPDATE journal SET alg = 'md5' WHERE seq = 2", {CHAIN})
edit("改一个项目的汇总", "UPDATE register_line SET disbursed = disbursed + 1 WHERE disbursed > 0", {SUMS})
edit("加一个触发器", "CREATE TRIGGER spy AFTER INSERT ON project BEGIN DELETE FROM register_line; END", {SCHEMA})
edit("删一个索引", "DROP INDEX project_code", {SCHEMA})


@attack("拿掉保护变更记录的触发器", {SCHEMA}, {SCHEMA})
def without_triggers(office: Office) -> None:
    with Tool(office) as tool:
        tool.triggers = [each for each in tool.triggers if each[0] != "journal_no_update"]


def issued_file(office: Office, tool: Tool) -> Path:
    (digest,) = tool.run("SELECT digest FROM issue ORDER BY id LIMIT 1")[0]
    return files_folder(office.path) / digest[:2] / digest


@attack("换掉印发原件的文件", {FILES}, {FILES})
def another_file(office: Office) -> None:
    with Tool(office) as tool:
        issued_file(office, tool).write_bytes(b"%PDF forged")


@attack("换掉原件，登记的校验码也换", {ROWS, ISSUES}, {ROWS, ISSUES})
def another_file_and_digest(office: Office) -> None:
    with Tool(office) as tool:
        forge_paper(office, tool, b"%PDF forged without a code", journal=False)


def forge_paper(office: Office, tool: Tool, data: bytes, *, journal: bool, old: str = "") -> None:
    """Put other bytes in the place of an issued paper, the first, under their own digest."""
    old = old or tool.run("SELECT digest FROM issue ORDER BY id LIMIT 1")[0][0]
    new = sha256(data).hexdigest()
    path = files_folder(office.path) / new[:2] / new
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    for table in ("issue", "original"):
        tool.run(f"UPDATE {table} SET digest = ? WHERE digest = ?", new, old)
    tool.run("UPDATE original SET size = ? WHERE digest = ?", len(data), new)
    if journal:
        size = len(data)
        for seq, n, table, after in tool.run("SELECT seq, n, tbl, after FROM journal_row WHERE instr(after, ?)", old):
            row = {**json.loads(after), "digest": new, **({"size": size} if table == "original" else {})}
            packed = json.dumps(row, ensure_ascii=False)
            tool.run("UPDATE journal_row SET after = ? WHERE seq = ? AND n = ?", packed, seq, n)


# the whole chain anew

everything("改金额，整条链和汇总重算", "disbursement", "purpose = '第一笔'", "amount", 1)
everything("改收款人，整条链重算", "disbursement", "purpose = '第一笔'", "payee", "乙")
everything("改审批日期，整条链重算", "approval", "1", "decided_on", "2026-01-01")
edit("改经办人，整条链重算", "UPDATE journal SET actor = '张' WHERE seq = 3", ANEW, rechain=True)
edit("改变更时间，整条链重算", "UPDATE journal SET at = '2020-01-01T00:00:00' WHERE seq = 3", ANEW, rechain=True)


@attack("抽掉中间一次变更，重编号、整条链重算", ANEW, ANEW | {SIGNED})
def taken_out(office: Office) -> None:
    with Tool(office) as tool:
        (row_id, seq) = tool.run(
            "SELECT row_id, seq FROM journal_row WHERE tbl = 'disbursement' AND instr(after, '第一笔')"
        )[0]
        tool.run("DELETE FROM disbursement WHERE id = ?", row_id)
        for table in ("journal_signature", "journal_row", "journal"):
            tool.run(f"DELETE FROM {table} WHERE seq = ?", seq)
            for (later,) in tool.run(f"SELECT DISTINCT seq FROM {table} WHERE seq > ? ORDER BY seq", seq):
                tool.run(f"UPDATE {table} SET seq = ? WHERE seq = ?", later - 1, later)
        tool.rechain()
        tool.forge_sums()


@attack("干净地截掉末尾几次变更", {SEEN, BACKUP, PAPERS}, {SEEN, BACKUP, PAPERS})
def tail_cut(office: Office) -> None:
    with Tool(office) as tool:
        tool.cut(tool.last() - CUT)


@attack("放回上周的台账文件", {SEEN, BACKUP, PAPERS, CODES}, {SEEN, BACKUP, PAPERS, CODES})
def last_weeks_file(office: Office) -> None:
    office.path.write_bytes(office.last_week)


@attack("放回上周的文件，再补造到同样多次变更", OUTSIDE, OUTSIDE | {SIGNED})
def last_weeks_file_and_more(office: Office) -> None:
    with Tool(office) as tool:
        wanted = tool.last()
    office.path.write_bytes(office.last_week)
    with Tool(office) as tool:
        while tool.last() < wanted + 1:
            tool.enter("拨付", "disbursement", {**tool.payment(), "id": f"z{tool.last()}", "purpose": "补造"})


@attack("伪造印发的文书：原件、登记、变更记录和整条链", ANEW, ANEW | {SIGNED})
def forged_paper(office: Office) -> None:
    with Tool(office) as tool:
        forge_paper(office, tool, b"%PDF forged " + office.codes[0].encode(), journal=True)
        tool.rechain()


@attack("伪造文书，没有抄上存证码", {*OUTSIDE, ISSUES}, {*OUTSIDE, ISSUES, SIGNED})
def forged_paper_without_code(office: Office) -> None:
    with Tool(office) as tool:
        forge_paper(office, tool, b"%PDF forged", journal=True)
        tool.rechain()


@attack("把文书的存证码换成别处的，整条链重算", {*OUTSIDE, ISSUES}, {*OUTSIDE, ISSUES, SIGNED})
def forged_code(office: Office) -> None:
    with Tool(office) as tool:
        tool.change("issue", "1 ORDER BY id", "seal_code", "0123456789abcdef")
        tool.rechain()


# made up, at the end


@attack("补造一笔有变更记录的拨付", {TOLD}, {SIGNED})
def invented(office: Office) -> None:
    with Tool(office) as tool:
        tool.enter("拨付", "disbursement", tool.payment())


@attack("补造拨付，用自己的钥匙冒签", None, {SIGNED})
def invented_signed(office: Office) -> None:
    with Tool(office) as tool:
        ((account,),) = tool.run("SELECT id FROM account")
        tool.enter("拨付", "disbursement", tool.payment(), signed_with_own_key, account)


@attack("补造账户，再用它签一笔拨付", None, {SIGNED})
def invented_account(office: Office) -> None:
    with Tool(office) as tool:
        row = {"id": "zz", "void": 0, "name": "假", "roles": "财务", "state": "active", "note": "",
               "public_key": OWN_KEY.public_key().public_bytes_raw().hex()}  # fmt: skip
        tool.enter("添加账户", "account", row)
        tool.enter("拨付", "disbursement", tool.payment(), signed_with_own_key, "zz")


# signatures


@attack("删掉全部签名", None, {SIGNED})
def no_signatures(office: Office) -> None:
    with Tool(office) as tool:
        tool.run("DELETE FROM journal_signature")


@attack("把一次变更的签名搬到另一次", None, {SIGNED})
def moved_signature(office: Office) -> None:
    with Tool(office) as tool:
        (signature,) = tool.run("SELECT signature FROM journal_signature ORDER BY seq LIMIT 1")[0]
        tool.run("UPDATE journal_signature SET signature = ? WHERE seq = ?", signature, tool.last())


@attack("换掉账户的公钥，从头重签", None, ANEW)
def another_key(office: Office) -> None:
    with Tool(office) as tool:
        tool.change("account", "1", "public_key", OWN_KEY.public_key().public_bytes_raw().hex())
        tool.change("disbursement", "purpose = '第一笔'", "amount", 1)
        tool.rechain(signed_with_own_key)
        tool.forge_sums()


@attack("抹掉账户，当作从来没有登录", None, ANEW)
def no_accounts(office: Office) -> None:
    with Tool(office) as tool:
        seq = tool.run("SELECT seq FROM journal_row WHERE tbl = 'account'")[0][0]
        for table in ("account_secret", "account", "duty_waiver", "journal_signature"):
            tool.run(f"DELETE FROM {table}")
        tool.run("UPDATE journal_row SET tbl = 'holiday', row_id = 'h', n = 9, after = ? WHERE tbl = 'account'",
                 '{"id": "h", "void": 0, "day": "2026-10-01", "kind": "off"}')  # fmt: skip
        tool.run("INSERT INTO holiday (id, day, kind, name) VALUES ('h', '2026-10-01', 'off', '')")
        tool.run("DELETE FROM journal_row WHERE tbl = 'duty_waiver'")
        tool.run("UPDATE journal SET action = '登记节假日' WHERE seq = ?", seq)
        tool.rechain()


# the anchors too


def rewrite(office: Office, path: Path) -> None:
    with Tool(office, path) as tool:
        tool.change("disbursement", "purpose = '第一笔'", "amount", 1)
        tool.rechain()
        tool.forge_sums()


@attack("截掉末尾，并补造一条“恢复备份”", {SEEN, BACKUP, PAPERS}, {SEEN, BACKUP, PAPERS, SIGNED})
def invented_restoration(office: Office) -> None:
    with Tool(office) as tool:
        left, ((sealed,),) = tool.last(), tool.run("SELECT hash FROM journal ORDER BY seq DESC LIMIT 1")
        tool.cut(left - CUT)
        row = {"id": "zr", "void": 0, "restored_on": "2026-11-28", "left_seq": left, "left_head": sealed,
               "kept_seq": left - CUT, "kept_head": "", "backup": "", "handler": CHIEF, "reason": "换机"}  # fmt: skip
        tool.enter("恢复备份", "restoration", row)


@attack("整条链重算，备份也照改", {SEEN, PAPERS, CODES, ISSUES}, {SEEN, PAPERS, CODES, ISSUES, SIGNED})
def backups_too(office: Office) -> None:
    rewrite(office, office.path)
    for _, path in backups_in(backup_folder(office.path)):
        rewrite(office, path)


@attack("整条链重算，备份照改，删掉本机所见", {PAPERS, CODES, ISSUES}, {PAPERS, CODES, ISSUES, SIGNED})
def seen_heads_too(office: Office) -> None:
    backups_too(office)
    for path in anchors_folder().glob("*.json"):
        path.unlink()


@attack("整条链重算，整个数据文件夹（连备份）删掉", {CODES, ISSUES}, {CODES, ISSUES, SIGNED})
def data_folder_gone(office: Office) -> None:
    rewrite(office, office.path)
    shutil.rmtree(Path(os.environ["XDG_DATA_HOME"]))


@attack("换公钥从头重签，整个数据文件夹删掉", None, {CODES, ISSUES})
def data_folder_and_keys(office: Office) -> None:
    another_key(office)
    shutil.rmtree(Path(os.environ["XDG_DATA_HOME"]))


def rewrite_with_papers(office: Office) -> None:
    """Rewrite the chain, and forge the codes of issued papers in records, journal and originals until all agree."""
    rewrite(office, office.path)
    for number in range(len(office.codes)):
        with Tool(office) as tool:
            papers = tool.run("SELECT id, seal_code, digest, project FROM issue ORDER BY id")
            row_id, old, digest, project = papers[number]
            ((issued,),) = tool.run("SELECT min(seq) FROM journal_row WHERE row_id = ?", row_id)
            ((new,),) = tool.run(
                "SELECT substr(hash, 1, 16) FROM journal WHERE seq = (SELECT max(seq) FROM journal_row"
                " WHERE project = ? AND tbl <> 'issue' AND seq < ?)", project, issued,
            )  # fmt: skip
            path = files_folder(office.path) / digest[:2] / digest
            data = path.read_bytes().replace(old.encode(), new.encode())
            tool.change("issue", f"id = '{row_id}'", "seal_code", new)
            forge_paper(office, tool, data, journal=True, old=digest)
            tool.rechain()


@attack("整条链重算，文书的存证码和原件一并伪造", OUTSIDE, OUTSIDE | {SIGNED})
def papers_too(office: Office) -> None:
    rewrite_with_papers(office)


@attack("同上，整个数据文件夹（连备份）也删掉", {CODES}, {CODES, SIGNED})
def everything_too(office: Office) -> None:
    rewrite_with_papers(office)
    shutil.rmtree(Path(os.environ["XDG_DATA_HOME"]))


@attack("截掉末尾，整个数据文件夹删掉，其后没有印出文书", set(), set())
def tail_cut_and_data_folder_gone(office: Office) -> None:
    tail_cut(office)
    shutil.rmtree(Path(os.environ["XDG_DATA_HOME"]))


@attack("知道密码的人在程序里登记一笔不实的拨付", set(), set())
def untrue(office: Office) -> None:
    with Workspace.open(office.path, now=lambda: datetime(2026, 11, 28, 9)) as ws:
        ws.signer = office.signer
        office._pay(ws, 8_888_00, "不实")


# ---- what must hold


@contextmanager
def attacked(office: Office):
    office.stand_up_again()
    try:
        yield
    finally:
        office.stand_up_again()


def test_an_office_that_nobody_attacked_agrees_with_all_its_anchors(office):
    with attacked(office), closing(connect_to_copy(office.path)) as conn:
        assert office.found_by() == set()
        report = report_on_anchors(conn, office.path)
    assert (report.backups, report.papers, report.broken) == (2, 2, ())
    assert report.seen is not None and report.seen == report.head
    assert bool(report.signatures.signed) == office.accounts


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_found_by_the_anchors_that_the_table_names(office, name):
    each = ATTACKS[name]
    expected = each.signed if office.accounts else each.without
    if expected is None:
        pytest.skip("there are no accounts")
    with attacked(office):
        each.deed(office)
        assert office.found_by() == expected


def test_there_are_at_least_thirty_attacks():
    assert sum(each.without is not None for each in ATTACKS.values()) >= 30


def table() -> str:
    """The attacks as the table of docs/reliability.md."""
    order = (ROWS, CHAIN, SCHEMA, SUMS, FILES, ISSUES, SIGNED, SEEN, BACKUP, PAPERS, CODES, TOLD)

    def cell(found: frozenset[str] | None) -> str:
        if found is None:
            return "—"
        return "、".join(each for each in order if each in found) or "**查不出**"

    lines = ["| 动的手脚 | 没有账户时由什么查出 | 有账户时 |", "| --- | --- | --- |"]
    return "\n".join(lines + [f"| {name} | {cell(a.without)} | {cell(a.signed)} |" for name, a in ATTACKS.items()])


def test_the_documented_table_is_this_one():
    assert table() in DOC.read_text(encoding="utf-8")


if __name__ == "__main__":
    print(table())
