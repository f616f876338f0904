"""项目档案: everything of one project in one file, with cover, 卷内目录 and 备考表. DA/T 22—2015, 三(五)¶2, R33.

In the place of a document that was signed stands its scan: an attachment whose 材料 is the name of the document, such
as 街道审批表 or 街道审批表（盖章扫描件）. Photographs of one thing are put together on sheets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath

from haicang_desk.model.blocks import Block, Paper, PaperSize
from haicang_desk.model.documents.context import (
    DAMAGED,
    KEPT_ELSEWHERE,
    LOCKED,
    TOO_LARGE,
    DocumentContext,
    ProjectContext,
)
from haicang_desk.model.documents.dossier_front import (
    DossierEntry,
    catalogue_blocks,
    cover_blocks,
    front_paper,
    record_blocks,
    summary_blocks,
)
from haicang_desk.model.documents.dossier_photographs import DossierPhotograph, photograph_paper
from haicang_desk.model.documents.form_parts import paper_of
from haicang_desk.model.documents.registry import (
    DECLARED,
    PERMANENT,
    YEARS_30,
    DocumentType,
    Filed,
    catalogue_order,
    document,
    dossier_order,
)
from haicang_desk.model.foreign import LimitMet, ReadingStopped, measured_photograph
from haicang_desk.model.records import Attachment, Phase
from haicang_desk.model.scans import ScanKind, kind_of, scan_of
from haicang_desk.model.services import DOSSIER_STAGES, unnumbered_reason
from haicang_desk.model.typesetting import AttachedFile, LaidOutPaper, Volume, VolumePart, attached_file, lay_out
from haicang_desk.model.values import Cancelled, Refused

_PHOTOGRAPH, _DRAWING = "照片", "图"
_COVER, _CATALOGUE, _RECORD, _SUMMARY = "封面", "卷内目录", "卷内备考表", "项目概况"
_AS_SIGNED = re.compile(
    r"[（(][^（）()]*(?:签|盖章|扫描|原件|正本)[^（）()]*[）)]$|(?:签字|盖章|签章)*(?:扫描件|原件|正本)$"
)


@dataclass(frozen=True, slots=True)
class Binder:
    """How the making of a dossier is followed: ``done`` is called for each attachment, ``cancelled`` is asked."""

    done: Callable[[], None] | None = None
    cancelled: Cancelled | None = None

    def tick(self) -> None:
        """One attachment more is ready."""
        if self.done is not None:
            self.done()


@dataclass(frozen=True, slots=True)
class _Part:
    """An entry of the catalogue and what is bound for it."""

    entry: DossierEntry
    pieces: tuple[VolumePart, ...] = ()


def dossier_volume(own: DocumentType, context: ProjectContext, size: PaperSize, binder: Binder | None = None) -> Volume:
    """For print: cover, catalogue, every document of the project and every original in the store, 备考表.

    Raises Unprintable, Refused, and ReadingStopped once ``binder`` is asked to stop.
    """
    front = front_paper(paper_of(own, context, size))
    parts = list(_parts(own, context, size, binder or Binder()))
    entries = [part.entry for part in parts]
    catalogue = _paper(front, catalogue_blocks(context, entries, paged=True))
    record = front_paper(_paper(front, record_blocks(context, entries, paged=True)))
    pieces: tuple[VolumePart, ...] = (
        lay_out(_COVER, front, counted=False),
        lay_out(_CATALOGUE, catalogue, counted=False),
        *(piece for part in parts for piece in part.pieces),
        lay_out(_RECORD, record, counted=False),
    )
    return Volume(f"{front.setup.title}：{context.case.project.title}", pieces)


def dossier_papers(own: DocumentType, context: ProjectContext, size: PaperSize) -> list[Paper]:
    """For DOCX: cover, catalogue, documents and 备考表, without originals and without page numbers that run through."""
    front = front_paper(paper_of(own, context, size))
    papers = [_summary(paper_of(own, context, size), context)]
    entries = [_summary_entry(context, None)]
    for phase in Phase:
        for filed in filed_documents(context):
            if filed.filed.phase is phase:
                papers.append(paper_of(filed.document, filed.context, size))
                entries.append(_document_entry(context, filed, 0))
        attached = [each for each in _in_order(context.case.attachments) if each.phase is phase]
        entries += [_attachment_entry(each, None, KEPT_ELSEWHERE) for each in attached]
    entries[0] = replace(entries[0], pages=0)
    catalogue = _paper(front, catalogue_blocks(context, entries, paged=False))
    record = front_paper(_paper(front, record_blocks(context, entries, paged=False)))
    return [front, catalogue, *papers, record]


def dossier_contents(own: DocumentType, context: ProjectContext, size: PaperSize) -> list[Paper]:
    """Cover and documents as they are composed, without those that were issued, to be proofread."""
    composed = [filed for filed in filed_documents(context) if filed.document.name not in context.issued]
    return [paper_of(own, context, size), *(paper_of(filed.document, filed.context, size) for filed in composed)]


@dataclass(frozen=True, slots=True)
class FiledDocument:
    """One document that the dossier of a project has, with the context that it is composed from."""

    document: DocumentType
    filed: Filed
    context: DocumentContext


def filed_documents(context: ProjectContext) -> Iterator[FiledDocument]:
    """The documents that there are of a project, in the order of the dossier; none that is still to be filled in."""
    for each, filed in dossier_order(catalogue_order(DECLARED)):
        own: DocumentContext | None = context if each.scope == "project" else context.village_year
        if own is not None and filed.is_there(context.case) and not each.unavailable_reason(own):
            yield FiledDocument(each, filed, own)


def signed_document(attachment: Attachment) -> str:
    """The title of the document of which an attachment is the signed scan; "" where it is of none."""
    name = _AS_SIGNED.sub("", attachment.item.strip()).strip()
    return name if any(each.filed and each.title == name for each in DECLARED.values()) else ""


def signed_titles() -> list[str]:
    """What the scans of signed documents are called: the documents of a dossier in its order, as
    项目申报表（盖章扫描件）."""
    return [f"{each.title}（盖章扫描件）" for each, _ in dossier_order(catalogue_order(DECLARED))]


def retention_of(context: ProjectContext) -> str:
    """保管期限 of the whole file: that of the document which is kept longest, 30 years at least."""
    if context.dossier is not None and context.dossier.retention:
        return context.dossier.retention
    permanent = any(filed.filed.retention == PERMANENT for filed in filed_documents(context))
    return PERMANENT if permanent else YEARS_30


def _unnumbered(context: ProjectContext) -> str:
    """Why a finished project's dossier has no 档号; "" where it has one, or is not complete yet."""
    if context.dossier is not None or context.case.stage not in DOSSIER_STAGES:
        return ""
    return unnumbered_reason(context.street, context.case)


