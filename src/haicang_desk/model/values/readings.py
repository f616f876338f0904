"""The pinyin of Chinese text, from a table that `scripts/make_pinyin_table.py` makes.

A character has one reading; a phrase in which one is read otherwise (银行 háng) is listed with its readings. At each
place the longest phrase is taken, also one that is read as its characters are: it keeps its last character from
beginning another phrase.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache, lru_cache

from haicang_desk.paths import resource


class _Table:
    """The table as it lies in the file; nothing is taken apart before it is asked for, so that it loads quickly."""

    def __init__(self) -> None:
        text = resource("pinyin", "readings.txt").read_text(encoding="utf-8")
        _, *parts = text.split("\n\n")
        sections = {name: lines for name, *lines in (part.rstrip("\n").split("\n") for part in parts)}
        ranges = (each.split("-") for each in sections["[chinese]"][0].split())
        self.chinese = re.compile(f"[{''.join(f'{chr(int(a, 16))}-{chr(int(b, 16))}' for a, b in ranges)}]+")
        self.longest = int(sections["[longest phrase]"][0])
        self.several = _by_first_word(sections["[several]"])
        self.otherwise = _by_first_word(sections["[otherwise]"])
        self.cut_short = frozenset(sections["[cut short]"])
        # of the phrases that begin with a character, what follows it: " 丁 丁点儿 "
        self.tails = {line[0]: f"{line[1:]} " for line in sections["[phrases]"]}
        # all characters in one string, in the order of their readings, and where each reading begins
        self._characters, self._readings, self._starts = "", list[str](), list[int]()
        lines, size = list[str](), 0
        for line in sections["[characters]"]:
            reading, _, characters = line.partition(" ")
            self._readings.append(reading)
            self._starts.append(size)
            lines.append(characters)
            size += len(characters)
        self._characters = "".join(lines)

    def of_character(self, character: str) -> str:
        """The reading of one character, "" where it has none."""
        place = self._characters.find(character)
        return "" if place < 0 else self._readings[bisect_right(self._starts, place) - 1]


def _by_first_word(lines: list[str]) -> dict[str, str]:
    """What stands behind the first word of each line, by that word."""
    return dict(line.split(" ", 1) for line in lines)


@cache
def _table() -> _Table:
    return _Table()


@lru_cache(maxsize=8_192)  # a street's texts have some two thousand characters
def _of_character(character: str) -> str:
    return _table().of_character(character)


def readings_of(text: str) -> list[str]:
    """The likely reading of each character, without tones, "" for what has none: 曾厝垵 → ceng cuo an. ü is v."""
    readings, done = list[str](), 0
    for run in _table().chinese.finditer(text):
        readings += [""] * (run.start() - done)
        readings += _of_run(run[0])
        done = run.end()
    return readings + [""] * (len(text) - done)


def _of_run(run: str) -> list[str]:
    """The readings of Chinese characters that stand together."""
    table, readings, place = _table(), list[str](), 0
    tails, size = table.tails, len(run)
    while place < size:
        following = tails.get(run[place])
        if following is None or f" {run[place + 1 : place + 2]}" not in following:
            readings.append(_of_character(run[place]))
            place += 1
            continue
        end = min(place + table.longest, size)
        while end > place + 1 and f" {run[place + 1 : end]} " not in following:
            end -= 1
        phrase = run[place:end]
        if end == place + 1 and run[place:] in table.cut_short:
            phrase, end = run[place:], size
        if (otherwise := table.otherwise.get(phrase)) is not None:
            readings += otherwise.split(" ")
        else:
            readings += map(_of_character, phrase)
        place = end
    return readings


def several_readings(character: str) -> tuple[str, ...]:
    """The readings of a character that has more than one in names and everyday words, the likely one first."""
    return tuple(_table().several.get(character, "").split())
