"""Damage of the file itself: whatever is broken is named, never raised, and nothing hangs."""

from __future__ import annotations

import random
import sqlite3
import time
from contextlib import closing

import pytest

from haicang_desk.model.store import verify_file
from haicang_desk.model.values import StoreUnusable
from tests.model.street import built
from tests.store.test_integrity import held

PAGE = 4096
LONGEST = 20  # seconds that a verification of a small store may take, on a busy machine
FLIPS = 90  # of the short form


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The bytes of a small sound store."""
    path = tmp_path_factory.mktemp("sound") / "新阳.db"
    built(path).close()
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("VACUUM")
    return path.read_bytes()


def content(data):
    """Every cell of the store, read without an index; None where it cannot be read."""
    with closing(sqlite3.connect(":memory:")) as conn:
        try:
            conn.deserialize(data)
            return held(conn)
        except (sqlite3.Error, UnicodeDecodeError):
            return None


def tried(path, data, written):
    """What becomes of a damaged file: “named”, “refused” to be opened, “unchanged” in content, or else “missed”."""
    path.write_bytes(data)
    begun = time.monotonic()
    try:
        outcome = "named" if verify_file(path) else ""
    except StoreUnusable:
        outcome = "refused"
    assert time.monotonic() - begun < LONGEST
    return outcome or ("unchanged" if content(data) == written else "missed")


def flipped(data, offset, bit):
    changed = bytearray(data)
    changed[offset] ^= 1 << bit
    return bytes(changed)


def test_every_flipped_bit_is_named_or_changes_nothing(sound, tmp_path):
    chance = random.Random(20261130)
    used = [offset for offset, byte in enumerate(sound) if byte]
    path, written = tmp_path / "新阳.db", content(sound)
    for offset in chance.sample(used, FLIPS):
        bit = chance.randrange(8)
        assert tried(path, flipped(sound, offset, bit), written) != "missed", (offset, bit)


@pytest.mark.soak
@pytest.mark.parametrize("share", range(16))
def test_a_flipped_bit_in_every_byte_is_named_or_changes_nothing(sound, tmp_path, share):
    chance = random.Random(share)
    path, written = tmp_path / "新阳.db", content(sound)
    for offset in range(share, len(sound), 16):
        bit = chance.randrange(8)
        assert tried(path, flipped(sound, offset, bit), written) != "missed", (offset, bit)


def spoilt_pages(sound):
    """Zeroed pages, pages that changed places, pages of another one, truncated files."""
    pages = [sound[begin : begin + PAGE] for begin in range(0, len(sound), PAGE)]
    for number in range(len(pages)):
        yield f"page {number} zeroed", [*pages[:number], bytes(PAGE), *pages[number + 1 :]]
        yield f"cut off after {number} pages", pages[:number]
        if number:
            swapped = pages.copy()
            swapped[number], swapped[number - 1] = swapped[number - 1], swapped[number]
            yield f"page {number} swapped with the one before", swapped
            doubled = pages.copy()
            doubled[number] = doubled[number - 1]
            yield f"page {number} overwritten by the one before", doubled


def check_pages(sound, path, wanted):
    written = content(sound)
    for what, pages in wanted:
        assert tried(path, b"".join(pages), written) != "missed", what


def test_spoilt_pages_are_named(sound, tmp_path):
    check_pages(sound, tmp_path / "新阳.db", random.Random(1).sample(list(spoilt_pages(sound)), 25))


@pytest.mark.soak
def test_every_spoilt_page_is_named(sound, tmp_path):
    check_pages(sound, tmp_path / "新阳.db", spoilt_pages(sound))


def test_a_broken_definition_is_named(sound, tmp_path):
    """SQLite quotes the broken bytes in its message, which are no text."""
    at = sound.index(b'CREATE TABLE "street"') + 5
    path = tmp_path / "新阳.db"
    path.write_bytes(flipped(sound, at, 7))
    (damage,) = verify_file(path)
    assert (damage.part, damage.subject) == ("结构", "street")
