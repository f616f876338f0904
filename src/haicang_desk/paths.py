"""Paths of shipped resources (source tree, wheel or packaged program) and of the user's own folders."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from platformdirs import user_data_path, user_documents_path

NAME = "haicang-desk"
STICK = "HAICANG_DESK_STICK"  # environment variable
_HERE = Path(__file__).resolve()


def resource(*parts: str) -> Path:
    """The path of a file or folder shipped with the program. FileNotFoundError where the installation is incomplete."""
    bundle = getattr(sys, "_MEIPASS", None)
    roots = [Path(bundle) / "resources"] if bundle else [_HERE.parents[2] / "resources", _HERE.parent / "resources"]
    for root in roots:
        if root.joinpath(*parts).exists():
            return root.joinpath(*parts)
    raise FileNotFoundError(f"缺少随程序安装的文件：{'/'.join(parts)}，请重新安装")


def data_folder() -> Path:
    """The folder of this user's settings, drafts, crash reports and backups; made if it doesn't exist."""
    folder = user_data_path(NAME, appauthor=False)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def policy_folder() -> Path:
    """The folder in which an office puts rule sets of later years; it need not exist."""
    return user_data_path(NAME, appauthor=False) / "policy"


def mapping_folder() -> Path:
    """The folder of the mappings kept for senders of workbooks; it need not exist."""
    return user_data_path(NAME, appauthor=False) / "mappings"


def stick_folder() -> Path | None:
    """The folder on a stick that the program runs from, as its starter there names it; None where it runs from none.

    It is the second place for backups where a person has chosen no other.
    """
    named = os.environ.get(STICK, "")
    return Path(named) if named else None


def sign_in_folder() -> Path:
    """The folder of the security log and of the waits after wrong passwords; it need not exist."""
    return user_data_path(NAME, appauthor=False) / "登录"


def key_folder() -> Path:
    """The folder of the keys that this user of the system opens accounts with; it need not exist."""
    return user_data_path(NAME, appauthor=False) / "钥匙"


def anchors_folder() -> Path:
    """The folder of what this computer remembers of stores outside their files; it need not exist."""
    return user_data_path(NAME, appauthor=False) / "anchors"


def documents_folder() -> Path:
    """The user's own documents folder, as the system names it."""
    return user_documents_path()
