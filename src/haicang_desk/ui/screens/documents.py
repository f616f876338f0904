"""Notices and documents: pick one, pick whose, see it as it would print now, then print or save the batch."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QVBoxLayout, QWidget

from haicang_desk.model.records import Issue, Project, Village
from haicang_desk.model.store import FinishedChange, ProjectFilter, ProjectRow, count_projects
from haicang_desk.model.values import DeskError, Refused
from haicang_desk.paths import documents_folder
from haicang_desk.ui.screens.document_kinds import DocumentKinds
from haicang_desk.ui.screens.issued_papers import PreviewTabs
from haicang_desk.ui.screens.preview_maker import PreviewMaker
from haicang_desk.ui.screens.print_batch import DocumentSelection
from haicang_desk.ui.screens.print_plan import LeftOut, PrintPlanDialog
from haicang_desk.ui.screens.print_status import PrintStatusKeeper
from haicang_desk.ui.screens.projects import ProjectSource
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.screens.submission import print_batch, save_batch
from haicang_desk.ui.shell import prompts, theme
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.choices import Choice, Choices
from haicang_desk.ui.shell.commands import Command
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.filter_bar import SearchLine
from haicang_desk.ui.widgets.icons import set_icon
from haicang_desk.ui.widgets.layouts import FlowRow, RememberedSplitter
from haicang_desk.ui.widgets.pdf_view import PdfView
from haicang_desk.ui.widgets.table import ROW, Table, TableColumn, attribute_column

if TYPE_CHECKING:
    from haicang_desk.model.documents import PrintBatch, PrintStatus

FOLDER = "文书/文件夹"
SOUGHT = 400  # rows in which the current one is looked for after a change
NARROW = 72  # characters: from here down the choice of projects stands on a tab beside the preview
ALL = "all"
FIGURES = ((ALL, "全部"), ("ready", "可印"), ("changed", "有变动"), ("issued", "已印发"), ("barred", "还不能印"))
_VILLAGES = (
    TableColumn(Village.label, lambda v: v.label, "", 12, grows=True),
    TableColumn(Village.fields["code"].label, lambda v: v.note, "", 8),
)


class DocumentsScreen(Screen):
    """公示与文书: choose a document and its projects or villages, see it, print it or save it."""

    title = "公示与文书"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._choices = Choices(state.workspace)
        self.keeper = PrintStatusKeeper(state)
        self.keeper.altered.connect(self._show_figures)
        self.add_button("存为文件…(&S)", self.save, name="save_papers", icon="download")
        self.add_button("打印…(&P)", self.print_out, role="primary", name="print_papers", icon="printer")
        self.kinds = DocumentKinds()
        self.view = PdfView("选一种文书，再选项目或村居，这里就是印出来的样子。")
        self.shown = PreviewTabs(state, self.view)
        self.preview = PreviewMaker(state, self.view, self._in_view)
        self._which, self.criteria = ALL, ProjectFilter(year=state.year)
        self._middle_part = self._middle()
        self.split = RememberedSplitter(Qt.Orientation.Horizontal, "公示与文书", state.settings)
        for widget, share in ((self.kinds, 0), (self._middle_part, 4), (self.shown, 6)):
            self.split.addWidget(widget)
            self.split.setStretchFactor(self.split.count() - 1, share)
        self.split.restore()
        self.body.addWidget(self.split, 1)
        self._narrow = False
        self._told = QTimer(self)  # the plan is told once the selection rests
        self._told.setSingleShot(True)
        self._told.timeout.connect(self._tell_plan)
        self.kinds.currentItemChanged.connect(lambda *_: self._show_kind())

    def _middle(self) -> QWidget:
        self.words = SearchLine("查找项目", "项目、编号、村居，汉字或拼音")
        self.words.criteria.connect(self._on_words)
        columns = (
            attribute_column("title", Project.fields["title"].label, 9, grows=True),
            attribute_column("village", Project.fields["village"].label, 6),
            TableColumn("这种文书", self._status_text, "", 9, colour=self._status_colour, grows=True),
        )
        self.projects = Table(columns, name="要印的项目", empty="没有符合条件的项目", several=True)
        self._villages: Table | None = None
        self.words.serves(self.projects, opens=False)
        self.words.returnPressed.connect(self._pick_found)
        self._follow(self.projects)
        self.projects.opened.connect(lambda row: self.state.project_requested.emit(row.id))
        self._chips, self._chip_buttons = FlowRow(), dict[str, QPushButton]()
        self._given = QPushButton()  # the projects that another screen sent here
        self._given.setObjectName("drop_given")
        self._given.setToolTip("点一下，列出全部项目")
        set_role(self._given, "chip_on")
        set_icon(self._given, "x", "accent")
        self._given.clicked.connect(self._drop_given)
        for which, label in FIGURES:
            chip = QPushButton(label)
            chip.setObjectName(f"show_{which}")
            chip.setAccessibleName(label)
            chip.clicked.connect(lambda _=False, which=which: self._narrow_to(which))
            self._chips.add(chip)
            self._chip_buttons[which] = chip
        self._chips.add(self._given)
        self._plan = QLabel()
        self._plan.setWordWrap(True)
        set_role(self._plan, "muted")
        self._why = QPushButton("看哪些不能印(&W)")
        self._why.setObjectName("show_left_out")
        self._why.setAccessibleName("看哪些不能印")
        set_role(self._why, "link")
        self._why.clicked.connect(self._show_left_out)
        middle = QWidget()
        inside = QVBoxLayout(middle)
        inside.setContentsMargins(em(self, 0.4), 0, em(self, 0.4), 0)
        for widget in (self.words, self._chips, self.projects, self._plan, self._why):
            inside.addWidget(widget, 1 if isinstance(widget, Table) else 0)
        self._inside = inside
        inside.addStretch(0)  # where there is no table, the words stay at the top
        inside.addWidget(self._option_row())
        return middle

    @property
    def villages(self) -> Table:
        """The villages to print for; made when a document of villages is first chosen."""
        if self._villages is None:
            self._villages = Table(_VILLAGES, name="要印的村居", empty="还没有村居", several=True)
            self._follow(self._villages)
            self._inside.insertWidget(2, self._villages, 1)
            self._villages.show_rows(self._choices.villages())
        return self._villages

    def _follow(self, table: Table) -> None:
        """What is picked in a table is what would print."""
        table.picked.connect(self._on_picked)
        table.selectionModel().currentRowChanged.connect(lambda *_: self._ask_preview())

    def _ask_preview(self) -> None:
        """Ask for the preview, once there is a document to show."""
        if self.kinds.count():
            self.preview.ask()

    def _option_row(self) -> QWidget:
        self.large = QCheckBox("印成 A3（张贴用）")
        self.halved = QCheckBox("分印两张 A4")
        self.halved.setToolTip("没有 A3 打印机时用：按线裁开，粘成一张 A3")
        self.single = QCheckBox("合订成一个文件")
        self.editable = QCheckBox("存成可修改的文档")
        self.editable.setToolTip("存为 DOCX，可用文字处理软件修改；打印和预览仍用定版")
        self.large.toggled.connect(self.halved.setEnabled)
        self._option_boxes = row = FlowRow(12)
        for box in self._options().values():
            box.setAccessibleName(box.text())
            box.clicked.connect(self._on_option)
            row.add(box)
        return row

    def _options(self) -> dict[str, QCheckBox]:
        return {"large": self.large, "halved": self.halved, "single": self.single, "editable": self.editable}

    def _on_option(self) -> None:
        """Remember the options of this kind of document, and show what they change."""
        ticked = [name for name, box in self._options().items() if box.isChecked()]
        self.state.settings.keep_structure(f"文书/{self._document().name}", ticked)
        self.preview.ask()

    # showing

    def look(self) -> None:
        """Read what is shown from the store again."""
        self.note.setText(f"{self.state.year} 年度")
        if not self.kinds.count():
            self._load_kinds()
        if self._villages is not None:
            self._villages.show_rows(self._choices.villages())
        self._seek()
        self.keeper.read()

    def _load_kinds(self) -> None:
        """Fill the list; the catalogue takes a moment to load the first time, which the worker does."""
        if "haicang_desk.model.documents" in sys.modules:
            QTimer.singleShot(0, self, self._fill_kinds)
            return
        self.state.jobs.run(
            "", lambda *_: import_module("haicang_desk.model.documents"), lambda _: self._fill_kinds(), self._refuse
        )

    def _fill_kinds(self) -> None:
        if not self.kinds.count():
            self.kinds.fill()
            self.kinds.show_counts(self.keeper.counts)
            self.kinds.setCurrentRow(1)

    def concerns(self, done: FinishedChange) -> bool:
        """What is chosen for printing stays after a new issue; every change may be one of what would print."""
        self.keeper.follow(done) if self.keeper.ready else self.keeper.forget()
        self._ask_preview()
        if done.touches(Issue):
            self.shown.show_document(self._document().title)
            return False
        return True

    def retire(self) -> None:
        """Stop timers, listeners and reading before the store is closed."""
        self.preview.stop()
        self.keeper.retire()
        super().retire()

    def show_what(self, what: Any) -> None:
        """Ids of projects to print, or a name of a document with them."""
        name, ids = what if isinstance(what, tuple) else ("", what)
        self.look_if_stale()
        self._which = ALL
        if name:
            self._pick_kind(name)
        self.words.show_words("")
        self.criteria = ProjectFilter(year=self.state.year, among=tuple(ids))
        self._show_chips()
        self._seek()

    def _drop_given(self) -> None:
        self.criteria = replace(self.criteria, among=None)
        self._show_chips()
        self._seek()

    def _pick_found(self) -> None:
        """Enter in the search picks the first project found."""
        if self.words.words() and self.projects.rows.rowCount():
            self.projects.selectRow(0)
            self.projects.setFocus()

    def _on_words(self, words: str) -> None:
        self.criteria = replace(self.criteria, text=words)
        self._seek()

    def _pick_kind(self, name: str) -> None:
        self._fill_kinds()
        self.kinds.pick(name)

    def _seek(self) -> None:
        self.criteria = replace(self.criteria, year=self.state.year)
        here = self.projects.currentIndex().data(ROW)
        self.projects.look(ProjectSource(self.state.workspace, self._criteria()))
        self._stand_on(here.id if here is not None else "")
        self._on_picked()
        self._ask_preview()

    def _stand_on(self, project_id: str) -> None:
        """Make a row the current one, which the preview shows, without picking it: the one before, else the first."""
        model = self.projects.rows
        rows = (model.row(number) for number in range(min(model.rowCount(), SOUGHT)))
        found = next((number for number, row in enumerate(rows) if row is not None and row.id == project_id), 0)
        if model.rowCount():
            place = QItemSelectionModel.SelectionFlag.NoUpdate
            self.projects.selectionModel().setCurrentIndex(model.index(found, 0), place)

    def _criteria(self) -> ProjectFilter:
        """What is searched for, and of the figures the one that is clicked."""
        criteria = self.criteria
        if self._which == ALL or self._document().scope != "project":
            return criteria
        of_figure = self.keeper.subjects(self._document(), self._which)
        among = of_figure if criteria.among is None else tuple(set(of_figure) & set(criteria.among))
        return replace(criteria, among=among)

    def _narrow_to(self, which: str) -> None:
        self._which = which
        self._show_chips()
        self._seek()

    def _show_kind(self) -> None:
        document = self._document()
        scope = document.scope
        if self._which != ALL:
            self._which = ALL
            self._seek()
        for widget in (self.words, self.projects, self._chips):
            widget.setVisible(scope == "project")
        if scope == "village" or self._villages is not None:
            self.villages.setVisible(scope == "village")
        self.large.setVisible(document.takes_a3)
        self.halved.setVisible(document.takes_a3)
        self.single.setVisible(scope != "street")
        ticked = self.state.settings.structure(f"文书/{document.name}") or ()
        for name, box in self._options().items():
            box.setChecked(name in ticked)
        self.halved.setEnabled(self.large.isChecked())
        self._option_boxes.place()
        self.shown.show_document(document.title)
        if not self.split.kept:
            self._share_room()
        self._show_chips()
        self._on_picked()
        self.projects.viewport().update()
        self.preview.ask()

    def _show_figures(self) -> None:
        """What could be printed is known, or has changed."""
        self.kinds.show_counts(self.keeper.counts)
        self.projects.viewport().update()
        self._show_chips()
        self._on_picked()

    def _show_chips(self) -> None:
        counts, whole = self.keeper.counts(self._document()), self.state.year
        for which, label in FIGURES:
            chip = self._chip_buttons[which]
            known = {"ready": counts.ready, "changed": counts.changed, "issued": counts.issued} if counts else {}
            if which == "barred" and counts:
                known["barred"] = count_projects(self.state.workspace.conn, ProjectFilter(year=whole)) - counts.ready
            chip.setText(f"{label} {known[which]:,}" if which in known else label)
            chip.setEnabled(which == ALL or bool(known.get(which)))
            set_role(chip, "chip_on" if which == self._which else "chip")
        among = self.criteria.among
        self._given.setText(f"选好的 {len(among or ()):,} 项")
        self._given.setAccessibleName(f"去掉条件：选好的 {len(among or ()):,} 项")
        self._given.setVisible(among is not None)
        self._chips.place()

    def _status(self, row: ProjectRow) -> PrintStatus | None:
        return self.keeper.status(self._document(), row.id) if self.keeper.ready else None

    def _status_text(self, row: ProjectRow) -> str:
        status = self._status(row)
        if status is None:
            return "…"
        if status.reason:
            return status.reason
        if status.changed and status.issued:
            return f"第{status.issued.number}次印发后有变动"
        return f"已印发（第{status.issued.number}次）" if status.issued else "可印"

    def _status_colour(self, row: ProjectRow) -> QColor | None:
        status = self._status(row)
        if status is None or status.reason:
            return theme.colour("muted")
        return theme.level_colour("exception" if status.changed else "good" if status.issued else "info")

    def _document(self) -> Any:
        from haicang_desk.model.documents import DOCUMENTS

        return DOCUMENTS.get(self.kinds.name) or next(iter(DOCUMENTS.values()))

    # what is chosen

    def _on_picked(self) -> None:
        if self.kinds.count():
            self._told.start(60)

    def _tell_plan(self) -> None:
        """Say how many would be printed, and how many of them cannot be yet."""
        scope = self._document().scope
        self._why.hide()
        if scope == "street":
            reason = (status.reason if (status := self.keeper.status(self._document(), "")) else "") or ""
            self._plan.setText(reason or f"按 {self.state.year} 年度全街道的数据印一份。")
            return
        table = self.projects if scope == "project" else self.villages
        picked = len(table.selectionModel().selectedRows())
        count = picked or table.rows.rowCount()
        unit = "项" if scope == "project" else "个村居"
        text = f"印选中的 {count:,} {unit}" if picked else f"没有选中：印列出的 {count:,} {unit}"
        if scope == "project" and self.keeper.ready and count <= 2_000:
            barred = len(self._left_out(self._batch_rows()))
            if barred:
                text += f"，其中 {barred:,} 项还不能印"
                self._why.show()
        self._plan.setText(text)

    def _batch_rows(self) -> list[ProjectRow]:
        """The projects of the batch: those picked, else all that are listed."""
        if picked := self.projects.chosen():
            return picked
        source = ProjectSource(self.state.workspace, self._criteria())
        return list(source.page("code", False, 0, source.count()))

    def _left_out(self, rows: Sequence[ProjectRow]) -> list[LeftOut]:
        found = []
        for row in rows:
            status = self._status(row)
            if status is not None and status.reason:
                found.append(LeftOut(row.id, row.title, status.reason, row.village))
        return found

    def _show_left_out(self) -> None:
        rows = self._batch_rows()
        left_out = self._left_out(rows)
        self._plan_dialog(left_out, 0, self._document().title)

    def _plan_dialog(self, left_out: Sequence[LeftOut], ready: int, verb: str) -> PrintPlanDialog:
        dialog = PrintPlanDialog(self, f"《{self._document().title}》：还不能印的", left_out, ready, verb)
        dialog.mend.connect(self.state.project_requested.emit)
        dialog.open()
        return dialog

    def _in_view(self) -> DocumentSelection:
        """What the preview shows: the document of the current row, as it would print now."""
        scope = self._document().scope
        if scope == "street":
            return self._selection()
        table = self.projects if scope == "project" else self.villages
        row = table.rows.row(max(table.currentIndex().row(), 0)) if table.rows.rowCount() else None
        if row is None:
            raise Refused("没有符合条件的项目。" if scope == "project" else "还没有村居。")
        return self._selection([row.code]) if scope == "project" else self._selection(villages=[row.label])

    def _selection(self, projects: Sequence[str] = (), villages: Sequence[str] = (), **more: Any) -> DocumentSelection:
        document = self._document()
        wanted: dict[str, Any] = {"name": document.name, "title": document.title, "year": self.state.year, **more}
        return DocumentSelection(
            projects=projects, villages=villages, as_of=self.state.today(), paper=self._paper(), **wanted
        )

    def _paper(self) -> str:
        if not (self.large.isChecked() and self._document().takes_a3):
            return "A4"
        return "2A4" if self.halved.isChecked() else "A3"

    # making

    def commands(self) -> list[Command]:
        """Each document by its name."""
        from haicang_desk.model.documents import DOCUMENTS

        return [
            Command(each.title, "文书", partial(self._pick_kind, each.name), "file-text") for each in DOCUMENTS.values()
        ]

    def print_now(self) -> None:
        """Ctrl+P."""
        self.print_out()

    def save(self) -> None:
        """Write the batch into a folder, one file a document."""

        def into_folder(selection: DocumentSelection) -> None:
            """Ask for the folder and gather."""
            kept = self.state.settings.text(FOLDER)
            folder = prompts.pick_folder(self, "存到哪个文件夹", Path(kept) if kept else documents_folder())
            if folder is not None:
                self.state.settings.keep(FOLDER, str(folder))
                self._gather(selection, lambda batch: save_batch(self, batch, folder))

        self._plan_batch("存", into_folder, editable=self.editable.isChecked())

    def print_out(self) -> None:
        """Send the batch to a printer that the person picks."""
        name, large = self._document().name, self._paper() == "A3"

        def to_printer(selection: DocumentSelection) -> None:
            """Gather; the printer is picked when it is known what goes there."""
            self._gather(selection, lambda batch: print_batch(self, batch, name, large=large))

        self._plan_batch("印", to_printer)

    def _plan_batch(self, verb: str, go_on: Callable[[DocumentSelection], None], *, editable: bool = False) -> None:
        """Say what would be left out and why, then go on with the rest; where nothing is left out, at once."""
        scope = self._document().scope
        more: dict[str, Any] = {"single": self.single.isChecked(), "editable": editable}
        if scope == "street":
            go_on(self._selection(**more))
            return
        if scope == "village":
            chosen: Sequence[Choice] = self.villages.chosen() or self._choices.villages()
            if not chosen:
                prompts.tell(self, self.title, "没有要印的村居。请先登记村居")
                return
            go_on(self._selection(villages=[each.label for each in chosen], **more))
            return
        rows = self._batch_rows()
        if not rows:
            prompts.tell(self, self.title, "没有要印的项目。请先在列表里选好，或清除上面的条件")
            return
        left_out = self._left_out(rows)
        barred = {each.project_id for each in left_out}
        selection = self._selection([row.code for row in rows if row.id not in barred], **more)
        if not left_out:
            go_on(selection)
            return
        dialog = self._plan_dialog(left_out, len(rows) - len(left_out), verb)
        dialog.accepted.connect(lambda: go_on(selection))

    def _gather(self, selection: DocumentSelection, send: Callable[[PrintBatch], None]) -> None:
        ws = self.state.workspace
        self.state.jobs.gather(
            "收集要印的内容",
            selection.pieces(ws),
            selection.count,
            lambda pieces: send(selection.bound(ws, pieces)),
            self._refuse,
        )

    def _refuse(self, wrong: DeskError) -> None:
        prompts.tell(self, self.title, str(wrong))

    # layout

    def _share_room(self) -> None:
        """Most of the room for the preview, once the splitter has its own; more where there is nothing to choose."""
        kinds = em(self, 13)
        rest = self.split.width() - kinds
        whole = bool(self.kinds.name) and self._document().scope == "street"
        middle = em(self, 14) if whole else rest * 9 // 20
        self.split.setSizes([kinds, rest] if self._narrow else [kinds, middle, rest - middle])

    def arrange(self) -> None:
        """On a narrow window the choice of projects stands on a tab beside the preview."""
        if not self.split.kept:
            QTimer.singleShot(0, self, self._share_room)
        narrow = self.width() < em(self, NARROW)
        if narrow is self._narrow:
            return
        self._narrow = narrow
        if narrow:
            self.shown.insertTab(0, self._middle_part, "选择(&L)")
            self.shown.setCurrentIndex(0)
        else:
            self.shown.removeTab(0)
            self.split.insertWidget(1, self._middle_part)
            self._middle_part.show()
