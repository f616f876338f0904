"""Putting finished bytes on the disk whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from haicang_desk.model.errors import NotWritten, cause


def ready(folder: Path) -> None:
    """Make the folder, if need be, before anything depends on it. Raises NotWritten."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise NotWritten(_said(folder, wrong)) from wrong


def write_whole(path: Path, data: bytes) -> None:
    """Write beside the place and rename over it, so that no reader ever sees half a file. Raises NotWritten."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    except OSError as wrong:
        raise NotWritten(_said(path, wrong)) from wrong
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        made.chmod(0o644)
        made.replace(path)
    except OSError as wrong:
        raise NotWritten(_said(path, wrong)) from wrong
    finally:
        made.unlink(missing_ok=True)


def _said(path: Path, wrong: OSError) -> str:
    return f"“{path}”没有写成（{cause(wrong)}）；请检查文件夹能否写入、磁盘是否已满、文件是否正被别的程序打开"
