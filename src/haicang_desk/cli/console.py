"""What a command says: results on stdout, everything else on stderr, both in UTF-8 whatever the locale."""

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

DONE, FOUND, MISUSED, REFUSED, UNUSABLE, UNWRITTEN = range(6)  # exit codes, contract §1


def speak_utf8() -> None:
    """Set both streams to UTF-8; a program without a console gets streams that lead nowhere."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - held for the whole run
        elif reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(encoding="utf-8", errors="backslashreplace")


def say(lines: str | Iterable[str]) -> None:
    """Print lines of a result. Raises OSError where stdout cannot take them."""
    for line in (lines,) if isinstance(lines, str) else lines:
        sys.stdout.write(f"{line}\n")


def say_json(document: Any) -> None:
    """Print one JSON document; dates as ``YYYY-MM-DD``, money as whole fen."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1, default=_plain)
    sys.stdout.write("\n")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)


def tell(text: str) -> None:
    """One message for the person at the keyboard. A closed stderr is no reason to stop."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def finish(code: int) -> int:
    """Send off what stdout still holds; the code becomes UNWRITTEN where that does not work."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _let_go(sys.stdout)
        return UNWRITTEN
    except OSError as wrong:
        _let_go(sys.stdout)
        from haicang_desk.model.values import cause

        tell(f"结果没有全部输出（{cause(wrong)}）。请处理后重做")
        return UNWRITTEN
    return code


def _let_go(stream: TextIO) -> None:
    """Lead a stream nowhere, so that the interpreter does not complain of it again at exit."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def now() -> datetime:
    return datetime.now().astimezone().replace(tzinfo=None)


def today() -> date:
    return now().date()


def width(text: str) -> int:
    """Columns that text takes in a terminal: two for a full-width character, none for a combining mark."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def one_line(text: str) -> str:
    """User text fit for one cell: white space folded, nothing that a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


def aligned(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> Iterator[str]:
    """Lines of a table with a rule under its head; columns numbered in ``right`` are aligned to the right.

    The last column runs on as it likes, unless it is aligned to the right.
    """
    table = [[one_line(cell) for cell in row] for row in (head, *rows)]
    widths = [max(width(row[column]) for row in table) for column in range(len(head))]
    if len(head) - 1 not in right:
        widths[-1] = width(head[-1])
    for number, row in enumerate(table):
        cells = [_padded(cell, widths[i], right=i in right) for i, cell in enumerate(row)]
        yield "  ".join(cells).rstrip()
        if number == 0:
            yield "  ".join("─" * each for each in widths)


def _padded(cell: str, wanted: int, *, right: bool) -> str:
    gap = " " * (wanted - width(cell))
    return gap + cell if right else cell + gap
