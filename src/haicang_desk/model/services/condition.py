"""What state an open store is in: how far it is verified, what is damaged, and why it may not be written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from haicang_desk.model.store import Damage


class Check(Enum):
    """How far the full check of an open store has come."""

    NONE = "未核验"
    RUNNING = "正在核验"
    SOUND = "已核验"
    DAMAGED = "有损坏"


@dataclass(slots=True)
class Condition:
    """The state of an open store, in one place: windows show it, and ``Workspace.change`` obeys it.

    ``read_only`` says why nothing may be changed, "" where it may; ``lent`` the same while a worker writes.
    """

    check: Check = Check.NONE
    damage: tuple[Damage, ...] = ()
    at: datetime | None = None  # when the check ended
    hundredths: int = 0  # how far a running check is
    read_only: str = ""
    lent: str = ""
    unconfirmed: bool = False  # read only until somebody confirms that an older or different store is to be written
    _listeners: list[Callable[[], None]] = field(default_factory=list)

    def listen(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after every change of the state."""
        self._listeners.append(listener)

    def begin_check(self) -> None:
        """The full check has begun, beside those who use the store."""
        if self.check is not Check.DAMAGED:
            self.check, self.hundredths = Check.RUNNING, 0
            self._tell()

    def tell_progress(self, done: int, of: int) -> None:
        """The check is so far."""
        if self.check is Check.RUNNING:
            self.hundredths = done * 100 // max(of, 1)
            self._tell()

    def end_check(self, at: datetime | None = None) -> None:
        """The check found nothing; or it was broken off, without ``at``."""
        if self.check is not Check.DAMAGED:
            self.check, self.at = (Check.SOUND, at) if at else (Check.NONE, self.at)
            self._tell()

    def find_damage(self, damage: Sequence[Damage], warning: str) -> None:
        """Damage was found: nothing is written from now on."""
        self.check, self.damage = Check.DAMAGED, (*self.damage, *damage)
        self.forbid(self.read_only or warning)

    def forbid(self, why: str) -> None:
        """Nothing may be changed, because of ``why``: a sentence without its full stop."""
        self.read_only = why
        self._tell()

    @property
    def why_unwritable(self) -> str:
        """Why nothing may be changed at the moment; "" where it may."""
        return self.lent or self.read_only

    @property
    def vouching(self) -> str:
        """What a 存证码 that is found in the store is worth, for now."""
        if self.check is Check.SOUND:
            when = f"已于 {self.at:%H:%M} 核验" if self.at is not None else "是完好的"
            return f"台账{when}，查到的存证码可作依据"
        if self.check is Check.DAMAGED:
            return "台账有损坏，查到的存证码不能作依据，修复后再查"
        return "台账还没有核验完，查到的存证码暂不能作依据"

    @property
    def text(self) -> str:
        """How far the check is, or when it ended, in a few words."""
        if self.check is Check.RUNNING:
            return f"{self.check.value}…" + (f" {self.hundredths}%" if self.hundredths else "")
        if self.check is Check.SOUND and self.at is not None:
            return f"{self.check.value} {self.at:%H:%M}"
        return self.check.value if self.check is Check.DAMAGED else ""

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
