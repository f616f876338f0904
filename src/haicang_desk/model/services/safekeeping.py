"""Keeping a store safe: the automatic backup in two places, before each large act, and what a person should know of it.

Everything here works through a connection of its own, on a worker thread beside the window, or for a command.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import (
    BackupState,
    DamagedStore,
    back_up_automatically,
    backup_folder,
    backup_state,
    connect_to_read,
    look_again,
    missing_files,
    needs_backup,
    sweep_backups,
    sweep_copies,
)
from haicang_desk.model.values import Course, DeskError, NotWritten, Stopped, StoreUnusable, cause
from haicang_desk.platform import write_atomically

EVERY = timedelta(minutes=30)  # between two backups while changes go on
PATIENT = timedelta(days=7)  # without a backup in the second place, before it is told
_NOTE = "second-place.json"  # beside the automatic backups: the second place, and when a backup was last made there
_FAILURES = (DeskError, OSError, sqlite3.Error)


@dataclass(frozen=True, slots=True)
class KeptSafe:
    """What became of an automatic backup.

    ``text`` is for the status bar; ``failed`` why there is no backup; ``notes`` what a person should know in calm: a
    sentence each, with what to do.
    """

    text: str = ""
    failed: str = ""
    notes: tuple[str, ...] = ()


def keep_safe(
    store: Path, at: datetime, *, course: Course, second: Path | None = None, opened: bool = False
) -> KeptSafe:
    """Make the automatic backup where something changed since the last.

    ``second``: another place, such as a disk of its own, that gets a backup too. ``opened``: the store was opened just
    now, so that one old backup is looked at again, and what killed runs left is swept. Raises DamagedStore, Stopped.
    """
    elsewhere = ""
    try:
        folder = backup_folder(store)
        with closing(connect_to_read(store)) as conn:
            if needs_backup(conn, folder):
                back_up_automatically(conn, folder, name=store.stem, at=at, course=course)
            lost = len(missing_files(conn))
            if second is not None:
                elsewhere = _back_up_elsewhere(conn, store, at, second, course)
            if opened:
                sweep_copies(at)
                sweep_backups(folder, at)
                _look_again(conn, folder, at, course)
                if second is not None and second.is_dir():
                    _look_again(conn, second_place(store, second), at, course)
        state = backup_state(folder)
    except (DamagedStore, Stopped):
        raise
    except _FAILURES as wrong:
        failed = f"自动备份没有做成：{_why(wrong)}"
        return KeptSafe(failed, failed, (failed, *_told(store, at, second)))
    if not state.backups:
        return KeptSafe()
    lacking = f"（缺 {lost} 份原件，请核验台账）" if lost else ""
    shown = state.last or state.backups[-1]
    return KeptSafe(f"备份：{shown.moment:%m-%d %H:%M}{lacking}{elsewhere}", notes=_told(store, at, second))


def _told(store: Path, at: datetime, second: Path | None) -> tuple[str, ...]:
    try:
        return backup_notes(store, at, second)
    except OSError:
        return ()


def _why(wrong: Exception) -> str:
    if isinstance(wrong, OSError) and wrong.filename:
        return f"“{wrong.filename}”写不进去（{cause(wrong)}），请检查磁盘空间和文件夹权限"
    return cause(wrong) if isinstance(wrong, OSError | sqlite3.Error) else str(wrong).removesuffix("。")


def _look_again(conn: sqlite3.Connection, folder: Path, at: datetime, course: Course) -> None:
    """Look at one old backup; what is wrong stands in its manifest. That it can't be noted is no reason to complain."""
    with suppress(NotWritten):
        try:
            look_again(folder, at=at, store=conn, course=course)
        except Stopped:
            raise
        except (OSError, sqlite3.Error):
            return


def needs_keeping_safe(ws: Workspace) -> bool:
    """Whether the automatic backup has something to do; only the last entries of the two journals are compared."""
    if ws.path is None or ws.read_only:
        return False
    try:
        return needs_backup(ws.conn, backup_folder(ws.path))
    except (OSError, sqlite3.Error):
        return True


