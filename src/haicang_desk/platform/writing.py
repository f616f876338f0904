"""Files written whole or not at all, private to this user, and folders made and synced.

Everything that renames, replaces, removes or syncs a file goes through here, because Windows does it otherwise: it
syncs no handle that is only read, and neither renames nor removes a file that any program has open, as virus scanners
do for a moment with every new one.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from uuid import uuid4

from haicang_desk.model.values import NotWritten, cause
from haicang_desk.platform.output_guard import refuse_to_replace
from haicang_desk.platform.system import has_permission_bits

# The names of files and folders that are still being written, with what SQLite may have left beside them, and the
# names that backups had before.
_PARTIAL = re.compile(r"\.([0-9a-f]{32}\.part|.+\.\d+\.partial)(-journal|-wal|-shm|-lock)?")
ABANDONED = timedelta(hours=1)  # since its last byte: nobody writes it any more

_swept: set[Path] = set()  # folders that this process has swept

_DENIED, _IN_USE = 5, (32, 33)  # Windows: access denied; shared by another program, locked by it
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, *(1.0,) * 13)  # seconds between tries: about 15 in all


# ---- renaming, replacing, removing, syncing


def replace_file(source: Path, target: Path) -> None:
    """Give a file a name, in place of the one that has it, which stands until the new one does. Raises OSError.

    On Windows it is tried for about 15 seconds while another program has one of the two open.
    """
    _retried(lambda: source.replace(target), source, target)


def rename(source: Path, target: Path) -> None:
    """Rename a file or folder to a name that nothing has. Raises OSError; retried like ``replace_file``."""
    _retried(lambda: source.rename(target), source, target)


def remove_file(path: Path) -> None:
    """Remove a file, if it is there. Raises OSError; retried like ``replace_file``."""
    _retried(lambda: path.unlink(missing_ok=True), path)


def discard(path: Path) -> None:
    """Remove a file that is not needed any more, or leave it where that fails. Not retried: nobody waits for it."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def link_file(existing: Path, name: Path) -> None:
    """Give a file a second name. Raises FileExistsError, and OSError where the disk has no such links."""
    os.link(existing, name)


def sync_file(path: Path) -> None:
    """Make the content of a file survive a power cut. Raises OSError."""
    with path.open("rb+") as written:  # Windows syncs no handle that is only read
        os.fsync(written.fileno())


def append_line(path: Path, line: bytes) -> None:
    """Append a line to a file of this user's alone (0600), made if need be; it survives a power cut. Raises OSError.

    After a line that a power cut left unfinished it begins on the next.
    """
    made = not path.exists()
    if made:
        new_private_file(path)
    make_private(path)
    with path.open("ab+") as file:
        if file.tell() and (file.seek(-1, os.SEEK_END), file.read(1))[1] != b"\n":
            file.write(b"\n")
        file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())
    if made:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut. Windows cannot open a folder for this; then nothing is done."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _retried(act: Callable[[], object], *paths: Path) -> None:
    """Do something to files, again and again while another program on Windows has one of them open. Raises OSError."""
    for pause in _PAUSES:
        try:
            act()
        except OSError as wrong:
            if not _passes(wrong, paths):
                raise
        else:
            return
        time.sleep(pause)
    act()


def _passes(wrong: OSError, paths: tuple[Path, ...]) -> bool:
    """Whether an error is one that passes when another program lets go of a file.

    Access is also denied for good: to a folder in a file's place, and to a file that is read-only.
    """
    code = getattr(wrong, "winerror", None)
    if code == _DENIED:
        return not any(path.is_dir() or (path.exists() and not os.access(path, os.W_OK)) for path in paths[-1:])
    return code in _IN_USE


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
            new_private_file(partial)
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
    """Give the path of a partial file beside ``path``, which is then synced and renamed over it, this user's alone.

    Raises OSError. Without the guard: for a store's own files alone. The first file that a process writes into a
    folder sweeps it of what killed ones left there half written.
    """
    partial, folder = partial_beside(path), Path(os.path.normpath(path.parent.absolute()))
    if folder not in _swept:
        _swept.add(folder)
        sweep_partials(folder, at=datetime.now().astimezone().replace(tzinfo=None))
    try:
        yield partial
        make_private(partial)
        sync_file(partial)
        replace_file(partial, path)
    finally:
        discard(partial)  # on Windows a virus scanner may hold it; the first error is the one to report


def partial_beside(path: Path) -> Path:
    """A new name beside ``path`` for what is still being written; ``sweep_partials`` removes what was left there."""
    return path.with_name(f".{uuid4().hex}.part")


def is_partial(path: Path) -> bool:
    """Whether a path has the name of something that is still being written, or was when its program was killed."""
    return _PARTIAL.fullmatch(path.name) is not None


def sweep_partials(folder: Path, *, at: datetime) -> None:
    """Remove what a killed command left half written in a folder: of our names, and untouched for an hour before
    ``at``. What can't be removed stays.
    """
    with suppress(OSError):
        for path in [path for path in folder.iterdir() if is_partial(path)]:
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
    if has_permission_bits():
        with suppress(OSError):
            status = path.stat()
            if status.st_mode & 0o077 and status.st_uid == os.geteuid():
                path.chmod(status.st_mode & 0o700)


def others_may_read(path: Path) -> bool:
    """Whether others than the owner may read a file, as far as its mode tells. Raises OSError."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)


def new_private_file(path: Path) -> None:
    """Make an empty file that only this user may read (0600). Raises FileExistsError, OSError."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _not_written(path: Path, wrong: OSError) -> str:
    return f"“{path}”没有写成（{cause(wrong)}）；请检查文件夹能否写入、磁盘是否已满、文件是否正被别的程序打开"
