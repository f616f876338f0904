"""Printing and issuing: read contexts into a batch, make the documents, save issues in the store, write files.

A signed-off document is written only after the store has saved its issue (``save_issued``): a paper without a record
is worse than a record without a paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Required, TypedDict, Unpack

from haicang_desk.model.blocks import PaperKind, PaperSize
from haicang_desk.model.documents.batches import DocumentFormat, PrintBatch, PrintedDocument, PrintOrder
from haicang_desk.model.documents.catalogue import DOCUMENTS
from haicang_desk.model.documents.context import (
    DocumentContext,
    OriginalsReader,
    ProjectContext,
    StreetContext,
    known_people,
    project_context,
    street_context,
    village_context,
    village_named,
    with_people,
)
from haicang_desk.model.documents.dossier import filed_documents, retention_of
from haicang_desk.model.documents.file_names import file_name
from haicang_desk.model.documents.form_parts import subject_names
from haicang_desk.model.documents.issued import issued_version_of
from haicang_desk.model.documents.privacy import Question
from haicang_desk.model.documents.registry import DocumentType
from haicang_desk.model.documents.reports.quarterly_figures import last_quarter, quarter_figures
from haicang_desk.model.documents.reports.quarterly_summary import QuarterlySummary
from haicang_desk.model.records import Disclosure, Dossier, Village
from haicang_desk.model.services import (
    DossierSubject,
    NewIssue,
    Workspace,
    give_dossier_numbers,
    issues_of,
    save_issues,
)
from haicang_desk.model.store import without_garbage_collection
from haicang_desk.model.values import Cancelled, NotYourDuty, ProgressCallback, Refused, SignInNeeded
from haicang_desk.platform import make_folder, refuse_to_replace, write_atomically


def save_issued(ws: Workspace, made: Iterable[PrintedDocument], *, person: str = "", reason: str = "") -> int:
    """Save the documents that are issued now in one change; returns how many. ``reason``: why issues are replaced.

    What was decided about personal passages is saved with them, and also where nothing is issued.
    """
    made = list(made)
    fresh = [NewIssue(each.issue, each.pdf, each.entry) for each in made if each.fresh and each.issue is not None]
    decisions = [decision for each in made if not each.skipped for decision in each.decisions]
    return len(save_issues(ws, fresh, person=person, reason=reason, decisions=decisions))


def with_dossier_numbers(ws: Workspace, batch: PrintBatch, *, person: str) -> PrintBatch:
    """The batch with a 档号 for each dossier that is now printed and can have one; numbers are saved at once.

    Drafts and previews give none. Nor does a person whose duty it is not, or a ledger that is only read: what has no
    number yet is then printed without.
    """
    orders = [order for order in batch.orders if _is_numbered(order)]
    if not orders or batch.kind is not DocumentFormat.PDF or batch.preview or ws.read_only:
        return batch
    subjects = [DossierSubject(each.case, retention_of(each)) for each in _project_contexts(orders)]
    on = orders[0].context.today
    try:
        given = give_dossier_numbers(ws, subjects, on=on, person=person)
    except (NotYourDuty, SignInNeeded):
        return batch
    return replace(batch, orders=tuple(_with_number(order, given) for order in batch.orders))


def _is_numbered(order: PrintOrder) -> bool:
    return order.document.is_dossier and not order.unavailable_reason and not order.barred


def _project_contexts(orders: Iterable[PrintOrder]) -> Iterator[ProjectContext]:
    yield from (order.context for order in orders if isinstance(order.context, ProjectContext))


def _with_number(order: PrintOrder, given: Mapping[str, Dossier]) -> PrintOrder:
    context = order.context
    if not order.document.is_dossier or not isinstance(context, ProjectContext):
        return order
    return replace(order, context=replace(context, dossier=given.get(context.case.project.id)))


def write_document(folder: Path, made: PrintedDocument) -> PrintedDocument:
    """Write a document into the folder, whole or not at all, and return it without bytes. Raises NotWritten."""
    if not made.skipped:
        write_atomically(folder / made.filename, made.copy or made.pdf)
    return replace(made, pdf=b"", copy=b"")


def refuse_targets(batch: PrintBatch, folder: Path) -> None:
    """Raises NotWritten where a file of the batch would take the place of what no output may replace."""
    names = [batch.bound] if batch.bound else [order.filename for order in batch.orders if not order.unavailable_reason]
    for name in names:
        refuse_to_replace(folder / name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who issues, and the reason where an issue replaces another."""

    person: str = ""
    reason: str = ""


