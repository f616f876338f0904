"""Word lists for budget texts: expenses that special money may not pay, and words easily confused with them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Self

from haicang_desk.paths import resource

UNCLEAR = "易混淆"
EXEMPT = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """Each word with its kind: banned (办公经费、奖金、津贴、福利补助), UNCLEAR or EXEMPT; longest words first."""

    place: str
    kinds: Mapping[str, str]
    overhead: tuple[str, ...]  # words for the running costs of a service (R07)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the lists from a file."""
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        kinds = dict.fromkeys(table["exempt"], EXEMPT) | dict.fromkeys(table["unclear"], UNCLEAR)
        for kind, words in table["banned"].items():
            kinds |= dict.fromkeys(words, kind)
        by_length = sorted(kinds.items(), key=lambda item: -len(item[0]))
        return cls(table["place"], dict(by_length), tuple(table["overhead"]))

    def judge(self, text: str) -> tuple[str, str] | None:
        """The most severe kind found in a text and its word: a banned kind before UNCLEAR; None for neither."""
        unclear = None
        for word, kind in self.kinds.items():
            if word in text:
                text = text.replace(word, "\0")  # so that a shorter word is not found inside it
                if kind not in (EXEMPT, UNCLEAR):
                    return kind, word
                if kind is UNCLEAR and unclear is None:
                    unclear = kind, word
        return unclear


@cache
def wording() -> Wording:
    """The word lists shipped with the program."""
    return Wording.load(resource("policy", "words.toml"))


@lru_cache(maxsize=10_000)
def judge(text: str) -> tuple[str, str] | None:
    """Judge a text by the shipped word lists. Results are cached, as budgets repeat few subjects."""
    return wording().judge(text)
