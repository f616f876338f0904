"""Where things are: resources in a source tree, an installed wheel or a packaged program; the user's own folders."""

from __future__ import annotations

import sys
from pathlib import Path

from platformdirs import user_data_path, user_documents_path

NAME = "haicang-desk"
_HERE = Path(__file__).resolve()


def resource(*parts: str) -> Path:
    """A file or folder shipped with the program. Raises FileNotFoundError where the installation is incomplete."""
    bundle = getattr(sys, "_MEIPASS", None)
    roots = [Path(bundle) / "resources"] if bundle else [_HERE.parents[2] / "resources", _HERE.parent / "resources"]
    for root in roots:
        if root.joinpath(*parts).exists():
            return root.joinpath(*parts)
    raise FileNotFoundError(f"缺少随程序安装的文件：{'/'.join(parts)}，请重新安装")


def data_folder() -> Path:
    """Where settings, drafts, crash reports and backups of this user are; made when first asked for."""
    folder = user_data_path(NAME, appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def policy_folder() -> Path:
    """Where an office puts rule sets of later years; there is none until somebody makes it."""
    return user_data_path(NAME, appauthor=False) / "policy"


def documents_folder() -> Path:
    return user_documents_path()
