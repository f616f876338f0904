"""Folders that a program keeps equal with other machines or with a cloud: found by name, by mark, by what Windows says.

Such a program copies a file while it is written, and puts an older one in its place: it knows no locks.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePath

# Names that sync programs give their folder: the whole name, or its beginning before “ - 单位” or “ (单位)”.
NAMES = {
    "onedrive": "OneDrive", "skydrive": "OneDrive",
    "nutstore": "坚果云", "我的坚果云": "坚果云", "坚果云": "坚果云",
    "nutstorefiles": "坚果云", "nutstore files": "坚果云",
    "wpsdrive": "WPS 云盘", "wps drive": "WPS 云盘", "wps云盘": "WPS 云盘", "wps网盘": "WPS 云盘",
    "wps云文档": "WPS 云盘",
    "金山云盘": "WPS 云盘",
    "baidusyncdisk": "百度网盘同步", "baidu syncdisk": "百度网盘同步", "百度网盘同步": "百度网盘同步",
    "百度网盘同步空间": "百度网盘同步", "百度同步盘": "百度网盘同步", "百度云同步盘": "百度网盘同步",
    "baidunetdiskworkspace": "百度网盘同步", "baiduyunsync": "百度网盘同步",
    "iclouddrive": "iCloud", "icloud drive": "iCloud", "icloud云盘": "iCloud", "com~apple~clouddocs": "iCloud",
    "mobile documents": "iCloud", "cloudstorage": "网盘",
    "dropbox": "Dropbox", "google drive": "Google 云端硬盘", "googledrive": "Google 云端硬盘",
    "我的云端硬盘": "Google 云端硬盘", "google 云端硬盘": "Google 云端硬盘",
    "syncthing": "Syncthing", "nextcloud": "Nextcloud", "owncloud": "ownCloud", "seafile": "Seafile",
    "seadrive": "Seafile", "resilio sync": "Resilio Sync", "btsync": "Resilio Sync", "微力同步": "微力同步",
    "verysync": "微力同步", "阿里云盘": "阿里云盘", "adrive": "阿里云盘", "阿里云盘同步": "阿里云盘",
    "腾讯微云": "腾讯微云", "微云同步助手": "腾讯微云", "weiyun": "腾讯微云", "微云": "腾讯微云",
    "天翼云盘": "天翼云盘", "天翼云盘同步盘": "天翼云盘", "ecloud": "天翼云盘", "和彩云": "移动云盘",
    "移动云盘": "移动云盘", "中国移动云盘": "移动云盘", "联通云盘": "联通云盘", "115同步": "115 网盘",
    "夸克网盘": "夸克网盘", "迅雷云盘": "迅雷云盘", "360云盘": "360 云盘", "360同步盘": "360 云盘",
    "企业微信微盘": "企业微信微盘", "wedrive": "企业微信微盘", "钉盘": "钉盘", "钉钉钉盘": "钉盘",
    "飞书云盘": "飞书云盘",
    "亿方云": "亿方云", "联想企业网盘": "联想企业网盘", "华为云盘": "华为云盘", "群晖同步": "群晖 Drive",
    "synologydrive": "群晖 Drive", "synology drive": "群晖 Drive", "cloudstation": "群晖 Drive",
    "pcloud": "pCloud", "pcloud drive": "pCloud", "mega": "MEGA", "megasync": "MEGA", "box sync": "Box",
    "sugarsync": "SugarSync", "yandex.disk": "Yandex.Disk", "onebox": "OneBox",
}  # fmt: skip

# What sync programs leave in the folder that they keep, and in no other: ~/.dropbox, for one, is in the home folder.
MARKS = {
    ".stfolder": "Syncthing", ".dropbox.cache": "Dropbox", ".849C9593-D756-4E56-8D6E-42412F2A707B": "OneDrive",
    ".nextcloudsync.log": "Nextcloud", ".owncloudsync.log": "ownCloud", ".csync_journal.db": "ownCloud",
    ".tmp.drivedownload": "Google 云端硬盘", ".tmp.driveupload": "Google 云端硬盘",
    ".SynologyWorkingDirectory": "群晖 Drive", ".sync/ID": "Resilio Sync", ".megaignore": "MEGA",
}  # fmt: skip
_BEFORE_OFFICE = re.compile(r"(.+?)(?: - | ?\(| ?（).+")
_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")  # set by Windows for its own
_CLOUD_TAG, _CLOUD_MASK = 0x9000001A, 0xFFFF0FFF  # IO_REPARSE_TAG_CLOUD and its sixteen kinds
_RECALLED = 0x00040000 | 0x00400000  # FILE_ATTRIBUTE_RECALL_ON_OPEN, …_ON_DATA_ACCESS


def sync_program_of(folder: Path, environment: Mapping[str, str] = os.environ) -> str:
    """The program that keeps a folder, its links followed, or one above it, equal with other machines; "" for none."""
    above = [folder, *folder.parents][:-1]  # the root itself has no name
    for each in above:
        if found := by_name(each) or _by_mark(each) or _by_windows(each):
            return found
    roots = {PurePath(environment[name]) for name in _VARIABLES if environment.get(name)}
    return "OneDrive" if roots & set(above) else ""


def by_name(folder: PurePath) -> str:
    """The sync program that a folder is named after; "" for none."""
    name = folder.name.casefold()
    if (found := NAMES.get(name)) is None and (parted := _BEFORE_OFFICE.fullmatch(name)):
        found = NAMES.get(parted[1].strip())
    return found or ""


def _by_mark(folder: Path) -> str:
    return next((program for mark, program in MARKS.items() if os.path.lexists(folder / mark)), "")


def _by_windows(folder: Path) -> str:
    """What Windows says of a folder that any cloud program has registered with it."""
    with suppress(OSError):
        status = folder.lstat()
        tag, attributes = getattr(status, "st_reparse_tag", 0), getattr(status, "st_file_attributes", 0)
        if tag & _CLOUD_MASK == _CLOUD_TAG or (attributes & _RECALLED and stat.S_ISDIR(status.st_mode)):
            return "网盘"
    return ""
