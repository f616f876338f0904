"""Damaged files of every kind are read or refused with one Chinese message, whatever was damaged in them."""

from __future__ import annotations

import io
import random
import re
from pathlib import Path

import pytest
import xlwt

from haicang_desk.model.foreign import LimitMet
from haicang_desk.model.foreign.kinds import SCANS, SHEETS
from haicang_desk.model.foreign.limited_process import run
from tests.foreign import bombs
from tests.scanning import pdf, photograph
from tests.spreadsheet.conftest import SAMPLE

DATA = SAMPLE.parent
SHORT = {"book": (SHEETS, 700), "pdf": (SCANS, 150), "picture": (SCANS, 250)}
LONG = {"book": (SHEETS, 40_000), "pdf": (SCANS, 5_000), "picture": (SCANS, 5_000)}
BATCH = 125


def xls() -> bytes:
    book, out = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("项目")
    for row in range(6):
        for column in range(8):
            sheet.write(row, column, f"格{row}{column}" if column % 2 else row * 1.5)
    book.save(out)
    return out.getvalue()


def originals(kind: str) -> list[bytes]:
    if kind == "pdf":
        image = bombs.image_bomb(data=b"x" * 300, size=9)
        return [pdf((595, 842), (842, 595)), pdf((200, 200), turned=90), image]
    if kind == "picture":
        rng = random.Random(7)
        noise = bytes(rng.randrange(256) for _ in range(3 * 64 * 64))
        from PIL import Image

        picture, made = Image.frombytes("RGB", (64, 64), noise), []
        for form, how in (("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("PNG", {"optimize": True})):
            out = io.BytesIO()
            picture.save(out, form, **how)
            made.append(out.getvalue())
        return [*made, photograph(kind="PNG")]
    csv = "资金年度,村居,项目名称\n2018,霞阳社区,路灯\n".encode("gb18030")
    html = b"<html><table><tr><td>a<td colspan=2>b</tr><tr><td rowspan=3>1</table></html>"
    ods = sorted(DATA.rglob("*.ods"))[:1]
    return [SAMPLE.read_bytes(), xls(), csv, html, bombs.ods(b"<a/>"), *(path.read_bytes() for path in ods)]


def read_all(kind: str, reader, count: int) -> dict[str, int]:
    """What was said of so many mutants, read in batches by one process; a batch that dies is narrowed to its seed."""
    said: dict[str, int] = {}
    files = originals(kind)
    seeds = [f"{kind}-{number}" for number in range(count)]
    waiting = [seeds[at : at + BATCH] for at in range(0, count, BATCH)]
    while waiting:
        batch = waiting.pop()
        try:
            told = run(reader, "tests.foreign.mutants:read_batch", files, {"kind": kind, "seeds": batch}).result
        except LimitMet as met:
            if len(batch) > 1:
                waiting += [batch[: len(batch) // 2], batch[len(batch) // 2 :]]
            else:
                said[str(met)] = said.get(str(met), 0) + 1
            continue
        assert told["faults"] == []
        for text, times in told["said"].items():
            said[text] = said.get(text, 0) + times
    return said


def judge(said: dict[str, int], count: int) -> None:
    assert sum(said.values()) == count
    assert said.pop("", 0) and said  # some are read all the same, and some are not
    assert [text for text in said if not re.search(r"[\u4e00-\u9fff].*", text) or "Traceback" in text] == []


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 if Path("/proc/self/statm").exists() else 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", SHORT)
def test_a_damaged_file_is_read_or_refused_in_one_sentence(kind):
    reader, count = SHORT[kind]
    files, before = originals(kind), resident()
    judge(read_all(kind, reader, count), count)
    assert resident() - before < 20 * 2**20 + sum(map(len, files))


@pytest.mark.soak
@pytest.mark.parametrize("kind", LONG)
def test_fifty_thousand_damaged_files(kind):
    reader, count = LONG[kind]
    before = resident()
    judge(read_all(kind, reader, count), count)
    assert resident() - before < 20 * 2**20
