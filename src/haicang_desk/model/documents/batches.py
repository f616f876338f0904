"""Batches: documents whose contexts are read, so that a worker thread can make them while the store is in use.

Making a document saves nothing; see ``issuing``. A document that cannot be made does not stop the others: it is given
with the reason, as are those that a project is not ready for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from haicang_desk.model.blocks import PageSetup, Paper, PaperSize
from haicang_desk.model.documents.context import DocumentContext, ProjectContext
from haicang_desk.model.documents.dossier import Binder, dossier_contents, dossier_papers, dossier_volume
from haicang_desk.model.documents.form_parts import papers_of
from haicang_desk.model.documents.issued import IssuedVersion
from haicang_desk.model.documents.judge.dates import refuse_wrong_issue
from haicang_desk.model.documents.left_out_page import LeftOut, left_out_page
from haicang_desk.model.documents.privacy import Question, digest_of, records_in
from haicang_desk.model.documents.proofreading import Unfit, proofread
from haicang_desk.model.documents.registry import DocumentType
from haicang_desk.model.foreign import ReadingStopped
from haicang_desk.model.records import Disclosure, Issue, Project, Record, Village
from haicang_desk.model.store import without_garbage_collection
from haicang_desk.model.typesetting import (
    PageFault,
    Unprintable,
    Volume,
    write_batch,
    write_docx_batch,
    write_ofd,
    write_volumes,
)
from haicang_desk.model.values import Cancelled, ProgressCallback, Refused

FilePart = Paper | Volume
SHOWN_FAULTS = 3  # faults of the layout that are told


class DocumentFormat(Enum):
    """The kind of file that documents are written as, by its ending. Only a PDF is issued; the others are copies."""

    PDF = ".pdf"
    DOCX = ".docx"  # to be edited
    OFD = ".ofd"  # GB/T 33190, on trial: no reader of a maker has judged it yet


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDocument:
    """One document made, or the reason in ``skipped`` why there is none.

    ``failed``: it cannot be printed although its project is ready for it.
    ``issue`` belongs to a signed-off document; without an id it is yet to be saved. ``corrects`` is the issue that it
    replaces because the content has changed. ``entry`` is the newest journal entry when its records were read.
    """

    filename: str
    title: str
    pdf: bytes = b""
    copy: bytes = b""  # in place of the PDF: a file of another kind, which is never issued
    skipped: str = ""
    failed: bool = False
    issue: Issue | None = None
    corrects: Issue | None = None
    entry: int = 0
    note: str = ""  # what is left blank on it and what to do, and what is amiss with its layout
    decisions: tuple[Disclosure, ...] = ()  # made for it about passages that may be personal; yet to be saved

    @property
    def fresh(self) -> bool:
        """Whether it is issued now, and not a copy of an earlier issue."""
        return self.issue is not None and not self.issue.id


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintOrder:
    """One document to be made from one context.

    ``unavailable_reason``: why there is none yet; ``fault``: why it cannot be printed, as far as is known beforehand.
    """

    document: DocumentType
    context: DocumentContext
    filename: str
    subject: str
    unavailable_reason: str
    names: tuple[str, ...] = ()  # whose it is, from the village or street down, as the public may read it
    fault: str = ""
    coded: bool = False  # the 存证码 stands on the sheets of a letter too
    version: IssuedVersion | None = None  # of a signed-off document
    questions: tuple[Question, ...] = ()  # passages that may be personal, to be decided about before it is handed out
    decisions: tuple[Disclosure, ...] = ()  # the answers, yet to be saved
    composed: tuple[PaperSize, tuple[Paper, ...]] | None = None  # what was read over, to be printed as it is

    @property
    def corrects(self) -> Issue | None:
        """The issue that it replaces because the content has changed since; otherwise None."""
        return self.version.replaces if self.version is not None and self.version.corrects else None

    def papers(self, size: PaperSize) -> list[Paper]:
        """The document as papers; of a dossier, all its documents."""
        if self.document.is_dossier and isinstance(self.context, ProjectContext):
            return dossier_papers(self.document, self.context, size)
        if self.composed is not None and self.composed[0] is size:
            return list(self.composed[1])
        papers = papers_of(self.document, self.version.context if self.version else self.context, size)
        return [replace(paper, setup=self._setup(paper.setup)) for paper in papers]

    def _setup(self, setup: PageSetup) -> PageSetup:
        """The page setup with what is known of the issue and what was asked for."""
        coded = setup.code_on_sheet or self.coded
        return replace(setup, code_on_sheet=coded, reissued=self.version.reissued(coded=coded) if self.version else "")

    def proofread(self, size: PaperSize) -> PrintOrder:
        """The order with its ``fault``, if it has one. What was issued before is printed as it was issued."""
        if self.unavailable_reason or self.fault or (self.version is not None and self.version.data):
            return self
        papers: list[Paper] = []
        try:
            if self.document.is_dossier and isinstance(self.context, ProjectContext):
                proofread(dossier_contents(self.document, self.context, size), posted=False)
            else:
                context = self.version.context if self.version else self.context
                papers = self.papers(size)
                proofread(papers, self.document.name, context)
                if self.version is not None:
                    for paper in papers:
                        refuse_wrong_issue(paper, self.version.issue, self.version.replaces)
        except Unprintable as error:
            return replace(self, fault=str(with_origin(error, (self.context,))))
        except Unfit as error:
            return replace(self, fault=str(error))
        kept = (size, tuple(papers)) if self.document.shows else None
        return replace(self, questions=self.document.questions(self.context), composed=kept)

    def answered(self, decisions: Sequence[Disclosure]) -> PrintOrder:
        """The order with those of its questions decided that ``decisions`` answer."""
        given = {(each.digest, str(each.passage)): each for each in decisions}
        known = {question: given.get((digest_of(question.text), question.found)) for question in self.questions}
        if not (fresh := tuple(answer for answer in known.values() if answer is not None)):
            return self
        context = replace(self.context, decisions=(*self.context.decisions, *fresh))
        version = self.version
        if version is not None:
            version = replace(version, context=replace(version.context, decisions=context.decisions))
        rest = tuple(question for question, answer in known.items() if answer is None)
        decisions = (*self.decisions, *fresh)
        return replace(self, context=context, version=version, questions=rest, decisions=decisions, composed=None)

    @property
    def barred(self) -> str:
        """Why it cannot be handed out: its fault, or what is still to be decided about; "" where it can."""
        if self.fault or not self.questions:
            return self.fault
        more = f"，共 {len(self.questions)} 处" if len(self.questions) > 1 else ""
        return f"{self.questions[0].sentence}{more}，没有印。请改写这段文字，或决定遮去、照印"

    @property
    def listed_reason(self) -> str:
        """Why it is not in a file, for the list in front of it: without the passage that may be personal."""
        if self.unavailable_reason or self.fault or not self.questions:
            return self.unavailable_reason or self.fault
        return f"有 {len(self.questions)} 处文字可能是个人信息，还没有决定遮去或照印"

    def bookmarks(self, papers: Sequence[Paper]) -> list[tuple[str, ...]]:
        """Where each of its papers stands in the bookmarks of a file: 村居 › 项目; of a village, 村居 › its title."""
        if len(self.names) > 1:
            return [self.names for _ in papers]
        return [(*self.names, paper.setup.title) for paper in papers]

    def left_out(self, reason: str, *, failed: bool) -> PrintedDocument:
        """The place of this document in the outcome, without a document."""
        return PrintedDocument(filename=self.filename, title=self.subject, skipped=reason, failed=failed)

    @property
    def weight(self) -> int:
        """How many steps its making takes: one, and one for each original that is bound."""
        if not (self.document.is_dossier and isinstance(self.context, ProjectContext)):
            return 1
        return 1 + sum(isinstance(original, bytes) for original in self.context.originals.values())

    def made(self, size: PaperSize, *, kind: DocumentFormat, binder: Binder | None = None) -> list[FilePart]:
        """What goes into the file: papers, or the volume of a dossier that is printed. Raises ReadingStopped."""
        if self.document.is_dossier and isinstance(self.context, ProjectContext) and kind is DocumentFormat.PDF:
            return [dossier_volume(self.document, self.context, size, binder)]
        return list(self.papers(size))


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintBatch:
    """Documents of one type to be made, in one file each, or all in the file named ``bound``.

    A file of several documents and a DOCX are copies, not issues.
    """

    orders: tuple[PrintOrder, ...]
    size: PaperSize
    bound: str = ""
    kind: DocumentFormat = DocumentFormat.PDF
    preview: bool = False  # for looking at alone: what is not decided about is shown masked

    @property
    def faults(self) -> list[PrintedDocument]:
        """The documents that cannot be printed, as far as is known beforehand, each with the reason."""
        return [order.left_out(why, failed=True) for order in self.orders if (why := self._barred(order))]

    @property
    def questions(self) -> list[Question]:
        """What is to be decided about before the documents are handed out, each passage once."""
        found = {(each.text, each.found): each for order in self.orders for each in order.questions if not order.fault}
        return list(found.values())

    def answered(self, decisions: Sequence[Disclosure]) -> PrintBatch:
        """The batch with these questions decided; the decisions are saved with the issue."""
        return replace(self, orders=tuple(order.answered(decisions) for order in self.orders))

    def _barred(self, order: PrintOrder) -> str:
        return order.fault if self.preview else order.barred

    @property
    def corrections(self) -> list[tuple[str, Issue]]:
        """Subjects whose content has changed since their last issue, with that issue; the clerk gives a reason."""
        sound = (order for order in self.orders if not self._barred(order))
        return [(order.subject, former) for order in sound if (former := order.corrects) is not None]

    def made(
        self, progress: ProgressCallback | None = None, cancelled: Cancelled | None = None
    ) -> Iterator[PrintedDocument]:
        """Make the documents one by one; one that cannot be made is given with the reason, and the rest are made.

        Progress counts documents, and the originals of dossiers.
        """
        course = _Steps(sum(order.weight for order in self.orders), progress, cancelled)
        bound: list[PrintOrder] = []
        absent: list[LeftOut] = []
        try:
            for order in self.orders:
                if cancelled is not None and cancelled():
                    return
                if why := order.unavailable_reason or self._barred(order):
                    absent.append(LeftOut(order.names, order.listed_reason))
                    yield order.left_out(why, failed=not order.unavailable_reason)
                elif self.bound:
                    bound.append(order)
                    continue
                else:
                    yield self._made(order, course)
                course.end(order)
            if bound:
                yield from self._bound(bound, absent, course)
        except ReadingStopped:
            return

    def _bound(self, orders: list[PrintOrder], absent: list[LeftOut], course: _Steps) -> Iterator[PrintedDocument]:
        """All orders in one file. Where that fails, those that cannot be made are found one by one and left out."""
        try:
            yield self._together(orders, absent, course)
        except ReadingStopped:
            raise
        except Refused:
            again = _Steps(0, None, course.cancelled)
            tried = [(order, self._made(order, again)) for order in orders]
            yield from (made for _, made in tried if made.failed)
            lost = [LeftOut(order.names, made.skipped) for order, made in tried if made.failed]
            if sound := [order for order, made in tried if not made.failed]:
                yield self._together(sound, [*absent, *lost], again)

    def _together(self, orders: list[PrintOrder], absent: list[LeftOut], course: _Steps) -> PrintedDocument:
        """One file of these orders in villages' order, with bookmarks, and in front what was left out, if anything."""
        title = Path(self.bound).stem
        parts: list[FilePart] = []
        marks: list[tuple[str, ...]] = []
        for order in orders:
            made = order.made(self.size, kind=self.kind, binder=course.binder())
            parts += made
            course.end(order)
            marks += order.bookmarks([each for each in made if isinstance(each, Paper)])
        if absent and len(marks) == len(parts):  # dossiers bind volumes of their own
            parts.insert(0, left_out_page(title, absent))
            marks.insert(0, (parts[0].title if isinstance(parts[0], Volume) else parts[0].setup.title,))
        file = self._issued(self.bound, title, *_file(parts, title, self, marks))
        note = "。".join(filter(None, (_notes_within(orders), file.note)))
        return replace(file, note=note, decisions=tuple(each for order in orders for each in order.decisions))

    def _made(self, order: PrintOrder, course: _Steps) -> PrintedDocument:
        version = order.version
        data, looks = version.data if version else b"", ""
        try:
            if not data:
                data, looks = _printed(order, self, course)
        except Unprintable as error:
            return order.left_out(str(with_origin(error, (order.context,))), failed=True)
        except ReadingStopped:
            raise
        except Refused as refused:  # a picture that cannot be read
            return order.left_out(str(refused), failed=True)
        made = self._issued(order.filename, order.subject, data)
        note = "。".join(filter(None, (order.document.note(order.context), looks)))
        made = replace(made, note=note, decisions=order.decisions)
        if version is None:
            return made
        return replace(made, issue=version.issue, corrects=order.corrects, entry=version.entry)

    def _issued(self, filename: str, title: str, data: bytes, note: str = "") -> PrintedDocument:
        if self.kind is not DocumentFormat.PDF:
            return PrintedDocument(filename=filename, title=title, copy=data)
        return PrintedDocument(filename=filename, title=title, pdf=data, note=note)


