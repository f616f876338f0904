"""Done once at set-up, so that every later start is quicker: what Python would compile each time is compiled now.

PySide6 carries its own helpers in Python inside a library, as source, and compiles them at every start (some 50 ms)
unless they lie beside it as files; its variable SBK_EMBED=0 puts them there. They belong to one version and are
therefore made anew whenever the environment is.
"""

from __future__ import annotations

import compileall
import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Compile what is not compiled; what cannot be written stays as it is, and is only slower."""
    found = find_spec("shiboken6")
    if found is not None and found.origin:
        helpers = Path(found.origin).parent / "files.dir"
        shutil.rmtree(helpers, ignore_errors=True)
        os.environ["SBK_EMBED"] = "0"
        import PySide6.QtCore  # noqa: F401 - it does it when it is loaded

        compileall.compile_dir(helpers, quiet=2)
    compileall.compile_dir(ROOT / "src", quiet=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
