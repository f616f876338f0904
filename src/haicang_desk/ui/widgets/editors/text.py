"""Editors of text: a line, a line with suggestions, and prose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from haicang_desk.model.records import Field, Prose, stored_text
from haicang_desk.ui.shell.choices import match_rank
from haicang_desk.ui.widgets.editors.base import REPEAT, Editor
from haicang_desk.ui.widgets.editors.offers import Offer, OfferLine

PROSE_KEYS = "回车到下一栏，Shift+回车换行"


def _text_of(field: Field, typed: str) -> str:
    """What was typed as the field stores it. Raises ValueError for what it can't store; nothing is cut off unseen."""
    text = stored_text(field, typed)
    if len(text) > field.longest:
        raise ValueError(f"最多 {field.longest} 字，现有 {len(text)} 字，请删减 {len(text) - field.longest} 字")
    return text


class LineEditor(Editor):
    """A line of text."""

    def __init__(self, field: Field, line: QLineEdit | None = None, keys: str = "") -> None:
        self.line = line or QLineEdit()
        super().__init__(field, self.line, keys=keys)
        self.line.setPlaceholderText(field.hint_text)
        self.line.textChanged.connect(self._on_changed)

    def _on_changed(self, text: str) -> None:
        if text in REPEAT:
            self.repeat()
            return
        self.read()
        self.edited.emit()

    def read(self) -> None:
        """Say what the entry means. Editors of amounts and days override this."""
        self.tell("")

    def value(self) -> Any:
        """The value entered, None or the empty value for nothing. Raises ValueError where the text cannot be read."""
        return _text_of(self.field, self.raw())

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self.line.setText(value or "")
        self.line.setCursorPosition(0)

    def raw(self) -> str:
        """The entry as typed."""
        return self.line.text()

    def set_raw(self, text: str) -> None:
        """Show an entry as it was typed."""
        self.line.setText(text)


class SuggestionLine(OfferLine):
    """A line that offers suggestions by 汉字 and pinyin; anything else may be written too."""

    def __init__(self, suggestions: Callable[[], Sequence[str]]) -> None:
        super().__init__(must_pick=False)
        self._suggestions = suggestions

    def offers_for(self, text: str) -> list[Offer]:
        """The suggestions that match, all of them for ""."""
        ranked = ((match_rank(text, each), each) for each in self._suggestions())
        found = sorted((each for each in ranked if each[0] is not None), key=lambda each: each[0] or 0)
        return [Offer(each, data=each) for _, each in found]


class SuggestEditor(LineEditor):
    """A line of text with suggestions, such as names of ``people``, that need not be used."""

    def __init__(self, field: Field, people: Callable[[], Sequence[str]] = tuple) -> None:
        self.suggestions = SuggestionLine(lambda: (*field.suggests, *people()))
        super().__init__(field, self.suggestions, keys="F7 或 ↓ 列出常用的，可输拼音首字母")
        self.suggestions.completed.connect(self.completed)

    def confirm(self) -> bool:
        """Accept the suggestion that is marked, else what is written."""
        return self.suggestions.confirm()


class ProseEditor(Editor):
    """Text of several lines, as high as its text. Tab and Enter leave it; Shift+Enter makes a line."""

    LEAST, MOST = 2, 9  # lines shown

    def __init__(self, field: Field) -> None:
        self.text = QPlainTextEdit()
        super().__init__(field, self.text, keys=PROSE_KEYS)
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText(field.hint_text)
        self.text.textChanged.connect(self._on_changed)
        self.text.document().documentLayout().documentSizeChanged.connect(lambda _: self.fit())
        self.fit()

    def _on_changed(self) -> None:
        if self.raw() in REPEAT:
            self.repeat()
        else:
            self.edited.emit()

    def value(self) -> Any:
        """The value entered, None or the empty value for nothing. Raises ValueError where the text cannot be read."""
        return Prose(_text_of(self.field, self.raw()))

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self.text.setPlainText(value or "")

    def raw(self) -> str:
        """The entry as typed."""
        return self.text.toPlainText()

    def set_raw(self, text: str) -> None:
        """Show an entry as it was typed."""
        self.text.setPlainText(text)

    def new_line(self) -> None:
        """Begin a new line at the cursor."""
        self.text.insertPlainText("\n")

    def fit(self) -> None:
        """As high as the text, between LEAST and MOST lines."""
        lines = min(max(round(self.text.document().size().height()), self.LEAST), self.MOST)
        margins = self.text.contentsMargins()
        around = margins.top() + margins.bottom() + 2 * round(self.text.document().documentMargin())
        self.text.setFixedHeight(lines * self.text.fontMetrics().lineSpacing() + around + 2)
        full = self.text.document().size().height() > self.MOST
        bars = Qt.ScrollBarPolicy.ScrollBarAsNeeded if full else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.text.setVerticalScrollBarPolicy(bars)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of type."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.fit()
