"""Parameters of the policy, each with its clause, and the rule set (Policy) that one file holds."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Self, TypeVar

from haicang_desk.model.findings import Clause
from haicang_desk.model.policy.word_lists import Wording
from haicang_desk.model.values import Money, cached_field

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of parameter: how its value is written in a rule-set file, and how it is shown."""

    expected: str  # how to write a value, in Chinese, for the message about one that is not written so
    accepts: Callable[[Any], bool]
    show: Callable[[Any], str] = str


def _written_as(read: Callable[[str], Any], least: Any = None) -> Callable[[Any], bool]:
    """A check for quoted values that ``read`` can read, and that are no less than ``least`` where it is given."""

    def accepts(value: Any) -> bool:
        try:
            return isinstance(value, str) and (read(value) >= least if least is not None else bool(read(value)))
        except (ValueError, ZeroDivisionError):
            return False

    return accepts


def _percentage(value: str) -> str:
    percent = Fraction(value) * 100
    return f"{percent}%" if percent.denominator == 1 else value


def _ratio(value: str) -> str:
    ratio = Fraction(value)
    return f"{ratio.numerator}∶{ratio.denominator}"


CHOICE = "choice"  # a kind of its own: its legal values are declared by the parameter
KINDS = {
    "money": Kind(
        '加引号的金额（元），如 "200000.00"', _written_as(Money.parse, Money(0)), lambda v: f"{Money.parse(v)} 元"
    ),
    "share": Kind('加引号的数，如 "2/5" 或 "0.4"', _written_as(Fraction, 0), _percentage),
    "ratio": Kind('加引号的数，如 "1/1" 或 "1/2"', _written_as(Fraction, 0), _ratio),
    "count": Kind("不加引号、不小于 0 的整数", lambda value: type(value) is int and value >= 0),
    "day": Kind('加引号的日期，如 "2018-08-31"', _written_as(date.fromisoformat)),
    "flag": Kind("true 或 false，不加引号", lambda value: isinstance(value, bool), lambda v: "是" if v else "否"),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One figure of the policy: its value as the file writes it, the clause, and its Chinese name."""

    value: Any
    place: str  # 三(一)¶9
    label: str
    origin: str = "方案"  # 方案: the policy's own figure; 惯例: a convention where it is silent
    kind: str = ""  # a key of KINDS or CHOICE; the shipped rule set declares it
    choices: Mapping[str, str] = field(default_factory=dict)  # the legal values of a CHOICE, each with its Chinese name
    borrowed_from: str = ""  # the number of the shipped rule set, where the office's own file lacks this parameter

    @property
    def expected(self) -> str:
        """How a value is to be written, in Chinese."""
        if self.kind == CHOICE:
            return " 或 ".join(f'"{code}"（{name}）' for code, name in self.choices.items())
        return KINDS[self.kind].expected

    def accepts(self, value: Any) -> bool:
        """Whether a value is of this parameter's kind, or one of its choices."""
        if self.kind == CHOICE:
            return isinstance(value, str) and value in self.choices
        return KINDS[self.kind].accepts(value)

    @property
    def text(self) -> str:
        """The value as an official writes it: 200,000.00 元, 40%, 1∶1, 是, 按项目."""
        return self.choices[self.value] if self.kind == CHOICE else KINDS[self.kind].show(self.value)


@dataclass(frozen=True)
class Policy:
    """One rule set: the parameters in force from a fund year on. Each value is parsed once, at its first use.

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
    path: Path | None = field(default=None, compare=False)  # the file it was read from
    words_of: Callable[[], Wording] | None = field(default=None, compare=False, repr=False)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a complete rule set from a file. Raises OSError, ValueError or TypeError."""
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls.of_tables(tables, path)

    @classmethod
    def of_tables(cls, tables: Mapping[str, Any], path: Path) -> Self:
        """A rule set from the parsed tables of its file."""
        parameters = {name: Parameter(**value) for name, value in tables.items() if isinstance(value, dict)}
        issued = date.fromisoformat(tables["issued"]) if "issued" in tables else None
        heads = {
            name: tables[name]
            for name in ("number", "title", "from_year", "index", "issuer", "normative")
            if name in tables
        }
        return cls(parameters=parameters, issued=issued, path=path, **heads)

    @property
    def words(self) -> Wording:
        """The word lists in force with it. Raises Refused where those of the office are faulty."""
        if self.words_of is None:
            raise LookupError("a rule set outside a rule book has no word lists")
        return self.words_of()

    def money(self, name: str) -> Money:
        """The value of a parameter of kind money."""
        return self._money[name]

    def share(self, name: str) -> Fraction:
        """The value of a parameter of kind share or ratio."""
        return self._shares[name]

    def number_of(self, name: str) -> int:
        """The value of a parameter of kind count."""
        return int(self.parameters[name].value)

    def flag(self, name: str) -> bool:
        """The value of a parameter of kind flag."""
        value = self.parameters[name].value
        if not isinstance(value, bool):
            raise TypeError(f"{name} is no flag: {value!r}")
        return value

    def choice(self, name: str) -> str:
        """The value of a parameter of kind choice, a code."""
        return str(self.parameters[name].value)

    def day(self, name: str) -> date:
        """The value of a parameter of kind day."""
        return self._days[name]

    @cached_field
    def _money(self) -> _Values[Money]:
        return _Values(self, Money.parse)

    @cached_field
    def _shares(self) -> _Values[Fraction]:
        return _Values(self, Fraction)

    @cached_field
    def _days(self) -> _Values[date]:
        return _Values(self, date.fromisoformat)

    def clause(self, name: str) -> Clause:
        """The clause that sets a parameter; for a borrowed one, in the document it is borrowed from."""
        parameter = self.parameters[name]
        return Clause(parameter.borrowed_from or self.number, parameter.place)

    def at(self, place: str) -> Clause:
        """A clause of this policy by its place, for rules without a parameter."""
        return Clause(self.number, place)

    @property
    def borrowed_note(self) -> str:
        """One Chinese line naming the parameters borrowed from the shipped rule set; "" for none."""
        borrowed = {name: each for name, each in self.parameters.items() if each.borrowed_from}
        if not borrowed:
            return ""
        names = "、".join(f"{each.label} {each.text}（{name}）" for name, each in borrowed.items())
        (number,) = {each.borrowed_from for each in borrowed.values()}
        return (
            f"政策参数文件“{self.path}”没有写 {len(borrowed)} 项，沿用随程序提供的{number}的数值：{names}；"
            "要改的请补写进这个文件"
        )


class _Values(dict[str, T]):
    """Values of one kind by parameter name, each parsed at its first use."""

    def __init__(self, policy: Policy, read: Callable[[str], T]) -> None:
        super().__init__()
        self._policy, self._read = policy, read

    def __missing__(self, name: str) -> T:
        value = self[name] = self._read(self._policy.choice(name))
        return value
