"""The quarterly report: its figures and trends first, the letter beside, and how far the report is.

Letter and figures are composed on the worker thread and kept by journal entry, quarter and day, so that a second look
composes nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from haicang_desk.model.records import QuarterReport, Record
from haicang_desk.model.services import Workspace, YearMoney, asking_beside, save
from haicang_desk.model.store import last_entry
from haicang_desk.model.values import Cancelled, DeskError, Money, ProgressCallback, quarter_of, quarter_span
from haicang_desk.paths import documents_folder
from haicang_desk.platform import write_atomically
from haicang_desk.ui.screens.record_dialogs import RecordDialog
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.screens.submission import ask_correction_reason
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.drafts import FormRequest
from haicang_desk.ui.shell.money_keeper import MoneyKeeper
from haicang_desk.ui.shell.rendering import pages
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.cards import Card, Pill
from haicang_desk.ui.widgets.charts import ChartCard, ColumnChart, Place, Series
from haicang_desk.ui.widgets.form import RecordForm
from haicang_desk.ui.widgets.pdf_view import DOTS, PdfView

if TYPE_CHECKING:  # the documents take a moment to load, which the worker thread may wait for
    from haicang_desk.model.documents import QuarterlyPreview, QuarterlySummary

NAMES = ("一", "二", "三", "四")
PROJECTS, SOCIAL = "有效项目", "社会投入"
APPROVED, PAID = (QuarterReport.fields[name].label for name in ("approved", "disbursed"))
NARROW = 72  # characters of the screen's width below which the letter stands under the figures
KIND = "季度报告"  # of jobs: only the newest preview is wanted
MOST_KEPT = 8  # previews: without casefiles, some hundred kilobytes each

Key = tuple[int, int, int, date]  # journal entry, year, quarter, day


@dataclass(frozen=True, slots=True)
class Shown:
    """A preview with the pictures of its pages."""

    preview: QuarterlyPreview
    pictures: Sequence[QImage]


class FigureLine(QWidget):
    """A label, a figure, and its change since the last quarter."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label, self._figure, self._change = QLabel(label), QLabel(), QLabel()
        set_role(self._label, "muted")
        set_role(self._figure, "heading")
        set_role(self._change, "small")
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for each in (self._label, self._figure, self._change):
            each.setTextFormat(Qt.TextFormat.PlainText)
            row.addWidget(each)

    def show_figure(self, figure: str, change: str) -> None:
        """Show another figure."""
        self._figure.setText(figure)
        self._change.setText(change)
        self.setAccessibleName(f"{self._label.text()} {figure}，{change}")

    @property
    def figure(self) -> str:
        """The figure shown."""
        return self._figure.text()


