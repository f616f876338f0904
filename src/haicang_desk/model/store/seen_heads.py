"""What this computer remembers of a store outside its file: the heads last seen, lawful restores, papers that went out.

The files lie in the data folder, one pair for each path of a store. The first holds the last change (the head) that was
seen of it on each of the last days; the second, to which lines are only added, every paper that left the office, with
the change by which it was issued. Neither is needed to open a store: one that is missing or damaged means that nothing
is known.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from haicang_desk.model.values import NotWritten
from haicang_desk.paths import anchors_folder
from haicang_desk.platform import make_private_folder, new_private_file, rename, sync_file, write_atomically

SHORT = 16  # hexadecimal digits of a hash that are printed as 存证码
DAYS_SEEN, RESTORES_KEPT, MOST_ELSEWHERE = 40, 40, 100
MOST_BYTES = 1 << 20  # of the file of heads; a larger one is none of ours


class Head(NamedTuple):
    """A change of the journal as it was seen: its number, its hash, and its time as the journal has it."""

    seq: int
    hash: str
    at: str = ""

    @property
    def code(self) -> str:
        """Its 存证码 as it is printed."""
        return self.hash[:SHORT]

    def __str__(self) -> str:
        when = f"（{self.at.replace('T', ' ')[:16]}）" if self.at else ""
        return f"第 {self.seq} 次变更{when}" if self.seq else "建立台账之前"


NOTHING = Head(0, "")


@dataclass(frozen=True, slots=True)
class Jump:
    """A lawful step back: of a store whose head was ``left``, the state at ``kept`` was restored."""

    left: Head
    kept: Head
    at: str  # of the restore, by the clock
    backup: str = ""
    handler: str = ""
    reason: str = ""
    other: bool = False  # what was restored is another ledger


class Elsewhere(NamedTuple):
    """Changes that are in a store and were not made by this computer, by number."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class SeenHeads:
    """What was seen of the store at one path. ``pending``: a restore that its journal does not hold yet.

    ``writing``: the store is being written, or was when the program was killed: it may hold more than was seen.
    """

    first: str  # the hash of the first change, which every copy of a ledger has
    seen: tuple[Head, ...]  # the last of each day, the newest last; never empty
    store: str = ""
    jumps: tuple[Jump, ...] = ()
    pending: Jump | None = None
    writing: bool = False
    elsewhere: tuple[Elsewhere, ...] = ()

    @property
    def last(self) -> Head:
        """The newest head that was seen."""
        return self.seen[-1]

    def with_head(self, head: Head) -> SeenHeads:
        """The same with a newer head, which takes the place of an earlier one of its day."""
        earlier = [each for each in self.seen if each.at[:10] != head.at[:10] and each.seq < head.seq]
        return replace(self, seen=(*earlier, head)[-DAYS_SEEN:])


