"""Crash reports say where the program went wrong, and nothing of the data that it was at work on."""

from __future__ import annotations

import pytest

from haicang_desk.model.values.crash_text import command_without_data, crash_text, without_data

CANARIES = ("张晓明", "13800138000", "138 0013 8000", "350203198001011234", "zhang@qq.com", "Smith")


def raised(act):
    try:
        act()
    except Exception as wrong:
        return wrong
    raise AssertionError


def chained():
    try:
        int("张晓明13800138000")
    except ValueError as wrong:
        raise KeyError("350203198001011234") from wrong


def nested():
    try:
        {"张晓明": 1}["Smith"]
    except KeyError:
        raise RuntimeError("while at 张晓明,\n  File 13800138000\n    138 0013 8000") from None


def grouped():
    raise ExceptionGroup("张晓明", [ValueError("zhang@qq.com"), TypeError("got 13800138000")])


@pytest.mark.parametrize("act", [chained, nested, grouped])
def test_a_report_has_the_frames_and_no_data(act):
    told = crash_text(raised(act))
    assert "test_crash_text.py" in told and f"in {act.__name__}" in told
    message = "\n".join(line for line in told.splitlines() if not line.startswith("    "))  # the program's own lines
    assert [each for each in CANARIES if each in message] == []


def test_what_the_program_says_stays():
    assert without_data("could not convert string to float: '张'") == "could not convert string to float: …"
    assert crash_text(ValueError("'a' is not in list")).endswith("ValueError: … is not in list")
    assert "direct cause" in crash_text(raised(chained))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["show", "/home/张晓明/新阳.db", "XYJD-1", "--json"], "show --json"),
        (["print", "a.db", "--keep-text=本人同意", "--operator", "张晓明"], "print --keep-text --operator"),
        (["/home/张晓明/新阳.db"], ""),
        ([], ""),
    ],
)
def test_of_a_command_the_names_of_options_are_told(arguments, told):
    assert command_without_data(arguments) == told