class _Steps:
    """How far the making of a batch is; tells it after each step."""

    def __init__(self, total: int, progress: ProgressCallback | None, cancelled: Cancelled | None) -> None:
        self.cancelled = cancelled
        self._total, self._progress = total, progress
        self._ended = self._within = 0

    def binder(self) -> Binder:
        """What tells of the originals of one dossier."""
        return Binder(self._step, self.cancelled)

    def end(self, order: PrintOrder) -> None:
        """A document is made, with all of its originals."""
        self._ended, self._within = self._ended + order.weight, 0
        self._tell(self._ended)

    def _step(self) -> None:
        self._within += 1
        self._tell(self._ended + self._within)

    def _tell(self, done: int) -> None:
        if self._progress is not None:
            self._progress(min(done, self._total), self._total)


def _printed(order: PrintOrder, batch: PrintBatch, course: _Steps) -> tuple[bytes, str]:
    parts = order.made(batch.size, kind=batch.kind, binder=course.binder())
    first = parts[0]
    return _file(parts, first.title if isinstance(first, Volume) else first.setup.title, batch)


def _file(
    parts: list[FilePart], title: str, batch: PrintBatch, marks: Sequence[tuple[str, ...]] = ()
) -> tuple[bytes, str]:
    """The bytes of a file, and what is amiss with the look of its pages, which stops nobody."""
    faults: list[PageFault] = []
    papers = [part for part in parts if isinstance(part, Paper)]
    if volumes := [part for part in parts if isinstance(part, Volume)]:
        data = write_volumes(volumes, title, faults=faults)
    elif batch.kind is DocumentFormat.DOCX:
        data = write_docx_batch(papers, title)
    elif batch.kind is DocumentFormat.OFD:
        data = write_ofd(papers, title)
    else:
        with without_garbage_collection():  # what is made of a paper is kept until the file is whole
            data = write_batch(papers, title, bookmarks=marks, faults=faults)
    return data, layout_note(faults)


