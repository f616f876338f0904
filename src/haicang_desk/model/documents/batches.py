"""Batches: documents whose contexts are read, so that a worker thread can make them while the store is in use.

Making a document saves nothing; see ``issuing``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path

from haicang_desk.model.blocks import Paper, PaperSize
from haicang_desk.model.documents.context import DocumentContext, ProjectContext
from haicang_desk.model.documents.dossier import dossier_papers, dossier_volume
from haicang_desk.model.documents.form_parts import paper_of
from haicang_desk.model.documents.issued import IssuedVersion
from haicang_desk.model.documents.registry import DocumentType
from haicang_desk.model.records import Issue, Project, Record, Village
from haicang_desk.model.typesetting import Unprintable, Volume, write_batch, write_docx_batch, write_volumes
from haicang_desk.model.values import Cancelled, ProgressCallback

FilePart = Paper | Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDocument:
    """One document made, or the reason in ``skipped`` why there is none.

    ``issue`` belongs to a signed-off document; without an id it is yet to be saved. ``corrects`` is the issue that it
    replaces because the content has changed. ``entry`` is the newest journal entry when its records were read.
    """

    filename: str
    title: str
    pdf: bytes = b""
    docx: bytes = b""  # in place of the PDF, where it is to be edited
    skipped: str = ""
    issue: Issue | None = None
    corrects: Issue | None = None
    entry: int = 0

    @property
    def fresh(self) -> bool:
        """Whether it is issued now, and not a copy of an earlier issue."""
        return self.issue is not None and not self.issue.id


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintOrder:
    """One document to be made from one context."""

    document: DocumentType
    context: DocumentContext
    filename: str
    subject: str
    unavailable_reason: str
    version: IssuedVersion | None = None  # of a signed-off document

    @property
    def corrects(self) -> Issue | None:
        """The issue that it replaces because the content has changed since; otherwise None."""
        return self.version.replaces if self.version is not None and self.version.corrects else None

    def papers(self, size: PaperSize) -> list[Paper]:
        """The document as papers; of a dossier, all its documents."""
        if self.document.is_dossier and isinstance(self.context, ProjectContext):
            return dossier_papers(self.document, self.context, size)
        if self.version is None:
            return [paper_of(self.document, self.context, size)]
        paper = paper_of(self.document, self.version.context, size)
        return [replace(paper, setup=replace(paper.setup, reissued=self.version.reissued))]

    def made(self, size: PaperSize, *, editable: bool) -> list[FilePart]:
        """What goes into the file: papers, or the volume of a dossier that is printed."""
        if self.document.is_dossier and isinstance(self.context, ProjectContext) and not editable:
            return [dossier_volume(self.document, self.context, size)]
        return list(self.papers(size))


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintBatch:
    """Documents of one type to be made, in one file each, or all in the file named ``bound``.

    A file of several documents and a DOCX are copies, not issues.
    """

    orders: tuple[PrintOrder, ...]
    size: PaperSize
    bound: str = ""
    editable: bool = False  # DOCX and not PDF

    @property
    def corrections(self) -> list[tuple[str, Issue]]:
        """Subjects whose content has changed since their last issue, with that issue; the clerk gives a reason."""
        return [(order.subject, former) for order in self.orders if (former := order.corrects) is not None]

    def made(
        self, progress: ProgressCallback | None = None, cancelled: Cancelled | None = None
    ) -> Iterator[PrintedDocument]:
        """Make the documents one by one. Raises Unprintable, naming the record and field that hold the character."""
        parts: list[FilePart] = []
        for count, order in enumerate(self.orders, 1):
            if cancelled is not None and cancelled():
                return
            if order.unavailable_reason:
                yield PrintedDocument(filename=order.filename, title=order.subject, skipped=order.unavailable_reason)
            elif self.bound:
                parts += order.made(self.size, editable=self.editable)
            else:
                yield self._made(order)
            if progress is not None:
                progress(count, len(self.orders))
        if parts:
            title = Path(self.bound).stem
            yield self._issued(self.bound, title, _bound(self.orders, parts, title, self.editable))

    def _made(self, order: PrintOrder) -> PrintedDocument:
        version = order.version
        data = version.data if version else b""
        made = self._issued(order.filename, order.subject, data or _printed(order, self.size, self.editable))
        if version is None:
            return made
        return replace(made, issue=version.issue, corrects=order.corrects, entry=version.entry)

    def _issued(self, filename: str, title: str, data: bytes) -> PrintedDocument:
        if self.editable:
            return PrintedDocument(filename=filename, title=title, docx=data)
        return PrintedDocument(filename=filename, title=title, pdf=data)


def _printed(order: PrintOrder, size: PaperSize, editable: bool) -> bytes:
    try:
        parts = order.made(size, editable=editable)
        first = parts[0]
        return _file(parts, first.title if isinstance(first, Volume) else first.setup.title, editable)
    except Unprintable as error:
        raise with_origin(error, (order.context,)) from error


def _bound(orders: tuple[PrintOrder, ...], parts: list[FilePart], title: str, editable: bool) -> bytes:
    try:
        return _file(parts, title, editable)
    except Unprintable as error:
        raise with_origin(error, [order.context for order in orders]) from error


def _file(parts: list[FilePart], title: str, editable: bool) -> bytes:
    if volumes := [part for part in parts if isinstance(part, Volume)]:
        return write_volumes(volumes, title)
    papers = [part for part in parts if isinstance(part, Paper)]
    return write_docx_batch(papers, title) if editable else write_batch(papers, title)


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


def records_in(thing: object) -> Iterator[Record]:
    """Every record in a context, at any depth."""
    if isinstance(thing, Record):
        yield thing
    elif isinstance(thing, tuple):
        for part in thing:
            yield from records_in(part)
    elif is_dataclass(thing):
        for part in fields(thing):
            yield from records_in(getattr(thing, part.name))
