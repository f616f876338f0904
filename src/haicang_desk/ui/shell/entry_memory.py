"""What forms remember of earlier entries: the record entered before, for ``..``, and the fields pinned for the next."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from haicang_desk.model.services import Workspace
from haicang_desk.ui.shell.settings import Settings

PINS = "固定"  # settings key before the name of a table


class EntryMemory:
    """Entries as typed, by the table of their record. Pins are kept in the settings, the rest for this session."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings
        self._previous: dict[str, dict[str, str]] = {}
        self._pins: dict[str, dict[str, str]] = {}

    def previous(self, table: str, name: str) -> str | None:
        """The entry of a field in the record entered before, None where there was none."""
        return self._previous.get(table, {}).get(name)

    def pins(self, table: str) -> dict[str, str]:
        """The entries pinned for the next new record, by field."""
        if table not in self._pins:
            kept = self.settings.structure(f"{PINS}/{table}") if self.settings else None
            self._pins[table] = {str(k): str(v) for k, v in kept.items()} if isinstance(kept, dict) else {}
        return self._pins[table]

    def pin(self, table: str, name: str, entry: str | None) -> None:
        """Pin the entry of a field; None takes the pin out."""
        pins = self.pins(table)
        if entry is None:
            pins.pop(name, None)
        else:
            pins[name] = entry
        if self.settings:
            self.settings.keep_structure(f"{PINS}/{table}", pins)

    def remember(self, table: str, typed: Mapping[str, str]) -> None:
        """A record was entered: ``..`` repeats its entries, and pinned fields keep them."""
        self._previous.setdefault(table, {}).update(typed)
        for name in self.pins(table):
            if name in typed:
                self.pin(table, name, typed[name])


_MEMORIES: WeakKeyDictionary[Workspace, EntryMemory] = WeakKeyDictionary()


def memory_of(workspace: Workspace) -> EntryMemory:
    """The memory of the forms of an open store."""
    if workspace not in _MEMORIES:
        _MEMORIES[workspace] = EntryMemory()
    return _MEMORIES[workspace]


def keep_memory(workspace: Workspace, settings: Settings) -> EntryMemory:
    """Begin a memory for a store just opened, with its pins in the settings."""
    _MEMORIES[workspace] = EntryMemory(settings)
    return _MEMORIES[workspace]
