"""How fast it is: ``make bench`` writes docs/benchmarks.md, every figure beside a peer or a goal of the same run."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

from bench import papers, stores, windows, workbooks  # noqa: E402
from bench.timing import Row  # noqa: E402

PARTS: dict[str, Callable[[], list[Row]]] = {
    "窗口": windows.rows,
    "打印": papers.rows,
    "工作簿": workbooks.rows,
    "台账": stores.rows,
}
HEADINGS = ("量的是", "本程序", "对照", "比值", "目标", "注")


def main(wanted: list[str]) -> int:
    """Measure the parts named and print their tables; all parts also write docs/benchmarks.md."""
    lines = [
        "# 速度",
        "",
        f"由 `make bench` 于 {datetime.now(UTC).date()} 写成，不手工修改。比值为本程序除以对照，小于 1 是更快。",
        "",
        f"机器：{platform.system()} {platform.machine()}，{os.cpu_count()} 核，Python {platform.python_version()}。"
        "绝对数随机器和当时负载变动，比值和目标才可比。",
    ]
    for name, rows in PARTS.items():
        if not wanted or name in wanted:
            print(f"正在量：{name}", file=sys.stderr)
            lines += ["", f"## {name}", "", *_table(rows())]
    text = "\n".join(lines) + "\n"
    print(text)
    if not wanted:
        (ROOT / "docs/benchmarks.md").write_text(text, encoding="utf-8")
    return 0


def _table(rows: list[Row]) -> list[str]:
    body = ["| " + " | ".join(row.cells()) + " |" for row in rows]
    return ["| " + " | ".join(HEADINGS) + " |", "| " + " | ".join("---" for _ in HEADINGS) + " |", *body]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
