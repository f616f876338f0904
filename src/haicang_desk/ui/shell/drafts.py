"""Drafts: unsaved entries of every form, written within seconds to a small file and offered again after a crash."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from PySide6.QtCore import QObject, QTimer, SignalInstance
from PySide6.QtWidgets import QWidget

from haicang_desk.paths import data_folder
from haicang_desk.platform import discard, new_private_file, remove_file, replace_file
from haicang_desk.ui.shell.private_view import private_view

NEW = "新建"  # the key of a project without an id in files of earlier programs
PAUSE = 2000  # ms from the first key after a draft was written to the next; so within 3 s of the last key
MOST_SHOWN = 8  # entries named when a draft is offered


@dataclass(frozen=True, slots=True)
class FormRequest:
    """A form that a screen is asked to open: of a step or a record of a project, or of a record of the office."""

    project: str = ""
    step: str = ""
    table: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """The entries of one form as typed. ``shown`` is what the form showed before anything was typed."""

    slot: str  # its key in the file
    subject: str  # what it is about: table, step, project and record; equal for forms that can take it up
    what: str  # in words
    at: str
    typed: dict[str, str]
    shown: dict[str, str] = field(default_factory=dict)
    screen: str = ""  # where its form is opened
    request: Any = None  # what that screen is asked for, as JSON: a FormRequest, an id, or a list for a tuple

    def what_to_show(self) -> Any:
        """What its screen is asked to show."""
        if isinstance(self.request, dict):
            return FormRequest(**self.request)
        return tuple(self.request) if isinstance(self.request, list) else self.request


def subject_of(table: str, *, project: str = "", record: str = "", step: str = "") -> str:
    """What a form is about, as the subject of its drafts."""
    return "/".join((table, step, project, record))


def written_at(moment: datetime) -> str:
    """When a draft was written, as it is shown and kept."""
    return moment.strftime("%Y-%m-%d %H:%M")


class Drafts:
    """The drafts of one store in a small file. An unreadable file holds none."""

    def __init__(self, store: Path | None, folder: Path | None = None) -> None:
        name = sha256(str(store).encode()).hexdigest()[:16]
        self._path = (folder or data_folder()) / f"草稿-{name}.json"

    def keep(self, draft: Draft) -> None:
        """Write a draft. Failing to write it is ignored, so that typing goes on."""
        drafts = self._read()
        drafts[draft.slot] = asdict(draft)
        self._write(drafts)

    def drop(self, slot: str) -> None:
        """Forget a draft."""
        drafts = self._read()
        if drafts.pop(slot, None) is not None:
            self._write(drafts)

    def all(self) -> list[Draft]:
        """All drafts, newest first."""
        found = [draft for slot, kept in self._read().items() if (draft := _read_draft(slot, kept)) is not None]
        return sorted(found, key=lambda draft: draft.at, reverse=True)

    def of(self, subject: str) -> list[Draft]:
        """The drafts about one thing, newest first."""
        return [draft for draft in self.all() if draft.subject == subject]

    def _read(self) -> dict[str, Any]:
        try:
            drafts = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return drafts if isinstance(drafts, dict) else {}

    def _write(self, drafts: Mapping[str, Any]) -> None:
        partial = self._path.with_suffix(".partial")
        with suppress(OSError):
            if drafts:
                discard(partial)
                new_private_file(partial)
                partial.write_text(json.dumps(drafts, ensure_ascii=False), encoding="utf-8")
                replace_file(partial, self._path)
            else:
                remove_file(self._path)


def _read_draft(slot: str, kept: Any) -> Draft | None:
    """A draft of the file, None where it is none; those of earlier programs are of a project's own form."""
    if not isinstance(kept, dict) or not isinstance(kept.get("typed"), dict):
        return None
    typed = {str(name): str(text) for name, text in kept["typed"].items()}
    at = str(kept.get("at", ""))
    if "subject" not in kept:
        record = "" if slot == NEW else slot
        what = str(typed.get("title") or "") or ("新项目" if slot == NEW else "项目")
        return Draft(slot, subject_of("project", record=record), what, at, typed, screen="project", request=record)
    shown, request = kept.get("shown"), kept.get("request")
    if not (isinstance(shown, dict) and isinstance(kept["subject"], str)):
        return None
    told = {name: str(kept.get(name, "")) for name in ("subject", "what", "at", "screen")}
    with suppress(TypeError):  # a request with fields that this program does not know
        draft = Draft(slot=slot, typed=typed, shown=shown, request=request, **told)
        draft.what_to_show()
        return draft
    return None


class DraftForm(Protocol):
    """What a DraftKeeper needs of a form; RecordForm is one."""

    edited: SignalInstance

    def raw(self) -> dict[str, str]:
        """Every entry as typed, by name."""

    def set_raw(self, typed: Mapping[str, str], /) -> None:
        """Show entries as they were typed."""

    @property
    def changed(self) -> bool:
        """Whether anything differs from what was shown first."""

    def label_of(self, name: str, /) -> str:
        """The label of an entry."""


