"""Ledgers for tests: records of every kind, their fields filled at random from what they declare."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import openpyxl

from haicang_desk.model.records import RECORDS, Field, Link, Project, Prose, Record, Street, StreetQuota, Village
from haicang_desk.model.services import Workspace
from haicang_desk.model.spreadsheet.columns import RECORD_VERSIONS
from haicang_desk.model.values import Money

WORDS = "霞阳社区楼道照明更换工程居民议事会戙𠮷𬭎，。（）《》“”〔2018〕=+-@'<b>&amp;_x0041_ 1２\t"


def value_of(said: Field, rng: random.Random) -> Any:
    """A value that the field may hold."""
    if said.optional and not said.required and rng.random() < 0.3:
        return None
    if said.among:
        return rng.choice(said.among)
    if said.kind in (str, Prose):
        if not said.required and rng.random() < 0.3:
            return said.type("")
        text = (
            "".join(rng.choices(WORDS, k=rng.randint(1, min(said.longest, 12)))).strip("-_“” \t").replace("\t", "")
            or "字"
        )
        return said.type(f"{text}\n二" if said.kind is Prose else text)
    if said.kind is Enum:
        return rng.choice(list(said.type))
    if said.kind is Money:
        return Money(rng.choice([said.least, rng.randint(1, 10**9), 100 * rng.randint(1, 10**6)]))
    if said.kind is date:
        return date(2018, 1, 1) + timedelta(days=rng.randint(0, 700))
    if said.kind is bool:
        return rng.random() < 0.5
    if said.kind is Decimal:
        return Decimal(rng.randint(0, min(said.most, 9999) * 10)) / 10
    if said.kind is int:
        return rng.randint(max(said.least, 0), min(said.most, 2100))
    raise TypeError(said.kind)


def record_of(cls: type[Record], rng: random.Random, **given: Any) -> Record:
    free = {name: said for name, said in cls.fields.items() if not said.refers and name not in given}
    return cls(**{name: value_of(said, rng) for name, said in free.items()}, **given)


def fill(ws: Workspace, rng: random.Random, *, projects: int = 4, each: int = 1, year: int = 2018) -> None:
    """Put a ledger in a store: a few villages, their projects, and records of every kind on each."""
    with ws.change("填充", actor="陈") as change:
        street = ws.street
        change.save(replace(record_of(Street, rng, name=street.name), id=street.id))
        villages = [*ws.all(Village), *(change.save(v) for v in _villages(rng))]
        change.save(record_of(StreetQuota, rng, fund_year=year + 1))
        for number in range(projects):
            village = rng.choice(villages)
            title = f"第{number % 3}项{rng.choice(WORDS[:12])}"
            given = {"code": f"P-{number:04}", "village": Link(village.id), "fund_year": year, "title": title}
            project = change.save(record_of(Project, rng, **given))
            for cls in RECORDS:
                if "project" in cls.fields:
                    for _ in range(rng.randint(0, 2 * each)):
                        change.save(_child(cls, rng, project, village))


def _villages(rng: random.Random) -> Iterator[Record]:
    return (record_of(Village, rng, name=f"{name}社区") for name in ("海虹", "新垵", "祥露"))


def cells_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """The cells of a workbook by sheet, without the versions: what a record was before, each store knows for itself."""
    sheets = {}
    for sheet in openpyxl.load_workbook(path):
        kept = [cell.column - 1 for cell in sheet[1] if cell.value != RECORD_VERSIONS]
        sheets[sheet.title] = [tuple(row[n] for n in kept) for row in sheet.iter_rows(values_only=True)]
    return sheets


def _child(cls: type[Record], rng: random.Random, project: Record, village: Record) -> Record:
    given: dict[str, Any] = {}
    optional = not cls.fields["project"].required
    if not (optional and rng.random() < 0.3):
        given["project"] = Link(project.id)
    if "village" in cls.fields:
        given["village"] = Link(village.id)
    if "fund_year" in cls.fields:
        given["fund_year"] = 2018
    return record_of(cls, rng, **given)


def held(ws: Workspace) -> dict[str, list[Record]]:
    """All that a store holds, without the ids of what every store has of its own: its street and quotas."""
    return {
        cls.label: [replace(r, id="") if cls in (Street, StreetQuota) else r for r in ws.all(cls)] for cls in RECORDS
    }
