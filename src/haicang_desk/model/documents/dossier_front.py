"""The papers around the documents of a dossier: cover, summary, 卷内目录 and 备考表.

They follow GB/T 11822—2008 and GB/T 9705—2008 for files kept by volume, with the 档号 of DA/T 22—2015. Whoever puts the
dossier together and whoever checks it sign and date by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from haicang_desk.model.blocks import (
    Across,
    Blank,
    Block,
    Face,
    Gap,
    Grid,
    GridCell,
    GridRow,
    Note,
    Numbering,
    Paper,
    Run,
    Title,
    Words,
    amount,
    centred,
    label,
    prose,
    row,
    value,
)
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import (
    DATE_BY_HAND,
    day_text,
    field_cells,
    field_label,
    implementer,
    money_text,
    project_line,
    span_text,
)
from haicang_desk.model.documents.registry import SCHEME
from haicang_desk.model.records import Appointment, Disbursement, Phase, Project, Street
from haicang_desk.model.records import Event as ProgressEvent

_WIDE = 24
_NAMED = 4
_ROW = 12  # mm
_PUBLIC = "公开"
_SPAN_BY_HAND = f"{DATE_BY_HAND}至{DATE_BY_HAND}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierEntry:
    """One line of the 卷内目录. ``pages`` is None for what is listed and not bound, for the reason in ``absent``."""

    title: str
    phase: Phase | None = None
    number: str = ""  # 文号
    by: str = ""  # 责任者
    on: date | None = None
    note: str = ""
    pages: int | None = None
    photographs: int = 0
    drawing: bool = False
    signed: bool = False  # the scan of a signed document in its place
    absent: str = ""


# ---- cover


def cover_blocks(context: ProjectContext, span: tuple[date | None, date | None], retention: str) -> Iterator[Block]:
    """The cover: 题名 in large type, the facts of the file, and the box of its 档号 at the foot."""
    case, street, dossier = context.case, context.street, context.dossier
    project = case.project
    filing_unit = street.filing_unit or street.office
    yield Across(("", f"档号：{number_of(context)}" if dossier else ("档号：", Blank(14))))
    yield Gap(0.5)
    yield Grid((row(centred(Run(filing_unit, Face.HEI))),), (1,), size=20, ruled=False)
    yield Title(f"{SCHEME}项目档案")
    yield Gap(0.5)
    name = f"{case.village.name}“{project.title}”项目{_phases(context)}材料"
    yield Grid((GridRow((centred(Run(name, Face.TITLE)),), least=84),), (1,), size=26)
    yield Gap(0.5)
    by_hand = ("", Blank(8))
    rows = (
        _pair("项目编号", project.code, "资金年度", str(project.fund_year)),
        _pair(Project.fields["category"].label, Project.fields["category"].show(project), "村居", case.village.name),
        row(label(field_label(Appointment, "implementer"), columns=_NAMED), value(implementer(case), columns=20)),
        row(label("起止日期", columns=_NAMED), value(span_text(*span) or _SPAN_BY_HAND, columns=20)),
        _pair("保管期限", retention, Street.fields["secrecy"].label, street.secrecy or _PUBLIC),
        _pair("立卷人", by_hand, "立卷日期", DATE_BY_HAND),
        _pair("检查人", by_hand, "检查日期", DATE_BY_HAND),
    )
    yield Grid(tuple(replace(each, least=_ROW) for each in rows), (1,) * _WIDE, size=14)
    yield Gap(0.5)
    yield _number_box(context, retention)


def number_of(context: ProjectContext) -> str:
    """The 档号 of the dossier; "" before it has one."""
    return context.dossier.number if context.dossier else ""


def _pair(one: str, first: Words, other: str, second: Words) -> GridRow:
    cells = (
        label(one, columns=_NAMED),
        value(first, columns=8),
        label(other, columns=_NAMED),
        value(second, columns=8),
    )
    return row(*cells)


def _phases(context: ProjectContext) -> str:
    """The phases of which there is something, as 征集、确定、实施."""
    case, filed = context.case, Phase.CALLING
    there = {each.phase for each in case.attachments} | {filed, Phase.CHOOSING}
    there |= {Phase.CARRYING} if case.appointments or case.progress else set()
    there |= {Phase.JUDGING} if case.surveys or case.awards or case.reviews else set()
    return "、".join(phase.label for phase in Phase if phase in there)


def _number_box(context: ProjectContext, retention: str) -> Grid:
    dossier = context.dossier
    shown = (
        ("全宗号", context.street.fonds if dossier else ""),
        ("年度", str(context.case.project.fund_year)),
        ("保管期限", dossier.retention if dossier else retention),
        ("案卷号", str(dossier.serial) if dossier else ""),
    )
    heads = row(*(label(head) for head, _ in shown), least=9)
    return Grid((heads, row(*(centred(Run(text, Face.HEI)) for _, text in shown), least=14)), (1,) * 4, size=16)


# ---- summary


def summary_blocks(context: ProjectContext) -> Iterator[Block]:
    """项目概况: the project's facts and payments, the first paper of the file. R33. 条文：C101"""
    case = context.case
    project, approval, total = case.project, case.approval, case.funding.total
    begun, done = case.first(ProgressEvent.START, ProgressEvent.PROGRESS), case.first(ProgressEvent.COMPLETE)
    yield Title(f"{SCHEME}项目概况", project_line(project.code, project.fund_year))
    rows = (
        row(*field_cells(project, "title", _NAMED, 20)),
        row(
            *(label(Project.fields["village"].label, columns=_NAMED), value(case.village.name, columns=8)),
            *field_cells(project, "category", _NAMED, 8),
        ),
        row(*field_cells(project, "place", _NAMED, 20)),
        row(label(field_label(Appointment, "implementer"), columns=_NAMED), value(implementer(case), columns=20)),
        _pair(
            "批准日期",
            day_text(approval.decided_on) if approval else "",
            "批准文号",
            approval.number if approval else "",
        ),
        row(
            label("实施起止", columns=_NAMED),
            value(span_text(begun.happened_on if begun else None, done.happened_on if done else None), columns=20),
        ),
        row(label("总资金", columns=_NAMED), value(money_text(total) if total else "", columns=20)),
        row(label("办理阶段", columns=_NAMED), value(case.stage.label, columns=20)),
        *_payments(context),
    )
    yield Grid(tuple(replace(each, least=_ROW) for each in rows), (1,) * _WIDE)


