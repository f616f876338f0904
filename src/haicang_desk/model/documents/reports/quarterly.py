"""季度进展情况报告 (forms.md §7): the document of the catalogue, and the report as a file. 四(二)¶2."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from haicang_desk.model import Refused, Workspace
from haicang_desk.model.documents.blocks import Block, Kind, Paper, Sheet, Title
from haicang_desk.model.documents.catalogue import SCHEME, document
from haicang_desk.model.documents.furniture import basis
from haicang_desk.model.documents.reports.letter import quarterly_letter
from haicang_desk.model.documents.reports.quarter import NAMES, Quarterly, quarter_figures
from haicang_desk.model.documents.reports.sheets import sheets_of
from haicang_desk.model.documents.scenes import StreetYear
from haicang_desk.model.documents.tracing import traced
from haicang_desk.model.documents.typeset.pdf import write_pdf
from haicang_desk.model.documents.typeset.plain import Unprintable
from haicang_desk.model.documents.writing import write_whole

NAME, TITLE = "quarterly-report", "季度进展情况报告"


def no_figures(scene: StreetYear) -> str:
    if scene.quarterly is None or not scene.quarterly.whole.now.projects:
        return f"{scene.year} 年度尚无有效申报的项目"
    return ""


def is_settled(scene: StreetYear) -> bool:
    """定稿: what comes later is told in the next."""
    return scene.quarterly is not None and scene.quarterly.settled


def quarter_told(scene: StreetYear) -> str:
    return f"第{NAMES[scene.quarterly.quarter - 1]}季度" if scene.quarterly else ""


@document(
    NAME,
    TITLE,
    scope="street",
    kind=Kind.LETTER,
    lacks=no_figures,
    quarterly=True,
    signed=is_settled,
    part=quarter_told,
)
def quarterly_report(scene: StreetYear) -> Iterator[Block]:
    """Of the newest quarter that has ended."""
    assert scene.quarterly is not None
    return quarterly_letter(scene.quarterly)


def report(ws: Workspace, year: int, quarter: int, out: Path, as_of: date) -> None:
    """Write the report of a quarter: a letter where ``out`` ends in .pdf, a workbook where it ends in .xlsx.

    Raises Refused for another ending or no such quarter, NotWritten where the file cannot be written.
    """
    ending = out.suffix.lower()
    if ending not in (".pdf", ".xlsx"):
        raise Refused(f"“{out.name}”的结尾应为 .pdf 或 .xlsx")
    if quarter not in (1, 2, 3, 4):
        raise Refused(f"没有第 {quarter} 季度，季度应为 1 至 4")
    figures = quarter_figures(ws, year, quarter, as_of)
    write_whole(out, as_pdf(figures) if ending == ".pdf" else as_workbook(figures))


def as_workbook(figures: Quarterly) -> bytes:
    """The four sheets. openpyxl takes as long to load as all other documents, so only this loads it."""
    from haicang_desk.model.documents.reports.workbook import write_book

    return write_book(sheets_of(figures), figures.today)


def as_pdf(figures: Quarterly) -> bytes:
    """The letter. Raises Refused for a text that cannot be printed."""
    blocks = tuple(quarterly_letter(figures))
    printed = next(block.text for block in blocks if isinstance(block, Title))
    sheet = Sheet(
        kind=Kind.LETTER,
        title=f"{SCHEME}{TITLE}：{printed}",
        subject=f"{figures.street.name}　{basis(figures.policy)}",
        seal_code=figures.seal,
    )
    try:
        return write_pdf(Paper(sheet, blocks))
    except Unprintable as wrong:
        raise traced(wrong, (figures,)) from wrong
