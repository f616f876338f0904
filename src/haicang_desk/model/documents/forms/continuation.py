"""续页: what does not fit its cell on a form is printed whole on a page of its own behind it, with head and sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil

from haicang_desk.model.blocks import Block, Grid, GridRow, Heading, PageBreak, Title, label, prose, row
from haicang_desk.model.documents.form_parts import project_line
from haicang_desk.model.documents.forms.side_parts import SIZE
from haicang_desk.model.records import Project

ACROSS = 33  # characters on a line of the usual cell, 127 mm in 10.5 pt
SEE = "（全文见续页）"


def lines_of(text: str, across: float = ACROSS) -> int:
    """About how many lines a text takes, each paragraph indented by two characters. 0 for none."""
    return sum(max(1, ceil((2 + _width(paragraph)) / across)) for paragraph in text.split("\n")) if text else 0


def _width(text: str) -> float:
    """About the width in Chinese characters: letters and figures of ASCII take half of one."""
    return sum(0.55 if each.isascii() else 1.0 for each in text)


@dataclass
class Continuation:
    """Collects what goes to the continuation page of one form.

    ``title`` is that of the form, without the scheme's name.
    """

    title: str
    project: Project
    _texts: list[tuple[str, str]] = field(default_factory=list)
    _tables: list[tuple[str, Grid]] = field(default_factory=list)

    def fitted(self, name: str, text: str, lines: int, across: float = ACROSS) -> str:
        """The text of a cell of so many lines; a longer one is cut there and printed whole on the continuation."""
        text = text.strip()
        if lines_of(text, across) <= lines:
            return text
        self._texts.append((name, text))
        return f"{_beginning(text, lines, across)}……{SEE}"

    def table(self, heading: str, grid: Grid) -> None:
        """Print a whole table on the continuation."""
        self._tables.append((heading, grid))

    def blocks(self, scheme: str) -> Iterator[Block]:
        """The continuation, beginning on a new page; nothing where everything fits. ``scheme`` is before its title."""
        if not self._texts and not self._tables:
            return
        yield PageBreak()
        yield Title(f"{scheme}{self.title}（续页）", project_line(self.project.code, self.project.fund_year))
        for heading, grid in self._tables:
            yield Heading(heading)
            yield grid
        if self._texts:
            rows: Sequence[GridRow] = [row(label(name), prose(text)) for name, text in self._texts]
            yield Grid(tuple(rows), (4, 20), size=SIZE)


def _beginning(text: str, lines: int, across: float) -> str:
    """As much of a text as leaves room for the reference on the last of so many lines."""
    kept: list[str] = []
    room = lines
    for paragraph in text.split("\n"):
        need = lines_of(paragraph or " ", across)
        if need < room or (need == room and (2 + _width(paragraph)) % across < across - 10):
            kept.append(paragraph)
            room -= need
            if room <= 0:
                break
            continue
        free, part = room * across - 2 - 10, ""
        for each in paragraph:
            free -= _width(each)
            if free < 0:
                break
            part += each
        if part:
            kept.append(part)
        break
    return "\n".join(kept)
