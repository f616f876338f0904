"""Fields: said once, and read by form, table, workbook, paper and schema alike.

A record is a frozen dataclass whose attributes are declared with ``field("标签", …)``. The annotation is the
field's kind; nothing else in the program repeats its label, its width or whether it may be empty.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, ClassVar, NewType, dataclass_transform, get_args, get_type_hints

from haicang_desk.model.values import Money, full_date

Prose = NewType("Prose", str)  # text of several lines
Link = NewType("Link", str)  # the id of another record, "" for none

KINDS: Mapping[Any, str] = {  # kind -> SQLite type
    str: "TEXT",
    Prose: "TEXT",
    Money: "INTEGER",
    date: "TEXT",
    int: "INTEGER",
    bool: "INTEGER",
    Decimal: "TEXT",
    Enum: "TEXT",
    Link: "TEXT",
}


class Labelled(Enum):
    """A choice: ``code`` is stored, ``label`` is what people read and write."""

    code: str
    label: str

    def __new__(cls, code: str, label: str) -> Labelled:
        member = object.__new__(cls)
        member._value_ = member.code = code
        member.label = label
        return member

    __hash__ = object.__hash__  # each is one of a kind; hashing its name is slow where a million are counted


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """What every part of the program knows about one attribute of a record."""

    label: str
    required: bool = False  # marked * in the workbook and on forms
    needed_to: str = ""  # the first workflow step that may not lack it
    fixed: bool = False  # set by the program, shown but never typed
    longest: int = 60  # characters (code points)
    least: int = 0  # smallest int, Decimal or Money that makes sense
    most: int = 10**9  # largest int or Decimal that makes sense
    unit: str = ""  # 元, %, 人 … shown behind the label
    hint: str = ""  # what to write, shown in the empty editor and in the workbook's note
    suggests: Sequence[str] = ()  # offered, not imposed
    among: Sequence[str] = ()  # in order: a text that is none of them is refused
    refers: str = ""  # the table a Link points to
    section: str = ""  # heading under which forms group it; "" continues the last
    name: str = ""
    type: Any = str  # the annotation, without None
    kind: Any = str  # a key of KINDS
    optional: bool = False  # whether None is a value

    @property
    def hint_text(self) -> str:
        """What to write: the hint, or else the first and the last of the texts that are accepted."""
        return self.hint or (f"{self.among[0]} 至 {self.among[-1]}" if self.among else "")

    @property
    def heading(self) -> str:
        """The column heading of the ledger workbook: 区级专项资金(元)."""
        return f"{self.label}({self.unit})" if self.unit in ("元", "%") else self.label

    def show(self, record: Record) -> str:
        """The value as it reads on screen and on paper alike."""
        return show_value(getattr(record, self.name))


def limit_violations(record: Record) -> list[str]:
    """What in a record is more, less or longer than its fields allow, each said for people: 金额应不少于 0.01 元."""
    found = []
    for name, said in record.fields.items():
        value = getattr(record, name)
        if said.kind in (str, Prose) and len(value) > said.longest:
            found.append(f"{said.label}最多 {said.longest} 个字，现有 {len(value)} 个字")
        elif said.among and value and value not in said.among:
            found.append(f"{said.label}应为 {said.among[0]} 至 {said.among[-1]} 之一，现为“{value}”")
        elif said.kind is Money and value is not None and value < said.least:
            found.append(f"{said.label}应不少于 {Money(said.least)} 元，现为 {value} 元")
        elif said.kind in (int, Decimal) and value is not None and not said.least <= value <= said.most:
            found.append(f"{said.label}应在 {said.least} 至 {said.most} 之间，现为 {value}")
    return found


def show_value(value: Any) -> str:
    """One formatter for all kinds: 是/否, 2018年8月1日, 12,000.00, the label of a choice, "" for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return full_date(value)
    return str(getattr(value, "label", value))


def field(label: str, *, default: Any = dataclasses.MISSING, **said: Any) -> Any:
    """Declare one attribute of a record; ``said`` are the attributes of Field."""
    return dataclasses.field(default=default, metadata={"field": Field(label, **said)})


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Record:
    """A frozen row of the store, equal to another of its class with equal values. Change one with ``replace``.

    Equality and repr are said here once: generating them for each class would cost a fifth of the start-up.
    """

    table: ClassVar[str]
    label: ClassVar[str]  # the Chinese name of the record, and of its sheet in the ledger workbook
    key: ClassVar[tuple[str, ...]]  # fields by which an imported row is known as one already held
    fields: ClassVar[Mapping[str, Field]]  # by name, in the order declared
    columns: ClassVar[tuple[str, ...]]  # of its table, in the order they are read

    id: str = ""  # uuid7, "" until it is first put
    void: bool = False  # 作废: kept, shown nowhere

    def __init_subclass__(cls, *, table: str, label: str, key: tuple[str, ...] = ()) -> None:
        dataclasses.dataclass(frozen=True, kw_only=True, eq=False, repr=False)(cls)
        cls.table, cls.label, cls.key, cls.fields = table, label, key, _declared(cls)
        cls.columns = ("id", "void", *cls.fields)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__.values()))

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items() if value not in (None, "", 0))
        return f"{type(self).__name__}({said})"


def _declared(cls: type[Record]) -> dict[str, Field]:
    hints = get_type_hints(cls)
    found = {}
    for attribute in dataclasses.fields(cls):
        if said := attribute.metadata.get("field"):
            hint = hints[attribute.name]
            optional = isinstance(hint, UnionType)
            bare = next(part for part in get_args(hint) if part is not NoneType) if optional else hint
            kind = Enum if isinstance(bare, type) and issubclass(bare, Enum) else bare
            unit = "元" if kind is Money else said.unit
            found[attribute.name] = dataclasses.replace(
                said, name=attribute.name, type=bare, kind=kind, optional=optional, unit=unit
            )
    return found
