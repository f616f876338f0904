"""Errors that a person can act on. Their text is shown as it stands; all else is our own fault."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from haicang_desk.model.findings import Finding


class DeskError(Exception):
    """Says what is, what is safe and what to do."""


class StoreUnusable(DeskError):
    """The store is missing, damaged, newer, locked or read-only (exit code 4)."""


class Refused(DeskError):
    """The input cannot be taken; nothing was written (exit code 3)."""


class NotWritten(DeskError):
    """An output file or folder could not be written (exit code 5)."""


class StepNotOpen(Refused):
    """The project's stage, or a missing entry, does not allow this step."""


class Fixed(Refused):
    """An approved entry is not edited by typing; a step is the way (R34)."""


class NotUndoable(Refused):
    """The latest change was a decision: it is answered by another step, not undone."""


class Blocked(Refused):
    """Rules stop this step. ``findings`` says which, with figures and clause."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("；".join(f"〔{f.rule}〕{f.message}（{f.clause}）" for f in findings))
