"""The main window: navigation, menus and status bar around the screens. It knows no model until a store is open."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from haicang_desk.ui.shell.menus import Menus
from haicang_desk.ui.shell.navigation import NAVIGATION_ITEMS, navigation_item
from haicang_desk.ui.shell.private_view import MINUTES, private_view
from haicang_desk.ui.shell.rail import NavigationRail
from haicang_desk.ui.shell.settings import Settings
from haicang_desk.ui.shell.start_page import StartPage
from haicang_desk.ui.shell.status_bar import StatusBar
from haicang_desk.ui.widgets.keys import pressed_by_enter

if TYPE_CHECKING:
    from haicang_desk.ui.screens.screen import Screen
    from haicang_desk.ui.shell.app_state import AppState
    from haicang_desk.ui.shell.condition_banner import ConditionBanner
    from haicang_desk.ui.shell.help import HelpWindow
    from haicang_desk.ui.shell.saved_views import RailViews

TITLE = "海沧“社会+”民生微实事工作台"
WORKBOOKS = (
    ".xlsx",
    ".xlsm",
    ".xls",
    ".et",
    ".ods",
    ".csv",
    ".tsv",
    ".txt",
    ".htm",
    ".html",
)  # those that cannot be read are refused in words
TITLE_BAR = 40  # pixels that the system's own frame may take
SETTLED = 800  # ms without a move before place and size of the window are kept
COUNTED = 50  # ms after a change before the numbers in the rail are read
FIRST = "today"  # the screen shown when a store opens


class MainWindow(QMainWindow):
    """The window around the screens, which are made when first visited."""

    repair_requested = Signal()
    look_again_requested = Signal()
    accept_requested = Signal()
    damage_requested = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.state: AppState | None = None
        self.screens: dict[str, Screen] = {}
        self._ahead: dict[str, Screen] = {}  # made before a visit, not yet in their frames
        self._frames: dict[str, QScrollArea] = {}
        self._trail: list[str] = []
        self._views: RailViews | None = None
        self._help: HelpWindow | None = None
        self.banner: ConditionBanner | None = None  # made when a store may not be written
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        self.rail = NavigationRail()
        self.nav, self.years, self.street = self.rail.list, self.rail.years, self.rail.street
        self.stack = QStackedWidget()
        self.start_page = StartPage(settings.stores)
        self.stack.addWidget(self.start_page)
        self.setCentralWidget(self._central())
        self.status = StatusBar()
        self.setStatusBar(self.status)
        self.status.person.menu().aboutToShow.connect(self._offer_people)
        self.menus = Menus(self)
        private_view().changed.connect(self._on_numbers)
        private_view().refused.connect(self._refuse_numbers)
        self.rail.open(False)
        self.rail.chosen.connect(self._on_rail)
        self.rail.search_requested.connect(self.show_commands)
        self.years.activated.connect(self._on_year_picked)
        self._placed = QTimer(self)  # not only on closing: a killed program remembers its place too
        self._placed.setSingleShot(True)
        self._placed.setInterval(SETTLED)
        self._placed.timeout.connect(self._keep_place)
        self._recount = QTimer(self)
        self._recount.setSingleShot(True)
        self._recount.timeout.connect(self._show_counts)
        if not self.restoreGeometry(settings.state("窗口/位置")):
            room = self.screen().availableGeometry().size() - QSize(0, TITLE_BAR)
            self.resize(QSize(1280, 800).boundedTo(room))

    def _central(self) -> QWidget:
        whole = QWidget()
        layout = QHBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        self._right = QVBoxLayout()
        self._right.setSpacing(0)
        self._right.addWidget(self.stack, 1)
        layout.addLayout(self._right, 1)
        return whole

    # a store opens and closes

    def _show_condition(self) -> None:
        """Show whether the store is verified, and why it may not be written."""
        from haicang_desk.ui.shell.condition_banner import ConditionBanner

        condition = self.state.workspace.condition if self.state is not None else None
        self.status.show_check(condition.text if condition is not None else "")
        if self.banner is None and condition is not None and condition.read_only:
            self.banner = ConditionBanner()
            self.banner.repair_requested.connect(self.repair_requested)
            self.banner.details_requested.connect(self.damage_requested)
            self.banner.restore_requested.connect(self.menus.restore_requested)
            self.banner.look_again_requested.connect(self.look_again_requested)
            self.banner.accept_requested.connect(self.accept_requested)
            self._right.insertWidget(0, self.banner)
        if self.banner is not None:
            self.banner.show_condition(condition)

    def take_store(self, state: AppState) -> None:
        """Show an open store."""
        self.drop_store()
        self.state = state
        private_view().follow(state)
        state.screen_requested.connect(self.go)
        state.project_requested.connect(partial(self.go, "project"))
        state.message.connect(self.status.tell)
        state.warned.connect(self._warn)
        state.backups_requested.connect(self.menus.backups_requested)
        state.jobs.started.connect(self._on_job)
        state.jobs.progressed.connect(self.status.show_progress)
        state.jobs.idle.connect(self._on_idle)
        self.status.cancelled.connect(state.jobs.cancel)
        state.changed.connect(self._on_changed)
        state.year_changed.connect(self._on_changed)
        self.rail.open(True)
        state.workspace.condition.listen(self._show_condition)
        self._show_condition()
        self._show_clock(state)
        self._tell_store()
        self.menus.follow(state)
        self._show_views(state)
        kept = self.settings.text("窗口/页面", FIRST)
        self.go(
            kept if any(each.name == kept and each.listed for each in NAVIGATION_ITEMS) else NAVIGATION_ITEMS[0].name
        )
        self.nav.setFocus()
        self._recount.start(COUNTED)

    def _show_clock(self, state: AppState) -> None:
        """Warn where the clock is behind the last change: deadlines go by it."""
        from haicang_desk.model.store import clock_warning

        self.status.show_clock(clock_warning(state.workspace.conn, state.workspace.now()))

    def _show_views(self, state: AppState) -> None:
        from haicang_desk.ui.shell.saved_views import RailViews

        self._views = RailViews(state, self.rail)

    def drop_store(self) -> None:
        """Forget the screens of the store that was open."""
        private_view().follow(None)
        if self.state is not None:
            self.state.let_go()
        if self._views is not None:
            self._views.stop()
            self._views = None
        for screen in self._ahead.values():
            screen.retire()
            screen.deleteLater()
        for name, screen in self.screens.items():
            screen.retire()
            self.stack.removeWidget(self._frames[name])
            self._frames[name].deleteLater()
        self.screens, self._ahead, self._frames, self._trail, self.state = {}, {}, {}, [], None
        self._show_condition()
        self.stack.setCurrentWidget(self.start_page)
        self.rail.open(False)

    def show_numbers(self) -> None:
        """Show the telephones and accounts of all screens for some minutes, which is logged; or mask them again."""
        screen = self.current()
        if private_view().shown:
            private_view().mask_again()
        elif screen is not None:
            private_view().show(screen.title)

    def _on_numbers(self) -> None:
        self.menus.numbers.setChecked(private_view().shown)
        if self.state is not None:
            told = f"号码显示 {MINUTES} 分钟，已记入查看记录" if private_view().shown else "号码已重新遮住"
            self.status.tell(told)

    def _refuse_numbers(self, why: str) -> None:
        from haicang_desk.ui.shell import prompts

        self.menus.numbers.setChecked(False)
        prompts.tell(self, "显示号码", why, level="warn")

    def _tell_store(self) -> None:
        state = self.state
        if state is None:
            return
        street = state.workspace.street.name
        self.street.setText(street)
        self.setWindowTitle(f"{street} — {TITLE}")
        self.status.show_store(state.workspace.origin, state.person, signed_in=state.workspace.signer is not None)
        years = sorted({*state.workspace.years(), state.year}, reverse=True)
        shown = [self.years.itemData(number) for number in range(self.years.count())]
        if shown != years:
            self.years.clear()
            for year in years:
                self.years.addItem(f"{year} 年度", year)
        self.years.setCurrentIndex(self.years.findData(state.year))

    def _offer_people(self) -> None:
        from haicang_desk.ui.shell.operator_choice import fill_menu

        fill_menu(self.status.person.menu(), self)

    def _on_changed(self, _: object) -> None:
        self._tell_store()
        self._recount.start(COUNTED)
        self.menus.tell_undo()

    def _show_counts(self) -> None:
        """Show in the rail how many projects, villages and outstanding payments the year has."""
        from haicang_desk.model.records import Village
        from haicang_desk.model.store import ProjectFilter, count_projects

        if self.state is None:
            return
        ws, year = self.state.workspace, self.state.year
        self.rail.set_count("projects", count_projects(ws.conn, ProjectFilter(year=year)))
        self.rail.set_count("villages", len(ws.all(Village)))
        self.rail.set_count(
            "payments", count_projects(ws.conn, ProjectFilter(year=year, only=("undisbursed",))) or None
        )

    def _on_job(self, label: str) -> None:
        if not label:  # such as a preview, which says itself that it is on its way
            return
        self.status.tell(f"正在{label}…")
        self.status.show_progress(0, 1)

    def _on_idle(self) -> None:
        self.status.show_progress(0, 0)
        if self.status.currentMessage().startswith("正在"):
            self.status.clearMessage()

    def _on_year_picked(self, index: int) -> None:
        from haicang_desk.model.values import Refused
        from haicang_desk.ui.shell import prompts

        if self.state is None:
            return
        try:
            self.state.turn_to(self.years.itemData(index))
        except Refused as unusable:  # the rule set of that year
            prompts.tell(self, "政策参数", str(unusable))
            self._tell_store()

    # going from screen to screen

    def _on_rail(self, name: str, what: Any) -> None:
        """Go where a line of the rail leads; the screen that is in sight already stays as it is."""
        here = self.current()
        if what is not None or here is None or here.objectName() != name:
            self.go(name, what)

    def go(self, name: str, what: Any = None) -> bool:
        """Show a screen and give whether the one in sight could be left. ``back`` is the one before."""
        if self.state is None:
            return False
        if name == "back":
            name = self._trail[-2] if len(self._trail) > 1 else NAVIGATION_ITEMS[0].name
            self._trail = self._trail[:-2]
        here = self.current()
        if here is not None and not here.may_leave():
            self._mark_nav(here.objectName())
            return False
        screen = self.visited(name)
        if what is not None and not self._showed(screen, what):
            return False
        self.stack.setCurrentWidget(self._frames[name])
        screen.look_if_stale()
        if not self._trail or self._trail[-1] != name:
            self._trail.append(name)
        self._mark_nav(name)
        return True

    def _showed(self, screen: Screen, what: Any) -> bool:
        """Have a screen show something; tells why where it cannot, as for a year whose rule set cannot be used."""
        from haicang_desk.model.values import Refused
        from haicang_desk.ui.shell import prompts

        try:
            screen.show_what(what)
        except Refused as refused:
            prompts.tell(self, screen.title, str(refused))
            return False
        return True

    def visited(self, name: str) -> Screen:
        """The screen of this name, made when first asked for."""
        if name not in self.screens:
            assert self.state is not None
            ahead = self._ahead.pop(name) if name in self._ahead else None
            self.screens[name] = ahead or navigation_item(name).make(self.state)
            self._frames[name] = _framed(self.screens[name])
            self.stack.addWidget(self._frames[name])
        return self.screens[name]

    def make_ahead(self, name: str) -> Iterator[None]:
        """Make a screen piece by piece before it is visited; a visit meanwhile makes the rest at once."""
        from haicang_desk.ui.shell.readying import styled_ahead

        if name in self.screens or self.state is None:
            return
        self._ahead[name] = navigation_item(name).make(self.state)
        yield
        self.visited(name)
        yield
        yield from self.screens[name].make_ahead()
        frame = self._frames[name]
        for _ in styled_ahead(frame, self.stack):
            yield
            if frame.isVisible():
                return

    def current(self) -> Screen | None:
        """The screen in sight, None on the start page."""
        shown = self.stack.currentWidget()
        return next((self.screens[name] for name, frame in self._frames.items() if frame is shown), None)

    def _mark_nav(self, name: str) -> None:
        self.rail.mark(navigation_item(name).within or name)

    def show_commands(self) -> None:
        """Open the command palette."""
        from haicang_desk.ui.shell.commands import CommandPalette

        if self.state is not None:
            here = self.current()
            CommandPalette(self, self.state, [*(here.commands() if here else ()), *self.menus.commands()]).open_over(
                self
            )

    def show_help(self, chapter: str = "") -> None:
        """Open the manual, at the chapter of the screen in sight where none is named."""
        from haicang_desk.ui.shell.help import HelpWindow

        if self._help is None:
            self._help = HelpWindow(self)
        here = self.current()
        self._help.show_chapter(chapter or (navigation_item(here.objectName()).chapter if here else ""))

    def fit(self) -> None:
        """Adapt widths to the size of type."""
        self.rail.fit()
        self.start_page.fit()
        self.status.fit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files that can be read here."""
        if self.state is not None and self._workbook(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read a dropped workbook for import."""
        if (path := self._workbook(event.mimeData())) is not None:
            event.acceptProposedAction()
            self.go("exchange", path)

    def _workbook(self, dropped: QMimeData) -> Path | None:
        paths = [Path(url.toLocalFile()) for url in dropped.urls() if url.isLocalFile()]
        return next((path for path in paths if path.suffix.lower() in WORKBOOKS), None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the keyboard, as in a dialog."""
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Remember the size, once it is settled."""
        super().resizeEvent(event)
        self._placed.start()

    def moveEvent(self, event: QMoveEvent) -> None:
        """Remember the place, once it is settled."""
        super().moveEvent(event)
        self._placed.start()

    def _keep_place(self) -> None:
        self.settings.keep("窗口/位置", self.saveGeometry())
        if self._trail:
            listed = (name for name in reversed(self._trail) if navigation_item(name).listed)
            self.settings.keep("窗口/页面", next(listed, FIRST))
        self.settings.flush()

    def _warn(self, text: str) -> None:
        """Tell what a person must know of a change that was written, once what made it is over."""
        from haicang_desk.ui.shell import prompts

        QTimer.singleShot(0, self, lambda: prompts.tell(self, "请检查磁盘", text, level="warn"))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved entries and remember position and screen."""
        here = self.current()
        if here is not None and not here.may_leave():
            event.ignore()
            return
        self._keep_place()
        event.accept()


def _framed(screen: Screen) -> QScrollArea:
    """A screen that scrolls where it has less room than it needs: large type must not widen the window."""
    frame = QScrollArea()
    frame.setFrameShape(QFrame.Shape.NoFrame)
    frame.setWidgetResizable(True)
    frame.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    frame.setWidget(screen)
    return frame
