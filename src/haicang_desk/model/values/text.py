"""Text as it is stored and as people look for it: what is left out, forms that count as the same, pinyin."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from haicang_desk.model.values.readings import readings_of, several_readings

# Radicals that PDF files give in place of characters, beyond those of NFKC (Unicode EquivalentUnifiedIdeograph), and
# the old forms that NFKC makes of ⼾ and ⿈.
_RADICALS = str.maketrans(
    "⺀⺁⺅⺈⺊⺌⺍⺎⺒⺝⺟⺠⺧⺩⺫⺬⺮⺰⺲⺶⺷⺹⺼⺽⻁⻃⻄⻅⻆⻉⻋⻑⻒⻓⻔⻗⻘⻙⻚⻛⻜⻝⻟⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳戶黃",
    "冫厂亻刀卜小小兀巳月母民牛王目示竹纟罒羊羊耂肉臼虎覀西见角贝车長镸长门雨青韦页风飞食飠马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟户黄",
)
_UNSEEN = re.compile(  # the format characters of Unicode (category Cf)
    "[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
    "\U000e0020-\U000e007f]+"
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNUSUAL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|[a-z0-9]+")
_AROUND = 4  # syllables kept on each side of another reading


def clean_text(text: str) -> str:
    """Text as it is stored: in NFC, without control characters and outer white space.

    Raises ValueError for a lone surrogate, which no file can hold.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    if _UNUSUAL.search(text):
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if _SURROGATE.search(text):
            raise ValueError("含有不完整的字符，无法保存，请删去后重新输入")
        text = _CONTROL.sub("", text)
    return unicodedata.normalize("NFC", text).strip()


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled when it is first needed: large ones would delay every start."""
    return re.compile(pattern)


def matching_form(text: str) -> str:
    """Text as it is compared and searched, never as it is stored: ＡＥＤ（１） → aed(1), ⽼⼈ → 老人.

    Full width, compatibility forms and radicals become the ordinary characters, letters lower case; marks that nobody
    sees are left out.
    """
    if text.isascii():
        return text.lower()
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text).translate(_RADICALS).casefold())


def initials(text: str) -> str:
    """The pinyin initials of a text: 霞阳社区 → xysq. Of other characters, ASCII letters and digits are kept."""
    parts = (reading[:1] or character.lower() for character, reading in zip(text, readings_of(text), strict=True))
    return "".join(c for part in parts for c in part if c.isascii() and c.isalnum())


@lru_cache(maxsize=2_000)  # the choices of a list are gone through at each key
def pinyin_forms(text: str) -> str:
    """All that may be typed for a text in pinyin, apart by blanks: initials, full pinyin, other readings.

    曾厝垵路灯 → ccald cengcuoanludeng zcald zengcuoanludeng. ü is v. Of another reading only a few syllables around
    it are given, since a search is for a part.
    """
    syllables = _syllables(matching_form(text))
    first = [readings[0] for readings in syllables]
    forms = ["".join(syllable[0] for syllable in first), "".join(first)]
    for place, readings in enumerate(syllables):
        for reading in readings[1:]:
            near = [*first[max(place - _AROUND, 0) : place], reading, *first[place + 1 : place + 1 + _AROUND]]
            if reading[0] != first[place][0]:
                forms.append("".join(syllable[0] for syllable in near))
            forms.append("".join(near))
    return " ".join(dict.fromkeys(filter(None, forms)))


def _syllables(form: str) -> list[tuple[str, ...]]:
    """The readings of each character, the likely one first; ASCII letters and digits read as themselves."""
    syllables: list[tuple[str, ...]] = []
    for run in _RUN.findall(form):
        syllables += ((c,) for c in run) if run.isascii() else _readings(run)
    return syllables


@lru_cache(maxsize=5_000)  # titles of one street share most of their words
def _readings(run: str) -> list[tuple[str, ...]]:
    """The readings of Chinese characters that stand together; a character without any is left out."""
    each = (
        tuple(dict.fromkeys((likely, *several_readings(character))))
        for character, likely in zip(run, readings_of(run), strict=True)
        if likely
    )
    return list(each)
