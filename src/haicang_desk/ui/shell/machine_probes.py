"""Probes of the machine for 环境自检: folders, free space, path lengths, the clock and the fonts shipped.

Every probe removes what it wrote. Nothing here uses Qt, so that the probes can run on a worker thread.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path

from haicang_desk.paths import resource

FONTS = ("song.ttf", "hei.ttf", "kai.ttf", "fang.ttf", "title.ttf")
PROBE = 64 * 1024  # bytes written to test a folder
SLOW = 0.5  # seconds for one write with fsync; slower than this, saving has a noticeable pause
LONG = 259  # characters; Windows programs without long-path support open no longer path
TIGHT, SCANT = 100 * 2**20, 1024 * 2**20  # bytes free, below which space is 有问题 and 注意
SKEW = timedelta(minutes=2)  # how far the clock may stand behind the last change of the store
FIRST_YEAR, LAST_YEAR = 2018, 2100  # of the policy, and the last that a fund year may be
EAST_8 = timedelta(hours=8)

Explain = Callable[[OSError], str]


class Level(Enum):
    """The result of a probe, as it is shown."""

    GOOD = "正常"
    NOTE = "注意"
    BAD = "有问题"


@dataclass(frozen=True, slots=True)
class Probe:
    """One check: its name, its result, what was found, and what to do where that is not 正常."""

    what: str
    verdict: Level
    found: str
    cure: str = ""


def probes(
    folders: Sequence[tuple[str, Path]], now: datetime, explain: Explain, *, since: datetime | None = None
) -> list[Probe]:
    """Check each folder, given as (name, path), long paths below the last one, the clock and the shipped fonts.

    ``explain`` gives the Chinese cause of an OSError. A clock before ``since``, the time of the last change in the
    store, is wrong.
    """
    found = []
    for name, folder in folders:
        found += [_written(name, folder, explain), _replaced(name, folder, explain), _room(name, folder)]
    if folders:
        found.append(_long_path(folders[-1][1], explain))
    found.append(_clock(now, since))
    found.append(_fonts())
    return found


def _written(name: str, folder: Path, explain: Explain) -> Probe:
    """Write, sync, read back and remove a file with a Chinese name."""
    what, path = f"{name}：写入", folder / "环境自检“试写”（可删除）.tmp"
    data = os.urandom(PROBE)
    start = time.monotonic()
    try:
        with path.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        same = path.read_bytes() == data
    except OSError as wrong:
        return Probe(what, Level.BAD, f"“{folder}”写不进去：{explain(wrong)}", "请换一个可以写入的文件夹，或取消只读")
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    if not same:
        return Probe(what, Level.BAD, f"“{folder}”读回的与写入的不同", "请更换磁盘，并马上把备份存到别处")
    seconds = time.monotonic() - start
    text = f"“{folder}”可以写入，一次用 {seconds * 1000:.0f} 毫秒"
    if seconds > SLOW:
        return Probe(what, Level.NOTE, text, "磁盘较慢，保存时会有停顿；台账宜放在本机硬盘上")
    return Probe(what, Level.GOOD, text)


def _replaced(name: str, folder: Path, explain: Explain) -> Probe:
    """Replace a file that is open, as when a clerk still views the PDF that is made again."""
    what = f"{name}：替换打开着的文件"
    existing, fresh = folder / "环境自检（可删除）.tmp", folder / "环境自检新（可删除）.tmp"
    try:
        existing.write_bytes(b"old")
        fresh.write_bytes(b"new")
        with existing.open("rb"):
            fresh.replace(existing)
    except PermissionError:
        return Probe(what, Level.NOTE, "打开着的文件不能替换", "再存同名文书前，请先关闭正在看它的程序")
    except OSError as wrong:
        return Probe(what, Level.BAD, f"没有替换成：{explain(wrong)}", "请换一个文件夹存放")
    finally:
        for path in (existing, fresh):
            with suppress(OSError):
                path.unlink(missing_ok=True)
    return Probe(what, Level.GOOD, "可以替换")


def _room(name: str, folder: Path) -> Probe:
    """Check the free space of the disk that the folder is on."""
    what = f"{name}：剩余空间"
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return Probe(what, Level.NOTE, "查不到剩余空间", "请自行查看磁盘还有多少空间")
    text = f"还有 {free / 2**30:.1f} GB"
    if free < TIGHT:
        return Probe(what, Level.BAD, text, "请先清理磁盘，否则保存和备份会失败")
    return Probe(what, Level.NOTE, text, "请尽早清理磁盘") if free < SCANT else Probe(what, Level.GOOD, text)


def _long_path(folder: Path, explain: Explain) -> Probe:
    """Write below a path longer than LONG; documents have long names, 村居_项目_表名.pdf."""
    what, top = "很长的路径", None
    try:
        top = Path(tempfile.mkdtemp(prefix="环境自检", dir=folder))
        deep = top
        while len(str(deep)) <= LONG:
            deep = deep / ("长" * 40)
            deep.mkdir()
        (deep / "试.tmp").write_bytes(b"")
    except OSError as wrong:
        return Probe(what, Level.NOTE, f"超过 {LONG} 字的路径写不了：{explain(wrong)}", "存文书的文件夹请放得浅一些")
    finally:
        if top is not None:
            shutil.rmtree(top, ignore_errors=True)
    return Probe(what, Level.GOOD, f"超过 {LONG} 字的路径也可以写")


def _clock(now: datetime, since: datetime | None) -> Probe:
    """Check year, time zone and order of the system clock, from which all deadlines are counted."""
    what, text = "系统时钟", f"{now:%Y-%m-%d %H:%M}"
    cure = "期限都按系统日期计算，请先把日期和时间调准"
    if since is not None and now < since - SKEW:
        return Probe(what, Level.BAD, f"{text}，早于台账最后一次操作的 {since:%Y-%m-%d %H:%M}", cure)
    if not FIRST_YEAR <= now.year <= LAST_YEAR:
        return Probe(what, Level.BAD, f"{text}，明显不对", cure)
    if now.astimezone().utcoffset() != EAST_8:
        return Probe(what, Level.NOTE, f"{text}，不是北京时间", "请把系统时区改为北京时间（东八区）")
    return Probe(what, Level.GOOD, f"{text}，北京时间")


def _fonts() -> Probe:
    """Check that the fonts that papers are printed with are installed."""
    what, missing = "印文书的字体", []
    for name in FONTS:
        try:
            resource("fonts", name)
        except FileNotFoundError:
            missing.append(name)
    if missing:
        return Probe(what, Level.BAD, f"缺少 {len(missing)} 种字体：{'、'.join(missing)}", "请重新安装本程序")
    return Probe(what, Level.GOOD, f"随程序带的 {len(FONTS)} 种字体都在，不依赖系统字体")
