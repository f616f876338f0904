"""Trials of mutants: each runs the tests in a forked process, so that a change never outlives its trial."""

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

from mutant_generation import Key, Mutant, mutants

MODEL = Path(__file__).resolve().parents[1] / "src/haicang_desk/model"
SECONDS = 60  # of CPU time where tests are collected anew; a mutant that takes longer counts as killed


def in_fork(work: Callable[[], Any], seconds: int = 0) -> Any:
    """The result of ``work`` in a fork of this process; None where the fork died or took more CPU ``seconds``."""
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
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(answer) if answer else None


def run_pytest(tests: list[str], *plugins: object) -> int:
    """The exit code of pytest on these files, without output; 0 where all tests pass."""
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    options = ["-x", "-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist"]
    return int(pytest.main([*options, "-W", "ignore::pytest.PytestAssertRewriteWarning", *tests], list(plugins)))


class TestsFail(Exception):
    """The tests of a module fail without any change."""


class ChangedModule(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """An import hook that runs the code of a mutant in place of the module's own."""

    def __init__(self, name: str, code: CodeType, path: Path) -> None:
        self.name, self.code, self.path = name, code, path

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        """Find this one module."""
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def is_package(self, name: str) -> bool:
        """Whether the module is an ``__init__``."""
        return self.path.stem == "__init__"

    def create_module(self, spec: object) -> None:
        """Let Python create the module object."""
        return

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed code as the module."""
        exec(self.code, module.__dict__)


def survives_import(module: str, tests: list[str], mutant: Mutant) -> bool:
    """Whether all tests pass where the changed module is imported."""
    name = ("haicang_desk.model." + module.replace("/", ".")).removesuffix(".__init__")
    sys.meta_path.insert(0, ChangedModule(name, mutant.code, MODEL / f"{module}.py"))
    return run_pytest(tests) == 0


class CalledFunctions:
    """A profile function that records which functions of a file are called."""

    def __init__(self, path: Path) -> None:
        self.file, self.functions = str(path), set[Key]()

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename == self.file:
            self.functions.add((code.co_qualname, code.co_firstlineno))


@dataclass
class Trial:
    """Tries the mutants of a module: a pytest plug-in that runs each of them instead of the collected tests."""

    module: str
    tests: list[str]
    tried: list[Mutant]
    survived: dict[int, bool] = field(default_factory=dict)  # by index in ``tried``; none: at import
    sound: bool = False

    def __post_init__(self) -> None:
        self.path = MODEL / f"{self.module}.py"
        self.early = CalledFunctions(self.path)

    def run(self) -> tuple[bool, dict[int, bool]]:
        """Whether the tests pass unchanged, and which of the mutants survived by their index."""
        sys.setprofile(self.early)
        run_pytest(self.tests, self)
        return self.sound, self.survived

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try the mutants that can be tried by replacing the code of a living function."""
        sys.setprofile(None)
        known = in_fork(lambda: self.watch(session.items))
        turned = in_fork(lambda: all_pass(session.items[::-1]))  # the tests run in another order below
        self.sound = bool(turned) and known is not None and all(passed for passed, _, _ in known)
        limit = 5 + round(2 * sum(seconds for _, seconds, _ in known or ()))  # seconds; an endless loop is killed
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
                survived = bool(in_fork(lambda: self.survives(live[key], code, items), limit))  # noqa: B023
                if not survived or key not in self.early.functions:  # else its result may be in use
                    self.survived[place] = survived
        return True

    def watch(self, items: list[pytest.Item]) -> list[tuple[bool, float, set[Key]]]:
        """For each test: whether it passes, its seconds of CPU time, and the functions it calls."""
        results = []
        for item, following in pairwise([*items, None]):
            entered, began = CalledFunctions(self.path), time.process_time()
            sys.setprofile(entered)
            passed = passes(item, following)
            sys.setprofile(None)
            results.append((passed, time.process_time() - began, entered.functions))
        return results

    @staticmethod
    def survives(functions: Iterable[FunctionType], code: CodeType, items: list[pytest.Item]) -> bool:
        """Whether all tests pass with the changed code in these functions."""
        for function in functions:
            function.__code__ = code
        return all_pass(items)


def all_pass(items: list[pytest.Item]) -> bool:
    """Whether all tests pass, up to the first that fails."""
    return all(passes(item, following) for item, following in pairwise([*items, None]))


def passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Run one test; fixtures of wider scope stay for the following one. Returns whether it passes."""
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def inner(code: CodeType, key: Key) -> CodeType:
    """The code of one function within that of a module. Raises LookupError where it is not there."""
    found = [code]
    for each in found:
        if (each.co_qualname, each.co_firstlineno) == key:
            return each
        found += [part for part in each.co_consts if isinstance(part, CodeType)]
    raise LookupError(key)


def survivors(module: str, tests: list[str], only: str) -> tuple[int, list[Mutant]]:
    """The number of mutants tried and those that survived; ``only`` is a line, or "" for all. Raises TestsFail."""
    tried = [m for m in mutants((MODEL / f"{module}.py").read_text(encoding="utf-8")) if only in ("", str(m.lineno))]
    sound, survived = in_fork(Trial(module, tests, tried).run)
    if not sound:
        raise TestsFail(f"{module}: its tests fail as it is")
    for place, mutant in enumerate(tried):
        if place not in survived:
            survived[place] = bool(in_fork(lambda: survives_import(module, tests, mutant), SECONDS))  # noqa: B023
    return len(tried), [mutant for place, mutant in enumerate(tried) if survived[place]]
