"""Fields and records: each attribute is declared once, for forms, lists, workbooks, papers and the schema.

A record is a frozen dataclass whose attributes are declared with ``field("标签", …)``. The annotation gives the kind of
value; label, length and whether it may be empty are repeated nowhere else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, ClassVar, NewType, TypeVar, dataclass_transform, get_args, get_type_hints

from haicang_desk.model.values import Money, clean_text, full_date

Prose = NewType("Prose", str)  # text of several lines
Link = NewType("Link", str)  # the id of another record, "" for none

R = TypeVar("R", bound="Record")

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
    """A member of a closed choice: ``code`` is stored, ``label`` is shown and typed."""

    code: str
    label: str

    def __new__(cls, code: str, label: str) -> Labelled:
        member = object.__new__(cls)
        member._value_ = member.code = code
        member.label = label
        return member

    __hash__ = object.__hash__  # members are singletons; hashing by name is slow when counting a million


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """The declaration of one attribute of a record."""

    label: str
    required: bool = False  # marked * in the workbook and on forms
    needed_to: str = ""  # the first workflow step that requires it
    fixed: bool = False  # set by the program, shown but never typed
    reused: bool = False  # copied into a new draft made from an earlier project (R25)
    longest: int = 60  # characters (code points)
    least: int = 0  # smallest int, Decimal or Money allowed
    most: int = 10**9  # largest int or Decimal allowed
    unit: str = ""  # 元, %, 人 … shown behind the label
    hint: str = ""  # what to enter, shown in the empty editor and in the note of the workbook column
    suggests: Sequence[str] = ()  # offered; other values are allowed
    person: bool = False  # the name of somebody of the office; those registered are offered
    names: bool = False  # holds names of natural persons; notices mask these names in every text
    private: bool = False  # a telephone or an account: screens show it masked until somebody asks to see it
    among: Sequence[str] = ()  # in order; any other text is refused
    refers: str = ""  # the table a Link points to
    section: str = ""  # heading of its group on forms; "" continues the group before
    name: str = ""
    type: Any = str  # the annotation, without None
    kind: Any = str  # a key of KINDS
    optional: bool = False  # whether None is a value

    @property
    def hint_text(self) -> str:
        """What to write: the hint, or else the first and the last of the texts that are accepted."""
        return self.hint or (f"{self.among[0]} 至 {self.among[-1]}" if self.among else "")

    @property
    def is_name(self) -> bool:
        """Whether it holds names of natural persons."""
        return self.person or self.names

    @property
    def heading(self) -> str:
        """Its column heading in the ledger workbook, such as 区级专项资金(元)."""
        return f"{self.label}({self.unit})" if self.unit in ("元", "%") else self.label

    def show(self, record: Record) -> str:
        """The value of a record as screens and papers show it."""
        return show_value(getattr(record, self.name))


def stored_text(field: Field, text: str) -> str:
    """Text as a field of this kind stores it: only Prose fields keep their line breaks. Raises as clean_text."""
    text = clean_text(text)
    return text if field.kind is Prose or "\n" not in text else " ".join(map(str.strip, text.splitlines()))


def with_stored_texts(record: R) -> R:
    """A record with its texts as they are stored. Raises ValueError, naming the field, for what can't be stored."""
    changed: dict[str, Any] = {}
    for name, field in record.fields.items():
        if field.kind in (str, Prose) and (text := getattr(record, name)):
            try:
                stored = stored_text(field, text)
            except ValueError as wrong:
                raise ValueError(f"{field.label}{wrong}") from wrong
            if stored != text:
                changed[name] = stored
    return dataclasses.replace(record, **changed) if changed else record


def limit_violations(record: Record) -> list[str]:
    """One Chinese text for each value that is too large, too small, too long or not allowed: 金额应不少于 0.01 元."""
    found = []
    for name, field in record.fields.items():
        value = getattr(record, name)
        if field.kind in (str, Prose) and len(value) > field.longest:
            found.append(f"{field.label}最多 {field.longest} 个字，现有 {len(value)} 个字")
        elif field.among and value and value not in field.among:
            found.append(f"{field.label}应为 {field.among[0]} 至 {field.among[-1]} 之一，现为“{value}”")
        elif field.kind is Money and value is not None and value < field.least:
            found.append(f"{field.label}应不少于 {Money(field.least)} 元，现为 {value} 元")
        elif field.kind in (int, Decimal) and value is not None and not field.least <= value <= field.most:
            found.append(f"{field.label}应在 {field.least} 至 {field.most} 之间，现为 {value}")
    return found


def show_value(value: Any) -> str:
    """Format a value of any kind: 是/否, 2018年8月1日, 12,000.00, the label of a choice, "" for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return full_date(value)
    return str(getattr(value, "label", value))


def field(label: str, *, default: Any = dataclasses.MISSING, **attributes: Any) -> Any:
    """Declare one attribute of a record, with attributes of Field."""
    return dataclasses.field(default=default, metadata={"field": Field(label, **attributes)})


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Record:
    """The base of all records: a frozen row of the store. Change one with ``dataclasses.replace``.

    Equality, hash and repr are written here: to generate them for each class would take a fifth of the start-up time.
    """

    table: ClassVar[str]
    label: ClassVar[str]  # the Chinese name of the record, and of its sheet in the ledger workbook
    key: ClassVar[tuple[str, ...]]  # fields by which an imported row is matched with an existing record
    fields: ClassVar[Mapping[str, Field]]  # by name, in the order declared
    columns: ClassVar[tuple[str, ...]]  # of its table, in the order they are read

    id: str = ""  # uuid7, "" until it is first saved
    void: bool = False  # 作废: kept in the store, shown nowhere

    def __init_subclass__(cls, *, table: str, label: str, key: tuple[str, ...] = ()) -> None:
        dataclasses.dataclass(frozen=True, kw_only=True, eq=False, repr=False)(cls)
        cls.table, cls.label, cls.key, cls.fields = table, label, key, _declared(cls)
        cls.columns = ("id", "void", *cls.fields)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__.values()))

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items() if value not in (None, "", 0))
        return f"{type(self).__name__}({values})"


def _declared(cls: type[Record]) -> dict[str, Field]:
    """The fields of a record class by name, completed with what the annotations say."""
    hints = get_type_hints(cls)
    found = {}
    for attribute in dataclasses.fields(cls):
        if declared := attribute.metadata.get("field"):
            hint = hints[attribute.name]
            optional = isinstance(hint, UnionType)
            bare = next(part for part in get_args(hint) if part is not NoneType) if optional else hint
            kind = Enum if isinstance(bare, type) and issubclass(bare, Enum) else bare
            unit = "元" if kind is Money else declared.unit
            found[attribute.name] = dataclasses.replace(
                declared, name=attribute.name, type=bare, kind=kind, optional=optional, unit=unit
            )
    return found
