"""A disk that keeps what was synced, and of the rest any part: in any order, torn at sectors, some of them garbage.

The statements that the program sends to SQLite are carried out once more through a file layer that notes every write,
sync, truncation and deletion. From these notes come images: what a disk may hold when the power fails at some point.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from tests.store.proof.nursery import ROOT

SECTOR = 512
Note = tuple[Any, ...]  # ("write", name, offset, bytes), ("sync", name), ("truncate", name, size), …


def recorded(store: Path, statements: Path, *pragmas: str) -> list[Note]:
    """Carry statements out on a store, in a process of its own: two SQLite libraries in one would share no locks."""
    notes = store.with_suffix(".notes")
    code = "import sys; from tests.store.proof.torn import _record; _record(*sys.argv[1:])"
    subprocess.run(
        [sys.executable, "-c", code, store, statements, notes, *pragmas],
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "PYTHONUTF8": "1"},
    )
    found: list[Note] = pickle.loads(notes.read_bytes())
    return found


def images(before: bytes, notes: Sequence[Note], wanted: int, chance: Random) -> Iterator[tuple[dict[str, bytes], int]]:
    """Images of the disk, each with the number of notes that had been made when the power failed."""
    disk = Disk(before)
    points = sorted(chance.randrange(len(notes)) for _ in range(wanted))
    done = 0
    for point in points:
        for note in notes[done:point]:
            disk.take(note)
        done = point
        yield disk.image(chance), point


class _File:
    """The bytes of a file that are durable, and what has been done to it since."""

    def __init__(self, durable: bytes = b"") -> None:
        self.durable = bytearray(durable)
        self.pending: list[Note] = []

    def sync(self) -> None:
        for note in self.pending:
            _apply(self.durable, note)
        self.pending = []

    def some(self, chance: Random) -> bytes:
        """The durable bytes with a part of what is pending: each write whole, not at all, or some of its sectors."""
        content = bytearray(self.durable)
        for note in self.pending:
            fate = chance.random()
            if fate < 0.3:
                continue
            if fate < 0.6 or note[0] == "truncate":
                _apply(content, note)
                continue
            _, name, offset, data = note
            for start in range(0, len(data), SECTOR):
                if chance.random() < 0.5:
                    sector = data[start : start + SECTOR]
                    garbled = chance.randbytes(len(sector)) if chance.random() < 0.05 else sector
                    _apply(content, ("write", name, offset + start, garbled))
        return bytes(content)


def _apply(content: bytearray, note: Note) -> None:
    if note[0] == "truncate":
        del content[note[2] :]
        return
    _, _, offset, data = note
    content.extend(bytes(max(offset - len(content), 0)))
    content[offset : offset + len(data)] = data


class Disk:
    """The store and its journal, as the file layer has been asked to keep them."""

    def __init__(self, store: bytes) -> None:
        self.files = {"store": _File(store)}
        self.named = dict(self.files)  # names that are durable

    def take(self, note: Note) -> None:
        what, name, *rest = note
        if what == "open":
            self.files.setdefault(name, _File())
        elif what in ("write", "truncate"):
            self.files[name].pending.append(note)
        elif what == "sync":
            self.files[name].sync()
            self.named[name] = self.files[name]  # SQLite syncs the folder of a new journal with it
        elif what == "delete":
            self.files.pop(name, None)
            if rest[0]:  # the folder was synced too
                self.named.pop(name, None)

    def image(self, chance: Random) -> dict[str, bytes]:
        """Files by name. A name that is not durable yet, or still is, is there or not."""
        names = {name: file for name, file in self.files.items() if name in self.named or chance.random() < 0.5}
        for name, file in self.named.items():
            if name not in self.files and chance.random() < 0.5:
                names[name] = file
        return {name: file.some(chance) for name, file in names.items()}


# ---- inside the recording process


def _record(store: str, statements: str, notes: str, *pragmas: str) -> None:
    import apsw

    made: list[Note] = []

    def name_of(path: str) -> str:
        return "journal" if path.endswith("-journal") else "store"

    class Layer(apsw.VFS):
        def __init__(self) -> None:
            super().__init__("noting", "")

        def xOpen(self, name: Any, flags: list[int]) -> File:
            return File(name, flags)

        def xDelete(self, path: str, syncdir: bool) -> None:
            super().xDelete(path, syncdir)
            made.append(("delete", name_of(path), syncdir))

    class File(apsw.VFSFile):
        def __init__(self, name: Any, flags: list[int]) -> None:
            path = name.filename() if isinstance(name, apsw.URIFilename) else name
            self.name = name_of(path or "")
            made.append(("open", self.name))
            super().__init__("", name, flags)

        def xWrite(self, data: bytes, offset: int) -> None:
            super().xWrite(data, offset)
            made.append(("write", self.name, offset, bytes(data)))

        def xTruncate(self, size: int) -> None:
            super().xTruncate(size)
            made.append(("truncate", self.name, size))

        def xSync(self, flags: int) -> None:
            super().xSync(flags)
            made.append(("sync", self.name))

    layer = Layer()
    conn = apsw.Connection(store, vfs="noting")
    del made[:]
    for text in pickle.loads(Path(statements).read_bytes()):
        if isinstance(text, tuple):
            made.append(text)
            continue
        for _ in conn.execute(text):
            pass
        if "synchronous" in text:
            for pragma in pragmas:
                conn.execute(f"PRAGMA {pragma}")
    conn.close()
    del layer
    Path(notes).write_bytes(pickle.dumps(made))
