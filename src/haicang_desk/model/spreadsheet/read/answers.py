"""What a reading asks and what has been answered: questions of units, sheets, columns, cells and repeated columns.

Contract §2: nothing is guessed. What a table does not say is a Question; an answer comes from an option of ``import``,
from the import screen, or from the mapping kept for a sender, and all three become Answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from haicang_desk.model.records import Labelled

if TYPE_CHECKING:
    from haicang_desk.model.spreadsheet.read.mapping import TableMapping


class QuestionKind(Labelled):
    """导入时的疑问属于哪一类。"""

    UNIT = "unit", "金额单位"
    SHEET = "sheet", "工作表"
    COLUMN = "column", "栏目"
    VALUE = "value", "内容"
    TWIN = "twin", "重复的栏目"


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that must be answered before anything is written. ``row`` is 0 where it concerns a column or sheet.

    ``proposal`` is the likely answer, "" where none is likelier; ``choices`` are the possible ones, where they are few.
    """

    kind: QuestionKind
    sheet: str
    row: int
    column: str
    value: str
    proposal: str
    reason: str
    choices: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """One entry of ``questions`` in ``import --json`` (contract §2)."""
        return {
            "sheet": self.sheet,
            "row": self.row or None,
            "column": self.column or None,
            "kind": self.kind.code,
            "value": self.value,
            "proposal": self.proposal,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that has been answered about one workbook.

    Keys are titles of sheets and names of columns (``Heading.name``); "" as a sheet or column stands for all of them.
    ``units``: (sheet, column) → yuan in one unit. ``sheets``: title → label of its record. ``left_out``: (sheet,
    column), or (sheet, "") for the whole sheet. ``cells``: (sheet, reference such as E7) → text that takes its place.
    ``twins``: (sheet, column) → 分为两笔 or 不读. ``mappings``: those that apply, the first that fits a table counts.
    """

    units: Mapping[tuple[str, str], int] = field(default_factory=dict)
    sheets: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[tuple[str, str]] = frozenset()
    cells: Mapping[tuple[str, str], str] = field(default_factory=dict)
    twins: Mapping[tuple[str, str], str] = field(default_factory=dict)
    mappings: tuple[TableMapping, ...] = ()
