"""A document as a paper, and the parts that forms share: head, foot, cells for fields, sums, dates and choices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePath

from haicang_desk.model.blocks import (
    SEAL_ROOM,
    Across,
    Blank,
    Block,
    Grid,
    GridCell,
    GridRow,
    Inline,
    KeepTogether,
    Note,
    PageBreak,
    PageSetup,
    Paper,
    PaperKind,
    PaperSize,
    Picture,
    Pictures,
    Title,
    Words,
    amount,
    label,
    prose,
    row,
    texts_in,
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


def papers_of(document: DocumentType, context: DocumentContext, size: PaperSize) -> list[Paper]:
    """A document as papers: one; of notices, one for each sheet that is posted by itself, so that each is numbered by
    itself."""
    whole = paper_of(document, context, size)
    if document.kind is not PaperKind.NOTICE:
        return [whole]
    sheets: list[list[Block]] = [[]]
    for block in whole.blocks:
        if isinstance(block, PageBreak):
            sheets.append([])
        else:
            sheets[-1].append(block)
    setup = replace(whole.setup, most_pages=document.most_pages)
    return [
        Paper(replace(setup, title=_titled(document, blocks), large_type=_says_little(blocks)), tuple(blocks))
        for blocks in sheets
    ]


def _titled(document: DocumentType, blocks: Iterable[Block]) -> str:
    """The printed title in one line, with that of the document in front where it is no part of it."""
    printed = next((block.text.replace("\n", "") for block in blocks if isinstance(block, Title)), "")
    return printed if document.title in printed else f"{SCHEME}{document.title}：{printed}"


_GLANCE = 12
_LITTLE = 420  # characters that fill three quarters of a page in large type


def _says_little(blocks: Iterable[Block]) -> bool:
    """Whether a notice has no pictures, no narrow column of prose, and so few words that it is set in large type."""
    blocks = tuple(block for block in blocks if not isinstance(block, KeepTogether))  # the closing is always alike
    grids = [block for block in blocks if isinstance(block, Grid)]
    narrow = [cell for grid in grids if len(grid.weights) > 3 for row in grid.rows for cell in row.cells]
    if any(isinstance(block, Pictures) for block in blocks) or any(map(_has_prose, narrow)):
        return False
    return sum(map(len, texts_in(blocks))) <= _LITTLE


def _has_prose(cell: GridCell) -> bool:
    """Whether a cell of one column has more characters than are read at a glance."""
    return cell.columns == 1 and sum(each > "\u00ff" for text in texts_in(cell.words) for each in text) > _GLANCE


def paper_of(document: DocumentType, context: DocumentContext, size: PaperSize) -> Paper:
    """Compose a document and set up its pages. Only notices are printed on other sizes than A4."""
    blocks, context = tuple(document.compose(context)), document.view(context)
    parts = 1 + sum(isinstance(block, PageBreak) for block in blocks)
    sheet = PageSetup(
        kind=document.kind,
        title=_titled(document, blocks),
        number=document_number(context),
        subject=f"{' '.join((*subject_names(context), document.title))}　{policy_line(context.policy)}",
        size=size if document.takes_a3 else PaperSize.A4,
        landscape=document.landscape,
        footer="" if document.kind is PaperKind.LETTER else policy_line(context.policy),
        seal_code=context.seal,
        code_on_sheet=document.kind is not PaperKind.LETTER,
        qr=_scanned(context) if document.kind is PaperKind.FORM else "",
        most_pages=document.most_pages * parts,
    )
    return Paper(sheet, blocks)


def _scanned(context: DocumentContext) -> str:
    """What the QR code of a form says: 存证码 and 项目编号 in one line, the ones there are; "" for neither.

    A hand scanner types it, so it is in ASCII, and in capitals, which no input method takes for pinyin.
    """
    code = context.case.project.code if isinstance(context, ProjectContext) else ""
    return " ".join(part.upper() for part in (context.seal, code) if part and part.isascii())


def subject_names(context: DocumentContext) -> tuple[str, str]:
    """村居 and 项目 for title and file name; of a document of many projects, the year in place of the project."""
    if isinstance(context, ProjectContext):
        return context.case.village.name, context.case.project.title
    if isinstance(context, VillageContext):
        return context.village.name, context.project.title if context.project else f"{context.year}年度"
    return context.street.name, f"{context.year}年度"


def document_number(context: DocumentContext) -> str:
    """项目编号 and, once the project is approved, 文号."""
    if not isinstance(context, ProjectContext):
        return ""
    approval = context.case.approval
    return "；".join(filter(None, (context.case.project.code, approval.number if approval else "")))


DATE_BY_HAND = "　　年　　月　　日"  # the date that a signatory writes
DISTRICT = "厦门市海沧区"
SIGNATURE: tuple[Inline, ...] = ("签字：", Blank(5))
SIGN_HEIGHT = 10.0  # mm: a row or line to sign
SIDE = 11.0  # mm: the column of side labels, two characters wide
SEALED = ("（盖章）", DATE_BY_HAND)
DISTRICT_OFFICE = f"区{SCHEME}工作领导小组办公室"  # 二¶2, 三(三)¶2


def form_head(
    title: str, *, whose: str = "", below: str = "", office: str = "", on: date | None = None, unit: str = "元"
) -> Iterator[Block]:
    """表名, the line below it, then 填报单位 and 填报日期; blank lines where they are not known."""
    yield Title(f"{whose}{SCHEME}{title}", below)
    filled: Words = ("填报单位（盖章）：", office or Blank(10))
    yield Across((filled, ("填报日期：", full_date(on) if on else DATE_BY_HAND), *((f"单位：{unit}",) if unit else ())))


def number_by_hand(on: date | None) -> str:
    """发文字号, whose parts are written in by hand when a letter is signed; its year is that of the letter's day."""
    return f"　　〔{on.year if on else '　　　　'}〕　　号"


