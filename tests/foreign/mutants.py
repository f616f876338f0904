"""Files damaged at random, and what the readers say of them. The readers run in the limited process, in batches."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable

from haicang_desk.model.foreign import page_scans, pdf_pages, pictures
from haicang_desk.model.foreign.sheets.byte_counter import ByteCounter
from haicang_desk.model.foreign.sheets.formats import read_grids
from haicang_desk.model.foreign.sheets.packed_grids import packed
from haicang_desk.model.foreign.worker import Answer, Course
from haicang_desk.model.values import Refused

Edit = Callable[[bytes, random.Random], bytes]


def flip(data: bytes, rng: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(rng.choice([1, 1, 4, 40])):
        made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
    return bytes(made)


def cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def paste(data: bytes, rng: random.Random) -> bytes:
    start, at = rng.randrange(len(data)), rng.randrange(len(data))
    return data[:at] + data[start : start + rng.randrange(400)] + data[at:]


def remove(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + data[at + rng.randrange(400) :]


def number(data: bytes, rng: random.Random) -> bytes:
    """Another number in the place of one."""
    found = list(re.finditer(rb"\d+", data))
    if not found:
        return data
    at, new = rng.choice(found), rng.choice([b"0", b"-1", b"2147483648", b"99999999999999999999", b"1e999", b""])
    return data[: at.start()] + new + data[at.end() :]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def zipped(content: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def drop(data: bytes, rng: random.Random) -> bytes:
    content = parts(data)
    del content[rng.choice(list(content))]
    return zipped(content)


def swap(data: bytes, rng: random.Random) -> bytes:
    content = parts(data)
    one, two = rng.sample(list(content), 2)
    content[one], content[two] = content[two], content[one]
    return zipped(content)


def double(data: bytes, rng: random.Random) -> bytes:
    """One part twice in the package."""
    content = parts(data)
    name = rng.choice(list(content))
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name.upper()), content[name])
    return buffer.getvalue()


def within(edit: Edit) -> Edit:
    def edited(data: bytes, rng: random.Random) -> bytes:
        content = parts(data)
        name = rng.choice([name for name in content if content[name]])
        content[name] = edit(content[name], rng)
        return zipped(content)

    return edited


def retag(part: bytes, rng: random.Random) -> bytes:
    """Another tag, attribute or number in the place of one."""
    found = list(re.finditer(rb'(?<=[<"/ ])[A-Za-z0-9:]+(?=[>" =])', part))
    if not found:
        return part
    at = rng.choice(found)
    new = rng.choice(
        [b"", b"x", b"c", b"row", b"v", b"-1", b"99999999999", b"1e999", b"n", b"inlineStr", b"e", b"ZZZZ9"]
    )
    return part[: at.start()] + new + part[at.end() :]


FLAT: list[Edit] = [flip, cut, paste, remove, number]
ZIPPED: list[Edit] = [flip, cut, paste, drop, swap, double, *map(within, (flip, cut, paste, number, retag, retag))]


def mutant(seed: str, originals: list[bytes]) -> bytes:
    """The file of a seed: one of the originals, damaged in one way."""
    rng = random.Random(seed)
    original = rng.choice(originals)
    return rng.choice(ZIPPED if original.startswith(b"PK") else FLAT)(original, rng)


def read_book(data: bytes) -> None:
    packed(read_grids(data, "坏.xlsx", ByteCounter()))


def read_pdf(data: bytes) -> None:
    pdf_pages.count_pages(data)
    for _ in pdf_pages.draw_pages(data, pdf_pages.Wanted(30, 2, 100_000)):
        pass
    list(page_scans.page_scans(data))


def read_picture(data: bytes) -> None:
    pictures.decode(data)
    pictures.fitted_jpeg(data, (20, 20))
    pictures.shown(data, 50)


READERS = {"book": read_book, "pdf": read_pdf, "picture": read_picture}


def read_batch(course: Course, *originals: bytes, kind: str, seeds: list[str]) -> Answer:
    """Read the mutants of these seeds; how many were read, and each refusal with its number. What a reader raises
    besides is the answer "fault", with the seed that shows it again."""
    said: Counter[str] = Counter()
    faults = []
    for seed in seeds:
        course.progress(len(said), len(seeds))
        try:
            READERS[kind](mutant(seed, list(originals)))
            said[""] += 1
        except Refused as refused:
            said[str(refused)] += 1
        except Exception as wrong:
            faults.append([seed, repr(wrong)[:200]])
    return Answer({"said": dict(said), "faults": faults})
