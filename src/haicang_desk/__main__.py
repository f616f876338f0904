"""The entry point of the one executable: runs a command if one is given, else opens the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and give its exit code: 0 done … 6 done in part (contract §1)."""
    from haicang_desk.cli import run

    return run(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    if getattr(sys, "frozen", False):  # a packaged program starts its other processes by running itself
        from multiprocessing import freeze_support

        freeze_support()
        if sys.argv[1:2] == ["--limited-reader"]:  # one that opens files of others, see model/foreign
            from haicang_desk.model.foreign.worker import run_from_command_line

            run_from_command_line()
    sys.exit(main())