_in_use: set[str] = set()  # slots of forms that are open in this process
_wanted: list[str] = []  # the slot that the next form of its subject takes up unasked


def waiting(drafts: Drafts) -> list[Draft]:
    """The drafts of which no form is open, newest first."""
    return [draft for draft in drafts.all() if draft.slot not in _in_use]


def take_up(draft: Draft) -> None:
    """Have the form that is opened next for this draft take it up unasked."""
    _wanted[:] = [draft.slot]


class DraftKeeper(QObject):
    """Keeps the entries of a form as a draft while they are typed, and offers those that were left.

    Call ``begin`` whenever the form shows something new, then ``offer``; ``drop`` when it was saved or given up.
    """

    def __init__(self, form: DraftForm, drafts: Drafts, now: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._form, self._drafts, self._now = form, drafts, now
        self._draft: Draft | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self.keep)
        form.edited.connect(self._on_edited)
        self._slots = slots = set[str]()
        self.destroyed.connect(lambda: _in_use.difference_update(slots))

    @property
    def pending(self) -> bool:
        """Whether something was typed that is not on the disk yet."""
        return self._timer.isActive()

    def begin(self, subject: str, what: str, *, screen: str = "", request: FormRequest | str | None = None) -> None:
        """The form now shows this, under a slot of its own; ``screen`` and ``request`` lead there again."""
        self.release()
        asked = asdict(request) if isinstance(request, FormRequest) else request
        self._use(Draft(uuid4().hex, subject, what, "", {}, self._form.raw(), screen, asked))

    def offer(self, parent: QWidget) -> bool:
        """Offer what was left about the same subject, newest first. Gives whether a draft was taken up."""
        from haicang_desk.ui.shell import prompts

        own = self._draft
        if own is None:
            return False
        for draft in self._drafts.of(own.subject):
            if draft.slot in _in_use:
                continue
            if draft.typed == self._form.raw():
                self._drafts.drop(draft.slot)
                continue
            answer: bool | None = True
            if draft.slot not in _wanted:
                answer = prompts.use_draft(parent, draft.what, draft.at, self._differences(draft))
            if answer:
                _wanted.clear()
                self._use(Draft(draft.slot, own.subject, own.what, draft.at, {}, own.shown, own.screen, own.request))
                self._form.set_raw(draft.typed)
                return True
            if answer is None:
                return False
            self._drafts.drop(draft.slot)
        return False

    def keep(self) -> None:
        """Write what is typed and not saved; nothing is kept of a form as it was shown."""
        self._timer.stop()
        if self._draft is None:
            return
        if self._form.changed:
            own = self._draft
            at = written_at(self._now())
            self._drafts.keep(
                Draft(own.slot, own.subject, own.what, at, self._form.raw(), own.shown, own.screen, own.request)
            )
        else:
            self._drafts.drop(self._draft.slot)

    def drop(self) -> None:
        """Forget the draft: what was typed is saved or given up."""
        self._timer.stop()
        if self._draft is not None:
            self._drafts.drop(self._draft.slot)

    def release(self) -> None:
        """The form is done with; a draft on the disk stays there."""
        self._timer.stop()
        if self._draft is not None:
            _in_use.discard(self._draft.slot)
            self._draft = None

    def _use(self, draft: Draft) -> None:
        if self._draft is not None:
            _in_use.discard(self._draft.slot)
        self._draft = draft
        _in_use.add(draft.slot)
        self._slots.add(draft.slot)

    def _on_edited(self) -> None:
        if self._draft is not None and not self._timer.isActive():
            self._timer.start()

    def _differences(self, draft: Draft) -> str:
        """What was typed; and where the record has been changed since, what it says now."""
        now = self._form.raw()
        typed = {name: text for name, text in draft.typed.items() if name in now and text != draft.shown.get(name, "")}
        moved = {name for name in now if draft.shown and name in draft.shown and draft.shown[name] != now[name]}
        lines = []
        for name, text in typed.items():
            there = f"　（台账里现在是：{_short(now[name])}）" if name in moved else ""
            lines.append(f"{self._form.label_of(name)}：{_short(text)}{there}")
        lines += [
            f"{self._form.label_of(name)}：当时是 {_short(draft.shown[name])}，台账里现在是 {_short(now[name])}"
            for name in moved
            if name not in typed
        ]
        told = "\n".join(lines[:MOST_SHOWN]) + (
            f"\n另有 {len(lines) - MOST_SHOWN} 处" if len(lines) > MOST_SHOWN else ""
        )
        return f"这条记录后来改过，请对照：\n{told}" if moved else told


def _short(text: str) -> str:
    flat = private_view().text(" ".join(text.split()))
    return (f"{flat[:24]}…" if len(flat) > 24 else flat) or "（空）"
