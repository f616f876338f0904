"""Which disk a folder is on, from Linux's table of mounts and from what Windows says of a drive."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

import pytest

from haicang_desk.platform.disks import NETWORK, DiskKind, linux_disk, windows_disk

TABLE = r"""
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
23 22 0:21 / /proc rw - proc proc rw
30 22 0:40 / /mnt/nas rw,relatime shared:7 - nfs4 nas:/x rw,vers=4.2
31 22 0:41 / /mnt/win rw - cifs //srv/共享 rw
32 22 0:42 / /home/u/remote rw - fuse.sshfs u@host: rw
33 22 0:43 / /mnt/my\040nas\011x rw - smb3 //srv/y rw
34 22 8:17 / /media/u/STICK rw - vfat /dev/sdb1 rw
35 22 8:33 / /media/u/usb-disk rw - ext4 /dev/sdc1 rw
36 22 8:1 / /win rw - fuseblk /dev/sda1 rw
37 30 0:44 / /mnt/nas/local rw - tmpfs tmpfs rw
38 22 0:45 / /over rw - overlay overlay rw
39 22 0:46 / /twice rw - nfs4 nas:/z rw
40 39 0:47 / /twice rw - tmpfs tmpfs rw
41 22 0:48 / /dav rw - fuse.davfs2 https://x rw
42 22 0:49 / /odd rw - fuse.unheardof x rw
43 22 0:50 / /zfs rw - zfs pool/x rw
44 22 0:51 / /host rw - 9p host rw
not a line
"""
LINUX = {
    "/": DiskKind.LOCAL,
    "/home/u": DiskKind.LOCAL,
    "/mnt/nas": DiskKind.NETWORK,
    "/mnt/nas/台账": DiskKind.NETWORK,
    "/mnt/nasty": DiskKind.LOCAL,
    "/mnt/win/x": DiskKind.NETWORK,
    "/home/u/remote/x": DiskKind.NETWORK,
    "/mnt/my nas\tx/y": DiskKind.NETWORK,
    "/media/u/STICK": DiskKind.REMOVABLE,
    "/media/u/usb-disk/x": DiskKind.REMOVABLE,
    "/win/x": DiskKind.LOCAL,
    "/mnt/nas/local/x": DiskKind.LOCAL,
    "/over/x": DiskKind.LOCAL,
    "/twice/x": DiskKind.LOCAL,
    "/dav": DiskKind.NETWORK,
    "/odd": DiskKind.LOCAL,  # whether locks hold there is tried out
    "/zfs": DiskKind.LOCAL,
    "/host/x": DiskKind.NETWORK,
}


@pytest.fixture
def sysfs(tmp_path):
    """Linux's list of block devices: an internal disk, a stick that says so, and a disk that hangs on USB."""
    devices = tmp_path / "devices"
    for disk, partition, removable in (
        ("pci0000:00/ata1/block/sda", "sda1", "0"),
        ("pci0000:00/mmc0/block/sdb", "sdb1", "1"),
        ("pci0000:00/usb2/2-1/block/sdc", "sdc1", "0"),
    ):
        (devices / disk / partition).mkdir(parents=True)
        (devices / disk / "removable").write_text(f"{removable}\n")
    (tmp_path / "dev" / "block").mkdir(parents=True)
    named = {"8:1": "ata1/block/sda/sda1", "8:17": "mmc0/block/sdb/sdb1", "8:33": "usb2/2-1/block/sdc/sdc1"}
    for number, path in named.items():
        (tmp_path / "dev" / "block" / number).symlink_to(devices / "pci0000:00" / path)
    return tmp_path


@pytest.mark.posix("names with colons, links")
@pytest.mark.parametrize("folder", LINUX)
def test_linux_names_the_disk_by_the_table_of_mounts(sysfs, folder):
    assert linux_disk(PurePosixPath(folder), TABLE, sysfs=sysfs).kind is LINUX[folder]


def test_a_network_disk_is_told_with_its_kind(tmp_path):
    assert linux_disk(PurePosixPath("/mnt/win"), TABLE, sysfs=tmp_path).name == "Windows 网络共享（cifs）"
    assert all(NETWORK.values())


WINDOWS = {
    r"C:\台账": (3, "C:\\", DiskKind.LOCAL),
    r"E:\台账": (2, "E:\\", DiskKind.REMOVABLE),
    r"Z:\台账": (4, "Z:\\", DiskKind.NETWORK),
    r"D:\光盘": (5, "D:\\", DiskKind.REMOVABLE),
    r"R:\x": (6, "R:\\", DiskKind.LOCAL),
    r"X:\x": (0, "X:\\", DiskKind.LOCAL),
    r"\\?\E:\x": (2, "E:\\", DiskKind.REMOVABLE),
    r"\\server\share\x": (3, None, DiskKind.NETWORK),
    r"\\?\UNC\server\share\x": (3, None, DiskKind.NETWORK),
    "//server/share/x": (3, None, DiskKind.NETWORK),
}


@pytest.mark.parametrize("folder", WINDOWS)
def test_windows_names_the_disk_by_its_drive(folder):
    answer, asked, kind = WINDOWS[folder]
    roots = []

    def drive_type(root: str) -> int:
        roots.append(root)
        return answer

    assert windows_disk(PureWindowsPath(folder), drive_type).kind is kind
    assert roots == ([] if asked is None else [asked])
