"""Which rule set is in force: those shipped with the program, and those that an office added for later years.

An office adds one by putting a file like resources/policy/2018.toml into ``places.policy_folder()``, under a later
``from_year``; it needs no new release. What is added is read once and held against the shipped set: a figure left
out or written otherwise would make every check silently wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from haicang_desk.model.errors import Refused, cause
from haicang_desk.model.policy import Parameter, Policy
from haicang_desk.places import policy_folder, resource

_NAMES = "[0-9]*.toml"
_CURE = "请仿照随程序的 2018.toml 改正，或移走这个文件"


def policy_for(year: int, folder: Path | None = None) -> Policy:
    """The rule set in force for a fund year: the latest that had begun.

    Raises Refused where there is none, and where a file that the office added cannot be used.
    """
    sets = _in_force(resource("policy"), policy_folder()) if folder is None else _read(folder)
    begun = [policy for policy in sets if policy.from_year <= year]
    if not begun:
        raise Refused(f"没有 {year} 年度可用的政策参数；本程序自 2018 年度起适用，请核对资金年度")
    return begun[-1]


@cache
def _read(folder: Path) -> tuple[Policy, ...]:
    return tuple(sorted(map(Policy.load, folder.glob(_NAMES)), key=lambda policy: policy.from_year))


@cache
def _in_force(shipped: Path, added: Path) -> tuple[Policy, ...]:
    own = _read(shipped)
    paths = sorted(added.glob(_NAMES)) if added.is_dir() else []
    sets = sorted((*own, *(_added(path, own[-1]) for path in paths)), key=lambda policy: policy.from_year)
    for earlier, later in pairwise(sets):
        if earlier.from_year == later.from_year:
            raise Refused(
                f"“{added}”里有两份参数都自 {later.from_year} 年度起用，旧年度的参数不能改动；"
                "请改正 from_year，或移走多余的文件"
            )
    return tuple(sets)


def _added(path: Path, model: Policy) -> Policy:
    try:
        policy = Policy.load(path)
    except OSError as wrong:
        raise Refused(f"政策参数文件“{path}”读不出来（{cause(wrong)}），请核对权限或移走它") from wrong
    except (ValueError, TypeError, KeyError) as wrong:
        found = re.search(r"line (\d+)", str(wrong))
        where = f"第 {found.group(1)} 行写法不对" if found else "不是完整的参数文件"
        raise Refused(f"政策参数文件“{path}”{where}，{_CURE}") from wrong
    faults = list(_faults(policy, model))
    if faults:
        raise Refused(f"政策参数文件“{path}”有 {len(faults)} 处不对：{'；'.join(faults)}，{_CURE}")
    return policy


def _faults(policy: Policy, model: Policy) -> Iterator[str]:
    if type(policy.from_year) is not int:
        yield "from_year 应是四位年度"
    for name, said in model.parameters.items():
        given = policy.parameters.get(name)
        if given is None:
            yield f"缺少 {name}（{said.label}）"
        elif wanted := _unlike(given.value, said):
            yield f"{name}（{said.label}）应是{wanted}，现为 {given.value}"


def _unlike(value: Any, said: Parameter) -> str:
    """What kind of value is wanted, where this is another; "" where it is right."""
    if isinstance(said.value, bool):
        return "" if isinstance(value, bool) else "true 或 false"
    if isinstance(said.value, int):
        return "" if type(value) is int and value >= 0 else "不小于 0 的整数"
    # told in the label: project 按项目，village_year 按村居年度
    if choices := re.findall(r"([a-z_]+) ", said.label):
        return "" if value in choices else " 或 ".join(choices)
    dated = _reads(date.fromisoformat, said.value)
    right = isinstance(value, str) and _reads(date.fromisoformat if dated else _number, value)
    return "" if right else f"加引号的{'日期，如 2018-08-31' if dated else '数，如 200000.00 或 2/5'}"


def _number(text: str) -> Fraction:
    number = Fraction(text)
    if number < 0:
        raise ValueError(text)
    return number


def _reads(kind: Any, text: str) -> bool:
    try:
        kind(text)
    except (ValueError, ZeroDivisionError):
        return False
    return True
