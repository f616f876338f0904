"""What differs between operating systems and disks: files written whole or not at all, what no output may replace, and
folders made and synced."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from uuid import uuid4

from haicang_desk.model.values import NotWritten, cause

# The names of files and folders that are still being written, with what SQLite may have left beside them, and the
# names that backups had before.
_PARTIAL = re.compile(r"\.([0-9a-f]{32}\.part|.+\.\d+\.partial)(-journal|-wal|-shm|-lock)?")
ABANDONED = timedelta(hours=1)  # since its last byte: nobody writes it any more
APPLICATION_ID = 0x48434453  # “HCDS”, in the header of our stores and backups: tells them from other SQLite files
COMPANIONS = ("-journal", "-wal", "-shm")  # what SQLite may have left beside a store
LOCK = "-lock"  # ending of the file by which a window or command holds a store
STORE_FOLDER = ".files"  # ending of the folder beside a store that holds its scans and issued papers

_SQLITE = b"SQLite format 3\0"
_MARK = slice(68, 72)  # where SQLite keeps the application id, big-endian
_JOURNALS = (b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")  # rollback journal, WAL

_open_stores: dict[tuple[int, int], Path] = {}  # by device and inode
_swept: set[Path] = set()  # folders that this process has swept


# ---- what no output may replace


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


# ---- writing


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file whole, making its folder if need be; a reader sees the old file or the new one, never a part.

    Raises NotWritten, also for what ``refuse_to_replace`` refuses; then the old file is as it was, and nothing is left
    beside it.
    """
    refuse_to_replace(path)
    make_folder(path.parent, wanted=path)
    try:
        with replacement(path) as partial:
            partial.write_bytes(data)
    except OSError as wrong:
        raise NotWritten(_not_written(path, wrong)) from wrong


@contextmanager
def atomic_path(out: Path) -> Iterator[Path]:
    """Give a path to write to; when the block ends, that file is synced and renamed to ``out``.

    The folder must exist. Raises NotWritten, also for what ``refuse_to_replace`` refuses and for an OSError of the
    block; then the old file is as it was, and nothing is left beside it.
    """
    refuse_to_replace(out)
    if not out.parent.is_dir():
        raise NotWritten(f"文件夹“{out.parent}”不存在，没有写出。请先建立文件夹，或换一个位置")
    try:
        with replacement(out) as partial:
            yield partial
    except OSError as wrong:
        raise NotWritten(
            f"“{out}”没有写出（{cause(wrong)}），原有文件没有改动。请关闭正在打开它的程序，核对磁盘空间和权限再试"
        ) from wrong


@contextmanager
def replacement(path: Path) -> Iterator[Path]:
    """Give the path of a partial file beside ``path``, which is then synced and renamed over it. Raises OSError.

    Without the guard: for a store's own files alone. The first file that a process writes into a folder sweeps it of
    what killed ones left there half written.
    """
    partial, folder = partial_beside(path), _absolute(path.parent)
    if folder not in _swept:
        _swept.add(folder)
        sweep_partials(folder, at=datetime.now().astimezone().replace(tzinfo=None))
    try:
        yield partial
        with partial.open("rb+") as written:
            os.fsync(written.fileno())
        partial.replace(path)
    finally:
        with suppress(OSError):  # on Windows a virus scanner may hold it; the first error is the one to report
            partial.unlink(missing_ok=True)


def partial_beside(path: Path) -> Path:
    """A new name beside ``path`` for what is still being written; ``sweep_partials`` removes what was left there."""
    return path.with_name(f".{uuid4().hex}.part")


def sweep_partials(folder: Path, *, at: datetime) -> None:
    """Remove what a killed command left half written in a folder: of our names, and untouched for an hour before
    ``at``. What can't be removed stays.
    """
    with suppress(OSError):
        for path in [path for path in folder.iterdir() if _PARTIAL.fullmatch(path.name)]:
            with suppress(OSError):
                if path.lstat().st_mtime > (at - ABANDONED).timestamp():
                    continue
                if path.is_dir() and not path.is_symlink():
                    rmtree(path, ignore_errors=True)
                else:
                    path.unlink()


def make_folder(folder: Path, *, wanted: Path | None = None) -> None:
    """Make a folder and those above it. Raises NotWritten, naming ``wanted``, the file that needs it, if given."""
    try:
        make_private_folder(folder)
    except OSError as wrong:
        raise NotWritten(_not_written(wanted or folder, wrong)) from wrong


def make_private_folder(folder: Path) -> None:
    """Make a folder and those above it, for this user alone (0700). Raises OSError."""
    missing = [each for each in folder.parents if not each.exists()]
    for each in (*reversed(missing), folder):
        each.mkdir(mode=0o700, exist_ok=True)


def make_private(path: Path) -> None:
    """Take away what others than the owner may do with a file or folder, where it is this user's."""
    if os.name == "posix":
        with suppress(OSError):
            status = path.stat()
            if status.st_mode & 0o077 and status.st_uid == os.geteuid():
                path.chmod(status.st_mode & 0o700)


def new_private_file(path: Path) -> None:
    """Make an empty file that only this user may read (0600). Raises FileExistsError, OSError."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _not_written(path: Path, wrong: OSError) -> str:
    return f"“{path}”没有写成（{cause(wrong)}）；请检查文件夹能否写入、磁盘是否已满、文件是否正被别的程序打开"


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut. Windows cannot open a folder for this; then nothing is done."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
