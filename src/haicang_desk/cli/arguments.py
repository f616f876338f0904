"""Reading a command line, with help and complaints in Chinese."""

from __future__ import annotations

import argparse
import os
import re
import sys
from argparse import Namespace
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NoReturn

from haicang_desk.cli.console import today

PROGRAM = "haicang-desk"


class Misused(Exception):
    """The command line cannot be understood; the text says why and how to see the usage (exit code 2)."""


class _Layout(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=24, width=96)

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks Chinese and raises Misused instead of leaving the process."""

    def __init__(self, name: str, *, summary: str, examples: Iterable[str]) -> None:
        told = "\n".join(("示例：", *(f"  {PROGRAM} {example}" for example in examples)))
        super().__init__(
            prog=f"{PROGRAM} {name}".strip(),
            description=summary,
            epilog=told,
            formatter_class=_Layout,
            add_help=False,
            allow_abbrev=False,
        )
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这段说明")
        self.add_argument("--operator", metavar="NAME", type=name_of, help="经办人姓名，记入变更记录；默认本机用户名")

    def format_help(self) -> str:
        return super().format_help().replace("参数:\n", "参数：\n").replace("选项:\n", "选项：\n")

    def error(self, message: str) -> NoReturn:
        raise Misused(f"{_in_chinese(message)}。用法见 {self.prog} --help")


_SAYINGS = (
    (r"the following arguments are required: (.*)", r"缺少参数 \1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (\S+): expected one argument", r"\1 后面应跟一个值"),
    (r"argument (\S+): ignored explicit argument (.*)", r"\1 后面不跟值，多出 \2"),
    (r"argument (\S+): invalid choice: (.*) \(choose from (.*)\)", r"\1 不能是 \2，可选 \3"),
    (r"argument (\S+): (.*)", r"\1：\2"),
)


def _in_chinese(message: str) -> str:
    for said, saying in _SAYINGS:
        if (found := re.fullmatch(said, message, re.DOTALL)) is not None:
            return found.expand(saying)
    return message


def text_of(given: str) -> str:
    """Text from the command line, also where the locale is not UTF-8 and Python guessed at the bytes."""
    if sys.platform != "win32" and sys.getfilesystemencoding().lower() != "utf-8":
        try:
            return os.fsencode(given).decode("utf-8")
        except UnicodeDecodeError:
            return given
    return given


def name_of(given: str) -> str:
    if not (name := text_of(given).strip()):
        raise argparse.ArgumentTypeError("请写明姓名或名称，不能为空")
    return name


def path_of(given: str) -> Path:
    if not given or "\0" in given:
        raise argparse.ArgumentTypeError("请写明文件路径")
    return Path(given)


def day_of(given: str) -> date:
    from haicang_desk.model.values import parse_day

    try:
        return parse_day(text_of(given))
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def year_of(given: str) -> int:
    """A fund year that some rule set is in force for."""
    from haicang_desk.model.policy import policy_for
    from haicang_desk.model.values import Refused

    if not (given.isascii() and given.isdigit() and len(given) == 4):
        raise argparse.ArgumentTypeError(f"“{given}”不是年度，应填四位数字，如 2026")
    try:
        policy_for(int(given))
    except Refused as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None
    return int(given)


def quarter_of(given: str) -> int:
    if given not in ("1", "2", "3", "4"):
        raise argparse.ArgumentTypeError(f"“{given}”不是季度，应填 1 至 4")
    return int(given)


def year_arguments(parser: Parser) -> None:
    """The arguments of every command that asks about a fund year on a day."""
    parser.add_argument("store", metavar="STORE", type=path_of, help="台账文件")
    parser.add_argument("--year", metavar="Y", type=year_of, help="资金年度；默认台账里最新的一年")
    day_argument(parser)


def day_argument(parser: Parser) -> None:
    parser.add_argument(
        "--as-of", metavar="DATE", type=day_of, default=None, help="按哪一天计算期限，如 2026-09-30；默认今天"
    )


def json_argument(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help="只输出一个 JSON 文档")


def day_given(given: Namespace) -> date:
    return given.as_of or today()