def form_foot(*, by: str = "", phone: str = "") -> Iterator[Block]:
    """填表人、联系电话、审核人."""
    yield Across((("填表人：", Blank(7, by)), ("联系电话：", Blank(8, phone)), ("审核人：", Blank(7))))


def policy_line(policy: Policy) -> str:
    """The number of the policy, for the footer of every page. 条文：C002"""
    return f"依据：{policy.number}"


def project_line(code: str, year: int) -> str:
    """项目编号 and 资金年度, the line below the title of a form."""
    return f"项目编号：{code or '　　　　　　　　'}　　资金年度：{year}"


def side_label(text: str, rows: int = 1, *, upright: bool = False) -> GridCell:
    """The label of a part of a form, in a narrow column at its left (`Grid.side`) over so many rows.

    Two characters a line, with `upright` one; a text with line ends of its own is kept.
    """
    step = 1 if upright else 2
    parts = [text] if "\n" in text else [text[at : at + step] for at in range(0, len(text), step)]
    return label("\n".join(parts), rows=rows)


def with_side_label(text: str, rows: Iterable[GridRow], *, upright: bool = False) -> tuple[GridRow, ...]:
    """Rows with a side label at their left over all of them. Their table is one column wider, see `Grid.side`."""
    first, *others = rows
    side = side_label(text, 1 + len(others), upright=upright)
    return (replace(first, cells=(side, *first.cells)), *others)


def signing_rule(who: str = "签字", rest: Words = "") -> Words:
    """A line to sign on: 签字：, a rule of at least 30 mm, and what follows it."""
    after = rest if isinstance(rest, tuple) else (rest,) if rest else ()
    return (f"{who}：", Blank(8.2), *after)


def opinion_cell(
    words: Words = "",
    *,
    office: str = "",
    on: date | None = None,
    signers: Sequence[str] = ("签字",),
    dated: bool = False,
    columns: int = 1,
) -> GridCell:
    """An opinion: its text, a rule of 30 mm for each signer, and 45 × 45 mm for the seal of `office` on its date.

    ``on`` None: the date is written by hand. With ``dated`` each signer but the last writes a date too.
    """
    signed: list[Words] = []
    for who in signers:
        by_hand = dated and who != signers[-1]
        signed.append(signing_rule(who, DATE_BY_HAND if by_hand else ""))
    stamped = (f"{office}（盖章）" if office else "（盖章）", full_date(on) if on else DATE_BY_HAND)
    return replace(prose(words, columns=columns, foot=tuple(signed)), seal=stamped)


def opinion_row(
    side: str,
    words: Words = "",
    *,
    office: str = "",
    on: date | None = None,
    signers: Sequence[str] = ("签字",),
    dated: bool = False,
    columns: int = 1,
    stretch: float = 1,
) -> GridRow:
    """A row with a side label and an opinion (see :func:`opinion_cell`) as wide as ``columns``; never split."""
    cell = opinion_cell(words, office=office, on=on, signers=signers, dated=dated, columns=columns)
    return GridRow((side_label(side, upright=True), cell), SEAL_ROOM, whole=True, firm=True, stretch=stretch)


def signing_rows(rows: Iterable[Iterable[GridCell | str]], least: float = SIGN_HEIGHT) -> Iterator[GridRow]:
    """Rows with empty cells to sign, at least 10 mm high however tight the page is set."""
    for cells in rows:
        yield replace(row(*cells, least=max(least, SIGN_HEIGHT), whole=True), firm=True)


