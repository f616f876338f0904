"""Versions of a record: how an import knows which desk changed a row, when a workbook comes back from another one.

An export writes behind each row the digests of the contents that the record has had in that store, the present one
last (column 记录版本, hidden). The last of them that the importing store has had too is the common version: what
differs from it in the workbook was changed there, what differs from it in the store was changed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from haicang_desk.model.records import Prose, Record, Village, stored_text
from haicang_desk.model.store import TABLES, to_record, unpack
from haicang_desk.model.store.mapping import TO_CELL
from haicang_desk.model.values import Money

MOST_VERSIONS = 40  # written for one record; an older workbook than that is asked about, never guessed
_VERSION = re.compile(r"v[0-9a-f]{12}\b")


@dataclass(frozen=True, slots=True)
class RecordNames:
    """What stands for the ids of villages and projects in a workbook: names and numbers."""

    villages: Mapping[str, str] = field(default_factory=dict)
    projects: Mapping[str, str] = field(default_factory=dict)

    def of(self, table: str, record_id: str) -> str:
        """The name of a village or the number of a project; "" for an unknown one."""
        return (self.villages if table == Village.table else self.projects).get(record_id, "")


def version_of(record: Record, names: RecordNames) -> str:
    """The digest of a record's content as a workbook carries it; two stores give the same for the same content.

    Empty fields are left out, so that a field added later changes no version.
    """
    parts = []
    for name, declared in record.fields.items():
        value: Any = getattr(record, name)
        if value is None or value == "" or (declared.kind is Money and not declared.optional and not value):
            continue
        if declared.refers:
            value = names.of(declared.refers, value)
        elif declared.kind in (str, Prose):
            value = stored_text(declared, value)
        elif (convert := TO_CELL[declared.kind]) is not None:
            value = convert(value.normalize() if hasattr(value, "normalize") else value)
        parts.append(f"{name}={value}")
    return "v" + sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def versions_in(record: Record, packed: Sequence[str], names: RecordNames) -> dict[str, Record]:
    """The contents that a record has had, oldest first and the present one last, by version.

    ``packed`` are its rows from the journal (``store.versions_of``).
    """
    found: dict[str, Record] = {}
    for row in packed:
        earlier = to_record(TABLES[record.table], unpack(record.table, row).values())
        version = version_of(earlier, names)
        found.pop(version, None)
        found[version] = earlier
    present = version_of(record, names)
    found.pop(present, None)
    found[present] = record
    return found


def written(versions: Iterable[str]) -> str:
    """Versions as a cell holds them."""
    return " ".join(list(versions)[-MOST_VERSIONS:])


def read_versions(cell: str) -> tuple[str, ...]:
    """The versions in a cell, the present one of the exporting store last."""
    return tuple(_VERSION.findall(cell))
