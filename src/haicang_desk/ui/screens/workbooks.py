"""Workbooks in and out: a dry run of every row first, then one change that can be undone whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from haicang_desk.model.records import Project
from haicang_desk.model.services import lent, read_beside, write_beside
from haicang_desk.model.store import FinishedChange, ProjectFilter, last_entry
from haicang_desk.model.values import Cancelled, Course, DeskError, Money, ProgressCallback
from haicang_desk.paths import documents_folder, mapping_folder
from haicang_desk.ui.screens.import_view import ImportView
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell import prompts, theme
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.backup_keeper import backed_up_before
from haicang_desk.ui.shell.private_view import private_view
from haicang_desk.ui.shell.theme import set_role
from haicang_desk.ui.shell.waiting import wait_for
from haicang_desk.ui.widgets.table import Table, TableColumn

if TYPE_CHECKING:
    from haicang_desk.model.spreadsheet import ImportPlan, ImportSession, ParsedWorkbook, RawWorkbook, StoreSnapshot

KINDS = "Excel 工作簿 (*.xlsx)"
BOOKS = "表格 (*.xlsx *.xls *.et *.ods *.csv *.tsv)"
FOLDER = "导入/文件夹"
EMPTY = (
    "按“选择工作簿”，或把村居报来的工作簿拖到这里；也可以从表格软件复制几行（连同表头）粘贴到这里。\n"
    "先逐行预览，没有问题再一次写入；写入之后可以整批撤销。"
)


def _colour(row: Any) -> QColor | None:
    level = {"new": "good", "updated": "info", "error": "block"}.get(row[0].result.value)
    return theme.level_colour(level) if level else None


COLUMNS = (
    TableColumn("工作表", lambda r: r[0].sheet, "sheet", 5),
    TableColumn("行", lambda r: r[0].row, "row", 4, right=True),
    TableColumn("结果", lambda r: r[0].result, "fate", 4.6, colour=_colour, key=lambda r: r[0].result.value),
    TableColumn("名称", lambda r: r[0].name, "what", 10),
    TableColumn("村居", lambda r: r[0].village, "village", 6),
    TableColumn("类别", lambda r: r[0].category, "category", 4.6),
    TableColumn("金额（元）", lambda r: _amount(r[0]), "amount", 7.6, right=True),
    TableColumn("日期", lambda r: r[0].day, "day", 6),
    TableColumn("栏目", lambda r: r[1], "", 7),
    TableColumn("原内容", lambda r: r[2], "", 8),
    TableColumn("说明", lambda r: r[3], "", 14, colour=_colour),
)


def _amount(outcome: Any) -> Money | None:
    """The sum of a row: of a project the total of its sources, of a payment and the like its amount."""
    amount: Money | None = outcome.total if outcome.total is not None else outcome.amount
    return amount


class WorkbooksScreen(Screen):
    """导入与导出: a workbook is planned row by row, then imported as one change; template and export."""

    title = "导入与导出"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self.plan: ImportPlan | None = None
        self._session: ImportSession | None = None
        self._snapshot: StoreSnapshot | None = None  # of the store, for as long as it holds
        self._written: list[str] = []  # ids of the projects of the last import
        self._path: Path | None = None
        self.add_button("申报模板…(&T)", self._save_template, name="template")
        self.add_button("导出台账…(&X)", self._export, name="export")
        self.add_button("粘贴表格(&P)", self.paste, name="paste").setToolTip(
            "在表格软件里连同表头选中几行，复制后粘贴到这里（Ctrl+V）；先逐行预览，不直接写入"
        )
        self.add_button("选择工作簿…(&O)", self._pick, name="pick")
        self._write = self.add_button("导入(&I)", self._carry_out, role="primary", name="carry_out")
        self.only = QComboBox()
        self.only.setAccessibleName("只看")
        self.only.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.only.currentIndexChanged.connect(lambda _: self._show_rows())
        self._summary = QLabel()
        self._summary.setWordWrap(True)
        self._notes = QLabel()
        self._notes.setWordWrap(True)
        set_role(self._notes, "muted")
        self.table = Table(COLUMNS, name="导入预览", empty=EMPTY)
        self._results = QWidget()
        column = QVBoxLayout(self._results)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.only, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.table, 1)
        self._totals = QLabel()
        self._totals.setObjectName("totals")
        self._totals.setWordWrap(True)
        column.addWidget(self._totals)
        self.view = ImportView(self._results)
        self.view.answered.connect(self._read_again)
        self._marked = QPushButton("存标色的工作簿…(&M)")
        self._marked.setObjectName("marked")
        self._marked.setAccessibleName("存标色的工作簿")
        self._marked.clicked.connect(lambda: self._save_marked())
        self._good = QPushButton("只导入无误的行…")
        self._good.setAccessibleName("只导入无误的行")
        self._good.setObjectName("good_rows")
        self._good.clicked.connect(lambda: self._carry_out_good())
        self._see = QPushButton("看这些项目")
        self._see.setObjectName("see_written")
        self._see.setAccessibleName("看刚导入的项目")
        self._see.clicked.connect(self._see_written)
        row = QHBoxLayout()
        row.addWidget(self._summary, 1)
        row.addWidget(self._marked)
        row.addWidget(self._good)
        row.addWidget(self._see)
        self._empty = QLabel(EMPTY)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        set_role(self._empty, "empty")
        self.body.addLayout(row)
        self.body.addWidget(self._notes)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self.view, 1)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self).activated.connect(self.paste)
        self._forget()

    def look(self) -> None:
        """After another change of the store, plan anew from the book as it was read."""
        if self.plan is not None:
            self._plan_again()

    # a workbook comes

    def show_what(self, what: Any) -> None:
        """A workbook dropped on the window."""
        self.read(what)

    def _pick(self) -> None:
        kept = self.state.settings.text(FOLDER)
        path = prompts.pick_open(self, "选择要导入的工作簿", Path(kept) if kept else documents_folder(), BOOKS)
        if path is not None:
            self.state.settings.keep(FOLDER, str(path.parent))
            self.read(path)

    def read(self, path: Path) -> None:
        """Read a workbook on the worker, then plan its import."""
        self._forget()
        self._path = path
        self._summary.setText(f"正在读取《{path.name}》…")

        def work(progress: ProgressCallback, cancelled: Cancelled) -> RawWorkbook:
            """Runs on the worker thread."""
            from haicang_desk.model.spreadsheet import open_workbook

            return open_workbook(path, progress=progress, cancelled=cancelled)

        self.state.jobs.run(f"读取《{path.name}》", work, self._begin, self._refuse)

    def paste(self) -> None:
        """Plan the import of rows copied from a spreadsheet."""
        self._forget()
        self._path = None
        data = QGuiApplication.clipboard().mimeData()
        html, text = data.html(), data.text()

        def work(progress: ProgressCallback, cancelled: Cancelled) -> RawWorkbook:
            """Runs on the worker thread."""
            from haicang_desk.model.spreadsheet import open_pasted

            return open_pasted(text, html)

        self.state.jobs.run("读取粘贴的内容", work, self._begin, self._refuse)

    def _begin(self, raw: RawWorkbook) -> None:
        """Hold the workbook with the mappings kept for its senders."""
        from haicang_desk.model.spreadsheet import (
            Answers,
            ImportSession,
            TableMapping,
            kept_senders,
            known_of,
            load_mapping,
        )

        folder, mappings = mapping_folder(), list[TableMapping]()
        for sender in kept_senders(folder):
            kept = load_mapping(folder, sender)
            mappings += kept.tables if kept else ()
        try:
            known = known_of(self.state.workspace)
        except DeskError as refused:
            self._refuse(refused)
            return
        self._session = ImportSession(raw, Answers(mappings=tuple(mappings)), known)
        self._read_again()

    def _read_again(self) -> None:
        """Read the tables with the answers so far, then plan, both on the worker."""
        if (session := self._session) is None:
            return

        def read(progress: ProgressCallback, cancelled: Cancelled) -> ParsedWorkbook:
            """Runs on the worker thread."""
            return session.read_again()

        def done(book: ParsedWorkbook) -> None:
            """Runs on the window's thread."""
            if session is self._session:
                session.book = book
                self._plan_again()

        self.state.jobs.run("核对表格", read, done, self._refuse_answer)

    def _plan_again(self) -> None:
        """Compare the book as it was read with the ledger."""
        from haicang_desk.model.spreadsheet import plan_on

        if (session := self._session) is None:
            return
        book, answers = session.book, session.answers
        try:
            take = self._snapshot_of(book)
        except DeskError as refused:
            self._refuse(refused)
            return

        def plan(progress: ProgressCallback, cancelled: Cancelled) -> ImportPlan:
            """Runs on the worker thread."""
            snapshot: StoreSnapshot = take(Course(progress, cancelled, "已停止预览，没有写入任何内容"))
            self._snapshot = snapshot
            return plan_on(snapshot, book, answers, progress=progress, cancelled=cancelled)

        def done(made: ImportPlan) -> None:
            """Runs on the window's thread."""
            if session is self._session and book is session.book:
                first, self.plan = self.plan is None, made
                self._show_plan(made)
                if first:  # what is to be mended is shown first
                    self.only.setCurrentIndex(self.only.count() - 1 if made.faulty else 0)

        self.state.jobs.run("预览导入", plan, done, self._refuse)

    def _snapshot_of(self, book: ParsedWorkbook) -> Callable[[Course], StoreSnapshot]:
        """What gives the worker the store to plan on: the last snapshot where it still holds, else a new one.

        The worker takes it from a copy. A store in memory can be read on this thread alone.
        """
        from haicang_desk.model.spreadsheet import StoreSnapshot

        workspace, kept = self.state.workspace, self._snapshot
        if kept is not None and kept.covers(book, last_entry(workspace.conn)):
            return lambda _: kept
        if (path := workspace.path) is None:
            here = StoreSnapshot.of(workspace, book)
            return lambda _: here

        def take(course: Course) -> StoreSnapshot:
            """Runs on the worker thread."""
            with read_beside(path, self.state.now, course.part(0, 50)) as copy:
                return StoreSnapshot.of(copy, book)

        return take

    def _refuse_answer(self, wrong: DeskError) -> None:
        """An answer that cannot be read with is taken back; a book that cannot be read at all is refused."""
        if self._session is not None and self._session.can_undo:
            self._session.undo()
            prompts.tell(self, self.title, str(wrong))
            return
        self._refuse(wrong)

    def _refuse(self, wrong: DeskError) -> None:
        self._forget()
        self._summary.setText(str(wrong))
        theme.set_role(self._summary, "fault")

    def _forget(self) -> None:
        self.plan, self._session = None, None
        theme.set_role(self._summary, "")
        self._summary.setText("")
        self._notes.hide()
        self.view.forget()
        self.view.hide()
        self._empty.show()
        self._good.hide()
        self._see.hide()
        self.table.show_rows(())
        self._write.setEnabled(False)
        self._marked.setEnabled(False)
        self._marked.hide()

    # the dry run

    def _show_plan(self, plan: ImportPlan) -> None:
        theme.set_role(self._summary, "")
        counts = f"新增 {plan.new} 行、更新 {plan.updated} 行、未变 {plan.unchanged} 行、有误 {plan.faulty} 行"
        what = "核对无误后按“导入”"
        if plan.questions:
            what = f"还有 {len(plan.questions)} 处要您定，定了之前不会写入任何内容"
        elif plan.faulty:
            what = "有误的行改好之前不会写入任何内容"
            what += "；按“存标色的工作簿”把错处和原因退给村居"
        elif not plan.read:
            what = "没有可以导入的行：带【示例】的行不读入，请从它下面一行填起"
        elif not plan.new and not plan.updated:
            what = "与台账里的完全相同，不需要导入"
        self._summary.setText(f"《{plan.workbook.name}》共读到 {plan.read} 行：{counts}。{what}。")
        notes = list(plan.notes)
        summed = Counter(fault.reason for fault in plan.errors)
        notes += [f"{count} 行：{reason}" for reason, count in summed.most_common(3) if count > 2]
        self._notes.setText("；".join(notes[:4]) + ("……" if len(notes) > 4 else ""))
        self._notes.setToolTip("\n".join(notes))
        self._notes.setVisible(bool(notes))
        self._fill_only(plan)
        self._write.setEnabled(not plan.faulty and not plan.questions and bool(plan.planned))
        self._marked.setEnabled(bool(plan.faulty or plan.questions))
        self._marked.setVisible(self._marked.isEnabled())
        good = sum(outcome.is_good for outcome in plan.outcomes)
        self._good.setVisible(bool(plan.faulty) and 0 < good < plan.read)
        self._empty.hide()
        self.view.show()
        if self._session is not None:
            self.view.show_session(self._session, plan)
        self._show_rows()

    def _fill_only(self, plan: ImportPlan) -> None:
        from haicang_desk.model.spreadsheet import RowResult

        current = self.only.currentIndex()
        self.only.blockSignals(True)
        self.only.clear()
        self.only.addItem(f"全部 {plan.read} 行", None)
        for fate in RowResult:
            self.only.addItem(f"{fate.label} {plan.counts[fate]} 行", fate)
        self.only.setCurrentIndex(max(current, 0))
        self.only.blockSignals(False)
        self.only.show()

    def _show_rows(self) -> None:
        if self.plan is None:
            return
        fate = self.only.currentData()
        rows: list[tuple[Any, str, str, str]] = []
        counts, sums = Counter[str](), Counter[str]()
        for outcome in self.plan.outcomes:
            if fate is None or outcome.result is fate:
                rows += _lines(outcome)
                counts[outcome.sheet] += 1
                sums[outcome.sheet] += int(_amount(outcome) or 0)
        self.table.show_rows(rows)
        self._totals.setText(
            "　".join(
                f"“{sheet}”{count} 行" + (f"，金额合计 {Money(sums[sheet])} 元" if sums[sheet] else "")
                for sheet, count in counts.items()
            )
        )

    def _carry_out(self) -> None:
        """Write it all as one change."""
        if self.plan is not None:
            self._write_plan(self.plan)

    def _carry_out_good(self) -> None:
        """Write the good rows alone, after the person has seen which ones stay out."""
        if self.plan is None:
            return
        good = self.plan.without_faulty()
        listed = "、".join(f"“{row.sheet}”第 {row.row} 行 {row.name}" for row in good.left_out[:8])
        more = f" 等 {len(good.left_out)} 行" if len(good.left_out) > 8 else ""
        text = f"这次写入 {len(good.planned)} 行。不写入的 {len(good.left_out)} 行：{listed}{more}。"
        if prompts.confirm(self, "只导入无误的行", text, yes=f"写入 {len(good.planned)} 行"):
            self._write_plan(good)

    def _write_plan(self, plan: ImportPlan) -> None:
        if not backed_up_before(self, self.state, "导入"):
            return
        kept, written = self.plan, list[str]()
        self.plan = None  # what is written need not be planned again when the change is heard of
        if not self.attempt("导入", lambda: written.extend(self._written_by(plan, str(uuid4())))):
            self.plan = kept
            return
        self._snapshot = None
        self._keep_mapping()
        left_out = f"、没有写入 {len(plan.left_out)} 行" if plan.left_out else ""
        self._forget()
        self._summary.setText(
            f"《{plan.workbook.name}》已导入：新增 {plan.new} 条、更新 {plan.updated} 条、"
            f"未变 {plan.unchanged} 条{left_out}。按 Ctrl+Z 可以整批撤销。"
        )
        made = zip(written, plan.planned, strict=True)
        self._written = [record for record, planned in made if isinstance(planned.record, Project)]
        self._see.setText(f"看这 {len(self._written)} 项")
        self._see.setVisible(bool(self._written))

    def _written_by(self, plan: ImportPlan, key: str) -> tuple[str, ...]:
        """Carry a plan out on the worker, while nothing else can be done; gives the ids of what was written."""
        workspace, person, now = self.state.workspace, self.state.person, self.state.now
        verified_at, signer = workspace.condition.at, workspace.signer
        if (path := workspace.path) is None or workspace.read_only:
            return plan.carry_out(workspace, person, key)

        def work(progress: ProgressCallback, cancelled: Cancelled) -> tuple[tuple[str, ...], list[FinishedChange]]:
            """Runs on the worker thread."""
            with write_beside(path, now, verified_at) as (own, made):
                own.signer = signer
                return plan.carry_out(own, person, key, course=Course(progress, cancelled)), made

        written: tuple[str, ...]
        made: list[FinishedChange]
        with lent(workspace, "正在导入"):
            written, made = wait_for(self, f"正在导入《{plan.workbook.name}》…", "停止导入", work)
        for done in made:
            workspace.hear(done)
        return written

    def _see_written(self) -> None:
        criteria = ProjectFilter(among=tuple(self._written))
        self.state.screen_requested.emit("projects", (criteria, "刚导入的项目"))

    def _keep_mapping(self) -> None:
        """Keep how the tables were understood for their sender, where the person wants it."""
        from haicang_desk.model.spreadsheet import save_mapping

        if self._session is not None and (sender := self.view.kept_sender):
            mapping = self._session.mapping_file(sender)
            self.attempt("保存对照", lambda: save_mapping(mapping_folder(), mapping))

    # files go out

    def _save_marked(self) -> None:
        plan, session = self.plan, self._session
        if plan is None or session is None:
            return
        path, pasted = self._path or documents_folder() / session.raw.path.name, session.raw.pasted
        out = prompts.pick_save(self, "标色的工作簿存到哪里", path.with_name(f"{path.stem}（需改正）.xlsx"), KINDS)
        if out is None:
            return

        def work(progress: ProgressCallback, cancelled: Cancelled) -> Path:
            """Runs on the worker thread."""
            from haicang_desk.model.spreadsheet import write_error_workbook

            return write_error_workbook(path, plan, out, pasted)

        advice = "有误的单元格已标色，原因写在最后一列。改好后再选这个文件导入"
        self.state.jobs.run("标色", work, lambda _: self.state.message.emit(f"已存到“{out}”。{advice}"), self._tell)

    def _export(self) -> None:
        from haicang_desk.model.spreadsheet import export_ledger
        from haicang_desk.model.store import AccessKind

        ws, year = self.state.workspace, self.state.year
        name = f"{ws.street.name}{year}年度台账.xlsx"
        if (out := prompts.pick_save(self, "台账导出到哪里", documents_folder() / name, KINDS)) is None:
            return
        if not private_view().note(AccessKind.EXPORTED, f"{year} 年度台账，写到 {out.name}"):
            return
        told = f"{year} 年度台账已导出到“{out}”"
        if (path := ws.path) is None:
            if self.attempt("导出台账", partial(export_ledger, ws, out, year)):
                self.state.message.emit(told)
            return

        def work(progress: ProgressCallback, cancelled: Cancelled) -> Path:
            """Runs on the worker thread."""
            course = Course(progress, cancelled, "已停止，没有导出")
            with read_beside(path, self.state.now, course.part(0, 20)) as copy:
                return export_ledger(copy, out, year, progress=course.part(20, 100).tell)

        self.state.jobs.run("导出台账", work, lambda _: self.state.message.emit(told), self._tell)

    def _save_template(self) -> None:
        from haicang_desk.model.spreadsheet.template import write_template

        start = documents_folder() / "申报模板.xlsx"
        if (out := prompts.pick_save(self, "空白申报工作簿存到哪里", start, KINDS)) is None:
            return
        if self.attempt("申报模板", partial(write_template, out)):
            self.state.message.emit(f"空白申报工作簿已存到“{out}”，可以发给村居填写")

    def _tell(self, wrong: DeskError) -> None:
        prompts.tell(self, self.title, str(wrong))


def _lines(outcome: Any) -> list[tuple[Any, str, str, str]]:
    """One line for each fault or edit of a row; one for a row that has none."""
    faults = [(outcome, fault.column, fault.value, fault.reason) for fault in outcome.faults]
    edits = [(outcome, edit.label, edit.before, f"改为：{edit.after or '（空）'}") for edit in outcome.edits]
    shown = faults or (edits if outcome.result.value == "updated" else [])
    return shown or [(outcome, "", "", "")]
