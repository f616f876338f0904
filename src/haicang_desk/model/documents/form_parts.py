"""A document of one scene as a paper: its blocks on a sheet that says what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import PurePath

from haicang_desk.model.blocks import (
    Across,
    Align,
    Blank,
    Block,
    Face,
    GridCell,
    GridRow,
    Inline,
    Note,
    PageBreak,
    PageSetup,
    Paper,
    PaperKind,
    PaperSize,
    Picture,
    Pictures,
    Run,
    Title,
    Words,
    amount,
    label,
    row,
    ticks,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import DocumentContext, ProjectContext, VillageContext
from haicang_desk.model.documents.registry import SCHEME, DocumentType
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Attachment, Labelled, Record
from haicang_desk.model.scans import ScanKind, kind_of
from haicang_desk.model.values import Money, full_date


def paper_of(document: DocumentType, context: DocumentContext, size: PaperSize) -> Paper:
    """Composing asks the scene and nothing else. Only what hangs on a wall takes another size than A4."""
    blocks = tuple(document.compose(context))
    printed = next((block.text for block in blocks if isinstance(block, Title)), "")
    parts = 1 + sum(isinstance(block, PageBreak) for block in blocks)
    sheet = PageSetup(
        kind=document.kind,
        title=printed if document.title in printed else f"{SCHEME}{document.title}：{printed}",
        number=document_number(context),
        subject=f"{' '.join((*subject_names(context), document.title))}　{policy_line(context.policy)}",
        size=size if document.takes_a3 else PaperSize.A4,
        landscape=document.landscape,
        footer="" if document.kind is PaperKind.LETTER else policy_line(context.policy),
        seal_code=context.seal,
        most_pages=document.most_pages * parts,
    )
    return Paper(sheet, blocks)


def subject_names(context: DocumentContext) -> tuple[str, str]:
    """村居 and 项目, or what stands for them where a document is of many."""
    if isinstance(context, ProjectContext):
        return context.case.village.name, context.case.project.title
    if isinstance(context, VillageContext):
        return context.village.name, context.project.title if context.project else f"{context.year}年度"
    return context.street.name, f"{context.year}年度"


def document_number(context: DocumentContext) -> str:
    """项目编号 and, of what was decided, 文号."""
    if not isinstance(context, ProjectContext):
        return ""
    approval = context.case.approval
    return "；".join(filter(None, (context.case.project.code, approval.number if approval else "")))


DATE_BY_HAND = "　　年　　月　　日"  # a date to be written by whoever signs
DISTRICT = "厦门市海沧区"
SIGNATURE: tuple[Inline, ...] = ("签字：", Blank(5))
SEALED = ("（盖章）", DATE_BY_HAND)
DISTRICT_OFFICE = f"区{SCHEME}工作领导小组办公室"  # 二¶2, 三(三)¶2


def form_head(
    title: str, *, whose: str = "", below: str = "", office: str = "", on: date | None = None, unit: str = "元"
) -> Iterator[Block]:
    """表名, under it what it is about, then who fills it in and when; what is not known is left to be written."""
    yield Title(f"{whose}{SCHEME}{title}", below)
    filled: Words = ("填报单位（盖章）：", office or Blank(10))
    yield Across((filled, ("填报日期：", full_date(on) if on else DATE_BY_HAND), *((f"单位：{unit}",) if unit else ())))


def form_foot(*, by: str = "", phone: str = "") -> Iterator[Block]:
    """填表人、联系电话、审核人."""
    yield Across((("填表人：", Blank(7, by)), ("联系电话：", Blank(8, phone)), ("审核人：", Blank(7))))


def policy_line(policy: Policy) -> str:
    """What is printed small at every foot, with 〔〕 as the document has them. 条文：C002"""
    return f"依据：{policy.number}"


def project_line(code: str, year: int) -> str:
    return f"项目编号：{code or '　　　　　　　　'}　　资金年度：{year}"


def section_row(text: str, columns: int) -> GridRow:
    """A row across the table that says what follows."""
    return GridRow((GridCell(Run(text, Face.HEI), label=True, columns=columns, align=Align.LEFT),))


def field_label(of: type[Record], name: str) -> str:
    """A field's own label, for the head of a column."""
    return of.fields[name].label


