"""The 申报 tab: the form in cards, funding and budget as grids, and the findings pinned beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from haicang_desk.model.balances import Balance
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding
from haicang_desk.model.funding import Funding
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import BudgetLine, Category, Project
from haicang_desk.model.services import budget_is_fixed
from haicang_desk.model.values import Money
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.budget_grid import BudgetGrid
from haicang_desk.ui.widgets.findings_list import FindingsPanel
from haicang_desk.ui.widgets.form import FieldCell, RecordForm
from haicang_desk.ui.widgets.funding_grid import TYPED_FIELDS, FundingGrid
from haicang_desk.ui.widgets.icons import IconTile
from haicang_desk.ui.widgets.layouts import scroll_area
from haicang_desk.ui.widgets.share_bars import Share

APART = (*TYPED_FIELDS, "charity")
_SOURCES = tuple(Funding.__dataclass_fields__)
TWO_COLUMNS = 58  # characters of the form from which cards stand in two columns
BESIDE = 66  # characters of the tab from which the findings stand beside the form
PINNED = 23  # characters of the findings' column
BUDGET_DRAFT = "预算明细草稿"  # the key of the grid among the entries of a draft


class ProjectForm(RecordForm):
    """The form of a project as cards in two columns, with the grids of funding and budget between them."""

    def __init__(self, choices: Choices, cells: Mapping[str, FieldCell]) -> None:
        super().__init__(Project, choices, apart=APART, made=cells)
        self.funding, self.budget = FundingGrid(self.cells), BudgetGrid()
        charity = QFormLayout()
        label = QLabel(Project.fields["charity"].label)
        set_role(label, "muted")
        charity.addRow(label, self.cells["charity"])
        self.funding.body.insertLayout(1, charity)
        for card in self.cards.values():
            self._layout.removeWidget(card)  # takeAt would leave its old place to remember sizes that are not true
        self._page = QGridLayout()
        self._page.setSpacing(em(self, 0.9))
        self._page.setContentsMargins(0, 0, em(self, 0.3), em(self, 0.7))
        self._left = QVBoxLayout()  # not two rows beside a card that spans them: Qt would squeeze these
        self._left.setSpacing(em(self, 0.9))
        self._page.addLayout(self._left, 0, 0)
        self._layout.insertLayout(0, self._page)
        self.budget.edited.connect(self.edited)
        for name in TYPED_FIELDS:
            self.cells[name].editor.balance = partial(self._balance_of, name)
        self._two: bool | None = None

    def pieces(self) -> list[QWidget]:
        """The cards, which stand apart until ``arrange``: each can then be given its parent by itself."""
        return [*self.cards.values(), self.funding, self.budget]

    # entries: those of the form, and the rows of the budget under one key

    def raw(self) -> dict[str, str]:
        """Every entry as typed; the rows of the budget are one of them, "" while they are as stored."""
        return {**super().raw(), BUDGET_DRAFT: self.budget.rows.raw() if hasattr(self, "budget") else ""}

    def set_raw(self, typed: Mapping[str, str]) -> None:
        """Show entries as they were typed."""
        super().set_raw(typed)
        if rows := typed.get(BUDGET_DRAFT):
            self.budget.rows.set_raw(rows)

    def label_of(self, name: str) -> str:
        """The label of an entry."""
        return BudgetLine.label if name == BUDGET_DRAFT else super().label_of(name)

    # layout

    def arrange(self) -> None:
        """Place the cards for the width there is."""
        two = self.width() >= em(self, TWO_COLUMNS)
        if two is self._two:
            return
        self._two = two
        cards = list(self.cards.values())
        for card in (*cards, self.funding, self.budget):
            self._page.removeWidget(card)
            self._left.removeWidget(card)
        first, rest = cards[:2], cards[2:]
        for card in first if two else (*first, self.funding, self.budget, *rest):
            self._left.addWidget(card)
        if two:
            self._page.addWidget(self.funding, 0, 1)
            self._page.addWidget(self.budget, 1, 0, 1, 2)
            for number, card in enumerate(rest):
                self._page.addWidget(card, 2 + number // 2, number % 2)
        self._page.setColumnStretch(0, 6)
        self._page.setColumnStretch(1, 7 if two else 0)
        self._chain()

    def _chain(self) -> None:
        """Tab goes as the eye does: the two first cards, the money, the budget, the rest."""
        names = [name for name in self.cells if name not in APART]
        split = names.index("planned_finish") + 1
        cores: list[QWidget] = [self.cells[name].editor.core for name in (*names[:split], *APART)]
        cores += [self.budget.table, *(self.cells[name].editor.core for name in names[split:])]
        for before, after in pairwise(cores):
            QWidget.setTabOrder(before, after)

    def _widen(self) -> None:
        """Place the cards anew for another width or size of type; within a card fields stand in one column."""
        if getattr(self, "_two", None) is not None:
            self.arrange()

    def _balance_of(self, name: str) -> Money | None:
        """What a source must be for the sources to make up the budget as typed; None without a budget."""
        lines = self.budget.rows.lines()
        if not lines or name not in _SOURCES:
            return self._missing(name)
        typed = self._read(skipped=name)[0]
        others = sum((typed.get(other, Money(0)) for other in _SOURCES if other != name), Money(0))
        rest: Money = sum((line.amount for line in lines), Money(0)) - others
        return max(rest, Money(0))


class PinnedFindings(QFrame):
    """What is still to be dealt with for the project as typed, and what an approval would bring."""

    forecast_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "card")
        self._heading = QLabel("还要处理的")
        set_role(self._heading, "heading")
        self.count = QLabel()
        set_role(self.count, "muted")
        self.panel = FindingsPanel(leads=True)
        self.clear = QLabel("没有要处理的事项")
        set_role(self.clear, "muted")
        self.forecast = self._forecast_line()
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, em(self, 0.5), 0)
        column.setSpacing(0)
        for widget in (self.panel, self.clear, self.forecast):
            column.addWidget(widget)
        column.addStretch(1)
        head = QHBoxLayout()
        head.addWidget(self._heading)
        head.addWidget(self.count)
        head.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(em(self, 1.1), em(self, 0.9), em(self, 0.6), em(self, 0.9))
        layout.addLayout(head)
        layout.addWidget(scroll_area(page), 1)

    def _forecast_line(self) -> QWidget:
        line, column = _tiled("calculator", "info")
        title = QLabel("若批准")
        set_role(title, "strong")
        self._forecast_text = QLabel()
        self._forecast_text.setWordWrap(True)
        set_role(self._forecast_text, "muted")
        more = QPushButton("看试算")
        more.setObjectName("forecast")
        more.setAccessibleName("看试算")
        more.setToolTip("按现在填写的内容，不必保存：若批准，本村居和街道的比例、额度会怎样，怎样调整能达标")
        set_role(more, "link")
        more.clicked.connect(self.forecast_requested)
        for widget in (title, self._forecast_text, more):
            column.addWidget(widget)
        column.setAlignment(more, Qt.AlignmentFlag.AlignLeft)
        line.hide()
        return line

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show findings; a number beside the heading counts them."""
        self.panel.show_findings(findings)
        self.count.setText(str(len(findings)) if findings else "")
        self.clear.setVisible(not findings)

    def show_forecast(self, text: str) -> None:
        """Show what an approval would bring about; "" hides it."""
        self._forecast_text.setText(text)
        self.forecast.setVisible(bool(text))


