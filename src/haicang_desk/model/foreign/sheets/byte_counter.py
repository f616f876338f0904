"""Progress of a reading, and its end before time."""

from __future__ import annotations

from dataclasses import dataclass

from haicang_desk.model.foreign.errors import ReadingStopped
from haicang_desk.model.values import Cancelled, ProgressCallback


@dataclass(slots=True)
class ByteCounter:
    """Counts bytes or other units of work; ``total`` is set by the reader of a format before it begins."""

    progress: ProgressCallback | None = None
    cancelled: Cancelled | None = None
    total: int = 0
    done: int = 0

    def count(self, size: int) -> None:
        """Report more work done. Raises ReadingStopped once ``cancelled`` is true."""
        self.done += size
        if self.cancelled is not None and self.cancelled():
            raise ReadingStopped("已停止读取，没有写入任何内容")
        if self.progress is not None:
            self.progress(self.done, self.total)
