"""Which part of the program serves each clause of the policy, read from the tags in docstrings.

A docstring that ends with a line such as ``条文：C036 C049–C053`` says that its class, function or module
serves those clauses. ``python scripts/clauses.py`` writes docs/clauses.md; ``--check`` prints what is missing.
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
    """A clause: its place in the policy, its kind, whether it requires data, a check or a paper, and its text."""

    place: str
    kind: str
    asks: bool
    text: str


def clauses() -> dict[str, Clause]:
    """The clauses by number, from resources/policy/2018-clauses.tsv."""
    lines = (ROOT / "resources/policy/2018-clauses.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {number: Clause(place, kind, asks == "是", text) for number, place, kind, asks, text in rows}


def numbers(tag: str) -> Iterator[str]:
    """The clause numbers of a tag: ``C036 C049–C053`` gives six."""
    for first, last in re.findall(r"C(\d{3})(?:–C(\d{3}))?", tag):
        for number in range(int(first), int(last or first) + 1):
            yield f"C{number:03d}"


def tags() -> dict[str, list[tuple[str, str]]]:
    """By clause: the kind of module, and the file with the name of the class or function."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                continue
            for match in TAG.finditer(ast.get_docstring(node) or ""):
                name = getattr(node, "name", "")
                for number in numbers(match.group(1)):
                    found[number].append((kind_of(path), f"`{path.relative_to(SOURCE)}`{f' {name}' if name else ''}"))
    return found


def kind_of(path: Path) -> str:
    """The Chinese name of the part of the program that a file belongs to."""
    inside = path.relative_to(SOURCE).as_posix()
    return next((kind for start, kind in KINDS_OF_PLACE if inside.startswith(start)), "程序")


def missing() -> list[str]:
    """Clauses that require data, a check or a paper and have no tag; and tags of clauses that do not exist."""
    known, placed = clauses(), tags()
    lacking = [f"{n} {clause.place} {clause.text}" for n, clause in known.items() if clause.asks and n not in placed]
    return lacking + [f"{number} 没有这一条" for number in placed if number not in known]


def page() -> str:
    """The content of docs/clauses.md."""
    placed = tags()
    lines = [
        "# 条文与程序的对应",
        "",
        "厦海政办〔2018〕63号逐条所在，由 `scripts/clauses.py` 从源码标记生成，不手工修改。",
        "",
        "| 编号 | 位置 | 类 | 原文 | 所在 |",
        "| --- | --- | --- | --- | --- |",
    ]
    for number, clause in clauses().items():
        where = "；".join(f"{kind}：{name}" for kind, name in placed.get(number, ())) or "（无须登记）"
        lines.append(f"| {number} | {clause.place} | {clause.kind} | {clause.text} | {where} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write docs/clauses.md; with ``--check`` print what is missing instead, and return 1 for anything."""
    if "--check" in arguments:
        print(*missing(), sep="\n")
        return 1 if missing() else 0
    (ROOT / "docs/clauses.md").write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
