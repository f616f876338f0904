"""The manifest beside a backup: what was in it when it was made, so that a later look finds what has changed in it.

``新阳 2026-11-22 200000.db`` has its manifest in ``新阳 2026-11-22 200000.json``. It is written before the backup gets
its name, so a backup of that name has one; only those of earlier programs have none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from haicang_desk.model.records import Original
from haicang_desk.model.store.mapping import TABLES
from haicang_desk.model.values import Course, NotWritten, cause
from haicang_desk.platform import new_private_file, replacement

KIND = "haicang-desk backup"
CHANGES = "journal"  # beside the tables of records, what ``counts`` has the number of changes under
_BLOCK = 1 << 20
_NAMED = 3  # tables named in a sentence


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup held when it was made and verified.

    ``number`` counts the automatic backups of one folder in the order they were made, whatever the clock said; one that
    a person made has 0. ``fault``: what a later look found wrong with it. ``fewer``: the records that it lacks against
    the backup before it; such a one lies beside the others and pushes none of them out.
    """

    sha256: str
    size: int  # bytes of the file
    counts: Mapping[str, int]  # records of each table, void ones too, and changes
    head: str  # the hash of the last change
    schema: str  # the last step of the schema
    program: str  # version
    files: int = 0  # scans and issued papers
    missing: tuple[str, ...] = ()
    made_at: str = ""
    verified_at: str = ""
    number: int = 0
    fault: str = ""
    fewer: str = ""
    kind: str = field(default=KIND)

    @property
    def changes(self) -> int:
        """How many changes it holds."""
        return self.counts.get(CHANGES, 0)

    @property
    def records(self) -> int:
        """How many records it holds, void ones too."""
        return sum(count for table, count in self.counts.items() if table != CHANGES)

    def made(self, at: datetime) -> Manifest:
        """The manifest of a backup that was made and verified now."""
        moment = at.isoformat(timespec="seconds")
        return replace(self, made_at=moment, verified_at=moment)


def manifest_path(backup: Path) -> Path:
    """Where the manifest of a backup is."""
    return backup.with_suffix(".json")


def read_manifest(backup: Path) -> Manifest | None:
    """The manifest of a backup; None where there is none that can be read."""
    try:
        held = json.loads(manifest_path(backup).read_text(encoding="utf-8"))
        if not isinstance(held, dict) or held.get("kind") != KIND:
            return None
        known = {name: held[name] for name in Manifest.__dataclass_fields__ if name in held}
        manifest = Manifest(**{**known, "missing": tuple(held.get("missing", ()))})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return manifest if _is_sound(manifest) else None


def _is_sound(manifest: Manifest) -> bool:
    texts = (manifest.sha256, manifest.head, manifest.schema, manifest.program, manifest.made_at, manifest.verified_at)
    counts = manifest.counts
    return (
        all(isinstance(text, str) for text in (*texts, manifest.fault, manifest.fewer, *manifest.missing))
        and all(isinstance(number, int) for number in (manifest.size, manifest.files, manifest.number))
        and isinstance(counts, dict)
        and all(isinstance(count, int) for count in counts.values())
    )


def write_manifest(backup: Path, manifest: Manifest) -> None:
    """Write the manifest of a backup, whole or not at all, in the place of an earlier one. Raises NotWritten."""
    path = manifest_path(backup)
    try:
        with replacement(path) as partial:
            new_private_file(partial)
            partial.write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as wrong:
        raise NotWritten(f"备份的清单“{path}”写不进去（{cause(wrong)}）。请检查磁盘空间和文件夹权限") from wrong


def fault_in(backup: Path, manifest: Manifest, course: Course | None = None) -> str:
    """What has changed in a backup since it was made, "" where nothing has: every byte of the file is read."""
    course, digest, read = course or Course(), sha256(), 0
    try:
        with backup.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                read += len(block)
                course.tell(read, manifest.size)
    except OSError as wrong:
        return f"读不出来（{cause(wrong)}）"
    if read != manifest.size:
        return f"大小是 {read:,} 字节，做成时是 {manifest.size:,} 字节"
    return "" if digest.hexdigest() == manifest.sha256 else "内容与做成时不同，校验码不符"


def fewer_than(before: Mapping[str, int], now: Mapping[str, int]) -> str:
    """Which tables have fewer records now than before, in words; "" where none has."""
    lost = [
        f"{_label(table)}少 {count - now.get(table, 0):,} {'次' if table == CHANGES else '条'}"
        for table, count in before.items()
        if now.get(table, 0) < count
    ]
    return "、".join(lost[:_NAMED]) + (f"等 {len(lost)} 种" if len(lost) > _NAMED else "")


def _label(table: str) -> str:
    if table == CHANGES:
        return "变更"
    if table == Original.table:
        return "原件"
    return TABLES[table].label if table in TABLES else table


def described(manifest: Manifest) -> dict[str, Any]:
    """The manifest for JSON."""
    return asdict(manifest)
