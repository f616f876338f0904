"""Landing: a file is written beside its place and put there when it is whole; zips that tell no moment."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any


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
