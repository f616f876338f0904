"""Wording: expenses that special money may not pay, and those easily taken for them, by the words they are told in."""

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
    """Words by what they tell of: a banned kind (办公经费、奖金、津贴、福利补助), UNCLEAR, or EXEMPT. Longest first."""

    place: str
    kinds: Mapping[str, str]
    overhead: tuple[str, ...]  # what running a service is called in budgets (R07)

    @classmethod
    def load(cls, path: Path) -> Self:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        kinds = dict.fromkeys(said["exempt"], EXEMPT) | dict.fromkeys(said["unclear"], UNCLEAR)
        for kind, words in said["banned"].items():
            kinds |= dict.fromkeys(words, kind)
        by_length = sorted(kinds.items(), key=lambda item: -len(item[0]))
        return cls(said["place"], dict(by_length), tuple(said["overhead"]))

    def judge(self, text: str) -> tuple[str, str] | None:
        """The gravest kind found in a text, with the word: a banned kind before UNCLEAR; None for neither."""
        unclear = None
        for word, kind in self.kinds.items():
            if word in text:
                text = text.replace(word, "\0")  # a word once read is not read again as part of another
                if kind not in (EXEMPT, UNCLEAR):
                    return kind, word
                if kind is UNCLEAR and unclear is None:
                    unclear = kind, word
        return unclear


@cache
def wording() -> Wording:
    """The words shipped with the program."""
    return Wording.load(resource("policy", "words.toml"))


@lru_cache(maxsize=10_000)
def judge(text: str) -> tuple[str, str] | None:
    """By the words shipped with the program; budgets repeat the same few subjects."""
    return wording().judge(text)
