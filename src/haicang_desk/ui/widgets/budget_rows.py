"""The rows of a budget as typed: texts, what they read as, undo until they are saved, and the sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from haicang_desk.model.records import BudgetLine, Source
from haicang_desk.model.values import Money, pinyin_forms
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import LEFT, RIGHT

if TYPE_CHECKING:
    from haicang_desk.model.spreadsheet import TypedLine

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
NAMES = (
    *("content", "subject", "measure", "quantity", "price", "amount"),
    *("source", "is_overhead", "category", "note"),
)
NUMBERS = ("quantity", "price", "amount")
HEADS = {"content": "内容（名称规格）", "is_overhead": "管理费"}
MOST_UNDONE = 100


@dataclass(frozen=True, slots=True)
class ReadRow:
    """What a row reads as: its line, its faults by field, and whether its amount was computed."""

    line: BudgetLine
    faults: Mapping[str, str] = field(default_factory=dict)
    computed: bool = False


def read_row(texts: Mapping[str, str], was: BudgetLine) -> TypedLine:
    """Read texts as an import does. The readers are loaded when first needed: they take longer than the page."""
    from haicang_desk.model.spreadsheet import read_budget_line

    return read_budget_line(texts, was)


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One row: the line it was opened from, or a new one, and its texts by field."""

    was: BudgetLine = field(default_factory=BudgetLine)
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing is typed in it; a source alone, which is filled in beforehand, does not count."""
        return not any(text.strip() for name, text in self.texts.items() if name != "source")


def row_of(line: BudgetLine) -> BudgetRow:
    """The row of a stored line."""
    return BudgetRow(line, {name: BudgetLine.fields[name].show(line) for name in NAMES if _has(line, name)})


def _has(line: BudgetLine, name: str) -> bool:
    return getattr(line, name) not in (None, "")


def _flat(text: str) -> str:
    return " ".join(text.split())


def choices_of(name: str) -> tuple[str, ...]:
    """What may be picked in a column, () where everything is typed."""
    declared = BudgetLine.fields[name]
    if declared.kind is Enum:
        return tuple(member.label for member in declared.type)
    return ("是", "否") if declared.kind is bool else tuple(declared.suggests)


def settled_choice(name: str, text: str) -> str:
    """The one choice that a text means, by its characters or its initials; else the text as it is."""
    choices, typed = choices_of(name), text.strip()
    if not typed or typed in choices:
        return typed
    fitting = [each for each in choices if typed in each or typed.lower() in pinyin_forms(each)]
    return fitting[0] if len(fitting) == 1 else typed


class BudgetModel(QAbstractTableModel):
    """The rows with an empty one at the end to type in. Every change can be undone until ``load`` is called."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fixed = False
        self._rows: list[BudgetRow] = []
        self._read: dict[int, TypedLine | ReadRow] = {}
        self._saved: tuple[BudgetRow, ...] = ()
        self._undone: list[tuple[BudgetRow, ...]] = []
        self._redone: list[tuple[BudgetRow, ...]] = []

    # rows

    def load(self, lines: Sequence[BudgetLine], *, fixed: bool = False) -> None:
        """Show stored lines; nothing counts as changed."""
        self.beginResetModel()
        self.fixed = fixed
        self._rows = [row_of(line) for line in lines]
        self._saved = tuple(self._rows)
        self._undone, self._redone, self._read = [], [], {}
        self.endResetModel()

    @property
    def rows(self) -> list[BudgetRow]:
        """The rows that are not empty."""
        return [row for row in self._rows if not row.empty or row.was.id]

    @property
    def changed(self) -> bool:
        """Whether anything differs from what was loaded."""
        return tuple(self.rows) != self._saved

    def typed(self, number: int) -> TypedLine | ReadRow:
        """What a row reads as; without faults where nothing is typed in it. A stored line is not read again."""
        if number >= len(self._rows) or self._rows[number].empty:
            return ReadRow(BudgetLine())
        if number not in self._read:
            row = self._rows[number]
            stored = bool(row.was.id) and row.texts == row_of(row.was).texts
            self._read[number] = (
                ReadRow(row.was) if stored else read_row({**dict.fromkeys(NAMES, ""), **row.texts}, row.was)
            )
        return self._read[number]

    def lines(self) -> list[BudgetLine]:
        """The lines as far as they can be read."""
        return [self.typed(number).line for number, row in enumerate(self._rows) if not row.empty]

    def faults(self) -> list[tuple[int, str, str]]:
        """Row, field and reason of every cell that cannot be saved."""
        found = []
        for number in range(len(self._rows)):
            found += [(number, name, reason) for name, reason in self.typed(number).faults.items()]
        return found

    def to_save(self) -> list[BudgetLine]:
        """The lines that are new or changed, and as void those that were removed. There must be no faults."""
        kept = {row.was.id for row in self._rows if row.was.id and not row.empty}
        changed = [
            self.typed(number).line
            for number, row in enumerate(self._rows)
            if not row.empty and self.typed(number).line != row.was
        ]
        return changed + [replace(row.was, void=True) for row in self._saved if row.was.id not in kept]

    def opened(self) -> list[BudgetLine]:
        """The stored lines as they were loaded."""
        return [row.was for row in self._saved]

    # changing

    def put_rows(self, rows: Sequence[BudgetRow]) -> None:
        """Put other rows in place of the present ones; it can be undone."""
        self._undone = [*self._undone[-MOST_UNDONE:], tuple(self._rows)]
        self._redone = []
        self._put(rows)

    def _put(self, rows: Sequence[BudgetRow]) -> None:
        # Rows come and go behind the empty one: that in which a person types stays where it is.
        before, after = self.rowCount(), len(rows) + (not self.fixed)
        if after > before:
            self.beginInsertRows(ROOT, before, after - 1)
        elif after < before:
            self.beginRemoveRows(ROOT, after, before - 1)
        self._rows, self._read = list(rows), {}
        if after > before:
            self.endInsertRows()
        elif after < before:
            self.endRemoveRows()
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(NAMES) - 1))
        self.edited.emit()

    def undo(self) -> bool:
        """Take back the last change; gives whether there was one."""
        if not self._undone:
            return False
        self._redone.append(tuple(self._rows))
        self._put(self._undone.pop())
        return True

    def redo(self) -> bool:
        """Do again what was taken back; gives whether there was anything."""
        if not self._redone:
            return False
        self._undone.append(tuple(self._rows))
        self._put(self._redone.pop())
        return True

    def write(self, cells: Mapping[tuple[int, str], str]) -> None:
        """Set the texts of cells, by row and field, as one change."""
        rows = list(self._rows)
        for (number, name), text in cells.items():
            while number >= len(rows):
                rows.append(BudgetRow(texts={"source": Source.SPECIAL.label}))
            settled = self._tidy(rows[number].was, name, text)
            rows[number] = replace(rows[number], texts={**rows[number].texts, name: settled})
        if rows != self._rows:
            self.put_rows(rows)

    @staticmethod
    def _tidy(was: BudgetLine, name: str, text: str) -> str:
        """A text as it stands in its cell: a choice in full, an amount with its thousands marks."""
        if choices_of(name):
            return settled_choice(name, text)
        line = read_row({name: text}, was)
        return BudgetLine.fields[name].show(line.line) if text.strip() and name not in line.faults else text.strip()

    def append(self, rows: Sequence[Mapping[str, str]]) -> int:
        """Append pasted rows as one change; gives the number of the first of them."""
        kept = [row for row in self._rows if not row.empty or row.was.id]
        made = []
        for texts in rows:
            filled = {"source": Source.SPECIAL.label, **{name: text for name, text in texts.items() if text}}
            made.append(BudgetRow(texts={name: self._tidy(BudgetLine(), name, t) for name, t in filled.items()}))
        self.put_rows([*kept, *made])
        return len(kept)

    def insert(self, number: int) -> None:
        """Put an empty row before this one."""
        rows = list(self._rows)
        rows.insert(number, BudgetRow(texts={"source": Source.SPECIAL.label}))
        self.put_rows(rows)

    def remove(self, numbers: Sequence[int]) -> None:
        """Take rows out."""
        rows = [row for number, row in enumerate(self._rows) if number not in numbers]
        if len(rows) != len(self._rows):
            self.put_rows(rows)

    # drafts

    def raw(self) -> str:
        """The rows as text for a draft, one a line, their cells parted by tabs; "" where nothing differs."""
        if not self.changed:
            return ""
        return "\n".join(
            "\t".join([*(_flat(row.texts.get(name, "")) for name in NAMES), row.was.id]) for row in self.rows
        )

    def set_raw(self, text: str) -> None:
        """Show a draft; lines that no such text has are left out."""
        known = {row.was.id: row.was for row in self._saved}
        rows = []
        for line in text.split("\n"):
            *cells, line_id = line.split("\t")
            if len(cells) == len(NAMES):
                texts = {name: cell for name, cell in zip(NAMES, cells, strict=True) if cell}
                rows.append(BudgetRow(known.get(line_id, BudgetLine()), texts))
        self.put_rows(rows)

    # what Qt asks

    def rowCount(self, parent: Index = ROOT) -> int:
        """The rows, and an empty one to type in."""
        return 0 if parent.isValid() else len(self._rows) + (not self.fixed)

    def columnCount(self, parent: Index = ROOT) -> int:
        """The number of columns."""
        return 0 if parent.isValid() else len(NAMES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Heading of a column, number of a row."""
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        name = NAMES[section]
        if role == Qt.ItemDataRole.DisplayRole:
            unit = "(元)" if BudgetLine.fields[name].kind is Money else ""
            return HEADS.get(name, BudgetLine.fields[name].label) + unit
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if name in NUMBERS else LEFT
        return None

    def text(self, number: int, name: str) -> str:
        """The text of a cell as typed."""
        return self._rows[number].texts.get(name, "") if number < len(self._rows) else ""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, alignment, colours and reason of a cell."""
        name, number = NAMES[index.column()], index.row()
        if role == Qt.ItemDataRole.EditRole:
            return self.text(number, name)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if name in NUMBERS else LEFT
        typed = self.typed(number)
        fault = typed.faults.get(name, "")
        if role == Qt.ItemDataRole.DisplayRole:
            if name == "amount" and typed.computed and not fault and typed.line.amount:
                return str(typed.line.amount)
            return self.text(number, name) or ("必填" if fault else "")
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return fault or self.text(number, name)
        if role == Qt.ItemDataRole.ForegroundRole and (fault or (name == "amount" and typed.computed)):
            return theme.level_colour("block") if fault else theme.colour("muted")
        if role == Qt.ItemDataRole.BackgroundRole and fault:
            return theme.level_ground("block")
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Set the text of a cell."""
        if role != Qt.ItemDataRole.EditRole or str(value) == self.text(index.row(), NAMES[index.column()]):
            return False
        self.write({(index.row(), NAMES[index.column()]): str(value)})
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Cells may be edited while the budget may be typed."""
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return usual if self.fixed else usual | Qt.ItemFlag.ItemIsEditable
