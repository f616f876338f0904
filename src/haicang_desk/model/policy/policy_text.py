"""The text of the scheme as shipped: its paragraphs, each with its numbered clauses, for reading and searching."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from haicang_desk.paths import resource

NUMBER = "厦海政办〔2018〕63号"  # the document that the file holds
_FULL_WIDTH = {",": "，", ":": "：", "(": "（", ")": "）", ";": "；"}
_MARK = re.compile(r"(?<!\d)[,:;]|[,:;](?!\d)|[()]")  # 1:1 stays as it is
_SECTION = re.compile(r"[一二三四五六七八九十]+")
_PART = re.compile(r"[一二三四五六七八九十]+\([一二三四五六七八九十]+\)¶1")


@dataclass(frozen=True, slots=True)
class PolicyClause:
    """One numbered clause, a part of a paragraph: ``C061``, with its text as published."""

    code: str
    place: str  # 三(一)¶9
    text: str


@dataclass(frozen=True, slots=True)
class PolicyParagraph:
    """One paragraph of the document. ``level``: 1 a section (三、…), 2 a part ((一)…), 0 running text, -1 its head."""

    place: str
    level: int
    clauses: tuple[PolicyClause, ...]

    @property
    def text(self) -> str:
        """The paragraph with full-width marks, as it is printed; the file of the office has them half width."""
        return typeset("".join(clause.text for clause in self.clauses))


def typeset(text: str) -> str:
    """Half-width marks between Chinese characters as full-width ones: 原则上,服务类 → 原则上，服务类."""
    return _MARK.sub(lambda found: _FULL_WIDTH[found[0]], text)


@cache
def policy_text() -> tuple[PolicyParagraph, ...]:
    """The whole document, paragraph by paragraph."""
    return tuple(_paragraphs(resource("policy", "2018-clauses.tsv")))


def _paragraphs(path: Path) -> Iterator[PolicyParagraph]:
    lines = path.read_text(encoding="utf-8").splitlines()
    clauses = [PolicyClause(code, place, text) for code, place, _, _, text in (line.split("\t") for line in lines[1:])]
    gathered: list[PolicyClause] = []
    for clause in clauses:
        if gathered and (clause.place != gathered[-1].place or _of_the_head(clause.place) or clause.place == "附件"):
            yield _paragraph(gathered)
            gathered = []
        gathered.append(clause)
    yield _paragraph(gathered)


def _paragraph(clauses: list[PolicyClause]) -> PolicyParagraph:
    place = clauses[0].place
    level = 1 if _SECTION.fullmatch(place) else 2 if _PART.fullmatch(place) else -1 if _of_the_head(place) else 0
    return PolicyParagraph(place, level, tuple(clauses))


def _of_the_head(place: str) -> bool:
    """Whether a place is above the scheme itself: particulars of the document, and the letter that issued it."""
    return place.startswith(("抬头", "印发通知", "方案"))


def paragraph_at(where: str) -> PolicyParagraph | None:
    """The paragraph of a clause's number (``C061``) or place (``三(一)¶9``); None where there is none."""
    for paragraph in policy_text():
        if paragraph.place == where or any(clause.code == where for clause in paragraph.clauses):
            return paragraph
    return None
