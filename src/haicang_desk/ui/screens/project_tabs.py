"""The tabs of the project page, with counts. A tab is made when first shown, and only the one in sight is filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from haicang_desk.model.casefile import ATTRIBUTE_OF, CHILDREN, Casefile
from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Attachment, BudgetLine, Record
from haicang_desk.model.services import Workspace, step_history
from haicang_desk.model.workflow import Step, steps_from
from haicang_desk.ui.screens.application_tab import ApplicationTab
from haicang_desk.ui.screens.records_panel import RecordsPanel
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.theme import em
from haicang_desk.ui.widgets.layouts import scroll_area

_TABS: tuple[tuple[str, tuple[str, ...]], ...] = (  # a kind of record named in none of them stands in the last
    ("征集与公示", ("suggestion", "deliberation", "opinion", "notice", "publicity")),
    ("审批与备案", ("approval", "filing", "waiver", "alteration")),
    ("实施", ("appointment", "bid", "guidance", "progress", "participation", "supervision", "maintenance")),
    ("拨付与决算", ("disbursement", "settlement", "spending", "refund", "advance")),
    ("测评", ("survey", "review", "expert_draw", "award", "inspection")),
)
_ELSEWHERE = ("budget_line", "quarter_line", "attachment")  # with the application, in the quarterly report, 材料
DECIDED = (
    *("approval", "filing", "waiver", "alteration", "appointment", "progress"),
    *("disbursement", "settlement", "refund", "quarter_line"),
)
LEAST = 17  # height of a tab in characters
APPLICATION, MATERIALS, PAPERS, HISTORY = "申报", "材料", "文书", "经过"


def _record_tabs() -> list[tuple[str, list[type[Record]]]]:
    named = {table for _, tables in _TABS for table in tables} | set(_ELSEWHERE)
    by_table = {cls.table: cls for cls in CHILDREN.values()}
    found = [(label, [by_table[table] for table in tables if table in by_table]) for label, tables in _TABS]
    found[-1][1].extend(cls for table, cls in by_table.items() if table not in named)
    return found


RECORD_TABS = _record_tabs()


def is_typed(cls: type[Record]) -> bool:
    """Whether records of this class are entered in a form; decisions and payments come from steps."""
    return cls.table not in DECIDED


def panel_for(cls: type[Record]) -> RecordsPanel:
    """The panel of a kind of record."""
    how = "按“登记”填写" if is_typed(cls) else "由上面的办理步骤登记"
    return RecordsPanel(cls, typed=is_typed(cls), empty=f"还没有{cls.label}记录，{how}")


class RecordsTab(QWidget):
    """Some kinds of records of a project, one panel each; a kind without records is a heading with its button."""

    def __init__(self, classes: Sequence[type[Record]], made: Callable[[RecordsPanel], None]) -> None:
        super().__init__()
        self.classes = classes
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, em(self, 0.7), em(self, 0.5), em(self, 0.7))
        inside.setSpacing(em(self, 0.7))
        self.panels = [panel_for(cls) for cls in classes]
        for panel in self.panels:
            inside.addWidget(panel)
            made(panel)
        inside.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll_area(page))

    def show_case(self, case: Casefile) -> None:
        """Show the records of a casefile."""
        for panel in self.panels:
            records = getattr(case, ATTRIBUTE_OF[panel.cls])
            panel.show_records(records)
            panel.table.setVisible(bool(records))


class _Place(QWidget):
    """The place of a tab, whose page is made when it is first asked for."""

    def __init__(self, make: Callable[[], QWidget]) -> None:
        super().__init__()
        self._make = make
        self.page: QWidget | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def made(self) -> Any:
        """The page."""
        if self.page is None:
            self.page = self._make()
            if self.page.parentWidget() is not self:
                self._layout.addWidget(self.page)
        return self.page


class ProjectTabs(QTabWidget):
    """The tabs of the project page. Alt and a digit select a tab."""

    panel_made = Signal(object)  # a RecordsPanel, to be connected
    page_made = Signal(str)  # the label of a tab

    def __init__(self, state: AppState, choices: Choices) -> None:
        super().__init__()
        self._state, self._choices = state, choices
        self.setAccessibleName("项目内容")
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        self.tabBar().setUsesScrollButtons(True)
        self.tabBar().setAccessibleName("项目内容的页签")
        self._places: dict[str, _Place] = {}
        self._add(APPLICATION, lambda: self._begun().finish())
        self._application: ApplicationTab | None = None
        for label, classes in RECORD_TABS:
            self._add(label, partial(RecordsTab, classes, self.panel_made.emit))
        self._add(MATERIALS, self._materials)
        self._add(PAPERS, self._papers)
        self._add(HISTORY, self._history)
        for number in range(self.count()):
            key = QShortcut(QKeySequence(f"Alt+{number + 1}"), self)
            key.activated.connect(lambda at=number: self.setCurrentIndex(at))
            self.setTabToolTip(number, f"Alt+{number + 1}")

    def _add(self, label: str, make: Callable[[], QWidget]) -> None:
        self._places[label] = place = _Place(make)
        self.addTab(place, label)

    def _begun(self) -> ApplicationTab:
        """The page of the first tab, whose form may not be whole."""
        if self._application is None:
            self._application = ApplicationTab(self._choices, self._places[APPLICATION])
        return self._application

    def make_ahead(self) -> Iterator[None]:
        """Make the first tab piece by piece."""
        yield from self._begun().make_ahead()
        self.page(APPLICATION)
        yield

    def _materials(self) -> QWidget:
        from haicang_desk.ui.screens.attachments import AttachmentsTab

        made = AttachmentsTab(self._state, self._choices)
        self.panel_made.emit(made.panel)
        return made

    def _papers(self) -> QWidget:
        from haicang_desk.ui.screens.project_documents import DocumentsTab

        return DocumentsTab(self._state)

    def _history(self) -> QWidget:
        from haicang_desk.ui.screens.project_history import HistoryTab

        return HistoryTab(self._state)

    def page(self, label: str) -> Any:
        """The page of a tab, made if need be."""
        place = self._places[label]
        fresh = place.page is None
        page = place.made()
        if fresh and label == APPLICATION:
            self.setCornerWidget(page.switch)
        if fresh:
            self.page_made.emit(label)
        return page

    @property
    def application(self) -> ApplicationTab:
        """The page of the first tab."""
        page: ApplicationTab = self.page(APPLICATION)
        return page

    @property
    def materials(self) -> Any:
        """The page of the attachments."""
        return self.page(MATERIALS)

    @property
    def papers(self) -> Any:
        """The page of the documents."""
        return self.page(PAPERS)

    @property
    def history(self) -> Any:
        """The page of what happened."""
        return self.page(HISTORY)

    def setCurrentWidget(self, widget: QWidget) -> None:
        """Show a tab, by its place or its page."""
        place = next((each for each in self._places.values() if widget in (each, each.page)), None)
        super().setCurrentWidget(place or widget)

    def open(self, label: str) -> Any:
        """Show a tab and give its page."""
        page = self.page(label)
        self.setCurrentWidget(self._places[label])
        return page

    @property
    def label(self) -> str:
        """The label of the tab in sight, without its count."""
        return next(label for label, place in self._places.items() if place is self.currentWidget())

    @property
    def panels(self) -> list[RecordsPanel]:
        """The panels made so far."""
        pages = [place.page for place in self._places.values()]
        return [panel for page in pages if isinstance(page, RecordsTab) for panel in page.panels]

    def has_panel(self, cls: type[Record] | None) -> bool:
        """Whether records of this class are shown on one of the tabs."""
        return cls in (Attachment, BudgetLine) or any(cls in classes for _, classes in RECORD_TABS)

    def turn_to(self, cls: type[Record] | None) -> None:
        """Show the table of this kind of record with the keyboard on its button."""
        label = next((label for label, classes in RECORD_TABS if cls in classes), "")
        if label:
            page = self.open(label)
            panel = next(each for each in page.panels if each.cls is cls)
        elif cls is Attachment:
            panel = self.open(MATERIALS).panel
        else:
            self.open(APPLICATION).turn_to_form()
            if cls is not BudgetLine:
                return
            panel = self.application.budget
        QTimer.singleShot(0, panel, lambda: panel.take_hand())

    def sizeHint(self) -> QSize:
        """As high as a page is usable: its content scrolls, and must not push the page out of the window."""
        return QSize(super().sizeHint().width(), em(self, LEAST))

    def minimumSizeHint(self) -> QSize:
        """The same: with less room the whole page scrolls."""
        return QSize(super().minimumSizeHint().width(), em(self, LEAST))

    # filling

    def show_counts(self, case: Casefile) -> None:
        """Count the records on every tab; a project that is not saved yet has only its application."""
        saved = bool(case.project.id)
        for number, (label, place) in enumerate(self._places.items()):
            count = _count(label, case)
            self.setTabText(number, f"{label} {count}" if count else label)
            self.setTabEnabled(self.indexOf(place), saved or label == APPLICATION)

    def fill(self, ws: Workspace, case: Casefile, on: date, bars: Callable[[Step], Sequence[Finding]]) -> None:
        """Show the case on the tab in sight. A project that is not saved yet has only its application."""
        label = self.label
        application = self.application
        application.switch.setVisible(label == APPLICATION and not application.beside)
        if label == APPLICATION or not case.project.id:
            return
        page = self.page(label)
        if label == MATERIALS:
            page.show_case(case)
        elif label == PAPERS:
            taken = [step.document for step, day in reversed(step_history(case)) if day and step.document]
            page.show_project(case, on, taken)
        elif label == HISTORY:
            page.show_history(ws, case.project.id)
            page.chart.show_way(
                case.stage, step_history(case), {step.name: bars(step) for step in steps_from(case.stage)}
            )
        else:
            page.show_case(case)


def _count(label: str, case: Casefile) -> int:
    classes = [Attachment] if label == MATERIALS else next((c for name, c in RECORD_TABS if name == label), [])
    return sum(len(getattr(case, ATTRIBUTE_OF[cls])) for cls in classes) if case.project.id else 0
