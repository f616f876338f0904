"""The sample store to try things on: a street's made-up year."""

from __future__ import annotations

from pathlib import Path


def build_sample(path: Path) -> None:
    """Write the sample store at ``path``. Raises DeskError or OSError where it cannot be written."""
    from haicang_desk.demo.clock import play
    from haicang_desk.model.store import back_up

    with play() as ws:
        back_up(ws.conn, path)
