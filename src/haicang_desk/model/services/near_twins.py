"""Names that may mean the same: the ways a village is written, and projects and villages that are nearly twins.

What is found here is offered or told, never taken without a person's word.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache

from haicang_desk.model.records import Project, Village
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.values import Refused, matching_form

ALIKE = 0.8  # 2 × matched letters ÷ all letters, from which two titles are near twins; as R30 (split_similarity)
_KINDS = ("居民委员会", "村民委员会", "居委会", "村委会", "委员会", "社区", "居", "村")  # longest first
_DISTRICTS = ("厦门市", "海沧区")
_NOT_LETTERS = re.compile(r"[\W_]+")
_NUMERALS = re.compile(r"[0-9〇零一二三四五六七八九十两]+")


def village_core(name: str, street: str = "") -> str:
    """What names a village apart from street and kind: 新阳街道元山社区, 元山社区居委会 and 元山 → 元山."""
    core = _NOT_LETTERS.sub("", matching_form(name))
    short = matching_form(street)
    for prefix in (*_DISTRICTS, short, short.removesuffix("街道") + "街道" if short else ""):
        if prefix and len(core) > len(prefix):
            core = core.removeprefix(prefix)
    while kind := next((kind for kind in _KINDS if core.endswith(kind) and len(core) > len(kind)), ""):
        core = core.removesuffix(kind)
    return core


@lru_cache(maxsize=1_000)  # the titles of one village, each looked up and added
def _letters(title: str) -> str:
    return _NOT_LETTERS.sub("", matching_form(title))


def nearly_same(one: str, other: str) -> bool:
    """Whether two titles are nearly the same; titles that differ in numerals alone (一期, 二期) are two."""
    first, second = _letters(one), _letters(other)
    return first == second or (_bare(first) != _bare(second) and _alike(first, second))


@lru_cache(maxsize=1_000)
def _bare(letters: str) -> str:
    return _NUMERALS.sub("", letters)


def _alike(first: str, second: str) -> bool:
    longer, shorter = max(len(first), len(second)), min(len(first), len(second))
    if 2 * shorter < ALIKE * (longer + shorter):
        return False
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


@dataclass(slots=True)
class TitleIndex:
    """Titles of one village and year, for finding near twins: only titles that share letters are compared.

    Titles that differ in numerals alone make one group, within which nothing but the very same is a twin.
    """

    _count: int = 0
    _groups: dict[str, dict[str, list[tuple[int, str]]]] = field(default_factory=dict)  # by bare letters, by letters
    _by_pair: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, title: str) -> None:
        """Add a title."""
        letters = _letters(title)
        bare = _bare(letters)
        if bare not in self._groups:
            self._groups[bare] = defaultdict(list)
            for pair in _pairs(bare):
                self._by_pair[pair].append(bare)
        self._groups[bare][letters].append((self._count, title))
        self._count += 1

    def near(self, title: str) -> list[str]:
        """The titles that are nearly the same, in the order they were added."""
        letters = _letters(title)
        bare = _bare(letters)
        pairs = _pairs(bare)
        shared = Counter(group for pair in pairs for group in self._by_pair.get(pair, ()))
        found = list(self._groups[bare].get(letters, ())) if bare in self._groups else []
        for group, count in shared.items():
            if group != bare and 2 * count >= len(pairs):
                for other, known in self._groups[group].items():
                    found += known if _alike(letters, other) else ()
        return [known for _, known in sorted(found)]


@lru_cache(maxsize=1_000)
def _pairs(letters: str) -> frozenset[str]:
    return frozenset(letters[n : n + 2] for n in range(len(letters) - 1)) or frozenset({letters})


def near_twins_of(ws: Workspace, project: Project) -> list[Project]:
    """Projects of the same village and fund year whose titles are nearly the same, for the form to tell of."""
    others = ws.all(Project, fund_year=project.fund_year, village=project.village)
    return [other for other in others if other.id != project.id and nearly_same(project.title, other.title)]


def village_named(ws: Workspace, name: str) -> Village:
    """The village of a name, also where it is written another way. Raises Refused where none or several are meant."""
    street, villages = ws.street.name, ws.all(Village)
    core = village_core(name, street)
    same = [village for village in villages if matching_form(village.name) == matching_form(name)]
    found = same or [village for village in villages if village_core(village.name, street) == core]
    if len(found) == 1:
        return found[0]
    listed = "、".join(village.name for village in (found or villages)[:10]) or "（还没有登记村居）"
    raise Refused(f"台账里{'有几个村居可能是' if found else '没有村居'}“{name}”，请写全名：{listed}")


def near_villages_of(ws: Workspace, village: Village) -> list[Village]:
    """Villages whose name is another way of writing this one's, for the form to tell of."""
    street = ws.street.name
    core = village_core(village.name, street)
    return [v for v in ws.all(Village) if v.id != village.id and village_core(v.name, street) == core]