class TwinNote(QFrame):
    """Asks whether a new project is one that is there already; not again for the same two."""

    opened = Signal(str)  # the id of the project that is there

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("level", "warn")
        self._pair, self._unasked = ("", ""), set[tuple[str, str]]()
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        set_role(self.text, "strong")
        row = QHBoxLayout(self)
        row.setContentsMargins(em(self, 0.8), em(self, 0.3), em(self, 0.8), em(self, 0.3))
        row.setSpacing(em(self, 0.8))
        row.addWidget(IconTile("copy", "warn"))
        row.addWidget(self.text, 1)
        for label, name, act in (
            ("打开", "open_twin", lambda: self.opened.emit(self._pair[1])),
            ("仍要新建", "ignore_twin", self._ignore),
        ):
            button = QPushButton(label)
            button.setObjectName(name)
            button.setAccessibleName(f"{label}（相近的项目）")
            button.clicked.connect(act)
            row.addWidget(button)
        self.hide()

    def ask(self, project: Project, village: str, twins: Sequence[Project]) -> None:
        """Ask about the first of these projects that was not asked about yet; hidden where there is none."""
        twin = next((each for each in twins if (project.title, each.id) not in self._unasked), None)
        if twin is not None:
            self._pair = project.title, twin.id
            self.text.setText(f"本年度{village}已有“{twin.title}”（{twin.code}）。是否同一个？")
        self.setVisible(twin is not None)

    def _ignore(self) -> None:
        self._unasked.add(self._pair)
        self.hide()


def _tiled(icon: str, level: str) -> tuple[QFrame, QVBoxLayout]:
    """A line with a tile at its left, and the column beside the tile."""
    line = QFrame()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, em(line, 0.7), 0, em(line, 0.7))
    row.setSpacing(em(line, 0.8))
    row.addWidget(IconTile(icon, level), 0, Qt.AlignmentFlag.AlignTop)
    column = QVBoxLayout()
    column.setSpacing(em(line, 0.15))
    row.addLayout(column, 1)
    return line, column