def _remarks(context: ProjectContext) -> str:
    """What is to be known of a dossier that is made now: why it has no 档号, and which scans are out of date."""
    reasons = filter(None, (_unnumbered(context), _outdated(context)))
    return "。".join(reasons)


def _outdated(context: ProjectContext) -> str:
    """The scans that stand for a document and are older than its corrected issue; "" for none."""
    latest: dict[str, date] = {}
    for each in context.case.attachments:
        if _is_held(context, each) and each.added_on and (title := signed_document(each)):
            latest[title] = max(latest.get(title, each.added_on), each.added_on)
    old = [title for title, day in latest.items() if day < context.corrected.get(title, day)]
    if not old:
        return ""
    return f"{'、'.join(old)}的签章扫描件比更正重印的旧，装的仍是旧扫描件；请扫描更正后签章的一份，换上再印"


@document(
    "dossier",
    "项目档案",
    after="year-plan-letter",
    with_findings=True,
    is_dossier=True,
    most_pages=1,
    undated=_remarks,
)
def dossier_cover(context: ProjectContext) -> Iterator[Block]:
    """项目档案: the cover, one page; 卷内目录, documents, originals and 备考表 follow.

    Signed by whoever puts it together and whoever checks it. 三(五)¶2, R33. 条文：C101
    """
    days = [filed.filed.date(context.case) for filed in filed_documents(context)]
    days += [each.added_on for each in context.case.attachments if _is_held(context, each)]
    known = sorted(day for day in days if day)
    span = (known[0], known[-1]) if known else (None, None)
    yield from cover_blocks(context, span, retention_of(context))


