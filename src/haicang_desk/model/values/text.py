"""Pinyin initials, for search without an input method and for short codes left empty."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=100_000)
def initials(text: str) -> str:
    """The pinyin initials of a text: 霞阳社区 → xysq. Of other characters, ASCII letters and digits are kept."""
    from pypinyin import Style, lazy_pinyin  # loading its dictionary takes 60 ms

    parts = lazy_pinyin(text, style=Style.FIRST_LETTER)
    return "".join(c for part in parts for c in part.lower() if c.isascii() and c.isalnum())
