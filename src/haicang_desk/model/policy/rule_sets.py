"""The rule set in force for a fund year, from those shipped with the program and those that an office added.

An office adds one by putting a file like resources/policy/2018.toml with a later ``from_year`` into
``paths.policy_folder()``. A parameter that the file lacks, because a later release brought it, is borrowed from the
shipped set. A misspelt name or a mistyped value makes the file unusable, and the years it governs with it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from haicang_desk.model.policy.parameters import KINDS, Kind, Parameter, Policy
from haicang_desk.model.values import Refused, cause
from haicang_desk.paths import policy_folder, resource

_NAMES = "[0-9]*.toml"
_CURE = "请仿照随程序的 2018.toml 改正，或移走这个文件"
_TEXT = Kind("加引号的文字", lambda value: isinstance(value, str) and bool(value.strip()))
_ANY_TEXT = Kind(_TEXT.expected, lambda value: isinstance(value, str))
_YEAR = Kind("不加引号的四位年度，如 2027", lambda value: type(value) is int and 1000 <= value <= 9999)
_HEADS = {  # keys of the document, above the parameters
    "number": ("文号", _TEXT),
    "title": ("标题", _TEXT),
    "from_year": ("起用年度", _YEAR),
    "index": ("索引号", _ANY_TEXT),
    "issuer": ("发布机构", _ANY_TEXT),
    "issued": ("成文日期", KINDS["day"]),
    "normative": ("是否规范性文件", KINDS["flag"]),
}
_NEEDED = ("number", "title", "from_year")
_KEYS = {  # keys of one parameter, beside its value
    "label": ("名称", _ANY_TEXT),
    "place": ("条文位置", _TEXT),
    "origin": ("来源", _TEXT),
}
# Only the shipped file may declare these; in an office's file, copied from an earlier release, they are ignored.
_IGNORED = ("kind", "choices")


def policy_for(year: int, folder: Path | None = None) -> Policy:
    """The rule set in force for a fund year, the latest that begins by then.

    Raises Refused where there is none, or where the office's file for the year cannot be used.
    """
    if folder is not None:
        sets = [_RuleSet(policy.from_year, policy) for policy in _read(folder)]
    else:
        sets = [*_in_force(resource("policy"), policy_folder())]
    begun = [each for each in sets if each.from_year <= year]
    if not begun:
        raise Refused(f"没有 {year} 年度可用的政策参数；本程序自 2018 年度起适用，请核对资金年度")
    if begun[-1].policy is None:
        raise Refused(begun[-1].fault)
    return begun[-1].policy


def rule_set_faults() -> list[str]:
    """The faults of the office's unusable files, one line for each file."""
    return [each.fault for each in _in_force(resource("policy"), policy_folder()) if each.fault]


def borrowed_notes() -> list[str]:
    """The parameters that the office's files lack and borrow from the shipped rule set, one line a file."""
    sets = _in_force(resource("policy"), policy_folder())
    return [each.policy.borrowed_note for each in sets if each.policy and each.policy.borrowed_note]


def shipped_rule_sets() -> tuple[Policy, ...]:
    """The rule sets that come with the program, sorted by their first year."""
    return _read(resource("policy"))


def text_faults(text: str) -> list[str]:
    """What is wrong with the text of a rule-set file, one line a fault; none where it can be used."""
    shipped = shipped_rule_sets()
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        return [_syntax_fault(str(wrong), text)]
    begins = tables.get("from_year")
    model = next(
        (each for each in reversed(shipped) if isinstance(begins, int) and each.from_year <= begins), shipped[0]
    )
    return list(_faults(tables, model, _lines(text)))


def forget_rule_sets() -> None:
    """Read the files anew at the next question, because one of them was written."""
    _in_force.cache_clear()


@dataclass(frozen=True, slots=True)
class _RuleSet:
    """The rule set from ``from_year`` on: a policy, or the reason why its file cannot be used."""

    from_year: int
    policy: Policy | None = None
    fault: str = ""


@cache
def _read(folder: Path) -> tuple[Policy, ...]:
    return tuple(sorted(map(Policy.load, folder.glob(_NAMES)), key=lambda policy: policy.from_year))


@cache
def _in_force(shipped: Path, added: Path) -> tuple[_RuleSet, ...]:
    """All rule sets, sorted by their first year."""
    own = _read(shipped)
    paths = sorted(added.glob(_NAMES)) if added.is_dir() else []
    sets = [_RuleSet(policy.from_year, policy) for policy in own] + [_office_rule_set(path, own) for path in paths]
    begun = groupby(sorted(sets, key=lambda each: each.from_year), lambda each: each.from_year)
    return tuple(_only(year, list(same), added) for year, same in begun)


def _only(year: int, same: list[_RuleSet], folder: Path) -> _RuleSet:
    if len(same) == 1:
        return same[0]
    faults = "\n".join(each.fault for each in same if each.fault)
    return _RuleSet(
        year,
        fault=faults
        or f"“{folder}”里有两份参数都自 {year} 年度起用，旧年度的参数不能改动；请改正 from_year，或移走多余的文件",
    )


