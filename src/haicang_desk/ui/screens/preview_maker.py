"""The preview of what would print now: asked anew after each change, made beside the window, the newest wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage

from haicang_desk.model.services import Workspace, asking_beside, read_beside
from haicang_desk.model.values import Cancelled, Course, DeskError, ProgressCallback
from haicang_desk.ui.screens.issued_papers import issue_note
from haicang_desk.ui.screens.print_batch import DocumentSelection
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.rendering import how_many, page_count, pages
from haicang_desk.ui.widgets.pdf_view import DOTS, PdfView

if TYPE_CHECKING:
    from haicang_desk.model.documents import PrintBatch, PrintedDocument

SHOWN = 12  # pages drawn in a preview
PAUSE = 120  # ms after the last change of what is chosen
KIND = "预览"


@dataclass(frozen=True, slots=True)
class Preview:
    """The first pages of a document, how many it has, and what was made."""

    pictures: list[QImage]
    count: int
    made: list[PrintedDocument]


class PreviewMaker(QObject):
    """Keeps a view showing what ``wanted`` asks for; it raises DeskError where there is nothing to show."""

    def __init__(self, state: AppState, view: PdfView, wanted: Callable[[], DocumentSelection]) -> None:
        super().__init__()
        self._state, self._view, self._wanted = state, view, wanted
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.make)

    def ask(self) -> None:
        """What would print may be another now: what is in sight counts as old at once, and is made anew soon."""
        self._view.show_stale("正在更新…")
        self._pause.start()

    def stop(self) -> None:
        """Ask for nothing more."""
        self._pause.stop()
        self._state.jobs.cancel_kind(KIND)

    @property
    def waiting(self) -> bool:
        """Whether a newer preview is still to come."""
        return self._pause.isActive() or self._view.stale

    def make(self) -> None:
        """Make the preview now, in place of one that is being made."""
        self._pause.stop()
        self._state.jobs.cancel_kind(KIND)
        try:
            work = self._work(self._wanted())
        except DeskError as refused:
            self._view.show_text(str(refused))
            return
        self._state.jobs.run("", work, self._show, lambda wrong: self._view.show_text(str(wrong)), replaces=KIND)

    def _work(self, wanted: DocumentSelection) -> Callable[[ProgressCallback, Cancelled], Preview]:
        """What the worker does: it reads the store beside the window, then makes the pages.

        Documents of many projects look back in time, for which a copy is needed.
        """
        path, now = self._state.workspace.path, self._state.now
        ask = asking_beside(self._state.workspace, lambda ws: _batch(ws, wanted))

        def work(progress: ProgressCallback, cancelled: Cancelled) -> Preview:
            """Runs on the worker thread."""
            if wanted.projects or path is None:
                return _made(ask()[1], cancelled)
            with read_beside(path, now, Course(None, cancelled)) as copy:
                return _made(_batch(copy, wanted), cancelled)

        return work

    def _show(self, made: Preview) -> None:
        skipped = [f"{each.title}：{each.skipped}" for each in made.made if each.skipped]
        if not made.pictures:
            self._view.show_text("\n".join(skipped) or "没有可以预览的文书。")
            return
        names = "、".join(issue_note(each) + each.filename.rpartition(".")[0] for each in made.made if each.pdf)
        self._view.show_pages(made.pictures, f"{how_many(len(made.pictures), made.count)}　{names}")


def _batch(ws: Workspace, wanted: DocumentSelection) -> PrintBatch:
    return replace(wanted.bound(ws, list(wanted.pieces(ws))), bound="", preview=True)


def _made(batch: PrintBatch, cancelled: Cancelled) -> Preview:
    made = list(batch.made(cancelled=cancelled))
    pdfs = [each.pdf for each in made if each.pdf]
    pictures = [page for pdf in pdfs for page in pages(pdf, DOTS, SHOWN)]
    return Preview(pictures[:SHOWN], sum(map(page_count, pdfs)), made)