class QuarterlyScreen(Screen):
    """季度报告: figures and trends of a quarter, its letter, 定稿 and 报送."""

    title = "季度报告"
    help_topic = "季度报告"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self.status = Pill()
        self.head.beside.addWidget(self.status)
        self._report = self.add_button("登记报送…(&R)", self.report, name="report", icon="send")
        self._freeze = self.add_button("定稿(&D)", self.freeze, name="freeze", icon="lock")
        self.add_button("存为工作簿…(&X)", self.save_workbook, name="save_xlsx", icon="table-2", rank=2)
        self.add_button("存为 PDF…(&S)", self.save_letter, role="primary", name="save_pdf", icon="download")
        self._kept: OrderedDict[Key, QuarterlyPreview] = OrderedDict()
        self._shown: Key | None = None  # what is in the view
        self._then: Callable[[QuarterlyPreview], object] | None = None  # what waits for the preview
        self._money = MoneyKeeper.of(state)
        self._money.updated.connect(self._on_money)
        self.quarters = QButtonGroup(self)
        self.quarter = self._newest()
        self._span = QLabel()
        self._span.setWordWrap(True)
        set_role(self._span, "muted")
        self.view = PdfView("正在生成…")
        self._letter = Card()
        self._letter.body.addWidget(self.view, 1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.addLayout(self._left(), 5)
        self._columns.addWidget(self._letter, 6)
        self.body.addLayout(self._columns, 1)
        self.arrange()

    def _left(self) -> QVBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(em(self, 0.4))
        for number, name in enumerate(NAMES, 1):
            button = QPushButton(f"第{name}季度")
            button.setAccessibleName(button.text())
            button.setObjectName(f"quarter_{number}")
            button.setCheckable(True)
            self.quarters.addButton(button, number)
            row.addWidget(button)
        row.addStretch(1)
        self._mark_quarter()
        self.quarters.idClicked.connect(self.turn_to_quarter)
        self.figures = {name: FigureLine(name) for name in (PROJECTS, APPROVED, PAID, SOCIAL)}
        figures = QHBoxLayout()
        for line in self.figures.values():
            figures.addWidget(line, 1)
        self._sums = Card()
        self._sums.body.addLayout(figures)
        self._late = QLabel()
        self._late.setTextFormat(Qt.TextFormat.PlainText)
        self._late.setWordWrap(True)
        set_role(self._late, "muted")
        self._sums.body.addWidget(self._late)
        self.money = ChartCard(ColumnChart("各季核定与拨付", _wan, "万元", tall=9.5), note="点一个季度看它的报告")
        self.approvals = ChartCard(ColumnChart("各季批准的项目", "{:,}".format, "项", tall=7.5, labelled=True))
        for card in (self.money, self.approvals):
            card.chart.chosen.connect(self.turn_to_quarter)
        left = QVBoxLayout()
        left.addLayout(row)
        left.addWidget(self._span)
        left.addWidget(self._sums)
        left.addWidget(self.money, 1)
        left.addWidget(self.approvals)
        self._left_column = left
        return left

    def arrange(self) -> None:
        """Figures and letter side by side where there is room."""
        direction = QBoxLayout.Direction
        narrow = self.width() < em(self, NARROW)
        self._columns.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        for layout in (self._columns, self._left_column):
            layout.setSpacing(em(self, 0.9))
        self.view.setMinimumHeight(em(self, 30 if narrow else 12))

    def retire(self) -> None:
        """Stop listening, and let go of what is kept."""
        super().retire()
        self._money.updated.disconnect(self._on_money)
        self._kept.clear()

    def _newest(self) -> int:
        """The quarter last ended of the year shown."""
        year, quarter = quarter_of(self.state.today())
        if year != self.state.year:
            return 4
        return max(quarter - 1, 1)

    def turn_to_quarter(self, quarter: int) -> None:
        """Show another quarter, 1 to 4."""
        self.quarter = quarter
        self._mark_quarter()
        self.look()

    def _mark_quarter(self) -> None:
        for number in range(1, 5):
            button = self.quarters.button(number)
            button.setChecked(number == self.quarter)
            set_role(button, "chip_on" if number == self.quarter else "chip")

    def show_what(self, what: Any) -> None:
        """Open the form of a report again, to go on with what was typed in it."""
        if isinstance(what, FormRequest) and what.record:
            settled = self.state.workspace.get(QuarterReport, what.record)
            self.state.turn_to(settled.year)
            self.quarter = settled.quarter
            self._mark_quarter()
            self.look_if_stale()
            self.report()

    # looking

    @property
    def _name(self) -> str:
        return f"{self.state.year}年第{NAMES[self.quarter - 1]}季度报告"

    def _key(self) -> Key:
        return last_entry(self.state.workspace.conn), self.state.year, self.quarter, self.state.today()

    def look(self) -> None:
        """Show how far the report is, and its figures and letter: those kept, or new ones."""
        self._show_state()
        self._show_trends()
        key = self._key()
        if (kept := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            self._show_summary(kept.summary)
            if self._shown != key:
                self._draw(key, kept)
            return
        self._shown = None
        self.view.show_stale("正在生成…")
        self._compose(key)

    def _compose(self, key: Key) -> None:
        """Compose figures and letter on the worker thread; a newer wish takes the place of one that waits."""
        ask = asking_beside(self.state.workspace, partial(_preview, key=key))

        def work(progress: ProgressCallback, cancelled: Cancelled) -> tuple[int, Shown] | None:
            """Runs on the worker thread."""
            seq, preview = ask()
            return None if cancelled() else (seq, Shown(preview, list(pages(preview.letter.pdf, DOTS))))

        def done(made: tuple[int, Shown] | None) -> None:
            """Keep it under the state that it is of, and show it where it is still wanted."""
            if made is None:
                return
            seq, shown = made
            found: Key = (seq, *key[1:])
            self._keep(found, shown.preview)
            if found == self._key():
                self._show(found, shown)

        self.state.jobs.run("生成季度报告", work, done, self._refuse, replaces=KIND)

    def _draw(self, key: Key, preview: QuarterlyPreview) -> None:
        """Make the pictures of a letter that is kept."""

        def work(progress: ProgressCallback, cancelled: Cancelled) -> Shown:
            """Runs on the worker thread."""
            return Shown(preview, list(pages(preview.letter.pdf, DOTS)))

        def done(shown: Shown) -> None:
            """Show it where it is still wanted."""
            if key == self._key():
                self._show(key, shown)

        self.view.show_stale("正在生成…")
        self.state.jobs.run("生成季度报告", work, done, self._refuse, replaces=KIND)

    def _keep(self, key: Key, preview: QuarterlyPreview) -> None:
        self._kept[key] = preview
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def _show(self, key: Key, shown: Shown) -> None:
        self._shown = key
        self._show_summary(shown.preview.summary)
        self.view.show_pages(shown.pictures, "")
        if self._then is not None:
            then, self._then = self._then, None
            then(shown.preview)

    def _refuse(self, wrong: DeskError) -> None:
        self.view.show_text(str(wrong))
        if self._then is not None:  # somebody waits for it
            self._then = None
            prompts.tell(self, self.title, str(wrong))

    def _settled(self) -> QuarterReport | None:
        """The report of this quarter as it was settled, if it was."""
        return next(iter(self.state.workspace.all(QuarterReport, year=self.state.year, quarter=self.quarter)), None)

    def _show_state(self) -> None:
        """未定稿, 已定稿 or 已报送 with its day, and what may be done next."""
        year, report = self.state.year, self._settled()
        first, last = quarter_span(year, self.quarter)
        over = last < self.state.today()
        if report is None:
            self.status.show_word("未定稿" if over else "季度未结束", "warn" if over else "")
        elif report.reported_on is None:
            self.status.show_word(f"已定稿 {_day(report.frozen_on)}", "info")
        else:
            self.status.show_word(f"已报送 {_day(report.reported_on)}", "good")
        self.note.setText(f"{year} 年度")
        self._freeze.setVisible(report is None)
        self._freeze.setEnabled(report is None and over)
        self._freeze.setToolTip("季度结束后可以定稿；定稿之后补录的业务在下一季度列示")
        self._report.setVisible(report is not None and report.reported_on is None)
        self._report.setToolTip("登记哪天报送区民政局")
        self.head.fit()
        self._span.setText(
            f"{first.month}月{first.day}日至{last.month}月{last.day}日，按业务日期统计；截至日之后补录的在下一季度列示"
        )

    def _show_summary(self, summary: QuarterlySummary) -> None:
        now, before = summary.projects
        self.figures[PROJECTS].show_figure(f"{now:,} 项", _change(now - before, f"{abs(now - before):,} 项"))
        for name, (amount, earlier) in (
            (APPROVED, summary.approved),
            (PAID, summary.paid),
            (SOCIAL, summary.social),
        ):
            gap = Money(abs(amount - earlier))
            self.figures[name].show_figure(f"{amount.wan} 万", _change(amount - earlier, f"{gap.wan} 万"))
        groups = "　".join(f"{name} {count}" for name, count in summary.groups.items() if count)
        late = (
            f"慢序时 {summary.overdue} 项：{'、'.join(summary.overdue_titles)}" if summary.overdue else "没有慢序时项目"
        )
        more = "等" if summary.overdue > len(summary.overdue_titles) else ""
        extra = f"。上期补录 {summary.late_entries} 笔" if summary.late_entries else ""
        self._late.setText(f"{groups}\n{late}{more}{extra}" if groups else "本年度还没有有效申报的项目")

    def _show_trends(self) -> None:
        money = self._money.money(self.state.year)
        if money is not None:
            self._show_quarters(money)

    def _show_quarters(self, money: YearMoney) -> None:
        labels = [f"第{name}季" for name in NAMES]
        flows = zip(money.by_quarter(money.approved), money.by_quarter(money.paid), strict=True)
        self.money.show_data(
            (Series("核定", "accent"), Series("拨付", "done")),
            [Place(labels[n], (int(a), int(p)), n + 1) for n, (a, p) in enumerate(flows)],
        )
        counts = money.approvals_by_quarter()
        self.approvals.show_data(
            (Series("批准", "accent"),), [Place(labels[n], (count,), n + 1) for n, count in enumerate(counts)]
        )

    def _on_money(self, year: int) -> None:
        if year == self.state.year and self.isVisible():
            self._show_trends()

    # acting

    def _with_preview(self, then: Callable[[QuarterlyPreview], object]) -> None:
        """Do something with the preview of now: at once, or as soon as it is made."""
        if (kept := self._kept.get(self._key())) is not None:
            then(kept)
            return
        self._then = then
        self.look()

    def freeze(self) -> None:
        """Freeze the report (定稿): later entries for this quarter appear in the next report."""
        name, year, quarter, today = self._name, self.state.year, self.quarter, self.state.today()
        question = f"{name}定稿后，再补录的本季度业务将列在下一季度的“上期补录”里。定稿可以撤销。"
        if not prompts.confirm(self, "季度报告定稿", question, yes="定稿"):
            return
        ask = asking_beside(self.state.workspace, partial(_records, year=year, quarter=quarter, today=today))

        def done(made: tuple[int, list[Record]]) -> None:
            """Save what was worked out, unless the ledger has moved on since."""
            seq, records = made
            if seq != last_entry(self.state.workspace.conn):
                prompts.tell(self, "季度报告定稿", "定稿时台账又有改动，没有定稿。请再按一次“定稿”")
                return
            ws, person = self.state.workspace, self.state.person
            if self.attempt("定稿", lambda: save(ws, records, action=f"定稿：{name}", person=person)):
                self.state.message.emit(f"{name}已定稿，共 {len(records) - 1} 个项目")

        self.state.jobs.run("定稿", lambda *_: ask(), done, lambda wrong: prompts.tell(self, "定稿", str(wrong)))

    def report(self) -> None:
        """Enter the day on which the settled report was sent to the district (报送)."""
        settled = self._settled()
        if settled is None:
            return
        form = RecordForm(QuarterReport, Choices(self.state.workspace), names=("reported_on", "note"))
        name = self._name

        def act(typed: QuarterReport) -> None:
            """Save the day."""
            save(self.state.workspace, [typed], action=f"报送：{name}", person=self.state.person, expected=[settled])
            self.state.message.emit(f"{name}已登记报送")

        proposed = replace(settled, reported_on=self.state.today())
        RecordDialog(self, f"登记报送 · {name}", form, proposed, act=act, yes="登记报送").open()

    def _target(self, ending: str, kinds: str) -> Path | None:
        """The file that the person names for the report, with its ending."""
        name = f"{self.state.workspace.street.name}{self.state.year}年第{self.quarter}季度进展情况报告{ending}"
        out = prompts.pick_save(self, "季度报告存到哪里", documents_folder() / name, kinds)
        if out is None:
            return None
        return out if out.suffix.lower() == ending else out.with_name(out.name + ending)

    def save_letter(self) -> None:
        """Write the letter as PDF; that of a settled quarter is issued with it."""
        if (out := self._target(".pdf", "PDF 文件 (*.pdf)")) is not None:
            self._with_preview(partial(self._write_letter, out))

    def _write_letter(self, out: Path, preview: QuarterlyPreview) -> None:
        from haicang_desk.model.documents import Issuer, write_quarterly_letter

        letter = preview.letter
        reason = ask_correction_reason(self, [] if letter.corrects is None else [(letter.title, letter.corrects)])
        if reason is None:
            return
        hand, ws = Issuer(person=self.state.person, reason=reason), self.state.workspace
        if self.attempt(self.title, lambda: write_quarterly_letter(ws, letter, out, hand)):
            self.state.message.emit(f"已存到“{out}”")

    def save_workbook(self) -> None:
        """Write the report as a workbook, which is worked out on the worker thread."""
        if (out := self._target(".xlsx", "工作簿 (*.xlsx)")) is None:
            return
        year, quarter, today = self.state.year, self.quarter, self.state.today()
        ask = asking_beside(self.state.workspace, partial(_workbook, year=year, quarter=quarter, today=today))

        def done(made: tuple[int, bytes]) -> None:
            """Write the file."""
            if self.attempt(self.title, lambda: write_atomically(out, made[1])):
                self.state.message.emit(f"已存到“{out}”")

        self.state.jobs.run(
            "生成工作簿", lambda *_: ask(), done, lambda wrong: prompts.tell(self, self.title, str(wrong))
        )

    def print_now(self) -> None:
        """Ctrl+P: save the letter as PDF, from which it is printed."""
        self.save_letter()


def _preview(ws: Workspace, *, key: Key) -> QuarterlyPreview:
    from haicang_desk.model.documents import quarterly_preview_of

    _, year, quarter, today = key
    return quarterly_preview_of(ws, year, quarter, today)


def _records(ws: Workspace, *, year: int, quarter: int, today: date) -> list[Record]:
    from haicang_desk.model.documents import frozen_records, quarter_figures

    return frozen_records(quarter_figures(ws, year, quarter, today), today)


def _workbook(ws: Workspace, *, year: int, quarter: int, today: date) -> bytes:
    from haicang_desk.model.documents import quarterly_workbook_of

    return quarterly_workbook_of(ws, year, quarter, today)


def _wan(fen: int) -> str:
    return Money(fen).wan


def _day(day: date | None) -> str:
    return f"{day.month}月{day.day}日" if day else ""


def _change(by: int, words: str) -> str:
    """The change since the last quarter, in words."""
    return f"较上季{'增' if by > 0 else '减'} {words}" if by else "与上季持平"
