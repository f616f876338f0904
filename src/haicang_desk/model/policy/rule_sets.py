"""The rule set in force for a fund year, from those shipped with the program and those that an office added.

An office adds one by putting a file like resources/policy/2018.toml with a later ``from_year`` into
``paths.policy_folder()``. A parameter that the file lacks, because a later release brought it, is borrowed from the
shipped set. A misspelt name or a mistyped value makes the file unusable, and the years it governs with it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from haicang_desk.model.policy.parameters import KINDS, Kind, Parameter, Policy
from haicang_desk.model.policy.policy_files import WORDS_FILE, PolicyText, files_now
from haicang_desk.model.policy.word_lists import Wording
from haicang_desk.model.values import Refused
from haicang_desk.paths import policy_folder, resource

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


class RuleBook:
    """What is in force by certain policy texts: a rule set for each fund year, and the word lists."""

    def __init__(self, texts: tuple[PolicyText, ...]) -> None:
        self.texts = texts
        sets = [each for each in texts if each.name != WORDS_FILE]
        own = tuple(sorted((_shipped(each) for each in sets if each.shipped), key=lambda policy: policy.from_year))
        known = [_RuleSet(policy.from_year, policy) for policy in own]
        known += [_office_rule_set(each, own) for each in sets if not each.shipped]
        begun = groupby(sorted(known, key=lambda each: each.from_year), lambda each: each.from_year)
        self._sets = tuple(self._with_words(_only(year, list(same))) for year, same in begun)
        self._words: Wording | None = None

    def _with_words(self, known: _RuleSet) -> _RuleSet:
        return known if known.policy is None else replace(known, policy=replace(known.policy, words_of=self.words))

    def policy_for(self, year: int) -> Policy:
        """The rule set in force for a fund year, the latest that begins by then.

        Raises Refused where there is none, or where the office's file for the year cannot be used.
        """
        begun = [each for each in self._sets if each.from_year <= year]
        if not begun:
            raise Refused(f"没有 {year} 年度可用的政策参数；本程序自 2018 年度起适用，请核对资金年度")
        if begun[-1].policy is None:
            raise Refused(begun[-1].fault)
        return begun[-1].policy

    @property
    def faults(self) -> list[str]:
        """The faults of the office's unusable rule sets, one line for each."""
        return [each.fault for each in self._sets if each.fault]

    @property
    def borrowed_notes(self) -> list[str]:
        """The parameters that the office's rule sets lack and borrow from a shipped one, one line a rule set."""
        return [each.policy.borrowed_note for each in self._sets if each.policy and each.policy.borrowed_note]

    def words(self) -> Wording:
        """The word lists of the program with those of the office. Raises Refused where the office's are faulty."""
        if self._words is None:
            shipped = next(each for each in self.texts if each.name == WORDS_FILE and each.shipped)
            added = next((each for each in self.texts if each.name == WORDS_FILE and not each.shipped), None)
            self._words = Wording.of_texts(shipped, added)
        return self._words


@lru_cache(maxsize=16)
def rule_book(texts: tuple[PolicyText, ...]) -> RuleBook:
    """The rule book of these texts, the same one for the same texts."""
    return RuleBook(texts)


def book_of_files() -> RuleBook:
    """The rule book of the files on the disk, as they were at the first question; used where there is no ledger."""
    return _book_of_files(resource("policy"), policy_folder())


@cache
def _book_of_files(_shipped: Path, _added: Path) -> RuleBook:
    return rule_book(files_now())


def policy_for(year: int) -> Policy:
    """The rule set that the files on the disk give for a fund year. Raises Refused as ``RuleBook.policy_for``."""
    return book_of_files().policy_for(year)


def shipped_rule_sets() -> tuple[Policy, ...]:
    """The rule sets that come with the program, sorted by their first year."""
    found = [_shipped(each) for each in book_of_files().texts if each.shipped and each.name != WORDS_FILE]
    return tuple(sorted(found, key=lambda policy: policy.from_year))


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
    _book_of_files.cache_clear()


@dataclass(frozen=True, slots=True)
class _RuleSet:
    """The rule set from ``from_year`` on: a policy, or the reason why its file cannot be used."""

    from_year: int
    policy: Policy | None = None
    fault: str = ""


def _only(year: int, same: list[_RuleSet]) -> _RuleSet:
    if len(same) == 1:
        return same[0]
    twice = f"有两份参数都自 {year} 年度起用，旧年度的参数不能改动；请改正 from_year，或移走多余的文件"
    faults = "\n".join(each.fault for each in same if each.fault)
    return _RuleSet(year, fault=faults or f"“{policy_folder()}”里{twice}")


@lru_cache(maxsize=16)
def _shipped(text: PolicyText) -> Policy:
    return Policy.of_tables(tomllib.loads(text.text), text.path)


def _office_rule_set(source: PolicyText, shipped: tuple[Policy, ...]) -> _RuleSet:
    """The rule set of a text that the office added, completed from the shipped one before it."""
    path, text, fault = source.path, source.text, source.fault and f"政策参数文件“{source.path}”{source.fault}"
    tables: dict[str, Any] = {}
    if not fault:
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as wrong:
            fault = f"政策参数文件“{path}”{_syntax_fault(str(wrong), text)}，{_CURE}"
    if fault:
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
