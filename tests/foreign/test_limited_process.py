"""A process that opens foreign files dies of them alone: the parent gets one message, and the next file is read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest

from haicang_desk.model.foreign import LimitMet, ReadingStopped, close_readers
from haicang_desk.model.foreign import limited_process as lp
from haicang_desk.model.foreign.kinds import KINDS, SHEETS
from haicang_desk.model.foreign.limits import MIB, peak_memory
from haicang_desk.model.values import Refused

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits are those of POSIX")
TASKS = "tests.foreign.tasks:"
SMALL = replace(SHEETS, limits=replace(SHEETS.limits, seconds=1, output=8 * MIB))


@pytest.fixture(autouse=True)
def _no_reader_is_left():
    yield
    close_readers()


def run(task, parts=(b"",), kind=SMALL, **arguments):
    return lp.run(kind, TASKS + task, parts, arguments, subject="《甲.xlsx》")


def test_plain_data_comes_back_and_the_process_is_kept_for_the_next_file():
    first = run("echo", [b"\0\xff", b""], named="村\ud800居")
    assert first.parts == [b"\0\xff", b""] and first.result[1] == {"named": "村\ud800居"}
    assert first.result[0] == run("echo").result[0] != os.getpid()


def test_what_a_task_refuses_is_refused_in_its_words_and_the_process_goes_on():
    process = run("echo").result[0]
    with pytest.raises(Refused, match=r"^不要这个文件$"):
        run("refuse")
    assert run("echo").result[0] == process


@pytest.mark.parametrize(
    ("task", "said"),
    [
        ("hog", "内存超过 512 MB"),
        ("hog_then_die", "内存超过 512 MB"),
        ("spin", "1 秒还没有读完"),
        ("crash", "读取程序中断"),
        ("fail", "读取程序中断"),
        ("flood", "展开后的内容超过 8 MB"),
        ("garble", "读取程序中断|展开后的内容超过 8 MB"),
    ],
)
def test_a_limit_that_is_met_is_one_message_and_another_process_reads_the_next_file(task, said):
    process = run("echo").result[0]
    if task == "hog_then_die" and peak_memory() > SMALL.limits.memory * 0.9:
        said += "|展开后过大"  # Linux counts the peak of the parent as the child's: what it needed can't be known
    with pytest.raises(LimitMet) as met:
        run(task)
    assert re.match(rf"《甲\.xlsx》.*({said}).*没有写入任何内容。请.*。?$", str(met.value)), met.value
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert run("echo").result[0] != process


@pytest.mark.parametrize(("task", "said"), [("crash", "读取程序中断"), ("spin", "1 秒还没有读完")])
def test_a_limit_is_told_rightly_by_a_program_that_is_large_itself(task, said):
    """Such as a window over a large store: here the limit is made small instead."""
    small = replace(SMALL, limits=replace(SMALL.limits, memory=48 * MIB))
    assert peak_memory() > small.limits.memory
    run("echo", kind=small)
    with pytest.raises(LimitMet, match=said):
        run(task, kind=small)


def test_whoever_cancels_waits_for_nothing():
    told, start = [], time.monotonic()
    with pytest.raises(ReadingStopped, match="没有写入"):
        lp.run(
            SHEETS,
            TASKS + "sleep",
            [b""],
            progress=lambda done, total: told.append((done, total)),
            cancelled=lambda: bool(told),
        )
    assert told == [(1, 2)] and time.monotonic() - start < 20


def test_wall_time_ends_a_process_that_only_waits(monkeypatch):
    monkeypatch.setattr(lp, "_START", 5.0)
    monkeypatch.setattr("haicang_desk.model.foreign.limits._PATIENCE", 0.2)
    run("echo")
    with pytest.raises(LimitMet, match="还没有读完"):
        run("sleep")


def test_it_makes_no_file_no_process_and_no_core(tmp_path):
    assert run("escape", folder=str(tmp_path)).result == []
    assert not (tmp_path / "made").exists() or (tmp_path / "made").stat().st_size == 0


def test_two_threads_have_two_processes():
    found, barrier = [], threading.Barrier(2)

    def ask():
        barrier.wait()
        answers = lp.stream(SMALL, TASKS + "echo", [b""])
        first = next(answers)
        barrier.wait()
        found.append(first.result[0])
        list(answers)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 2


def test_a_process_ends_with_the_program_that_it_reads_for():
    code = (
        "import os; from haicang_desk.model.foreign import limited_process as lp; "
        "from haicang_desk.model.foreign.kinds import SHEETS; "
        f"print(lp.run(SHEETS, '{TASKS}echo', [b'']).result[0], flush=True); os._exit(0)"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = int(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=env).stdout)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    pytest.fail("the process outlives its parent")


def test_a_packaged_program_starts_itself(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert lp._command("scans") == [sys.executable, "--limited-reader", "scans"]


def test_the_program_answers_to_the_flag_before_anything_else():
    """As a packaged program does; the pipe is empty, so the process ends at once."""
    code = "import sys, runpy; sys.frozen = True; runpy.run_module('haicang_desk', run_name='__main__')"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code, lp.FLAG, "sheets"]
    done = subprocess.run(command, input=b"", capture_output=True, env=env, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_every_kind_has_its_limits():
    assert {name: kind.limits.memory // MIB for name, kind in KINDS.items()} == {
        "sheets": 512,
        "scans": 1024,
        "binding": 2048,
    }
    assert all(kind.limits.cure.startswith("请") for kind in KINDS.values())