def _notes_within(orders: Sequence[PrintOrder]) -> str:
    """What papers bound in one file leave blank, with the papers meant; equal notes are told once."""
    papers: dict[str, list[str]] = {}
    for order in orders:
        if note := order.document.note(order.context):
            papers.setdefault(note, []).append(order.subject)
    told = [f"{'、'.join(each)}：{note}" for note, each in papers.items()]
    return f"其中 {sum(map(len, papers.values()))} 份要留意：{'；'.join(told)}" if told else ""


def layout_note(faults: Sequence[PageFault]) -> str:
    """What a clerk is told of faults of the layout; "" for none."""
    if not faults:
        return ""
    more = f"等 {len(faults)} 处" if len(faults) > SHOWN_FAULTS else ""
    return f"版面请看一眼再用：{'；'.join(map(str, faults[:SHOWN_FAULTS]))}{more}"


def with_origin(error: Unprintable, contexts: Iterable[object]) -> Unprintable:
    """The same refusal, with the record and field that hold the character."""
    for context in contexts:
        for record in records_in(context):
            for name, field in record.fields.items():
                text = getattr(record, name)
                if isinstance(text, str) and error.character in text:
                    return error.within(f"{record.label}{_whose(record)}的“{field.label}”")
    return error


def _whose(record: Record) -> str:
    if isinstance(record, Project):
        return f"“{record.code or record.title}”"
    return f"“{record.name}”" if isinstance(record, Village) else ""
