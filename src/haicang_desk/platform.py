"""What differs between operating systems and disks: files written whole or not at all, and folders made and synced."""

from __future__ import annotations

import os
import re
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


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file whole, making its folder if need be; a reader sees the old file or the new one, never a part.

    Raises NotWritten; then the old file is as it was, and nothing is left beside it.
    """
    make_folder(path.parent, wanted=path)
    try:
        with _replacement(path) as partial:
            partial.write_bytes(data)
    except OSError as wrong:
        raise NotWritten(_not_written(path, wrong)) from wrong


@contextmanager
def atomic_path(out: Path) -> Iterator[Path]:
    """Give a path to write to; when the block ends, that file is synced and renamed to ``out``.

    The folder must exist. Raises NotWritten, also for an OSError of the block; then the old file is as it was, and
    nothing is left beside it.
    """
    if out.is_dir():
        raise NotWritten(f"“{out}”是文件夹，没有写出。请写明文件名，如 {out / '台账.xlsx'}")
    if not out.parent.is_dir():
        raise NotWritten(f"文件夹“{out.parent}”不存在，没有写出。请先建立文件夹，或换一个位置")
    try:
        with _replacement(out) as partial:
            yield partial
    except OSError as wrong:
        raise NotWritten(
            f"“{out}”没有写出（{cause(wrong)}），原有文件没有改动。请关闭正在打开它的程序，核对磁盘空间和权限再试"
        ) from wrong


@contextmanager
def _replacement(path: Path) -> Iterator[Path]:
    """Give the path of a partial file beside ``path``, which is then synced and renamed over it. Raises OSError."""
    partial = partial_beside(path)
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
