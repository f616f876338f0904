"""The faces for rare characters, in slices by code point: an index says which slice draws a character.

A page opens only the slices that its own characters stand in, and most pages none.
"""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path

INDEX = "index.txt"


class Slices:
    """A folder of slices beside their index, which is read when a character is first asked for.

    Each line of the index names a slice and, in hexadecimal, the code points it has, alone or
    from the first to the last: ``20000.ttf 20000-20088 2008A``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs: list[tuple[int, int, str]] = []  # first, last, slice

    def drawing(self, character: str) -> Path | None:
        """The slice that has the character, None where no slice has."""
        self._runs = self._runs or self._read()
        at = bisect_right(self._runs, ord(character), key=lambda run: run[0]) - 1
        if at < 0 or ord(character) > self._runs[at][1]:
            return None
        return self._folder / self._runs[at][2]

    def _read(self) -> list[tuple[int, int, str]]:
        runs = []
        for line in (self._folder / INDEX).read_text(encoding="ascii").splitlines():
            name, *stretches = line.split()
            for stretch in stretches:
                first, _, last = stretch.partition("-")
                runs.append((int(first, 16), int(last or first, 16), name))
        return sorted(runs)
