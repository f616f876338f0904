"""Names and paths that are valid on Windows and Linux, and paths as SQLite's URIs."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path, PurePath, PureWindowsPath
from urllib.parse import quote

from haicang_desk.model.values import StoreUnusable
from haicang_desk.platform.system import WINDOWS

LONGEST_PATH = 240  # characters of a store's path on Windows: its companions' names are longer, and the limit is 259
MOST_BYTES = 500  # of a store's path elsewhere: SQLite opens none of more than 512, those of the journal included

_FORBIDDEN = re.compile(r'[\\/:*?"<>|]')
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\.|$)")
_IN_URI = "/:!$&'()*+,;=@"  # what may stand in a path of a URI as it is


def clean(text: str) -> str:
    """The text without characters that Windows or Linux refuse, hide or read as part of a path."""
    text = unicodedata.normalize("NFC", text)
    seen = "".join(" " if unicodedata.category(c) in _UNSEEN else c for c in text)
    return " ".join(_FORBIDDEN.sub("-", seen).split()).strip(". ")


def unreserved(name: str) -> str:
    """The name, with a mark before it where Windows would take it for a device, as CON.pdf."""
    return f"_{name}" if _RESERVED.match(name) else name


def sqlite_uri(path: PurePath, **parameters: str | int) -> str:
    """A file as SQLite's URI, with parameters such as ``mode="ro"``.

    A Windows share goes into the path, with an empty host: SQLite refuses any host. ``path`` is absolute.
    """
    text = path.as_posix() if isinstance(path, PureWindowsPath) else str(path)
    if isinstance(path, PureWindowsPath):
        text = _without_prefix(text)
        if not text.startswith("//"):  # C:/…
            text = f"/{text}"
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    return f"file://{quote(text, safe=_IN_URI, errors='surrogateescape')}" + (f"?{query}" if query else "")


def _without_prefix(text: str) -> str:
    r"""A path without the ``\\?\`` that lifts the limit of its length: a question mark would end a URI's path."""
    if text.upper().startswith("//?/UNC/"):
        return f"//{text[8:]}"
    return text[4:] if text.startswith("//?/") else text


def refuse_long_path(path: PurePath, *, windows: bool = WINDOWS) -> None:
    """Raises StoreUnusable for a store's path that is so long that Windows, or SQLite, would not open its journal."""
    if windows:
        length, most, unit = len(str(path)), LONGEST_PATH, "个字"
    else:
        length, most, unit = len(str(path).encode("utf-8", "surrogateescape")), MOST_BYTES, "字节（一个汉字 3 字节）"
    if length > most:
        raise StoreUnusable(
            f"台账的路径有 {length} {unit}，最多能有 {most}，未作任何改动。"
            f"请把台账放到浅一些的文件夹，或缩短文件夹和文件的名称：“{path}”"
        )


def real_path(path: Path) -> Path:
    """The path from the root with all links followed, by which a store has one lock and one folder of backups.

    Where it cannot be found out, the path from the root.
    """
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a link that leads to itself
        return path.absolute()
