"""What a command says: results on stdout, everything else on stderr, both in UTF-8 whatever the locale."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
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