def _is_held(context: ProjectContext, attachment: Attachment) -> bool:
    return isinstance(context.originals.get(attachment.id), bytes)


# ---- the parts between catalogue and 备考表


def _parts(own: DocumentType, context: ProjectContext, size: PaperSize, binder: Binder) -> Iterator[_Part]:
    """The parts in the order of the file: by phase the documents, then the other attachments, then the photographs."""
    front = paper_of(own, context, size)
    summary = lay_out(_SUMMARY, _summary(front, context))
    yield _Part(_summary_entry(context, summary.pages), (summary,))
    titles = dossier_order(catalogue_order(DECLARED))
    there = {filed.document.name: filed for filed in filed_documents(context)}
    attachments = _in_order(context.case.attachments)
    signed: dict[str, list[Attachment]] = {}
    for each in attachments:
        if _is_held(context, each) and (title := signed_document(each)):
            signed.setdefault(title, []).append(each)
    taken: set[str] = set()
    for phase in Phase:
        for declared, filed in titles:
            if filed.phase is not phase:
                continue
            scans = [(scan, _attached(scan, context, binder)) for scan in signed.get(declared.title, ())]
            bound = [(scan, piece) for scan, piece in scans if isinstance(piece, AttachedFile)]
            if bound:
                taken.update(scan.id for scan, _ in bound)
                yield _signed_part(context, FiledDocument(declared, filed, context), bound)
            elif declared.name in there:
                yield _composed_part(context, there[declared.name], size)
        others = [each for each in attachments if each.phase is phase and each.id not in taken]
        yield from _attachment_parts(front, context, others, binder)


def _composed_part(context: ProjectContext, filed: FiledDocument, size: PaperSize) -> _Part:
    """A document as it was issued, else as it is composed today."""
    document = filed.document
    piece: VolumePart
    if document.name in context.issued:
        piece = attached_file(document.title, context.issued[document.name], ours=True)
    else:
        piece = lay_out(document.title, paper_of(document, filed.context, size))
    return _Part(_document_entry(context, filed, piece.pages), (piece,))


def _signed_part(
    context: ProjectContext, filed: FiledDocument, scans: Sequence[tuple[Attachment, AttachedFile]]
) -> _Part:
    """The scans of a signed document, which stand in its place."""
    pieces = tuple(replace(piece, title=filed.document.title) for _, piece in scans)
    entry = _document_entry(context, filed, sum(piece.pages for piece in pieces))
    entry = replace(entry, signed=True, note="签章扫描件", on=entry.on or scans[0][0].added_on)
    return _Part(entry, pieces)


def _attachment_parts(
    front: Paper, context: ProjectContext, attachments: Sequence[Attachment], binder: Binder
) -> Iterator[_Part]:
    """Of the attachments of one phase: scans one by one, then photographs by what they show."""
    photographs: dict[str, list[DossierPhotograph]] = {}
    for each in attachments:
        original = context.originals.get(each.id, KEPT_ELSEWHERE)
        if isinstance(original, str):
            yield _Part(_attachment_entry(each, None, original))
        elif _PHOTOGRAPH in each.item and kind_of(original) is not ScanKind.PDF:
            photograph = _photograph(each, original, binder)
            if isinstance(photograph, str):
                yield _Part(_attachment_entry(each, None, photograph))
            else:
                photographs.setdefault(each.item, []).append(photograph)
        else:
            piece = _attached(each, context, binder)
            if isinstance(piece, str):
                yield _Part(_attachment_entry(each, None, piece))
            else:
                yield _Part(_attachment_entry(each, piece.pages), (piece,))
    for item, pictures in photographs.items():
        sheets = lay_out(f"{item}（{len(pictures)} 张）", photograph_paper(front, item, pictures))
        yield _photograph_part(pictures, sheets)


