"""The one executable: a command where one is named, else the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; gives the exit code (0 done … 5 writing the output failed)."""
    from haicang_desk.cli import run

    return run(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    if getattr(sys, "frozen", False):  # a packed program starts its worker processes by calling itself
        from multiprocessing import freeze_support

        freeze_support()
    sys.exit(main())
