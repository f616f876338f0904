"""One window for each store: a second start on the same store brings the first window forward and ends."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

PATIENCE = 500  # ms to wait for the other window's answer


def _name(store: Path) -> str:
    return f"haicang-desk-{sha256(str(store.resolve()).encode()).hexdigest()[:24]}"


def raise_other_window(store: Path) -> bool:
    """Ask the window that has this store open to come forward; gives whether there is one."""
    socket = QLocalSocket()
    socket.connectToServer(_name(store))
    if not socket.waitForConnected(PATIENCE):
        return False
    socket.disconnectFromServer()
    return True


class InstanceServer(QObject):
    """Listens, for as long as a store is open, for second starts on it."""

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
        self._server.close()
