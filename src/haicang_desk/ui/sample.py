"""The sample store to try things on: built anew each time it is asked for."""

from __future__ import annotations

from pathlib import Path


def build_sample(path: Path) -> None:
    """Write the sample store at ``path``. Raises DeskError or OSError where it cannot be written."""
    from haicang_desk.demo import build_store

    path.unlink(missing_ok=True)
    build_store(path)
