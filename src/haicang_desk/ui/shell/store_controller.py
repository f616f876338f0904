"""What the window does with a whole store: create, back up, restore, verify, and one window for each store."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from haicang_desk.model.records import Village, VillageKind
from haicang_desk.model.services import Workspace, is_person, save, save_operator
from haicang_desk.model.store import (
    BackupContents,
    Damage,
    DamagedStore,
    back_up,
    back_up_automatically,
    backup_folder,
    backups_in,
    connect_to_read,
    is_older,
    missing_files,
    needs_backup,
    restore_backup,
    verify_file,
)
from haicang_desk.model.values import Course, DeskError, OnlyReadable, Stopped
from haicang_desk.platform import make_private_folder
from haicang_desk.ui.shell.first_run import FirstRunChoice


def create_store(wish: FirstRunChoice, *, person: str, now: Callable[[], datetime] = datetime.now) -> Workspace:
    """Create a store as chosen in the first-run guide. Raises DeskError; then no store is open."""
    if wish.path is None:
        raise TypeError("a new store needs a place")
    with suppress(OSError):
        make_private_folder(wish.path.parent)
    ws = Workspace.create(wish.path, street=wish.street, year=wish.year, actor=person, now=now)
    villages = [Village(name=name, kind=_kind(name)) for name in wish.villages]
    try:
        if villages:
            save(ws, villages, action=f"登记村居名册（{len(villages)} 个）", person=person)
        if is_person(wish.person):
            save_operator(ws, wish.person, wish.post, person=person)
    except DeskError:
        ws.close()
        raise
    return ws


def _kind(name: str) -> VillageKind | None:
    """What the name itself tells."""
    if name.endswith("社区"):
        return VillageKind.COMMUNITY
    return VillageKind.VILLAGE if name.endswith("村") else None


def open_in_any_state(store: Path, now: Callable[[], datetime]) -> Workspace:
    """Open a store to write it, else to look at it; its ``condition`` says which, and why.

    This is the one place where a window opens a store. What finds that it may be read but not written raises
    OnlyReadable, with the reason as it is to be shown. Raises StoreUnusable where it cannot even be read.
    """
    try:
        return Workspace.open(store, now=now)
    except OnlyReadable as reason:
        return Workspace.view(store, now=now, why=str(reason))


def check_store(store: Path, course: Course) -> tuple[Damage, ...]:
    """All damage of a store that the window goes on writing, but that of its originals. Raises StoreUnusable, Stopped.

    On a worker thread; a copy is verified.
    """
    return verify_file(store, files=False, course=course)


def keep_safe(store: Path, at: datetime, *, course: Course, second: Path | None = None) -> str:
    """Make the automatic backup where something changed since the last, on a worker thread beside the open window.

    ``second``: another place, such as a disk of its own, that gets a backup too. Gives the text for the status bar.
    Raises DamagedStore, Stopped.
    """
    folder = backup_folder(store)
    try:
        with closing(connect_to_read(store)) as conn:
            if needs_backup(conn, folder):
                back_up_automatically(conn, folder, name=store.stem, at=at, course=course)
            backups, lost = backups_in(folder), len(missing_files(conn))
            elsewhere = _back_up_elsewhere(store, at, second, course) if second is not None else ""
    except (DamagedStore, Stopped):
        raise
    except (DeskError, OSError) as wrong:
        return f"自动备份没有做成：{wrong}"
    if not backups:
        return ""
    lacking = f"（缺 {lost} 份原件，请核验台账）" if lost else ""
    return f"备份：{backups[-1][0]:%m-%d %H:%M}{lacking}{elsewhere}"


def second_place(store: Path, second: Path) -> Path:
    """The folder of a store's backups in a second place: of its own, so that nothing else lies there."""
    return second / f"民生微实事备份-{backup_folder(store).name}"


