"""What this machine can do for the program: probes of folders, disk and clock. It knows neither store nor screen."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from uuid import uuid4

from haicang_desk.model.values import NotWritten, cause
from haicang_desk.paths import resource

FONTS = ("song.ttf", "hei.ttf", "kai.ttf", "fang.ttf", "title.ttf")
PROBE = 64 * 1024  # bytes written to try a folder
SLOW = 0.5  # seconds for one safe write, from which on saving is felt
LONG = 259  # characters of a path, as far as every program on Windows can open it
TIGHT, SCANT = 100 * 2**20, 1024 * 2**20  # bytes free: too little to go on, and soon too little
SKEW = timedelta(minutes=2)
FIRST_YEAR, LAST_YEAR = 2018, 2100  # the policy's, and the last that a fund year may be
EAST_8 = timedelta(hours=8)

Explain = Callable[[OSError], str]


class Verdict(Enum):
    """How a probe came out, as it is told."""

    GOOD = "正常"
    NOTE = "注意"
    BAD = "有问题"


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing tried: what was found, and what to do where that is not well."""

    what: str
    verdict: Verdict
    found: str
    cure: str = ""


def probes(
    folders: Sequence[tuple[str, Path]], now: datetime, explain: Explain, *, since: datetime | None = None
) -> list[Probe]:
    """Try each folder (its name, where it is), the paths below the last one, the clock and the fonts shipped.

    ``since`` is when something was last done here: a clock that stands before it is wrong.
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
    """Write, bring to disk, read back and remove a file whose name is Chinese."""
    what, path = f"{name}：写入", folder / "环境自检“试写”（可删除）.tmp"
    data = os.urandom(PROBE)
    begun = time.monotonic()
    try:
        with path.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        same = path.read_bytes() == data
    except OSError as wrong:
        return Probe(what, Verdict.BAD, f"“{folder}”写不进去：{explain(wrong)}", "请换一个可以写入的文件夹，或取消只读")
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    if not same:
        return Probe(what, Verdict.BAD, f"“{folder}”读回的与写入的不同", "请更换磁盘，并马上把备份存到别处")
    took = time.monotonic() - begun
    said = f"“{folder}”可以写入，一次用 {took * 1000:.0f} 毫秒"
    if took > SLOW:
        return Probe(what, Verdict.NOTE, said, "磁盘较慢，保存时会有停顿；台账宜放在本机硬盘上")
    return Probe(what, Verdict.GOOD, said)


def _replaced(name: str, folder: Path, explain: Explain) -> Probe:
    """Put a new file in the place of one that another program holds open."""
    what = f"{name}：替换打开着的文件"
    held, fresh = folder / "环境自检（可删除）.tmp", folder / "环境自检新（可删除）.tmp"
    try:
        held.write_bytes(b"old")
        fresh.write_bytes(b"new")
        with held.open("rb"):
            fresh.replace(held)
    except PermissionError:
        return Probe(what, Verdict.NOTE, "打开着的文件不能替换", "再存同名文书前，请先关闭正在看它的程序")
    except OSError as wrong:
        return Probe(what, Verdict.BAD, f"没有替换成：{explain(wrong)}", "请换一个文件夹存放")
    finally:
        for path in (held, fresh):
            with suppress(OSError):
                path.unlink(missing_ok=True)
    return Probe(what, Verdict.GOOD, "可以替换")


def _room(name: str, folder: Path) -> Probe:
    what = f"{name}：剩余空间"
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return Probe(what, Verdict.NOTE, "查不到剩余空间", "请自行查看磁盘还有多少空间")
    said = f"还有 {free / 2**30:.1f} GB"
    if free < TIGHT:
        return Probe(what, Verdict.BAD, said, "请先清理磁盘，否则保存和备份会失败")
    return Probe(what, Verdict.NOTE, said, "请尽早清理磁盘") if free < SCANT else Probe(what, Verdict.GOOD, said)


def _long_path(folder: Path, explain: Explain) -> Probe:
    """The names of documents are long: 村居_项目_表名.pdf."""
    what, top = "很长的路径", None
    try:
        top = Path(tempfile.mkdtemp(prefix="环境自检", dir=folder))
        deep = top
        while len(str(deep)) <= LONG:
            deep = deep / ("长" * 40)
            deep.mkdir()
        (deep / "试.tmp").write_bytes(b"")
    except OSError as wrong:
        return Probe(what, Verdict.NOTE, f"超过 {LONG} 字的路径写不了：{explain(wrong)}", "存文书的文件夹请放得浅一些")
    finally:
        if top is not None:
            shutil.rmtree(top, ignore_errors=True)
    return Probe(what, Verdict.GOOD, f"超过 {LONG} 字的路径也可以写")


def _clock(now: datetime, since: datetime | None) -> Probe:
    """Deadlines are reckoned by it."""
    what, said = "系统时钟", f"{now:%Y-%m-%d %H:%M}"
    cure = "期限都按系统日期计算，请先把日期和时间调准"
    if since is not None and now < since - SKEW:
        return Probe(what, Verdict.BAD, f"{said}，早于台账最后一次操作的 {since:%Y-%m-%d %H:%M}", cure)
    if not FIRST_YEAR <= now.year <= LAST_YEAR:
        return Probe(what, Verdict.BAD, f"{said}，明显不对", cure)
    if now.astimezone().utcoffset() != EAST_8:
        return Probe(what, Verdict.NOTE, f"{said}，不是北京时间", "请把系统时区改为北京时间（东八区）")
    return Probe(what, Verdict.GOOD, f"{said}，北京时间")


def _fonts() -> Probe:
    what, lost = "印文书的字体", []
    for name in FONTS:
        try:
            resource("fonts", name)
        except FileNotFoundError:
            lost.append(name)
    if lost:
        return Probe(what, Verdict.BAD, f"缺少 {len(lost)} 种字体：{'、'.join(lost)}", "请重新安装本程序")
    return Probe(what, Verdict.GOOD, f"随程序带的 {len(FONTS)} 种字体都在，不依赖系统字体")


def ready(folder: Path) -> None:
    """Make the folder, if need be, before anything depends on it. Raises NotWritten."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise NotWritten(_said(folder, wrong)) from wrong


def write_whole(path: Path, data: bytes) -> None:
    """Write beside the place and rename over it, so that no reader ever sees half a file. Raises NotWritten."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    except OSError as wrong:
        raise NotWritten(_said(path, wrong)) from wrong
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        made.chmod(0o644)
        made.replace(path)
    except OSError as wrong:
        raise NotWritten(_said(path, wrong)) from wrong
    finally:
        made.unlink(missing_ok=True)


def _said(path: Path, wrong: OSError) -> str:
    return f"“{path}”没有写成（{cause(wrong)}）；请检查文件夹能否写入、磁盘是否已满、文件是否正被别的程序打开"


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """A path to write to, renamed to ``out`` when all is written. Raises NotWritten; then nothing is left behind."""
    if out.is_dir():
        raise NotWritten(f"“{out}”是文件夹，没有写出。请写明文件名，如 {out / '台账.xlsx'}")
    if not out.parent.is_dir():
        raise NotWritten(f"文件夹“{out.parent}”不存在，没有写出。请先建立文件夹，或换一个位置")
    part = out.with_name(f".{uuid4().hex}.part")
    try:
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(out)
    except OSError as wrong:
        raise NotWritten(
            f"“{out}”没有写出（{cause(wrong)}），原有文件没有改动。请关闭正在打开它的程序，核对磁盘空间和权限再试"
        ) from wrong
    finally:
        part.unlink(missing_ok=True)
