"""The manual in the window: chapters at the left, the text at the right, found by 汉字, pinyin or initials (F1).

Chapters are the Markdown files of ``resources/manual``, in the order of their numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QTextBlock, QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from haicang_desk.model.values import matching_form, pinyin_forms
from haicang_desk.paths import resource
from haicang_desk.ui.shell.theme import em, set_role

SECTION = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of a chapter and the text beneath it; the first of a chapter has the chapter's own title."""

    chapter: str  # the file's name without its ending
    heading: str
    text: str
    is_chapter: bool

    def fits(self, word: str) -> bool:
        """Whether heading or text hold a word in its matching form, as characters, pinyin or initials."""
        return word in _words(self)


def chapters() -> list[Path]:
    """The files of the manual in their order."""
    return sorted(resource("manual").glob("*.md"))


@cache
def sections() -> tuple[Section, ...]:
    """Every section of the manual in its order."""
    found = []
    for path in chapters():
        parts = re.split(r"^(#{1,2}) (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for mark, heading, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            found.append(Section(path.stem, heading.strip(), text.strip(), mark == "#"))
    return tuple(found)


@cache
def _words(section: Section) -> str:
    said = f"{section.heading}\n{section.text}"
    pieces = re.split(r"[^\w]+", said)  # pinyin is searched within a piece, not across a comma
    return matching_form(f"{said} {' '.join(map(pinyin_forms, pieces))}")


class HelpWindow(QDialog):
    """The manual, beside the window and not before it: it stays open while one works."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("使用手册")
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.line = QLineEdit()
        self.line.setAccessibleName("在手册里查找")
        self.line.setPlaceholderText("查找，汉字、拼音或首字母")
        self.line.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName("手册目录")
        self._none = QLabel("手册里没有。换个词试试")
        set_role(self._none, "muted")
        self._none.hide()
        self.text = QTextBrowser()
        self.text.setAccessibleName("手册正文")
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(lambda link: self.show_chapter(link.toString()))
        left = QVBoxLayout()
        left.addWidget(self.line)
        left.addWidget(self._none)
        left.addWidget(self.list, 1)
        self._left = QWidget()
        self._left.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        layout = QHBoxLayout(self)
        layout.addWidget(self._left)
        layout.addWidget(self.text, 1)
        self.line.textChanged.connect(self._find)
        self.line.returnPressed.connect(self.list.setFocus)
        self.list.currentItemChanged.connect(self._on_chosen)
        self._chapter = ""
        self._find("")
        self._fit()
        self.resize(em(self, 62), em(self, 44))

    def _fit(self) -> None:
        self._left.setFixedWidth(em(self, 15))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of type and the colours."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "_left"):
            self._fit()
            chapter, self._chapter = self._chapter, ""
            if chapter:
                self._load(chapter)

    def show_chapter(self, chapter: str) -> None:
        """Show a chapter by its file name without ending, or the first where there is none of that name."""
        above = self.parentWidget()
        if above is not None and not self.isVisible():
            self.resize(self.size().boundedTo(above.window().size()))
        self.line.clear()
        rows = [number for number, each in enumerate(self._listed()) if each.chapter == chapter and each.is_chapter]
        self.list.setCurrentRow(rows[0] if rows else 0)
        self.show()
        self.raise_()
        self.activateWindow()
        self.list.setFocus()

    def _listed(self) -> list[Section]:
        return [self.list.item(number).data(SECTION) for number in range(self.list.count())]

    def _find(self, text: str) -> None:
        word = matching_form(text.strip())
        found = [each for each in sections() if each.fits(word)] if word else list(sections())
        self.list.clear()
        for each in found:
            item = QListWidgetItem(each.heading if each.is_chapter else f"　{each.heading}")
            item.setData(SECTION, each)
            font = item.font()
            font.setBold(each.is_chapter)
            item.setFont(font)
            self.list.addItem(item)
        self._none.setVisible(not found)
        self.list.setCurrentRow(0)

    def _on_chosen(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        section: Section = item.data(SECTION)
        self._load(section.chapter)
        block = self.text.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and block.text() == section.heading:
                self._scroll_to(block)
                return
            block = block.next()

    def _load(self, chapter: str) -> None:
        if chapter != self._chapter:
            self._chapter = chapter
            self.text.setMarkdown(resource("manual", f"{chapter}.md").read_text(encoding="utf-8"))

    def _scroll_to(self, block: QTextBlock) -> None:
        cursor = QTextCursor(block)
        self.text.setTextCursor(cursor)
        box: QRectF = self.text.document().documentLayout().blockBoundingRect(block)
        self.text.verticalScrollBar().setValue(round(box.top()))
