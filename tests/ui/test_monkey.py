"""Whatever a person does, in whatever order: no exception, no word from Qt, no standstill, and the books balance."""

from __future__ import annotations

import contextlib
import json
import math
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from haicang_desk.model.records import Category, Link, Village
from haicang_desk.model.services import Workspace, check, save
from haicang_desk.model.store import verify
from haicang_desk.model.values import Money
from haicang_desk.ui.shell import prompts, theme
from haicang_desk.ui.shell.application import Application
from haicang_desk.ui.shell.settings import Settings
from tests.conftest import NOW, SOUND, TODAY
from tests.ui.monkey import Monkey

BOOK = next((Path(__file__).parent.parent / "data").glob("*.xlsx"))
VILLAGES = ("霞阳社区", "祥露社区", "新垵村")
MINUTES = float(os.environ.get("MONKEY_MINUTES", "180"))
SEED = int(os.environ.get("MONKEY_SEED", "0"))
GROWTH = 1.10  # of memory, from when every screen has been seen


@pytest.fixture
def store(tmp_path):
    """A small street with projects on their way."""
    path = tmp_path / "新阳.db"
    with Workspace.create(path, street="新阳街道", year=2018, actor="陈", now=lambda: NOW) as ws:
        villages = save(ws, [Village(name=name) for name in VILLAGES], action="登记村居", person="陈")
        for number in range(12):
            draft = replace(
                SOUND,
                code="",
                title=f"项目{number}",
                village=Link(villages[number % 3].id),
                category=list(Category)[number % 3],
                donated_cash=Money(4_000_000 + number),
            )
            (project,) = save(ws, [draft], action="新建", person="陈")
            if number % 2:
                save(ws, [replace(project, submitted_on=TODAY)], action="录入", person="陈")
    return path


@pytest.fixture
def desk(styled, own_folder, store):
    desk = Application(styled, Settings(own_folder / "窗口.ini"), "陈", now=lambda: NOW)
    theme.apply_theme(styled, theme.USUAL, theme.add_fonts())
    desk.window.resize(1280, 800)
    desk.window.show()
    desk.open_store(store)
    yield desk
    desk.window.hide()
    desk.close_store()
    styled.aboutToQuit.disconnect(desk.close_store)
    desk.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def monkey(desk, monkeypatch, tmp_path):
    """A monkey of a seed, let loose; it answers every question the program asks."""

    def loose(seed):
        folder = tmp_path / "文件"
        folder.mkdir(exist_ok=True)
        shutil.copy(BOOK, folder)
        made = Monkey(desk, seed, folder)
        for name, answer in made.answers().items():
            monkeypatch.setattr(prompts, name, answer)
        return made

    return loose


def test_the_monkey_has_an_answer_to_every_question(desk, monkey):
    """One that is left out would wait for a person for ever."""
    asked = {name for name, said in vars(prompts).items() if callable(said) and said.__module__ == prompts.__name__}
    assert asked - {"with_ending"} - {name for name in asked if name.startswith("_")} <= set(monkey(0).answers())


def balance(desk):
    ws = desk.window.state.workspace
    assert list(verify(ws.conn)) == []
    check(ws, 2018, date(2018, 9, 3))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_monkey_at_the_desk_breaks_nothing(desk, monkey, seed):
    loose = monkey(seed)
    loose.run(seconds=6)
    assert not loose.wrong, loose.wrong[0]
    assert loose.actions > 10  # on a machine that is busy with much else; hundreds on one that is not
    balance(desk)


def memory():
    """Bytes that the process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.soak
def test_a_monkey_for_hours_breaks_nothing(desk, monkey):
    held = []
    for seed in range(SEED, SEED + math.ceil(MINUTES)):
        loose = monkey(seed)
        loose.run(seconds=60)
        assert not loose.wrong, loose.wrong[0]
        balance(desk)
        held.append(memory())
    assert held[-1] <= held[min(10, len(held) - 1)] * GROWTH


def kill_monkeys(store, folder, data, seeds, after):
    """Let monkeys loose one after the other, kill each, and look at what it leaves."""
    environment = {**os.environ, "XDG_DATA_HOME": str(data), "PYTHONPATH": os.pathsep.join(["src", "."])}
    entries = 0
    for seed in seeds:
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.monkey", str(store), str(folder), str(seed)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert child.stdout.readline().strip() == "loose", child.stderr.read()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(after(seed))
        child.kill()
        said = child.communicate()[1]
        assert child.returncode == -signal.SIGKILL, said
        with Workspace.open(store, now=lambda: NOW) as ws:
            assert list(verify(ws.conn)) == []
            (now,) = ws.conn.execute("SELECT count(*) FROM journal").fetchone()
            assert now >= entries, "a change that was told as done is gone"
            entries = now
        for draft in Path(data).rglob("草稿-*.json"):
            json.loads(draft.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_a_killed_monkey_leaves_a_sound_ledger(store, tmp_path):
    folder = tmp_path / "文件"
    folder.mkdir()
    shutil.copy(BOOK, folder)
    kill_monkeys(store, folder, tmp_path / "data", range(2), after=lambda seed: 3 + seed * 1.7)


@pytest.mark.soak
def test_many_killed_monkeys_leave_a_sound_ledger(store, tmp_path):
    folder = tmp_path / "文件"
    folder.mkdir()
    shutil.copy(BOOK, folder)
    kill_monkeys(store, folder, tmp_path / "data", range(SEED, SEED + 100), after=lambda seed: 1 + seed * 0.37 % 9)
