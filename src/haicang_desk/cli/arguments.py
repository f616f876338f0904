"""The argument parser of all commands, with help and error messages in Chinese, and the types of arguments."""

from __future__ import annotations

import argparse
import os
import re
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import NoReturn

from haicang_desk.cli.console import today

PROGRAM = "haicang-desk"


class UsageError(Exception):
    """The command line can't be understood; the text says why and how to see the usage (exit code 2)."""


class _ChineseHelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Help of at most 96 columns that begins with 用法."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=24, width=96)

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        """Add the usage, with 用法 before it."""
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """An argument parser with texts in Chinese. It raises UsageError where argparse would end the process."""

    def __init__(self, name: str, *, summary: str, examples: Iterable[str]) -> None:
        epilog = "\n".join(("示例：", *(f"  {PROGRAM} {example}" for example in examples)))
        super().__init__(
            prog=f"{PROGRAM} {name}".strip(),
            description=summary,
            epilog=epilog,
            formatter_class=_ChineseHelpFormatter,
            add_help=False,
            allow_abbrev=False,
        )
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这段说明")
        self.add_argument("--operator", metavar="NAME", type=name_of, help="经办人姓名，记入变更记录；默认本机用户名")
        self.add_argument(
            "--password-file", metavar="FILE", type=path_of, help="台账设有登录的，写入时要：密码写在这个文件的第一行"
        )

    def format_help(self) -> str:
        """The help text, with a full-width colon after the headings of its sections."""
        return super().format_help().replace("参数:\n", "参数：\n").replace("选项:\n", "选项：\n")

    def error(self, message: str) -> NoReturn:
        """Raises UsageError with the message in Chinese."""
        raise UsageError(f"{_translated(message)}。用法见 {self.prog} --help")


_TRANSLATIONS = (  # message of argparse, as a regular expression -> Chinese
    (r"the following arguments are required: (.*)", r"缺少参数 \1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (\S+): expected one argument", r"\1 后面应跟一个值"),
    (r"argument (\S+): ignored explicit argument (.*)", r"\1 后面不跟值，多出 \2"),
    (r"argument (\S+): invalid choice: (.*) \(choose from (.*)\)", r"\1 不能是 \2，可选 \3"),
    (r"argument (\S+): (.*)", r"\1：\2"),
)


def _translated(message: str) -> str:
    for pattern, translation in _TRANSLATIONS:
        if (match := re.fullmatch(pattern, message, re.DOTALL)) is not None:
            return match.expand(translation)
    return message


def text_of(text: str) -> str:
    """Text from the command line, decoded as UTF-8 also where the locale says otherwise."""
    if sys.getfilesystemencoding().lower() != "utf-8":
        try:
            return os.fsencode(text).decode("utf-8")
        except UnicodeDecodeError:
            return text
    return text


def name_of(text: str) -> str:
    """A name without white space around it. Raises ArgumentTypeError where it is empty."""
    if not (name := text_of(text).strip()):
        raise argparse.ArgumentTypeError("请写明姓名或名称，不能为空")
    return name


def path_of(text: str) -> Path:
    """A path. Raises ArgumentTypeError where it is empty or holds a NUL."""
    if not text or "\0" in text:
        raise argparse.ArgumentTypeError("请写明文件路径")
    return Path(text)


def output_path_of(*endings: str) -> Callable[[str], Path]:
    """The type of an argument that names an output file: its path, whose ending is one of ``endings``, as ``.xlsx``.

    The type raises NotWritten for what no output may replace (``platform.refuse_to_replace``), ArgumentTypeError for
    another ending.
    """

    def output_path(text: str) -> Path:
        """The path of an output file. Raises NotWritten, ArgumentTypeError."""
        from haicang_desk.platform import refuse_to_replace

        path = path_of(text)
        refuse_to_replace(path)
        if path.suffix.lower() not in endings:
            raise argparse.ArgumentTypeError(f"“{path.name}”应以 {' 或 '.join(endings)} 结尾，没有写出")
        return path

    return output_path


def day_of(text: str) -> date:
    """A date in any of the notations that ``parse_day`` reads. Raises ArgumentTypeError."""
    from haicang_desk.model.values import parse_day

    try:
        return parse_day(text_of(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def year_of(text: str) -> int:
    """A fund year for which the program has a rule set. Raises ArgumentTypeError."""
    from haicang_desk.model.policy import shipped_rule_sets

    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise argparse.ArgumentTypeError(f"“{text}”不是年度，应填四位数字，如 2026")
    first = shipped_rule_sets()[0].from_year
    if int(text) < first:
        raise argparse.ArgumentTypeError(f"没有 {text} 年度可用的政策参数；本程序自 {first} 年度起适用，请核对资金年度")
    return int(text)


def quarter_of(text: str) -> int:
    """A quarter, 1 to 4. Raises ArgumentTypeError."""
    if text not in ("1", "2", "3", "4"):
        raise argparse.ArgumentTypeError(f"“{text}”不是季度，应填 1 至 4")
    return int(text)


def store_argument(parser: Parser) -> None:
    """Add STORE."""
    parser.add_argument("store", metavar="STORE", type=path_of, help="台账文件")


def year_arguments(parser: Parser) -> None:
    """Add STORE, --year and --as-of, for commands about a fund year on a day."""
    store_argument(parser)
    parser.add_argument("--year", metavar="Y", type=year_of, help="资金年度；默认台账里最新的一年")
    day_argument(parser)


def day_argument(parser: Parser) -> None:
    """Add --as-of."""
    parser.add_argument(
        "--as-of", metavar="DATE", type=day_of, default=None, help="按哪一天计算期限，如 2026-09-30；默认今天"
    )


def json_argument(parser: Parser) -> None:
    """Add --json."""
    parser.add_argument("--json", action="store_true", help="只输出一个 JSON 文档")


def day_of_options(options: Namespace) -> date:
    """The day of --as-of, by default today."""
    return options.as_of or today()
