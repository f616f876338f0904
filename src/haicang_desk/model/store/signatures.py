"""Signatures of journal entries: who is signed in signs each change with a key that the store does not hold.

Whoever rewrites an entry can compute its hash anew, and those of all later ones, but not their signatures. The public
keys stand in the records of the accounts, which are journalled: the key that counts for an entry is the one that the
journal held before it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from haicang_desk.model.values import Signer

DOMAIN = b"haicang-desk journal entry 1\0"  # so that no signature made for another purpose passes for one of these
ACCOUNT = "account"
ACTIVE = "active"
SHIPPED = "policy_file"
REMEMBERED = 16_384  # signatures found valid: 8 MB
NEWEST = 100  # signatures looked at whenever a store is opened: a rewritten entry spoils all that follow it


def signed_message(seq: int, sealed: str) -> bytes:
    """The bytes that are signed for a journal entry: the domain, its number (8 bytes, big-endian) and its hash."""
    return DOMAIN + seq.to_bytes(8, "big") + bytes.fromhex(sealed)


def sign_entry(conn: sqlite3.Connection, seq: int, sealed: str, signer: Signer) -> None:
    """Write the signature of a journal entry, within the transaction of its change."""
    signature = signer.sign(signed_message(seq, sealed))
    conn.execute("INSERT INTO journal_signature VALUES (?, ?, ?)", (seq, signer.account, signature))


@dataclass(frozen=True, slots=True)
class SignatureFault:
    """A journal entry that is not signed as it must be."""

    seq: int
    action: str
    message: str


@dataclass(frozen=True, slots=True)
class SignatureCounts:
    """How many journal entries are signed, and how many were made before there were accounts and are not."""

    signed: int = 0
    unsigned: int = 0


def has_signatures(conn: sqlite3.Connection) -> bool:
    """Whether the schema of a store has signatures; that of an earlier program has none."""
    return conn.execute("SELECT 1 FROM sqlite_schema WHERE name = 'journal_signature'").fetchone() is not None


def count_signatures(conn: sqlite3.Connection) -> SignatureCounts:
    """Count the signed and unsigned entries of a store."""
    (entries,) = conn.execute("SELECT count(*) FROM journal").fetchone()
    if not has_signatures(conn):
        return SignatureCounts(0, entries)
    (signed,) = conn.execute("SELECT count(*) FROM journal_signature").fetchone()
    return SignatureCounts(signed, entries - signed)


def signature_faults(conn: sqlite3.Connection, newest: int | None = None) -> Iterator[SignatureFault]:
    """Entries without the signature that they must have: from the one that made the first account on, all.

    That one itself may be signed by the account it made, or not at all; and what the program itself took up of the
    policy files that it ships is signed by nobody. ``newest``: of so many entries the signatures are verified, the
    newest; that there is one is looked for in all.
    """
    if not has_signatures(conn):
        return
    accounts = _Accounts(conn)
    (last,) = conn.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()
    verified_from = 0 if newest is None else last - newest
    entries = conn.execute(
        "SELECT j.seq, j.action, j.actor, j.hash, s.account, s.signature FROM journal j"
        " LEFT JOIN journal_signature s USING (seq) WHERE j.seq >= ? OR s.seq IS NOT NULL ORDER BY j.seq",
        (last + 1 if accounts.first is None else accounts.first,),
    )
    for seq, action, actor, sealed, account, signature in entries:
        if account is None:
            wrong = "" if seq == accounts.first or _is_release(conn, seq) else "没有签名"
        elif seq <= verified_from:
            continue
        else:
            wrong = accounts.fault(seq, actor, sealed, account, signature)
        if wrong:
            yield SignatureFault(seq, str(action), wrong)
    lone = "SELECT seq FROM journal_signature WHERE seq NOT IN (SELECT seq FROM journal)"
    for (seq,) in conn.execute(lone):
        yield SignatureFault(seq, "", "只剩签名，没有变更本身")


def _is_release(conn: sqlite3.Connection, seq: int) -> bool:
    """Whether an entry did nothing but take up policy files that the program ships.

    A text that is none of these is replaced by the shipped one when the store is next opened.
    """
    rows = conn.execute("SELECT tbl, after FROM journal_row WHERE seq = ?", (seq,)).fetchall()
    return bool(rows) and all(table == SHIPPED and json.loads(after).get("shipped") == 1 for table, after in rows)


class _Accounts:
    """The accounts as the journal held them before each entry. Entries are asked about in order."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._changes = conn.execute(
            "SELECT seq, row_id, after FROM journal_row WHERE tbl = ? ORDER BY seq, n", (ACCOUNT,)
        ).fetchall()
        self.first: int | None = self._changes[0][0] if self._changes else None
        self._applied = 0
        self._rows: dict[str, dict[str, Any]] = {}

    def _advance(self, seq: int) -> None:
        """Bring the accounts to what they were before an entry; before the first, to what that one made."""
        until = seq + 1 if seq == self.first else seq
        while self._applied < len(self._changes) and self._changes[self._applied][0] < until:
            _, row_id, after = self._changes[self._applied]
            self._rows[row_id] = json.loads(after)
            self._applied += 1

    def fault(self, seq: int, actor: str, sealed: str, account: str, signature: Any) -> str:
        """What is wrong with the signature of an entry; "" where nothing is."""
        self._advance(seq)
        row = self._rows.get(account)
        if row is None:
            return "签名的账号当时不存在"
        if row.get("void") or row.get("state") != ACTIVE:
            return f"签名的账号“{row.get('name', '')}”当时已停用"
        if row.get("name") != actor:
            return f"由“{row.get('name', '')}”的账号签名，经办人却写的是“{actor}”"
        valid = isinstance(signature, bytes) and _is_valid(str(row.get("public_key", "")), seq, str(sealed), signature)
        return "" if valid else "签名与内容不符"


@lru_cache(REMEMBERED)
def _is_valid(public_key: str, seq: int, sealed: str, signature: bytes) -> bool:
    """Whether a signature is that of an entry. A window verifies the same ones again with each backup."""
    from cryptography.exceptions import InvalidSignature  # 24 ms that a store without accounts need not wait for

    try:
        _public_key(public_key).verify(signature, signed_message(seq, sealed))
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


@lru_cache(64)
def _public_key(hexadecimal: str) -> Any:
    """The key of an account. Raises ValueError for what is none."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(hexadecimal))
