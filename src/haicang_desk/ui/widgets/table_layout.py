"""Widths, order and choice of the columns of a table, kept in characters so that they outlive a change of type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from haicang_desk.ui.shell.settings import Settings
from haicang_desk.ui.shell.theme import digit_width_ratio
from haicang_desk.ui.widgets.table_columns import ROOMY, TableColumn
from haicang_desk.ui.widgets.table_model import GroupRow

if TYPE_CHECKING:
    from haicang_desk.ui.widgets.table import Table

WIDEST = 22.0  # characters of a column fitted to its rows
PADDING = 1.4  # characters of a cell beside its text, both sides together
SORT_MARK = 0.9  # characters of the arrow in a heading
LEAST_GROWING, SHORT = 0.6, 7  # down to that share of its width a growing column gives way, but not below SHORT


class ColumnLayout:
    """Decides which columns are shown and how wide each is.

    A width is what a person dragged it to, else what the rows need, else what is declared, in characters of the
    table's font. Right-aligned columns are at least as wide as their widest figure read so far. Where there is too
    little room, columns that grow give way first, then those of the highest rank are dropped.
    """

    def __init__(self, table: Table, columns: Sequence[TableColumn]) -> None:
        self._table, self._columns = table, columns
        self.dragged: dict[str, float] = {}  # by label, in characters
        self.chosen: dict[str, bool] = {}  # by label: whether a person wants the column
        self._fitted: dict[str, float] = {}
        self._longest: dict[str, str] = {}  # by label: the longest figure of the rows read
        self.dropped: tuple[TableColumn, ...] = ()
        self.under_way = False  # whether widths are being set by this class rather than by a person
        self.measure()
        self.laid_out = False  # whether the table has its size from a layout; before, nothing is dropped
        self.keep: Callable[[], None] = lambda: None

    # what is wanted

    def wanted(self, column: TableColumn) -> bool:
        """Whether a column is shown where there is room for it."""
        return self.chosen.get(column.label, column.shown)

    def choose(self, column: TableColumn, wanted: bool) -> None:
        """Show a column or leave it out, and keep that; the last column stays."""
        if wanted or sum(map(self.wanted, self._columns)) > 1:
            self.chosen[column.label] = wanted
            self.read(self._table.rows.rows_read())
            self.spread()
            self.keep()

    def reset(self) -> None:
        """Back to what is declared."""
        self.dragged, self.chosen = {}, {}
        self.spread()

    def drag(self, number: int, pixels: int) -> None:
        """Note the width to which a person dragged a column."""
        self.dragged[self._columns[number].label] = pixels / self._em
        self.keep()

    # what the rows need

    def read(self, rows: Iterable[Any]) -> bool:
        """Note the longest figures of rows, and give whether a column became too narrow for them."""
        figures = [(column.label, column.show) for column in self._columns if column.right and self.wanted(column)]
        longest = dict(self._longest)
        for row in rows:
            if not isinstance(row, GroupRow):
                for label, show in figures:
                    if len(text := show(row)) > len(longest.get(label, "")):
                        longest[label] = text
        wider, self._longest = longest != self._longest, longest
        return wider

    def fit(self, rows: Sequence[Any]) -> None:
        """Widths from these rows, for records whose texts are not known beforehand."""
        wide = self._table.fontMetrics().horizontalAdvance
        for column in self._columns:
            texts = (column.label, *(column.show(row)[:40] for row in rows))
            self._fitted[column.label] = min(max(map(wide, texts)) / self._em + PADDING + SORT_MARK, WIDEST)
        self.spread()

    # setting the widths

    def measure(self) -> None:
        """Measure the type anew: how wide a character, a digit and the headings are."""
        metrics = self._table.fontMetrics()
        self._em = float(metrics.horizontalAdvance("国")) or 1.0
        self._digits = digit_width_ratio(self._table)
        self._wide: dict[str, int] = {}

    def _width_of(self, text: str) -> int:
        if text not in self._wide:
            self._wide[text] = self._table.fontMetrics().horizontalAdvance(text)
        return self._wide[text]

    def _natural(self, column: TableColumn) -> int:
        own = self.dragged.get(column.label)
        if own is not None:
            return self._at_least_figures(column, round(own * self._em))
        fitted = self._fitted.get(column.label)
        width = fitted if fitted is not None else column.width * self._digits
        heading = self._width_of(column.label) + round(PADDING * self._em)
        return self._at_least_figures(column, max(round(width * self._em), min(heading, round(WIDEST * self._em))))

    def _at_least_figures(self, column: TableColumn, width: int) -> int:
        longest = self._longest.get(column.label)
        if not longest:
            return width
        return max(width, self._width_of(longest) + round(PADDING * self._em) + 2)

    def spread(self) -> None:
        """Show the columns for which there is room; what is left over goes to those that grow."""
        table = self._table
        room = table.viewport().width()
        wide = {n: self._natural(column) for n, column in enumerate(self._columns) if self.wanted(column)}
        growing = self._growing(wide)
        short = round(SHORT * self._em)
        least = {n: self._least(n, w, short) if n in growing else w for n, w in wide.items()}
        dropped = []
        for n in sorted(wide, key=lambda n: (-self._columns[n].rank, -n)):
            rank = self._columns[n].rank
            needed = sum(wide.values()) if rank >= ROOMY else sum(least[m] for m in wide)
            if rank and self.laid_out and needed > room:
                dropped.append(n)
                del wide[n]
        growing = [n for n in growing if n in wide] or self._growing(wide)
        spare = room - sum(wide.values())
        self.under_way = True
        for n in range(len(self._columns)):
            table.setColumnHidden(n, n not in wide)
        for n, width in wide.items():
            more = spare // len(growing) if n in growing else 0
            table.setColumnWidth(n, max(width + more, least[n]))
        self.under_way = False
        self.dropped = tuple(self._columns[n] for n in sorted(dropped))

    def _least(self, number: int, width: int, short: int) -> int:
        """Down to what a growing column gives way; its heading stays whole."""
        heading = self._width_of(self._columns[number].label) + round(PADDING * self._em)
        return max(round(width * LEAST_GROWING), min(width, max(short, heading)))

    def _growing(self, wide: dict[int, int]) -> list[int]:
        """The columns that take what is left over: those declared to, else the last one if it is no figure.

        One that a person dragged stays as it is.
        """
        growing = [n for n in wide if self._columns[n].grows]
        if not growing:
            last = max(wide, key=self._table.horizontalHeader().visualIndex, default=None)
            growing = [last] if last is not None and not self._columns[last].right else []
        return [n for n in growing if self._columns[n].label not in self.dragged]

    # keeping

    def remember(self, settings: Settings, key: str) -> None:
        """Restore widths, order and choice of columns from the settings, and keep changes from now on."""
        header, model = self._table.horizontalHeader(), self._table.rows
        labels = [column.label for column in self._columns]
        kept = settings.structure(key)
        if isinstance(kept, dict):
            self.dragged = {k: float(v) for k, v in _of(kept, "widths").items() if k in labels and _is_width(v)}
            self.chosen = {k: bool(v) for k, v in _of(kept, "shown").items() if k in labels}
            for place, label in enumerate(each for each in kept.get("order") or () if each in labels):
                header.moveSection(header.visualIndex(labels.index(label)), place)
            order = next((n for n, c in enumerate(self._columns) if c.order and c.order == kept.get("sort")), -1)
            if order >= 0:
                descending = bool(kept.get("descending"))
                model.sort_by(self._columns[order].order, descending)
                self._table.show_order()
            self.spread()

        def keep() -> None:
            """Keep widths, order, choice and sorting in the settings."""
            order = [labels[header.logicalIndex(place)] for place in range(header.count())]
            sort, descending = model.order
            moved = {} if order == labels else {"order": order}
            kept = {"widths": self.dragged, "shown": self.chosen, "sort": sort, "descending": descending, **moved}
            settings.keep_structure(key, kept)

        self.keep = keep


def _of(kept: dict[str, Any], name: str) -> dict[str, Any]:
    part = kept.get(name)
    return part if isinstance(part, dict) else {}


def _is_width(value: Any) -> bool:
    return isinstance(value, int | float) and 0 < value < 500