class PrintRequest(TypedDict, total=False):
    """Which documents are printed, and how. ``project`` is a 项目编号, ``village`` a name; neither: all of the year."""

    project: str | None
    village: str | None
    year: int | None  # None: the project's, else the newest
    quarter: int | None  # of the quarterly report; None: the newest that has ended
    as_of: Required[date]
    paper: str  # A4; of notices also A3, or 2A4, which is A3 on two sheets
    single: bool  # one file for all
    kind: DocumentFormat  # PDF, or a copy as DOCX or OFD
    seal_code: bool  # of a letter, which has it in its metadata alone, on the sheets too; such a print is a copy
    reader: (
        OriginalsReader | None
    )  # shared by several batches; None: nothing is printed, only ``unavailable_reason`` is wanted


@without_garbage_collection()
def prepare(ws: Workspace, name: str, **request: Unpack[PrintRequest]) -> PrintBatch:
    """Read what is to be printed. Raises Refused for an unknown document, project, village or paper size."""
    if name not in DOCUMENTS:
        raise Refused(f"没有名为“{name}”的文书；可用的有：{'、'.join(DOCUMENTS)}")
    document, size = DOCUMENTS[name], _size(request.get("paper", "A4"), DOCUMENTS[name])
    code, village, year = request.get("project"), request.get("village"), request.get("year")
    year = year or (ws.project(code).fund_year if code else ws.year())
    taken: set[str] = set()
    reader = request.get("reader", OriginalsReader(ws))
    kind = request.get("kind", DocumentFormat.PDF)
    ending = kind.value
    coded = request.get("seal_code", False) and document.kind is PaperKind.LETTER
    copies = kind is not DocumentFormat.PDF or coded or request.get("single", False)
    orders = []
    known = known_people(ws) if document.shows or document.is_dossier else None
    for context in _contexts(ws, document, code, village, (year, request.get("quarter"), request["as_of"])):
        if known is not None:
            context = with_people(context, known)
        reason = document.unavailable_reason(context)
        if reader is not None and not reason:
            context = _filled(ws, document, context, reader, size)
        names = subject_names(document.view(context))
        order = PrintOrder(
            document=document,
            context=context,
            filename=file_name((*names, document.title), ending, taken),
            subject=" ".join((*names, document.title)),
            names=names if document.scope == "project" else names[:1],
            unavailable_reason=reason,
            coded=coded,
        )
        if reader is not None:
            order = (order if copies else _as_issued(ws, order, size)).proofread(size)
        orders.append(order)
    whose = village or ws.street.name
    together = file_name((whose, f"{year}年度", f"{document.title}（合订）"), ending, set())
    bound = together if request.get("single") else ""
    return PrintBatch(orders=tuple(orders), size=size, bound=bound, kind=kind)


def _as_issued(ws: Workspace, order: PrintOrder, size: PaperSize) -> PrintOrder:
    """The order with its issued version, where the document is signed off; a fault where that is damaged."""
    if order.unavailable_reason:
        return order
    try:
        return replace(order, version=issued_version_of(ws, order.document, order.context, size, order.filename))
    except Refused as damaged:
        return replace(order, fault=str(damaged))


