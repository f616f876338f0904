"""How fast it is: ``make bench`` writes docs/benchmarks.md, every figure beside a peer or a goal of the same run.

python bench/run.py [PART …]    the parts named, such as 窗口 操作; the others stay as they are
"""

from __future__ import annotations

import compileall
import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

from bench import papers, stores, walk, windows, workbooks  # noqa: E402
from bench.timing import Row  # noqa: E402

PARTS: dict[str, Callable[[], list[Row]]] = {
    "窗口": windows.rows,
    "操作": walk.rows,
    "打印": papers.rows,
    "工作簿": workbooks.rows,
    "台账": stores.rows,
}
PAGE = ROOT / "docs/benchmarks.md"
HEADINGS = ("量的是", "本程序", "对照", "比值", "目标", "注")


def main(wanted: list[str]) -> int:
    """Measure the parts named, or all, and write their tables into docs/benchmarks.md; the others stay as they are."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is measured keeps its bytecode, as on a clerk's machine
    compileall.compile_dir(ROOT / "src", quiet=2)
    sections = _kept()
    for name, rows in PARTS.items():
        if not wanted or name in wanted:
            print(f"正在量：{name}", file=sys.stderr)
            load = f"，当时机器的负载 {os.getloadavg()[0]:.0f}" if hasattr(os, "getloadavg") else ""
            measured = f"{datetime.now(UTC).date()}，`python bench/run.py {name}`{load}"
            sections[name] = "\n".join([f"## {name}", "", measured, "", *_table(rows())])
            print(sections[name] + "\n")
    head = [
        "# 速度",
        "",
        "由 `make bench` 写成，不手工修改。比值为本程序除以对照，小于 1 是更快。",
        "",
        f"机器：{platform.system()} {platform.machine()}，{os.cpu_count()} 核，Python {platform.python_version()}。"
        "绝对数随机器和当时负载变动，比值和目标才可比。",
    ]
    text = "\n".join(head) + "\n\n" + "\n\n".join(sections[name] for name in PARTS if name in sections) + "\n"
    PAGE.write_text(text, encoding="utf-8")
    return 0


def _kept() -> dict[str, str]:
    """The sections of the page as they are, by the names of their parts."""
    if not PAGE.exists():
        return {}
    parts = PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
    return {part.split("\n", 1)[0]: f"## {part.strip()}" for part in parts}


def _table(rows: list[Row]) -> list[str]:
    body = ["| " + " | ".join(row.cells()) + " |" for row in rows]
    return ["| " + " | ".join(HEADINGS) + " |", "| " + " | ".join("---" for _ in HEADINGS) + " |", *body]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
