"""Where a text that cannot be printed was typed: the record and the field that have the character."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass

from haicang_desk.model.records import Project, Record, Village
from haicang_desk.model.typesetting import Unprintable


def traced(wrong: Unprintable, scenes: Iterable[object]) -> Unprintable:
    """The same refusal, with the record and field that hold the character."""
    for scene in scenes:
        for record in records_of(scene):
            for name, said in record.fields.items():
                held = getattr(record, name)
                if isinstance(held, str) and wrong.character in held:
                    return wrong.within(f"{record.label}{_whose(record)}的“{said.label}”")
    return wrong


def _whose(record: Record) -> str:
    if isinstance(record, Project):
        return f"“{record.code or record.title}”"
    return f"“{record.name}”" if isinstance(record, Village) else ""


def records_of(thing: object) -> Iterator[Record]:
    """Every record in a scene, however deep."""
    if isinstance(thing, Record):
        yield thing
    elif isinstance(thing, tuple):
        for part in thing:
            yield from records_of(part)
    elif is_dataclass(thing):
        for part in fields(thing):
            yield from records_of(getattr(thing, part.name))
