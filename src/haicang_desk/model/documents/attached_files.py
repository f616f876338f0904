"""The originals of attachments as a document takes them in: read from the store before anything is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from haicang_desk.model.records import Attachment
from haicang_desk.model.services import Workspace
from haicang_desk.model.values import Refused

KEPT_ELSEWHERE, DAMAGED = "原件另存", "原件损坏，未装入"
MIB = 1024 * 1024
MOST = 1024 * MIB  # of one batch: all of it is in memory while it is made

Originals = Mapping[str, bytes | str]  # id of an attachment -> its bytes, or why there are none


class Reader:
    """Reads originals for one batch, each once."""

    def __init__(self, ws: Workspace, most: int = MOST) -> None:
        self._ws, self._most = ws, most
        self._read: dict[str, bytes | str] = {}
        self._size = 0

    def read(self, attachments: Iterable[Attachment]) -> Originals:
        """The originals of these. Raises Refused where the batch grows larger than can be made at once."""
        return {each.id: self._original(each.digest) for each in attachments}

    def _original(self, digest: str) -> bytes | str:
        if digest not in self._read:
            self._read[digest] = held = self._fetched(digest)
            self._size += len(held)
        if self._size > self._most:
            raise Refused(f"要装入的原件合计超过 {self._most // MIB} MB，一次做不完；请少选几个项目，分批办理")
        return self._read[digest]

    def _fetched(self, digest: str) -> bytes | str:
        if not self._ws.holds(digest):
            return KEPT_ELSEWHERE
        try:
            return self._ws.original(digest)
        except Refused:
            return DAMAGED
