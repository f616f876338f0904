"""The command ``demo``."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from haicang_desk.cli.arguments import Parser, json_argument, path_of
from haicang_desk.cli.console import DONE, say, say_json, tell
from haicang_desk.demo import demonstrate


def demo_arguments(parser: Parser) -> None:
    parser.add_argument("folder", metavar="DIR", type=path_of, help="写到哪个文件夹；上次演示写的先删去，别的不动")
    json_argument(parser)


def demo(given: Namespace) -> int:
    """One line for each file; a line comes before its file is written."""
    files: list[str] = []

    def told(what: str, path: Path) -> None:
        files.append(str(path))
        if not given.json:
            say(f"{what}  {path}")

    store = demonstrate(given.folder, told)
    if given.json:
        say_json({"store": str(store), "files": files})
    tell(f"演示做好了：{len(files)} 个文件。打开台账：haicang-desk {store}")
    return DONE
