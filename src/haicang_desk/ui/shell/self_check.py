"""环境自检: what this machine can do for the program, on one page that can be copied or kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, Qt
from PySide6.QtGui import QFontDatabase, QFontInfo, QGuiApplication
from PySide6.QtPrintSupport import QPrinterInfo
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from haicang_desk import __version__
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import list_changes
from haicang_desk.model.values import cause
from haicang_desk.paths import data_folder, documents_folder
from haicang_desk.platform import LINUX, SYSTEM
from haicang_desk.ui.shell.jobs import Jobs
from haicang_desk.ui.shell.machine_probes import Level, Probe, probes
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.dialogs import DeskDialog
from haicang_desk.ui.widgets.icons import IconTile
from haicang_desk.ui.widgets.layouts import ElidedLabel
from haicang_desk.ui.widgets.table import Table, TableColumn

_LEVELS = {Level.GOOD: "good", Level.NOTE: "warn", Level.BAD: "block"}

COLUMNS = (
    TableColumn("检查", lambda p: p.what, "", 20, grows=True, second_line=lambda p: p.found),
    TableColumn("结果", lambda p: p.verdict.value, "", 6.5, pill=lambda p: _LEVELS[p.verdict]),
    TableColumn("办法", lambda p: p.cure, "", 16, grows=True),
)
_WORST_FIRST = (Level.BAD, Level.NOTE, Level.GOOD)


class SelfCheckDialog(DeskDialog):
    """Checks what the program needs from this machine. Folders are tried on a worker thread."""

    def __init__(self, parent: QWidget, ws: Workspace | None, now: Callable[[], datetime]) -> None:
        super().__init__(parent, "环境自检", "环境自检", wide=62)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._now, self._jobs = now, Jobs()
        self._folders = _folders(ws.path if ws else None)
        self._since = list_changes(ws.conn, "", limit=1)[0].at if ws else None
        self.rows: Sequence[Probe] = ()
        self._tile = IconTile("clipboard-check", "info")
        self._summary = QLabel("正在检查…")
        self._summary.setWordWrap(True)
        set_role(self._summary, "heading")
        head = QHBoxLayout()
        head.setSpacing(em(self, 0.8))
        head.addWidget(self._tile)
        head.addWidget(self._summary, 1)
        self.table = Table(COLUMNS, name="自检结果", empty="正在检查…")
        self.table.setMinimumHeight(em(self, 28))
        self.page.addLayout(head)
        self.page.addWidget(self.table, 1)
        note = ElidedLabel("只是试写后即删除，没有改动任何数据。", role="muted")
        note.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.buttons.addWidget(note, 1)
        self.add_button("再查一次(&R)", self.begin, name="again", icon="refresh-cw")
        self.add_button("复制全部(&A)", self._copy, name="copy_all", icon="copy")
        self.add_button("关闭(&C)", self.accept, name="close", role="primary")
        self.begin()

    def begin(self) -> None:
        """Run all checks."""
        if not self._jobs.busy:
            folders, now, since = self._folders, self._now(), self._since
            work = lambda *_: probes(folders, now, cause, since=since)  # noqa: E731
            self._jobs.run("自检", work, self._show, lambda _: self._show(()))

    def done(self, result: int) -> None:
        """Stop the worker before closing."""
        self._jobs.finish()
        super().done(result)

    def _show(self, found: Sequence[Probe]) -> None:
        self.rows = [*found, _input_method(), _screen_fonts(), _printers(), _screen()]
        self.rows = sorted(self.rows, key=lambda probe: _WORST_FIRST.index(probe.verdict))
        bad = sum(probe.verdict is Level.BAD for probe in self.rows)
        noted = sum(probe.verdict is Level.NOTE for probe in self.rows)
        self._summary.setText(
            f"共查 {len(self.rows)} 项：{bad} 项有问题，{noted} 项要注意。"
            if bad or noted
            else f"共查 {len(self.rows)} 项，全部正常。"
        )
        worst = "block" if bad else "warn" if noted else "good"
        self._tile.show_icon("circle-check" if worst == "good" else "triangle-alert", worst)
        self.table.show_rows(self.rows)

    def report(self) -> str:
        """The results as text to be copied."""
        head = f"环境自检　{self._now():%Y-%m-%d %H:%M}　版本 {__version__}　{SYSTEM}"
        lines = [f"{p.what}　{p.verdict.value}　{p.found}　{p.cure}".rstrip() for p in self.rows]
        return "\n".join([head, self._summary.text(), *lines])

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report())


def _folders(store: Path | None) -> list[tuple[str, Path]]:
    """The places the program writes to, each once, by its first name."""
    named = [("台账文件夹", store.parent)] if store else []
    named += [("程序数据文件夹", data_folder()), ("文书文件夹", _standing(documents_folder()))]
    known = {folder: name for name, folder in reversed(named)}
    return [(name, folder) for name, folder in named if known[folder] == name]


def _standing(folder: Path) -> Path:
    """The folder, or the nearest above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _input_method() -> Probe:
    what = "中文输入法"
    if not LINUX:
        return Probe(what, Level.GOOD, "使用系统的输入法")
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforminputcontexts"
    available = sorted(
        path.stem.removeprefix("lib").removesuffix("platforminputcontextplugin") for path in folder.glob("*.so")
    )
    requested = os.environ.get("QT_IM_MODULE") or os.environ.get("XMODIFIERS", "").removeprefix("@im=")
    if not requested:
        return Probe(what, Level.NOTE, "系统没有设定输入法", "打不出汉字时，请安装并启用 ibus 或 fcitx 后重新登录")
    if requested in available:
        return Probe(what, Level.GOOD, f"通过 {requested} 输入")
    return Probe(what, Level.NOTE, f"系统设为 {requested}，本程序没有它的插件", "打不出汉字时，请改用 ibus")


def _screen_fonts() -> Probe:
    families = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    return Probe(
        "屏幕上的中文字体",
        Level.GOOD,
        f"有 {len(families)} 种，现用“{QFontInfo(QGuiApplication.font()).family()}”",
    )


def _printers() -> Probe:
    names, usual = QPrinterInfo.availablePrinterNames(), QPrinterInfo.defaultPrinterName()
    if not names:
        return Probe("打印机", Level.NOTE, "没有找到打印机", "请在系统里添加打印机；也可以先存为文件，到别的电脑打印")
    return Probe("打印机", Level.GOOD, f"{'、'.join(names)}；默认 {usual or '未设'}")


def _screen() -> Probe:
    screen = QGuiApplication.primaryScreen()
    size, scale = screen.availableSize(), screen.devicePixelRatio()
    size_text = f"{size.width()}×{size.height()}，缩放 {scale:.0%}"
    if size.width() < 1280 or size.height() < 700:
        return Probe("屏幕", Level.NOTE, size_text, "屏幕偏小，有的页面要滚动；可以按 Ctrl+减号缩小字号")
    return Probe("屏幕", Level.GOOD, size_text)
