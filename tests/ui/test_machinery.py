"""Jobs, settings and crash reports: what must not lose anything when something goes wrong."""

from __future__ import annotations

import re
import sys
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, QTimer, QtMsgType, QTranslator
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication, QFileDialog

from haicang_desk.model.values import NotWritten
from haicang_desk.paths import data_folder
from haicang_desk.ui.shell import chinese, crash_report
from haicang_desk.ui.shell.jobs import Jobs
from haicang_desk.ui.shell.settings import Settings


@pytest.fixture
def jobs(dressed):
    jobs = Jobs()
    yield jobs
    jobs.finish()


def test_work_is_done_on_another_thread_and_told_on_this_one(qtbot, jobs):
    seen = {}

    def work(progress, cancelled):
        seen["work"] = threading.get_ident()
        progress(1, 2)
        progress(2, 2)
        return "成"

    def done(result):
        seen["done"] = (threading.get_ident(), result)

    told = []
    jobs.progressed.connect(lambda *said: told.append(said))
    with qtbot.waitSignal(jobs.idle, timeout=20_000):
        jobs.run("试", work, done, pytest.fail)
    assert seen["done"] == (threading.get_ident(), "成")
    assert seen["work"] != threading.get_ident()
    assert told[-1] == (2, 2)


def test_what_is_refused_goes_where_it_was_asked(qtbot, jobs):
    refused = []

    def work(*_):
        raise NotWritten("磁盘已满。请换一个位置")

    with qtbot.waitSignal(jobs.idle, timeout=20_000):
        jobs.run("试", work, pytest.fail, refused.append)
    assert [str(wrong) for wrong in refused] == ["磁盘已满。请换一个位置"]


def test_our_own_fault_goes_to_the_crash_report(qtbot, jobs, monkeypatch):
    caught = []
    monkeypatch.setattr(sys, "excepthook", lambda *said: caught.append(said[0]))

    def work(*_):
        raise KeyError("ours")

    with qtbot.waitSignal(jobs.idle, timeout=20_000):
        jobs.run("试", work, pytest.fail, pytest.fail)
    assert caught == [KeyError]


def test_work_stops_when_it_is_asked_to(qtbot, jobs):
    begun, ended = threading.Event(), []

    def work(_, cancelled):
        begun.set()
        while not cancelled():
            pass
        return "停"

    jobs.run("试", work, ended.append, pytest.fail)
    jobs.run("再试", work, ended.append, pytest.fail)
    assert begun.wait(2)
    with qtbot.waitSignal(jobs.idle, timeout=20_000):
        jobs.cancel()
    assert ended == ["停"]  # what waited behind it was forgotten


def test_jobs_go_one_after_the_other(qtbot, jobs):
    order = []
    with qtbot.waitSignal(jobs.idle, timeout=20_000):
        for number in range(3):
            jobs.run("试", lambda *_, n=number: n, order.append, pytest.fail)
    assert order == [0, 1, 2]


def test_of_a_kind_only_the_newest_is_kept(qtbot, jobs):
    """Leafing quickly through quarters makes one preview at the end, not one for each quarter passed."""
    told, worked, begun = [], [], threading.Event()

    def first(_, cancelled):
        begun.set()
        while not cancelled():
            time.sleep(0.001)
        return "旧"

    def later(name):
        return lambda *_: worked.append(name) or name

    with qtbot.waitSignal(jobs.idle, timeout=20_000):
        jobs.run("预览", first, told.append, pytest.fail, replaces="预览")
        assert begun.wait(2)
        jobs.run("导出", later("导出"), told.append, pytest.fail)
        for name in ("一", "二", "三"):
            jobs.run("预览", later(name), told.append, pytest.fail, replaces="预览")
    assert worked == told == ["导出", "三"]


def test_what_an_unwanted_job_is_refused_is_told_to_nobody(qtbot, jobs):
    def refuse(_, cancelled):
        while not cancelled():
            time.sleep(0.001)
        raise NotWritten("磁盘已满。请换一个位置")

    with qtbot.waitSignal(jobs.idle, timeout=20_000):
        jobs.run("预览", refuse, pytest.fail, pytest.fail, replaces="预览")
        jobs.cancel_kind("预览")


def slowly(count):
    for number in range(count):
        time.sleep(0.01)
        yield number


def test_pieces_are_gathered_on_this_thread_while_the_window_lives(qtbot, jobs):
    told, lived, got = [], [], []
    jobs.progressed.connect(lambda *said: told.append(said))
    QTimer.singleShot(0, lambda: lived.append(len(got)))
    with qtbot.waitSignal(jobs.idle, timeout=20_000):
        jobs.gather("试", slowly(12), 12, got.append, pytest.fail)
        assert jobs.busy
    assert got == [list(range(12))]
    assert lived == [0]
    assert told[0][1] == 12 and 0 < told[0][0] < 12
    assert not jobs.busy


def test_gathering_stops_when_it_is_asked_to_and_tells_what_is_refused(qtbot, jobs):
    got, refused = [], []
    jobs.gather("试", slowly(100), 100, got.append, pytest.fail)
    jobs.cancel()
    qtbot.wait(20)
    assert (got, jobs.busy) == ([], False)

    def wrong():
        yield 1
        raise NotWritten("不行")

    jobs.gather("试", wrong(), 2, got.append, refused.append)
    assert ([str(said) for said in refused], got, jobs.busy) == (["不行"], [], False)


