"""Pinyin initials, for search without switching the input method and for short codes that nobody filled in."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=100_000)
def initials(text: str) -> str:
    """霞阳社区 → xysq. Characters without pinyin are kept if they are ASCII letters or digits, else dropped."""
    from pypinyin import Style, lazy_pinyin  # its dictionary costs 60 ms: only where it is wanted

    parts = lazy_pinyin(text, style=Style.FIRST_LETTER)
    return "".join(c for part in parts for c in part.lower() if c.isascii() and c.isalnum())
