"""The table of pinyin beside the library it is made from: no text is read otherwise."""

from __future__ import annotations

import lzma
import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT
from scripts import make_pinyin_table

from haicang_desk.model.values import initials, pinyin_forms
from haicang_desk.model.values.readings import readings_of
from haicang_desk.paths import resource
from tests.gb18030 import level_3

ROOT = Path(__file__).parents[2]


def of_library(text: str) -> list[str]:
    return [reading if reading.isascii() else "" for reading in lazy_pinyin(text, errors=list)]


def initials_of_library(text: str) -> str:
    parts = lazy_pinyin(text, style=Style.FIRST_LETTER)
    return "".join(c for part in parts for c in part.lower() if c.isascii() and c.isalnum())


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    """Every title and village of a demonstration year."""
    path = tmp_path_factory.mktemp("year") / "year.db"
    path.write_bytes(lzma.decompress((ROOT / "tests/data/old_stores/year.db.xz").read_bytes()))
    with closing(sqlite3.connect(path)) as conn:
        return [row[0] for row in conn.execute("SELECT title FROM project UNION SELECT name FROM village")]


def test_titles_and_villages_are_read_as_by_the_library(names):
    assert len(names) > 80
    assert [initials(each) for each in names] == [initials_of_library(each) for each in names]


@pytest.mark.slow
def test_every_character_is_read_as_by_the_library():
    characters = [bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF)
                  if (high, low) < (0xD7, 0xFA) or high > 0xD7]  # fmt: skip
    assert len(characters) == 6763
    for each in {*characters, *level_3()}:
        assert initials(each) == initials_of_library(each), each


@pytest.mark.slow
def test_phrases_are_read_as_by_the_library():
    """All it knows, and made-up lines of them, in which the end of one may begin another or a phrase is cut short."""
    rng, phrases = random.Random(20180903), list(PHRASES_DICT)
    lines = ["".join(rng.choices(phrases, k=3)) for _ in range(3_000)]
    lines += ["".join(rng.choice(phrases)[: rng.randint(1, 4)] for _ in range(4)) for _ in range(7_000)]
    for each in [*phrases, *make_pinyin_table.cut_short(), *lines]:
        assert readings_of(each) == of_library(each), each


def test_made_up_titles_are_read_as_by_the_library(names):
    rng, characters = random.Random(63), "".join(names)
    for _ in range(2_000):
        title = "".join(rng.choices(characters, k=12))
        assert initials(title) == initials_of_library(title), title


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("霞阳社区", "xysq"),
        ("银行 ATM（2台）", "yhatm2t"),
        ("𰻝面馆Ａ", "bmg"),
        ("一二\ue000三", "yes"),
        ("", ""),
    ],
)
def test_what_is_no_chinese_is_kept_or_left_out(text, read):
    assert initials(text) == read == initials_of_library(text)


def test_other_readings_are_found_too():
    forms = pinyin_forms("曾厝垵长廊（ＡＥＤ）").split()
    assert forms[:2] == ["ccaclaed", "cengcuoanchanglangaed"]
    assert {"zcacl", "zengcuoanchanglang", "ccazlaed", "cengcuoanzhanglangaed"} <= set(forms)


@pytest.mark.slow
def test_the_table_is_what_its_script_makes():
    assert resource("pinyin", "readings.txt").read_text(encoding="utf-8") == make_pinyin_table.table()


def test_the_program_does_without_the_library():
    """Loading it took 200 ms and 55 MB."""
    script = (
        "import sys; sys.modules['pypinyin'] = None\n"
        "from haicang_desk.model.values import initials, pinyin_forms\n"
        "print(initials('海沧'), pinyin_forms('长庚'))"
    )
    here = {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=here)
    assert told.stdout.split() == ["hc", "cg", "changgeng", "zg", "zhanggeng"]
