"""Messages through a pipe: a header of plain data as JSON, and parts of bytes. Nothing in them is ever executed.

One message is: length of the header (4 bytes), number of parts (1 byte), length of each part (8 bytes each, all big
endian), the header in UTF-8, the parts. Whoever reads says how many bytes a message may have.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import IO, Any

Message = tuple[dict[str, Any], list[bytes]]
_HEAD = struct.Struct(">IB")
_LENGTH = struct.Struct(">Q")


class TooLarge(Exception):
    """The message that comes is larger than the reader takes; nothing more can be read from this pipe."""


class Garbled(Exception):
    """What comes is no message; nothing more can be read from this pipe."""


def write_message(pipe: IO[bytes], header: dict[str, Any], parts: Sequence[bytes] = ()) -> None:
    """Write one message. Raises OSError where nobody reads any more."""
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    pipe.write(_HEAD.pack(len(text), len(parts)) + b"".join(_LENGTH.pack(len(part)) for part in parts))
    pipe.write(text)
    for part in parts:
        pipe.write(part)
    pipe.flush()


def read_message(pipe: IO[bytes], most: int) -> Message | None:
    """The next message, None at the end of the pipe.

    Raises TooLarge for more than ``most`` bytes, before they are read, and Garbled for what is no message.
    """
    head = pipe.read(_HEAD.size)
    if not head:
        return None
    if len(head) < _HEAD.size:
        raise Garbled
    length, count = _HEAD.unpack(head)
    told = _exactly(pipe, _LENGTH.size * count)
    lengths = [_LENGTH.unpack_from(told, _LENGTH.size * part)[0] for part in range(count)]
    if length + sum(lengths) > most:
        raise TooLarge
    text = _exactly(pipe, length)
    parts = [_exactly(pipe, size) for size in lengths]
    try:
        header = json.loads(text.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as wrong:
        raise Garbled from wrong
    if not isinstance(header, dict):
        raise Garbled
    return header, parts


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    content = pipe.read(size)
    if len(content) < size:
        raise Garbled
    return content
