"""Errors that the user can act on; their text is shown as it is. Any other exception is a bug of the program."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from haicang_desk.model.findings import Finding


class DeskError(Exception):
    """The base of these errors: the text says what happened, what was not changed and what to do."""


class StoreUnusable(DeskError):
    """The store is missing, damaged, newer, locked or read-only (exit code 4)."""


class HeldElsewhere(StoreUnusable):
    """Another window or program has the store open to write it; it may be read meanwhile."""


class OnlyReadable(StoreUnusable):
    """The store cannot be written but may be read: it is damaged, newer, or in a place that is read-only."""


class UnsafePlace(OnlyReadable):
    """A store may not be written where it is, or not be made there (exit code 4).

    ``where`` and ``why`` are parts of a sentence. ``movable``: moving it to this machine helps. ``removable``: it is on
    a drive that can be pulled out, which a person may agree to. ``new``: there is no store yet.
    """

    def __init__(
        self,
        store: Path,
        where: str,
        why: str,
        *,
        cure: str = "",
        movable: bool = True,
        removable: bool = False,
        new: bool = False,
    ) -> None:
        self.store, self.where, self.why = store, where, why
        self.movable, self.removable = movable, removable
        if new:
            text = f"“{store}”{where}，没有建立台账。{why}。请换成本机硬盘上的文件夹"
        else:
            cure = cure or "要登记请移到本机：在窗口里打开它，按“移到本机”；或用 haicang-desk backup 复制到本机的文件夹"
            text = f"台账“{store}”{where}，没有打开来登记，数据没有改动。{why}。{cure}。查看、核对和导出照常可以"
        super().__init__(text)


class Refused(DeskError):
    """The input cannot be accepted; nothing was written (exit code 3)."""


class NotWritten(DeskError):
    """An output file or folder could not be written (exit code 5)."""


class Stopped(NotWritten):
    """The person stopped a long piece of work; nothing is left half done."""


class StepNotOpen(Refused):
    """The project's stage or a missing field does not allow this step."""


class ChangedMeanwhile(Refused):
    """A record is no longer as it was when the change was prepared; nothing was written."""


class Fixed(Refused):
    """The record was approved and can be changed by a step only, not by editing (R34)."""


class SignInNeeded(Refused):
    """The ledger has accounts and nobody is signed in; nothing was written."""


class SignInRefused(Refused):
    """A password, code or key does not open an account, or the account may not be opened yet."""


class NotYourDuty(Refused):
    """The roles of the person who is signed in do not allow this; nothing was written."""


class NotUndoable(Refused):
    """The latest change was a step; it can be answered by another step, but not undone."""


class Blocked(Refused):
    """Rules stop this step; ``findings`` names them with figures and clauses."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("；".join(f"〔{f.rule}〕{f.message}（{f.clause}）" for f in findings))


class BatchRefused(Refused):
    """Rows of a batch cannot be carried out; ``barred`` has the reasons by project id. Nothing was written."""

    def __init__(self, text: str, *, barred: Mapping[str, Sequence[str]]) -> None:
        self.barred = dict(barred)
        super().__init__(text)


_CAUSES = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已满",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘只读",
    errno.ENOENT: "文件或文件夹不存在",
    errno.EISDIR: "那是一个文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "已经存在",
    errno.ENAMETOOLONG: "路径太长",
    errno.EIO: "磁盘读写不正常",
    errno.EMFILE: "打开的文件太多",
    errno.ELOOP: "链接绕成了圈",
    errno.ENXIO: "不是普通文件",
    errno.EBUSY: "正被别的程序使用",
}


_WINDOWS_CAUSES = {  # where errno says less
    32: "正被别的程序使用",
    33: "正被别的程序使用",
    53: "找不到网络上的那台电脑",
    64: "网络断开了",
    112: "磁盘已满",
    123: "文件名里有不能用的字符",
    206: "路径太长",
    1117: "磁盘读写不正常",
}


_SQLITE_CAUSES = {
    "disk is full": "磁盘已满",
    "disk I/O error": "磁盘读写不正常",
    "readonly": "磁盘或文件只读",
    "unable to open": "文件或文件夹打不开",
    "malformed": "文件已损坏",
    "not a database": "文件已损坏，或不是台账",
    "locked": "正被别的程序使用",
}


def cause(wrong: OSError | sqlite3.Error) -> str:
    """The cause of a system or SQLite error in Chinese; the original text where no translation is known."""
    if isinstance(wrong, OSError):
        if (told := _WINDOWS_CAUSES.get(getattr(wrong, "winerror", 0))) is not None:
            return told
        return _CAUSES.get(wrong.errno or 0, wrong.strerror or str(wrong))
    return next((text for part, text in _SQLITE_CAUSES.items() if part in str(wrong)), str(wrong))
