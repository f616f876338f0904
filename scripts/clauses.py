"""Which place in the program each clause of the policy has, read from the tags in docstrings.

A docstring that ends with a line such as ``条文：C036 C049–C053`` says that its class, function or module
serves those clauses. ``python scripts/clauses.py`` writes docs/clauses.md; ``--check`` says what is missing.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src/haicang_desk"
TAG = re.compile(r"条文：((?:C\d{3}(?:–C\d{3})?[\s。]*)+)")
KINDS_OF_PLACE = (
    ("model/records", "记录"),
    ("model/rules", "规则"),
    ("model/documents", "文书"),
    ("model/spreadsheet", "工作簿"),
    ("ui", "窗口"),
    ("model", "模型"),
    ("cli", "命令"),
)


class Clause(NamedTuple):
    """One row of the list: where it stands, what it is, whether it asks for data, a check or a paper, and its words."""

    place: str
    kind: str
    asks: bool
    text: str


def clauses() -> dict[str, Clause]:
    """By number."""
    lines = (ROOT / "resources/policy/2018-clauses.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {number: Clause(place, kind, asks == "是", text) for number, place, kind, asks, text in rows}


def numbers(said: str) -> Iterator[str]:
    """``C036 C049–C053`` one by one."""
    for first, last in re.findall(r"C(\d{3})(?:–C(\d{3}))?", said):
        for number in range(int(first), int(last or first) + 1):
            yield f"C{number:03d}"


def tags() -> dict[str, list[tuple[str, str]]]:
    """By clause: the kind of place, and its first docstring line with the file and name."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                continue
            said = ast.get_docstring(node) or ""
            for match in TAG.finditer(said):
                name = getattr(node, "name", "")
                for number in numbers(match.group(1)):
                    found[number].append((kind_of(path), f"`{path.relative_to(SOURCE)}`{f' {name}' if name else ''}"))
    return found


def kind_of(path: Path) -> str:
    inside = path.relative_to(SOURCE).as_posix()
    return next((kind for start, kind in KINDS_OF_PLACE if inside.startswith(start)), "程序")


def missing() -> list[str]:
    """Clauses that ask for data, a check or a report and have no place; and tags of clauses that do not exist."""
    known, placed = clauses(), tags()
    lacking = [f"{n} {said.place} {said.text}" for n, said in known.items() if said.asks and n not in placed]
    return lacking + [f"{number} 没有这一条" for number in placed if number not in known]


def page() -> str:
    placed = tags()
    lines = [
        "# 条文与程序的对应",
        "",
        "厦海政办〔2018〕63号逐条所在，由 `scripts/clauses.py` 从源码标记生成，不手工修改。",
        "",
        "| 编号 | 位置 | 类 | 原文 | 所在 |",
        "| --- | --- | --- | --- | --- |",
    ]
    for number, said in clauses().items():
        where = "；".join(f"{kind}：{name}" for kind, name in placed.get(number, ())) or "（无须登记）"
        lines.append(f"| {number} | {said.place} | {said.kind} | {said.text} | {where} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        print(*missing(), sep="\n")
        return 1 if missing() else 0
    (ROOT / "docs/clauses.md").write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
