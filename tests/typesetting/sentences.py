"""Endless pseudo-random texts like those of the office, the same in every run."""

from __future__ import annotations

import random

_CHARACTERS = "厦门市海沧区社会民生微实事工作方案街道村居项目资金使用情况公示备案审批实施主体满意度测评"
_PHRASES = (
    "（厦海政办〔2018〕63号）", "《实施“社会+”民生微实事工作方案》", "1,860,000.00元", "20万元（含20万元）",
    "2018年8月1日至2018年8月8日", "40%", "1/3", "第3季度", "XYJD-XYSQ-2018-01", "——", "……", "“两委”", "党员、居民代表",
    "0592-6051234", "120平方米", "25.5℃", "hello world", "（一）", "‘好’", "￥3,000.00", "13万元~17万元", "1.",
    "〔例外〕", "·",
)  # fmt: skip
_MARKS = "，。、；：？！，，。、"
_CLOSING = "）》”』】"


def sentences(rng: random.Random, length: int) -> str:
    """At least so many characters of running text with much that is hard to break."""
    parts: list[str] = []
    while sum(map(len, parts)) < length:
        parts.append("".join(rng.choices(_CHARACTERS, k=rng.randint(1, 9))))
        if rng.random() < 0.55:
            parts.append(rng.choice(_PHRASES))
        if rng.random() < 0.1:
            parts.append(rng.choice("（《“『【") + "".join(rng.choices(_CHARACTERS, k=3)) + rng.choice(_CLOSING))
        if rng.random() < 0.5:
            parts.append(rng.choice(_MARKS))
    return "".join(parts)
