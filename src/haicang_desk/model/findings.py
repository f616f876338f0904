"""Findings: what a rule reports about a project, a village or the street, with its severity and its clause."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from haicang_desk.model.values import Money


class Severity(Enum):
    """硬 (H) stops a step; 例外 (E) stops it unless there is a waiver; 提 (W) warns; 报 (I) is only listed."""

    BLOCK = "block"
    EXCEPTION = "exception"
    WARN = "warn"
    INFO = "info"

    @property
    def label(self) -> str:
        """The Chinese name shown on screen and paper."""
        return {"block": "硬", "exception": "例外", "warn": "提", "info": "报"}[self.value]

    @property
    def rank(self) -> int:
        """The sort order; 0 is the most severe."""
        return ("block", "exception", "warn", "info").index(self.value)


@dataclass(frozen=True, slots=True)
class Clause:
    """A place in a policy document, such as 三(一)¶9, as JSON has it; ``str`` gives it as an official cites it."""

    document: str  # 厦海政办〔2018〕63号
    place: str  # 三(一)¶9

    def __str__(self) -> str:
        heading, _, paragraph = self.place.partition("¶")
        heading = heading.replace("(", "（").replace(")", "）")
        return f"{self.document}{heading}" + (f"第{paragraph}段" if paragraph else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One result of a rule: what was measured, the limit, the gap and what to do.

    ``measured`` and ``limit`` are of one kind and unit: fen, days, counts, ISO days, shares such as 7/12, or words.
    ``message`` is one Chinese sentence with all four. ``shortfall`` is the missing or excess money in fen, None where
    the measure is not money. ``field`` names the field to mark on a form, "" for none.
    """

    severity: Severity
    message: str
    rule: str = ""  # its code; filled in from the rule's declaration
    check: str = dataclasses.field(default="", compare=False)  # the title of that declaration, or closer: what is amiss
    clause: Clause = Clause("", "")  # filled in from the rule's declaration, unless the check gives another
    measured: Any = None
    limit: Any = None
    shortfall: Money | None = None
    field: str = ""
    cure: str = ""  # what to do, said behind ``message`` unless leave excuses the finding
    taken_on: date | None = None  # the day of the step that leave is for: leave must not be of a later day
    scope: str = ""  # project, village or street; set by the rule engine
    subject: str = ""  # 项目编号, 村居 or 街道; set by the rule engine
    title: str = ""  # name of the subject on screen; set by the rule engine
    project_id: str = dataclasses.field(default="", compare=False)
    year: int | None = None  # the fund year; set by the rule engine
    answered_by: type[Any] | None = dataclasses.field(
        default=None, compare=False
    )  # the record to put right, where known
    excused_by: str | None = None  # the document number of the leave (例外)

    @property
    def stops(self) -> bool:
        """Whether it stops the step that its rule checks before."""
        return self.severity is Severity.BLOCK or (self.severity is Severity.EXCEPTION and self.excused_by is None)
