"""Editors: one widget for every kind of record field, all with the same interface for the form that holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from haicang_desk.model.records import Field, Link, Prose
from haicang_desk.model.values import Money
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.widgets.editors.base import Editor
from haicang_desk.ui.widgets.editors.choices import ChoiceEditor, QuietCombo, YesNoEditor
from haicang_desk.ui.widgets.editors.days import DayEditor
from haicang_desk.ui.widgets.editors.links import LinkEditor, Picker
from haicang_desk.ui.widgets.editors.numbers import MoneyEditor, NumberEditor
from haicang_desk.ui.widgets.editors.private import PrivateLineEditor
from haicang_desk.ui.widgets.editors.text import LineEditor, ProseEditor, SuggestEditor

__all__ = [
    "EDITORS",
    "ChoiceEditor",
    "DayEditor",
    "Editor",
    "LineEditor",
    "LinkEditor",
    "MoneyEditor",
    "NumberEditor",
    "Picker",
    "PrivateLineEditor",
    "ProseEditor",
    "QuietCombo",
    "SuggestEditor",
    "YesNoEditor",
]

EDITORS: Mapping[Any, Callable[[Field, Choices], Editor]] = {  # the kind of a field -> its editor
    str: lambda field, choices: _text_editor(field, choices),
    Prose: lambda field, _: ProseEditor(field),
    Money: lambda field, _: MoneyEditor(field),
    date: DayEditor,
    int: lambda field, _: NumberEditor(field),
    Decimal: lambda field, _: NumberEditor(field),
    bool: lambda field, _: YesNoEditor(field),
    Enum: lambda field, _: ChoiceEditor(field),
    Link: LinkEditor,
}


def _text_editor(field: Field, choices: Choices) -> Editor:
    """A line of text, with suggestions or names of the office where the field has them."""
    if field.private:
        return PrivateLineEditor(field)
    if field.person:
        return SuggestEditor(field, choices.people)
    return SuggestEditor(field) if field.suggests else LineEditor(field)
