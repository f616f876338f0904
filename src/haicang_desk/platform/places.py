"""Where a store may be written: on a disk of this machine that no other program or machine writes to.

On a network share, in a folder that a sync program keeps, and where locks do not hold, it is refused. A drive that can
be pulled out is refused until the person has agreed to it for this store.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from haicang_desk.model.values import StoreUnusable, UnsafePlace
from haicang_desk.paths import data_folder, documents_folder
from haicang_desk.platform.disks import DiskKind, disk_of
from haicang_desk.platform.file_names import real_path, refuse_long_path
from haicang_desk.platform.lock_probe import lock_holds
from haicang_desk.platform.sync_folders import sync_program_of
from haicang_desk.platform.writing import write_atomically

CONSENTS = "可移动盘上的台账.txt"  # in the data folder: a path a line


def refuse_unsafe_place(store: Path) -> None:
    """Raises UnsafePlace where a store, which need not be there yet, may not be written; StoreUnusable for a path that
    is too long. ``store``: its path with all links followed.

    A folder that cannot be written passes: opening the store says so.
    """
    refuse_long_path(store)
    folder, new = store.parent, not store.exists()
    disk = disk_of(folder)
    if disk.kind is DiskKind.NETWORK:
        why = "别的电脑会同时写这个文件，锁在那里靠不住，登记过的内容可能丢失"
        raise UnsafePlace(store, f"放在{_apart(disk.name)}里", why, new=new)
    if program := sync_program_of(folder):
        why = "同步程序会在登记的当中复制它，或拿别处的旧文件换掉它，登记过的内容可能丢失"
        raise UnsafePlace(store, f"放在{_apart(program)}的同步文件夹里", why, new=new)
    if disk.kind is DiskKind.REMOVABLE and not may_be_on_removable(store):
        why = "登记的当中拔出，文件可能损坏；这种盘也容易坏和丢"
        raise UnsafePlace(store, f"放在{_apart(disk.name)}上", why, removable=True, new=new)
    if not _lock_holds(folder):
        raise UnsafePlace(store, "所在的磁盘锁不住文件", "两个窗口会同时写它，登记过的内容可能丢失", new=new)


def _apart(name: str) -> str:
    """A name within a Chinese sentence: Latin letters and figures stand apart."""
    return f"{' ' if name[0].isascii() else ''}{name}{' ' if name[-1].isascii() else ''}"


def _lock_holds(folder: Path) -> bool:
    try:
        return lock_holds(folder)
    except OSError:
        return True  # nothing can be written there anyway


def ledger_folder() -> Path:
    """The folder on this machine that new stores are proposed for, and others moved to; it need not exist.

    In the user's documents, unless those lie on a share or are kept by a sync program, as OneDrive may on Windows.
    """
    usual = documents_folder() / "民生微实事"
    return usual if is_safe_folder(usual) else data_folder() / "台账"


def is_safe_folder(folder: Path) -> bool:
    """Whether new stores may be made in a folder, or in the nearest one above it that is there."""
    standing = next((each for each in (folder, *folder.parents) if each.is_dir()), folder)
    try:
        refuse_unsafe_place(real_path(standing) / "新.db")
    except StoreUnusable:
        return False
    return True


def allow_on_removable(store: Path) -> None:
    """Remember that the person agreed to write this store on a drive that can be pulled out. Raises NotWritten."""
    if not may_be_on_removable(store):
        agreed = [*_consents(), str(real_path(store))]
        write_atomically(data_folder() / CONSENTS, "\n".join(agreed).encode("utf-8", "surrogateescape"))


def may_be_on_removable(store: Path) -> bool:
    """Whether the person agreed to write this store on a drive that can be pulled out."""
    return str(real_path(store)) in _consents()


def _consents() -> list[str]:
    with suppress(OSError):
        return (data_folder() / CONSENTS).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    return []
