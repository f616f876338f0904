"""The money of one project as a grid: sources down, 申报 核定 决算 已拨 across, live totals and shares in its foot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QSizePolicy

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.funding import Funding
from haicang_desk.model.records import PaidFrom, Project, Source
from haicang_desk.model.values import Money
from haicang_desk.ui.shell.theme import LEFT, RIGHT, em, set_role
from haicang_desk.ui.widgets.cards import Card
from haicang_desk.ui.widgets.form import FieldCell
from haicang_desk.ui.widgets.layouts import ElidedLabel
from haicang_desk.ui.widgets.share_bars import Share, ShareBar

SOURCES = tuple(Source)
OVERHEAD = Project.fields["overhead"]
COLUMNS = ("申报", "核定", "决算", "已拨")
NOTHING = "–"
TYPED_FIELDS = (*(source.code for source in SOURCES), "overhead")
ENTRY, FIGURE = 10.6, 2.8  # least widths in characters
ENTRY_MARGIN = 0.9  # characters between the amount in an entry and the end of its box


class FundingGrid(Card):
    """The funding of a project; the cells of 申报 are those of its form, which reads and marks them."""

    def __init__(self, cells: Mapping[str, FieldCell]) -> None:
        super().__init__("资金", "元，可输 3.5万，= 为补足")
        self._cells = {name: cells[name] for name in TYPED_FIELDS}
        for cell in self._cells.values():
            cell.strip()
            if isinstance(cell.editor.core, QLineEdit):
                cell.editor.core.setPlaceholderText("")
        self._figures: dict[tuple[str, str], QLabel] = {}
        self._beside_entries: list[QLabel] = []  # stand over and under the amounts that are typed
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(em(self, 0.6))
        self._grid.setVerticalSpacing(0)
        self._heads()
        for source in SOURCES:
            self._add_row(source.code, source.label)
        self.total = self._add_row("total", "总资金", strong=True)
        self._add_row("overhead", f"其中{OVERHEAD.label}")
        self._grid.setColumnStretch(0, 2)
        for column in range(1, 5):
            self._grid.setColumnStretch(column, 1)
        self.words = QLabel()  # the total in 大写 and 万元
        self.words.setWordWrap(True)
        set_role(self.words, "muted")
        self.fault = QLabel()  # what cannot be read
        self.fault.setTextFormat(Qt.TextFormat.PlainText)
        self.fault.setWordWrap(True)
        self.fault.hide()
        set_role(self.fault, "fault")
        self.bars = [ShareBar() for _ in range(4)]
        foot = QGridLayout()
        foot.setHorizontalSpacing(em(self, 1.2))
        foot.setVerticalSpacing(em(self, 0.5))
        for number, bar in enumerate(self.bars):
            foot.addWidget(bar, number // 2, number % 2)
        self.body.addLayout(self._grid)
        self.body.addWidget(self.fault)
        self.body.addWidget(self.words)
        self.body.addLayout(foot)
        self.body.addStretch(1)
        self._fit()

    @property
    def typed_fields(self) -> tuple[str, ...]:
        """The fields of the project that are typed here."""
        return TYPED_FIELDS

    # building

    def _heads(self) -> None:
        for column, label in enumerate(("来源", *COLUMNS)):
            head = QLabel(label)
            head.setAlignment(RIGHT if column else LEFT)
            set_role(head, "muted")
            self._grid.addWidget(head, 0, column)
            if column == 1:
                self._beside_entries.append(head)
        self._line(1)

    def _line(self, row: int) -> None:
        line = QFrame()
        set_role(line, "line")
        line.setFixedHeight(1)
        self._grid.addWidget(line, row, 0, 1, 5)

    def _add_row(self, name: str, label: str, *, strong: bool = False) -> QLabel | None:
        row = self._grid.rowCount()
        title = ElidedLabel(label, role="strong" if strong else "", least=3)
        title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._grid.addWidget(title, row, 0)
        for column, heading in enumerate(COLUMNS, 1):
            if column == 1 and name in self._cells:
                cell = self._cells[name]
                title.setBuddy(cell.editor.core)
                self._grid.addWidget(cell, row, column)
                continue
            figure = QLabel(NOTHING)
            figure.setAlignment(RIGHT)
            figure.setAccessibleName(f"{label}{heading}")
            set_role(figure, "strong" if strong else "")
            self._figures[name, heading] = figure
            if column == 1:
                self._beside_entries.append(figure)
            self._grid.addWidget(figure, row, column)
        self._line(row + 1)
        return self._figures.get((name, COLUMNS[0]))

    def _fit(self) -> None:
        """Widths for the size of type."""
        for label in self._beside_entries:
            label.setContentsMargins(0, 0, em(self, ENTRY_MARGIN), 0)
        self._grid.setRowMinimumHeight(0, em(self, 1.6))
        for row in range(2, self._grid.rowCount(), 2):
            self._grid.setRowMinimumHeight(row, em(self, 2.3))
        for column in range(1, 5):
            self._grid.setColumnMinimumWidth(column, em(self, ENTRY if column == 1 else FIGURE))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of type."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "bars"):
            self._fit()

    # showing

    def show_money(self, project: Project, case: Casefile, shares: Sequence[Share], faults: Sequence[str]) -> None:
        """``project`` is as typed, ``case`` as the store has it; up to four shares stand in the foot."""
        asked = Funding.of(project)
        columns: dict[str, dict[str, Money | None]] = {COLUMNS[0]: {"total": asked.total}}
        for heading, funding in {"核定": case.approved, "决算": case.stopped or case.settled}.items():
            columns[heading] = {each.code: funding.source(each) if funding else None for each in SOURCES}
            columns[heading]["total"] = funding.total if funding else None
        settled = case.settlement
        columns["决算"]["overhead"] = settled.overhead if settled else None
        paid = case.paid_anything
        columns["已拨"] = {each.code: case.paid[each] if paid else None for each in PaidFrom}
        columns["已拨"]["total"] = case.disbursed if paid else None
        for heading, amounts in columns.items():
            self._show(heading, amounts)
        self.words.setText(f"{asked.total.capitals} · {asked.total.wan} 万元" if asked.total else "还没有填写金额")
        self.fault.setText("\n".join(faults))
        self.fault.setVisible(bool(faults))
        for bar, share in zip(self.bars, [*shares, *[None] * 4][:4], strict=True):
            bar.setVisible(share is not None)
            if share is not None:
                bar.show_share(share)

    def _show(self, heading: str, amounts: Mapping[str, Money | None]) -> None:
        """A column has fen in all its amounts or in none, so that they stand one under the other."""
        whole = heading != COLUMNS[0] and not any(amount and amount.fen % 100 for amount in amounts.values())
        for name, amount in amounts.items():
            if (label := self._figures.get((name, heading))) is not None:
                shown = NOTHING if amount is None else str(amount)
                label.setText(shown.removesuffix(".00") if whole else shown)
                label.setToolTip("" if amount is None else f"{amount} 元")
