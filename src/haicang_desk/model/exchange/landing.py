"""Landing: a file is written beside its place and put there when it is whole; zips that tell no moment."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from haicang_desk.model.errors import NotWritten, cause


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """A path to write to, renamed to ``out`` when all is written. Raises NotWritten; then nothing is left behind."""
    if out.is_dir():
        raise NotWritten(f"“{out}”是文件夹，没有写出。请写明文件名，如 {out / '台账.xlsx'}")
    if not out.parent.is_dir():
        raise NotWritten(f"文件夹“{out.parent}”不存在，没有写出。请先建立文件夹，或换一个位置")
    part = out.with_name(f".{uuid4().hex}.part")
    try:
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(out)
    except OSError as wrong:
        raise NotWritten(
            f"“{out}”没有写出（{cause(wrong)}），原有文件没有改动。请关闭正在打开它的程序，核对磁盘空间和权限再试"
        ) from wrong
    finally:
        part.unlink(missing_ok=True)


class FixedArchive(zipfile.ZipFile):
    """A zip for openpyxl to write into, whose entries all bear one moment."""

    moment = datetime(1980, 1, 1)

    def writestr(
        self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any
    ) -> None:  # openpyxl gives these two and no more
        super().writestr(member(str(zinfo_or_arcname)), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        self.writestr(arcname, Path(filename).read_bytes())


def member(name: str) -> zipfile.ZipInfo:
    """An entry of a zip that is the same whenever and wherever it is made."""
    info = zipfile.ZipInfo(name)  # 1980-01-01
    info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 0, 0
    return info