def field_label(of: type[Record], name: str) -> str:
    """The label of a field, for the head of a column."""
    return of.fields[name].label


def implementer(case: Casefile) -> str:
    """The implementer of the project; "" before the appointment."""
    return case.appointment.implementer if case.appointment else ""


def field_cells(record: Record, name: str, label_columns: int, wide: int) -> tuple[GridCell, GridCell]:
    """Two cells, label and value of a field; ``label_columns`` and ``wide`` are their widths in columns."""
    field = record.fields[name]
    return label(field.label, columns=label_columns), value(field.show(record), columns=wide)


def row_of(*pairs: tuple[GridCell, ...]) -> GridRow:
    """One row of several groups of cells."""
    return row(*(cell for pair in pairs for cell in pair))


def choice_boxes(kind: type[Labelled], chosen: Labelled | None) -> tuple[Inline, ...]:
    """Every option of an enumeration with a box, the chosen one ticked."""
    return ticks((option.label for option in kind), chosen.label if chosen else ())


def yes_no_boxes(record: Record, name: str) -> tuple[Inline, ...]:
    """□是 □否 of a yes-or-no field; both empty where it is not answered."""
    return ticks(("是", "否"), record.fields[name].show(record))


def money_text(money: Money | None) -> Words:
    """A sum in figures and in 大写; two blank lines where it is not known."""
    if money is None:
        return ("小写：", Blank(7), "元　　大写：人民币", Blank(12))
    return f"小写：{money} 元　　大写：{money.capitals}"


def money_cell(money: Money | None, columns: int = 1) -> GridCell:
    """A cell with a sum; empty where it is not known."""
    return amount("" if money is None else str(money), columns=columns)


def change_text(change: Money | None, more: str, less: str) -> str:
    """A change of a sum with a word for its direction, as 减 1,000.00, so that no sum has a minus; "" for None."""
    if change is None:
        return ""
    return f"{less} {-change}" if change < 0 else f"{more if change else ''} {change}".strip()


def last_date(records: Sequence[Record], name: str) -> date | None:
    """The date field ``name`` of the last record; None without records."""
    last: date | None = getattr(records[-1], name) if records else None
    return last


def day_text(on: date | None) -> str:
    """A date in full, 2018年8月1日; "" for none."""
    return full_date(on) if on else ""


def span_text(start: date | None, end: date | None) -> str:
    """Two dates in full, 2018年8月1日至2018年8月8日; either may be missing."""
    if start and end:
        return f"{full_date(start)}至{full_date(end)}"
    return f"{full_date(start)}起" if start else (f"{full_date(end)}前" if end else "")


def percent(part: int, whole: int) -> str:
    """A percentage with two decimals, half up; a dash where the whole is 0."""
    if not whole:
        return "—"
    hundredths = (abs(part) * 20_000 + whole) // (2 * whole)
    return f"{'-' if part < 0 else ''}{hundredths // 100}.{hundredths % 100:02d}%"


def ratio(part: int, whole: int) -> str:
    """A ratio with two decimals, half up; a dash where the whole is not positive."""
    if whole <= 0:
        return "—"
    hundredths = (200 * part + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def joined(items: Iterable[str], empty: str = "") -> str:
    """The items that are not empty, joined by 、; ``empty`` where there is none."""
    return "、".join(item for item in items if item) or empty


MAX_PHOTOGRAPHS = 4  # two by two on a page


def photographs(context: ProjectContext, item: str) -> list[Block]:
    """The first pictures of that item by day, and a note on how many more there are; no block without pictures."""
    pictures = list(_pictures(context, item))
    shown = tuple(Picture(data, _picture_caption(each)) for each, data in pictures[:MAX_PHOTOGRAPHS])
    blocks: list[Block] = [Pictures(shown)] if shown else []
    if len(pictures) > MAX_PHOTOGRAPHS:
        blocks.append(Note(f"另有 {len(pictures) - MAX_PHOTOGRAPHS} 张，存项目档案。"))
    return blocks


def _pictures(context: ProjectContext, item: str) -> Iterator[tuple[Attachment, bytes]]:
    chosen = [each for each in context.case.attachments if each.item == item]
    for each in sorted(chosen, key=lambda each: each.added_on or date.max):
        original = context.originals.get(each.id)
        if isinstance(original, bytes) and kind_of(original) is not ScanKind.PDF:
            yield each, original


def _picture_caption(each: Attachment) -> str:
    return each.note or PurePath(each.name).stem
