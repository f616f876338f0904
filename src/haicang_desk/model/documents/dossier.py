"""项目档案: everything of one project in one file, with a cover and a catalogue after DA/T 22—2015. 三(五)¶2, R33."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath

from haicang_desk.model.blocks import (
    Block,
    Grid,
    GridCell,
    GridRow,
    Note,
    Paper,
    PaperSize,
    Title,
    amount,
    centred,
    label,
    row,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import DAMAGED, KEPT_ELSEWHERE, DocumentContext, ProjectContext
from haicang_desk.model.documents.form_parts import (
    day_text,
    field_cells,
    field_label,
    form_foot,
    form_head,
    implementer,
    money_text,
    paper_of,
    project_line,
    span_text,
)
from haicang_desk.model.documents.forms.decision_rows import WIDE
from haicang_desk.model.documents.registry import (
    DECLARED,
    SCHEME,
    DocumentType,
    Filed,
    catalogue_order,
    document,
    dossier_order,
)
from haicang_desk.model.records import Appointment, Attachment, Disbursement, Phase, Project
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.typesetting import AttachedFile, Volume, VolumePart, attached_file, count_pages, lay_out
from haicang_desk.model.values import Refused

NAMED = 4


def dossier_volume(own: DocumentType, context: ProjectContext, size: PaperSize) -> Volume:
    """For print: cover and catalogue, then every document of the project and every original that is in the store."""
    bound = [(filed, _bound(context, filed, size)) for filed in filed_documents(context)]
    attached = [(each, _enclosed(each, context)) for each in _in_order(context.case.attachments)]
    entries = [_document_entry(context, filed, piece.pages) for filed, piece in bound]
    entries += [_attachment_entry(each, piece) for each, piece in attached]
    front = lay_out("封面", paper_of(own, context, size))
    catalogue = lay_out("目录", _catalogue(context, front.paper, entries, 1))  # once to count its own pages
    catalogue = lay_out("目录", _catalogue(context, front.paper, entries, 1 + front.pages + catalogue.pages))
    files = [piece for _, piece in attached if isinstance(piece, AttachedFile)]
    pieces: tuple[VolumePart, ...] = (front, catalogue, *(piece for _, piece in bound), *files)
    return Volume(f"{front.paper.setup.title}：{context.case.project.title}", pieces)


def dossier_papers(own: DocumentType, context: ProjectContext, size: PaperSize) -> list[Paper]:
    """For DOCX: front, catalogue and documents, without originals and without page numbers that run through."""
    documents = [(filed, paper_of(filed.document, filed.context, size)) for filed in filed_documents(context)]
    pages = count_pages(paper for _, paper in documents)
    entries = [_document_entry(context, filed, count) for (filed, _), count in zip(documents, pages, strict=True)]
    entries += [_attachment_entry(each, KEPT_ELSEWHERE) for each in _in_order(context.case.attachments)]
    front = paper_of(own, context, size)
    return [front, _catalogue(context, front, entries, None), *(paper for _, paper in documents)]


def dossier_contents(own: DocumentType, context: ProjectContext, size: PaperSize) -> list[Paper]:
    """Front and documents as they are composed, without those that were issued, to be proofread."""
    composed = [filed for filed in filed_documents(context) if filed.document.name not in context.issued]
    return [paper_of(own, context, size), *(paper_of(filed.document, filed.context, size) for filed in composed)]


@dataclass(frozen=True, slots=True)
class FiledDocument:
    """One document that the dossier of a project has, with the context that it is composed from."""

    document: DocumentType
    filed: Filed
    context: DocumentContext


def filed_documents(context: ProjectContext) -> Iterator[FiledDocument]:
    """The documents that there are of a project, in the order of the dossier."""
    for each, filed in dossier_order(catalogue_order(DECLARED)):
        own: DocumentContext | None = context if each.scope == "project" else context.village_year
        if own is not None and not each.unavailable_reason(own):
            yield FiledDocument(each, filed, own)


def _bound(context: ProjectContext, filed: FiledDocument, size: PaperSize) -> VolumePart:
    """A document as it was issued, else as it is composed today."""
    document = filed.document
    if document.name in context.issued:
        return attached_file(document.title, context.issued[document.name], ours=True)
    return lay_out(document.title, paper_of(document, filed.context, size))


def _catalogue(context: ProjectContext, front: Paper, entries: Sequence[DossierEntry], first: int | None) -> Paper:
    project = context.case.project
    blocks = tuple(catalogue_blocks(project_line(project.code, project.fund_year), entries, first))
    return Paper(replace(front.setup, most_pages=1), blocks)


def _in_order(attachments: tuple[Attachment, ...]) -> list[Attachment]:
    """By phase, as the documents are, then by the day they were added."""
    phases = list(Phase)
    return sorted(attachments, key=lambda each: (phases.index(each.phase), each.added_on or date.max))


def _enclosed(attachment: Attachment, context: ProjectContext) -> AttachedFile | str:
    """An original made ready to be bound, or the reason why there is none."""
    original = context.originals.get(attachment.id, KEPT_ELSEWHERE)
    if isinstance(original, str):
        return original
    try:
        return attached_file(_attachment_title(attachment), original)
    except Refused:
        return DAMAGED


@document("dossier", "项目档案", after="year-plan-letter", with_findings=True, is_dossier=True)
def dossier_cover(context: ProjectContext) -> Iterator[Block]:
    """项目档案: the cover with the project's facts and payments, one page; catalogue and documents follow.

    Not signed. 三(五)¶2, R33. 条文：C101
    """
    case = context.case
    project, approval = case.project, case.approval
    begun, done = case.first(ProgressEvent.START, ProgressEvent.PROGRESS), case.first(ProgressEvent.COMPLETE)
    yield from form_head(
        "项目档案", below=project_line(project.code, project.fund_year), office=context.street.office, on=context.today
    )
    rows = (
        row(*field_cells(project, "title", NAMED, 20), least=12),
        row(
            *(label(Project.fields["village"].label, columns=NAMED), value(case.village.name, columns=8)),
            *field_cells(project, "category", NAMED, 8),
            least=12,
        ),
        row(
            label(field_label(Appointment, "implementer"), columns=NAMED),
            value(implementer(case), columns=20),
            least=12,
        ),
        row(
            *(label("批准日期", columns=NAMED), value(day_text(approval.decided_on) if approval else "", columns=8)),
            *(label("批准文号", columns=NAMED), value(approval.number if approval else "", columns=8)),
            least=12,
        ),
        row(
            label("实施起止", columns=NAMED),
            value(span_text(begun.happened_on if begun else None, done.happened_on if done else None), columns=20),
            least=12,
        ),
        row(label("总资金", columns=NAMED), value(money_text(case.funding.total), columns=20), least=12),
        row(label("办理阶段", columns=NAMED), value(case.stage.label, columns=20), least=12),
        *_payments(case),
    )
    yield Grid(rows, (1,) * WIDE)
    yield from form_foot(by=context.street.contact, phone=context.street.phone)


def _payments(case: Casefile) -> Iterator[GridRow]:
    fields = Disbursement.fields
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


def _document_entry(context: ProjectContext, filed: FiledDocument, pages: int) -> DossierEntry:
    """The entry of a document; 备注 has its phase and how long it is kept."""
    case, where = context.case, filed.filed
    return DossierEntry(
        title=filed.document.title,
        number=where.number(case),
        by=context.street.office if where.by_street else case.village.committee,
        on=day_text(where.date(case)),
        note=f"{where.phase.label}　{where.retention}",
        pages=pages,
    )


def _attachment_title(attachment: Attachment) -> str:
    """What it is, and its file's name without the ending."""
    return f"{attachment.item}　{PurePath(attachment.name).stem}"


