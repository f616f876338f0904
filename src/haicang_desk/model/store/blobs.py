"""Originals (原件): the bytes of attached and issued files, stored once under their SHA-256 and never altered.

The journal holds a record ``Original`` for each, and the digests in the records that refer to it, so that no bit of
an original can change unnoticed. Undo takes back those records, never the bytes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from hashlib import sha256

from haicang_desk.model.records import Original
from haicang_desk.model.store.journal import Change
from haicang_desk.model.values import Refused


def save_blob(change: Change, data: bytes) -> str:
    """Store bytes within an open change, unless they are stored already; gives their SHA-256."""
    digest = sha256(data).hexdigest()
    if not has_blob(change.conn, digest):
        change.conn.execute("INSERT INTO original_bytes (digest, bytes) VALUES (?, ?)", (digest, data))
        change.save(Original(digest=digest, size=len(data)))
    return digest


def has_blob(conn: sqlite3.Connection, digest: str) -> bool:
    """Whether the bytes of this digest are in the store."""
    return conn.execute("SELECT 1 FROM original_bytes WHERE digest = ?", (digest,)).fetchone() is not None


def read_blob(conn: sqlite3.Connection, digest: str) -> bytes:
    """The bytes of this digest. Raises Refused where the store has none, or they were damaged."""
    row = conn.execute("SELECT bytes FROM original_bytes WHERE digest = ?", (digest,)).fetchone()
    if row is None:
        raise Refused("这份原件不在本台账里（只登记了文件名）。请找到原来的文件，重新添加")
    data: bytes = row[0]
    if sha256(data).hexdigest() != digest:
        raise Refused("这份原件已损坏，与登记时的校验码不符。请用“核验台账”查明，从备份恢复")
    return data


def damaged_blobs(conn: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """The digest of every original that is not as it was stored, and what is wrong with it."""
    noted = {row[0] for row in conn.execute("SELECT digest FROM original")}
    for digest, data in conn.execute("SELECT digest, bytes FROM original_bytes"):
        if digest not in noted:
            yield digest, "没有对应的登记"
        elif not isinstance(data, bytes) or sha256(data).hexdigest() != digest:
            yield digest, "内容与校验码不符"
        noted.discard(digest)
    for digest in sorted(noted):
        yield digest, "登记了，台账里没有内容"
