"""How the bytes of a text are encoded: UTF-16 by its mark, else UTF-8 where it is valid, else GB18030."""

from __future__ import annotations

import codecs
import re

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")  # never in a table
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decoded(content: bytes, *, cut: bool = False) -> str | None:
    """The text without its mark; None for what is no text. With ``cut`` the last character may be incomplete."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], encoding, cut)
    text = _strict(content, "utf-8", cut)
    if text is None and not _ends_early(content):
        text = _strict(content, "gb18030", cut)
    return text


def _strict(content: bytes, encoding: str, cut: bool) -> str | None:
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(content, final=not cut)
    except UnicodeError:
        return None
    return None if _CONTROL.search(text) else text


def _ends_early(content: bytes) -> bool:
    """Whether it is UTF-8 but for a last character that is cut off: such a text is damaged, not of another encoding."""
    try:
        content.decode()
    except UnicodeDecodeError as wrong:
        return wrong.reason == "unexpected end of data" and not content[: wrong.start].isascii()
    return False
