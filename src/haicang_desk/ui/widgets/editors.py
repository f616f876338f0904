"""Editors: for every kind of field, the widget that takes it, all alike to the form that holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from haicang_desk.model.records import Field, Link, Prose
from haicang_desk.model.values import Money
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.widgets.field_editors import (
    ChoiceEditor,
    Editor,
    LineEditor,
    NumberEditor,
    ProseEditor,
    SuggestEditor,
    YesNoEditor,
)


def _text(said: Field, _: Choices) -> Editor:
    return SuggestEditor(said) if said.suggests else LineEditor(said)


def _money(said: Field, _: Choices) -> Editor:
    from haicang_desk.ui.widgets.money_edit import MoneyEditor

    return MoneyEditor(said)


def _day(said: Field, _: Choices) -> Editor:
    from haicang_desk.ui.widgets.day_edit import DayEditor

    return DayEditor(said)


def _link(said: Field, choices: Choices) -> Editor:
    from haicang_desk.ui.widgets.pickers import LinkEditor

    return LinkEditor(said, choices)


EDITORS: Mapping[Any, Callable[[Field, Choices], Editor]] = {
    str: _text,
    Prose: lambda said, _: ProseEditor(said),
    Money: _money,
    date: _day,
    int: lambda said, _: NumberEditor(said),
    Decimal: lambda said, _: NumberEditor(said),
    bool: lambda said, _: YesNoEditor(said),
    Enum: lambda said, _: ChoiceEditor(said),
    Link: _link,
}
