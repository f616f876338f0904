"""The command line: everything that the program does without a window.

Qt is imported only to open the window, and the model only by the command that needs it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from haicang_desk.cli.arguments import UsageError
from haicang_desk.cli.console import MISUSED, flush_output, print_message, use_utf8
from haicang_desk.cli.exit_codes import exit_code_of


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns the exit code. Raises nothing and prints no traceback."""
    use_utf8()
    try:
        code = _run(list(arguments))
    except UsageError as error:
        print_message(str(error))
        code = MISUSED
    except SystemExit as exit_:  # argparse ends with it after --help
        code = exit_.code if isinstance(exit_.code, int) else 0
    except KeyboardInterrupt:
        print_message("已中断，没有完成的办理不会留下半截数据")
        code = 130
    except BaseException as error:
        code = exit_code_of(error, sys.argv[:1] + list(arguments))
    return flush_output(code)


def _run(arguments: list[str]) -> int:
    from haicang_desk.cli.command_table import find_command

    command, rest = find_command(arguments)
    return command.run(command.parser().parse_args(rest))
