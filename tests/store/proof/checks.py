"""What must hold of a store and its folder after anything that was done to them."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

from haicang_desk.model.records import Attachment, Disbursement, Issue, Refund
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import verify
from tests.store.proof.deeds import head
from tests.store.proof.nursery import data_beside
from tests.test_old_stores import unpacked

ROOT = Path(__file__).parents[3]
BOOK = ROOT / "tests" / "data" / "莞城街道2023首批.xlsx"


def hold(path: Path, acknowledged: Sequence[str] = (), *, most_more: int = 1, whole: bool = True) -> str:
    """Open a store to write it, as after a crash, and hold it against what was acknowledged; gives its head.

    Every acknowledged change must be there with its hash and at most ``most_more`` others after the last; chain,
    rows, files and sums must verify, and balances must be the sums of the records. Without ``whole`` the content is
    left to a later look: damage stays.
    """
    with patch.dict(os.environ, XDG_DATA_HOME=str(data_beside(path.parent))), Workspace.open(path) as ws:
        assert ws.read_only == "", "nothing bars writing: a crash is not taken for an older store"
        entries = [f"{seq} {digest}" for seq, digest in ws.conn.execute("SELECT seq, hash FROM journal ORDER BY seq")]
        lost = set(acknowledged) - set(entries)
        assert not lost, f"{len(lost)} acknowledged changes are lost, the first is {min(lost)}"
        if acknowledged:
            assert len(entries) <= int(acknowledged[-1].split()[0]) + most_more
        if whole:
            assert (found := verify(ws.conn)) == (), found
            hold_balances(ws)
        return head(ws)


def hold_balances(ws: Workspace) -> None:
    """Money is neither made nor lost: balances are the sums of the records, the street's those of its villages."""
    paid = sum(each.amount.fen for each in ws.all(Disbursement)) - sum(each.amount.fen for each in ws.all(Refund))
    registers = [ws.register(year) for year in ws.years()]
    assert sum(each.street.disbursed.fen for each in registers) == paid
    for each in registers:
        assert each.street.special.fen == sum(village.special.fen for village in each.villages.values())


def originals(path: Path) -> dict[str, str]:
    """The digest of what is read under each digest; the store and its files must verify."""
    with patch.dict(os.environ, XDG_DATA_HOME=str(data_beside(path.parent))), Workspace.open(path) as ws:
        assert verify(ws.conn, sums=False) == ()
        named = {each.digest for record in (Attachment, Issue) for each in ws.all(record) if each.digest}
        digests = {digest for (digest,) in ws.conn.execute("SELECT DISTINCT digest FROM original")}
        assert named <= digests
        return {digest: sha256(ws.read_blob(digest)).hexdigest() for digest in digests}


def hold_files(folder: Path) -> None:
    """Every workbook and PDF with a final name is whole."""
    for path in folder.rglob("*"):
        if not path.is_file() or path.name.startswith("."):
            continue
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                assert book.testzip() is None, path
        elif path.suffix == ".pdf":
            data = path.read_bytes()
            assert data.startswith(b"%PDF") and data.rstrip().endswith(b"%%EOF"), path


def copied(folder: Path, to: Path) -> Path:
    """A fresh copy of a folder, in the place of what was there."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(folder, to)
    return to


def old_store(folder: Path) -> Path:
    """A store of an earlier program, which opening upgrades."""
    return unpacked("schema-4", folder)


def counts(path: Path) -> dict[str, int]:
    """How many records of each kind a store holds, void ones too."""
    from haicang_desk.model.store.mapping import TABLES

    with closing(Workspace.read(path)) as ws:
        return {table: ws.conn.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in TABLES}
