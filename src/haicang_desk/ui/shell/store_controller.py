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
from haicang_desk.model.services import Workspace, damage_warning, is_person, save, save_operator
from haicang_desk.model.store import (
    UNREADABLE,
    AnchorReport,
    BackupContents,
    DamagedFile,
    back_up,
    connect_to_copy,
    connect_to_read,
    is_older,
    report_on_anchors,
    restore_backup,
    upgrade_store,
    verify_file,
)
from haicang_desk.model.values import Course, DeskError, OnlyReadable
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


def refuse_damaged(store: Path, wrong: Exception) -> None:
    """Raises DamagedFile where a store that could not be shown is damaged; else the error is the program's own."""
    if damage := verify_file(store, files=False):
        raise DamagedFile(f"{damage_warning(store, damage)}。有的内容已读不出来，打不开", str(wrong)) from wrong


def needs_upgrade(store: Path) -> bool:
    """Whether an earlier program made a store. Of one that cannot be read, opening it says why."""
    try:
        with closing(connect_to_read(store)) as conn:
            return is_older(conn)
    except (DeskError, *UNREADABLE):
        return False


def upgrade(store: Path, at: datetime, course: Course) -> str:
    """Upgrade a store of an earlier program, on a worker thread; gives where the old one is kept. Raises DeskError."""
    kept = upgrade_store(store, at=at, course=course)
    return f"台账已升级。升级前的台账留在“{kept}”" if kept else ""


def back_up_to(store: Path, out: Path, at: datetime, course: Course) -> BackupContents:
    """Write a verified backup of a store to a file, on a worker thread beside the open window. Raises DeskError."""
    with closing(connect_to_read(store)) as conn:
        return back_up(conn, out, course=course, manifest=lambda contents: contents.manifest().made(at))


def restore_from(backup: Path, store: Path, at: datetime, course: Course, *, person: str) -> str:
    """Have a person restore a backup; gives what became of the present file. Raises DeskError."""
    restored = restore_backup(backup, store, at=at, course=course, handler=person)
    text = f"已恢复到“{store}”。" + (f"原来的文件留在“{restored.aside}”。" if restored.aside else "")
    if restored.missing:
        text += f"备份里缺 {len(restored.missing)} 份原件：{restored.missing[0]}。"
    return text


def verification_report(store: Path, course: Course) -> tuple[str, str]:
    """The result of a verification in a sentence, and each damage on a line of its own.

    A copy is verified, on a worker thread beside the open window. Raises DeskError.
    """
    damage = verify_file(store, course=course)
    with closing(connect_to_copy(store)) as copy:
        anchors = _anchors(copy, store)
    broken = anchors.broken if anchors is not None else ()
    head = f"{anchors.text()}。" if anchors is not None else ""
    notes = (*anchors.restorations, *anchors.notes) if anchors is not None else ()
    if damage:
        cure = "请先停止登记，用“恢复备份”从最近的备份恢复；现有文件会另存，不会覆盖。"
        return f"发现 {len(damage)} 处与记录不符。{cure}", "\n".join(map(str, (*damage, *broken)))
    if broken:
        text = (
            f"台账文件与自己的记录相符，但与文件之外的记录有 {len(broken)} 处不符：它可能被换成旧的，或被整本改写过。"
        )
        cure = "请不要登记，找出较新的文件或备份，与纸面逐份核对。"
        return f"{text}{cure}{head}", "\n".join(map(str, (*broken, *notes)))
    return f"核验完毕：台账与每一次操作的记录相符，没有发现改动或损坏。{head}", "\n".join(notes)


def _anchors(conn: sqlite3.Connection, store: Path) -> AnchorReport | None:
    """How a store agrees with what lies outside its file; None where that can't be told."""
    try:
        return report_on_anchors(conn, store)
    except UNREADABLE:
        return None


def head_text(ws: Workspace) -> str:
    """The head of the open store and how it agrees with what lies outside its file, in a sentence."""
    anchors = None if ws.origin is None else _anchors(ws.conn, ws.origin)
    return anchors.text() if anchors is not None else ""


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
