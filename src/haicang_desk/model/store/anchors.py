"""Anchors: a store is compared with what lies outside its file, so that a journal written anew as a whole is found.

Its own chain proves that nothing was changed in part. Who can write the file can also compute the chain anew, cut off
its end or put an older file in its place. What then no longer agrees: the head that this computer saw last, the heads
of the backups, and the papers that went out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from haicang_desk.model.records import Prose, Restoration
from haicang_desk.model.store.automatic_backups import backup_folder, backups_in
from haicang_desk.model.store.backup import open_backup
from haicang_desk.model.store.mapping import read_records
from haicang_desk.model.store.seen_heads import (
    NOTHING,
    Elsewhere,
    Head,
    Jump,
    SeenHeads,
    first_hash,
    holds,
    last_head,
    made_elsewhere,
    note_jump,
    papers_out,
    read_others,
    read_seen,
)
from haicang_desk.model.store.signatures import SignatureCounts, count_signatures, has_signatures
from haicang_desk.model.values import DeskError

SEEN, BACKUPS, PAPERS = "本机上次所见", "备份", "印出的文书"


@dataclass(frozen=True, slots=True)
class BrokenAnchor:
    """Something outside the file that the store does not agree with: which anchor, and what is."""

    anchor: str
    message: str

    def __str__(self) -> str:
        return f"{self.anchor}：{self.message}"


@dataclass(frozen=True, slots=True)
class AnchorReport:
    """How a store agrees with its anchors: its head, what it was compared with, and what does not agree."""

    head: Head
    signatures: SignatureCounts
    seen: Head | None = None  # None: nothing is known on this computer
    backups: int = 0
    papers: int = 0
    restorations: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what is told and no damage: changes made elsewhere, a newer copy that was seen
    broken: tuple[BrokenAnchor, ...] = ()

    def text(self) -> str:
        """In a sentence: the head, and with what it agrees."""
        compared = ["本机上次所见"] if self.seen is not None else []
        compared += [f"{self.backups} 份备份"] if self.backups else []
        compared += [f"{self.papers} 份印出的文书"] if self.papers else []
        head = f"第 {self.head.seq} 次变更，存证码 {self.head.code}"
        if self.broken:
            return f"{head}；与台账文件之外的记录有 {len(self.broken)} 处不符"
        return f"{head}；与{'、'.join(compared)}相符" if compared else f"{head}；本机没有可以对照的记录"

    def as_json(self) -> dict[str, Any]:
        """The value of ``anchors`` in ``verify --json``."""
        return {
            "head": {"seq": self.head.seq, "hash": self.head.hash, "code": self.head.code},
            "signed": self.signatures.signed,
            "unsigned": self.signatures.unsigned,
            "seen": None if self.seen is None else {"seq": self.seen.seq, "code": self.seen.code},
            "backups": self.backups,
            "papers": self.papers,
            "restorations": list(self.restorations),
            "notes": list(self.notes),
            "intact": not self.broken,
            "broken": [{"anchor": each.anchor, "message": each.message} for each in self.broken],
        }


def remembered(conn: sqlite3.Connection, store: Path) -> SeenHeads | None:
    """What this computer remembers of a store; under its former path where it was moved. Raises sqlite3.Error."""
    if (known := read_seen(store)) is not None:
        return known
    others = read_others(store, first_hash(conn))
    return next((seen for seen in others if holds(conn, seen.last) and not Path(seen.store).exists()), None)


def compare_with_seen(conn: sqlite3.Connection, seen: SeenHeads | None) -> BrokenAnchor | None:
    """The head that was seen last must be in the store, unless it was left by a lawful restore. Raises sqlite3.Error.

    Lawful is one that this computer made, or one that the journal names and that is signed.
    """
    if seen is None or _is_explained(conn, seen):
        return None
    head, last = last_head(conn), seen.last
    if first_hash(conn) != seen.first:
        return BrokenAnchor(SEEN, f"这个位置上原来是另一本台账（{last}）；现在这本到{head}为止")
    common = _last_common(conn, seen)
    missing = f"这本台账比本机上次看到的要旧或不同：上次看到{last}，"
    if head.seq < last.seq:
        since = f"缺 {last.seq - head.seq} 次变更"
        return BrokenAnchor(SEEN, f"{missing}现在只到{head}，{since}{_from(common, head)}")
    return BrokenAnchor(SEEN, f"{missing}现在的第 {last.seq} 次变更不是那一次{_from(common, head)}")


def _from(common: Head, head: Head) -> str:
    if common.seq and common.seq < head.seq:
        return f"；两者相同的部分至少到{common}"
    return ""


def _is_explained(conn: sqlite3.Connection, seen: SeenHeads) -> bool:
    if first_hash(conn) == seen.first and holds(conn, seen.last):
        return True
    if seen.pending is not None:
        return last_head(conn)[:2] == seen.pending.kept[:2]
    return any(each.left_head == seen.last.hash for each in _signed_restorations(conn))


def _signed_restorations(conn: sqlite3.Connection) -> list[Restoration]:
    """The restores that the journal names in a signed entry; the signatures are verified with the store."""
    if not has_signatures(conn):
        return []
    signed = "id IN (SELECT row_id FROM journal_row JOIN journal_signature USING (seq) WHERE tbl = 'restoration')"
    return list(read_records(conn, Restoration, signed))


def _last_common(conn: sqlite3.Connection, seen: SeenHeads) -> Head:
    """The newest of the heads seen that the store holds."""
    if first_hash(conn) != seen.first:
        return NOTHING
    return next((head for head in reversed(seen.seen) if holds(conn, head)), NOTHING)


def backup_heads(folders: Iterable[Path]) -> list[tuple[datetime, Path, Head]]:
    """The heads of the backups in these folders: the last journal row of each that can be read."""
    found = []
    for folder in folders:
        for moment, path in backups_in(folder):
            try:
                with closing(open_backup(path)) as conn:
                    found.append((moment, path, last_head(conn)))
            except (DeskError, sqlite3.Error, OSError, ValueError):
                continue
    return found


def _own_folder(store: Path) -> list[Path]:
    """The folder of a store's automatic backups; none where the data folder can't be reached."""
    try:
        return [backup_folder(store)]
    except OSError:
        return []


def report_on_anchors(conn: sqlite3.Connection, store: Path, folders: Sequence[Path] = ()) -> AnchorReport:
    """Compare a store with everything outside its file: what this computer saw, its backups, the papers that went out.

    ``folders``: further ones of backups. Raises sqlite3.Error where the journal can't be read.
    """
    seen = remembered(conn, store)
    broken = [wrong] if (wrong := compare_with_seen(conn, seen)) is not None else []
    lawful = [jump for jump in seen.jumps if holds(conn, jump.kept)] if seen is not None else []
    backups = backup_heads((*_own_folder(store), *folders))
    broken += [
        BrokenAnchor(BACKUPS, f"“{path.name}”里的{head}不在这本台账里")
        for moment, path, head in backups
        if not holds(conn, head) and not any(_is_given_up(moment, head, jump) for jump in lawful)
    ]
    papers = papers_out(store)
    broken += [
        BrokenAnchor(PAPERS, f"{paper}，印出时的{paper.head}不在这本台账里")
        for paper in papers
        if not holds(conn, paper.head)
    ]
    return AnchorReport(
        last_head(conn),
        count_signatures(conn),
        None if seen is None else seen.last,
        len(backups),
        len(papers),
        tuple(_restoration_line(each) for each in restorations(conn)),
        tuple(_notes(conn, store, seen)),
        tuple(broken),
    )


def _notes(conn: sqlite3.Connection, store: Path, seen: SeenHeads | None) -> Iterator[str]:
    for changes in made_elsewhere(conn, seen) if seen is not None else ():
        yield _elsewhere_line(conn, changes)
    for other in read_others(store, first_hash(conn)):
        if other.last.seq > last_head(conn).seq:
            yield f"本机在“{other.store}”见过这本台账的{other.last}，这个文件里没有"


def _elsewhere_line(conn: sqlite3.Connection, changes: Elsewhere) -> str:
    row = conn.execute("SELECT at, actor, action FROM journal WHERE seq = ?", (changes.first,)).fetchone()
    number = changes.last - changes.first + 1
    which = f"第 {changes.first} 次变更" if number == 1 else f"第 {changes.first} 至 {changes.last} 次变更"
    if row is None:
        return f"{which}不是在本机登记的"
    return f"{which}不是在本机登记的，{'是' if number == 1 else '最早一次'} {row[0][:10]} {row[1]}“{row[2]}”"


def _is_given_up(moment: datetime, head: Head, jump: Jump) -> bool:
    """Whether a backup holds changes that a restore gave up: of those numbers, and made before it."""
    numbered = jump.other or jump.kept.seq < head.seq <= jump.left.seq
    return numbered and moment.isoformat(timespec="seconds") <= jump.at


def restorations(conn: sqlite3.Connection) -> list[Restoration]:
    """The restores that the journal names, the earliest first; an earlier schema has none."""
    return list(read_records(conn, Restoration)) if has_signatures(conn) else []


def _restoration_line(each: Restoration) -> str:
    given_up = f"放弃第 {each.kept_seq + 1} 至 {each.left_seq} 次变更"
    return f"{each.restored_on} {each.handler} 恢复到第 {each.kept_seq} 次变更，{given_up}：{each.reason or '未写理由'}"


# ---- lawful steps back


def confirmed_jump(conn: sqlite3.Connection, store: Path, *, at: datetime, handler: str, reason: str) -> SeenHeads:
    """Remember that somebody confirmed a store that lacks what was seen of it; gives what is known, the step pending.

    What is given up begins after the newest change that both are known to have in common.
    """
    seen = remembered(conn, store)
    assert seen is not None
    known = [*seen.seen, *(paper.head for paper in papers_out(store))]
    known += [head for _, _, head in backup_heads(_own_folder(store))]
    other = first_hash(conn) != seen.first
    common = NOTHING if other else _newest(head for head in known if holds(conn, head))
    left = _newest(head for head in known if not holds(conn, head))
    jump = Jump(left, _whole(conn, common), at.isoformat(timespec="seconds"), "", handler, reason, other)
    return note_jump(store, seen, jump)


def _newest(heads: Iterable[Head]) -> Head:
    return max(heads, key=lambda head: head.seq, default=NOTHING)


def _whole(conn: sqlite3.Connection, head: Head) -> Head:
    """The same change as the store has it: of a paper only the beginning of the hash is known."""
    row = conn.execute("SELECT seq, hash, at FROM journal WHERE seq = ?", (head.seq,)).fetchone()
    return Head(*row) if row else NOTHING


def restoration_of(jump: Jump) -> Restoration:
    """The record that the journal is to hold of a step back."""
    return Restoration(
        restored_on=datetime.fromisoformat(jump.at).date(),
        left_seq=jump.left.seq,
        left_head=jump.left.hash,
        kept_seq=jump.kept.seq,
        kept_head=jump.kept.hash,
        backup=jump.backup[:200],
        handler=jump.handler[:40],
        reason=Prose(jump.reason[:500]),
    )
