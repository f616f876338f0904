"""The parts of the 项目申报表 that list records: budget lines, social forces, the five opinions; and how much fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from haicang_desk.model.blocks import GridRow, amount, centred, label, row, value
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.form_parts import money_cell, signing_rows
from haicang_desk.model.records import BudgetLine, Consulted, Opinion, Participation, Village
from haicang_desk.model.values import Money

BUDGET = (0, 0, 6, 1, 0, 1, 1.5, 1.5, 0)  # weights: side label, then the columns
PARTNERS = (0, 4, 1, 1, 1, 2)
OPINIONS = (0, 0, 0, 0, 0, 0, 4, 3)
ON_SHEET = "明细见续页"


def lines_of(text: str, wide: int) -> int:
    """How many lines of so many characters a text takes at most; letters and figures are half a character wide."""
    ems = (sum(0.55 if char.isascii() else 1 for char in part) for part in text.split("\n"))
    return sum(max(1, ceil(each / (wide - 1))) for each in ems)


def budget_rows(lines: Sequence[BudgetLine], of: Sequence[BudgetLine], *, blank: int = 3) -> Iterator[GridRow]:
    """Head, the budget lines and their sum, numbered as among all of the project's; so many blank rows without any.

    The sum is that of all; where some are missing it says where they stand.
    """
    fields = BudgetLine.fields
    names = ("content", "subject", "measure", "quantity", "price", "amount", "source")
    yield row(*map(label, ("序号", *(fields[name].label for name in names))))
    for line in lines:
        yield row(
            centred(str(of.index(line) + 1)),
            value(line.content + (f"\n{fields['note'].label}：{line.note}" if line.note else "")),
            centred(line.subject + ("※" if line.is_overhead else "")),
            centred(line.measure),
            amount(fields["quantity"].show(line)),
            money_cell(line.price),
            money_cell(line.amount),
            centred(line.source.label),
        )
    if not of:
        yield from (row(*(value("") for _ in range(8))) for _ in range(blank))
    marked = any(line.is_overhead for line in of)
    said = f"合计（共 {len(of)} 项，{ON_SHEET}）" if len(lines) < len(of) else "合计"
    said += "※ 计入统筹管理或服务经费" if marked else ""
    total = sum((line.amount for line in of), Money(0))
    yield row(label(said, columns=6), money_cell(total if of else None), value(""))


def partner_rows(parts: Sequence[Participation], of: Sequence[Participation], *, blank: int = 2) -> Iterator[GridRow]:
    """Head, the social forces and the sum of what all of them give; so many blank rows without any."""
    fields = Participation.fields
    yield row(*(label(fields[name].label) for name in ("party", "kind", "manner", "amount", "basis")))
    for part in parts:
        yield row(
            value(part.party),
            centred(part.kind),
            centred(part.manner.label),
            money_cell(part.amount),
            value(part.basis),
        )
    if not of:
        yield from (row(*(value("") for _ in range(5))) for _ in range(blank))
    if len(of) > 1:
        said = f"合计（共 {len(of)} 个，{ON_SHEET}）" if len(parts) < len(of) else "合计"
        total = sum((part.amount for part in of if part.amount is not None), Money(0))
        yield row(label(said, columns=3), money_cell(total), value(""))


def opinion_rows(case: Casefile, most: int = 0) -> Iterator[GridRow]:
    """五类意见: the last opinion of each group, with room for its signature.

    Gists of more than ``most`` characters stand on the continuation sheet; 0: all here.
    """
    heads = ("征求对象", "日期", "人数", "同意", "反对", "意见要点", "签名")
    yield row(*map(label, heads))
    for consulted in Consulted:
        last = last_opinion(case, consulted)
        shown = [last.fields[name].show(last) if last else "" for name in ("sought_on", "people", "agreed", "opposed")]
        gist = gist_of(last) if last else absent(case.village, consulted)
        said = "见续页" if most and len(gist) > most else gist
        yield from signing_rows([(label(consulted.label), *map(centred, shown), value(said), "")])


def last_opinion(case: Casefile, consulted: Consulted) -> Opinion | None:
    """The last opinion of a group; None without."""
    given = [opinion for opinion in case.opinions if opinion.consulted is consulted]
    return given[-1] if given else None


def gist_of(opinion: Opinion) -> str:
    """意见要点 and what became of it."""
    adopted = f"{Opinion.fields['adopted'].label}：{opinion.adopted}" if opinion.adopted else ""
    return "；".join(filter(None, (opinion.gist.rstrip("。；"), adopted))) if adopted else opinion.gist


def absent(village: Village, consulted: Consulted) -> str:
    """Why a group has no opinion, where the records say so."""
    return "本村居无此组织" if consulted is Consulted.ELDERS and village.has_elders is False else ""