def _office_rule_set(path: Path, shipped: tuple[Policy, ...]) -> _RuleSet:
    """The rule set of a file that the office added, completed from the shipped one before it."""
    text = ""
    try:
        text = path.read_text(encoding="utf-8-sig")  # some Windows editors put a byte order mark first
        tables = tomllib.loads(text)
    except OSError as wrong:
        fault = f"政策参数文件“{path}”读不出来（{cause(wrong)}），请核对权限或移走它"
        return _RuleSet(_first_year(path, text, shipped), fault=fault)
    except UnicodeDecodeError:
        fault = f"政策参数文件“{path}”不是 UTF-8 编码的文本，请另存为 UTF-8，或移走这个文件"
        return _RuleSet(_first_year(path, text, shipped), fault=fault)
    except tomllib.TOMLDecodeError as wrong:
        fault = f"政策参数文件“{path}”{_syntax_fault(str(wrong), text)}，{_CURE}"
        return _RuleSet(_first_year(path, text, shipped), fault=fault)
    begins: int = tables["from_year"] if _YEAR.accepts(tables.get("from_year")) else _first_year(path, text, shipped)
    model = next((each for each in reversed(shipped) if each.from_year <= begins), shipped[0])
    if faults := list(_faults(tables, model, _lines(text))):
        return _RuleSet(begins, fault=f"政策参数文件“{path}”有 {len(faults)} 处不对：{'；'.join(faults)}，{_CURE}")
    return _RuleSet(begins, Policy.of_tables(_completed(tables, model), path))


def _first_year(path: Path, text: str, shipped: tuple[Policy, ...]) -> int:
    """The first year of a faulty file, if it can be found in its text or name; else the first that it could govern."""
    year = re.search(r"^\s*from_year[^\d\n]*(\d{4})\b", text, re.MULTILINE) or re.match(r"(\d{4})(?!\d)", path.name)
    return int(year[1]) if year else shipped[-1].from_year + 1


def _syntax_fault(wrong: str, text: str) -> str:
    found = re.search(r"line (\d+)", wrong)
    line = int(found[1]) if found else text.count("\n") + 1
    if "twice" in wrong or "overwrite" in wrong:
        return f"第 {line} 行写法不对：前面已有同名的一段或一项，每个名称只应写一次"
    return f"第 {line} 行写法不对：应是“名称 = 值”或“[参数名]”，文字和金额加引号"


def _faults(tables: Mapping[str, Any], model: Policy, lines: Mapping[tuple[str, str], int]) -> Iterator[str]:
    """One text for each name or value that cannot be used, with its line and what is expected."""
    for name in _NEEDED:
        if name not in tables:
            yield f"缺少 {name}（{_HEADS[name][0]}），应是{_HEADS[name][1].expected}"
    for name, value in tables.items():
        at = f"第 {lines.get(('', name)) or lines.get((name, ''), 1)} 行"
        if name in _HEADS:
            label, kind = _HEADS[name]
            if not kind.accepts(value):
                yield _mistyped(at, name, label, kind.expected, value)
        elif name not in model.parameters:
            yield _misspelt(at, name, [*model.parameters, *_HEADS])
        elif not isinstance(value, dict):
            yield f"{at} {name}（{model.parameters[name].label}）应是一段 [{name}]，下面写 value 和 place"
        else:
            named = {key: lines.get((name, key)) for key in value}
            yield from _faults_of_parameter(name, value, model.parameters[name], at, named)


def _faults_of_parameter(
    name: str, table: Mapping[str, Any], model: Parameter, at: str, lines: Mapping[str, int | None]
) -> Iterator[str]:
    for key in ("value", "place"):
        if key not in table:
            expected = model.expected if key == "value" else _KEYS[key][1].expected
            yield f"{at} [{name}]（{model.label}）下面缺少 {key}，应是{expected}"
    for key, value in table.items():
        here = f"第 {lines[key]} 行" if lines[key] else at
        if key == "value":
            if not model.accepts(value):
                yield _mistyped(here, name, model.label, model.expected, value)
        elif key in _KEYS:
            label, kind = _KEYS[key]
            if not kind.accepts(value):
                yield _mistyped(here, f"{name} 的 {key}", label, kind.expected, value)
        elif key not in _IGNORED:
            yield _misspelt(here, key, ["value", *_KEYS])


def _mistyped(at: str, name: str, label: str, expected: str, value: Any) -> str:
    written = str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)
    return f"{at} {name}（{label}）应是{expected}，现为 {written}"


def _misspelt(at: str, name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"{at}没有 {name} 这个名称，应是{f' {near[0]}' if near else '随程序的文件里有的名称'}"


def _completed(tables: Mapping[str, Any], model: Policy) -> dict[str, Any]:
    """The tables of an office's file, completed with kinds, choices and missing parameters of the shipped rule set."""
    completed = {name: value for name, value in tables.items() if name in _HEADS}
    for name, each in model.parameters.items():
        declared = {"kind": each.kind, "choices": each.choices, "label": each.label}
        given = tables.get(name)
        if given is None:
            completed[name] = declared | {
                "value": each.value,
                "place": each.place,
                "origin": each.origin,
                "borrowed_from": each.borrowed_from or model.number,
            }
            continue
        own = {key: given[key] for key in ("value", *_KEYS) if key in given}
        if each.choices:  # files of earlier releases list the choices in the label
            own.pop("label", None)
        completed[name] = declared | own
    return completed


_HEADER = re.compile(r'\s*\[+\s*["\']?([^\]"\']+?)["\']?\s*\]')
_KEY = re.compile(r'\s*["\']?([\w-]+)["\']?\s*(?:\.\s*["\']?([\w-]+)["\']?\s*)?=')


def _lines(text: str) -> dict[tuple[str, str], int]:
    """The line of each table header, under (table, ""), and of each key, under (table, key)."""
    table, found = "", dict[tuple[str, str], int]()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = header[1]
            found.setdefault((table, ""), number)
        elif key := _KEY.match(line):
            first, second = key[1], key[2]
            found.setdefault((first, second) if second and not table else (table, first), number)
            if second and not table:
                found.setdefault(("", first), number)
    return found
