"""What a reading asks and what has been answered: questions of units, sheets, columns, cells and repeated columns.

Contract §2: nothing is guessed. What a table does not say is a Question; an answer comes from an option of ``import``,
from the import screen, or from the mapping kept for a sender, and all three become Answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from haicang_desk.model.records import Labelled
from haicang_desk.model.spreadsheet.columns import folded

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
    ``cell`` is the reference of the cell that a question of kind VALUE is about. ``field`` is the heading of the field
    that a question of kind COLUMN misses, "" where it is about a column that no field takes.
    """

    kind: QuestionKind
    sheet: str
    row: int
    column: str
    value: str
    proposal: str
    reason: str
    choices: tuple[str, ...] = ()
    cell: str = ""
    field: str = ""

    @property
    def where(self) -> str:
        """The place that the question is about, as messages give it."""
        row = f"第 {self.row} 行" if self.row else ""
        return f"“{self.sheet}”{row}" + (f"「{self.column}」" if self.column else "")

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


SPLIT, SKIPPED = "分为两笔", "不读"  # the two answers about a repeated column
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that has been answered about one workbook.

    Keys are titles of sheets and names of columns (``ColumnHeading.name``), compared without regard to width, case and
    white space; "" as a sheet or column stands for all of them. ``units``: (sheet, column) → yuan in one unit.
    ``sheets``: title → label of its record. ``left_out``: (sheet, column), or (sheet, "") for the whole sheet.
    ``cells``: (sheet, reference such as E7) → text that takes its place. ``constants``: (sheet, heading of a field) →
    text for every row. ``twins``: (sheet, column) → 分为两笔 or 不读. ``mappings``: those that apply, the first that
    fits a table counts; every other answer goes before them.
    """

    units: Mapping[tuple[str, str], int] = field(default_factory=dict)
    sheets: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[tuple[str, str]] = frozenset()
    cells: Mapping[tuple[str, str], str] = field(default_factory=dict)
    constants: Mapping[tuple[str, str], str] = field(default_factory=dict)
    twins: Mapping[tuple[str, str], str] = field(default_factory=dict)
    mappings: tuple[TableMapping, ...] = ()

    def merged(self, later: Answers) -> Answers:
        """These answers and later ones, which take the place of those about the same thing."""
        return Answers(
            {**self.units, **later.units},
            {**self.sheets, **later.sheets},
            self.left_out | later.left_out,
            {**self.cells, **later.cells},
            {**self.constants, **later.constants},
            {**self.twins, **later.twins},
            (*later.mappings, *self.mappings),
        )

    def record(self, sheet: str) -> str | None:
        """The label of the record that a sheet was said to hold."""
        return next((label for title, label in self.sheets.items() if same(title, sheet)), None)

    def leaves_out(self, sheet: str, names: Iterable[str] = ("",)) -> bool:
        """Whether a sheet, or a column of it by any of its names, was said to be left out."""
        return any(same(title, sheet) and any(same(column, name) for name in names) for title, column in self.left_out)

    def unit(self, sheet: str, names: Iterable[str]) -> int | None:
        """The unit said for a column, in yuan; what was said of the column goes before what was said of the sheet."""
        return _most_specific(self.units, sheet, names)

    def twin(self, sheet: str, names: Iterable[str]) -> str | None:
        """What was said of a repeated column: 分为两笔 or 不读."""
        return _most_specific(self.twins, sheet, names)

    def constant(self, sheet: str, names: Iterable[str]) -> str | None:
        """The text said for every row of a column that the table does not have."""
        return _most_specific(self.constants, sheet, names)

    def cells_of(self, sheet: str) -> dict[str, str]:
        """The texts said for cells of a sheet, by reference in capitals."""
        return {reference.upper(): text for (title, reference), text in self.cells.items() if same(title, sheet)}


def same(one: str, other: str) -> bool:
    """Whether two names are the same but for width, case and white space."""
    return one == other or folded(one) == folded(other)


def _most_specific(said: Mapping[tuple[str, str], T], sheet: str, names: Iterable[str]) -> T | None:
    """What was said of this column, else of the sheet, else of this column in any sheet, else of all."""
    names = tuple(names)
    best: tuple[int, T | None] = (-1, None)
    for (title, column), value in said.items():
        if (title == "" or same(title, sheet)) and (column == "" or any(same(column, name) for name in names)):
            rank = 2 * bool(title) + bool(column) if title or column else 0
            if rank > best[0]:
                best = (rank, value)
    return best[1]
