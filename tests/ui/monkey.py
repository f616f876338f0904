"""A monkey at the desk: random clicks, keys, wheel, sizes, colours, pastes and drops, with every question answered.

All from one seed. It keeps a trail: what it did last stands in the message of whatever went wrong.
``python -m tests.ui.monkey STORE FOLDER SEED`` lets it loose on a store until the process is killed.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from haicang_desk.ui.shell import prompts, theme
from haicang_desk.ui.shell.application import Application, make_application
from haicang_desk.ui.shell.commands import CommandPalette
from haicang_desk.ui.shell.settings import Settings
from haicang_desk.ui.widgets.prompt_dialogs import Prompt
from tests.ui.watchdog import Watchdog, machine_factor

LONGEST = 1.0  # seconds of the window's own thread that one action may take, on a machine that is as quick as usual
OF_LOOKS = 2.0  # the same where colours or size of type change: Qt styles every screen that was ever made, 0.9 to 1.3 s
TRAIL = 40
FORBIDDEN = ("退出", "新建台账", "打开台账", "打开示范台账", "恢复备份", "最近的台账")  # these end or leave the store
TEXTS = (
    *("35000", "3.5万", "２０１８", "-1", "0", "2018.9.3", "2018-02-30", "霞阳", "xysq", "楼道", "记-1", "1e9", "=1+1"),
    *("<b>粗</b>", "{}%s", "'; --", "𠮷田😀", "长" * 300, "\t", "a\tb\nc\td", "甲\n乙", " "),
)
KEYS = (
    *(Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Delete),
    *(Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_PageDown, Qt.Key.Key_Home),
    *(Qt.Key.Key_F2, Qt.Key.Key_F4, Qt.Key.Key_F5, Qt.Key.Key_F7, Qt.Key.Key_F8, Qt.Key.Key_End, Qt.Key.Key_Backspace),
)
WITH_CTRL = "NSFZYCVXA0+-123456789"
WITH_ALT = "SNPABCDMORTWX123456789"


class Monkey:
    """``wrong`` holds what went wrong, each with the trail that led there."""

    def __init__(self, desk: Application, seed: int, folder: Path) -> None:
        self.desk, self.rng, self.folder, self.seed = desk, Random(seed), folder, seed
        self.trail: deque[str] = deque(maxlen=TRAIL)
        self.wrong: list[str] = []
        self.watchdog = Watchdog(LONGEST)  # it knows what held the window
        self.actions, self.slowest = 0, (0.0, "")
        self._later = timedelta()
        self._popups = QTimer()
        self._popups.setInterval(20)
        self._popups.timeout.connect(self._settle_popup)
        self._acts: tuple[tuple[Callable[[], str], int], ...] = (
            (self._click, 40),
            (self._type, 14),
            (self._key, 12),
            (self._chord, 8),
            (self._pick_row, 10),
            (self._turn_tab, 6),
            (self._wheel, 4),
            (self._paste, 4),
            (self._go, 4),
            (self._resize, 1),
            (self._zoom, 1),
            (self._change_colours, 1),
            (self._drop_file, 1),
            (self._find_anything, 2),
            (self._let_time_pass, 1),
        )

    # the run

    def run(self, seconds: float, *, every: float = 60.0, check: Callable[[], None] = lambda: None) -> None:
        """Go on for so many seconds, or until something goes wrong; ``check`` is asked every so often."""
        hook, sys.excepthook = sys.excepthook, self._on_exception
        begun = checked = time.monotonic()
        self._popups.start()
        self.watchdog.start()
        try:
            while time.monotonic() - begun < seconds and not self.wrong:
                self.act()
                if time.monotonic() - checked > every:
                    check()
                    checked = time.monotonic()
        finally:
            self._popups.stop()
            self.watchdog.stop()
            self._close_all()
            sys.excepthook = hook

    def act(self) -> None:
        """One thing, timed on this thread alone."""
        act = self.rng.choices([act for act, _ in self._acts], [weight for _, weight in self._acts])[0]
        self.trail.append(act.__name__)
        before, looks = time.thread_time(), self._looks()
        self.trail[-1] = f"{act.__name__} {act()}"
        QApplication.processEvents()
        took = time.thread_time() - before
        self.actions += 1
        if took > self.slowest[0]:
            self.slowest = (took, self.trail[-1])
        longest = LONGEST if self._looks() == looks else OF_LOOKS
        if took > longest and took > longest * machine_factor():
            self._note("\n".join([f"{took:.2f} s on the window's thread", *map(str, self.watchdog.blocks[-1:])]))

    def _looks(self) -> tuple[str, int]:
        """The style sheet and size of type that the window wears."""
        return self.desk.window.styleSheet() or self.desk.app.styleSheet(), self.desk.app.font().pointSize()

    def _on_exception(self, kind: type[BaseException], wrong: BaseException, trace: Any) -> None:
        import traceback

        self._note("".join(traceback.format_exception(kind, wrong, trace)))

    def _note(self, what: str) -> None:
        self.wrong.append(f"seed {self.seed}, action {self.actions}: {what}\n" + "\n".join(self.trail))

    # answering

    def answers(self) -> dict[str, Callable[..., Any]]:
        """For every function of ``prompts``, one that answers at random."""
        pick, folder = self.rng.choice, self.folder
        return {
            "tell": lambda *_, **__: None,
            "confirm": lambda *_, **__: pick((True, False)),
            "without_backup": lambda *_, **__: pick((True, False)),
            "try_again": lambda *_, **__: pick((True, False)),
            "ask_sign_in": lambda *_, **__: False,
            "leave_unsaved": lambda *_: pick((prompts.KEEP, prompts.LEAVE, prompts.LEAVE, prompts.STAY)),
            "use_draft": lambda *_: pick((True, False, None)),
            "ask_reason": lambda *_: pick((None, "重复登记")),
            "ask_place": lambda *_: prompts.LOOK,
            "ask_about_passages": lambda _, found: pick((None, [each.answered(printed=False) for each in found])),
            "ask_text": lambda *_, **__: pick((None, "另一处")),
            "ask_person": lambda *_, **__: pick((None, "陈", "林")),
            "pick_files": lambda *_: [],
            "open_outside": lambda _: True,
            "pick_one": lambda _, __, ___, choices: pick((None, *choices)),
            "pick_open": lambda *_: pick((None, *sorted(folder.glob("*.xlsx")))),
            "pick_save": lambda _, __, start, *___, **____: pick((None, folder / start.name)),
            "pick_folder": lambda *_: pick((None, folder / "文书")),
            "pick_printer": lambda *_, **__: None,
        }

    # what it does

    def _target(self) -> QWidget:
        return QApplication.activeModalWidget() or self.desk.window

    def _any(self, *kinds: type[Any]) -> Any:
        """A widget of these kinds that a person could reach."""
        target = self._target()
        held = [
            widget
            for kind in kinds
            for widget in target.findChildren(kind)
            if widget.isVisible()
            and widget.isEnabled()
            and widget.window() is target
            and not widget.visibleRegion().isEmpty()
        ]
        return self.rng.choice(held) if held else None

    def _click(self) -> str:
        widget = self._any(QAbstractButton, QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QWidget)
        if widget is None:
            return "nothing"
        said = _said(widget)
        spot = QPoint(self.rng.randrange(max(widget.width(), 1)), self.rng.randrange(max(widget.height(), 1)))
        press = QTest.mouseDClick if self.rng.random() < 0.1 else QTest.mouseClick
        button = Qt.MouseButton.RightButton if self.rng.random() < 0.08 else Qt.MouseButton.LeftButton
        press(widget, button, Qt.KeyboardModifier.NoModifier, spot)
        return said

    def _type(self) -> str:
        widget = self._any(QLineEdit, QPlainTextEdit)
        if widget is None:
            return "nothing"
        text, said = self.rng.choice(TEXTS), _said(widget)
        widget.setFocus()
        if self.rng.random() < 0.5:
            widget.selectAll()
        if text.isascii() and text.isprintable():
            QTest.keyClicks(widget, text)
        elif isinstance(widget, QLineEdit):
            widget.insert(text)
        else:
            widget.insertPlainText(text)
        return f"{said} ← {text[:20]!r}"

    def _key(self) -> str:
        key = self.rng.choice(KEYS)
        shift = self.rng.choice((Qt.KeyboardModifier.NoModifier,) * 4 + (Qt.KeyboardModifier.ShiftModifier,))
        QTest.keyClick(QApplication.focusWidget() or self._target(), key, shift)
        return key.name

    def _chord(self) -> str:
        ctrl = self.rng.random() < 0.7
        letter = self.rng.choice(WITH_CTRL if ctrl else WITH_ALT)
        held = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.AltModifier
        QTest.keyClick(QApplication.focusWidget() or self._target(), Qt.Key(ord(letter)), held)
        return f"{'Ctrl' if ctrl else 'Alt'}+{letter}"

    def _pick_row(self) -> str:
        view = self._any(QAbstractItemView)
        if view is None or view.model() is None or not view.model().rowCount():
            return "nothing"
        said, row = _said(view), self.rng.randrange(view.model().rowCount())
        index = view.model().index(row, 0)
        view.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
        press = QTest.mouseDClick if self.rng.random() < 0.25 else QTest.mouseClick
        press(
            view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, view.visualRect(index).center()
        )
        return f"{said} row {row}"

    def _turn_tab(self) -> str:
        bar = self._any(QTabBar)
        if bar is None:
            return "nothing"
        number = self.rng.randrange(bar.count())
        QTest.mouseClick(bar, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, bar.tabRect(number).center())
        return f"{bar.tabText(number)}"

    def _wheel(self) -> str:
        widget = self._any(QWidget)
        by, spot = QPoint(0, self.rng.choice((-360, -120, 120, 360))), QPointF(widget.rect().center())
        event = QWheelEvent(
            spot,
            QPointF(widget.mapToGlobal(spot.toPoint())),
            QPoint(),
            by,
            Qt.MouseButton.NoButton,
            self.rng.choice((Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier)),
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        said = _said(widget)
        QApplication.sendEvent(widget, event)
        return said

    def _paste(self) -> str:
        text = self.rng.choice(TEXTS)
        QGuiApplication.clipboard().setText(text)
        QTest.keyClick(QApplication.focusWidget() or self._target(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        return repr(text[:20])

    def _go(self) -> str:
        nav = self.desk.window.nav
        if self._target() is not self.desk.window:
            return "nothing"
        item = nav.item(self.rng.randrange(nav.count()))
        nav.setCurrentItem(item)
        return item.text()

    def _resize(self) -> str:
        size = self.rng.randrange(500, 1920), self.rng.randrange(400, 1080)
        self.desk.window.resize(*size)
        return str(size)

    def _zoom(self) -> str:
        by = self.rng.choice((4, 1, -1, -3, 0))
        self.desk.zoom(by)
        return str(by)

    def _change_colours(self) -> str:
        name = self.rng.choice(list(theme.CHOICES))
        self.desk.wear(name)
        return name

    def _drop_file(self) -> str:
        files = sorted(path for path in self.folder.iterdir() if path.is_file())
        if not files or self._target() is not self.desk.window:
            return "nothing"
        dropped, path = QMimeData(), self.rng.choice(files)
        dropped.setUrls([QUrl.fromLocalFile(str(path))])
        widget = self._any(QWidget) or self.desk.window
        spot, copying = QPointF(widget.rect().center()), Qt.DropAction.CopyAction
        left, held = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        entered = QDragEnterEvent(spot.toPoint(), copying, dropped, left, held)
        QApplication.sendEvent(widget, entered)
        if entered.isAccepted():
            QApplication.sendEvent(widget, QDropEvent(spot, copying, dropped, left, held))
        return f"{path.name} on {_said(widget)}"

    def _find_anything(self) -> str:
        if self._target() is not self.desk.window or self.desk.window.state is None:
            return "nothing"
        self.desk.window.show_commands()
        palette = QApplication.activePopupWidget()
        if not isinstance(palette, CommandPalette):
            return "nothing"
        text = self.rng.choice(("", "xm", "gongshi", "jidu", "霞阳", "zzqq"))
        palette.line.setText(text)
        item = palette.list.item(self.rng.randrange(max(palette.list.count(), 1)))
        said = item.text() if item else ""
        if item is None or _forbidden(said) or self.rng.random() < 0.3:
            palette.close()
        else:
            palette.list.itemClicked.emit(item)
        return f"{text} → {said}"

    def _let_time_pass(self) -> str:
        self._later += timedelta(days=self.rng.choice((-3, 1, 1, 7, 31)))
        later, begun = self._later, self.desk.now
        if (state := self.desk.window.state) is not None:
            state.now = lambda: begun() + later
        return str(later)

    # popups and dialogs

    def _settle_popup(self) -> None:
        """A menu or a small dialog runs a loop of its own: pick from it, or close it, from a timer."""
        popup = QApplication.activePopupWidget()
        if popup is None and isinstance(asking := QApplication.activeModalWidget(), Prompt):
            self.trail.append(f"left “{asking.windowTitle()}”")
            asking.reject()
            return
        if isinstance(popup, QMenu):
            actions = [
                a for a in popup.actions() if a.isEnabled() and not a.menu() and a.text() and not _forbidden(a.text())
            ]
            popup.close()
            if actions and self.rng.random() < 0.6:
                chosen = self.rng.choice(actions)
                self.trail.append(f"menu {chosen.text()}")
                chosen.trigger()
        elif popup is not None and self.rng.random() < 0.3:
            QTest.keyClick(popup, self.rng.choice((Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Down)))

    def _close_all(self) -> None:
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        for dialog in self.desk.window.findChildren(QDialog):
            dialog.done(0)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _forbidden(text: str) -> bool:
    return text.startswith(FORBIDDEN)


def _said(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
    return f"{type(widget).__name__} {(widget.accessibleName() or text or widget.objectName())[:20]!r}"


def main(store: str, folder: str, seed: str) -> None:
    """Let a monkey loose on a store for an hour, or until somebody kills the process."""
    app = make_application(["haicang-desk"])
    desk = Application(app, Settings(), "陈")
    desk.window.resize(1280, 800)
    desk.window.show()
    desk.open_store(Path(store))
    monkey = Monkey(desk, int(seed), Path(folder))
    for name, answer in monkey.answers().items():
        setattr(prompts, name, answer)
    print("loose", flush=True)
    monkey.run(seconds=3600)
    sys.exit("\n".join(monkey.wrong))


if __name__ == "__main__":
    main(*sys.argv[1:])