def test_what_ends_after_the_screens_are_gone_is_told_to_nobody(qtbot, jobs):
    told, idle = [], []
    jobs.idle.connect(lambda: idle.append(True))
    jobs.run("试", lambda *_: "成", told.append, pytest.fail)
    jobs.finish()
    qtbot.wait(20)
    assert (told, idle, jobs.busy) == ([], [True], False)


# settings


def test_settings_outlast_the_program_and_forgive_what_they_cannot_read(tmp_path):
    first = Settings(tmp_path / "a.ini")
    first.keep("窗口/字号", 12)
    first.keep_structure("条件", {"text": "照明"})
    for number in range(12):
        first.keep_store(tmp_path / f"{number}.db")
    first.keep_store(tmp_path / "3.db")
    first.flush()
    again = Settings(tmp_path / "a.ini")
    assert again.number("窗口/字号", 10) == 12
    assert again.structure("条件") == {"text": "照明"}
    assert [path.name for path in again.stores()][:3] == ["3.db", "11.db", "10.db"]
    assert len(again.stores()) == 8
    again.keep("条件", "不是 JSON")
    again.keep("窗口/字号", "很大")
    assert again.structure("条件") is None
    assert again.number("窗口/字号", 10) == 10


# crash reports


def test_an_unforeseen_fault_is_written_down_and_told_and_work_goes_on(own_folder, dressed, asked):
    try:
        raise ZeroDivisionError("ours")
    except ZeroDivisionError as wrong:
        crash_report.on_exception(type(wrong), wrong, wrong.__traceback__)
    (report,) = (data_folder() / "意外情况").glob("*.txt")
    assert "ZeroDivisionError" in report.read_text(encoding="utf-8")
    ((kind, title, text),) = asked["log"]
    assert (kind, title) == ("tell", "程序遇到意外情况")
    assert str(report) in text
    assert "已保存的数据没有受影响" in text


def test_no_more_than_twenty_reports_are_kept(own_folder, dressed):
    for _ in range(23):
        crash_report.write_report("x")
    assert len(list((data_folder() / "意外情况").glob("*.txt"))) == 20


def test_grave_words_of_qt_are_written_down(own_folder, capsys):
    crash_report.on_message(QtMsgType.QtCriticalMsg, QMessageLogContext(), "grave")
    crash_report.on_message(QtMsgType.QtWarningMsg, QMessageLogContext(), "light")
    (report,) = (data_folder() / "意外情况").glob("*.txt")
    assert "grave" in report.read_text(encoding="utf-8")
    assert "light" in capsys.readouterr().err


# Chinese


def test_even_qts_own_file_dialog_is_chinese(qtbot, dressed, tmp_path):
    from tests.ui.test_screens import english, everything, texts

    dialog = QFileDialog(None, "打开台账", str(tmp_path), "台账 (*.db)")
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    qtbot.addWidget(dialog)
    dialog.show()
    said = {text: english(text) for widget in everything(dialog) for text in texts(widget) if english(text)}
    assert {text: words for text, words in said.items() if text not in _NOT_WORDS(tmp_path)} == {}


def test_qts_own_print_dialog_is_chinese(qtbot, dressed):
    from tests.ui.test_screens import english, everything, texts

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)  # which has to outlive its dialog
    dialog = QPrintDialog(printer)
    dialog.show()
    words = [text for widget in everything(dialog) for text in texts(widget) if english(text)]
    assert [text for text in words if not re.search("[一-鿿]", text)] == []
    dialog.deleteLater()
    QCoreApplication.sendPostedEvents(dialog, QEvent.Type.DeferredDelete)


def _NOT_WORDS(tmp_path):
    """Names of files and folders."""
    return {part for parent in (tmp_path, *tmp_path.parents) for part in (str(parent), parent.name)}


def test_the_overlay_leaves_alone_what_it_has_no_words_for(dressed):
    overlay = chinese.MissingTranslations(dressed)
    assert isinstance(overlay, QTranslator)
    assert overlay.translate("QFileDialog", "&Look in:") == "查找范围：(&L)"
    assert overlay.translate("QFileDialog", "Something else") is None


def test_under_fcitx_chinese_is_typed_by_way_of_ibus(monkeypatch):
    monkeypatch.setenv("QT_IM_MODULE", "fcitx")
    chinese.choose_input_method()
    import os

    assert os.environ["QT_IM_MODULE"] == "ibus"
    monkeypatch.setenv("QT_IM_MODULE", "xim")
    monkeypatch.delenv("XMODIFIERS", raising=False)
    monkeypatch.delenv("GTK_IM_MODULE", raising=False)
    chinese.choose_input_method()
    assert os.environ["QT_IM_MODULE"] == "xim"


def test_a_message_stands_alone_in_the_status_bar_also_while_the_type_grows(qtbot):
    from haicang_desk.ui.shell.status_bar import StatusBar

    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.show()
    bar.show_store(Path("新阳街道.db"), "陈晓")
    bar.tell("字号 20")
    bar.setStyleSheet("* { font-size: 20pt }")
    QApplication.processEvents()
    bar.show_store(Path("新阳街道.db"), "陈晓")
    assert not bar.person.isVisible() and not bar._store.isVisible()
    bar.clearMessage()
    assert bar.person.isVisible() and bar._store.isVisible()
