"""Word lists for budget texts: expenses that special money may not pay, and words easily confused with them.

An office adds words by putting a file ``words.toml`` of the same form into ``paths.policy_folder()`` and accepting it
in its ledger; every list in it may be left out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any, NamedTuple, Self

from haicang_desk.model.policy.policy_files import WORDS_FILE, PolicyText
from haicang_desk.model.values import Refused


class Ban(IntEnum):
    """How far special money may pay for an expense, the gravest last."""

    UNCLEAR = 1  # easily confused with a banned one: its use is to be explained
    EXPLAINED = 2  # only where it is explained how it serves residents
    BANNED = 3


class Judgement(NamedTuple):
    """What a text says of an expense: how far it is banned, its kind (办公经费 …) and the word that says so."""

    ban: Ban
    kind: str
    word: str


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """Each word with its ban and kind, None where the word is harmless; the office's words and longer words first."""

    place: str
    words: Mapping[str, tuple[Ban, str] | None]
    own_use: Sequence[str]  # words that say that the village's own organisation uses it
    overhead: Sequence[str]  # words for the running costs of a service (R07)

    @classmethod
    def of_texts(cls, shipped: PolicyText, added: PolicyText | None = None) -> Self:
        """Read the lists of the program, and those that an office added.

        Raises Refused where the office's text is not of this form.
        """
        table = tomllib.loads(shipped.text)
        own = _added(added) if added else {}
        words = _words(own)
        for word, known in _words(table).items():
            words.setdefault(word, known)
        return cls(
            table["place"],
            words,
            (*table["own_use"], *own.get("own_use", ())),
            (*table["overhead"], *own.get("overhead", ())),
        )

    def judge(self, text: str) -> Judgement | None:
        """The gravest ban found in a text; None where there is none."""
        gravest: Judgement | None = None
        whole = text
        for word, known in self.words.items():
            if word in text:
                text = text.replace(word, "\0")  # so that a shorter word is not found inside it
                if known and (gravest is None or known[0] > gravest.ban):
                    gravest = Judgement(*known, word)
        if gravest and gravest.ban is Ban.EXPLAINED and any(word in whole for word in self.own_use):
            return gravest._replace(ban=Ban.BANNED)
        return gravest


def _words(table: Mapping[str, Any]) -> dict[str, tuple[Ban, str] | None]:
    """The words of a file, the longest first."""
    words: dict[str, tuple[Ban, str] | None] = dict.fromkeys(table.get("exempt", ()))
    words |= dict.fromkeys(table.get("unclear", ()), (Ban.UNCLEAR, ""))
    for name, ban in (("explained", Ban.EXPLAINED), ("banned", Ban.BANNED)):
        for kind, listed in table.get(name, {}).items():
            words |= dict.fromkeys(listed, (ban, kind))
    return dict(sorted(words.items(), key=lambda item: -len(item[0])))


def _added(source: PolicyText) -> Mapping[str, Any]:
    """The lists of an office's text. Raises Refused."""
    path = source.path
    try:
        if source.fault:
            raise ValueError(source.fault)
        table = tomllib.loads(source.text)
    except ValueError as wrong:  # not to be read, not UTF-8, or not TOML
        raise Refused(f"街道添的词表“{path}”读不出来，请仿照随程序的 {WORDS_FILE} 改正，或移走它") from wrong
    lists = {name: table.get(name, []) for name in ("exempt", "unclear", "own_use", "overhead")}
    for name in ("explained", "banned"):
        kinds = table.get(name, {})
        lists |= {f"{name}.{kind}": listed for kind, listed in kinds.items()} if isinstance(kinds, dict) else {name: ""}
    for name, listed in lists.items():
        if not isinstance(listed, list) or not all(isinstance(word, str) and word.strip() for word in listed):
            raise Refused(
                f"街道添的词表“{path}”里的“{name}”应是一串加引号的词，请仿照随程序的 {WORDS_FILE} 改正，或移走它"
            )
    return table


@lru_cache(maxsize=10_000)
def judge(words: Wording, text: str) -> Judgement | None:
    """Judge a text by word lists. Results are kept, as budgets repeat few subjects."""
    return words.judge(text)
