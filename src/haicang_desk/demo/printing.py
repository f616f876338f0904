"""Every document and report there is, of a finished year, written under one folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from signal import SIG_IGN, SIGINT, signal

from haicang_desk.model.documents import (
    DOCUMENTS,
    DocumentType,
    Issuer,
    PrintBatch,
    PrintedDocument,
    prepare,
    save_issued,
    write_document,
    write_quarterly_report,
)
from haicang_desk.model.services import Workspace
from haicang_desk.model.spreadsheet import export_ledger
from haicang_desk.model.spreadsheet.template import write_template
from haicang_desk.model.values import NotWritten

AT_ONCE = 16  # documents that a worker makes before it reports
Telling = Callable[[str, Path], None]  # what it is, and where it will be


def write_papers(ws: Workspace, folder: Path, when: tuple[int, date], tell: Telling, *, person: str) -> None:
    """Documents in a folder for each kind, reports and workbooks beside them; each is told before it is written.

    They are of the fund year and as of the day that ``when`` names; what is signed off is issued, by ``person``.
    Raises NotWritten where a kind of document comes out of no scene at all.
    """
    _write_books(ws, folder, *when, tell, Issuer(person=person))
    with _workers() as work:
        running = {
            document.title: list(_ordered(ws, document, folder / document.title, when, tell, work))
            for document in DOCUMENTS.values()
        }
        for title, ordered in running.items():  # in the order of the catalogue, whoever was done first
            fresh = [made for each in ordered for made in each.result()]
            save_issued(ws, fresh, person=person)
            for made in fresh:
                write_document(folder / title, made)


def _write_books(ws: Workspace, folder: Path, year: int, as_of: date, tell: Telling, hand: Issuer) -> None:
    for quarter in (1, 2, 3):
        for ending in ("pdf", "xlsx"):
            out = folder / "季度报告" / f"{year}年第{quarter}季度进展情况报告.{ending}"
            tell("季度报告", out)
            out.parent.mkdir(exist_ok=True)
            write_quarterly_report(ws, year, quarter, out, as_of, hand=hand)
    ledger, template = folder / "台账工作簿.xlsx", folder / "空白申报工作簿.xlsx"
    tell("台账工作簿", ledger)
    export_ledger(ws, ledger)
    tell("空白申报工作簿", template)
    write_template(template)


Made = list[PrintedDocument]  # what the store has yet to keep
Work = Callable[[PrintBatch, Path], "Future[Made]"]


def _ordered(
    ws: Workspace, document: DocumentType, folder: Path, when: tuple[int, date], tell: Telling, work: Work
) -> Iterator[Future[Made]]:
    year, as_of = when
    batch = prepare(ws, document.name, year=year, as_of=as_of)
    due = [order for order in batch.orders if not order.unavailable_reason]
    if not due:
        raise NotWritten(f"演示没有做成：没有一个项目可以印“{document.title}”")
    for order in due:
        tell(f"{document.name}  {document.title}", folder / order.filename)
    for start in range(0, len(due), AT_ONCE):
        yield work(replace(batch, orders=tuple(due[start : start + AT_ONCE])), folder)


def _write(batch: PrintBatch, folder: Path) -> Made:
    """Write what is no issue, and give back what is: only the first process has the store."""
    made = [each if each.fresh else write_document(folder, each) for each in batch.made()]
    return [each for each in made if each.fresh]


@contextmanager
def _workers() -> Iterator[Work]:
    """A process for each core, where there are several and the program was not packed into one file."""
    cores = min(os.cpu_count() or 1, 4)
    if cores == 1 or getattr(sys, "frozen", False):
        yield _at_once
        return
    try:
        pool = ProcessPoolExecutor(cores, mp_context=get_context("spawn"), initializer=_deafen)
    except OSError:  # a system without shared memory, as some containers are, has no locks between processes
        yield _at_once
        return
    with pool:
        try:
            yield lambda batch, folder: pool.submit(_write, batch, folder)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _deafen() -> None:
    """An interruption is the first process's to tell of."""
    signal(SIGINT, SIG_IGN)


def _at_once(batch: PrintBatch, folder: Path) -> Future[Made]:
    done: Future[Made] = Future()
    done.set_result(_write(batch, folder))
    return done
