"""The only clock of the command line: local time, as a street office keeps it."""

from __future__ import annotations

from datetime import date, datetime


def now() -> datetime:
    return datetime.now().astimezone().replace(tzinfo=None)


def today() -> date:
    return now().date()
