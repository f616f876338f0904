"""The command line: everything the program does without a window.

No Qt is imported but to open the window, and none of the model until a command needs it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from haicang_desk.cli.arguments import Misused
from haicang_desk.cli.console import MISUSED, finish, speak_utf8, tell
from haicang_desk.cli.exit_codes import exit_code_of


def run(arguments: Sequence[str]) -> int:
    """Run one command line to its end. Gives the exit code; raises nothing, prints no traceback."""
    speak_utf8()
    try:
        code = _run(list(arguments))
    except Misused as wrong:
        tell(str(wrong))
        code = MISUSED
    except SystemExit as left:  # argparse leaves so after --help
        code = left.code if isinstance(left.code, int) else 0
    except KeyboardInterrupt:
        tell("已中断，没有完成的办理不会留下半截数据")
        code = 130
    except BaseException as wrong:
        code = exit_code_of(wrong, sys.argv[:1] + list(arguments))
    return finish(code)


def _run(arguments: list[str]) -> int:
    from haicang_desk.cli.command_table import find

    command, rest = find(arguments)
    return command.act(command.parser().parse_args(rest))
