"""The table of commands: what each is for, and the function that runs it."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib import import_module
from typing import Any

from haicang_desk import __version__
from haicang_desk.cli.arguments import PROGRAM, Parser, UsageError, name_of
from haicang_desk.cli.console import print_lines


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    ``target`` is ``module:function`` within this package; a function ``<function>_arguments`` beside it adds the
    arguments to the parser.
    """

    name: str
    target: str
    synopsis: str
    summary: str
    examples: tuple[str, ...]
    operator: str = ""

    def parser(self) -> Parser:
        """The parser of this command's arguments."""
        parser = Parser(self.name, summary=self.summary, examples=self.examples)
        self._function("_arguments")(parser)
        parser.set_defaults(operator=self.operator or None)
        return parser

    def run(self, options: Namespace) -> int:
        """Run the command; returns the exit code. May raise."""
        code: int = self._function()(options)
        return code

    def _function(self, ending: str = "") -> Any:
        module, _, name = self.target.partition(":")
        return getattr(import_module(f"haicang_desk.cli.{module}"), name + ending)


WINDOW = Command("", "window_command:open_window", "[STORE]", "打开工作台窗口", ("新阳街道.db",))

# fmt: off
COMMANDS = {command.name: command for command in (
    Command("demo", "store_commands:demo", "DIR", "建一个演示街道，走完一整年，并把所有表单、公示、报告写到文件夹里",
            ("demo 演示/",)),
    Command("init", "store_commands:init", "STORE --street 名称 --year Y", "新建一个空台账",
            ("init 新阳街道.db --street 新阳街道 --year 2026",)),
    Command("template", "workbook_commands:template", "OUT.xlsx", "写出村居填报用的空白申报工作簿",
            ("template 申报工作簿.xlsx",)),
    Command("import", "workbook_commands:import_workbook", "STORE BOOK",
            "把工作簿里的记录读进台账；有一处不对或没有答复就一条也不写",
            ("import 新阳街道.db 霞阳社区申报.xlsx --dry-run", "import 新阳街道.db 霞阳社区申报.xlsx --operator 陈静",
             "import 新阳街道.db 项目汇总.xls --sheet Sheet1=项目 --unit 万元 --leave Sheet1/备注")),
    Command("faulty", "workbook_commands:faulty", "STORE BOOK OUT.xlsx",
            "把同一份工作簿标出错处和原因，退给填报的村居",
            ("faulty 新阳街道.db 霞阳社区申报.xlsx 霞阳社区需改正.xlsx",)),
    Command("export", "workbook_commands:export", "STORE OUT.xlsx", "把整本台账写成一个工作簿",
            ("export 新阳街道.db 台账2026.xlsx --year 2026",)),
    Command("receipt", "receipt_command:receipt", "STORE --village 名称 --out OUT.xlsx",
            "写给一个村居的回执：各项目的编号、办理情况、待补内容和待张贴的公示；接着填好可再导入",
            ("receipt 新阳街道.db --village 霞阳社区 --out 霞阳社区回执.xlsx",)),
    Command("check", "check_commands:check", "STORE", "按方案逐条检查，列出每一处不符、限额和差额",
            ("check 新阳街道.db", "check 新阳街道.db --year 2026 --as-of 2026-09-30 --json",
             "check 新阳街道.db --draft XYJD-XYSQ-2026-01 XYJD-XYSQ-2026-02")),
    Command("budget", "check_commands:budget", "STORE", "街道和各村居的资金平衡表",
            ("budget 新阳街道.db --year 2026",)),
    Command("show", "show_command:show", "STORE CODE", "一个项目的全部记录、办理阶段、下一步和检查结果",
            ("show 新阳街道.db XYJD-XYSQ-2026-01",)),
    Command("print", "print_commands:print_document", "STORE DOCUMENT --out DIR", "印出一种表单、公示或公文（PDF）",
            ("print 新阳街道.db application-form --out 表单/ --village 霞阳社区",
             "print 新阳街道.db project-notice --out 公示/ --single --paper A3")),
    Command("report", "print_commands:report", "STORE --year Y --quarter Q --out FILE",
            "季度进展情况报告，.xlsx 或 .pdf",
            ("report 新阳街道.db --year 2026 --quarter 3 --out 三季度.pdf",)),
    Command("attach", "attach_command:attach", "STORE CODE FILE… [--as 材料名]", "把扫描件、照片存进一个项目",
            ("attach 新阳街道.db XYJD-XYSQ-2018-01 合同.pdf --as 合同",
             "attach 新阳街道.db XYJD-XYSQ-2018-01 现场1.jpg 现场2.jpg --as 验收照片")),
    Command("verify", "verify_command:verify", "STORE",
            "核对台账：结构、外键、变更记录的链、每一条记录、每一份原件；指明损坏之处",
            ("verify 新阳街道.db", "verify 新阳街道.db --code 3f9a1c72d0b4e586",
             "verify 新阳街道.db --codes 从纸面抄下的存证码.txt")),
    Command("accept", "verify_command:accept", "STORE --reason 理由",
            "确认一本比本机上次看到的要旧或不同的台账，之后才能登记；理由记入变更记录",
            ("accept 新阳街道.db --reason 硬盘坏了，用的是上周拷到优盘的",)),
    Command("policy", "policy_command:policy", "STORE [--accept 文件名 --reason 理由]",
            "列出台账里启用的政策参数和词表，以及改动过而没有采用的文件；启用其中一个",
            ("policy 新阳街道.db", "policy 新阳街道.db --accept 2027.toml --reason 区里下达2027年度方案")),
    Command("repair", "repair_command:repair", "STORE [--dry-run]",
            "修复损坏的台账：按变更记录还原，必要时用最近的完好备份；先列明什么照旧、什么不同、什么保不住，损坏的文件另存",
            ("repair 新阳街道.db --dry-run", "repair 新阳街道.db")),
    Command("backup", "store_commands:backup", "STORE OUT.db",
            "备份台账和原件（OUT.db、OUT.files 和清单 OUT.json），并打开备份核对过才算数",
            ("backup 新阳街道.db U盘/新阳街道-20261122.db",)),
    Command("people", "people_command:people", "STORE [list|setup|add|…] [姓名]",
            "谁可以登录这个台账、各是什么角色；设置登录、添加、改角色、停用、重设密码",
            ("people 新阳街道.db", "people 新阳街道.db setup 王主任 --new-password-file 密码.txt",
             "people 新阳街道.db add 陈静 --role 经办 --new-password-file 新.txt"
             " --operator 王主任 --password-file 密码.txt")),
    Command("restore", "store_commands:restore", "BACKUP STORE [--dry-run]",
            "核对备份后连同原件恢复；原来的台账另存在旁边，不会被覆盖",
            ("restore U盘/新阳街道-20261122.db 新阳街道.db",
             "restore U盘/新阳街道-20261122.db 新阳街道.db --dry-run")),
)}
# fmt: on