def _back_up_elsewhere(store: Path, at: datetime, second: Path, course: Course) -> str:
    """Back up to a second place; gives what to add to the text. One that is not plugged in is told, not made."""
    if not second.is_dir():
        return "，第二处现在没有接上"
    try:
        with closing(connect_to_read(store)) as conn:
            back_up_automatically(conn, second_place(store, second), name=store.stem, at=at, course=course)
    except Stopped:
        raise
    except (DeskError, OSError) as wrong:
        return f"，第二处没有做成：{wrong}"
    return "，第二处也有"


def needs_upgrade(store: Path) -> bool:
    """Whether an earlier program made a store. Of one that cannot be read, opening it says why."""
    try:
        with closing(connect_to_read(store)) as conn:
            return is_older(conn)
    except (DeskError, sqlite3.Error):
        return False


def upgrade(store: Path, now: Callable[[], datetime]) -> None:
    """Verify and upgrade a store of an earlier program, on a worker thread. Raises StoreUnusable."""
    Workspace.open(store, now=now).close()


def needs_keeping_safe(ws: Workspace) -> bool:
    """Whether the automatic backup has something to do; only the last entries of the two journals are compared."""
    return ws.path is not None and not ws.read_only and needs_backup(ws.conn, backup_folder(ws.path))


def back_up_to(store: Path, out: Path, course: Course) -> BackupContents:
    """Write a verified backup of a store to a file, on a worker thread beside the open window. Raises DeskError."""
    with closing(connect_to_read(store)) as conn:
        return back_up(conn, out, course=course)


def restore_from(backup: Path, store: Path, at: datetime, course: Course) -> str:
    """Restore a backup; gives what became of the present file. Raises DeskError."""
    restored = restore_backup(backup, store, at=at, course=course)
    text = f"已恢复到“{store}”。" + (f"原来的文件留在“{restored.aside}”。" if restored.aside else "")
    if restored.missing:
        text += f"备份里缺 {len(restored.missing)} 份原件：{restored.missing[0]}。"
    return text


def verification_report(store: Path, course: Course) -> tuple[str, str]:
    """The result of a verification in a sentence, and each damage on a line of its own.

    A copy is verified, on a worker thread beside the open window. Raises DeskError.
    """
    damage = verify_file(store, course=course)
    if not damage:
        return "核验完毕：台账与每一次操作的记录相符，没有发现改动或损坏。", ""
    text = f"发现 {len(damage)} 处与记录不符。请先停止登记，用“恢复备份”从最近的备份恢复；现有文件会另存，不会覆盖。"
    return text, "\n".join(map(str, damage))


def build_sample(path: Path) -> None:
    """Write the sample store at ``path``. Raises DeskError or OSError where it cannot be written."""
    from haicang_desk.demo.simulation import simulate_year
    from haicang_desk.model.store import back_up

    with simulate_year() as ws:
        back_up(ws.conn, path)


PATIENCE = 500  # ms to wait for the other window's answer


def _name(store: Path) -> str:
    return f"haicang-desk-{sha256(str(store.resolve()).encode()).hexdigest()[:24]}"


def raise_other_window(store: Path) -> bool:
    """Ask the window that has this store open to come forward. Gives whether there is one."""
    socket = QLocalSocket()
    socket.connectToServer(_name(store))
    if not socket.waitForConnected(PATIENCE):
        return False
    socket.disconnectFromServer()
    return True


class InstanceServer(QObject):
    """Listens for second starts on the store that is open."""

    def __init__(self, store: Path, come_forward: Callable[[], None]) -> None:
        super().__init__()
        self._come_forward = come_forward
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._rung)
        if not self._server.listen(_name(store)):
            QLocalServer.removeServer(_name(store))  # left behind by a killed process; the store's lock is what counts
            self._server.listen(_name(store))

    def _rung(self) -> None:
        with suppress(AttributeError):
            self._server.nextPendingConnection().deleteLater()
        self._come_forward()

    def stop(self) -> None:
        """Stop listening."""
        self._server.close()
