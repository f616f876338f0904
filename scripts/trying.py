"""Trying one mutant: in a fork, so that nothing of it is left behind."""

from __future__ import annotations

import gc
import importlib.abc
import importlib.util
import os
import pickle
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest
import sqlite_utils  # noqa: F401  (loaded once, for every fork)
from _pytest.runner import runtestprotocol

from mutating import Key, Mutant, mutants

MODEL = Path(__file__).resolve().parents[1] / "src/haicang_desk/model"
SECONDS = 60  # of the processor, where tests are collected anew: a mutant that takes more counts as noticed


def apart(work: Callable[[], Any], seconds: int = 0) -> Any:
    """What ``work`` gives in a fork of this process; None where the fork fell over or was stopped."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if seconds:
                resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
                signal.alarm(10 * seconds)
            os.close(reading)
            answer = pickle.dumps(work())
            with os.fdopen(writing, "wb") as out:
                out.write(answer)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        answer = said.read()
    os.waitpid(child, 0)
    return pickle.loads(answer) if answer else None


def run_pytest(tests: list[str], *plugins: object) -> int:
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    said = ["-x", "-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist"]
    return int(pytest.main([*said, "-W", "ignore::pytest.PytestAssertRewriteWarning", *tests], list(plugins)))


class Unsound(Exception):
    """The tests fail without any change."""


class Serve(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the changed code where the module is imported."""

    def __init__(self, name: str, code: CodeType, path: Path) -> None:
        self.name, self.code, self.path = name, code, path

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def is_package(self, name: str) -> bool:
        return self.path.stem == "__init__"

    def create_module(self, spec: object) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(self.code, module.__dict__)


def survives_import(module: str, tests: list[str], mutant: Mutant) -> bool:
    """Whether all tests pass where the changed module is imported."""
    name = ("haicang_desk.model." + module.replace("/", ".")).removesuffix(".__init__")
    sys.meta_path.insert(0, Serve(name, mutant.code, MODEL / f"{module}.py"))
    return run_pytest(tests) == 0


class Entered:
    """Notes which functions of a file are entered while it is in force."""

    def __init__(self, path: Path) -> None:
        self.file, self.functions = str(path), set[Key]()

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename == self.file:
            self.functions.add((code.co_qualname, code.co_firstlineno))


@dataclass
class Trial:
    """Tries a module's mutants where its tests stand ready: a plug-in that takes the place of running them."""

    module: str
    tests: list[str]
    tried: list[Mutant]
    survived: dict[int, bool] = field(default_factory=dict)  # place in ``tried`` -> verdict; no entry: must be imported
    sound: bool = False

    def __post_init__(self) -> None:
        self.path = MODEL / f"{self.module}.py"
        self.early = Entered(self.path)

    def run(self) -> tuple[bool, dict[int, bool]]:
        sys.setprofile(self.early)
        run_pytest(self.tests, self)
        return self.sound, self.survived

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        sys.setprofile(None)
        known = apart(lambda: self.watch(session.items))
        turned = apart(lambda: all_pass(session.items[::-1]))  # the order in which they are asked below is another
        self.sound = bool(turned) and known is not None and all(passed for passed, _, _ in known)
        limit = 5 + round(2 * sum(seconds for _, seconds, _ in known or ()))  # a loop without end is noticed
        live: dict[Key, list[FunctionType]] = {}
        for each in gc.get_objects():
            if type(each) is FunctionType and each.__code__.co_filename == str(self.path):
                live.setdefault((each.__code__.co_qualname, each.__code__.co_firstlineno), []).append(each)
        for place, mutant in enumerate(self.tried if self.sound else ()):
            key = mutant.function
            if key in live and not any(function.__closure__ for function in live[key]):
                order = sorted(range(len(known)), key=lambda n: (key not in known[n][2], known[n][1]))
                items = [session.items[n] for n in order]
                code = inner(mutant.code, key)
                survived = bool(apart(lambda: self.survives(live[key], code, items), limit))  # noqa: B023
                if not survived or key not in self.early.functions:  # collecting the tests may have used it
                    self.survived[place] = survived
        return True

    def watch(self, items: list[pytest.Item]) -> list[tuple[bool, float, set[Key]]]:
        """Whether each test passes, its seconds, and the functions it enters."""
        said = []
        for item, following in pairwise([*items, None]):
            entered, began = Entered(self.path), time.process_time()
            sys.setprofile(entered)
            passed = passes(item, following)
            sys.setprofile(None)
            said.append((passed, time.process_time() - began, entered.functions))
        return said

    @staticmethod
    def survives(functions: Iterable[FunctionType], code: CodeType, items: list[pytest.Item]) -> bool:
        for function in functions:
            function.__code__ = code
        return all_pass(items)


def all_pass(items: list[pytest.Item]) -> bool:
    return all(passes(item, following) for item, following in pairwise([*items, None]))


def passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Runs one test; fixtures of wider scope stay up for the following one."""
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def inner(code: CodeType, key: Key) -> CodeType:
    """The code of one function within that of a module."""
    found = [code]
    for each in found:
        if (each.co_qualname, each.co_firstlineno) == key:
            return each
        found += [part for part in each.co_consts if isinstance(part, CodeType)]
    raise LookupError(key)


def survivors(module: str, tests: list[str], only: str) -> tuple[int, list[Mutant]]:
    """How many mutants of a module were tried, and those that no test noticed."""
    tried = [m for m in mutants((MODEL / f"{module}.py").read_text(encoding="utf-8")) if only in ("", str(m.lineno))]
    sound, survived = apart(Trial(module, tests, tried).run)
    if not sound:
        raise Unsound(f"{module}: its tests fail as it is")
    for place, mutant in enumerate(tried):
        if place not in survived:
            survived[place] = bool(apart(lambda: survives_import(module, tests, mutant), SECONDS))  # noqa: B023
    return len(tried), [mutant for place, mutant in enumerate(tried) if survived[place]]
