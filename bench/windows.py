"""From process start to the first painted frame: ours with a store open, and a bare QMainWindow beside it.

What is counted is processor time of the process, which other programs lengthen little.
"""

from __future__ import annotations

from bench.ledgers import ledger
from bench.timing import Row, printed_median, python

BARE = """
import os, sys, time
from PySide6.QtWidgets import QApplication, QMainWindow
class Bare(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(time.process_time(), flush=True)
        os._exit(0)
app = QApplication(sys.argv)
window = Bare()
window.resize(1280, 800)
window.show()
app.exec()
"""
OURS = """
import os, sys, time
from pathlib import Path
from haicang_desk.ui.shell import application as program
from haicang_desk.ui.shell.main_window import MainWindow
class Watched(MainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(time.process_time(), flush=True)
        os._exit(0)
program.MainWindow = Watched
sys.argv = ["haicang-desk"]
program.run(Path(sys.orig_argv[-1]), "测速")
"""

FILLED = OURS.replace(
    "paintEvent(event)\n        print", "paintEvent(event)\n        if self.state is None: return\n        print"
)


def rows() -> list[Row]:
    """The measured rows of this part."""
    store = str(ledger(1_000))
    bare = printed_median(python("-c", BARE), times=7)
    ours = printed_median(python("-c", OURS, store), times=7)
    filled = printed_median(python("-c", FILLED, store), times=5)
    return [
        Row("进程启动到窗口画出", ours, "空 QMainWindow", bare, "≤ 1.5 ×", "台账随后打开"),
        Row("进程启动到工作台连同 1,000 个项目的数据画出", filled, "空 QMainWindow", bare),
    ]
