"""The quarterly report: pick year and quarter, see the letter, save it as PDF or workbook."""

from __future__ import annotations

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel

from haicang_desk.model.records import QuarterReport
from haicang_desk.model.services import save
from haicang_desk.model.values import Cancelled, DeskError, ProgressCallback, quarter_of, quarter_span
from haicang_desk.paths import documents_folder
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.screens.submission import ask_correction_reason
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.rendering import pages
from haicang_desk.ui.shell.theme import set_role
from haicang_desk.ui.widgets.pdf_view import DOTS, PdfView


class QuarterlyScreen(Screen):
    """季度报告: the letter of a quarter, saved as PDF or workbook, and its 定稿."""

    title = "季度报告"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._freeze = self.add_button("定稿(&D)", self.freeze, name="freeze")
        self.add_button("存为工作簿…(&X)", lambda: self.save(".xlsx", "工作簿 (*.xlsx)"), name="save_xlsx")
        self.add_button("存为 PDF…(&S)", lambda: self.save(".pdf", "PDF 文件 (*.pdf)"), role="primary", name="save_pdf")
        self.quarters = QComboBox()
        self.quarters.setAccessibleName("季度")
        for quarter in (1, 2, 3, 4):
            self.quarters.addItem(f"第 {quarter} 季度", quarter)
        self.quarters.setCurrentIndex(self._newest() - 1)
        self.quarters.activated.connect(lambda _: self.look())
        self._span = QLabel()
        set_role(self._span, "muted")
        row = QHBoxLayout()
        row.addWidget(self.quarters)
        row.addWidget(self._span)
        row.addStretch(1)
        self.view = PdfView("正在生成…")
        self.body.addLayout(row)
        self.body.addWidget(self.view, 1)

    def _newest(self) -> int:
        """The quarter last ended of the year shown."""
        year, quarter = quarter_of(self.state.today())
        if year != self.state.year:
            return 4
        return max(quarter - 1, 1)

    @property
    def quarter(self) -> int:
        """The quarter chosen, 1 to 4."""
        return int(self.quarters.currentData())

    def look(self) -> None:
        """Read what is shown from the store again."""
        from haicang_desk.model.documents import quarterly_letter_of

        year = self.state.year
        first, last = quarter_span(year, self.quarter)
        frozen = self._frozen_report()
        self.note.setText(
            f"{year} 年度" + (f"　已于 {frozen.frozen_on:%Y-%m-%d} 定稿" if frozen and frozen.frozen_on else "")
        )
        self._freeze.setEnabled(frozen is None and last < self.state.today())
        self._freeze.setToolTip("季度结束后可以定稿；定稿之后补录的业务在下一季度列示")
        self._span.setText(f"{first:%Y-%m-%d} 至 {last:%Y-%m-%d}，按业务日期统计；截至日之后补录的在下一季度列示")
        self.view.show_text("正在生成…")
        try:
            letter = quarterly_letter_of(self.state.workspace, year, self.quarter, self.state.today())
        except DeskError as refused:
            self.view.show_text(str(refused))
            return

        def work(progress: ProgressCallback, cancelled: Cancelled) -> list[QImage]:
            """Runs on the worker thread."""
            return list(pages(letter.pdf, DOTS))

        self.state.jobs.run("生成预览", work, self._show, lambda wrong: self.view.show_text(str(wrong)))

    def _frozen_report(self) -> QuarterReport | None:
        """The report of this quarter as it was settled, if it was."""
        return next(iter(self.state.workspace.all(QuarterReport, year=self.state.year, quarter=self.quarter)), None)

    def freeze(self) -> None:
        """Freeze the report (定稿): later entries for this quarter appear in the next report."""
        from haicang_desk.model.documents import frozen_records, quarter_figures

        ws, year, today = self.state.workspace, self.state.year, self.state.today()
        name = f"{year}年第{self.quarter}季度报告"
        question = f"{name}定稿后，再补录的本季度业务将列在下一季度的“上期补录”里。定稿可以撤销。"
        if not prompts.confirm(self, "季度报告定稿", question, yes="定稿"):
            return
        records = frozen_records(quarter_figures(ws, year, self.quarter, today), today)
        if self.attempt("定稿", lambda: save(ws, records, action=f"定稿：{name}", person=self.state.person)):
            self.state.message.emit(f"{name}已定稿，共 {len(records) - 1} 个项目")

    def _show(self, pictures: list[QImage]) -> None:
        self.view.show_pages(pictures, f"{len(pictures)} 页")

    def save(self, ending: str, kinds: str) -> None:
        """Write the report to a file that the person names."""
        from haicang_desk.model.documents import Issuer, write_quarterly_report

        ws, year = self.state.workspace, self.state.year
        name = f"{ws.street.name}{year}年第{self.quarter}季度进展情况报告{ending}"
        out = prompts.pick_save(self, "季度报告存到哪里", documents_folder() / name, kinds)
        if out is None:
            return
        out = out if out.suffix.lower() == ending else out.with_name(out.name + ending)
        try:
            reason = self._reason() if ending == ".pdf" else ""
        except DeskError as refused:
            prompts.tell(self, self.title, str(refused))
            return
        if reason is None:
            return
        hand = Issuer(person=self.state.person, reason=reason)
        if self.attempt(
            "季度报告", lambda: write_quarterly_report(ws, year, self.quarter, out, self.state.today(), hand=hand)
        ):
            self.state.message.emit(f"已存到“{out}”")

    def _reason(self) -> str | None:
        """Why the letter is issued again, "" where it is not, None where the person thought better of it."""
        from haicang_desk.model.documents import quarterly_letter_of

        letter = quarterly_letter_of(self.state.workspace, self.state.year, self.quarter, self.state.today())
        return ask_correction_reason(self, [] if letter.corrects is None else [(letter.title, letter.corrects)])
