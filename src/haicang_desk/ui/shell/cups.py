"""Printing through CUPS: the PDF goes to the system as it is, so that type stays sharp and pages keep their size."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from haicang_desk.model.values import NotWritten

_OURS = ("LD_LIBRARY_PATH", "LD_PRELOAD", "PYTHONHOME", "PYTHONPATH", "QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH")
_BEFORE = "LD_LIBRARY_PATH_ORIG"  # what it was before a bundle set it
_PATIENCE = 60  # seconds for the queue to take one file


@dataclass(frozen=True, slots=True)
class CupsJob:
    """One file for a queue. ``sides`` and ``tray`` are names of CUPS; "" leaves them to the queue."""

    printer: str
    title: str
    copies: int = 1
    collate: bool = True
    sides: str = ""
    media: str = ""
    tray: str = ""
    ranges: str = ""  # of pages, as 1,3,5-7; "" for all
    grey: bool = False

    def command(self, lp: str) -> list[str]:
        """The command that takes the file from its standard input."""
        options = {
            "collate": "true" if self.collate else "false",
            "sides": self.sides,
            "media": self.media,
            "InputSlot": self.tray,
            "page-ranges": self.ranges,
            "print-color-mode": "monochrome" if self.grey else "",
            "print-scaling": "auto-fit",  # scaled down to fit, never up
        }
        words = [word for name, value in options.items() if value for word in ("-o", f"{name}={value}")]
        return [lp, "-d", self.printer, "-n", str(self.copies), "-t", self.title[:100], *words, "--", "-"]


@dataclass(frozen=True, slots=True)
class QueueJob:
    """What was chosen for a batch on a queue. ``chosen`` ranges of pages count through the batch; () for all."""

    printer: str
    copies: int = 1
    collate: bool = True
    sides: str = ""
    media: str = ""
    tray: str = ""
    grey: bool = False
    chosen: tuple[tuple[int, int], ...] = ()

    def of_file(self, ranges: Sequence[tuple[int, int]]) -> CupsJob:
        """The job of one file, which so begins on a front side; of these pages, () for all."""
        told = ",".join(f"{first}-{last}" if last > first else str(first) for first, last in ranges)
        return CupsJob(
            printer=self.printer,
            title="文书",
            copies=self.copies,
            collate=self.collate,
            sides=self.sides,
            media=self.media,
            tray=self.tray,
            ranges=told,
            grey=self.grey,
        )

    @property
    def settings(self) -> dict[str, Any]:
        """What is remembered of it."""
        return {
            "printer": self.printer,
            "copies": self.copies,
            "collate": self.collate,
            "tray": self.tray,
            "duplex": self.sides,
            "colour": "GrayScale" if self.grey else "Color",
        }


def lp_program() -> str | None:
    """The program that hands files to CUPS; None where there is none."""
    return shutil.which("lp")


def outside_environment(ours: Mapping[str, str]) -> dict[str, str]:
    """The environment for a program of the system: without the libraries that a bundle brings."""
    theirs = {name: value for name, value in ours.items() if name not in (*_OURS, _BEFORE)}
    return theirs | ({"LD_LIBRARY_PATH": ours[_BEFORE]} if ours.get(_BEFORE) else {})


def send(job: CupsJob, pdf: bytes, lp: str) -> None:
    """Hand a file to its queue. Raises NotWritten where the queue does not take it."""
    try:
        done = subprocess.run(
            job.command(lp),
            input=pdf,
            capture_output=True,
            timeout=_PATIENCE,
            env=outside_environment(os.environ),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as wrong:
        raise NotWritten(f"没有送到打印机“{job.printer}”（{wrong}）。请检查打印机是否开着、连着，再印一次") from wrong
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().splitlines()
        raise NotWritten(
            f"打印机“{job.printer}”没有收（{told[-1] if told else done.returncode}）。请检查打印机后再印一次"
        )
