"""The tables of a workbook on its way in: what each holds, where its columns go, what is to be mended, its sums.

The view changes the answers of an ImportSession and tells by ``answered`` that it must be read and planned again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from haicang_desk.model.records import RECORDS
from haicang_desk.model.spreadsheet import (
    FACTORS,
    NOWHERE,
    SKIPPED,
    SPLIT,
    Fault,
    Question,
    QuestionKind,
    RawTable,
    mapping_targets,
)
from haicang_desk.ui.screens.import_panel import Decision, Figure, ImportPanel
from haicang_desk.ui.screens.import_source import CellMark, SourceTable
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.layouts import FlowRow

if TYPE_CHECKING:
    from haicang_desk.model.spreadsheet import ImportPlan, ImportSession

NOT_READ = "不读这张表"
MOST_CONSTANTS = 5  # fields offered for what a table leaves out


class ImportView(QWidget):
    """原表 with its choices and 逐行结果 side by side with the figures and the decisions."""

    answered = Signal()  # the answers changed

    def __init__(self, results: QWidget) -> None:
        super().__init__()
        self.session: ImportSession | None = None
        self._plan: ImportPlan | None = None
        self._table: RawTable | None = None
        self.sheets = _combo("表")
        self.record = _combo("这张表是")
        self._constants = FlowRow(gap=12)
        self.keep = QCheckBox("下次收到这家的表照此读取：")
        self.sender_name = QLineEdit()
        self.sender_name.setPlaceholderText("报送单位，如 新阳街道")
        self.sender_name.setAccessibleName("报送单位")
        self.undo = QPushButton("撤回上一项(&Z)")
        self.undo.setAccessibleName("撤回上一项")
        self.undo.setObjectName("take_back")
        self.source, self.panel = SourceTable(), ImportPanel()
        self.views = QStackedWidget()
        self.views.addWidget(self.source)
        self.views.addWidget(results)
        self.show_source, self.show_results = QPushButton("原表"), QPushButton("逐行结果")
        self.show_source.setAccessibleName("看原表")
        self.show_results.setAccessibleName("看逐行结果")
        self._banner = QFrame()
        self._banner_text = QLabel()
        self._banner_text.setTextFormat(Qt.TextFormat.PlainText)
        self._banner_text.setWordWrap(True)
        self._banner_yes = QPushButton("都改")
        self._alike: tuple[str, int, str, str] | None = None  # what the banner offers to change
        self._arrange()
        self._connect()

    # laying out

    def _arrange(self) -> None:
        head = QFrame()
        set_role(head, "card")
        line = QHBoxLayout()
        for caption, widget in (("表", self.sheets), ("这张表是", self.record)):
            line.addWidget(QLabel(caption))
            line.addWidget(widget)
        line.addWidget(self._constants, 1)
        keeping = QHBoxLayout()
        keeping.addWidget(self.keep)
        keeping.addWidget(self.sender_name)
        keeping.addStretch(1)
        keeping.addWidget(self.undo)
        column = QVBoxLayout(head)
        column.setContentsMargins(10, 6, 10, 6)
        column.addLayout(line)
        column.addLayout(keeping)
        self.sender_name.setMaximumWidth(em(self, 14))
        tabs = QHBoxLayout()
        for button in (self.show_source, self.show_results):
            button.setCheckable(True)
            button.setAutoExclusive(True)
            tabs.addWidget(button)
        tabs.addStretch(1)
        tabs.addWidget(QLabel("F4 选栏目　F2 改一格　F8 下一处"))
        banner = QHBoxLayout(self._banner)
        banner.setContentsMargins(8, 4, 8, 4)
        banner.addWidget(self._banner_text, 1)
        banner.addWidget(self._banner_yes)
        no = QPushButton("只改这一处")
        no.clicked.connect(self._banner.hide)
        banner.addWidget(no)
        set_role(self._banner, "card")
        self._banner.hide()
        self._reason = QLabel()
        self._reason.setObjectName("reason")
        self._reason.setTextFormat(Qt.TextFormat.PlainText)
        self._reason.setWordWrap(True)
        self._reason.hide()
        left = QWidget()
        stack = QVBoxLayout(left)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.addLayout(tabs)
        stack.addWidget(self._banner)
        stack.addWidget(self.views, 1)
        stack.addWidget(self._reason)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self.panel)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        self.panel.setMinimumWidth(em(self, 20))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(head)
        layout.addWidget(split, 1)

    def _connect(self) -> None:
        self.sheets.activated.connect(lambda _: self._show_table())
        self.record.activated.connect(lambda _: self._choose_record())
        self.source.selectionModel().currentChanged.connect(lambda *_: self._show_reason())
        self.source.heading_chosen.connect(self._choose_field)
        self.source.source.mended.connect(self._mend)
        self.show_source.clicked.connect(lambda: self._turn_to(0))
        self.show_results.clicked.connect(lambda: self._turn_to(1))
        self.undo.clicked.connect(self._undo)
        self._banner_yes.clicked.connect(self._mend_alike)

    # what is shown

    def show_session(self, session: ImportSession, plan: ImportPlan | None) -> None:
        """Show a workbook as it is read with its answers, and what importing it would do where nothing is asked."""
        fresh = session is not self.session
        self.session, self._plan = session, plan
        self.sheets.blockSignals(True)
        if fresh:
            self.sheets.clear()
            for title in dict.fromkeys(table.sheet for table in session.raw.tables):
                self.sheets.addItem(title, title)
            self._banner.hide()
        self.sheets.blockSignals(False)
        asked = {question.sheet for question in self._questions()} | {fault.sheet for fault in self._faults()}
        if fresh and asked:
            first = next((n for n in range(self.sheets.count()) if self.sheets.itemData(n) in asked), 0)
            self.sheets.setCurrentIndex(first)
        if fresh:
            self._turn_to(0 if asked else 1)
            self._alike = None
        self.undo.setEnabled(session.can_undo)
        self._show_table()
        if fresh:
            self.source.next_marked()  # what is to be mended may be far right or far down
            if asked:
                self.source.setFocus()  # F2, F4 and F8 work at once
        self.panel.show_figures(self._figures())
        self.panel.show_decisions(self._decisions())

    def forget(self) -> None:
        """Show no workbook."""
        self.session, self._plan, self._table = None, None, None

    def _questions(self) -> Sequence[Question]:
        return self._plan.questions if self._plan else self.session.book.questions if self.session else ()

    def _faults(self) -> Sequence[Fault]:
        if self._plan:
            return self._plan.errors
        return [f for s in self.session.book.sheets for r in s.rows for f in r.faults] if self.session else []

    def _turn_to(self, view: int) -> None:
        self.views.setCurrentIndex(view)
        (self.show_source, self.show_results)[view].setChecked(True)
        self._show_reason()

    @property
    def _sheet(self) -> str:
        return str(self.sheets.currentData() or "")

    def _show_table(self) -> None:
        session = self.session
        table = session.table(self._sheet) if session else None
        if session is None or table is None:
            return
        self._table = table
        reading = session.reading(table.sheet)
        mapping = reading.mapping if reading else None
        record = reading.record if reading else None
        self.record.blockSignals(True)
        self.record.clear()
        self.record.addItem(NOT_READ, "")
        for cls in RECORDS:
            self.record.addItem(cls.label, cls.label)
        self.record.setCurrentIndex(max(self.record.findData(record.label if record else ""), 0))
        self.record.blockSignals(False)
        targets = session.targets(table.sheet)
        self.source.show_table(table, targets, self._marks(table), self._texts(table))
        self._show_reason()
        self._show_constants(record, dict(mapping.constants) if mapping else {}, session.missing(table.sheet))

    def _show_reason(self) -> None:
        """Under the table, what is wrong with the current cell, for those who use no mouse."""
        reason = self.source.source.data(self.source.currentIndex(), Qt.ItemDataRole.ToolTipRole)
        self._reason.setText(str(reason or ""))
        self._reason.setVisible(bool(reason) and self.views.currentIndex() == 0)

    def _show_constants(self, record: Any, known: dict[str, str], missing: Sequence[str]) -> None:
        """Editors for what the table leaves out: what was said or understood, and what is required and missing."""
        self._constants.clear()
        if record is None:
            return
        for heading in list(dict.fromkeys([*known, *missing]))[:MOST_CONSTANTS]:
            field = next((f for f in record.fields.values() if f.heading == heading), None)
            if field is None:  # a lookup column, such as the name of the project, is asked beside the table
                continue
            box = QWidget()
            row = QHBoxLayout(box)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(QLabel(heading))
            editor = QComboBox()
            editor.setAccessibleName(heading)
            editor.setObjectName(f"constant {heading}")
            editor.setEditable(True)
            editor.setMinimumWidth(em(self, 8))
            labels = [member.label for member in field.type] if field.kind is Enum else []
            editor.addItems(labels)
            editor.setCurrentText(known.get(heading, ""))
            editor.activated.connect(lambda _=0, h=heading, e=editor: self._set_constant(h, e.currentText()))
            line = editor.lineEdit()
            assert line is not None
            line.setPlaceholderText("整表同此")
            line.editingFinished.connect(lambda h=heading, e=editor: self._set_constant(h, e.currentText()))
            row.addWidget(editor)
            self._constants.add(box)

    def _marks(self, table: RawTable) -> dict[tuple[int, int], CellMark]:
        """The cells of a table that are faulty, doubtful or strikingly small or large, by (row, column)."""
        assert self.session is not None
        book = self.session.book
        marks: dict[tuple[int, int], CellMark] = {}
        for caution in book.cautions:
            if caution.sheet == table.sheet:
                self._mark(marks, table, caution.row, caution.column, CellMark("info", str(caution)))
        for question in self._questions():
            if question.sheet == table.sheet and question.row:
                self._mark(marks, table, question.row, question.column, CellMark("warn", question.reason))
        for fault in self._faults():
            if fault.sheet == table.sheet:
                self._mark(marks, table, fault.row, fault.column, CellMark("block", fault.reason))
        return marks

    def _mark(
        self, marks: dict[tuple[int, int], CellMark], table: RawTable, row: int, column: str, mark: CellMark
    ) -> None:
        if (index := self._index_of(table, column)) is not None:
            marks[table.places.get(index, (row, index))] = mark

    def _index_of(self, table: RawTable, column: str) -> int | None:
        """The number of a column by its name in the book or by the heading of the field that it goes to."""
        for heading in table.headings:
            if heading.name == column:
                return heading.index
        assert self.session is not None
        targets = self.session.targets(table.sheet)
        return next((heading.index for heading in table.headings if targets.get(heading.name) == column), None)

    def _texts(self, table: RawTable) -> dict[tuple[int, int], str]:
        assert self.session is not None
        return self.session.typed(table.sheet)

    def _figures(self) -> Iterable[Figure]:
        session, plan = self.session, self._plan
        assert session is not None
        if plan is not None:
            for name, count, level in (
                ("新增", plan.new, "good"), ("更新", plan.updated, "info"), ("未变", plan.unchanged, ""),
                ("有误", plan.faulty, "block"),
            ):  # fmt: skip
                if count or name == "新增":
                    yield Figure(name, f"{count} 行", level=level if count else "")
        for reading in session.book.tables:
            if reading.record is not None:
                sums = f"，其中合计等 {reading.sum_rows} 行不读" if reading.sum_rows else ""
                yield Figure(f"“{reading.sheet}”", f"{reading.read_rows} 行", f"表里 {reading.source_rows} 行{sums}")
        for total in session.book.sums:
            yield Figure(total.heading, f"{total.amount} 元", str(total))
        for column in session.book.ignored:
            if column.numbers:
                yield Figure(f"「{column.column}」没有读入", f"{column.numbers} 个数", level="warn")
        if session.book.unread_sheets:
            yield Figure("没有读的表", f"{len(session.book.unread_sheets)} 张", "、".join(session.book.unread_sheets))
        for caution in session.book.cautions[:10]:
            yield Figure("请核对", f"{caution.amount} 元", str(caution), "warn")

    # what is to be decided

    def _decisions(self) -> Sequence[Decision]:
        assert self.session is not None
        groups: dict[tuple[Any, ...], list[Question]] = defaultdict(list)
        for question in self._questions():
            key = (question.kind, question.sheet, question.column, question.value)
            groups[key].append(question)
        wrong: dict[tuple[str, str, str, str], list[Fault]] = defaultdict(list)
        for fault in self._faults():
            wrong[fault.sheet, fault.column, fault.value, fault.reason].append(fault)
        return [
            *(self._decision(same) for same in groups.values()),
            *(self._mending(alike) for alike in sorted(wrong.values(), key=len, reverse=True)),
        ]

    def _mending(self, alike: list[Fault]) -> Decision:
        """Faults of the same text in one column: another text for all of them, chosen where the field has choices."""
        first, session = alike[0], self.session
        assert session is not None
        field = session.field_of(first.sheet, first.column)
        labels = [member.label for member in field.type] if field is not None and field.kind is Enum else []
        answers: list[tuple[str, Callable[[], object]]] = [
            (f"改为“{label}”", partial(self._value, alike, label))
            for label in labels
            if first.value and (first.value in label or label in first.value)
        ]
        table = session.table(first.sheet)
        if first.column and (table is None or self._index_of(table, first.column) is None):  # nothing to type over
            answers = [
                ("全部填…", partial(self._type_constant, first.sheet, first.column)),
                ("是哪一栏…", partial(self._pick_column, first.sheet, first.column)),
            ]
        elif first.column:
            answers.append(("改为…", partial(self._pick_value, alike, labels)))
        answers.append(("看原处", partial(self._go_to, first)))
        found = f"“{first.value}”" if first.value else f"「{first.column}」是空的"
        return Decision(f"{len(alike)} 处{found}" if len(alike) > 1 else found, first.reason, tuple(answers))

    def _decision(self, same: list[Question]) -> Decision:
        first = same[0]
        match first.kind:
            case QuestionKind.UNIT:
                answers = [
                    (name, partial(self._unit, first, FACTORS[name])) for name in first.choices or ("元", "万元")
                ]
                if first.proposal:
                    answers.sort(key=lambda answer: answer[0] != first.proposal)
                return Decision(f"「{first.column}」的金额单位", first.reason, tuple(answers))
            case QuestionKind.SHEET:
                proposal = [(f"是{first.proposal}", partial(self._record, first.sheet, first.proposal))]
                answers = (proposal if first.proposal else []) + [
                    ("另选…", partial(self._pick_record, first.sheet)),
                    (NOT_READ, partial(self._record, first.sheet, "")),
                ]
                return Decision(f"表“{first.sheet}”", first.reason, tuple(answers))
            case QuestionKind.COLUMN if first.field:
                return self._missing(first)
            case QuestionKind.COLUMN:
                proposal = [(f"读作{first.proposal}", partial(self._target, first.sheet, first.column, first.proposal))]
                answers = (proposal if first.proposal else []) + [
                    ("另选…", partial(self._pick_field, first.sheet, first.column)),
                    ("不读这一列", partial(self._leave, first.sheet, first.column)),
                ]
                return Decision(f"「{first.column}」", first.reason, tuple(answers))
            case QuestionKind.TWIN:
                answers = [
                    (SPLIT, partial(self._twin, first, SPLIT)),
                    ("不读第二列", partial(self._twin, first, SKIPPED)),
                ]
                return Decision(f"「{first.column}」", first.reason, tuple(answers))
        more = f"　同样的 {len(same)} 处一起改。" if len(same) > 1 else ""
        answers = [("另填…", partial(self._type_value, same)), ("看原处", partial(self._go_to, first))]
        for choice in reversed(first.choices or ((first.proposal,) if first.proposal else ())):
            value = self.session.read_as(first.sheet, first.column, choice) if self.session else ""
            answers.insert(0, (f"读作 {value}" if value else choice, partial(self._value, same, choice)))
        return Decision(
            f"“{first.value}”" if first.value else f"「{first.column}」", f"{first.reason}{more}", tuple(answers)
        )

    def _missing(self, question: Question) -> Decision:
        """What a table lacks: filled in for every row, or found in one of its columns."""
        sheet, field = question.sheet, question.field
        table = self.session.table(sheet) if self.session else None
        columns = {heading.name for heading in table.headings} if table else set()
        answers: list[tuple[str, Callable[[], object]]] = []
        for text in dict.fromkeys(filter(None, (question.proposal, *question.choices))):
            if text in columns:
                answers.append((f"就是「{text}」", partial(self._target, sheet, text, field)))
            else:
                answers.append((f"全部填“{text}”", partial(self._constant, sheet, field, text)))
        answers.append(("另填…", partial(self._type_constant, sheet, field)))
        answers.append(("是哪一栏…", partial(self._pick_column, sheet, field)))
        return Decision(f"缺「{question.column}」", question.reason, tuple(answers))

    # answering

    def _answer(self, act: Callable[[], object]) -> None:
        """Change the answers and have everything read again."""
        act()
        self.answered.emit()

    def _undo(self) -> None:
        if self.session is not None:
            self._banner.hide()
            self._answer(self.session.undo)

    def _unit(self, question: Question, factor: int) -> None:
        assert self.session is not None
        self._answer(lambda: self.session.set_unit(question.sheet, question.column, factor))  # type: ignore[union-attr]

    def _record(self, sheet: str, label: str) -> None:
        assert self.session is not None
        self._answer(partial(self.session.set_record, sheet, label))

    def _target(self, sheet: str, column: str, heading: str) -> None:
        assert self.session is not None
        self._answer(partial(self.session.set_target, sheet, column, heading))

    def _leave(self, sheet: str, column: str) -> None:
        assert self.session is not None
        self._answer(partial(self.session.leave_out, sheet, column))

    def _twin(self, question: Question, answer: str) -> None:
        assert self.session is not None
        self._answer(partial(self.session.set_twin, question.sheet, question.column, answer))

    def _set_constant(self, heading: str, text: str) -> None:
        session = self.session
        if session is None or not text.strip():
            return
        reading = session.reading(self._sheet)
        if reading and reading.mapping and reading.mapping.constants.get(heading) == text.strip():
            return
        self._answer(partial(session.set_constant, self._sheet, heading, text.strip()))

    def _value(self, same: Sequence[Question | Fault], text: str) -> None:
        """Put a text in the place of the cells that are asked about or faulty."""
        session = self.session
        assert session is not None
        first = same[0]
        table = session.table(first.sheet)
        index = self._index_of(table, first.column) if table else None
        if index is None:
            return
        if len(same) > 1 and session.alike(first.sheet, index, first.value):
            self._answer(partial(session.set_alike, first.sheet, index, first.value, text))
        else:
            self._answer(partial(session.set_cell, first.sheet, first.row, index, text))

    def _pick_value(self, alike: Sequence[Fault], labels: Sequence[str]) -> None:
        """Ask for the text that takes the place of faulty cells: one of the labels, else any."""
        if not labels:
            text = prompts.ask_text(self, "改为", f"“{alike[0].value}”改为：", alike[0].value)
            if text is not None:
                self._value(alike, text)
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for label in labels:
            menu.addAction(label, partial(self._value, alike, label))
        menu.popup(_below_button())

    def _type_value(self, same: list[Question]) -> None:
        text = prompts.ask_text(self, "另填", f"“{same[0].value}”改为：", same[0].proposal)
        if text is not None:
            self._value(same, text)

    def _go_to(self, question: Question | Fault) -> None:
        assert self.session is not None
        place = self.sheets.findData(question.sheet)
        if place >= 0 and place != self.sheets.currentIndex():
            self.sheets.setCurrentIndex(place)
            self._show_table()
        self._turn_to(0)
        if self._table is not None and self._table.headings:
            index = self._index_of(self._table, question.column)
            self.source.go_to(question.row, self._table.headings[0].index if index is None else index)
            self.source.setFocus()

    def _constant(self, sheet: str, heading: str, text: str) -> None:
        assert self.session is not None
        self._answer(partial(self.session.set_constant, sheet, heading, text))

    def _type_constant(self, sheet: str, heading: str) -> None:
        text = prompts.ask_text(self, heading, f"“{sheet}”每一行的“{heading}”都填：", "")
        if text:
            self._constant(sheet, heading, text)

    def _pick_column(self, sheet: str, field: str) -> None:
        """A menu of the columns of a table, one of which is the field."""
        table = self.session.table(sheet) if self.session else None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for heading in table.headings if table else ():
            menu.addAction(heading.name, partial(self._target, sheet, heading.name, field))
        menu.popup(_below_button())

    def _choose_record(self) -> None:
        self._record(self._sheet, str(self.record.currentData()))

    def _pick_record(self, sheet: str) -> None:
        menu = QMenu(self)
        for cls in RECORDS:
            menu.addAction(cls.label, partial(self._record, sheet, cls.label))
        menu.popup(_below_button())

    def _pick_field(self, sheet: str, column: str, at: QPoint | None = None) -> None:
        """A menu of the fields that a column may go to: those without a column yet, the others, nowhere; its unit."""
        session = self.session
        reading = session.reading(sheet) if session else None
        if reading is None or reading.record is None:
            return
        used = set(session.targets(sheet).values()) if session else set()
        headings = [heading for heading in mapping_targets(reading.record) if heading != NOWHERE]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("不读这一列", partial(self._leave, sheet, column))
        menu.addSeparator()
        for heading in (each for each in headings if each not in used):
            menu.addAction(heading, partial(self._target, sheet, column, heading))
        taken = menu.addMenu("已有列的栏目")
        for heading in (each for each in headings if each in used):
            taken.addAction(heading, partial(self._target, sheet, column, heading))
        menu.addSeparator()
        for name in ("元", "万元"):
            menu.addAction(f"金额单位：{name}", partial(self._unit_of, sheet, column, FACTORS[name]))
        menu.popup(at or _below_button())

    def _unit_of(self, sheet: str, column: str, factor: int) -> None:
        assert self.session is not None
        self._answer(partial(self.session.set_unit, sheet, column, factor))

    def _choose_field(self, number: int) -> None:
        if self._table is not None and 0 <= number < len(self._table.headings):
            self.source.scrollTo(self.source.source.index(max(self.source.currentIndex().row(), 0), number))
            self._pick_field(self._table.sheet, self._table.headings[number].name, self.source.below_heading(number))

    def _mend(self, row: int, column: int, before: str, text: str) -> None:
        """A cell was typed over; the same text elsewhere in the column can be changed with it."""
        session, table = self.session, self._table
        if session is None or table is None:
            return
        alike = [each for each in session.alike(table.sheet, column, before) if each.number != row]
        self._answer(partial(session.set_cell, table.sheet, row, column, text))
        self._banner.setVisible(bool(alike) and bool(before))
        if alike:
            self._banner_text.setText(f"这一列还有 {len(alike)} 处“{before}”，都改为“{text}”吗？")
            self._alike = (table.sheet, column, before, text)

    def _mend_alike(self) -> None:
        assert self.session is not None
        self._banner.hide()
        if self._alike is not None:
            self._answer(partial(self.session.set_alike, *self._alike))

    @property
    def kept_sender(self) -> str:
        """The sender for whom the mapping is to be kept, "" for none."""
        return self.sender_name.text().strip() if self.keep.isChecked() else ""


def _below_button() -> QPoint:
    """The place under the button that was just pressed, by key or mouse; at the cursor where there is none."""
    button = QApplication.focusWidget()
    if isinstance(button, QPushButton):
        return button.mapToGlobal(button.rect().bottomLeft())
    return QCursor.pos()


def _combo(name: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return combo