def implementer(case: Casefile) -> str:
    """Who carries the project out; "" before that is settled."""
    return case.appointment.implementer if case.appointment else ""


def field_cells(record: Record, name: str, label_columns: int, wide: int) -> tuple[GridCell, GridCell]:
    """A field's own label and value; empty, the cell is there to be written in."""
    said = record.fields[name]
    return label(said.label, columns=label_columns), value(said.show(record), columns=wide)


def row_of(*pairs: tuple[GridCell, ...]) -> GridRow:
    return row(*(cell for pair in pairs for cell in pair))


def choice_boxes(kind: type[Labelled], chosen: Labelled | None) -> tuple[Inline, ...]:
    """Every option of a choice with its box."""
    return ticks((option.label for option in kind), chosen.label if chosen else ())


def yes_no_boxes(record: Record, name: str) -> tuple[Inline, ...]:
    """□是 □否 of a question; unanswered, both boxes are left empty."""
    return ticks(("是", "否"), record.fields[name].show(record))


def money_text(money: Money | None) -> Words:
    """A sum in figures and, from the same fen, in 大写; unknown, two lines to write on."""
    if money is None:
        return ("小写：", Blank(7), "元　　大写：人民币", Blank(12))
    return f"小写：{money} 元　　大写：{money.capitals}"


def money_cell(money: Money | None, columns: int = 1) -> GridCell:
    return amount("" if money is None else str(money), columns=columns)


def last_date(records: Sequence[Record], name: str) -> date | None:
    """The date field ``name`` of the last record; None without records."""
    last: date | None = getattr(records[-1], name) if records else None
    return last


def day_text(on: date | None) -> str:
    return full_date(on) if on else ""


def span_text(start: date | None, end: date | None) -> str:
    """Two dates in full: 2018年8月1日至2018年8月8日."""
    if start and end:
        return f"{full_date(start)}至{full_date(end)}"
    return f"{full_date(start)}起" if start else (f"{full_date(end)}前" if end else "")


def percent(part: int, whole: int) -> str:
    """A share with two decimals, half up; nothing of nothing is a dash."""
    if not whole:
        return "—"
    hundredths = (abs(part) * 20_000 + whole) // (2 * whole)
    return f"{'-' if part < 0 else ''}{hundredths // 100}.{hundredths % 100:02d}%"


def ratio(part: int, whole: int) -> str:
    """With two decimals, half up; a dash where there is nothing to compare with."""
    if whole <= 0:
        return "—"
    hundredths = (200 * part + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def joined(items: Iterable[str], empty: str = "") -> str:
    return "、".join(item for item in items if item) or empty


MAX_PHOTOGRAPHS = 4  # two by two on a page; the others are in the dossier


def photographs(context: ProjectContext, item: str, *, caption: Callable[[str], str] = str) -> list[Block]:
    """The first of them in the order of their days, and how many more there are; nothing where there are none."""
    found = list(_pictures(context, item))
    shown = tuple(Picture(data, caption(_said(each))) for each, data in found[:MAX_PHOTOGRAPHS])
    blocks: list[Block] = [Pictures(shown)] if shown else []
    if len(found) > MAX_PHOTOGRAPHS:
        blocks.append(Note(f"另有 {len(found) - MAX_PHOTOGRAPHS} 张，存项目档案。"))
    return blocks


def _pictures(context: ProjectContext, item: str) -> Iterator[tuple[Attachment, bytes]]:
    ours = [each for each in context.case.attachments if each.item == item]
    for each in sorted(ours, key=lambda each: each.added_on or date.max):
        held = context.originals.get(each.id)
        if isinstance(held, bytes) and kind_of(held) is not ScanKind.PDF:
            yield each, held


def _said(each: Attachment) -> str:
    return each.note or PurePath(each.name).stem
