"""Crash reports say where a program went wrong, and nothing of the data that it was at work on.

Frames show the program's own lines. The message of an exception may quote what somebody typed, so of it only the words
of the program stay: what is quoted, Chinese text and long numbers are left out.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator, Sequence

_QUOTED = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|“[^”]*”|‘[^’]*’|《[^》]*》|=\S+")
_DATA = re.compile(r"[^\x00-\x7f]+|[\w.+-]+@[\w.-]+|(?:\d[ ._/-]?){5,}")
_CAUSE = "\nThe above exception was the direct cause of the following exception:\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n"


def without_data(message: str) -> str:
    """A message with what may be data left out: could not convert string to float: …."""
    return _DATA.sub("…", _QUOTED.sub("…", message))


def crash_text(error: BaseException) -> str:
    """The traceback of an exception and of those that led to it, without data."""
    return "\n".join(_told(traceback.TracebackException.from_exception(error)))


def command_without_data(arguments: Sequence[str]) -> str:
    """The command with the names of its options; what was given to them is left out."""
    named = (each.partition("=")[0] for each in arguments[1:] if each.startswith("--"))
    options = [each for each in named if each.isascii()]
    return " ".join([*arguments[:1], *options]) if arguments[:1] and arguments[0].isalpha() else " ".join(options)


def _told(error: traceback.TracebackException) -> Iterator[str]:
    before, between = (error.__cause__, _CAUSE) if error.__cause__ else (error.__context__, _CONTEXT)
    if before is not None and (error.__cause__ is not None or not error.__suppress_context__):
        yield from _told(before)
        yield between
    yield "Traceback (most recent call last):"
    yield "".join(error.stack.format()).rstrip("\n")
    yield without_data("".join(error.format_exception_only()).rstrip("\n"))
    for part in getattr(error, "exceptions", None) or ():
        yield from _told(part)
