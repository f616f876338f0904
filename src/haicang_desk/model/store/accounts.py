"""Accounts in the store: their sealed keys, and who has entered, decided and paid, by the journal."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from haicang_desk.model.records import Account, DutyWaiver
from haicang_desk.model.store.journal import is_as_journalled
from haicang_desk.model.store.mapping import read_records


def accounts_of(conn: sqlite3.Connection) -> list[Account]:
    """Every account, disabled ones included, in the order they were made; [] where there is no sign-in."""
    return list(read_records(conn, Account))


def has_accounts(conn: sqlite3.Connection) -> bool:
    """Whether people sign in to this store. One that is only read may be of a schema without accounts."""
    try:
        return conn.execute("SELECT 1 FROM account LIMIT 1").fetchone() is not None
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return False
        raise


def duty_waiver_of(conn: sqlite3.Connection) -> DutyWaiver | None:
    """The leave in force to have one person enter, decide and pay; None without one.

    A row that is not as the journal has it was written by no person who may, and is no leave.
    """
    found = read_records(conn, DutyWaiver, "ended_on IS NULL", order="id DESC")
    return next((each for each in list(found) if is_as_journalled(conn, each)), None)


def read_secret(conn: sqlite3.Connection, account: str) -> str:
    """The sealed keys of an account as JSON; "" where there are none."""
    found = conn.execute("SELECT sealed FROM account_secret WHERE account = ?", (account,)).fetchone()
    return found[0] if found else ""


def write_secret(conn: sqlite3.Connection, account: str, sealed: str) -> None:
    """Replace the sealed keys of an account, within the caller's transaction. They are not journalled."""
    conn.execute(
        "INSERT INTO account_secret VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET sealed = excluded.sealed",
        (account, sealed),
    )


def actors_on(conn: sqlite3.Connection, project: str, tables: Collection[str]) -> set[str]:
    """The names under which rows of these tables were written for a project."""
    marks = ", ".join("?" * len(tables))
    found = conn.execute(
        "SELECT DISTINCT j.actor FROM journal_row r JOIN journal j USING (seq)"
        f" WHERE r.project = ? AND r.tbl IN ({marks})",
        (project, *tables),
    )
    return {row[0] for row in found}


def deciders_of(conn: sqlite3.Connection, project: str) -> set[str]:
    """The names of those who have approved a project: who wrote the approval, and whom it names."""
    found = conn.execute(
        "SELECT j.actor, r.after FROM journal_row r JOIN journal j USING (seq)"
        " WHERE r.project = ? AND r.tbl = 'approval' AND r.before IS NULL",
        (project,),
    )
    names: set[str] = set()
    for actor, packed in found:
        row = json.loads(packed)
        if row["conclusion"] == "agree":
            names |= {actor, row.get("approver", "").strip()} - {""}
    return names
