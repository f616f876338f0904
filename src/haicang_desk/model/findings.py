"""Findings: what the rules say of a project, a village or the street, each resting on a clause."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import Enum
from typing import Any

from haicang_desk.model.values import Money


class Severity(Enum):
    """硬 H stops a step; 例外 E stops it unless excepted; 提 W warns; 报 I is listed only."""

    BLOCK = "block"
    EXCEPTION = "exception"
    WARN = "warn"
    INFO = "info"

    @property
    def label(self) -> str:
        return {"block": "硬", "exception": "例外", "warn": "提", "info": "报"}[self.value]

    @property
    def rank(self) -> int:
        """0 is the gravest."""
        return ("block", "exception", "warn", "info").index(self.value)


@dataclass(frozen=True, slots=True)
class Clause:
    """A place in a policy document, e.g. 三(一)¶9, as scripts get it; ``str`` is as an official cites it."""

    document: str  # 厦海政办〔2018〕63号
    place: str  # 三(一)¶9

    def __str__(self) -> str:
        heading, _, paragraph = self.place.partition("¶")
        heading = heading.replace("(", "（").replace(")", "）")
        return f"{self.document}{heading}" + (f"第{paragraph}段" if paragraph else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a rule has to say: what was measured, the limit, the gap, what to do.

    ``message`` is one Chinese sentence with all four. ``shortfall`` is the missing or excess money, None
    where money is not the measure. ``field`` names the record's field to mark on a form, if one.
    """

    severity: Severity
    message: str
    rule: str = ""  # its code; filled in from the rule's declaration
    clause: Clause = Clause("", "")  # filled in from the rule's declaration, unless the check gives another
    measured: Any = None
    limit: Any = None
    shortfall: Money | None = None
    field: str = ""
    scope: str = ""  # project, village or street; filled in when the rules are run
    subject: str = ""  # 项目编号, 村居 or 街道; filled in when the rules are run
    title: str = ""  # how the subject is called on screen; filled in when the rules are run
    project_id: str = dataclasses.field(default="", compare=False)
    excused_by: str | None = None

    @property
    def stops(self) -> bool:
        """Whether it bars the step that its rule guards."""
        return self.severity is Severity.BLOCK or (self.severity is Severity.EXCEPTION and self.excused_by is None)
