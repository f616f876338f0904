"""Workbooks damaged in any way are refused with one message or reported row by row; nothing else happens."""

from __future__ import annotations

import io
import random
import re
import zipfile

import pytest

from haicang_desk.model.spreadsheet import export_ledger, plan_import, write_error_workbook
from haicang_desk.model.values import Refused
from tests.spreadsheet.conftest import SAMPLE
from tests.spreadsheet.ledgers import fill, held


def flip(data, rng):
    made = bytearray(data)
    for _ in range(rng.choice([1, 1, 4, 40])):
        made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
    return bytes(made)


def cut(data, rng):
    return data[: rng.randrange(len(data))]


def paste(data, rng):
    start, at = rng.randrange(len(data)), rng.randrange(len(data))
    return data[:at] + data[start : start + rng.randrange(400)] + data[at:]


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def zipped(content):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def drop(data, rng):
    content = parts(data)
    del content[rng.choice(list(content))]
    return zipped(content)


def swap(data, rng):
    content = parts(data)
    one, two = rng.sample(list(content), 2)
    content[one], content[two] = content[two], content[one]
    return zipped(content)


def within(edit):
    def edited(data, rng):
        content = parts(data)
        name = rng.choice([name for name in content if content[name]])
        content[name] = edit(content[name], rng)
        return zipped(content)

    return edited


def retag(part, rng):
    """Another tag, attribute or number in the place of one."""
    found = list(re.finditer(rb'(?<=[<"/ ])[A-Za-z0-9:]+(?=[>" =])', part))
    if not found:
        return part
    at = rng.choice(found)
    new = rng.choice(
        [b"", b"x", b"c", b"row", b"v", b"-1", b"99999999999", b"1e999", b"n", b"inlineStr", b"e", b"ZZZZ9"]
    )
    return part[: at.start()] + new + part[at.end() :]


EDITS = [flip, cut, paste, drop, swap, within(flip), within(cut), within(paste), within(retag), within(retag)]


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(5))
def test_a_damaged_workbook_is_refused_or_reported(ws, tmp_path, batch):
    fill(ws, random.Random(batch), projects=2)
    originals = [SAMPLE.read_bytes(), export_ledger(ws, tmp_path / "台账.xlsx").read_bytes()]
    before, path = held(ws), tmp_path / "坏.xlsx"
    said, reported = [], 0
    for number in range(40):
        rng = random.Random(f"{batch}-{number}")
        path.write_bytes(rng.choice(EDITS)(rng.choice(originals), rng))
        try:
            plan = plan_import(ws, path)
        except Refused as refused:
            said.append(str(refused))
        else:
            assert plan.read == plan.new + plan.updated + plan.unchanged + plan.faulty
            reported += 1
            if plan.faulty:
                write_error_workbook(path, plan, tmp_path / "退回.xlsx")
    assert said and reported and held(ws) == before
    assert [message for message in said if not re.search(r"[\u4e00-\u9fff].*。", message)] == []
