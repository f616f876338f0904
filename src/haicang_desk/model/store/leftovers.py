"""Temporary copies of stores that killed runs left in the system's temporary folder.

A copy is held by a lock beside it as long as the process that made it lives. So what can be locked belongs to nobody.
"""

from __future__ import annotations

import os
import re
import sqlite3
import tempfile
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree

from haicang_desk.model.store.connection import COPIES, WriterLock
from haicang_desk.platform import LOCK

_MADE = re.compile(re.escape(COPIES) + r"[a-z0-9_]{8}")  # the names that mkdtemp gives
SETTLED = timedelta(hours=1)  # since it was made: it has its lock by then
FORGOTTEN = timedelta(days=2)  # of a folder without a lock, as earlier programs made them


def sweep_copies(at: datetime) -> list[Path]:
    """Remove the copies that killed runs of this user left; gives their folders. What is in use or not ours stays."""
    removed = []
    with suppress(OSError):
        for folder in Path(tempfile.gettempdir()).iterdir():
            with suppress(OSError, sqlite3.Error):
                if _MADE.fullmatch(folder.name) and _is_abandoned(folder, at):
                    rmtree(folder)
                    removed.append(folder)
    return removed


def _is_abandoned(folder: Path, at: datetime) -> bool:
    """Raises OSError, sqlite3.Error where that can't be found out."""
    found = folder.lstat()
    user = os.geteuid() if hasattr(os, "geteuid") else found.st_uid  # where folders have no owner, the folder is his
    if folder.is_symlink() or not folder.is_dir() or found.st_uid != user:
        return False
    if found.st_mtime > (at - SETTLED).timestamp():
        return False
    locks = [each for each in folder.iterdir() if each.name.endswith(LOCK)]
    for lock in locks:
        WriterLock(lock.with_name(lock.name.removesuffix(LOCK))).release()
    newest = max((each.lstat().st_mtime for each in folder.iterdir()), default=found.st_mtime)
    return bool(locks) or newest < (at - FORGOTTEN).timestamp()