def preview_documents(ws: Workspace, name: str, **request: Unpack[PrintRequest]) -> list[PrintedDocument]:
    """Documents as bytes of PDF or DOCX, for looking at; nothing is saved.

    Those that a project is not ready for have the reason in ``skipped``.
    """
    return list(replace(prepare(ws, name, **request), preview=True).made())


def print_to(
    ws: Workspace,
    name: str,
    folder: Path,
    *,
    hand: Issuer | None = None,
    progress: ProgressCallback | None = None,
    cancelled: Cancelled | None = None,
    foreseen: Callable[[list[PrintedDocument]], None] | None = None,
    decide: Callable[[Question], Disclosure | None] | None = None,
    **request: Unpack[PrintRequest],
) -> list[PrintedDocument]:
    """Write documents into a folder, which is made if need be; issues are saved in the store first.

    The documents returned hold no bytes. ``foreseen`` is told, before anything is printed, what cannot be. ``decide``
    is asked about passages that may be personal; a document with one that is not decided about is left out. Raises
    Refused as ``prepare`` does, and NotWritten; the latter before anything is written where a file of the batch would
    take the place of what no output may replace.
    """
    hand = hand or Issuer()
    made = list[PrintedDocument]()
    batch = prepare(ws, name, **request)
    if decide is not None:
        batch = batch.answered([answer for each in batch.questions if (answer := decide(each)) is not None])
    refuse_targets(batch, folder)
    batch = with_dossier_numbers(ws, batch, person=hand.person)
    if foreseen is not None and batch.faults:
        foreseen(batch.faults)
    for each in batch.made(progress, cancelled):
        made.append(each if each.fresh else write_document(folder, each))
    if any(each.fresh or each.decisions for each in made):
        make_folder(folder)
        save_issued(ws, made, person=hand.person, reason=hand.reason)
    return [write_document(folder, each) if each.fresh else each for each in made]


def _contexts(
    ws: Workspace, document: DocumentType, code: str | None, village: str | None, when: tuple[int, int | None, date]
) -> Iterator[DocumentContext]:
    scope, (year, quarter, as_of) = document.scope, when
    case = ws.casefile(ws.project(code).id) if code else None
    if village:
        village_named(ws, village)
    if scope == "street":
        context = street_context(ws, year, as_of, with_findings=document.with_findings)
        if document.with_quarter:
            wanted = last_quarter(year, as_of) if quarter is None else quarter
            context = replace(context, quarterly=quarter_figures(ws, year, wanted, as_of))
        yield context
    elif scope == "project":
        for each in [case] if case else ws.casefiles(year):
            if not village or each.village.name == village:
                yield project_context(ws, each, as_of, with_findings=document.with_findings, bound=document.is_dossier)
    elif case:
        yield replace(village_context(ws, case.village, year, as_of), cases=(case,), alone=True)
    else:
        for one in [village_named(ws, village)] if village else ws.all(Village):
            yield village_context(ws, one, year, as_of)


def _filled(
    ws: Workspace, document: DocumentType, context: DocumentContext, reader: OriginalsReader, size: PaperSize
) -> DocumentContext:
    """The context with the originals that the document needs and, for a dossier, the PDFs issued."""
    if not isinstance(context, ProjectContext):
        return context
    originals = reader.read(document.originals_needed(context.case.attachments))
    if not document.is_dossier:
        return replace(context, originals=originals)
    issued = _issued_parts(ws, context, size)
    return replace(context, originals=originals, issued=issued, corrected=_corrected(ws, context))


def _corrected(ws: Workspace, context: ProjectContext) -> dict[str, date]:
    """The documents of a project that were issued again, by title, each with the day of its last issue."""
    again = [issue for issue in issues_of(ws, project=context.case.project.id) if issue.number > 1]
    days: dict[str, date] = {}
    for issue in again:
        if issue.document in DOCUMENTS and issue.issued_on:
            title = DOCUMENTS[issue.document].title
            days[title] = max(days.get(title, issue.issued_on), issue.issued_on)
    return days


