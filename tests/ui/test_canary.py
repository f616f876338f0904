"""PySide6 6.12.0 on Python 3.11 gives away a reference to ``None`` at each of some calls, until the process dies.

This tells whether the installed PySide6 does so, in a hundredth of a second instead of after a morning's work.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QLineEdit

ROUNDS = 2_000
# What else runs in the process may move the count by a few; a leak moves it by ROUNDS.
SLACK = 100


class Speaker(QObject):
    said = Signal(str)


def test_none_is_not_given_away(qtbot):
    label, line, action, speaker = QLabel(), QLineEdit(), QAction("存"), Speaker()
    qtbot.addWidget(label)
    qtbot.addWidget(line)
    action.triggered.connect(lambda _checked: None)
    speaker.said.connect(lambda _text: None)
    calls = {
        "setText": lambda: label.setText("海沧"),
        "clear": line.clear,
        "processEvents": QCoreApplication.processEvents,
        "trigger": action.trigger,
        "emit": lambda: speaker.said.emit("好"),
        "setProperty": lambda: label.setProperty("state", None),
    }
    lost = {}
    for name, call in calls.items():
        call()
        before = sys.getrefcount(None)
        for _ in range(ROUNDS):
            call()
        lost[name] = before - sys.getrefcount(None)
    assert {name: count for name, count in lost.items() if abs(count) > SLACK} == {}
