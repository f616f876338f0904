"""Make what the program would show on a screen: the demonstration year, its documents, pictures of every main screen.

Run: python scripts/offscreen_demo.py   (`make run` does so where there is no display). Everything goes to out/.
Does nothing where out/ holds what this program made: out/.made-from.json records a digest of everything the outputs
were made from and the digest of each output. A changed input, or a missing or changed output, makes all anew.
On a terminal one line shows the progress and is rewritten; elsewhere each stage prints a line or two.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parents[1]
OUT = "out"
STAMP = ".made-from.json"
INPUTS = ("src", "resources", "pyproject.toml", "requirements/constraints.txt")
STAGES = (  # what is made, the unit it is counted in, the module and arguments that make it; each prints a line a file
    ("演示台账和全部文书", "个文件", ("haicang_desk", "demo", OUT)),
    ("各主要界面的截图", "张", ("haicang_desk.ui.shell.screenshots", f"{OUT}/demo.db", f"{OUT}/screenshots")),
)
OUTPUT = re.compile(rf"(?:^|  ){OUT}/(.+)$")  # the end of a line that names a file
WIDTH = 76  # columns of the progress line


def main() -> int:
    """Make out/ where it is not up to date; returns the exit code of the command that failed, else 0."""
    began = time.monotonic()
    print("没有图形显示，不能打开窗口：改为把演示台账、全部文书和各主要界面的截图放到 out/。", flush=True)
    stamp = ROOT / OUT / STAMP
    made_from = inputs_digest(ROOT)
    if is_current(stamp, made_from):
        print("out/ 里已经是这个版本做出来的，程序、资源和依赖都没有变，不再重做。要重做，先删去 out/。")
        return 0
    stamp.unlink(missing_ok=True)
    print("要从头做一遍，一般要三分钟左右；程序没有变动时，下一次只要几秒。", flush=True)
    outputs: list[str] = []
    for title, unit, command in STAGES:
        code, made = run_stage(title, unit, command, sys.stdout)
        if code:
            return code
        outputs += made
    write_stamp(stamp, made_from, outputs)
    took = duration(time.monotonic() - began)
    print(f"都做好了，共用 {took}。台账是 out/demo.db，文书在 out/ 下按表名分的文件夹里，截图在 out/screenshots。")
    return 0


def inputs_digest(root: Path) -> str:
    """SHA-256 of everything the outputs depend on: program, resources, pins, commands and the Python that runs them."""
    total = hashlib.sha256(repr((sys.version, [command for _, _, command in STAGES])).encode())
    for path in files_of(root / name for name in INPUTS):
        total.update(f"{path.relative_to(root).as_posix()}\0{file_digest(path)}\n".encode())
    return total.hexdigest()


def files_of(places: Iterable[Path]) -> list[Path]:
    """Every file at or below the given places, in a fixed order, without what Python compiles beside the sources."""
    found = [path for place in places for path in ([place] if place.is_file() else place.rglob("*"))]
    return sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)


def file_digest(path: Path) -> str:
    """SHA-256 of the content of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_current(stamp: Path, made_from: str) -> bool:
    """Whether the stamp names these inputs and every output it lists still has the bytes it had."""
    try:
        kept = json.loads(stamp.read_text(encoding="utf-8"))
        outputs = kept["outputs"]
        if kept["made_from"] != made_from or not outputs:
            return False
        return all(file_digest(stamp.parent / name) == digest for name, digest in outputs.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False  # a stamp or an output that is missing or can't be read: made anew


def write_stamp(stamp: Path, made_from: str, outputs: Iterable[str]) -> None:
    """Record the digest of each output; other files that somebody keeps in out/ are none of them."""
    digests = {name: file_digest(stamp.parent / name) for name in outputs}
    stamp.write_text(json.dumps({"made_from": made_from, "outputs": digests}, ensure_ascii=False), encoding="utf-8")


def run_stage(title: str, unit: str, command: tuple[str, ...], screen: TextIO) -> tuple[int, list[str]]:
    """Run one command; returns its exit code and the files, relative to out/, that its lines name.

    Its messages are shown only where it fails.
    """
    began, made, lively = time.monotonic(), list[str](), screen.isatty()
    if not lively:
        print(f"正在做{title}…", file=screen, flush=True)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as messages:
        with subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, stdout=subprocess.PIPE, stderr=messages, encoding="utf-8"
        ) as process:
            for line in process.stdout or ():
                if found := OUTPUT.search(line.rstrip("\n")):
                    made.append(found[1])
                    if lively:
                        so_far = f"{len(made)} {unit}，{duration(time.monotonic() - began)}"
                        shown = clipped(f"正在做{title}：{so_far}　{Path(found[1]).name}", WIDTH)
                        print(f"\r\033[K{shown}", end="", file=screen, flush=True)
        if lively:
            print("\r\033[K", end="", file=screen)
        if process.returncode:
            messages.seek(0)
            print(f"没有做成{title}，原因：\n{messages.read()}", file=sys.stderr)
            return process.returncode, made
    print(f"{title}：{len(made)} {unit}，用时 {duration(time.monotonic() - began)}。", file=screen, flush=True)
    return 0, made


def clipped(text: str, width: int) -> str:
    """The beginning of a text that fits a number of terminal columns; Chinese characters take two each."""
    taken = 0
    for place, character in enumerate(text):
        taken += 1 + (ord(character) > 0x2E7F)
        if taken > width:
            return text[:place]
    return text


def duration(seconds: float) -> str:
    """Seconds as minutes and seconds in Chinese."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"


if __name__ == "__main__":
    sys.exit(main())
