"""Where a line of Chinese may end: text in clusters that are never parted.

A cluster is a character with the opening marks before it and the closing marks after it (避头尾,
GB/T 15834 §5.1), a number with its unit and the sign before it (a value is not broken off, GB/T
15835 §5.1.7), a document number 〔2018〕63号, a word of Latin letters, a whole —— or ……. Between
any two clusters a line may end.
"""

from __future__ import annotations

import re

NO_START = "+＋，。、；：？！）》〉」』】〕〗｝］”’…—·・•‧％‰℃°′″～〜~々／,.;:?!)]}%>»＞．－-"
NO_END = "（《〈「『【〔〖｛［“‘￥¥＄$£(［[{#＃№<«＜□☑☒☐"
LATIN = r"0-9A-Za-z０-９Ａ-Ｚａ-ｚ\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u052f"

_UNITS = (
    "平方公里|平方米|立方米|平方|立方|公里|千米|厘米|毫米|公顷|公斤|千克|千瓦|工作日|自然日|季度|小时|分钟|"
    "人次|户次|个月|周年|周岁|工日|[元角分年月日号时点秒天周岁个项户人名次件份张页条处盏套台把棵株块段批期届"
    "米吨克升亩楼层室栋幢座路级类倍度折只本辆场家间组队位轮版章节款万亿]"
)
_INSEPARABLE = r"—+|…+|\.{3,}"
_NUMBER = r"第?〔[^〔〕\n]{1,8}〕第?[0-9０-９]+号"
_CORE = (
    rf"第?[+\-−±]?[{LATIN}]+(?:[.,:/\-–'’@_&+=?%#~*×\xa0]+[{LATIN}]+)*"
    rf"(?:(?<=[0-9０-９])(?: (?:[十百千]?[万亿])?(?:{_UNITS})"
    rf"|[余多]?(?:[十百千]?[万亿]|[十百千])?[余多]?(?:{_UNITS})?))?"
    rf"|{_INSEPARABLE}"
    "|.[\u0300-\u036f\u20d0-\u20ff\u3099\u309a]*"
)
_OPEN, _CLOSE = f"[{re.escape(NO_END)}]", rf"(?:{_INSEPARABLE}|[{re.escape(NO_START)}])"
_CLUSTER = re.compile(
    rf"[ \u3000]+|{_OPEN}*?{_NUMBER}{_CLOSE}*|{_OPEN}+{_CLOSE}+|{_OPEN}*(?:(?![ \u3000])(?:{_CORE})){_CLOSE}*|{_OPEN}+",
    re.DOTALL,
)
_SMALLER = re.compile(rf"{_OPEN}*(?:{_INSEPARABLE}|.){_CLOSE}*", re.DOTALL)
_JOINT = re.compile(r"(?<=[/\-–_@?&=])(?![/\-–_@?&=.:])|(?<=[.:])(?![/\-–_@?&=.:0-9])")


def clusters(text: str) -> list[str]:
    """The text in stretches that a line does not part; a run of spaces is one of its own."""
    return _CLUSTER.findall(text)


def smaller(cluster: str) -> list[list[str]]:
    """Ways to part a cluster wider than a line, the better first.

    After the joints of an address or a number, then with marks still at their characters, then anywhere.
    """
    return [[part for part in _JOINT.split(cluster) if part], _SMALLER.findall(cluster), list(cluster)]