def _issued_parts(ws: Workspace, context: ProjectContext, size: PaperSize) -> dict[str, bytes]:
    """The PDFs of the dossier's documents that were issued and whose content has not changed since."""
    issued = {}
    for filed in filed_documents(context):
        version = issued_version_of(ws, filed.document, filed.context, size, "")
        if version is not None and version.data:
            issued[filed.document.name] = version.data
    return issued


def _size(paper: str, document: DocumentType) -> PaperSize:
    try:
        size = PaperSize(paper.upper())
    except ValueError:
        raise Refused(f"没有“{paper}”这种纸张；可用的有：{'、'.join(each.value for each in PaperSize)}") from None
    if size is not PaperSize.A4 and not document.takes_a3:
        raise Refused(f"“{document.title}”只印 A4；{paper.upper()} 用于张贴的公示")
    return size


# ---- the quarterly report as a file


@dataclass(frozen=True, slots=True)
class QuarterlyPreview:
    """The letter of a quarter with the figures that it rests on."""

    letter: PrintedDocument
    summary: QuarterlySummary


def quarterly_letter_of(ws: Workspace, year: int, quarter: int, as_of: date) -> PrintedDocument:
    """The letter of a quarter as it was issued, or as it would be; also of a quarter without projects. Nothing is kept.

    Raises Refused for no such quarter, and for a text that cannot be printed.
    """
    return quarterly_preview_of(ws, year, quarter, as_of).letter


def quarterly_preview_of(ws: Workspace, year: int, quarter: int, as_of: date) -> QuarterlyPreview:
    """The same letter with its figures, which are computed once for both."""
    batch = prepare(ws, "quarterly-report", year=year, quarter=quarter, as_of=as_of)
    orders = tuple(replace(order, unavailable_reason="") for order in batch.orders)
    (letter,) = replace(batch, orders=orders).made()
    if letter.failed:
        raise Refused(letter.skipped)
    context = orders[0].context
    assert isinstance(context, StreetContext) and context.quarterly is not None
    return QuarterlyPreview(letter, QuarterlySummary.of(context.quarterly))


def quarterly_workbook_of(ws: Workspace, year: int, quarter: int, as_of: date) -> bytes:
    """The report of a quarter as a workbook. Raises Refused for no such quarter."""
    from haicang_desk.model.documents.reports.quarterly_workbook import as_workbook  # openpyxl is slow to load

    return as_workbook(quarter_figures(ws, year, quarter, as_of))


def write_quarterly_letter(ws: Workspace, letter: PrintedDocument, out: Path, hand: Issuer) -> None:
    """Keep the letter of a settled quarter in the store, then write it. Raises NotWritten."""
    make_folder(out.parent)
    save_issued(ws, [letter], person=hand.person, reason=hand.reason)
    write_atomically(out, letter.pdf)


def write_quarterly_report(
    ws: Workspace, year: int, quarter: int, out: Path, as_of: date, *, hand: Issuer | None = None
) -> PrintedDocument | None:
    """Write the report of a quarter: a letter where ``out`` ends in .pdf, a workbook where it ends in .xlsx.

    The letter of a settled quarter is kept in the store before it is written, and is those bytes ever after; it is
    given back. Raises Refused for another ending or no such quarter, NotWritten where the file cannot be written.
    """
    ending, hand = out.suffix.lower(), hand or Issuer()
    if ending not in (".pdf", ".xlsx"):
        raise Refused(f"“{out.name}”的结尾应为 .pdf 或 .xlsx")
    if ending == ".xlsx":
        write_atomically(out, quarterly_workbook_of(ws, year, quarter, as_of))
        return None
    letter = quarterly_letter_of(ws, year, quarter, as_of)
    write_quarterly_letter(ws, letter, out, hand)
    return letter