class ApplicationTab(QWidget):
    """申报: form, funding and budget in a page that scrolls; the findings stay in sight or have a tab of their own."""

    def __init__(self, choices: Choices, parent: QWidget) -> None:
        super().__init__(parent)
        self.pinned, self.twin = PinnedFindings(), TwinNote()
        self.findings = self.pinned.panel
        self._page = QScrollArea()
        self._page.setWidgetResizable(True)
        self.switch = QPushButton(
            "还要处理的", self
        )  # in the corner of the tabs, where the findings have no room beside
        self.switch.setObjectName("show_findings")
        self.switch.setCheckable(True)
        set_role(self.switch, "chip")
        self.switch.toggled.connect(lambda _: self._place())
        self._side = QWidget()
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, em(self, 0.7))
        side.addWidget(self.pinned)
        row = QHBoxLayout()
        row.setSpacing(em(self, 0.7))
        row.addWidget(self._page, 1)
        row.addWidget(self._side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, em(self, 0.7), 0, 0)
        layout.addWidget(self.twin)
        layout.addLayout(row, 1)
        parent_layout = parent.layout()
        if parent_layout is not None:
            parent_layout.addWidget(self)
        self._making = self._make_form(choices)

    def make_ahead(self) -> Iterator[None]:
        """Make the form piece by piece."""
        for _ in self._making:
            yield

    def finish(self) -> ApplicationTab:
        """Make what is not made yet."""
        for _ in self._making:
            pass
        return self

    def _make_form(self, choices: Choices) -> Iterator[None]:
        """Cells, form, then its cards: each new parent has the style sheet look at all within again, once at most."""
        cells = {}
        for name, field in Project.fields.items():
            if not field.fixed:
                cells[name] = FieldCell(field, choices)
                yield
        self.form = form = ProjectForm(choices, cells)
        form.setObjectName("page")
        self.budget, self.funding = form.budget, form.funding
        yield
        cards = form.pieces()
        for card in cards:
            card.setParent(None)
        self._page.setWidget(form)
        yield
        for card in cards:
            card.setParent(form)
            yield
        form.arrange()
        self._place()

    @property
    def beside(self) -> bool:
        """Whether there is room for the findings beside the form."""
        return self.width() >= em(self, BESIDE)

    def _place(self) -> None:
        beside = self.beside
        self.switch.setVisible(not beside)
        typing = not self.switch.isChecked()
        set_role(self.switch, "chip" if typing else "chip_on")
        self._page.setVisible(beside or typing)
        self._side.setVisible(beside or not typing)
        most = em(self, PINNED) if beside else 16777215
        self._side.setMaximumWidth(most)
        self._side.setMinimumWidth(em(self, PINNED) if beside else 0)
        policy = QSizePolicy.Policy.Fixed if beside else QSizePolicy.Policy.Expanding
        self._side.setSizePolicy(policy, QSizePolicy.Policy.Expanding)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the findings beside the form or under their tab."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of type."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_side"):
            self._place()

    def turn_to_form(self) -> None:
        """Show the form where the findings hide it."""
        self.switch.setChecked(False)

    # showing

    def show_case(self, case: Casefile, *, fixed: bool) -> None:
        """Show the budget of a casefile; ``fixed``: the application may no longer be typed."""
        self.budget.show_lines(case.budget_lines, fixed=fixed and budget_is_fixed(case))

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show all findings of the project as typed."""
        self.pinned.show_findings(findings)
        self.switch.setText(f"还要处理的 {len(findings)}" if findings else "还要处理的")
        self.switch.setAccessibleName(self.switch.text())

    def show_money(
        self, project: Project, case: Casefile, policy: Policy, balance: Balance | None, faults: Sequence[str]
    ) -> None:
        """Show the funding of the project as typed, with the balance of its village as it would be."""
        self.funding.show_money(project, case, shares_of(project, policy, balance), faults)
        self.budget.show_funding(project)


def shares_of(project: Project, policy: Policy, balance: Balance | None) -> list[Share]:
    """The shares that limit a project as typed: overhead or fiscal share, cap, and the quota of its village."""
    funding = Funding.of(project)
    service = project.category is Category.SERVICE
    cap = policy.money(f"cap_{project.category.code}")
    shares = []
    if service:
        most = policy.share("overhead_max")
        shares.append(Share(Project.fields["overhead"].label, project.overhead, funding.total, most, least=False))
    else:
        most = policy.share("works_goods_fiscal_max")
        shares.append(Share("财政占比", funding.fiscal, funding.total, most, least=False))
    figures = f"{funding.scheme.wan}/{cap.wan} 万"
    shares.append(Share("占单项上限", funding.scheme, cap, Fraction(1), least=False, figures=figures))
    if balance is not None:
        quota = balance.quota or Money(0)
        figures = f"{balance.special.wan}/{quota.wan} 万"
        shares.append(Share("村居额度", balance.special, quota, Fraction(1), least=False, figures=figures))
    return shares
