"""Output of commands: results on stdout, everything else on stderr, both in UTF-8 whatever the locale; the clock."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

# Exit codes (contract §1): done; errors or damage found; wrong usage; input refused; store unusable; output unwritten;
# done in part, the rest named.
DONE, FOUND, MISUSED, REFUSED, UNUSABLE, UNWRITTEN, PARTLY = range(7)


def use_utf8() -> None:
    """Set stdout and stderr to UTF-8. A program without a console has neither: both become the null device."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open for the whole run
        elif reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(encoding="utf-8", errors="backslashreplace")


def print_lines(lines: str | Iterable[str]) -> None:
    """Print lines of a result on stdout. Raises OSError where stdout can't take them."""
    for line in (lines,) if isinstance(lines, str) else lines:
        sys.stdout.write(f"{line}\n")


def print_json(document: Any) -> None:
    """Print one JSON document on stdout: dates as ``YYYY-MM-DD``, money as whole fen."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1, default=_plain)
    sys.stdout.write("\n")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)


def print_message(text: str) -> None:
    """Print one message for a person on stderr. A closed stderr is ignored."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def flush_output(code: int) -> int:
    """Flush stdout; returns ``code``, or UNWRITTEN where that fails."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _redirect_to_null(sys.stdout)
        return UNWRITTEN
    except OSError as error:
        _redirect_to_null(sys.stdout)
        from haicang_desk.model.values import cause

        print_message(f"结果没有全部输出（{cause(error)}）。请处理后重做")
        return UNWRITTEN
    return code


def _redirect_to_null(stream: TextIO) -> None:
    """Redirect a stream to the null device, so that the interpreter reports no second error at exit."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)


def now() -> datetime:
    """The local time, without a time zone: the only clock of the command line."""
    return datetime.now().astimezone().replace(tzinfo=None)


def today() -> date:
    """The local day."""
    return now().date()


def display_width(text: str) -> int:
    """Columns that a text takes in a terminal: two for a full-width character, none for a combining mark."""
    return sum(_character_width(character) for character in text)


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def one_line(text: str) -> str:
    """Text for one table cell: white space folded, control characters replaced by spaces."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


def table_lines(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> Iterator[str]:
    """Lines of a table with a rule under its head; the columns numbered in ``right`` are aligned to the right.

    The last column is not padded unless it is aligned to the right.
    """
    table = [[one_line(cell) for cell in row] for row in (head, *rows)]
    widths = [max(display_width(row[column]) for row in table) for column in range(len(head))]
    if len(head) - 1 not in right:
        widths[-1] = display_width(head[-1])
    for number, row in enumerate(table):
        cells = [_padded(cell, widths[i], right=i in right) for i, cell in enumerate(row)]
        yield "  ".join(cells).rstrip()
        if number == 0:
            yield "  ".join("─" * each for each in widths)


def _padded(cell: str, wanted: int, *, right: bool) -> str:
    gap = " " * (wanted - display_width(cell))
    return gap + cell if right else cell + gap
