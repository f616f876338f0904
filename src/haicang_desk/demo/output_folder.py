"""The folder a demonstration is written to: what an earlier one left there goes first, and nothing else is touched."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from haicang_desk.model.services import Workspace
from haicang_desk.model.values import NotWritten, cause

LIST = "演示文件清单.txt"
STORE = "demo.db"


class OutputFolder:
    """A folder, and the list of what this demonstration has written in it, kept as it goes along."""

    def __init__(self, folder: Path) -> None:
        """Raises NotWritten where it cannot be used, or holds a demo.db that no demonstration wrote."""
        self.folder, self._list = folder, folder / LIST
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._clear()
            self._list.write_text("", encoding="utf-8")
        except OSError as wrong:
            raise NotWritten(f"“{folder}”写不进去（{cause(wrong)}）。请换一个文件夹") from wrong

    @property
    def store(self) -> Path:
        return self.folder / STORE

    def enter(self, path: Path) -> None:
        """Put a file on the list before it is written, so that a run cut short can be cleared up too."""
        with self._list.open("a", encoding="utf-8") as written:
            written.write(f"{path.relative_to(self.folder).as_posix()}\n")

    def _clear(self) -> None:
        listed = self._listed()
        if self.store.exists():
            if self.store not in listed:
                raise NotWritten(f"“{self.store}”不是演示写的，没有改动任何文件。请换一个文件夹")
            Workspace.open(self.store).close()  # one that is open in a window is not taken from under it
        for path in listed:
            path.unlink(missing_ok=True)
        for folder in {path.parent for path in listed} - {self.folder}:
            with suppress(OSError):  # somebody else's file is in it
                folder.rmdir()

    def _listed(self) -> list[Path]:
        if not self._list.is_file():
            return []
        lines = self._list.read_text(encoding="utf-8").splitlines()
        return [self.folder / line for line in lines if line and ".." not in line and not line.startswith("/")]
