"""File names: 村居_项目_表名.pdf, on every file system."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haicang_desk.model.documents.file_names import file_name
from haicang_desk.platform import clean


def named(*parts: str, taken: set[str] | None = None) -> str:
    return file_name(parts, ".pdf", set() if taken is None else taken)


def test_an_ordinary_name_is_the_three_parts():
    assert named("霞阳社区", "“四点半学堂”服务", "项目申报表") == "霞阳社区_“四点半学堂”服务_项目申报表.pdf"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('a\\b/c:d*e?f"g<h>i|j', "a-b-c-d-e-f-g-h-i-j"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("一行\n二行\t三", "一行 二行 三"),
        ("藏\u202e起\u200b来", "藏 起 来"),
        ("尾点. . ", "尾点"),
        ("\x00", ""),
    ],
)
def test_what_a_file_system_refuses_or_hides_is_taken_out(text, left):
    assert clean(text) == left


@pytest.mark.parametrize("device", ["CON", "nul", "Com1", "LPT9", "aux.x", "com¹"])
def test_names_of_devices_are_not_given(device):
    assert file_name([device], ".pdf", set()).startswith("_")


def test_equal_names_are_told_apart_even_where_case_is_not():
    taken: set[str] = set()
    assert [named("A", "b", "表", taken=taken), named("a", "B", "表", taken=taken)] == ["A_b_表.pdf", "a_B_表（2）.pdf"]


def test_long_titles_are_cut_in_the_middle_and_stay_apart():
    taken: set[str] = set()
    long = [named("霞阳社区", "项" * 100, "资金使用情况和实施效果公示", taken=taken) for _ in range(3)]
    assert len(set(long)) == 3
    assert all(100 < len(name.encode()) <= 120 for name in long)
    assert all(name.startswith("霞阳社区_项项") for name in long)
    assert long[2].endswith("资金使用情况和实施效果公示（3）.pdf")


@given(st.lists(st.text(max_size=200), min_size=2, max_size=2), st.integers(1, 3))
def test_no_name_is_too_long_or_leads_elsewhere(parts, copies):
    taken: set[str] = set()
    names = [named(*parts, "项目公示", taken=taken) for _ in range(copies)]
    for name in names:
        assert len(name.encode()) <= 120
        assert not set(name) & set('\\/:*?"<>|\0\n')
        assert name.strip() == name and not name.startswith(".")
    assert len({name.casefold() for name in names}) == copies
