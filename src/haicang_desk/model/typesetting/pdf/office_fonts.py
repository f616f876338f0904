"""Fonts of the machine that offices use where they have them, to be preferred when asked for.

They are licensed to the office and may not be shipped; without them the bundled ones stand in.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from haicang_desk.model.blocks import Face
from haicang_desk.model.typesetting.pdf.faces import FontSet
from haicang_desk.model.typesetting.pdf.truetype import Typeface, UnusableFont
from haicang_desk.paths import resource

_NAMES = {
    Face.TITLE: ("方正小标宋简体.ttf", "方正小标宋_gbk.ttf", "fzxbsjw.ttf", "fzxbsk.ttf", "fzxiaobiaosong-b05s.ttf"),
    Face.FANG: ("仿宋_gb2312.ttf", "fangsong_gb2312.ttf", "simfang.ttf"),
    Face.KAI: ("楷体_gb2312.ttf", "kaiti_gb2312.ttf", "simkai.ttf"),
    Face.HEI: ("simhei.ttf",),
    Face.SONG: ("simsun.ttf", "simsun.ttc"),
}
_RARE = ("simsunb.ttf", "hanaminb.ttf", "hanamina.ttf")


def font_folders() -> list[Path]:
    """Where Windows and Linux keep fonts, for everyone and for this user."""
    home = Path.home()
    folders = [
        Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts",
        Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "Microsoft" / "Windows" / "Fonts",
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local" / "share" / "fonts",
        home / ".fonts",
    ]
    return [folder for folder in folders if folder.is_dir()]


def office_cabinet(folders: Iterable[Path] | None = None) -> FontSet:
    """The fonts of this machine first, then the bundled ones. What it prints differs between machines."""
    found: dict[str, Path] = {}
    for folder in font_folders() if folders is None else folders:
        for path in sorted(folder.rglob("*.tt[fc]")) + sorted(folder.rglob("*.TT[FC]")):
            found.setdefault(path.name.lower(), path)
    first: dict[Face, Path] = {}
    for face, names in _NAMES.items():
        for path in (found[name] for name in names if name in found):
            if face not in first and _usable(path):
                first[face] = path
    rare = tuple(found[name] for name in _RARE if name in found and _usable(found[name]))
    return FontSet(resource("fonts"), resource("fonts-rare"), first, rare)


def _usable(path: Path) -> bool:
    try:
        Typeface(path)
    except (UnusableFont, OSError, ValueError):
        return False
    return True
