"""Ways to look into documents before they are paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from haicang_desk.model.blocks import Blank, Block, Grid, KeepTogether, Run, Tick, Words
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents import DOCUMENTS
from haicang_desk.model.documents.context import project_context
from haicang_desk.model.services import Workspace

AS_OF = date(2019, 1, 3)
LAMPS, SCHOOL, GYM, CARE = "XYJD-XYSQ-2018-01", "XYJD-XYSQ-2018-02", "XYJD-XYSQ-2018-03", "XYJD-XWSQ-2018-01"


def case_of(ws: Workspace, code: str) -> Casefile:
    return ws.casefile(ws.project(code).id)


def blocks_of(ws: Workspace, name: str, code: str, as_of: date = AS_OF) -> list[Block]:
    document = DOCUMENTS[name]
    return list(document.compose(project_context(ws, case_of(ws, code), as_of, with_findings=document.with_findings)))


def said(words: Words) -> str:
    """Words as they read: a tick as ☑ or □, an empty line to write on as ___."""
    if isinstance(words, tuple):
        return "".join(map(said, words))
    if isinstance(words, Tick):
        return ("☑" if words.chosen else "□") + words.label
    if isinstance(words, Blank):
        return words.text or "___"
    return words.text if isinstance(words, Run) else words


def rows_of(blocks: Iterable[Block]) -> Iterator[list[str]]:
    """Every row of every table, as text."""
    for block in flat(blocks):
        if isinstance(block, Grid):
            for row in block.rows:
                yield [said(cell.words) for cell in row.cells]


def beside(blocks: Iterable[Block], named: str) -> str:
    """What stands in the cell after a label, the first time."""
    for row in rows_of(blocks):
        if named in row:
            return row[row.index(named) + 1]
    raise AssertionError(f"no cell is named {named}")


def flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block, those kept together one by one."""
    for block in blocks:
        if isinstance(block, KeepTogether):
            yield from flat(block.blocks)
        else:
            yield block


def everything(blocks: Iterable[Block]) -> str:
    """All text of all blocks, in no particular order."""
    return repr(list(blocks))
