"""What no output file may replace: a store, a backup, what belongs to a store, and whatever is not a regular file."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from haicang_desk.model.values import NotWritten, cause

APPLICATION_ID = 0x48434453  # “HCDS”, in the header of our stores and backups: tells them from other SQLite files
COMPANIONS = ("-journal", "-wal", "-shm")  # what SQLite may have left beside a store
LOCK = "-lock"  # ending of the file by which a window or command holds a store
STORE_FOLDER = ".files"  # ending of the folder beside a store that holds its scans and issued papers

_SQLITE = b"SQLite format 3\0"
_MARK = slice(68, 72)  # where SQLite keeps the application id, big-endian
_JOURNALS = (b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")  # rollback journal, WAL

_open_stores: dict[tuple[int, int], Path] = {}  # by device and inode


def refuse_to_replace(path: Path) -> None:
    """The guard before every output file: what stands at ``path`` may be replaced, or nothing stands there.

    Raises NotWritten, saying what to do instead, for a store or a backup (also under another name: a hard link), what
    belongs to a store (SQLite's files, the lock, the folder of scans and all in it), a folder, a link, a device, a
    pipe, and whatever cannot be read to find out. Nothing is changed, and an open store is not opened a second time.
    """
    if (kept := _kept_as(path)) is not None:
        raise NotWritten(f"“{path}”{kept}")


def refuse_of_a_store(path: Path) -> None:
    """The guard before a new store or a restored one gets its name: the name belongs to no other store, and what stands
    there, if anything, is a file.

    Raises NotWritten. That a store or another file already has the name is for the caller to judge.
    """
    if (owner := _store_of(path)) is not None:
        raise NotWritten(f"“{path}”{_belongs_to(owner)}")
    if path.exists() and not path.is_file():
        raise NotWritten(f"“{path}”{_NO_FILE}")


def _belongs_to(owner: Path) -> str:
    return f"属于台账“{owner}”，没有写出，台账没有改动。请换一个文件名，或写到别的文件夹"


_NO_FILE = "不是普通文件（是设备或管道），没有写出。请换一个文件名"


def _kept_as(path: Path) -> str | None:
    """Why what stands at a path may not be replaced, and what to do; None where it may."""
    if (owner := _store_of(path)) is not None:
        return _belongs_to(owner)
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as wrong:
        return f"查不清是什么（{cause(wrong)}），没有写出。请换一个位置"
    if stat.S_ISDIR(found.st_mode):
        return f"是文件夹，没有写出。请写明文件名，如 {path / '台账.xlsx'}"
    if stat.S_ISLNK(found.st_mode):
        return "是一个链接，没有写出，它所指的文件没有改动。请写明实际的文件，或换一个文件名"
    if not stat.S_ISREG(found.st_mode):
        return _NO_FILE
    try:
        ours = _is_store(path, found)
    except OSError as wrong:
        return f"已有这个文件而读不出来（{cause(wrong)}），不能确定它不是台账，没有写出。请换一个文件名"
    return "是台账或台账的备份，没有写出，它没有改动。请换一个文件名" if ours else None


def _store_of(path: Path) -> Path | None:
    """The store that a path belongs to as one of its companions or as part of its folder; None where to none."""
    path = _absolute(path)
    for ending in (*COMPANIONS, LOCK):
        stem = path.name[: -len(ending)]
        if stem and path.name.lower().endswith(ending) and _stands_as_store(path.with_name(stem)):
            return path.with_name(stem)
    for folder in (path, *path.parents, *_real_parents(path)):
        if folder.suffix.lower() == STORE_FOLDER and (owner := _store_beside(folder)) is not None:
            return owner
    return None


def _real_parents(path: Path) -> tuple[Path, ...]:
    """The folders above a path with links followed."""
    try:
        real = path.parent.resolve()
    except OSError:
        return ()
    return (real, *real.parents)


def _store_beside(folder: Path) -> Path | None:
    """The store that a folder ``<stem>.files`` belongs to: a store of that stem beside it."""
    with suppress(OSError):
        for beside in folder.parent.iterdir():
            if beside.stem == folder.stem and beside != folder and _stands_as_store(beside):
                return beside
    return None


def _stands_as_store(path: Path) -> bool:
    try:
        found = path.stat()
        return stat.S_ISREG(found.st_mode) and _is_store(path, found)
    except OSError:
        return False


def _is_store(path: Path, found: os.stat_result) -> bool:
    """Whether a regular file is a store, a backup, or what SQLite left of one. Raises OSError.

    A store that this process has open is known by its inode: closing a second handle of it would drop the locks that
    SQLite holds (POSIX advisory locks).
    """
    opened = _open_stores.get((found.st_dev, found.st_ino))
    with suppress(OSError):
        if opened is not None and os.path.samestat(opened.stat(), found):
            return True
    with path.open("rb") as file:
        head = file.read(_MARK.stop)
    if head.startswith(_SQLITE):
        return head[_MARK] == APPLICATION_ID.to_bytes(4, "big")
    return head.startswith(_JOURNALS)


def note_open_store(path: Path) -> None:
    """Remember that this process has a store open, for ``refuse_to_replace``."""
    with suppress(OSError):
        found = path.stat()
        _open_stores[found.st_dev, found.st_ino] = _absolute(path)


def _absolute(path: Path) -> Path:
    """The path from the root, without ``..``; links are not followed."""
    return Path(os.path.normpath(path.absolute()))
