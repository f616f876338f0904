"""Workbooks in and out: a dry run of every row first, then one change that can be undone whole."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from PySide6.QtGui import QColor, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel

from haicang_desk.model.values import Cancelled, DeskError, ProgressCallback
from haicang_desk.paths import documents_folder
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell import prompts, theme
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.theme import set_role
from haicang_desk.ui.widgets.table import Table, TableColumn

if TYPE_CHECKING:
    from haicang_desk.model.spreadsheet import ImportPlan, ParsedWorkbook

KINDS = "Excel 工作簿 (*.xlsx)"
FOLDER = "导入/文件夹"
EMPTY = (
    "按“选择工作簿”，或把村居报来的工作簿拖到这里；也可以从表格软件复制几行（连同表头）粘贴到这里。\n"
    "先逐行预览，没有问题再一次写入；写入之后可以整批撤销。"
)


def _colour(row: Any) -> QColor | None:
    level = {"new": "good", "updated": "info", "error": "block"}.get(row[0].result.value)
    return theme.level_colour(level) if level else None


COLUMNS = (
    TableColumn("工作表", lambda r: r[0].sheet, "sheet", 7),
    TableColumn("行", lambda r: r[0].row, "row", 4, right=True),
    TableColumn("结果", lambda r: r[0].result, "fate", 4.6, colour=_colour, key=lambda r: r[0].result.value),
    TableColumn("内容", lambda r: r[0].name, "what", 15),
    TableColumn("栏目", lambda r: r[1], "", 9),
    TableColumn("原内容", lambda r: r[2], "", 14),
    TableColumn("说明", lambda r: r[3], "", 14, colour=_colour),
)


class WorkbooksScreen(Screen):
    """导入与导出: a workbook is planned row by row, then imported as one change; template and export."""

    title = "导入与导出"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self.plan: ImportPlan | None = None
        self._path: Path | None = None
        self.add_button("申报模板…(&T)", self._save_template, name="template")
        self.add_button("导出台账…(&X)", self._export, name="export")
        self.add_button("粘贴表格(&P)", self.paste, name="paste").setToolTip(
            "在表格软件里连同表头选中几行，复制后粘贴到这里（Ctrl+V）；先逐行预览，不直接写入"
        )
        self.add_button("选择工作簿…(&O)", self._pick, name="pick")
        self._marked = self.add_button("存标色的工作簿…(&M)", self._save_marked, name="marked")
        self._write = self.add_button("导入(&I)", self._carry_out, role="primary", name="carry_out")
        self.only = QComboBox()
        self.only.setAccessibleName("只看")
        self.only.currentIndexChanged.connect(lambda _: self._show_rows())
        self._summary = QLabel()
        self._summary.setWordWrap(True)
        self._notes = QLabel()
        self._notes.setWordWrap(True)
        set_role(self._notes, "muted")
        self.table = Table(COLUMNS, name="导入预览", empty=EMPTY)
        row = QHBoxLayout()
        row.addWidget(self.only)
        row.addWidget(self._summary, 1)
        self.body.addLayout(row)
        self.body.addWidget(self._notes)
        self.body.addWidget(self.table, 1)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self).activated.connect(self.paste)
        self._forget()

    def look(self) -> None:
        """Read what is shown from the store again."""
        if self.plan is not None and not self._stale_plan():
            self._show_plan(self.plan)

    def _stale_plan(self) -> bool:
        """After another change the dry run is made anew from the same book."""
        from haicang_desk.model.spreadsheet import import_plan_of

        if self.plan is not None:
            self.plan = import_plan_of(self.state.workspace, self.plan.workbook)
        return False

    # a workbook comes

    def show_what(self, what: Any) -> None:
        """A workbook dropped on the window."""
        self.read(what)

    def _pick(self) -> None:
        kept = self.state.settings.text(FOLDER)
        path = prompts.pick_open(self, "选择要导入的工作簿", Path(kept) if kept else documents_folder(), KINDS)
        if path is not None:
            self.state.settings.keep(FOLDER, str(path.parent))
            self.read(path)

    def read(self, path: Path) -> None:
        """Read a workbook on the worker, then plan its import."""
        self._forget()
        self._path = path
        self._summary.setText(f"正在读取《{path.name}》…")

        def work(progress: ProgressCallback, cancelled: Cancelled) -> ParsedWorkbook:
            """Runs on the worker thread."""
            from haicang_desk.model.spreadsheet import read_workbook

            return read_workbook(path, progress=progress, cancelled=cancelled)

        self.state.jobs.run(f"读取《{path.name}》", work, self._plan, self._refuse)

    def paste(self) -> None:
        """Plan the import of rows copied from a spreadsheet."""
        from haicang_desk.model.spreadsheet import interpret, open_pasted

        self._forget()
        self._path = None
        try:
            self._plan(interpret(open_pasted(QGuiApplication.clipboard().text())))
        except DeskError as refused:
            self._refuse(refused)

    def _plan(self, book: ParsedWorkbook) -> None:
        from haicang_desk.model.spreadsheet import import_plan_of

        try:
            self.plan = import_plan_of(self.state.workspace, book)
        except DeskError as refused:
            self._refuse(refused)
            return
        self._show_plan(self.plan)
        self.only.setCurrentIndex(self.only.count() - 1 if self.plan.faulty else 0)  # what is to be mended first

    def _refuse(self, wrong: DeskError) -> None:
        self._forget()
        self._summary.setText(str(wrong))
        theme.set_role(self._summary, "fault")

    def _forget(self) -> None:
        self.plan = None
        theme.set_role(self._summary, "")
        self._summary.setText("")
        self._notes.hide()
        self.only.hide()
        self.table.show_rows(())
        self._write.setEnabled(False)
        self._marked.setEnabled(False)

    # the dry run

    def _show_plan(self, plan: ImportPlan) -> None:
        theme.set_role(self._summary, "")
        counts = f"新增 {plan.new} 行、更新 {plan.updated} 行、未变 {plan.unchanged} 行、有误 {plan.faulty} 行"
        what = "有误的行改好之前不会写入任何内容" if plan.faulty else "核对无误后按“导入”"
        if plan.faulty and self._path is not None:
            what += "；按“存标色的工作簿”把错处和原因退给村居"
        if not plan.read:
            what = "没有可以导入的行：带【示例】的行不读入，请从它下面一行填起"
        elif not plan.faulty and not plan.new and not plan.updated:
            what = "与台账里的完全相同，不需要导入"
        self._summary.setText(f"《{plan.workbook.name}》共读到 {plan.read} 行：{counts}。{what}。")
        notes = [*plan.notes, *(f"“{sheet}”的「{column}」不认识，没有读入" for sheet, column in plan.ignored_columns)]
        summed = Counter(fault.reason for fault in plan.errors)
        notes += [f"{count} 行：{reason}" for reason, count in summed.most_common(3) if count > 2]
        self._notes.setText("；".join(notes[:8]) + ("……" if len(notes) > 8 else ""))
        self._notes.setVisible(bool(notes))
        self._fill_only(plan)
        self._write.setEnabled(not plan.faulty and bool(plan.new or plan.updated))
        self._marked.setEnabled(bool(plan.faulty) and self._path is not None)
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
        for outcome in self.plan.outcomes:
            if fate is None or outcome.result is fate:
                rows += _lines(outcome)
        self.table.show_rows(rows)

    def _carry_out(self) -> None:
        """Write it all as one change."""
        plan, person = self.plan, self.state.person
        if plan is None:
            return
        key = str(uuid4())
        self.plan = None  # what is written need not be planned again when the change is heard of
        if not self.attempt("导入", lambda: plan.carry_out(self.state.workspace, person, key)):
            self.plan = plan
            return
        self._forget()
        self._summary.setText(
            f"《{plan.workbook.name}》已导入：新增 {plan.new} 条、更新 {plan.updated} 条、未变 {plan.unchanged} 条。"
            "按 Ctrl+Z 可以整批撤销。"
        )

    # files go out

    def _save_marked(self) -> None:
        plan, path = self.plan, self._path
        if plan is None or path is None:
            return
        out = prompts.pick_save(self, "标色的工作簿存到哪里", path.with_name(f"{path.stem}（需改正）.xlsx"), KINDS)
        if out is None:
            return

        def work(progress: ProgressCallback, cancelled: Cancelled) -> Path:
            """Runs on the worker thread."""
            from haicang_desk.model.spreadsheet import write_error_workbook

            return write_error_workbook(path, plan, out)

        advice = "有误的单元格已标色，原因写在最后一列。改好后再选这个文件导入"
        self.state.jobs.run("标色", work, lambda _: self.state.message.emit(f"已存到“{out}”。{advice}"), self._tell)

    def _export(self) -> None:
        from haicang_desk.model.spreadsheet import export_ledger

        ws, year = self.state.workspace, self.state.year
        name = f"{ws.street.name}{year}年度台账.xlsx"
        if (out := prompts.pick_save(self, "台账导出到哪里", documents_folder() / name, KINDS)) is None:
            return
        if self.attempt("导出台账", partial(export_ledger, ws, out, year)):
            self.state.message.emit(f"{year} 年度台账已导出到“{out}”")

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
