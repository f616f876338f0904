"""The folder of files of a store: scans and issued papers, each in a file named by the SHA-256 of its bytes.

``新阳.db`` has its files in ``新阳.files``: ``ab/abcd…`` is the file whose digest begins with ab. A file is durable
before the store names it, and is never altered; so a kill or a power cut can at worst leave one that nothing names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

from haicang_desk.model.values import cause
from haicang_desk.platform import (
    STORE_FOLDER,
    discard,
    link_file,
    make_private,
    make_private_folder,
    new_private_file,
    partial_beside,
    real_path,
    remove_file,
    replace_file,
    sweep_partials,
    sync_file,
    sync_folder,
)

POOL = "backup-files"  # the folder that all automatic backups of one store have in common
UNNAMED = "unnamed"  # within the folder of files: those that the store does not name, until they are removed
_DIGEST = re.compile(r"[0-9a-f]{64}")
_BLOCK = 1 << 20
MISSING, ALTERED = "文件不见了", "内容与校验码不符"
SETTLED = timedelta(days=1)  # the age at which a file that nothing names belongs to no change under way
FORGOTTEN = timedelta(days=30)  # an unnamed file is kept so long: a newer copy of the store may be put back


def files_folder(store: Path) -> Path:
    """The folder of files of a store, beside the file itself where ``store`` is a link to it."""
    real = real_path(store)
    return real.with_name(f"{real.stem}{STORE_FOLDER}")


class BadFile(Exception):
    """A file is missing or altered; the text says which of the two it is, and the path."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files in ``folder``; those that it lacks are also looked for in ``pool``, which is never written."""

    folder: Path
    pool: Path | None = None
    _unsynced: set[Path] = field(default_factory=set, compare=False)  # folders with new names in them

    @classmethod
    def of_store(cls, store: Path) -> Files:
        """The files of a store, or of an automatic backup."""
        pool = real_path(store).parent / POOL
        return cls(files_folder(store), pool if pool.is_dir() else None)

    def path(self, digest: str) -> Path:
        """Where the file of a digest is, or belongs. Raises BadFile for what is no digest."""
        if not _DIGEST.fullmatch(str(digest)):
            raise BadFile(MISSING)
        own = self.folder / digest[:2] / digest
        if self.pool is not None and not own.exists():
            pooled = self.pool / digest[:2] / digest
            return pooled if pooled.exists() else own
        return own

    def read(self, digest: str) -> bytes:
        """The bytes of a digest. Raises BadFile where they are missing or altered."""
        return b"".join(self.blocks(digest))

    def blocks(self, digest: str) -> Iterator[bytes]:
        """The bytes of a digest, a megabyte at a time. Raises BadFile, at the end where they are altered."""
        path, read = self.path(digest), sha256()
        try:
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    read.update(block)
                    yield block
        except FileNotFoundError:
            raise BadFile(self._missing(path)) from None
        except OSError as wrong:
            raise BadFile(f"读不出来（{cause(wrong)}）：{path}") from wrong
        if read.hexdigest() != digest:
            raise BadFile(f"{ALTERED}：{path}")

    def _missing(self, path: Path) -> str:
        if not self.folder.exists():
            return f"台账的原件文件夹“{self.folder}”不见了，请把它放回台账旁边"
        return f"{MISSING}，应在“{path}”"

    def fault(self, digest: str) -> str:
        """What is wrong with the file of a digest, "" where nothing is."""
        try:
            for _ in self.blocks(digest):
                pass
        except BadFile as bad:
            return str(bad)
        return ""

    def has(self, digest: str, size: int) -> bool:
        """Whether there is a file of a digest, of this size; its content is not read."""
        try:
            return self.path(digest).stat().st_size == size
        except (BadFile, OSError):
            return False

    def keep(self, digest: str, blocks: Iterable[bytes]) -> None:
        """Keep a file: written aside, synced, read back and only then named; the name is durable after ``sync``.

        One that is there under this digest is replaced. Raises BadFile where the bytes have another digest or could
        not be read back, OSError where they can't be written.
        """
        place = Files(self.folder).path(digest)
        made = not self.folder.exists()
        make_private_folder(place.parent)
        partial = partial_beside(place)
        try:
            new_private_file(partial)
            with partial.open("wb") as file:
                for block in blocks:
                    file.write(block)
            sync_file(partial)
            if _digest_of(partial) != digest:
                raise BadFile(ALTERED)
            replace_file(partial, place)
        finally:
            discard(partial)
        self._unsynced.update((place.parent, self.folder, *((self.folder.parent,) if made else ())))

    def sync(self) -> None:
        """Make the names of the files kept so far survive a power cut; of many at once, most disks do it in one go."""
        while self._unsynced:
            sync_folder(self._unsynced.pop())

    def digests(self) -> Iterator[str]:
        """The digests of all files in the folder, whatever they hold."""
        for name in _names(self.folder):
            if len(name) == 2:
                yield from (each for each in _names(self.folder / name) if _DIGEST.fullmatch(each))

    def link_to(self, folder: Path) -> None:
        """Give another, new folder all these files, linked where the disk can, else copied. Raises OSError."""
        other = Files(folder)
        for digest in self.digests():
            place = other.path(digest)
            make_private_folder(place.parent)
            try:
                link_file(self.folder / digest[:2] / digest, place)
            except OSError:
                with suppress(BadFile):
                    other.keep(digest, Files(self.folder).blocks(digest))
            other._unsynced.update((place.parent, folder, folder.parent))
        other.sync()

    def make_private(self) -> None:
        """Take away what others may do in the folder."""
        if self.folder.is_dir():
            make_private(self.folder)

    def sweep(self, named: Collection[str], *, at: datetime) -> None:
        """Set aside what the store does not name, give back what it names, and remove what was set aside long ago.

        A killed change leaves such a file; so does an older copy of a store that was put in the place of the newer one,
        which may come back. Therefore nothing is removed before it has been set aside for thirty days.
        """
        aside = self.folder / UNNAMED
        for name in _names(self.folder):
            sweep_partials(self.folder / name, at=at)
        with suppress(OSError):
            for digest in [each for each in _names(aside) if _DIGEST.fullmatch(each)]:
                if digest in named:
                    make_private_folder(self.folder / digest[:2])
                    replace_file(aside / digest, self.folder / digest[:2] / digest)
                elif _older(aside / digest, at - FORGOTTEN):
                    remove_file(aside / digest)
            for digest in [each for each in self.digests() if each not in named]:
                path = self.folder / digest[:2] / digest
                if _older(path, at - SETTLED):
                    make_private_folder(aside)
                    os.utime(path, (at.timestamp(),) * 2)
                    replace_file(path, aside / digest)

    def remove_all_but(self, named: Collection[str], *, at: datetime) -> None:
        """Remove the files of a pool that no backup names, but those of the last day."""
        with suppress(OSError):
            for digest in [each for each in self.digests() if each not in named]:
                path = self.folder / digest[:2] / digest
                if _older(path, at - SETTLED):
                    remove_file(path)

    def remove(self) -> None:
        """Remove the whole folder."""
        rmtree(self.folder, ignore_errors=True)


def _names(folder: Path) -> list[str]:
    try:
        return sorted(each.name for each in folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _older(path: Path, moment: datetime) -> bool:
    return path.lstat().st_mtime < moment.timestamp()


def _digest_of(path: Path) -> str:
    read = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            read.update(block)
    return read.hexdigest()
