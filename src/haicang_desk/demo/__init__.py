"""The demonstration: a whole year of a made-up street, taken through the workflow by the model's own services.

It uses the public names of the model only, as screens and commands do. Its few faults are planted and named in
``planted_faults``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from haicang_desk.demo.fixtures import YEAR, demo_street
from haicang_desk.demo.output import OutputFolder, write_papers
from haicang_desk.demo.planted_faults import PLANTED_FAULTS
from haicang_desk.demo.simulation import AS_OF, simulate_year
from haicang_desk.model.store import back_up, begin_anew

__all__ = ["PLANTED_FAULTS", "demonstrate"]


def demonstrate(folder: Path, tell: Callable[[str, Path], None]) -> Path:
    """Write the demonstration under ``folder`` and give the path of its store. The bytes are the same every time.

    ``tell`` is called with the kind and path of each file before it is written.

    Raises NotWritten where the folder cannot be used, or something of the year cannot be made.
    """
    output = OutputFolder(folder)

    def enter_and_tell(what: str, path: Path) -> None:
        """Put a file on the list of the output folder, then report it."""
        output.enter(path)
        tell(what, path)

    with simulate_year() as ws:
        enter_and_tell("演示台账", output.store)
        write_papers(ws, folder, (YEAR, AS_OF), enter_and_tell, person=demo_street().clerk)
        begin_anew(output.store)  # what was seen of the last demonstration says nothing about this one
        back_up(ws.conn, output.store)  # after the papers were issued, so that it holds them
    return output.store
