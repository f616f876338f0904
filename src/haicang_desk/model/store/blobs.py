"""Originals (原件): the bytes of what was attached or issued, kept in the store under their SHA-256, never altered.

That they were kept stands in the journal like every row (record ``Original``); a digest in another record is sealed
there too, so that no bit of an original can change unnoticed. Undo takes back the record, never the bytes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from hashlib import sha256

from haicang_desk.model.records import Original
from haicang_desk.model.store.journal import Change
from haicang_desk.model.values import Refused


def save_blob(change: Change, data: bytes) -> str:
    """Keep these bytes within an open change, once however often they come; gives their digest."""
    digest = sha256(data).hexdigest()
    held = change.conn.execute("SELECT 1 FROM original_bytes WHERE digest = ?", (digest,)).fetchone()
    if held is None:
        change.conn.execute("INSERT INTO original_bytes (digest, bytes) VALUES (?, ?)", (digest, data))
        change.save(Original(digest=digest, size=len(data)))
    return digest


def has_blob(conn: sqlite3.Connection, digest: str) -> bool:
    return conn.execute("SELECT 1 FROM original_bytes WHERE digest = ?", (digest,)).fetchone() is not None


def read_blob(conn: sqlite3.Connection, digest: str) -> bytes:
    """The bytes as they were kept. Raises Refused where this store has none of that digest, or they were damaged."""
    row = conn.execute("SELECT bytes FROM original_bytes WHERE digest = ?", (digest,)).fetchone()
    if row is None:
        raise Refused("这份原件不在本台账里（只登记了文件名）。请找到原来的文件，重新添加")
    data: bytes = row[0]
    if sha256(data).hexdigest() != digest:
        raise Refused("这份原件已损坏，与登记时的校验码不符。请用“核验台账”查明，从备份恢复")
    return data


def damaged_blobs(conn: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """The digest of every original that is not as it was kept, and what is wrong with it."""
    noted = {row[0] for row in conn.execute("SELECT digest FROM original")}
    for digest, data in conn.execute("SELECT digest, bytes FROM original_bytes"):
        if digest not in noted:
            yield digest, "没有对应的登记"
        elif not isinstance(data, bytes) or sha256(data).hexdigest() != digest:
            yield digest, "内容与校验码不符"
        noted.discard(digest)
    for digest in sorted(noted):
        yield digest, "登记了，台账里没有内容"
