"""The policy files that are in force in a ledger, what became of the files since, and taking a change into force.

A ledger keeps the text of every rule set and word list (``PolicyFile``, journalled) and judges by these texts alone. A
file that was changed, added or removed since is told and not used until someone accepts it with a reason; what a new
release of the program ships is accepted when the ledger is first opened to be written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from haicang_desk.model.policy import WORDS_FILE, PolicyText, files_now, rule_book
from haicang_desk.model.records import PolicyFile, Prose
from haicang_desk.model.services.policy_records import policy_file_of, policy_text_of
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.values import Refused


class Became(Enum):
    """What became of a policy file since its text came into force."""

    CHANGED = "改动过"
    ADDED = "新放进来"
    REMOVED = "不在了"
    TAMPERED = "与本版本发布的不同"


@dataclass(frozen=True, slots=True)
class PolicyDifference:
    """A policy file that is not as the ledger keeps it. ``now``: None where it is gone; ``kept``: where it is new.

    ``before``: the rule set that a new one would take the place of.
    """

    became: Became
    now: PolicyText | None
    kept: PolicyText | None
    before: PolicyText | None = None

    @property
    def text(self) -> PolicyText:
        """The text that there is."""
        found = self.now or self.kept
        assert found is not None
        return found

    @property
    def name(self) -> str:
        """By what it is accepted: 2027.toml."""
        return self.text.name

    @property
    def message(self) -> str:
        """What is, what is safe, and what to do."""
        file = f"政策文件“{self.text.path}”"
        if self.became is Became.TAMPERED:
            return f"随程序的{file}{self.became.value}，没有采用，仍按台账里启用的原文检查。请重新安装程序"
        used = "没有采用" if self.kept is None else "没有采用，仍按台账里启用的原文检查"
        cure = f"核对后在“政策依据”里启用，或用 policy 命令加 --accept {self.name}；不该改的请改回"
        return f"{file}{self.became.value}，{used}。{cure}"

    @property
    def lines(self) -> list[str]:
        """What differs, a figure or word list a line."""
        before = _figures(earlier) if (earlier := self.kept or self.before) else {}
        after = _figures(self.now) if self.now else {}
        names = [*before, *(name for name in after if name not in before)]
        return [
            f"{name}：{before.get(name, '（没有）')} → {after.get(name, '（没有）')}"
            for name in names
            if before.get(name) != after.get(name)
        ]


def policy_differences(ws: Workspace) -> list[PolicyDifference]:
    """The policy files that are not as they came into force in this ledger; none for one that keeps no texts yet."""
    kept = {text.key: text for text in map(policy_text_of, ws.all(PolicyFile))}
    if not kept:
        return []
    now = {text.key: text for text in files_now()}
    keys = [*kept, *sorted(now.keys() - kept.keys())]
    found = [each for key in keys if (each := _difference(kept.get(key), now.get(key)))]
    return [replace(each, before=_before(each.text, list(kept.values()))) if not each.kept else each for each in found]


def _before(text: PolicyText, kept: list[PolicyText]) -> PolicyText | None:
    """The rule set in force whose place a new one takes; None for word lists."""
    if text.name == WORDS_FILE:
        return None
    earlier = [each for each in kept if each.name != WORDS_FILE and each.name < text.name]
    return max(earlier, key=lambda each: each.name, default=None)


def _difference(kept: PolicyText | None, now: PolicyText | None) -> PolicyDifference | None:
    if now is None:
        return PolicyDifference(Became.REMOVED, None, kept)
    if kept is not None and not now.fault and kept.digest == now.digest:
        return None
    if now.shipped:
        return None if now.as_released else PolicyDifference(Became.TAMPERED, now, kept)
    return PolicyDifference(Became.ADDED if kept is None else Became.CHANGED, now, kept)


def accept_policy_file(ws: Workspace, name: str, *, reason: str, person: str) -> PolicyFile:
    """Take a policy file of the office into force as it is now, or out of force where it was removed.

    Raises Refused without a reason, where nothing of this name differs, or where the text cannot be used.
    """
    if not reason.strip():
        raise Refused("请写明启用的理由，如“区里下达 2027 年度方案”。没有启用")
    if len(reason) > PolicyFile.fields["reason"].longest:
        raise Refused(f"理由最多 {PolicyFile.fields['reason'].longest} 个字，没有启用")
    found = next((each for each in policy_differences(ws) if each.name == name and not each.text.shipped), None)
    if found is None:
        raise Refused(f"没有改动过的政策文件“{name}”，没有启用。改动过的用 policy 命令列出")
    with ws.change(_action(found), actor=person, undoable=False) as change:
        if found.now is None:
            (gone,) = ws.all(PolicyFile, name=name, shipped=False)
            return change.save(replace(gone, reason=Prose(reason.strip()), void=True))
        _refuse_unusable(ws, found.now)
        return change.save(policy_file_of(found.now, reason))


def _action(found: PolicyDifference) -> str:
    return f"停用政策文件：{found.name}" if found.now is None else f"启用政策文件：{found.name}"


def _refuse_unusable(ws: Workspace, text: PolicyText) -> None:
    """Raises Refused for a text that cannot be used beside those in force."""
    kept = tuple(each for each in ws.rule_book.texts if each.key != text.key)
    book = rule_book((*kept, text))
    if text.name == WORDS_FILE:
        book.words()
    elif book.faults:
        raise Refused(f"{book.faults[0]}。没有启用")


def _figures(text: PolicyText) -> Mapping[str, str]:
    """What a file decides, by the name that a person knows it by."""
    with suppress(tomllib.TOMLDecodeError):
        return dict(_named(tomllib.loads(text.text)))
    return {"全文": f"{len(text.text)} 个字"}


def _named(table: Mapping[str, Any], inside: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict) and "value" in value:
            yield str(value.get("label", name)), str(value["value"])
        elif isinstance(value, dict):
            yield from _named(value, f"{name}.")
        elif isinstance(value, list):
            yield f"{inside}{name}", "、".join(map(str, value))
        else:
            yield f"{inside}{name}", str(value)
