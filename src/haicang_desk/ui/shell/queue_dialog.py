"""The print dialog where CUPS takes files as they are: the queues of the system, and of each what it really offers."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QProcess, QProcessEnvironment
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QLineEdit, QSpinBox, QWidget

from haicang_desk.ui.shell.cups import QueueJob, outside_environment
from haicang_desk.ui.shell.queues import NAMES, USUAL, QueueOptions, options_asked, options_of, usual_queue
from haicang_desk.ui.shell.theme import set_role
from haicang_desk.ui.widgets.dialogs import DeskDialog

AS_SET = "按打印机的设置"
SIDES = (
    (AS_SET, ""),
    ("单面", "one-sided"),
    ("双面，长边翻（竖版常用）", "two-sided-long-edge"),
    ("双面，短边翻", "two-sided-short-edge"),
)
_RANGES = re.compile(r"\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*")
_MOST_COPIES = 999


class QueueDialog(DeskDialog):
    """Picks a queue, copies, sides, tray, colour and pages; ``job`` is what was chosen."""

    def __init__(self, parent: QWidget | None, *, paper: str, kept: Any = None) -> None:
        super().__init__(parent, "打印", "打印", wide=34)
        self._paper, self._asking = paper, list[QProcess]()
        self._kept: Mapping[str, Any] = kept if isinstance(kept, Mapping) else {}
        self.queue, self.sides, self.tray = QComboBox(), QComboBox(), QComboBox()
        self.copies, self.pages = QSpinBox(), QLineEdit()
        self.collate, self.grey = QCheckBox("逐份打印"), QCheckBox("黑白打印")
        self._told = QLabel()
        self._told.setWordWrap(True)
        set_role(self._told, "muted")
        self.copies.setRange(1, _MOST_COPIES)
        self.pages.setPlaceholderText("全部；或如 1,3,5-7")
        form = QFormLayout()
        rows = {"打印机": self.queue, "份数": self.copies, "": self.collate, "页码": self.pages}
        rows |= {"双面": self.sides, "纸盒": self.tray, " ": self.grey}
        for label, widget in rows.items():
            widget.setAccessibleName(label.strip() or widget.property("text"))
            form.addRow(label.strip(), widget)
        self.page.addLayout(form)
        self.under.addWidget(self._told)
        self.add_button("取消", self.reject, name="cancel")
        self.go = self.add_button("打印(&P)", self._accept, role="primary", name="print_on_queue")
        self.go.setDefault(True)
        self.go.setEnabled(False)
        self._restore()
        self._show_options(QueueOptions())
        self.queue.currentTextChanged.connect(self._ask_options)
        self._tell("正在查找打印机…")
        self._run(NAMES, self._on_names)

    @property
    def job(self) -> QueueJob:
        """What was chosen."""
        return QueueJob(
            printer=self.queue.currentText(),
            copies=self.copies.value(),
            collate=self.collate.isChecked(),
            sides=self.sides.currentData() or "",
            media=self._paper,
            tray=self.tray.currentData() or "",
            grey=self.grey.isChecked(),
            chosen=self._ranges(),
        )

    def _restore(self) -> None:
        copies, kept = self._kept.get("copies"), self._kept
        self.copies.setValue(copies if isinstance(copies, int) else 1)
        self.collate.setChecked(kept.get("collate") is not False)
        self.grey.setChecked(kept.get("colour") == "GrayScale")

    def _run(self, asked: tuple[str, list[str]], then: Callable[[str], None]) -> None:
        """Ask a program of CUPS; a printer on the network may take its time."""
        process = QProcess(self)
        environment = QProcessEnvironment()
        for name, value in {**outside_environment(os.environ), "LC_ALL": "C"}.items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)

        def answered() -> None:
            """Take what it told."""
            then(bytes(process.readAllStandardOutput().data()).decode(errors="replace"))

        process.finished.connect(lambda *_: answered())
        process.errorOccurred.connect(lambda wrong: then("") if wrong is QProcess.ProcessError.FailedToStart else None)
        self._asking.append(process)
        process.start(*asked)

    def _on_names(self, told: str) -> None:
        names = told.split()
        if not names:
            self._tell("系统里没有打印机。请先在系统设置里添加；或用“存为文件”，拿到有打印机的电脑上印。")
            return

        def fill(usual: str) -> None:
            """Fill the queues, the one of the last time first."""
            self.queue.addItems(names)
            wanted = next((each for each in (self._kept.get("printer"), usual_queue(usual)) if each in names), names[0])
            self.queue.setCurrentText(str(wanted))
            self.go.setEnabled(True)
            self.go.setFocus()

        self._run(USUAL, fill)

    def _ask_options(self, queue: str) -> None:
        self._show_options(QueueOptions())
        self._tell("正在问打印机有哪些纸盒…")

        def show(told: str) -> None:
            """Show them, unless another queue was picked meanwhile."""
            if queue == self.queue.currentText():
                self._show_options(options_of(told))

        self._run(options_asked(queue), show)

    def _show_options(self, options: QueueOptions) -> None:
        tray = self.tray.currentData() or self._kept.get("tray")
        sides = self.sides.currentData() or self._kept.get("duplex")
        self.tray.clear()
        self.tray.addItem(AS_SET, "")
        for each in options.trays:
            self.tray.addItem(each, each)
        self.tray.setCurrentIndex(max(0, self.tray.findData(tray)))
        self.tray.setEnabled(bool(options.trays))
        self.sides.clear()
        for label, value in SIDES if options.both_sides is not False else SIDES[:2]:
            self.sides.addItem(label, value)
        self.sides.setCurrentIndex(max(0, self.sides.findData(sides)))
        self.sides.setEnabled(options.both_sides is not False)
        lacks = f"这台打印机没有 {self._paper} 纸，会缩小印在它的纸上。" if options.lacks(self._paper) else ""
        self._tell(lacks or f"纸张 {self._paper}")

    def _ranges(self) -> tuple[tuple[int, int], ...]:
        """The ranges of pages typed; () for all. Raises ValueError for what is none."""
        typed = self.pages.text().replace("，", ",").replace("－", "-").replace(" ", "")
        if not typed:
            return ()
        if not _RANGES.fullmatch(typed):
            raise ValueError(typed)
        pairs = [list(map(int, part.split("-"))) for part in typed.split(",")]
        ranges = sorted((pair[0], pair[-1]) for pair in pairs)
        if any(not 0 < first <= last for first, last in ranges):
            raise ValueError(typed)
        return tuple(ranges)

    def _accept(self) -> None:
        try:
            self._ranges()
        except ValueError:
            self._tell("页码看不懂。请写成 1,3,5-7 这样；全部印就空着。")
            self.pages.setFocus()
            return
        self.accept()

    def _tell(self, text: str) -> None:
        self._told.setText(text)

    def done(self, result: int) -> None:
        """Close; what is still being asked is given up."""
        for process in self._asking:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(200)
        super().done(result)