def _attachment_entry(attachment: Attachment, piece: AttachedFile | str) -> DossierEntry:
    return DossierEntry(
        title=_attachment_title(attachment),
        on=day_text(attachment.added_on),
        note=f"{attachment.phase.label}　附件",
        pages=piece.pages if isinstance(piece, AttachedFile) else None,
        attached=True,
        absent=piece if isinstance(piece, str) else "",
    )


_HEADS = ("序号", "档号", "文号", "责任者", "题名", "日期", "密级", "页数", "页号", "备注")
_FIRST_PAGE = "页号"
_WEIGHTS = (2.4, 3.6, 7, 6.6, 11, 5.4, 2.4, 2.4, 2.4, 4.6)


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierEntry:
    """One line of the catalogue of a dossier (DA/T 22—2015); 档号 is left blank for the archive to fill in."""

    title: str
    number: str = ""  # 文号
    by: str = ""  # 责任者
    on: str = ""
    note: str
    pages: int | None = None  # None: it is not bound in
    attached: bool = False  # an attachment, not a document of the program
    absent: str = ""  # why it is not bound in


def catalogue_blocks(below: str, entries: Sequence[DossierEntry], first: int | None) -> Iterator[Block]:
    """The catalogue of a dossier; ``first`` is the page of the first entry, None without running page numbers."""
    yield Title(f"{SCHEME}项目档案目录", below)
    shown = [at for at, heading in enumerate(_HEADS) if heading != _FIRST_PAGE or first is not None]
    rows = [row(*(label(_HEADS[at]) for at in shown))]
    for count, entry in enumerate(entries, 1):
        cells = _cells(count, entry, first)
        rows.append(row(*(cells[at] for at in shown)))
        first = None if first is None else first + (entry.pages or 0)
    yield Grid(tuple(rows), tuple(_WEIGHTS[at] for at in shown), heading=1, size=9)
    yield Note(_sum(entries, first))


def _cells(count: int, entry: DossierEntry, first: int | None) -> tuple[GridCell | str, ...]:
    """The cells of an entry, in the order of ``_HEADS``."""
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


def _sum(entries: Sequence[DossierEntry], after: int | None) -> str:
    documents = [entry for entry in entries if not entry.attached]
    attached = [entry for entry in entries if entry.attached]
    parts = [f"本档案编入文件 {len(documents)} 件，共 {_pages(documents)} 页"]
    if attached:
        bound = [entry for entry in attached if entry.pages is not None]
        elsewhere = sum(entry.absent == KEPT_ELSEWHERE for entry in attached)
        lost = len(attached) - len(bound) - elsewhere
        counts = [
            f"装入 {len(bound)} 件、{_pages(bound)} 页" if bound else "",
            f"原件另存 {elsewhere} 件" if elsewhere else "",
            f"未能装入 {lost} 件" if lost else "",
        ]
        parts.append(f"附件材料 {len(attached)} 件，其中{'，'.join(filter(None, counts))}")
    if after is not None:
        parts.append(f"连同封面、目录，全卷 {after - 1} 页")
    return "；".join(parts) + "。"


def _pages(entries: Sequence[DossierEntry]) -> int:
    return sum(entry.pages or 0 for entry in entries)