def last_head(conn: sqlite3.Connection) -> Head:
    """The last change of a store. Raises sqlite3.Error."""
    row = conn.execute("SELECT seq, hash, at FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    return Head(*row) if row else NOTHING


def first_hash(conn: sqlite3.Connection) -> str:
    """The hash of the first change of a store: what all copies of one ledger have in common. Raises sqlite3.Error."""
    row = conn.execute("SELECT hash FROM journal ORDER BY seq LIMIT 1").fetchone()
    return str(row[0]) if row else ""


def holds(conn: sqlite3.Connection, head: Head) -> bool:
    """Whether a store holds a change that was seen; its hash may be given in part. Raises sqlite3.Error."""
    row = conn.execute("SELECT hash FROM journal WHERE seq = ?", (head.seq,)).fetchone()
    return head.seq == 0 or (row is not None and bool(head.hash) and str(row[0]).startswith(head.hash))


def head_line(conn: sqlite3.Connection) -> str:
    """The head of a store for people, to be written down elsewhere: 第 123 次变更，存证码 3f9a1c72d0b4e586."""
    head = last_head(conn)
    return f"第 {head.seq} 次变更，存证码 {head.code}"


# ---- the file of heads


def read_seen(store: Path) -> SeenHeads | None:
    """What is remembered of the store at a path; None where nothing is, or it can't be read."""
    return _read(_file_of(store, ".json"))


def read_others(store: Path, first: str) -> list[SeenHeads]:
    """What is remembered of the same ledger at other paths, the newest head first."""
    found: list[SeenHeads] = []
    with suppress(OSError):
        for path in anchors_folder().glob("*.json"):
            if path != _file_of(store, ".json") and (seen := _read(path)) is not None and seen.first == first:
                found.append(seen)
    return sorted(found, key=lambda seen: seen.last.seq, reverse=True)


def write_seen(store: Path, seen: SeenHeads) -> bool:
    """Keep what is known of a store; whether that could be done. It is a help, for want of which no work stops."""
    document = json.dumps(_as_json(replace(seen, store=str(_real(store)))), ensure_ascii=False, indent=1)
    try:
        make_private_folder(anchors_folder())
        write_atomically(_file_of(store, ".json"), document.encode())
    except (NotWritten, OSError, UnicodeEncodeError):
        return False
    return True


def begin_writing(conn: sqlite3.Connection, store: Path, seen: SeenHeads | None) -> SeenHeads | None:
    """Remember the head of a store that is opened to be written and holds what was seen of it; gives what is known.

    Changes since the last time that this computer closed it were made elsewhere.
    """
    head = last_head(conn)
    if not head.seq:
        return None
    known = seen or SeenHeads(first_hash(conn), (head,))
    known = replace(known.with_head(head), writing=True, elsewhere=made_elsewhere(conn, known))
    write_seen(store, known)
    return known


def made_elsewhere(conn: sqlite3.Connection, known: SeenHeads) -> tuple[Elsewhere, ...]:
    """The changes of a store that this computer did not make, as far as it was closed in between."""
    head = last_head(conn)
    if known.writing or head.seq <= known.last.seq or not holds(conn, known.last):
        return known.elsewhere
    return (*known.elsewhere, Elsewhere(known.last.seq + 1, head.seq))[-MOST_ELSEWHERE:]


def keep_seen(conn: sqlite3.Connection, store: Path, known: SeenHeads, *, writing: bool) -> SeenHeads:
    """Remember the head of a store that this computer has written, or closes; gives what is known now."""
    now = replace(known.with_head(last_head(conn)), writing=writing)
    if now != known:
        write_seen(store, now)
    return now


def note_restore(store: Path, restored: sqlite3.Connection, before: Head, jump: Jump) -> None:
    """Remember a restore that is about to be made; the journal is told when the store is next written.

    ``before`` is the head of the store that is replaced by ``restored``. Nothing is noted where no change is given up.
    """
    known, kept, first = read_seen(store), last_head(restored), first_hash(restored)
    left = max((before, known.last if known else NOTHING), key=lambda head: head.seq)
    if holds(restored, left):
        return
    other = known is not None and known.first != first
    note_jump(store, known or SeenHeads(first, (left,)), replace(jump, left=left, kept=kept, other=other))


def note_jump(store: Path, known: SeenHeads, jump: Jump) -> SeenHeads:
    """Remember a step back that the journal does not hold yet. Papers printed after ``kept`` are given up."""
    noted = replace(known, jumps=(*known.jumps, jump)[-RESTORES_KEPT:], pending=jump)
    write_seen(store, noted)
    _append(store, [f"{jump.at[:10]}\t{_BACK}\t{0 if jump.other else jump.kept.seq}"])
    return noted


def settle(conn: sqlite3.Connection, store: Path, known: SeenHeads, jump: Jump) -> SeenHeads:
    """Remember that the journal now holds a step back that was pending, and begin anew from its head."""
    kept = 0 if jump.other else jump.kept.seq
    elsewhere = tuple(each for each in known.elsewhere if each.last <= kept)
    settled = replace(known, first=first_hash(conn), seen=(last_head(conn),), pending=None, elsewhere=elsewhere)
    write_seen(store, settled)
    return settled


def begin_anew(store: Path) -> None:
    """Set aside what is remembered of a path at which a new ledger begins."""
    for ending in (".json", ".txt"):
        path, number = _file_of(store, ending), 1
        with suppress(OSError):
            while (aside := path.with_name(f"{path.name}.{number}.old")).exists():
                number += 1
            rename(path, aside)


def _real(store: Path) -> Path:
    try:
        return store.resolve()
    except OSError:
        return store.absolute()


def _file_of(store: Path, ending: str) -> Path:
    real = _real(store)
    return (
        anchors_folder() / f"{real.stem}-{sha256(str(real).encode(errors='surrogateescape')).hexdigest()[:8]}{ending}"
    )


def _read(path: Path) -> SeenHeads | None:
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        return _of_json(json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _as_json(seen: SeenHeads) -> dict[str, Any]:
    return {
        "store": seen.store,
        "first": seen.first,
        "seen": [list(head) for head in seen.seen],
        "jumps": [_jump_json(jump) for jump in seen.jumps],
        "pending": None if seen.pending is None else _jump_json(seen.pending),
        "writing": seen.writing,
        "elsewhere": [list(each) for each in seen.elsewhere],
    }


def _jump_json(jump: Jump) -> dict[str, Any]:
    named = {"at": jump.at, "backup": jump.backup, "handler": jump.handler, "reason": jump.reason}
    return {"left": list(jump.left), "kept": list(jump.kept), "other": jump.other, **named}


def _of_json(document: dict[str, Any]) -> SeenHeads | None:
    """Raises an error of any kind for what is not as it was written."""
    seen = tuple(_head(each) for each in document["seen"])
    jumps = tuple(_jump(each) for each in document["jumps"])
    pending = None if document["pending"] is None else _jump(document["pending"])
    elsewhere = tuple(Elsewhere(int(first), int(last)) for first, last in document["elsewhere"])
    if not seen:
        return None
    first, store, writing = str(document["first"]), str(document["store"]), document["writing"] is True
    return SeenHeads(first, seen, store, jumps, pending, writing, elsewhere)


def _head(cells: Any) -> Head:
    seq, sealed, at = cells
    if not isinstance(seq, int) or not 0 <= seq < 2**63 or not (isinstance(sealed, str) and isinstance(at, str)):
        raise ValueError(cells)
    return Head(seq, sealed, at)


def _jump(document: dict[str, Any]) -> Jump:
    named = {name: str(document[name]) for name in ("at", "backup", "handler", "reason")}
    return Jump(_head(document["left"]), _head(document["kept"]), **named, other=document["other"] is True)


# ---- the file of papers that went out


@dataclass(frozen=True, slots=True)
class PaperReceipt:
    """A paper that left the office: by which change, with which 存证码 printed on it, and the SHA-256 of its file."""

    day: str
    head: Head  # the change that issued it; of a paper that is not issued, the last one before it was printed
    code: str
    name: str
    digest: str = ""

    def __str__(self) -> str:
        return f"{self.day} 印出的《{self.name}》（存证码 {self.code or '无'}）"


_BACK = "恢复"  # a line that says: what follows was printed after a restore
_HEADING = "# 印出登记，只增不改：日期、第几次变更、那次变更的存证码、纸面存证码、原件校验码、文书"
_LINE = re.compile(r"(\d{4}-\d\d-\d\d)\t(\d{1,18})\t([0-9a-f]{16})\t([0-9a-f]*)\t([0-9a-f]*)\t([^\t]*)")
_BACK_LINE = re.compile(rf"\d{{4}}-\d\d-\d\d\t{_BACK}\t(\d{{1,18}})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def note_papers(store: Path, papers: Iterable[PaperReceipt]) -> None:
    """Add papers to the list of what went out."""
    _append(
        store,
        [
            "\t".join(
                (p.day, str(p.head.seq), p.head.code, p.code, p.digest[:SHORT], _CONTROL.sub(" ", p.name).strip())
            )
            for p in papers
        ],
    )


def receipts_file(store: Path) -> Path:
    """The file that lists the papers of a store that went out; it need not exist."""
    return _file_of(store, ".txt")


def papers_out(store: Path) -> list[PaperReceipt]:
    """The papers that went out and were not given up by a restore, in the order that they were printed."""
    found: list[PaperReceipt] = []
    for line in _lines(_file_of(store, ".txt")):
        if back := _BACK_LINE.fullmatch(line):
            found = [paper for paper in found if paper.head.seq <= int(back[1])]
        elif read := _LINE.fullmatch(line):
            day, seq, sealed, code, digest, name = read.groups()
            found.append(PaperReceipt(day, Head(int(seq), sealed), code, name, digest))
    return found


def codes_in(text: str) -> list[str]:
    """The codes in a list that somebody typed from paper, one on a line; or in a list of papers that went out."""
    codes = []
    for line in text.splitlines():
        if receipt := _LINE.fullmatch(line.strip()):
            codes += [receipt[4]] if receipt[4] else []
        elif _TYPED.fullmatch(bare := re.sub(r"[\s\-—·]", "", line)):
            codes.append(bare)
        else:
            codes += _PRINTED.findall(line)
    return list(dict.fromkeys(code.lower() for code in codes))


_TYPED = re.compile(r"[0-9a-fA-F]{8,64}")
_PRINTED = re.compile(rf"(?<![0-9a-zA-Z])[0-9a-fA-F]{{{SHORT},64}}(?![0-9a-zA-Z])")


def _lines(path: Path) -> Iterator[str]:
    with suppress(OSError), path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        for line in file:
            yield line.rstrip("\r\n")


def _append(store: Path, lines: list[str]) -> None:
    """Add lines durably. One that a killed process left unfinished is ended first."""
    if not lines:
        return
    path = _file_of(store, ".txt")
    with suppress(OSError):
        make_private_folder(path.parent)
        with suppress(FileExistsError):
            new_private_file(path)
        with path.open("ab") as file:
            begun = f"{_HEADING}\n" if file.tell() == 0 else "" if _ends_a_line(path) else "\n"
            text = begun + "".join(f"{line}\n" for line in lines)
            file.write(text.encode(errors="replace"))
        sync_file(path)


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