def _payments(context: ProjectContext) -> Iterator[GridRow]:
    fields, case = Disbursement.fields, context.case
    yield row(
        label("拨款批次", columns=8), label("拨款时间", columns=8), label(f"{fields['amount'].label}（元）", columns=8)
    )
    for count, paid in enumerate(case.disbursements, 1):
        yield row(
            centred(f"第 {count} 次", columns=8),
            centred(fields["paid_on"].show(paid), columns=8),
            amount(str(paid.amount), columns=8),
        )
    yield row(label("合计", columns=16), amount(str(case.disbursed), columns=8))


# ---- 卷内目录

_HEADS = ("序号", "文号", "责任者", "题名", "日期", "页号", "备注")
_PAGE = _HEADS.index("页号")
_WEIGHTS = (0, 2, 5, 6, 0, 0, 2)


def catalogue_blocks(context: ProjectContext, entries: Sequence[DossierEntry], *, paged: bool) -> Iterator[Block]:
    """The 卷内目录: a line for each piece with its first page, for the last one that is bound also its last page.

    ``paged``: with the numbers of pages.
    """
    yield Title("卷内目录")
    yield _whose(context)
    shown = [at for at, _ in enumerate(_HEADS) if paged or at != _PAGE]
    rows = [row(*(label(_HEADS[at]) for at in shown))]
    for count, (entry, pages) in enumerate(zip(entries, _page_texts(entries), strict=True), 1):
        cells = _cells(count, entry, pages)
        rows.append(row(*(cells[at] for at in shown), least=9, whole=True))
    yield Grid(tuple(rows), tuple(_WEIGHTS[at] for at in shown), heading=1, size=10.5, by_content=True)


