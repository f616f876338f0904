"""未印清单: in front of a file of many documents, which ones were left out of it, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from haicang_desk.model.blocks import Grid, PageSetup, Paper, PaperKind, Title, centred, label, row, value
from haicang_desk.model.typesetting import unprintable_in

TITLE = "未印清单"
_UNKNOWN = "〓"  # in place of a character that cannot be printed: it may be the reason


class LeftOut(NamedTuple):
    """A document that is not in the file: whose it is, from the village down, and the reason."""

    names: Sequence[str]
    reason: str


def left_out_page(file: str, left_out: Sequence[LeftOut]) -> Paper:
    """The list of what the file named ``file`` does not have, in its order."""
    rows = [row(label("序号"), label("村居"), label("项目"), label("没有印的原因"))]
    for count, each in enumerate(left_out, 1):
        whose, what = (*each.names, "", "")[:2]
        texts = (_printable(text) for text in (whose, what, each.reason))
        rows.append(row(centred(str(count)), *(value(text) for text in texts), whole=True))
    blocks = (
        Title(TITLE, f"《{_printable(file)}》中没有以下 {len(left_out)} 份"),
        Grid(tuple(rows), (0, 1, 2, 3), heading=1),
    )
    return Paper(PageSetup(kind=PaperKind.FORM, title=TITLE), blocks)


def _printable(text: str) -> str:
    while (error := unprintable_in([text])) is not None:
        text = text.replace(error.character, _UNKNOWN)
    return text
