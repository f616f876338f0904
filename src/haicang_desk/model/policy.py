"""A rule set: the parameters of some fund years, each with the clause that sets it, in one file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Self, TypeVar

from haicang_desk.model.findings import Clause
from haicang_desk.model.money import Money
from haicang_desk.model.once import once

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One figure of the policy: its value as the file writes it, the clause, and its Chinese name."""

    value: Any
    place: str  # 三(一)¶9
    label: str
    origin: str = "方案"  # 方案: the policy's own figure; 惯例: a convention where it is silent


@dataclass(frozen=True)
class Policy:
    """One rule set, complete in one file, never edited once used: each value is read once.

    条文：C001–C005 C007
    """

    number: str  # 厦海政办〔2018〕63号
    title: str
    from_year: int
    parameters: Mapping[str, Parameter]
    index: str = ""  # 索引号
    issuer: str = ""  # 发布机构
    issued: date | None = None  # 成文日期
    normative: bool = False  # 是否规范性文件

    @classmethod
    def load(cls, path: Path) -> Self:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        tables = {name: Parameter(**value) for name, value in said.items() if isinstance(value, dict)}
        dated = date.fromisoformat(said["issued"]) if "issued" in said else None
        heads = {
            name: said[name]
            for name in ("number", "title", "from_year", "index", "issuer", "normative")
            if name in said
        }
        return cls(parameters=tables, issued=dated, **heads)

    def money(self, name: str) -> Money:
        return self._money[name]

    def share(self, name: str) -> Fraction:
        return self._shares[name]

    def number_of(self, name: str) -> int:
        return int(self.parameters[name].value)

    def flag(self, name: str) -> bool:
        value = self.parameters[name].value
        if not isinstance(value, bool):
            raise TypeError(f"{name} is no flag: {value!r}")
        return value

    def choice(self, name: str) -> str:
        return str(self.parameters[name].value)

    def day(self, name: str) -> date:
        return self._days[name]

    @once
    def _money(self) -> _Values[Money]:
        return _Values(self, Money.parse)

    @once
    def _shares(self) -> _Values[Fraction]:
        return _Values(self, Fraction)

    @once
    def _days(self) -> _Values[date]:
        return _Values(self, date.fromisoformat)

    def clause(self, name: str) -> Clause:
        return Clause(self.number, self.parameters[name].place)

    def at(self, place: str) -> Clause:
        """A clause of this policy by its place, for rules that no figure belongs to."""
        return Clause(self.number, place)


class _Values(dict[str, T]):
    """Parameters of one kind by name, each read from the file's text when first asked for."""

    def __init__(self, policy: Policy, read: Callable[[str], T]) -> None:
        super().__init__()
        self._policy, self._read = policy, read

    def __missing__(self, name: str) -> T:
        value = self[name] = self._read(self._policy.choice(name))
        return value
