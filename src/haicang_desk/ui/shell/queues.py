"""What the queues of CUPS are and offer, read from ``lpstat`` and ``lpoptions``; nothing is guessed for one that does
not tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

NAMES = ("lpstat", ["-e"])  # what lists the queues
USUAL = ("lpstat", ["-d"])  # what names the usual one
_OPTION = re.compile(r"(\S+?)/[^:]*:\s*(.*)")
_SIDES = (("Duplex", {"DuplexNoTumble", "DuplexTumble"}), ("sides", {"two-sided-long-edge", "two-sided-short-edge"}))


def options_asked(queue: str) -> tuple[str, list[str]]:
    """The program and its arguments that list what a queue offers."""
    return "lpoptions", ["-p", queue, "-l"]


@dataclass(frozen=True, slots=True)
class QueueOptions:
    """The choices of a queue by option, and which is its own; empty where the queue does not tell."""

    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    usual: Mapping[str, str] = field(default_factory=dict)

    @property
    def trays(self) -> tuple[str, ...]:
        """The trays, by the names that the queue has for them."""
        return self.choices.get("InputSlot", ())

    @property
    def both_sides(self) -> bool | None:
        """Whether it prints on both sides; None where it does not tell."""
        if not self.choices:
            return None
        return any(two & set(self.choices.get(name, ())) for name, two in _SIDES)

    def lacks(self, paper: str) -> bool:
        """Whether it tells its sizes of paper, and this is none of them."""
        sizes = self.choices.get("PageSize") or self.choices.get("media") or ()
        names = {each.split(".")[0].upper() for each in sizes}
        names |= {each.split("_")[1].upper() for each in sizes if "_" in each}
        return bool(sizes) and paper not in names


def options_of(told: str) -> QueueOptions:
    """What ``lpoptions -l`` tells: lines as ``InputSlot/Media Source: *Auto Tray1``, the usual choice with a star."""
    choices, usual = dict[str, tuple[str, ...]](), dict[str, str]()
    for line in told.splitlines():
        if (found := _OPTION.fullmatch(line.strip())) is None:
            continue
        name, words = found.group(1), found.group(2).split()
        choices[name] = tuple(word.removeprefix("*") for word in words)
        usual.update((name, word[1:]) for word in words if word.startswith("*"))
    return QueueOptions(choices, usual)


def usual_queue(told: str) -> str:
    """The queue that ``lpstat -d`` names; "" for none."""
    found = re.search(r":\s*(\S+)\s*$", told.strip())
    return found.group(1) if found else ""
