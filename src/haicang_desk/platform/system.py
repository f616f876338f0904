"""Which operating system this is, and what follows from it. Nothing else in the program asks."""

from __future__ import annotations

import os
import sys

WINDOWS = os.name == "nt"
LINUX = sys.platform.startswith("linux")
_removes_open_files = not WINDOWS
SYSTEM = sys.platform  # for reports


def removes_open_files() -> bool:
    """Whether a file can be renamed, replaced or removed while it is open; Windows refuses that."""
    return _removes_open_files


def has_permission_bits() -> bool:
    """Whether files have an owner and bits that say what others may do."""
    return os.name == "posix"
