"""What kind of disk a folder is on: the file system that Linux names, the kind of drive that Windows names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePath, PureWindowsPath

from haicang_desk.platform.system import LINUX, WINDOWS

# Shared by several machines: another one may write the same file, and locks reach it late or never.
NETWORK = {
    "nfs": "NFS 网络共享", "nfs4": "NFS 网络共享", "cifs": "Windows 网络共享", "smb3": "Windows 网络共享",
    "smbfs": "Windows 网络共享", "ncpfs": "网络共享", "afs": "网络共享", "coda": "网络共享", "ceph": "网络共享",
    "glusterfs": "网络共享", "lustre": "网络共享", "gpfs": "网络共享", "beegfs": "网络共享", "pvfs2": "网络共享",
    "orangefs": "网络共享", "ocfs2": "多机共用的磁盘", "gfs2": "多机共用的磁盘", "9p": "与别的系统共用的文件夹",
    "vboxsf": "与别的系统共用的文件夹", "prl_fs": "与别的系统共用的文件夹", "drvfs": "与别的系统共用的文件夹",
    "davfs": "WebDAV 网络文件夹", "davfs2": "WebDAV 网络文件夹", "sshfs": "SFTP 网络文件夹",
    "curlftpfs": "FTP 网络文件夹", "rclone": "网盘", "s3fs": "网盘", "goofys": "网盘", "gcsfuse": "网盘",
    "onedriver": "网盘", "google-drive-ocamlfuse": "网盘", "mount.juicefs": "网盘", "juicefs": "网盘",
    "gvfsd-fuse": "网络文件夹", "kio-fuse": "网络文件夹", "smbnetfs": "Windows 网络共享", "cephfs": "网络共享",
    "vmhgfs-fuse": "与别的系统共用的文件夹", "mtpfs": "手机", "jmtpfs": "手机", "simple-mtpfs": "手机", "ifuse": "手机",
}  # fmt: skip
_FUSE = ("fuse.", "fuse3.", "fuseblk.")  # before the name of the program that gives the files
_ESCAPED = re.compile(r"\\([0-7]{3})")


class DiskKind(Enum):
    """Where a folder is."""

    LOCAL = "本机磁盘"
    REMOVABLE = "可移动磁盘"
    NETWORK = "网络共享"


@dataclass(frozen=True, slots=True)
class Disk:
    """A kind of disk, and its name for a person."""

    kind: DiskKind
    name: str


LOCAL = Disk(DiskKind.LOCAL, "本机磁盘")


def disk_of(folder: Path) -> Disk:
    """The disk that an existing folder, its links followed, is on; local where the system does not say."""
    if WINDOWS:
        return windows_disk(folder, _drive_type)
    if LINUX:
        try:
            table = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return LOCAL
        return linux_disk(folder, table)
    return LOCAL


# ---- Linux


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of Linux's table of mounts (proc(5), mountinfo): the folder, the kind of files, the device."""

    folder: PurePath
    file_system: str
    device: str  # major:minor

    @classmethod
    def parse(cls, line: str) -> Mount | None:
        """A line; None for what is none."""
        before, _, after = line.partition(" - ")
        fields, rest = before.split(" "), after.split(" ")
        if len(fields) < 6 or not rest[0]:
            return None
        return cls(PurePath(_ESCAPED.sub(_character, fields[4])), rest[0], fields[2])


def _character(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 8))


def linux_disk(folder: PurePath, table: str, *, sysfs: Path = Path("/sys")) -> Disk:
    """The disk that a folder is on, by Linux's table of mounts."""
    above = {folder, *folder.parents}
    mounts = [mount for line in table.splitlines() if (mount := Mount.parse(line)) and mount.folder in above]
    if not mounts:
        return LOCAL
    deepest = max(len(mount.folder.parts) for mount in mounts)
    mount = [each for each in mounts if len(each.folder.parts) == deepest][-1]  # the last one hides those before
    name = mount.file_system
    for prefix in _FUSE:
        name = name.removeprefix(prefix)
    if (shared := NETWORK.get(name)) is not None:
        return Disk(DiskKind.NETWORK, f"{shared}（{mount.file_system}）")
    if is_removable(mount.device, sysfs):
        return Disk(DiskKind.REMOVABLE, f"U 盘或移动硬盘（{mount.file_system}）")
    return LOCAL


def is_removable(device: str, sysfs: Path) -> bool:
    """Whether a block device, ``major:minor``, can be pulled out: it says so itself, or it hangs on USB."""
    try:
        disk = (sysfs / "dev" / "block" / device).resolve(strict=True)
    except OSError:
        return False  # no block device, as of tmpfs, btrfs or an overlay
    if any(re.fullmatch(r"usb\d+", part) for part in disk.parts):
        return True
    for folder in (disk, disk.parent):  # a partition lies in the folder of its disk
        try:
            return (folder / "removable").read_text(encoding="ascii").strip() == "1"
        except OSError:
            continue
    return False


# ---- Windows

_DRIVES = {
    2: Disk(DiskKind.REMOVABLE, "U 盘或移动磁盘"),
    4: Disk(DiskKind.NETWORK, "网络驱动器"),
    5: Disk(DiskKind.REMOVABLE, "光盘"),
}  # GetDriveTypeW; 3 is a fixed disk, 6 one in memory


def windows_disk(folder: PurePath, drive_type: Callable[[str], int]) -> Disk:
    r"""The disk of a folder; ``drive_type`` is Windows' GetDriveTypeW for a root such as ``C:\``."""
    drive = PureWindowsPath(folder).drive.replace("/", "\\")
    if drive.upper().startswith("\\\\?\\UNC\\"):
        return Disk(DiskKind.NETWORK, "Windows 网络共享")
    drive = drive.removeprefix("\\\\?\\").removeprefix("\\\\.\\")
    if drive.startswith("\\\\"):
        return Disk(DiskKind.NETWORK, "Windows 网络共享")
    return _DRIVES.get(drive_type(f"{drive}\\"), LOCAL)


def _drive_type(root: str) -> int:
    import ctypes

    windll = getattr(ctypes, "windll", None)  # only on Windows
    return 0 if windll is None else int(windll.kernel32.GetDriveTypeW(ctypes.c_wchar_p(root)))
