"""Issuing documents: what is asked for is gathered from the store first, then made and written away from it.

A :class:`Batch` is frozen and knows no store, so that a worker can make it while the store goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Required, TypedDict, Unpack

from haicang_desk.model import Refused, Village, Workspace
from haicang_desk.model.documents.blocks import Paper, Size
from haicang_desk.model.documents.catalogue import DocumentType
from haicang_desk.model.documents.docx.writer import write_docx_batch
from haicang_desk.model.documents.dossier import dossier_papers, dossier_volume
from haicang_desk.model.documents.everything import DOCUMENTS
from haicang_desk.model.documents.naming import file_name
from haicang_desk.model.documents.originals import Reader
from haicang_desk.model.documents.papers import called, paper_of
from haicang_desk.model.documents.reports.quarter import last_quarter, quarter_figures
from haicang_desk.model.documents.scenes import (
    AnyScene,
    ProjectScene,
    project_scene,
    street_year,
    village_named,
    village_year,
)
from haicang_desk.model.documents.tracing import traced
from haicang_desk.model.documents.typeset.binding import Volume, write_volumes
from haicang_desk.model.documents.typeset.pdf import write_batch
from haicang_desk.model.documents.typeset.plain import Unprintable
from haicang_desk.model.documents.writing import write_whole

PRINTED, EDITABLE = ".pdf", ".docx"
Progress = Callable[[int, int], None]  # how many are made, of how many
Cancelled = Callable[[], bool]
Part = Paper | Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """One document made, or, where ``skipped`` says why there is none, not made."""

    filename: str
    title: str
    pdf: bytes = b""
    docx: bytes = b""  # in place of the PDF, where it is to be edited
    skipped: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One document to be made of one scene."""

    document: DocumentType
    scene: AnyScene
    filename: str
    subject: str
    lacks: str

    def papers(self, size: Size) -> list[Paper]:
        """The document and, of one that binds others, those behind it."""
        if self.document.bound and isinstance(self.scene, ProjectScene):
            return dossier_papers(self.document, self.scene, size)
        return [paper_of(self.document, self.scene, size)]

    def made(self, size: Size, *, editable: bool) -> list[Part]:
        """What goes into the file: the papers, or, of one that binds others for print, the volume."""
        if self.document.bound and isinstance(self.scene, ProjectScene) and not editable:
            return [dossier_volume(self.document, self.scene, size)]
        return list(self.papers(size))


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Documents of one kind to be made, in one file each or, with ``bound`` named, in one file together."""

    orders: tuple[Order, ...]
    size: Size
    bound: str = ""
    editable: bool = False  # DOCX and not PDF

    def made(self, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Iterator[Issued]:
        """Make them one after the other. Raises Refused for a text that cannot be printed, naming where it stands."""
        parts: list[Part] = []
        for count, order in enumerate(self.orders, 1):
            if cancelled is not None and cancelled():
                return
            if order.lacks:
                yield Issued(filename=order.filename, title=order.subject, skipped=order.lacks)
            elif self.bound:
                parts += order.made(self.size, editable=self.editable)
            else:
                yield self._issued(order.filename, order.subject, _printed(order, self.size, self.editable))
            if progress is not None:
                progress(count, len(self.orders))
        if parts:
            title = Path(self.bound).stem
            yield self._issued(self.bound, title, _bound(self.orders, parts, title, self.editable))

    def write(self, folder: Path, progress: Progress | None = None, cancelled: Cancelled | None = None) -> list[Issued]:
        """Make them and write each into the folder, whole or not at all. Raises NotWritten as well."""
        written = []
        for issued in self.made(progress, cancelled):
            if not issued.skipped:
                write_whole(folder / issued.filename, issued.docx or issued.pdf)
            written.append(replace(issued, pdf=b"", docx=b""))
        return written

    def _issued(self, filename: str, title: str, data: bytes) -> Issued:
        if self.editable:
            return Issued(filename=filename, title=title, docx=data)
        return Issued(filename=filename, title=title, pdf=data)


class Asked(TypedDict, total=False):
    """What of a document is wanted. ``project`` is a 项目编号, ``village`` a name; neither: all of the fund year."""

    project: str | None
    village: str | None
    year: int | None  # None: the project's, else the newest
    as_of: Required[date]
    paper: str  # A4; of notices also A3, or 2A4, which is A3 on two sheets
    single: bool  # one file for all
    editable: bool  # DOCX and not PDF
    reader: Reader | None  # of originals, one for a whole batch; None: only what is lacking is asked for


def prepare(ws: Workspace, name: str, **asked: Unpack[Asked]) -> Batch:
    """Gather what is to be printed. Raises Refused for a document, project, village or paper that there is none of."""
    if name not in DOCUMENTS:
        raise Refused(f"没有名为“{name}”的文书；可用的有：{'、'.join(DOCUMENTS)}")
    document, size = DOCUMENTS[name], _size(asked.get("paper", "A4"), DOCUMENTS[name])
    code, village, year = asked.get("project"), asked.get("village"), asked.get("year")
    year = year or (ws.project(code).fund_year if code else ws.year())
    taken: set[str] = set()
    reader = asked.get("reader", Reader(ws))
    editable = asked.get("editable", False)
    ending = EDITABLE if editable else PRINTED
    orders = [
        Order(
            document=document,
            scene=_filled(scene, document, reader),
            filename=file_name((*called(scene), document.title), ending, taken),
            subject=" ".join((*called(scene), document.title)),
            lacks=document.lacks(scene),
        )
        for scene in _scenes(ws, document, code, village, (year, asked["as_of"]))
    ]
    whose = village or ws.street.name
    together = file_name((whose, f"{year}年度", f"{document.title}（合订）"), ending, set())
    bound = together if asked.get("single") else ""
    return Batch(orders=tuple(orders), size=size, bound=bound, editable=editable)


def issue(ws: Workspace, name: str, **asked: Unpack[Asked]) -> list[Issued]:
    """Documents as bytes of PDF, or of DOCX where asked; those a project is not ready for say why in ``skipped``."""
    return list(prepare(ws, name, **asked).made())


def print_to(
    ws: Workspace,
    name: str,
    folder: Path,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    **asked: Unpack[Asked],
) -> list[Issued]:
    """Documents as files in a folder, which is made if need be. What is given back holds no bytes."""
    return prepare(ws, name, **asked).write(folder, progress, cancelled)


def _scenes(
    ws: Workspace, document: DocumentType, code: str | None, village: str | None, when: tuple[int, date]
) -> Iterator[AnyScene]:
    scope, (year, as_of) = document.scope, when
    case = ws.casefile(ws.project(code).id) if code else None
    if village:
        village_named(ws, village)
    if scope == "street":
        scene = street_year(ws, year, as_of, weighed=document.weighed)
        figures = quarter_figures(ws, year, last_quarter(year, as_of), as_of) if document.quarterly else None
        yield replace(scene, quarterly=figures)
    elif scope == "project":
        for found in [case] if case else ws.casefiles(year):
            if not village or found.village.name == village:
                yield project_scene(ws, found, as_of, weighed=document.weighed, bound=document.bound)
    elif case:
        yield replace(village_year(ws, case.village, year, as_of), cases=(case,), alone=True)
    else:
        for one in [village_named(ws, village)] if village else ws.all(Village):
            yield village_year(ws, one, year, as_of)


def _filled(scene: AnyScene, document: DocumentType, reader: Reader | None) -> AnyScene:
    """The scene with the originals that the document takes in."""
    if reader is None or not isinstance(scene, ProjectScene) or document.lacks(scene):
        return scene
    return replace(scene, originals=reader.read(document.takes_in(scene.case.attachments)))


def _size(paper: str, document: DocumentType) -> Size:
    try:
        size = Size(paper.upper())
    except ValueError:
        raise Refused(f"没有“{paper}”这种纸张；可用的有：{'、'.join(each.value for each in Size)}") from None
    if size is not Size.A4 and not document.takes_a3:
        raise Refused(f"“{document.title}”只印 A4；{paper.upper()} 用于张贴的公示")
    return size


def _printed(order: Order, size: Size, editable: bool) -> bytes:
    try:
        parts = order.made(size, editable=editable)
        first = parts[0]
        return _file(parts, first.title if isinstance(first, Volume) else first.sheet.title, editable)
    except Unprintable as wrong:
        raise traced(wrong, (order.scene,)) from wrong


def _bound(orders: tuple[Order, ...], parts: list[Part], title: str, editable: bool) -> bytes:
    try:
        return _file(parts, title, editable)
    except Unprintable as wrong:
        raise traced(wrong, [order.scene for order in orders]) from wrong


def _file(parts: list[Part], title: str, editable: bool) -> bytes:
    if volumes := [part for part in parts if isinstance(part, Volume)]:
        return write_volumes(volumes, title)
    papers = [part for part in parts if isinstance(part, Paper)]
    return write_docx_batch(papers, title) if editable else write_batch(papers, title)
