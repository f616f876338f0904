"""What the wording of an acceptance implies: whether quality passed, and whether what was done is what was agreed."""

from __future__ import annotations

import re

_DOUBT = r"(?:是否|可否|能否|待|如|若|须|需|应|方可)"
_FAILED = re.compile(
    r"不合格|未合格|不达标|未达标|不符合(?:质量|验收|要求|标准)|验收不通过|未通过验收|不予通过|不予验收"
)
_PASSED = re.compile(r"(?<!不)(?<!未)(?:合格|达标)|(?<!不)(?<!未)(?:验收通过|通过验收)")
_DIFFERS = re.compile(r"不一致|不相符|不符|有出入|少于合同|数量不足|短缺")
_AGREES = re.compile(r"(?<!不)(?:一致|相符)|符合(?:合同|约定|清单)|与合同相同")
_OPEN = re.compile(f"{_DOUBT}.{{0,4}}(?:合格|达标|一致|相符|通过)|(?:合格|达标|通过)(?:后|前|再)")


def _judged(text: str, good: re.Pattern[str], bad: re.Pattern[str]) -> bool | None:
    """True for the good, False for the bad; None where the text says neither, says both, or leaves it open."""
    if _OPEN.search(text):
        return None
    passed, failed = bool(good.search(text)), bool(bad.search(text))
    return None if passed is failed else passed


def quality_passed(conclusion: str) -> bool | None:
    """Whether the conclusion of an acceptance says that quality passed (合格); None where it does not say."""
    return _judged(conclusion, _PASSED, _FAILED)


def as_agreed(conclusion: str) -> bool | None:
    """Whether it says that content and quantity are those of the contract (一致); None where it does not say."""
    return _judged(conclusion, _AGREES, _DIFFERS)