def back_up_before(store: Path, act: str, at: datetime, course: Course | None = None) -> None:
    """Make sure that a backup holds every change so far, before a large act named by ``act`` (导入).

    Raises NotWritten where there is none, saying that the act was not done and what to do; StoreUnusable where the
    store turns out damaged; Stopped.
    """
    try:
        with closing(connect_to_read(store)) as conn:
            back_up_automatically(conn, backup_folder(store), name=store.stem, at=at, course=course)
    except (Stopped, StoreUnusable):
        raise
    except _FAILURES as wrong:
        raise NotWritten(f"{act}之前要先备份，备份没有做成：{_why(wrong)}。{act}没有进行，台账没有改动") from wrong


# the second place


def second_place(store: Path, second: Path) -> Path:
    """The folder of a store's backups in a second place: of its own, so that nothing else lies there."""
    return second / f"民生微实事备份-{backup_folder(store).name}"


def _back_up_elsewhere(conn: sqlite3.Connection, store: Path, at: datetime, second: Path, course: Course) -> str:
    """Back up to a second place; gives what to add to the text. One that is not plugged in is told, not made."""
    if not second.is_dir():
        return "，第二处现在没有接上"
    try:
        back_up_automatically(conn, second_place(store, second), name=store.stem, at=at, course=course)
    except (Stopped, DamagedStore):
        raise
    except _FAILURES as wrong:
        return f"，第二处没有做成：{_why(wrong)}"
    note = {"place": str(second), "at": at.isoformat(timespec="seconds")}
    with suppress(NotWritten):
        write_atomically(backup_folder(store) / _NOTE, json.dumps(note, ensure_ascii=False).encode())
    return "，第二处也有"


def last_elsewhere(store: Path, second: Path) -> datetime | None:
    """When the second place last got all there was to back up; None where it never did."""
    try:
        note = json.loads((backup_folder(store) / _NOTE).read_text(encoding="utf-8"))
        return datetime.fromisoformat(note["at"]) if note["place"] == str(second) else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


# what a person should know


def backup_notes(store: Path, at: datetime, second: Path | None) -> tuple[str, ...]:
    """What a person should know of the backups of a store, a sentence each: what is, what is safe, what to do."""
    state = backup_state(backup_folder(store))
    notes = [*_notes_of(state, "备份"), _second_note(store, state, at, second)]
    if second is not None and second.is_dir():
        notes += _notes_of(backup_state(second_place(store, second)), "第二处的备份")
    return tuple(filter(None, notes))


def _notes_of(state: BackupState, called: str) -> list[str]:
    notes = []
    if damaged := state.damaged:
        sound = sum(each.counts for each in state.backups)
        first = damaged[-1]
        notes.append(
            f"{called}里有 {len(damaged)} 份后来损坏了（{first.moment:%Y-%m-%d %H:%M}：{first.fault}），不再作数；"
            f"完好的还有 {sound} 份。请检查这个磁盘"
        )
    if (fewer := state.fewer) is not None:
        notes.append(
            f"最近的{called}比以前的记录少：{fewer.fewer}。以前的备份一份也不清理。"
            "确实应该这样，请在“备份与恢复”里确认；不是，请用以前的备份恢复"
        )
    lacking = [each for each in state.backups if each.manifest and each.manifest.missing and not each.fault]
    if lacking and lacking[-1].manifest:
        last = lacking[-1].manifest.missing
        notes.append(f"{called}里缺 {len(last)} 份原件：{last[0]}。请在“核验台账”里查明，找回文件")
    return notes


def _second_note(store: Path, state: BackupState, at: datetime, second: Path | None) -> str:
    """That the second place has had nothing for a week, or that there is none."""
    if not state.backups:
        return ""
    first = min(each.moment for each in state.backups)
    if second is None:
        if at - first <= PATIENT:
            return ""
        return "备份还只在这台电脑上，电脑坏了就都没有了。请在“设置”里选一个第二处，如 U 盘、移动硬盘"
    last = last_elsewhere(store, second)
    if at - (last or first) <= PATIENT:
        return ""
    since = f"{(at - last).days} 天没有备份了（最近一次 {last:%Y-%m-%d}）" if last else "还没有过备份"
    plugged = "请看看那里能不能写、有没有空间" if second.is_dir() else "请把它接上，接上以后会自动补做"
    return f"第二处“{second}”{since}。{plugged}"
