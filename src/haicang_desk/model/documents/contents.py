"""The catalogue of a dossier after DA/T 22—2015: what is in it, whose, of what day, and on which page it begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from haicang_desk.model.blocks import Block, Cell, Grid, Note, Title, centred, label, row, value
from haicang_desk.model.documents.catalogue import SCHEME
from haicang_desk.model.documents.originals import KEPT_ELSEWHERE

_HEADS = ("序号", "档号", "文号", "责任者", "题名", "日期", "密级", "页数", "页号", "备注")
_FIRST_PAGE = "页号"
_WEIGHTS = (2.4, 3.6, 7, 6.6, 11, 5.4, 2.4, 2.4, 2.4, 4.6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the catalogue; 档号 is left to whoever files it away. ``attached``: it came as a file."""

    title: str
    number: str = ""  # 文号
    by: str = ""  # 责任者
    on: str = ""
    note: str
    pages: int | None = None  # None: it is not in the file
    attached: bool = False
    absent: str = ""  # why it is not


def contents(about: str, entries: Sequence[Entry], first: int | None) -> Iterator[Block]:
    """The catalogue; ``first`` is the page of the first entry, None where pages are not numbered through."""
    yield Title(f"{SCHEME}项目档案目录", about)
    shown = [at for at, head in enumerate(_HEADS) if head != _FIRST_PAGE or first is not None]
    rows = [row(*(label(_HEADS[at]) for at in shown))]
    for count, entry in enumerate(entries, 1):
        cells = _cells(count, entry, first)
        rows.append(row(*(cells[at] for at in shown)))
        first = None if first is None else first + (entry.pages or 0)
    yield Grid(tuple(rows), tuple(_WEIGHTS[at] for at in shown), heading=1, size=9)
    yield Note(_sum(entries, first))


def _cells(count: int, entry: Entry, first: int | None) -> tuple[Cell | str, ...]:
    """In the order of the heads."""
    return (
        centred(str(count)),
        "",
        value(entry.number),
        value(entry.by),
        value(entry.title),
        centred(entry.on),
        "",
        centred("" if entry.pages is None else str(entry.pages)),
        centred("" if entry.pages is None else str(first)),
        centred("\n".join(filter(None, (entry.note, entry.absent)))),
    )


def _sum(entries: Sequence[Entry], after: int | None) -> str:
    ours = [entry for entry in entries if not entry.attached]
    attached = [entry for entry in entries if entry.attached]
    said = [f"本档案编入文件 {len(ours)} 件，共 {_pages(ours)} 页"]
    if attached:
        bound = [entry for entry in attached if entry.pages is not None]
        elsewhere = sum(entry.absent == KEPT_ELSEWHERE for entry in attached)
        lost = len(attached) - len(bound) - elsewhere
        told = [
            f"装入 {len(bound)} 件、{_pages(bound)} 页" if bound else "",
            f"原件另存 {elsewhere} 件" if elsewhere else "",
            f"未能装入 {lost} 件" if lost else "",
        ]
        said.append(f"附件材料 {len(attached)} 件，其中{'，'.join(filter(None, told))}")
    if after is not None:
        said.append(f"连同封面、目录，全卷 {after - 1} 页")
    return "；".join(said) + "。"


def _pages(entries: Sequence[Entry]) -> int:
    return sum(entry.pages or 0 for entry in entries)
