"""The types of the two callbacks that a long job takes: one to report its progress, one to ask whether to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from haicang_desk.model.values.errors import Stopped

ProgressCallback = Callable[[int, int], None]  # how many are done, of how many
Cancelled = Callable[[], bool]  # true once the user asks to stop


@dataclass(frozen=True, slots=True)
class Course:
    """A long piece of work that tells how far it is, in hundredths, and stops when it is asked to.

    ``first`` and ``last`` are the hundredths that this part of the whole begins and ends with.
    """

    told: ProgressCallback | None = None
    cancelled: Cancelled | None = None
    stopped: str = "已停止，没有写入任何内容"
    first: float = 0
    last: float = 100

    def part(self, first: float, last: float) -> Course:
        """The course of a part, from ``first`` to ``last`` hundredths of this one."""
        span = (self.last - self.first) / 100
        return Course(self.told, self.cancelled, self.stopped, self.first + first * span, self.first + last * span)

    def tell(self, done: int, of: int) -> None:
        """Tell how much of this part is done. Raises Stopped where the person asked to stop."""
        self.go_on()
        if self.told is not None:
            self.told(round(self.first + (self.last - self.first) * done / max(of, 1)), 100)

    def go_on(self) -> None:
        """Raises Stopped where the person asked to stop."""
        if self.is_stopped():
            raise Stopped(self.stopped)

    def is_stopped(self) -> bool:
        """Whether the person asked to stop."""
        return self.cancelled is not None and self.cancelled()
