"""Write resources/pinyin/readings.txt, the pinyin that the program searches by, from the `pypinyin` library.

Run: python scripts/make_pinyin_table.py. The table gives the very readings of the library, which is the oracle of
`tests/model/test_pinyin_table.py`: kept search text is compared with what it would be today, so a reading may not move
by itself. The library itself takes
twenty times as long to load, with 54 MB instead of 5, and four times as long for a title.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from pypinyin import Style, __version__, pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT, RE_HANS
from pypinyin.style import convert

OUT = Path(__file__).resolve().parents[1] / "resources" / "pinyin" / "readings.txt"

# Characters read in two ways in names and everyday words. The library knows a second reading of most characters,
# such as 路 luò and 灯 dīng, which nobody types.
SEVERAL_READINGS = (
    "长重乐曾单行调会校藏车石盛厦朝传弹都还和角觉解卡壳落率模泊柏便薄仇畜臭提度番夹贾降系巷宿省什属似种择粘折转"
    "仔尉查翟盖葛华纪万员燕应宁繁缪秘朴洗幢叶澄称匙参差铺济莘丽朱任召冠劲卷圈塞处奇好少尽干当强曲更术正没济"
)
LONGEST = max(map(len, PHRASES_DICT))


def plain(reading: str) -> str:
    """A reading without its tone; ü is v."""
    return str(convert(reading, Style.NORMAL, True, default=reading))


SINGLE = {chr(number): plain(readings.split(",")[0]) for number, readings in PINYIN_DICT.items()}
PHRASES = {
    phrase: [plain(readings[0]) for readings in each] for phrase, each in PHRASES_DICT.items() if RE_HANS.match(phrase)
}


def one_by_one(text: str) -> list[str]:
    """The readings of characters, each for itself."""
    return [SINGLE.get(character, "") for character in text]


def by_phrases(text: str) -> list[str]:
    """The readings of a text in which the longest phrase is taken at each place."""
    readings, place = list[str](), 0
    while place < len(text):
        ends = range(min(place + LONGEST, len(text)), place + 1, -1)
        end = next((end for end in ends if text[place:end] in PHRASES), place + 1)
        readings += PHRASES.get(text[place:end]) or one_by_one(text[place:end])
        place = end
    return readings


def cut_short() -> list[str]:
    """Beginnings of phrases that hold another phrase: where a text ends with one, the library reads each character.

    So it does where none of the beginnings of the beginning is a phrase itself.
    """
    beginnings = {phrase[:end] for phrase in PHRASES for end in range(3, len(phrase))} - PHRASES.keys()
    return sorted(
        each
        for each in beginnings
        if not any(each[:end] in PHRASES for end in range(2, len(each))) and by_phrases(each) != one_by_one(each)
    )


def chinese() -> list[str]:
    """The ranges of characters that the library takes for Chinese; any other ends a run of them."""
    ranges, first = list[str](), None
    for number in range(0x3000, sys.maxunicode + 2):
        if number <= sys.maxunicode and RE_HANS.match(chr(number)):
            first = number if first is None else first
        elif first is not None:
            ranges.append(f"{first:x}-{number - 1:x}")
            first = None
    return ranges


def table() -> str:
    """The content of the file."""
    characters, tails = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for character, reading in sorted(SINGLE.items()):
        characters[reading].append(character)
    for phrase in sorted(PHRASES):
        tails[phrase[0]].append(phrase[1:])
    several = {each: pinyin(each, heteronym=True, style=Style.NORMAL)[0][:3] for each in sorted(set(SEVERAL_READINGS))}
    sections = {
        "chinese": [" ".join(chinese())],
        "longest phrase": [str(max(map(len, PHRASES)))],
        "characters": [f"{reading} {''.join(each)}" for reading, each in sorted(characters.items())],
        "several": [f"{character} {' '.join(readings)}" for character, readings in several.items()],
        "phrases": [f"{first} {' '.join(each)}" for first, each in tails.items()],
        "otherwise": [
            f"{phrase} {' '.join(readings)}"
            for phrase, readings in sorted(PHRASES.items())
            if readings != one_by_one(phrase)
        ],
        "cut short": cut_short(),
    }
    head = f"Made by scripts/make_pinyin_table.py from pypinyin {__version__}; see README.md. Not edited by hand."
    return "\n\n".join([head, *(f"[{name}]\n" + "\n".join(lines) for name, lines in sections.items())]) + "\n"


if __name__ == "__main__":
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(table(), encoding="utf-8")
    print(f"{OUT}: {OUT.stat().st_size // 1024} KiB")
