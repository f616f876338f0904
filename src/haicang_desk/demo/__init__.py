"""A made-up street's whole year: its store, run through by the model's own actions, and everything it can print.

It stands on the model's front doors alone, as screens and commands do.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from haicang_desk.demo.clock import AS_OF, play
from haicang_desk.demo.fixtures import YEAR, cast
from haicang_desk.demo.output_folder import OutputFolder
from haicang_desk.demo.printing import write_papers
from haicang_desk.model.store import back_up


def demonstrate(folder: Path, tell: Callable[[str, Path], None]) -> Path:
    """Write the demonstration under ``folder`` and give its store; ``tell`` hears of every file. Always the same bytes.

    Raises NotWritten where the folder cannot be used, or something of the year cannot be made.
    """
    place = OutputFolder(folder)

    def entered(what: str, path: Path) -> None:
        place.enter(path)
        tell(what, path)

    with play() as ws:
        entered("演示台账", place.store)
        write_papers(ws, folder, (YEAR, AS_OF), entered, person=cast().clerk)
        back_up(ws.conn, place.store)  # with what was issued in it
    return place.store
