"""The types of the two callbacks that a long job takes: one to report its progress, one to ask whether to stop."""

from __future__ import annotations

from collections.abc import Callable

ProgressCallback = Callable[[int, int], None]  # how many are done, of how many
Cancelled = Callable[[], bool]  # true once the user asks to stop