def find_command(arguments: Sequence[str]) -> tuple[Command, list[str]]:
    """The command that a command line names, and the arguments left for it; without a name it is the window.

    A store whose file is called like a command is given with its folder: ``./demo``.
    Raises UsageError for a misspelt command, SystemExit after the general help.
    """
    operator, rest = _operator(list(arguments))
    if not rest:
        return replace(WINDOW, operator=operator), rest
    first = rest[0]
    if first in ("-h", "--help"):
        print_lines(general_help())
        raise SystemExit(0)
    if first == "--version":
        print_lines(f"{PROGRAM} {__version__}")
        raise SystemExit(0)
    if first in COMMANDS:
        return replace(COMMANDS[first], operator=operator), rest[1:]
    if len(rest) > 1 and not first.startswith("-") and "." not in first:
        raise UsageError(f"没有“{first}”这个命令{_suggestion(first)}。命令一览见 {PROGRAM} --help")
    return replace(WINDOW, operator=operator), rest


def _operator(arguments: list[str]) -> tuple[str, list[str]]:
    """The name given as ``--operator NAME`` before the command, else "", and the other arguments."""
    name, rest = "", arguments
    if arguments and arguments[0].startswith("--operator="):
        name, rest = arguments[0].partition("=")[2], arguments[1:]
    elif len(arguments) > 1 and arguments[0] == "--operator":
        name, rest = arguments[1], arguments[2:]
    else:
        return "", arguments
    try:
        return name_of(name), rest
    except ArgumentTypeError as error:
        raise UsageError(f"--operator：{error}。用法见 {PROGRAM} --help") from None


def _suggestion(word: str) -> str:
    near = get_close_matches(word, COMMANDS, n=1)
    return f"，是否想用“{near[0]}”" if near else ""


def general_help() -> list[str]:
    """The lines of the help for the whole program."""
    lines = ["海沧“社会+”民生微实事工作台", "", f"用法：{PROGRAM} [STORE]           打开窗口"]
    lines += [f"      {PROGRAM} 命令 …             不开窗口，办一件事", "", "命令："]
    for command in COMMANDS.values():
        lines += [f"  {command.name:9} {command.summary}", f"            {PROGRAM} {command.name} {command.synopsis}"]
    return [
        *lines,
        "",
        f"每个命令的说明和示例：{PROGRAM} 命令 --help",
        "各命令都可加 --operator NAME 写明经办人、--json 只输出一个 JSON 文档",
        "退出码：0 办妥 · 1 查出必须纠正的问题或损坏 · 2 用法不对 · 3 输入不能接受，什么都没写",
        "        4 台账打不开 · 5 结果写不出去 · 6 办成一部分，其余的逐一列明",
    ]