def _whose(context: ProjectContext) -> Across:
    """档号 and 题名 above a table."""
    project = context.case.project
    number = f"档号：{number_of(context)}" if context.dossier else ("档号：", Blank(12))
    return Across((number, project_line(project.code, project.fund_year)))


def _page_texts(entries: Sequence[DossierEntry]) -> Iterator[str]:
    last = max((at for at, entry in enumerate(entries) if entry.pages), default=-1)
    first = 1
    for at, entry in enumerate(entries):
        if entry.pages is None:
            yield ""
            continue
        past = first + entry.pages
        yield f"{first}—{past - 1}" if at == last and past - first > 1 else str(first)
        first = past


def _cells(count: int, entry: DossierEntry, pages: str) -> tuple[GridCell | str, ...]:
    """The cells of an entry, in the order of ``_HEADS``."""
    return (
        centred(str(count)),
        value(entry.number),
        value(entry.by),
        value(entry.title),
        centred(f"{entry.on:%Y%m%d}" if entry.on else ""),
        centred(pages),
        value("；".join(filter(None, (entry.phase.label if entry.phase else "", entry.note, entry.absent)))),
    )


# ---- 备考表


def record_blocks(context: ProjectContext, entries: Sequence[DossierEntry], *, paged: bool) -> Iterator[Block]:
    """The 卷内备考表: how much there is, what is to be known about it, and who put it together and checked it."""
    yield Title("卷内备考表")
    yield _whose(context)
    by_hand = ("", Blank(8))
    situation = prose("\n".join(_situation(entries, paged=paged)), columns=_WIDE)
    rows = (
        row(label("互见号", columns=_NAMED), value("", columns=20), least=_ROW),
        row(label("卷内文件情况说明", columns=_WIDE), least=_ROW),
        GridRow((situation,), least=150),
        replace(_pair("立卷人", by_hand, "立卷时间", DATE_BY_HAND), least=_ROW + 2),
        replace(_pair("检查人", by_hand, "检查时间", DATE_BY_HAND), least=_ROW + 2),
    )
    yield Grid(rows, (1,) * _WIDE)
    yield Note("案卷封面、卷内目录和本表不编页号。立卷后增减或更正卷内文件的，由经手人在本表写明并签字。")


def _situation(entries: Sequence[DossierEntry], *, paged: bool) -> Iterator[str]:
    """The sentences of the 备考表, one a line."""
    bound = [entry for entry in entries if entry.pages is not None]
    if paged:
        pages, photographs = _pages(bound), sum(entry.photographs for entry in bound)
        drawings = _pages([entry for entry in bound if entry.drawing])
        of_photographs = _pages([entry for entry in bound if entry.photographs])
        parts = [f"文字材料 {pages - drawings - of_photographs} 页"]
        parts += [f"图样材料 {drawings} 页"] if drawings else []
        parts += [f"照片 {photographs} 张（{of_photographs} 页）"] if photographs else []
        yield f"本卷共有文件材料 {len(bound)} 件、{pages} 页，其中{'，'.join(parts)}。"
    else:
        yield f"本卷共有文件材料 {len(bound)} 件。"
    if signed := [entry.title for entry in bound if entry.signed]:
        yield f"以签章后的扫描件归档 {len(signed)} 件：{'、'.join(signed)}。"
    for reason in dict.fromkeys(entry.absent for entry in entries if entry.absent):
        titles = [entry.title for entry in entries if entry.absent == reason]
        yield f"{reason} {len(titles)} 件：{'、'.join(titles)}。"


def _pages(entries: Sequence[DossierEntry]) -> int:
    return sum(entry.pages or 0 for entry in entries)


def front_paper(paper: Paper) -> Paper:
    """A paper without a page number of its own and without a code, which only forms and notices have."""
    return replace(paper, setup=replace(paper.setup, numbering=Numbering.NONE, qr=""))
