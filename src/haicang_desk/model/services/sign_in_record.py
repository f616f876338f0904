"""What is kept of signing in outside the ledger: the security log, and the wait after wrong passwords.

Both lie in the user's data folder. The log has one JSON object a line and never a password. The wait doubles with each
wrong password of an account, from one second to fifteen minutes, and outlives the program.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from haicang_desk.model.values import NotWritten, SignInRefused
from haicang_desk.platform import make_private, make_private_folder, write_atomically

LONGEST = 15 * 60  # seconds
LOG, WAITS = "登录日志.jsonl", "登录等待.json"
SIGNED_IN, FAILED, LOCKED, OUT, WAITING, RECOVERED = "登录", "密码不对", "锁定", "退出", "等待中", "恢复码登录"


class SignInRecord:
    """The security log and the waits in one folder. Times are those of the clock that each call is given."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self, at: datetime, event: str, name: str, account: str = "", **more: str) -> None:
        """Add a line to the security log. Where it cannot be written, signing in goes on all the same."""
        line = {"at": at.isoformat(timespec="seconds"), "event": event, "name": name, "account": account, **more}
        path = self._folder / LOG
        with suppress(OSError):
            make_private_folder(self._folder)
            with path.open("a", encoding="utf-8") as log:
                log.write(json.dumps(line, ensure_ascii=False) + "\n")
            make_private(path)

    def lines(self) -> list[dict[str, Any]]:
        """The lines of the security log that can be read, oldest first."""
        found: list[dict[str, Any]] = []
        with suppress(OSError):
            for line in (self._folder / LOG).read_text(encoding="utf-8", errors="replace").splitlines():
                with suppress(ValueError):
                    if isinstance(read := json.loads(line), dict):
                        found.append(read)
        return found

    def seconds_left(self, account: str, at: datetime) -> int:
        """How long nobody may try to sign in to an account.

        A clock that was set back starts the wait anew: that neither ends it nor makes it longer than it was.
        """
        failures, since = self._failures(account)
        if not failures or since is None:
            return 0
        wait = min(2 ** (failures - 1), LONGEST) if failures < 20 else LONGEST
        if at < since:
            self._keep(account, failures, at)
            return wait
        left = timedelta(seconds=wait) - (at - since)
        return max(0, -int(-left.total_seconds() // 1))

    def begin(self, account: str, name: str, at: datetime) -> None:
        """Count a try before it is made, so that ending the program early does not undo it.

        Raises SignInRefused while the wait lasts.
        """
        if left := self.seconds_left(account, at):
            self.note(at, WAITING, name, account, seconds=str(left))
            raise SignInRefused(f"密码输错多次，请等 {_told(left)}后再试。台账没有改动")
        failures, _ = self._failures(account)
        self._keep(account, failures + 1, at)

    def succeed(self, account: str) -> None:
        """Forget the wrong passwords of an account."""
        self._keep(account, 0, None)

    def _failures(self, account: str) -> tuple[int, datetime | None]:
        kept: Any = self._read().get(account)
        try:
            return max(0, int(kept["failures"])), datetime.fromisoformat(kept["since"])
        except (TypeError, KeyError, ValueError):
            return 0, None

    def _read(self) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            if isinstance(kept := json.loads((self._folder / WAITS).read_text(encoding="utf-8")), dict):
                return kept
        return {}

    def _keep(self, account: str, failures: int, since: datetime | None) -> None:
        kept = self._read()
        if not failures and account not in kept:
            return
        kept.pop(account, None)
        if failures and since is not None:
            kept[account] = {"failures": failures, "since": since.isoformat()}
        with suppress(OSError):
            make_private_folder(self._folder)
        try:
            write_atomically(self._folder / WAITS, json.dumps(kept, ensure_ascii=False).encode())
        except NotWritten as wrong:
            if failures:
                raise SignInRefused(f"登录要记下尝试次数，而这里写不了：{wrong}") from wrong


def _told(seconds: int) -> str:
    return f"{seconds} 秒" if seconds < 60 else f"{-(-seconds // 60)} 分钟"
