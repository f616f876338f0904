"""Documents: one PDF warm, a hundred files, a thousand notices in one; beside typst, and docxtpl with LibreOffice."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from bench.ledgers import FOLDER, TODAY, YEAR, finished
from bench.timing import FROM_START, Row, busy_text, median, median_of_both, once, printed_median, python
from haicang_desk.model.documents import print_to
from haicang_desk.model.documents.issuing import preview_documents
from haicang_desk.model.services import Workspace

PEERS = Path(__file__).parent / "peers"
ENVIRONMENT = FOLDER.parent / "bench-env"
COLD = """
import os, sys, time
from datetime import date
from pathlib import Path
from haicang_desk.model.services import Workspace
from haicang_desk.model.documents import preview_documents
with Workspace.open(Path(sys.argv[1])) as ws:
    preview_documents(ws, "completion-notice", project=sys.argv[2], as_of=date(2018, 9, 3))
print(time.time() - float(os.environ["BENCH_START"]))
"""

PEAK = """
import re, sys
from datetime import date
from pathlib import Path
from haicang_desk.model.services import Workspace
from haicang_desk.model.documents import preview_documents
with Workspace.open(Path(sys.argv[1])) as ws:
    preview_documents(ws, "completion-notice", as_of=date(2018, 9, 3), single=True)
status = Path("/proc/self/status")
print(int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) / 1024 if status.exists() else 0)
"""


def rows() -> list[Row]:
    """The measured rows of this part."""
    peers = _peers()
    store, few = finished(1_000), finished(100)
    with Workspace.open(store) as ws:
        code = next(ws.casefiles(YEAR)).project.code
        one = preview_documents(ws, "completion-notice", project=code, as_of=TODAY)[0].pdf
        warm = median_of_both(lambda: preview_documents(ws, "completion-notice", project=code, as_of=TODAY), 15)
        form = median(lambda: preview_documents(ws, "application-form", project=code, as_of=TODAY), 15)
        together = median_of_both(lambda: preview_documents(ws, "completion-notice", as_of=TODAY, single=True), 1)
        apart = median_of_both(lambda: preview_documents(ws, "completion-notice", as_of=TODAY), 1)
    with Workspace.open(few) as ws:
        folder = FOLDER / "papers"
        shutil.rmtree(folder, ignore_errors=True)
        hundred = once(lambda: print_to(ws, "completion-notice", folder, as_of=TODAY))
    cold = printed_median([*python("-c", FROM_START), *python("-c", COLD, str(store), code)])
    peak = printed_median(python("-c", PEAK, str(store)), 1)
    typst, office = peers.get("typst", {}), peers.get("docxtpl + LibreOffice", {})
    return [
        Row("一张公示，热", warm[0], *_peer("typst", typst, "one"), "≤ 1.0 ×", _busy(warm, 1, typst, "one")),
        Row("一份申报表（两页），热", form, goal="≤ 30 ms"),
        Row("冷进程到第一份 PDF", cold, goal="≤ 0.5 s"),
        Row("100 份 PDF 写到文件夹", hundred, *_peer("docxtpl + LibreOffice", office, "hundred"), "≤ 3 s"),
        Row(
            "1,000 张公示合为一个文件，每张",
            together[0] / 1000,
            *_peer("typst", typst, "together"),
            "≤ 1.0 ×",
            _busy(together, 1000, typst, "together"),
        ),
        Row(
            "1,000 张公示各一个文件，每张",
            apart[0] / 1000,
            *_peer("typst", typst, "apart"),
            "≤ 1.0 ×",
            _busy(apart, 1000, typst, "apart"),
        ),
        Row("1,000 张公示合为一个文件，进程内存峰值", peak, *_peer("typst", typst, "peak"), "≤ 0.35 ×", unit="MB"),
        Row("一张公示的文件", len(one) / 1000, *_peer("typst", typst, "size"), "≤ 1.5 ×", unit="kB"),
    ]


def _peer(name: str, measured: dict[str, float], what: str) -> tuple[str, float]:
    return (name, measured[what]) if what in measured else (f"{name}：本机没有", 0.0)


def _busy(ours: tuple[float, float], count: int, measured: dict[str, float], what: str) -> str:
    """The processor time of both, which other programs on the machine change little."""
    return busy_text(ours[1] / count, measured.get(f"{what} busy", 0.0))


def _peers() -> dict[str, dict[str, float]]:
    """The measurements of the peers, run in their own environment; a peer that cannot be installed is left out."""
    found = {}
    try:
        here = _environment()
        found["typst"] = _measured(here, "typst_notices.py")
        if shutil.which("soffice"):
            found["docxtpl + LibreOffice"] = _measured(here, "office_notices.py")
    except (OSError, subprocess.CalledProcessError) as wrong:
        print(f"对照程序没有装成（{wrong}），只测本程序", file=sys.stderr)
    return found


def _environment() -> Path:
    here = ENVIRONMENT / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not here.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        wanted = (PEERS / "requirements.txt").as_posix()
        subprocess.run([str(here), "-m", "pip", "install", "-q", "-r", wanted], check=True)
    return here


def _measured(here: Path, script: str) -> dict[str, float]:
    done = subprocess.run([str(here), str(PEERS / script)], check=True, capture_output=True, text=True)
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured
