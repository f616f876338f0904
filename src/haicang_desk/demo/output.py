"""The output of the demonstration: its folder, and every document, report and workbook of the year in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from shutil import rmtree
from signal import SIG_IGN, SIGINT, signal

from haicang_desk.model.documents import (
    DOCUMENTS,
    DocumentType,
    Issuer,
    PrintBatch,
    PrintedDocument,
    prepare,
    save_issued,
    with_dossier_numbers,
    write_document,
    write_quarterly_report,
)
from haicang_desk.model.services import Workspace
from haicang_desk.model.spreadsheet import export_ledger
from haicang_desk.model.spreadsheet.template import write_template
from haicang_desk.model.store import files_folder
from haicang_desk.model.values import NotWritten, cause
from haicang_desk.platform import make_private_folder, new_private_file, remove_file

LIST = "演示文件清单.txt"
STORE = "demo.db"


class OutputFolder:
    """The output folder, with a list of the files written in it. Files of an earlier demonstration are removed first;
    other files are left alone.
    """

    def __init__(self, folder: Path) -> None:
        """Make and clear the folder. Raises NotWritten where it can't be written, or its demo.db is somebody else's."""
        self.folder, self._list = folder, folder / LIST
        try:
            make_private_folder(folder)
            self._clear()
            remove_file(self._list)
            new_private_file(self._list)
        except OSError as wrong:
            raise NotWritten(f"“{folder}”写不进去（{cause(wrong)}）。请换一个文件夹") from wrong

    @property
    def store(self) -> Path:
        """The path of the demonstration's store."""
        return self.folder / STORE

    def enter(self, path: Path) -> None:
        """List a file before it is written, so that the files of an interrupted run are removed too."""
        with self._list.open("a", encoding="utf-8") as written:
            written.write(f"{path.relative_to(self.folder).as_posix()}\n")

    def _clear(self) -> None:
        listed = self._listed()
        if self.store.exists():
            if self.store not in listed:
                raise NotWritten(f"“{self.store}”不是演示写的，没有改动任何文件。请换一个文件夹")
            Workspace.open(self.store).close()  # raises StoreUnusable while a window has it open
            rmtree(files_folder(self.store), ignore_errors=True)
        for path in listed:
            remove_file(path)
        for folder in {path.parent for path in listed} - {self.folder}:
            with suppress(OSError):  # it holds a file that is not on the list
                folder.rmdir()

    def _listed(self) -> list[Path]:
        if not self._list.is_file():
            return []
        lines = self._list.read_text(encoding="utf-8").splitlines()
        return [self.folder / line for line in lines if line and ".." not in line and not line.startswith("/")]


BATCH_SIZE = 16  # documents for one call of a worker
FileCallback = Callable[[str, Path], None]  # the kind of a file, and its path


def write_papers(ws: Workspace, folder: Path, when: tuple[int, date], tell: FileCallback, *, person: str) -> None:
    """Write each kind of document into a folder of its own, reports and workbooks beside them.

    ``when`` is the fund year and the day; ``tell`` is called before each file is written; signed-off papers are issued
    by ``person``. Raises NotWritten where a kind of document has no project to be printed for.
    """
    _write_reports(ws, folder, *when, tell, Issuer(person=person))
    with _workers() as start_batch:
        running = {
            document.title: list(_ordered(ws, document, folder / document.title, when, tell, start_batch, person))
            for document in DOCUMENTS.values()
        }
        for title, ordered in running.items():  # in catalogue order, so that ids are always the same
            fresh = [made for each in ordered for made in each.result()]
            save_issued(ws, fresh, person=person)
            for made in fresh:
                write_document(folder / title, made)


def _write_reports(ws: Workspace, folder: Path, year: int, as_of: date, tell: FileCallback, hand: Issuer) -> None:
    for quarter in (1, 2, 3):
        for ending in ("pdf", "xlsx"):
            out = folder / "季度报告" / f"{year}年第{quarter}季度进展情况报告.{ending}"
            tell("季度报告", out)
            make_private_folder(out.parent)
            write_quarterly_report(ws, year, quarter, out, as_of, hand=hand)
    ledger, template = folder / "台账工作簿.xlsx", folder / "空白申报工作簿.xlsx"
    tell("台账工作簿", ledger)
    export_ledger(ws, ledger)
    tell("空白申报工作簿", template)
    write_template(template)


Made = list[PrintedDocument]  # papers still to be saved in the store
StartBatch = Callable[[PrintBatch, Path], "Future[Made]"]


def _ordered(
    ws: Workspace,
    document: DocumentType,
    folder: Path,
    when: tuple[int, date],
    tell: FileCallback,
    start_batch: StartBatch,
    person: str,
) -> Iterator[Future[Made]]:
    year, as_of = when
    batch = with_dossier_numbers(ws, prepare(ws, document.name, year=year, as_of=as_of), person=person)
    due = [order for order in batch.orders if not order.unavailable_reason]
    if not due:
        raise NotWritten(f"演示没有做成：没有一个项目可以印“{document.title}”")
    for order in due:
        tell(f"{document.name}  {document.title}", folder / order.filename)
    for start in range(0, len(due), BATCH_SIZE):
        yield start_batch(replace(batch, orders=tuple(due[start : start + BATCH_SIZE])), folder)


def _write(batch: PrintBatch, folder: Path) -> Made:
    """Write the papers that are no issue; give back the others, which only the first process can save."""
    made = [each if each.fresh else write_document(folder, each) for each in batch.made()]
    return [each for each in made if each.fresh]


@contextmanager
def _workers() -> Iterator[StartBatch]:
    """Give a function that starts a batch: in a process pool, or at once on one core or in a packed program."""
    cores = min(os.cpu_count() or 1, 4)
    if cores == 1 or getattr(sys, "frozen", False):
        yield _run_at_once
        return
    try:
        pool = ProcessPoolExecutor(cores, mp_context=get_context("spawn"), initializer=_ignore_interrupt)
    except OSError:  # a system without shared memory, as some containers are, has no locks between processes
        yield _run_at_once
        return
    with pool:
        try:
            yield lambda batch, folder: pool.submit(_write, batch, folder)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _ignore_interrupt() -> None:
    """Ignore Ctrl+C in a worker; the first process reports it."""
    signal(SIGINT, SIG_IGN)


def _run_at_once(batch: PrintBatch, folder: Path) -> Future[Made]:
    done: Future[Made] = Future()
    done.set_result(_write(batch, folder))
    return done
