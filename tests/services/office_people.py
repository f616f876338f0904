"""An office whose people sign in, for tests: quick keys, a clock that can be moved, one account for each role."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from haicang_desk.model.records import Duty
from haicang_desk.model.services import (
    SignedIn,
    SignInRecord,
    Workspace,
    account_named,
    add_account,
    change_password,
    sealed_keys,
    set_up_sign_in,
    sign_in,
)
from tests.conftest import NOW

ADMIN, FIRST, OWN = "王主任", "Setup-2018-one", "Mine-own-2018"
PEOPLE = {
    "陈静": (Duty.CLERK,),
    "林青": (Duty.REVIEWER,),
    "黄书记": (Duty.APPROVER,),
    "苏会计": (Duty.FINANCE,),
    "许审": (Duty.AUDITOR,),
}


def make_quick(monkeypatch) -> None:
    """Let scrypt take no time: its parameters are kept with each secret."""
    monkeypatch.setitem(sealed_keys.COST, "n", 2)
    monkeypatch.setitem(sealed_keys.COST, "p", 1)


@dataclass
class Office:
    """A ledger with people; ``now`` is its clock."""

    ws: Workspace
    folder: Path
    now: datetime = NOW
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def record(self) -> SignInRecord:
        return SignInRecord(self.folder)

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def set_up(self) -> None:
        """Make the administrator's account and one for each role, each with a password of its own."""
        _, self.codes[ADMIN] = set_up_sign_in(self.ws, ADMIN, OWN, keys=self.folder / "keys")
        for name, duties in PEOPLE.items():
            self.add(name, duties)
        self.ws.signer = None

    def add(self, name: str, duties) -> None:
        self.enter(ADMIN)
        add_account(self.ws, name, duties, FIRST)
        person = sign_in(self.ws, name, FIRST, self.record)
        self.codes[name] = change_password(self.ws, person, FIRST, OWN)

    def enter(self, name: str, password: str = OWN) -> SignedIn:
        return sign_in(self.ws, name, password, self.record)

    def account(self, name: str):
        return account_named(self.ws, name)


def office_of(ws: Workspace, folder: Path) -> Office:
    """An office around a workspace, whose clock it takes over; nobody has an account yet."""
    office = Office(ws, folder)
    ws._now = lambda: office.now
    return office