def _attached(attachment: Attachment, context: ProjectContext, binder: Binder) -> AttachedFile | str:
    """An original made ready to be bound, or the reason why it is not. Raises ReadingStopped."""
    original = context.originals.get(attachment.id, KEPT_ELSEWHERE)
    if isinstance(original, str):
        return original
    try:
        return attached_file(_attachment_title(attachment), original, cancelled=binder.cancelled)
    except Refused as refused:
        return _reason(refused)
    finally:
        binder.tick()


def _photograph(attachment: Attachment, original: bytes, binder: Binder) -> DossierPhotograph | str:
    """A photograph that can be decoded, or the reason why it is not bound. Raises ReadingStopped."""
    if binder.cancelled is not None and binder.cancelled():
        raise ReadingStopped
    try:
        scan_of(attachment.name, original)
        across, tall, _ = measured_photograph(original)
    except Refused as refused:
        return _reason(refused)
    finally:
        binder.tick()
    return DossierPhotograph(attachment, original, landscape=across >= tall)


def _reason(refused: Refused) -> str:
    """What the catalogue says of a file that could not be bound. Raises ReadingStopped for one that was given up."""
    if isinstance(refused, ReadingStopped):
        raise refused
    if isinstance(refused, LimitMet):
        return TOO_LARGE
    return LOCKED if "密码" in str(refused) else DAMAGED


def _photograph_part(pictures: Sequence[DossierPhotograph], sheets: LaidOutPaper) -> _Part:
    attachments = [each.attachment for each in pictures]
    days = sorted(each.added_on for each in attachments if each.added_on)
    entry = DossierEntry(
        title=sheets.title,
        phase=attachments[0].phase,
        on=days[-1] if days else None,
        pages=sheets.pages,
        photographs=len(pictures),
    )
    return _Part(entry, (sheets,))


def _summary(front: Paper, context: ProjectContext) -> Paper:
    return _paper(front, summary_blocks(context), coded=True)


def _summary_entry(context: ProjectContext, pages: int | None) -> DossierEntry:
    return DossierEntry(title=_SUMMARY, by=context.street.office, pages=pages)


def _paper(front: Paper, blocks: Iterator[Block], *, coded: bool = False) -> Paper:
    """A paper set up as the cover, with a number on each page where it has several; ``coded``: with the QR code."""
    qr = front.setup.qr if coded else ""
    return Paper(replace(front.setup, numbering=None, qr=qr, most_pages=1), tuple(blocks))


def _in_order(attachments: tuple[Attachment, ...]) -> list[Attachment]:
    """By phase, as the documents are, then by the day they were added."""
    phases = list(Phase)
    return sorted(attachments, key=lambda each: (phases.index(each.phase), each.added_on or date.max))


def _document_entry(context: ProjectContext, filed: FiledDocument, pages: int) -> DossierEntry:
    case, where = context.case, filed.filed
    return DossierEntry(
        title=filed.document.title,
        phase=where.phase,
        number=where.number(case),
        by=context.street.office if where.by_street else case.village.committee,
        on=where.date(case),
        pages=pages,
    )


def _attachment_title(attachment: Attachment) -> str:
    """What it is, and its file's name without the ending."""
    stem = PurePath(attachment.name).stem
    return stem if stem.startswith(attachment.item) else f"{attachment.item}　{stem}"


def _attachment_entry(attachment: Attachment, pages: int | None, absent: str = "") -> DossierEntry:
    return DossierEntry(
        title=_attachment_title(attachment),
        phase=attachment.phase,
        on=attachment.added_on,
        note=attachment.note,
        pages=pages,
        drawing=attachment.item.endswith(_DRAWING),
        absent=absent,
    )
