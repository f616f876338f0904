"""The sample store to try things on: built anew each time it is asked for."""

from __future__ import annotations

from pathlib import Path


def build_sample(path: Path) -> None:
    """Write the sample store at ``path``. Raises DeskError or OSError where it cannot be written."""
    from haicang_desk.demo import play
    from haicang_desk.model import back_up

    path.unlink(missing_ok=True)
    with play() as ws:
        back_up(ws, path)
