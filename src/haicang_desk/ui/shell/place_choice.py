"""What is asked before a store is opened that may not be written where it is: move it, look at it, or leave it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QWidget

from haicang_desk.model.store import Moved, move_store
from haicang_desk.model.values import Course, DeskError, Stopped, StoreUnusable, UnsafePlace
from haicang_desk.platform import allow_on_removable, ledger_folder, real_path, refuse_unsafe_place
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.waiting import wait_for


def settle_place(window: QWidget, store: Path, now: Callable[[], datetime]) -> Path | None:
    """The store to open: the one given, which is only looked at where it may not be written, or its copy on this
    machine, where the person has it moved. None where nothing is to be opened.
    """
    try:
        if store.is_file():
            refuse_unsafe_place(real_path(store))
    except UnsafePlace as unsafe:
        return _chosen(window, store, unsafe, now)
    except StoreUnusable as unusable:  # a path that is too long
        prompts.tell(window, "台账打不开", str(unusable))
        return None
    return store


def _chosen(window: QWidget, store: Path, unsafe: UnsafePlace, now: Callable[[], datetime]) -> Path | None:
    answer = prompts.ask_place(window, unsafe, ledger_folder())
    if answer == prompts.MOVE:
        return _moved(window, store, now)
    if answer == prompts.AGREE:
        try:
            allow_on_removable(store)
        except DeskError as refused:
            prompts.tell(window, "台账放的地方", str(refused))
        return store
    return store if answer == prompts.LOOK else None


def _moved(window: QWidget, store: Path, now: Callable[[], datetime]) -> Path | None:
    at, stopped = now(), "已停止，台账没有移，数据没有改动"
    try:
        moved: Moved = wait_for(
            window,
            f"正在把“{store.stem}”核对着复制到本机…",
            "停止",
            lambda progress, cancelled: move_store(
                store, ledger_folder(), at=at, course=Course(progress, cancelled, stopped)
            ),
        )
    except Stopped:
        return None
    except DeskError as refused:
        prompts.tell(window, "移到本机", str(refused))
        return None
    prompts.tell(window, "移到本机", _report(moved), level="good")
    return moved.path


def _report(moved: Moved) -> str:
    """What became of a store that was moved, and of the old file."""
    text = f"已核对并移到本机：“{moved.path}”，以后打开这一本。"
    if moved.aside is not None:
        text += f"原来的文件没有删，改名为“{moved.aside.name}”，请不要再在里面登记。"
    else:
        text += "原来的文件没能改名，还在原处；请告诉同事不要再在里面登记。"
    if moved.missing:
        text += f"有 {len(moved.missing)} 份原件原来就缺：{moved.missing[0]}。"
    return text
